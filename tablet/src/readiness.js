// Is this tablet ready for a day offline? What can be known is measured, what cannot is not claimed: a private window of
// Chromium tells nobody that it is one.

import { signal } from "@preact/signals";
import * as state from "./state.js";
import { language } from "./words.js";

const ROOM_FLOOR = 40; // photos: below this one does not set out

/** When an offline start was last tried here: {at, good}. */
export const tried = signal(null);

/** Does the worker hold every file a start needs? Asked of the worker itself, which answers from its store alone. */
export async function tryStart() {
  const worker = navigator.serviceWorker?.controller;
  const good = Boolean(worker) && (await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data === true);
    setTimeout(() => resolve(false), 5000);
    worker.postMessage(`can-you-start ${language.value}`, [port2]);
  }));
  tried.value = { at: new Date().toISOString(), good };
  return good;
}

/** The word for why a visit is not taken offline here, or null. Safari empties the store of a tab after a week, so it must be installed. */
export async function refusesOffline() {
  if (state.lockMissing()) return "ready.lock_first";
  if (navigator.standalone === false) return "ready.install";
  if (await isPrivate()) return "ready.private";
  await state.measure();
  const { room } = state.ready.value;
  return room !== null && room < ROOM_FLOOR ? "ready.no_room" : null;
}

/** Safari and Firefox keep no files in a private window, and say so only when asked for the folder. */
async function isPrivate() {
  try {
    await navigator.storage?.getDirectory?.();
    return false;
  } catch {
    return true;
  }
}
