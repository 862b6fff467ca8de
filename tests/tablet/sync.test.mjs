// Sending: nothing is lost by any answer of the server, nothing is safe without its receipt.
import assert from "node:assert/strict";
import test from "node:test";
import { ASSESSMENT, ITEM, PHOTO, answer, bytesOf, freshStore, pretendLocks, pretendServer, refusal, reply, syncOf } from "./kit.mjs";
import { newId } from "../../tablet/src/ids.js";
import { wait } from "../../tablet/src/sync.js";

const stateOf = async (store, question = "exits") => (await store.answers(ASSESSMENT)).find((one) => one.question === question).fields.state;

test("an answer goes out once and is safe by its receipt", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "non_compliant");
  const sync = syncOf(store, server);
  assert.equal(await sync.flush(), "sent");
  assert.equal(await store.pending(), 0);
  assert.deepEqual((await stateOf(store)).waiting, []);
  assert.equal(server.operations.size, 1);
  assert.deepEqual(sync.phases, ["sending", "idle"]);
  const sent = server.requests[0];
  assert.equal(sent.init.headers.Authorization, "Bearer token");
  assert.equal(sent.init.credentials, "omit");
  assert.deepEqual(Object.keys(sent.body.operations[0]).sort(), ["at", "base", "base_revision", "field", "id", "question", "sequence", "value"]);
});

test("the reply is lost: the same operation goes again and 'already' is accepted", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const { operation } = await answer(store, "exits", "non_compliant");
  server.instead = (path, init) => { server.serve(path, init); throw new TypeError("connection reset"); };
  const sync = syncOf(store, server);
  assert.equal(await sync.flush(), "offline");
  assert.equal(await store.pending(), 1);
  server.instead = () => null;
  assert.equal(await sync.wake(), "sent");
  assert.equal(await store.pending(), 0);
  assert.equal(server.operations.size, 1);
  assert.equal(server.requests.at(-1).body.operations[0].id, operation.id);
});

test("a page that is not ours answers 200: nothing counts as sent", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  const sync = syncOf(store, server);
  for (const page of [new Response("<h1>Hotel</h1>"), reply({ ok: true }), reply(null), reply({ receipts: [], operations: [], revision: 1, more: false })]) {
    server.instead = () => page;
    assert.equal(await sync.wake(), "offline");
    assert.equal(await store.pending(), 1);
  }
});

test("a receipt for something else marks nothing safe", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  server.instead = () => reply({ receipts: [{ id: newId(), outcome: "accepted", reason: null, revision: 1 }], operations: [], revision: 1, more: false });
  await syncOf(store, server).flush();
  assert.equal(await store.pending(), 1);
});

test("401 pauses and asks to sign in; the work stays; the new token sends it", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  server.instead = () => refusal(401, "Sign in again.");
  const sync = syncOf(store, server);
  assert.equal(await sync.flush(), "signin");
  assert.equal(sync.phases.at(-1), "signin");
  assert.deepEqual(sync.timers, []); // no hammering
  assert.equal(await store.pending(), 1);
  server.instead = () => null;
  assert.equal(await sync.wake(), "sent");
  assert.equal(await store.pending(), 0);
});

test("403 for one assessment does not stop another, and keeps its work", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const other = "0190c1a2-0000-7000-8000-00000000a002";
  await store.board({ item: { ...ITEM, id: other }, blueprint: {}, operations: [], revision: 0 });
  await answer(store, "exits", "compliant");
  await store.record({ assessment: other, question: "exits", field: "state", value: "compliant", base: [] });
  server.instead = (path) => (path.includes(ASSESSMENT) ? refusal(403, "You are no longer on this visit.") : null);
  assert.equal(await syncOf(store, server).flush(), "signin");
  assert.equal(await store.pending(ASSESSMENT), 1);
  assert.equal(await store.pending(other), 0);
  assert.equal((await store.assessment(ASSESSMENT)).refused, "You are no longer on this visit.");
});

for (const status of [500, 502, 503, 429]) {
  test(`${status} waits and removes nothing`, async () => {
    const [store, server] = [await freshStore(), pretendServer()];
    await answer(store, "exits", "compliant");
    server.instead = () => refusal(status);
    const sync = syncOf(store, server);
    assert.equal(await sync.flush(), "waiting");
    assert.equal(await sync.flush(), "waiting");
    assert.equal(await sync.flush(), "waiting");
    assert.deepEqual(sync.timers, [2000, 4000, 8000]);
    assert.equal(await store.pending(), 1);
  });
}

