// What a person wrote lies sealed in the store, opens with any of its keys, and is lost with none of them.
import assert from "node:assert/strict";
import test from "node:test";
import { ASSESSMENT, PHOTO, answer, freshStore } from "./kit.mjs";
import { newId } from "../../tablet/src/ids.js";
import { Locked, delayAfter, open, seal, storeKey } from "../../tablet/src/lock.js";
import { openWork } from "../../tablet/src/store.js";

const request = (asked) => new Promise((done, fail) => { asked.onsuccess = () => done(asked.result); asked.onerror = () => fail(asked.error); });
const raw = async (store, version, build) => {
  const asked = indexedDB.open(store.name ?? store, version);
  if (build) asked.onupgradeneeded = () => build(asked.result);
  return request(asked);
};
const STORES = ["meta", "assessments", "before", "operations", "answers", "photos", "bytes", "tray", "harm"];

/** Every row of every store as it lies on the disk: {store: [[key, value]]}. */
async function onDisk(store) {
  const db = await raw(store);
  const found = {};
  for (const name of STORES) {
    const rows = db.transaction(name).objectStore(name);
    const [keys, values] = await Promise.all([request(rows.getAllKeys()), request(rows.getAll())]);
    found[name] = keys.map((key, n) => [key, values[n]]);
  }
  db.close();
  return found;
}

const legible = (rows) => JSON.stringify(rows, (_, value) =>
  (value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? Buffer.from(value.buffer ?? value).toString("latin1") : value));

const again = (store, options) => openWork(store.name.slice("openfloor-work-".length), options);
const note = (store, words) => answer(store, "exits", words, [], "note");

/** A store with something of each kind in it; every word and byte of it says "sentinel". */
async function written(options) {
  const store = await freshStore(options);
  await store.setMeta({ position: { question: "sentinel" } });
  await store.listed([{ id: ASSESSMENT, factory: { name: "sentinel factory" } }]);
  const { operation } = await note(store, "the sentinel's exit");
  const bytes = new TextEncoder().encode("sentinel".repeat(90_000)).buffer; // two parts
  const photo = { ...PHOTO, id: newId(), bytes, thumb: new TextEncoder().encode("sentinel small").buffer };
  await store.keepPhoto(photo);
  await store.keepHarm({ assessment: ASSESSMENT, kind: "violence", text: "sentinel saw it" });
  await answer(store, "@interviews", { people: 1, department: "sentinel hall" }, [], "interview:1");
  return { store, operation, photo };
}

async function holdsAll(store, { operation, photo }) {
  assert.equal((await store.operations(ASSESSMENT, "exits")).find((one) => one.id === operation.id).value, "the sentinel's exit");
  assert.equal((await store.answers(ASSESSMENT)).find((one) => one.question === "exits").fields.note.value, "the sentinel's exit");
  assert.deepEqual(await store.bytes(photo.id), photo.bytes);
  assert.deepEqual((await store.photo(photo.id)).thumb, photo.thumb);
  assert.equal((await store.waitingHarm())[0].text, "sentinel saw it");
  assert.equal((await store.assessment(ASSESSMENT)).factory.name, "sentinel factory");
  assert.equal((await store.meta("position")).question, "sentinel");
  assert.equal(await store.pending(), 3);
  assert.equal((await store.batch(ASSESSMENT, 10)).length, 3);
}

test("nothing a person typed, counted or photographed lies open in the store", async () => {
  const kept = await written();
  assert.doesNotMatch(legible(await onDisk(kept.store)), /sentinel/i);
  await kept.store.close();
  await holdsAll(again(kept.store), kept);
});

test("what is sealed for one place opens in no other", async () => {
  const key = await storeKey(new Uint8Array(32));
  const sealed = await seal(key, "operations 1", { value: "no" });
  assert.deepEqual(await open(key, "operations 1", sealed), { value: "no" });
  await assert.rejects(open(key, "operations 2", sealed));
  await assert.rejects(open(await storeKey(new Uint8Array(32).fill(1)), "operations 1", sealed));
});

