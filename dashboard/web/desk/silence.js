// A window or silence in one line.
import { componentName, serviceName } from "/store.js";
import { momentText } from "/time.js";
import { say, word } from "/words.js";
import { siteName } from "/desk/names.js";

export function scopeName(s, w, names) {
  if (w.scope === "service") return serviceName(s, w.of);
  if (w.scope === "component") return componentName(s, w.of);
  return w.scope === "site" ? siteName(names, w.of) : w.of;
}

export const silenceText = (s, w, names, now) =>
  `${word("silence", w.what)} · ${scopeName(s, w, names)} · ${say("windows-span", { from: momentText(w.from, now), until: momentText(w.until, now) })} · ${w.reason}`;
