// The store keeps its promises: operation and view together, frozen once sent, bytes that come back as they were.
import assert from "node:assert/strict";
import test from "node:test";
import { ASSESSMENT, BLUEPRINT, ITEM, PHOTO, RITH, answer, bytesOf, freshStore } from "./kit.mjs";
import { fieldOf, openWork } from "../../tablet/src/store.js";
import { newId } from "../../tablet/src/ids.js";

test("an answer is kept with the view made of it, in one step", async () => {
  const store = await freshStore();
  const { operation, answer: view } = await answer(store, "exits", "non_compliant");
  assert.equal(operation.sequence, 1);
  assert.equal(operation.author.name, "Chanthou");
  assert.deepEqual(view.fields.state.heads, [operation.id]);
  const [again] = await store.answers(ASSESSMENT);
  assert.deepEqual(again, view);
  assert.equal(again.fields.state.value, "non_compliant");
  assert.deepEqual(again.fields.state.waiting, [operation.id]);
  assert.equal(await store.pending(), 1);
});

test("half a character is kept as the server keeps it, so that all show the same text", async () => {
  const store = await freshStore();
  const kept = await store.record({ assessment: ASSESSMENT, question: "exits", field: "note", value: "half \ud83d\0, whole 👷", base: [] });
  assert.equal(kept.answer.fields.note.value, "half \ufffd, whole 👷");
  const rows = await store.record({ assessment: ASSESSMENT, question: "doors", field: "value", value: { rows: [{ name: "\udc00", n: 3, ok: true }] }, base: [] });
  assert.deepEqual(rows.operation.value, { rows: [{ name: "\ufffd", n: 3, ok: true }] });
});

test("sequences count from 1 without a gap, whichever question", async () => {
  const store = await freshStore();
  const made = [];
  for (const question of ["exits", "drills", "exits"]) made.push((await answer(store, question, "compliant")).operation.sequence);
  assert.deepEqual(made, [1, 2, 3]);
});

test("pauses in typing are one operation until it has been put in a request", async () => {
  const store = await freshStore();
  const note = (value, base, rewrite) => store.record({ assessment: ASSESSMENT, question: "exits", field: "note", value, base }, rewrite);
  const first = await note("Exit 4", [], null);
  const second = await note("Exit 4 is blocked", [first.operation.id], first.operation.id);
  assert.equal(second.operation.id, first.operation.id);
  assert.deepEqual(second.operation.base, []);
  await store.batch(ASSESSMENT, 10);
  const third = await note("Exit 4 is blocked by cartons", [first.operation.id], first.operation.id);
  assert.notEqual(third.operation.id, first.operation.id);
  assert.deepEqual(third.operation.base, [first.operation.id]);
  assert.equal(third.answer.fields.note.value, "Exit 4 is blocked by cartons");
  assert.equal(third.answer.fields.note.waiting.length, 2);
});

test("a write that fails half-way leaves neither operation nor view", async () => {
  const store = await freshStore();
  const real = IDBObjectStore.prototype.put;
  let puts = 0;
  IDBObjectStore.prototype.put = function (...all) {
    puts += 1;
    if (puts === 2) throw new DOMException("gone", "DataError");
    return real.apply(this, all);
  };
  try {
    await assert.rejects(answer(store, "exits", "compliant"));
  } finally {
    IDBObjectStore.prototype.put = real;
  }
  assert.ok(puts > 2);
  assert.deepEqual(await store.answers(ASSESSMENT), []);
  assert.equal(await store.pending(), 0);
  const { operation } = await answer(store, "exits", "compliant");
  assert.equal(operation.sequence, 1);
});

test("a colleague's other answer is a conflict, and both are kept", async () => {
  const store = await freshStore();
  const { operation } = await answer(store, "exits", "non_compliant");
  const batch = await store.batch(ASSESSMENT, 10);
  const theirs = { id: newId(), question: "exits", field: "state", value: "undetermined", base: [], at: "2026-11-10T10:47:00+07:00", author: RITH, device_id: "other", revision: 1 };
  const [view] = await store.receive(ASSESSMENT, batch, {
    receipts: [{ id: operation.id, outcome: "conflict", reason: null, revision: 2 }], operations: [theirs], revision: 2, more: false, state: "in_progress",
  });
  assert.equal(view.fields.state.conflict, true);
  assert.deepEqual(view.fields.state.authors.map((author) => author.name).sort(), ["Chanthou", "Rith"]);
  assert.equal((await store.operations(ASSESSMENT, "exits")).length, 2);
  assert.equal(await store.pending(), 0);
  const settled = await answer(store, "exits", "non_compliant", view.fields.state.heads);
  assert.equal(settled.answer.fields.state.conflict, false);
});

