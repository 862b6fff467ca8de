// What the answers of an assessment come to under all rules of its checklist. Twin of checklists/expressions/judging.py;
// both are judged by tests/contracts/rules.json. Pure: no store, no clock, no screen.
//
// A question's value is what rules read of it: what was entered, or what is computed; nothing while it is hidden. Values
// wait for one another (visible_when, compute), so questions are taken in an order in which each comes after what it
// reads. All other rules only read values. After a change only the rules that read something changed run again.

import { UNKNOWN, evaluate, plain, plainMap, reads } from "./expressions.js";
import { same } from "./heads.js";

const NUMBERS = new Set(["number", "money", "percent"]);

const readsOf = (rules) => new Set(rules.flatMap((rule) => (rule ? [...reads(rule)] : [])));
const waitsFor = (question) => readsOf([question.visible_when, question.compute, ...(question.columns ?? []).map((column) => column.compute)]);
const further = (question) => readsOf([question.required_when, question.constraint?.when, ...(question.suggest ?? []).map((one) => one.when)]);

/** Keys so that each comes after what it needs; what waits for one another in a circle comes last. */
export function inOrder(needs) {
  const waiting = new Map([...needs].map(([key, wanted]) => [key, new Set([...wanted].filter((one) => needs.has(one)))]));
  const followers = new Map([...needs.keys()].map((key) => [key, []]));
  for (const [key, wanted] of waiting) for (const one of wanted) followers.get(one).push(key);
  const order = [...waiting].filter(([, wanted]) => !wanted.size).map(([key]) => key);
  for (const key of order) {
    for (const follower of followers.get(key)) {
      const wanted = waiting.get(follower);
      wanted.delete(key);
      if (!wanted.size) order.push(follower);
    }
  }
  const done = new Set(order);
  return [...order, ...[...needs.keys()].filter((key) => !done.has(key))];
}

/** What is read to say which choices are offered. */
const offering = ({ choices = [], columns = [] }) => readsOf([choices, ...columns.map((column) => column.choices ?? [])].flat().map((choice) => choice.when));

function note(readers, keys, reader) {
  for (const key of keys) readers.set(key, [...(readers.get(key) ?? []), reader]);
}

/** A value as its kind holds it; null where it is unknown or of another kind. */
function typed(kind, value) {
  if (value === UNKNOWN) return null;
  if (NUMBERS.has(kind)) return typeof value === "number" ? value : null;
  if (kind === "yes_no") return typeof value === "boolean" ? value : null;
  return typeof value === "string" ? value || null : null;
}

const alike = (a, b) => a === b || (typeof a === "object" && typeof b === "object" && same(bare(a), bare(b)));

/** A plain value as JSON again. */
export function bare(value) {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, bare(item)]));
  return Array.isArray(value) ? value.map(bare) : value;
}

/** The rules of one blueprint, ready to judge answers. Made once for a version; knows no answer. */
export function rulesOf(blueprint) {
  const questions = new Map(blueprint.clusters.flatMap((cluster) => cluster.points.flatMap((point) => point.questions)).map((one) => [one.key, one]));
  const checks = new Map((blueprint.checks ?? []).map((check) => [check.key, check]));
  const needs = new Map([...questions].map(([key, question]) => [key, waitsFor(question)]));
  const order = inOrder(needs);
  const place = new Map(order.map((key, n) => [key, n]));
  const readers = { values: new Map(), rules: new Map(), checks: new Map() };
  for (const [key, question] of questions) {
    note(readers.values, needs.get(key), key);
    note(readers.rules, further(question), key);
  }
  for (const [key, check] of checks) note(readers.checks, readsOf([check.when]), key);
  const all = [...questions.values()];
  const read = new Set([...Object.values(readers).flatMap((one) => [...one.keys()]), ...all.flatMap((one) => [...offering(one)])]);
  const heard = new Set(all.filter((one) => read.has(one.key) || one.constraint || one.columns?.some((column) => column.compute)).map((one) => one.key));
  return { questions, checks, order, place, readers, heard };
}