test("two windows that write at once: every change is kept, and each is counted once", async () => {
  const one = await freshStore();
  const two = again(one);
  await Promise.all(Array.from({ length: 24 }, (_, n) => answer([one, two][n % 2], `q${n % 5}`, "compliant")));
  const found = (await Promise.all([0, 1, 2, 3, 4].map((n) => one.operations(ASSESSMENT, `q${n}`)))).flat();
  assert.equal(found.length, 24);
  assert.deepEqual(found.map((row) => row.sequence).sort((a, b) => a - b), Array.from({ length: 24 }, (_, n) => n + 1));
  for (const view of await two.answers(ASSESSMENT)) {
    assert.equal(view.fields.state.waiting.length, found.filter((row) => row.question === view.question).length);
  }
});

test("with a passphrase the store opens with it and with nothing else that lies on the tablet", async () => {
  const kept = await written();
  assert.deepEqual(await kept.store.protect("browser", null, { passphrase: "Rain on the tin roof" }), true);
  await note(kept.store, "written after"); // the window that set it goes on
  const other = again(kept.store);
  assert.deepEqual(await other.lock(), { open: false, passphrase: true, platform: null, wait: 0, wrong: 0, held: false });
  await assert.rejects(other.answers(ASSESSMENT), Locked);
  await assert.rejects(note(other, "no"), Locked);
  assert.equal(await other.unlock("browser"), false);
  assert.equal(await other.unlock("passphrase", "rain on the tin roof"), false);
  assert.equal(await other.unlock("passphrase", "Rain on the tin roof"), true);
  assert.equal((await other.operations(ASSESSMENT, "exits")).length, 3);
  await other.close();
  await assert.rejects(other.answers(ASSESSMENT), Locked, "closing forgets the key");
});

test("after wrong tries the wait grows, lasts over a restart, and a clock put back does not make it longer", async () => {
  let time = Date.UTC(2026, 10, 10);
  const now = () => time;
  const store = await freshStore({ now });
  await store.protect("browser", null, { passphrase: "right" });
  const fresh = () => again(store, { now });
  assert.equal(await fresh().unlock("passphrase", "wrong"), false);
  assert.equal((await fresh().lock()).wait, 0, "one slip is free");
  assert.equal(await fresh().unlock("passphrase", "wrong"), false);
  assert.equal((await fresh().lock()).wait, 5_000);
  assert.equal(await fresh().unlock("passphrase", "right"), false, "not even the right one while it lasts");
  time -= 400 * 86_400_000;
  assert.equal((await fresh().lock()).wait, 5_000);
  time += 400 * 86_400_000 + 5_000;
  assert.equal(await fresh().unlock("passphrase", "wrong"), false);
  assert.equal((await fresh().lock()).wait, 10_000);
  assert.equal(delayAfter(30), 15 * 60_000);
  time += 10_000;
  assert.equal(await fresh().unlock("passphrase", "right"), true);
  assert.deepEqual((await fresh().lock()).wrong, 0);
});

test("a forgotten passphrase loses nothing: the key the server holds opens the store, and another lock is set", async () => {
  const kept = await written();
  const recovery = await kept.store.recovery();
  assert.equal(atob(recovery).length, 32);
  await kept.store.protect("browser", null, { passphrase: "forgotten" });
  assert.equal(await kept.store.recovery(), recovery, "until the server holds it, it is told again");
  await kept.store.recoveryHeld();
  assert.equal(await kept.store.recovery(), null);
  const other = again(kept.store);
  assert.equal(await other.unlock("recovery", btoa("x".repeat(32))), false);
  assert.equal(await other.unlock("recovery", "nonsense"), false);
  assert.equal(await other.unlock("recovery", recovery), true);
  assert.equal(await other.protect("recovery", recovery, { passphrase: "another" }), true);
  assert.equal((await other.lock()).held, true);
  const third = again(kept.store);
  assert.equal(await third.unlock("passphrase", "forgotten"), false);
  assert.equal(await third.unlock("passphrase", "another"), true);
  await holdsAll(third, { ...kept, operation: kept.operation });
  assert.equal(await third.unlock("recovery", recovery), true, "it stays good");
});

