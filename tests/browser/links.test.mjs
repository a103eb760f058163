// The page behind a message's link on a small telephone without scripts: it is read at a glance, its buttons
// are large and work. SHOTS=FOLDER keeps pictures for looking at.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { chromium } from "playwright-core";
import { LINK, link } from "./fake-collector.mjs";
import { CHROMIUM, FLAGS, World } from "./world.mjs";

const world = new World();
const contexts = [];
let browser;
before(async () => {
  await world.start();
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
}, { timeout: 60000 });
after(async () => {
  for (const c of contexts) await c.close();
  await browser?.close();
  await world.stop();
}, { timeout: 60000 });
beforeEach(() => {
  world.collector.link = link();
  world.collector.acts = [];
});

async function telephone(options = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: false, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "es-MX", ...options,
  });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(20000);
  page.troubles = [];
  page.on("console", (m) => { if (["error", "warning"].includes(m.type())) page.troubles.push(m.text()); });
  page.on("request", (r) => {
    if (new URL(r.url()).host !== `127.0.0.1:${world.port}`) page.troubles.push(`request elsewhere: ${r.url()}`);
  });
  await page.goto(`${world.url}a/${LINK}`);
  return page;
}
const shoot = (page, name) => process.env.SHOTS ? page.screenshot({ path: path.join(process.env.SHOTS, `${name}.png`), fullPage: true }) : undefined;
const box = (page, selector) => page.locator(selector).first().boundingBox();
const size = (page, selector) => page.locator(selector).first().evaluate((e) => Number.parseFloat(getComputedStyle(e).fontSize));

// Nothing runs out of the screen, and the style sheet is there: the policy has not refused it.
async function isReadable(page) {
  const across = await page.locator("html").evaluate((e) => [e.scrollWidth, e.clientWidth]);
  assert.ok(across[0] <= across[1], `wider than the screen: ${across}`);
  assert.ok(await size(page, "main p") >= 14, "small print is not smaller than 14 px");
  assert.ok(await size(page, ".real, .drill") >= 32, "REAL or SIMULACRO is huge");
  assert.deepEqual(page.troubles, []);
}

for (const colorScheme of ["light", "dark"]) {
  test(`what fails and the three buttons (${colorScheme})`, async () => {
    const page = await telephone({ colorScheme });
    await isReadable(page);
    const text = await page.locator("main").innerText();
    for (const part of ["REAL", "Folio 07", "Difusión de resultados preliminares", "No funciona desde las 14:26:40", "Quedan 1m 12s del RTO", "RTO rebasado hace 12s",
      "Se avisó a: Responsable de la mesa de ayuda"]) assert.ok(text.includes(part), `${part} in ${text}`);
    const buttons = page.locator("button");
    assert.deepEqual(await buttons.allInnerTexts(), ["Voy yo, lo atiendo", "Enterado", "No puedo"]);
    let bottom = 0;
    for (const b of await buttons.all()) {
      const at = await b.boundingBox();
      assert.ok(at.height >= 48 && at.width >= 300, `a thumb finds it: ${JSON.stringify(at)}`);
      assert.ok(at.y - bottom >= 8, "buttons do not touch");
      bottom = at.y + at.height;
    }
    assert.ok((await box(page, "button.attend")).y < 740 - 48, "the first button is seen without scrolling");
    // Ink and ground differ enough (WCAG 2.2, 1.4.3: 4.5 to 1).
    const contrasts = await page.locator(".real, button, .small, b, label").evaluateAll((all) => all.map((e) => {
      const rgb = (text) => text.match(/[\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0);
      let ground = e;
      while (ground && (rgb(getComputedStyle(ground).backgroundColor)[3] ?? 1) === 0) ground = ground.parentElement;
      const a = light(rgb(getComputedStyle(e).color));
      const b = light(rgb(getComputedStyle(ground).backgroundColor));
      return [e.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    }));
    assert.ok(contrasts.length > 5);
    for (const [what, contrast] of contrasts) assert.ok(contrast >= 4.5, `${what}: ${contrast}`);
    await shoot(page, `link-${colorScheme}`);
  });
}

test("a press of the button is recorded, and the page says so; a reload sends nothing", async () => {
  const page = await telephone();
  await page.fill("textarea", "voy en camino\nllego en 10");
  await page.tap("button.attend");
  await page.waitForSelector(".done");
  assert.deepEqual(world.collector.acts, [{ act: "attend", note: "voy en camino  llego en 10", from: "127.0.0.1" }]);
  assert.equal(new URL(page.url()).pathname, `/a/${LINK}`);
  const text = await page.locator("main").innerText();
  assert.ok(text.includes("Quedó registrado: Voy yo, lo atiendo, 14:27:48 (asiento 47)"), text);
  assert.equal(await page.locator("button").count(), 0);
  await isReadable(page);
  await page.reload();
  assert.equal(world.collector.acts.length, 1);
  assert.deepEqual(await page.context().cookies(), []);
  await shoot(page, "link-done");
});

test("a drill says so, in English where the browser wants it", async () => {
  world.collector.link = link({ real: false });
  const page = await telephone({ locale: "en-US" });
  await isReadable(page);
  const text = await page.locator("main").innerText();
  for (const part of ["DRILL", "Down since 14:26:40", "I am on it"]) assert.ok(text.includes(part), text);
  await shoot(page, "link-drill-en");
});

test("a wrong link says what to do", async () => {
  const page = await telephone();
  page.troubles.length = 0;
  await page.goto(`${world.url}a/zz`);
  const text = await page.locator("main").innerText();
  assert.ok(text.includes("Este enlace no existe o ya venció") && text.includes("Llame por teléfono"), text);
  await shoot(page, "link-wrong");
});
