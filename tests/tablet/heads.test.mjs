// The heads rule of the tablet, judged by the contract that also judges the server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { resolve } from "../../tablet/src/heads.js";

const cases = JSON.parse(readFileSync(new URL("../contracts/heads.json", import.meta.url)));

for (const { name, field, operations, heads, value, conflict } of cases) {
  test(`heads: ${name}`, () => {
    assert.deepEqual(resolve(field, operations), { heads, value, conflict });
    assert.deepEqual(resolve(field, [...operations].reverse()), { heads, value, conflict });
  });
}