test("a photo is linked only after its bytes came back as they were taken", async () => {
  const store = await freshStore();
  const id = newId();
  const bytes = bytesOf(1_300_000); // three parts
  const { photo, answer: view } = await store.keepPhoto({ ...PHOTO, id, bytes });
  assert.equal(photo.state, "tablet");
  assert.equal(view.fields[`photo:${id}`].value, true);
  assert.deepEqual(await store.bytes(id), bytes);
});

test("a photo whose bytes come back cut is not linked", async () => {
  const store = await freshStore();
  const id = newId();
  const real = store.bytes;
  store.bytes = async (which) => (await real(which)).slice(0, 10);
  await assert.rejects(store.keepPhoto({ ...PHOTO, id, bytes: bytesOf(2000) }), /photo-differs/);
  assert.deepEqual(await store.answers(ASSESSMENT), []);
  assert.equal((await store.photo(id)).state, "unchecked");
  store.bytes = real;
  assert.equal((await store.linkPhoto(id)).photo.state, "tablet"); // and can be taken up again after a restart
});

test("taking an assessment on board twice keeps what this tablet wrote", async () => {
  const store = await freshStore();
  await answer(store, "exits", "compliant");
  const blueprint = await store.blueprint((await store.assessment(ASSESSMENT)).version_id);
  await store.board({ item: { ...(await store.assessment(ASSESSMENT)) }, blueprint, operations: [], revision: 4 });
  const [view] = await store.answers(ASSESSMENT);
  assert.equal(view.fields.state.value, "compliant");
  assert.equal(await store.pending(ASSESSMENT), 1);
  assert.equal((await store.assessment(ASSESSMENT)).revision, 4);
});

test("test_f07 every write waits for the disk", async () => {
  const real = IDBDatabase.prototype.transaction;
  const seen = [];
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (mode === "readwrite") seen.push(options?.durability);
    return real.call(this, stores, mode, options);
  };
  try {
    const store = await freshStore();
    await answer(store, "exits", "compliant");
    const { photo } = await store.keepPhoto({ ...PHOTO, id: newId(), bytes: bytesOf(10) });
    await store.batch(ASSESSMENT, 10);
    await store.photoReceived(photo.id, { id: photo.id, sha256: photo.sha256, state: "safe" });
    await store.freeSafePhotos();
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.ok(seen.length > 6);
  assert.deepEqual([...new Set(seen)], ["strict"]);
});

test("a connection the system closed is opened again, and the answer is kept", async () => {
  const store = await freshStore();
  await answer(store, "exits", "compliant");
  const real = IDBDatabase.prototype.transaction;
  let once = true;
  IDBDatabase.prototype.transaction = function (...all) {
    if (once) {
      once = false;
      throw new DOMException("The connection is closing.", "InvalidStateError");
    }
    return real.apply(this, all);
  };
  try {
    await answer(store, "drills", "compliant");
  } finally {
    IDBDatabase.prototype.transaction = real;
  }
  assert.equal(once, false);
  assert.equal(await store.pending(), 2);
});

test("test_f22 two people on one tablet do not see each other's work", async () => {
  const [one, two] = [await freshStore(), await freshStore()];
  await answer(one, "exits", "compliant");
  assert.equal(await one.pending(), 1);
  assert.equal(await two.pending(), 0);
  assert.notEqual((await one.device("")).id, (await two.device("")).id);
});

const onDisk = async (store) => {
  const photos = await store.photos(ASSESSMENT);
  const bytes = await Promise.all(photos.map(async (photo) => new TextDecoder().decode(await store.bytes(photo.id))));
  const rows = [await store.answers(ASSESSMENT), await store.operations(ASSESSMENT, "exits"), photos, await store.before(ASSESSMENT)];
  return JSON.stringify(rows, (_key, value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value)) + bytes.join("");
};

test("what was removed by law is destroyed on board: words, places, pictures; the rest stays", async () => {
  const store = await freshStore();
  const text = new TextEncoder();
  await store.board({ item: { ...ITEM, last: { exits: { state: "non_compliant", where: "Sentinel's line" }, drills: { state: "compliant", where: "" } } },
    blueprint: BLUEPRINT, operations: [], revision: 0 });
  const { operation } = await answer(store, "exits", "Sentinel held the key", [], "note");
  const kept = await answer(store, "exits", "The exit was locked", [operation.id], "note");
  await answer(store, "exits", { n: 2, of: 9, where: "Sentinel's table" }, [], "extent");
  const extent = (await store.operations(ASSESSMENT, "exits")).find((one) => one.field === "extent");
  const photo = { ...PHOTO, id: newId(), bytes: text.encode("Sentinel's face".repeat(9)).buffer, thumb: text.encode("Sentinel small").buffer };
  await store.keepPhoto(photo);
  assert.match(await onDisk(store), /Sentinel/);
  const reply = { redacted: [operation.id, extent.id, photo.id, newId()], redacted_last: ["exits", "drills", "gone"] };
  const gone = await store.forget(ASSESSMENT, reply);
  assert.doesNotMatch(await onDisk(store), /Sentinel/);
  const view = (await store.answers(ASSESSMENT)).find((one) => one.question === "exits");
  assert.equal(fieldOf(view, "note").value, "The exit was locked");
  assert.deepEqual(fieldOf(view, "note").heads, [kept.operation.id]);
  assert.equal(fieldOf(view, "extent").value, null);
  assert.deepEqual(fieldOf(view, "extent").removed, [extent.id]);
  assert.equal((await store.photo(photo.id)).state, "removed");
  assert.equal((await store.photo(photo.id)).sha256.length, 64);
  assert.equal(await store.countWaitingPhotos(), 0);
  assert.equal(gone.last.exits.where, "");
  assert.equal(gone.photos.length, 1);
  assert.deepEqual(await store.forget(ASSESSMENT, reply), { answers: [], photos: [], last: null }, "hearing it again changes nothing");
});

