// One question: where am I, the question, what was found before, the answer, how much, words, photos (pictures 01 and 01b).

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Camera, Harm, Head, Icon, Link, Note, Notes, STATES, St, Sync, Title, Ways, colleagues, html, lookOf, persons, standing, useDraft, whereLine } from "../parts.js";
import { prepare } from "../photos.js";
import * as state from "../state.js";
import { day, directionOf, names, t } from "../words.js";
import { ValueInput } from "./values.js";
import { takes } from "./visit.js";

const IN_ONE_RAIL = 12;
const WHERE_LENGTH = 200; // as the server keeps it
const TEXT_LENGTH = 20_000;
const BANDS = ["1-9", "10-49", "50-249", "250+"];

const text = signal("note"); // which of the three texts is open: stays from question to question
const nav = signal({ open: false, choosing: false, cluster: null });
const opened = signal(null); // the photo looked at
const trouble = signal(null); // why the last photo was not kept
const keeping = signal(0);
const asking = signal(false);

export function Question() {
  const { questions, order, item } = state.work.value;
  const question = questions.get(state.route.value.question) ?? questions.get(order[0]);
  const [before, after] = state.beside(question);
  const to = (key) => ({ id: item.id, screen: "q", question: key });
  const ahead = after ? to(after) : { id: item.id, screen: "left" };
  const page = useRef(null);

  useEffect(() => {
    document.title = `${t("q.number_of", { n: state.numberOf(question), of: state.asked(question.point).length })}. ${question.point.title}. ${t("app")}`;
    page.current?.scrollTo(0, 0);
    nav.value = { open: false, choosing: false, cluster: null };
    opened.value = null;
    trouble.value = null;
    asking.value = false;
  }, [question.key]);

  return html`<div class="tablet">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <${Nav} question=${question} item=${item} to=${to} />
    <main class="page stack" ref=${page}>
      <${Notes} />
      ${!state.writable.value && html`<${Note} icon="lock" title=${t("note.closed", { state: t(`life.${item.state}`) })} />`}
      <${Rail} question=${question} to=${to} />
      <${Title} of=${question.key} class="t-xl asked" ...${inItsLanguage()}>${question.text}<//>
      <${Taken} cluster=${question.cluster} />
      <${Needed} question=${question} />
      <${Last} question=${question} item=${item} />
      ${state.lawOpen.value && html`<${Law} question=${question} />`}
      <${Asked} question=${question} />
      ${question.kind === "finding" ? html`<${Answers} key=${question.key} question=${question} item=${item} />` : html`<${Value} question=${question} item=${item} />`}
      <${Suggested} question=${question} />
      ${question.kind === "finding" && html`<${Extent} key=${`extent-${question.key}`} question=${question} item=${item} />`}
      <${Texts} key=${`texts-${question.key}`} question=${question} />
      <${Photos} key=${`photos-${question.key}`} question=${question} />
      <${Refusals} question=${question} />
      ${asking.value && html`<${AskList} question=${question} item=${item} ahead=${ahead} />`}
    </main>
    <footer class="thumb">
      <${Harm} />
      ${state.writable.value && html`<${PhotoButton} question=${question} />`}
      ${state.writable.value && html`<${Ask} question=${question} item=${item} ahead=${ahead} />`}
      <${Button} icon="law" aria-expanded=${state.lawOpen.value} onPress=${() => state.showLaw(!state.lawOpen.value)}>${t("q.law")}<//>
      <span class="push"></span>
      ${before && html`<${Link} class="btn line icon" to=${to(before)} aria-label=${t("q.before")}><${Icon} name="prev" flip /><//>`}
      <${Link} class="btn" to=${ahead}>
        ${after ? html`<span class="wide-only">${t("q.next")}</span><span class="narrow-words">${t("q.next_short")}</span>` : t("q.to_left")}<${Icon} name="next" flip /><//>
    </footer>
  </div>`;
}

/** The checklist is written in one language, the client may speak another. */
function inItsLanguage() {
  const { language } = state.work.value.version;
  return { lang: language, dir: directionOf(language) };
}

/** A colleague takes this section: a hint, it locks nothing. */
function Taken({ cluster }) {
  const name = takes(cluster);
  return name && name !== state.me.value.name && html`<p><${St} icon="people">${t("visit.takes", { name })}<//></p>`;
}

// --- where am I ------------------------------------------------------------------------------------------------------

