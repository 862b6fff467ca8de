// Sends what waits and fetches what colleagues wrote. One flush at a time, in this tab and in all others. An operation
// leaves the outbox only by the server's receipt for that very operation. Whatever the server answers otherwise, nothing
// is removed: 401 and 403 ask to sign in, an item that is refused alone is kept with its reason and the rest goes on,
// everything else waits and tries again. Whether there is a network is asked of the server, never of the browser.

import { Refused, Unreachable } from "./api.js";
import { newId, sha256 } from "./ids.js";

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
const QUIET = 30_000; // between looks for colleagues' work, while all is well
const SOON = 800; // after a change on this tablet
const BUSY = 5_000; // another tab is sending
const LEASE = 60_000; // where there are no Web Locks; two tabs that send at once would do no harm, only twice the work
const SELDOM = 3_600_000; // between looks at an assessment whose report is issued

const ITEM_REFUSALS = new Set([400, 404, 409, 413, 415, 422]);

/** The wait before try number `failures` + 1: doubling, with jitter so that a hall of tablets does not come at once. */
export function wait(failures, random = Math.random) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, failures - 1)) * (0.5 + random() / 2);
}

/**
 * `tell(news)` hears {answers, photos, assessments} after each durable change; `show(status)` hears
 * {phase, flying, sentence}: phase is "idle", "sending", "offline", "waiting" or "signin"; flying is a Set of ids.
 */
