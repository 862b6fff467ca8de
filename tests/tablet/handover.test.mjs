// The sealed file: made as the contract says, opened by its code alone, and refused with a word when anything is off.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { codeIn, newCode, open, seal } from "../../tablet/src/handover.js";

const CASE = JSON.parse(readFileSync(new URL("../contracts/handover.json", import.meta.url), "utf8"));
const bytes = (hex) => Uint8Array.from(hex.match(/../g), (one) => parseInt(one, 16));
const FILE = bytes(CASE.file);
const digest = async (data) => Buffer.from(await crypto.subtle.digest("SHA-256", data)).toString("hex");

async function parts() {
  const { canonical } = await import("../../tablet/src/heads.js");
  const operations = new TextEncoder().encode(canonical(CASE.operations));
  const photo = bytes(CASE.photo.bytes);
  return [
    { told: { kind: "operations", sha256: await digest(operations), size: operations.length }, bytes: () => operations },
    { told: { ...CASE.photo.told, sha256: await digest(photo), size: photo.length }, bytes: () => photo },
  ];
}

test("a tablet makes the very file of the contract", async () => {
  const { d, ...open_ } = CASE.ephemeral;
  const pair = {
    privateKey: await crypto.subtle.importKey("jwk", CASE.ephemeral, { name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]),
    publicKey: await crypto.subtle.importKey("jwk", open_, { name: "ECDH", namedCurve: "P-256" }, true, []),
  };
  const given = { pair, content: bytes(CASE.content), salt: bytes(CASE.salt) };
  const file = await seal({ to: CASE.seal, code: CASE.code, token: CASE.token, manifest: CASE.manifest, parts: await parts() }, given);
  assert.equal(Buffer.concat(file).toString("hex"), CASE.file);
});

test("another tablet opens it with the code, and each part is what it was", async () => {
  const { manifest, letter, part } = await open(FILE, CASE.code);
  assert.equal(manifest.number, "KH-2026-0041");
  assert.deepEqual(JSON.parse(Buffer.from(await part(0)).toString()), CASE.operations);
  assert.equal(Buffer.from(await part(1)).toString("hex"), CASE.photo.bytes);
  assert.equal(Buffer.from(letter).toString("hex"), CASE.file.slice(0, letter.byteLength * 2));
  assert.ok(letter.byteLength < FILE.length - 300, "the photos are not in what is sent on");
});

test("a file that is cut, changed, longer or of another kind is refused, and a wrong code too", async () => {
  const says = (file, code, word) => assert.rejects(open(file, code), { message: word });
  await says(FILE, "00000000000000000000", "handover.code");
  await says(new TextEncoder().encode("something else, longer than that"), CASE.code, "handover.none");
  await says(new Uint8Array(), CASE.code, "handover.none");
  await says(FILE.slice(0, -1), CASE.code, "handover.cut");
  await says(Uint8Array.of(...FILE, 0), CASE.code, "handover.changed");
  for (const at of [FILE.length - 1, FILE.length - 400]) {
    const changed = Uint8Array.from(FILE);
    changed[at] ^= 1;
    await says(changed, CASE.code, "handover.changed");
  }
  const huge = Uint8Array.from(FILE);
  huge[21] = 255; // the header says that it is gigabytes long
  await says(huge, CASE.code, "handover.changed");
});

test("test_f28 a part that is not what its manifest tells is refused, though it was sealed so", async () => {
  const [operations, photo] = await parts();
  const other = { told: photo.told, bytes: () => Uint8Array.from(bytes(CASE.photo.bytes), (byte) => byte ^ 1) };
  const file = await seal({ to: CASE.seal, code: CASE.code, token: CASE.token, manifest: CASE.manifest, parts: [operations, other] });
  await assert.rejects(open(new Blob(file), CASE.code), { message: "handover.changed" });
});

test("the code is twenty digits, none more likely than another, and is understood as people type it", () => {
  const counted = Array(10).fill(0);
  for (let n = 0; n < 500; n += 1) {
    const code = newCode();
    assert.match(code, /^\d{20}$/);
    for (const digit of code) counted[digit] += 1;
  }
  assert.ok(Math.min(...counted) > 800 && Math.max(...counted) < 1200, String(counted));
  assert.equal(codeIn("12345 67890 12345 67890"), "12345678901234567890");
  assert.equal(codeIn("១២៣៤៥ ៦៧៨៩០ ١٢٣٤٥ ۶۷۸۹۰"), "12345678901234567890");
  assert.equal(codeIn("1234"), null);
});

