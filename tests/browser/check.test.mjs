// The pages of the network: a check with its charts, a component, a site, all of it. Nothing here waits by time.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World, accessibility } from "./world.mjs";
import { blind, calm, down } from "./fake-collector.mjs";
import { bands, topology } from "./fake-series.mjs";

const world = new World();
let page;

before(async () => {
  await world.start();
  world.collector.on("GET", "/v1/series", ({ url }) => bands(url.searchParams));
  world.collector.on("GET", "/v1/topology", () => topology());
}, { timeout: 60000 });
after(() => world.stop(), { timeout: 60000 });
beforeEach(() => world.collector.say(calm()));
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const PING = "p/check/dc%2Ffw-a%3Aping";
const HTTP = "p/check/prep%2Fdifusion%3Ahttp";
const text = (selector) => page.locator(selector).first().innerText();
const plot = () => page.locator("[data-test=plot]").evaluate((e) => ({ ...e.dataset }));
const fitsAcross = () => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

// Opens a page below /p/, which shows no verdict.
async function look(path, options = {}) {
  page = await world.context.newPage();
  page.troubles = [];
  page.setDefaultTimeout(20000);
  page.on("pageerror", (e) => page.troubles.push(`error: ${e.stack ?? e}`));
  page.on("console", (m) => ["error", "warning"].includes(m.type()) && page.troubles.push(`console: ${m.text()}`));
  page.on("request", (r) => new URL(r.url()).host !== `127.0.0.1:${world.port}` && page.troubles.push(`request elsewhere: ${r.url()}`));
  if (options.viewport) await page.setViewportSize(options.viewport);
  await page.emulateMedia({ colorScheme: options.colorScheme ?? "dark" });
  await page.goto(world.url + path);
  await page.waitForSelector("[data-test$=-page]");
}

const drawn = () => page.waitForFunction(() => Number(document.querySelector("[data-test=plot]")?.dataset.points) > 0);

test("a check: its smoke is drawn, a hole stays a hole, and the strip says the states in words too", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  const p = await plot();
  assert.equal(p.series, "1");
  assert.equal(p.gaps, "2", "the hole and the outage are not bridged");
  assert.equal(Number(p.end) - Number(p.start), 3600);
  assert.match(await page.locator("[data-test=strips] svg").first().getAttribute("aria-label"), /catd-01: AVISO de .*; CRÍTICO de \d\d:\d\d:\d\d a \d\d:\d\d:\d\d/);
  assert.match(await text(".u-legend"), /mínimo[\s\S]*p10[\s\S]*mediana[\s\S]*p90[\s\S]*máximo/);
  assert.equal(await text("h2"), "Cortafuegos A\ndc/fw-a:ping");
  const asked = world.collector.requests.filter((r) => r.path === "/v1/series").at(-1).query;
  assert.match(asked, /bands=rtt,loss/);
});

test("zoom by dragging keeps what was seen: back leads there, forward to the present", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  const box = await page.locator("[data-test=plot] .u-over").boundingBox();
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await page.waitForFunction(() => Number(document.querySelector("[data-test=plot]").dataset.end) - Number(document.querySelector("[data-test=plot]").dataset.start) < 1000);
  const zoomed = await plot();
  assert.ok(Math.abs(zoomed.end - zoomed.start - 900) < 30, `a quarter of an hour, not ${zoomed.end - zoomed.start} s`);
  assert.match(page.url(), /start=\d+&end=\d+/);
  assert.match(await page.locator("[data-test=save-PNG]").getAttribute("href"), new RegExp(`start=${zoomed.start}&end=${zoomed.end}`), "what is saved is what is seen");
  await page.locator("[data-test=back]").click();
  await page.waitForFunction(() => Number(document.querySelector("[data-test=plot]").dataset.end) - Number(document.querySelector("[data-test=plot]").dataset.start) === 3600);
  assert.match(page.url(), /from=catd-01/);
  assert.doesNotMatch(page.url(), /start=/);
});

