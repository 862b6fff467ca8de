// The service worker: lets the client start without a network. The server puts self.STAMP in front of this file:
// {version, shell, files, words}. It keeps the shell and the files of one version, and of the words the languages that
// are read on this tablet, all or nothing. It refuses everything else: only GET, never the API, and it never takes over
// by itself. A newer version waits until a person asks for it.

const PREFIX = "openfloor-shell-";
const CACHE = PREFIX + self.STAMP.version;
const words = self.STAMP.words; // the address of each language's words
const files = new Set([...self.STAMP.files, ...Object.values(words)]);

self.addEventListener("install", (event) => event.waitUntil(take()));

async function take() {
  const urls = [...self.STAMP.files, ...(await read()).map((tag) => words[tag])];
  // addAll rejects if any one file is missing; the browser then keeps the version it has.
  await keep(...urls);
}

async function keep(...urls) {
  const cache = await caches.open(CACHE);
  await cache.addAll(urls.map((url) => new Request(url, { cache: "reload", credentials: "omit" })));
}

/** The languages whose words an older version keeps: these are read here. */
async function read() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const kept = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
  return Object.keys(words).filter((tag) => kept.flat().some(({ url }) => url.includes(`/words.${tag}.`)));
}

async function speak(tag) {
  const cache = await caches.open(CACHE);
  if (words[tag] && !(await cache.match(words[tag]))) await keep(words[tag]);
}

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const [verb, tag] = String(event.data).split(" ");
  if (verb === "take-over") event.waitUntil(self.skipWaiting());
  if (verb === "speak") event.waitUntil(speak(tag));
  if (verb === "can-you-start") event.waitUntil(holdsAll(tag).then((all) => event.ports[0].postMessage(all)));
  // Older caches stay until a page of this version says that it has started.
  if (verb === "started") event.waitUntil(dropOlder());
});

async function holdsAll(tag) {
  const cache = await caches.open(CACHE);
  const needed = [...self.STAMP.files, ...(words[tag] ? [words[tag]] : [])];
  const found = await Promise.all(needed.map((url) => cache.match(url)));
  return found.every((one) => one?.ok);
}

async function dropOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith(self.STAMP.shell)) event.respondWith(kept(self.STAMP.shell, request));
  } else if (files.has(url.pathname)) {
    event.respondWith(kept(url.pathname, request));
  }
});

async function kept(path, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}
