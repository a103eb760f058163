// The board's end of what has changed: the same examples as the dashboard's, and thousands of states at random with the differences that
// the dashboard's own code wrote. No browser is needed for that.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs/promises";
import path from "node:path";
import test from "node:test";

const ROOT = path.resolve(path.dirname(new URL(import.meta.url).pathname), "../..");
const BIN = path.resolve(process.env.BIN ?? "build/release/bin");
const { applied } = await import(path.join(ROOT, "dashboard/web/delta.js"));
const { atHour } = await import(path.join(ROOT, "dashboard/web/running.js"));

const LAYERS = ["facts", "pulse", "values"];
const isRunning = (parent, key) => (parent === "" && key === "now") || (parent === "clock" && ["elapsed", "left"].includes(key));
// Without what runs by itself, which is never told.
function still(value, parent = "") {
  if (Array.isArray(value)) return value.map((v) => still(v, parent));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).filter(([k]) => !isRunning(parent, k)).map(([k, v]) => [k, still(v, k)]));
}

test("the examples that both ends are tried on", async () => {
  const all = JSON.parse(await fs.readFile(path.join(ROOT, "tests/fixtures/delta.json"), "utf8"));
  assert.ok(all.length > 20);
  for (const { why, from, to, ...told } of all) {
    const before = JSON.stringify(from);
    let held = from;
    for (const layer of LAYERS) if (told[layer] !== null) held = applied(held, told[layer]);
    assert.deepEqual(still(held), still(to), why);
    assert.equal(JSON.stringify(from), before, `${why}: what was held is not touched`);
  }
});

test("states at random: what the dashboard writes, the board can apply", () => {
  const tool = path.join(BIN, "../tool/tests/tools/delta_pairs");
  const made = spawnSync(tool, ["20261121", "4000"], { encoding: "utf8", maxBuffer: 1 << 28 });
  assert.equal(made.status, 0, `${tool} is missing: make VARIANT=release tool-binaries (${made.error ?? made.stderr})`);
  const pairs = made.stdout.trim().split("\n");
  assert.equal(pairs.length, 4000);
  let changed = 0;
  for (const line of pairs) {
    const { from, to, ...told } = JSON.parse(line);
    let held = from;
    for (const layer of LAYERS) if (layer in told) held = applied(held, told[layer]);
    changed += Object.keys(told).length;
    assert.deepEqual(still(held), still(to), line);
  }
  assert.ok(changed > 3000, `${changed} differences`);
});

test("what did not change is the same object; what does not fit is an error", () => {
  const old = { services: [{ id: "a", clock: { began: 1 } }, { id: "b" }], plan: { code: "x" } };
  const next = applied(old, { services: { "@": { b: { state: "down" } } } });
  assert.equal(next.plan, old.plan);
  assert.equal(next.services[0], old.services[0]);
  assert.notEqual(next.services[1], old.services[1]);
  for (const wrong of [{ services: { "@": { c: { state: "down" } } } }, { services: { "-": ["c"] } }, { services: { "#": ["c"] } }, { plan: { code: { a: 1 } } }, { services: { "%": { 7: { a: 1 } } } }, { nothing: { a: 1 } }])
    assert.throws(() => applied(old, wrong), RangeError, JSON.stringify(wrong));
});

test("what follows from the hour is counted from what does not move", () => {
  const clock = { began: 100, breach_at: 400, restored: null, elapsed: 0, left: 0 };
  const status = {
    now: 0, journal: { last_commit: 90 }, watch: { loop_lag: 1, last_commit_age: 0 },
    services: [{ id: "a", clock, exposure: { since: 50, elapsed: 0 }, rpo: { copy: 20, age: 0 } }, { id: "b", clock: { ...clock, restored: 160 }, exposure: null, rpo: { copy: null, age: null } }, { id: "c", clock: null, exposure: null, rpo: null }],
  };
  const s = atHour(status, 130);
  assert.equal(s.now, 130);
  assert.deepEqual([s.services[0].clock.elapsed, s.services[0].clock.left, s.services[0].exposure.elapsed, s.services[0].rpo.age], [30, 270, 80, 110]);
  assert.deepEqual([s.services[1].clock.elapsed, s.services[1].clock.left, s.services[1].rpo.age], [60, 240, null], "a clock that is stopped stands");
  assert.equal(s.services[2], status.services[2]);
  assert.deepEqual(s.watch, { loop_lag: 1, last_commit_age: 40 });
});