test("a removal of another assessment, or none told, empties nothing", async () => {
  const store = await freshStore();
  const { operation } = await answer(store, "exits", "The exit was locked", [], "note");
  await store.forget("0190c1a2-0000-7000-8000-00000000a009", { redacted: [operation.id] });
  await store.forget(ASSESSMENT, {});
  assert.match(await onDisk(store), /locked/);
});

test("a change of the question on the screen reads nothing but whether another window wrote", async () => {
  const store = await freshStore();
  await answer(store, "exits", "compliant");
  await store.expect(ASSESSMENT, "exits");
  const reads = [];
  const real = { get: IDBObjectStore.prototype.get, getAll: IDBIndex.prototype.getAll };
  IDBObjectStore.prototype.get = function (key) { reads.push(key); return real.get.call(this, key); };
  IDBIndex.prototype.getAll = function (...all) { reads.push(all); return real.getAll.apply(this, all); };
  try {
    await answer(store, "exits", "non_compliant");
    await answer(store, "exits", "not_asked");
  } finally {
    IDBObjectStore.prototype.get = real.get;
    IDBIndex.prototype.getAll = real.getAll;
  }
  assert.deepEqual(reads, ["turn", "turn"]);
});

test("test_f25 what another window wrote is seen, though this one had the question in mind", async () => {
  const store = await freshStore();
  const other = openWork(store.name.replace("openfloor-work-", ""));
  const first = await answer(store, "exits", "compliant");
  await store.expect(ASSESSMENT, "exits");
  const theirs = await other.record({ assessment: ASSESSMENT, question: "exits", field: "state", value: "non_compliant", base: [first.operation.id] });
  await other.record({ assessment: ASSESSMENT, question: "exits", field: "note", value: "Exit 4", base: [] });
  const mine = await store.record({ assessment: ASSESSMENT, question: "exits", field: "state", value: "not_asked", base: [first.operation.id] });
  assert.equal(mine.answer.fields.state.conflict, true); // neither is lost
  assert.deepEqual([...mine.answer.fields.state.heads].sort(), [theirs.operation.id, mine.operation.id].sort());
  assert.equal(mine.answer.fields.note.value, "Exit 4");
  assert.equal(mine.operation.sequence, 4);
  assert.deepEqual((await store.answers(ASSESSMENT))[0], mine.answer);
});

test("what was sent since the question was opened is frozen for the next pause in typing, too", async () => {
  const store = await freshStore();
  await store.expect(ASSESSMENT, "exits");
  const first = await answer(store, "exits", "compliant");
  const batch = await store.batch(ASSESSMENT, 10);
  await store.receive(ASSESSMENT, batch, { receipts: [{ id: first.operation.id, outcome: "accepted", revision: 7 }], operations: [], revision: 7, more: false });
  const next = await store.record({ assessment: ASSESSMENT, question: "exits", field: "state", value: "not_asked", base: [first.operation.id] }, first.operation.id);
  assert.notEqual(next.operation.id, first.operation.id);
  assert.equal(next.operation.base_revision, 7);
  assert.deepEqual(next.answer.fields.state.waiting, [next.operation.id]);
});

test("a change says its time as the clock on the wall shows it, with the offset of that place", async (t) => {
  const zone = process.env.TZ;
  t.after(() => { if (zone === undefined) delete process.env.TZ; else process.env.TZ = zone; });
  for (const [name, told] of [["Asia/Phnom_Penh", "2026-03-02T09:00:00+07:00"], ["America/St_Johns", "2026-03-01T22:30:00-03:30"], ["UTC", "2026-03-02T02:00:00+00:00"]]) {
    process.env.TZ = name;
    const store = await freshStore({ now: () => Date.UTC(2026, 2, 2, 2) });
    const { operation } = await answer(store, "exits", "compliant");
    assert.equal(operation.at, told);
    assert.equal(new Date(operation.at).getTime(), Date.UTC(2026, 2, 2, 2));
  }
});
