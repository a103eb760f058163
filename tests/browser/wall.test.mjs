// The wall, promise by promise, in Chromium before an estate of 50 sites. Nothing here waits by time: only for what must be seen.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World, accessibility } from "./world.mjs";
import { answer, call, drill, estate, fail, flood, judgeSites, rough, single, withState } from "./estate.mjs";

const world = new World();
const HD = { width: 1920, height: 1080 };
const UHD = { width: 3840, height: 2160 };
let page;

before(() => world.start(), { timeout: 60000 });
after(() => world.stop(), { timeout: 60000 });
beforeEach(() => world.collector.say(estate()));
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.evaluate(() => localStorage.clear());
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const text = (selector) => page.locator(selector).first().innerText();
const seconds = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const fits = () => page.evaluate(() => {
  const over = (e) => e.scrollWidth > e.clientWidth || e.scrollHeight > e.clientHeight + 1;
  return [document.documentElement, ...document.querySelectorAll(".board, .wall, .wall-col")].filter(over).map((e) => `${e.className || e.tagName} ${e.scrollWidth}x${e.scrollHeight} in ${e.clientWidth}x${e.clientHeight}`);
});
const shown = (s) => world.collector.say(s);

// A sound card that writes down what it is asked to play.
async function openWithSound(query = "", options = {}) {
  await world.context.addInitScript(() => {
    if (window.played) return;
    window.played = [];
    const node = () => ({ connect: (to) => to, gain: { setValueAtTime() {}, linearRampToValueAtTime() {} } });
    window.AudioContext = class {
      state = "suspended";
      currentTime = 0;
      destination = {};
      async resume() { this.state = "running"; this.onstatechange?.(); }
      async suspend() { this.state = "suspended"; this.onstatechange?.(); }
      createGain = node;
      createOscillator() {
        return { ...node(), frequency: { setValueAtTime: (f, t) => window.played.push([f, Math.round(t * 100)]), linearRampToValueAtTime() {} }, start() {}, stop() {} };
      }
    };
  });
  page = await world.open(query, options);
  await page.keyboard.press("s");
  await page.waitForSelector("[data-test=sound][aria-pressed=true]");
  await page.evaluate(() => { window.played.length = 0; });
}
const played = () => page.evaluate(() => window.played.splice(0).map(([f]) => f).join(" "));
const hears = async (frequency) => page.waitForFunction((f) => window.played.some(([x]) => x === f), frequency);

test("all is well: eleven processes by criticality, fifty sites by kind, cuts, watch and day on one screen, calm", async () => {
  page = await world.open();
  assert.match(await text("[data-test=verdict]"), /Todos los procesos funcionan/);
  assert.equal(await page.locator("[data-test=service][data-state=ok]").count(), 11);
  assert.match(await text(".wall-well"), /^criticidad muy alta[^]*Registro de candidaturas COPACO[^]*criticidad alta[^]*criticidad media[^]*criticidad baja/);
  assert.equal(await page.locator("[data-test=site]").count(), 50);
  assert.deepEqual(await page.locator("[data-test=site-group] h3").allInnerTexts().then((all) => all.map((t) => t.replace(/\s+/g, ""))), ["CATD33/33bien", "CCV·Centrodedatos·Nube·Sedes4/4bien", "Difusores13/13bien"]);
  assert.equal(await text("[data-test=site][data-id=catd-07] b"), "07", "under CATD a number says which one");
  assert.equal(await text("[data-test=site][data-id=catd-07] .word"), "bien");
  assert.match(await text("[data-test=cut]"), /completo[^]*Cortes del PREP[^]*corte 7 de 25[^]*datos[^]*imágenes[^]*base[^]*difusores 13 de 13/);
  assert.equal(await page.getAttribute("[data-test=watch]", "data-calm"), "true");
  assert.match(await text("[data-test=day]"), /Jornada electoral[^]*CONGELADO hasta/);
  assert.equal(await text("[data-test=universe]"), "REAL");
  assert.equal(await page.locator("[role=alert], [data-test=drill-frame]").count(), 0);
  assert.deepEqual(await fits(), []);
});

