// What the screens show, and what they may do. Screens read signals and call the functions here; these write through the
// store first and change a signal only when the store has resolved: what a screen shows as kept is on the disk.

import { batch, computed, signal } from "@preact/signals";
import { Refused, openApi } from "./api.js";
import { same } from "./heads.js";
import { fieldOf, openTablet, openWork } from "./store.js";
import { openSync } from "./sync.js";
import { speak } from "./words.js";

export const urls = JSON.parse(document.getElementById("urls").textContent);

export const boot = signal("starting"); // starting | stranger | ready
export const me = signal(null);
export const reached = signal(true); // did the server answer when we asked who is signed in?
export const other = signal(null); // somebody else is signed in to this browser
export const signIn = signal("/app/sign-in/?next=/tablet/");
export const assessments = signal([]); // rows of the store, with `pending`
export const status = signal({ phase: "idle", flying: new Set(), sentence: "" });
export const mustSignIn = signal(null); // {sentence}, until something was sent again
export const light = signal("day");
export const lawOpen = signal(false);
export const overlay = signal(null); // "harm" | "hidden": never in the address, never kept
export const failure = signal(null); // {full, question, field, value, retry}: an entry that could not be written
export const harm = signal(null); // {line, number} as the programme gives it
export const ready = signal({ contact: null, skew: 0, room: null, persisted: null, controlled: false, unsent: 0 });
export const stale = signal(false); // another window runs a newer store
export const position = signal(null); // the question last looked at
export const newer = signal(null); // a newer version of the client that waits
export const route = signal(parse(location.pathname));

/** The assessment on the screen: {item, blueprint, version, clusters, questions: Map, order}; answers and photos beside it. */
export const work = signal(null);
export const answers = signal(new Map());
export const photos = signal(new Map());

const tablet = openTablet();
let store = null;
let api = null;
let sync = null;
let limits = { photo_bytes: 25_000_000, batch: 300 };
let token = null;
const between = typeof BroadcastChannel === "function" ? new BroadcastChannel("openfloor") : null;

// --- addresses -------------------------------------------------------------------------------------------------------

function parse(path) {
  const [id, screen, question, field] = path.slice(urls.shell.length).split("/").filter(Boolean).map(decodeURIComponent);
  if (!id) return { screen: "list" };
  return { id, screen: screen ?? "q", question, field };
}

export function pathTo({ id, screen, question, field }) {
  const parts = screen === "list" ? [] : [id, screen, question, field].filter(Boolean).map(encodeURIComponent);
  return urls.shell + parts.map((part) => `${part}/`).join("");
}

export function go(to, { replace = false } = {}) {
  const path = pathTo(to);
  history[replace ? "replaceState" : "pushState"](null, "", path);
  return visit();
}

async function visit() {
  await keepDrafts(); // what is being typed belongs to the screen one leaves
  const to = parse(location.pathname);
  if (to.screen === "list") look();
  return show(to);
}

async function show(to) {
  if (to.screen !== "list" && work.value?.item.id !== to.id) await openAssessment(to.id);
  route.value = to;
  if (!to.question || !store) return;
  position.value = to;
  store.setMeta({ position: to }).catch(() => {});
}

addEventListener("popstate", visit);

// --- start -----------------------------------------------------------------------------------------------------------

export async function start() {
  api = openApi({ root: urls.api, token: () => token });
  light.value = (await tablet.get("light")) ?? "day";
  const user = await tablet.get("user");
  if (user) await become(user);
  else await meet();
  if (!me.value) boot.value = "stranger";
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") wake();
    else keepDrafts();
  });
  addEventListener("pagehide", keepDrafts);
  between?.addEventListener("message", ({ data }) => { if (data.store === store?.name) reload(data.assessment); });
  watchWorker();
}

