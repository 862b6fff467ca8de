// Asks the device for a passkey when a form with data-passkey is sent, and sends what it answers.
// Binary values travel as base64url, in both directions.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function asked({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (options.user) options.user = { ...options.user, id: bytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) options[list] = options[list].map((known) => ({ ...known, id: bytes(known.id) }));
  }
  return { publicKey: options };
}

function answered(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

// The page says that it needs a script until there is one.
for (const note of document.querySelectorAll("[data-passkey-unready]")) note.hidden = true;

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const says = (name, yes) => { form.querySelector(`[data-passkey-${name}]`).hidden = !yes; };
  says("refused", false);
  if (!window.PublicKeyCredential) return says("unknown", true);
  const options = asked(JSON.parse(document.getElementById("passkey-options").textContent));
  try {
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = JSON.stringify(answered(credential));
  } catch {
    return says("refused", true); // put away, run out of time, or not for this address: the device does not say which
  }
  form.submit();
});
