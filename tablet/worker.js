// The service worker: lets the client start without a network. The server puts self.STAMP in front of this file:
// {version, shell, files}. It keeps the shell and the files of one version, all or nothing. It refuses everything
// else: only GET, never the API, and it never takes over by itself. A newer version waits until a person asks for it.

const PREFIX = "openfloor-shell-";
const CACHE = PREFIX + self.STAMP.version;
const files = new Set(self.STAMP.files);

self.addEventListener("install", (event) => {
  // addAll rejects if any one file is missing; the browser then keeps the version it has.
  const fresh = self.STAMP.files.map((url) => new Request(url, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(self.skipWaiting());
  // Older caches stay until a page of this version says that it has started.
  if (event.data === "started") event.waitUntil(dropOlder());
});

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
