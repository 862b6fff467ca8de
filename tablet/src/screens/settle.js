// Two or more values made from the same base (picture 03). Equal halves; nobody's time of day decides; neither is chosen
// beforehand. A reason is asked once and goes to the reviewers as an internal comment.

import { useEffect, useState } from "preact/hooks";
import { Button, Harm, Head, Icon, Notes, STATES, St, Sync, Title, html, lookOf, whereLine } from "../parts.js";
import { heads, resolve, same } from "../heads.js";
import * as state from "../state.js";
import { clock, t } from "../words.js";
import { differing } from "../rows.js";
import { extentWords } from "./question.js";
import { choiceOf, inWords } from "./table.js";

export function Settle() {
  const { question: key, field: name } = state.route.value;
  const { item, questions } = state.work.value;
  const question = questions.get(key);
  const known = state.field(key, name);
  const [operations, setOperations] = useState([]);
  const [chosen, choose] = useState(null); // {value, id}
  const [together, setTogether] = useState(false);
  const [why, setWhy] = useState("");
  const back = () => state.go({ id: item.id, screen: "q", question: key });
  useEffect(() => { document.title = `${t("settle.top")}. ${t("app")}`; }, []);
  useEffect(() => { state.operationsOf(key).then(setOperations); }, [known.heads.join()]);

  const open = operations.filter((one) => one.field === name && known.heads.includes(one.id));
  const bases = new Set(open.flatMap((one) => one.base));
  const before = resolve(name, operations.filter((one) => bases.has(one.id)));
  const done = async () => {
    const kept = await state.record({ question: key, field: name, value: chosen.value, base: known.heads });
    if (!kept) return;
    const comment = state.field(key, "comment");
    const reason = t("settle.reason", { field: t(`settle.field.${name}`), why: why.trim() });
    await state.record({ question: key, field: "comment", value: [comment.value, reason].filter(Boolean).join("\n\n"), base: comment.heads });
    back();
  };
  const missing = !chosen ? t("settle.choose") : !why.trim() ? t("settle.say_why") : null;

  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page stack"><${Notes} />
      <div><p class="st" data-s="bad"><${Icon} name="conflict" /><span>${known.conflict ? t("settle.top") : t("settle.nothing")}</span></p>
        <${Title} of=${key} class="t-xl">${question?.text}<//><p class="quiet">${t("settle.more")}</p></div>
      <div class="cols two halves-of" role="radiogroup" aria-label=${t("settle.top")}>${open.map((one) => html`
        <${Half} key=${one.id} one=${one} all=${open} operations=${operations} question=${question} name=${name} chosen=${chosen?.id === one.id}
          take=${() => { choose({ id: one.id, value: one.value }); setTogether(false); }} />`)}</div>
      ${together && html`<section class="card stack tight"><h2 class="t-l">${t("settle.together")}</h2><div class="answers" role="radiogroup" aria-label=${t("settle.together")}>
        ${STATES.map(([value, icon, family]) => html`<button type="button" role="radio" data-s=${family} aria-checked=${chosen?.id === "new" && chosen.value === value}
          onClick=${() => choose({ id: "new", value })}><${Icon} name=${icon} />${t(`state.${value}`)}</button>`)}</div></section>`}
      <div class="card stack tight"><div class="row wrap"><b>${t("settle.before")}</b><${Shown} value=${before.value} name=${name} question=${question} />
          <span class="quiet push">${t("settle.stay")}</span></div>
        <div class="field"><label for="why">${t("settle.why")} <span class="quiet">${t("settle.why_who")}</span></label>
          <input class="input" id="why" dir="auto" value=${why} onInput=${(event) => setWhy(event.target.value)} /></div></div>
    </main>
    <footer class="thumb"><${Harm} />
      ${name === "state" && html`<${Button} aria-pressed=${together} onPress=${() => { setTogether(!together); choose(null); }}>${t("settle.new")}<//>`}
      <${Button} onPress=${back}>${t("settle.later")}<//>
      <${Button} kind="push" aria-disabled=${missing || !known.conflict ? "true" : null} onPress=${() => !missing && known.conflict && done()}>${missing ?? t("settle.done")}<//></footer>
  </div>`;
}

/** One field's value in shape and words. */
function Shown({ value, name, question, box }) {
  if (name === "state") {
    const { icon, family } = lookOf(value);
    return html`<${St} s=${family} icon=${icon} box=${box}>${t(`state.${value ?? "none"}`)}<//>`;
  }
  const words = name === "extent" ? extentWords(value, question) : value === true ? t("yes") : value === false ? t("no") : value?.rows ? t("table.rows", { n: value.rows.length }) : [value ?? ""].flat().join(", ");
  return html`<${St} s="none" icon=${words ? "text" : "blank"} box=${box}>${words || t("state.none")}<//>`;
}