async function become(user) {
  sync?.stop();
  await store?.close();
  store = openWork(user.id, { blocked: () => { stale.value = true; } });
  const kept = await store.known();
  const known = kept.user ?? user;
  if (!kept.user) await store.setMeta({ user });
  token = kept.token ?? null;
  limits = kept.limits ?? limits;
  const device = kept.device ?? (await store.device(`Tablet of ${known.name}`));
  if (!same(await tablet.get("user"), userRow(known))) await tablet.put("user", userRow(known));
  speak(known.language);
  sync = openSync({ store, api, deviceId: device.id, tell: hear, show: heed, limit: () => limits.batch });
  batch(() => {
    me.value = known;
    harm.value = kept.harm ?? null;
    setLight(kept.light ?? light.value);
    lawOpen.value = kept.law ?? false;
    ready.value = { ...ready.value, contact: kept.contact ?? null };
    position.value = kept.position ?? null;
    work.value = null;
  });
  const rows = store.assessments();
  await show(parse(location.pathname));
  assessments.value = await rows;
  boot.value = "ready";
  setTimeout(() => { // the screen first
    refreshRows();
    if (token) wake();
    else meet();
  });
}

function heed(told) {
  status.value = told;
  if (told.phase === "signin") mustSignIn.value = { sentence: told.sentence };
  if (told.phase === "idle") mustSignIn.value = null;
}

const userRow = ({ id, name, language }) => ({ id, name, language });

/** Ask the server who is signed in here, and have this tablet registered for that person. Changes nothing when it fails. */
export async function meet() {
  try {
    reached.value = false;
    const session = await api.session();
    reached.value = true;
    signIn.value = session.sign_in_url || signIn.value;
    if (!session.signed_in) return false;
    if (me.value && session.user.id !== me.value.id) {
      other.value = session.user;
      return false;
    }
    if (!me.value) {
      await become(session.user);
      return Boolean(token);
    }
    const device = await store.device(`Tablet of ${session.user.name}`);
    const given = await api.register(device, session.csrf);
    token = given.token;
    await store.setMeta({ token, user: given.user });
    me.value = given.user;
    speak(given.user.language);
    await tablet.put("user", userRow(given.user));
    return wake(true);
  } catch {
    return false;
  }
}

/** Work as the person who is signed in to this browser; the other's work stays where it is. */
export async function change() {
  const user = other.value;
  other.value = null;
  history.replaceState(null, "", urls.shell);
  await become(user);
}

/** The world outside may have changed: look for the list and send. After a refused token, sign in first if that is possible. */
async function wake(fresh = false) {
  if (!store) return meet();
  if (!token && !fresh) return meet();
  await look();
  notice();
  const outcome = await sync.wake();
  if (outcome === "signin" && !fresh) return renew();
  return outcome === "sent";
}

/** Has somebody else signed in to this browser meanwhile? Her work is hers: it is offered, nothing changes by itself. */
async function notice() {
  try {
    const { user } = await api.session();
    other.value = user && user.id !== me.value.id ? user : null;
  } catch { /* not reached: nothing is known */ }
}

let renewing = 0;
async function renew() {
  if (Date.now() - renewing < 60_000) return false; // a token just given is refused too: do not go round in circles
  renewing = Date.now();
  return meet();
}

export const retry = () => { renewing = 0; return wake(); };

/** Ask for the list of assessments. Without a network the known list stays. */
async function look() {
  if (!token) return;
  try {
    const told = await api.assessments();
    await store.listed(told.assessments);
    limits = { ...limits, ...told.limits };
    harm.value = told.harm ?? harm.value;
    await store.setMeta({ limits, harm: harm.value });
    contact(told.server_time);
    await refreshRows();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) mustSignIn.value = { sentence: error.sentence };
  }
}

function contact(serverTime) {
  const now = new Date();
  const skew = serverTime ? Math.round((now - new Date(serverTime)) / 60_000) : ready.value.skew;
  ready.value = { ...ready.value, contact: now.toISOString(), skew };
  store.setMeta({ contact: now.toISOString() }).catch(() => {});
}

