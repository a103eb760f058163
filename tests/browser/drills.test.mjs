// Drills on the board: what may be played is listed, nothing begins by a slip, the one that is played is seen as SIMULACRO, how they went stands side by side.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World, accessibility } from "./world.mjs";
import { calm, down } from "./fake-collector.mjs";

const world = new World();
let page;
let begun;
let current;

const score = (id, began, outage, breached) => ({
  id, unreadable: null,
  card: { promise: "cae la difusión", ended_by: "done", why: "", began, ended: began + 900,
    services: [{ id: "prep", incident: 3, detected: 4, called: 5, answered: 40, asked: 60, decided: 95, outage, rto: 120, breached, decision: "declared", steps_fired: 2, steps_passed: 0, steps_exhausted: 1 }],
    people: [{ id: "mesa", calls: 2, answered: 1, passed_on: 0, unanswered: 1, failed: 0, decisions: 0, fastest: 12, slowest: 40 }] },
});

before(() => world.start(), { timeout: 60000 });
after(() => world.stop(), { timeout: 60000 });
beforeEach(() => {
  const c = world.collector;
  begun = [];
  current = null;
  c.people();
  c.say(calm());
  c.on("GET", "/v1/drills", () => ({ startable: true, scenarios: [{ id: "difusion", promise: "cae la difusión y vuelve" }], current, last: null }));
  c.on("GET", "/v1/drills/cards", () => ({ drills: [score("20260528-142640", 1780000000, 80, false), score("20260428-142640", 1777400000, 150, true)], left_out: 0 }));
  c.on("GET", "/v1/drills/current/status", () => ({ ...down(), real: false, stamp: "SIMULACRO" }));
  c.on("POST", "/v1/drills", ({ body }) => {
    if (!body.pin) return { status: 403, body: { error: "pin-wanted", text: "This needs your PIN" } };
    begun.push(body);
    current = { id: "20260607-080000", since: Date.now() / 1000 - 5 };
    return { id: current.id };
  });
});
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const open = (as, options = {}) => world.open("p/drills", { as, wait: "[data-test=drills]", ...options });

test("nothing begins by a slip: chosen, held, with the PIN; then it is seen as what it is", async () => {
  page = await open("coordinator");
  page.allowed = ["403"];
  await page.click("[data-test=scenario] button");
  await page.click("[data-test=start-file]", { delay: 50 });
  assert.deepEqual(begun, [], "a short press begins nothing");
  const box = await page.locator("[data-test=start-file]").boundingBox();
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  await page.waitForSelector("[data-test=pin-ask] input");
  await page.mouse.up();
  await page.fill("[data-test=pin-ask] input", "271828");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=played]");
  assert.deepEqual(begun, [{ scenario: "difusion", to: "file", pin: "271828" }]);
  assert.match(await page.textContent("[data-test=played]"), /SIMULACRO/);
  await page.waitForSelector("[data-test=drill-service][data-state=down]");
  assert.equal(await page.locator("[data-test=scenario] button").isDisabled(), true, "one at a time");
});

test("who may not begin one sees how they went, and two side by side", async () => {
  page = await open("viewer");
  await page.waitForSelector("[data-test=compare]");
  assert.equal(await page.locator("[data-test=scenario] button").count(), 0);
  await page.locator("[data-test=compare]").nth(0).check();
  await page.locator("[data-test=compare]").nth(1).check();
  await page.waitForSelector("[data-test=compared]");
  assert.match(await page.textContent("[data-test=compared]"), /FUERA del RTO.*dentro del RTO/s);
  await page.locator("[data-test=show]").first().click();
  assert.match(await page.textContent("[data-test=card]"), /Difusión de resultados.*mesa/s);
});

test("nobody is kept out: WCAG 2.2 AA in the dark and in the light, and a phone", async () => {
  current = { id: "20260607-080000", since: Date.now() / 1000 - 5 };
  for (const colorScheme of ["dark", "light"]) {
    page = await open("coordinator", { colorScheme, viewport: { width: 390, height: 844 } });
    await page.waitForSelector("[data-test=drill-service]");
    await page.waitForSelector("[data-test=compare]");
    assert.deepEqual(await accessibility(page), [], colorScheme);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scroll");
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/drills-${colorScheme}.png`, fullPage: true });
    await page.close();
  }
  page = undefined;
});
