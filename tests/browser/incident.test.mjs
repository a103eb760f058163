// The list of incidents and the page of one: all that is known of it, and all that can be done.
import assert from "node:assert/strict";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { accessibility, World } from "./world.mjs";
import { down } from "./fake-collector.mjs";
import { FakeIncident } from "./fake-incident.mjs";
import { givePin, hold, PIN, screen } from "./screen.mjs";

const world = new World();
let incident;
let pages = [];

before(() => world.start());
after(() => world.stop());
beforeEach(() => {
  world.collector.routes = [];
  world.collector.say(down());
  incident = new FakeIncident(world.collector);
});
afterEach(async () => {
  for (const page of pages) {
    assert.deepEqual(page.troubles, []);
    await page.close();
  }
  pages = [];
});

async function at(path, login = "operator", options = {}) {
  const page = await screen(world, path, { login, ...options });
  pages.push(page);
  return page;
}
const one = (login, options) => at("p/incident/12", login, options);
const text = (page, selector) => page.locator(selector).innerText();
const sent = () => incident.acts.map((a) => a.act);
const shown = (page, selector, what) => page.waitForFunction(([s, w]) => document.querySelector(s)?.innerText.includes(w), [selector, what]);

function declared() {
  const now = Date.now() / 1000;
  const tasks = [
    { n: 1, do: "Clasificar el incidente", by: "mesa-de-ayuda", seat: "mesa-de-ayuda", question: false, state: "done", person: "mesa", recorded_by: "mesa", at: now - 20, entry: 44 },
    { n: 2, do: "¿Hay energía en el sitio?", by: "redes", seat: "redes", question: true, state: "open", person: null, recorded_by: null, at: null, entry: null },
    { n: 3, do: "Cambiar al sitio alterno", by: "redes", seat: "redes", question: false, state: "open", person: null, recorded_by: null, at: null, entry: null },
  ];
  incident.entries.push({ seq: 44, at: now - 20, recorded: now - 20, kind: "checklist.step", version: 1, body: { incident: 12, service: "prep", n: 1, what: "done", person: "mesa", recorded_by: "mesa", proof: "session", note: "técnico" } });
  const list = { procedure: "drp", name: "Recuperación técnica", service: "prep", done: 1, activities: 3, next: 2, next_do: tasks[1].do, next_by: "redes", due: now - 5, overdue: true, tasks };
  incident.extraMay = [{ act: "check", what: "yes", n: 2, entry: null, service: "prep", allowed: false, why: "task-of-another", text: "only who is responsible", anybody: false, people: [] }];
  incident.change({ state: "declared", declared_by: "responsable", checklists: [list] });
  return list;
}

