// The only place that touches IndexedDB. Two databases: one for the tablet (who works on it, which light), one per
// person (the work), so that nobody's work is seen or sent under another name. What it promises: when a promise of a
// writing function has resolved, the change is on the disk ("strict"), the operation together with the view made of it.
// What it refuses: to delete an operation, ever; to mark anything safe without the server's matching receipt; to give
// up the bytes of a photo that is not safe. What two people removed by law it empties, when the server names it.
//
// What a person wrote lies here sealed (lock.js); only what an index reads lies open. A transaction that waits for
// anything but the database closes itself, and sealing takes time. So a change reads, opens, works and seals first, and
// then writes in one transaction, if nothing else was written meanwhile; else it begins again.

import { deleteDB, openDB } from "idb";
import { TRAY, readable, resolve } from "./heads.js";
import { local, newId, sha256 } from "./ids.js";
import { Locked, newLock, open, openBytes, recoveryOf, rewrap, seal, sealBytes, storeKey, toBytes, tried, unwrap, waitOf } from "./lock.js";

const STRICT = { durability: "strict" };
const PART = 512 * 1024; // photo bytes lie in parts, read by primary key: large values and index reads have lost bytes before
const STALE = Symbol("stale"); // another window wrote meanwhile
const CARRIED = -1; // "pending" of what another tablet made: it counts as unsent, and lies before all that "batch" takes
const HELD_FOR = 10 * 60 * 1000; // a refused operation is tried again alone after this long
const NAMES_KEPT_DAYS = 14;
export const WRITABLE = ["planned", "in_progress", "drafting"];

/** Till when a visit's name key may lie here (ms): so long after its start or the last contact, whichever is first; not beyond its submission. */
export const namesUntil = ({ state, planned_from: planned, boarded } = {}, contact = boarded) => (WRITABLE.includes(state)
  ? Math.min(Math.max(Date.parse(planned ?? boarded), Date.parse(boarded)), Date.parse(contact)) + NAMES_KEPT_DAYS * 86_400_000 : 0);

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
  (db) => {
    const tray = db.createObjectStore("tray", { keyPath: "id" }); // taken first, placed later
    tray.createIndex("assessment", "assessment");
  },
  (db) => { db.createObjectStore("harm", { keyPath: "id" }); }, // suspected serious harm, until it is sent; in no count
  () => {}, // from here on rows are sealed: an older client, which cannot read them, is kept out. See sealOld
];

// What lies open of a row: its key and what an index reads. Nothing anybody typed. "blueprints" are published checklists.
const OUTSIDE = {
  assessments: ["id"], operations: ["id", "assessment", "question", "field", "pending"], answers: ["assessment", "question"],
  photos: ["id", "assessment", "pending"], tray: ["id", "assessment"], harm: ["id"],
};
const SEALED = [...Object.keys(OUTSIDE), "before", "bytes", "meta"];
const OPEN_META = new Set(["turn", "sequence", "lease", "device", "lock", "sealed", "harm"]); // harm: whom to call
const keyOf = (name, row) => (name === "answers" ? [row.assessment, row.question] : row.id);
const place = (name, key) => `${name} ${JSON.stringify(key)}`;
const liesOpen = (name, key) => name === "blueprints" || (name === "meta" && OPEN_META.has(key));

/** A row as it was written. One that an older client left unsealed is read all the same. */
async function opened(secret, name, key, row) {
  if (!row?.sealed || liesOpen(name, key)) return row;
  return (name === "bytes" ? openBytes : open)(secret, place(name, key), row.sealed);
}

async function sealed(secret, name, key, row) {
  if (liesOpen(name, key)) return row;
  const outside = Object.fromEntries((OUTSIDE[name] ?? []).filter((field) => row[field] !== undefined).map((field) => [field, row[field]]));
  return { ...outside, sealed: await (name === "bytes" ? sealBytes : seal)(secret, place(name, key), row) };
}

function upgrade(db, from) {
  UPGRADES.slice(from).forEach((step) => step(db));
}

const LOST = new Set(["InvalidStateError", "UnknownError"]); // what browsers say of a connection that is gone

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
        if (opened && !LOST.has(error?.name)) throw error;
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

/** The operations of one question, in their index. */
const fieldsOf = (assessment, question) => IDBKeyRange.bound([assessment, question], [assessment, question, []]);

const EMPTY = { value: null, heads: [], authors: [], conflict: false, waiting: [], removed: [], held: [], aside: [] };

