// The planning board by keyboard: J goes to the next factory, K to the one before; Enter does what its button says.
const steps = [...document.querySelectorAll("[data-step]")];
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const way = { j: 1, k: -1 }[event.key.toLowerCase()];
  if (!way || !steps.length) return;
  const here = steps.indexOf(document.activeElement);
  steps[here < 0 ? 0 : Math.min(steps.length - 1, Math.max(0, here + way))].focus();
});