function Nav({ question, item, to }) {
  const { open, choosing, cluster: chosen } = nav.value;
  const { clusters } = state.work.value;
  const cluster = clusters.find((one) => one.key === chosen) ?? question.cluster;
  const change = (more) => { nav.value = { ...nav.value, ...more }; };
  return html`<nav class="side" aria-label=${t("nav.label")}>
    <div class="row narrow-row">
      <button type="button" class="btn line apart grow" aria-expanded=${open} onClick=${() => change({ open: !open })}>
        <span>${question.cluster.title}<span aria-hidden="true"> › </span>${question.point.title}</span><${Icon} name="down" /></button>
      <${Link} class="btn line" to=${{ id: item.id, screen: "left" }}><${Icon} name="list" /><${LeftCount} word="nav.left_short" /><//>
    </div>
    <div class=${open ? "stack tight ways open" : "stack tight ways"}>
      <button type="button" class="btn line wide apart" aria-expanded=${choosing} onClick=${() => change({ choosing: !choosing })}>
        <span><span class="hide-text">${t("nav.choose")}: </span>${cluster.title}<br /><small class="quiet num thin"><${Done} of=${cluster} word="nav.answered" /></small></span><${Icon} name="down" /></button>
      ${choosing && html`<ul class="points clusters" aria-label=${t("nav.clusters")}>${clusters.map((one) => html`<li><button type="button" aria-current=${one === cluster ? "true" : null} onClick=${() => change({ cluster: one.key, choosing: false })}>
          <span>${one.title}</span><span class="num"><${Done} of=${one} word="nav.of" /></span></button></li>`)}</ul>`}
      ${!choosing && html`<ul class="points">${cluster.points.map((point) => html`<${Point} key=${point.key} point=${point} here=${point === question.point} to=${to} />`)}</ul>`}
      <div class="wall way-left"><ul class="points"><li><${Link} to=${{ id: item.id, screen: "left" }}>
        <${Icon} name="list" /><span>${t("nav.left")}</span><span class="num"><${LeftCount} /></span><//></li><${Ways} id=${item.id} /></ul></div>
    </div>
  </nav>`;
}

// Counts are components of their own: when they change, nothing else of this screen is drawn again.

function LeftCount({ word }) {
  const n = state.leftOpen.value;
  return word ? t(word, { n }) : n;
}

const Done = ({ of, word }) => t(word, state.progress(of.points.flatMap((point) => point.questions)));

function Point({ point, here, to }) {
  const done = state.progress(point.questions);
  const within = state.asked(point);
  const first = within.find((one) => !state.answered(one)) ?? within[0];
  const icon = done.n === done.of ? "tick" : done.n ? "dots" : "blank";
  return first && html`<li><${Link} to=${to(first.key)} aria-current=${here ? "true" : null}>
    <span class="st" data-s="none"><${Icon} name=${icon} /></span><span>${point.title}</span><span class="num">${t("nav.of", done)}</span><//></li>`;
}

function Rail({ question, to }) {
  const all = state.asked(question.point);
  const place = Math.max(0, all.indexOf(question));
  const size = all.length > IN_ONE_RAIL ? IN_ONE_RAIL - 2 : IN_ONE_RAIL; // room for the two ways on
  const from = Math.floor(place / size) * size;
  const edge = (at, label, icon) => all[at] && html`<${Link} class="edge" to=${to(all[at].key)} aria-label=${label}><${Icon} name=${icon} flip /><//>`;
  return html`<nav class="rail" aria-label=${t("rail.label")}>
    ${from > 0 && edge(from - 1, t("rail.before"), "prev")}
    ${all.slice(from, from + size).map((one, i) => html`<${Step} key=${one.key} question=${one} n=${from + i + 1} here=${one === question} to=${to} />`)}
    ${edge(from + size, t("rail.after"), "next")}
  </nav>`;
}

function Step({ question, n, here, to }) {
  const { icon, family, word } = standing(question);
  return html`<${Link} to=${to(question.key)} data-s=${family} aria-current=${here ? "true" : null} aria-label=${t("rail.one", { n, state: word })}>
    <${Icon} name=${icon} /><span>${n}</span><//>`;
}

// --- what the rules of the checklist say of it --------------------------------------------------------------------------

/** Whether it must be answered, and that it is not asked when other answers say so. */
function Needed({ question }) {
  if (!state.visible(question)) return html`<${Note} icon="notasked" title=${t("q.hidden")}>${t("q.hidden_more")}<//>`;
  if (question.compute || question.kind === "information") return null;
  return html`<p class="hint">${t(state.required(question) ? "q.required" : "q.optional")}</p>`;
}