test("the head: folio, state, stamp, clock with what is not known of it, impact, what is next", async () => {
  const page = await one();
  const head = await text(page, "[data-test=incident-head]");
  assert.match(head, /^07\s+CONFIRMADO\s+REAL\s+Difusión de resultados preliminares/);
  assert.match(head, /Sigue: La coordinación decide; si no, al nivel 1 se le llama \d\d:\d\d:\d\d \(en/);
  assert.match(head, /Se detiene: mesas: 33 · sitios: catd-01/);
  assert.match(await text(page, "[data-test=clock]"), /Quedan\s+1:\d\d[\s\S]*o hasta 1 s antes[\s\S]*RTO 2 min, vence/);
  assert.equal(await page.title(), "Incidente 12 · Vigía");
  assert.equal(await page.getAttribute("[data-test=to-decide]", "href"), "/p/decide/12");
});

test("a clock runs on the page, and what the RTO was exceeded by is said", async () => {
  const page = await one();
  const before = await text(page, "[data-test=clock] .inc-left b");
  await page.waitForFunction((b) => document.querySelector("[data-test=clock] .inc-left b").innerText !== b, before);
  const clock = world.collector.status.services[1].clock;
  Object.assign(clock, { breach_at: clock.breach_at - 300, breached: true });
  incident.grow();
  await page.waitForSelector("[data-test=clock].is-breached");
  assert.match(await text(page, "[data-test=clock]"), /RTO REBASADO por/);
});

test("the timeline says in words what happened, both times, and follows what comes", async () => {
  const page = await one();
  const first = page.locator("[data-test=timeline] li").first();
  assert.match(await first.innerText(), /Se llama a Coordinación de continuidad/);
  const now = Date.now() / 1000;
  incident.entries.push({ seq: 60, at: now - 90, recorded: now, kind: "act.note", version: 1, body: { incident: 12, person: "mesa", recorded_by: "mesa", proof: "session", note: "lo vio el guardia" } });
  incident.grow();
  await page.waitForSelector("[data-test=timeline] [data-seq='60']");
  assert.match(await page.locator("[data-seq='60']").innerText(), /Mesa de ayuda anota: «lo vio el guardia» \(se supo \d\d:\d\d:\d\d\)/);
  assert.equal(await page.locator("[data-test=timeline] li").first().getAttribute("data-seq"), "60");
  await page.click("[data-test=filter-people]");
  const kinds = await page.locator("[data-test=timeline] li").evaluateAll((list) => list.map((e) => e.dataset.kind));
  assert.deepEqual(kinds, ["act.note", "ack.given"]);
  await page.click("[data-test=filter-calls]");
  assert.ok((await page.locator("[data-test=timeline] li").evaluateAll((list) => list.map((e) => e.dataset.kind))).every((k) => /^(call|step)\./.test(k)));
});

test("whoever reads further down is told what is new, and gets there with one button", async () => {
  for (let k = 0; k < 120; k++) incident.entries.push({ seq: 60 + k, at: Date.now() / 1000, recorded: Date.now() / 1000, kind: "act.note", version: 1, body: { incident: 12, person: "mesa", note: `nota ${k}` } });
  const page = await one();
  assert.equal(await page.locator("[data-test=fresh]").count(), 0);
  await page.locator("[data-seq='70']").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("[data-test=filter-all]").getBoundingClientRect().bottom < 0);
  incident.entries.push({ seq: 300, at: Date.now() / 1000, recorded: Date.now() / 1000, kind: "act.note", version: 1, body: { incident: 12, person: "mesa", note: "nueva" } });
  incident.grow();
  await shown(page, "[data-test=fresh]", "1 nuevo");
  await page.click("[data-test=fresh]");
  await page.waitForSelector("[data-test=fresh]", { state: "detached" });
  assert.ok(await page.locator("[data-seq='300']").isVisible());
});

test("a refused act in the timeline is said in the reader's language", async () => {
  incident.entries.push({ seq: 70, at: 1, recorded: 1, kind: "act.refused", version: 1, refusal: "not-authorised", body: { incident: 12, act: "declare", person: "responsable", why: "level 1 has not authorised it" } });
  const page = await one();
  await page.waitForFunction(() => document.querySelector("[data-seq='70']").innerText.includes("El nivel 1 todavía no lo autoriza"));
});

test("the ledger: each person, each call with its times, the answer and its word, possible duplicates, by hand", async () => {
  Object.assign(incident.listed.calls[1], { taken_by: "mesa", channel: "manual" });
  const page = await at("p/incident/12#calls");
  const person = (id) => text(page, `[data-person=${id}]`);
  assert.match(await person("mesa"), /Mesa de ayuda[\s\S]*respondió: enterado · \d\d:\d\d:\d\d[\s\S]*se decidió \d\d:\d\d:\d\d[\s\S]*enviada \d\d:\d\d:\d\d[\s\S]*recibida \d\d:\d\d:\d\d/);
  assert.match(await person("tecnico"), /no ha respondido[\s\S]*manual · a mano, la hace Mesa de ayuda/);
  assert.match(await person("responsable"), /nivel 2[\s\S]*posible duplicado/);
});

