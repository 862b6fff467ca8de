// One day of the client, written down: what it asks of the server and what it is answered, from signing in to submitting.
// Reads one line of JSON on the input, writes one. Nothing is wrong with this network.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

createRequire(new URL("../../tablet/package.json", import.meta.url))("fake-indexeddb/auto");
const { openWork } = await import("../../tablet/src/store.js");
const { openApi } = await import("../../tablet/src/api.js");
const { openSync } = await import("../../tablet/src/sync.js");
const { newId } = await import("../../tablet/src/ids.js");
const { VERSION } = await import("../../tablet/src/version.js");

const told = JSON.parse(readFileSync(0, "utf8"));
const calls = [];
const jar = new Map([["sessionid", told.session]]);

async function written(url, init) {
  const cookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(url, { ...init, headers: { ...init.headers, ...(init.credentials === "same-origin" && { Cookie: cookies, Referer: told.root }) } });
  for (const cookie of response.headers.getSetCookie()) {
    const [name, value] = cookie.split(";")[0].split("=");
    jar.set(name, value);
  }
  const headers = Object.fromEntries(Object.entries(init.headers ?? {}).map(([name, value]) => [name, name === "Authorization" ? "Bearer {token}" : value]));
  const body = init.body === undefined ? null : typeof init.body === "string" ? { json: JSON.parse(init.body) } : { base64: Buffer.from(init.body).toString("base64") };
  const answer = await response.clone().json();
  calls.push({ method: init.method ?? "GET", path: url.slice(told.root.length), headers, body, cookie: init.credentials === "same-origin", status: response.status, answer });
  return response;
}

let token = null;
const api = openApi({ root: `${told.root}/api/v1/tablet/`, token: () => token, unsent: () => 3, fetch: written });
const store = openWork("trace");
const { csrf, user } = await api.session();
await store.setMeta({ user });
const device = await store.device("Tablet of Chanthou");
token = (await api.register(device, csrf)).token;
await store.listed((await api.assessments()).assessments);
const item = await api.assessment(told.assessment);
const blueprint = await api.blueprint(item.version_id);
const first = await api.exchange(told.assessment, device.id, 0, []);
await store.board({ item, blueprint, operations: first.operations, revision: first.revision });

const change = (question, field, value, base = []) => store.record({ assessment: told.assessment, question, field, value, base });
const { operation } = await change("emergency-exits-clear", "state", "compliant");
await change("emergency-exits-clear", "state", "non_compliant", [operation.id]);
await change("emergency-exits-clear", "extent", { n: 1, of: 4, workers: "10-49", where: "Floor 3" });
await change("emergency-exits-clear", "note", "Exit 4 is blocked by cartons. ច្រក​");
await change("emergency-exits-clear", "report_text", "One of four exits was blocked.");
await change("emergency-exits-clear", "ask", { colleague: told.colleague });
await change("workers-count", "value", 312);
await change("no-such-question", "note", "kept aside");
const photo = (id, bytes) => store.keepPhoto({ id, assessment: told.assessment, question: "emergency-exits-clear", bytes, thumb: null, type: "image/jpeg", kind: "photo", taken_at: "2026-03-02T09:00:00+07:00" });
const picture = Buffer.from(told.picture, "base64");
await photo(newId(), new Uint8Array(picture).buffer);
await photo(newId(), new Uint8Array(Buffer.concat([picture, Buffer.alloc(600)])).buffer);
const sync = openSync({ store, api, deviceId: device.id, locks: null, partBytes: () => picture.length, later: () => 0, never: () => {} });
const outcome = await sync.wake();
const asked = (await store.answers(told.assessment)).find((one) => one.fields.ask).fields.ask.heads;
await change("emergency-exits-clear", "ask", null, asked);
await sync.wake();
await api.submit(told.assessment, true);

process.stdout.write(`${JSON.stringify({ version: VERSION, outcome, device: device.id, calls })}\n`);
process.exit(0);