/** What a rule suggests, with its reason: a quiet line, never an answer. Gone when the answer says the same. */
function Suggested({ question }) {
  const suggestion = state.judged.value?.suggested.get(question.key);
  if (!suggestion || suggestion.state === state.field(question.key, "state").value) return null;
  const { icon } = lookOf(suggestion.state);
  return html`<p class="last suggested" role="status"><span class="st"><${Icon} name=${icon} /></span>
    <span>${t("q.suggested", { state: t(`state.${suggestion.state}`).toLowerCase() })} <bdi ...${inItsLanguage()}>${suggestion.because}</bdi></span></p>`;
}

// --- what was found before, what the law asks ------------------------------------------------------------------------

function Last({ question, item }) {
  const before = item.last?.[question.key];
  if (!before) return item.last && Object.keys(item.last).length > 0 && question.kind === "finding" && html`<p class="last">${t("q.last_none")}</p>`;
  const { icon, family } = lookOf(before.state);
  return html`<div class="last" data-s=${family}><span class="st"><${Icon} name=${icon} /></span>
    <p><b>${t("q.last", { on: day(before.on), state: t(`state.${before.state ?? "none"}`).toLowerCase() })}</b> ${extentWords(before, question)}</p></div>`;
}

/** "2 of 9 exits, building B." from an extent, or nothing. */
export function extentWords(value, question) {
  const extent = typeof value?.extent === "object" ? value.extent : value;
  const { n, of } = extent ?? {};
  const noun = question.extent || t("q.workers");
  const much = n != null && of != null ? `${t("nav.of", { n, of })} ${noun}` : n != null ? `${n} ${noun}` : "";
  const parts = [much, extent?.workers && t("q.band_of", { band: extent.workers }), value?.where ?? extent?.where].filter(Boolean);
  return parts.length ? `${parts.join(", ")}.` : "";
}

function Law({ question }) {
  return html`<section class="card law" aria-label=${t("q.law_label")}><div class="row top"><div class="grow stack tight">
    <h2 class="t-l">${t("q.law_asks")}</h2>
    ${question.explain && html`<p ...${inItsLanguage()}>${question.explain}</p>`}
    ${question.law.length ? question.law.map(({ citation, status }) => html`<p class="small">${citation}${status === "unchecked" && html` · <${St} s="open" icon="unknown">${t("q.law_unchecked")}<//>`}</p>`) : html`<p class="small quiet">${t("q.law_none")}</p>`}
    ${question.guidance && html`<h2 class="t-l">${t("q.law_how")}</h2><p ...${inItsLanguage()}>${question.guidance}</p>`}
    ${question.sources?.length > 0 && html`<p class="small quiet">${t("q.sources", { sources: names(question.sources.map((source) => t(`source.${source}`))) })}</p>`}
  </div><${Button} aria-label=${t("q.law_close")} onPress=${() => state.showLaw(false)}>${t("close")}<//></div></section>`;
}

// --- the answer --------------------------------------------------------------------------------------------------------

/** Two values from one base: the answer waits for people; everything else on the question goes on. */
function Differ({ question, item, name }) {
  const { authors } = state.field(question.key, name);
  const who = persons(authors);
  const settle = () => state.go({ id: item.id, screen: "settle", question: question.key, field: name });
  return html`<${Note} s="bad" icon="conflict" title=${t("q.differ", { names: who })} actions=${html`<${Button} onPress=${settle}>${t("q.settle")}<//>`}>${t("q.differ_more")}<//>`;
}

