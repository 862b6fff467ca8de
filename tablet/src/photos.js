// From the camera to bytes worth keeping: turned upright, at most 2,000 pixels on the long side, written anew as JPEG.
// Writing anew drops everything the camera added (place, device, owner). Refuses what this tablet cannot decode.

import { newId } from "./ids.js";

const LONG_SIDE = 2000;
const THUMB = 192;

/** {id, bytes, thumb, type, taken_at} of one file. Throws "unreadable" when it is no picture this tablet knows. */
export async function prepare(file, limit, now = new Date()) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Error("unreadable");
  }
  try {
    let quality = 0.85;
    let bytes = await draw(picture, LONG_SIDE, quality);
    while (bytes.byteLength > limit && quality > 0.3) {
      quality -= 0.15;
      bytes = await draw(picture, LONG_SIDE, quality);
    }
    return { id: newId(), bytes, thumb: await draw(picture, THUMB, 0.8), type: "image/jpeg", taken_at: local(now) };
  } finally {
    picture.close();
  }
}

async function draw(picture, longest, quality) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
  if (!blob) throw new Error("unreadable");
  return blob.arrayBuffer();
}

/** ISO 8601 with this tablet's offset: the hour the assessor saw on the wall. */
export function local(date) {
  const ahead = -date.getTimezoneOffset();
  const sign = ahead < 0 ? "-" : "+";
  const two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
  const wall = new Date(date.getTime() + ahead * 60_000).toISOString().slice(0, 19);
  return `${wall}${sign}${two(ahead / 60)}:${two(ahead % 60)}`;
}
