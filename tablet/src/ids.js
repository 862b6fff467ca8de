// Ids are made on the tablet, so that a change keeps its name however often it is sent.

/** A lower-case UUIDv7: the first 48 bits are the time, so ids of one tablet sort as they were made. */
export function newId(now = Date.now()) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = now;
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The SHA-256 of bytes as lower-case hex: what a photo is known by on both sides. */
export async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** ISO 8601 with this tablet's offset: the hour the assessor saw on the wall. */
export function local(date) {
  const ahead = -date.getTimezoneOffset();
  const sign = ahead < 0 ? "-" : "+";
  const two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
  const wall = new Date(date.getTime() + ahead * 60_000).toISOString().slice(0, 19);
  return `${wall}${sign}${two(ahead / 60)}:${two(ahead % 60)}`;
}