test("a process fails: a huge clock that runs, its uncertainty, the next mark and the forecast", async () => {
  const status = single();
  shown(status);
  page = await world.open();
  await page.waitForSelector("[data-test=service][data-id=prep][data-state=down]");
  assert.equal(await page.locator("[data-test=service]").first().getAttribute("data-id"), "prep", "it stands first");
  const clock = status.services[0].clock;
  const before = seconds(await text("[data-test=left]"));
  await page.waitForFunction((b) => {
    const [m, s] = document.querySelector("[data-test=left]").textContent.split(":").map(Number);
    return m * 60 + s <= b - 2;
  }, before);
  const [left, elapsed] = await page.evaluate(() => ["left", "elapsed"].map((x) => document.querySelector(`[data-test=${x}]`).textContent));
  assert.ok(Math.abs(seconds(elapsed) - (Date.now() / 1000 - clock.began)) <= 2, `elapsed ${elapsed}`);
  assert.ok(Math.abs(seconds(left) + seconds(elapsed) - 600) <= 1, `left ${left} and elapsed ${elapsed} make the RTO`);
  assert.equal(await text("[data-test=doubt]"), "hasta 5 s más");
  const said = await text("[data-test=service][data-id=prep]");
  assert.match(said, /inicio entre \d\d:\d\d:\d\d y \d\d:\d\d:\d\d/);
  assert.match(said, /a este paso vence a las \d\d:\d\d:\d\d/);
  assert.match(said, /sigue 25 %: \d\d:\d\d:\d\d \(en 0:\d\d\)/);
  assert.match(said, /fallan 2 de 3 pruebas/);
  assert.match(said, /Folio 07/);
  assert.equal(await page.getAttribute("[data-test=site][data-id=nube]", "data-state"), "critical");
});

test("an estimated, breached or restored clock says so", async () => {
  const s = estate();
  Object.assign(fail(s, "prep", 12, "07", 700), { state: "declared" });
  Object.assign(s.services[0].clock, { breached: true, estimated: true, next_mark: null });
  Object.assign(fail(s, "copaco", 13, "08", 200), { restored: s.now - 20, state: "restored" });
  Object.assign(s.services[1].clock, { restored: s.now - 20, next_mark: null });
  s.services[1].state = "ok";
  shown(s);
  page = await world.open();
  const prep = await text("[data-test=service][data-id=prep]");
  assert.match(prep, /RTO REBASADO por\s+1:4\d/i);
  assert.match(prep, /inicio estimado[^]*venció a las/);
  assert.match(await text("[data-test=service][data-id=copaco]"), /bien[^]*Folio 08[^]*Sobraron\s+2:00/);
  assert.match(await text("[data-test=incident][data-id='13']"), /restablecido[^]*el área confirma que opera/);
});

test("one failure away, a copy too old and a silence are told beside the process that they concern", async () => {
  const s = estate();
  Object.assign(s.services[5], { state: "degraded", exposure: { since: s.now - 615, elapsed: 615, next: ["dc/0", "dc/1", "dc/2"], next_count: 3, unseen: false } });
  Object.assign(s.services[6], { rpo: { limit: 14400, state: "exceeded", estimated: false, copy: s.now - 20000, age: 20000, at_stake: null } });
  Object.assign(s.services[7], { silenced: { id: 31, until: s.now + 600, reason: "x" } });
  shown(s);
  page = await world.open();
  assert.match(await text("[data-test=service][data-id=seguridad]"), /DEGRADADO[^]*A UNA FALLA desde hace 10 min[^]*si falla: Cortafuegos A, Cortafuegos B y 1 más/);
  assert.match(await text("[data-test=service][data-id=soporte]"), /COPIA VIEJA\s+de hace 5 h 33 min; el límite es 4 h/);
  assert.match(await text("[data-test=service][data-id=computo]"), /EN SILENCIO hasta/);
});