function Answers({ question, item }) {
  const group = useRef(null);
  const { value, conflict } = state.field(question.key, "state");
  const choose = (name) => {
    if (state.writable.value && name !== state.field(question.key, "state").value) state.record({ question: question.key, field: "state", value: name });
  };
  useEffect(() => {
    const press = (event) => {
      const writing = event.target.closest?.("input, textarea, select");
      if (writing || event.ctrlKey || event.metaKey || event.altKey || state.overlay.value || !/^[1-5]$/.test(event.key)) return;
      if (!state.field(question.key, "state").conflict) choose(STATES[event.key - 1][0]);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [question.key]);
  const at = Math.max(0, STATES.findIndex(([name]) => name === value));
  // After the answer is shown: on the button that has the focus, this makes the browser work out the whole page at once.
  useEffect(() => { [...group.current?.children ?? []].forEach((button, i) => { button.tabIndex = i === at ? 0 : -1; }); });
  if (conflict) return html`<${Differ} question=${question} item=${item} name="state" />`;

  const wanted = state.unwritten(question.key, "state")?.value; // tapped, and not kept
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...group.current.children];
    const turned = event.key.length > 9 && getComputedStyle(group.current).direction === "rtl" ? -step : step;
    buttons[(buttons.indexOf(document.activeElement) + turned + buttons.length) % buttons.length].focus();
  };
  return html`<div class="answers" role="radiogroup" aria-label=${t("q.answer")} ref=${group} onKeyDown=${move}>
    ${STATES.map(([name, icon, family], i) => html`<button type="button" role="radio" key=${name} class=${name === wanted ? "wanted" : null} data-s=${family} aria-checked=${name === value}
      aria-keyshortcuts=${i + 1} disabled=${!state.writable.value} onClick=${() => choose(name)}>
      <${Icon} name=${icon} />${t(`state.${name}`)}</button>`)}
  </div>`;
}

function Value({ question, item }) {
  if (state.field(question.key, "value").conflict) return html`<${Differ} question=${question} item=${item} name="value" />`;
  const refusal = state.refusal(question);
  return html`<div class="stack tight"><${ValueInput} key=${`value-${question.key}`} question=${question} />
    ${refusal && html`<p class="st small" data-s="bad" role="alert"><${Icon} name="care" /><span ...${inItsLanguage()}>${refusal}</span></p>`}</div>`;
}

const whole = (typed) => (/^\d{1,7}$/.test(typed) ? Number(typed) : null);

function Extent({ question, item }) {
  const { value: answer } = state.field(question.key, "state");
  const known = state.field(question.key, "extent");
  const fits = ({ n, of }) => n == null || of == null || n <= of;
  // A number that cannot be stays on the screen with the reason; the rest is kept meanwhile.
  const fit = (typed) => (fits(typed) ? typed : { ...typed, n: null });
  const [extent, set, hand] = useDraft(question.key, "extent", { n: null, of: null, workers: null, where: "" }, fit);
  if (known.conflict) return html`<${Differ} question=${question} item=${item} name="extent" />`;
  if (answer !== "non_compliant" && !known.heads.length) return null;
  const noun = question.extent || t("q.workers");
  const wrong = !fits(extent);
  const { unsaved, ...focus } = hand;
  const shared = { ...focus, disabled: !state.writable.value };
  const count = (name, more) => html`<input class=${unsaved ? "input num count unsaved" : "input num count"} inputmode="numeric" maxlength="7" value=${extent[name] ?? ""}
    aria-invalid=${wrong && name === "n" ? "true" : null} onInput=${(event) => set({ ...extent, [name]: whole(event.target.value) })} ...${shared} ...${more} />`;
  return html`<div class="stack tight"><div class="row extent">
    <div class="row snug"><label class="label" for="much">${t("q.extent")}</label>${count("n", { id: "much", "aria-describedby": wrong ? "too-many" : null })}
      <span>${t("q.of")}</span>${count("of", { "aria-label": t("q.extent_of", { noun }) })}<span>${noun}</span></div>
    ${question.extent && question.extent !== "workers" && html`<div class="row snug"><label class="label" for="band">${t("q.band")}</label>
      <select class="input band" id="band" value=${extent.workers ?? ""} onChange=${(event) => set({ ...extent, workers: event.target.value || null })} ...${shared}>
        <option value="">${t("q.band_none")}</option>${BANDS.map((band) => html`<option value=${band}>${band}</option>`)}</select></div>`}
    <div class="row snug grow place"><label class="label" for="place">${t("q.where")}</label><input class=${unsaved ? "input unsaved" : "input"} id="place" dir="auto" maxlength=${WHERE_LENGTH}
      value=${extent.where ?? ""} onInput=${(event) => set({ ...extent, where: event.target.value })} ...${shared} /></div>
  </div>
  ${wrong && html`<p class="st small" data-s="bad" id="too-many" role="alert"><${Icon} name="care" /><span>${t("q.too_many", { of: extent.of })}</span></p>`}</div>`;
}

// --- three texts for three readers ---------------------------------------------------------------------------------------

const TEXTS = ["note", "comment", "report_text"];

