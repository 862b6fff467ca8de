// The ways in which others lost work, each named as in docs/reference/offline-safety.md, and what this client does then.
// Those that need a browser are in tests/journeys, those of the server in tests/compliance/test_faults.py.
import assert from "node:assert/strict";
import test from "node:test";
import { ASSESSMENT, BLUEPRINT, CHANTHOU, ITEM, PHOTO, answer, bytesOf, freshStore, pretendLocks, pretendServer, refusal, reply, syncOf } from "./kit.mjs";
import { openApi } from "../../tablet/src/api.js";
import { stayAwake } from "../../tablet/src/awake.js";
import { newId, sha256 } from "../../tablet/src/ids.js";
import { openTablet, openWork } from "../../tablet/src/store.js";
import { wait } from "../../tablet/src/sync.js";

const DAY = 86_400_000;
const viewOf = async (store, question, field = "state") => (await store.answers(ASSESSMENT)).find((one) => one.question === question)?.fields[field];

async function photographed(store, size = 4000, seed = 1) {
  const id = newId();
  await store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(size, seed) });
  return id;
}

/** Something of the database's fails as it does when the system closes the connection, once. */
async function closing(name, method, work) {
  const real = IDBDatabase.prototype[method];
  let left = 1;
  IDBDatabase.prototype[method] = function (...all) {
    if (left-- > 0) throw new DOMException("The connection is gone.", name);
    return real.apply(this, all);
  };
  try {
    await work();
  } finally {
    IDBDatabase.prototype[method] = real;
  }
  assert.ok(left < 0, "the fault was never met");
}

for (const name of ["InvalidStateError", "UnknownError"]) {
  test(`test_f04 the system closes the database (${name}): it is opened again and the answer is kept`, async () => {
    const store = await freshStore();
    await answer(store, "exits", "compliant");
    await closing(name, "transaction", () => answer(store, "drills", "compliant"));
    assert.equal(await store.pending(), 2);
  });
}

test("test_f04 what cannot be written at the second try either is said, never shown as kept", async () => {
  const store = await freshStore();
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = () => { throw new DOMException("gone", "UnknownError"); };
  try {
    await assert.rejects(answer(store, "exits", "compliant"), { name: "UnknownError" });
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.equal(await store.pending(), 0);
  await answer(store, "exits", "compliant");
  assert.equal(await store.pending(), 1);
});

test("test_f05 a photo that changes in the store is neither linked nor sent", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const [cut, turned] = [newId(), await photographed(store, 2000, 2)];
  const real = store.bytes;
  store.bytes = async (id) => (id === cut ? (await real(id)).slice(0, 9) : real(id));
  await assert.rejects(store.keepPhoto({ ...PHOTO, id: cut, bytes: bytesOf(2000) }), /photo-differs/);
  store.bytes = async () => bytesOf(2000, 77); // and later another one comes back other than it was
  await syncOf(store, server).flush();
  assert.equal(server.photos.size, 0);
  assert.equal((await store.photo(turned)).held.sentence, "stored-differs");
});

test("test_f06 the page is thrown away between a photo's bytes and its answer: the photo is taken up again", async () => {
  const store = await freshStore();
  const id = newId();
  const real = store.linkPhoto;
  store.linkPhoto = () => { throw new Error("the page is gone"); };
  await assert.rejects(store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(2000) }));
  store.linkPhoto = real;
  const again = openWork(Number(store.name.split("-").at(-1)));
  const [left] = await again.photos(ASSESSMENT);
  assert.equal(left.state, "unchecked"); // what the client looks for when it opens a visit
  await again.linkPhoto(left.id);
  assert.equal((await viewOf(again, "exits", `photo:${id}`)).value, true);
  assert.deepEqual(await again.bytes(id), bytesOf(2000));
});

