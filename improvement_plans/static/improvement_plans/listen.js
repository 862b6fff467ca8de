// Reads a few words aloud, for who does not read well: <button data-listen="id of what is read" hidden>. Only with a
// voice that is on this machine and speaks the page's language: nothing is sent to anybody. Without one, or without
// this script, the button stays hidden.
const speech = globalThis.speechSynthesis;
const language = document.documentElement.lang;
const spoken = (tag) => tag.toLowerCase().split(/[-_]/)[0];
const voice = () => speech.getVoices().find((one) => one.localService && spoken(one.lang) === spoken(language));

function offer() {
  const found = Boolean(voice());
  for (const button of document.querySelectorAll("[data-listen]")) button.hidden = !found;
}

if (speech) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);  // some browsers find their voices late
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (!button) return;
    const parts = button.dataset.listen.split(" ").map((id) => document.getElementById(id)?.innerText.trim());
    const words = new SpeechSynthesisUtterance(parts.filter(Boolean).join(". "));
    words.voice = voice();
    words.lang = language;
    speech.cancel();  // a second press begins anew
    speech.speak(words);
  });
  addEventListener("pagehide", () => speech.cancel());
}