function Texts({ question }) {
  const open = text.value;
  const tabs = useRef(null);
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const turned = getComputedStyle(tabs.current).direction === "rtl" ? -step : step;
    const next = (TEXTS.indexOf(open) + turned + TEXTS.length) % TEXTS.length;
    text.value = TEXTS[next];
    tabs.current.children[next].focus();
  };
  return html`<div class="texts"><div class="tabs" role="tablist" aria-label=${t("q.texts")} ref=${tabs} onKeyDown=${move}>
    ${TEXTS.map((name) => {
      const written = Boolean(state.field(question.key, name).value);
      return html`<button type="button" role="tab" id=${`tab-${name}`} aria-controls="text-panel" aria-selected=${name === open} tabindex=${name === open ? 0 : -1} onClick=${() => { text.value = name; }}>
        <b>${t(`q.${name}`)}${written && name !== open && html` <${Icon} name="text" /><span class="hide-text">${t("q.written")}</span>`}</b><small>${t(`q.${name}_who`)}</small></button>`;
    })}</div>
    <div role="tabpanel" id="text-panel" aria-labelledby=${`tab-${open}`}><${TextBox} key=${open} question=${question} name=${open} /></div></div>`;
}

function TextBox({ question, name }) {
  const [value, set, { unsaved, ...focus }] = useDraft(question.key, name, "");
  return html`<textarea class=${unsaved ? "input unsaved" : "input"} id="text" rows="3" dir="auto" maxlength=${TEXT_LENGTH} aria-label=${t(`q.${name}`)} value=${value}
    disabled=${!state.writable.value} onInput=${(event) => set(event.target.value)} ...${focus}></textarea>`;
}

// --- photos ----------------------------------------------------------------------------------------------------------