test("test_f08 the store is full: nothing is shown as kept, room is made of safe photos, and the same answer goes in", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const safe = await photographed(store);
  await syncOf(store, server).flush();
  const mine = await photographed(store, 3000, 3);
  const real = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
  try {
    await assert.rejects(answer(store, "exits", "compliant"), { name: "QuotaExceededError" });
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  assert.equal((await viewOf(store, "exits"))?.value ?? null, null);
  assert.equal(await store.freeSafePhotos(), 4000);
  assert.equal((await store.bytes(safe)).byteLength, 0);
  assert.equal((await store.bytes(mine)).byteLength, 3000);
  await answer(store, "exits", "compliant");
  assert.equal((await viewOf(store, "exits")).value, "compliant");
});

test("test_f09 while something is sent the screen stays on", async () => {
  const asked = [];
  const keeper = { request: async (what) => { asked.push(what); return { release: () => asked.push("released") }; } };
  stayAwake(true, keeper);
  stayAwake(true, keeper);
  stayAwake(false, keeper);
  await new Promise(setImmediate);
  assert.deepEqual(asked, ["screen", "released"]);
  stayAwake(true, undefined); // a browser that cannot
});

test("test_f09 without being asked, an open client sends again and again", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const sync = syncOf(store, server);
  await sync.flush();
  assert.equal(sync.timers.length, 1);
  assert.ok(sync.timers[0] <= 60_000);
});

test("test_f09 it is sent on opening, when a network appears, and when somebody looks at the screen again, which stays on", async (t) => {
  const [store, server] = [await freshStore(), pretendServer()];
  const user = { ...CHANTHOU, id: Number(store.name.split("-").at(-1)) };
  await store.setMeta({ user, token: "token" });
  await openTablet().put("user", user);
  server.instead = (path) => (path.includes("/") ? null : reply({ signed_in: false, assessments: [] }));
  const [page, real, lit] = [new EventTarget(), globalThis.setTimeout, []];
  const document = Object.assign(new EventTarget(), { documentElement: { dataset: {} }, visibilityState: "visible",
    getElementById: () => ({ textContent: JSON.stringify({ shell: "/tablet/", api: "/api/v1/tablet/", words: {} }) }) });
  const around = { document, location: { pathname: "/tablet/" }, fetch: server.fetch, BroadcastChannel: null,
    navigator: { wakeLock: { request: async () => { lit.push(true); return { release: () => lit.push(false) }; } } },
    addEventListener: page.addEventListener.bind(page), setTimeout: (...all) => real(...all).unref() };
  for (const [name, value] of Object.entries(around)) {
    const before = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    t.after(() => (before ? Object.defineProperty(globalThis, name, before) : delete globalThis[name]));
  }
  const seen = async (on) => {
    document.visibilityState = on ? "visible" : "hidden";
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const { start, status } = await import("../../tablet/src/state.js");
  const ways = { opening: start, network: () => page.dispatchEvent(new Event("online")), screen: () => seen(false).then(() => seen(true)) };
  for (const [name, happens] of Object.entries(ways)) {
    await answer(store, "exits", "compliant"); // as in another window: this one is not asked to send
    await happens();
    const waits = async () => (await store.pending()) || status.value.phase !== "idle";
    for (const end = Date.now() + 5000; (await waits()) && Date.now() < end;) await new Promise(setImmediate);
    assert.equal(await store.pending(), 0, name);
  }
  assert.deepEqual(lit, [true, false, true, false, true, false]);
});

test("test_f10 after four hundred days without a network everything is still there and goes", async () => {
  let time = Date.UTC(2026, 0, 5);
  const [store, server] = [await freshStore({ now: () => time }), pretendServer()];
  for (let n = 0; n < 5; n += 1) await answer(store, `q${n}`, "compliant");
  server.instead = () => { throw new TypeError("no network"); };
  const sync = syncOf(store, server, { now: () => time });
  for (let n = 0; n < 5; n += 1) { time += 80 * DAY; assert.equal(await sync.wake(), "offline"); }
  assert.equal(await store.pending(), 5);
  server.instead = () => null;
  assert.equal(await sync.wake(), "sent");
  assert.equal(server.operations.size, 5);
});

for (const status of [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503, 507]) {
  test(`test_f11 ${status} removes nothing, and a photo stays too`, async () => {
    let time = Date.now();
    const [store, server] = [await freshStore({ now: () => time }), pretendServer()];
    await answer(store, "exits", "compliant");
    const id = await photographed(store);
    server.instead = () => refusal(status);
    const sync = syncOf(store, server, { now: () => time });
    const told = [401, 403, 404].includes(status) ? "signin" : "waiting";
    for (let n = 0; n < 4; n += 1) { assert.equal(await sync.wake(), told); time += 11 * 60_000; }
    assert.equal((await viewOf(store, "exits")).held.length, [400, 409, 413, 415, 422].includes(status) ? 1 : 0);
    assert.equal(sync.timers.length, status === 401 ? 0 : 4, "tried again by itself, unless somebody has to sign in first");
    assert.ok(sync.timers.every((delay) => delay <= 60_000));
    assert.equal(await store.pending(), 2);
    assert.equal((await store.photo(id)).state, "tablet");
    server.instead = () => null;
    assert.equal(await sync.wake(), "sent");
    assert.equal(await store.pending(), 0);
    assert.equal((await store.photo(id)).state, "safe");
  });
}

test("test_f12 what is refused alone is skipped with its sentence, and tried again later", async () => {
  let time = Date.now();
  const [store, server] = [await freshStore({ now: () => time }), pretendServer()];
  for (const question of ["exits", "drills", "doors"]) await answer(store, question, "compliant");
  const photos = [await photographed(store), await photographed(store, 4000, 2)];
  server.instead = (path, init) => (path.endsWith(photos[0]) || (typeof init.body === "string" && init.body.includes('"drills"')) ? refusal(422, "Not this.") : null);
  const sync = syncOf(store, server, { now: () => time });
  await sync.flush();
  assert.equal(await store.pending(), 1);
  assert.equal((await viewOf(store, "drills")).held[0].sentence, "Not this.");
  assert.equal((await store.photo(photos[0])).held.sentence, "Not this.");
  assert.equal((await store.photo(photos[1])).state, "safe");
  server.instead = () => null;
  time += 11 * 60_000;
  await sync.wake();
  assert.equal(await store.pending(), 0);
  assert.equal((await store.photo(photos[0])).state, "safe");
});

test("test_f15 two photos of the same bytes are two photos", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const ids = [await photographed(store), await photographed(store)];
  await syncOf(store, server).flush();
  assert.deepEqual([...server.photos.keys()].sort(), [...ids].sort());
  for (const id of ids) assert.equal((await store.photo(id)).state, "safe");
});

