// Reordering by hand and by keyboard, adding a question, plan or check, and a warning while somebody else saves.

const orders = document.querySelectorAll("[data-of-order]");

for (const list of orders) {
  let held = null;
  list.addEventListener("click", (event) => {
    const up = event.target.closest("[data-of-up]");
    const down = event.target.closest("[data-of-down]");
    const item = event.target.closest("li");
    if (up && item.previousElementSibling) list.insertBefore(item, item.previousElementSibling);
    else if (down && item.nextElementSibling) list.insertBefore(item.nextElementSibling, item);
    else return;
    changed(list);
    (up ?? down).focus();
  });
  list.addEventListener("dragstart", (event) => {
    if (event.target.tagName !== "LI") return;
    held = event.target;
    held.classList.add("of-held");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!held || !over || over === held || over.parentElement !== list) return;
    event.preventDefault();
    const { top, height } = over.getBoundingClientRect();
    list.insertBefore(held, event.clientY < top + height / 2 ? over : over.nextElementSibling);
  });
  list.addEventListener("dragend", () => {
    held?.classList.remove("of-held");
    held = null;
    changed(list);
  });
}

/** The places are numbered anew; a list that is only an order shows its button. */
function changed(list) {
  [...list.children].forEach((item, place) => {
    const input = item.querySelector("input[name$=-ORDER]");
    if (input) input.value = place + 1;
  });
  const form = list.closest("form");
  form.dispatchEvent(new Event("input"));
  const save = form.querySelector("[data-of-save]");
  if (save) save.hidden = false;
}

const add = document.querySelector("[data-of-add]");
add?.addEventListener("click", () => {
  const list = document.querySelector("[data-of-questions]");
  const total = document.querySelector(`input[name=${add.dataset.ofAdd}-TOTAL_FORMS]`);
  const shell = document.createElement("div");
  shell.innerHTML = document.querySelector("[data-of-empty]").innerHTML.replaceAll("__prefix__", total.value);
  const item = shell.firstElementChild;
  list.append(item);
  total.value = Number(total.value) + 1;
  changed(list);
  item.querySelector("input:not([type=hidden]), textarea, select").focus();
});

// A warning before, not a surprise after: is the revision this was made from still the newest?
const form = document.querySelector("[data-of-head]");
if (form) {
  const mine = form.querySelector("input[name$=based_on]").value;
  const warning = form.querySelector("[data-of-newer]");
  const look = async () => {
    try {
      const { revision, who } = await (await fetch(form.dataset.ofHead, { headers: { Accept: "application/json" } })).json();
      if (revision !== mine) {
        warning.querySelector("[data-of-who]").textContent = who;
        warning.hidden = false;
      }
    } catch {
      // Without a network there is nothing to compare with; the save itself is judged by the server.
    }
  };
  setInterval(look, 10_000);
  document.addEventListener("visibilitychange", () => document.hidden || look());
}

// Words nobody saved yet are not lost by a wrong turn.
let unsaved = false;
for (const one of document.querySelectorAll("form[method=post]")) {
  one.addEventListener("input", () => (unsaved = true));
  one.addEventListener("submit", () => (unsaved = false));
}
addEventListener("beforeunload", (event) => unsaved && event.preventDefault());

// A file is being read by a job: how far it is, and the outcome as soon as it is there.
const wait = document.querySelector("[data-of-wait]");
if (wait) {
  const bar = wait.querySelector("progress");
  const ask = async () => {
    try {
      const { waiting, step } = await (await fetch(wait.dataset.ofWait, { headers: { Accept: "application/json" } })).json();
      bar.value = step;
      if (!waiting) return location.reload();
    } catch {
      // Away for a moment: asked again below.
    }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 500);
}
