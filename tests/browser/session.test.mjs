// Logging in and out, one's own account, everybody's: in Chromium, before a collector that knows people.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { World, accessibility } from "./world.mjs";
import { calm } from "./fake-collector.mjs";
import { CODE, FakePeople, PASSWORD, PIN } from "./fake-people.mjs";

const world = new World();
let page;
let people;

before(() => world.start({ board: "people" }), { timeout: 60000 });
after(() => world.stop(), { timeout: 60000 });
beforeEach(async () => {
  world.collector.say(calm());
  world.collector.routes = [];
  world.collector.persons = new FakePeople();
  people = world.collector.persons;
  world.collector.on("GET", "/v1/plan/names", () => ({ people: [{ id: "mesa", post: "Mesa de ayuda" }, { id: "centro", post: "Centro de llamadas" }, { id: "responsable", post: "Coordinación de continuidad" }] }));
  await world.context.clearCookies();
});
afterEach(async () => {
  const troubles = page?.troubles ?? [];
  await page?.close();
  page = undefined;
  assert.deepEqual(troubles, [], "the page complained");
});

const LOGIN = { wait: "[data-test=login-form]" };
const REFUSED = ["status of 401", "status of 403", "status of 409", "status of 429", "status of 502", "status of 503", "status of 400"];
async function open(query, options) {
  page = await world.open(query, options);
  page.allowed = REFUSED;
  return page;
}
const seen = (selector) => page.waitForSelector(selector);
const text = (selector) => page.locator(selector).first().innerText();
const cookie = async () => (await page.context().cookies()).find((c) => c.name === "vigia");
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
async function logIn(login, { password = PASSWORD, code } = {}) {
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await page.click("button[data-test=log-in]");
  if (code) {
    await page.fill("[name=code]", code);
    await page.click("button[data-test=log-in]");
  }
}

test("whoever is nobody is led to the log-in and afterwards to where they were going; the token is out of the page's reach", async () => {
  await open("p/accounts?x=1#y", LOGIN);
  assert.match(page.url(), /\/p\/login\?to=%2Fp%2Faccounts%3Fx%3D1%23y$/);
  assert.equal(await page.locator("[data-test=verdict], [data-test=service]").count(), 0, "nothing is shown to nobody");
  await logIn("administrator", { code: CODE });
  await seen("[data-test=accounts-page]");
  assert.match(page.url(), /\/p\/accounts\?x=1#y$/);
  const c = await cookie();
  assert.ok(c.httpOnly && c.sameSite === "Strict" && c.path === "/" && c.value.startsWith("vs_"));
  assert.equal(await page.evaluate(() => document.cookie), "");
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]));
  assert.ok(!kept.includes("vs_"), "the token is in nothing that a script could read");
});

test("the way back leads nowhere but on this board", async () => {
  for (const to of ["//evil.example.org/x", "https://evil.example.org", "/\\evil.example.org", "javascript:alert(1)"]) {
    await world.context.clearCookies();
    await open(`p/login?to=${encodeURIComponent(to)}`, LOGIN);
    await logIn("operator");
    await seen("[data-test=verdict]");
    assert.equal(new URL(page.url()).pathname, "/", to);
    await page.close();
  }
});

test("a wrong password is said in one sentence and nothing typed is lost; the code is asked for when it is needed", async () => {
  await open("", LOGIN);
  await logIn("coordinator", { password: "otra cosa" });
  await seen("[data-test=login-trouble]");
  assert.match(await text("[data-test=login-trouble]"), /El usuario, la contraseña o el código no son correctos/);
  assert.equal(await page.inputValue("[name=login]"), "coordinator");
  assert.equal(await page.locator("[name=code]").count(), 0);
  await logIn("coordinator");
  await seen("[name=code]");
  assert.equal(await page.evaluate(() => document.activeElement.name), "code");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await seen("[data-test=login-trouble]");
  await page.fill("[name=code]", CODE);
  await page.keyboard.press("Enter");
  await seen("[data-test=account][data-login=coordinator]");
  assert.match(await text("[data-test=account]"), /Coordinación de continuidad/);
});

test("a lock-out is counted down, and ends by itself", async () => {
  people.locked = 2;
  await open("", LOGIN);
  await logIn("operator");
  await seen("[data-test=pause]");
  const button = page.locator("button[data-test=log-in]");
  assert.ok(await button.isDisabled());
  const first = await text("[data-test=pause]");
  await page.waitForFunction((t) => document.querySelector("[data-test=pause]")?.textContent !== t, first);
  people.locked = 0;
  await page.waitForFunction(() => !document.querySelector("button[data-test=log-in]").disabled);
  await button.click();
  await seen("[data-test=verdict]");
});