test("test_f16 without Web Locks one tab sends at a time, and a tab that died holds nobody up for long", async () => {
  let time = Date.now();
  const [store, server] = [await freshStore({ now: () => time }), pretendServer()];
  await answer(store, "exits", "compliant");
  const tabs = [0, 1].map(() => syncOf(store, server, { locks: null, now: () => time }));
  assert.deepEqual((await Promise.all(tabs.map((tab) => tab.flush()))).sort(), ["busy", "sent"]);
  assert.equal(server.requests.length, 1);
  assert.equal(await store.lease("a tab that dies", 60_000), true);
  assert.equal(await tabs[0].wake(), "busy");
  time += 61_000;
  assert.equal(await tabs[0].wake(), "sent");
  await store.lease("a tab that dies", 60_000);
  time -= 365 * DAY; // the clock is put back: the lease does not last a year
  assert.equal(await tabs[0].wake(), "sent");
});

test("test_f16 a flush called twice, or in two tabs, sends once", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  const locks = pretendLocks();
  const [one, two] = [syncOf(store, server, { locks }), syncOf(store, server, { locks })];
  await Promise.all([one.flush(), one.flush(), two.flush()]);
  assert.equal(server.requests.length, 1);
  await answer(store, "drills", "compliant"); // without Web Locks the lease knows the tab, not the flush
  const three = syncOf(store, server, { locks: null });
  await Promise.all([three.flush(), three.flush()]);
  assert.equal(server.requests.length, 2);
});

