// The one door to the server. Everything below the device token goes without cookies; what is not a well-formed reply
// of our API (a hotel's sign-in page answering 200, say) counts as "not reached", never as success.

import { VERSION } from "./version.js";

export class Unreachable extends Error {}

/** The server answered and said no. `status`, `sentence` for people, `retryAfter` in milliseconds or null. */
export class Refused extends Error {
  constructor(status, error, retryAfter) {
    super(error?.sentence || `status ${status}`);
    this.status = status;
    this.sentence = error?.sentence ?? "";
    this.retryAfter = retryAfter;
  }
}

const TIMEOUT = 30_000;
const PHOTO_TIMEOUT = 180_000;

/** `token` is a function: the token may be renewed while this lives. `unsent` says how much waits here, if that is known. */
export function openApi({ root, token = () => null, unsent = () => null, fetch = globalThis.fetch.bind(globalThis), now = () => Date.now() }) {
  /** What the tablet says of itself with each request, for who looks after tablets. Nothing is decided by it. */
  function said() {
    const waiting = unsent();
    return {
      "X-Client": VERSION,
      "X-Clock": new Date(now()).toISOString(),
      ...(Number.isInteger(waiting) && { "X-Unsent": String(waiting) }),
    };
  }

  async function call(path, { method = "GET", body, headers = {}, cookie = false, timeout = TIMEOUT } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    let response;
    let reply;
    try {
      response = await fetch(root + path, {
        method,
        body,
        headers: cookie ? headers : { ...said(), ...headers, Authorization: `Bearer ${token()}` },
        credentials: cookie ? "same-origin" : "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      reply = await response.json();
    } catch (error) {
      // No reply, half a reply, or no JSON: nothing is known, so nothing changes here.
      if (!response || response.ok) throw new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
    if (response.ok && reply && typeof reply === "object") return reply;
    if (response.ok) throw new Unreachable("not our reply");
    const seconds = Number(response.headers.get("Retry-After"));
    throw new Refused(response.status, reply?.error, seconds > 0 ? seconds * 1000 : null);
  }

  /** Announced, sent part by part, put together. What arrived before is not sent again; what the server lost, is. */
  async function inParts({ assessment, id, sha256, kind, taken_at }, bytes) {
    const place = `assessments/${assessment}/evidence/${id}/upload`;
    for (let tries = 1; ; tries += 1) {
      const { parts } = await call(place, { method: "POST", ...json({ sha256, size: bytes.byteLength, kind, taken_at }) });
      if (!Array.isArray(parts)) throw new Unreachable("not our reply");
      const etags = {};
      let at = 0;
      for (const part of parts) {
        etags[part.number] = part.etag || (await send(part, bytes.slice(at, at + part.size)));
        at += part.size;
      }
      try {
        return await call(`${place}/complete`, { method: "POST", ...json({ etags }), timeout: PHOTO_TIMEOUT });
      } catch (error) {
        if (error.status !== 409 || tries === 3) throw error; // 409: a part is missing, or the upload has ended: look again
      }
    }
  }

  /** One part to where the server said. Another host (a bucket) never gets the token. Answers its ETag. */
  async function send({ url, headers }, body) {
    const ours = url.startsWith("/");
    const response = await fetch(ours ? root.slice(0, root.indexOf("/api/")) + url : url, {
      method: "PUT", body, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PHOTO_TIMEOUT),
      headers: ours ? { ...said(), ...headers, Authorization: `Bearer ${token()}` } : headers,
    }).catch((error) => { throw new Unreachable(String(error)); });
    const etag = response.headers.get("ETag");
    await response.body?.cancel();
    if (response.status === 401 && ours) throw new Refused(401, null, null);
    if (!response.ok || !etag) throw new Unreachable(`part: ${response.status}`);
    return etag;
  }

  const json = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

  return {
    session: () => call("session", { cookie: true }),
    /** Name and password, as the sign-in page sends them. A second step has an address of its own. */
    async signIn(username, password) {
      const { csrf, sign_in_url: address } = await call("session", { cookie: true });
      const response = await fetch(address, {
        method: "POST",
        body: new URLSearchParams({ username, password }),
        headers: { "X-CSRFToken": csrf, "X-Requested-With": "XMLHttpRequest" },
      });
      const told = await response.json();
      if (!response.ok) return { sentence: [...(told.form?.errors ?? []), ...Object.values(told.form?.fields ?? {}).flatMap((one) => one.errors)].join(" ") };
      const next = new URL(told.location, globalThis.location.href).pathname;
      return next === new URL(address, globalThis.location.href).searchParams.get("next") ? { in: true } : { next };
    },
    register(device, csrf) {
      const { body, headers } = json({ device_id: device.id, name: device.name });
      return call("devices", { method: "POST", body, headers: { ...headers, "X-CSRFToken": csrf }, cookie: true });
    },
    /** The way out of this browser's session. The tablet's token stays good. */
    async signOut() {
      const { csrf, signed_in: signedIn } = await call("session", { cookie: true });
      if (signedIn) await fetch("/app/sign-out/", { method: "POST", headers: { "X-CSRFToken": csrf }, redirect: "manual" });
    },
    /** What opens this tablet's store, for the server to hold. */
    keepStoreKey: (key) => call("store-key", { method: "PUT", ...json({ key }) }),
    storeKey: (device, csrf) => call(`devices/${device.id}/store-key`, { method: "POST", headers: { "X-CSRFToken": csrf }, cookie: true }),
    assessments: () => call("assessments"),
    assessment: (id) => call(`assessments/${id}`),
    blueprint: (id) => call(`versions/${id}/blueprint`),
    submit: (id, restNotAsked) => call(`assessments/${id}/submit`, { method: "POST", ...json({ rest_not_asked: restNotAsked }) }),

    /** Send operations (or none, to fetch) and answer a reply whose shape is certain. */
    async exchange(assessment, deviceId, seen, operations) {
      const sent = operations.map(({ id, sequence, question, field, value, base, base_revision, at }) =>
        ({ id, sequence, question, field, value, base, base_revision, at }));
      const reply = await call(`assessments/${assessment}/operations`, {
        method: "POST", ...json({ device_id: deviceId, seen, operations: sent }),
      });
      if (!Array.isArray(reply.receipts) || !Array.isArray(reply.operations) || !Number.isInteger(reply.revision)) {
        throw new Unreachable("not our reply");
      }
      return reply;
    },

    harm: ({ assessment, id, kind, text }) => call(`assessments/${assessment}/harm`, { method: "POST", ...json({ id, kind, text }) }),

    /** The beginning of a handover file, sent on as it is: a receipt for each change of the tablet that made it. */
    async handover(assessment, letter) {
      const reply = await call(`assessments/${assessment}/handover`, {
        method: "POST", body: letter, headers: { "Content-Type": "application/octet-stream" }, timeout: PHOTO_TIMEOUT,
      });
      if (!Array.isArray(reply.receipts)) throw new Unreachable("not our reply");
      return reply;
    },

    /** What the server holds of an assessment: {evidence: [{id, sha256, state}]}. */
    async evidence(assessment) {
      const reply = await call(`assessments/${assessment}/evidence`);
      if (!Array.isArray(reply.evidence)) throw new Unreachable("not our reply");
      return reply;
    },

    /** Send a photo, in parts when it is larger than one. Answers the server's receipt. */
    photo(photo, bytes, partBytes = Infinity) {
      if (bytes.byteLength > partBytes) return inParts(photo, bytes);
      return call(`assessments/${photo.assessment}/evidence/${photo.id}`, {
        method: "PUT",
        body: bytes,
        headers: { "Content-Type": photo.type, "X-SHA256": photo.sha256, "X-Taken-At": photo.taken_at, "X-Kind": photo.kind },
        timeout: PHOTO_TIMEOUT,
      });
    },
  };
}
