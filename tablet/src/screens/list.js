// The first screen: my assessments, which of them are on this tablet, and whether the tablet is ready for a day offline.

import { useEffect, useState } from "preact/hooks";
import { Unreachable } from "../api.js";
import { Button, Harm, Head, Link, Note, Notes, St, Title, colleagues, html } from "../parts.js";
import { refusesOffline } from "../readiness.js";
import * as state from "../state.js";
import { day, names, t } from "../words.js";
import { Ready } from "./ready.js";

const ORDER = ["in_progress", "planned", "drafting", "in_review", "comment_window", "issued", "not_held", "cancelled"];

export function List() {
  const position = state.position.value;
  useEffect(() => {
    document.title = t("app");
    state.measure();
  }, []);
  const rows = [...state.assessments.value].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.planned_from ?? "").localeCompare(b.planned_from ?? ""));
  const current = rows.find((row) => row.boarded && row.id === position?.id) ?? rows.find((row) => row.boarded);
  return html`<div class="tablet plain">
    <${Head} title=${t("app")} line=${state.me.value.name}><${Overall} /><//>
    <main class="page"><div class="stack"><${Notes} /><${Newer} /></div><div class="cols main-side">
      <section aria-labelledby="mine" class="stack"><div class="wall"><${Title} of="list" id="mine" class="t-2x">${t("list.title")}<//></div>
        ${rows.map((row) => html`<${Row} key=${row.id} row=${row} go=${row === current ? position?.id === row.id ? position : {} : null} />`)}
        ${!rows.length && html`<${Note} icon="tick" title=${t("list.empty")}>${t("list.empty_more")}<//>`}</section>
      <section aria-labelledby="ready"><div class="wall"><h2 id="ready" class="t-xl">${t("ready.title")}</h2></div><${Ready} /></section>
    </div></main>
    <footer class="thumb"><${Harm} /></footer>
  </div>`;
}

/** Of all assessments on this tablet: how much is not on the server yet. */
function Overall() {
  const { unsent } = state.ready.value;
  const { flying } = state.status.value;
  return html`<div class="sync push" role="status">
    <${St} icon="tablet">${t("sync.tablet")} ${Math.max(0, unsent - flying.size)}<//>
    ${flying.size > 0 && html`<${St} s="move" icon="send">${t("sync.sending")} ${flying.size}<//>`}
    ${!unsent && html`<${St} s="good" icon="safe">${t("sync.all")}<//>`}</div>`;
}

function Row({ row, go }) {
  const [said, say] = useState(null); // {taking} | {problem}
  const cycle = row.cycle?.number ?? row.cycle;
  const others = colleagues(row).map((one) => one.name);
  const when = row.planned_from && (row.planned_until && row.planned_until !== row.planned_from
    ? t("list.on", { from: day(row.planned_from), until: day(row.planned_until) }) : day(row.planned_from));
  const line = [row.number, cycle && t("list.cycle", { n: cycle }), when, others.length > 0 && t("list.with", { names: names(others) }), row.me_lead && t("list.lead")].filter(Boolean).join(" · ");
  const take = async () => {
    say({ taking: true });
    try {
      const stop = await refusesOffline();
      if (stop) return say({ problem: t(stop) });
      await state.takeOffline(row.id);
      return say(null);
    } catch (error) {
      const full = error?.name === "QuotaExceededError";
      return say({ problem: full ? t("list.no_room") : error instanceof Unreachable || !error.sentence ? t("list.failed") : t("list.refused", { sentence: error.sentence }) });
    }
  };
  const place = { id: row.id, screen: "q", ...(go?.question ? { question: go.question } : {}) };
  return html`<article class=${row.boarded ? "card press stack tight" : "card stack tight"}>
    <div class="row top"><div class="grow"><h2 class="t-xl">${row.factory.name}</h2><p class="hint">${line}</p></div>
      <${St} s=${row.state === "in_progress" ? "move" : "none"} icon=${{ in_progress: "track", planned: "start", drafting: "pen", in_review: "lock", comment_window: "lock", issued: "doc", not_held: "lock", cancelled: "close" }[row.state] ?? "blank"}>${t(`life.${row.state}`)}<//></div>
    <div class="row wrap">
      <p class="quiet grow">${row.questions && `${t("list.questions", { n: row.questions })} · `}${row.boarded ? t("list.boarded", { on: day(row.boarded) }) : t("list.not_boarded")}${row.pending > 0 && html` · <b>${t("sync.tablet")} ${row.pending}</b>`}</p>
      ${row.boarded
        ? html`<${Link} class=${go ? "btn" : "btn line"} to=${place}>${go?.question ? t("list.go_on") : t("list.open")}<span class="hide-text"> ${row.factory.name}</span><//>`
        : html`<${Button} icon="download" disabled=${said?.taking} onPress=${take}>${t("list.take")}<span class="hide-text"> ${row.factory.name}</span><//>`}</div>
    <div role="status" aria-live="polite">${said?.taking && html`<p class="hint">${t("list.taking")}</p>`}
      ${said?.problem && html`<${Note} s="open" icon="care" title=${said.problem} />`}
      ${row.returned > 0 && html`<p class="hint">${t("list.returned", { n: row.returned })}</p>`}
      ${row.refused && html`<${Note} s="open" icon="lock" title=${t("note.refused")}>${t("note.refused_more", { sentence: row.refused })}<//>`}</div>
  </article>`;
}

/** A newer client waits until somebody asks for it, and until nothing is unsent. */
function Newer() {
  if (!state.newer.value) return null;
  const waits = state.ready.value.unsent > 0;
  return html`<${Note} icon="download" title=${t("note.update")} actions=${html`<${Button} disabled=${waits} onPress=${() => state.newer.value()}>${t("note.update_go")}<//>`}>
    ${t(waits ? "note.update_wait" : "note.update_idle")}<//>`;
}

/** Nobody is known on this tablet yet. */
export function Stranger() {
  useEffect(() => { document.title = t("app"); }, []);
  return html`<div class="tablet plain"><header class="head tight"><span class="mark"><svg class="i" aria-hidden="true"><use href=${`${state.urls.icons}#mark`} /></svg></span><div class="where"><b>${t("app")}</b></div></header>
    <main class="page"><div class="narrow-page stack"><div class="wall"><${Title} of="stranger" class="t-2x">${t("note.stranger")}<//></div>
      <p class="t-l">${t(state.reached.value ? "note.stranger_more" : "note.no_server")}</p>
      <div class="btns"><a class="btn" href=${state.signIn.value}>${t("note.signin_go")}</a><${Button} onPress=${() => state.meet()}>${t("note.retry")}<//></div></div></main>
    <footer class="thumb"></footer></div>`;
}
