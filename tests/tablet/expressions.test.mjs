// The language of rules on the tablet, judged by the contract that also judges the server: as it is written, and as it is
// built, with less of the engine (slim.mjs).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { fileURLToPath } from "node:url";
import * as written from "../../tablet/src/expressions.js";
import { bare } from "../../tablet/src/rules.js";
import { slim } from "../../tablet/slim.mjs";

const { build } = createRequire(new URL("../../tablet/package.json", import.meta.url))("esbuild");
const source = fileURLToPath(new URL("../../tablet/src/expressions.js", import.meta.url));
const { outputFiles } = await build({ entryPoints: [source], plugins: [slim], bundle: true, minify: true, format: "esm", write: false });
const built = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
const { reads } = written;

const cases = JSON.parse(readFileSync(new URL("../contracts/expressions.json", import.meta.url)));

const each = cases.flatMap((one) => [[written, "", one], [built, ", as built", one]]);
for (const [engine, how, { name, expression, gives, refused_at: at, answers, param, facts, row, value }] of each) {
  test(`expressions${how}: ${name}`, () => {
    const { UNKNOWN, evaluate, plain, plainMap, refusedAt } = engine;
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
