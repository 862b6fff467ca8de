// What is left, what must be settled before leaving, and the way to review (picture 02, first form: by point).

import { useEffect, useState } from "preact/hooks";
import { Button, Harm, Head, Icon, Link, Note, Notes, St, Sync, Title, Ways, html, persons, whereLine } from "../parts.js";
import * as state from "../state.js";
import { waiting } from "../tray.js";
import { directionOf, t } from "../words.js";

const called = (question) => `${question.point.title} ${state.numberOf(question)}`;

export function Left() {
  const { item, order } = state.work.value;
  const left = state.left.value;
  const n = left.open.length;
  const to = (question) => ({ id: item.id, screen: "q", question: question.key });
  const first = left.open[0]?.question;
  const last = order.map((key) => state.work.value.questions.get(key)).findLast(state.visible);
  useEffect(() => { document.title = `${t("nav.left")}. ${t("app")}`; }, []);
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} /></div><div class="cols three thirds">
      <section aria-labelledby="left"><div class="wall"><${Title} of="left" id="left" class="t-2x">${n ? t("left.title", { n }) : t("left.none")}<//>
        <p class="hint">${t("left.answered", { n: left.done, of: left.total })} ${advice(left)}</p></div>
        <ul class="list ruled"><${First} left=${left} item=${item} to=${to} /></ul></section>
      <section aria-labelledby="points"><div class="wall"><h2 id="points" class="t-xl">${t("left.by_point")}</h2></div><${Points} left=${left} to=${to} /><div class="wall way-left"><ul class="points"><${Ways} id=${item.id} /></ul></div></section>
      <section aria-labelledby="send"><div class="wall"><h2 id="send" class="t-xl">${t("left.send_title")}</h2></div><${Send} item=${item} left=${left} />
        <p><${Link} class="btn line wide" to=${{ id: item.id, screen: "visit" }}>${t("visit.title")}<${Icon} name="next" flip /><//></p>
        <p><${Link} class="btn line wide" to=${{ id: item.id, screen: "handover" }}>${t("hand.title")}<${Icon} name="next" flip /><//></p></section>
    </div></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn line" to=${{ id: item.id, screen: "tray" }}><${Icon} name="photo" />${t("tray.title")}<//>
      <${Link} class=${first ? "btn line push" : "btn push"} to=${to(last)}>${t("left.back")}<//>
      ${first && html`<${Link} class="btn" to=${to(first)}>${t("left.first")}<${Icon} name="next" flip /><//>`}</footer>
  </div>`;
}

function advice({ conflicts, forms, photos, asked, refused, checks, open }) {
  const n = [conflicts, forms, photos, asked, refused, checks].filter((list) => list.length).length;
  if (n) return t("left.settle_first", { n });
  return open.length ? "" : t("left.hold");
}

/** What must be settled first, each kind on one line that leads to its first question. */
function First({ left, item, to }) {
  const line = (family, icon, title, more, n, where) => html`<li><${Link} class="rowlink" to=${where}>
    <span class="st" data-s=${family}><${Icon} name=${icon} /></span><span class="grow"><b>${title}</b><br /><span class="hint">${more}</span></span>
    <span class="num count-of">${n}</span><${Icon} name="open" flip /><//></li>`;
  const some = (list) => list.slice(0, 3).map(({ question }) => called(question)).join(", ") + (list.length > 3 ? " …" : "");
  const { conflicts, forms, photos, asked, held, refused, checks } = left;
  const who = conflicts.length ? persons(state.field(conflicts[0].question.key, conflicts[0].field).authors) : "";
  if (!waiting.value.length && ![conflicts, forms, photos, asked, held, refused, checks].some((list) => list.length)) return html`<li><${St} icon="tick">${t("left.nothing_first")}<//></li>`;
  return html`
    ${conflicts.length > 0 && line("bad", "conflict", t("q.differ", { names: who }), some(conflicts), conflicts.length,
      { id: item.id, screen: "settle", question: conflicts[0].question.key, field: conflicts[0].field })}
    ${forms.length > 0 && line("bad", "conflict", t("settle.top"), t("meet.title"), forms.length, { id: item.id, screen: "meetings" })}
    ${refused.length > 0 && line("bad", "care", t("left.refused_values"), some(refused), refused.length, to(refused[0].question))}
    ${checks.map((check) => html`<${Misfit} check=${check} to=${to} />`)}
    ${photos.length > 0 && line("open", "photo", t("left.photo"), some(photos), photos.length, to(photos[0].question))}
    ${asked.length > 0 && line("move", "ask", t("left.asked", { name: asked[0].by?.name ?? "" }), some(asked), asked.length, to(asked[0].question))}
    ${waiting.value.length > 0 && line("open", "photo", t("tray.title"), t("tray.hint"), waiting.value.length, { id: item.id, screen: "tray" })}
    ${held.length > 0 && line("open", "lock", t("left.held"), some(held), held.length, to(held[0].question))}`;
}

