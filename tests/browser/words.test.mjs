// Every word that the programs publish can be read in both languages.
import assert from "node:assert/strict";
import fs from "node:fs/promises";
import path from "node:path";
import test from "node:test";

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), "../..");
const read = (name) => fs.readFile(path.join(ROOT, name), "utf8");
const es = JSON.parse(await read("dashboard/web/es.json"));
const en = JSON.parse(await read("dashboard/web/en.json"));

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
  ["alarm", "collector/alarms.h", "ALARM_TABLE"],
  ["alarm-what", "collector/alarms.h", "ALARM_TABLE"],
]) {
  test(`every word of ${list} is translated`, async () => {
    for (const w of await listed(file, list)) assert.ok(es[group][w], `${group}.${w}`);
  });
}

test("every sentence that the page says exists, and none is left over", async () => {
  const folder = path.join(ROOT, "dashboard/web");
  let code = "";
  for (const name of await fs.readdir(folder)) if (name.endsWith(".js")) code += await read(`dashboard/web/${name}`);
  const used = [...code.matchAll(/say\(\s*"([\w-]+)"/g)].map((m) => m[1]);
  for (const key of used) assert.ok(es.page[key], `page.${key} is said but not written`);
  for (const key of Object.keys(es.page)) assert.ok(code.includes(`"${key}"`) || key.startsWith("link-"), `page.${key} is written but never said`);
});

test("every value of a check type has a name and is shown in its own unit", async () => {
  const { valueText } = await import(path.join(ROOT, "dashboard/web/time.js"));
  const shows = { s: / (µs|ms|s|min|h|d)$/, 1: / %$/, B: / ([KMGT]i)?B$/, d: / d$/, "": /^[\d.]+$/ };
  let count = 0;
  for (const file of (await fs.readdir(path.join(ROOT, "checks"))).filter((f) => /^check_.*\.c$/.test(f))) {
    const table = (await read(`checks/${file}`)).match(/value_desc \w+\[\] = \{([^;]*)\};/)[1];
    for (const [, name, unit] of table.matchAll(/\{"(\w+)",\s*"([^"]*)",/g)) {
      count += 1;
      assert.ok(es.value[name] && en.value[name], `${file}: ${name} has no name`);
      for (const v of [0.5, 3, 5e9]) assert.match(valueText(name, v), shows[unit], `${file}: ${name} ${v}`);
    }
  }
  assert.ok(count > 30, `only ${count} values were found`);
});
