// The few things a page cannot do without a script. Everything else works without this file.

// <button data-print> prints the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// <button data-light-switch> goes from day to full sun to dim and back, and remembers it in this browser.
const lights = ["day", "bright", "dim"];
const root = document.documentElement;
let remembered = null;
try { remembered = localStorage.getItem("light"); } catch { /* a browser that keeps nothing still shows the page */ }
if (!root.dataset.light && lights.includes(remembered)) root.dataset.light = remembered;
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-light-switch]")) return;
  const next = lights[(lights.indexOf(root.dataset.light ?? "day") + 1) % lights.length];
  root.dataset.light = next;
  try { localStorage.setItem("light", next); } catch { /* see above */ }
});

// After a form came back with errors, the reader starts at the list of them.
document.querySelector("[data-focus]")?.focus();
