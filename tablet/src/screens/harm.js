// Serious harm: what to do now. Opens at once from what is on the tablet, changes nothing, leaves no mark (picture 04).
// What is written here is no part of the assessment: it is kept apart, sent first, and gone from the tablet once sent.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button, Icon, Note, St, Title, hideNow, html } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";

const KINDS = ["child-labour", "worst-forms", "forced-labour", "violence", "sexual-violence", "imminent-danger", "retaliation"];
const LONGEST = 20_000;
const EMPTY = { open: false, kind: null, text: "", failed: false };
const draft = signal(EMPTY); // in memory only: hiding the screen keeps it, closing the client forgets it

export function HarmScreen() {
  return draft.value.open && state.me.value ? html`<${Writing} />` : html`<${Protocol} />`;
}

function Writing() {
  const { kind, text, failed } = draft.value;
  const kept = state.harmKept.value;
  const change = (news) => { draft.value = { ...draft.value, ...news }; };
  const close = () => { draft.value = EMPTY; state.harmKept.value = null; };
  const keep = async () => {
    try {
      await state.writeHarm(kind, text.trim());
      draft.value = { ...EMPTY, open: true };
    } catch (error) {
      console.error(error);
      change({ failed: true });
    }
  };
  useEffect(() => { document.title = t("app"); }, []);
  const form = html`<fieldset class="stack tight"><legend class="t-l">${t("harm.kind")}</legend>${KINDS.map((one) => html`<label class="check">
      <input type="radio" name="kind" checked=${kind === one} onChange=${() => change({ kind: one })} /><span>${t(`harm.kind.${one}`)}</span></label>`)}</fieldset>
    <label class="stack tight"><b class="t-l">${t("harm.text")}</b><span class="hint">${t("harm.text_more")}</span>
      <textarea class="input" rows="6" dir="auto" maxlength=${LONGEST} value=${text} onInput=${(event) => change({ text: event.target.value })}></textarea></label>
    ${failed && html`<${Note} s="bad" icon="care" role="alert" title=${t("harm.not_kept")} />`}
    <${Note} icon="lock" title=${t("harm.first")}>${t("harm.first_more")}<//>`;
  const done = html`<div role="status">${kept?.safe
    ? html`<${St} s="good" icon="safe" box>${t("sync.safe")}<//>` : html`<${St} icon="tablet" box>${t("sync.tablet")}<//>`}</div>
    <p class="t-l">${t(kept?.safe ? "harm.sent_more" : "harm.kept_more")}</p>`;
  return html`<div class="tablet plain">
    <header class="head tight"><span class="mark"><${Icon} name="mark" /></span><div class="where"><b>${t("harm.where")}</b><span>${state.onVisit()?.factory.name}</span></div>
      <${Button} kind="line push" icon="hide" onPress=${hideNow}>${t("hide")}<//></header>
    <main class="page"><div class="narrow-page stack"><${Title} of=${kept ? "harm-kept" : "harm-write"} class="t-2x">${t(kept ? "harm.kept" : "harm.write")}<//>${kept ? done : form}</div></main>
    <footer class="thumb"><${Button} kind="line tall" onPress=${close}>${t(kept ? "close" : "harm.back_to")}<//>
      ${!kept && html`<${Button} kind="tall push" disabled=${!kind || !text.trim()} onPress=${keep}>${t("harm.keep")}<//>`}</footer>
  </div>`;
}

function Protocol() {
  const { line, number } = state.harm.value ?? {};
  const back = () => { state.overlay.value = null; };
  useEffect(() => { document.title = t("app"); }, []);
  const step = (n, more, now) => html`<li class=${now ? "now" : null}><b>${t(`harm.${n}`)}</b> ${more}</li>`;
  const call = html`${t("harm.2_more")}<div class="row wrap call">${number
    ? html`<a class="btn" href=${`tel:${number.replaceAll(/[^+\d]/g, "")}`}><${Icon} name="phone" /><span class="ltr num">${t("harm.call", { number })}</span></a>`
    : html`<span>${line || t("harm.2_where")}</span>`}${number && line && html`<span class="quiet t-m">${line}</span>`}</div>`;
  return html`<div class="tablet plain">
    <header class="head tight"><span class="mark"><${Icon} name="mark" /></span><div class="where"><b>${t("harm.where")}</b><span>${t("harm.how")}</span></div>
      <${Button} kind="line push" icon="hide" onPress=${hideNow}>${t("hide")}<//></header>
    <main class="page" tabindex="0"><div class="narrow-page stack">
      <${Title} of="harm" class="t-2x">${t("harm.title")}<//><p class="t-l">${t("harm.enough")}</p>
      <ol class="steps t-l">${step(1, html`<br />${t("harm.1_more")}`, true)}${step(2, call)}${step(3, t("harm.3_more"))}${step(4, t("harm.4_more"))}</ol>
      <div class="t-l"><${Note} s="bad" icon="hush" title=${t("harm.hush")}>${t("harm.hush_more")}<//></div></div></main>
    <footer class="thumb"><${Button} kind="line tall" onPress=${back}>${t("harm.back")}<//>
      ${state.me.value && state.onVisit() && html`<${Button} kind="line tall push" onPress=${() => { draft.value = { ...EMPTY, open: true }; state.harmKept.value = null; }}>${t("harm.write")}<${Icon} name="next" flip /><//>`}</footer>
  </div>`;
}
