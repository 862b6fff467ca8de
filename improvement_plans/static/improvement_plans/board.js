// The committee's board: cards change places by finger, mouse and keyboard. Only the order moves; no drag says a fact. A
// card dropped on "reported fixed", by who may report, opens the form that asks for it. Without this script the buttons
// and the link of each card do the same.
const board = document.querySelector("[data-board]");
const told = document.querySelector("[data-told]");
const EDGE = 72; // pixels from the edge of the screen where the page rolls on under a dragged card

const cardsOf = (column) => [...column.querySelectorAll("[data-card]")];
const columnOf = (card) => card.closest("[data-column]");
const cardAfter = (card) => { const all = cardsOf(columnOf(card)); return all[all.indexOf(card) + 1] ?? null; };
const say = (words) => { told.textContent = words; };

function ends(column) {
  const all = cardsOf(column);
  for (const card of all) {
    if (!card.querySelector("[data-place]")) continue;
    card.querySelector("[data-way=up]").disabled = card === all[0];
    card.querySelector("[data-way=down]").disabled = card === all.at(-1);
  }
}

function put(card, before) {
  const column = columnOf(card);
  column.insertBefore(card, before);
  ends(column);
}

let line = Promise.resolve(); // one after the other: the server hears of moves in their order
function move(card, before) {
  const was = cardAfter(card);
  if (before === card || before === was) return;
  put(card, before);
  const all = cardsOf(columnOf(card));
  say(board.dataset.placed.replace("{n}", all.indexOf(card) + 1).replace("{all}", all.length));
  const form = card.querySelector("[data-place]");
  const body = new FormData(form);
  body.set("before", before?.dataset.card ?? "end");
  body.set("stays", "yes");
  line = line.then(async () => {
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.status !== 204) throw new Error(answer.status);
    } catch {
      put(card, was);
      say(board.dataset.lost);
    }
  });
}

board.addEventListener("submit", (event) => {
  const way = event.submitter?.dataset.way;
  if (!way) return;
  event.preventDefault();
  const card = event.target.closest("[data-card]");
  const all = cardsOf(columnOf(card));
  const at = all.indexOf(card);
  move(card, way === "up" ? all[at - 1] : all[at + 2] ?? null);
  const button = event.submitter.disabled ? card.querySelector("[data-way]:enabled") : event.submitter;
  button?.focus();
  card.scrollIntoView({ block: "nearest" });
});

// --- by finger and mouse ---
let held = null; // { card, drop }: the card, and what happens where it is let go now

function unmark() {
  for (const name of ["put-before", "put-after", "takes"]) {
    board.querySelectorAll(`.${name}`).forEach((one) => one.classList.remove(name));
  }
}

function over(x, y) {
  unmark();
  held.drop = null;
  const { card } = held;
  const under = document.elementFromPoint(x, y);
  const column = under?.closest("[data-column]");
  if (!column || !board.contains(column)) return;
  if (column !== columnOf(card)) {
    const opens = column.dataset.column === "reported_fixed" && card.dataset.report;
    if (opens) column.classList.add("takes");
    held.drop = opens ? () => location.assign(opens) : () => say(column.dataset.denied);
    return;
  }
  const all = cardsOf(column);
  const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
  const before = all.find((one) => y < middle(one)) ?? null;
  if (before) before.classList.add("put-before");
  else all.at(-1).classList.add("put-after");
  held.drop = () => move(card, before);
}

function letGo(drops) {
  if (!held) return;
  const { card, drop } = held;
  held = null;
  unmark();
  card.classList.remove("held");
  if (drops) drop?.();
}

for (const grip of board.querySelectorAll("[data-grip]")) grip.hidden = false;
board.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest("[data-grip]");
  if (!grip || event.button || held) return;
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  held = { card: grip.closest("[data-card]"), drop: null };
  held.card.classList.add("held");
});
board.addEventListener("pointermove", (event) => {
  if (!held) return;
  if (event.clientY < EDGE) scrollBy(0, -16);
  else if (event.clientY > innerHeight - EDGE) scrollBy(0, 16);
  over(event.clientX, event.clientY);
});
board.addEventListener("pointerup", () => letGo(true));
board.addEventListener("pointercancel", () => letGo(false));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") letGo(false); });
