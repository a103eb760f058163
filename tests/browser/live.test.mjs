// A change is on the screen by itself, and whatever breaks on the way mends by itself: no reload, and never a wrong picture in between.
import assert from "node:assert/strict";
import { once } from "node:events";
import fs from "node:fs/promises";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World } from "./world.mjs";
import { blind, calm, down } from "./fake-collector.mjs";
import { estate } from "./estate.mjs";
import { Line } from "./line.mjs";

const world = new World();
const line = new Line();
const BROKEN = ["ERR_SOCKET_NOT_CONNECTED", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INTERNET_DISCONNECTED", "ERR_NETWORK_CHANGED", "ERR_FAILED", "503", "401"];
let page;

before(async () => {
  await world.start();
  // The browser comes by a line that can break.
  await line.start(world.port);
  await killDashboard();
  await fs.appendFile(path.join(world.dir, "dashboard.yaml"), `public_url: http://127.0.0.1:${line.port}\n`);
  await world.startDashboard();
  world.url = `http://127.0.0.1:${line.port}/`;
}, { timeout: 60000 });
after(async () => {
  await world.stop();
  await line.stop();
}, { timeout: 60000 });
beforeEach(() => world.collector.say(calm()));
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const text = (selector) => page.locator(selector).first().innerText();
const shows = (state) => page.waitForSelector(`[data-test=service][data-id=prep][data-state=${state}]`);
const ok = () => page.waitForSelector("[data-test=board][data-link=ok]");
const wholes = () => page.wholes.length;

// Notes which wholes are fetched; and a mark that a reload would wipe away.
async function open(query = "", options = {}) {
  const made = await world.context.newPage();
  made.troubles = [];
  made.wholes = [];
  made.setDefaultTimeout(20000);
  made.on("pageerror", (e) => made.troubles.push(`error: ${e.stack ?? e}`));
  made.on("console", (m) => {
    if (["error", "warning"].includes(m.type()) && !(made.allowed ?? []).some((a) => m.text().includes(a))) made.troubles.push(`console: ${m.text()}`);
  });
  made.on("request", (r) => r.url().includes("/api/status") && made.wholes.push(r.url()));
  if (options.viewport) await made.setViewportSize(options.viewport);
  await options.prepare?.(made);
  await made.goto(world.url + query);
  await made.waitForSelector("[data-test=verdict]");
  await made.waitForSelector("[data-test=board][data-link=ok]");
  await made.evaluate(() => { window.stillHere = true; });
  page = made;
  return made;
}
const neverReloaded = async () => assert.equal(await page.evaluate(() => window.stillHere), true, "it was not reloaded");

async function killDashboard() {
  const ended = once(world.dashboard, "exit");
  world.dashboard.kill("SIGKILL");
  await ended;
}

test("what has changed comes by itself, and the whole is not fetched for it", async () => {
  await open();
  const before = wholes();
  const status = down();
  world.collector.say(status);
  await shows("down");
  assert.match(await text("[data-test=incident]"), /Folio 07\s+CONFIRMADO/);
  world.collector.say(calm());
  await shows("ok");
  world.collector.say(blind());
  await page.waitForSelector("[data-test=service][data-id=sei][data-state=blind]");
  world.collector.say(calm());
  await page.waitForSelector("[data-test=service][data-id=sei][data-state=ok]");
  assert.equal(wholes(), before, page.wholes.join(" "));
  await neverReloaded();
});

test("a clock that is told once runs on, and stops where it was stopped", async () => {
  await open();
  const status = down(42);
  world.collector.say(status);
  await shows("down");
  const shown = async () => (await text("[data-test=elapsed]")).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const truth = () => Date.now() / 1000 - status.services[1].clock.began;
  assert.ok(Math.abs(await shown() - truth()) <= 2, `${await shown()}, in truth ${truth()}`);
  const first = await shown();
  await page.waitForFunction((f) => document.querySelector("[data-test=elapsed]").textContent.split(":").reduce((sum, part) => sum * 60 + Number(part), 0) >= f + 3, first);
  assert.ok(Math.abs(await shown() - truth()) <= 2, `${await shown()}, in truth ${truth()}`);
});

test("values move without an entry, for who looks at them", async () => {
  await open("p/board");
  world.collector.move((s) => { for (const v of s.components[0].checks[0].vantages) v.values.rtt = 0.0777; });
  await page.waitForFunction(() => document.querySelector("[data-test=check][data-id='dc/fw-a:ping']").textContent.includes("77.7"));
  await neverReloaded();
});

test("the dashboard is stopped and started: the page goes on, with what happened meanwhile", async () => {
  await open();
  page.allowed = BROKEN;
  await killDashboard();
  await page.waitForSelector("[data-test=board][data-link=dashboard]");
  assert.equal(await page.locator(".board.is-lost").count(), 1, "what stands there is not shown as if it were now");
  world.collector.say(down());
  await world.startDashboard();
  await shows("down");
  await ok();
  await neverReloaded();
});

test("the network is away: said so, then mended from where it stood", async () => {
  await open();
  page.allowed = BROKEN;
  const before = wholes();
  await world.context.setOffline(true);
  await line.away();
  await page.waitForSelector("[data-test=board][data-link=dashboard]");
  world.collector.say(down());
  await line.back();
  await world.context.setOffline(false);
  await shows("down");
  await ok();
  assert.ok(wholes() > before);
  await neverReloaded();
});

test("a line that breaks is made again by the browser, which gets what it missed and no whole", async () => {
  const other = await open(); // goes on watching, on its own line
  await open();
  page.allowed = BROKEN;
  const before = wholes();
  line.cut();
  world.collector.say(down());
  await shows("down");
  line.cut();
  world.collector.say(calm());
  await shows("ok");
  assert.equal(wholes(), before, page.wholes.join(" "));
  await neverReloaded();
  await other.close();
});

test("a line that is dead without a word: said so, and another is made", async () => {
  await open();
  page.allowed = BROKEN;
  line.die();
  world.collector.say(down());
  await shows("down"); // by another line: nothing comes by the old ones
  await ok();
  await neverReloaded();
  line.cut();
});

test("another collector process, another start: no reload, no wrong picture", async () => {
  await open();
  await world.collector.stop();
  await page.waitForSelector("[data-test=board][data-link=collector]");
  assert.equal(await page.locator(".board.is-lost").count(), 1);
  const status = down();
  status.start = "fedcba9876543210";
  status.head.seq = 2; // an older journal, even
  world.collector.status = status;
  await world.collector.start(world.collector.port);
  await shows("down");
  await ok();
  world.collector.say({ ...calm(), start: status.start });
  await shows("ok");
  await neverReloaded();
});

test("a computer that has slept: its timers stood, its stream is dead; it catches up", async () => {
  await open();
  page.allowed = BROKEN;
  const cdp = await world.context.newCDPSession(page);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await killDashboard();
  world.collector.say(down());
  await world.startDashboard();
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await shows("down");
  await ok();
  await neverReloaded();
});

test("the hour jumps (a sleep that stopped one clock): nothing old is shown as if it were now", async () => {
  await open();
  page.allowed = BROKEN;
  await killDashboard();
  // The clock that runs on in sleep is an hour further; the other is not.
  const kind = await page.evaluate(() => {
    const real = Date.now;
    Date.now = () => real() + 3600_000;
    return new Promise((resolve) => {
      const look = () => (document.querySelector("[data-test=board]").dataset.link === "ok" ? requestAnimationFrame(look) : resolve(document.querySelector("[data-test=board]").dataset.link));
      look();
    });
  });
  assert.equal(kind, "dashboard");
  await world.startDashboard();
  await ok();
  const seconds = (await text("[data-test=hour]")).split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const city = Math.floor(Date.now() / 1000 - 6 * 3600) % 86400;
  assert.ok(Math.abs(seconds - city) <= 3, `the collector's hour is shown: ${seconds}, Mexico City has ${city}`);
  await neverReloaded();
});

test("the board forgot how far we were: the whole once more, and on", async () => {
  // A stream that begins at a position of another process is told to fetch the whole.
  let streams = 0;
  await open("", { prepare: (p) => p.route(/\/api\/stream/, (route) => {
    streams++;
    return streams === 1 ? route.continue({ url: route.request().url().replace(/after=[^&]*/, "after=00000000-1") }) : route.continue();
  }) });
  await page.waitForFunction(() => performance.getEntriesByType("resource").filter((e) => e.name.includes("/api/status")).length >= 1);
  world.collector.say(down());
  await shows("down");
  assert.ok(wholes() >= 2, page.wholes.join(" "));
  await ok();
});

test("a difference that does not fit is not drawn: the whole is fetched", async () => {
  await open("", { prepare: (p) => p.addInitScript(() => {
    const Real = window.EventSource;
    window.EventSource = class extends Real {
      constructor(...args) {
        super(...args);
        window.lastStream = this;
      }
    };
  }) });
  const before = wholes();
  await page.evaluate(() => window.lastStream.dispatchEvent(new MessageEvent("delta", { data: JSON.stringify({ now: Date.now() / 1000, delta: { services: { "@": { nobody: { state: "down" } } } } }), lastEventId: "x-1" })));
  await page.waitForFunction((n) => performance.getEntriesByType("resource").filter((e) => e.name.includes("/api/status")).length > n, before - 1);
  world.collector.say(down());
  await shows("down");
  assert.ok(wholes() > before);
  await neverReloaded();
});

test("who is refused asks again, in pauses that grow, and goes on by itself when it may", async () => {
  let refuse = false;
  let refused = 0;
  await open("", { prepare: (p) => p.route(/\/api\/(status|stream)/, (route) => {
    if (!refuse) return route.continue();
    refused++;
    return route.fulfill({ status: 401, contentType: "application/json", body: '{"error":"no-session","text":"x"}' });
  }) });
  page.allowed = BROKEN;
  refuse = true;
  line.cut();
  await page.waitForSelector("[data-test=board][data-link=dashboard]"); // nothing old is shown as if it were now
  assert.ok(refused >= 1);
  refuse = false;
  world.collector.say(down());
  await shows("down");
  await ok();
  await neverReloaded();
});

test("another build of the board: it is offered, and taken by itself only by the wall and only when all is calm", async () => {
  world.collector.say(down());
  const old = (p) => p.route(world.url, async (route) => {
    const answer = await route.fetch();
    return route.fulfill({ response: answer, body: (await answer.text()).replace(/(name="vigia-build" content=")[^"]*/, "$1old") });
  });
  await open("", { prepare: old });
  await page.waitForSelector("[data-test=banner-newer]");
  assert.match(await text("[data-test=banner-newer]"), /Hay una versión nueva del tablero/);
  world.collector.say(down(50)); // still an incident: it waits
  await page.waitForFunction(() => document.querySelector("[data-test=elapsed]").textContent >= "0:52");
  await neverReloaded();
  const reloaded = page.waitForEvent("framenavigated");
  world.collector.say(calm());
  await reloaded;
  await page.waitForSelector("[data-test=banner-newer]"); // the same old page, in this test
  await ok();
  const hour = await page.evaluate(() => {
    window.stillHere = true;
    return document.querySelector("[data-test=hour]").textContent;
  });
  // Three looks at it by the page itself.
  await page.waitForFunction((h) => Math.abs(Number(document.querySelector("[data-test=hour]").textContent.slice(-2)) - Number(h.slice(-2))) >= 3, hour);
  await neverReloaded(); // once is enough
});

test("a phone on a bad line: the first view within 60 KB, with the status of a large estate", async (t) => {
  const large = estate();
  for (const c of large.components) c.checks = Array.from({ length: 5 }, (_, i) => ({ ...c.checks[0], id: `${c.id}:check-${i}`, since: large.now - 100 * i - c.id.length }));
  world.collector.say(large);
  const made = await world.context.newPage();
  made.troubles = [];
  made.setDefaultTimeout(20000);
  page = made;
  const cdp = await world.context.newCDPSession(made);
  let bytes = 0;
  await cdp.send("Network.enable");
  await cdp.send("Network.clearBrowserCache");
  cdp.on("Network.dataReceived", (e) => { bytes += e.encodedDataLength; });
  await made.setViewportSize({ width: 390, height: 844 });
  await made.goto(world.url);
  await made.waitForSelector("[data-test=verdict]");
  await ok();
  assert.ok(bytes > 20000 && bytes <= 60 * 1000, `${bytes} bytes for the first view`);
  t.diagnostic(`the first view: ${bytes} bytes`);
  const codings = await made.evaluate(async () => Promise.all(["/app.js", "/es.json"].map(async (p) => (await fetch(p, { cache: "reload" })).headers.get("Content-Encoding"))));
  assert.deepEqual(codings, ["br", "br"], "the shortest form that this browser takes");
});