test("logging out ends it here and at the collector, and the back button shows nothing", async () => {
  await open("", LOGIN);
  await logIn("operator");
  await seen("[data-test=verdict]");
  const token = (await cookie()).value;
  await page.click("[data-test=log-out]");
  await seen("[data-test=login-form]");
  assert.equal(await cookie(), undefined);
  assert.equal(people.of(token), null, "the collector has ended it");
  await page.goBack();
  await seen("[data-test=login-form]");
  assert.equal(await page.locator("[data-test=verdict]").count(), 0);
});

test("a session that ends says so, keeps the page as it is, and goes on after a log-in in a dialog", async () => {
  await open("p/account", { wait: "[data-test=login-form]" });
  await logIn("operator");
  await seen("[data-test=pin-form]");
  await page.fill("[data-test=pin-form] [name=pin]", "864209");
  people.end("operator");
  await seen("[data-test=banner-session]");
  assert.match(await text("[data-test=banner-session]"), /SU SESIÓN TERMINÓ/);
  assert.match(await text("[data-test=link]"), /sesión terminada/);
  assert.equal(await page.locator("[data-test=banner-lost]").count(), 0, "the board has not gone: the session has");
  await page.click("[data-test=log-in-again]");
  await seen("[data-test=dialog] [name=password]");
  assert.equal(await page.inputValue("[data-test=dialog] [name=login]"), "operator");
  await page.fill("[data-test=dialog] [name=password]", PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("[data-test=banner-session], [data-test=dialog]"));
  assert.equal(await page.inputValue("[data-test=pin-form] [name=pin]"), "864209", "what was typed is still there");
  await page.fill("[data-test=pin-form] [name=password]", PASSWORD);
  await page.fill("[data-test=pin-form] [name=again]", "864209");
  await page.click("[data-test=pin-form] button[type=submit]");
  await seen("[data-test=pin-form] [data-test=done]");
  assert.equal(people.accounts.get("operator").number, "864209");
});

test("an act asks for the PIN, says when it was wrong, and can be left", async () => {
  const acts = [];
  world.collector.on("POST", "/v1/incidents/7/declare", ({ body, account }) => {
    acts.push({ ...body, who: account.login });
    return { incident: 7, seq: 31 };
  });
  await open("", LOGIN);
  await logIn("crisis", { code: CODE });
  await seen("[data-test=verdict]");
  const act = () => page.evaluate(() => import("/perform.js").then((m) => m.perform({}, 7, "declare", { note: "x" }, "Declarar la contingencia")).then((a) => a ?? "left"));
  let answer = act();
  await seen("[data-test=pin-ask]");
  assert.match(await text("[data-test=pin-ask]"), /Declarar la contingencia/);
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await seen("[data-test=pin-wrong]");
  assert.deepEqual(await accessibility(page), []);
  await page.keyboard.type(PIN);
  await page.keyboard.press("Enter");
  assert.deepEqual(await answer, { incident: 7, seq: 31 });
  assert.deepEqual(acts, [{ note: "x", pin: PIN, who: "crisis" }]);
  answer = act();
  await seen("[data-test=pin-ask]");
  await page.keyboard.press("Escape");
  assert.equal(await answer, "left");
  assert.equal(acts.length, 1);
});

test("an act under a session that has ended goes on after the log-in", async () => {
  world.collector.on("POST", "/v1/acts/leave", ({ body, account }) => ({ incident: 0, seq: 32, other: body.other, who: account.login }));
  await open("", { ...LOGIN, sources: true });
  await logIn("operator");
  await seen("[data-test=verdict]");
  people.end("operator");
  const answer = page.evaluate(async () => {
    const [{ perform }, { get, setRequestProof }] = await Promise.all([import("/perform.js"), import("/api.js")]);
    const again = async () => setRequestProof((await get("/api/session")).request);
    return perform({ session: { account: { login: "operator" }, again } }, null, "leave", { other: "mesa" });
  });
  await seen("[data-test=dialog] [name=password]");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  assert.deepEqual(await answer, { incident: 0, seq: 32, other: "mesa", who: "operator" });
});