test("test_f17 bytes are given up only after the server said their hash a second time", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const id = await photographed(store);
  const digest = (await store.photo(id)).sha256;
  assert.equal(await store.freeSafePhotos(), 0, "not yet sent");
  assert.equal(await store.photoReceived(id, { id, sha256: "something else", state: "safe" }), null);
  await store.photoReceived(id, { id, sha256: digest, state: "safe" });
  assert.equal(await store.freeSafePhotos(), 0, "said once");
  await store.repeated(ASSESSMENT, [{ id, sha256: "another", state: "safe" }, { id: newId(), sha256: digest, state: "safe" }]);
  assert.equal(await store.freeSafePhotos(), 0, "another hash, another photo");
  server.digests.set(id, digest);
  await syncOf(store, server).flush();
  assert.equal(await store.freeSafePhotos(), 4000);
  assert.equal((await store.bytes(id)).byteLength, 0);
  assert.equal((await store.photo(id)).sha256, digest);
});

test("test_f17 an error of the server removes neither change nor photo, and a sent answer stays on the tablet", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  const { operation } = await answer(store, "exits", "compliant");
  server.instead = () => reply({ error: { code: "x", sentence: "No." } }, 500);
  const sync = syncOf(store, server);
  await sync.flush();
  assert.equal(await store.pending(), 1);
  server.instead = () => null;
  await sync.wake();
  assert.equal((await store.operations(ASSESSMENT, "exits"))[0].id, operation.id);
});

test("test_f19 a window with a newer store: the older one lets go, says so, and no row is lost", async () => {
  let told = 0;
  const store = await freshStore({ blocked: () => { told += 1; } });
  await answer(store, "exits", "compliant");
  const id = await photographed(store);
  const newer = await new Promise((resolve, reject) => {
    const asked = indexedDB.open(store.name, 99);
    asked.onupgradeneeded = () => asked.result.createObjectStore("something new");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  assert.equal(told, 1);
  const count = (name) => new Promise((resolve) => { newer.transaction(name).objectStore(name).count().onsuccess = (event) => resolve(event.target.result); });
  assert.deepEqual([await count("operations"), await count("photos"), await count("bytes")], [2, 1, 1]);
  assert.ok(id);
  await assert.rejects(answer(store, "exits", "compliant"), { name: "VersionError" }); // never shown as kept
  newer.close();
});

test("test_f20 a checklist that is gone from the server stays readable on board", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  server.instead = () => refusal(404, "There is nothing here.");
  await syncOf(store, server).flush();
  await store.listed([]); // and the visit is no longer listed
  assert.deepEqual(await store.blueprint(ITEM.version_id), BLUEPRINT);
  assert.equal((await viewOf(store, "exits")).value, "compliant");
});

test("test_f21 whatever the server says of a person's rights, nothing is purged", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  const id = await photographed(store);
  const sync = syncOf(store, server);
  for (const status of [401, 403, 404]) {
    server.instead = () => refusal(status);
    await sync.wake();
    await store.listed([]);
  }
  assert.equal(await store.pending(), 2);
  assert.equal((await store.bytes(id)).byteLength, 4000);
});

test("test_f23 a tablet sends changes with what they were made from, and never its whole state", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  server.arrive({ id: newId(), question: "drills", field: "state", value: "compliant" });
  const sync = syncOf(store, server);
  await sync.flush();
  const { operation } = await answer(store, "exits", "compliant");
  await answer(store, "exits", "non_compliant", [operation.id]);
  await sync.flush();
  const sent = server.requests.at(-1).body.operations;
  assert.deepEqual(sent.map((one) => [one.question, one.base]), [["exits", []], ["exits", [operation.id]]]);
  const blank = await freshStore(); // a fresh tablet has nothing to say
  await syncOf(blank, server).flush();
  assert.deepEqual(server.requests.at(-1).body.operations, []);
  assert.equal((await viewOf(blank, "drills")).value, "compliant");
});

