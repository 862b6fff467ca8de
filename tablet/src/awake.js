// The screen stays on while something is sent: a tablet that falls asleep stops sending. Where a browser cannot, nothing
// is lost; it goes on when the screen is lit again.

let lock = null; // a promise of the lock, while it is wanted

/** @param {boolean} wanted */
export function stayAwake(wanted, keeper = globalThis.navigator?.wakeLock) {
  if (wanted === Boolean(lock) || !keeper) return;
  if (wanted) lock = keeper.request("screen").catch(() => null);
  else {
    lock.then((held) => held?.release());
    lock = null;
  }
}