test("the keyboard alone: pan, zoom, home", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  await page.locator("[data-test=plot]").focus();
  const at = async () => { const p = await plot(); return [Number(p.start), Number(p.end)]; };
  const moved = (before) => page.waitForFunction(([s, e]) => { const d = document.querySelector("[data-test=plot]").dataset; return Number(d.start) !== s || Number(d.end) !== e; }, before);
  let [s, e] = await at();
  await page.keyboard.press("ArrowLeft");
  await moved([s, e]);
  let next = await at();
  assert.ok(Math.abs(s - next[0] - 900) <= 5 && next[1] - next[0] === 3600, "a quarter back");
  [s, e] = next;
  await page.keyboard.press("+");
  await moved([s, e]);
  next = await at();
  assert.equal(next[1] - next[0], 1800, "half of it");
  [s, e] = next;
  await page.keyboard.press("-");
  await moved([s, e]);
  next = await at();
  assert.equal(next[1] - next[0], 3600, "twice of it");
  await page.keyboard.press("0");
  await page.waitForFunction(() => !location.search.includes("start="));
  assert.ok(await page.locator("[data-test=plot]").evaluate((p) => p === document.activeElement), "the focus stays where the hands are");
});

test("two vantage points are compared, one is left out, and the last stays", async () => {
  await look(PING);
  await drawn();
  assert.equal((await plot()).series, "2");
  assert.match(await text(".u-legend"), /catd-01[\s\S]*ccv/);
  await page.locator("[data-test=place-ccv]").click();
  await page.waitForFunction(() => document.querySelector("[data-test=plot]").dataset.series === "1");
  assert.equal(await page.locator("[data-test=place-ccv]").getAttribute("aria-pressed"), "false");
  await page.locator("[data-test=place-catd-01]").click();
  assert.equal((await plot()).series, "1", "something is always shown");
  await page.locator("[data-test=place-ccv]").click();
  await page.waitForFunction(() => document.querySelector("[data-test=plot]").dataset.series === "2");
});

test("spans from an hour to two years, and one of one's own", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  for (const [span, seconds] of [["24h", 86400], ["30d", 30 * 86400], ["2y", 731 * 86400]]) {
    await page.locator(`[data-test=span-${span}]`).click();
    await page.waitForFunction((s) => { const d = document.querySelector("[data-test=plot]").dataset; return Number(d.end) - Number(d.start) === s; }, seconds);
    assert.equal(await page.locator(`[data-test=span-${span}]`).getAttribute("aria-pressed"), "true");
  }
  await page.locator("[data-test=free]").click();
  await page.locator("input[name=start]").fill("2026-06-07T08:15");
  await page.locator("input[name=end]").fill("2026-06-07T08:14");
  await page.locator("[data-test=free-form] button").click();
  assert.match(await text("[data-test=free-form] [role=alert]"), /al menos un minuto/);
  await page.locator("input[name=end]").fill("2026-06-07T09:15");
  await page.locator("[data-test=free-form] button").click();
  await page.waitForFunction(() => document.querySelector("[data-test=plot]").dataset.start === "1780841700");
  assert.equal((await plot()).end, "1780845300", "hours are Mexico City's");
});

test("each kind of value is drawn as it is: phases, days, a number with names", async () => {
  await look(`${HTTP}?from=catd-01`);
  await drawn();
  assert.equal(await page.locator("[data-test=value]").inputValue(), "phases");
  assert.match(await text(".u-legend"), /descarga[\s\S]*espera[\s\S]*TLS[\s\S]*conexión[\s\S]*nombre/);
  await page.locator("[data-test=value]").selectOption("days_left");
  await page.waitForFunction(() => document.querySelector(".u-legend")?.textContent.includes("mediana"));
  await drawn();
  assert.match(page.url(), /value=days_left/);
  const status = calm();
  const check = status.components[0].checks[0];
  Object.assign(check, { type: "snmp", yields: [{ name: "oper", unit: "", words: [{ number: 1, word: "up" }, { number: 2, word: "down" }] }] });
  for (const v of check.vantages) v.values = { oper: 1 };
  world.collector.say(status);
  world.collector.on("GET", "/v1/series", ({ url }) => bands(url.searchParams, "snmp"));
  await page.close();
  await look(`${PING}?from=catd-01`);
  await drawn();
  await page.waitForFunction(() => /oper\s*up/.test(document.querySelector("[data-test=vantage]").textContent) && document.querySelector("[data-test=value]") === null);
  await drawn();
  assert.match(await text("[data-test=vantage]"), /oper\s+up/);
  world.collector.routes.shift();
});

