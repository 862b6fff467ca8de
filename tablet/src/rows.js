// Rows of sampled records, beside the screen that shows them: what a spreadsheet's clipboard comes to, and in which rows
// two tables differ. Pure. Rows are called by codes, never by names: a column that is not of the table is not taken.

import { same } from "./heads.js";

const CODE = /^[A-Za-z]{0,3}-?[0-9]{1,4}$/;
const NUMBERS = new Set(["number", "money", "percent"]);
const NO = new Set(["no", "false", "0"]);
const YES = new Set(["yes", "true", "1"]);

/** Lines of cells, as spreadsheets put them on the clipboard: tabs between cells, quotes around one with a line end. */
export function cellsOf(text) {
  const lines = [[""]];
  let quoted = false;
  const clean = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replace(/\n+$/, "");
  for (let i = 0; i < clean.length; i += 1) {
    const at = clean[i];
    const line = lines.at(-1);
    if (quoted && at === '"' && clean[i + 1] === '"') { line[line.length - 1] += '"'; i += 1; }
    else if (at === '"' && (quoted || line.at(-1) === "")) quoted = !quoted;
    else if (at === "\t" && !quoted) line.push("");
    else if (at === "\n" && !quoted) lines.push([""]);
    else line[line.length - 1] += at;
  }
  return lines.map((line) => line.map((cell) => cell.trim())).filter((line) => line.some(Boolean));
}

/** A number as a spreadsheet writes it. "1,234" may be a thousand or one and a bit: nobody can say, so it is none. */
function numberOf(text) {
  const plain = text.replace(/[\s\u00a0\u202f%]/g, "");
  if (/^-?\d+([.,]\d+)?$/.test(plain) && !/^-?\d{1,3},\d{3}$/.test(plain)) return Number(plain.replace(",", "."));
  if (/^-?\d{1,3}(,\d{3})+\.\d+$/.test(plain) || /^-?\d{1,3}(,\d{3}){2,}$/.test(plain)) return Number(plain.replaceAll(",", ""));
  if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(plain)) return Number(plain.replaceAll(".", "").replace(",", "."));
  return undefined;
}

const folded = (text) => text.trim().toLowerCase();

/** What a column holds of a text; undefined: it is no value there. */
function cellOf(column, text, most) {
  if (!text) return null;
  if (column.key === "code") return CODE.test(text) ? text : undefined;
  if (NUMBERS.has(column.kind)) {
    const number = numberOf(text);
    return column.kind === "percent" && (number < 0 || number > 100) ? undefined : number;
  }
  if (column.kind === "yes_no") return YES.has(folded(text)) ? true : NO.has(folded(text)) ? false : undefined;
  if (column.kind === "date") return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text) ? text : undefined;
  if (column.kind === "choice") {
    const found = (column.choices ?? []).find((one) => [one.key, one.text, one].some((name) => typeof name === "string" && folded(name) === folded(text)));
    return found === undefined ? undefined : found.key ?? found;
  }
  return [...text].length <= most ? text : undefined;
}

/**
 * Rows with a spreadsheet's cells after those there are: {rows, taken, refused: [{row, column, text}], columns: [text], over}.
 * The first line may name the columns; else they stand in their order, a code before them where each line begins with one.
 * `refused`: cells that are no value of their column; `columns`: columns that are none of the table; `over`: rows without room.
 */
export function pasted(text, columns, rows, { most = 500, cell = 200 } = {}) {
  const lines = cellsOf(text);
  const typed = columns.filter((column) => !column.compute);
  const all = [{ key: "code", title: "code" }, ...typed];
  const named = (name) => all.find((column) => folded(column.title) === folded(name) || column.key === folded(name));
  const headed = lines.length > 0 && lines[0].some((name) => named(name));
  const coded = !headed && lines.length > 0 && lines.every((line) => CODE.test(line[0])) && (!NUMBERS.has(typed[0]?.kind) || lines[0].length > typed.length || lines.some((line) => /^[A-Za-z]/.test(line[0])));
  const order = headed ? lines[0].map(named) : coded ? all : typed;
  const body = headed ? lines.slice(1) : lines;
  const found = { rows: [...rows], taken: 0, refused: [], columns: [], over: 0 };
  if (headed) found.columns = lines[0].filter((name) => name && !named(name));
  for (const [n, line] of body.entries()) {
    if (found.rows.length >= most) { found.over += 1; continue; }
    const row = {};
    for (const [at, text] of line.entries()) {
      const column = order[at];
      if (!column) {
        if (!headed && text) found.refused.push({ row: n + 1, column: null, text });
        continue;
      }
      const value = cellOf(column, text, cell);
      if (value === undefined) found.refused.push({ row: n + 1, column: column.title, text });
      else if (value !== null) row[column.key] = value;
    }
    if (!Object.keys(row).length) continue;
    row.code ??= nextCode(found.rows);
    found.rows.push(row);
    found.taken += 1;
  }
  return found;
}

/** The code after the last: W7 after W6. */
export function nextCode(rows) {
  const codes = rows.map((row) => /^(.*?)(\d+)$/.exec(row.code ?? "")).filter(Boolean);
  const last = Math.max(0, ...codes.map(([, , number]) => Number(number)));
  return `${codes.at(-1)?.[1] ?? "W"}${last + 1}`;
}

/** Rows of several tables side by side where they differ: [{code, rows: [row or null of each], keys: Set}]. By code, else by place. */
export function differing(tables) {
  const lists = tables.map((table) => new Map((table?.rows ?? []).map((row, n, all) => {
    const twice = row.code && all.findIndex((other) => other.code === row.code) !== n;
    return [row.code && !twice ? row.code : `${row.code ?? ""}#${n + 1}`, row];
  })));
  const names = [...new Set(lists.flatMap((list) => [...list.keys()]))];
  return names.flatMap((code) => {
    const rows = lists.map((list) => list.get(code) ?? null);
    const keys = new Set(rows.flatMap((row) => Object.keys(row ?? {})).filter((key) => rows.some((row) => !same(row?.[key] ?? null, rows[0]?.[key] ?? null))));
    return keys.size || rows.includes(null) ? [{ code, rows, keys }] : [];
  });
}
