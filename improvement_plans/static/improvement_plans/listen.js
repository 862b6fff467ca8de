// Reads a few words aloud, for who does not read well: <button data-listen="ids of what is read" hidden>. Each with a
// voice of this machine that speaks the language those words are marked with, else the page's: nothing is sent to
// anybody, and no voice reads a language it does not speak. Words without a voice are left out; where none has one, or
// without this script, the button stays hidden.
const speech = globalThis.speechSynthesis;
const spoken = (tag) => tag.toLowerCase().split(/[-_]/)[0];
const voice = (language) => speech.getVoices().find((one) => one.localService && spoken(one.lang) === spoken(language));

function parts(button) {
  return button.dataset.listen.split(" ").map((id) => document.getElementById(id)).filter(Boolean).map((element) => ({
    text: element.innerText.trim(),
    language: (element.querySelector("[lang]") ?? element.closest("[lang]")).lang,
  })).filter((part) => part.text && voice(part.language));
}

function offer() {
  for (const button of document.querySelectorAll("[data-listen]")) button.hidden = !parts(button).length;
}

if (speech) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);  // some browsers find their voices late
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-listen]");
    if (!button) return;
    speech.cancel();  // a second press begins anew
    for (const { text, language } of parts(button)) {
      const words = new SpeechSynthesisUtterance(text);
      words.voice = voice(language);
      words.lang = language;
      speech.speak(words);
    }
  });
  addEventListener("pagehide", () => speech.cancel());
}