test("who does not see the picture reads the same in rows", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  await page.locator("[data-test=table]").click();
  const rows = await page.locator(".net-table tbody tr").allInnerTexts();
  assert.ok(rows.length >= 20 && rows.length <= 30, `${rows.length} rows`);
  assert.ok(rows.some((r) => /CRÍTICO/.test(r)) && rows.some((r) => /\tsin muestra/.test(r)) && rows.some((r) => /, con huecos/.test(r)) && rows.some((r) => /bien\s+[\d.]+ (ms|µs)\s+[\d.]+ (ms|µs)\s+[\d.]+ ms/.test(r)), rows.join("\n"));
});

test("charts and tables can be saved, and are what their names say", async () => {
  await look(`${PING}?from=catd-01`);
  await drawn();
  for (const [name, type] of [["CSV", "text/csv"]]) {
    const href = await page.locator(`[data-test=save-${name}]`).getAttribute("href");
    const answer = await page.evaluate(async (h) => { const a = await fetch(h); return { status: a.status, type: a.headers.get("Content-Type"), name: a.headers.get("Content-Disposition"), body: await a.text() }; }, href);
    assert.equal(answer.status, 200);
    assert.match(answer.type, new RegExp(type));
    assert.match(answer.name, /filename="REAL_dc-fw-a-ping_catd-01_\d{8}T\d{4}\.csv"/);
    assert.match(answer.body, /^time,check,from,stamp,state,bad,rtt \(s\)/);
  }
  for (const name of ["PNG", "SVG"]) assert.match(await page.locator(`[data-test=save-${name}]`).getAttribute("href"), /^\/api\/graph\.(png|svg)\?.*value=rtt&lang=es$/);
});

test("nothing was ever drawn, and a check that is not there: one sentence each", async () => {
  world.collector.on("GET", "/v1/series", () => ({ status: 404, body: { error: "not-found", text: "Nothing has been drawn for this check yet" } }));
  page = await world.context.newPage();
  page.setDefaultTimeout(20000);
  await page.goto(`${world.url}${PING}`);
  await page.waitForSelector("[data-test=chart-error]");
  assert.match(await text("[data-test=chart-error]"), /^(Aún no|Todavía no|No )/);
  world.collector.routes.shift();
  await page.goto(`${world.url}p/check/nada%3Aping`);
  await page.waitForSelector("[data-test=not-found]");
  assert.match(await text("[data-test=not-found]"), /No hay ninguna comprobación nada:ping/);
});

test("a component: state and why, its checks, what it needs, what stands on it, its incidents, what it said by itself", async () => {
  world.collector.say(down());
  const told = { check: "prep/difusion:avisos", agent: "dc", severity: "major", name: "linkDown", text: "puerto <7>", source: "192.0.2.1", late: false };
  world.collector.said.set("prep/difusion", [{ ...told, entry: 31, at: down().now - 60, what: "cleared", count: 1 }, { ...told, entry: 30, at: down().now - 120, what: "raised", count: 2, late: true }]);
  await look("p/component/prep%2Fdifusion");
  assert.match(await text(".net-now"), /CRÍTICO\s+desde .*\s+conexión rechazada\s+192\.0\.2\.40/);
  assert.match(await text("[data-test=incident-link]"), /Folio 07/);
  assert.match(await text("[data-test=check-row]"), /http[\s\S]*CRÍTICO[\s\S]*conexión rechazada/);
  await page.waitForFunction(() => document.querySelectorAll(".net-spark path").length === 2);
  assert.ok((await page.locator(".net-spark path").first().getAttribute("d")).split("M").length > 2, "a hole stays open in small as well");
  assert.match(await text("[data-test=carries]"), /Difusión de resultados preliminares/);
  assert.match(await text("[data-test=needs]"), /Balanceador/);
  assert.match(await text("[data-test=needed]"), /nada/);
  await page.waitForSelector("[data-test=notification]");
  const rows = await page.locator("[data-test=notification]").allInnerTexts();
  assert.equal(rows.length, 2);
  assert.match(rows[0], /alarma retirada\s+mayor\s+linkDown\s+puerto <7>\s+dc\s+192\.0\.2\.1/);
  assert.match(rows[1], /llegó tarde\s+alarma\s+mayor · 2 veces/);
  await page.locator("[data-test=needs] a").click();
  await page.waitForFunction(() => document.querySelector("h2")?.textContent.startsWith("Balanceador"));
  assert.match(await text("[data-test=needed]"), /Sitio de difusión/);
  await page.locator("[data-test=check-row] a").first().click();
  await page.waitForSelector("[data-test=check-page]");
  await drawn();
});

