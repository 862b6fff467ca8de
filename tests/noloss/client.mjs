// Plays histories with the real client: tablet/src over an IndexedDB in memory, HTTP to a real server. One line of JSON on
// the input is one history; the answer says what each tablet kept and showed. What happens outside (an assessment closed, an
// account disabled, new tokens) is asked of the other side in between, by a line of its own.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import net from "node:net";
import readline from "node:readline";

createRequire(new URL("../../tablet/package.json", import.meta.url))("fake-indexeddb/auto");
const from = process.env.CLIENT_SRC ?? new URL("../../tablet/src", import.meta.url).pathname;
const { openWork, fieldOf } = await import(`${from}/store.js`);
const { openApi } = await import(`${from}/api.js`);
const { openSync } = await import(`${from}/sync.js`);
const { newId } = await import(`${from}/ids.js`);
console.error = () => {}; // what sync.js tells a developer

const YEAR = 365 * 24 * 3600 * 1000;
const STORM = [401, 403, 409, 413, 422, 429, 500];

/** Numbers between 0 and 1 that the seed decides (mulberry32). */
function dice(seed) {
  let a = seed >>> 0;
  const roll = () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return Object.assign(roll, { below: (n) => Math.floor(roll() * n), of: (list) => list[Math.floor(roll() * list.length)] });
}

/** Send the head of a request and half of its body, then hang up. */
function half(url, init, roll) {
  const { host, hostname, port, pathname } = new URL(url);
  const body = Buffer.from(init.body ?? "");
  const head = [`${init.method} ${pathname} HTTP/1.1`, `Host: ${host}`, `Content-Length: ${body.length}`,
    ...Object.entries(init.headers).map(([name, value]) => `${name}: ${value}`), "Connection: close", "", ""].join("\r\n");
  return new Promise((resolve) => {
    const wire = net.connect(port, hostname, () => {
      wire.end(Buffer.concat([Buffer.from(head), body.subarray(0, roll.below(body.length || 1))]));
    });
    wire.on("error", resolve).on("close", resolve).resume();
  });
}

/** fetch over a network that does what it likes, until it is told to be good. */
function badNetwork(roll, late, is) {
  return async function send(url, init) {
    const { signal, ...kept } = init;
    const gone = () => { throw new TypeError("network"); };
    if (is.dead()) gone();
    if (is.good()) return fetch(url, kept);
    const fate = roll();
    if (fate < 0.08) gone(); // never sent
    if (fate < 0.14) { late.push(() => fetch(url, kept)); gone(); } // arrives later, when nobody waits for it
    if (fate < 0.2) { await half(url, kept, roll); gone(); }
    if (fate < 0.3) return Response.json({ error: { code: "x", sentence: "No." } }, { status: roll.of(STORM) });
    if (fate < 0.38) kept.headers = { ...kept.headers, "X-Dies-At": String(1 + roll.below(40)) };
    if (fate < 0.44) await fetch(url, kept).then((first) => first.text());
    const response = await fetch(url, kept);
    if (fate < 0.5) gone(); // the work is done, the reply is lost
    if (fate < 0.56) return new Response((await response.text()).slice(0, -1 - roll.below(9)), { status: response.status }); // cut
    if (fate < 0.6) return new Response("<h1>Welcome to our hotel</h1>");
    return response;
  };
}

class Tablet {
  constructor(given, history, roll) {
    Object.assign(this, given, { history, roll, kept: new Set(), skew: roll.of([0, 0, 0, -YEAR, YEAR]), ahead: 0, dead: 0, tabs: [] });
    this.locks = roll() < 0.5 ? oneAtATime() : null; // some browsers have no Web Locks
  }

  now = () => Date.now() + this.skew + this.ahead;

  async open() {
    const { history, roll } = this;
    const life = this.dead;
    const store = openWork(`${history.seed}-${this.device}`, { now: this.now });
    const send = badNetwork(roll, history.late, { good: () => history.good, dead: () => life !== this.dead });
    const api = openApi({ root: `${history.root}/api/v1/tablet/`, token: () => this.token, fetch: send, now: this.now });
    const sync = openSync({ store, api, deviceId: this.device, locks: this.locks, random: roll, now: this.now,
      limit: () => history.limit, partBytes: () => history.part, later: () => 0, never: () => {} });
    const tab = { store, sync, api, running: Promise.resolve() };
    this.tabs.push(tab);
    return tab;
  }

  async board() {
    const { store } = await this.open();
    await store.setMeta({ user: this.user, device: { id: this.device, name: "Tablet" } });
    const item = { id: this.history.assessment, version_id: "v", state: "planned", revision: 0 };
    await store.board({ item, blueprint: {}, operations: [], revision: 0 });
    if (this.roll() < 0.4) await this.open(); // a second tab of the same tablet
  }

  /** The tab or the whole browser dies: what was only in memory is gone. */
  async crash() {
    this.dead += 1;
    await Promise.all(this.tabs.map((tab) => tab.running));
    const count = this.tabs.length;
    for (const tab of this.tabs.splice(0)) await tab.store.close();
    for (let n = 0; n < count; n += 1) await this.open();
    const there = await this.operations();
    for (const id of this.kept) if (!there.has(id)) throw new Error("what was shown as kept is gone after a crash");
  }

  async operations() {
    const found = new Map();
    for (const question of this.history.questions) {
      for (const one of await this.tabs[0].store.operations(this.history.assessment, question)) found.set(one.id, one);
    }
    return found;
  }

