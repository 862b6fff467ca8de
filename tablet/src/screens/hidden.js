// Hide now: a harmless page. The clock and the checklist's contents; no factory, no answer, no name.

import { useEffect, useState } from "preact/hooks";
import { Button, html } from "../parts.js";
import * as state from "../state.js";
import { clock, t } from "../words.js";

export function Hidden() {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    document.title = t("hidden.title");
    const timer = setInterval(() => tick(Date.now()), 5000);
    return () => clearInterval(timer);
  }, []);
  const [clusters] = useState(state.work.value?.clusters ?? []); // they stay when the work is locked behind it
  return html`<div class="tablet plain hidden-page"><main class="page" tabindex="0"><div class="narrow-page stack">
    <p class="clock num">${clock(now)}</p><div class="wall"><h1 class="t-xl">${t("hidden.title")}</h1></div>
    <ul class="list">${clusters.map((cluster) => html`<li><b>${cluster.title}</b><p class="hint">${cluster.points.map((point) => point.title).join(" · ")}</p></li>`)}</ul></div></main>
    <footer class="thumb"><${Button} kind="line push" onPress=${() => { state.overlay.value = null; }}>${t("hidden.open")}<//></footer></div>`;
}
