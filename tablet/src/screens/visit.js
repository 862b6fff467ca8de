// What is recorded of the visit itself: what it came to at the gate, how sure the record is, who takes which section. Each
// is kept like an answer, so it is on the tablet at once, merged with a colleague's, and never lost.

import { useEffect } from "preact/hooks";
import { Camera, Harm, Head, Icon, Link, Note, Notes, Sync, Title, html, useDraft, whereLine } from "../parts.js";
import { prepare } from "../photos.js";
import * as state from "../state.js";
import { t } from "../words.js";

export const OUTCOME = "@outcome";
export const RELIABLE = "@reliability";
const SECTION = "@section:";
const OUTCOMES = ["partial", "refused", "closed"];
const DOUBTS = ["coaching", "conflicting-records", "time-cut-short", "other"];
const TEXT_LENGTH = 20_000;

/** Who takes a cluster, by name; "" when nobody said. A hint between colleagues. */
export function takes(cluster) {
  const { item } = state.work.value;
  const id = state.field(SECTION + cluster.key, "ask").value?.colleague;
  if (!id) return "";
  return id === state.me.value.id ? state.me.value.name : item.colleagues.find((one) => one.id === id)?.name ?? "";
}

export function Visit() {
  const { item } = state.work.value;
  const outcome = state.field(OUTCOME, "value");
  useEffect(() => { document.title = `${t("visit.title")}. ${t("app")}`; }, []);
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} />${!state.writable.value && html`<${Note} icon="lock" title=${t("note.closed", { state: t(`life.${item.state}`) })} />`}</div>
      <div class="narrow-page stack loose"><${Title} of="visit" class="t-2x">${t("visit.title")}<//>
      <${Outcome} outcome=${outcome} /><${Reliable} /><${Sections} /></div></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn push" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<${Icon} name="next" flip /><//></footer>
  </div>`;
}

function Outcome({ outcome }) {
  const set = (value) => state.record({ question: OUTCOME, field: "value", value });
  const choice = (value, words) => html`<label class="check"><input type="radio" name="outcome" disabled=${!state.writable.value}
    checked=${!outcome.conflict && (outcome.value ?? null) === value} onChange=${() => set(value)} /><span>${t(words)}</span></label>`;
  return html`<section class="stack" aria-labelledby="outcome"><div class="wall"><h2 id="outcome" class="t-xl">${t("visit.outcome")}</h2></div>
    ${outcome.conflict && html`<${Note} s="bad" icon="conflict" title=${t("visit.differ")} />`}
    <fieldset class="stack tight"><legend class="hide-text">${t("visit.outcome")}</legend>
      ${choice(null, "visit.outcome.whole")}${OUTCOMES.map((one) => choice(one, `visit.outcome.${one}`))}</fieldset>
    ${(outcome.value || outcome.conflict) && html`<${Words} question=${OUTCOME} label="visit.why" more="visit.why_more" /><${Photo} />`}
    ${["refused", "closed"].includes(outcome.value) && html`<${Note} icon="care" title=${t("visit.ends")} />`}</section>`;
}

function Reliable() {
  const { value, conflict } = state.field(RELIABLE, "value");
  const said = value ?? [];
  const toggle = (code) => state.record({ question: RELIABLE, field: "value", value: DOUBTS.filter((one) => (one === code) !== said.includes(one)) });
  return html`<section class="stack" aria-labelledby="reliable"><div class="wall"><h2 id="reliable" class="t-xl">${t("visit.reliable")}</h2></div>
    ${conflict && html`<${Note} s="bad" icon="conflict" title=${t("visit.differ")} />`}
    <fieldset class="stack tight"><legend class="hide-text">${t("visit.reliable")}</legend>${DOUBTS.map((code) => html`<label class="check"><input type="checkbox"
      disabled=${!state.writable.value} checked=${said.includes(code)} onChange=${() => toggle(code)} /><span>${t(`visit.reliable.${code}`)}</span></label>`)}</fieldset>
    ${(said.length > 0 || conflict) && html`<${Words} question=${RELIABLE} label="visit.reliable_why" more="visit.reliable_more" />`}</section>`;
}

function Words({ question, label, more }) {
  const [text, set, { unsaved, ...hand }] = useDraft(question, "report_text", "");
  return html`<label class="stack tight"><b>${t(label)}</b><span class="hint">${t(more)}</span>
    <textarea class=${unsaved ? "input unsaved" : "input"} rows="3" dir="auto" maxlength=${TEXT_LENGTH} readonly=${!state.writable.value} value=${text}
      onInput=${(event) => set(event.target.value)} ...${hand}></textarea></label>`;
}

function Photo() {
  const n = state.photosOf(OUTCOME).length;
  const take = async (file) => { await state.keepPhoto(OUTCOME, await prepare(file, state.photoLimit())).catch(console.error); };
  return html`<div class="row wrap">${state.writable.value && html`<${Camera} words=${t("q.photo")} onPhoto=${take} />`}<span class="quiet">${t(n ? "q.photos" : "q.no_photos", { n })}</span></div>`;
}

function Sections() {
  const { clusters, item } = state.work.value;
  const people = [[state.me.value.id, t("visit.me")], ...item.colleagues.map((one) => [one.id, one.name])];
  const set = (cluster, id) => state.record({ question: SECTION + cluster.key, field: "ask", value: id ? { colleague: id } : null });
  return html`<section class="stack" aria-labelledby="sections"><div class="wall"><h2 id="sections" class="t-xl">${t("visit.sections")}</h2><p class="hint">${t("visit.sections_more")}</p></div>
    <ul class="list">${clusters.map((cluster) => html`<li class="row wrap"><label class="grow" for=${`take-${cluster.key}`}>${cluster.title}</label>
      <select id=${`take-${cluster.key}`} class="input" disabled=${!state.writable.value} value=${state.field(SECTION + cluster.key, "ask").value?.colleague ?? ""}
        onChange=${(event) => set(cluster, event.target.value)}><option value="">${t("visit.nobody")}</option>${people.map(([id, name]) => html`<option value=${id}>${name}</option>`)}</select></li>`)}</ul></section>`;
}
