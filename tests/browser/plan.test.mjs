// The plan, the dry-run and go or no-go, as people look at them: the real dashboard, and behind it what the real collector says of the
// sample of a national day.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import test, { after, before } from "node:test";
import { accessibility, freePort, World } from "./world.mjs";

const BIN = path.resolve(process.env.BIN ?? "build/release/bin");
const world = new World();
const sei = {};

// The real collector on the sample's plan, in a folder of its own.
async function startSei() {
  sei.dir = await fs.mkdtemp(path.join(os.tmpdir(), "vigia-plan-"));
  sei.port = await freePort();
  await fs.cp("etc/sei/plan", path.join(sei.dir, "plan"), { recursive: true });
  // Half of its faults are accepted by name.
  const accepted = (await fs.readFile("etc/sei/aceptadas.yaml", "utf8")).split("\n").filter((line, i) => !line.startsWith("  - ") || i % 2 === 0);
  await fs.writeFile(path.join(sei.dir, "plan", "95-aceptadas.yaml"), accepted.join("\n"));
  await fs.writeFile(path.join(sei.dir, "collector.yaml"), `listen: 127.0.0.1:${sei.port}\ndata: data\nplan: plan\ntls: none\n`);
  sei.process = spawn(path.join(BIN, "vigia-collector"), ["-c", path.join(sei.dir, "collector.yaml")], { cwd: sei.dir, stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  sei.process.stderr.setEncoding("utf8");
  await new Promise((resolve, reject) => {
    sei.process.stderr.on("data", (text) => { log += text; if (log.includes("collector.started")) resolve(); });
    sei.process.once("exit", (code) => reject(new Error(`the collector ended with ${code}: ${log}`)));
  });
  sei.token = (await fs.readFile(path.join(sei.dir, "data/operator.token"), "utf8")).trim();
}

async function ask(method, target, body) {
  const answer = await fetch(`http://127.0.0.1:${sei.port}${target}`, { method, headers: { Authorization: `Bearer ${sei.token}` }, body });
  return { status: answer.status, body: await answer.json() };
}

before(async () => {
  await Promise.all([world.start(), startSei()]);
  world.collector.status = (await ask("GET", "/v1/status")).body;
  world.collector.people();
  for (const method of ["GET", "POST"])
    world.collector.on(method, /^\/v1\/(plan|plan\/names|plan\/dry-run|ready)$/, ({ url, body }) =>
      instead[url.pathname] ? instead[url.pathname]() : ask(method, url.pathname + url.search, body ? JSON.stringify(body) : undefined));
}, { timeout: 60000 });
after(async () => {
  await world.stop();
  const ended = once(sei.process, "exit");
  sei.process.kill("SIGTERM");
  assert.equal((await ended)[0], 0);
  await fs.rm(sei.dir, { recursive: true, force: true });
}, { timeout: 60000 });

// A page of a coordinator. `answers`: what a test wants said instead of the real collector, by path.
let instead = {};
async function open(where, { answers = {}, ...rest } = {}) {
  instead = answers;
  return world.open(where, { as: "coordinator", ...rest });
}

const clean = (page) => assert.deepEqual(page.troubles, []);
const shot = (page, name) => (process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/plan-${name}.png`, fullPage: true, clip: { x: 0, y: 0, width: page.viewportSize().width, height: 1700 } }) : undefined);
const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const text = (page, selector) => page.locator(selector).innerText();

test("the plan: processes by criticality, with what they need, who is called, and what the checker says of them", async () => {
  const page = await open("p/plan", { wait: "[data-test=plan]" });
  const { body } = await ask("GET", "/v1/plan");
  assert.match(await text(page, "[data-test=plan-cover]"), /UTSI\/PL\/01[\s\S]*revisión 01/);
  for (const key of ["error", "warning", "note", "accepted"])
    assert.equal(Number((await text(page, `[data-test=total-${key}]`)).match(/\d+/)[0]), body.totals[{ error: "errors", warning: "warnings", note: "notes", accepted: "accepted" }[key]], key);
  const services = await page.$$eval("[data-test=service]", (list) => list.map((x) => x.dataset.id));
  assert.deepEqual([...services].sort(), body.plan.services.map((s) => s.id).sort());
  const order = services.map((id) => ["very-high", "high", "medium", "low"].indexOf(body.plan.services.find((s) => s.id === id).criticality));
  assert.deepEqual(order, [...order].sort());
  await page.click("[data-test=service][data-id=copaco] summary");
  const inside = await text(page, "[data-test=service][data-id=copaco]");
  assert.match(inside, /se necesitan todos[\s\S]*punto único/);
  assert.equal(await page.locator("[data-test=service][data-id=copaco] [data-test=block]").count(), 3);
  assert.match(inside, /al confirmar[\s\S]*0:30[\s\S]*2:00[\s\S]*pide autorizar[\s\S]*5:00[\s\S]*termina el RTO/);
  await page.click("[data-test=service][data-id=participacion] summary");
  assert.ok(await page.locator("[data-test=service][data-id=participacion] [data-code=critical-no-team]").count());
  await shot(page, "plan");
  clean(page);
  await page.close();
});

test("the plan is searched without accents, and what is accepted says by whom and until when", async () => {
  const page = await open("p/plan", { wait: "[data-test=plan]" });
  await page.fill("[data-test=plan-search]", "informaticos titular");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=service]").length === 0);
  assert.ok(await page.locator("[data-test=seat]").count() > 0);
  await page.fill("[data-test=plan-search]", "");
  await page.click("[data-test=findings][data-id=accepted] summary");
  assert.match(await text(page, "[data-test=findings][data-id=accepted]"), /Aceptado por .+ el \d{4}-\d\d-\d\d, hasta el \d{4}-\d\d-\d\d/);
  await page.click("[data-test=findings][data-id=error] summary");
  await page.waitForSelector("[data-test=findings][data-id=error] [data-test=finding]");
  const shown = await page.locator("[data-test=findings][data-id=error] [data-test=finding]").count();
  assert.equal(shown, (await ask("GET", "/v1/plan")).body.totals.errors);
  // What to do is said in the language of the page.
  const todo = JSON.parse(await fs.readFile(new URL("../../dashboard/web/words/plan.es.json", import.meta.url), "utf8"))["finding-todo"];
  for (const one of await page.locator("[data-test=findings][data-id=error] [data-test=finding]").all())
    assert.equal(await one.locator("[data-test=todo]").innerText(), `→ ${todo[await one.getAttribute("data-code")]}`);
  clean(page);
  await page.close();
});

test("a visitor sees no telephones and no addresses", async () => {
  const page = await open("p/plan", { wait: "[data-test=plan]" });
  await page.click("[data-test=seat] summary");
  const number = page.locator("[data-test=seat] .private").first();
  assert.ok(await number.isVisible());
  await page.evaluate(() => { document.documentElement.dataset.visitor = "on"; });
  assert.equal(await number.isVisible(), false);
  assert.equal(await page.locator(".private:visible").count(), 0);
  await page.close();
});

test("files that have changed on disk are told, with what is wrong in them", async () => {
  const said = (await ask("GET", "/v1/plan")).body;
  for (const [state, part] of [["differs", /cambiaron y no se han cargado/], ["refused", /serían rechazados: 10\.yaml:3/]]) {
    const page = await open("p/plan", { wait: "[data-test=on-disk]", answers: { "/v1/plan": () => ({ status: 200, body: { ...said, on_disk: { state, hash: null, text: "10.yaml:3:1: x" } } }) } });
    assert.match(await text(page, "[data-test=on-disk]"), part);
    await page.close();
  }
});

test("a dry-run: who is tapped does not answer, the calls stand against the RTO", async () => {
  const page = await open("p/dry-run?service=copaco", { wait: "[data-test=dry]" });
  await page.click("[data-test=play]");
  await page.waitForSelector("[data-test=dry-verdict]");
  assert.equal(await page.getAttribute("[data-test=dry-verdict]", "data-state"), "in-time");
  assert.match(await text(page, "[data-test=dry-verdict]"), /dentro del RTO de 5 min/);
  await page.click("[data-test=person][data-id=utsi]");
  assert.equal(await page.getAttribute("[data-test=person][data-id=utsi]", "aria-pressed"), "true");
  const asked = page.waitForRequest("**/api/v1/plan/dry-run");
  await page.click("[data-test=play]");
  assert.deepEqual((await asked).postDataJSON(), { service: "copaco", silent: ["utsi"] });
  await page.waitForSelector("[data-test=call][data-person=utsi]");
  const became = await page.$$eval("[data-test=call][data-person=utsi]", (l) => l.map((x) => x.dataset.state));
  assert.ok(became.includes("unanswered") && !became.includes("acknowledged"), became.join());
  assert.doesNotMatch(await text(page, "[data-test=day]"), /[{}]/);
  await shot(page, "dry");
  await page.click("[data-test=all]");
  await page.click("[data-test=play]");
  await page.waitForSelector("[data-test=dry-verdict][data-state=none]");
  assert.match(await text(page, "[data-test=dry-verdict]"), /SIN DECISIÓN/);
  clean(page);
  await page.close();
});

test("every pair in silence: it holds, or the pairs by which it does not are named", async () => {
  const page = await open("p/dry-run?service=copaco", { wait: "[data-test=dry]" });
  const { body } = await ask("POST", "/v1/plan/dry-run", JSON.stringify({ service: "copaco", all_silent: 2 }));
  await page.click("[data-test=prove]");
  await page.waitForSelector("[data-test=proof]");
  assert.equal(await page.getAttribute("[data-test=proof]", "data-holds"), String(body.holds));
  assert.match(await text(page, "[data-test=proof]"), new RegExp(`${body.services[0].sets} combinaciones`));
  assert.equal(await page.locator(".dry-sets li").count(), body.services[0].failing.filter((f) => f.minimal).length);
  await shot(page, "proof");
  clean(page);
  await page.close();
});

test("a dry-run that is refused says why", async () => {
  const page = await open("p/dry-run", { wait: "[data-test=dry]", answers: { "/v1/plan/dry-run": () => ({ status: 429, body: { error: "busy", text: "Another dry-run is being played; ask again in a moment" } }) } });
  page.allowed = ["429"];
  await page.click("[data-test=play]");
  await page.waitForSelector("[data-test=trouble]");
  assert.ok((await text(page, "[data-test=trouble]")).length > 10);
  assert.ok(await page.isEnabled("[data-test=play]"));
  await page.close();
});

test("go or no-go: each item with its state, what blocks it and what to do", async () => {
  const { body } = await ask("GET", "/v1/ready");
  const page = await open("p/ready", { wait: "[data-test=ready]", answers: { "/v1/ready": () => ({ status: 200, body }) } });
  assert.equal(await page.getAttribute("[data-test=ready]", "data-verdict"), "no-go");
  assert.equal(await text(page, "[data-test=ready-word]"), "NO EMPEZAR");
  const shown = Object.fromEntries(await page.$$eval("[data-test=item]", (l) => l.map((x) => [x.dataset.id, x.dataset.state])));
  assert.deepEqual(shown, Object.fromEntries(body.items.map((i) => [i.id, i.state])));
  assert.match(await text(page, "[data-test=item][data-id=agents-heard]"), /IMPIDE EMPEZAR/);
  assert.match(await text(page, "[data-test=item][data-id=agents-heard]"), /Revise equipo y enlace/);
  assert.match(await text(page, "[data-test=item][data-id=heartbeat]"), /con reserva/);
  await shot(page, "ready");
  clean(page);
  await page.close();
});

const verdictOf = (items) => (items.some((i) => i.blocks) ? "no-go" : items.some((i) => i.state !== "go") ? "reserved" : "go");
test("go, and with reservations, look and read otherwise", async () => {
  const said = (await ask("GET", "/v1/ready")).body;
  for (const [keep, word, verdict] of [[(i) => i.state === "go", "ADELANTE", "go"], [(i) => !i.blocks, "CON RESERVAS", "reserved"]]) {
    const items = said.items.filter(keep);
    const page = await open("p/ready", { wait: "[data-test=ready]", answers: { "/v1/ready": () => ({ status: 200, body: { ...said, items, verdict: verdictOf(items) } }) } });
    assert.equal(await text(page, "[data-test=ready-word]"), word);
    assert.equal(await page.getAttribute("[data-test=ready]", "data-verdict"), verdict);
    await shot(page, verdict);
    await page.close();
  }
});

test("it is asked anew by itself, and when nobody answers any more it says nothing of now", async () => {
  const said = (await ask("GET", "/v1/ready")).body;
  let answer = { status: 200, body: { ...said, verdict: "go", items: said.items.filter((i) => i.state === "go") } };
  const page = await open("p/ready", { wait: "[data-test=ready]", answers: { "/v1/ready": () => answer } });
  assert.equal(await page.getAttribute("[data-test=ready]", "data-verdict"), "go");
  answer = { status: 200, body: said };
  await page.waitForSelector("[data-test=ready][data-verdict=no-go]");
  answer = { status: 503, body: { error: "stopping", text: "The collector stops" } };
  page.allowed = ["503"];
  await page.waitForSelector("[data-test=ready][data-verdict=unknown]", { timeout: 40000 });
  assert.equal(await text(page, "[data-test=ready-word]"), "NO SE SABE");
  await page.close();
});

test("on paper the record says who saw it, when, and what stood", async () => {
  const page = await open("p/ready", { wait: "[data-test=ready]" });
  await page.emulateMedia({ media: "print" });
  const record = await text(page, ".ready-paper");
  assert.match(record, /La vio: Coordinación de continuidad[\s\S]*asiento \d+, plan [0-9a-f]{12}, programa [0-9a-f]{12}[\s\S]*firma/);
  assert.equal(await page.locator(".ready-tools").isVisible(), false);
  await page.close();
});

for (const [where, wait] of [["plan", "[data-test=plan]"], ["dry-run?service=copaco", "[data-test=dry]"], ["ready", "[data-test=ready]"]]) {
  test(`${where}: nothing that axe objects to, dark and light, in both languages, nor wider than a phone`, async () => {
    for (const colorScheme of ["dark", "light"]) {
      const page = await open(`p/${where}`, { wait, colorScheme });
      if (where.startsWith("dry")) {
        await page.click("[data-test=play]");
        await page.waitForSelector("[data-test=day]");
      }
      for (const s of await page.$$("[data-test=service] > summary, [data-test=seat] > summary")) if ((await page.$$("details[open]")).length < 6) await s.click();
      assert.deepEqual(await accessibility(page), [], `${where} ${colorScheme}`);
      await shot(page, `${where.slice(0, 5)}-${colorScheme}`);
      clean(page);
      await page.close();
    }
    const page = await open(`p/${where}`, { wait, viewport: { width: 390, height: 844 } });
    if (where.startsWith("dry")) {
      await page.click("[data-test=play]");
      await page.waitForSelector("[data-test=day]");
    }
    if (where === "plan") await page.click("[data-test=service][data-id=copaco] > summary");
    assert.equal(await wide(page), 0);
    assert.deepEqual(await accessibility(page), []);
    await shot(page, `${where.slice(0, 5)}-phone`);
    await page.click(".lang");
    await page.waitForFunction(() => document.documentElement.lang === "en");
    assert.equal(await wide(page), 0);
    await page.click(".lang");
    await page.waitForFunction(() => document.documentElement.lang === "es-MX");
    clean(page);
    await page.close();
  });
}

test("the keyboard alone: a process is opened, a person silenced, a day played", async () => {
  const page = await open("p/plan", { wait: "[data-test=plan]" });
  await page.focus("[data-test=service][data-id=copaco] > summary");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=service][data-id=copaco] [data-test=block]");
  await page.goto(`${world.url}p/dry-run?service=copaco`);
  await page.waitForSelector("[data-test=dry]");
  await page.focus("[data-test=person][data-id=utsi]");
  await page.keyboard.press("Space");
  await page.focus("[data-test=play]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=call][data-person=utsi][data-state=unanswered]");
  clean(page);
  await page.close();
});

test("whoever may only look neither finds these pages in the menu nor opens them", async () => {
  const page = await world.open("p/ready", { as: "viewer", wait: "[data-test=no-page]" });
  for (const entry of ["menu-plan", "menu-ready", "menu-dry-run"]) assert.equal(await page.locator(`[data-test=${entry}]`).count(), 0, entry);
  assert.equal(await page.locator("[data-test=ready]").count(), 0);
  await page.close();
  const other = await open("", { wait: "[data-test=verdict]" });
  for (const entry of ["menu-plan", "menu-ready", "menu-dry-run"]) assert.equal(await other.locator(`[data-test=${entry}]`).count(), 1, entry);
  await other.close();
});