test("one acknowledges for the incident that one looks at", async () => {
  const page = await one();
  assert.equal(await text(page, "[data-test=act-ack]"), "Enterado · 07");
  await page.click("[data-test=act-ack]");
  assert.match(await text(page, "[data-test=readback]"), /Usted, Mesa de ayuda, se da por enterado\. Incidente 07: Difusión/);
  await page.dblclick("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts, [{ act: "ack", body: {} }]);
});

test("a folio that is given again does not change the page under somebody's hands", async () => {
  const page = await at("p/incident/07");
  await page.click("[data-test=act-ack]");
  const other = { ...incident.listed, id: 31, folio: "07", services: ["sei"] };
  incident.collector.on("GET", /^\/v1\/incidents\/07$/, () => ({ ...incident.body(new URLSearchParams()), ...other }));
  incident.grow();
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  assert.equal(await page.getAttribute("[data-test=incident-head]", "data-id"), "12");
  assert.deepEqual(sent(), ["ack"]);
});

test("an acknowledgement is not sent for an incident that was merged meanwhile", async () => {
  const page = await one();
  await page.click("[data-test=act-ack]");
  incident.change({ merged_into: 13, state: "closed" });
  await page.waitForSelector("[data-test=moved]");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  assert.deepEqual(sent(), []);
});

test("a checklist is worked through: what is next and late, who did what, a question has two answers, skipping wants a reason", async () => {
  const list = declared();
  const page = await at("p/incident/12#lists");
  assert.match(await text(page, "[data-test=task][data-n='1']"), /hecha · Mesa de ayuda · \d\d:\d\d:\d\d · «técnico»/);
  assert.match(await text(page, "[data-test=task][data-n='2']"), /VENCIDA desde[\s\S]*Solo el responsable de la actividad/);
  assert.equal(await page.getAttribute("[data-test=task][data-n='2']", "aria-current"), "step");
  assert.equal(await page.locator("[data-test=task][data-n='2'] [data-test=check-done]").count(), 0);
  assert.equal(await page.locator("[data-test=task][data-n='3'] [data-test=check-yes]").count(), 0);
  await page.click("[data-test=task][data-n='3'] [data-test=check-done]");
  assert.match(await text(page, "[data-test=readback]"), /marca como hecha la actividad 3: Cambiar al sitio alterno/);
  await page.fill("[data-test=note]", "a las 8");
  incident.answer = ({ record }) => {
    Object.assign(list.tasks[2], { state: "done", person: "mesa", recorded_by: "mesa", at: Date.now() / 1000, entry: 99 });
    return { incident: 12, seq: record().seq, folio: "07" };
  };
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts, [{ act: "check", body: { n: 3, what: "done", service: "prep", note: "a las 8" } }]);
  await page.click("[data-test=close]");
  await page.waitForSelector("[data-test=task][data-n='3'][data-state=done]");
  await page.click("[data-test=task][data-n='2'] [data-test=check-skip]");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true, "no reason yet");
});

test("nothing is ticked on the page before the journal has it", async () => {
  declared();
  let release;
  incident.answer = () => new Promise((resolve) => { release = () => resolve({ status: 409, body: { error: "duplicate", text: "that activity is done already", why: "task-done-already" } }); });
  const page = await at("p/incident/12#lists");
  await page.click("[data-test=task][data-n='3'] [data-test=check-done]");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-step=sending]");
  assert.equal(await page.getAttribute("[data-test=task][data-n='3']", "data-state"), "open");
  while (!release) await page.evaluate(() => new Promise(requestAnimationFrame));
  release();
  await shown(page, "[data-test=trouble]", "Esa actividad ya está marcada.");
  assert.equal(await page.getAttribute("[data-test=task][data-n='3']", "data-state"), "open");
});