test("the call tree lives: who is called now, who answered with which word, what is next and when", async () => {
  const s = rough();
  Object.assign(s, { tasks: [], siren: { on: false, why: [] } });
  s.incidents.splice(1); // the publication alone
  for (const x of s.services) if (x.id !== "prep") Object.assign(x, { state: "ok", clock: null, incident: null });
  shown(s);
  page = await world.open();
  const said = await text("[data-test=incident]");
  assert.match(said, /Folio 07\s*ACTIVACIÓN PEDIDA/);
  assert.match(said, /Subdirección de Seguridad y Redes\s+autorizar/);
  assert.match(said, /Responsable técnico de publicación\s+atiende/);
  assert.match(said, /Mesa de ayuda\s+enterado\s+\d\d:\d\d:\d\d/);
  assert.deepEqual(await page.locator("[data-test=calling]").evaluateAll((all) => all.map((e) => e.dataset.state)), ["received", "sent"]);
  assert.match(await text("[data-test=calling]"), /Titular de la UTSI\s+recibida · voz\s+hace 4\d s/);
  assert.match(said, /Autorizado 1 de 2: Subdirección de Seguridad y Redes/);
  assert.match(said, /Sigue \d\d:\d\d:\d\d: se llama al nivel 1\s*ya/, "the gate's hour has passed");
  assert.match(said, /Sigue \d\d:\d\d:\d\d: marca 60 %\s*1:\d\d/);
  // Of several the one whose RTO ends first stands first.
  const later = estate();
  fail(later, "computo", 21, "21", 10);
  fail(later, "copaco", 20, "20", 10);
  fail(later, "prep", 22, "22", 10);
  shown(later);
  await page.waitForFunction(() => document.querySelectorAll("[data-test=incident]").length === 3);
  assert.deepEqual(await page.locator("[data-test=incident]").evaluateAll((all) => all.map((e) => e.dataset.id)), ["20", "22", "21"]);
  s.incidents[0].exhausted = true;
  s.incidents[0].repeat_at = s.now + 50;
  shown(s);
  await page.waitForSelector("[data-test=incident] [data-test=exhausted]");
  assert.match(await text("[data-test=incident]"), /ÁRBOL DE LLAMADAS AGOTADO/);
  assert.match(await text("[data-test=incident]"), /se repite el árbol/);
});

test("cuts: late, missing, not matching, three per hour lost, which broadcaster; a countdown to the next", async () => {
  shown(rough());
  page = await world.open();
  const cut = await text("[data-test=cut]");
  assert.match(cut, /NO COINCIDE[^]*faltantes\s+1[^]*base TARDE[^]*difusores 12 de 13 · medio-04 TARDE/);
  assert.equal(await page.getAttribute("[data-test=cut-hour]", "data-look"), "critical", "this hour can have no three any more");
  const from = seconds(await text("[data-test=cut-next]"));
  await page.waitForFunction((f) => document.querySelector("[data-test=cut-next]").textContent.split(":").reduce((sum, p) => sum * 60 + Number(p), 0) < f, from);
});

test("the watch over the watch: agents, clocks, channels, blind spots, notices owed, vacant seats, silences", async () => {
  const s = rough();
  Object.assign(s, { incidents: s.incidents.slice(2), tasks: [], siren: { on: false, why: [] } });
  for (const x of s.services) Object.assign(x, { state: "ok", clock: null, incident: null, exposure: null });
  shown(s);
  page = await world.open();
  const rows = Object.fromEntries(await page.locator("[data-test=watch-row]").evaluateAll((all) => all.map((e) => [e.dataset.what, e.title])));
  assert.match(rows.agents, /^3 de 36 agentes callan: catd-12 desde .*catd-19.*enlace cortado/);
  assert.match(rows.clocks, /reloj desviado: catd-30 −7.2 s/);
  assert.match(rows.channels, /falló lo último por: mensajes/);
  assert.match(rows.unseen, /sitios que nadie mira de fuera: 2, catd-19, catd-27/);
  assert.match(rows.owed, /avisos de restablecimiento que faltan: 1, Mesa de ayuda \(06\)/);
  assert.match(rows.vacant, /asientos vacantes: 1, Seguridad/);
  assert.match(rows.silences, /silencios: 1, dc\/10 hasta/);
  assert.equal(await page.getAttribute("[data-test=watch]", "data-calm"), "false");
  assert.doesNotMatch(await text("[data-test=wall]"), /undefined|NaN|\{\w+\}|null/);
});

test("a site tells by word, shape and colour what is known of it; what is not seen is never green", async () => {
  const s = estate();
  const states = ["critical", "unreachable", "blind", "warning", "unknown", "unwatched"];
  states.forEach((state, i) => Object.assign(s.sites[i], { state, failing: state === "critical" ? 1 : 0 }));
  Object.assign(s.sites[6], { state: "critical", silent: 1, cause: "link-cut" });
  shown(s);
  page = await world.open();
  const tiles = await page.locator("[data-test=site]").evaluateAll((all) => all.slice(0, 8).map((e) => ({ word: e.querySelector(".word")?.textContent, shape: e.querySelector("svg").innerHTML, colour: getComputedStyle(e.querySelector("svg")).color })));
  assert.deepEqual(tiles.map((t) => t.word), ["FALLA", "sin paso", "sin datos", "aviso", "sin datos aún", "sin vigilar", "cortado", "bien"]);
  const well = tiles.at(-1);
  for (const t of tiles.slice(0, 7)) {
    assert.notEqual(t.colour, well.colour, t.word);
    assert.notEqual(t.shape, well.shape, t.word);
  }
  const shapes = (n) => tiles[n].shape;
  assert.equal(new Set([0, 1, 2, 3, 7].map(shapes)).size, 5, "each kind of trouble has a shape of its own");
});

