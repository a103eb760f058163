// The decision desk: the facts, who may and why not, and one act from the button to the receipt without a doubt about which incident it is.
import assert from "node:assert/strict";
import test, { after, afterEach, before, beforeEach } from "node:test";
import { accessibility, World } from "./world.mjs";
import { calm, down } from "./fake-collector.mjs";
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

async function desk(login, options = {}) {
  const page = await screen(world, `p/decide/${options.id ?? 12}`, { login, ...options });
  pages.push(page);
  return page;
}
const open = (page, option) => page.click(`[data-test=option-${option}] [data-test=decide]`);
const text = (page, selector) => page.locator(selector).innerText();
const sent = () => incident.acts.map((a) => a.act);

// A second incident, of which another process is the reason.
function two() {
  const status = world.collector.status;
  const now = Date.now() / 1000;
  const other = { ...status.incidents[0], id: 13, folio: "08", services: ["sei"], root: "azure/sqlmi", began: now - 30, calls: [] };
  status.services[2] = { ...status.services[2], state: "down", incident: 13, clock: { ...status.services[1].clock, began: now - 30, began_not_before: now - 31, breach_at: now + 7170 } };
  status.incidents.push(other);
  return new FakeIncident(world.collector, 1);
}

test("the facts stand beside the options, and each option says who may", async () => {
  const page = await desk("coordinator");
  assert.match(await text(page, "[data-test=incident-head]"), /07[\s\S]*CONFIRMADO[\s\S]*REAL[\s\S]*Difusión de resultados preliminares/);
  assert.match(await text(page, "[data-test=clause]"), /UTSI\/PL\/01, revisión 01 · política critica, paso 3/);
  assert.match(await text(page, "[data-test=facts]"), /hasta 1 s antes[\s\S]*De 3 pruebas fallan 2; se recuperaron 1[\s\S]*Mesa de ayuda[\s\S]*enterado/);
  assert.match(await text(page, "[data-test=option-convene]"), /Puede: Coordinación de continuidad/);
  assert.match(await text(page, "[data-test=option-wait]"), /2 de 2/);
  assert.match(await text(page, "[data-test=option-declare] [data-test=who-may]"), /Coordinación de continuidad[\s\S]*El nivel 1 todavía no lo autoriza/);
  assert.match(await text(page, "[data-test=option-authorize] [data-test=who-may]"), /Grupo de crisis · Titular de la DEPCyC/);
  assert.equal(await text(page, "[data-test=option-authorize] [data-test=why-not]"), "Usted no puede ahora: Solo autoriza quien ocupa un asiento del nivel 1.");
  assert.equal(await page.locator("[data-test=option-convene]").getAttribute("data-allowed"), "true");
  assert.equal(await page.locator("[data-test=option-declare]").getAttribute("data-allowed"), "false");
  assert.equal(await page.locator("[data-test=option-declare] [data-test=decide]").count(), 0, "nobody may declare now");
});

test("what the account's role does not allow is said, and nothing can be pressed", async () => {
  const viewer = await desk("viewer");
  assert.equal(await text(viewer, "[data-test=option-convene] [data-test=why-not]"), "Usted no puede ahora: Su cuenta no tiene este permiso.");
  assert.equal(await viewer.locator("[data-test=decide]").count(), 0);
  const nobody = await desk(null);
  assert.match(await text(nobody, "[data-test=option-convene] [data-test=why-not]"), /Inicie sesión/);
  const operator = await desk("operator"); // writes down what the coordinator says
  assert.match(await text(operator, "[data-test=option-convene] [data-test=decide]"), /Asentar lo dicho/);
});

test("a decision: folio, reason, read-back, held button, PIN, receipt", async () => {
  const page = await desk("crisis");
  await open(page, "authorize");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true, "without the folio");
  await page.fill("[data-test=folio]", "07");
  await page.fill("[data-test=note]", "El sitio no responde");
  assert.equal(await text(page, "[data-test=readback]"), "Quedará registrado:\nUsted, Grupo de crisis, autoriza la activación del plan de continuidad. Incidente 07: Difusión de resultados preliminares. «El sitio no responde»");
  await page.click("[data-test=send]"); // a click is not held
  assert.deepEqual(sent(), []);
  await hold(page);
  assert.match(await text(page, "[data-test=pin-ask]"), /autoriza la activación/);
  await givePin(page, "111222");
  await page.waitForSelector("[data-test=pin-wrong]");
  await givePin(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts, [{ act: "authorize", body: { note: "El sitio no responde", pin: PIN } }]);
  const entry = incident.entries.at(-1);
  assert.equal(await page.locator("[data-test=receipt]").getAttribute("data-seq"), String(entry.seq));
  assert.match(await text(page, "[data-test=receipt]"), new RegExp(`Registrado: asiento ${entry.seq} del incidente 07`));
  await page.click("[data-test=close]");
  await page.waitForFunction(() => document.querySelector("[data-test=facts]").innerText.includes("«El sitio no responde»"));
});

