// From the camera to bytes worth keeping: turned upright, at most 2,000 pixels on the long side, written anew as JPEG.
// Writing anew drops everything the camera added (place, device, owner). Refuses what this tablet cannot decode.

import { signal } from "@preact/signals";
import { local, newId } from "./ids.js";

const LONG_SIDE = 2000;
const THUMB = 192;

/** The picture on which somebody covers faces now: {picture, done}. `done` hears the boxes, or null: not kept. */
export const covering = signal(null);

async function covered(picture) {
  try {
    return await new Promise((done) => { covering.value = { picture, done }; });
  } finally {
    covering.value = null;
  }
}

/** {id, bytes, thumb, type, taken_at} of one file, or null when it is given up. Throws "unreadable" when it is no picture this tablet knows. */
export async function prepare(file, limit, now = new Date()) {
  let picture;
  try {
    picture = await createImageBitmap(file); // upright by itself; saying so is an error before Chrome 112
  } catch {
    throw new Error("unreadable");
  }
  try {
    const boxes = await covered(picture);
    if (!boxes) return null;
    let quality = 0.85;
    let bytes = await draw(picture, LONG_SIDE, quality, boxes);
    while (bytes.byteLength > limit && quality > 0.3) {
      quality -= 0.15;
      bytes = await draw(picture, LONG_SIDE, quality, boxes);
    }
    return { id: newId(), bytes, thumb: await draw(picture, THUMB, 0.8, boxes), type: "image/jpeg", taken_at: local(now) };
  } finally {
    picture.close();
  }
}

async function draw(picture, longest, quality, boxes) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  for (const box of boxes) smear(pen, canvas, box);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
  if (!blob) throw new Error("unreadable");
  return blob.arrayBuffer();
}

/** Nothing of a face is left: a box becomes three by three colours. */
function smear(pen, { width, height }, { x, y, w, h }) {
  const cells = document.createElement("canvas");
  cells.width = 3;
  cells.height = 3;
  const area = [Math.floor(x * width), Math.floor(y * height), Math.max(1, Math.ceil(w * width)), Math.max(1, Math.ceil(h * height))];
  cells.getContext("2d").drawImage(pen.canvas, ...area, 0, 0, 3, 3);
  pen.drawImage(cells, 0, 0, 3, 3, ...area);
}

/** A small picture of a photo that came from another tablet; null when this one cannot draw it. */
export async function thumbOf(bytes, type) {
  try {
    const picture = await createImageBitmap(new Blob([bytes], { type }));
    try {
      return await draw(picture, THUMB, 0.8, []);
    } finally {
      picture.close();
    }
  } catch {
    return null;
  }
}
