// Starts the client and chooses the screen. Nothing here waits for a network.

import { render } from "preact";
import { Button, Head, Note, html } from "./parts.js";
import { Find } from "./screens/find.js";
import { Again } from "./screens/again.js";
import { Cover } from "./screens/cover.js";
import { Handover } from "./screens/handover.js";
import { Hidden } from "./screens/hidden.js";
import { HarmScreen } from "./screens/harm.js";
import { Interviews } from "./screens/interviews.js";
import { Left } from "./screens/left.js";
import { List, Stranger } from "./screens/list.js";
import { LockedScreen, NewPassphrase } from "./screens/lock.js";
import { Meetings, Summary } from "./screens/meetings.js";
import { Question } from "./screens/question.js";
import { Settle } from "./screens/settle.js";
import { Tray } from "./screens/tray.js";
import { covering } from "./photos.js";
import { Visit } from "./screens/visit.js";
import * as state from "./state.js";
import { t } from "./words.js";

const SCREENS = { q: Question, left: Left, settle: Settle, find: Find, interviews: Interviews, meetings: Meetings, summary: Summary, handover: Handover, tray: Tray, visit: Visit };

function App() {
  if (state.overlay.value === "hidden") return html`<${Hidden} />`;
  if (state.overlay.value === "harm") return html`<${HarmScreen} />`;
  if (state.boot.value === "starting") return null;
  if (state.boot.value === "stranger") return html`<${Stranger} />`;
  if (state.boot.value === "locked") return html`<${LockedScreen} />`;
  const { screen, id } = state.route.value;
  if (screen === "list") return html`<${List} />`;
  const Screen = SCREENS[screen];
  if (state.work.value?.item.id !== id || !Screen) return html`<${Missing} />`;
  return html`<${Screen} />`;
}

const OnTop = () => !state.overlay.value && html`${covering.value && html`<${Cover} />`}${state.again.value && html`<${Again} />`}${state.choosing.value && html`<${NewPassphrase} />`}`;

function Missing() {
  const home = () => state.go({ screen: "list" });
  return html`<div class="tablet plain"><${Head} title=${t("app")} line="" /><main class="page"><div class="narrow-page">
    <${Note} icon="offline" title=${t("note.missing")} actions=${html`<${Button} onPress=${home}>${t("list.title")}<//>`}>${t("note.missing_more")}<//></div></main><footer class="thumb"></footer></div>`;
}

// A screen must never be blank: whatever fails at the start is said, and a reload is offered.
function Broken({ error }) {
  return html`<main class="page"><div class="narrow-page"><${Note} s="bad" icon="care" title=${t("note.broken")} actions=${html`<${Button} onPress=${() => location.reload()}>${t("note.reload")}<//>`}>${String(error)}<//></div></main>`;
}

const root = document.getElementById("app");
state.start().then(() => render(html`<${App} /><${OnTop} />`, root), (error) => {
  console.error(error);
  render(html`<${Broken} error=${error} />`, root);
});
