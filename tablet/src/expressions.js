// The only door to the CEL engine. Twin of checklists/expressions/engine.py: the same rule, the same answers, the same
// outcome, judged by tests/contracts/expressions.json. What cannot be known is UNKNOWN, neither true nor false.

import { Environment } from "@marcbachmann/cel-js";
import { NoRule, read } from "./grammar.js";

export const UNKNOWN = Symbol("unknown");

const MINUTE = 60_000;
const nothing = new Map();

function fail(what) {
  throw new TypeError(what);
}

const isList = (value) => Array.isArray(value) || fail("not a list");
const isNumber = (value) => typeof value === "number" || fail("not a number");
const count = (items) => (typeof items === "string" ? [...items].length : isList(items) && items.length);

/** A day as [year, month, day], when the calendar has it. */
function dayOf(value) {
  const found = typeof value === "string" && /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!found || found[1] === "0000") fail("not a day");
  const [year, month, day] = found.slice(1).map(Number);
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  if (time.getUTCMonth() !== month - 1 || time.getUTCDate() !== day) fail("not a day");
  return { year, month, day, number: time.getTime() / (24 * 60 * MINUTE) };
}

function years(from, to) {
  const [first, last] = [dayOf(from), dayOf(to)];
  if (last.number < first.number) return -years(to, from);
  return last.year - first.year - (last.month < first.month || (last.month === first.month && last.day < first.day) ? 1 : 0);
}

// `dyn` in and out: nothing has a type before it runs, as in Python.
const engine = new Environment({ unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false })
  .registerFunction("sum(dyn): dyn", (items) => isList(items) && items.reduce((total, item) => total + (isNumber(item) && item), 0))
  .registerFunction("count(dyn): dyn", count)
  .registerFunction("dyn.count(): dyn", count)
  .registerFunction("share(dyn, dyn): dyn", (part, whole) => (isNumber(part) && isNumber(whole) && whole > 0 ? part / whole * 100 : fail("no whole")))
  .registerFunction("divisor(dyn): dyn", (value) => (isNumber(value) && value !== 0 ? value : fail("divided by zero")))
  .registerFunction("days_between(dyn, dyn): dyn", (from, to) => dayOf(to).number - dayOf(from).number)
  .registerFunction("years_between(dyn, dyn): dyn", years)
  .registerFunction("dyn.as_list(): dyn", (items) => items);

const compiled = new Map();

/** {run, answers, params, facts, columns, names} of a rule; null for a text that is none. */
function compile(expression) {
  let found = compiled.get(expression);
  if (found !== undefined) return found;
  try {
    const reading = read(expression);
    found = { ...reading, run: engine.parse(reading.source) };
  } catch {
    found = null;
  }
  compiled.set(expression, found);
  return found;
}

/** Where a text stops being a rule, from 0; null for a rule. */
export function refusedAt(expression) {
  try {
    read(expression);
    return null;
  } catch (error) {
    if (error instanceof NoRule) return error.position;
    throw error;
  }
}

/** Keys of the questions a rule reads; a text that is no rule reads nothing. */
export const reads = (expression) => compile(expression)?.answers ?? new Set();

/** Does the rule read nothing but the entered value? Then it can be judged wherever that value is. */
export function readsOnlyValue(expression) {
  const rule = compile(expression);
  return Boolean(rule) && ["answers", "params", "facts", "columns"].every((name) => !rule[name].size);
}

/**
 * What a rule comes to, or UNKNOWN. `answers`, `param`, `facts` and `row` are Maps of plain values.
 * Never throws for what an answer holds.
 */
export function evaluate(expression, answers, { param = nothing, facts = nothing, value = null, row = nothing } = {}) {
  const rule = compile(expression);
  if (!rule) return UNKNOWN;
  const names = Object.create(null);
  if (rule.answers.size) {
    names.answers = some(answers, rule.answers);
    names.answered = new Map([...rule.answers].map((key) => [key, names.answers.has(key)]));
  }
  if (rule.params.size) names.param = some(param, rule.params);
  if (rule.facts.size) names.facts = some(facts, rule.facts);
  if (rule.names.has("value") && value !== null) names.value = value;
  if (rule.names.has("row")) names.row = some(row, rule.columns);
  try {
    return result(rule.run(names));
  } catch {
    return UNKNOWN;
  }
}

function some(all, keys) {
  const found = new Map();
  for (const key of keys) {
    const value = all.get(key);
    if (value !== undefined && value !== null) found.set(key, value);
  }
  return found;
}

/** A JSON value as rules see it: maps for objects, null for what counts as absent. */
export function plain(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "string") return value || null;
  if (Array.isArray(value)) {
    const items = value.map(plain).filter((item) => item !== null);
    return items.length ? items : null;
  }
  if (!value || typeof value !== "object") return null;
  if (Object.hasOwn(value, "rows")) {
    const rows = (Array.isArray(value.rows) ? value.rows : []).filter((row) => row && typeof row === "object" && !Array.isArray(row)).map(plainMap);
    return rows.length ? new Map([["rows", rows]]) : null;
  }
  const items = plainMap(value);
  return items.size ? items : null;
}

export function plainMap(items) {
  return new Map(Object.entries(items ?? {}).map(([key, item]) => [key, plain(item)]).filter(([, item]) => item !== null));
}

function result(value) {
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : UNKNOWN;
  if (Array.isArray(value)) {
    const items = value.map(result);
    return items.includes(UNKNOWN) ? UNKNOWN : items;
  }
  return value instanceof Map ? value : UNKNOWN;
}
