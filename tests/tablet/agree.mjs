// Reads [{expression, answers, param, row, value}] on its input and writes what each comes to on the tablet.
import { readFileSync } from "node:fs";
import { UNKNOWN, evaluate, plain, plainMap, refusedAt } from "../../tablet/src/expressions.js";
import { bare } from "../../tablet/src/rules.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
const outcomes = cases.map(({ expression, answers, param, row, value }) => {
  const found = evaluate(expression, plainMap(answers), { param: plainMap(param), row: plainMap(row), value: plain(value) });
  return { refused: refusedAt(expression), gives: found === UNKNOWN ? { unknown: true } : bare(found) };
});
process.stdout.write(JSON.stringify(outcomes));
