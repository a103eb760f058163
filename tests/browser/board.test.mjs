// The page of details, looked at in Chromium: everything that is watched, and what every page has. Nothing here waits by time: only for what must be seen.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World, accessibility } from "./world.mjs";
import { TOKEN, blind, breached, calm, down } from "./fake-collector.mjs";

const world = new World();
let page;

before(() => world.start(), { timeout: 60000 });
after(() => world.stop(), { timeout: 60000 });
beforeEach(async () => {
  world.collector.say(calm());
});
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const text = (selector) => page.locator(selector).first().innerText();
const seconds = (clock) => clock.replace("−", "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0) * (clock.startsWith("−") ? -1 : 1);
const fitsAcross = () => page.evaluate(() => [document.documentElement, ...document.querySelectorAll(".agents")].every((e) => e.scrollWidth <= e.clientWidth));

// A request as a stranger would send it; fetch does not let one choose the host.
function request(method, path, headers = {}) {
  return new Promise((resolve, reject) => {
    const r = http.request({ host: "127.0.0.1", port: world.port, method, path, headers }, (answer) => {
      let body = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => { body += part; });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    r.on("error", reject);
    r.end();
  });
}

test("all is well: it says so, in Spanish, for this institution, in Mexico City time", async () => {
  page = await world.open("p/board");
  await page.waitForFunction(() => document.querySelector("[data-test=verdict]").textContent.includes("Todos los procesos funcionan"));
  assert.equal(await page.locator("[data-test=service]").count(), 4);
  assert.equal(await page.locator("[data-test=service][data-state=ok] .state >> text=bien").count(), 4);
  assert.match(await text(".head"), /Instituto de ejemplo/);
  assert.equal(await text("[data-test=universe]"), "REAL");
  assert.equal(await page.locator("[role=alert]").count(), 0);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "es-MX");
  const shown = seconds(await text("[data-test=hour]"));
  const city = Math.floor(Date.now() / 1000 - 6 * 3600) % 86400;
  assert.ok(Math.abs(shown - city) <= 3, `shown ${shown}, Mexico City has ${city}`);
  assert.ok(await fitsAcross(), "no horizontal scroll at 1920 x 1080");
});

test("a process goes down: its clock runs every second, and who is called can be read", async () => {
  page = await world.open("p/board");
  const status = down();
  world.collector.say(status);
  await page.waitForSelector("[data-test=service][data-id=prep][data-state=down]");
  assert.match(await text("[data-test=verdict]"), /1 PROCESO CAÍDO/);
  assert.equal(await page.locator("[data-test=service]").first().getAttribute("data-id"), "prep", "the worst stands first");
  const before = seconds(await text("[data-test=left]"));
  await page.waitForFunction((b) => {
    const [m, s] = document.querySelector("[data-test=left]").textContent.split(":").map(Number);
    return m * 60 + s <= b - 2;
  }, before);
  const clock = await page.evaluate(() => [document.querySelector("[data-test=left]").textContent, document.querySelector("[data-test=elapsed]").textContent]);
  const truth = Date.now() / 1000 - status.services[1].clock.began;
  assert.ok(Math.abs(seconds(clock[1]) - truth) <= 2, `elapsed ${clock[1]}, in truth ${truth}`);
  assert.ok(Math.abs(seconds(clock[0]) + seconds(clock[1]) - 120) <= 1, `left ${clock[0]} and elapsed ${clock[1]} make the RTO`);
  assert.match(await text("[data-test=trouble]"), /CRÍTICO\s+Sitio de difusión http\s+conexión rechazada/);
  assert.match(await text("[data-test=incident]"), /Folio 07\s+CONFIRMADO/);
  assert.match(await text("[data-test=incident]"), /Respondió: Mesa de ayuda/);
  assert.deepEqual(await page.locator("[data-test=call]").evaluateAll((all) => all.map((c) => c.dataset.state)), ["acknowledged", "received", "sent"]);
  assert.match(await text("[data-test=call][data-state=sent]"), /posible duplicado/);
});

test("nobody is kept out: WCAG 2.2 AA holds in the dark and in the light, calm and in trouble", async () => {
  for (const colorScheme of ["dark", "light"]) {
    for (const state of [calm, breached, blind]) {
      world.collector.say(state());
      page = await world.open("p/board", { colorScheme });
      await page.waitForFunction((s) => document.querySelectorAll("[data-test=service]").length > 0 && s !== "", state.name);
      assert.deepEqual(await accessibility(page), [], `${state.name}, ${colorScheme}`);
      await page.close();
    }
  }
  page = undefined;
});

test("the watch over the watch is calm when all is well, and otherwise says exactly what is not", async () => {
  page = await world.open("p/board");
  await page.waitForSelector("[data-test=watch][data-calm=true]");
  assert.match(await text("[data-test=watch]"), /La vigilancia misma\s+La vigilancia funciona/);
  assert.match(await text("[data-test=watch]"), /señal de vida contestada/);
  assert.equal(await page.locator("[data-test=watch-trouble]").count(), 0);
  world.collector.say(blind());
  await page.waitForSelector("[data-test=watch][data-calm=false]");
  const said = (await page.locator("[data-test=watch-trouble]").allInnerTexts()).map((t) => t.trim());
  assert.equal(said.length, 6);
  assert.match(said[0], /^La bitácora no se puede escribir desde hace 1 ?m/);
  assert.match(said[1], /señal de vida se retiene.*: la bitácora no se puede escribir$/);
  assert.match(said[2], /^El agente catd-01 calla desde .*: enlace cortado: el sitio tampoco responde desde otro lugar$/);
  assert.match(said[3], /^El reloj del agente ccv está desviado 7/);
  assert.match(said[4], /^El agente ccv tiene muestras sin entregar desde hace 10/);
  assert.match(said[5], /canal archivo falló$/);
  assert.match(await text("[data-test=watch-owed]"), /Falta avisar que ya se restableció \(1\): Mesa de ayuda \(Folio 06\)/);
  assert.match(await text("[data-test=watch-unseen]"), /Nadie mira desde otro lugar: ccv/);
  assert.match(await text("[data-test=agent][data-id=catd-01]"), /EN SILENCIO\s+enlace cortado/);
  assert.doesNotMatch(await text("[data-test=watch]"), /undefined|NaN|\{\w+\}/);
  assert.ok(await fitsAcross(), "no horizontal scroll");
});

test("a journal that fails is told once, whatever parts of the status name it", async () => {
  const failing = (alarms, ok) => {
    const s = blind();
    s.journal = { ok, unjournalled: 14, last_commit: s.now - 95 };
    s.alarms = alarms.map((alarm) => ({ alarm, since: s.now - 95, text: "disk I/O error" }));
    return s;
  };
  world.collector.say(failing(["journal-failing"], false));
  page = await world.open("p/board");
  await page.waitForSelector("[data-test=banner-journal]");
  assert.equal(await page.locator("[data-test=banner-alarm-journal-failing]").count(), 0);
  assert.equal(await page.locator("[data-test=watch-trouble][data-what=journal-failing]").count(), 0);
  assert.equal(await page.locator("[data-test=watch-above]").count(), 1);
  assert.equal(await page.locator("[data-test=watch-trouble]").count(), 5, "all else is still told");
  // The alarm alone is told by its banner, the trouble alone in the list of the watch.
  world.collector.say(failing(["journal-failing"], true));
  await page.waitForSelector("[data-test=banner-alarm-journal-failing]");
  assert.equal(await page.locator("[data-test=banner-journal]").count(), 0);
  assert.equal(await page.locator("[data-test=watch-trouble][data-what=journal-failing]").count(), 0);
  world.collector.say(failing([], true));
  await page.waitForSelector("[data-test=watch-trouble][data-what=journal-failing]");
  assert.equal(await page.locator("[data-test=watch-above]").count(), 0);
});

test("the timeline opens by keyboard; what people wrote is text, never markup", async () => {
  world.collector.say(down());
  page = await world.open("p/board");
  await page.waitForSelector("[data-test=toggle-timeline]");
  await page.focus("[data-test=toggle-timeline]");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=timeline] li").length === 10);
  const told = await text("[data-test=timeline]");
  assert.match(told, /Se abre el incidente por Difusión de resultados preliminares \(falla\); raíz: Sitio de difusión/);
  assert.match(told, /Se llama a Mesa de ayuda \(mesa-de-ayuda\) por archivo: falla/);
  assert.match(told, /Enviada a Mesa de ayuda por archivo/, "a call's result names whom it went to");
  assert.match(told, /Mesa de ayuda: enterado .*«<b>en camino<\/b>»/);
  assert.equal(await page.locator("[data-test=timeline] b").count(), 0);
  assert.doesNotMatch(told, /[{}]/, "no place is left unfilled");
  assert.equal(await page.getAttribute("[data-test=toggle-timeline]", "aria-expanded"), "true");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=timeline]", { state: "detached" });
});

