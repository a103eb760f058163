// The real collector and the real board in a folder of their own, with people who log in; results are posted as an agent does. Nothing
// waits by time; whatever is started here is ended here.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { CHROMIUM, FLAGS, freePort } from "./world.mjs";

const BIN = path.resolve(process.env.BIN ?? "build/release/bin");
const PASSWORD = "cuatro palabras sin nexo";
export const PIN = "271828";
const POST_MS = 200;

// What a telephone shows for the secret (RFC 6238), `step` half minutes from now.
function code(secret, step = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((c) => alphabet.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
  const mac = crypto.createHmac("sha1", key).update(counter).digest();
  const at = mac.at(-1) & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

export class RealWorld {
  async start(plan) {
    this.dir = await fs.mkdtemp(path.join(os.tmpdir(), "vigia-whole-"));
    this.children = [];
    this.contexts = [];
    this.bad = new Set(); // checks that fail
    this.port = await freePort();
    this.boardPort = await freePort();
    this.url = `http://127.0.0.1:${this.boardPort}/`;
    await this.write("plan.yaml", plan);
    await this.write("collector.yaml", `listen: 127.0.0.1:${this.port}\ndata: data\nplan: plan.yaml\ntls: none\n`);
    await this.write("dashboard.yaml", `listen: 127.0.0.1:${this.boardPort}\ncollector: http://127.0.0.1:${this.port}\ntoken_file: data/board.token\npublic_url: http://127.0.0.1:${this.boardPort}\n`);
    await this.run("vigia-collector", "collector.yaml", () => fetch(`http://127.0.0.1:${this.port}/healthz`).then((a) => a.ok));
    await this.run("vigia-dashboard", "dashboard.yaml", async () => this.child("vigia-dashboard").log.includes("dashboard.started"));
    this.operator = (await fs.readFile(path.join(this.dir, "data/operator.token"), "utf8")).trim();
    this.browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS, headless: true });
    await this.makeAdministrator();
  }

  write(name, text) {
    return fs.writeFile(path.join(this.dir, name), text, { mode: 0o600 });
  }

  child(name) {
    return this.children.find((c) => c.name === name);
  }

  async run(name, config, isUp) {
    const child = spawn(path.join(BIN, name), ["-c", path.join(this.dir, config)], { cwd: this.dir, stdio: ["ignore", "ignore", "pipe"] });
    Object.assign(child, { name, log: "" });
    child.stderr.setEncoding("utf8");
    child.stderr.on("data", (text) => { child.log += text; });
    this.children.push(child);
    await this.until(`${name} is up`, async () => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${child.log}`);
      return isUp().catch(() => false);
    });
  }

  async until(what, condition) {
    const end = Date.now() + 60000;
    for (;;) {
      const seen = await condition();
      if (seen) return seen;
      if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
      await new Promise(setImmediate);
    }
  }

  async ask(method, where, body, token = this.operator) {
    const answer = await fetch(`http://127.0.0.1:${this.port}${where}`, { method, headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}) }, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where}: ${answer.status} ${text}`);
    return text.startsWith("{") ? (text.includes("\n{") ? text : JSON.parse(text)) : text;
  }

  // --- people ----------------------------------------------------------------------------------------------

  async makeAdministrator() {
    const first = (await fs.readFile(path.join(this.dir, "data/first-admin.code"), "utf8")).trim();
    const made = await this.ask("POST", "/v1/session/first", { code: first, login: "raiz", password: PASSWORD }, null);
    this.administrator = (await this.enrol(made.token)).token;
  }

  // With more rights the session goes on under another token.
  async enrol(session) {
    const { secret } = await this.ask("POST", "/v1/account/totp", {}, session);
    const { token } = await this.ask("POST", "/v1/account/totp", { code: code(secret, -1) }, session); // this half minute's is for logging in
    return { secret, token };
  }

  // An account with password, code where the role needs one, and PIN; and the browser of that person, logged in by the board's own page.
  async person(login, role, person, options = {}) {
    const { invitation } = await this.ask("POST", "/v1/accounts", { login, role, person }, this.administrator);
    const invited = await this.ask("POST", "/v1/session/invited", { login, invitation, password: PASSWORD }, null);
    const { secret, token } = invited.enrol ? await this.enrol(invited.token) : { secret: null, token: invited.token };
    await this.ask("POST", "/v1/account/pin", { password: PASSWORD, pin: PIN }, token);
    const context = await this.browser.newContext({ viewport: { width: 1400, height: 900 }, colorScheme: "dark", ...options });
    this.contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(30000);
    page.troubles = [];
    page.on("pageerror", (e) => page.troubles.push(`error: ${e.stack ?? e}`));
    await page.goto(`${this.url}p/login`);
    await page.fill("[data-test=login-form] [name=login]", login);
    await page.fill("[data-test=login-form] [name=password]", PASSWORD);
    await page.click("[data-test=log-in]");
    if (secret) {
      await page.fill("[data-test=login-form] [name=code]", code(secret));
      await page.click("[data-test=log-in]");
    }
    await page.waitForSelector(`[data-test=account][data-login=${login}]`);
    return page;
  }

  // --- measurements ----------------------------------------------------------------------------------------

  // Posts each check's result over and over, bad for those in this.bad, until the world ends.
  async measure(agent, checks) {
    const { token } = await this.ask("POST", `/v1/agents/${agent}/enrol`);
    const boot = crypto.randomBytes(4).toString("hex");
    let seq = 0;
    this.measuring = (async () => {
      while (!this.ending) {
        const now = Date.now() / 1000;
        const results = checks.map((check) => ({ seq: ++seq, check, t: now, outcome: this.bad.has(check) ? "connect-refused" : "ok", values: this.bad.has(check) ? {} : { connect: 0.001 } }));
        await this.ask("POST", "/v1/results", { agent, boot, now, results }, token);
        await new Promise((resolve) => { setTimeout(resolve, POST_MS); });
      }
    })();
    this.measuring.catch((e) => { this.trouble = e; });
  }

  async incidents() {
    return (await this.ask("GET", "/v1/incidents")).incidents;
  }

  // The open incident of a service, as soon as there is one in that state.
  incident(service, state) {
    return this.until(`an incident of ${service} is ${state}`, async () => {
      if (this.trouble) throw this.trouble;
      return (await this.incidents()).find((i) => i.services.includes(service) && i.state === state);
    });
  }

  async entries() {
    const answer = await fetch(`http://127.0.0.1:${this.port}/v1/events?after=0&limit=10000`, { headers: { Authorization: `Bearer ${this.operator}` } });
    return (await answer.text()).trim().split("\n").map((line) => JSON.parse(line));
  }

  async stop() {
    this.ending = true;
    await this.measuring?.catch(() => {});
    for (const c of this.contexts ?? []) await c.close();
    await this.browser?.close();
    for (const child of (this.children ?? []).reverse()) {
      if (child.exitCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    }
    await fs.rm(this.dir, { recursive: true, force: true });
  }
}
