// Every word a screen asks for exists, and no word is kept that nobody says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";
import ar from "../../tablet/src/words.ar.js";
import { LANGUAGES, day, names, speak, t } from "../../tablet/src/words.js";
import km from "../../tablet/src/words.km.js";

const folder = new URL("../../tablet/src/", import.meta.url);
const words = readFileSync(new URL("words.js", folder), "utf8");
const kept = [...words.matchAll(/^ {2}"([\w.]+)":/gm)].map((found) => found[1]);
const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".js") && !file.startsWith("words."));
const sources = files.map((file) => readFileSync(new URL(file, folder), "utf8")).join("\n");
const said = [...sources.matchAll(/\bt\("([\w.]+)"/g)].map((found) => found[1]);
const quoted = new Set([...(sources + words.slice(words.indexOf("export function t("))).matchAll(/"([\w.]+)"/g)].map((found) => found[1]));
const made = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map((found) => found[1]);

test("every word a screen says exists", () => {
  assert.deepEqual(said.filter((key) => !kept.includes(key)), []);
});

test("no word is kept that nobody says", () => {
  assert.deepEqual(kept.filter((key) => !quoted.has(key) && !made.some((start) => key.startsWith(start))), []);
});

const holesOf = (entry) => [...JSON.stringify(entry).matchAll(/\{\w+\}/g)].map(([hole]) => hole);

test("every language has every word, its holes and its plurals, and no other", () => {
  for (const [tag, words] of Object.entries({ ...LANGUAGES, ar, km })) {
    assert.deepEqual(Object.keys(words), Object.keys(LANGUAGES.en), tag);
    const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.sort();
    for (const [key, entry] of Object.entries(words)) {
      const wanted = new Set(holesOf(LANGUAGES.en[key]));
      assert.equal(typeof entry, typeof LANGUAGES.en[key], `${tag} ${key}`);
      if (typeof entry === "string") assert.deepEqual(new Set(holesOf(entry)), wanted, `${tag} ${key}`);
      else {
        assert.deepEqual(Object.keys(entry).sort(), forms, `${tag} ${key}`);
        assert.deepEqual(holesOf(entry).filter((hole) => !wanted.has(hole)), [], `${tag} ${key}`);
      }
    }
  }
});

test("holes, plurals, days and lists of names", () => {
  assert.equal(t("q.photos", { n: 1 }), "1 photo");
  assert.equal(t("q.photos", { n: 2 }), "2 photos");
  assert.equal(t("sync.safe_of", { n: 187, total: 190 }), "187 of 190");
  assert.equal(day("2026-11-10"), "10 November 2026");
  assert.equal(names(["Rith", "Sophea", "Dara"]), "Rith, Sophea and Dara");
});

test("a language is spoken once its words are here, and English until then", async () => {
  globalThis.document = { documentElement: {} };
  const files = { km: "/words.km.json" };
  const fails = () => Promise.reject(new TypeError("no network"));
  const gives = async (url) => Response.json({ [files.km]: km }[url]);
  await speak("km", files, fails);
  assert.equal(t("yes"), "Yes");
  assert.equal(document.documentElement.lang, "en");
  await speak("km", files, gives);
  assert.equal(t("yes"), km.yes);
  assert.equal(document.documentElement.lang, "km");
  await speak("xx", files, fails);
  assert.equal(t("yes"), "Yes");
  await speak("km", files, fails); // its words stay
  assert.equal(t("yes"), km.yes);
});

test("days and lists of names are in the reader's words where the browser does not know her language", async () => {
  const real = Intl.DateTimeFormat.supportedLocalesOf;
  await speak("km", { km: "/words.km.json" }, async () => Response.json(km));
  Intl.DateTimeFormat.supportedLocalesOf = () => []; // as many tablets are built
  try {
    assert.equal(day("2026-11-10"), "10 វិច្ឆិកា 2026");
    assert.match(day("2026-01-31T12:00:00"), /^31 មករា 2026$/);
    assert.equal(names(["Rith"]), "Rith");
    assert.equal(names(["Rith", "Sophea", "Dara"]), "Rith, Sophea និង Dara");
    assert.deepEqual([km, ar].map((words) => new Set(words.months.split(" ")).size), [12, 12]);
  } finally {
    Intl.DateTimeFormat.supportedLocalesOf = real;
  }
});

test("who comes in last is spoken to, whichever words come first", async () => {
  const files = { ar: "/words.ar.json" };
  let give;
  const slow = speak("ar", files, () => new Promise((resolve) => { give = () => resolve(Response.json(ar)); }));
  await speak("en", files);
  give();
  await slow;
  assert.equal(t("yes"), "Yes");
});
