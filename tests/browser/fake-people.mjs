// The people of the fake collector (docs/PEOPLE.md "HTTP"): one account for each role, with the same name and a session that is there
// from the start; it keeps the rights, the PIN and the words of refusal as the collector does, so that a page is tried against them.
import crypto from "node:crypto";

export const ROLES = ["viewer", "operator", "desk", "coordinator", "crisis", "auditor", "administrator"];
export const PASSWORD = "una frase larga y buena";
export const PIN = "271828";
export const CODE = "314159"; // whatever secret was set, this is its code now
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

const NEEDS_CODE = ["coordinator", "crisis", "auditor", "administrator"];
const NEVER_PERSON = ["viewer", "auditor", "administrator"];
const PERSONS = { operator: ["mesa", "Mesa de ayuda"], desk: ["centro", "Centro de llamadas"], coordinator: ["responsable", "Coordinación de continuidad"], crisis: ["crisis", "Grupo de crisis"] };
const IDLE = { viewer: null, operator: 43200, desk: 43200, coordinator: 14400, crisis: 14400, auditor: 3600, administrator: 900 };
const RIGHTS = {
  viewer: ["view"],
  operator: ["view", "contacts", "report", "operate", "plan"],
  desk: ["view", "report"],
  coordinator: ["view", "contacts", "report", "operate", "decide", "drill", "plan"],
  crisis: ["view", "contacts", "report", "decide", "plan"],
  auditor: ["view", "contacts", "plan", "audit"],
  administrator: ["view", "drill", "plan", "audit", "administrate"],
  service: ["view"],
};
const ACTS = {
  report: ["report", "note", "entry", "leave", "back", "confirm-order", "confirm", "dispute", "ack", "attend", "pass"],
  operate: ["works", "return", "confirm-report", "classify", "complete", "merge", "check", "call-result", "resume", "action", "escalate", "window", "silence", "sign", "unsilence", "no-drill"],
  decide: ["convene", "wait", "authorize", "declare", "ratify", "decline", "false-alarm", "order", "adopt", "close", "final-report"],
};
const WANT_PIN = ["authorize", "declare", "ratify", "decline", "false-alarm", "order", "adopt", "sign", "no-drill", "unsilence"];

const seconds = () => Date.now() / 1000;
const refusal = (status, error, text = error, more = {}) => ({ status, body: { error, text, ...more } });

export class FakePeople {
  constructor() {
    this.accounts = new Map();
    this.sessions = new Map();
    this.firstCode = null; // a text: there is no administrator yet, and this is the code
    this.locked = 0; // seconds for which every log-in is refused
    for (const role of ROLES) {
      this.add(role, role, { totp: NEEDS_CODE.includes(role) });
      this.begin(role, `vs_${role}`.padEnd(46, "0"));
    }
  }

  add(login, role, extra = {}) {
    const account = {
      login, role, person: PERSONS[role]?.[0] ?? null, post: PERSONS[role]?.[1] ?? null, state: "active", totp: false, pin: !NEVER_PERSON.includes(role), created: seconds() - 86400, by: "administrator",
      last_login: seconds() - 3600, locked_until: null, password: PASSWORD, number: PIN, invitation: null, ...extra,
    };
    this.accounts.set(login, account);
    return account;
  }

  begin(login, token = `vs_${crypto.randomBytes(32).toString("base64url")}`) {
    this.sessions.set(token, { id: `s${this.sessions.size + 1}`, login, from: "127.0.0.1", began: seconds(), used: seconds(), expires: seconds() + 43200 });
    return token;
  }

  token(login) {
    return [...this.sessions].find(([, s]) => s.login === login)?.[0] ?? this.begin(login);
  }

  // Ends what an account has open, as an administrator or the time would.
  end(login) {
    for (const [token, s] of this.sessions) if (s.login === login) this.sessions.delete(token);
  }

  of(token) {
    const session = this.sessions.get(token);
    return session ? this.accounts.get(session.login) : null;
  }

  view(account) {
    const { password, number, invitation, ...shown } = account;
    return shown;
  }

  mustEnrol(account) {
    return NEEDS_CODE.includes(account.role) && !account.totp;
  }

  describe(token) {
    const account = this.of(token);
    const enrol = this.mustEnrol(account);
    return { account: this.view(account), rights: enrol ? ["enrol"] : RIGHTS[account.role], expires: this.sessions.get(token).expires, idle: IDLE[account.role], enrol };
  }

  logIn(account) {
    const token = this.begin(account.login);
    return { token, ...this.describe(token) };
  }

  // What the collector's gate says to a person's request before anything else: undefined, or a refusal.
  judge(method, path, body, token) {
    const account = this.of(token);
    if (!account) return refusal(401, "no-session", "The session is over");
    const rights = this.describe(token).rights;
    const act = method === "POST" && (/^\/v1\/incidents\/[^/]+\/([^/]+)$/.exec(path) ?? /^\/v1\/acts\/([^/]+)$/.exec(path))?.[1];
    if (act) {
      const right = Object.keys(ACTS).find((r) => ACTS[r].includes(act));
      if (right && !rights.includes(right)) return refusal(403, "not-yours", "Your role does not do this");
      if (!account.person) return refusal(409, "no-person", "The account acts under no person of the plan");
      if (WANT_PIN.includes(act)) {
        if (!account.pin) return refusal(409, "no-pin", "No PIN is set");
        if (body?.pin === undefined) return refusal(403, "pin-wanted", "The PIN is wanted");
        if (body.pin !== account.number) return refusal(403, "pin-wrong", "The PIN is wrong");
      }
      return undefined;
    }
    if (/^\/v1\/accounts/.test(path) && !rights.includes("administrate")) return refusal(403, "not-yours", "Your role does not do this");
    if (rights.includes("enrol") && !/^\/v1\/(session|account\/totp)/.test(path)) return refusal(403, "enrol", "Set a one-time code first");
    if (!/^\/v1\/(session|account)/.test(path) && !rights.includes("view")) return refusal(403, "not-yours", "Your role does not do this");
    return undefined;
  }