test("entries for the final report: added, corrected, withdrawn, with what each kind asks for", async () => {
  incident.report = { suppliers: [{ seq: 80, at: Date.now() / 1000 - 60, by: "mesa", note: "Proveedor del enlace", ref: "TK-1" }], improvements: [{ seq: 81, at: 1, by: "mesa", note: "Segundo enlace", ref: null, owner: "tecnico", due: Date.now() / 1000 + 86400, done: null, verified: null }] };
  const page = await at("p/incident/12#record");
  assert.match(await text(page, "[data-test=record-supplier]"), /Proveedor del enlace[\s\S]*caso TK-1/);
  assert.match(await text(page, "[data-test=record-improvement]"), /Responsable técnico de publicación, para/);
  await page.click("[data-test=add-supplier]");
  await page.fill("[data-test=note]", "Otro proveedor");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true, "a supplier has a case number");
  await page.fill("[name=ref]", "TK-2");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  await page.click("[data-test=record-supplier] [data-test=correct]");
  assert.equal(await page.inputValue("[data-test=note]"), "Proveedor del enlace");
  await page.fill("[data-test=note]", "Proveedor del enlace A");
  await page.fill("[name=ref]", "TK-1");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  await page.click("[data-test=record-supplier] [data-test=withdraw]");
  await page.fill("[data-test=note]", "duplicado");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  await page.click("[data-test=add-improvement]");
  await page.fill("[data-test=note]", "Batería nueva");
  await page.selectOption("[name=other]", "mesa");
  await page.fill("[name=until]", "2030-01-15T10:00");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts.map((a) => a.body), [
    { what: "supplier", note: "Otro proveedor", ref: "TK-2" },
    { what: "supplier", entry: 80, note: "Proveedor del enlace A", ref: "TK-1" },
    { what: "withdrawn", entry: 80, note: "duplicado" },
    { what: "improvement", note: "Batería nueva", other: "mesa", until: "2030-01-15T10:00" },
  ]);
});

test("what was typed into a dialog that was left is there again, and gone once it is on record", async () => {
  const page = await at("p/incident/12#record", "operator");
  await page.click("[data-test=add-note]");
  await page.fill("[data-test=note]", "el técnico va en camino");
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-test=deed]", { state: "detached" });
  assert.deepEqual(incident.acts, []);
  await page.click("[data-test=add-note]");
  assert.equal(await page.inputValue("[data-test=note]"), "el técnico va en camino");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  await page.click("[data-test=add-note]");
  assert.equal(await page.inputValue("[data-test=note]"), "");
});

test("orders to the field posts: who confirmed, who is missing, a new one with PIN, a confirmation written down", async () => {
  incident.change({ orders: [{ id: 40, what: "suspend", at: Date.now() / 1000 - 60, due: Date.now() / 1000 + 120, by: "responsable", reason: "sin energía", state: "waiting", told: 3, confirmed: ["d-01"], missing: ["d-02", "d-03"] }] });
  const page = await at("p/incident/12#orders", "coordinator");
  assert.match(await text(page, "[data-test=order]"), /Suspender[\s\S]*1 de 3[\s\S]*«sin energía»[\s\S]*Faltan 2:[\s\S]*d-02[\s\S]*d-03[\s\S]*Confirmaron: d-01/);
  assert.match(await text(page, "[data-test=tab-orders]"), /2/);
  await page.click("[data-test=order-resume]");
  await page.fill("[data-test=folio]", "07");
  await page.fill("[data-test=note]", "volvió la energía");
  assert.match(await text(page, "[data-test=readback]"), /A todas las sedes/);
  await page.check("[name=sites][value=catd-01]");
  await page.check("[name=sites][value=dc]");
  await page.check("[name=sites][value=ccv]");
  await page.uncheck("[name=sites][value=dc]");
  assert.match(await text(page, "[data-test=readback]"), /A: CATD 01, CCV\. «volvió la energía»/);
  assert.deepEqual(await accessibility(page), []);
  await hold(page);
  await givePin(page);
  await page.waitForSelector("[data-test=receipt]");
  await page.click("[data-test=close]");
  await page.click("[data-test=confirm-order]");
  await page.check("[data-test=for-another]");
  await page.selectOption("[data-test=said-by]", "tecnico");
  await page.click("[data-test=send]");
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts, [
    { act: "order", body: { what: "resume", note: "volvió la energía", sites: "catd-01,ccv", pin: PIN } },
    { act: "confirm-order", body: { entry: 40, as: "tecnico", proof: "voice", recorded_by: "responsable" } },
  ]);
});

