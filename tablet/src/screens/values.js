// Inputs of the questions that are not findings: yes or no, numbers, words, a day, one or several of a list.

import { useState } from "preact/hooks";
import { Icon, html, useDraft } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";
import { Computed, Table, asNumber, choiceOf } from "./table.js";

const choicesOf = (question) => (question.choices ?? []).filter(state.offered).map(choiceOf);

export function ValueInput({ question }) {
  if (question.compute) return html`<${Computed} question=${question} />`;
  const Kind = { table: Table, yes_no: YesNo, choice: Choice, many_choice: Choices, number: Amount, money: Amount, percent: Amount, date: Day }[question.kind] ?? Words;
  return html`<${Kind} question=${question} />`;
}

function useChoice(question) {
  const { value } = state.field(question.key, "value");
  return [value, (chosen) => state.record({ question: question.key, field: "value", value: chosen }), !state.writable.value];
}

/** Native radio buttons: one choice is one change, kept at once. */
function Radios({ question, options }) {
  const [value, choose, disabled] = useChoice(question);
  return html`<fieldset class="stack tight"><legend class="hide-text">${t("q.answer")}</legend>${options.map((option) => html`
    <label class="check"><input type="radio" name=${question.key} checked=${value === option.value} disabled=${disabled} onChange=${() => choose(option.value)} /><span>${option.label}</span></label>`)}</fieldset>`;
}

const YesNo = ({ question }) => html`<${Radios} question=${question} options=${[{ value: true, label: t("yes") }, { value: false, label: t("no") }]} />`;
const Choice = ({ question }) => html`<${Radios} question=${question} options=${choicesOf(question)} />`;

/** Several of a list: always in the order of the checklist, so that two tablets that chose the same say the same. */
function Choices({ question }) {
  const [value, choose, disabled] = useChoice(question);
  const options = choicesOf(question);
  const chosen = new Set(value ?? []);
  const turn = (one, on) => choose(options.map((option) => option.value).filter((each) => (each === one ? on : chosen.has(each))));
  return html`<fieldset class="stack tight"><legend class="hide-text">${t("q.answer")}</legend>${options.map((option) => html`
    <label class="check"><input type="checkbox" checked=${chosen.has(option.value)} disabled=${disabled} onChange=${(event) => turn(option.value, event.target.checked)} /><span>${option.label}</span></label>`)}</fieldset>`;
}

function Amount({ question }) {
  const [value, set, { unsaved, onBlur, ...focus }] = useDraft(question.key, "value", null);
  const [typed, type] = useState(null); // as written, while it is being written
  const wrong = value === undefined;
  const tooMuch = (number) => question.kind === "percent" && (number < 0 || number > 100);
  const number = typed === null ? null : asNumber(typed);
  const says = !tooMuch(number) && state.impossible(question, number);
  const enter = (event) => {
    type(event.target.value);
    const number = asNumber(event.target.value);
    set(tooMuch(number) || state.impossible(question, number) ? undefined : number);
  };
  const leave = () => {
    if (!wrong) type(null);
    onBlur();
  };
  return html`<div class="stack tight"><div class="row snug">
    <input class=${unsaved ? "input num amount unsaved" : "input num amount"} inputmode="decimal" aria-label=${t("q.answer")} aria-invalid=${wrong ? "true" : null}
      value=${typed ?? value ?? ""} disabled=${!state.writable.value} onInput=${enter} onBlur=${leave} ...${focus} />
    <span>${question.kind === "percent" ? "%" : question.unit ?? ""}</span></div>
    ${wrong && html`<p class="st small" data-s="bad" role="alert"><${Icon} name="care" /><span dir="auto">${says || t(question.kind === "percent" ? "q.percent" : "q.number")}</span></p>`}</div>`;
}

function Day({ question }) {
  const [value, set, { unsaved, ...focus }] = useDraft(question.key, "value", null);
  return html`<input type="date" class=${unsaved ? "input date unsaved" : "input date"} aria-label=${t("q.answer")} value=${value ?? ""} disabled=${!state.writable.value}
    onInput=${(event) => set(event.target.value || null)} ...${focus} />`;
}

function Words({ question }) {
  const [value, set, { unsaved, ...focus }] = useDraft(question.key, "value", "");
  return html`<textarea class=${unsaved ? "input unsaved" : "input"} rows="3" dir="auto" maxlength="20000" aria-label=${t("q.answer")} value=${value} disabled=${!state.writable.value}
    onInput=${(event) => set(event.target.value)} ...${focus}></textarea>`;
}
