// What is the value of one field, when several tablets wrote it? The twin of compliance/rules.py: both sides are
// judged by tests/contracts/heads.json. Pure: no store, no clock. Order of arrival never matters and no time of day
// decides; where people have to decide, this says "conflict" and keeps every value.

export const FOR_PEOPLE = new Set(["state", "value", "extent"]);
export const TEXTS = new Set(["note", "comment", "report_text"]);

/** The key under which things of the capture tray are kept, as compliance/visit_forms.py has it. */
export const TRAY = "@tray";

const byId = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** A JSON value as one text: keys sorted, no space. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Same JSON value? The order of keys in an object does not count; that of a list does; true is not 1. */
export function same(a, b) {
  return canonical(a) === canonical(b);
}

/** A JSON value as it can be kept everywhere, as compliance/rules.py has it: no half characters, no NUL. */
export function readable(value) {
  if (typeof value === "string") return value.replaceAll("\0", "").replace(/\p{Surrogate}/gu, "\ufffd");
  if (Array.isArray(value)) return value.map(readable);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map((pair) => pair.map(readable)));
  return value;
}

/** The operations of one question and field that no other known operation was made from, sorted by id. */
export function heads(operations) {
  const covered = new Set(operations.flatMap((operation) => operation.base));
  const open = operations.filter((operation) => !covered.has(operation.id));
  return [...new Map(open.map((operation) => [operation.id, operation])).values()].sort(byId);
}

/**
 * The state of one field: {heads: [ids], value, conflict}.
 * Quarantined operations take no part: leave them out before asking.
 */
export function resolve(field, operations) {
  const open = heads(operations);
  const settled = (value) => ({ heads: open.map((head) => head.id), value, conflict: false });
  if (!open.length) return settled(null);
  if (open.every((head) => same(head.value, open[0].value))) return settled(open[0].value);
  if (field.startsWith("photo:")) return settled(open.some((head) => head.value === true));
  if (TEXTS.has(field)) {
    const texts = open.map((head) => head.value).filter((text) => typeof text === "string" && text.trim());
    return settled([...new Set(texts)].join("\n\n"));
  }
  if (field === "ask" || field.startsWith("item:")) {
    // Not yet on the server counts as later than any revision: the person has just done it.
    const when = (head) => head.revision ?? Infinity;
    return settled(open.reduce((last, head) => (when(head) >= when(last) ? head : last)).value);
  }
  return { ...settled(null), conflict: true };
}
