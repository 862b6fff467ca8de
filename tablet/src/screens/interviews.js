// Interviews, as counts: planned against done by groups. No name, no answer, nothing said in an earlier one: the tablet may
// lie open between two people.

import { useEffect, useState } from "preact/hooks";
import { Button, Harm, Head, Link, Note, Notes, St, Sync, Title, html } from "../parts.js";
import { newId } from "../ids.js";
import * as state from "../state.js";
import { CONTRACTS, INTERVIEWS, SEXES, against, interviewsIn, planned, take } from "../visit.js";
import { t } from "../words.js";

const DIMENSIONS = ["sex", "contract", "migrant", "language", "department"];
const BLANK = { people: 1, sex: null, contract: null, migrant: null, language: null, privacy: true, interpreter: false };

const SPOKEN = ["km", "en", "vi", "bn", "id", "ar", "zh"]; // as the word "languages" has them

/** A language by its own code, said in the reader's words; of a rarer one as far as the browser knows them. */
function languageName(code) {
  if (SPOKEN.includes(code)) return t("languages").split(" ")[SPOKEN.indexOf(code)];
  try {
    return new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(code);
  } catch {
    return code;
  }
}

export const groupName = (dimension, group) => ({ sex: () => t(`sex.${group}`), contract: () => t(`contract.${group}`), migrant: () => t(group), language: () => languageName(group) }[dimension]?.() ?? group);

export function Interviews() {
  const { item, sampling } = state.work.value;
  const [now, set] = useState({ ...BLANK, department: "" });
  const [last, setLast] = useState(null);
  useEffect(() => { document.title = `${t("talk.title")}. ${t("app")}`; }, []);
  const plan = sampling.interviews;
  const heads = item.headcounts ?? {};
  const workers = item.rules?.facts?.workers ?? item.factory.workers;
  const number = plan && workers ? take(plan.bands, workers) : null;
  const done = interviewsIn(state.answers.value.get(INTERVIEWS)?.fields);
  const languages = [...new Set([...Object.keys(heads.language ?? {}), ...SPOKEN])];
  const departments = [...new Set([...Object.keys(heads.department ?? {}), ...done.map((one) => one.department).filter(Boolean)])];
  const count = async () => {
    const id = newId();
    const value = Object.fromEntries(Object.entries({ ...now, department: now.department.trim() }).filter(([, one]) => one !== null && one !== ""));
    if (!(await state.record({ question: INTERVIEWS, field: `interview:${id}`, value }))) return;
    setLast(id);
    set({ ...BLANK, department: now.department, language: now.language, interpreter: now.interpreter });
  };
  const takeBack = async () => { if (await state.record({ question: INTERVIEWS, field: `interview:${last}`, value: null })) setLast(null); };
  const change = (more) => set({ ...now, ...more });
  const pick = (dimension, options) => html`<div class="field"><label for=${dimension}>${t(`talk.${dimension}`)}</label><select class="input" id=${dimension} value=${now[dimension] ?? ""} onChange=${(event) => change({ [dimension]: event.target.value || null })}>
    <option value="">${t("q.band_none")}</option>${options.map((one) => html`<option value=${one}>${groupName(dimension, one)}</option>`)}</select></div>`;
  const check = (name) => html`<label class="check"><input type="checkbox" checked=${now[name]} onChange=${(event) => change({ [name]: event.target.checked })} /><span>${t(`talk.${name}`)}</span></label>`;
  return html`<div class="tablet plain">
    <${Head} title=${t("talk.title")} line=${t("talk.no_names")}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} /></div><div class="cols two">
      <section class="stack" aria-labelledby="talks"><div class="wall"><${Title} of="talk" id="talks" class="t-2x">${number === null ? t("talk.done", { n: done.length }) : t("talk.done_of", { n: done.length, of: number })}<//></div>
        ${!plan && html`<${Note} icon="care" title=${t("talk.no_plan")} />`}
        ${DIMENSIONS.map((dimension) => {
          const rows = against(number && heads[dimension] ? planned(number, heads[dimension]) : {}, done, dimension);
          return rows.length > 0 && html`<table class="counts"><caption>${t(`talk.${dimension}`)}</caption><thead><tr><td></td><th scope="col">${t("talk.planned")}</th><th scope="col">${t("talk.held")}</th></tr></thead>
            <tbody>${rows.map(({ group, planned: wanted, done: held }) => html`<tr><th scope="row" dir="auto">${groupName(dimension, group)}</th><td class="num">${wanted || "–"}</td><td class="num"><b>${held}</b></td></tr>`)}</tbody></table>`;
        })}
        <p class="hint">${t("talk.notes", { privacy: done.filter((one) => one.privacy).length, interpreter: done.filter((one) => one.interpreter).length })}</p></section>
      <section class="stack" aria-labelledby="one"><div class="wall"><h2 id="one" class="t-xl">${t("talk.one")}</h2></div>
        ${!state.writable.value ? html`<${Note} icon="lock" title=${t("note.closed", { state: t(`life.${item.state}`) })} />` : html`<div class="stack tight">
        <div class="cols two fields">${pick("sex", SEXES)}${pick("contract", CONTRACTS)}${pick("migrant", ["yes", "no"])}${pick("language", languages)}
        <div class="field"><label for="department">${t("talk.department")}</label><input class="input" id="department" dir="auto" maxlength="40" list="departments" value=${now.department} onInput=${(event) => change({ department: event.target.value })} />
          <datalist id="departments">${departments.map((one) => html`<option value=${one} />`)}</datalist></div>
        <div class="field"><label for="people">${t("talk.people")}</label><input class="input num count" id="people" type="number" min="1" max="50" value=${now.people} onInput=${(event) => change({ people: Math.min(50, Math.max(1, Math.trunc(Number(event.target.value)) || 1)) })} /></div>
        ${check("privacy")}${check("interpreter")}</div></div>`}
        <div role="status">${last && html`<${St} s="good" icon="tick">${t("talk.counted")}<//>`}</div></section>
    </div></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn line push" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<//>
      ${last && html`<${Button} onPress=${takeBack}>${t("talk.back")}<//>`}
      ${state.writable.value && html`<${Button} kind="" icon="plus" onPress=${count}>${t("talk.count")}<//>`}</footer></div>`;
}