test("429 waits at least as long as the server asks", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  server.instead = () => refusal(429, "Later.", { "Retry-After": "120" });
  const sync = syncOf(store, server);
  await sync.flush();
  assert.deepEqual(sync.timers, [120_000]);
});

test("waits double with jitter and end at one minute", () => {
  assert.equal(wait(1, () => 0), 1000);
  assert.equal(wait(1, () => 1), 2000);
  assert.equal(wait(40, () => 1), 60_000);
});

test("one operation the server will not take does not hold up the rest", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  for (const question of ["exits", "drills", "doors", "exits", "drills"]) await answer(store, question, "compliant");
  server.instead = (_path, init) => (JSON.parse(init.body).operations.some((one) => one.question === "doors") ? refusal(422, "This is no number.") : null);
  const sync = syncOf(store, server);
  assert.equal(await sync.flush(), "sent");
  assert.equal(server.operations.size, 4);
  assert.equal(await store.pending(), 1);
  assert.deepEqual((await stateOf(store, "doors")).held.map((one) => one.sentence), ["This is no number."]);
  assert.deepEqual((await stateOf(store, "drills")).held, []);
});

test("quarantine is kept with its reason, counted apart, and leaves the field's heads", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  server.quarantine.add("exits");
  const { operation } = await answer(store, "exits", "compliant");
  await answer(store, "drills", "compliant");
  await syncOf(store, server).flush();
  const kept = await stateOf(store, "exits");
  assert.deepEqual(kept.aside, [{ id: operation.id, reason: "The question is not in this version." }]);
  assert.deepEqual([kept.value, kept.heads, kept.waiting], [null, [], []]);
  assert.deepEqual((await stateOf(store, "drills")).aside, []);
  assert.equal((await store.operations(ASSESSMENT, "exits"))[0].value, "compliant"); // nothing recorded is destroyed
});

test("two flushes at once are one", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  const sync = syncOf(store, server);
  const [one, two] = await Promise.all([sync.flush(), sync.flush()]);
  assert.deepEqual([one, two], ["sent", "sent"]);
  assert.equal(server.requests.length, 1);
});

test("two tabs at once: the second leaves it to the first", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  const locks = pretendLocks();
  const [one, two] = [syncOf(store, server, { locks }), syncOf(store, server, { locks })];
  assert.deepEqual((await Promise.all([one.flush(), two.flush()])).sort(), ["busy", "sent"]);
  assert.equal(server.requests.length, 1);
});

test("colleagues' work arrives page by page, and is asked for only once", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  server.page = 2;
  for (let n = 0; n < 5; n += 1) server.arrive({ id: newId(), question: `q${n}`, field: "state", value: "compliant" });
  const sync = syncOf(store, server);
  await sync.flush();
  assert.equal((await store.answers(ASSESSMENT)).length, 5);
  assert.deepEqual(server.requests.map((request) => request.body.seen), [0, 2, 4]);
  await sync.flush();
  assert.equal(server.requests.at(-1).body.seen, 5);
});

test("more than one batch goes out in order", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  for (let n = 0; n < 7; n += 1) await answer(store, `q${n}`, "compliant");
  await syncOf(store, server, { limit: () => 3 }).flush();
  assert.deepEqual(server.requests.map((request) => request.body.operations.length), [3, 3, 1]);
  assert.deepEqual([...server.operations.values()].map((one) => one.sequence), [1, 2, 3, 4, 5, 6, 7]);
});

test("the state the server tells is kept: the first answer began it", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await store.listed([{ ...ITEM, state: "planned" }]);
  await answer(store, "exits", "compliant");
  await syncOf(store, server).flush();
  assert.equal((await store.assessment(ASSESSMENT)).state, "in_progress");
});

test("each photo goes alone, after the operations, and is safe only by its own hash", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const ids = [newId(), newId()];
  for (const [n, id] of ids.entries()) await store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(4000, n) });
  server.instead = (path) => (path.endsWith(ids[1]) ? reply({ id: ids[1], sha256: "another", state: "safe" }, 201) : null);
  const sync = syncOf(store, server);
  assert.equal(await sync.flush(), "offline");
  assert.equal((await store.photo(ids[0])).state, "safe");
  assert.equal((await store.photo(ids[1])).state, "tablet");
  assert.deepEqual(server.requests.map((request) => request.path.split("/")[2]), ["operations", "evidence", "evidence"]);
  server.instead = () => null;
  await sync.wake();
  assert.equal((await store.photo(ids[1])).state, "safe");
  assert.deepEqual(server.photos.get(ids[0]), bytesOf(4000, 0));
});