test("the RTO is over and nobody answers", async () => {
  world.collector.say(breached());
  page = await world.open("p/board");
  await page.waitForSelector(".clock.is-breached");
  assert.match(await text("[data-test=clock]"), /RTO REBASADO por/i);
  assert.match(await text("[data-test=banner-exhausted]"), /ÁRBOL DE LLAMADAS AGOTADO: incidente 07/);
});

test("blind is never green: no data is told as no data, with its reason", async () => {
  world.collector.say(blind());
  page = await world.open("p/board");
  await page.waitForSelector("[data-test=service][data-id=sei][data-state=blind]");
  assert.match(await text("[data-test=verdict]"), /SIN DATOS/);
  assert.match(await text("[data-test=service][data-id=sei]"), /SIN DATOS/);
  const reasons = await page.locator("[data-test=trouble]").allInnerTexts();
  assert.ok(reasons.some((r) => /SIN DATOS[^]*Enlace CATD 01[^]*no llegan datos[^]*desde/.test(r)), reasons.join("\n"));
  assert.ok(reasons.some((r) => /al agente le falta un permiso/.test(r)), reasons.join("\n"));
  assert.ok(reasons.some((r) => /SOSPECHA[^]*por confirmar/.test(r)), reasons.join("\n"));
  // Compared with what green is on this very page.
  const colours = await page.evaluate(() => {
    const of = (selector) => getComputedStyle(document.querySelector(selector)).color;
    return {
      green: of("[data-test=service][data-state=ok] .state"), service: of("[data-test=service][data-state=blind] .state"),
      check: of("[data-test=check][data-id='catd-01/enlace:ping'] .shape"), agent: of("[data-test=agent][data-id=catd-01] .state"),
    };
  });
  for (const what of ["service", "check", "agent"]) assert.notEqual(colours[what], colours.green, what);
  assert.match(await text("[data-test=check][data-id='catd-01/enlace:ping']"), /SIN DATOS/, "no old value stands where there is none now");
  assert.match(await text("[data-test=agent][data-id=catd-01]"), /EN SILENCIO/);
  assert.match(await text("[data-test=agent][data-id=ccv]"), /−7.2 s desviado\s+1840/);
});