test("a form under a session that has ended keeps what was typed", async () => {
  page = await world.open("p/account", { as: "operator", wait: "[data-test=password-form]" });
  page.allowed = REFUSED;
  people.end("operator");
  await page.fill("[data-test=password-form] [name=password]", PASSWORD);
  await page.fill("[data-test=password-form] [name=fresh]", "otra frase muy larga");
  await page.fill("[data-test=password-form] [name=again]", "otra frase muy larga");
  await page.click("[data-test=password-form] button[type=submit]");
  await seen("[data-test=password-form] [data-test=trouble]");
  assert.match(await text("[data-test=password-form] [data-test=trouble]"), /Su sesión terminó/);
  assert.equal(await page.inputValue("[data-test=password-form] [name=fresh]"), "otra frase muy larga");
});

test("whoever needs a one-time code sets it before anything else, from a picture or by hand", async () => {
  people.accounts.get("coordinator").totp = false;
  await open("", LOGIN);
  await logIn("coordinator");
  await seen("[data-test=totp]");
  assert.match(page.url(), /\/p\/account$/);
  assert.equal(await page.locator("[data-test=pin-form], [data-test=verdict]").count(), 0);
  await page.click("[data-test=totp-begin] button[type=submit]");
  await seen("[data-test=qr] path");
  const box = await page.locator("[data-test=qr]").boundingBox();
  assert.ok(box.width >= 200 && Math.abs(box.width - box.height) < 2, "large enough for a camera");
  assert.match(await page.getAttribute("[data-test=totp-uri]", "href"), /^otpauth:\/\/totp\//);
  assert.match(await text("[data-test=totp-secret]"), /^[A-Z2-7]{4}( [A-Z2-7]{4})*$/);
  assert.deepEqual(await accessibility(page), []);
  const before = (await cookie()).value;
  await page.fill("[data-test=totp-confirm] [name=code]", "111111");
  await page.keyboard.press("Enter");
  await seen("[data-test=totp-confirm] [data-test=trouble]");
  await page.fill("[data-test=totp-confirm] [name=code]", CODE);
  await page.keyboard.press("Enter");
  await seen("[data-test=verdict]");
  assert.notEqual((await cookie()).value, before, "more rights, another token");
});

test("the first administrator makes their account with the collector's code", async () => {
  people.accounts.clear();
  people.sessions.clear();
  people.firstCode = "ABCD-1234";
  await open("", { wait: "[data-test=first-form]" });
  assert.match(page.url(), /\/p\/first$/);
  await page.fill("[name=code]", "no");
  await page.fill("[name=login]", "jefa");
  await page.fill("[name=password]", PASSWORD);
  await page.fill("[name=again]", "otra");
  await page.click("button[type=submit]");
  assert.equal(await page.evaluate(() => document.querySelector("[name=again]").validationMessage), "No coincide con la anterior.");
  await page.fill("[name=again]", PASSWORD);
  await page.click("button[type=submit]");
  await seen("[data-test=trouble]");
  assert.match(await text("[data-test=trouble]"), /El código no es correcto/);
  assert.deepEqual(await accessibility(page), []);
  await page.fill("[name=code]", "ABCD-1234");
  await page.click("button[type=submit]");
  await seen("[data-test=totp]");
  assert.equal(people.accounts.get("jefa").role, "administrator");
});

test("an administrator invites, changes, suspends; what is told once is told once", async () => {
  page = await world.open("p/accounts", { as: "administrator", wait: "[data-test=account-row]" });
  page.allowed = REFUSED;
  assert.equal(await page.locator("[data-test=account-row]").count(), 7);
  await page.click("[data-test=invite]");
  await seen("[data-test=invite-form]");
  assert.deepEqual(await accessibility(page), []);
  await page.fill("[name=login]", "operator");
  await page.click("[data-test=invite-form] button[type=submit]");
  await seen("[data-test=invite-form] [data-test=trouble]");
  assert.match(await text("[data-test=trouble]"), /Ya hay una cuenta/);
  await page.fill("[name=login]", "Noc.2");
  await page.selectOption("[name=role]", "desk");
  await page.click("[data-test=invite-form] button[type=submit]");
  await seen("[data-test=secret]");
  assert.equal(await text("[data-test=secret]"), people.accounts.get("noc.2").invitation);
  assert.equal(people.accounts.get("noc.2").role, "desk");
  await page.click("[data-test=noted]");
  await page.waitForFunction(() => !document.querySelector("[data-test=dialog]"));
  const row = "[data-test=account-row][data-login='noc.2']";
  assert.equal(await page.getAttribute(row, "data-state"), "invited");
  assert.ok(!(await page.content()).includes(people.accounts.get("noc.2").invitation), "shown once");
  await page.click(`${row} [data-test=change]`);
  await seen("[data-test=change-form]");
  await page.selectOption("[data-test=change-form] [name=role]", "viewer");
  await page.click("[data-test=change-form] button[type=submit]");
  await page.waitForFunction(() => !document.querySelector("[data-test=dialog]"));
  assert.equal(people.accounts.get("noc.2").role, "viewer");
  await page.click(`${row} [data-test=change]`);
  await seen("[data-test=switch]");
  await page.locator("[data-test=switch]").focus();
  await page.keyboard.down("Space"); // held, by keyboard
  await page.waitForFunction(() => !document.querySelector("[data-test=dialog]"));
  await page.keyboard.up("Space");
  assert.equal(people.accounts.get("noc.2").state, "disabled");
  await page.click("[data-test=account-row][data-login=administrator] [data-test=change]");
  await page.selectOption("[data-test=change-form] [name=role]", "viewer");
  await page.click("[data-test=change-form] button[type=submit]");
  await seen("[data-test=change-form] [data-test=trouble]");
  assert.match(await text("[data-test=change-form] [data-test=trouble]"), /única cuenta que administra/);
  await page.keyboard.press("Escape");
});

test("an invitation is taken up with a password of one's own", async () => {
  people.add("nueva", "operator", { state: "invited", invitation: "AAAAA-BBBBB", password: "x" });
  await open("p/invited?login=nueva", { wait: "[data-test=invited-form]" });
  assert.equal(await page.inputValue("[name=login]"), "nueva");
  await page.fill("[name=invitation]", "no");
  await page.fill("[name=password]", PASSWORD);
  await page.fill("[name=again]", PASSWORD);
  await page.click("button[type=submit]");
  await seen("[data-test=trouble]");
  await page.fill("[name=invitation]", "AAAAA-BBBBB");
  await page.click("button[type=submit]");
  await seen("[data-test=account-page]");
  assert.equal(people.accounts.get("nueva").password, PASSWORD);
});

test("one's own sessions are listed and ended one by one; nobody else's", async () => {
  people.begin("operator");
  people.begin("operator");
  page = await world.open("p/account", { as: "operator", wait: "[data-test=session]" });
  page.allowed = REFUSED;
  assert.equal(await page.locator("[data-test=session]").count(), 3);
  await page.locator("[data-test=session] button").first().click();
  await page.waitForFunction(() => document.querySelectorAll("[data-test=session]").length === 2);
  assert.equal([...people.sessions.values()].filter((s) => s.login === "operator").length, 2);
});

test("a page without the right to it is not shown and not in the menu", async () => {
  page = await world.open("p/accounts", { as: "operator", wait: "[data-test=no-page]" });
  page.allowed = REFUSED;
  assert.match(await text("[data-test=no-page]"), /no tiene permiso/);
  assert.equal(await page.locator("[data-test=menu-accounts]").count(), 0);
});

test("a board that was started anew goes on with who was there: no log-in, and changes work", async () => {
  page = await world.open("p/account", { as: "operator", wait: "[data-test=pin-form]" });
  page.allowed = [...REFUSED, "ERR_"];
  await world.restartDashboard();
  await page.fill("[data-test=pin-form] [name=password]", PASSWORD);
  await page.fill("[data-test=pin-form] [name=pin]", "192837");
  await page.fill("[data-test=pin-form] [name=again]", "192837");
  await page.click("[data-test=pin-form] button[type=submit]");
  await seen("[data-test=pin-form] [data-test=done]");
  // Nobody's proof is of the process that is gone: the page asks for another by itself.
  await world.contexts.get("operator").clearCookies();
  await page.goto(`${world.url}p/login`);
  await seen("[data-test=login-form]");
  await world.restartDashboard();
  await logIn("operator");
  await seen("[data-test=verdict]");
});

test("nobody is kept out: WCAG 2.2 AA in the dark and in the light, and a phone needs no sideways scroll", async () => {
  for (const colorScheme of ["dark", "light"]) {
    for (const [path, wait, as] of [["p/login", "[data-test=login-form]", null], ["p/invited", "[data-test=invited-form]", null], ["p/account", "[data-test=session]", "coordinator"], ["p/accounts", "[data-test=account-row]", "administrator"]]) {
      for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
        page = await world.open(path, { wait, colorScheme, viewport, ...(as ? { as } : {}) });
        assert.deepEqual(await accessibility(page), [], `${path}, ${colorScheme}, ${viewport.width}`);
        assert.ok(await fits(), `${path} at ${viewport.width}`);
        await page.close();
      }
    }
  }
  page = undefined;
});
