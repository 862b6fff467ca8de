// Cover faces by hand before a photo is kept. The picture as the camera made it is only in memory; what is kept has the
// boxes burnt in. By finger: draw a box. By keyboard: add one, move it with the arrows, size it with Shift, remove it with Delete.

import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Icon, html } from "../parts.js";
import { covering } from "../photos.js";
import { t } from "../words.js";

const STEP = 0.02;
const within = (n, most = 1) => Math.min(most, Math.max(0, n));

export function Cover() {
  const { picture, done } = covering.value;
  const canvas = useRef(null);
  const dialog = useRef(null);
  const [boxes, setBoxes] = useState([]); // {x, y, w, h} in parts of the picture
  const from = useRef(null);

  useEffect(() => {
    dialog.current.showModal();
    const { width, height } = picture;
    const scale = Math.min(1, 1000 / Math.max(width, height));
    Object.assign(canvas.current, { width: width * scale, height: height * scale });
    canvas.current.getContext("2d").drawImage(picture, 0, 0, width * scale, height * scale);
  }, [picture]);

  const at = (event) => {
    const frame = canvas.current.getBoundingClientRect();
    return { x: within((event.clientX - frame.left) / frame.width), y: within((event.clientY - frame.top) / frame.height) };
  };
  const begin = (event) => {
    if (event.target.closest("button")) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    from.current = at(event);
    setBoxes([...boxes, { ...from.current, w: 0, h: 0 }]);
  };
  const draw = (event) => {
    if (!from.current) return;
    const to = at(event);
    const box = { x: Math.min(to.x, from.current.x), y: Math.min(to.y, from.current.y), w: Math.abs(to.x - from.current.x), h: Math.abs(to.y - from.current.y) };
    setBoxes([...boxes.slice(0, -1), box]);
  };
  const end = () => {
    from.current = null;
    setBoxes(boxes.filter(({ w, h }) => w > 0.01 && h > 0.01));
  };
  const change = (n, more) => setBoxes(boxes.map((box, i) => (i === n ? { ...box, ...more } : box)));
  const press = (n) => (event) => {
    const [dx, dy] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [];
    const { x, y, w, h } = boxes[n];
    if (event.key === "Delete" || event.key === "Backspace") setBoxes(boxes.filter((_, i) => i !== n));
    else if (dx === undefined) return;
    else if (event.shiftKey) change(n, { w: Math.max(STEP, within(w + dx, 1 - x)), h: Math.max(STEP, within(h + dy, 1 - y)) });
    else change(n, { x: within(x + dx, 1 - w), y: within(y + dy, 1 - h) });
    event.preventDefault();
  };
  const part = (n) => `${(n * 100).toFixed(2)}%`;
  const placed = (box) => (button) => button && Object.assign(button.style, { left: part(box.x), top: part(box.y), width: part(box.w), height: part(box.h) });
  return html`<dialog class="card cover" ref=${dialog} aria-labelledby="cover" onCancel=${(event) => { event.preventDefault(); done(null); }}>
    <div class="stack tight"><h2 class="t-xl" id="cover">${t("cover.title")}</h2><p class="hint">${t("cover.hint")} ${t("q.photo_none")}</p>
      <div class="shot" dir="ltr" onPointerDown=${begin} onPointerMove=${draw} onPointerUp=${end} onPointerCancel=${end}><canvas ref=${canvas}></canvas>
        ${boxes.map((box, n) => html`<button type="button" class="face" key=${n} ref=${placed(box)} aria-label=${t("cover.box", { n: n + 1 })} onKeyDown=${press(n)}></button>`)}</div>
      <div class="btns"><${Button} kind="" onPress=${() => done(boxes)}><${Icon} name="tick" />${t(boxes.length ? "cover.keep" : "cover.none")}<//>
        <${Button} onPress=${() => setBoxes([...boxes, { x: 0.4, y: 0.3, w: 0.2, h: 0.2 }])}>${t("cover.add")}<//>
        ${boxes.length > 0 && html`<${Button} onPress=${() => setBoxes(boxes.slice(0, -1))}>${t("cover.undo")}<//>`}
        <${Button} kind="bare" onPress=${() => done(null)}>${t("cover.drop")}<//></div></div></dialog>`;
}
