// What this screen keeps for itself between two looks: light or dark, whether visitors stand before it, whether single keys act,
// whether it may sound. None of it leaves the browser.
const KEYS = { theme: "vigia.theme", visitor: "vigia.visitor", letters: "vigia.keys", sound: "vigia.sound" };
export const THEMES = ["auto", "light", "dark"];
const light = matchMedia("(prefers-color-scheme: light)");

function read(name, allowed, otherwise) {
  const kept = localStorage.getItem(KEYS[name]);
  return allowed.includes(kept) ? kept : otherwise;
}

// Everything as text, as it is kept: theme "auto" | "light" | "dark"; the others "on" | "off".
export const settings = {
  theme: read("theme", THEMES, "auto"), visitor: read("visitor", ["on", "off"], "off"), letters: read("letters", ["on", "off"], "on"),
  sound: read("sound", ["on", "off"], "off"),
};

export const isVisitor = () => settings.visitor === "on";

// The page's style reads data-theme and nothing else: what the reader's system wishes is looked up here.
function apply() {
  const root = document.documentElement;
  root.dataset.theme = settings.theme === "auto" ? (light.matches ? "light" : "dark") : settings.theme;
  root.dataset.visitor = settings.visitor;
}

export function keep(name, value) {
  settings[name] = value;
  localStorage.setItem(KEYS[name], value);
  apply();
}

light.addEventListener("change", apply);
apply();