test("by the keyboard alone", async () => {
  const page = await desk("coordinator");
  await page.focus("[data-test=option-convene] [data-test=decide]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-test=deed]");
  assert.equal(await page.evaluate(() => document.activeElement.name), "folio");
  await page.keyboard.type("07");
  await page.keyboard.press("Enter"); // sends nothing
  while (!(await page.evaluate(() => document.activeElement.matches("[data-test=send]")))) await page.keyboard.press("Tab");
  await page.keyboard.down(" ");
  await page.waitForSelector("[data-test=receipt]");
  await page.keyboard.up(" ");
  assert.deepEqual(sent(), ["convene"]);
  await page.keyboard.press("Escape");
  await page.waitForSelector("[data-test=deed]", { state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.closest("[data-test=option-convene]") !== null), true, "the focus is where it was");
});

test("declining, a false alarm and an order want their reason", async () => {
  const page = await desk("crisis");
  await open(page, "decline");
  await page.fill("[data-test=folio]", "07");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.fill("[data-test=note]", "   ");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.fill("[data-test=note]", "Se resuelve sola");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), false);
  await page.click("[data-test=leave]");
  await open(page, "order-suspend");
  assert.match(await text(page, "[data-test=readback]"), /indica a las sedes SUSPENDER/);
  await page.fill("[data-test=folio]", "07");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.fill("[data-test=note]", "Sin energía");
  await hold(page);
  await givePin(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts, [{ act: "order", body: { what: "suspend", note: "Sin energía", pin: PIN } }]);
});

test("a false alarm is said by one person and written down by another", async () => {
  const page = await desk("coordinator");
  await open(page, "false-alarm");
  await page.fill("[data-test=folio]", "07");
  await page.fill("[data-test=note]", "Corte de prueba");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true, "who says it is missing");
  assert.equal(await page.locator("[data-test=said-by] option[value=responsable]").count(), 0, "not oneself");
  await page.selectOption("[data-test=said-by]", "mesa");
  assert.match(await text(page, "[data-test=readback]"), /Mesa de ayuda afirma que fue falsa alarma \(voz\); lo asienta usted, Coordinación de continuidad/);
  await hold(page);
  await givePin(page);
  await page.waitForSelector("[data-test=unconfirmed]");
  assert.deepEqual(incident.acts[0].body, { note: "Corte de prueba", as: "mesa", proof: "voice", recorded_by: "responsable", pin: PIN });
});

test("what another said is written down, stands unconfirmed, and another confirms it", async () => {
  const page = await desk("coordinator");
  await open(page, "authorize");
  await page.waitForSelector("[data-test=said-by]");
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.fill("[data-test=folio]", "07");
  if (await page.locator("[data-test=for-another]").count()) await page.check("[data-test=for-another]");
  await page.selectOption("[data-test=said-by]", "primera");
  await page.selectOption("[name=proof]", "paper");
  assert.match(await text(page, "[data-test=readback]"), /Titular de la DEPCyC autoriza la activación del plan de continuidad \(papel\); lo asienta usted/);
  await page.selectOption("[name=proof]", "voice");
  await hold(page);
  await givePin(page);
  assert.match(await text(page, "[data-test=unconfirmed]"), /SIN CONFIRMAR/);
  await page.click("[data-test=close]");
  await page.waitForSelector("[data-test=unconfirmed-acts] [data-state=unconfirmed]");
  assert.match(await text(page, "[data-test=unconfirmed-acts]"), /Titular de la DEPCyC[\s\S]*asentó Coordinación de continuidad[\s\S]*SIN CONFIRMAR/);
  const entry = incident.entries.at(-1).seq;
  const other = await desk("crisis");
  await other.click(`[data-entry="${entry}"] [data-test=do-confirm]`);
  await other.click("[data-test=send]");
  await other.waitForSelector("[data-test=receipt]");
  assert.deepEqual(incident.acts.at(-1), { act: "confirm", body: { entry } });
});

test("two incidents at once: the other's folio is refused and named", async () => {
  const other = two();
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "08");
  assert.match(await text(page, "[data-test=obstacle]"), /folio 08 es de OTRO incidente \(Sistema electrónico por internet\)\. Este es el 07/);
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.fill("[data-test=folio]", "99");
  assert.match(await text(page, "[data-test=obstacle]"), /99 no es el de este incidente/);
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(sent(), ["convene"]);
  assert.deepEqual(other.acts, []);
});

test("an incident that moves meanwhile: the dialog says so and nothing is sent", async () => {
  two();
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  incident.change({ state: "restored", restored: Date.now() / 1000 });
  await page.waitForSelector("[data-test=moved]");
  assert.match(await text(page, "[data-test=moved]"), /El incidente 07 cambió mientras usted escribía: estaba «CONFIRMADO» y ahora está «restablecido»\. No se envió nada\./);
  assert.equal(await page.locator("[data-test=send]").isDisabled(), true);
  await page.click("[data-test=leave]");
  incident.change({ state: "confirmed", restored: null });
  await page.waitForSelector("[data-test=incident-head][data-state=confirmed]");
  await open(page, "convene");
  incident.change({ merged_into: 13 });
  await page.waitForSelector("[data-test=moved]");
  assert.match(await text(page, "[data-test=moved]"), /se reunió con otro \(13\)/);
  assert.deepEqual(sent(), []);
});

