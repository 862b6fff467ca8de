// What the screens show, and what they may do. Screens read signals and call the functions here; these write through the
// store first and change a signal only when the store has resolved: what a screen shows as kept is on the disk.

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { Refused, Unreachable, openApi } from "./api.js";
import { stayAwake } from "./awake.js";
import { evaluate, reads, readsOnlyValue } from "./expressions.js";
import { TRAY, same } from "./heads.js";
import { newCode, open, seal } from "./handover.js";
import { sha256 } from "./ids.js";
import { thumbOf } from "./photos.js";
import { Locked } from "./lock.js";
import { askPlatform, makePlatform } from "./platform.js";
import { judge, rulesOf } from "./rules.js";
import { WRITABLE, fieldOf, namesUntil, openTablet, openWork } from "./store.js";
import { openSync } from "./sync.js";
import { FORMS, covered } from "./visit.js";
import { language, speak, t } from "./words.js";

export const urls = JSON.parse(document.getElementById("urls").textContent);

export const boot = signal("starting"); // starting | stranger | locked | ready
export const locked = signal(null); // {user} and store.lock(), while it is locked
export const sealedBy = signal(null); // store.lock(): is a passphrase set, does the server hold a key for who forgets it
export const choosing = signal(null); // "passphrase" | "platform": the dialog that sets it stands on top
export const me = signal(null);
export const reached = signal(true); // did the server answer when we asked who is signed in?
export const other = signal(null); // somebody else is signed in to this browser
export const signIn = signal("/app/sign-in/?next=/tablet/");
export const assessments = signal([]); // rows of the store, with `pending`
export const status = signal({ phase: "idle", flying: new Set(), sentence: "" });
export const mustSignIn = signal(null); // {sentence}, until something was sent again
export const again = signal(false); // the dialog to sign in again stands on top
export const light = signal("day");
export const lawOpen = signal(false);
export const overlay = signal(null); // "harm" | "hidden": never in the address, never kept
export const nameKey = signal({}); // whose records sampled rows are, as the store keeps it
export const namesShown = signal(false); // until the screen is hidden or locked
export const failures = signal(new Map()); // place -> {full, value, draft, retry}: entries that could not be written, each until it is
export const harm = signal(null); // {line, number} as the programme gives it
export const harmKept = signal(null); // {id, safe}: what was just written, for the screen it was written on
export const ready = signal({ contact: null, skew: 0, room: null, persisted: null, controlled: false, unsent: 0 });
effect(() => { if (me.value) navigator.setAppBadge?.(ready.value.unsent).catch(() => {}); }); // on the icon, where somebody thinks of clearing
export const stale = signal(false); // another window runs a newer store
export const position = signal(null); // the question last looked at
export const newer = signal(null); // a newer version of the client that waits
export const route = signal(parse(location.pathname));

/** The assessment on the screen: {item, blueprint, version, clusters, questions: Map, order}; answers and photos beside it. */
export const work = signal(null);
export const answers = signal(new Map());
export const photos = signal(new Map());
/** Taken first, placed later (tray.js): [{id, kind, text, tag, at, questions, reason}]. */
export const tray = computed(() => Object.entries(answers.value.get(TRAY)?.fields ?? {})
  .filter(([, one]) => one.value).map(([name, one]) => ({ ...one.value, id: name.slice("item:".length) })));
/** What the answers come to under the rules of the checklist (rules.js). A new object after every change that a rule reads. */
export const judged = signal(null);

const tablet = openTablet();
let store = null;
let api = null;
let sync = null;
let limits = { photo_bytes: 25_000_000, batch: 300, cell: 200 };
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
  store.expect(to.id, to.question).catch(() => {});
  store.setMeta({ position: to }).catch(() => {});
}

addEventListener("popstate", visit);

// --- start -----------------------------------------------------------------------------------------------------------

