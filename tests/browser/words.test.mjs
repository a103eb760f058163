// Every word that the programs publish can be read in both languages.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import test from "node:test";

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const read = (name) => fs.readFile(path.join(ROOT, name), "utf8");
// What every page needs and what each area says besides, as one table; no key stands in two files.
async function table(lang) {
  const all = JSON.parse(await read(`dashboard/web/${lang}.json`));
  for (const name of await fs.readdir(path.join(ROOT, "dashboard/web"), { recursive: true })) {
    if (!name.startsWith("words/") || !name.endsWith(`.${lang}.json`)) continue;
    for (const [group, words] of Object.entries(JSON.parse(await read(`dashboard/web/${name}`)))) {
      for (const key of Object.keys(words)) assert.equal(all[group]?.[key], undefined, `${name}: ${group}.${key} stands elsewhere already`);
      all[group] = { ...all[group], ...words };
    }
  }
  return all;
}
const es = await table("es");
const en = await table("en");

// The words of an X macro list: X(SYMBOL, "word" ...) between its #define and the first line that does
// not go on.
async function listed(file, name) {
  const text = await read(file);
  const start = text.indexOf(`#define ${name}(X)`);
  assert.notEqual(start, -1, `${file} has no list ${name}`);
  const list = text.slice(start).match(/(?:[^\n]*\\\n)*[^\n]*/)[0];
  const words = [...list.matchAll(/X\(\w+,\s*"([^"]+)"/g)].map((m) => m[1]);
  assert.ok(words.length > 1, `${file}: ${name} has no words`);
  return words;
}

test("both languages have the same keys and the same places to fill", () => {
  for (const group of new Set([...Object.keys(es), ...Object.keys(en)])) {
    assert.deepEqual(Object.keys(es[group] ?? {}).sort(), Object.keys(en[group] ?? {}).sort(), `keys of ${group}`);
    for (const key of Object.keys(es[group])) {
      const places = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
      assert.deepEqual(places(es[group][key]), places(en[group][key]), `places of ${group}.${key}`);
      assert.notEqual(es[group][key].trim(), "", `${group}.${key} is empty in Spanish`);
    }
  }
});

for (const [group, file, list] of [
  ["outcome", "base/verdict.h", "OUTCOME_TABLE"],
  ["state", "engine/states.h", "CHECK_STATES"],
  ["state", "engine/states.h", "COMPONENT_STATES"],
  ["state", "engine/states.h", "SERVICE_STATES"],
  ["state", "engine/states.h", "PAST_STATES"],
  ["incident", "engine/states.h", "INCIDENT_STATES"],
  ["incident-kind", "engine/states.h", "INCIDENT_KINDS"],
  ["call", "engine/states.h", "CALL_STATES"],
  ["call-kind", "engine/effect.h", "CALL_KINDS"],
  ["cause", "engine/states.h", "AGENT_CAUSES"],
  ["entry", "engine/event.h", "EVENT_KINDS"],
  ["cut", "engine/states.h", "CUT_STATES"],
  ["site", "collector/status_sites.h", "SITE_STATES"],
  ["alarm", "collector/alarms.h", "ALARM_TABLE"],
  ["alarm-what", "collector/alarms.h", "ALARM_TABLE"],
]) {
  test(`every word of ${list} is translated`, async () => {
    for (const w of await listed(file, list)) assert.ok(es[group][w], `${group}.${w}`);
  });
}

// The rules of the engine say their sentences where they stand; the word of each, and what both languages make of it, are found by it.
test("every refusal of the engine has a word, and every word is translated", async () => {
  const rows = [...(await read("engine/refusal.h")).replace(/\\\n/g, "").matchAll(/X\("([^"]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/g)];
  const text = (literals) => [...literals.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((m) => m[1]).join("");
  const listed = new Map(rows.map(([, word, sentence]) => [text(sentence), word]));
  const said = new Set();
  for (const file of (await fs.readdir(path.join(ROOT, "engine"))).filter((f) => f.endsWith(".c"))) {
    const code = await read(`engine/${file}`);
    for (const [, literals] of code.matchAll(/(?:REFUSED\(\s*\w+\s*,|\(struct refusal\)\{\s*ERR_\w+\s*,)\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g)) said.add(text(literals));
  }
  assert.ok(said.size > 150, `only ${said.size} refusals were found`);
  for (const sentence of said) assert.ok(listed.has(sentence), `engine/refusal.h lacks: ${sentence}`);
  for (const [sentence, word] of listed) {
    assert.ok(said.has(sentence), `nobody says any more: ${sentence}`);
    assert.ok(es.refused[word] && en.refused[word], `refused.${word}`);
  }
  assert.equal(Object.keys(es.refused).length, listed.size);
});

test("every item of go or no-go has a name, its group one, and what to do; every reason of theirs a word", async () => {
  const table = await read("collector/ready.h");
  const rows = [...table.matchAll(/X\(\w+,\s*"([^"]+)",\s*"([^"]+)"/g)];
  assert.ok(rows.length > 20);
  for (const [, id, group] of rows) assert.ok(es.ready[id] && es["ready-todo"][id] && es["ready-group"][group], `${id} of ${group}`);
  const gather = await read("collector/ready_gather.c");
  const reasons = [...gather.matchAll(/detail\([^;]*?"([a-z][a-z-]+)"/g)].map((m) => m[1]);
  assert.ok(reasons.length > 10, reasons.join());
  for (const w of reasons) assert.ok(es["ready-why"][w], `ready-why.${w}`);
  for (const list of ["SERVICE_STATES", "INCIDENT_STATES", "RPO_STATES"])
    for (const w of await listed("engine/states.h", list)) if (!["closed", "false-alarm", "closing"].includes(w)) assert.ok(es["ready-why"][w], `ready-why.${w}`);
});

test("every fault that the plan's checker knows is told in both languages", async () => {
  const codes = [...(await read("plan/audit_kinds.c")).matchAll(/\{"([a-z-]+)", FINDING_/g)].map((m) => m[1]);
  assert.ok(codes.length > 80);
  for (const code of codes) assert.ok(es.finding[code] && en.finding[code] && es["finding-todo"][code] && en["finding-todo"][code], `finding.${code}`);
  for (const code of [...Object.keys(es.finding), ...Object.keys(es["finding-todo"])]) assert.ok(codes.includes(code), `finding.${code} is written but no fault is called so`);
});

test("every sentence that the page says exists, and none is left over", async () => {
  const folder = path.join(ROOT, "dashboard/web");
  let code = "";
  for (const name of await fs.readdir(folder, { recursive: true })) if (name.endsWith(".js")) code += await read(`dashboard/web/${name}`);
  const used = [...code.matchAll(/say\(\s*"([\w-]+)"/g)].map((m) => m[1]);
  for (const key of used) assert.ok(es.page[key], `page.${key} is said but not written`);
  for (const key of Object.keys(es.page)) assert.ok(code.includes(`"${key}"`) || /^(link|page|drills-(act|col|ended|verdict))-/.test(key), `page.${key} is written but never said`);
});

test("every value of a check type has a name and is shown in its own unit", async () => {
  const { valueText } = await import(path.join(ROOT, "dashboard/web/time.js"));
  const shows = { s: / (µs|ms|s|min|h|d)$/, 1: / %$/, B: / ([KMGT]i)?B$/, d: / d$/, "": /^[\d.]+$/ };
  let count = 0;
  for (const file of (await fs.readdir(path.join(ROOT, "checks"))).filter((f) => /^check_.*\.c$/.test(f))) {
    const code = await read(`checks/${file}`);
    const table = code.match(/value_desc \w+\[\w*\] = \{([^;]*)\};/)?.[1];
    assert.ok(table || code.includes(".derive ="), `${file}: no table of values, and none of a check's own`);
    if (!table) continue; /* they are told with each check */
    for (const [, name, unit] of table.matchAll(/\{"(\w+)",\s*"([^"]*)",/g)) {
      count += 1;
      assert.ok(es.value[name] && en.value[name], `${file}: ${name} has no name`);
      for (const v of [0.5, 3, 5e9]) assert.match(valueText(name, v), shows[unit], `${file}: ${name} ${v}`);
    }
  }
  assert.ok(count > 30, `only ${count} values were found`);
});

test("a value of a check's own is shown as the check says", async () => {
  const { valueText } = await import(path.join(ROOT, "dashboard/web/time.js"));
  const own = (unit, words = []) => ({ unit, words });
  assert.equal(valueText("cpu", 0.425, own("1")), "42.5 %");
  assert.equal(valueText("room", 21.5, own("°C")), "21.5 °C");
  assert.equal(valueText("sessions", 412, own("")), "412");
  assert.equal(valueText("left", 7200, own("s")), "2 h");
  assert.equal(valueText("used", 2048, own("B")), "2.00 KiB");
  assert.equal(valueText("oper", 2, own("", [{ number: 1, word: "up" }, { number: 2, word: "down" }])), "down");
  assert.equal(valueText("oper", 3, own("", [{ number: 1, word: "up" }])), "3");
});
