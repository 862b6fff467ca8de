// Small parts every screen is made of. One shape means one thing; a shape never stands without its word.

import htm from "htm";
import { h } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import * as state from "./state.js";
import { names, t } from "./words.js";

export const html = htm.bind(h);

/** The five answers in the order of the digits 1 to 5: shape and colour family of each. */
export const STATES = [
  ["compliant", "good", "good"],
  ["non_compliant", "bad", "bad"],
  ["not_applicable", "na", "none"],
  ["not_asked", "notasked", "none"],
  ["undetermined", "unknown", "open"],
];
const LOOKS = new Map(STATES.map(([name, icon, family]) => [name, { icon, family }]));

export const lookOf = (name) => LOOKS.get(name) ?? { icon: "blank", family: "none" };

/** How a question stands, in one shape and one word: its answer, a conflict, or for other kinds whether it has one. */
export function standing(question) {
  const name = question.kind === "finding" ? "state" : "value";
  const { value, conflict } = state.field(question.key, name);
  if (conflict) return { icon: "conflict", family: "bad", word: t("state.conflict") };
  if (name === "state") return { ...lookOf(value), word: t(`state.${value ?? "none"}`) };
  return state.answered(question) ? { icon: "tick", family: "none", word: t("state.answered") } : { icon: "blank", family: "none", word: t("state.none") };
}

export const Icon = ({ name, flip }) => html`<svg class=${flip ? "i flip" : "i"} aria-hidden="true"><use href=${`${state.urls.icons}#${name}`} /></svg>`;

export const St = ({ s = "none", icon, box, children, ...rest }) => html`
  <span class=${box ? "st box" : "st"} data-s=${s} ...${rest}><${Icon} name=${icon} /><span>${children}</span></span>`;

export const Note = ({ s = "none", icon, title, children, actions, ...rest }) => html`
  <div class="note" data-s=${s} ...${rest}><${Icon} name=${icon} /><div class="grow"><b>${title}</b>${children}
    ${actions && html`<div class="btns">${actions}</div>`}</div></div>`;

export const Button = ({ kind = "line", icon, end, onPress, children, ...rest }) => html`
  <button type="button" class=${`btn ${kind}`} onClick=${onPress} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children}${end && html`<${Icon} name=${end} flip />`}</button>`;

/** A link inside the client: a real address, opened without a page load. */
export function Link({ to, children, ...rest }) {
  const follow = (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    state.go(to);
  };
  return html`<a href=${state.pathTo(to)} onClick=${follow} ...${rest}>${children}</a>`;
}

/** The heading of a screen takes the focus when the screen changes, so that a reader hears where she is. */
export function Title({ of, children, ...rest }) {
  const heading = useRef(null);
  useEffect(() => {
    if (Title.moved) heading.current?.focus({ preventScroll: true });
    Title.moved = true;
  }, [of]);
  return html`<h1 tabindex="-1" ref=${heading} ...${rest}>${children}</h1>`;
}

// --- head ------------------------------------------------------------------------------------------------------------

export const colleagues = (item) => item.colleagues.filter((one) => one.id !== state.me.value.id);

/** "You and Rith": the reader first, the others by name. */
export function persons(authors) {
  const mine = authors.some((one) => one.id === state.me.value.id);
  return names([...(mine ? [t("you")] : []), ...authors.filter((one) => one.id !== state.me.value.id).map((one) => one.name)]);
}

export function whereLine(item) {
  const cycle = item.cycle?.number ?? item.cycle;
  const others = colleagues(item).map((one) => one.name);
  return html`${item.number}${cycle && html`<span class="wide-only"> · ${t("list.cycle", { n: cycle })}</span>`}${others.length > 0 && ` · ${t("list.with", { names: names(others) })}`}`;
}

export function Head({ title, line, children }) {
  const light = state.light.value;
  return html`<header class="head tight">
    <${Link} class="mark" to=${{ screen: "list" }} aria-label=${t("start")}><${Icon} name="mark" /><//>
    <div class="where"><b>${title}</b><span>${line}</span></div>
    ${children}
    <div class="row tight-row">
      <${Button} kind="line icon light" icon="sun" aria-label=${t(`light.${light}`)} onPress=${state.nextLight} />
      <${Button} kind="line icon" icon="hide" aria-label=${t("leave")} onPress=${hideNow} />
    </div>
  </header>`;
}