export function usePicture(bytes, type) {
  const [url, setUrl] = useState(null);
  useEffect(() => {
    if (!bytes?.byteLength) return undefined;
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  return url;
}

export function placeOf(photo) {
  if (state.status.value.flying.has(photo.id)) return { icon: "send", family: "move", word: t("sync.sending") };
  if (photo.row.state === "removed") return { icon: "lock", family: "none", word: t("q.photo_removed") };
  if (photo.row.state === "safe") return { icon: "safe", family: "good", word: t("sync.safe") };
  return { icon: "tablet", family: "none", word: t("sync.tablet") };
}

function Photo({ photo, n }) {
  const url = usePicture(photo.row?.thumb, "image/jpeg");
  if (!photo.row) {
    const name = photo.authors[0]?.name ?? "";
    return html`<figure class="photo theirs" aria-label=${t("q.photo_theirs", { name })}><${Icon} name="photo" /><figcaption class="hint">${name}</figcaption></figure>`;
  }
  const { icon, family, word } = placeOf(photo);
  const look = () => { opened.value = opened.value === photo.id ? null : photo.id; };
  return html`<button type="button" class="photo" aria-label=${t("q.photo_open", { n, where: word })} aria-expanded=${opened.value === photo.id} onClick=${look}>
    ${url && html`<img src=${url} alt="" />`}<span class="st" data-s=${family} title=${word}><${Icon} name=${icon} /></span></button>`;
}

function Photos({ question }) {
  const list = state.photosOf(question.key);
  const answer = state.field(question.key, "state").value;
  const open = list.find((photo) => photo.id === opened.value && photo.row);
  const takeBack = () => state.record({ question: question.key, field: "state", value: null });
  return html`<div class="stack tight">
    <div class="photos" role="group" aria-label=${t("q.photos", { n: list.length })}>
      ${list.map((photo, i) => html`<${Photo} key=${photo.id} photo=${photo} n=${i + 1} />`)}
      ${keeping.value > 0 && html`<span class="photo theirs" role="status"><${Icon} name="dots" /><span class="hint">${t("q.photo_keeping")}</span></span>`}
      <div class="grow row wrap snug"><span><b>${list.length ? t("q.photos", { n: list.length }) : t("q.no_photos")}</b><br />
        <span class="hint">${list.length ? t("q.photo_hint") : t(answer === "non_compliant" ? "q.photo_needed" : "q.photo_none")}</span></span>
        ${answer && state.writable.value && html`<${Button} kind="bare push" onPress=${takeBack}>${t("q.take_back")}<//>`}</div>
    </div>
    ${trouble.value && html`<${Note} s="bad" icon="care" role="alert" title=${t(trouble.value)} />`}
    ${open && html`<${Looking} key=${open.id} photo=${open} question=${question} />`}
  </div>`;
}

function Looking({ photo, question }) {
  const [bytes, setBytes] = useState(null);
  useEffect(() => { state.photoBytes(photo.id).then(setBytes); }, []);
  const url = usePicture(bytes, photo.row.type);
  const remove = () => {
    opened.value = null;
    state.record({ question: question.key, field: `photo:${photo.id}`, value: false });
  };
  return html`<section class="card stack"><div class="btns">
      ${state.writable.value && html`<${Button} icon="close" onPress=${remove}>${t("q.photo_remove")}<//>`}
      <${Button} onPress=${() => { opened.value = null; }}>${t("close")}<//></div>
    ${url ? html`<img class="picture" src=${url} alt="" />` : photo.row.state === "removed" ? html`<p class="quiet">${t("q.photo_removed")}</p>` : photo.row.freed && html`<p class="quiet">${t("q.photo_freed")}</p>`}</section>`;
}

function PhotoButton({ question }) {
  const take = async (file) => {
    trouble.value = null;
    keeping.value += 1;
    try {
      const photo = await prepare(file, state.photoLimit());
      if (photo) await state.keepPhoto(question.key, photo);
    } catch (error) {
      trouble.value = { unreadable: "q.photo_unreadable", "photo-differs": "q.photo_broken" }[error.message] ?? "q.photo_failed";
    } finally {
      keeping.value -= 1;
    }
  };
  return html`<${Camera} words=${t("q.photo")} onPhoto=${take} />`;
}

// --- colleagues ------------------------------------------------------------------------------------------------------

function Ask({ question, item, ahead }) {
  const others = colleagues(item);
  const asked = others.find((one) => one.id === state.field(question.key, "ask").value?.colleague);
  if (!others.length) return null;
  if (asked) {
    const stop = () => state.record({ question: question.key, field: "ask", value: null });
    return html`<${Button} icon="ask" aria-pressed="true" kind="line pressed" onPress=${stop}>${t("q.asked", { name: asked.name })}<//>`;
  }
  if (others.length > 1) return html`<${Button} icon="ask" aria-expanded=${asking.value} onPress=${() => { asking.value = !asking.value; }}>${t("q.ask_one")}<//>`;
  return html`<${Button} icon="ask" onPress=${() => ask(question, others[0], ahead)}>${t("q.ask", { name: others[0].name })}<//>`;
}

/** Asking marks the question and moves on. */
async function ask(question, colleague, ahead) {
  if (await state.record({ question: question.key, field: "ask", value: { colleague: colleague.id } })) state.go(ahead);
}

const AskList = ({ question, item, ahead }) => html`<div class="card btns" role="group" aria-label=${t("q.ask_one")}>
  ${colleagues(item).map((one) => html`<${Button} onPress=${() => ask(question, one, ahead)}>${t("q.ask", { name: one.name })}<//>`)}</div>`;

function Asked({ question }) {
  const { value, authors } = state.field(question.key, "ask");
  if (value?.colleague !== state.me.value.id) return null;
  const done = () => state.record({ question: question.key, field: "ask", value: null });
  return html`<${Note} s="move" icon="ask" title=${t("q.asked_you", { name: authors[0]?.name ?? "" })} actions=${html`<${Button} onPress=${done}>${t("q.ask_back")}<//>`} />`;
}

/** What the server would not put into the answer: kept, told where it belongs. */
function Refusals({ question }) {
  const fields = Object.values(state.viewOf(question.key)?.fields ?? {});
  const aside = fields.flatMap((one) => one.aside);
  const photos = state.photosOf(question.key).map((photo) => photo.row?.held?.sentence).filter(Boolean);
  const held = [...fields.flatMap((one) => one.held ?? []).map((one) => one.sentence), ...photos];
  const removed = fields.some((one) => one.removed?.length);
  const said = (sentence) => (sentence === "stored-differs" ? t("q.photo_differs") : t("note.held", { sentence }));
  return html`
    ${removed && html`<${Note} s="none" icon="lock" title=${t("note.removed")} />`}
    ${aside.length > 0 && html`<${Note} s="open" icon="lock" title=${t("note.aside", { n: aside.length, sentence: aside[0].reason })}>${t("note.aside_more")}<//>`}
    ${held.length > 0 && html`<${Note} s="open" icon="care" title=${said(held[0])} />`}`;
}