  async record(question, field, value) {
    const { store } = this.roll.of(this.tabs);
    const { assessment } = this.history;
    const view = (await store.answers(assessment)).find((one) => one.question === question);
    const base = fieldOf(view, field).heads;
    const known = (await store.operations(assessment, question)).filter((one) => one.field === field).map((one) => one.id);
    const rewrite = field === "note" && this.roll() < 0.5 ? base[0] : null;
    const { operation } = await store.record({ assessment, question, field, value, base }, rewrite);
    this.note(operation, known);
  }

  async photograph(question, bytes) {
    const { store } = this.roll.of(this.tabs);
    const id = newId(this.now());
    await store.keepPhoto({ id, assessment: this.history.assessment, question, bytes, thumb: null, type: "image/jpeg", kind: "photo", taken_at: "2026-03-02T09:00:00Z" });
    const operation = (await store.operations(this.history.assessment, question)).find((one) => one.field === `photo:${id}`);
    this.note(operation, []);
    this.history.photos.push(id);
  }

  note({ id, question, field, value, base }, knew) {
    this.kept.add(id);
    const before = this.history.made[id]?.knew ?? [];
    this.history.made[id] = { question, field, value, base, knew: [...before, ...knew] };
  }

  flush() {
    const tab = this.roll.of(this.tabs);
    tab.running = Promise.all([tab.running, tab.sync.wake()]);
    return tab.running;
  }

  async shown() {
    const { store } = this.tabs[0];
    const operations = await this.operations();
    const own = [...operations.values()].filter((one) => this.kept.has(one.id));
    const view = [];
    for (const answer of await store.answers(this.history.assessment)) {
      for (const [field, one] of Object.entries(answer.fields)) {
        if (!one.waiting.length && one.heads.length) view.push([answer.question, field, one.value, one.conflict]);
      }
    }
    const photos = {};
    for (const photo of await store.photos(this.history.assessment)) {
      const bytes = Buffer.from(await store.bytes(photo.id));
      photos[photo.id] = [photo.sha256, photo.state, createHash("sha256").update(bytes).digest("hex") === photo.sha256];
    }
    return {
      kept: [...this.kept], on_disk: [...operations.keys()], view, photos,
      waiting: own.filter((one) => one.pending).map((one) => one.id),
      safe: own.filter((one) => ["accepted", "conflict"].includes(one.outcome)).map((one) => one.id),
      aside: own.filter((one) => one.outcome === "quarantined").map((one) => one.id),
    };
  }
}

/** Web Locks as a browser has them. */
function oneAtATime() {
  const held = new Set();
  return {
    async request(name, _options, work) {
      if (held.has(name)) return work(null);
      held.add(name);
      try { return await work({ name }); } finally { held.delete(name); }
    },
  };
}

async function play(told, ask) {
  const roll = dice(told.seed * 7919);
  const history = { ...told, good: false, late: [], made: {}, photos: [] };
  const tablets = told.tablets.slice(0, 2 + roll.below(told.tablets.length - 1)).map((one) => new Tablet(one, history, dice(roll() * 2 ** 32)));
  for (const tablet of tablets) await tablet.board();
  const steps = 15 + roll.below(20);
  const turn = roll() < 0.6 ? roll.below(steps) : -1;
  for (let n = 0; n < steps; n += 1) {
    if (n === turn) await ask({ turn: true });
    const tablet = roll.of(tablets);
    const what = roll();
    if (what < 0.5) {
      const name = roll.of(Object.keys(told.values));
      const field = name === "unlink" ? `photo:${history.photos.length ? roll.of(history.photos) : newId()}` : name;
      await tablet.record(roll.of(told.questions), field, roll.of(told.values[name]));
    } else if (what < 0.56) {
      const bytes = Buffer.concat([Buffer.from(roll.of(told.pictures), "base64"), Buffer.alloc(roll.below(900))]);
      await tablet.photograph(roll.of(told.questions), new Uint8Array(bytes).buffer);
    } else if (what < 0.86) {
      tablet.flush(); // and the person goes on working
    } else if (what < 0.91) {
      await tablet.crash();
    } else if (history.late.length) {
      await history.late.splice(roll.below(history.late.length), 1)[0]().then((reply) => reply.text());
    }
  }
  for (const tablet of tablets) await Promise.all(tablet.tabs.map((tab) => tab.running));
  history.good = true;
  for (const request of history.late) await request().then((reply) => reply.text());
  const tokens = await ask({ tokens: tablets.map((tablet) => tablet.device) });
  for (const tablet of tablets) {
    tablet.token = tokens[tablet.device] ?? tablet.token;
    tablet.ahead = 20 * 60 * 1000; // what was held is tried again
  }
  for (let round = 0; round < 2; round += 1) for (const tablet of tablets) await tablet.tabs[0].sync.wake();
  const shown = [];
  for (const tablet of tablets) shown.push({ device: tablet.device, ...(await tablet.shown()) });
  for (const tablet of tablets) {
    for (const tab of tablet.tabs) await tab.store.close();
    await tablet.tabs[0].store.destroy();
  }
  return { made: history.made, shown };
}

const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const ask = async (what) => { say(what); return JSON.parse((await lines.next()).value); };
for (;;) {
  const { value, done } = await lines.next();
  if (done) break;
  await play(JSON.parse(value), ask).then((told) => say({ told }), (error) => say({ failed: `${error?.stack ?? error}` }));
}
process.exit(0);