/** One tap: a harmless page. Where a passphrase is set, it locks as well. */
export function hideNow() {
  state.overlay.value = "hidden";
  state.namesShown.value = false;
  state.lock();
}

/** Where the answers and photos of the open assessment are. Three words, always in this place. */
export function Sync() {
  const { tablet, sending, safe, aside, total } = state.counts.value;
  const wide = (word, n) => html`<span><span class="wide-only">${t(word)} </span>${n}</span>`;
  return html`<div class="sync push" role="group" aria-label=${t("sync.label")}>
    <span class="st" data-s="none" title=${t("sync.tablet")}><${Icon} name="tablet" />${wide("sync.tablet", tablet)}</span>
    <span class="st" data-s="move" title=${t("sync.sending")}><${Icon} name="send" />${wide("sync.sending", sending)}</span>
    <span class="st" data-s="good"><${Icon} name="safe" /><span class="wide-only">${t("sync.safe")} ${t("sync.safe_of", { n: safe, total })}</span><span class="narrow-words">${t("sync.narrow", { n: safe, total })}</span></span>
    ${aside > 0 && html`<span class="st" data-s="open" title=${t("sync.aside")}><${Icon} name="lock" />${wide("sync.aside", aside)}</span>`}
    <${Spoken} />
  </div>`;
}

/** The same for those who listen: said when it has come to rest, not at every stroke. */
function Spoken() {
  const { tablet, sending, safe, aside, total } = state.counts.value;
  const now = t("sync.said", { tablet, sending, safe, total }) + (aside ? ` ${t("sync.said_aside", { n: aside })}` : "");
  const [said, say] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => say(now), 2500);
    return () => clearTimeout(timer);
  }, [now]);
  return html`<span class="hide-text" role="status" aria-live="polite">${said}</span>`;
}

/** The ways beside the questions: to find one, interviews, meetings. */
export const Ways = ({ id }) => html`${[["find", "search", "find.title"], ["interviews", "people", "talk.title"], ["meetings", "doc", "meet.title"]].map(([screen, icon, word]) => html`
  <li><${Link} to=${{ id, screen }}><${Icon} name=${icon} /><span>${t(word)}</span><span></span><//></li>`)}`;

export const Harm = () => html`<${Button} kind="harm" icon="harm" onPress=${() => { state.keepDrafts(); state.overlay.value = "harm"; }}>${t("q.harm")}<//>`;

// --- what is true of the whole screen ----------------------------------------------------------------------------------

/** At most two, the most urgent first, each with the way out inside. They stay until the thing is no longer so. */
export function Notes() {
  return html`${notes().slice(0, 2)}`;
}