export async function start() {
  api = openApi({ root: urls.api, token: () => token, unsent: () => (me.value ? ready.value.unsent : null) });
  light.value = (await tablet.get("light")) ?? "day";
  const user = await tablet.get("user");
  if (user) await become(user);
  else await meet();
  if (!me.value && !locked.value) boot.value = "stranger";
  let away = Infinity;
  addEventListener("online", () => wake());
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") {
      away = Date.now();
      keepDrafts();
    } else if (Math.abs(Date.now() - away) < AWAY || !(await lock())) wake();
  });
  addEventListener("pagehide", keepDrafts);
  between?.addEventListener("message", ({ data }) => {
    if (data.store !== store?.name) return;
    if (data.lock) lock(false);
    else reload(data.assessment);
  });
  watchWorker();
}

async function become(user) {
  sync?.stop();
  await store?.close();
  store = openWork(user.id, { blocked: () => { stale.value = true; } });
  const { open } = await store.lock();
  if (open) return enterStore(user);
  harm.value = (await store.meta("harm")) ?? null;
  await say(user.language);
  await tablet.put("user", userRow(user));
  await shut(user);
  meet(); // is somebody else signed in?
}

/** Nothing of this person's work is in sight, or readable, until it is opened. */
async function shut(user) {
  const lock = await store.lock();
  token = null;
  batch(() => {
    me.value = null;
    work.value = null;
    assessments.value = [];
    answers.value = new Map();
    photos.value = new Map();
    for (const one of [position, mustSignIn, other, judged]) one.value = null;
    nameKey.value = {};
    namesShown.value = false;
    failures.value = new Map();
    again.value = false;
    choosing.value = null;
    locked.value = { user, ...lock };
    boot.value = "locked";
  });
}

/** Lock the work, in all windows: keep what is typed, forget the key. Answers false where no passphrase is set. */
export async function lock(tell = true) {
  const user = me.value;
  if (!user || (await store.lock()).open) return false;
  await keepDrafts();
  await queue;
  if (tell) between?.postMessage({ store: store.name, lock: true });
  sync.stop();
  await store.close();
  await shut(user);
  return true;
}

/** Open it again, with the passphrase or (none given) by the tablet's own unlocking. Answers false when it does not open. */
export async function unlock(passphrase) {
  const { user, platform } = locked.value;
  const bytes = passphrase ?? (await askPlatform(platform).catch(() => null));
  if (!bytes || !(await store.unlock(passphrase ? "passphrase" : "platform", bytes))) {
    locked.value = { user, ...(await store.lock()) };
    return false;
  }
  await enterStore(user);
  return true;
}

/**
 * Who forgot the passphrase signs in, and the server's key opens her work; then none is set. Without a name: with the
 * session that is there. Answers {in}, {sentence}, {ask}: sign in first, or {next}: a second step.
 */
export async function recover(login = null, password = null) {
  const { user } = locked.value;
  try {
    if (login) {
      await api.signOut(); // only a fresh sign-in is given the key
      const told = await api.signIn(login, password);
      if (!told.in) return told;
    }
    const session = await api.session();
    if (session.user?.id !== user.id) return { ask: true, sentence: login ? t("lock.not_yours", { name: user.name }) : "" };
    const device = await store.device("");
    const given = await api.register(device, session.csrf);
    const { key } = await api.storeKey(device, session.csrf);
    if (!(await store.protect("recovery", key, {}))) return { sentence: t("lock.no_key") };
    await store.setMeta({ token: given.token, user: given.user });
    await enterStore(user);
    return { in: true };
  } catch (error) {
    if (!(error instanceof Refused)) return { sentence: t("note.no_server") };
    if (error.status === 404) return { sentence: t("lock.no_key") };
    return { ask: error.status === 401, sentence: error.status === 401 && !login ? "" : error.sentence };
  }
}

/** Set a passphrase, or another one. Answers false when the old one is wrong. */
export async function setPassphrase(old, passphrase) {
  const good = await store.protect(old === null ? "browser" : "passphrase", old, { passphrase, platform: true });
  sealedBy.value = await store.lock();
  return good;
}

/** The tablet's own unlocking opens it too, or no longer. Answers false when the passphrase is wrong, null when the tablet does not do it. */
export async function setPlatform(passphrase) {
  if (!(await store.unlock("passphrase", passphrase))) {
    sealedBy.value = await store.lock();
    return false;
  }
  const platform = sealedBy.value.platform ? null : await makePlatform(me.value.name).catch(() => false);
  const good = platform !== false && (await store.protect("passphrase", passphrase, { passphrase: true, platform }));
  sealedBy.value = await store.lock();
  return good || null;
}