test("the report and what is owed", async () => {
  world.collector.status.debts = [{ incident: 12, folio: "07", what: "report", entry: null, person: "responsable", due: Date.now() / 1000 - 60, overdue: true }, { incident: 9, folio: "05", what: "report", entry: null, person: "mesa", due: 1, overdue: true }];
  const page = await at("p/incident/12#report", "coordinator");
  assert.match(await text(page, "[data-test=final-report]"), /Inicio[\s\S]*medido/);
  assert.deepEqual(await page.locator("[data-test=debt]").allInnerTexts().then((l) => l.map((t) => t.replace(/[\d:]{8}/, "HH"))), ["Informe final · Coordinación de continuidad · VENCIDO desde HH"]);
});

test("what can be done follows the state and the rights; why not is said", async () => {
  let page = await one("viewer");
  assert.match(await text(page, "[data-test=deeds]"), /solo consulta/);
  page = await one("operator");
  await page.click("[data-test=more-deeds]");
  assert.equal(await page.locator("[data-test=act-resume]").count(), 0, "nothing is restored");
  assert.match(await text(page, "[data-test=deeds]"), /Ya está bajo el plan vigente|Llamar ya al nivel 2/);
  incident.may.resume = [["mesa"]];
  incident.change({ state: "restored", restored: Date.now() / 1000 });
  await page.waitForSelector("[data-test=act-resume]");
  assert.equal(await page.locator("[data-test=act-escalate]").count(), 0);
  assert.match(await text(page, "[data-test=next]"), /falta que el área diga/);
  await page.click("[data-test=act-resume]");
  await page.fill("[data-test=folio]", "07");
  await page.fill("[name=at]", "5m");
  await hold(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts.at(-1), { act: "resume", body: { at: "5m" } });
});

test("the tab stands in the address, is walked by arrows, and the link is copied with it", async () => {
  const page = await one();
  await page.focus("[data-test=tab-story]");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement.dataset.test === "tab-calls");
  assert.match(page.url(), /\/p\/incident\/12#calls$/);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.click("[data-test=copy]");
  await shown(page, "[data-test=copy]", "copiado");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  const colleague = await at("p/incident/12#calls", "crisis");
  assert.ok(await colleague.locator("[data-test=ledger-person]").first().isVisible());
});

test("on paper: every part, and nothing that can be pressed", async () => {
  declared();
  const page = await one();
  await page.emulateMedia({ media: "print" });
  for (const part of ["[data-test=timeline]", "[data-test=ledger-person] >> nth=0", "[data-test=task] >> nth=0", "[data-test=final-report]"]) assert.ok(await page.locator(part).isVisible(), part);
  const buttons = await page.locator(".inc button:visible").allInnerTexts();
  assert.deepEqual(buttons, []);
  assert.match(await page.locator("[data-test=stamp]").innerText(), /REAL/);
});

test("when the incident cannot be asked for any more the page says that what it shows may be old", async () => {
  const page = await one();
  world.collector.on("GET", /^\/v1\/incidents\/12$/, () => ({ status: 503, body: { error: "stopping", text: "The server stops" } }));
  incident.grow();
  await page.waitForSelector("[data-test=load-error]");
  assert.match(await text(page, "[data-test=load-error]"), /puede ser de antes/);
  assert.match(await text(page, "[data-test=incident-head]"), /^07/);
});

for (const colorScheme of ["dark", "light"]) {
  test(`axe finds nothing on any part (${colorScheme})`, async () => {
    declared();
    incident.change({ orders: [{ id: 40, what: "suspend", at: 1, due: 2, by: "responsable", reason: "r", state: "waiting", told: 2, confirmed: ["d-01"], missing: ["d-02"] }] });
    incident.report = { suppliers: [{ seq: 80, at: 1, by: "mesa", note: "Proveedor", ref: "TK-1" }] };
    const page = await one("coordinator", { colorScheme });
    for (const tab of ["story", "calls", "lists", "record", "orders", "report"]) {
      await page.click(`[data-test=tab-${tab}]`);
      assert.deepEqual(await accessibility(page), [], tab);
    }
    const list = await at("p/incidents", "operator", { colorScheme, wait: "[data-test=row]" });
    assert.deepEqual(await accessibility(list), []);
  });
}

