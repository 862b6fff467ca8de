// The capture tray (picture 02, middle): take it now, place it later.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { Button, Camera, Harm, Head, Icon, Link, Note, Notes, Sync, Title, html, whereLine } from "../parts.js";
import { prepare } from "../photos.js";
import { TRAY } from "../heads.js";
import * as state from "../state.js";
import * as tray from "../tray.js";
import { clock, directionOf, t } from "../words.js";
import { placeOf, usePicture } from "./question.js";

const LINE = 200;
const tag = signal({ building: "", floor: "", section: "" }); // stays from one to the next: one walks through one hall
const line = signal("");
const said = signal(null);

export function Tray() {
  const { item } = state.work.value;
  const waiting = tray.waiting.value.length;
  const rows = [...state.tray.value].sort((a, b) => (a.id < b.id ? 1 : -1));
  useEffect(() => { document.title = `${t("tray.title")}. ${t("app")}`; said.value = null; }, []);
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} /></div><div class="cols main-side">
      <section aria-labelledby="tray" class="stack"><div class="wall"><${Title} of="tray" id="tray" class="t-2x">${t("tray.title")}<//>
        <p class="hint">${waiting ? t("tray.waiting", { n: waiting }) : t("tray.empty")} ${t("tray.hint")}</p></div>
        ${rows.map((row) => html`<${Row} key=${row.id} row=${row} />`)}</section>
      ${state.writable.value && html`<section aria-labelledby="take" class="stack"><div class="wall"><h2 id="take" class="t-xl">${t("tray.where")}</h2></div><${Where} /></section>`}
    </div></main>
    <footer class="thumb"><${Harm} />
      ${state.writable.value && html`<${Take} /><${Button} icon="text" aria-disabled=${!line.value.trim()} onPress=${keepLine}>${t("tray.note")}<//>`}
      <span class="push"></span><${Link} class="btn" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<${Icon} name="next" flip /><//></footer>
  </div>`;
}

async function keepLine() {
  if (!line.value.trim()) return document.getElementById("line").focus();
  if (await tray.keepNote(line.value.trim(), tag.value)) line.value = "";
  return null;
}

function Where() {
  const box = (name) => html`<div><label class="label" for=${name}>${t(`tray.${name}`)}</label><input class="input wide" id=${name} dir="auto" maxlength="60" value=${tag.value[name]}
    onInput=${(event) => { tag.value = { ...tag.value, [name]: event.target.value }; }} /></div>`;
  return html`${["building", "floor", "section"].map(box)}
    <div><label class="label" for="line">${t("tray.line")}</label><input class="input wide" id="line" dir="auto" maxlength=${LINE} value=${line.value}
      onInput=${(event) => { line.value = event.target.value; }} onKeyDown=${(event) => event.key === "Enter" && keepLine()} /></div>
    <p class="hint">${t("tray.line_hint")} ${t("q.photo_none")}</p>
    ${said.value && html`<${Note} s="bad" icon="care" role="alert" title=${t(said.value)} />`}`;
}

/** The photo takes the line that is written, if there is one. */
function Take() {
  const take = async (file) => {
    said.value = null;
    try {
      const photo = await prepare(file, state.photoLimit());
      if (!photo) return;
      await tray.keepPhoto(photo, line.value.trim(), tag.value);
      line.value = "";
    } catch (error) {
      said.value = { unreadable: "q.photo_unreadable", "photo-differs": "q.photo_broken" }[error.message] ?? "q.photo_failed";
    }
  };
  return html`<${Camera} words=${t("tray.photo")} onPhoto=${take} />`;
}

function Row({ row }) {
  const [open, setOpen] = useState(null); // "place" | "explain"
  const photo = state.photos.value.get(row.id);
  const url = usePicture(photo?.thumb, "image/jpeg");
  const places = tray.placesOf(row);
  const unsent = state.field(TRAY, `item:${row.id}`).waiting.length > 0;
  const at = photo ? placeOf({ id: row.id, row: photo }) : { word: t(unsent ? "sync.tablet" : "sync.safe") };
  const toggle = (name) => () => setOpen(open === name ? null : name);
  const called = row.text || tray.where(row) || t("q.photo");
  return html`<article class="card press stack tight" aria-label=${called}><div class="row top">
      ${row.kind === "photo" ? html`<span class="photo">${url ? html`<img src=${url} alt="" />` : html`<${Icon} name="photo" />`}${photo && html`<span class="st" data-s=${at.family} title=${at.word}><${Icon} name=${at.icon} /></span>`}</span>` : html`<span class="st"><${Icon} name="text" /></span>`}
      <div class="grow"><h2 class="t-l" dir="auto">${called}</h2><p class="hint">${[clock(row.at), row.text && tray.where(row), !places.length && at.word].filter(Boolean).join(" · ")}</p>
        ${places.map((key) => html`<p class="st small" data-s="good"><${Icon} name="tick" /><span>${named(key)}</span></p>`)}
        ${row.reason && html`<p class="st small"><${Icon} name="tick" /><span dir="auto">${t("tray.reason")}: ${row.reason}</span></p>`}</div></div>
    ${state.writable.value && html`<div class="btns">
      <${Button} aria-expanded=${open === "place"} onPress=${toggle("place")}>${t(places.length ? "tray.also" : "tray.place")}<//>
      ${!places.length && html`<${Button} kind="bare" aria-expanded=${open === "explain"} onPress=${toggle("explain")}>${t("tray.explain")}<//>`}</div>`}
    ${open === "place" && html`<${Place} row=${row} done=${() => setOpen(null)} />`}
    ${open === "explain" && html`<${Explain} row=${row} done=${() => setOpen(null)} />`}
  </article>`;
}

function named(key) {
  const question = state.work.value.questions.get(key);
  return question ? `${question.point.title} ${state.numberOf(question)}` : key;
}

function Place({ row, done }) {
  const [typed, type] = useState("");
  const { language } = state.work.value.version;
  const there = new Set(tray.placesOf(row));
  const choose = async (question) => { if (await tray.place(row, question.key)) done(); };
  return html`<div class="stack tight"><label class="label" for=${`find-${row.id}`}>${t("tray.find")}</label>
    <input class="input wide" type="search" id=${`find-${row.id}`} dir="auto" value=${typed} onInput=${(event) => type(event.target.value)} />
    <ul class="points">${tray.candidates(row, typed).filter(({ key }) => !there.has(key)).map((question) => html`<li><button type="button" onClick=${() => choose(question)}>
      <span lang=${language} dir=${directionOf(language)}><b>${question.point.title}</b><br />${question.text}</span><${Icon} name="open" flip /></button></li>`)}</ul></div>`;
}

function Explain({ row, done }) {
  const [typed, type] = useState(row.reason);
  const keep = async () => { if (await tray.explain(row, typed)) done(); };
  return html`<div class="stack tight"><label class="label" for=${`why-${row.id}`}>${t("tray.why")}</label>
    <input class="input wide" id=${`why-${row.id}`} dir="auto" maxlength=${LINE} value=${typed} onInput=${(event) => type(event.target.value)} />
    <div class="btns"><${Button} disabled=${!typed.trim()} onPress=${keep}>${t("tray.keep")}<//></div></div>`;
}
