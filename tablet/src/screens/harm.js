// Serious harm: what to do now. Opens at once from what is on the tablet, changes nothing, leaves no mark (picture 04).

import { useEffect } from "preact/hooks";
import { Button, Icon, Note, Title, hideNow, html } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";

export function HarmScreen() {
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
    <main class="page"><div class="narrow-page stack">
      <${Title} of="harm" class="t-2x">${t("harm.title")}<//><p class="t-l">${t("harm.enough")}</p>
      <ol class="steps t-l">${step(1, html`<br />${t("harm.1_more")}`, true)}${step(2, call)}${step(3, t("harm.3_more"))}${step(4, t("harm.4_more"))}</ol>
      <div class="t-l"><${Note} s="bad" icon="hush" title=${t("harm.hush")}>${t("harm.hush_more")}<//></div></div></main>
    <footer class="thumb"><${Button} kind="line tall" onPress=${back}>${t("harm.back")}<//></footer>
  </div>`;
}