test("nothing is dropped in silence: whatever fails, and on whatever screen, it fits and the counts add up", async () => {
  for (const viewport of [HD, UHD, { width: 1366, height: 768 }, { width: 1920, height: 1200 }, { width: 2560, height: 1080 }]) {
    for (const state of [rough(), flood()]) {
      shown(state);
      page = await world.open("", { viewport });
      await page.waitForFunction(() => document.querySelectorAll("[data-test=service]").length > 0);
      const where = `${viewport.width}x${viewport.height}, ${state.incidents.length} incidents`;
      assert.deepEqual(await fits(), [], where);
      const sum = await page.evaluate(() => {
        const number = (selector, pattern) => [...document.querySelectorAll(selector)].reduce((n, e) => n + Number((e.textContent.match(pattern) ?? [0, 0])[1]), 0);
        const count = (name) => document.querySelectorAll(`[data-test=${name}]`).length;
        return {
          services: count("service") + number("[data-test=services-more]", /y (\d+) más/) + number("[data-test=services-well]", /^(\d+)/),
          sites: count("site") + number("[data-test=sites-more]", /y (\d+) más/) + number("[data-test=sites-well]", /^(\d+)/),
          incidents: count("incident") + number("[data-test=incidents-more]", /y (\d+) más/),
        };
      });
      assert.deepEqual(sum, { services: 11, sites: 50, incidents: state.incidents.length }, where);
      await page.close();
    }
  }
  page = undefined;
});

test("it can be read from five metres, on 1080 lines and on 2160", async () => {
  shown(rough());
  for (const viewport of [HD, UHD]) {
    page = await world.open("", { viewport });
    const share = await page.evaluate(() => Object.fromEntries(Object.entries({ clock: ".is-big [data-test=left]", name: ".is-big .name", hour: "[data-test=hour]", site: ".wall-site .name b", stamp: "[data-test=universe]" })
      .map(([what, selector]) => [what, parseFloat(getComputedStyle(document.querySelector(selector)).fontSize) / innerHeight])));
    assert.ok(share.clock >= 0.1, `clock ${share.clock}`);
    assert.ok(share.name >= 0.025, `name ${share.name}`);
    assert.ok(share.hour >= 0.035, `hour ${share.hour}`);
    assert.ok(share.site >= 0.014, `site ${share.site}`);
    assert.ok(share.stamp >= 0.02, `stamp ${share.stamp}`);
    const least = await page.evaluate(() => Math.min(...[...document.querySelectorAll(".wall *")].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length).map((e) => parseFloat(getComputedStyle(e).fontSize))) / innerHeight);
    assert.ok(least >= 0.011, `the smallest letters are ${least} of the height`);
    await page.close();
  }
  page = undefined;
});

test("what is old is crossed out with its age; the clocks go on; all comes back", async () => {
  shown(single());
  page = await world.open();
  await world.collector.stop();
  await page.waitForSelector("[data-test=stale]");
  assert.match(await text("[data-test=stale]"), /DATOS DE HACE \d+ s/);
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector("[data-test=stale]")).backgroundImage), /repeating-linear-gradient/);
  assert.match(await page.evaluate(() => getComputedStyle(document.querySelector(".wall-body")).filter), /grayscale\(1\)/);
  assert.match(await text("[data-test=verdict]"), /No se sabe/);
  assert.match(await text("[data-test=alarm]"), /SIN CONTACTO CON EL COLECTOR desde \d\d:\d\d:\d\d/);
  assert.match(await text("[data-test=link]"), /sin contacto/);
  const before = seconds(await text("[data-test=left]"));
  await page.waitForFunction((b) => document.querySelector("[data-test=left]").textContent.split(":").reduce((sum, p) => sum * 60 + Number(p), 0) < b, before);
  await world.collector.start(world.collector.port);
  await page.waitForSelector("[data-test=stale]", { state: "detached" });
  assert.match(await text("[data-test=verdict]"), /1 PROCESO CAÍDO/);
});

