// The work is locked: the passphrase opens it, or signing in where it is forgotten. And the dialog that sets one.

import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Harm, Icon, Note, Title, html } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";

const SHORTEST = 8;

export function LockedScreen() {
  const { user, wait, wrong, platform } = state.locked.value;
  const other = state.other.value;
  const until = useRef(0);
  const [, tick] = useState(0);
  const [forgot, forget] = useState(false);
  const [busy, work] = useState(false);
  const [refused, refuse] = useState(false);
  useEffect(() => { document.title = t("app"); }, []);
  useEffect(() => {
    until.current = performance.now() + wait;
    tick((n) => n + 1);
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [state.locked.value]);
  const left = Math.max(0, Math.ceil((until.current - performance.now()) / 1000));
  const open = async (event) => {
    event.preventDefault();
    const { passphrase } = event.target.elements;
    work(true);
    if (!(await state.unlock(passphrase.value))) {
      passphrase.value = "";
      passphrase.focus();
    }
    refuse(false);
    work(false);
  };
  const openPlatform = async () => refuse(!(await state.unlock()));
  return html`<div class="tablet plain"><header class="head tight"><span class="mark"><${Icon} name="mark" /></span><div class="where"><b>${t("app")}</b></div></header>
    <main class="page"><div class="narrow-page stack"><div class="wall"><${Title} of="locked" class="t-2x">${t("lock.title", { name: user.name })}<//></div>
      ${other && html`<${Note} icon="people" title=${t("lock.other", { name: other.name })} actions=${html`<${Button} onPress=${state.change}>${t("note.other_go", { other: other.name })}<//>`} />`}
      ${platform && html`<div class="btns"><${Button} kind="" icon="key" onPress=${openPlatform}>${t("lock.platform")}<//></div>
        <p role="status">${refused && t("lock.platform_no")}</p>`}
      <form class="stack tight" onSubmit=${open}>
        <label class="label" for="passphrase">${t("lock.passphrase")}</label>
        <input class="input" id="passphrase" name="passphrase" type="password" autocomplete="current-password" required aria-describedby="wrong" />
        <p id="wrong" role="alert">${left > 0 ? t("lock.wait", { n: left }) : wrong > 0 && t("lock.wrong")}</p>
        <div class="btns"><button class=${platform ? "btn line" : "btn"} disabled=${busy || left > 0}>${t("lock.open")}</button></div></form>
      ${forgot ? html`<${Forgotten} />` : html`<div class="btns"><${Button} onPress=${() => forget(true)}>${t("lock.forgotten")}<//><${Else} /></div>`}</div></main>
    <footer class="thumb"><${Harm} /></footer></div>`;
}

function Else() {
  const [failed, fail] = useState(false);
  return html`<${Button} onPress=${async () => fail(!(await state.leave()))}>${t("lock.else")}<//>${failed && html`<p role="alert">${t("lock.needs_network")}</p>`}`;
}

/** With a session of a moment ago it opens at once; else she signs in here. */
function Forgotten() {
  const [told, tell] = useState(null);
  useEffect(() => { state.recover().then(tell); }, []);
  const enter = async (event) => {
    event.preventDefault();
    const { login, password } = event.target.elements;
    tell({ ...told, sentence: "" });
    tell({ ask: true, ...(await state.recover(login.value, password.value)) });
  };
  const { ask = false, sentence, next } = told ?? {};
  return html`<section class="card stack tight" aria-labelledby="forgotten"><h2 class="t-xl" id="forgotten">${t("lock.forgotten")}</h2><p>${t("lock.forgotten_more")}</p>
    ${ask && html`<form class="stack tight" onSubmit=${enter}>
      <label class="label" for="login">${t("again.name")}</label><input class="input" id="login" name="login" autocomplete="username" autocapitalize="none" required />
      <label class="label" for="password">${t("again.password")}</label><input class="input" id="password" name="password" type="password" autocomplete="current-password" required />
      <div class="btns"><button class="btn">${t("lock.sign_in")}</button></div></form>`}
    <div role="alert">${sentence && html`<p data-s="bad" class="st">${sentence}</p>`}${next && html`<a class="btn line" href=${next}>${t("again.step")}</a>`}</div></section>`;
}

export const wordOf = (platform) => (platform ? "lock.platform_end" : "lock.platform_set");

/** Sets or changes the passphrase; or, with the passphrase, that the tablet's own unlocking opens the work too. */
export function NewPassphrase() {
  const dialog = useRef(null);
  const [said, say] = useState(null);
  const [busy, work] = useState(false);
  const { passphrase: has, platform } = state.sealedBy.value;
  const own = state.choosing.value === "platform";
  const close = () => { state.choosing.value = null; };
  useEffect(() => { dialog.current.showModal(); }, []);
  const keep = async (event) => {
    event.preventDefault();
    const { old, fresh, twice } = event.target.elements;
    if (fresh?.value.length < SHORTEST) return say(t("lock.short", { n: SHORTEST }));
    if (fresh?.value !== twice?.value) return say(t("lock.differ"));
    work(true);
    const done = await (own ? state.setPlatform(old.value) : state.setPassphrase(has ? old.value : null, fresh.value));
    if (done) return close();
    work(false);
    if (done === null) return say(t("lock.platform_no"));
    const { wait } = state.sealedBy.value;
    return say(wait ? t("lock.wait", { n: Math.ceil(wait / 1000) }) : t("lock.wrong"));
  };
  const field = (name, word, complete) => html`<label class="label" for=${name}>${t(word)}</label>
    <input class="input" id=${name} name=${name} type="password" autocomplete=${complete} required />`;
  return html`<dialog class="card again" ref=${dialog} onClose=${close} aria-labelledby="choose">
    <form class="stack" onSubmit=${keep}><h2 class="t-xl" id="choose">${t(own ? wordOf(platform) : has ? "lock.change" : "lock.set")}</h2><p>${t(own ? "lock.platform_more" : "lock.set_more")}</p>
      ${has && field("old", own ? "lock.passphrase" : "lock.until_now", "current-password")}${!own && html`${field("fresh", "lock.new", "new-password")}${field("twice", "lock.twice", "new-password")}`}
      <div role="alert">${said && html`<p data-s="bad" class="st">${said}</p>`}</div>
      <div class="btns"><button class="btn" disabled=${busy}>${t(own && platform ? "lock.end" : "lock.keep")}</button><${Button} onPress=${close}>${t("again.later")}<//></div></form></dialog>`;
}