const { ASSESSMENT, PHOTO, answer, bytesOf, freshStore, pretendServer, refusal, reply, syncOf } = await import("./kit.mjs");

/** What another tablet is given of a store: {operations, photos}, as they stand in a file. */
async function told(store) {
  const { operations, photos } = await store.handOver(ASSESSMENT);
  return { operations: operations.map(({ pending, sent, outcome, reason, ...one }) => one), photos };
}

test("test_f28 what one tablet hands over another goes on with, and sends on as it came", async () => {
  const [first, second] = [await freshStore(), await freshStore()];
  const { operation } = await answer(first, "exits", "non_compliant");
  const photo = { ...PHOTO, id: "0190c1a2-0000-7000-8000-00000000f00d" };
  await first.keepPhoto({ ...photo, bytes: bytesOf(900_000) });
  const { operations, photos } = await told(first);
  const { thumb, state, pending, ...row } = photos[0]; // a file tells nothing of where a photo waits
  for (const times of [2, 0]) {
    if (times) await second.carryPhoto({ ...row, thumb: null }, await first.bytes(photo.id));
    const { fresh, answers } = await second.carry(ASSESSMENT, operations, bytesOf(700_000, 3));
    assert.equal(fresh, times);
    if (times) assert.deepEqual(answers[0].fields.state.heads, [operation.id]);
  }
  const { operation: later } = await answer(second, "exits", "compliant", [operation.id]);
  assert.deepEqual([await second.pending(ASSESSMENT), await second.countWaitingPhotos()], [3, 1]);

  const server = pretendServer();
  const letters = [];
  server.instead = (path, init) => {
    if (!path.endsWith("/handover")) return null;
    letters.push(init.body.byteLength);
    return reply({ receipts: operations.map((one) => ({ id: one.id, outcome: "accepted", reason: null, revision: null })) });
  };
  const sync = syncOf(second, server);
  assert.equal(await sync.flush(), "sent");
  assert.equal(await sync.flush(), "sent");
  sync.stop();
  assert.deepEqual(letters, [700_000], "once, whole, and then no more");
  assert.deepEqual([...server.operations.keys()], [later.id], "only its own goes in its own name");
  assert.ok(server.photos.has(photo.id));
  assert.deepEqual([await second.pending(), (await second.letters()).length], [0, 0]);
});

test("test_f05_f28 a photo that changed in the store stays behind and is held, and the rest is handed over", async () => {
  const store = await freshStore();
  const [good, turned] = ["0190c1a2-0000-7000-8000-00000000f00d", "0190c1a2-0000-7000-8000-00000000f00e"];
  for (const [n, id] of [good, turned].entries()) await store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(2000, n + 1) });
  const real = store.bytes;
  store.bytes = async (id) => (id === turned ? bytesOf(2000, 77) : real(id));
  const { operations, photos } = await told(store);
  assert.deepEqual(photos.map(({ id }) => id), [good]);
  assert.equal(operations.length, 2);
  assert.equal((await store.photo(turned)).held.sentence, "stored-differs");
});

test("test_f28 a letter the server does not take holds nothing else up, and stays", async () => {
  const [first, second] = [await freshStore(), await freshStore()];
  await answer(first, "exits", "non_compliant");
  const { operations } = await told(first);
  await second.carry(ASSESSMENT, operations, bytesOf(500, 4));
  const { operation } = await answer(second, "drills", "compliant");
  const server = pretendServer();
  server.instead = (path) => (path.endsWith("/handover") ? refusal(400, "This file was sealed for another programme.") : null);
  const sync = syncOf(second, server);
  assert.equal(await sync.flush(), "sent");
  sync.stop();
  assert.deepEqual([...server.operations.keys()], [operation.id]);
  assert.deepEqual([(await second.letters()).length, await second.pending()], [1, 1]);
});

test("test_f28 what is in the file keeps its value, and serious harm is in none", async () => {
  const store = await freshStore();
  const note = (value, base, rewrite) => store.record({ assessment: ASSESSMENT, question: "exits", field: "note", value, base }, rewrite);
  const { operation } = await note("Exit 4", [], null);
  await store.keepHarm({ assessment: ASSESSMENT, kind: "violence", text: "sentinel-harm" });
  const given = await told(store);
  const { operation: next } = await note("Exit 4 is blocked", [operation.id], operation.id);
  assert.notEqual(next.id, operation.id);
  assert.equal(given.operations[0].value, "Exit 4");
  assert.ok(!JSON.stringify(given).includes("sentinel-harm"));
});