test("a drill is framed and named all around; an incident of a drill beside a real one is named itself", async () => {
  shown(drill());
  page = await world.open();
  await page.waitForSelector("[data-test=drill-frame]");
  assert.equal(await text("[data-test=universe]"), "SIMULACRO 2");
  assert.equal(await page.locator("[data-test=drill-frame] b").count(), 2);
  const frame = await page.evaluate(() => {
    const e = document.querySelector("[data-test=drill-frame]");
    const r = e.getBoundingClientRect();
    return [r.left, r.top, r.right === innerWidth, r.bottom === innerHeight, parseFloat(getComputedStyle(e).borderTopWidth) >= 6, getComputedStyle(e).pointerEvents];
  });
  assert.deepEqual(frame, [0, 0, true, true, true, "none"]);
  assert.deepEqual(await fits(), []);
  const both = single();
  fail(both, "copaco", 14, "09", 30, { real: false, stamp: "SIMULACRO 2" });
  shown(both);
  await page.waitForSelector("[data-test=drill-frame]", { state: "detached" });
  assert.equal(await text("[data-test=universe]"), "REAL", "a real incident has precedence");
  assert.match(await text("[data-test=incident][data-id='14']"), /Folio 09\s*CONFIRMADO\s*SIMULACRO 2/);
});

test("by keyboard alone: arrows go from thing to thing, Enter opens its page, ? tells the keys, letters can be switched off", async () => {
  shown(single());
  page = await world.open();
  const here = () => page.evaluate(() => document.activeElement.dataset.id ?? document.activeElement.tagName);
  await page.keyboard.press("ArrowDown");
  assert.equal(await here(), "prep");
  await page.keyboard.press("ArrowRight");
  assert.match(await here(), /^catd-/, "to the right of the processes are the sites");
  const first = await here();
  await page.keyboard.press("ArrowDown");
  assert.notEqual(await here(), first);
  await page.focus("[data-test=site][data-id=catd-07]");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await here(), "catd-06");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  assert.equal(await here(), "catd-14", "the tile below");
  assert.ok(await page.evaluate(() => parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2), "where one is can be seen");
  await page.focus("[data-test=incident]");
  const to = await page.evaluate(() => document.activeElement.getAttribute("href"));
  await page.keyboard.press("Enter");
  await page.waitForFunction((href) => location.pathname + location.hash === href, to);
  await page.waitForSelector("[data-test=wall]", { state: "detached" });
  await page.goBack();
  await page.waitForSelector("[data-test=wall]");
  await page.keyboard.press("?");
  assert.match(await text("[data-test=keys]"), /modo visita[^]*claro, oscuro[^]*pantalla completa[^]*sonido[^]*alarma[^]*ir de un sitio/);
  await page.uncheck("[data-test=letters]");
  await page.keyboard.press("Escape");
  await page.keyboard.press("v");
  await page.keyboard.press("?");
  await page.waitForSelector("[data-test=keys]");
  assert.equal(await page.locator("[data-test=visitor]").count(), 0, "v does nothing now, ? still does");
  await page.check("[data-test=letters]");
  await page.keyboard.press("Escape");
});

test("a site's own page is opened, or its part of the details while it has none", async () => {
  page = await world.open();
  page.allowed = ["404"]; // what its page asks for besides the status
  const href = await page.getAttribute("[data-test=site][data-id=catd-07]", "href");
  await page.focus("[data-test=site][data-id=catd-07]");
  await page.keyboard.press("Enter");
  await page.waitForFunction((h) => location.pathname + location.search === h, href);
  await page.waitForSelector("[data-test=wall]", { state: "detached" });
  await page.waitForFunction(() => /catd.07/i.test(document.querySelector(".board").innerText));
  await page.goto(`${world.url}p/board?site=catd-07`);
  await page.waitForSelector("[data-test=check]");
  assert.deepEqual(await page.locator("[data-test=check]").evaluateAll((all) => all.map((e) => e.dataset.id)), ["catd-07/enlace:p", "catd-07/movil:p", "catd-07/captura:p"]);
  await page.click("[data-test=all-components]");
  await page.waitForFunction(() => document.querySelectorAll("[data-test=check]").length > 100);
});