/** Have the server hold a key of this store, once. Nothing waits for it. */
async function entrust() {
  try {
    const key = await store.recovery();
    if (key) {
      await api.keepStoreKey(key);
      await store.recoveryHeld();
    }
    sealedBy.value = await store.lock();
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Refused)) console.error(error);
  }
}

/** Somebody else works here now: what is unsent stays, locked where a passphrase is set. Then sign in. */
export async function leave() {
  try {
    await api.signOut();
  } catch {
    return false;
  }
  location.assign(signIn.value);
  return true;
}

async function enterStore(user) {
  const kept = await store.known();
  const known = kept.user ?? user;
  if (!kept.user) await store.setMeta({ user });
  token = kept.token ?? null;
  limits = { ...limits, ...kept.limits };
  const device = kept.device ?? (await store.device(`Tablet of ${known.name}`));
  if (!same(await tablet.get("user"), userRow(known))) await tablet.put("user", userRow(known));
  const spoken = say(known.language);
  sealedBy.value = await store.lock();
  sync = openSync({ store, api, deviceId: device.id, tell: hear, show: heed, limit: () => limits.batch, partBytes: () => limits.part_bytes ?? Infinity });
  batch(() => {
    me.value = known;
    harm.value = kept.harm ?? null;
    setLight(kept.light ?? light.value);
    lawOpen.value = kept.law ?? false;
    ready.value = { ...ready.value, contact: kept.contact ?? null };
    position.value = kept.position ?? null;
    work.value = null;
    nameKey.value = {};
  });
  const rows = store.assessments();
  await spoken;
  await show(parse(location.pathname));
  assessments.value = await rows;
  batch(() => {
    locked.value = null;
    boot.value = "ready";
  });
  setTimeout(() => { // the screen first
    refreshRows();
    store.sealOld().catch((error) => console.error(error)); // at the next start, then
    if (token) wake();
    else meet();
  });
}

function heed(told) {
  status.value = told;
  stayAwake(told.phase === "sending");
  if (told.phase === "signin") mustSignIn.value = { sentence: told.sentence };
  if (told.phase === "idle") mustSignIn.value = null;
}

const AWAY = 10 * 60_000; // out of sight so long, the work is locked when it is looked at again
const PATIENCE = 3000; // a screen in English is better than none

