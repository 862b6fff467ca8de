// The only place that touches IndexedDB. Two databases: one for the tablet (who works on it, which light), one per
// person (the work), so that nobody's work is seen or sent under another name. What it promises: when a promise of a
// writing function has resolved, the change is on the disk ("strict"), the operation together with the view made of it.
// What it refuses: to delete an operation, ever; to mark anything safe without the server's matching receipt; to give
// up the bytes of a photo that is not safe.
//
// Everything that needs time (hashing, later encryption) happens before a transaction opens: a transaction that waits
// for anything else closes itself.

import { deleteDB, openDB } from "idb";
import { resolve } from "./heads.js";
import { newId, sha256 } from "./ids.js";

const STRICT = { durability: "strict" };
const PART = 512 * 1024; // photo bytes lie in parts, read by primary key: large values and index reads have lost bytes before
const HELD_FOR = 10 * 60 * 1000; // a refused operation is tried again alone after this long

// Only ever add to these lists; an older tablet brings its stores along.
const UPGRADES = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("blueprints");
    db.createObjectStore("assessments", { keyPath: "id" });
    db.createObjectStore("before"); // what the last report said, by assessment: large, and read once
    const operations = db.createObjectStore("operations", { keyPath: "id" });
    operations.createIndex("pending", ["assessment", "pending"]); // only operations without a receipt have "pending"
    operations.createIndex("field", ["assessment", "question", "field"]);
    db.createObjectStore("answers", { keyPath: ["assessment", "question"] });
    const photos = db.createObjectStore("photos", { keyPath: "id" });
    photos.createIndex("pending", "pending"); // only photos without a receipt have "pending"
    photos.createIndex("assessment", "assessment");
    db.createObjectStore("bytes"); // key [photo, part]
  },
];

function upgrade(db, from) {
  UPGRADES.slice(from).forEach((step) => step(db));
}

/** A database that comes back: a connection the system closed (iOS does) is opened again, and the write tried once more. */
function reopening(name, version, options) {
  let opened = null;
  const forget = () => { opened = null; };
  const connect = () => {
    opened ??= openDB(name, version, {
      ...options,
      blocking: (_from, _to, event) => { event.target.close(); forget(); options.blocking?.(); },
      terminated: forget,
    }).catch((error) => { forget(); throw error; });
    return opened;
  };
  return {
    async use(work) {
      try {
        return await work(await connect());
      } catch (error) {
        if (error?.name !== "InvalidStateError") throw error;
        forget();
        return work(await connect());
      }
    },
    async close() {
      if (opened) (await opened).close();
      forget();
    },
  };
}

/** What belongs to the tablet and not to a person: who works on it now, and the light at the start. */
export function openTablet() {
  const database = reopening("openfloor-tablet", 1, { upgrade: (db) => { db.createObjectStore("meta"); } });
  return {
    get: (key) => database.use((db) => db.get("meta", key)),
    put: (key, value) => database.use(async (db) => {
      const tx = db.transaction("meta", "readwrite", STRICT);
      await Promise.all([tx.store.put(value, key), tx.done]);
    }),
    close: database.close,
  };
}

const EMPTY = { value: null, heads: [], authors: [], conflict: false, waiting: [], held: [], aside: [] };

/** One field of a view, made from all its operations. */
function viewOf(field, known) {
  const live = known.filter((operation) => operation.outcome !== "quarantined");
  const { heads, value, conflict } = resolve(field, live);
  const authors = new Map(live.filter((one) => heads.includes(one.id)).map((one) => [one.author.id, one.author]));
  return {
    value, heads, conflict,
    authors: [...authors.values()],
    waiting: live.filter((one) => one.pending).map((one) => one.id),
    held: live.filter((one) => one.held).map(({ id, held }) => ({ id, sentence: held.sentence })),
    aside: known.filter((one) => one.outcome === "quarantined").map(({ id, reason }) => ({ id, reason })),
  };
}

/** The field of an answer as the view keeps it, also when nobody wrote it yet. */
export const fieldOf = (answer, field) => answer?.fields[field] ?? EMPTY;

/**
 * The work of one person. `notify` hears of every change with {answers, photos, assessments} that are new.
 * Answers are {assessment, question, fields: {name: {value, heads, authors, conflict, waiting, held, aside}}}.
 */
