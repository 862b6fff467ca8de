// The drafting desk by keyboard: Alt+1 to Alt+9 puts a phrase where the cursor was, F8 selects the next open slot,
// Ctrl+Enter saves and goes on, Escape leaves a field. Everything but putting in works without this file.

const form = document.querySelector("#write");
const text = form?.querySelector("textarea[name=report_text]");
const phrases = [...(form?.querySelectorAll("button[data-phrase]") ?? [])];

function select(from) {
  const slots = [...text.value.matchAll(/\{[a-z_]+\}/g)];
  const slot = slots.find((one) => one.index >= from) ?? slots[0];
  if (!slot) return false;
  text.focus();
  text.setSelectionRange(slot.index, slot.index + slot[0].length);
  return true;
}

function put(phrase) {
  const at = text.selectionEnd;
  const before = at && !/\s$/.test(text.value.slice(0, at)) ? " " : "";
  text.setRangeText(before + phrase, text.selectionStart, at, "end");
  if (!select(Math.max(0, at - 1))) text.focus();
}

for (const button of phrases) {
  button.hidden = false;
  button.addEventListener("click", () => put(button.dataset.phrase));
}

document.addEventListener("keydown", (event) => {
  if (!text) return;
  const nth = event.altKey && /^Digit([1-9])$/.exec(event.code);
  if (nth && phrases[nth[1] - 1]) {
    event.preventDefault();
    put(phrases[nth[1] - 1].dataset.phrase);
  } else if (event.key === "F8") {
    event.preventDefault();
    select(document.activeElement === text ? text.selectionEnd : 0);
  } else if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    form.querySelector("button[name=go_on], button[name=stay]").click();
  } else if (event.key === "Escape" && event.target.matches("textarea")) {
    event.target.blur();
  }
});