/** One field of a view, made from all its operations. */
function viewOf(field, known) {
  const live = known.filter((operation) => operation.outcome !== "quarantined");
  const { heads, value, conflict } = resolve(field, live);
  const authors = new Map(live.filter((one) => heads.includes(one.id)).map((one) => [one.author.id, one.author]));
  return {
    value, heads, conflict,
    authors: [...authors.values()],
    waiting: live.filter((one) => one.pending).map((one) => one.id),
    removed: known.filter((one) => one.redacted).map((one) => one.id),
    held: live.filter((one) => one.held).map(({ id, held }) => ({ id, sentence: held.sentence })),
    aside: known.filter((one) => one.outcome === "quarantined").map(({ id, reason }) => ({ id, reason })),
  };
}

/** The field of an answer as the view keeps it, also when nobody wrote it yet. */
export const fieldOf = (answer, field) => answer?.fields[field] ?? EMPTY;

/**
 * The work of one person. `notify` hears of every change with {answers, photos, assessments} that are new.
 * Answers are {assessment, question, fields: {name: {value, heads, authors, conflict, waiting, removed, held, aside}}}.
 */
export function openWork(userId, { now = () => Date.now(), blocked = () => {} } = {}) {
  const name = `openfloor-work-${userId}`; // one database per person
  const database = reopening(name, UPGRADES.length, { upgrade, blocking: blocked });

  /** One transaction on what lies open: no key is needed. */
  function plainly(stores, work) {
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

  let secret = null; // a promise of the store key

  /** The key; by itself only where no lock is set. */
  function key() {
    secret ??= opening().catch((error) => { secret = null; throw error; });
    return secret;
  }

  async function opening() {
    const raw = await unwrap(await theLock(), "browser");
    if (!raw) throw new Locked("locked");
    return storeKey(raw);
  }

  /** The lock; made at the first start. */
  async function theLock() {
    const found = await database.use((db) => db.get("meta", "lock"));
    if (found) return found;
    const made = await newLock();
    return plainly(["meta"], async ({ store }) => {
      const known = await store.get("lock"); // another window was faster
      if (!known) await store.put(made, "lock");
      return known ?? made;
    });
  }

  const read = (work) => database.use(work);

  const legible = new Map(); // id of an operation -> {iv, row}: opened once while the same bytes lie there

  async function openOnce(mine, name, one, row) {
    if (name !== "operations" || !row?.sealed) return opened(mine, name, one, row);
    const iv = String(new Uint8Array(row.sealed, 0, 12));
    const last = legible.get(one);
    if (last?.iv === iv) return last.row;
    const fresh = await opened(mine, name, one, row);
    legible.set(one, { iv, row: fresh });
    return fresh;
  }

  /** Rows by their keys, in one transaction, opened. */
  async function rowsOf(name, keys) {
    const found = await read(async (db) => {
      const { store } = db.transaction(name);
      return Promise.all(keys.map((one) => store.get(one)));
    });
    const mine = keys.every((one) => liesOpen(name, one)) ? null : await key();
    return Promise.all(found.map((row, n) => openOnce(mine, name, keys[n], row)));
  }

  const rowOf = async (name, one) => (await rowsOf(name, [one]))[0];

  async function openAll(name, rows) {
    const mine = await key();
    return Promise.all(rows.map((row) => openOnce(mine, name, keyOf(name, row), row)));
  }

  const all = async (name, range) => openAll(name, await read((db) => db.getAll(name, range)));
  const byIndex = async (name, index, range, count) => openAll(name, await read((db) => db.getAllFromIndex(name, index, range, count)));

  let before = Promise.resolve(); // one change after the other in this window; between windows "turn" decides
  let turn = null; // as this window last saw it

  /** A change: see begin. It is worked out again when another window wrote meanwhile. */
  function write(work) {
    const done = before.then(async () => {
      for (;;) {
        const change = await begin();
        const result = await work(change);
        if (await change.commit()) return result;
      }
    });
    before = done.catch(() => {});
    return done;
  }

  /**
   * What one change reads and puts. It sees what it put itself (not through an index); nothing is written before commit,
   * which answers false when somebody else wrote since it began.
   */
  async function begin() {
    const mine = await key();
    turn ??= (await read((db) => db.get("meta", "turn"))) ?? 0;
    const puts = new Map(); // place -> {name, key, row}
    const deletes = []; // {name, range}
    const change = {
      /** Rows by key. */
      async many(name, keys) {
        const stored = await rowsOf(name, keys);
        return keys.map((one, n) => (puts.has(place(name, one)) ? puts.get(place(name, one)).row : stored[n]));
      },
      get: async (name, one) => (await change.many(name, [one]))[0],
      byIndex,
      put(name, row, out) {
        const one = out ?? keyOf(name, row);
        puts.set(place(name, one), { name, key: one, out, row });
      },
      delete: (name, range) => { deletes.push({ name, range }); },
      /** All operations of some fields, [[question, field]], those put here included: a list for each. */
      async operations(assessment, fields) {
        const stored = await read(async (db) => {
          const index = db.transaction("operations").store.index("field");
          return Promise.all(fields.map(([question, field]) => index.getAll([assessment, question, field])));
        });
        const found = new Map(fields.map((pair) => [pair.join("\n"), new Map()]));
        const rows = [...(await openAll("operations", stored.flat())), ...[...puts.values()].filter((one) => one.name === "operations").map((one) => one.row)];
        for (const row of rows) if (row.assessment === assessment) found.get(`${row.question}\n${row.field}`)?.set(row.id, row);
        return fields.map((pair) => [...found.get(pair.join("\n")).values()]);
      },
      async commit() {
        if (!puts.size && !deletes.length) return true;
        const ready = await Promise.all([...puts.values()].map(async ({ name, key: one, out, row }) => ({ name, out, row: await sealed(mine, name, one, row) })));
        const names = new Set(["meta", ...ready.map(({ name }) => name), ...deletes.map(({ name }) => name)]);
        return plainly([...names], async (tx) => {
          const asked = [
            async () => { if (((await tx.objectStore("meta").get("turn")) ?? 0) !== turn) throw STALE; },
            ...deletes.map(({ name, range }) => () => tx.objectStore(name).delete(range)),
            ...ready.map(({ name, out, row }) => () => tx.objectStore(name).put(row, out)),
            () => tx.objectStore("meta").put(turn + 1, "turn"),
          ];
          await Promise.all(asked.map(async (one) => one()));
          return true;
        }).then(() => {
          turn += 1;
          for (const one of puts.values()) learn(one);
          return true;
        }, (error) => {
          turn = near = null;
          if (error === STALE) return false;
          throw error;
        });
      },
    };
    return change;
  }

  /** Make the view of some fields again from their operations, inside the change that put them. */
  async function remake(change, assessment, touched) {
    const questions = [...new Set(touched.map(([question]) => question))];
    const [known, views] = await Promise.all([
      change.operations(assessment, touched),
      change.many("answers", questions.map((question) => [assessment, question])),
    ]);
    const answers = new Map(questions.map((question, n) => [question, views[n] ?? { assessment, question, fields: {} }]));
    touched.forEach(([question, field], n) => { answers.get(question).fields[field] = viewOf(field, known[n]); });
    for (const answer of answers.values()) change.put("answers", answer);
    return [...answers.values()];
  }

  let near = null; // {assessment, question, item, view, sequence, known}: of one question, while "turn" is as this window saw it

  /**
   * All that a change of this question is made from. Read when its screen opens, and kept up with what is written here: a
   * tap then waits for nothing but its own writing. That nobody else wrote is looked at in the writing itself (see commit).
   */
  async function ground(assessment, question) {
    if (near?.assessment === assessment && near.question === question) return near;
    const [item, known, view, sequence] = await read((db) => {
      const tx = db.transaction(["assessments", "operations", "answers", "meta"]);
      const of = (name) => tx.objectStore(name);
      return Promise.all([
        of("assessments").get(assessment), of("operations").index("field").getAll(fieldsOf(assessment, question)), of("answers").get([assessment, question]), of("meta").get("sequence"),
      ]);
    });
    const mine = await key();
    const [opening, operations, answer] = await Promise.all([opened(mine, "assessments", assessment, item), openAll("operations", known), opened(mine, "answers", [assessment, question], view)]);
    near = { assessment, question, item: opening, view: answer, sequence, known: new Map(operations.map((one) => [one.id, one])) };
    return near;
  }

  /** What was just written, where it belongs to that question. */
  function learn({ name, key: one, row }) {
    if (!near) return;
    if (name === "meta" && one === "sequence") near.sequence = row;
    if (name === "assessments" && one === near.assessment) near.item = row;
    if (row?.assessment !== near.assessment || row.question !== near.question) return;
    if (name === "operations") near.known.set(one, row);
    if (name === "answers") near.view = row;
  }

  let identity = null; // {user, device}: who writes here never changes while the store is open

  async function whoWrites() {
    if (!identity) {
      const [user, device] = await rowsOf("meta", ["user", "device"]);
      identity = { user, device };
    }
    return identity;
  }

  /** Inside a change: one operation and the view made of it. */
  async function putChange(change, { user, device }, { assessment, question, field, ...written }, rewrite = null) {
    const { item, known, view, sequence: last } = await ground(assessment, question);
    const earlier = known.get(rewrite);
    const again = earlier?.pending && earlier.sent === 0 && fieldOf(view, field).heads.includes(rewrite);
    const at = local(new Date(now()));
    const sequence = again ? earlier.sequence : (last ?? 0) + 1;
    const value = readable(written.value); // else this tablet would show another text than the server keeps
    const operation = again ? { ...earlier, value, at } : {
      id: newId(now()), assessment, question, field,
      value,
      base: written.base,
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
    const others = [...known.values()].filter((one) => one.field === field && one.id !== operation.id);
    const answer = { assessment, question, fields: { ...view?.fields, [field]: viewOf(field, [...others, operation]) } };
    change.put("operations", operation);
    change.put("answers", answer);
    if (!again) change.put("meta", sequence, "sequence");
    return { operation, answer };
  }

  return {
    name,
    close: async () => {
      secret = near = null;
      legible.clear();
      await database.close();
    },
    /** Only for tests and for a person's own "remove from this tablet", never in passing. */
    destroy: async () => { await database.close(); await deleteDB(name); },

    // --- the lock ---------------------------------------------------------------------------------------------

    /**
     * How this store opens: {open, passphrase, platform: {id, salt} | null, wait (ms), wrong, held}. `open`: by itself;
     * `held`: the server holds the recovery key.
     */
    lock: async () => {
      const lock = await theLock();
      const { browser, passphrase, platform } = lock.wraps;
      return {
        open: Boolean(browser), passphrase: Boolean(passphrase), platform: platform ? { id: platform.id, salt: platform.salt } : null,
        wait: waitOf(lock, now()), wrong: lock.wrong, held: !lock.waiting,
      };
    },

    /**
     * Open the store for this window: with a passphrase, with what the platform gave, or with the server's recovery key.
     * Answers false when it does not open, or when the wait after wrong tries is not over.
     */
    unlock: async (way, given) => {
      const raw = await rawBy(way, given);
      if (raw) secret = storeKey(raw);
      return Boolean(raw);
    },

    /**
     * From now on it opens otherwise (rewrap); needs one of today's ways. Answers false when that does not open it.
     * What an older client left unsealed is sealed first.
     */
    protect: async (way, given, how) => {
      const raw = await rawBy(way, given);
      if (!raw) return false;
      secret = storeKey(raw);
      await sealOld();
      const next = await rewrap(await theLock(), raw, how);
      await plainly(["meta"], async ({ store }) => {
        const { waiting } = await store.get("lock"); // the server may have said that it holds it, meanwhile
        await store.put({ ...next, waiting }, "lock");
      });
      return true;
    },

    /** The recovery key the server does not hold yet, as base64; null when it does. */
    recovery: async () => recoveryOf(await theLock(), await key()),
    /** The server holds it. */
    recoveryHeld: () => plainly(["meta"], async ({ store }) => store.put({ ...(await store.get("lock")), waiting: null }, "lock")),

    sealOld: () => sealOld(),

    // --- who and what -----------------------------------------------------------------------------------------

    meta: (one) => rowOf("meta", one),
    /** Everything kept about person and tablet, in one read. */
    known: async () => {
      const keys = await read((db) => db.getAllKeys("meta"));
      const values = await rowsOf("meta", keys);
      return Object.fromEntries(keys.map((one, i) => [one, values[i]]));
    },
    setMeta: (values) => write((change) => {
      for (const [one, value] of Object.entries(values)) change.put("meta", value, one);
    }),

    /** The device of this person on this tablet; made once. Lies open: a locked store asks for its recovery key by it. */
    device: (label) => plainly(["meta"], async ({ store }) => {
      const known = await store.get("device");
      if (known) return known;
      const device = { id: newId(now()), name: label };
      await store.put(device, "device");
      return device;
    }),

    assessments: () => all("assessments"),
    assessment: (id) => rowOf("assessments", id),
    blueprint: (id) => read((db) => db.get("blueprints", id)),
    before: (id) => rowOf("before", id),
    answers: (assessment) => all("answers", IDBKeyRange.bound([assessment], [assessment, []])),
    operations: (assessment, question) => byIndex("operations", "field", fieldsOf(assessment, question)),
    /** A question is on the screen: the next change is probably one of its. */
    expect: (assessment, question) => write(() => ground(assessment, question)),

    /** What the server lists, told again; fields that only this tablet knows stay. Nothing is ever dropped here. */
    listed: (items) => write(async (change) => {
      const known = await change.many("assessments", items.map(({ id }) => id));
      items.forEach(({ revision, ...told }, n) => change.put("assessments", { revision: 0, ...known[n], ...told }));
    }),

    /** Take an assessment on board: blueprint, item and all operations so far, or nothing of it. */
    board: ({ item: { last = {}, ...item }, blueprint, operations, revision }) => write(async (change) => {
      change.put("before", last, item.id);
      change.put("blueprints", blueprint, item.version_id);
      const known = await change.get("assessments", item.id);
      const seen = Math.max(known?.revision ?? 0, revision);
      change.put("assessments", { ...known, ...item, revision: seen, boarded: known?.boarded ?? new Date(now()).toISOString() });
      return remake(change, item.id, await take(change, item.id, operations));
    }),

    // --- writing ----------------------------------------------------------------------------------------------

    /**
     * Keep one change: the operation and the view made of it, in one transaction. Resolves when both are on the disk.
     * `change` is {assessment, question, field, value, base}. With `rewrite` (an operation's id) the value of that
     * operation is written anew, as long as it has never been put in a request and nothing was made from it: pauses in typing are one change.
     */
    async record(written, rewrite = null) {
      const who = await whoWrites();
      return write((change) => putChange(change, who, written, rewrite));
    },

    // --- the name key -------------------------------------------------------------------------------------------

    /**
     * Whose records the codes of sampled rows stand for: {assessment: {rows: {question: {code: name}}} or {gone}}. No operation
     * and no answer: it is in no request and in no file. What is due is erased before it is told; `gone` says when.
     */
    names: () => write(async (change) => {
      const [kept = {}, contact] = await change.many("meta", ["names", "contact"]);
      const ids = Object.keys(kept);
      const items = await change.many("assessments", ids);
      const due = ids.filter((id, n) => kept[id].rows && namesUntil(items[n], contact) <= now());
      const left = { ...kept, ...Object.fromEntries(due.map((id) => [id, { gone: new Date(now()).toISOString() }])) };
      if (due.length) change.put("meta", left, "names");
      return left;
    }),
    /** Keep one name, or with "" forget it; after the time for it nothing is kept. */
    keepName: (assessment, question, code, name) => write(async (change) => {
      const [kept = {}, contact] = await change.many("meta", ["names", "contact"]);
      if (namesUntil(await change.get("assessments", assessment), contact) <= now()) return;
      const rows = kept[assessment]?.rows;
      const { [code]: _, ...others } = rows?.[question] ?? {};
      change.put("meta", { ...kept, [assessment]: { rows: { ...rows, [question]: name ? { ...others, [code]: name } : others } } }, "names");
    }),

    // --- serious harm -------------------------------------------------------------------------------------------

    /** What somebody wrote of suspected serious harm: {assessment, kind, text}. It is no operation and is in no count. */
    keepHarm: (written) => write((change) => {
      const kept = { ...written, id: newId(now()) };
      change.put("harm", kept);
      return kept;
    }),
    waitingHarm: () => all("harm"),
    /** The server's receipt for this very record; then nothing of it stays on the tablet. */
    harmReceived: (id, receipt) => write((change) => {
      if (receipt?.id !== id || receipt.state !== "safe") return false;
      change.delete("harm", id);
      return true;
    }),

    // --- sending ----------------------------------------------------------------------------------------------

    /**
     * Where a browser has no Web Locks: may this holder send now? Given to one at a time, for so many milliseconds; 0 gives
     * it back. A holder that died keeps it no longer than that, whatever the clock does.
     */
    lease: (holder, lasts) => plainly(["meta"], async ({ store }) => {
      const given = await store.get("lease");
      const free = !given || given.holder === holder || given.until <= now() || given.until - now() > given.lasts;
      if (free) await store.put({ holder, lasts, until: now() + lasts }, "lease");
      return free;
    }),

    /** The next operations without a receipt, oldest first; from now on they are frozen, they may reach the server. */
    batch: (assessment, limit) => write(async (change) => {
      const waiting = [];
      let after = 0;
      for (;;) {
        const page = await change.byIndex("operations", "pending", IDBKeyRange.bound([assessment, after], [assessment, Infinity], true), limit);
        for (const one of page) if (waiting.length < limit && !(one.held && one.held.until > now())) waiting.push(one);
        if (waiting.length === limit || page.length < limit) break;
        after = page.at(-1).pending;
      }
      for (const one of waiting) if (!one.sent) change.put("operations", { ...one, sent: 1 });
      return waiting;
    }),

    /** The server's reply to exactly these operations. A receipt for anything else is ignored. */
    receive: (assessment, sent, reply) => write(async (change) => {
      const asked = new Set(sent.map((operation) => operation.id));
      const receipts = reply.receipts.filter(({ id, outcome }) => asked.has(id) && OUTCOMES.has(outcome));
      const known = await change.many("operations", receipts.map(({ id }) => id));
      const touched = [];
      receipts.forEach((receipt, n) => {
        if (!known[n]) return;
        const { pending, held, ...kept } = known[n];
        // "already" with a reason: the first reply was lost, and it said quarantine.
        const outcome = receipt.outcome !== "already" ? receipt.outcome : receipt.reason ? "quarantined" : "accepted";
        change.put("operations", { ...kept, outcome, reason: receipt.reason ?? null, revision: receipt.revision ?? kept.revision });
        touched.push([kept.question, kept.field]);
      });
      touched.push(...(await take(change, assessment, reply.operations)));
      const item = (await change.get("assessments", assessment)) ?? { id: assessment };
      const last = reply.more ? Math.max(0, ...reply.operations.map((operation) => operation.revision)) : reply.revision;
      change.put("assessments", {
        ...item, state: reply.state ?? item.state, revision: Math.max(item.revision ?? 0, last), contact: new Date(now()).toISOString(), refused: null,
      });
      return remake(change, assessment, unique(touched));
    }),

    /**
     * Destroy this tablet's copy of what two people had removed by law: values, pictures, and places an earlier report
     * named. The change itself stays, empty, so that what was made from it still has its ground. The server names all
     * of them each time; to hear it twice is harmless. Answers {answers, photos, last}: what is new.
     */
    forget: (assessment, { redacted = [], redacted_last: places = [] }) => write(async (change) => {
      const [operations, pictures, last] = await Promise.all([
        change.many("operations", redacted), change.many("photos", redacted), change.get("before", assessment),
      ]);
      const words = operations.filter((one) => one?.assessment === assessment && !one.redacted);
      for (const operation of words) change.put("operations", { ...operation, value: null, redacted: true });
      const photos = pictures.filter((photo) => photo?.assessment === assessment && photo.state !== "removed").map((photo) => destroyPhoto(change, photo));
      const told = places.filter((question) => last?.[question]?.where);
      for (const question of told) last[question] = { ...last[question], where: "" };
      if (told.length) change.put("before", last, assessment);
      const touched = unique(words.map(({ question, field }) => [question, field]));
      return { answers: await remake(change, assessment, touched), photos, last: told.length ? last : null };
    }),

    /** One operation the server would not take now: kept, with the reason, skipped for a while, tried again alone. */
    hold: (id, sentence) => write(async (change) => {
      const operation = await change.get("operations", id);
      change.put("operations", { ...operation, held: { sentence, until: now() + HELD_FOR } });
      return remake(change, operation.assessment, [[operation.question, operation.field]]);
    }),

    /** One assessment the server would not talk about: kept, with its sentence. */
    refuse: (id, sentence) => write(async (change) => change.put("assessments", { ...(await change.get("assessments", id)), refused: sentence })),

    /** How many operations have no receipt yet, in one assessment or in all. */
    pending: (assessment) => read((db) =>
      db.countFromIndex("operations", "pending", assessment && IDBKeyRange.bound([assessment, CARRIED], [assessment, Infinity]))),

    // --- handover ---------------------------------------------------------------------------------------------

    /**
     * All that a handover file holds of a visit: {operations, photos, letters}. From now on what waits here is frozen: what
     * is in the file keeps its value. Suspected serious harm is not read here, so it can be in no file. A photo that changed
     * in the store stays behind, held: with it nobody would take the file.
     */
    async handOver(assessment) {
      const found = await this.heldOf(assessment);
      const photos = [];
      for (const photo of found.photos) {
        if ((await sha256(await this.bytes(photo.id))) === photo.sha256) photos.push(photo);
        else await this.holdPhoto(photo.id, "stored-differs");
      }
      return { ...found, photos };
    },
    heldOf: (assessment) => write(async (change) => {
      const operations = (await change.byIndex("operations", "field", IDBKeyRange.bound([assessment], [assessment, []])))
        .filter((one) => one.outcome !== "quarantined" && !one.redacted);
      for (const one of operations) if (one.pending && !one.sent) change.put("operations", { ...one, sent: 1 });
      const photos = (await change.byIndex("photos", "assessment", assessment)).filter((one) => one.pending !== undefined);
      return { operations, photos, letters: ((await change.get("meta", "letters")) ?? []).filter((one) => one.assessment === assessment) };
    }),

    /** A photo another tablet took, as it came in its file: its bytes, and read back. Kept twice is once. */
    async carryPhoto(photo, bytes) {
      if (await this.photo(photo.id)) return null;
      await write((change) => {
        for (let part = 0; part * PART < bytes.byteLength; part += 1) change.put("bytes", bytes.slice(part * PART, (part + 1) * PART), [photo.id, part]);
        change.put("photos", { ...photo, size: bytes.byteLength, state: "tablet", pending: CARRIED });
      });
      if ((await sha256(await this.bytes(photo.id))) !== photo.sha256) throw new Error("photo-differs");
      return this.photo(photo.id);
    },

    /**
     * Take over what another tablet made. Its changes keep their ids and authors; what the server did not have waits here
     * without ever being sent as this tablet's own: the letter, the beginning of the file it came in, is sent on instead.
     * Answers {answers, fresh}: views, and how many changes are new here. The same again changes nothing.
     */
    async carry(assessment, operations, letter) {
      const id = await sha256(letter);
      return write(async (change) => {
        const known = await change.many("operations", operations.map((one) => one.id));
        const fresh = operations.filter((_, n) => !known[n]);
        const waiting = fresh.filter((one) => !one.revision);
        for (const one of fresh) {
          change.put("operations", { ...one, assessment, sent: 1, outcome: one.revision ? "accepted" : null, reason: null, ...(!one.revision && { pending: CARRIED }) });
        }
        if (waiting.length) {
          for (let part = 0; part * PART < letter.byteLength; part += 1) change.put("bytes", letter.slice(part * PART, (part + 1) * PART), [id, part]);
          const letters = (await change.get("meta", "letters")) ?? [];
          change.put("meta", [...letters.filter((one) => one.id !== id), { id, assessment, operations: waiting.map((one) => one.id) }], "letters");
        }
        const answers = await remake(change, assessment, unique(fresh.map(({ question, field }) => [question, field])));
        return { answers, fresh: fresh.length };
      });
    },

    letters: async () => (await rowOf("meta", "letters")) ?? [],
    /** Every change of a letter has its receipt: the letter itself is of no use any more. */
    letterSent: (id) => write(async (change) => {
      const letters = (await change.get("meta", "letters")) ?? [];
      change.put("meta", letters.filter((one) => one.id !== id), "letters");
      change.delete("bytes", IDBKeyRange.bound([id, 0], [id, Infinity]));
    }),

    // --- photos -----------------------------------------------------------------------------------------------

    /**
     * Keep a photo: bytes first, read back and compared, and only then the operation that links it to its question.
     * `photo` is {id, assessment, question, bytes, thumb, type, taken_at, kind}. Throws when what comes back differs.
     */
    async keepPhoto(photo) {
      const { bytes, thumb, ...told } = photo;
      const digest = await sha256(bytes);
      await write((change) => {
        for (let part = 0; part * PART < bytes.byteLength; part += 1) {
          change.put("bytes", bytes.slice(part * PART, (part + 1) * PART), [photo.id, part]);
        }
        change.put("photos", { ...told, thumb, sha256: digest, size: bytes.byteLength, state: "unchecked" });
      });
      return this.linkPhoto(photo.id);
    },

    /** Read the stored bytes back; link the photo to its question (or lay it in the tray) when they are what was taken. Safe to call twice. */
    async linkPhoto(id) {
      const photo = await this.photo(id);
      const back = await this.bytes(id);
      if (back.byteLength !== photo.size || (await sha256(back)) !== photo.sha256) throw new Error("photo-differs");
      const { tray, ...plain } = photo;
      const named = tray ? { question: TRAY, field: `item:${id}`, value: tray } : { question: photo.question, field: `photo:${id}`, value: true };
      const who = await whoWrites();
      return write(async (change) => {
        const { operation, answer } = await putChange(change, who, { assessment: photo.assessment, ...named, base: [] });
        const kept = { ...plain, state: "tablet", pending: operation.sequence };
        change.put("photos", kept);
        return { answer, photo: kept };
      });
    },

    /** What an older client laid in the tray; it lies among the changes now. */
    tray: (assessment) => byIndex("tray", "assessment", assessment),

    photo: (id) => rowOf("photos", id),
    photos: (assessment) => byIndex("photos", "assessment", assessment),
    waitingPhotos: async () => (await byIndex("photos", "pending")).filter((photo) => !(photo.held && photo.held.until > now())),
    countWaitingPhotos: () => read((db) => db.countFromIndex("photos", "pending")),

    /** The whole of a photo, put together from its parts by primary key. */
    bytes: async (id) => {
      const keys = await read((db) => db.getAllKeys("bytes", IDBKeyRange.bound([id, 0], [id, Infinity])));
      const parts = await rowsOf("bytes", keys);
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
      let at = 0;
      for (const part of parts) {
        whole.set(new Uint8Array(part), at);
        at += part.byteLength;
      }
      return whole.buffer;
    },

    /** The server's receipt for one photo. Only the same id with the same hash makes it safe, or says it was removed. */
    photoReceived: (id, receipt) => write(async (change) => {
      const photo = await change.get("photos", id);
      if (receipt?.id !== id || receipt.sha256 !== photo.sha256 || !["safe", "removed"].includes(receipt.state)) return null;
      if (photo.state === "removed" || receipt.state === "removed") return destroyPhoto(change, photo);
      const { pending, held, ...kept } = photo;
      const safe = { ...kept, state: "safe", safe_at: new Date(now()).toISOString() };
      change.put("photos", safe);
      return safe;
    }),

    holdPhoto: (id, sentence) => write(async (change) => {
      const held = { ...(await change.get("photos", id)), held: { sentence, until: now() + HELD_FOR } };
      change.put("photos", held);
      return held;
    }),

    /** The server says again, apart from its receipts, which files it holds: from now on their bytes here may be given up. */
    repeated: (assessment, evidence) => write(async (change) => {
      const there = new Map(evidence.filter((one) => one.state === "safe").map((one) => [one.id, one.sha256]));
      for (const photo of await change.byIndex("photos", "assessment", assessment)) {
        if (photo.state !== "safe" || photo.repeated_at || there.get(photo.id) !== photo.sha256) continue;
        change.put("photos", { ...photo, repeated_at: new Date(now()).toISOString() });
      }
    }),

    /** Give up the bytes of photos the server has confirmed twice; row, thumbnail and hash stay. Answers how many bytes. */
    freeSafePhotos: () => write(async (change) => {
      let freed = 0;
      for (const photo of await change.byIndex("photos", "assessment")) {
        if (photo.state !== "safe" || !photo.repeated_at || photo.freed) continue;
        change.delete("bytes", IDBKeyRange.bound([photo.id, 0], [photo.id, Infinity]));
        change.put("photos", { ...photo, freed: true });
        freed += photo.size;
      }
      return freed;
    }),
  };

  /** The store key's bytes by one of the ways that open it, or null. A passphrase that is wrong counts, and soon waits. */
  async function rawBy(way, given) {
    if (way !== "passphrase") return unwrap(await theLock(), way, typeof given === "string" ? toBytes(given) : given);
    const lock = await plainly(["meta"], async ({ store }) => {
      const found = await store.get("lock");
      if (!found || waitOf(found, now())) return null;
      await store.put(tried(found, now()), "lock");
      return found;
    });
    const raw = lock && (await unwrap(lock, way, given));
    if (raw) await plainly(["meta"], async ({ store }) => store.put({ ...(await store.get("lock")), wrong: 0, until: 0 }, "lock"));
    return raw;
  }

  /**
   * Seal what an older client wrote unsealed, some rows at a time: each such change is whole or not made, an unsealed row is
   * read like a sealed one, and what is left is taken up at the next start. Harmless to call again.
   */
  async function sealOld() {
    if (await read((db) => db.get("meta", "sealed"))) return;
    for (const name of SEALED) {
      let after = null;
      do {
        const { keys, last } = await read((db) => unsealed(db, name, after));
        if (keys.length) {
          await write(async (change) => {
            const rows = await change.many(name, keys);
            rows.forEach((row, n) => row !== undefined && change.put(name, row, name in OUTSIDE ? undefined : keys[n]));
          });
        }
        after = last;
      } while (after !== null);
    }
    await plainly(["meta"], ({ store }) => store.put(true, "sealed"));
  }
}

const AT_ONCE = 40; // rows, or parts of photos, sealed in one change

/** The keys of the next rows that lie unsealed, and the last key looked at; null: there is nothing after these. */
async function unsealed(db, name, after) {
  const keys = [];
  let cursor = await db.transaction(name).store.openCursor(after === null ? null : IDBKeyRange.lowerBound(after, true));
  while (cursor && keys.length < AT_ONCE) {
    if (!cursor.value?.sealed && !liesOpen(name, cursor.key)) keys.push(cursor.key);
    after = cursor.key;
    cursor = await cursor.continue();
  }
  return { keys, last: cursor ? after : null };
}

const OUTCOMES = new Set(["accepted", "already", "conflict", "quarantined"]);

/** Put operations that came from the server. One we have already only learns its revision. Answers the touched fields. */
async function take(change, assessment, operations) {
  const known = await change.many("operations", operations.map(({ id }) => id));
  const touched = operations.map((told, n) => {
    const mine = known[n];
    // One that was kept aside and is told all the same was released by a manager: it counts from now on.
    const outcome = mine?.outcome === "quarantined" ? { outcome: "accepted", reason: null } : null;
    change.put("operations", mine ? { ...mine, ...outcome, revision: told.revision } : { ...told, assessment, outcome: "accepted", sent: 0 });
    return [told.question, told.field];
  });
  return unique(touched);
}

/** A photo that was removed by law: bytes and thumbnail go, its row and hash stay. */
function destroyPhoto(change, photo) {
  const { pending, held, ...kept } = photo;
  const gone = { ...kept, thumb: null, state: "removed" };
  change.delete("bytes", IDBKeyRange.bound([photo.id, 0], [photo.id, Infinity]));
  change.put("photos", gone);
  return gone;
}

function unique(pairs) {
  return [...new Map(pairs.map((pair) => [pair.join("\n"), pair])).values()];
}