test("the collector is lost: big words, everything grey; it comes back: as before", async () => {
  page = await world.open("p/board");
  await world.collector.stop();
  await page.waitForSelector("[data-test=banner-lost]");
  assert.match(await text("[data-test=banner-lost]"), /SIN CONTACTO CON EL COLECTOR desde \d\d:\d\d:\d\d/);
  assert.match(await text("[data-test=banner-lost]"), /no se puede conectar con él/);
  assert.ok(await page.locator(".board.is-lost").count());
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector("main")).filter), /grayscale\(1\)/);
  assert.doesNotMatch(await text("[data-test=verdict]"), /funcionan/);
  const late = JSON.parse((await request("GET", "/api/status")).body);
  assert.ok(late.stale_for >= 1, `stale_for is ${late.stale_for}`);
  await world.collector.start(world.collector.port);
  await page.waitForSelector("[data-test=banner-lost]", { state: "detached" });
  await page.waitForFunction(() => document.querySelector("[data-test=verdict]").textContent.includes("Todos los procesos funcionan"));
  assert.equal(await page.locator(".board.is-lost").count(), 0);
});

test("the board itself dies: the page says so by itself, and goes on when it is back", async () => {
  page = await world.open("p/board");
  page.allowed = ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"];
  const ended = once(world.dashboard, "exit");
  world.dashboard.kill("SIGKILL");
  await ended;
  await page.waitForFunction(() => document.querySelector("[data-test=banner-lost]")?.textContent.includes("EL TABLERO NO RESPONDE desde"));
  await world.startDashboard();
  await page.waitForSelector("[data-test=banner-lost]", { state: "detached" });
});

