// The language of rules on the tablet, judged by the contract that also judges the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { UNKNOWN, evaluate, plain, plainMap, reads, refusedAt } from "../../tablet/src/expressions.js";
import { bare } from "../../tablet/src/rules.js";

const cases = JSON.parse(readFileSync(new URL("../contracts/expressions.json", import.meta.url)));

for (const { name, expression, gives, refused_at: at, answers, param, facts, row, value } of cases) {
  test(`expressions: ${name}`, () => {
    const names = { param: plainMap(param), facts: plainMap(facts), row: plainMap(row), value: plain(value) };
    const found = evaluate(expression, plainMap(answers), names);
    assert.equal(refusedAt(expression), at ?? null);
    if (at === undefined) assert.deepEqual(found === UNKNOWN ? { unknown: true } : bare(found), gives);
    else assert.equal(found, UNKNOWN);
  });
}

test("a rule says what it reads", () => {
  assert.deepEqual([...reads('answered("a") && answers["b"] > param["c"]')], ["a", "b"]);
});
