// The tablet's own unlocking (finger, face, its PIN) as a second way to the store key: WebAuthn with its PRF extension.
// For the same salt it gives the same 32 secret bytes, and none without the person. No server takes part.

import { signal } from "@preact/signals";

/** Does this browser say that the tablet can? One that does not say is taken not to. */
export const able = signal(false);
globalThis.PublicKeyCredential?.getClientCapabilities?.().then((can) => {
  able.value = Boolean(can["extension:prf"] && can.userVerifyingPlatformAuthenticator);
}, () => {});

const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const secretOf = (credential) => credential.getClientExtensionResults().prf?.results?.first;

/** The secret bytes; throws when the person or the tablet says no. */
export async function askPlatform({ id, salt }) {
  const found = await navigator.credentials.get({ publicKey: {
    challenge: random(32), allowCredentials: [{ type: "public-key", id }], userVerification: "required", extensions: { prf: { eval: { first: salt } } },
  } });
  return new Uint8Array(secretOf(found)); // without any, no key is made of it: that throws too
}

/** A credential of this tablet for a person: {id, salt, bytes}. Some give the bytes only when they are asked again. */
export async function makePlatform(name) {
  const salt = random(32);
  const made = await navigator.credentials.create({ publicKey: {
    challenge: random(32), rp: { name: "Openfloor" }, user: { id: random(16), name, displayName: name },
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "preferred", userVerification: "required" },
    extensions: { prf: { eval: { first: salt } } },
  } });
  const kept = { id: made.rawId, salt };
  return { ...kept, bytes: secretOf(made) ?? (await askPlatform(kept)) };
}
