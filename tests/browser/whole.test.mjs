// Whole incidents, with the real collector and the real board: three people in three browsers live through one from the first bad sample
// to its end, and through two at once. The journal holds each act under its person with its proof.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { PIN, RealWorld } from "./real-world.mjs";
import { givePin, hold } from "./screen.mjs";

const PLAN = `
institution: {name: Instituto de ejemplo, code: UTSI/PL/01, revision: "03"}
sites: [{id: dc, name: Centro de datos, kind: dc}]
agents: [{id: noc, site: dc}]
components:
  - {id: web, name: Sitio de difusión, site: dc, address: 127.0.0.1, checks: [{id: tcp, type: tcp, port: "9", from: [noc], interval: 1s, confirm: 2, recover: 2}]}
  - {id: correo, name: Servidor de correo, site: dc, address: 127.0.0.1, checks: [{id: tcp, type: tcp, port: "9", from: [noc], interval: 1s, confirm: 2, recover: 2}]}
services:
  - {id: prep, name: Difusión de resultados, area: UTSI, criticality: very-high, rto: 20m, needs: web, team: mesa-de-ayuda, policy: critica, procedure: drp}
  - {id: correo, name: Correo institucional, area: UTSI, criticality: high, rto: 30m, needs: correo, team: mesa-de-ayuda, policy: critica}
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
  - {id: coord, post: Coordinación de continuidad, contacts: [{channel: archivo, to: coordinacion@example.org}]}
  - {id: jefa, post: Titular del área, contacts: [{channel: archivo, to: titular@example.org}]}
seats:
  - {id: mesa-de-ayuda, level: 0, titular: mesa, suplente: coord}
  - {id: coordinador, level: 2, titular: coord}
  - {id: grupo-de-crisis, level: 1, titular: jefa}
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies:
  - id: critica
    repeat: 5m
    steps:
      - {at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 5m}
      - {at: {pct: 10}, call: ["seat:coordinador"], ack_within: 1m}
      - {at: {pct: 40}, call: ["level:1"], parallel: true, ask: activate, quorum: 1, ack_within: 2m}
procedures:
  - id: drp
    name: Recuperación técnica
    activities:
      - {n: 1, do: Clasificar el incidente, by: mesa-de-ayuda}
      - {n: 2, do: Cambiar al sitio alterno, by: mesa-de-ayuda}
`;

const world = new RealWorld();
let ana;
let ceci;
let elsa;