test("what the board has not heard yet is asked for before anything is sent", async () => {
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  incident.extra = { state: "declined" }; // only whoever asks is told: the stream is late
  await hold(page);
  assert.match(await text(page, "[data-test=moved]"), /«declinado»\. No se envió nada/);
  assert.deepEqual(sent(), []);
});

test("a rule's refusal is said in Spanish by its word", async () => {
  incident.answer = () => ({ status: 409, body: { error: "wrong-state", text: "level 1 has been convened already", why: "convened-already" } });
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  assert.equal(await text(page, "[data-test=trouble]"), "El nivel 1 ya está convocado.");
  assert.equal(await page.locator("[data-test=receipt]").count(), 0);
});

test("an answer that was lost: it may be recorded, it is looked for, and it is not sent twice", async () => {
  incident.answer = ({ record }) => {
    record();
    return { status: 503, body: { error: "not-journalled", text: "The journal cannot be written now" } };
  };
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  await page.waitForSelector("[data-test=unsure]");
  assert.match(await text(page, "[data-test=unsure]"), /PUEDE HABER QUEDADO REGISTRADO/);
  assert.equal(await page.locator("[data-test=send]").count(), 0, "it cannot be sent again from here");
  await page.click("[data-test=look]");
  await page.waitForSelector("[data-test=receipt]");
  assert.equal(await page.locator("[data-test=receipt]").getAttribute("data-seq"), String(incident.entries.at(-1).seq));
  assert.deepEqual(sent(), ["convene"]);
});

test("an answer that was lost and nothing recorded: only whoever wants sends it again", async () => {
  let times = 0;
  incident.answer = ({ record }) => (++times === 1 ? { status: 503, body: { error: "not-journalled", text: "no" } } : { incident: 12, seq: record().seq, folio: "07" });
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  await page.waitForSelector("[data-test=unsure]");
  await page.click("[data-test=look]");
  await page.waitForSelector("[data-test=again]");
  assert.match(await text(page, "[data-test=unsure]"), /No aparece en la bitácora hasta el asiento \d+/);
  assert.equal(times, 1);
  await page.click("[data-test=again]");
  await hold(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.equal(times, 2);
});

test("an older act of the same kind is not taken for the one that was lost", async () => {
  incident.record("convene", {}, { person: "responsable" });
  incident.answer = () => ({ status: 503, body: { error: "not-journalled", text: "no" } });
  const page = await desk("coordinator");
  await open(page, "convene");
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  await page.click("[data-test=look]");
  await page.waitForSelector("[data-test=again]");
});

test("on a telephone the decision comes first, nothing is wider than the screen", async () => {
  const page = await desk("crisis", { viewport: { width: 390, height: 844 } });
  const top = (selector) => page.locator(selector).evaluate((e) => e.getBoundingClientRect().top);
  assert.ok(await top("[data-test=options]") < await top("[data-test=facts]"));
  await open(page, "authorize");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  assert.ok(await page.locator("[data-test=deed]").evaluate((e) => e.scrollWidth <= e.clientWidth + 1));
  await page.fill("[data-test=folio]", "07");
  await hold(page);
  await givePin(page);
  await page.waitForSelector("[data-test=receipt]");
  assert.deepEqual(sent(), ["authorize"]);
});

test("on a wide screen the facts stand on the left", async () => {
  const page = await desk("crisis");
  const left = (selector) => page.locator(selector).evaluate((e) => e.getBoundingClientRect().left);
  assert.ok(await left("[data-test=facts]") < await left("[data-test=options]"));
});

for (const colorScheme of ["dark", "light"]) {
  test(`axe finds nothing (${colorScheme})`, async () => {
    const page = await desk("coordinator", { colorScheme });
    assert.deepEqual(await accessibility(page), []);
    await open(page, "false-alarm");
    assert.deepEqual(await accessibility(page), []);
  });
}

test("a drill says so on the desk and in the dialog", async () => {
  incident.change({ real: false, stamp: "SIMULACRO 2" });
  const page = await desk("coordinator");
  assert.equal(await text(page, "[data-test=stamp]"), "SIMULACRO 2");
  await open(page, "convene");
  assert.match(await text(page, "[data-test=deed]"), /SIMULACRO 2/);
});

test("an incident that is over has nothing to decide; one that never was is told plainly", async () => {
  incident.change({ state: "closed" });
  const page = await desk("coordinator");
  assert.match(await text(page, "[data-test=nothing-to-decide]"), /terminó/);
  world.collector.say(calm());
  const none = await screen(world, "p/decide/77", { wait: "[data-test=no-incident]" });
  assert.match(await text(none, "[data-test=no-incident]"), /No hay un incidente 77/);
  await none.close();
});