async function refreshRows() {
  const rows = await store.assessments();
  const waiting = await store.waitingPhotos();
  for (const row of rows) {
    row.pending = (await store.pending(row.id)) + waiting.filter((photo) => photo.assessment === row.id).length;
  }
  const unsent = (await store.pending()) + (await store.countWaitingPhotos());
  batch(() => {
    assessments.value = rows;
    ready.value = { ...ready.value, unsent };
    const open = work.value?.item;
    const row = open && rows.find((one) => one.id === open.id);
    if (row && (row.state !== open.state || row.refused !== open.refused)) work.value = { ...work.value, item: { ...row, last: open.last } };
  });
}

// --- an assessment ---------------------------------------------------------------------------------------------------

/** Fetch blueprint, assessment and everything written so far; all of it is on the disk when this resolves true. */
export async function takeOffline(id) {
  navigator.storage?.persist?.().then((persisted) => { ready.value = { ...ready.value, persisted }; });
  const item = await api.assessment(id);
  const blueprint = (await store.blueprint(item.version_id)) ?? (await api.blueprint(item.version_id));
  const device = await store.device("");
  const operations = [];
  let reply = { revision: 0, more: true };
  while (reply.more) {
    const seen = operations.at(-1)?.revision ?? 0;
    reply = await api.exchange(id, device.id, seen, []);
    operations.push(...reply.operations);
    if (reply.more && !reply.operations.length) break;
  }
  item.questions ??= blueprint.clusters.flatMap((cluster) => cluster.points.flatMap((point) => point.questions)).length;
  await store.board({ item, blueprint, operations, revision: reply.revision });
  contact(reply.server_time);
  await refreshRows();
}

async function openAssessment(id) {
  const item = store && (await store.assessment(id));
  const blueprint = item?.boarded && (await store.blueprint(item.version_id));
  if (!blueprint) {
    work.value = null;
    return;
  }
  const [views, pictures, last] = await Promise.all([store.answers(id), store.photos(id), store.before(id)]);
  batch(() => {
    work.value = { item: { ...item, last }, ...index(blueprint) };
    answers.value = new Map(views.map((view) => [view.question, view]));
    photos.value = new Map(pictures.map((photo) => [photo.id, photo]));
  });
  // A photo that was stored when the tablet went down, but not yet linked: take it up again.
  for (const photo of pictures.filter((one) => one.state === "unchecked")) {
    await store.linkPhoto(photo.id).then(({ answer, photo: kept }) => adopt([answer], [kept]), () => {});
  }
}

/** The blueprint with what screens ask all the time: a flat order, and the way from a question to its point and cluster. */
function index(blueprint) {
  const questions = new Map();
  for (const cluster of blueprint.clusters) {
    for (const point of cluster.points) {
      point.questions.forEach((question, place) => {
        questions.set(question.key, { ...question, cluster, point, place });
      });
    }
  }
  return { version: blueprint.version, clusters: blueprint.clusters, questions, order: [...questions.keys()] };
}

function adopt(views = [], pictures = []) {
  batch(() => {
    if (views.length) {
      const next = new Map(answers.value);
      for (const view of views) if (view.assessment === work.value?.item.id) next.set(view.question, view);
      answers.value = next;
    }
    if (pictures.length) {
      const next = new Map(photos.value);
      for (const photo of pictures) if (photo.assessment === work.value?.item.id) next.set(photo.id, photo);
      photos.value = next;
    }
  });
}

function hear(news) {
  adopt(news.answers, news.photos);
  if (news.server_time) contact(news.server_time);
  refreshRows();
  if (news.answers?.length || news.photos?.length) between?.postMessage({ store: store.name });
}

async function reload(assessment) {
  const open = work.value?.item.id;
  if (!open || (assessment && assessment !== open)) return;
  const [views, pictures] = await Promise.all([store.answers(open), store.photos(open)]);
  adopt(views, pictures);
}

/** Answers are taken only while the assessment is being made; afterwards one reads. */
export const writable = computed(() => ["planned", "in_progress"].includes(work.value?.item.state));

export const field = (question, name) => fieldOf(answers.value.get(question), name);

/** Does this question have what it asks for? A conflict is not an answer. */
export function answered(question) {
  const { value, conflict } = field(question.key, question.kind === "finding" ? "state" : "value");
  return !conflict && value !== null && value !== "" && !(Array.isArray(value) && !value.length);
}

