// A way through the checklist: all of it or what is left, by words, by where to look. One list, clusters and points as its
// headings; each line leads to its question.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { find } from "../find.js";
import { Harm, Head, Icon, Link, Notes, Sync, Title, html, standing, whereLine } from "../parts.js";
import * as state from "../state.js";
import { directionOf, t } from "../words.js";

const SOURCES = ["documents", "observation", "worker-interviews", "management-interviews", "union-interviews"];
const MOST = 100; // lines at once: a finger does not scroll through more
const wanted = signal({ words: "", source: null, left: true });

export function Find() {
  const { item, questions, order, version, clusters } = state.work.value;
  const { words, source, left } = wanted.value;
  const change = (more) => { wanted.value = { ...wanted.value, ...more }; };
  useEffect(() => { document.title = `${t("find.title")}. ${t("app")}`; }, []);
  const open = new Set(state.left.value.open.map(({ question }) => question.key));
  const asked = find(order.map((key) => questions.get(key)).filter(state.visible), words).filter((one) => !left || open.has(one.key));
  const found = asked.filter((one) => !source || one.sources?.includes(source));
  const shown = new Set(found.slice(0, MOST));
  const n = (one) => asked.filter(({ sources }) => sources?.includes(one)).length;
  const its = { lang: version.language, dir: directionOf(version.language) };
  const pill = (on, press, label, n) => html`<button type="button" class="btn line" aria-pressed=${on} onClick=${press}>${label} <span class="num quiet">${n}</span></button>`;
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page stack"><${Notes} /><div class="wall"><${Title} of="find" class="t-2x">${t("find.title")}<//></div>
      <div class="field"><label for="words">${t("find.words")}</label><input class="input" type="search" id="words" dir="auto" value=${words} onInput=${(event) => change({ words: event.target.value })} /></div>
      <div class="btns" role="group" aria-label=${t("find.which")}>${pill(left, () => change({ left: true }), t("nav.left"), open.size)}${pill(!left, () => change({ left: false }), t("find.all"), order.length)}</div>
      <div class="btns" role="group" aria-label=${t("find.where")}>${SOURCES.filter((one) => one === source || n(one)).map((one) => pill(one === source, () => change({ source: one === source ? null : one }), t(`source.${one}`), n(one)))}</div>
      <p class="hint" role="status">${t("find.found", { n: found.length })} ${found.length > MOST ? t("find.more", { n: MOST }) : ""}</p>
      ${clusters.map((cluster) => cluster.points.some((point) => point.questions.some(({ key }) => shown.has(questions.get(key)))) && html`<section><h2 class="t-l" ...${its}>${cluster.title}</h2>
        ${cluster.points.map((point) => {
          const here = point.questions.map(({ key }) => questions.get(key)).filter((one) => shown.has(one));
          return here.length > 0 && html`<h3 class="t-m by-cluster" ...${its}>${point.title}</h3><ul class="points">${here.map((one) => {
            const { icon, family, word } = standing(one);
            return html`<li><${Link} to=${{ id: item.id, screen: "q", question: one.key }}><span class="st" data-s=${family}><${Icon} name=${icon} /></span><span class="grow" ...${its}>${one.text}</span><span>${word}</span><//></li>`;
          })}</ul>`;
        })}</section>`)}
    </main>
    <footer class="thumb"><${Harm} /><${Link} class="btn line push" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<//></footer></div>`;
}