test("a site: what stands there, who looks from there, clock, spool and cause", async () => {
  world.collector.say(blind());
  await look("p/site/catd-01");
  assert.match(await text("h2"), /CATD 01 Coyoacán/);
  assert.match(await text("[data-test=site-component]"), /Enlace CATD 01\s+SIN DATOS/);
  assert.match(await text("[data-test=agent]"), /EN SILENCIO\s+catd-01[\s\S]*enlace cortado/);
  await page.locator(".net-trail a").first().click();
  await page.waitForSelector("[data-test=network-page]");
  await page.goto(`${world.url}p/site/ccv`);
  await page.waitForSelector("[data-test=unwatched]");
  assert.match(await text("[data-test=agent]"), /reloj −7 s\s+1840 muestras por entregar/);
});

test("the whole network: found by text, state and place, sorted, opened, by the keyboard alone", async () => {
  world.collector.say(down());
  await look("p/network");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 7);
  assert.equal(await page.locator("[data-test=row]").first().getAttribute("data-id"), "prep/difusion", "the worst first");
  await page.keyboard.press("/");
  await page.keyboard.type("corta dc");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 2);
  assert.equal(await text("[data-test=found]"), "2 de 7");
  assert.match(page.url(), /text=corta\+dc/);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("h2")?.textContent.startsWith("Cortafuegos B"));
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 2, undefined, { timeout: 20000 });
  await page.locator("[data-test=filter]").fill("");
  await page.locator("[data-test=filter-state]").selectOption("bad");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 1);
  await page.locator("[data-test=filter-state]").selectOption("");
  await page.locator("[data-test=filter-site]").selectOption("azure");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=row]").length === 2);
  await page.locator("[data-test=filter-site]").selectOption("");
  await page.locator("[data-test=sort-name]").click();
  const names = () => page.locator("[data-test=row] a.net-row").allInnerTexts();
  await page.waitForFunction(() => document.querySelector("[data-test=row] a.net-row").textContent === "Balanceador");
  assert.deepEqual(await names(), [...(await names())].sort((a, b) => a.localeCompare(b)));
  await page.locator("[data-test=sort-name]").click();
  await page.waitForFunction(() => document.querySelector("[data-test=row] a.net-row").textContent === "Sitio de difusión");
  assert.equal(await page.locator("th[aria-sort=descending]").count(), 1);
});

test("nobody is kept out: WCAG 2.2 AA on each page, in the dark and in the light; and a phone needs no sideways scroll", async () => {
  world.collector.say(down());
  for (const [path, ready] of [[PING, drawn], [HTTP, drawn], ["p/component/prep%2Fdifusion", null], ["p/site/dc", null], ["p/network", null]]) {
    for (const colorScheme of ["dark", "light"]) {
      await look(path, { colorScheme });
      if (ready) await ready();
      assert.deepEqual(await accessibility(page), [], `${path}, ${colorScheme}`);
      assert.deepEqual(page.troubles, []);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-${path.replace(/\W+/g, "-").slice(0, 30)}-${colorScheme}.png`, fullPage: true });
      await page.close();
    }
    await look(path, { viewport: { width: 390, height: 844 } });
    if (ready) await ready();
    assert.ok(await fitsAcross(), `${path} at 390 pixels`);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}-${path.replace(/\W+/g, "-").slice(0, 30)}-phone.png`, fullPage: true });
    await page.close();
  }
  page = undefined;
});