test("v: visitors see no components, addresses, telephones or notes; it is said, remembered and in the title; other pages stay shut", async () => {
  const s = rough();
  s.plan.refused = { at: s.now - 60, text: "plan/redes.yaml:14:5: error: address 192.0.2.7" };
  shown(s);
  page = await world.open();
  const names = s.components.filter((c) => !c.site.startsWith("catd") && !c.site.startsWith("medio")).map((c) => c.name);
  const seen = () => page.evaluate(() => document.body.innerText + [...document.querySelectorAll("[title], [aria-label]")].map((e) => `${e.title} ${e.ariaLabel}`).join(" "));
  assert.ok(names.some((n) => n === "Cortafuegos B") && (await seen()).includes("Cortafuegos B"), "a component is named otherwise");
  await page.keyboard.press("v");
  await page.waitForSelector("[data-test=visitor]");
  const all = await seen();
  for (const n of [...names, "dc/", "192.0.2.7", "4622", "limpieza de filtros"]) assert.ok(!all.includes(n), n);
  assert.match(all, /si falla: 1 componentes/);
  assert.match(await page.title(), /^MODO VISITA/);
  await page.reload();
  await page.waitForSelector("[data-test=visitor]");
  await page.goto(`${world.url}p/board`);
  await page.waitForSelector("[data-test=not-for-visitors]");
  assert.equal(await page.locator("[data-test=check]").count(), 0);
  await page.keyboard.press("v");
  await page.waitForSelector("[data-test=check]");
});

test("l: light, dark or as the system wishes, remembered on every page", async () => {
  page = await world.open("", { colorScheme: "dark" });
  const theme = () => page.evaluate(() => [document.documentElement.dataset.theme, getComputedStyle(document.body).backgroundColor]);
  const dark = await theme();
  assert.equal(dark[0], "dark");
  await page.keyboard.press("l");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light");
  const light = await theme();
  assert.notEqual(light[1], dark[1]);
  await page.goto(`${world.url}p/board`);
  await page.waitForSelector("[data-test=verdict]");
  assert.deepEqual(await theme(), light);
  await page.keyboard.press("l");
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
  await page.keyboard.press("l");
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === "light", null, { timeout: 5000 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
});

test("f: the whole screen", async () => {
  page = await world.open();
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.fullscreenElement === document.documentElement);
  await page.keyboard.press("f");
  await page.waitForFunction(() => document.fullscreenElement === null);
});

test("while this screen has no sound it says so, and a key gives it", async () => {
  shown(fail2());
  page = await world.open();
  assert.match(await text("[data-test=sound]"), /SIN SONIDO/);
  assert.match(await text("[data-test=alarm-how]"), /no tiene sonido/);
  await page.close();
  await openWithSound();
  assert.match(await text("[data-test=sound]"), /Sonido activo/);
  await hears(659);
  await page.keyboard.press("s");
  await page.waitForSelector("[data-test=sound][aria-pressed=false]");
});

// A new incident that nobody has answered.
function fail2() {
  const s = estate();
  const i = fail(s, "copaco", 13, "08", 30);
  i.calls = [call(i, "mesa", "sent", s.now - 20)];
  return s;
}

test("the room's alarm: seen and heard, a pattern for each kind, until a named person has acknowledged; the wall says who", async () => {
  await openWithSound();
  assert.equal(await played(), "", "calm is silent");
  assert.equal(await page.getAttribute("[data-test=alarm]", "data-ringing"), "0");
  const s = fail2();
  shown(s);
  await page.waitForSelector("[data-test=alarm][data-ringing='1']");
  assert.match(await text("[data-test=alarm]"), /REAL · INCIDENTE NUEVO, folio 08: Registro de candidaturas COPACO/);
  await hears(659);
  assert.match(await played(), /^659 880 659 880/);
  await hears(659); // it goes on
  answer(s.incidents[0], "mesa", "no-puedo", s.now, false);
  shown(s);
  await page.waitForFunction(() => document.querySelector("[data-test=answer]"));
  assert.equal(await page.getAttribute("[data-test=alarm]", "data-ringing"), "1", "who passes on has not taken it up");
  answer(s.incidents[0], "bd", "atiendo", s.now);
  shown(s);
  await page.waitForSelector("[data-test=alarm][data-ringing='0']");
  assert.match(await text("[data-test=alarm-told]"), /folio 08.* — atiende: Responsable de bases de datos \(atiende\), \d\d:\d\d:\d\d/);
  await played();
  // The RTO is over: what was said before does not count for that.
  Object.assign(s.services[1].clock, { breached: true, breach_at: s.now + 0.1 });
  shown(s);
  await page.waitForSelector("[data-test=alarm-reason][data-kind=breach]");
  await hears(988);
  answer(s.incidents[0], "utsi", "enterado", s.now + 5);
  s.incidents[0].exhausted = true;
  shown(s);
  await page.waitForSelector("[data-test=alarm][data-kinds=exhausted]");
  await hears(520);
  s.incidents[0].exhausted = false;
  s.tasks = [{ call: 99, incident: 13, folio: "08", person: "dds", post: "Dirección de Desarrollo de Sistemas", due: s.now + 60, taken_by: null }];
  shown(s);
  await page.waitForSelector("[data-test=alarm][data-kinds=hand]");
  await hears(740);
  s.tasks[0].taken_by = "mesa";
  shown(s);
  await page.waitForSelector("[data-test=alarm][data-ringing='0']");
  assert.match(await page.locator("[data-test=alarm-told]").allInnerTexts().then((all) => all.join()), /LLAMADA POR HACER A MANO.*atiende: Mesa de ayuda \(hace la llamada\)/);
});