/** Photos linked to a question: [{id, row, authors}]; row is null for a colleague's photo that is not on this tablet. */
export function photosOf(key) {
  const fields = answers.value.get(key)?.fields ?? {};
  return Object.keys(fields)
    .filter((name) => name.startsWith("photo:") && fields[name].value === true)
    .map((name) => ({ id: name.slice(6), row: photos.value.get(name.slice(6)) ?? null, authors: fields[name].authors }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Where the answers and photos of this assessment are. Units are answers and photos, each counted once. */
export const counts = computed(() => {
  const { flying } = status.value;
  const found = { tablet: 0, sending: 0, safe: 0, aside: 0, total: 0, sentence: "" };
  const add = (place) => { found[place] += 1; found.total += 1; };
  const linked = new Set();
  for (const answer of answers.value.values()) {
    const waiting = [];
    let aside = false;
    let words = false;
    for (const [name, one] of Object.entries(answer.fields)) {
      if (name.startsWith("photo:") && one.value === true) linked.add(name.slice(6));
      else words = true;
      waiting.push(...one.waiting);
      if (one.aside.length) {
        aside = true;
        found.sentence = one.aside[0].reason;
      }
    }
    if (!words && !waiting.length && !aside) continue; // only photos, which count for themselves
    if (waiting.some((id) => flying.has(id))) add("sending");
    else if (waiting.length) add("tablet");
    else add(aside ? "aside" : "safe");
  }
  for (const id of linked) {
    const photo = photos.value.get(id);
    if (photo) add(flying.has(id) ? "sending" : photo.state === "safe" ? "safe" : "tablet"); // a colleague's is told by her tablet
  }
  return found;
});

/** All that is still to do, in the order in which it is worth doing. */
export const left = computed(() => {
  const found = { conflicts: [], photos: [], asked: [], held: [], open: [], required: 0, total: 0, done: 0 };
  if (!work.value) return found;
  for (const question of work.value.questions.values()) {
    for (const name of ["state", "value", "extent"]) {
      if (field(question.key, name).conflict) found.conflicts.push({ question, field: name });
    }
    const ask = field(question.key, "ask").value;
    if (ask?.colleague === me.value.id) found.asked.push({ question, by: field(question.key, "ask").authors[0] });
    if (Object.values(answers.value.get(question.key)?.fields ?? {}).some((one) => one.held?.length)) found.held.push({ question });
    if (field(question.key, "state").value === "non_compliant" && !photosOf(question.key).length) found.photos.push({ question });
    if (question.required === false) continue;
    found.total += 1;
    if (answered(question)) found.done += 1;
    else found.open.push({ question });
  }
  return found;
});

export function progress(questions) {
  return { of: questions.length, n: questions.filter(answered).length };
}

// --- writing ---------------------------------------------------------------------------------------------------------

let queue = Promise.resolve();
const trail = new Map(); // question and field -> {base, id}: the last change made in this window

/**
 * Keep one change of the open assessment. `base` is what the person saw; left out, it is what the screen shows now.
 * Resolves with the operation's id when it is on the disk, with null when it could not be written (see `failure`).
 */
export function record({ assessment = work.value.item.id, question, field: name, value, base, rewrite = null, retry = null }) {
  const seen = base ?? field(question, name).heads;
  const place = `${question}\n${name}`;
  const attempt = async () => {
    // A second tap may come before the screen shows the first: then it was made from the first.
    const last = trail.get(place);
    const from = !base && last && same(last.base, seen) ? [last.id] : seen;
    const { operation, answer } = await store.record({ assessment, question, field: name, value, base: from }, rewrite);
    trail.set(place, { base: seen, id: operation.id });
    adopt([answer]);
    failure.value = null;
    ready.value = { ...ready.value, unsent: ready.value.unsent + 1 };
    between?.postMessage({ store: store.name, assessment });
    sync.nudge();
    return operation.id;
  };
  const result = queue.then(attempt).catch((error) => {
    console.error(error);
    const again = retry ?? (() => record({ assessment, question, field: name, value, base: seen, rewrite }));
    failure.value = { full: error?.name === "QuotaExceededError", question, field: name, value, retry: again };
    return null;
  });
  queue = result;
  return result;
}

/** Bytes first, read back, then the link. Throws "photo-differs" or the store's error; the caller says so. */
export async function keepPhoto(question, { bytes, thumb, type, id, taken_at }) {
  const kept = await store.keepPhoto({ id, assessment: work.value.item.id, question, bytes, thumb, type, taken_at, kind: "photo" });
  adopt([kept.answer], [kept.photo]);
  between?.postMessage({ store: store.name, assessment: work.value.item.id });
  sync.nudge();
}

export const photoBytes = (id) => store.bytes(id);
export const photoLimit = () => limits.photo_bytes;
export const operationsOf = (question) => store.operations(work.value.item.id, question);

export async function freeAndRetry() {
  const again = failure.value?.retry;
  await store.freeSafePhotos();
  await reload();
  return again?.();
}

// Texts on the screen that are not yet written: editors put their saving here while they live.
export const drafts = new Set();
export const keepDrafts = () => Promise.all([...drafts].map((keep) => keep()));

/**
 * Send everything, then ask the server to put the assessment into review. Answers {sent}, or why not. With
 * `restNotAsked` the lead says that questions without an answer were not asked; nobody is taken to have complied.
 */
export async function submit(restNotAsked) {
  const { id } = work.value.item;
  await keepDrafts();
  await queue;
  try {
    const outcome = await sync.wake();
    if (outcome === "signin") return { signin: true };
    if (outcome !== "sent") return { offline: true };
    if ((await store.pending(id)) || (await store.photos(id)).some((photo) => photo.state !== "safe")) return { unsent: true };
    const { state } = await api.submit(id, restNotAsked);
    await store.listed([{ id, state }]);
    await refreshRows();
    return { sent: true };
  } catch (error) {
    return error instanceof Refused && error.sentence ? { sentence: error.sentence } : { offline: true };
  }
}

export function setLight(name) {
  light.value = name;
  document.documentElement.dataset.light = name;
}

export function nextLight() {
  const lights = ["day", "bright", "dim"];
  setLight(lights[(lights.indexOf(light.value) + 1) % lights.length]);
  tablet.put("light", light.value).catch(() => {});
  store?.setMeta({ light: light.value }).catch(() => {});
}

export function showLaw(open) {
  lawOpen.value = open;
  store.setMeta({ law: open }).catch(() => {});
}

/** Room for photos, asked anew each time the list is looked at. Never awaited by a screen. */
export async function measure() {
  const estimate = await navigator.storage?.estimate?.();
  const persisted = (await navigator.storage?.persisted?.()) ?? null;
  const room = estimate?.quota ? Math.floor((estimate.quota - estimate.usage) / 700_000) : null;
  ready.value = { ...ready.value, room, persisted, controlled: Boolean(navigator.serviceWorker?.controller) };
}

// --- the client itself -----------------------------------------------------------------------------------------------

async function watchWorker() {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  // The page asks for trusted types; this policy lets one address through.
  const policy = globalThis.trustedTypes?.createPolicy("openfloor-worker", {
    createScriptURL: (url) => { if (url !== urls.worker) throw new TypeError("not the worker"); return url; },
  });
  let asked = false;
  workers.addEventListener("controllerchange", () => {
    measure();
    if (asked) location.reload();
  });
  try {
    const registration = await workers.register(policy ? policy.createScriptURL(urls.worker) : urls.worker, { scope: urls.shell, updateViaCache: "none" });
    const waits = (worker) => {
      newer.value = () => { asked = true; worker.postMessage("take-over"); };
    };
    if (registration.waiting && workers.controller) waits(registration.waiting);
    registration.addEventListener("updatefound", () => {
      const worker = registration.installing;
      worker?.addEventListener("statechange", () => { if (worker.state === "installed" && workers.controller) waits(worker); });
    });
    (await workers.ready).active?.postMessage("started");
    setInterval(() => registration.update().catch(() => {}), 60 * 60 * 1000);
  } catch (error) {
    console.error(error);
  }
}
