// The sealed file in which a tablet hands its work over without a network. Sealed twice for one content: to the
// programme's public key, so that the server opens it, and to a one-time code, so that another tablet does. The format
// is told in docs/reference/handover-file.md; compliance/handover.py opens it on the server, and both sides are judged
// by tests/contracts/handover.json. Only WebCrypto; no store, no screen.

import { canonical } from "./heads.js";
import { sha256 } from "./ids.js";

export const FORMAT = "openfloor-handover/1";
const MAGIC = `${FORMAT}\n`;
const ROUNDS = 600_000; // on top of the code's own 66 bits
const DIGITS = 20;
const MARK = 32;
const MOST = 32 * 1024 * 1024; // of one part
const MOST_HEADER = 4096;
const MOST_PARTS = 2000;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const PHOTOS = new Set(["photo", "document"]);

const bytesOf = (text) => new TextEncoder().encode(text);
const hexOf = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (text) => Uint8Array.from(/^([0-9a-f]{2})+$/.test(text) ? text.match(/../g) : [], (byte) => parseInt(byte, 16));
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Twenty digits, 66 bits: digits are on every keyboard and can be said in every language. */
export function newCode() {
  let code = "";
  while (code.length < DIGITS) for (const byte of random(DIGITS)) if (byte < 250 && code.length < DIGITS) code += byte % 10;
  return code;
}

/** What somebody typed as a code: digits of any script, with or without spaces. Null: not twenty digits. */
export function codeIn(typed) {
  const digits = [...typed.normalize("NFKC")].filter((one) => /\p{Nd}/u.test(one)).map((one) => {
    const at = one.codePointAt(0);
    return String([0x30, 0x660, 0x6f0, 0x17e0].map((zero) => at - zero).find((n) => n >= 0 && n < 10) ?? "");
  }).join("");
  return digits.length === DIGITS ? digits : null;
}

/** What a file is refused for: `message` is "handover.none", "handover.cut", "handover.changed" or "handover.code". */
const refused = (word) => new Error(`handover.${word}`);

const derived = (from, salt, info) => crypto.subtle.importKey("raw", from, "HKDF", false, ["deriveKey"])
  .then((key) => crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info: bytesOf(info) }, key, { name: "AES-GCM", length: 256 }, false, ["encrypt"]));

async function byCode(code, salt, use) {
  const key = await crypto.subtle.importKey("raw", bytesOf(code), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, key, { name: "AES-GCM", length: 256 }, false, [use]);
}

const once = { name: "AES-GCM", iv: new Uint8Array(12) }; // each of these keys seals one thing only

function nonce(number) {
  const iv = new Uint8Array(12);
  new DataView(iv.buffer).setUint32(8, number);
  return iv;
}

function sized(bytes) {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, bytes.byteLength);
  return [size, new Uint8Array(bytes)];
}

/**
 * The file as a list of byte arrays. `to` is the programme's public key as the server told it, {programme, id, key}; `token` the
 * tablet's own, whose mark proves to the server who made the file; `parts` are [{told, bytes: () => bytes}], with told
 * {kind, sha256, size, …}: changes first, then files taken over, then photos. `given` fixes what is drawn by lot, for tests.
 */
export async function seal({ to, code, token, manifest, parts }, given = {}) {
  const raw = bytesOf(canonical({ ...manifest, format: FORMAT, parts: parts.map(({ told }) => told) }));
  const pair = given.pair ?? (await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]));
  const content = given.content ?? random(32);
  const salt = given.salt ?? random(16);
  const theirs = await crypto.subtle.importKey("raw", fromHex(to.key), CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, pair.privateKey, 256);
  const wrap = async (key) => hexOf(await crypto.subtle.encrypt(once, key, content));
  const header = bytesOf(canonical({
    programme: to.programme, key: to.id, salt: hexOf(salt),
    ephemeral: hexOf(await crypto.subtle.exportKey("raw", pair.publicKey)),
    for_programme: await wrap(await derived(shared, salt, `${FORMAT} programme`)),
    for_code: await wrap(await byCode(code, salt, "encrypt")),
  }));
  const begin = await new Blob([bytesOf(MAGIC), ...sized(header)]).arrayBuffer();
  const about = await crypto.subtle.digest("SHA-256", begin);
  const key = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["encrypt"]);
  const sealed = async (number, bytes) => sized(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce(number), additionalData: about }, key, bytes));
  const marks = await crypto.subtle.importKey("raw", fromHex(await sha256(bytesOf(token))), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mark = await crypto.subtle.sign("HMAC", marks, raw);
  const file = [new Uint8Array(begin), ...(await sealed(0, await new Blob([mark, raw]).arrayBuffer()))];
  for (const [at, part] of parts.entries()) file.push(...(await sealed(at + 1, await part.bytes())));
  return file;
}

/**
 * Open a file with its code. Answers {manifest, letter, part}: `letter` is its beginning up to the photos, to be sent on as it is;
 * `part(n)` resolves with the bytes of the manifest's n-th part, compared with its hash. Every part is read once before
 * anything is answered, so that a file that was cut or changed is refused whole.
 */
export async function open(file, code) {
  const whole = file instanceof Blob ? file : new Blob([file]);
  let at = 0;
  const read = async (size, word = "cut") => {
    if (at + size > whole.size) throw refused(word);
    at += size;
    return whole.slice(at - size, at).arrayBuffer();
  };
  const length = async (most) => {
    const size = new DataView(await read(4)).getUint32(0);
    if (size > most) throw refused("changed");
    return size;
  };
  if (new TextDecoder().decode(await read(MAGIC.length, "none")) !== MAGIC) throw refused("none");
  const header = json(await read(await length(MOST_HEADER)));
  const about = await crypto.subtle.digest("SHA-256", await whole.slice(0, at).arrayBuffer());
  const salt = fromHex(String(header.salt));
  const content = await crypto.subtle.decrypt(once, await byCode(code, salt, "decrypt"), fromHex(String(header.for_code)))
    .catch(() => { throw refused("code"); });
  const key = await crypto.subtle.importKey("raw", content, "AES-GCM", false, ["decrypt"]);
  const places = [];
  const sealed = async (number) => {
    const size = await length(MOST + MARK + 16);
    places[number] = [at, at + size];
    return opened(number, await read(size));
  };
  const opened = (number, bytes) => crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce(number), additionalData: about }, key, bytes)
    .catch(() => { throw refused("changed"); });
  const manifest = json((await sealed(0)).slice(MARK));
  if (manifest.format !== FORMAT || !Array.isArray(manifest.parts) || manifest.parts.length > MOST_PARTS || manifest.parts[0]?.kind !== "operations") throw refused("changed");
  let letter = whole.size;
  for (const [index, told] of manifest.parts.entries()) {
    if (PHOTOS.has(told.kind) && letter === whole.size) letter = at;
    const bytes = await sealed(index + 1);
    if (bytes.byteLength !== told.size || (await sha256(bytes)) !== told.sha256) throw refused("changed");
  }
  if (at !== whole.size) throw refused("changed");
  return {
    manifest,
    letter: await whole.slice(0, letter).arrayBuffer(),
    part: async (index) => opened(index + 1, await whole.slice(...places[index + 1]).arrayBuffer()),
  };
}

function json(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (value && typeof value === "object") return value;
  } catch { /* below */ }
  throw refused("changed");
}
