// What pages ask people with: dialogs, fields, the button that is held. A dialog that asks in its turn stays as it is behind the
// new one; the keyboard alone works everywhere.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { has, loadArea, say, word } from "/words.js";

const HOLD_MS = 1200;
let asked = []; // { id, view, resolve }, the last one in front
let count = 0;
let redraw = () => {};

// Shows view({ close }) in a dialog and answers with what close was given (undefined: left with Escape).
export function ask(view) {
  return new Promise((resolve) => {
    asked = [...asked, { id: ++count, view, resolve }];
    redraw();
  });
}

function close(one, answer) {
  asked = asked.filter((other) => other !== one);
  redraw();
  one.resolve(answer);
}

class Frame extends Component {
  box = createRef();

  componentDidMount() {
    this.before = document.activeElement;
    this.box.current.showModal();
  }

  componentWillUnmount() {
    this.box.current?.close(); // what is behind it takes no focus before
    this.before?.focus?.();
  }

  render({ children, onLeft }) {
    return html`<dialog ref=${this.box} class="ask" data-test="dialog" onCancel=${(e) => { e.preventDefault(); onLeft(); }}>${children}</dialog>`;
  }
}

export class Dialogs extends Component {
  componentDidMount() {
    redraw = () => this.forceUpdate();
  }

  render() {
    return asked.map((one) => html`<${Frame} key=${one.id} onLeft=${() => close(one, undefined)}><${one.view} close=${(answer) => close(one, answer)}/><//>`);
  }
}

// A button for what cannot be taken back: it acts when it has been held for a moment, by pointer or by the space or Enter key.
export class Held extends Component {
  state = { holding: false };

  start = () => {
    if (this.timer || this.props.disabled) return;
    this.setState({ holding: true });
    this.timer = setTimeout(() => {
      this.stop();
      this.props.onHeld();
    }, HOLD_MS);
  };

  stop = () => {
    clearTimeout(this.timer);
    this.timer = null;
    this.setState({ holding: false });
  };

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  render({ children, disabled, onHeld, ...rest }, { holding }) {
    const isKey = (e) => e.key === " " || e.key === "Enter";
    return html`<button type="button" class=${`held ${holding ? "is-holding" : ""}`} disabled=${disabled} ...${rest}
      onPointerDown=${this.start} onPointerUp=${this.stop} onPointerLeave=${this.stop} onPointerCancel=${this.stop}
      onKeyDown=${(e) => { if (isKey(e)) { e.preventDefault(); if (!e.repeat) this.start(); } }} onKeyUp=${(e) => isKey(e) && this.stop()} onBlur=${this.stop}>
      <span>${children}</span><small>${say("hold")}</small></button>`;
  }
}

// A labelled field; `as` is input, textarea or select.
let fields = 0;
export class Field extends Component {
  id = `field-${++fields}`;

  // A browser looks at autofocus only once, when the page is read.
  componentDidMount() {
    if (this.props.autofocus) document.getElementById(this.id)?.focus();
  }

  render({ label, help, as = "input", children, ...rest }) {
    const Tag = as;
    return html`<div class="field"><label for=${this.id}>${label}</label>
      <${Tag} id=${this.id} aria-describedby=${help ? `${this.id}-help` : undefined} ...${rest}>${children}<//>
      ${help && html`<small id=${`${this.id}-help`}>${help}</small>`}</div>`;
  }
}

// The PIN of whoever is logged in, for what must not be done by somebody who passes by: the digits, or undefined if it was left.
// `what` says what for (null: nothing more is said); `wrong`: the one given before was not right.
export async function askPin(what, wrong) {
  await loadArea("session");
  return ask(({ close }) => html`
    <form class="pin-ask" data-test="pin-ask" onSubmit=${(e) => { e.preventDefault(); close(e.target.elements.pin.value); }}>
      <h2>${say("pin-title")}</h2>
      ${what && html`<p>${what}</p>`}
      ${wrong && html`<p class="wrong" role="alert" data-test="pin-wrong">${say("pin-wrong")}</p>`}
      <${Field} label=${say("pin")} help=${say("pin-help")} name="pin" type="password" inputmode="numeric" pattern="[0-9]{6,12}" minlength="6" maxlength="12" autocomplete="off" required autofocus/>
      <p class="choices"><button type="submit" class="main">${say("pin-give")}</button><button type="button" onClick=${() => close(undefined)}>${say("leave")}</button></p>
    </form>`);
}

// One sentence for what went wrong with a request (ApiError): what the board knows by a word is said in the reader's language.
export function troubleText(e) {
  if (e.why && has("refused", e.why)) return word("refused", e.why);
  const known = word("refusal", e.word);
  return known === e.word ? e.message || e.word : known;
}
