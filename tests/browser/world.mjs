// The real dashboard before a fake collector, and Chromium before the dashboard. Everything that is
// started here is ended here; nothing waits by time.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { FakeCollector, TOKEN } from "./fake-collector.mjs";

const WEB = path.resolve(import.meta.dirname, "../../dashboard/web");
const BIN = path.resolve(process.env.BIN ?? "build/release/bin");
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

// What axe-core finds against WCAG 2.2 A and AA on the page as it stands, one line each; [] is what is wanted. The page's own policy forbids
// scripts of others, so the test speaks past it.
const axe = await fs.readFile(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
export async function accessibility(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Page.setBypassCSP", { enabled: true });
  await session.send("Runtime.evaluate", { expression: axe });
  await session.detach();
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  return found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => `${n.target.join(" ")} (${n.any.concat(n.all, n.none).map((c) => c.message).join("; ")})`).slice(0, 5).join(" | ")}`);
}

export async function freePort() {
  const server = net.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// Resolves when the program has logged the word; fails with its log if it ends before.
function logged(child, text) {
  return new Promise((resolve, reject) => {
    const look = () => child.log.includes(text) && resolve();
    look();
    child.stderr.on("data", look);
    child.once("exit", (code) => reject(new Error(`ended with ${code} before '${text}': ${child.log}`)));
  });
}

export class World {
  // `board` is the key of dashboard.yaml: by default whoever looks from here may, as on one's own machine.
  async start({ board = "loopback" } = {}) {
    this.contexts = new Map(); // login -> the browser of that person
    this.dir = await fs.mkdtemp(path.join(os.tmpdir(), "vigia-browser-"));
    this.collector = new FakeCollector();
    await this.collector.start();
    await fs.writeFile(path.join(this.dir, "operator.token"), `${TOKEN}\n`, { mode: 0o600 });
    this.port = await freePort();
    await fs.writeFile(path.join(this.dir, "dashboard.yaml"),
      `listen: 127.0.0.1:${this.port}\ncollector: http://127.0.0.1:${this.collector.port}\ntoken_file: operator.token\nboard: ${board}\n`);
    await this.startDashboard();
    this.context = await chromium.launchPersistentContext(path.join(this.dir, "chromium"), {
      executablePath: CHROMIUM, args: FLAGS, headless: true, viewport: { width: 1920, height: 1080 }, colorScheme: "dark",
    });
    this.url = `http://127.0.0.1:${this.port}/`;
  }

  async startDashboard() {
    const child = spawn(path.join(BIN, "vigia-dashboard"), ["-c", path.join(this.dir, "dashboard.yaml")], { stdio: ["ignore", "ignore", "pipe"] });
    child.log = "";
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text) => { child.log += text; });
    this.dashboard = child;
    await logged(child, "dashboard.started");
  }

  async restartDashboard() {
    const ended = once(this.dashboard, "exit");
    this.dashboard.kill("SIGTERM");
    await ended;
    await this.startDashboard();
  }

  // The browser of one person, apart from everybody else's.
  async browserOf(login) {
    if (!this.contexts.has(login)) {
      this.browser ??= await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
      this.contexts.set(login, await this.browser.newContext({ viewport: { width: 1920, height: 1080 }, colorScheme: "dark" }));
    }
    return this.contexts.get(login);
  }

  async giveSession(context, login) {
    await context.addCookies([{ name: "vigia", value: this.collector.people().token(login), url: this.url, httpOnly: true, sameSite: "Strict" }]);
  }

  // From now on the page's browser is that of an account of fake-people.mjs ("coordinator"); the page is read again.
  async login(page, login) {
    await this.giveSession(page.context(), login);
    await page.reload();
    await page.waitForSelector(`[data-test=account][data-login=${login}]`);
  }

  // A page that fails the test on any error, refused resource or request to elsewhere. options: `as` (whose browser, logged in;
  // without it the one that all share), `viewport`, `colorScheme`, `wait` (what must be seen first).
  // `sources`: every module as it stands in the sources, so that a test may import any of them (tools/gen-web makes fewer files of them).
  async open(query = "", options = {}) {
    const context = options.as ? await this.browserOf(options.as) : this.context;
    if (options.as) await this.giveSession(context, options.as);
    const page = await context.newPage();
    page.troubles = [];
    page.setDefaultTimeout(20000);
    page.on("pageerror", (e) => page.troubles.push(`error: ${e.stack ?? e}`));
    page.on("console", (m) => {
      if (["error", "warning"].includes(m.type()) && !(page.allowed ?? []).some((a) => m.text().includes(a))) page.troubles.push(`console: ${m.text()}`);
    });
    page.on("request", (r) => {
      if (new URL(r.url()).host !== `127.0.0.1:${this.port}` && !r.url().startsWith("data:")) page.troubles.push(`request elsewhere: ${r.url()}`);
    });
    if (options.sources) {
      await page.route((url) => url.pathname.endsWith(".js") && !url.pathname.startsWith("/lib/"), (route) => {
        const file = path.join(WEB, new URL(route.request().url()).pathname);
        return existsSync(file) ? route.fulfill({ path: file, contentType: "text/javascript; charset=utf-8" }) : route.continue();
      });
    }
    if (options.viewport) await page.setViewportSize(options.viewport);
    await page.emulateMedia({ colorScheme: options.colorScheme ?? "dark" });
    await page.goto(this.url + query);
    await page.waitForSelector(options.wait ?? "[data-test=verdict]");
    return page;
  }

  async stop() {
    await this.context?.close();
    await this.browser?.close();
    if (this.dashboard && this.dashboard.exitCode === null) {
      const ended = once(this.dashboard, "exit");
      this.dashboard.kill("SIGTERM");
      this.exit = (await ended)[0];
    }
    await this.collector?.stop();
    await fs.rm(this.dir, { recursive: true, force: true });
  }
}