  session(method, path, body, token) {
    if (path === "/v1/session/first" && method === "GET") return { first: this.firstCode !== null };
    if (path === "/v1/session/first") {
      if (this.firstCode === null) return refusal(404, "not-found");
      if (body.code !== this.firstCode) return refusal(401, "wrong");
      this.firstCode = null;
      return this.logIn(this.add(body.login, "administrator", { password: body.password, pin: false }));
    }
    if (path === "/v1/session/invited") {
      const account = this.accounts.get(body.login);
      if (!account?.invitation || account.invitation !== body.invitation) return refusal(401, "wrong");
      Object.assign(account, { invitation: null, state: "active", password: body.password });
      return this.logIn(account);
    }
    if (method === "POST") {
      const account = this.accounts.get(body.login);
      if (this.locked > 0) return { ...refusal(429, "locked", "Too many wrong attempts", { retry_after: this.locked }), headers: { "Retry-After": String(this.locked) } };
      if (account?.state === "invited") return refusal(409, "invited");
      if (!account || account.state !== "active" || account.password !== body.password) return refusal(401, "wrong");
      if (account.totp && body.code === undefined) return refusal(401, "code-wanted");
      if (account.totp && body.code !== CODE) return refusal(401, "wrong");
      return this.logIn(account);
    }
    if (!this.of(token)) return refusal(401, "no-session");
    if (method === "GET") return this.describe(token);
    this.sessions.delete(token);
    return {};
  }

  own(path, body, token) {
    const account = this.of(token);
    if (path === "/v1/account/totp" && body.off) {
      if (body.password !== account.password) return refusal(403, "wrong");
      account.totp = false;
      return {};
    }
    if (path === "/v1/account/totp") {
      if (body.code === undefined && account.totp && body.password !== account.password) return refusal(403, "wrong");
      if (body.code === undefined) return { secret: SECRET, uri: `otpauth://totp/Vigia:${account.login}?secret=${SECRET}&issuer=Vigia` };
      if (body.code !== CODE) return refusal(403, "wrong");
      account.totp = true;
      const fresh = this.begin(account.login); // more rights than before: under another token
      this.sessions.delete(token);
      return { token: fresh, ...this.describe(fresh) };
    }
    if (body.password !== account.password) return refusal(403, "wrong");
    if (path === "/v1/account/pin") {
      if (!/^\d{6,12}$/.test(body.pin) || /^(\d)\1*$/.test(body.pin)) return refusal(400, "weak");
      Object.assign(account, { number: body.pin, pin: true });
    } else {
      if (body.new.length < 12) return refusal(400, "weak");
      account.password = body.new;
      for (const [other, s] of this.sessions) if (other !== token && s.login === account.login) this.sessions.delete(other);
    }
    return {};
  }

  administrate(method, path, body) {
    if (method === "GET") return { accounts: [...this.accounts.values()].map((a) => this.view(a)) };
    if (path === "/v1/accounts") {
      if (this.accounts.has(body.login)) return refusal(409, "duplicate", "There is such an account");
      const service = body.role === "service";
      const account = this.add(body.login, body.role, { person: body.person ?? null, post: null, pin: false, state: service ? "active" : "invited", invitation: service ? null : "7Q2MA-K4XDP-9RT3W-HJ6YC", last_login: null });
      return service ? { account: this.view(account), token: "vs_servicio".padEnd(46, "1") } : { account: this.view(account), invitation: account.invitation };
    }
    const account = this.accounts.get(decodeURIComponent(path.slice("/v1/accounts/".length)));
    if (!account) return refusal(404, "not-found");
    const admins = [...this.accounts.values()].filter((a) => a.role === "administrator" && a.state === "active");
    if (admins.length === 1 && admins[0] === account && ((body.role && body.role !== "administrator") || body.state === "disabled")) return refusal(409, "last-administrator");
    for (const key of ["role", "person", "state"]) if (body[key] !== undefined) account[key] = body[key];
    if (body.reset === "totp") account.totp = false;
    if (body.reset === "pin") account.pin = false;
    if (body.reset === "password") Object.assign(account, { state: "invited", invitation: "NEW25-TRWA3-KKM8P-QX2DF" });
    if (body.role || body.state || body.reset) this.end(account.login);
    return { account: this.view(account), ...(body.reset === "password" ? { invitation: account.invitation } : {}) };
  }

  listSessions(path, token) {
    const account = this.of(token);
    const every = this.describe(token).rights.includes("administrate");
    const end = /^\/v1\/sessions\/([^/]+)\/end$/.exec(path)?.[1];
    if (!end) return { sessions: [...this.sessions.values()].filter((s) => every || s.login === account.login) };
    for (const [other, s] of this.sessions) if (s.id === end && (every || s.login === account.login)) this.sessions.delete(other);
    return {};
  }

  // What is answered to a call of PEOPLE.md's own: { status, body }, the body of a 200, or undefined if it is none of these.
  answer(method, path, body, token) {
    if (path === "/v1/session" || path.startsWith("/v1/session/")) return this.session(method, path, body, token);
    if (path.startsWith("/v1/account/")) return this.own(path, body, token);
    if (path.startsWith("/v1/accounts")) return this.administrate(method, path, body);
    if (path.startsWith("/v1/sessions")) return this.listSessions(path, token);
    return undefined;
  }
}
