// Opening and closing meeting: who came, by side, as numbers and roles; who signed the summary or refused to. And the
// summary itself, one page for both sides, to print.

import { useEffect, useState } from "preact/hooks";
import { Button, Harm, Head, Link, Note, Notes, Sync, Title, html, persons, useDraft, whereLine } from "../parts.js";
import * as state from "../state.js";
import { CLOSING, OPENING, SIDES, summaryOf } from "../visit.js";
import { day, directionOf, t } from "../words.js";
import { extentWords } from "./question.js";

const whole = (typed) => (/^\d{1,3}$/.test(typed) ? Math.min(500, Number(typed)) : null);
const SIGNED = ["signed", "refused"];

export function Meetings() {
  const { item } = state.work.value;
  useEffect(() => { document.title = `${t("meet.title")}. ${t("app")}`; }, []);
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} />${!state.writable.value && html`<${Note} icon="lock" title=${t("note.closed", { state: t(`life.${item.state}`) })} />`}
      <${Title} of="meet" class="t-2x">${t("meet.title")}<//><p class="hint">${t("meet.roles_not")}</p></div>
      <div class="cols two"><${Meeting} form=${OPENING} title=${t("meet.opening")} /><${Meeting} form=${CLOSING} title=${t("meet.closing")} /></div></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn line push" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<//>
      <${Link} class="btn" to=${{ id: item.id, screen: "summary" }}>${t("meet.summary")}<//></footer></div>`;
}

function Meeting({ form, title }) {
  return html`<section class="card stack" aria-label=${title}><h2 class="t-xl">${title}</h2>
    <${Held} form=${form} />${SIDES.map((side) => html`<${Side} form=${form} side=${side} />`)}
    ${form === CLOSING && html`<h3 class="t-l">${t("meet.summary")}</h3>${SIDES.map((side) => html`<${Signed} side=${side} />`)}`}</section>`;
}

/** Two values of one field of a form: people choose, as with answers. */
function Chosen({ form, name, show, children }) {
  const known = state.field(form, name);
  const [values, setValues] = useState([]);
  useEffect(() => { state.operationsOf(form).then((all) => setValues(all.filter((one) => known.heads.includes(one.id)))); }, [known.heads.join()]);
  if (!known.conflict) return children;
  return html`<${Note} s="bad" icon="conflict" title=${t("q.differ", { names: persons(known.authors) })}
    actions=${values.map((one) => html`<${Button} onPress=${() => state.record({ question: form, field: name, value: one.value, base: known.heads })}>${show(one.value)}<//>`)}>${t("meet.choose")}<//>`;
}

function Held({ form }) {
  const [value, set, { unsaved, ...focus }] = useDraft(form, "held", null);
  return html`<${Chosen} form=${form} name="held" show=${(one) => (one ? day(one) : "–")}><div class="row snug wrap"><label class="label" for=${`held${form}`}>${t("meet.held")}</label>
    <input type="date" id=${`held${form}`} class=${unsaved ? "input date unsaved" : "input date"} disabled=${!state.writable.value} value=${value ?? ""} onInput=${(event) => set(event.target.value || null)} ...${focus} /></div><//>`;
}

function Side({ form, side }) {
  const name = `attended:${side}`;
  const [value, set, { unsaved, ...focus }] = useDraft(form, name, { n: null, roles: "" });
  const shared = { ...focus, disabled: !state.writable.value };
  const title = t(`side.${side}`);
  return html`<${Chosen} form=${form} name=${name} show=${(one) => `${one?.n ?? "–"} ${one?.roles ?? ""}`}><fieldset class="stack tight"><legend><b>${title}</b></legend><div class="row snug">
    <input class=${unsaved ? "input num count unsaved" : "input num count"} inputmode="numeric" maxlength="3" aria-label=${t("meet.n", { side: title })} value=${value.n ?? ""} onInput=${(event) => set({ ...value, n: whole(event.target.value) })} ...${shared} />
    <input class=${unsaved ? "input unsaved" : "input"} dir="auto" maxlength="200" aria-label=${t("meet.roles", { side: title })} placeholder=${t("meet.roles_hint")} value=${value.roles ?? ""} onInput=${(event) => set({ ...value, roles: event.target.value })} ...${shared} /></div></fieldset><//>`;
}

function Signed({ side }) {
  const name = `signed:${side}`;
  const { value } = state.field(CLOSING, name);
  const title = t(`side.${side}`);
  const press = (one) => state.record({ question: CLOSING, field: name, value: one === value ? null : one });
  return html`<${Chosen} form=${CLOSING} name=${name} show=${(one) => (one ? t(`meet.${one}`) : "–")}><div class="row snug wrap" role="group" aria-label=${title}><span class="grow">${title}</span>
    ${SIGNED.map((one) => html`<${Button} aria-pressed=${one === value} disabled=${!state.writable.value} onPress=${() => press(one)}>${t(`meet.${one}`)}<//>`)}</div><//>`;
}

/** One page for management and worker representatives. What was only heard, and zero tolerance, cannot stand on it. */
export function Summary() {
  const { item, clusters, questions, version } = state.work.value;
  useEffect(() => { document.title = `${t("meet.summary")}. ${item.number}`; }, []);
  const read = (question) => {
    const extent = state.field(question.key, "extent").value;
    return { state: state.visible(question) ? state.field(question.key, "state").value : null, extent: extent && { n: extent.n, of: extent.of } };
  };
  const found = summaryOf(clusters, questions, read);
  const its = { lang: version.language, dir: directionOf(version.language) };
  const held = state.field(CLOSING, "held").value;
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)} />
    <main class="page"><article class="narrow-page stack"><p class="quiet">${item.number}${held && ` · ${day(held)}`}</p>
      <${Title} of="summary" class="t-2x">${t("meet.summary_of", { factory: item.factory.name })}<//>
      <p>${t("meet.summary_more")}</p>
      ${!found.length && html`<p><b>${t("meet.none")}</b></p>`}
      ${found.map((cluster) => html`<section><h2 class="t-l" ...${its}>${cluster.title}</h2><ul class="bullets">${cluster.found.map((one) => html`<li ...${its}>${one.issue}${one.extent && html` <span class="quiet">${extentWords(one.extent, one.question)}</span>`}</li>`)}</ul></section>`)}
      <p class="hint">${t("meet.left_out")}</p>
      <div class="signs">${SIDES.map((side) => {
        const signed = state.field(CLOSING, `signed:${side}`).value;
        return html`<div><b>${t(`side.${side}`)}</b><p>${signed ? t(`meet.${signed}`) : html`☐ ${t("meet.signed")} <br />☐ ${t("meet.refused")}`}</p></div>`;
      })}</div></article></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn line push" to=${{ id: item.id, screen: "meetings" }}>${t("meet.title")}<//><${Button} kind="" icon="print" onPress=${() => print()}>${t("meet.print")}<//></footer></div>`;
}