test("the platform's own unlocking opens it, and taking the lock away leaves all as it was", async () => {
  const kept = await written();
  const bytes = Uint8Array.from({ length: 32 }, (_, n) => n);
  await kept.store.protect("browser", null, { platform: { bytes, id: "credential", salt: "salt" } });
  const other = again(kept.store);
  assert.deepEqual((await other.lock()).platform, { id: "credential", salt: "salt" });
  assert.equal(await other.unlock("platform", btoa(String.fromCharCode(...bytes.map(() => 9)))), false);
  const given = btoa(String.fromCharCode(...bytes));
  assert.equal(await other.protect("platform", given, {}), true);
  await holdsAll(again(kept.store), kept); // opens by itself again
});

test("beside a passphrase the platform opens it too; either may change or go, and forgotten both lose nothing", async () => {
  const kept = await written();
  const recovery = await kept.store.recovery();
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const opens = async (way, given) => again(kept.store).unlock(way, given);
  await kept.store.protect("browser", null, { passphrase: "one" });
  assert.equal(await kept.store.protect("passphrase", "wrong", { passphrase: true, platform: { bytes, id: "credential", salt: "salt" } }), false);
  assert.equal((await kept.store.lock()).platform, null);
  await kept.store.protect("passphrase", "one", { passphrase: true, platform: { bytes, id: "credential", salt: "salt" } });
  assert.doesNotMatch(legible(await onDisk(kept.store)), /sentinel/i);
  assert.deepEqual([await opens("passphrase", "one"), await opens("platform", bytes), await opens("browser")], [true, true, false]);
  assert.equal(await opens("platform", new Uint8Array(32)), false);
  await kept.store.protect("passphrase", "one", { passphrase: "two", platform: true });
  assert.deepEqual([await opens("passphrase", "one"), await opens("passphrase", "two"), await opens("platform", bytes)], [false, true, true]);
  await kept.store.protect("passphrase", "two", { passphrase: true, platform: null });
  assert.deepEqual([await opens("passphrase", "two"), await opens("platform", bytes)], [true, false]);
  await kept.store.protect("passphrase", "two", { passphrase: true, platform: { bytes, id: "credential", salt: "salt" } });
  const other = again(kept.store);
  await other.protect("recovery", recovery, {});
  assert.deepEqual([await opens("passphrase", "two"), await opens("platform", bytes)], [false, false]);
  await holdsAll(again(kept.store), kept);
});

// --- a store of an older client ------------------------------------------------------------------------------------------