test("test_f24 a clock that is a year ahead, and is then put right, decides nothing", async () => {
  let time = Date.now() + 365 * DAY;
  const [store, server] = [await freshStore({ now: () => time }), pretendServer()];
  const first = await answer(store, "exits", "non_compliant");
  time -= 365 * DAY;
  const second = await answer(store, "exits", "compliant", [first.operation.id]);
  assert.ok(second.operation.id < first.operation.id, "the later change has the smaller id");
  assert.equal(second.answer.fields.state.value, "compliant");
  assert.deepEqual([first.operation.sequence, second.operation.sequence], [1, 2]);
  await syncOf(store, server, { now: () => time }).flush();
  assert.equal((await viewOf(store, "exits")).value, "compliant");
  assert.match(server.requests[0].init.headers["X-Clock"], /^\d{4}-/);
});

test("test_f25 two tabs that save at once lose nothing, and every number is given once", async () => {
  const store = await freshStore();
  const other = openWork(Number(store.name.split("-").at(-1)));
  const writes = [store, other, store, other].flatMap((tab, n) => ["exits", "drills", "doors"].map((question) =>
    tab.record({ assessment: ASSESSMENT, question, field: "note", value: `${n}`, base: [] })));
  const made = (await Promise.all(writes)).map(({ operation }) => operation);
  assert.deepEqual(made.map((one) => one.sequence).sort((a, b) => a - b), Array.from({ length: 12 }, (_, n) => n + 1));
  assert.equal(await store.pending(), 12);
  assert.equal((await viewOf(other, "exits", "note")).heads.length, 4);
});

/** A server that takes photos in parts, and what it was told. */
function inParts(size) {
  const server = Object.assign(pretendServer(), { parts: new Map(), sent: [], completed: 0 });
  server.serve = (whole => (path, init) => {
    if (!path.includes("/upload")) return whole(path, init);
    const id = path.split("/")[3];
    if (path.endsWith("/upload")) {
      const told = JSON.parse(init.body);
      Object.assign(server, { told });
      const count = Math.ceil(told.size / size);
      return reply({ state: "open", parts: Array.from({ length: count }, (_, n) => ({
        number: n + 1, size: Math.min(size, told.size - n * size), url: `/api/v1/tablet/assessments/a/evidence/${id}/upload/parts/${n + 1}`,
        headers: { "Content-Type": "application/octet-stream" }, etag: server.parts.has(n + 1) ? `e${n + 1}` : "",
      })) });
    }
    if (path.includes("/parts/")) {
      const number = Number(path.split("/").at(-1));
      server.sent.push(number);
      server.parts.set(number, init.body);
      return new Response("{}", { headers: { ETag: `e${number}` } });
    }
    server.completed += 1;
    const etags = JSON.parse(init.body).etags;
    if (Object.keys(etags).some((number) => !server.parts.has(Number(number)))) return refusal(409, "A part is missing.");
    server.digests.set(id, server.told.sha256);
    return reply({ id, sha256: server.told.sha256, size: server.told.size, state: "safe" });
  })(server.serve);
  return server;
}

test("test_f26 a photo in parts goes on where it stopped, with the stored bytes", async () => {
  const [store, server] = [await freshStore(), inParts(1000)];
  const id = await photographed(store, 3500);
  server.instead = (path) => { if (path.endsWith("/parts/3")) throw new TypeError("connection reset"); return null; };
  const sync = syncOf(store, server, { partBytes: () => 1000 });
  assert.equal(await sync.flush(), "offline");
  assert.deepEqual(server.sent, [1, 2]);
  server.instead = () => null;
  assert.equal(await sync.wake(), "sent");
  assert.deepEqual(server.sent, [1, 2, 3, 4], "what had arrived was not sent again");
  assert.equal((await store.photo(id)).state, "safe");
  const whole = new Blob([...server.parts].sort((a, b) => a[0] - b[0]).map((part) => part[1]));
  assert.equal(await sha256(await whole.arrayBuffer()), (await store.photo(id)).sha256);
});