function notes() {
  const found = [];
  const failed = [...state.failures.value.values()];
  const signIn = state.mustSignIn.value;
  if (failed.length) {
    const full = failed.some((one) => one.full);
    const actions = full
      ? html`<${Button} onPress=${state.freeAndKeepAgain}>${t("note.free")}<//>`
      : html`<${Button} onPress=${state.keepAgain}>${t("note.retry")}<//>`;
    found.push(html`<${Note} s="bad" icon="care" role="alert" title=${t(full ? "note.full" : "note.unsaved")} actions=${actions}>
      ${t(full ? "note.full_more" : "note.unsaved_more")}<//>`);
  }
  if (state.stale.value) {
    found.push(html`<${Note} s="open" icon="care" title=${t("note.second_tab")} actions=${html`<${Button} onPress=${() => location.reload()}>${t("note.reload")}<//>`} />`);
  }
  const other = state.other.value;
  if (other) {
    const name = state.me.value.name;
    found.push(html`<${Note} s="open" icon="people" title=${t("note.other", { other: other.name, name })}
      actions=${html`<${Button} onPress=${state.change}>${t("note.other_go", { other: other.name })}<//>`}>
      ${t("note.other_more", { n: state.ready.value.unsent, name })}<//>`);
  } else if (signIn) {
    found.push(html`<${Note} s="open" icon="key" title=${t("note.signin")}
      actions=${html`<${Button} onPress=${() => { state.again.value = true; }}>${t("note.signin_go")}<//><${Button} onPress=${state.retry}>${t("note.retry")}<//>`}>
      ${t("note.signin_more", signIn)}<//>`);
  } else if (state.work.value?.item.refused) {
    found.push(html`<${Note} s="open" icon="lock" title=${t("note.refused")} actions=${html`<${Button} onPress=${state.retry}>${t("note.retry")}<//>`}>
      ${t("note.refused_more", { sentence: state.work.value.item.refused })}<//>`);
  }
  return found;
}

/**
 * A button that opens the camera, and hands over the photo taken. What is being typed is kept on disk before: some
 * tablets start the page anew behind the camera. Where that takes longer than a touch counts, a second touch opens it.
 */
export function Camera({ words, onPhoto }) {
  const kept = useRef(false);
  const [again, ask] = useState(false);
  const open = async (event) => {
    if (kept.current) {
      kept.current = false;
      ask(false);
      return;
    }
    event.preventDefault();
    const input = event.currentTarget;
    await state.keepDrafts();
    kept.current = true;
    if (navigator.userActivation?.isActive === false) ask(true);
    else input.click();
  };
  const take = (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (file) onPhoto(file);
  };
  return html`<label class="btn line"><${Icon} name="photo" />${again ? t("q.camera_again") : words}<input type="file" class="hide-text" accept="image/*" capture="environment" onClick=${open} onChange=${take} /></label>`;
}

// --- one text that is kept while it is typed -----------------------------------------------------------------------------

const PAUSE = 400;

/**
 * A value under somebody's hand. Kept at every pause, on leaving the field, on leaving the question, on hiding the tablet.
 * While the hand is on it, what colleagues write does not move it; what is kept says from which values it was made.
 * `fit` turns what is typed into what can be kept; undefined: not yet. Answers [value, set, {onFocus, onBlur, unsaved}].
 */
export function useDraft(question, field, empty, fit = (typed) => typed) {
  const [, redraw] = useState(0);
  const view = state.field(question, field);
  const draft = useRef(null);
  if (!draft.current) {
    const unwritten = state.unwritten(question, field)?.draft; // still here when one comes back to its field
    if (unwritten) unwritten.held = false;
    draft.current = unwritten ?? { assessment: state.work.value.item.id, value: view.value ?? empty, base: view.heads, id: null, dirty: false, held: false, failed: false, saving: Promise.resolve() };
  }
  const own = draft.current;
  if (!own.dirty && !own.held && !own.failed && own.base.join() !== view.heads.join()) {
    Object.assign(own, { value: view.value ?? empty, base: view.heads, id: null });
  }
  own.keep = () => {
    clearTimeout(own.timer);
    own.saving = own.saving.then(async () => {
      const value = fit(own.value);
      if (!own.dirty || value === undefined) return;
      own.dirty = false;
      const id = await state.record({ assessment: own.assessment, question, field, value, base: own.base, rewrite: own.id, draft: own });
      if (id) Object.assign(own, { base: [id], id, failed: false });
      else Object.assign(own, { dirty: true, failed: true });
      redraw((n) => n + 1);
    });
    return own.saving;
  };
  useEffect(() => {
    const keep = () => own.keep();
    state.drafts.add(keep);
    return () => {
      state.drafts.delete(keep);
      keep();
    };
  }, []);
  const set = (value) => {
    Object.assign(own, { value, dirty: true, held: true });
    clearTimeout(own.timer);
    own.timer = setTimeout(own.keep, PAUSE);
    redraw((n) => n + 1);
  };
  const hand = {
    onFocus: () => { own.held = true; },
    onBlur: () => { own.keep().then(() => { own.held = false; redraw((n) => n + 1); }); },
    unsaved: own.failed,
  };
  return [own.value, set, hand];
}
