// The first picture of the board in Chromium with an empty cache: when anything is drawn, and when the wall stands there with its states. On loopback as it
// is, and behind a line of 400 kbit/s with 400 ms there and back. node bench/board_paint.mjs URL
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(new URL("../tests/browser/world.mjs", import.meta.url));
const { chromium } = require("playwright-core");
const url = process.argv[2];
const RUNS = 5;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

async function look(line) {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), "vigia-paint-"));
  const context = await chromium.launchPersistentContext(dir, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, viewport: { width: 390, height: 844 },
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    let bytes = 0;
    await cdp.send("Network.enable");
    if (line) await cdp.send("Network.emulateNetworkConditions", { offline: false, latency: line.latency, downloadThroughput: line.bytes, uploadThroughput: line.bytes });
    cdp.on("Network.dataReceived", (e) => { bytes += e.encodedDataLength; });
    await page.goto(url, { waitUntil: "commit" });
    await page.waitForSelector("[data-test=verdict]", { timeout: 60000 });
    const drawn = await page.evaluate(() => performance.now());
    const first = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);
    return { first, drawn, bytes };
  } finally {
    await context.close();
    await fs.rm(dir, { recursive: true, force: true });
  }
}

for (const [name, line] of [["loopback", null], ["400 kbit/s, 400 ms", { latency: 400, bytes: 50000 }]]) {
  const runs = [];
  for (let i = 0; i < RUNS; i++) runs.push(await look(line));
  console.log(`Chromium, cold, ${name}: first paint ${median(runs.map((r) => r.first)).toFixed(0)} ms, wall drawn ${median(runs.map((r) => r.drawn)).toFixed(0)} ms, ${(median(runs.map((r) => r.bytes)) / 1024).toFixed(1)} KiB until then`);
}
