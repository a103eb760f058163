// A form that sends itself: busy while it is on its way, one sentence when it was refused, another when it was done.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { ApiError } from "/api.js";
import { say } from "/words.js";
import { Field, troubleText } from "/ui.js";

// onSend(values) sends; what it throws is told (`troubles` has sentences for words that mean something of its own here). `done` is said
// afterwards; `button` is on the button.
export class Form extends Component {
  state = { busy: false, trouble: null, isDone: false };

  send = async (event) => {
    event.preventDefault();
    const form = event.target;
    this.setState({ busy: true, trouble: null, isDone: false });
    try {
      await this.props.onSend(Object.fromEntries(new FormData(form)));
      form.reset();
      this.setState({ busy: false, isDone: true });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      this.setState({ busy: false, trouble: this.props.troubles?.[e.word] ?? troubleText(e) });
    }
  };

  render({ name, button, done, children, onLeft }, { busy, trouble, isDone }) {
    return html`
      <form class="session-form" data-test=${name} onSubmit=${this.send}>
        ${children}
        ${trouble && html`<p class="wrong" role="alert" data-test="trouble">${trouble}</p>`}
        ${isDone && done && html`<p class="done" role="status" data-test="done">${done}</p>`}
        <p class="choices"><button type="submit" class="main" disabled=${busy}>${button}</button>
          ${onLeft && html`<button type="button" onClick=${onLeft}>${say("leave")}</button>`}</p>
      </form>`;
  }
}

// What two fields must say alike; a browser's own words would be in the browser's language.
export function same(event) {
  const form = event.target.form;
  const first = form.elements[event.target.dataset.as];
  event.target.setCustomValidity(event.target.value === first.value ? "" : say("not-the-same"));
}

// A new password, twice.
export function NewPassword({ name = "password" }) {
  return html`
    <${Field} label=${say("password-new")} help=${say("password-help")} name=${name} type="password" autocomplete="new-password" minlength="12" maxlength="128" required/>
    <${Field} label=${say("password-again")} name="again" data-as=${name} type="password" autocomplete="new-password" maxlength="128" required onInput=${same}/>`;
}
