// The keys that act everywhere on the board. A single letter acts only outside of fields and dialogs, and can be switched off
// for who speaks or types to the machine in other ways (WCAG 2.1.4).
import { ask } from "/ui.js";
import { settings } from "/settings.js";

export const bound = new Map(); // key -> { name, run }

// `name` is the key of the sentence that ? shows; without `run` the key is only told there. Answers with what unbinds it.
export function bind(key, name, run = null) {
  bound.set(key, { name, run });
  return () => bound.get(key)?.run === run && bound.delete(key);
}

export function isTyping(event) {
  return event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || event.target.closest?.("input, textarea, select, dialog, [contenteditable]") !== null;
}

export async function showKeys() {
  const { Help } = await import("/keys-help.js");
  await ask(Help);
}

addEventListener("keydown", (event) => {
  const found = bound.get(event.key);
  if (!found?.run || isTyping(event) || event.repeat || document.querySelector("dialog[open]")) return;
  if (settings.letters === "off" && event.key.length === 1 && event.key !== "?") return;
  event.preventDefault();
  found.run(event);
});