test("on a telephone nothing is wider than the screen", async () => {
  declared();
  const page = await one("operator", { viewport: { width: 390, height: 844 } });
  for (const tab of ["story", "calls", "lists", "record", "orders", "report"]) {
    await page.click(`[data-test=tab-${tab}]`);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), tab);
  }
});

test("an incident that has left memory shows what the journal says, and nothing to do", async () => {
  incident.extra = { brief: undefined, state: "closed", calls: [] };
  const page = await one("coordinator");
  assert.match(await text(page, ".inc"), /solo queda lo que dice la bitácora/);
  assert.equal(await page.locator("[data-test=deeds]").count(), 0);
  assert.equal(await page.locator("[data-test=to-decide]").count(), 0);
  assert.ok(await page.locator("[data-test=timeline] li").count() > 5);
});

// --- the list -----------------------------------------------------------------------------------------------

function past() {
  const day = (text) => Date.parse(text) / 1000;
  const of = (id, folio, began, more) => ({ ...incident.listed, id, folio, began: day(began), restored: day(began) + 600, state: "closed", calls: [], ...more });
  world.collector.on("GET", "/v1/incidents", ({ url }) => ({ incidents: url.searchParams.get("all") ? [of(3, "01", "2026-03-01T18:00:00Z", {}), of(4, "02", "2026-03-02T05:59:00Z", { services: ["sei"], real: false, stamp: "SIMULACRO 1" }), { ...incident.listed, state: "suspect" }] : [incident.listed] }));
}

test("open incidents come first, old ones on demand, by folio, process, kind and day of Mexico City", async () => {
  past();
  const page = await at("p/incidents", "operator", { wait: "[data-test=row]" });
  const rows = () => page.locator("[data-test=row]").evaluateAll((list) => list.map((e) => e.dataset.id).join(" "));
  const are = (ids) => page.waitForFunction((want) => [...document.querySelectorAll("[data-test=row]")].map((e) => e.dataset.id).join(" ") === want, ids);
  assert.equal(await rows(), "12");
  assert.equal(world.collector.requests.some((r) => r.query.includes("all")), false);
  await page.check("[data-test=filter-all]");
  await are("12 4 3");
  assert.match(await text(page, "[data-id='12']"), /CONFIRMADO/, "the status is newer than the journal's list");
  assert.match(await text(page, "[data-id='4']"), /SIMULACRO 1/);
  await page.selectOption("[data-test=filter-kind]", "drill");
  await are("4");
  await page.selectOption("[data-test=filter-kind]", "");
  await page.selectOption("[data-test=filter-service]", "sei");
  await are("4");
  await page.selectOption("[data-test=filter-service]", "");
  await page.fill("[data-test=filter-from]", "2026-03-01");
  await page.fill("[data-test=filter-to]", "2026-03-01");
  await are("4 3"); // 23:59 in the city, though it is the next day in London
  await page.fill("[data-test=filter-folio]", "01");
  await are("3");
  const again = await at(new URL(page.url()).pathname.slice(1) + new URL(page.url()).search, "operator", { wait: "[data-test=row]" });
  assert.equal(await again.inputValue("[data-test=filter-folio]"), "01");
  assert.equal(await again.inputValue("[data-test=filter-from]"), "2026-03-01");
});

test("the list by the keyboard", async () => {
  past();
  const page = await at("p/incidents?all=1", "operator", { wait: "[data-id='3']" });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.evaluate(() => document.activeElement.closest("li")?.dataset.id), "4");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.test), "filter-folio");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=incident-head][data-id='12']");
});
