// Takes pictures of the board in the states of the fake collector: node shoot.mjs FOLDER. For looking
// at, not a test.
import path from "node:path";
import { World } from "./world.mjs";
import { blind, both, breached, calm, down } from "./fake-collector.mjs";

const folder = process.argv[2] ?? ".";
const world = new World();
await world.start();
const shot = (page, name) => page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
try {
  const page = await world.open();
  await shot(page, "calm");
  world.collector.say(both());
  await page.waitForSelector("[data-test=watch-trouble]");
  const front = await world.open("", { viewport: { width: 1400, height: 1100 } });
  await shot(front, "board"); // docs/board.png
  await front.close();
  await page.bringToFront();
  world.collector.say(down());
  await page.waitForSelector("[data-test=service][data-state=down]");
  await page.click("[data-test=toggle-timeline]");
  await page.waitForSelector("[data-test=timeline] li");
  await shot(page, "down");
  const light = await world.open("?lang=en", { colorScheme: "light" });
  await shot(light, "down-light-en");
  await light.close();
  const phone = await world.open("", { viewport: { width: 390, height: 844 } });
  await shot(phone, "down-phone");
  await phone.close();
  await page.bringToFront();
  await page.click("[data-test=check][data-id='dc/fw-a:ping']");
  await page.waitForFunction(() => Number(document.querySelector("[data-test=graph]")?.dataset.points) > 100);
  await shot(page, "graph");
  await page.keyboard.press("Escape");
  const refused = breached();
  refused.plan.refused = { at: refused.now - 60, text: "plan/servicios.yaml:14:5: error: unknown-key: unknown key 'rtoo'; did you mean 'rto'?" };
  refused.journal = { ok: false, unjournalled: 14, last_commit: refused.now - 20 };
  world.collector.say(refused);
  await page.waitForSelector("[data-test=banner-plan]");
  await shot(page, "breached");
  world.collector.say(blind());
  await page.waitForSelector("[data-test=service][data-state=blind]");
  await shot(page, "blind");
  await world.collector.stop();
  await page.waitForSelector("[data-test=banner-lost]");
  await shot(page, "lost");
  console.log(page.troubles.join("\n"));
  await world.collector.start(world.collector.port);
} finally {
  await world.stop();
}
