// Sign in again, on top of the work: the page below stays as it is, with whatever is being typed in it.

import { useEffect, useRef, useState } from "preact/hooks";
import { Button, html } from "../parts.js";
import * as state from "../state.js";
import { t } from "../words.js";

export function Again() {
  const dialog = useRef(null);
  const [said, say] = useState(null); // {sentence} | {next}: a second step is asked for
  useEffect(() => { dialog.current.showModal(); }, []);
  const leave = () => { state.again.value = false; };
  const enter = async (event) => {
    event.preventDefault();
    const { login, password } = event.target.elements;
    const told = await state.enter(login.value, password.value);
    if (told.in) leave();
    else say(told);
  };
  return html`<dialog class="card again" ref=${dialog} onClose=${leave} aria-labelledby="again">
    <form class="stack" onSubmit=${enter}><h2 class="t-xl" id="again">${t("note.signin")}</h2><p>${t("note.signin_more", {})}</p>
      <label class="label" for="login">${t("again.name")}</label><input class="input" id="login" name="login" autocomplete="username" autocapitalize="none" required />
      <label class="label" for="password">${t("again.password")}</label><input class="input" id="password" name="password" type="password" autocomplete="current-password" required />
      <div role="alert">${said?.sentence && html`<p data-s="bad" class="st">${said.sentence}</p>`}
        ${said?.next && html`<a class="btn line" href=${said.next}>${t("again.step")}</a>`}</div>
      <div class="btns"><button class="btn">${t("note.signin_go")}</button><${Button} onPress=${leave}>${t("again.later")}<//></div></form></dialog>`;
}