export function openSync({ store, api, deviceId, tell = () => {}, show = () => {}, limit = () => 300, partBytes = () => Infinity, locks = globalThis.navigator?.locks,
  random = Math.random, now = () => Date.now(), later = setTimeout, never = clearTimeout }) {
  let running = null;
  let again = false;
  let failures = 0;
  let timer = null;
  let due = Infinity;
  let stopped = false;
  let flying = new Set();
  const holder = newId(now());
  const tried = new Set(); // letters that were not taken: not again before the next start
  const compared = new Set(); // assessments of which the server has repeated what it holds, since the last photo went
  const asked = new Map(); // finished assessment -> when the server was last asked about it

  const say = (phase, sentence = "") => show({ phase, flying, sentence });
  const fly = (ids) => { flying = new Set(ids); say("sending"); };

  function schedule(delay) {
    if (stopped) return;
    never(timer);
    due = now() + delay;
    timer = later(() => { due = Infinity; flush(); }, delay);
  }

  /** One flush. Called while one runs, it waits for that one and does not start a second. */
  function flush() {
    if (running) {
      again = true;
      return running;
    }
    never(timer);
    due = Infinity;
    running = locked(store.name, whole).catch((error) => failed(error)).finally(() => {
      running = null;
      if (again && !failures) schedule(SOON);
      again = false;
    });
    return running;
  }

  async function locked(name, work) {
    if (!locks) return leased(work);
    return locks.request(`openfloor-flush-${name}`, { ifAvailable: true }, (lock) => {
      if (lock) return work();
      schedule(BUSY);
      return "busy";
    });
  }

  async function leased(work) {
    if (!(await store.lease(holder, LEASE))) {
      schedule(BUSY);
      return "busy";
    }
    try {
      return await work();
    } finally {
      await store.lease(holder, 0);
    }
  }

  function failed(error) {
    flying = new Set();
    if (error instanceof Refused && error.status === 401) {
      failures += 1;
      say("signin", error.sentence);
      return "signin"; // no timer: signing in starts it again
    }
    if (!(error instanceof Refused || error instanceof Unreachable)) console.error(error);
    failures += 1;
    schedule(Math.max(wait(failures, random), error.retryAfter ?? 0));
    const phase = error instanceof Unreachable ? "offline" : "waiting";
    say(phase, error.sentence);
    return phase;
  }

  async function whole() {
    await harm(); // before anything else
    await letters();
    let refused = null;
    for (const assessment of await store.assessments()) {
      if (!assessment.boarded) continue;
      if (DONE.has(assessment.state) && !(await store.pending(assessment.id))) {
        // Nothing to send, but something may have been removed by law after the report.
        if (now() - (asked.get(assessment.id) ?? -Infinity) < SELDOM) continue;
        asked.set(assessment.id, now());
      }
      try {
        await operations(assessment);
      } catch (error) {
        // One assessment that is closed to this person must not stop the others, and loses nothing.
        if (!(error instanceof Refused) || ![403, 404].includes(error.status)) throw error;
        refused = error;
        await store.refuse(assessment.id, error.sentence);
        tell({ assessments: true });
      }
    }
    await photos();
    await compare();
    flying = new Set();
    failures = 0;
    schedule(QUIET * (0.75 + random() / 2));
    say(refused ? "signin" : "idle", refused?.sentence);
    return refused ? "signin" : "sent";
  }

  /** Suspected serious harm. One that is not taken stays and is tried each time; it holds nothing else up. */
  async function harm() {
    for (const written of await store.waitingHarm()) {
      try {
        const receipt = await api.harm(written);
        if (!(await store.harmReceived(written.id, receipt))) throw new Unreachable("no receipt");
        tell({ harm: written.id });
      } catch (error) {
        if (!(error instanceof Refused) || !(error.status === 403 || ITEM_REFUSALS.has(error.status))) throw error;
      }
    }
  }

  /** What this tablet took over from others, as the sealed beginnings of their files. One that is not taken holds nothing up. */
  async function letters() {
    for (const letter of await store.letters()) {
      if (tried.has(letter.id)) continue;
      fly(letter.operations);
      try {
        const { receipts } = await api.handover(letter.assessment, await store.bytes(letter.id));
        const sent = letter.operations.map((id) => ({ id }));
        tell({ answers: await store.receive(letter.assessment, sent, { receipts, operations: [], revision: 0, more: false }), assessments: true });
        const told = new Set(receipts.map((receipt) => receipt.id));
        if (letter.operations.every((id) => told.has(id))) await store.letterSent(letter.id);
        else tried.add(letter.id);
      } catch (error) {
        if (!(error instanceof Refused) || !(error.status === 403 || ITEM_REFUSALS.has(error.status))) throw error;
        tried.add(letter.id);
      }
      flying = new Set();
    }
  }

  async function operations(assessment) {
    let size = limit();
    let fetched = false;
    for (;;) {
      const batch = await store.batch(assessment.id, size);
      if (!batch.length && fetched) return;
      const { revision } = await store.assessment(assessment.id);
      if (batch.length) fly(batch.map((operation) => operation.id));
      let reply;
      try {
        reply = await api.exchange(assessment.id, deviceId, revision, batch);
      } catch (error) {
        if (!(error instanceof Refused) || !ITEM_REFUSALS.has(error.status) || error.status === 404 || !batch.length) throw error;
        // Something in this batch is not taken. Halve until the one item stands alone; keep it, go on with the rest.
        if (batch.length > 1) size = Math.ceil(batch.length / 2);
        else tell({ answers: await store.hold(batch[0].id, error.sentence) });
        continue;
      }
      const received = await store.receive(assessment.id, batch, reply);
      const gone = await store.forget(assessment.id, reply);
      const answers = [...received, ...gone.answers]; // the later view of a question counts
      fetched = !reply.more;
      flying = new Set();
      tell({ answers, photos: gone.photos, last: gone.last && { assessment: assessment.id, found: gone.last }, assessments: true, server_time: reply.server_time });
      const receipts = new Set(reply.receipts.map((receipt) => receipt.id));
      if (batch.length && !batch.some((operation) => receipts.has(operation.id))) throw new Unreachable("no receipt");
      size = Math.min(limit(), size * 2);
    }
  }

  async function photos() {
    for (const photo of await store.waitingPhotos()) {
      const bytes = await store.bytes(photo.id);
      if ((await sha256(bytes)) !== photo.sha256) {
        tell({ photos: [await store.holdPhoto(photo.id, "stored-differs")] });
        continue;
      }
      fly([photo.id]);
      let receipt;
      try {
        receipt = await api.photo(photo, bytes, partBytes());
      } catch (error) {
        const alone = error instanceof Refused && (ITEM_REFUSALS.has(error.status) || error.status === 403);
        if (!alone) throw error;
        tell({ photos: [await store.holdPhoto(photo.id, error.sentence)] });
        continue;
      }
      const safe = await store.photoReceived(photo.id, receipt);
      if (!safe) throw new Unreachable("no receipt");
      flying = new Set();
      compared.delete(photo.assessment);
      tell({ photos: [safe] });
    }
  }

  /** Ask which files the server holds. Nothing waits for the answer: it only lets room be made here later. */
  async function compare() {
    for (const { id, boarded } of await store.assessments()) {
      if (!boarded || compared.has(id) || !(await store.photos(id)).some((photo) => photo.state === "safe")) continue;
      compared.add(id);
      try {
        await store.repeated(id, (await api.evidence(id)).evidence);
      } catch (error) {
        if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      }
    }
  }

  return {
    flush,
    /** A change was kept: send soon, but do not cut a wait short that the server or the network asked for. */
    nudge() {
      if (running) again = true;
      else if (!failures && now() + SOON < due) schedule(SOON);
    },
    /** Something changed outside (network, screen, sign-in): try now. */
    wake() {
      failures = 0;
      return flush();
    },
    stop() {
      stopped = true;
      never(timer);
    },
  };
}

const DONE = new Set(["issued", "not_held", "cancelled"]);
