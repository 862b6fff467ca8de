// The work is locked: the passphrase opens it, or signing in where it is forgotten. And the dialog that sets one.

import { useEffect, useRef, useState } from "preact/hooks";
import { Button, Harm, Icon, Note, Title, html } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";

const SHORTEST = 8;

export function LockedScreen() {
  const { user, wait, wrong } = state.locked.value;
  const other = state.other.value;
  const until = useRef(0);
  const [, tick] = useState(0);
  const [forgot, forget] = useState(false);
  const [busy, work] = useState(false);
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
    work(false);
  };
  return html`<div class="tablet plain"><header class="head tight"><span class="mark"><${Icon} name="mark" /></span><div class="where"><b>${t("app")}</b></div></header>
    <main class="page"><div class="narrow-page stack"><div class="wall"><${Title} of="locked" class="t-2x">${t("lock.title", { name: user.name })}<//></div>
      ${other && html`<${Note} icon="people" title=${t("lock.other", { name: other.name })} actions=${html`<${Button} onPress=${state.change}>${t("note.other_go", { other: other.name })}<//>`} />`}
      <form class="stack tight" onSubmit=${open}>
        <label class="label" for="passphrase">${t("lock.passphrase")}</label>
        <input class="input" id="passphrase" name="passphrase" type="password" autocomplete="current-password" required aria-describedby="wrong" />
        <p id="wrong" role="alert">${left > 0 ? t("lock.wait", { n: left }) : wrong > 0 && t("lock.wrong")}</p>
        <div class="btns"><button class="btn" disabled=${busy || left > 0}>${t("lock.open")}</button></div></form>
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

export function NewPassphrase() {
  const dialog = useRef(null);
  const [said, say] = useState(null);
  const [busy, work] = useState(false);
  const { passphrase: has } = state.sealedBy.value;
  const close = () => { state.choosing.value = false; };
  useEffect(() => { dialog.current.showModal(); }, []);
  const keep = async (event) => {
    event.preventDefault();
    const { old, fresh, twice } = event.target.elements;
    if (fresh.value.length < SHORTEST) return say(t("lock.short", { n: SHORTEST }));
    if (fresh.value !== twice.value) return say(t("lock.differ"));
    work(true);
    if (await state.setPassphrase(has ? old.value : null, fresh.value)) return close();
    work(false);
    const { wait } = state.sealedBy.value;
    return say(wait ? t("lock.wait", { n: Math.ceil(wait / 1000) }) : t("lock.wrong"));
  };
  const field = (name, word, complete) => html`<label class="label" for=${name}>${t(word)}</label>
    <input class="input" id=${name} name=${name} type="password" autocomplete=${complete} required />`;
  return html`<dialog class="card again" ref=${dialog} onClose=${close} aria-labelledby="choose">
    <form class="stack" onSubmit=${keep}><h2 class="t-xl" id="choose">${t(has ? "lock.change" : "lock.set")}</h2><p>${t("lock.set_more")}</p>
      ${has && field("old", "lock.until_now", "current-password")}${field("fresh", "lock.new", "new-password")}${field("twice", "lock.twice", "new-password")}
      <div role="alert">${said && html`<p data-s="bad" class="st">${said}</p>`}</div>
      <div class="btns"><button class="btn" disabled=${busy}>${t("lock.keep")}</button><${Button} onPress=${close}>${t("again.later")}<//></div></form></dialog>`;
}
