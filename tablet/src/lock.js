// Keys, and what is made unreadable with them. Pure: no store, no screen. A person's store has one key of 32 random bytes,
// made on the tablet. It lies there only wrapped: by a key of the browser's that no script can read (no lock is set), by a
// passphrase, beside it by the tablet's own unlocking (platform.js), and always by a recovery key that the server holds. Any
// one of them opens the store; to forget one loses nothing.

const AES = "AES-GCM";
const IV = 12; // bytes, new for each thing sealed
const ROUNDS = 600_000; // PBKDF2-SHA256: about a second on a cheap tablet, for each guess
const FIRST_DELAY = 5_000;
const LONGEST_DELAY = 15 * 60_000;

/** The store is locked: nothing of it can be read or written until it is opened. */
export class Locked extends Error {}

const utf8 = new TextEncoder();
const text = new TextDecoder();
const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const imported = (bytes) => crypto.subtle.importKey("raw", bytes, AES, false, ["encrypt", "decrypt"]);

/** Bytes made unreadable: a fresh IV, then the ciphertext, as one buffer. `place` is what they must not be moved from. */
export async function sealBytes(key, place, bytes) {
  const iv = random(IV);
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv, additionalData: utf8.encode(place) }, key, bytes));
  const whole = new Uint8Array(IV + sealed.length);
  whole.set(iv);
  whole.set(sealed, IV);
  return whole.buffer;
}

/** What was sealed for this place with this key. Throws OperationError for anything else. */
export function openBytes(key, place, sealed) {
  const iv = new Uint8Array(sealed, 0, IV);
  return crypto.subtle.decrypt({ name: AES, iv, additionalData: utf8.encode(place) }, key, new Uint8Array(sealed, IV));
}

/** A value as JSON knows it; buffers in it are kept. */
export const seal = (key, place, value) => sealBytes(key, place, utf8.encode(JSON.stringify(value, (_, one) =>
  (one instanceof ArrayBuffer ? { $bytes: toText(new Uint8Array(one)) } : one))));

export const open = async (key, place, sealed) => JSON.parse(text.decode(await openBytes(key, place, sealed)), (_, one) =>
  (typeof one?.$bytes === "string" ? toBytes(one.$bytes).buffer : one));

/** Bytes as base64, and back. */
export function toText(bytes) {
  let found = "";
  for (const byte of bytes) found += String.fromCharCode(byte);
  return btoa(found);
}
export const toBytes = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));

async function fromPassphrase(passphrase, { salt, rounds }) {
  const typed = await crypto.subtle.importKey("raw", utf8.encode(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

// --- the lock of a store: {wraps: {browser | passphrase and platform, recovery}, waiting, wrong, until} --------------------

/**
 * A lock for a new store: no passphrase yet. `waiting` is the recovery key, sealed with the store key until the server
 * says that it holds it.
 */
export async function newLock() {
  const raw = random(32);
  const recovery = random(32);
  return {
    wraps: { browser: await byBrowser(raw), recovery: { sealed: await sealBytes(await imported(recovery), "recovery", raw) } },
    waiting: await sealBytes(await imported(raw), "waiting", recovery),
    wrong: 0,
    until: 0,
  };
}

async function byBrowser(raw) {
  const key = await crypto.subtle.generateKey({ name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
  return { key, sealed: await sealBytes(key, "browser", raw) };
}

/** Which ways there are to wrap the store key, and what each needs: the key that wraps. */
const WRAPPING = {
  browser: (wrap) => wrap.key,
  passphrase: (wrap, typed) => fromPassphrase(typed, wrap),
  platform: (_, bytes) => imported(bytes),
  recovery: (_, bytes) => imported(bytes),
};

/** The store key's bytes, opened one way: "browser", "passphrase" (typed), "platform" or "recovery" (32 bytes). Null: it does not open. */
export async function unwrap(lock, way, given) {
  const wrap = lock.wraps[way];
  if (!wrap) return null;
  try {
    return new Uint8Array(await openBytes(await WRAPPING[way](wrap, given), way, wrap.sealed));
  } catch (error) {
    if (error.name !== "OperationError" && error.name !== "DataError") throw error;
    return null;
  }
}

/**
 * The same lock, opened these ways from now on: by a passphrase, by the platform ({bytes, id, salt}), each as it is (true)
 * or no longer (null); by itself when neither is left. The recovery key stays.
 */
export async function rewrap(lock, raw, { passphrase = null, platform = null } = {}) {
  const { recovery, ...had } = lock.wraps;
  const wraps = { recovery };
  if (platform === true) wraps.platform = had.platform;
  else if (platform) {
    const { bytes, ...kept } = platform;
    wraps.platform = { ...kept, sealed: await sealBytes(await imported(bytes), "platform", raw) };
  }
  if (passphrase === true) wraps.passphrase = had.passphrase;
  else if (passphrase) {
    const how = { salt: random(16), rounds: ROUNDS };
    wraps.passphrase = { ...how, sealed: await sealBytes(await fromPassphrase(passphrase, how), "passphrase", raw) };
  }
  if (!wraps.passphrase && !wraps.platform) wraps.browser = await byBrowser(raw);
  return { ...lock, wraps, wrong: 0, until: 0 };
}

export const storeKey = (raw) => imported(raw);
export const recoveryOf = async (lock, key) => lock.waiting && toText(new Uint8Array(await openBytes(key, "waiting", lock.waiting)));

/** How long to wait after so many wrong tries in a row, in milliseconds: one slip is free, then it doubles. */
export const delayAfter = (wrong) => (wrong < 2 ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (wrong - 2)));

/** What is left of that wait; a clock that was put back makes it no longer than it was. */
export const waitOf = (lock, now) => Math.max(0, Math.min(lock.until - now, delayAfter(lock.wrong)));

/** The lock after one more wrong try. Written before the try is made, so that ending the page does not save a try. */
export const tried = (lock, now) => ({ ...lock, wrong: lock.wrong + 1, until: now + delayAfter(lock.wrong + 1) });
