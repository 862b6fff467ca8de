// All rules of a checklist on the tablet, judged by the contract that also judges the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { bare, judge, rulesOf } from "../../tablet/src/rules.js";

const cases = JSON.parse(readFileSync(new URL("../contracts/rules.json", import.meta.url)));

const seen = (now, gives) => Object.fromEntries(Object.keys(gives).map((name) => [name, name === "failed" ? now.failed() : bare(now[name])]));

for (const { name, blueprint, answers, param, facts, gives, then } of cases) {
  test(`rules: ${name}`, () => {
    const now = judge(rulesOf(blueprint), answers, { param, facts });
    assert.deepEqual(seen(now, gives), gives);
    for (const { key, value, gives: after, runs } of then) {
      const before = now.runs;
      now.change(key, value);
      assert.deepEqual(seen(now, after), after);
      if (runs !== undefined) assert.equal(now.runs - before, runs);
    }
  });
}

test("a change says whether a rule heard of it: then more than its own question may show something else", () => {
  const question = (key, more) => ({ key, kind: "yes_no", text: key, ...more });
  const rules = rulesOf({ clusters: [{ points: [{ questions: [
    question("alone"), question("read"), question("reader", { visible_when: "answers[\"read\"] == true" }), question("offers"),
    question("list", { kind: "choice", choices: [{ key: "a", text: "A", when: "answers[\"offers\"] == true" }] }),
    question("bound", { kind: "number", constraint: { when: "value > 0", says: "More than none" } }), question("checked"),
  ] }] }], checks: [{ key: "check", when: "answers[\"checked\"] == true" }] });
  const now = judge(rules, {});
  const heard = ["alone", "read", "reader", "offers", "list", "bound", "checked", "not of this checklist"].filter((key) => now.change(key, true));
  assert.deepEqual(heard, ["read", "offers", "bound", "checked"]);
});