/** Speak a person's language, and have the worker keep its words for days without a network. */
async function say(tag) {
  navigator.serviceWorker?.ready.then(({ active }) => active.postMessage(`speak ${tag}`));
  await Promise.race([speak(tag, urls.words), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
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
    const mine = me.value ?? locked.value?.user;
    if (mine && session.user.id !== mine.id) {
      other.value = session.user;
      return false;
    }
    if (locked.value) return false;
    if (!me.value) {
      await become(session.user);
      return Boolean(token);
    }
    const device = await store.device(`Tablet of ${session.user.name}`);
    const given = await api.register(device, session.csrf);
    token = given.token;
    await store.setMeta({ token, user: given.user });
    me.value = given.user;
    say(given.user.language);
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
  await tablet.put("user", userRow(user)); // first: the page may go at any moment
  await become(user);
}

/** The world outside may have changed: look for the list and send. After a refused token, sign in first if that is possible. */
async function wake(fresh = false) {
  if (!store || locked.value || (!token && !fresh)) return meet();
  if (language.value !== me.value.language) say(me.value.language); // its words were not reached before
  await look();
  notice();
  entrust();
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

/** Sign in without leaving the work. Answers {in}, {sentence}, or {next}: the address of a second step. */
export async function enter(login, password) {
  try {
    const told = await api.signIn(login, password);
    if (told.in) retry();
    return told;
  } catch {
    return { sentence: t("note.no_server") };
  }
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
  } catch (error) {
    if (error instanceof Refused && error.status === 401) mustSignIn.value = { sentence: error.sentence };
  }
  await refreshRows(); // also without a network: the time of the name key may be over
}

function contact(serverTime) {
  const now = new Date();
  const skew = serverTime ? Math.round((now - new Date(serverTime)) / 60_000) : ready.value.skew;
  ready.value = { ...ready.value, contact: now.toISOString(), skew };
  store.setMeta({ contact: now.toISOString() }).catch(() => {});
}

async function refreshRows() {
  let rows;
  let unsent;
  let known;
  try {
    known = await store.names();
    rows = await store.assessments();
    const waiting = await store.waitingPhotos();
    for (const row of rows) {
      row.pending = (await store.pending(row.id)) + waiting.filter((photo) => photo.assessment === row.id).length;
    }
    unsent = (await store.pending()) + (await store.countWaitingPhotos());
  } catch (error) {
    if (!(error instanceof Locked)) throw error;
  }
  if (!me.value) return; // locked meanwhile
  batch(() => {
    assessments.value = rows;
    nameKey.value = known;
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
  if (!(await store.assessment(id))?.boarded) item.returned = cameBack(operations, device.id);
  await store.board({ item, blueprint, operations, revision: reply.revision });
  await store.forget(id, reply);
  contact(reply.server_time);
  await refreshRows();
}

/** Questions I answered in another store: on another tablet, or here before the store was cleared. */
const cameBack = (operations, device) =>
  new Set(operations.filter((one) => one.author.id === me.value.id && one.device_id !== device).map((one) => one.question)).size;

async function openAssessment(id) {
  const item = store && (await store.assessment(id));
  const blueprint = item?.boarded && (await store.blueprint(item.version_id));
  judged.value = null;
  if (!blueprint) {
    work.value = null;
    return;
  }
  const [views, pictures, last, laid] = await Promise.all([store.answers(id), store.photos(id), store.before(id), store.tray(id)]);
  batch(() => {
    work.value = { item: { ...item, last }, ...index(blueprint, item.asked) };
    answers.value = new Map(views.map((view) => [view.question, view]));
    photos.value = new Map(pictures.map((photo) => [photo.id, photo]));
    const read = Object.fromEntries([...work.value.questions.values()].map((question) => [question.key, readOf(question)]));
    judged.value = judge(rulesOf(blueprint), read, item.rules);
  });
  // A photo that was stored when the tablet went down, but not yet linked: take it up again.
  for (const photo of pictures.filter((one) => one.state === "unchecked")) {
    await store.linkPhoto(photo.id).then(({ answer, photo: kept }) => adopt(answer ? [answer] : [], [kept]), () => {});
  }
  for (const { id: item, assessment, ...value } of laid) if (!views.some((view) => view.fields[`item:${item}`])) await record({ assessment, question: TRAY, field: `item:${item}`, value });
}

/** The blueprint with what screens ask all the time: a flat order, and the way from a question to its point and cluster. */
function index(blueprint, asked) {
  const questions = new Map();
  const clusters = covered(blueprint.clusters, asked);
  for (const cluster of clusters) {
    for (const point of cluster.points) {
      point.questions.forEach((question, place) => {
        questions.set(question.key, { ...question, cluster, point, place });
      });
    }
  }
  return { version: blueprint.version, clusters, checks: blueprint.checks ?? [], sampling: blueprint.sampling ?? {}, questions, order: [...questions.keys()] };
}

function adopt(views = [], pictures = []) {
  batch(() => {
    if (views.length) {
      const next = new Map(answers.value);
      const mine = views.filter((view) => view.assessment === work.value?.item.id);
      for (const view of mine) next.set(view.question, view);
      answers.value = next;
      rejudge(mine.map((view) => work.value.questions.get(view.question)).filter(Boolean));
    }
    if (pictures.length) {
      const next = new Map(photos.value);
      for (const photo of pictures) if (photo.assessment === work.value?.item.id) next.set(photo.id, photo);
      photos.value = next;
    }
  });
}

function hear(news) {
  if (news.harm && news.harm === harmKept.value?.id) harmKept.value = { id: news.harm, safe: true };
  adopt(news.answers, news.photos);
  if (news.last && news.last.assessment === work.value?.item.id) work.value = { ...work.value, item: { ...work.value.item, last: news.last.found } };
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

/** What rules read of a question: its state or value. Two values that differ are none yet. */
function readOf(question) {
  const { value, conflict } = field(question.key, question.kind === "finding" ? "state" : "value");
  return conflict ? null : value;
}

function rejudge(changed) {
  const now = judged.value;
  if (!now) return;
  const heard = changed.filter((question) => now.change(question.key, readOf(question)));
  if (heard.length) judged.value = { ...now };
}

/** Is the question asked, as far as is known? */
export const visible = (question) => judged.value?.visible.get(question.key) !== false;
export const required = (question) => judged.value?.required.get(question.key) ?? question.required !== false;
/** The sentence of a constraint that does not hold. */
export const refusal = (question) => judged.value?.refused.get(question.key) ?? null;
/** The sentence for a number that can never stand, whatever else is answered; such a one is not kept (nor taken by the server). */
export function impossible({ constraint }, value) {
  if (!constraint || value === null || value === undefined || !readsOnlyValue(constraint.when)) return null;
  return evaluate(constraint.when, new Map(), { value }) === false ? constraint.says : null;
}
/** Is this choice offered, as far as is known? */
export const offered = (choice) => !choice.when || evaluate(choice.when, judged.value?.values ?? new Map(), judged.value?.known) !== false;
/** The questions a computed one is computed from. */
export const sources = (question) => [...reads(question.compute)].map((key) => work.value.questions.get(key)).filter(Boolean);
/** The questions of a point that are asked, as the screens number them. */
export const asked = (point) => point.questions.map(({ key }) => work.value.questions.get(key)).filter(visible);
/** "3 of 7" of a question within its point; a hidden one has the number 0. */
export const numberOf = (question) => asked(question.point).indexOf(question) + 1;

/** The questions asked before and after this one, over the whole checklist. */
export function beside(question) {
  const { order, questions } = work.value;
  const at = order.indexOf(question.key);
  const ask = (key) => visible(questions.get(key));
  return [order.slice(0, at).findLast(ask), order.slice(at + 1).find(ask)];
}

/** Answers are taken only while the assessment is being made; afterwards one reads. */
export const writable = computed(() => WRITABLE.includes(work.value?.item.state));

const oneByOne = new Map(); // question -> a signal of its view alone

/** The view of one question. What shows it is drawn again when that question changes, and for no other. */
export function viewOf(question) {
  if (!oneByOne.has(question)) oneByOne.set(question, computed(() => answers.value.get(question)));
  return oneByOne.get(question).value;
}

export const field = (question, name) => fieldOf(viewOf(question), name);

/** Does this question have what it asks for? A conflict is not an answer. */
export function answered(question) {
  if (question.compute) return (judged.value?.computed.get(question.key) ?? null) !== null;
  if (refusal(question)) return false;
  const { value, conflict } = field(question.key, question.kind === "finding" ? "state" : "value");
  return !conflict && value !== null && value !== "" && !(Array.isArray(value) && !value.length) && !(value?.rows && !value.rows.length);
}

/** Photos linked to a question: [{id, row, authors}]; row is null for a colleague's photo that is not on this tablet. */
export function photosOf(key) {
  const fields = viewOf(key)?.fields ?? {};
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
  const linked = new Set(tray.value.map((row) => row.id));
  const units = [...answers.value.values()].flatMap((answer) => (answer.question !== TRAY ? [answer] // in the tray each line counts, and a photo for itself
    : Object.values(answer.fields).filter((one) => one.value?.kind === "note").map((one) => ({ fields: { note: one } }))));
  for (const answer of units) {
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
    if (photo && photo.state !== "removed") add(flying.has(id) ? "sending" : photo.state === "safe" ? "safe" : "tablet"); // a colleague's is told by her tablet
  }
  return found;
});

/** All that is still to do, in the order in which it is worth doing. */
export const left = computed(() => {
  for (const one of [work, answers, judged, photos, me]) one.value; // by the whole, not by each question it looks at
  return untracked(gather);
});

/** How many questions wait for an answer. */
export const leftOpen = computed(() => left.value.open.length);

function gather() {
  const found = { conflicts: [], forms: [], photos: [], asked: [], held: [], refused: [], checks: [], open: [], required: 0, total: 0, done: 0 };
  if (!work.value) return found;
  for (const question of work.value.questions.values()) {
    for (const name of ["state", "value", "extent"]) {
      if (field(question.key, name).conflict) found.conflicts.push({ question, field: name });
    }
    const ask = field(question.key, "ask").value;
    if (ask?.colleague === me.value.id) found.asked.push({ question, by: field(question.key, "ask").authors[0] });
    if (Object.values(answers.value.get(question.key)?.fields ?? {}).some((one) => one.held?.length)) found.held.push({ question });
    if (field(question.key, "state").value === "non_compliant" && !photosOf(question.key).length) found.photos.push({ question });
    if (refusal(question)) found.refused.push({ question });
    if (!required(question)) continue;
    found.total += 1;
    if (answered(question)) found.done += 1;
    else found.open.push({ question });
  }
  for (const form of FORMS) {
    const fields = answers.value.get(form)?.fields ?? {};
    found.forms.push(...Object.keys(fields).filter((name) => fields[name].conflict).map((name) => ({ form, field: name })));
  }
  const failed = new Set(judged.value?.failed());
  found.checks = (work.value.checks ?? []).filter((check) => failed.has(check.key));
  return found;
}

export function progress(all) {
  const questions = all.map(({ key }) => work.value.questions.get(key)).filter(visible);
  return { of: questions.length, n: questions.filter(answered).length };
}

// --- writing ---------------------------------------------------------------------------------------------------------

let queue = Promise.resolve();
const trail = new Map(); // place -> {base, id}: the last change made in this window
const fieldKey = (assessment, question, name) => `${assessment}\n${question}\n${name}`;

/** What was entered in a field of the open assessment and could not be written, if so. */
export const unwritten = (question, name) => failures.value.get(fieldKey(work.value.item.id, question, name));

function noteFailure(place, failed) {
  const next = new Map(failures.value);
  if (failed) next.set(place, failed);
  else if (!next.delete(place)) return;
  failures.value = next;
}

/**
 * Keep one change of the open assessment. `base` is what the person saw; left out, it is what the screen shows now.
 * Resolves with the operation's id when it is on the disk, with null when it could not be written (see `failures`).
 * `draft`: the text under somebody's hand, which is then kept again as it is by that time.
 */
export function record({ assessment = work.value.item.id, question, field: name, value, base, rewrite = null, draft = null }) {
  const seen = base ?? field(question, name).heads;
  const place = fieldKey(assessment, question, name);
  const attempt = async () => {
    // A second tap may come before the screen shows the first: then it was made from the first.
    const last = trail.get(place);
    const from = !base && last && same(last.base, seen) ? [last.id] : seen;
    const { operation, answer } = await store.record({ assessment, question, field: name, value, base: from }, rewrite);
    trail.set(place, { base: seen, id: operation.id });
    adopt([answer]);
    noteFailure(place, null);
    ready.value = { ...ready.value, unsent: ready.value.unsent + 1 };
    between?.postMessage({ store: store.name, assessment });
    sync.nudge();
    return operation.id;
  };
  const result = queue.then(attempt).catch((error) => {
    console.error(error);
    const again = draft ? () => draft.keep() : () => record({ assessment, question, field: name, value, base: seen, rewrite });
    noteFailure(place, { full: error?.name === "QuotaExceededError", value, draft, retry: again });
    return null;
  });
  queue = result;
  return result;
}

/** Bytes first, read back, then the link. Throws "photo-differs" or the store's error; the caller says so. */
export async function keepPhoto(question, photo) {
  const assessment = work.value.item.id;
  const kept = await store.keepPhoto({ ...photo, assessment, question, kind: "photo" });
  adopt(kept.answer ? [kept.answer] : [], [kept.photo]);
  between?.postMessage({ store: store.name, assessment: work.value.item.id });
  sync.nudge();
}

/** Until when names may be kept beside the rows of this visit; in the past: no longer. */
export const namesEnd = () => namesUntil(work.value.item, ready.value.contact ?? undefined);

/** Keep whose record a sampled row is, on this tablet alone. */
export function keepName(question, code, name, assessment = work.value.item.id) {
  const place = fieldKey(assessment, question, `name ${code}`);
  queue = queue.then(() => store.keepName(assessment, question, code, name)).then(() => store.names()).then((known) => {
    nameKey.value = known;
    noteFailure(place, null);
  }).catch((error) => noteFailure(place, { full: error?.name === "QuotaExceededError", value: name, retry: () => keepName(question, code, name, assessment) }));
  return queue;
}

// --- handover --------------------------------------------------------------------------------------------------------

/** What another tablet needs of the open visit, as a sealed file: {file, name, code, changes, photos}. Throws when the key is not on board. */
export async function handOver() {
  const { item } = work.value;
  await keepDrafts();
  await queue;
  const held = await store.handOver(item.id);
  const device = await store.device("");
  const told = held.operations.map(({ id, question, field: name, value, base, base_revision, at, author, device_id, sequence, revision }) =>
    ({ id, question, field: name, value, base, base_revision: base_revision ?? 0, at, author, device_id, sequence: sequence ?? 0, revision: revision ?? null }));
  const part = async (kind, bytes, more) => ({ told: { kind, sha256: await sha256(bytes), size: bytes.byteLength, ...more }, bytes: () => bytes });
  const parts = [await part("operations", new TextEncoder().encode(JSON.stringify(told)))];
  for (const { id } of held.letters) parts.push(await part("letter", await store.bytes(id)));
  for (const { id, kind, sha256: hash, size, type, taken_at, question } of held.photos) {
    parts.push({ told: { kind, id, sha256: hash, size, type, taken_at, question: question ?? null }, bytes: () => store.bytes(id) });
  }
  const manifest = {
    programme: item.seal.programme, assessment: item.id, number: item.number, device: device.id,
    user: { id: me.value.id, name: me.value.name }, made_at: new Date().toISOString(),
  };
  const code = newCode();
  const file = new Blob(await seal({ to: item.seal, code, token, manifest, parts }), { type: "application/octet-stream" });
  return { file, code, name: `${item.number}-${manifest.made_at.slice(0, 16).replace(":", "")}.openfloor`, changes: told.filter((one) => one.revision === null).length, photos: held.photos.length };
}

/** Take over what another tablet made of a visit that is on board here. Answers {item, from, changes, photos}; throws the word of a refusal. */
export async function takeOver(file, code) {
  const { manifest, letter, part } = await open(file, code);
  const item = await store.assessment(manifest.assessment);
  if (!item?.boarded) throw new Error("handover.elsewhere");
  let taken = 0;
  for (const [n, { kind, id, sha256: hash, type, taken_at, question }] of manifest.parts.entries()) {
    if (!["photo", "document"].includes(kind)) continue;
    const bytes = await part(n);
    const photo = { id, assessment: item.id, question, kind, sha256: hash, type, taken_at, thumb: await thumbOf(bytes, type) };
    if (await store.carryPhoto(photo, bytes)) taken += 1;
  }
  const operations = JSON.parse(new TextDecoder().decode(await part(0)));
  const { fresh } = await store.carry(item.id, operations, letter);
  await refreshRows();
  between?.postMessage({ store: store.name, assessment: item.id });
  sync.wake();
  return { item, from: manifest.user.name, changes: fresh, photos: taken };
}

/** The visit somebody is on: the open one, else the one last looked at, else the first on this tablet. */
export function onVisit() {
  const boarded = assessments.value.filter((row) => row.boarded);
  return work.value?.item ?? boarded.find((row) => row.id === position.value?.id) ?? boarded[0] ?? null;
}

/** Keep what was written of suspected serious harm and send it at once, before everything else. Throws when it is not kept. */
export async function writeHarm(kind, text) {
  const { id } = await store.keepHarm({ assessment: onVisit().id, kind, text });
  harmKept.value = { id, safe: false };
  sync.wake();
}

export const photoBytes = (id) => store.bytes(id);
export const photoLimit = () => limits.photo_bytes;
/** Does the programme ask for a passphrase that is not set here? */
export const lockMissing = () => Boolean(limits.passphrase && !sealedBy.value?.passphrase);
export const cellLimit = () => limits.cell;
export const operationsOf = (question) => store.operations(work.value.item.id, question);

/** Keep again what could not be written: all of it, in the order in which it was entered. */
export async function keepAgain() {
  for (const { retry } of [...failures.value.values()]) await retry();
}

export async function freeAndKeepAgain() {
  await store.freeSafePhotos();
  await reload();
  return keepAgain();
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
