// The readiness lines (picture 02, right).

import { useEffect } from "preact/hooks";
import { Button, St, html } from "../parts.js";
import { able } from "../platform.js";
import { tried, tryStart } from "../readiness.js";
import * as state from "../state.js";
import { VERSION } from "../version.js";
import { clock, day, t } from "../words.js";
import { wordOf } from "./lock.js";

const SILENT = 3 * 24 * 3600_000;

export function Ready() {
  const { controlled, persisted, room, contact, skew } = state.ready.value;
  const boarded = state.assessments.value.filter((row) => row.boarded);
  const start = tried.value;
  const sealed = state.sealedBy.value;
  useEffect(() => { if (controlled && !tried.value) tryStart(); }, [controlled]);
  const line = (done, good, more) => html`<li><${St} s=${done ? "good" : "open"} icon=${done ? "tick" : "care"}>${good}<//>${more && html`<p class="hint">${more}</p>`}</li>`;
  const starts = controlled && start?.good !== false;
  return html`<ul class="list">
    ${line(starts, t(starts ? "ready.starts" : "ready.starts_not"), start && t("ready.tested", { at: clock(start.at) }))}
    ${boarded.length > 0 && line(true, t("ready.board", { n: boarded.length }), t("list.questions", { n: boarded.reduce((sum, row) => sum + (row.questions ?? 0), 0) }))}
    ${persisted !== null && line(persisted, t(persisted ? "ready.kept" : "ready.cleared"))}
    ${room !== null && line(room > 100, t("ready.room", { n: Math.min(room, 900) }))}
    ${Math.abs(skew) >= 5 && line(false, t("ready.clock", { n: Math.abs(skew) }))}
    ${contact && Date.now() - new Date(contact) > SILENT && line(false, t("ready.silent"))}
    <li><${St} icon="clock">${contact ? t("ready.contact", { on: day(contact), at: clock(contact) }) : t("ready.no_contact")}<//><p class="hint">${t("ready.version", { version: VERSION })}</p></li>
    ${sealed && line(sealed.passphrase, t(sealed.passphrase ? "ready.locks" : "ready.no_lock"), t(sealed.passphrase ? "ready.locks_more" : "ready.no_lock_more"))}
    ${sealed && line(sealed.held, t(sealed.held ? "ready.held" : "ready.not_held"))}
    ${sealed && html`<li><div class="btns">${sealed.passphrase && html`<${Button} icon="lock" onPress=${() => state.lock()}>${t("lock.now")}<//>`}
      <${Button} icon="key" disabled=${!sealed.held} onPress=${() => { state.choosing.value = "passphrase"; }}>${t(sealed.passphrase ? "lock.change" : "lock.set")}<//>
      ${sealed.passphrase && (able.value || sealed.platform) && html`<${Button} icon="key" onPress=${() => { state.choosing.value = "platform"; }}>${t(wordOf(sealed.platform))}<//>`}</div></li>`}
    <li><${Button} onPress=${tryStart}>${t("ready.try")}<//></li>
  </ul>`;
}