before(async () => {
  await world.start(PLAN);
  ana = await world.person("ana", "operator", "mesa");
  ceci = await world.person("ceci", "coordinator", "coord");
  elsa = await world.person("elsa", "crisis", "jefa", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await world.measure("noc", ["web:tcp", "correo:tcp"]);
});
after(() => world.stop());

const text = (page, selector) => page.locator(selector).first().innerText();
const go = async (page, where, seen = "[data-test=incident-head]") => {
  await page.goto(world.url + where);
  await page.waitForSelector(seen);
};
const state = (page, want) => page.waitForSelector(`[data-test=incident-head][data-state=${want}]`);
// Waits for the receipt, and answers with the number of the entry.
async function receipt(page) {
  await page.waitForSelector("[data-test=receipt]");
  const seq = Number(await page.getAttribute("[data-test=receipt]", "data-seq"));
  await page.click("[data-test=close]");
  return seq;
}
async function decide(page, option, folio, { note = "", pin = true } = {}) {
  await page.click(`[data-test=option-${option}][data-allowed=true] [data-test=decide]`);
  await page.fill("[data-test=folio]", folio);
  if (note) await page.fill("[data-test=note]", note);
  await hold(page);
  if (pin) await givePin(page, PIN);
  return receipt(page);
}
const entry = async (seq) => (await world.entries()).find((e) => e.seq === seq);
async function stands(seq, kind, person, proof, incident) {
  const e = await entry(seq);
  assert.deepEqual({ kind: e.kind, person: e.body.person, recorded_by: e.body.recorded_by, proof: e.body.proof, incident: e.body.incident }, { kind, person, recorded_by: person, proof, incident });
}

test("a whole incident, lived through by three people in three browsers", async () => {
  world.bad.add("web:tcp");
  const { id, folio } = await world.incident("prep", "confirmed");
  // The operator sees it come up in the list, opens it, acknowledges it.
  await go(ana, "p/incidents", `[data-test=row][data-id='${id}']`);
  await ana.click(`[data-id='${id}'] a`);
  await state(ana, "confirmed");
  await ana.click("[data-test=act-ack]");
  await ana.fill("[data-test=note]", "voy al sitio");
  await ana.click("[data-test=send]");
  const acked = await receipt(ana);
  // The coordinator sees the answer, convenes level 1; may not declare yet and is told why.
  await go(ceci, `p/decide/${id}`);
  await ceci.waitForFunction(() => document.querySelector("[data-test=facts]").innerText.includes("respondió: enterado"));
  assert.match(await text(ceci, "[data-test=option-declare] [data-test=why-not]"), /El nivel 1 todavía no lo autoriza/);
  const convened = await decide(ceci, "convene", folio, { pin: false });
  // Level 1 authorises on a telephone, with the PIN.
  await go(elsa, `p/decide/${id}`);
  assert.equal(await elsa.locator("[data-test=option-declare][data-allowed=true]").count(), 0);
  const authorised = await decide(elsa, "authorize", folio, { note: "de acuerdo" });
  // Both screens see it without a reload; the coordinator declares with the PIN.
  await state(ceci, "authorised");
  const declared = await decide(ceci, "declare", folio);
  await state(elsa, "declared");
  // The operator works the list through.
  await ana.click("[data-test=tab-lists]");
  const done = [];
  for (const n of [1, 2]) {
    await ana.click(`[data-test=task][data-n='${n}'] [data-test=check-done]`);
    await ana.click("[data-test=send]");
    done.push(await receipt(ana));
    await ana.waitForSelector(`[data-test=task][data-n='${n}'][data-state=done]`);
  }
  // It works again; the area says that operations have resumed; the coordinator closes.
  world.bad.delete("web:tcp");
  await state(ana, "restored");
  await ana.click("[data-test=more-deeds]");
  await ana.click("[data-test=act-resume]");
  await ana.fill("[data-test=folio]", folio);
  await hold(ana);
  const resumed = await receipt(ana);
  await go(ceci, `p/incident/${id}`);
  await state(ceci, "resumed");
  await ceci.click("[data-test=more-deeds]");
  await ceci.click("[data-test=act-close]");
  await ceci.fill("[data-test=folio]", folio);
  await hold(ceci);
  const closed = await receipt(ceci);
  await state(ceci, "closed");
  await state(elsa, "closed");
  await stands(acked, "ack.given", "mesa", "session", id);
  await stands(convened, "act.convene", "coord", "session", id);
  await stands(authorised, "act.authorize", "jefa", "pin", id);
  await stands(declared, "act.declare", "coord", "pin", id);
  for (const seq of done) await stands(seq, "checklist.step", "mesa", "session", id);
  await stands(resumed, "act.resume", "mesa", "session", id);
  await stands(closed, "act.close", "coord", "session", id);
  assert.equal((await entry(acked)).body.note, "voy al sitio");
  assert.equal((await world.entries()).filter((e) => e.kind === "act.refused").length, 0);
  // What happened stands in words on the page.
  await go(elsa, `p/incident/${id}`);
  assert.match(await text(elsa, "[data-test=timeline]"), /Coordinación de continuidad cierra el incidente[\s\S]*Mesa de ayuda confirma que la operación se reanudó[\s\S]*DECLARA la contingencia \(prueba: PIN\)[\s\S]*Titular del área AUTORIZA[\s\S]*Mesa de ayuda: enterado/);
  for (const page of [ana, ceci, elsa]) assert.deepEqual(page.troubles, []);
});

test("two incidents at once: nobody acts on the wrong one", async () => {
  const before = (await world.entries()).at(-1).seq;
  world.bad.add("web:tcp").add("correo:tcp");
  const first = await world.incident("prep", "confirmed");
  const second = await world.incident("correo", "confirmed");
  assert.notEqual(first.folio, second.folio);
  // Each of the two is open on a screen; the operator acknowledges the second, the coordinator has the first before her.
  await go(ana, `p/incident/${second.id}`);
  await go(ceci, `p/decide/${first.id}`);
  await ceci.click("[data-test=option-convene] [data-test=decide]");
  await ceci.fill("[data-test=folio]", second.folio);
  assert.match(await text(ceci, "[data-test=obstacle]"), new RegExp(`El folio ${second.folio} es de OTRO incidente \\(Correo institucional\\)\\. Este es el ${first.folio}`));
  assert.equal(await ceci.locator("[data-test=send]").isDisabled(), true);
  await ana.click("[data-test=act-ack]");
  assert.match(await text(ana, "[data-test=readback]"), new RegExp(`Incidente ${second.folio}: Correo institucional`));
  await ana.dblclick("[data-test=send]");
  const acked = await receipt(ana);
  await ceci.fill("[data-test=folio]", first.folio);
  await hold(ceci);
  const convened = await receipt(ceci);
  // The second one recovers while somebody is about to decide on it: nothing is sent.
  await go(elsa, `p/decide/${second.id}`);
  await elsa.click("[data-test=option-authorize] [data-test=decide]");
  await elsa.fill("[data-test=folio]", second.folio);
  world.bad.delete("correo:tcp");
  await elsa.waitForSelector("[data-test=moved]");
  assert.match(await text(elsa, "[data-test=moved]"), /ahora está «restablecido»\. No se envió nada/);
  assert.equal(await elsa.locator("[data-test=send]").isDisabled(), true);
  const acts = (await world.entries()).filter((e) => e.seq > before && /^(act\.|ack\.given)/.test(e.kind)).map((e) => [e.seq, e.kind, e.body.incident, e.body.person]);
  // Who convenes has answered: the collector writes that down behind it.
  assert.deepEqual(acts.filter(([seq]) => seq !== convened + 1), [[acked, "ack.given", second.id, "mesa"], [convened, "act.convene", first.id, "coord"]]);
  assert.ok(acts.every(([seq, , incident]) => seq === acked ? incident === second.id : incident === first.id));
  for (const page of [ana, ceci, elsa]) assert.deepEqual(page.troubles, []);
});
