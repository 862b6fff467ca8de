// What a spreadsheet's clipboard comes to, which rows differ, and how questions are found.
import assert from "node:assert/strict";
import test from "node:test";
import { find, folded } from "../../tablet/src/find.js";
import { cellsOf, differing, pasted } from "../../tablet/src/rows.js";

const COLUMNS = [
  { key: "week", title: "Week of", kind: "date" },
  { key: "hours", title: "Hours", kind: "number" },
  { key: "off", title: "Day off", kind: "yes_no" },
  { key: "line", title: "Line", kind: "choice", choices: [{ key: "a", text: "Line A" }, "Line B"] },
  { key: "mark", title: "Mark", kind: "text" },
  { key: "over", title: "Over", kind: "number", compute: "row.hours - 60" },
];
const rowsOf = (text, rows = [], more = {}) => pasted(text, COLUMNS, rows, more);

test("cells in quotes may hold tabs, line ends and quotes", () => {
  assert.deepEqual(cellsOf('a\t"b\n""c"""\r\n\r\nd\t\r\n'), [["a", 'b\n"c"'], ["d", ""]]);
});

test("columns in their order, a code before them, and each value as its column holds it", () => {
  const { rows, refused, taken } = rowsOf("W3\t2026-03-02\t62.5\tYes\tline a\tcut\nW4\t2026-03-09\t48\tno\tLine B\t");
  assert.deepEqual(rows, [
    { code: "W3", week: "2026-03-02", hours: 62.5, off: true, line: "a", mark: "cut" },
    { code: "W4", week: "2026-03-09", hours: 48, off: false, line: "Line B" },
  ]);
  assert.deepEqual([taken, refused], [2, []]);
});

test("the first line may name the columns; one that is not of the table is said and not taken, as is what is computed", () => {
  const { rows, columns } = rowsOf("Name\thours\tOver\tcode\nSok Dara\t61\t1\tP9", [{ code: "P1" }]);
  assert.deepEqual(rows, [{ code: "P1" }, { hours: 61, code: "P9" }]);
  assert.deepEqual(columns, ["Name", "Over"]);
});

test("a name never becomes a code", () => {
  const { rows, refused } = rowsOf("code\tHours\nSok Dara\t61");
  assert.deepEqual(rows, [{ hours: 61, code: "W1" }]);
  assert.deepEqual(refused, [{ row: 1, column: "code", text: "Sok Dara" }]);
});

test("what is no value of its column stays out, with its place; the rest of the row is taken", () => {
  const { rows, refused } = rowsOf(`2026-02-31\tlots\tmaybe\tLine C\t${"x".repeat(201)}\tmore`, [{ code: "W7", hours: 1 }]);
  assert.deepEqual(rows.slice(1), []);
  assert.deepEqual(refused.map(({ column }) => column), ["Week of", "Hours", "Day off", "Line", "Mark", null]);
  assert.deepEqual(rowsOf("\tlots\tyes").rows, [{ off: true, code: "W1" }]);
});

test("a thousand written so that it could be a bit over one is not guessed", () => {
  const hours = (text) => pasted(text, [COLUMNS[1]], []).rows[0]?.hours;
  assert.deepEqual(["1,234", "1,234.50", "1.234,50", "1 234", "62,5", "-3", "1,234,567"].map(hours), [undefined, 1234.5, 1234.5, 1234, 62.5, -3, 1234567]);
});

test("rows without room are counted, none is cut off silently", () => {
  const { rows, over } = pasted("1\n2\n3", [COLUMNS[1]], [{ code: "W1" }], { most: 2 });
  assert.deepEqual([rows.length, over], [2, 2]);
});

test("two tables: only the rows that differ, by their code, and in which cells", () => {
  const a = { rows: [{ code: "W1", hours: 60 }, { code: "W2", hours: 61 }, { code: "W3" }] };
  const b = { rows: [{ code: "W2", hours: 62 }, { code: "W1", hours: 60 }] };
  assert.deepEqual(differing([a, b]), [
    { code: "W2", rows: [a.rows[1], b.rows[0]], keys: new Set(["hours"]) },
    { code: "W3", rows: [a.rows[2], null], keys: new Set(["code"]) },
  ]);
  assert.deepEqual(differing([null, a]).map(({ code }) => code), ["W1", "W2", "W3"]);
});

test("a search does not mind case, accents, Arabic vowel marks or the unseen spaces of Khmer", () => {
  const questions = [{ text: "Sécurité: Sorties dégagées?" }, { text: "ច្រក\u200bចេញ\u200bបើក" }, { text: "هَلِ المَخارِجُ سالِكة؟" }, { text: "Đường thoát", point: { title: "Exits" }, law: [{ citation: "Law C138" }] }];
  const at = (words) => find(questions, words).map((one) => questions.indexOf(one));
  assert.deepEqual([at("DEGAGEES securite"), at("ចេញបើក"), at("المخارج سالكه"), at("duong exits c138"), at("nothing")], [[0], [1], [2], [3], []]);
  assert.notEqual(folded("កា"), folded("កី"));
});
