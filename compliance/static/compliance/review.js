// Keys of the review desk: J the next question, K the one before, A accept, R write why it is returned. Links and
// buttons work without this file.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const link = document.querySelector({ j: "a[rel~=next]", k: "a[rel~=prev]" }[event.key.toLowerCase()] ?? "a[rel~=none]");
  const pressed = link ?? { a: document.querySelector("#judge button[value=accept]"), r: document.querySelector("#say") }[event.key.toLowerCase()];
  if (!pressed) return;
  event.preventDefault();
  if (pressed.id === "say") pressed.focus();
  else pressed.click();
});

// The list opens where the reader is; the page itself stays at its top.
const side = document.querySelector(".panes.still > .side");
const here = side?.querySelector("[aria-current]");
if (here) {
  const below = here.getBoundingClientRect().bottom - side.getBoundingClientRect().bottom;
  if (below > 0) side.scrollTop += below + side.clientHeight / 3;
}