/** The store as a client before the lock wrote it: its third database version, the same rows, nothing sealed. */
async function asBefore({ store, operation, photo }) {
  const name = `openfloor-work-older-${store.name}`;
  const db = await raw(name, 3, (made) => {
    for (const one of ["meta", "blueprints", "before", "bytes"]) made.createObjectStore(one);
    for (const one of ["assessments", "harm"]) made.createObjectStore(one, { keyPath: "id" });
    const operations = made.createObjectStore("operations", { keyPath: "id" });
    operations.createIndex("pending", ["assessment", "pending"]);
    operations.createIndex("field", ["assessment", "question", "field"]);
    made.createObjectStore("answers", { keyPath: ["assessment", "question"] });
    const photos = made.createObjectStore("photos", { keyPath: "id" });
    photos.createIndex("pending", "pending");
    photos.createIndex("assessment", "assessment");
    made.createObjectStore("tray", { keyPath: "id" }).createIndex("assessment", "assessment");
  });
  const { turn, lock, sealed, ...meta } = await store.known();
  const questions = (await store.answers(ASSESSMENT)).map((one) => one.question);
  const rows = {
    meta: Object.entries(meta).map(([key, value]) => [value, key]),
    before: [[await store.before(ASSESSMENT), ASSESSMENT]],
    bytes: [[photo.bytes.slice(0, 524_288), [photo.id, 0]], [photo.bytes.slice(524_288), [photo.id, 1]]],
    assessments: (await store.assessments()).map((one) => [one]),
    operations: (await Promise.all(questions.map((one) => store.operations(ASSESSMENT, one)))).flat().map((one) => [one]),
    answers: (await store.answers(ASSESSMENT)).map((one) => [one]),
    photos: (await store.photos(ASSESSMENT)).map((one) => [one]),
    tray: [[{ id: newId(), assessment: ASSESSMENT, kind: "note", line: "sentinel line", questions: [] }]],
    harm: (await store.waitingHarm()).map((one) => [one]),
  };
  const tx = db.transaction(Object.keys(rows), "readwrite");
  for (const [one, all] of Object.entries(rows)) for (const row of all) tx.objectStore(one).put(...row);
  await new Promise((done) => { tx.oncomplete = done; });
  db.close();
  return { store: openWork(name.slice("openfloor-work-".length)), operation, photo };
}

/** The tablet goes off at the n-th row written from here on. Answers whether it came to that. */
async function goesOffAt(n, work) {
  const real = IDBObjectStore.prototype.put;
  let left = n;
  IDBObjectStore.prototype.put = function (...all) {
    left -= 1;
    if (left < 0) throw new DOMException("off", "AbortError");
    return real.apply(this, all);
  };
  try {
    await work();
  } catch (error) {
    assert.equal(error.name, "AbortError");
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  return left < 0;
}

test("test_f19 the store of an older client comes along whole, and then lies sealed", async () => {
  const kept = await asBefore(await written());
  assert.match(legible(await onDisk(kept.store)), /sentinel/);
  await kept.store.sealOld();
  assert.doesNotMatch(legible(await onDisk(kept.store)), /sentinel/i);
  await kept.store.close();
  await holdsAll(again(kept.store), kept);
  assert.equal((await again(kept.store).tray(ASSESSMENT))[0].line, "sentinel line");
});

test("test_f19 work goes on before and while an older store is sealed", async () => {
  const kept = await asBefore(await written());
  await holdsAll(kept.store, kept);
  const [, { operation }] = await Promise.all([kept.store.sealOld(), note(kept.store, "written meanwhile"), note(again(kept.store), "and in another window")]);
  const found = await again(kept.store).operations(ASSESSMENT, "exits");
  assert.ok(found.some((one) => one.id === operation.id));
  assert.equal(found.length, 4);
  assert.doesNotMatch(legible(await onDisk(kept.store)), /sentinel/i);
});

test("test_f19 the tablet goes off while an older store is sealed: nothing is lost, and it is taken up again", async () => {
  const { store, ...rest } = await written();
  for (let n = 0, off = true; off; n += 1) {
    const kept = await asBefore({ store, ...rest });
    off = await goesOffAt(n, () => kept.store.sealOld());
    await kept.store.close();
    const next = again(kept.store);
    assert.equal((await next.operations(ASSESSMENT, "exits")).find((one) => one.id === rest.operation.id).value, "the sentinel's exit");
    assert.deepEqual(await next.bytes(rest.photo.id), rest.photo.bytes);
    await next.sealOld();
    await holdsAll(next, rest);
    assert.doesNotMatch(legible(await onDisk(next)), /sentinel/i);
    await next.destroy();
    if (!off) assert.ok(n > 10, "it went off at many rows");
  }
});

test("test_f19 a passphrase set on an older store seals all of it first", async () => {
  const kept = await asBefore(await written());
  await kept.store.protect("browser", null, { passphrase: "right" });
  assert.doesNotMatch(legible(await onDisk(kept.store)), /sentinel/i);
  const other = again(kept.store);
  await other.unlock("passphrase", "right");
  await holdsAll(other, kept);
});
