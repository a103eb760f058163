// The two languages. /es.json and /en.json hold what every page needs, /words/AREA.es.json what one area of pages says besides;
// both languages hold the same keys (a test compares them), and no key stands in two files. A word that a newer
// collector brings and we do not know is shown as it is.
let table = {};
let language = "es";
const areas = new Set();

async function fetchTable(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function merge(into, more) {
  for (const [group, words] of Object.entries(more)) into[group] = { ...into[group], ...words };
}

// The words of an area, in the present language and in whatever is chosen later.
export async function loadArea(name) {
  if (areas.has(name)) return;
  merge(table, await fetchTable(`/words/${name}.${language}.json`));
  areas.add(name);
}

export async function loadWords(lang) {
  const [common, ...more] = await Promise.all([`/${lang}.json`, ...[...areas].map((a) => `/words/${a}.${lang}.json`)].map(fetchTable));
  for (const area of more) merge(common, area);
  table = common;
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
