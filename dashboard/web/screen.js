// What is set at this screen: visitors, light, full screen, sound. By keys and by the buttons at the head.
import { html } from "/html.js";
import { say, word } from "/words.js";
import { bind, showKeys } from "/keys.js";
import { THEMES, isVisitor, keep, settings } from "/settings.js";
import { isSounding, switchSound } from "/sound.js";

async function fullScreen() {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen();
}

export function bindScreen(draw) {
  const set = (name, value) => {
    keep(name, value);
    draw();
  };
  bind("?", "key-help", showKeys);
  bind("v", "key-visitor", () => set("visitor", isVisitor() ? "off" : "on"));
  bind("l", "key-theme", () => set("theme", THEMES[(THEMES.indexOf(settings.theme) + 1) % THEMES.length]));
  bind("f", "key-full", () => fullScreen().catch((e) => console.info(String(e))));
  bind("s", "key-sound", () => switchSound(draw));
}

export function ScreenTools({ draw }) {
  return html`
    <p class="tools">
      ${isVisitor() && html`<b class="visitor" data-test="visitor">${say("visitor")}</b>`}
      <button type="button" class=${`sound ${isSounding() ? "" : "is-off"}`} data-test="sound" aria-pressed=${isSounding()} onClick=${() => switchSound(draw)}>${say(isSounding() ? "sound-on" : "sound-off")}</button>
      <button type="button" data-test="theme" onClick=${() => { keep("theme", THEMES[(THEMES.indexOf(settings.theme) + 1) % THEMES.length]); draw(); }}>${word("theme", settings.theme)}</button>
      <button type="button" data-test="show-keys" onClick=${showKeys}><kbd>?</kbd> ${say("keys")}</button>
    </p>`;
}

// On a drill a frame and its word stand around everything, on every page.
export function DrillFrame({ status }) {
  if (!status || status.real) return null;
  const stamp = status.stamp ?? say("drill");
  return html`<div class="drill-frame" data-test="drill-frame" aria-hidden="true"><b>${stamp}</b><b>${stamp}</b></div>`;
}
