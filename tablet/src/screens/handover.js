// Handing work over without a network: a sealed file and a code on one tablet, both opened on another.

import { useEffect, useState } from "preact/hooks";
import { Button, Harm, Head, Icon, Link, Note, Notes, Sync, Title, html, whereLine } from "../parts.js";
import { codeIn } from "../handover.js";
import * as state from "../state.js";
import { t } from "../words.js";

export function Handover() {
  const { item } = state.work.value;
  useEffect(() => { document.title = `${t("hand.title")}. ${t("app")}`; }, []);
  return html`<div class="tablet plain">
    <${Head} title=${item.factory.name} line=${whereLine(item)}><${Sync} /><//>
    <main class="page"><div class="stack"><${Notes} /></div><div class="cols two">
      <section class="stack" aria-labelledby="give"><div class="wall"><${Title} of="handover" id="give" class="t-2x">${t("hand.give")}<//></div><${Give} item=${item} /></section>
      <section class="stack" aria-labelledby="take"><div class="wall"><h2 id="take" class="t-xl">${t("hand.take")}</h2></div><${Take} item=${item} /></section>
    </div></main>
    <footer class="thumb"><${Harm} /><${Link} class="btn push" to=${{ id: item.id, screen: "left" }}>${t("nav.left")}<${Icon} name="next" flip /><//></footer></div>`;
}

function Give({ item }) {
  const [made, set] = useState(null); // {making} | {problem} | {url, code, name, …}
  useEffect(() => () => { if (made?.url) URL.revokeObjectURL(made.url); }, [made]);
  const make = async () => {
    set({ making: true });
    try {
      const told = await state.handOver();
      set({ ...told, url: URL.createObjectURL(told.file) });
    } catch (error) {
      console.error(error);
      set({ problem: t("hand.failed") });
    }
  };
  const share = () => navigator.share({ files: [new File([made.file], made.name)] }).catch(() => {});
  const shares = made?.url && navigator.canShare?.({ files: [new File([made.file], made.name)] });
  return html`<p>${t("hand.give_more")}</p><p class="hint">${t("hand.without")}</p>
    ${item.seal ? html`<div class="btns"><${Button} kind=${made?.url ? "line" : ""} icon="lock" disabled=${made?.making} onPress=${make}>${t(made?.url ? "hand.again" : "hand.make")}<//></div>`
      : html`<${Note} icon="key" title=${t("hand.no_key")} />`}
    <div role="status" aria-live="polite" class="stack">${made?.making && html`<p class="hint">${t("hand.making")}</p>`}${made?.problem && html`<${Note} s="bad" icon="care" title=${made.problem} />`}
      ${made?.url && html`<p class="hint">${t("hand.holds", { changes: made.changes, photos: made.photos })}</p>
        <p class="label" id="code">${t("hand.code")}</p><p class="t-2x num"><bdi dir="ltr" role="group" aria-labelledby="code">${made.code.match(/.{5}/g).join(" ")}</bdi></p><p class="hint">${t("hand.say")}</p>
        <div class="btns"><a class="btn" href=${made.url} download=${made.name}><${Icon} name="download" />${t("hand.save")}</a>
          ${shares && html`<${Button} icon="send" onPress=${share}>${t("hand.share")}<//>`}</div>`}</div>`;
}

function Take() {
  const [file, choose] = useState(null);
  const [typed, type] = useState("");
  const [said, say] = useState(null); // {taking} | {problem} | {from, changes, photos, item}
  const code = codeIn(typed);
  const take = async () => {
    say({ taking: true });
    try {
      say(await state.takeOver(file, code));
    } catch (error) {
      if (!error.message.startsWith("handover.")) console.error(error);
      say({ problem: t(error.message.startsWith("handover.") ? error.message : error.name === "QuotaExceededError" ? "list.no_room" : "hand.not_taken") });
    }
  };
  return html`<p>${t("hand.take_more")}</p>
    <div class="row wrap"><label class="btn line"><${Icon} name="doc" />${t("hand.file")}<input class="hide-text" id="file" type="file" accept=".openfloor,application/octet-stream" onChange=${(event) => choose(event.target.files[0] ?? null)} /></label>
      <bdi class="quiet" dir="ltr">${file?.name}</bdi></div>
    <div><label class="label" for="their-code">${t("hand.their_code")}</label><input class="input wide num" id="their-code" inputmode="numeric" autocomplete="off" dir="ltr" maxlength="40" value=${typed} onInput=${(event) => type(event.target.value)} /></div>
    <div class="btns"><${Button} kind="" disabled=${!file || !code || said?.taking} onPress=${take}>${t("hand.open")}<//></div>
    <div role="status" aria-live="polite">${said?.taking && html`<p class="hint">${t("hand.taking")}</p>`}${said?.problem && html`<${Note} s="bad" icon="care" title=${said.problem} />`}
      ${said?.from && html`<${Note} s="good" icon="tick" title=${said.changes || said.photos ? t("hand.taken", { name: said.from }) : t("hand.here")}>${t("hand.holds", said)}<//>`}</div>`;
}
