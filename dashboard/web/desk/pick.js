// Choosing: big buttons of which one is taken, and a field in which one types a part of the name.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { say } from "/words.js";

// "Cuauhtémoc" is found by "cuauhte".
export const plain = (text) => String(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// All of the words, in any order; what begins with them comes first.
export function matches(text, list, max) {
  const parts = plain(text).split(/\s+/).filter(Boolean);
  const found = list.filter((x) => parts.every((p) => plain(`${x.name} ${x.id} ${x.more ?? ""}`).includes(p)));
  const first = (x) => (parts.length && (plain(x.name).startsWith(parts[0]) || plain(x.id).startsWith(parts[0])) ? 0 : 1);
  return found.map((x, i) => [first(x), i, x]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, max).map((t) => t[2]);
}

let groups = 0;
// One of a few: options [{ id, name, more }]. Nothing is taken until somebody takes it.
export class Chips extends Component {
  name = `chips-${++groups}`;

  render({ label, options, value, onChange, test, help }) {
    return html`
      <fieldset class="desk-chips" data-test=${test}>
        <legend>${label}</legend>
        ${help && html`<p class="desk-help">${help}</p>`}
        <div class="desk-chip-row">${options.map((o) => html`
          <label class="desk-chip" key=${o.id}><input type="radio" name=${this.name} value=${o.id} checked=${value === o.id} onChange=${() => onChange(o.id)}/>
            <span>${o.name}${o.more && html`<small>${o.more}</small>`}</span></label>`)}</div>
      </fieldset>`;
  }
}

const SHOWN = 8;
let fields = 0;
// One of many by typing a part of its name: options [{ id, name, more }], value an id or null.
export class Pick extends Component {
  id = `pick-${++fields}`;
  input = createRef();
  state = { text: "", open: false, at: 0 };

  take = (option) => {
    this.setState({ text: "", open: false, at: 0 });
    this.props.onChange(option?.id ?? null);
    this.input.current?.focus();
  };

  type = (e) => {
    if (this.props.value) this.props.onChange(null); // what is typed over is not chosen any more
    this.setState({ text: e.target.value, open: true, at: 0 });
  };

  focus = (e) => {
    if (this.props.value) e.target.select();
    else this.setState({ open: true, at: 0 });
  };

  onKey = (e, found) => {
    const { open, at } = this.state;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      this.setState({ open: true, at: open ? (at + (e.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length) : 0 });
    } else if (e.key === "Enter" && open && !e.ctrlKey) {
      e.preventDefault();
      if (found[at]) this.take(found[at]);
    } else if (e.key === "Escape" && open) {
      e.preventDefault();
      this.setState({ open: false });
    }
  };

  render({ label, help, options, value, onChange, test, ...rest }, { text, open, at }) {
    const found = open ? matches(text, options, SHOWN) : [];
    const taken = value ? options.find((o) => o.id === value) ?? { id: value, name: value } : null;
    const list = `${this.id}-list`;
    return html`
      <div class=${`field desk-pick ${taken ? "is-taken" : ""}`} data-test=${test} data-value=${value ?? ""}>
        <label for=${this.id}>${label}</label>
        <input ref=${this.input} id=${this.id} type="text" role="combobox" autocomplete="off" spellcheck=${false} aria-expanded=${open} aria-controls=${list} aria-autocomplete="list"
          aria-activedescendant=${open && found[at] ? `${list}-${at}` : undefined} value=${taken ? taken.name : text} ...${rest}
          onInput=${this.type} onFocus=${this.focus} onBlur=${() => this.setState({ open: false })} onKeyDown=${(e) => this.onKey(e, found)}/>
        ${taken && html`<button type="button" class="desk-clear" onClick=${() => this.take(null)} aria-label=${say("desk-take-away", { name: taken.name })}>×</button>`}
        <ul id=${list} role="listbox" aria-label=${label} class="desk-found" hidden=${!open}>${found.map((o, i) => html`
          <li key=${o.id} id=${`${list}-${i}`} role="option" aria-selected=${i === at} onPointerDown=${(e) => { e.preventDefault(); this.take(o); }}>
            <b>${o.name}</b><span class="desk-id">${o.more ?? o.id}</span></li>`)}
          ${open && found.length === 0 && html`<li class="none" role="option" aria-disabled="true" aria-selected="false">${say("desk-none-found")}</li>`}</ul>
        ${help && html`<small>${help}</small>`}
      </div>`;
  }
}