test("a refused plan and a journal that cannot be written are told", async () => {
  const status = calm();
  status.plan.refused = { at: status.now - 60, text: "plan/servicios.yaml:14:5: error: unknown-key: unknown key 'rtoo'; did you mean 'rto'?" };
  status.journal = { ok: false, unjournalled: 14, last_commit: status.now - 20 };
  status.alarms = [{ alarm: "journal-failing", since: status.now - 20, text: "database is locked" }, { alarm: "disk-full", since: status.now - 90, text: "3 MiB are free" },
    { alarm: "series-damaged", since: status.now - 600, text: "web/dc.rrd" }];
  page = await world.open("p/board");
  world.collector.say(status);
  await page.waitForSelector("[data-test=banner-plan]");
  assert.match(await text("[data-test=banner-alarm-disk-full]"), /DISCO LLENO EN EL COLECTOR · desde[^]*Libere espacio[^]*3 MiB are free/);
  assert.match(await text("[data-test=banner-alarm-series-damaged]"), /Una gráfica se dañó/);
  assert.equal(await page.locator("[data-test=banner-alarm-journal-failing]").count(), 0, "the journal's trouble is told once");
  assert.match(await text("[data-test=banner-plan]"), /PLAN RECHAZADO[^]*servicios.yaml:14:5/);
  assert.match(await text("[data-test=banner-journal]"), /LA BITÁCORA NO SE PUEDE ESCRIBIR[^]*14 hechos/);
  world.collector.say(calm());
  await page.waitForSelector("[data-test=banner-plan]", { state: "detached" });
  assert.equal(await page.locator("[data-test=banner-alarm-disk-full]").count(), 0);
});

test("who was told down and not yet told up is a debt once it works again", async () => {
  const status = down();
  page = await world.open("p/board");
  world.collector.say(status);
  await page.waitForSelector("[data-test=incident]");
  assert.equal(await page.locator("[data-test=banner-owed]").count(), 0);
  const restored = down();
  restored.incidents[0].state = "restored";
  restored.incidents[0].restored = restored.now;
  restored.services[1].state = "ok";
  restored.services[1].clock.restored = restored.now;
  world.collector.say(restored);
  await page.waitForSelector("[data-test=banner-owed]");
  assert.match(await text("[data-test=banner-owed]"), /Faltan 2 avisos de restablecimiento/);
  assert.match(await text("[data-test=clock]"), /Duró\s+0:42/);
  assert.match(await text("[data-test=clock]"), /falta que el área confirme/);
});

test("a check leads to its page by keyboard, and back", async () => {
  page = await world.open("p/board");
  page.allowed = ["status of 404"]; // this collector has no charts
  await page.focus("[data-test=check][data-id='dc/fw-a:ping']");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=check-page]");
  assert.equal(new URL(page.url()).pathname, "/p/check/dc%2Ffw-a%3Aping");
  await page.goBack();
  await page.waitForSelector("[data-test=check][data-id='dc/fw-a:ping']");
});

test("English by the address, and by a switch that is remembered", async () => {
  page = await world.open("p/board?lang=en");
  assert.match(await text("[data-test=verdict]"), /All processes work/);
  await page.close();
  page = await world.open("p/board");
  assert.match(await text("[data-test=verdict]"), /Todos los procesos funcionan/);
  await page.click(".lang");
  await page.waitForFunction(() => document.querySelector("[data-test=verdict]").textContent.includes("All processes work"));
  await page.reload();
  await page.waitForFunction(() => document.querySelector("[data-test=verdict]")?.textContent.includes("All processes work"));
  await page.click(".lang");
  await page.waitForFunction(() => document.querySelector("[data-test=verdict]").textContent.includes("Todos los procesos funcionan"));
});