/** Answers that do not fit together: what the check says, and the way to each of them. */
function Misfit({ check, to }) {
  const { version, questions } = state.work.value;
  const named = (check.questions ?? []).map((key) => questions.get(key)).filter((one) => one && state.visible(one));
  return html`<li class="misfit"><${St} s="open" icon="care"><b lang=${version.language} dir=${directionOf(version.language)}>${check.says}</b><//>
    <ul class="points">${named.map((one) => html`<li><${Link} to=${to(one)}><span>${called(one)}</span><${Icon} name="open" flip /><//></li>`)}</ul></li>`;
}

function Points({ left, to }) {
  const points = new Map();
  for (const { question } of left.open) {
    const known = points.get(question.point) ?? { question, n: 0 };
    points.set(question.point, { ...known, n: known.n + 1 });
  }
  if (!points.size) return html`<p class="st" data-s="none"><${Icon} name="tick" /><span>${t("left.all_answered")}</span></p>`;
  const clusters = state.work.value.clusters.map((cluster) => [cluster, cluster.points.filter((point) => points.has(point))]).filter(([, found]) => found.length);
  return html`${clusters.map(([cluster, found]) => html`<h3 class="t-m by-cluster">${cluster.title}</h3><ul class="points">${found.map((point) => html`
    <li><${Link} to=${to(points.get(point).question)}><span>${point.title}</span><span class="num">${points.get(point).n}</span><//></li>`)}</ul>`)}`;
}

function Send({ item, left }) {
  const [said, say] = useState(null);
  const [rest, setRest] = useState(false);
  const { tablet, sending } = state.counts.value;
  const unsent = tablet + sending;
  const lead = item.colleagues.find((one) => one.lead);
  const send = async () => {
    if (waiting.value.length) return say(t("tray.waiting", { n: waiting.value.length }));
    say("sending");
    const done = await state.submit(rest);
    say(done.sent ? null : done.sentence ? t("left.refused", { sentence: done.sentence }) : done.offline ? t("left.needs_network") : done.unsent ? t("left.unsent", { n: unsent || 1 }) : null);
  };
  if (!state.writable.value) return html`<${Note} icon="lock" title=${t("note.closed", { state: t(`life.${item.state}`) })} />`;
  const check = (done, icon, good, bad) => html`<li><${St} s=${done ? "good" : "none"} icon=${done ? "tick" : icon}>${done ? good : bad}<//></li>`;
  return html`<ul class="list">
      ${check(!left.open.length, "dots", t("left.all_answered"), t("left.not_answered", { n: left.open.length }))}
      ${check(!left.conflicts.length && !left.forms.length, "conflict", t("left.no_conflict"), t("left.conflicts", { n: left.conflicts.length + left.forms.length }))}
      ${check(!waiting.value.length, "photo", t("tray.empty"), t("tray.waiting", { n: waiting.value.length }))}
      ${check(!unsent, "tablet", t("left.all_safe"), t("left.unsent", { n: unsent }))}
    </ul>
    ${item.me_lead && left.open.length > 0 && html`<label class="check"><input type="checkbox" checked=${rest} onChange=${(event) => setRest(event.target.checked)} />
      <span>${t("left.rest", { n: left.open.length })}</span></label>`}
    ${item.me_lead
      ? html`<${Button} kind="line wide" disabled=${said === "sending"} onPress=${send}>${t("left.send")}<//><p class="hint after">${t("left.must")}</p>`
      : html`<p class="hint">${lead ? t("left.not_lead", { name: lead.name }) : t("left.lead_unknown")}</p>`}
    <div role="status" aria-live="polite">${said === "sending" ? html`<p class="hint">${t("left.sending")}</p>` : said && html`<${Note} s="open" icon="care" title=${said} />`}</div>`;
}
