// Drawing over a photo fills the first empty row; rows written by hand are drawn too. The form works without this file.

const cover = document.querySelector(".cover");
const rows = [...document.querySelectorAll(".cover-row")].map((row) => [...row.querySelectorAll("input")]);
const boxes = rows.map(() => cover.appendChild(document.createElement("i")));

const values = (row) => row.map((field) => (field.value === "" ? null : Number(field.value)));
const place = (box, [left, top, width, height]) =>
  Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });

function show() {
  rows.forEach((row, n) => {
    const said = values(row);
    boxes[n].hidden = said.includes(null);
    if (!boxes[n].hidden) place(boxes[n], said);
  });
}

/** Two corners as a box in whole percent, reaching outward, within the photo. */
function between(one, other) {
  const [left, top] = [0, 1].map((side) => Math.max(0, Math.floor(Math.min(one[side], other[side]))));
  const [right, bottom] = [0, 1].map((side) => Math.min(100, Math.ceil(Math.max(one[side], other[side]))));
  return [left, top, Math.max(1, right - left), Math.max(1, bottom - top)];
}

const at = (event) => {
  const frame = cover.getBoundingClientRect();
  return [((event.clientX - frame.left) / frame.width) * 100, ((event.clientY - frame.top) / frame.height) * 100];
};

let start, row;
cover.classList.add("draws");
document.querySelector("[data-scripted]").hidden = false;
cover.addEventListener("pointerdown", (event) => {
  row = rows.find((one) => values(one).every((value) => value === null));
  if (!row || event.button) return;
  event.preventDefault();
  cover.setPointerCapture(event.pointerId);
  start = at(event);
});
cover.addEventListener("pointermove", (event) => {
  if (!start) return;
  between(start, at(event)).forEach((value, n) => { row[n].value = value; });
  show();
});
cover.addEventListener("pointerup", () => { start = undefined; });
cover.addEventListener("pointercancel", () => { start = undefined; });
document.addEventListener("input", show);
show();
