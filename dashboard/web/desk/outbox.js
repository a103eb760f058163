// Reports on their way. Each is written into the browser before it is sent and stays there until the collector has answered, so that a
// lost line or a closed page loses none. The collector cannot know that two requests are the same report: after a lost answer
// the incidents are looked through for it, and it is offered again only once it is known not to be there.
import { ApiError, act, get } from "/api.js";
import { withPin } from "/perform.js";

// A request that was under way when the line broke has arrived by then or never will (the dashboard gives up after 3 s).
export const SETTLED_MS = 6000;
// Who waits longer with a caller on the line takes the next call; an answer that comes after all is heard.
const SLOW_MS = 12000;
const FIELDS = ["what", "via", "site", "service", "ref", "note"];
const same = (body, report) => FIELDS.every((f) => (report[f] ?? "") === (body[f] ?? ""));
const sameShort = (body, report) => ["what", "via", "ref", "note"].every((f) => (report[f] ?? "") === (body[f] ?? ""));

export class Outbox {
  // `login` whose they are; others of the same browser see them not. `changed` when something has; `late(answer)` when one is answered
  // that nobody waits for any more.
  constructor(login, changed, late) {
    this.login = login;
    this.prefix = `vigia.report.${login}.`; // one key for each, so that two pages of one person do not overwrite each other
    this.changed = changed;
    this.late = late;
    this.items = []; // { n, body, filled (collector's clock), head, not: [seq], state: "sending" | "unsure" | "absent", since (ms), why }
    this.lastSeq = 0;
    this.kept = true;
    try {
      const keys = Object.keys(localStorage).filter((k) => k.startsWith(this.prefix)).sort();
      this.items = keys.map((k) => ({ ...JSON.parse(localStorage.getItem(k)), state: "unsure", since: Date.now() })); // whoever sent them is gone
    } catch {
      this.kept = false; // no storage: what is typed lives as long as the page
    }
    this.heard = (e) => {
      if (e.key?.startsWith(this.prefix) && e.newValue === null) this.items = this.items.filter((x) => this.prefix + x.n !== e.key); // settled on another page
    };
    addEventListener("storage", this.heard);
  }

  end() {
    removeEventListener("storage", this.heard);
  }

  keep(item) {
    try {
      localStorage.setItem(this.prefix + item.n, JSON.stringify(item));
    } catch {
      this.kept = false; // the page says so: it must stay open
    }
    this.changed();
  }

  drop(item) {
    this.items = this.items.filter((x) => x !== item);
    try {
      localStorage.removeItem(this.prefix + item.n);
    } catch {
      this.kept = false;
    }
    this.changed();
  }

  answered(item, answer) {
    this.lastSeq = Math.max(this.lastSeq, answer.seq);
    this.drop(item);
    // What has turned out to be this report is none of the others in the same words.
    for (const other of this.items) {
      other.not = [...(other.not ?? []), answer.seq];
      this.keep(other);
    }
    return answer;
  }

  // One request. Past SLOW_MS it counts as lost; should its answer come all the same, it is taken.
  async request(item, body) {
    const flight = act(null, "report", body);
    let slow = false;
    let timer;
    flight.then((answer) => {
      if (slow && this.items.includes(item)) this.late(this.answered(item, answer));
    }, () => {}); // what became of it is found by looking
    try {
      return await Promise.race([flight, new Promise((_, reject) => {
        timer = setTimeout(() => {
          slow = true;
          reject(new ApiError(0, "slow", ""));
        }, SLOW_MS);
      })]);
    } finally {
      clearTimeout(timer);
    }
  }

  // Answers with { incident, seq, folio }; undefined when nobody answered (it is kept) or a dialog was left; throws what was refused.
  async send(ctx, body, again = null) {
    const item = again ?? { n: `${Date.now()}-${Math.random().toString(36).slice(2, 8)}`, body, filled: ctx.now, head: Math.max(ctx.status.head.seq, this.lastSeq) };
    Object.assign(item, { state: "sending", since: Date.now() });
    if (!again) this.items.push(item);
    this.keep(item);
    // What is sent late keeps the hour at which it was filled in.
    const sent = again && body.at === undefined ? { ...body, at: Math.floor(item.filled) } : body;
    try {
      const answer = await withPin(ctx, null, (more) => this.request(item, { ...sent, ...more }));
      if (answer !== undefined) return this.answered(item, answer);
      // The log-in was left: nothing was sent. A first one still stands in its form.
      if (!again) this.drop(item);
      else Object.assign(item, { state: "absent" });
    } catch (e) {
      const refused = !(e instanceof ApiError) || (e.status !== 0 && e.status < 500);
      if (refused && !again) this.drop(item);
      else Object.assign(item, { state: refused ? "absent" : "unsure", since: Date.now(), why: refused ? e : null });
      this.changed();
      if (refused) throw e;
    }
    return undefined;
  }

  // Looks for what nobody has answered for. `done({ incident, folio, seq })` for each that was found.
  async look(person, done) {
    const open = this.items.filter((i) => i.state === "unsure");
    if (this.looking || open.length === 0) return;
    this.looking = true;
    try {
      const began = Date.now();
      let left = await this.find((await get("/api/v1/incidents")).incidents, open, person, done);
      const late = left.filter((i) => began - i.since >= SETTLED_MS);
      if (late.length) {
        left = await this.find((await get("/api/v1/incidents?all=1")).incidents, late, person, done);
        for (const item of left) item.state = "absent";
        this.changed();
      }
    } catch (e) {
      if (!(e instanceof ApiError)) throw e; // still nobody there: it stays unsure
    } finally {
      this.looking = false;
    }
  }

  async find(incidents, items, person, done) {
    const left = [];
    for (const item of items) {
      const found = await this.findOne(incidents, item, person);
      if (!found) {
        left.push(item);
        continue;
      }
      done(this.answered(item, found));
    }
    return left;
  }

  async findOne(incidents, item, person) {
    for (const i of incidents) {
      const is = (r, equal) => r.seq > item.head && !item.not?.includes(r.seq) && equal(item.body, r);
      const r = (i.reports ?? []).find((x) => x.person === person && is(x, same));
      const joined = i.kind !== "reported" || i.report_count > 1;
      if (r) return { incident: i.id, folio: i.folio, seq: r.seq, joined };
      if ((i.report_count ?? 0) <= (i.reports ?? []).length) continue;
      const whole = await get(`/api/v1/incidents/${i.id}`); // more than the list shows
      const late = (whole.final_report?.reports ?? []).find((x) => x.by === person && is(x, sameShort));
      if (late) return { incident: i.id, folio: i.folio, seq: late.seq, joined };
    }
    return null;
  }
}