test("an alarm that somebody has answered already does not ring on a screen that is opened later", async () => {
  shown(single());
  await openWithSound();
  await page.waitForSelector("[data-test=service][data-state=down]");
  assert.equal(await page.getAttribute("[data-test=alarm]", "data-ringing"), "0");
  assert.equal(await played(), "");
});

test("at a desk the alarm is taken up by the person who sits there, of the incident that they chose; a refusal is told and it rings on", async () => {
  const s = fail2();
  const other = fail(s, "sei", 14, "09", 20);
  other.calls = [call(other, "mesa", "sent", s.now - 10)];
  shown(s);
  const acts = [];
  await world.context.route("**/perform.js", (r) => r.fulfill({ contentType: "text/javascript", body: "export const perform = (ctx, incident, name) => window.acted(incident, name).then((e) => { if (e) throw Object.assign(new Error(e), { word: 'x' }); });" }));
  await world.context.route("**/api/session", (r) => r.fulfill({ json: { account: { login: "ana", role: "operator", person: "bd", post: "Responsable de bases de datos", rights: ["view", "report"] }, open: ["view"], first: false, request: "p" } }));
  try {
    page = await world.open();
    let refusal = "no se pudo";
    await page.exposeFunction("acted", (incident, name) => { acts.push([incident, name]); return refusal; });
    await page.waitForSelector("[data-test=alarm][data-ringing='2']");
    await page.keyboard.press("m");
    await page.waitForSelector("[data-test=alarm-ack][data-id='14']");
    assert.equal(await page.inputValue("[data-test=mute-who]"), "Responsable de bases de datos");
    await page.click("[data-test=alarm-ack][data-id='13']");
    await page.waitForSelector("[data-test=alarm-trouble]");
    assert.match(await text("[data-test=alarm-trouble]"), /No quedó registrado \(folio 08\): no se pudo/);
    assert.equal(await page.getAttribute("[data-test=alarm]", "data-ringing"), "2");
    refusal = "";
    await page.keyboard.press("m");
    await page.click("[data-test=alarm-attend][data-id='14']");
    await page.waitForSelector("[data-test=alarm-trouble]", { state: "detached" });
    assert.deepEqual(acts, [[13, "ack"], [14, "attend"]]);
    answer(other, "bd", "atiendo", s.now);
    shown(s);
    await page.waitForSelector("[data-test=alarm][data-ringing='1']");
    assert.match(await text("[data-test=alarm-reason]"), /folio 08/);
    assert.match(await text("[data-test=alarm-told]"), /folio 09.*atiende: Responsable de bases de datos/);
  } finally {
    await world.context.unroute("**/perform.js");
    await world.context.unroute("**/api/session");
  }
});

test("muting is for this screen, for five minutes, with a name; whatever is new rings all the same", async () => {
  await openWithSound();
  const s = fail2();
  shown(s);
  await hears(659);
  await page.keyboard.press("m");
  await page.waitForSelector("[data-test=mute]");
  assert.match(await text("[data-test=dialog]"), /Esta pantalla solo mira/);
  await page.click("[data-test=mute]");
  assert.equal(await page.locator("[data-test=mute]").count(), 1, "not without a name");
  await page.fill("[data-test=mute-who]", "Turno B");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".alarm.is-muted");
  assert.match(await text("[data-test=alarm-how]"), /Callada en esta pantalla por Turno B hasta \d\d:\d\d:\d\d; nadie la ha atendido/);
  assert.equal(await page.getAttribute("[data-test=alarm]", "data-ringing"), "1", "it stands there all the same");
  await played();
  await world.collector.stop();
  await page.waitForSelector("[data-test=alarm][data-kinds=lost]");
  await hears(196);
  assert.doesNotMatch(await played(), /659/, "what was muted stays mute");
  await world.collector.start(world.collector.port);
  await page.waitForSelector("[data-test=alarm][data-kinds='']");
});