export function openWork(userId, { now = () => Date.now(), blocked = () => {} } = {}) {
  const name = `openfloor-work-${userId}`; // one database per person
  const database = reopening(name, UPGRADES.length, { upgrade, blocking: blocked });

  function write(stores, work) {
    return database.use(async (db) => {
      const tx = db.transaction(stores, "readwrite", STRICT);
      try {
        const result = await work(tx);
        await tx.done;
        return result;
      } catch (error) {
        try { tx.abort(); } catch { /* already over */ }
        await tx.done.catch(() => {});
        throw error;
      }
    });
  }

  const read = (work) => database.use(work);

  /** Make the view of some fields again from their operations, inside the transaction that changed them. */
  async function remake(tx, assessment, touched) {
    const changed = new Map();
    for (const [question, field] of touched) {
      const known = await tx.objectStore("operations").index("field").getAll([assessment, question, field]);
      const answer = changed.get(question)
        ?? (await tx.objectStore("answers").get([assessment, question]))
        ?? { assessment, question, fields: {} };
      answer.fields[field] = viewOf(field, known);
      changed.set(question, answer);
    }
    for (const answer of changed.values()) await tx.objectStore("answers").put(answer);
    return [...changed.values()];
  }

  let identity = null; // {user, device}: who writes here never changes while the store is open

  async function whoWrites() {
    identity ??= await database.use(async (db) => {
      const [user, device] = await Promise.all([db.get("meta", "user"), db.get("meta", "device")]);
      return { user, device };
    });
    return identity;
  }

  /** Inside a transaction over WRITES: one operation and the view made of it. Reads at once, then writes at once. */
  async function putChange(tx, { user, device }, change, rewrite = null) {
    const { assessment, question, field } = change;
    const operations = tx.objectStore("operations");
    const [item, known, view, last] = await Promise.all([
      tx.objectStore("assessments").get(assessment),
      operations.index("field").getAll([assessment, question, field]),
      tx.objectStore("answers").get([assessment, question]),
      tx.objectStore("meta").get("sequence"),
    ]);
    const earlier = known.find((one) => one.id === rewrite);
    const again = earlier?.pending && earlier.sent === 0 && fieldOf(view, field).heads.includes(rewrite);
    const at = new Date(now()).toISOString();
    const sequence = again ? earlier.sequence : (last ?? 0) + 1;
    const operation = again ? { ...earlier, value: change.value, at } : {
      id: newId(now()), assessment, question, field,
      value: change.value,
      base: change.base,
      base_revision: item?.revision ?? 0,
      at,
      author: { id: user.id, name: user.name },
      device_id: device.id,
      sequence,
      pending: sequence,
      sent: 0,
      outcome: null,
      reason: null,
      revision: null,
    };
    const answer = view ?? { assessment, question, fields: {} };
    answer.fields[field] = viewOf(field, [...known.filter((one) => one.id !== operation.id), operation]);
    await Promise.all([ // the operation first: if its value cannot be stored, nothing else was asked for yet
      operations.put(operation),
      tx.objectStore("answers").put(answer),
      again || tx.objectStore("meta").put(sequence, "sequence"),
    ]);
    return { operation, answer };
  }

  const WRITES = ["meta", "assessments", "operations", "answers"];

  return {
    name,
    close: database.close,
    /** Only for tests and for a person's own "remove from this tablet", never in passing. */
    destroy: async () => { await database.close(); await deleteDB(name); },

    // --- who and what -----------------------------------------------------------------------------------------

    meta: (key) => read((db) => db.get("meta", key)),
    /** Everything kept about person and tablet, in one read. */
    known: () => read(async (db) => {
      const [keys, values] = await Promise.all([db.getAllKeys("meta"), db.getAll("meta")]);
      return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
    }),
    setMeta: (values) => write(["meta"], async (tx) => {
      for (const [key, value] of Object.entries(values)) await tx.store.put(value, key);
    }),

    /** The device of this person on this tablet; made once. */
    device: (label) => write(["meta"], async (tx) => {
      const known = await tx.store.get("device");
      if (known) return known;
      const device = { id: newId(now()), name: label };
      await tx.store.put(device, "device");
      return device;
    }),

    assessments: () => read((db) => db.getAll("assessments")),
    assessment: (id) => read((db) => db.get("assessments", id)),
    blueprint: (id) => read((db) => db.get("blueprints", id)),
    before: (id) => read((db) => db.get("before", id)),
    answers: (assessment) => read((db) => db.getAll("answers", IDBKeyRange.bound([assessment], [assessment, []]))),
    operations: (assessment, question) => read((db) =>
      db.getAllFromIndex("operations", "field", IDBKeyRange.bound([assessment, question], [assessment, question, []]))),

    /** What the server lists, told again; fields that only this tablet knows stay. Nothing is ever dropped here. */
    listed: (items) => write(["assessments"], async (tx) => {
      for (const item of items) {
        const { revision, ...told } = item;
        await tx.store.put({ revision: 0, ...(await tx.store.get(item.id)), ...told });
      }
    }),

    /** Take an assessment on board: blueprint, item and all operations so far, or nothing of it. */
    board: ({ item: { last = {}, ...item }, blueprint, operations, revision }) => write([...WRITES, "blueprints", "before"], async (tx) => {
      await tx.objectStore("before").put(last, item.id);
      await tx.objectStore("blueprints").put(blueprint, item.version_id);
      const known = await tx.objectStore("assessments").get(item.id);
      const seen = Math.max(known?.revision ?? 0, revision);
      await tx.objectStore("assessments").put({ ...known, ...item, revision: seen, boarded: known?.boarded ?? new Date(now()).toISOString() });
      return remake(tx, item.id, await take(tx, item.id, operations));
    }),

    // --- writing ----------------------------------------------------------------------------------------------

    /**
     * Keep one change: the operation and the view made of it, in one transaction. Resolves when both are on the disk.
     * `change` is {assessment, question, field, value, base}. With `rewrite` (an operation's id) the value of that
     * operation is written anew, as long as it has never been put in a request and nothing was made from it: pauses in typing are one change.
     */
    async record(change, rewrite = null) {
      const who = await whoWrites();
      return write(WRITES, (tx) => putChange(tx, who, change, rewrite));
    },

    // --- sending ----------------------------------------------------------------------------------------------

    /** The next operations without a receipt, oldest first; from now on they are frozen, they may reach the server. */
    batch: (assessment, limit) => write(["operations"], async (tx) => {
      const waiting = [];
      const range = IDBKeyRange.bound([assessment, 0], [assessment, Infinity]);
      for await (const cursor of tx.store.index("pending").iterate(range)) {
        if (waiting.length >= limit) break;
        if (cursor.value.held && cursor.value.held.until > now()) continue;
        waiting.push({ ...cursor.value, sent: cursor.value.sent + 1 });
      }
      for (const operation of waiting) await tx.store.put(operation);
      return waiting;
    }),

    /** The server's reply to exactly these operations. A receipt for anything else is ignored. */
    receive: (assessment, sent, reply) => write(WRITES, async (tx) => {
      const store = tx.objectStore("operations");
      const asked = new Set(sent.map((operation) => operation.id));
      const touched = [];
      for (const receipt of reply.receipts) {
        const operation = asked.has(receipt.id) && (await store.get(receipt.id));
        if (!operation || !OUTCOMES.has(receipt.outcome)) continue;
        const { pending, held, ...kept } = operation;
        // "already" with a reason: the first reply was lost, and it said quarantine.
        const outcome = receipt.outcome !== "already" ? receipt.outcome : receipt.reason ? "quarantined" : "accepted";
        await store.put({ ...kept, outcome, reason: receipt.reason ?? null, revision: receipt.revision ?? operation.revision });
        touched.push([operation.question, operation.field]);
      }
      touched.push(...(await take(tx, assessment, reply.operations)));
      const item = (await tx.objectStore("assessments").get(assessment)) ?? { id: assessment };
      const last = reply.more ? Math.max(0, ...reply.operations.map((operation) => operation.revision)) : reply.revision;
      await tx.objectStore("assessments").put({
        ...item, state: reply.state ?? item.state, revision: Math.max(item.revision ?? 0, last), contact: new Date(now()).toISOString(), refused: null,
      });
      return remake(tx, assessment, unique(touched));
    }),

    /** One operation the server would not take now: kept, with the reason, skipped for a while, tried again alone. */
    hold: (id, sentence) => write(["operations", "answers"], async (tx) => {
      const operation = await tx.objectStore("operations").get(id);
      await tx.objectStore("operations").put({ ...operation, held: { sentence, until: now() + HELD_FOR } });
      return remake(tx, operation.assessment, [[operation.question, operation.field]]);
    }),

    /** One assessment the server would not talk about: kept, with its sentence. */
    refuse: (id, sentence) => write(["assessments"], async (tx) => {
      await tx.store.put({ ...(await tx.store.get(id)), refused: sentence });
    }),

    /** How many operations have no receipt yet, in one assessment or in all. */
    pending: (assessment) => read((db) =>
      db.countFromIndex("operations", "pending", assessment && IDBKeyRange.bound([assessment, 0], [assessment, Infinity]))),

    // --- photos -----------------------------------------------------------------------------------------------

    /**
     * Keep a photo: bytes first, read back and compared, and only then the operation that links it to its question.
     * `photo` is {id, assessment, question, bytes, thumb, type, taken_at, kind}. Throws when what comes back differs.
     */
    async keepPhoto(photo) {
      const { bytes, thumb, ...told } = photo;
      const digest = await sha256(bytes);
      await write(["photos", "bytes"], async (tx) => {
        const parts = tx.objectStore("bytes");
        for (let part = 0; part * PART < bytes.byteLength; part += 1) {
          await parts.put(bytes.slice(part * PART, (part + 1) * PART), [photo.id, part]);
        }
        await tx.objectStore("photos").put({ ...told, thumb, sha256: digest, size: bytes.byteLength, state: "unchecked" });
      });
      return this.linkPhoto(photo.id);
    },

    /** Read the stored bytes back; link the photo to its question when they are what was taken. Safe to call twice. */
    async linkPhoto(id) {
      const photo = await this.photo(id);
      const back = await this.bytes(id);
      if (back.byteLength !== photo.size || (await sha256(back)) !== photo.sha256) throw new Error("photo-differs");
      const who = await whoWrites();
      return write([...WRITES, "photos"], async (tx) => {
        const { operation, answer } = await putChange(tx, who,
          { assessment: photo.assessment, question: photo.question, field: `photo:${id}`, value: true, base: [] });
        const kept = { ...photo, state: "tablet", pending: operation.sequence };
        await tx.objectStore("photos").put(kept);
        return { answer, photo: kept };
      });
    },

    photo: (id) => read((db) => db.get("photos", id)),
    photos: (assessment) => read((db) => db.getAllFromIndex("photos", "assessment", assessment)),
    waitingPhotos: () => read(async (db) => {
      const ids = await db.getAllKeysFromIndex("photos", "pending");
      const photos = await Promise.all(ids.map((id) => db.get("photos", id)));
      return photos.filter((photo) => !(photo.held && photo.held.until > now()));
    }),
    countWaitingPhotos: () => read((db) => db.countFromIndex("photos", "pending")),

    /** The whole of a photo, put together from its parts by primary key. */
    bytes: (id) => read(async (db) => {
      const parts = await db.getAll("bytes", IDBKeyRange.bound([id, 0], [id, Infinity]));
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(new Uint8Array(part), at);
        at += part.byteLength;
      }
      return whole.buffer;
    }),

    /** The server's receipt for one photo. Only the same id with the same hash makes it safe. */
    photoReceived: (id, receipt) => write(["photos"], async (tx) => {
      const photo = await tx.store.get(id);
      if (receipt?.id !== id || receipt.sha256 !== photo.sha256 || receipt.state !== "safe") return null;
      const { pending, held, ...kept } = photo;
      const safe = { ...kept, state: "safe", safe_at: new Date(now()).toISOString() };
      await tx.store.put(safe);
      return safe;
    }),

    holdPhoto: (id, sentence) => write(["photos"], async (tx) => {
      const held = { ...(await tx.store.get(id)), held: { sentence, until: now() + HELD_FOR } };
      await tx.store.put(held);
      return held;
    }),

    /** Give up the bytes of photos the server has confirmed; row, thumbnail and hash stay. Answers how many bytes. */
    freeSafePhotos: () => write(["photos", "bytes"], async (tx) => {
      let freed = 0;
      for await (const cursor of tx.objectStore("photos").iterate()) {
        const photo = cursor.value;
        if (photo.state !== "safe" || photo.freed) continue;
        await tx.objectStore("bytes").delete(IDBKeyRange.bound([photo.id, 0], [photo.id, Infinity]));
        await cursor.update({ ...photo, freed: true });
        freed += photo.size;
      }
      return freed;
    }),
  };
}

const OUTCOMES = new Set(["accepted", "already", "conflict", "quarantined"]);

/** Put operations that came from the server. One we have already only learns its revision. Answers the touched fields. */
async function take(tx, assessment, operations) {
  const store = tx.objectStore("operations");
  const touched = [];
  for (const told of operations) {
    const known = await store.get(told.id);
    await store.put(known ? { ...known, revision: told.revision } : { ...told, assessment, outcome: "accepted", sent: 0 });
    touched.push([told.question, told.field]);
  }
  return unique(touched);
}

function unique(pairs) {
  return [...new Map(pairs.map((pair) => [pair.join("\n"), pair])).values()];
}