/**
 * How everything stands: {visible, required, values, computed, rows, suggested, refused, failed()} — Maps by key.
 * `change(key, value)` follows one changed answer, and says whether any rule heard of it; `runs` counts the rules that were run.
 */
export function judge(rules, answers, { param = {}, facts = {} } = {}) {
  const { questions, checks, order, place, readers, heard } = rules;
  const entered = new Map(Object.entries(answers));
  const known = { param: plainMap(param), facts: plainMap(facts) };
  const now = { known, visible: new Map(), required: new Map(), values: new Map(), computed: new Map(), rows: new Map(), suggested: new Map(), refused: new Map(), runs: 0 };
  const found = new Map();

  const run = (expression, more) => {
    now.runs += 1;
    return evaluate(expression, now.values, more ? { ...known, ...more } : known);
  };

  function table(columns, value) {
    const rows = value instanceof Map ? value.get("rows") : null;
    if (!rows) return null;
    return new Map([["rows", rows.map((one) => {
      const row = new Map(one);
      for (const column of columns) {
        row.delete(column.key);
        const outcome = typed(column.kind, run(column.compute, { row }));
        if (outcome !== null) row.set(column.key, outcome);
      }
      return row;
    })]]);
  }

  /** Is the question asked, and what do other rules read of it? */
  function takeValue(question) {
    const { key } = question;
    const visible = !question.visible_when || run(question.visible_when) !== false;
    let value = plain(entered.get(key));
    if (question.compute) {
      value = typed(question.kind, run(question.compute));
      now.computed.set(key, visible ? value : null);
    }
    const columns = (question.columns ?? []).filter((column) => column.compute);
    if (columns.length) {
      value = table(columns, value);
      now.rows.set(key, value?.get("rows") ?? []);
    }
    now.visible.set(key, visible);
    now.values.set(key, visible ? value : null);
  }

  /** Whether it must be answered, what is suggested, whether its value is refused. */
  function takeFurther(question) {
    const { key } = question;
    const visible = now.visible.get(key);
    const asked = visible && question.kind !== "information" && !question.compute;
    now.required.set(key, asked && (question.required_when ? run(question.required_when) === true : question.required !== false));
    const suggestion = visible && question.suggest?.find((one) => run(one.when) === true);
    if (suggestion) now.suggested.set(key, { state: suggestion.state, because: suggestion.because });
    else now.suggested.delete(key);
    const value = now.values.get(key);
    if (question.constraint && value !== null && run(question.constraint.when, { value }) === false) now.refused.set(key, question.constraint.says);
    else now.refused.delete(key);
  }

  function follow(changed, toCheck) {
    const queued = new Set([...changed].map((key) => place.get(key)));
    const after = new Set(changed);
    const seen = new Set(toCheck);
    while (queued.size) {
      const at = Math.min(...queued);
      queued.delete(at);
      const key = order[at];
      const before = now.values.get(key);
      takeValue(questions.get(key));
      after.add(key);
      if (before !== undefined && alike(before, now.values.get(key))) continue;
      for (const reader of readers.rules.get(key) ?? []) after.add(reader);
      for (const check of readers.checks.get(key) ?? []) seen.add(check);
      for (const reader of readers.values.get(key) ?? []) if (place.get(reader) > at) queued.add(place.get(reader));
    }
    for (const key of after) takeFurther(questions.get(key));
    for (const key of seen) found.set(key, run(checks.get(key).when) === true);
  }

  now.failed = () => [...checks.keys()].filter((key) => found.get(key));
  now.change = (key, value) => {
    if (!questions.has(key)) return false;
    entered.set(key, value);
    follow(new Set([key]), []);
    return heard.has(key);
  };
  // The first time every question is taken once, in order.
  for (const key of order) takeValue(questions.get(key));
  for (const question of questions.values()) takeFurther(question);
  for (const key of checks.keys()) found.set(key, run(checks.get(key).when) === true);
  return now;
}