test("nobody is kept out: WCAG 2.2 AA in the dark and in the light, in both languages, in calm, trouble, drill and before visitors", async () => {
  for (const colorScheme of ["dark", "light"]) {
    for (const [lang, state] of [["es", estate()], ["en", rough()], ["es", drill(rough())], ["en", flood()]]) {
      shown(state);
      page = await world.open(`?lang=${lang}`, { colorScheme });
      await page.waitForSelector("[data-test=site]");
      assert.deepEqual(await accessibility(page), [], `${lang}, ${colorScheme}, ${state.stamp}, ${state.incidents.length} incidents`);
      await page.close();
    }
  }
  page = await world.open();
  await page.keyboard.press("v");
  await page.keyboard.press("?");
  await page.waitForSelector("[data-test=keys]");
  assert.deepEqual(await accessibility(page), [], "visitors, with the keys shown");
});

test("nothing moves for who does not want it to", async () => {
  const s = single(700);
  s.services[0].clock.breached = true;
  shown(s);
  page = await world.open();
  const moving = () => page.evaluate(() => document.getAnimations().filter((a) => a.playState === "running").length);
  await page.waitForSelector(".wall-clock.is-breached");
  assert.ok((await moving()) > 0);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  assert.equal(await moving(), 0);
});

test("on a phone it is one column, what calls for somebody first, without horizontal scroll", async () => {
  for (const state of [estate(), rough(), flood()]) {
    shown(state);
    page = await world.open("", { viewport: { width: 390, height: 844 } });
    await page.waitForSelector("[data-test=site]");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${state.incidents.length} incidents`);
    const tops = await page.evaluate(() => [".wall-incidents", ".wall-services", ".wall-cuts", ".wall-sites", ".wall-watch"].map((x) => document.querySelector(x).getBoundingClientRect().top));
    assert.deepEqual([...tops].sort((a, b) => a - b), tops);
    await page.close();
  }
  page = undefined;
});

test("a wall runs for weeks: two thousand changes leave no more nodes or listeners behind", { timeout: 600000 }, async () => {
  page = await world.open("", { sources: true });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  const states = [estate(), single(), estate(), drill(), single(), estate(), rough(), single(), estate(), flood()];
  // The page's own parts, drawn with one status after the other; nothing comes in between from elsewhere.
  const turn = (n) => page.evaluate(async ({ all, count }) => {
    const [{ render }, { html }, wall, { Alarm }, { Banners }] = await Promise.all(["/lib/preact.js", "/html.js", "/pages/wall.js", "/alarm.js", "/header.js"].map((m) => import(m)));
    const root = document.createElement("div");
    document.body.append(root);
    for (let k = 0; k < count; k++) {
      const status = all[k % all.length];
      const store = { status, connection: () => ({ kind: k % 7 === 0 ? "collector" : "ok", since: status.now, why: null }), now: () => status.now + k };
      const ctx = { status, now: status.now + k, store, session: { may: (right) => right === "view", account: null }, draw() {} };
      render(html`<${Banners} ctx=${ctx} store=${store} now=${ctx.now}/><${Alarm} ctx=${ctx}/><${wall.View} ctx=${ctx} params=${{}}/>`, root);
      await Promise.resolve();
      if (k % 50 === 0) await new Promise(requestAnimationFrame);
    }
    render(null, root);
    root.remove();
  }, { all: states, count: n });
  const measure = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await cdp.send("Performance.getMetrics");
    return Object.fromEntries(metrics.map((m) => [m.name, m.value]));
  };
  await turn(100);
  const before = await measure();
  await turn(2000);
  const after = await measure();
  for (const [what, more] of [["Nodes", 300], ["JSEventListeners", 20], ["Documents", 1]]) assert.ok(after[what] <= before[what] + more, `${what}: ${before[what]} before, ${after[what]} after`);
  assert.ok(after.JSHeapUsedSize <= before.JSHeapUsedSize + 4e6, `heap: ${before.JSHeapUsedSize} before, ${after.JSHeapUsedSize} after`);
});
