// What every test of the tablet's client needs: a database in memory, a person, an assessment, a server that can be told
// what to answer. No network, no waiting.
import { createRequire } from "node:module";

const require = createRequire(new URL("../../tablet/package.json", import.meta.url));
require("fake-indexeddb/auto");

const { openWork } = await import("../../tablet/src/store.js");
const { openApi } = await import("../../tablet/src/api.js");
const { openSync } = await import("../../tablet/src/sync.js");

export const ASSESSMENT = "0190c1a2-0000-7000-8000-00000000a001";
export const VERSION = "0190c1a2-0000-7000-8000-00000000b001";
export const CHANTHOU = { id: 7, name: "Chanthou", language: "en" };
export const RITH = { id: 8, name: "Rith" };

export const BLUEPRINT = {
  format: "openfloor-blueprint/1",
  version: { id: VERSION, checklist: "decent-work", number: "2026-1", title: "Decent work", language: "en", hash: "x" },
  clusters: [{ key: "safety", title: "Safety and health", kind: "core", points: [{ key: "emergency", title: "Emergency readiness",
    questions: [
      { key: "exits", kind: "finding", text: "Are the exits clear?", required: true, extent: "exits", law: [] },
      { key: "drills", kind: "finding", text: "Are drills held?", required: true, law: [] },
      { key: "doors", kind: "number", text: "How many doors?", required: false, law: [] },
    ] }] }],
};

export const ITEM = {
  id: ASSESSMENT, number: "KH-2026-0041", state: "in_progress", version_id: VERSION, version_title: "Decent work", questions: 3,
  factory: { id: 1, name: "Paper Heron Sewing", number: "F1", address: "", country: "KH", workers: 300 },
  cycle: 5, colleagues: [CHANTHOU, RITH], me_lead: true, revision: 0,
};

let people = 100;

/** A fresh store with one assessment on board. Every call is another person, hence another database. */
export async function freshStore(options) {
  people += 1;
  const store = openWork(people, options);
  await store.setMeta({ user: CHANTHOU });
  await store.device("Test tablet");
  await store.board({ item: ITEM, blueprint: BLUEPRINT, operations: [], revision: 0 });
  return store;
}

export const answer = (store, question, value, base = [], field = "state") =>
  store.record({ assessment: ASSESSMENT, question, field, value, base });

export const PHOTO = { assessment: ASSESSMENT, question: "exits", type: "image/jpeg", kind: "photo", taken_at: "2026-11-10T10:42:00+07:00", thumb: null };

export function bytesOf(length, seed = 1) {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) % 256).buffer;
}

/** A server in memory that keeps the contract: receipts, revisions, colleagues' operations, photos. */
export function pretendServer() {
  const server = {
    operations: new Map(), photos: new Map(), digests: new Map(), requests: [], revision: 0, state: "in_progress", quarantine: new Set(),
    /** Put a function here to answer instead of the server: (path, init) => Response | null (null: go on). */
    instead: () => null,
    /** A colleague's operation that arrived before. */
    arrive(operation) {
      server.revision += 1;
      server.operations.set(operation.id, { base: [], at: "2026-11-10T10:47:00+07:00", author: RITH, device_id: "other", ...operation, revision: server.revision });
    },
    async fetch(url, init) {
      const path = url.replace("/api/v1/tablet/", "");
      server.requests.push({ path, init, body: typeof init.body === "string" ? JSON.parse(init.body) : init.body });
      const other = await server.instead(path, init);
      return other ?? server.serve(path, init);
    },
    serve(path, init) {
      if (path.endsWith("/evidence")) {
        return reply({ evidence: [...server.digests].map(([id, sha256]) => ({ id, sha256, state: "safe" })) });
      }
      if (path.includes("/evidence/")) {
        const id = path.split("/").at(-1);
        server.photos.set(id, init.body);
        server.digests.set(id, init.headers["X-SHA256"]);
        return reply({ id, sha256: init.headers["X-SHA256"], size: init.body.byteLength, state: "safe" }, 201);
      }
      const { seen, operations, device_id } = JSON.parse(init.body);
      const receipts = operations.map((operation) => {
        const known = server.operations.get(operation.id);
        if (known) return { id: operation.id, outcome: "already", reason: null, revision: known.revision };
        if (server.quarantine.has(operation.question)) {
          return { id: operation.id, outcome: "quarantined", reason: "The question is not in this version.", revision: null };
        }
        server.revision += 1;
        server.operations.set(operation.id, { ...operation, author: CHANTHOU, device_id, revision: server.revision });
        return { id: operation.id, outcome: "accepted", reason: null, revision: server.revision };
      });
      const asked = new Set(operations.map((operation) => operation.id));
      const unseen = [...server.operations.values()].filter((one) => one.revision > seen && !asked.has(one.id)).sort((a, b) => a.revision - b.revision);
      const page = unseen.slice(0, server.page ?? 1000);
      return reply({ revision: server.revision, receipts, operations: page, more: page.length < unseen.length, state: server.state, redacted: server.redacted, server_time: "2026-11-10T11:00:00+07:00" });
    },
  };
  return server;
}

export function reply(body, status = 200, headers = {}) {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

export const refusal = (status, sentence = "No.", headers = {}) => reply({ error: { code: "x", sentence } }, status, headers);

/** A lock manager as the browser's, for tests: one holder at a time, ifAvailable only. */
export function pretendLocks() {
  const held = new Set();
  return {
    async request(name, _options, work) {
      if (held.has(name)) return work(null);
      held.add(name);
      try {
        return await work({ name });
      } finally {
        held.delete(name);
      }
    },
  };
}

/** Sync over a store and a pretended server; `timers` lists the waits it asked for instead of waiting. */
export function syncOf(store, server, options = {}) {
  const timers = [];
  const phases = [];
  const api = openApi({ root: "/api/v1/tablet/", token: () => "token", fetch: server.fetch });
  const sync = openSync({
    store, api, deviceId: "this-tablet", locks: pretendLocks(), random: () => 1,
    later: (_work, delay) => timers.push(delay), never: () => {}, show: (status) => phases.push(status.phase), ...options,
  });
  return Object.assign(sync, { timers, phases });
}
