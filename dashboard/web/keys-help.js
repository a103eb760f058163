// All keys that act on the page that is shown.
import { html } from "/html.js";
import { say } from "/words.js";
import { bound } from "/keys.js";
import { keep, settings } from "/settings.js";

export function Help({ close }) {
  return html`
    <h2>${say("keys")}</h2>
    <dl class="keys" data-test="keys">${[...bound].map(([key, b]) => html`<dt><kbd>${key}</kbd></dt><dd>${say(b.name)}</dd>`)}
      <dt><kbd>Tab</kbd></dt><dd>${say("key-tab")}</dd></dl>
    <p><label><input type="checkbox" data-test="letters" checked=${settings.letters === "on"} onChange=${(e) => keep("letters", e.target.checked ? "on" : "off")}/> ${say("letters-act")}</label></p>
    <p class="row"><button type="button" autofocus onClick=${() => close()}>${say("close")}</button></p>`;
}
