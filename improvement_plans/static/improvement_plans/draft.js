// What is typed into a long form stays in this tab until it arrived: a lost connection, a reload or a closed lid lose
// nothing. Forms carry data-draft="name-n"; n changes once the form was taken, and older drafts of the name go. Leaving
// takes all of it away. Without this script the form is a plain form.
const OF = "draft:";
const kept = {
  read: (key) => { try { return JSON.parse(sessionStorage.getItem(key)) ?? {}; } catch { return {}; } },
  write: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; } },
  forget: (which) => {
    try { for (const key of Object.keys(sessionStorage)) if (key.startsWith(OF) && which(key)) sessionStorage.removeItem(key); }
    catch { /* a browser that keeps nothing has nothing to forget */ }
  },
};

function typed(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "submit", "button", "file"].includes(field.type)) continue;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push(...(field.checked ? [field.value] : []));
    else values[field.name] = field.value;
  }
  return values;
}

function put(form, values) {
  for (const field of form.elements) {
    if (!(field.name in values) || ["hidden", "file"].includes(field.type)) continue;
    const value = values[field.name];
    if (Array.isArray(value)) field.checked = value.includes(field.value);
    else field.value = value;
    const fold = field.closest("details");
    if (fold && field.type !== "date" && field.tagName !== "SELECT" && field.value) fold.open = true;
  }
}

// Of each name only the newest number stays.
for (const mark of document.querySelectorAll("[data-draft], [data-draft-now]")) {
  const now = mark.dataset.draft ?? mark.dataset.draftNow;
  const name = now.slice(0, now.lastIndexOf("-") + 1);
  kept.forget((key) => key.startsWith(OF + name) && key !== OF + now);
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = OF + form.dataset.draft;
  const note = form.querySelector("[data-draft-note]");
  const say = (which) => {
    if (!note) return;
    note.hidden = false;
    for (const words of note.children) words.hidden = words.dataset.when !== which;
  };
  const before = kept.read(key);
  if (Object.keys(before).length && !form.querySelector("[data-focus]")) {
    put(form, before);
    say("back");
  }
  form.addEventListener("input", () => { kept.write(key, typed(form)); });
  let reached = false;
  form.addEventListener("submit", async (event) => {
    if (reached) return;
    event.preventDefault();
    const submitter = event.submitter;
    kept.write(key, typed(form));
    try {
      const answer = await fetch("/health/", { cache: "no-store" });
      if (!answer.ok) throw new Error("away");
      reached = true;
    } catch {
      say("away");
      note?.scrollIntoView({ block: "nearest" });
      return;
    }
    form.requestSubmit(submitter);
  });
}

for (const leave of document.querySelectorAll('form[action*="sign-out"]')) {
  leave.addEventListener("submit", () => kept.forget(() => true));
}
