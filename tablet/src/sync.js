// Sends what waits and fetches what colleagues wrote. One flush at a time, in this tab and in all others. An operation
// leaves the outbox only by the server's receipt for that very operation. Whatever the server answers otherwise, nothing
// is removed: 401 and 403 ask to sign in, an item that is refused alone is kept with its reason and the rest goes on,
// everything else waits and tries again. Whether there is a network is asked of the server, never of the browser.

import { Refused, Unreachable } from "./api.js";
import { sha256 } from "./ids.js";

const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
const QUIET = 30_000; // between looks for colleagues' work, while all is well
const SOON = 800; // after a change on this tablet
const BUSY = 5_000; // another tab is sending

const ITEM_REFUSALS = new Set([400, 404, 409, 413, 415, 422]);

/** The wait before try number `failures` + 1: doubling, with jitter so that a hall of tablets does not come at once. */
export function wait(failures, random = Math.random) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.max(0, failures - 1)) * (0.5 + random() / 2);
}

/**
 * `tell(news)` hears {answers, photos, assessments} after each durable change; `show(status)` hears
 * {phase, flying, sentence}: phase is "idle", "sending", "offline", "waiting" or "signin"; flying is a Set of ids.
 */
export function openSync({ store, api, deviceId, tell = () => {}, show = () => {}, limit = () => 300, locks = globalThis.navigator?.locks,
  random = Math.random, now = () => Date.now(), later = setTimeout, never = clearTimeout }) {
  let running = null;
  let again = false;
  let failures = 0;
  let timer = null;
  let due = Infinity;
  let stopped = false;
  let flying = new Set();

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
    if (!locks) return work();
    return locks.request(`openfloor-flush-${name}`, { ifAvailable: true }, (lock) => {
      if (lock) return work();
      schedule(BUSY);
      return "busy";
    });
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
    let refused = null;
    for (const assessment of await store.assessments()) {
      if (!assessment.boarded || DONE.has(assessment.state) && !(await store.pending(assessment.id))) continue;
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
    flying = new Set();
    failures = 0;
    schedule(QUIET * (0.75 + random() / 2));
    say(refused ? "signin" : "idle", refused?.sentence);
    return refused ? "signin" : "sent";
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
      const answers = await store.receive(assessment.id, batch, reply);
      fetched = !reply.more;
      flying = new Set();
      tell({ answers, assessments: true, server_time: reply.server_time });
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
        receipt = await api.photo(photo, bytes);
      } catch (error) {
        const alone = error instanceof Refused && (ITEM_REFUSALS.has(error.status) || error.status === 403);
        if (!alone) throw error;
        tell({ photos: [await store.holdPhoto(photo.id, error.sentence)] });
        continue;
      }
      const safe = await store.photoReceived(photo.id, receipt);
      if (!safe) throw new Unreachable("no receipt");
      flying = new Set();
      tell({ photos: [safe] });
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

const DONE = new Set(["issued", "cancelled"]);
