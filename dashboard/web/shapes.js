// A state is told three times: by a word, by a shape and by a colour, never by colour alone.
import { html } from "/html.js";
import { word } from "/words.js";

const SHAPES = {
  ok: html`<circle cx="12" cy="12" r="10" class="fill"/><path d="M7 12.5l3.4 3.5L17 8.6" class="cut"/>`,
  warning: html`<path d="M12 2L23 21H1z" class="fill"/><path d="M12 9v6M12 17.4v1.6" class="cut"/>`,
  bad: html`<path d="M7.5 1.5h9l6 6v9l-6 6h-9l-6-6v-9z" class="fill"/><path d="M8 8l8 8M16 8l-8 8" class="cut"/>`,
  blind: html`<circle cx="12" cy="12" r="10" class="dashed"/><path d="M9 9.4c0-4 6.2-4 6.2-.2 0 2.6-3.1 2.6-3.1 5.2M12.1 17v1.4" class="line"/>`,
  unreachable: html`<circle cx="12" cy="12" r="10" class="ring"/><path d="M5 19L19 5" class="line"/>`,
  degraded: html`<path d="M12 1L23 12 12 23 1 12z" class="fill"/><path d="M12 7v6M12 15.6v1.6" class="cut"/>`,
};
const LOOKS = {
  ok: "ok", warning: "warning", critical: "bad", down: "bad", blind: "blind", unknown: "blind", unreachable: "unreachable",
  degraded: "degraded", silent: "bad", "never-seen": "blind", suspect: "warning",
};

export function look(state) {
  return LOOKS[state] ?? "blind";
}

export function Shape({ state }) {
  return html`<svg class=${`shape look-${look(state)}`} viewBox="0 0 24 24" aria-hidden="true">${SHAPES[look(state)]}</svg>`;
}

export function State({ state, group = "state" }) {
  return html`<span class=${`state look-${look(state)}`}><${Shape} state=${state}/><b>${word(group, state)}</b></span>`;
}
