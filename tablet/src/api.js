// The one door to the server. Everything below the device token goes without cookies; what is not a well-formed reply
// of our API (a hotel's sign-in page answering 200, say) counts as "not reached", never as success.

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

/** `token` is a function: the token may be renewed while this lives. */
export function openApi({ root, token = () => null, fetch = globalThis.fetch.bind(globalThis) }) {
  async function call(path, { method = "GET", body, headers = {}, cookie = false, timeout = TIMEOUT } = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeout);
    let response;
    let reply;
    try {
      response = await fetch(root + path, {
        method,
        body,
        headers: cookie ? headers : { ...headers, Authorization: `Bearer ${token()}` },
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

  const json = (value) => ({ body: JSON.stringify(value), headers: { "Content-Type": "application/json" } });

  return {
    session: () => call("session", { cookie: true }),
    register(device, csrf) {
      const { body, headers } = json({ device_id: device.id, name: device.name });
      return call("devices", { method: "POST", body, headers: { ...headers, "X-CSRFToken": csrf }, cookie: true });
    },
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

    photo: (photo, bytes) => call(`assessments/${photo.assessment}/evidence/${photo.id}`, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Type": photo.type, "X-SHA256": photo.sha256, "X-Taken-At": photo.taken_at, "X-Kind": photo.kind },
      timeout: PHOTO_TIMEOUT,
    }),
  };
}
