// A table of sampled records, and a value that is computed: what rules make of entered values is shown, never typed.

import { useState } from "preact/hooks";
import { Button, Icon, Link, Note, html, useDraft } from "../parts.js";
import { nextCode, pasted } from "../rows.js";
import * as state from "../state.js";
import { day, names, t } from "../words.js";

const MOST_ROWS = 500; // as the server takes them
const CODE = /^[A-Za-z]{0,3}-?[0-9]{1,4}$/;

export const choiceOf = (choice) => (typeof choice === "object" ? { value: choice.key, label: choice.text } : { value: choice, label: choice });

/** The number somebody typed, null for nothing, undefined for what is no number. */
export function asNumber(typed) {
  const plain = typed.trim().replace(",", ".");
  if (!plain) return null;
  return /^-?\d+\.?\d*$/.test(plain) ? Number(plain) : undefined;
}

/** A value in words: numbers without the tail that doubles have. */
export function inWords(kind, value, unit = "") {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return t(value ? "yes" : "no");
  if (typeof value === "number") return `${Number(value.toPrecision(12))}${kind === "percent" ? " %" : unit ? ` ${unit}` : ""}`;
  return kind === "date" ? day(value) : String(value);
}

// --- computed --------------------------------------------------------------------------------------------------------

/** Read only, with the way it was computed: the answers it comes from, and the rule itself. */
export function Computed({ question }) {
  const value = state.judged.value?.computed.get(question.key) ?? null;
  const { item, version } = state.work.value;
  return html`<section class="card stack tight computed"><p class="t-xl num"><output dir="auto">${value === null ? "–" : inWords(question.kind, value, question.unit)}</output></p>
    <p class="hint">${t(value === null ? "q.computed_not" : "q.computed")}</p>
    <h2 class="t-m">${t("q.computed_from")}</h2>
    <ul class="points">${state.sources(question).map((one) => html`<li><${Link} to=${{ id: item.id, screen: "q", question: one.key }}>
      <span lang=${version.language} dir="auto">${one.text}</span><span class="num">${shown(one)}</span><//></li>`)}</ul>
    <p class="hint">${t("q.rule")}: <code dir="ltr">${question.compute}</code></p></section>`;
}

function shown(question) {
  const value = state.judged.value?.values.get(question.key) ?? null;
  if (value === null) return "–";
  if (question.kind === "finding") return t(`state.${value}`);
  return value instanceof Map ? t("table.rows", { n: value.get("rows").length }) : inWords(question.kind, value, question.unit);
}

// --- table -----------------------------------------------------------------------------------------------------------

export function Table({ question }) {
  const [value, set, { unsaved, ...focus }] = useDraft(question.key, "value", null);
  const [typed, setTyped] = useState({}); // cells as written, while what is written is no value
  const [sure, ask] = useState(null); // the row about to be removed
  const [told, tell] = useState(null); // what came of the last paste
  const rows = value?.rows ?? [];
  const columns = question.columns ?? [];
  const most = question.rows?.max ?? MOST_ROWS;
  const disabled = !state.writable.value;
  const change = (next) => set(next.length ? { rows: next } : null);
  const write = (at, key, cell) => change(rows.map((row, n) => (n === at ? { ...row, [key]: cell } : row)));
  const calculated = state.judged.value?.rows.get(question.key) ?? [];
  const cellOf = (at, column) => (column.compute ? calculated[at]?.get(column.key) ?? null : rows[at][column.key] ?? null);
  const { rows: known, gone } = state.nameKey.value[state.work.value.item.id] ?? {};
  const whose = known?.[question.key] ?? {};
  const until = state.namesEnd();
  const open = state.namesShown.value && until > Date.now();
  const add = () => {
    change([...rows, { code: nextCode(rows) }]);
    const box = `code-${rows.length}`;
    requestAnimationFrame(() => document.getElementById(box)?.closest("tr").querySelector("td :is(input, select)")?.focus());
  };
  const remove = (at) => {
    ask(null);
    setTyped({});
    if (rows[at].code in whose) state.keepName(question.key, rows[at].code, "");
    change(rows.filter((_, n) => n !== at));
  };
  /** A cell where a number or code is written: what is no value stays on the screen, marked; the rest is kept. */
  const written = (at, key, label, fit, more = {}) => {
    const place = `${at} ${key}`;
    const wrong = place in typed;
    const enter = (event) => {
      const text = event.target.value;
      const cell = fit(text);
      const { [place]: _, ...others } = typed;
      setTyped(cell === undefined ? { ...typed, [place]: text } : others);
      write(at, key, cell ?? null);
    };
    return html`<input class=${unsaved ? "input unsaved" : "input"} aria-label=${label} aria-invalid=${wrong ? "true" : null} value=${typed[place] ?? rows[at][key] ?? ""}
      disabled=${disabled} onInput=${enter} ...${focus} ...${more} />`;
  };
  const codeAt = (at) => rows[at].code || at + 1;
  const cell = (at, column) => {
    const label = t("table.cell", { column: column.title, row: codeAt(at) });
    if (column.compute) return html`<output class="num" aria-label=${label}>${inWords(column.kind, cellOf(at, column), "") || "–"}</output>`;
    const options = column.kind === "yes_no" ? [{ value: true, label: t("yes") }, { value: false, label: t("no") }] : (column.choices ?? []).filter(state.offered).map(choiceOf);
    if (column.kind === "yes_no" || column.kind === "choice") {
      const at_ = options.findIndex((one) => one.value === rows[at][column.key]);
      return html`<select class="input" aria-label=${label} value=${at_} disabled=${disabled} onChange=${(event) => write(at, column.key, options[event.target.value]?.value ?? null)} ...${focus}>
        <option value="-1"></option>${options.map((one, n) => html`<option value=${n}>${one.label}</option>`)}</select>`;
    }
    if (column.kind === "date") return html`<input type="date" class="input" aria-label=${label} value=${rows[at][column.key] ?? ""} disabled=${disabled} onInput=${(event) => write(at, column.key, event.target.value || null)} ...${focus} />`;
    if (column.kind === "text") return written(at, column.key, label, (text) => text || null, { dir: "auto", maxlength: state.cellLimit() });
    const fit = (text) => { const number = asNumber(text); return column.kind === "percent" && (number < 0 || number > 100) ? undefined : number; };
    return written(at, column.key, label, fit, { inputmode: "decimal" });
  };
  const paste = (text) => {
    const found = pasted(text, columns, rows, { most, cell: state.cellLimit() });
    tell(found);
    if (found.taken) change(found.rows);
  };
  const summed = (column) => ["number", "money"].includes(column.kind);
  const sum = (column) => rows.reduce((total, _, at) => total + (cellOf(at, column) ?? 0), 0);
  const complaint = Object.keys(typed)[0];

  return html`<div class="stack tight">
    <p class="hint">${t("table.codes")} ${question.rows?.min > rows.length && t("table.few", { n: question.rows.min })}</p>
    ${rows.length > 0 && html`<div class="scroll sheet" tabindex="0" role="region" aria-label=${t("table.label")}><table>
      <thead><tr><th scope="col">${t("table.row")}</th>${open && html`<th scope="col">${t("key.title")}</th>`}${columns.map((column) => html`<th scope="col" dir="auto">${column.title}${column.unit && ` (${column.unit})`}</th>`)}<td></td></tr></thead>
      <tbody>${rows.map((_, at) => html`<tr key=${at}>
        <th scope="row">${written(at, "code", t("table.code", { row: at + 1 }), (text) => (CODE.test(text.trim()) ? text.trim() : text.trim() ? undefined : null), { id: `code-${at}`, maxlength: 8 })}</th>
        ${open && html`<td>${rows[at].code && html`<${Whose} key=${rows[at].code} question=${question.key} code=${rows[at].code} name=${whose[rows[at].code]} />`}</td>`}
        ${columns.map((column) => html`<td>${cell(at, column)}</td>`)}
        <td class="end">${!disabled && (sure === at
          ? html`<${Button} kind="line" onPress=${() => remove(at)} onBlur=${() => ask(null)}>${t("table.remove_sure", { row: codeAt(at) })}<//>`
          : html`<${Button} kind="line icon" icon="close" aria-label=${t("table.remove", { row: codeAt(at) })} onPress=${() => ask(at)} />`)}</td></tr>`)}</tbody>
      ${columns.some(summed) && html`<tfoot><tr><th scope="row">${t("table.sum")}</th>${open && html`<td></td>`}${columns.map((column) => html`<td class="num">${summed(column) && inWords(column.kind, sum(column))}</td>`)}<td></td></tr></tfoot>`}
    </table></div>`}
    ${complaint && html`<p class="st small" data-s="bad" role="alert"><${Icon} name="care" /><span>${t(complaint.endsWith(" code") ? "table.bad_code" : "q.number")}</span></p>`}
    ${!disabled && (rows.length < most ? html`<div class="btns"><${Button} kind="line" icon="plus" onPress=${add}>${t("table.add")}<//><${Paste} paste=${paste} /></div>` : html`<p class="hint">${t("table.full", { n: most })}</p>`)}
    ${rows.length > 0 && (until > Date.now() ? html`<div class="btns"><${Button} kind="line" icon="key" aria-pressed=${String(open)} onPress=${() => { state.namesShown.value = !open; }}>${t("key.show")}<//></div>
      ${open && html`<p class="hint">${t("key.more", { on: day(new Date(until).toISOString()) })}</p>`}` : gone && html`<p class="hint">${t("key.gone", { on: day(gone) })}</p>`)}
    <div role="status">${told && html`<${Pasted} told=${told} close=${() => tell(null)} />`}</div></div>`;
}

/** Whose record a row is, for the assessor who looks for the paper again. Kept at each letter. */
function Whose({ question, code, name }) {
  const [typed, type] = useState(name ?? "");
  const enter = ({ target }) => { type(target.value); state.keepName(question, code, target.value); };
  return html`<input class="input" dir="auto" autocomplete="off" maxlength="80" aria-label=${t("key.of", { row: code })} value=${typed} onInput=${enter} />`;
}

/** A box for the clipboard: what is put into it becomes rows at once, and the box is empty again. */
function Paste({ paste }) {
  const take = (event) => {
    const text = event.clipboardData?.getData("text") ?? event.target.value;
    event.preventDefault();
    event.target.value = "";
    if (text.trim()) paste(text);
  };
  return html`<input class="input paste" aria-label=${t("table.paste")} placeholder=${t("table.paste")} onPaste=${take} onChange=${take} />`;
}

const SAID = 5; // of what was not taken, so many are named

/** What was taken from a spreadsheet, and each thing that was not. */
function Pasted({ told, close }) {
  const { taken, refused, columns, over } = told;
  const clean = !refused.length && !columns.length && !over;
  return html`<${Note} s=${clean ? "good" : "open"} icon=${clean ? "tick" : "care"} title=${t("table.pasted", { n: taken })} actions=${html`<${Button} onPress=${close}>${t("close")}<//>`}>
    <ul>${columns.length > 0 && html`<li>${t("table.pasted_columns", { columns: names(columns) })}</li>`}
      ${refused.slice(0, SAID).map(({ row, column, text }) => html`<li>${t("table.pasted_cell", { row, column: column ?? "?", text: text.slice(0, 40) })}</li>`)}
      ${refused.length > SAID && html`<li>${t("table.pasted_more", { n: refused.length - SAID })}</li>`}
      ${over > 0 && html`<li>${t("table.pasted_over", { n: over })}</li>`}</ul><//>`;
}
