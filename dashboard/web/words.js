// The two languages. es.json and en.json hold the same keys (a test compares them); a word that a newer
// collector brings and we do not know is shown as it is.
let table = {};
let language = "es";

export async function loadWords(lang) {
  const answer = await fetch(`/${lang}.json`);
  if (!answer.ok) throw new Error(`/${lang}.json: ${answer.status}`);
  table = await answer.json();
  language = lang;
  document.documentElement.lang = lang === "es" ? "es-MX" : "en";
}

export function lang() {
  return language;
}

// ?lang=en wins, then what was chosen last time; Spanish otherwise.
export function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const kept = localStorage.getItem("vigia.lang");
  const lang = asked ?? kept;
  return lang === "en" ? "en" : "es";
}

export function keepLanguage(lang) {
  localStorage.setItem("vigia.lang", lang);
}

// A sentence of the page with {names} filled in.
export function say(key, values = {}) {
  const text = table.page?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "—");
}

// The translation of a published word ("answer-none" among outcomes).
export function word(group, w) {
  if (w === null || w === undefined || w === "") return "—";
  return table[group]?.[w] ?? w;
}

export function has(group, w) {
  return table[group]?.[w] !== undefined;
}
