// Takes the pictures of docs/: node shoot.mjs docs. For looking at, not a test. Colours are counted down (ImageMagick's convert, where it is
// installed), so that a picture stays below 300 KB.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { World } from "./world.mjs";
import { drill, estate, flood, rough, single } from "./estate.mjs";
import { both } from "./fake-collector.mjs";

const folder = process.argv[2] ?? ".";
const HD = { width: 1920, height: 1080 };
const world = new World();
fs.mkdirSync(path.join(folder, "pictures"), { recursive: true });

async function shot(page, name, options = {}) {
  const file = path.join(folder, `${name}.png`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: file, ...options });
  spawnSync("convert", [file, "-strip", "+dither", "-colors", "96", "-define", "png:compression-level=9", `PNG8:${file}`]);
  console.log(`${file} ${Math.round(fs.statSync(file).size / 1024)} KB`);
}

// One picture: a status, a page, a size; `before` does what is needed with the page.
async function picture(name, status, { query = "", viewport = HD, colorScheme = "dark", before = null, ...options } = {}) {
  world.collector.say(status);
  const page = await world.open(query, { viewport, colorScheme });
  await page.waitForSelector("[data-test=service]");
  await before?.(page);
  await shot(page, name, options);
  await page.evaluate(() => localStorage.clear());
  await page.close();
}

await world.start();
try {
  await picture("board", single());
  await picture("pictures/wall-calm", estate());
  await picture("pictures/wall-trouble", rough());
  await picture("pictures/wall-flood", flood());
  await picture("pictures/wall-4k", rough(), { viewport: { width: 3840, height: 2160 } });
  await picture("pictures/wall-light-en", rough(), { query: "?lang=en", colorScheme: "light" });
  await picture("pictures/wall-drill", drill(rough()));
  await picture("pictures/wall-visitors", rough(), { before: (page) => page.keyboard.press("v") });
  await picture("pictures/wall-phone", rough(), { viewport: { width: 390, height: 844 }, fullPage: false });
  await picture("pictures/wall-keys", estate(), { before: (page) => page.keyboard.press("?") });
  await picture("pictures/detail", both(), { query: "p/board", fullPage: true });
  world.collector.say(rough());
  const page = await world.open();
  await world.collector.stop();
  await page.waitForSelector("[data-test=stale]");
  await shot(page, "pictures/wall-lost");
  await world.collector.start(world.collector.port);
} finally {
  await world.stop();
}
