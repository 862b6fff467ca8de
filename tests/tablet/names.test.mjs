// Whose records the codes of a sampled table stand for: kept sealed on this tablet, sent nowhere, erased in time.
import assert from "node:assert/strict";
import test from "node:test";
import { ASSESSMENT, ITEM, answer, freshStore, pretendServer, syncOf } from "./kit.mjs";
import { namesUntil, openWork } from "../../tablet/src/store.js";

const DAY = 86_400_000;
const START = Date.parse("2026-11-10T08:00:00Z");
const NAME = "Sentinel Sok, 4411";

/** A store with a name in it, and a clock that can be moved. */
async function named() {
  const clock = { now: START };
  const options = { now: () => clock.now };
  const store = await freshStore(options);
  await store.setMeta({ contact: new Date(START).toISOString() });
  await answer(store, "exits", { rows: [{ code: "W1" }] }, [], "value");
  await store.keepName(ASSESSMENT, "exits", "W1", NAME);
  const again = async () => {
    await store.close();
    return openWork(store.name.slice("openfloor-work-".length), options);
  };
  return { store, clock, again };
}

const rowsOf = async (store) => (await store.names())[ASSESSMENT]?.rows?.exits;

test("a name is kept by code, changed and forgotten", async () => {
  const { store, again } = await named();
  await store.keepName(ASSESSMENT, "exits", "W2", "Rin");
  assert.deepEqual(await rowsOf(await again()), { W1: NAME, W2: "Rin" });
  await store.keepName(ASSESSMENT, "exits", "W2", "");
  assert.deepEqual(await rowsOf(store), { W1: NAME });
});

test("it lies sealed, and opens with the passphrase alone", async () => {
  const { store, again } = await named();
  await store.protect("browser", null, { passphrase: "rain on the tin roof" });
  const locked = await again();
  await assert.rejects(locked.names(), { message: "locked" });
  const db = await new Promise((done) => { const asked = indexedDB.open(store.name); asked.onsuccess = () => done(asked.result); });
  const row = await new Promise((done) => { const asked = db.transaction("meta").objectStore("meta").get("names"); asked.onsuccess = () => done(asked.result); });
  db.close();
  assert.deepEqual(Object.keys(row), ["sealed"]);
  assert.ok(!Buffer.from(row.sealed).includes("Sentinel"));
  assert.ok(await locked.unlock("passphrase", "rain on the tin roof"));
  assert.deepEqual(await rowsOf(locked), { W1: NAME });
});

test("it is in no request and in nothing that is handed over", async () => {
  const { store } = await named();
  assert.equal(await store.pending(), 1, "a name is no change");
  assert.ok(!JSON.stringify(await store.handOver(ASSESSMENT)).includes("Sentinel"));
  const server = pretendServer();
  await syncOf(store, server).wake();
  assert.ok(server.requests.length > 0 && server.operations.size === 1);
  assert.ok(!JSON.stringify(server.requests).includes("Sentinel"));
  assert.deepEqual(await rowsOf(store), { W1: NAME }, "being sent takes nothing away");
});

for (const state of ["in_review", "issued", "cancelled"]) {
  test(`it is erased when the visit is ${state}, whoever submitted it, and nothing more is taken`, async () => {
    const { store, clock } = await named();
    const server = pretendServer();
    server.state = state;
    await syncOf(store, server).wake();
    assert.deepEqual((await store.names())[ASSESSMENT], { gone: new Date(clock.now).toISOString() });
    await store.keepName(ASSESSMENT, "exits", "W1", NAME);
    assert.ok(!JSON.stringify(await store.known()).includes("Sentinel"));
  });
}

test("it is erased fourteen days after start or last contact, also when the app was closed meanwhile", async () => {
  const { clock, again } = await named();
  clock.now = START + 14 * DAY - 1;
  assert.deepEqual(await rowsOf(await again()), { W1: NAME });
  clock.now += 1;
  const store = await again();
  assert.deepEqual(await store.names(), { [ASSESSMENT]: { gone: new Date(clock.now).toISOString() } });
  assert.ok(!JSON.stringify(await store.known()).includes("Sentinel"));
});

test("of start and last contact the first counts; a visit taken along after its day starts then", () => {
  const at = (date) => new Date(date).toISOString();
  const visit = { ...ITEM, planned_from: "2026-11-20", boarded: at(START) };
  const until = (more, contact) => at(namesUntil({ ...visit, ...more }, contact));
  assert.equal(until({}, at("2026-11-12T00:00:00Z")), at("2026-11-26T00:00:00Z"), "the contact");
  assert.equal(until({}, at("2026-11-30T00:00:00Z")), at("2026-12-04T00:00:00Z"), "the start");
  assert.equal(until({ planned_from: "2026-10-01" }, at("2026-11-30T00:00:00Z")), at(START + 14 * DAY), "taken along late");
  assert.equal(namesUntil({ ...visit, state: "in_review" }), 0);
  assert.equal(namesUntil(undefined), 0);
});
