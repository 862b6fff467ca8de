// Every word a screen asks for exists, and no word is kept that nobody says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import { day, names, t } from "../../tablet/src/words.js";

const folder = new URL("../../tablet/src/", import.meta.url);
const words = readFileSync(new URL("words.js", folder), "utf8");
const kept = [...words.matchAll(/^ {2}"([\w.]+)":/gm)].map((found) => found[1]);
const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".js") && file !== "words.js");
const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
const said = [...sources.matchAll(/\bt\("([\w.]+)"/g)].map((found) => found[1]);
const quoted = new Set([...sources.matchAll(/"([\w.]+)"/g)].map((found) => found[1]));
const made = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1]);

test("every word a screen says exists", () => {
  assert.deepEqual(said.filter((key) => !kept.includes(key)), []);
});

test("no word is kept that nobody says", () => {
  assert.deepEqual(kept.filter((key) => !quoted.has(key) && !made.some((start) => key.startsWith(start))), []);
});

test("holes, plurals, days and lists of names", () => {
  assert.equal(t("q.photos", { n: 1 }), "1 photo");
  assert.equal(t("q.photos", { n: 2 }), "2 photos");
  assert.equal(t("sync.safe_of", { n: 187, total: 190 }), "187 of 190");
  assert.equal(day("2026-11-10"), "10 November 2026");
  assert.equal(names(["Rith", "Sophea", "Dara"]), "Rith, Sophea and Dara");
});