test("test_f26 the server lost the parts: it is asked, and they are sent again", async () => {
  const [store, server] = [await freshStore(), inParts(1000)];
  const id = await photographed(store, 1500);
  let lost = false;
  server.instead = (path) => {
    if (path.endsWith("/complete") && !lost) { lost = true; server.parts.clear(); }
    return null;
  };
  assert.equal(await syncOf(store, server, { partBytes: () => 1000 }).flush(), "sent");
  assert.deepEqual(server.sent, [1, 2, 1, 2]);
  assert.equal((await store.photo(id)).state, "safe");
});

test("test_f26 a bucket on another host never gets the token, and its refusal is no last word", async () => {
  const asked = [];
  const api = openApi({ root: "https://floor.example/api/v1/tablet/", token: () => "secret", fetch: async (url, init) => {
    asked.push([url, init.headers.Authorization]);
    if (url.startsWith("https://bucket.example/")) return new Response("<Error/>", { status: 403 });
    return reply({ state: "open", parts: [{ number: 1, size: 5, url: "https://bucket.example/p1?signature=x", headers: {}, etag: "" }] });
  } });
  await assert.rejects(api.photo({ ...PHOTO, id: newId(), sha256: "x" }, bytesOf(5), 1), { name: "Error", message: /part: 403/ });
  assert.deepEqual(asked.map((one) => one[1]), ["Bearer secret", undefined]);
});

test("test_f27 a batch that is too large for somebody on the way is halved until it passes", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  for (let n = 0; n < 9; n += 1) await answer(store, `q${n}`, "compliant");
  server.instead = (_path, init) => (JSON.parse(init.body).operations.length > 2 ? refusal(413, "Too large.") : null);
  assert.equal(await syncOf(store, server).flush(), "sent");
  assert.equal(server.operations.size, 9);
});

test("test_f27 no batch is larger than the server said", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  for (let n = 0; n < 9; n += 1) await answer(store, `q${n}`, "compliant");
  assert.equal(await syncOf(store, server, { limit: () => 4 }).flush(), "sent");
  assert.deepEqual(server.requests.filter(({ body }) => body?.operations?.length).map(({ body }) => body.operations.length), [4, 4, 1]);
});

test("test_f29 the server is asked, not the browser, and never more than a minute is waited", async () => {
  const [store, server] = [await freshStore(), pretendServer()];
  await answer(store, "exits", "compliant");
  server.instead = () => { throw new TypeError("no route"); };
  const sync = syncOf(store, server);
  for (let n = 0; n < 20; n += 1) await sync.flush();
  assert.equal(sync.timers.length, 20);
  assert.ok(Math.max(...sync.timers) <= 60_000);
  assert.equal(wait(50, () => 1), 60_000);
  assert.equal(sync.phases.at(-1), "offline");
  server.instead = () => null;
  await sync.flush(); // by the timer, whatever the browser thinks of the network
  assert.equal(sync.phases.at(-1), "idle");
  assert.equal(await store.pending(), 0);
});

test("test_f30 a second place with a store of its own gets everything the server has", async () => {
  const [first, server] = [await freshStore(), pretendServer()];
  const { operation } = await answer(first, "exits", "non_compliant");
  await answer(first, "exits", "The east exit", [], "note");
  await syncOf(first, server).flush();
  const second = await freshStore();
  await syncOf(second, server).flush();
  assert.equal((await viewOf(second, "exits")).value, "non_compliant");
  assert.deepEqual((await viewOf(second, "exits")).heads, [operation.id]);
  assert.equal((await viewOf(second, "exits", "note")).value, "The east exit");
  assert.equal(await second.pending(), 0);
});