/** One person's value, with what the same person wrote beside it. */
function Half({ one, all, operations, question, name, chosen, take }) {
  const mine = one.author.id === state.me.value.id;
  const own = (field) => {
    const [last] = heads(operations.filter((other) => other.field === field && other.author.id === one.author.id)).slice(-1);
    return last?.value;
  };
  const differs = (field) => !same(own(field), heads(operations.filter((other) => other.field === field && other.author.id !== one.author.id && all.some((half) => half.author.id === other.author.id))).at(-1)?.value);
  const extent = name !== "extent" && extentWords(own("extent"), question);
  const note = own("note");
  const photos = operations.filter((other) => other.field.startsWith("photo:") && other.author.id === one.author.id && other.value === true).length;
  const name_ = one.author.name;
  return html`<section class="card press half"><div class="row"><h2 class="t-xl">${mine ? t("settle.you", { name: name_ }) : name_}</h2>
      <span class="quiet push small num">${mine ? t("settle.here", { at: clock(one.at) }) : t("settle.there", { name: name_, at: clock(one.at) })}</span></div>
    ${question.kind === "table" ? html`<${Rows} one=${one} all=${all} question=${question} />` : html`<${Shown} value=${one.value} name=${name} question=${question} box />`}
    <div class="stack tight grow">
      ${extent && html`<p>${differs("extent") ? html`<mark>${extent}</mark>` : extent}</p>`}
      ${note && html`<p class="quote" dir="auto">${note}</p>`}
      ${photos > 0 && html`<p class="hint">${t("q.photos", { n: photos })}</p>`}</div>
    <button type="button" role="radio" aria-checked=${chosen} class=${chosen ? "btn line wide tall chosen" : "btn line wide tall"} onClick=${take}>
      ${chosen && html`<${Icon} name="tick" />`}${chosen ? t("settle.taken") : t("settle.take")}<span class="hide-text"> ${name_}</span></button></section>`;
}

/** Of a table only the rows that are not the same in all; cells that differ are marked. */
function Rows({ one, all, question }) {
  const at = all.indexOf(one);
  const found = differing(all.map(({ value }) => value));
  const columns = question.columns.filter((column) => !column.compute && (found.length < 2 || found.some(({ keys }) => keys.has(column.key))));
  const shown = (column, cell) => inWords(column.kind, column.kind === "choice" ? (column.choices.map(choiceOf).find(({ value }) => value === cell)?.label ?? cell) : cell, column.unit) || "–";
  return html`<p class="hint">${t("table.rows", { n: one.value?.rows.length ?? 0 })}. ${t("settle.rows")}</p>
    <div class="scroll sheet" tabindex="0" role="region" aria-label=${t("table.label")}><table>
      <thead><tr><th scope="col">${t("table.row")}</th>${columns.map((column) => html`<th scope="col" dir="auto">${column.title}</th>`)}</tr></thead>
      <tbody>${found.map(({ code, rows, keys }) => html`<tr><th scope="row">${rows[at]?.code ?? code}</th>${rows[at]
        ? columns.map((column) => html`<td>${keys.has(column.key) ? html`<mark>${shown(column, rows[at][column.key])}</mark>` : shown(column, rows[at][column.key])}</td>`)
        : html`<td colspan=${columns.length}><mark>${t("settle.no_row")}</mark></td>`}</tr>`)}</tbody></table></div>`;
}