test("a refused photo is kept with the reason and does not hold up the next", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const ids = [newId(), newId()];
  for (const [n, id] of ids.entries()) await store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(4000, n) });
  server.instead = (path) => (path.endsWith(ids[0]) ? refusal(413, "The photo is too large.") : null);
  await syncOf(store, server).flush();
  assert.equal((await store.photo(ids[0])).held.sentence, "The photo is too large.");
  assert.equal((await store.bytes(ids[0])).byteLength, 4000);
  assert.equal((await store.photo(ids[1])).state, "safe");
});

test("the server's word for a removal empties the tablet, also long after the report, and is asked for seldom", async () => {
  let clock = 1_800_000_000_000;
  const now = () => clock;
  const store = await freshStore({ now });
  const server = pretendServer();
  const heard = [];
  const sync = syncOf(store, server, { now, tell: (news) => heard.push(news) });
  const { operation } = await answer(store, "exits", "Sentinel held the key", [], "note");
  await sync.flush();
  server.state = "issued";
  await answer(store, "drills", "compliant");
  await sync.flush();
  const asked = () => server.requests.length;
  await sync.flush();
  const before = asked();
  await sync.flush();
  assert.equal(asked(), before, "nothing to send: not asked again at once");
  server.redacted = [operation.id];
  clock += 3_600_001;
  await sync.flush();
  assert.equal(asked(), before + 1);
  assert.doesNotMatch(JSON.stringify(await store.operations(ASSESSMENT, "exits")), /Sentinel/);
  assert.doesNotMatch(JSON.stringify(await store.answers(ASSESSMENT)), /Sentinel/);
  assert.equal(heard.at(-1).answers.at(-1).fields.note.removed.length, 1, "the screen hears of it");
});

test("a photo removed while it was on its way is destroyed by the receipt", async () => {
  const store = await freshStore();
  const server = pretendServer();
  const id = newId();
  await store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(2000) });
  const digest = (await store.photo(id)).sha256;
  server.instead = (path) => (path.includes("/evidence/") ? reply({ id, sha256: digest, size: 2000, state: "removed" }) : null);
  assert.equal(await syncOf(store, server).flush(), "sent");
  assert.equal((await store.photo(id)).state, "removed");
  assert.equal((await store.bytes(id)).byteLength, 0);
});

// --- suspected serious harm ---------------------------------------------------------------------------------------------

const takesHarm = (path, init) => (path.endsWith("/harm") ? reply({ id: JSON.parse(init.body).id, state: "safe" }) : null);
const writeHarm = (store) => store.keepHarm({ assessment: ASSESSMENT, kind: "violence", text: "sentinel" });

test("what is written of serious harm goes before every answer, and nothing of it stays", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "non_compliant");
  const { id } = await writeHarm(store);
  server.instead = takesHarm;
  assert.equal(await syncOf(store, server).flush(), "sent");
  assert.equal(server.requests[0].path, `assessments/${ASSESSMENT}/harm`);
  assert.deepEqual(server.requests[0].body, { id, kind: "violence", text: "sentinel" });
  assert.deepEqual(await store.waitingHarm(), []);
});

test("what is written of serious harm is in no operation, no count and no other request", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await writeHarm(store);
  server.instead = (path) => (path.endsWith("/harm") ? refusal(404) : null);
  await answer(store, "exits", "non_compliant");
  assert.equal(await store.pending(), 1);
  assert.equal(await syncOf(store, server).flush(), "sent"); // one that is not taken holds nothing else up
  const others = server.requests.filter(({ path }) => !path.endsWith("/harm"));
  assert.ok(others.length > 0);
  assert.ok(!JSON.stringify(others.map(({ path, body, init }) => [path, body, init.headers])).includes("sentinel"));
  assert.equal((await store.waitingHarm()).length, 1); // and stays until it is taken
  server.instead = takesHarm;
  await syncOf(store, server).flush();
  assert.deepEqual(await store.waitingHarm(), []);
});

test("no network, no receipt, or a receipt for something else: what was written of serious harm stays", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await writeHarm(store);
  for (const instead of [() => { throw new TypeError("no network"); }, () => reply({ id: newId(), state: "safe" }), () => reply({}), () => refusal(401), () => refusal(500)]) {
    server.instead = instead;
    await syncOf(store, server).flush();
    assert.equal((await store.waitingHarm()).length, 1);
  }
});