test("a phone needs no horizontal scroll, whatever the state", async () => {
  for (const status of [calm(), down(), breached(), blind()]) {
    world.collector.say(status);
    page = await world.open("p/board", { viewport: { width: 360, height: 780 } });
    assert.ok(await fitsAcross(), status.services.map((s) => s.state).join(" "));
    assert.deepEqual(page.troubles, []);
    await page.close();
  }
  page = undefined;
});

test("every answer is strict about what a page may do; the token never reaches the browser", async () => {
  const bodies = [];
  page = await world.context.newPage();
  page.troubles = [];
  page.on("requestfinished", (request) => bodies.push(request.response().then(async (r) => ({ url: r.url(), headers: r.headers(), body: (await r.body()).toString() }))));
  await page.goto(world.url);
  await page.waitForSelector("[data-test=verdict]");
  const answers = await Promise.all(bodies);
  assert.ok(answers.length >= 15, `${answers.length} answers`);
  for (const a of answers) {
    assert.ok(!a.body.includes(TOKEN) && !JSON.stringify(a.headers).includes(TOKEN), a.url);
    assert.equal(a.headers["x-content-type-options"], "nosniff", a.url);
    assert.match(a.headers["content-security-policy"], /default-src 'none'.*frame-ancestors 'none'/, a.url);
    assert.doesNotMatch(a.headers["content-security-policy"], /unsafe/, a.url);
  }
  assert.ok(!world.dashboard.log.includes(TOKEN));
});

test("only reading, only this host, only what exists; unchanged files are not sent again", async () => {
  assert.equal((await request("POST", "/api/status")).status, 405);
  assert.equal((await request("DELETE", "/")).status, 405);
  assert.equal((await request("GET", "/", { Host: "evil.example.org" })).status, 421);
  assert.equal((await request("GET", "/", { Host: `localhost:${world.port}` })).status, 200);
  for (const path of ["/nothing", "/../etc/passwd", "/api/", "/api/nothing", "/api/incidents/x", "/api/incidents/1%2F..", "/index.html"])
    assert.equal((await request("GET", path)).status, 404, path);
  assert.equal((await request("GET", "/api/series?check=a&start=1")).status, 400);
  const asked = world.collector.requests.length;
  assert.equal((await request("GET", "/api/series?check=..%2F..%2Fx%26y&start=1&end=2")).status, 400);
  assert.equal(world.collector.requests.length, asked, "what is not sound does not reach the collector");
  const app = await request("GET", "/app.js");
  assert.equal(app.headers["content-type"], "text/javascript; charset=utf-8");
  assert.equal((await request("GET", "/app.js", { "If-None-Match": app.headers.etag })).status, 304);
});

test("three streams ask the collector as one does", async () => {
  page = await world.open("p/board");
  const other = await world.open("p/board");
  const heads = () => world.collector.requests.filter((r) => r.path === "/v1/journal/head").length;
  const statuses = () => world.collector.requests.filter((r) => r.path === "/v1/status").length;
  const from = [heads(), statuses()];
  // Three heartbeats: about three seconds by the server's own clock.
  await page.evaluate(() => new Promise((resolve) => {
    let left = 3;
    new EventSource("/api/stream").addEventListener("alive", function heard() { if (--left === 0) { this.close(); resolve(); } });
  }));
  const asked = [heads() - from[0], statuses() - from[1]];
  assert.ok(asked[1] <= 6, `${asked[1]} statuses in about three seconds for three streams`);
  assert.equal(asked[0], 0, "the collector tells of its entries by itself");
  assert.equal(world.collector.listeners.size, 1, "on one connection for everybody");
  await other.close();
});

test("SIGTERM with an open page ends the board cleanly, at once and with status 0", async () => {
  page = await world.open("p/board");
  page.allowed = ["ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "503"];
  const ended = once(world.dashboard, "close"); // its log has arrived as well
  world.dashboard.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
  assert.match(world.dashboard.log, /dashboard\.stopped/);
  await world.startDashboard();
});
