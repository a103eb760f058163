// The alarm to the room: what nobody has taken up yet is seen and heard until a named person has. It is read from the status
// alone, so a screen that is opened late, or again, rings for the same as all the others.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { clockText, momentText } from "/time.js";
import { say, word } from "/words.js";
import { openIncidents, serviceName } from "/store.js";
import { bind } from "/keys.js";
import { isSounding, play } from "/sound.js";
import { ask, troubleText } from "/ui.js";

const CYCLE_MS = 4000;
const QUIET_S = 300; // a screen that was muted rings again
const TOLD_S = 60; // for so long the band says who has taken it up
const RINGS = ["confirmed", "activation-asked", "authorised", "declared", "declined", "restored"];

const taken = (i) => (i.answers ?? []).filter((a) => a.act !== "no-puedo");
const last = (answers) => answers.reduce((best, a) => (best === null || a.at > best.at ? a : best), null);

// [{ key, kind, incident, text, by }]: `by` is the answer that ends it, null while it rings.
export function reasons(status, link, now) {
  const list = [];
  const add = (kind, id, incident, text, by) => list.push({ key: `${kind} ${id}`, kind, incident, text, by });

  if (link.kind === "collector" || link.kind === "dashboard")
    add("lost", link.kind, null, say(link.kind === "dashboard" ? "alarm-lost-dashboard" : "alarm-lost", { since: momentText(link.since, now) }), null);
  if (!status) return list;
  for (const i of openIncidents(status)) {
    if (i.merged_into || i.kind === "past" || i.silenced || !RINGS.includes(i.state)) continue;
    const names = i.services.map((s) => serviceName(status, s)).join(", ");
    const places = { folio: i.folio, stamp: i.stamp ?? (i.real === false ? say("drill") : say("real")), names };
    const answers = taken(i);
    add("new", i.id, i, say(i.kind === "reported" ? "alarm-reported" : i.kind === "blind" ? "alarm-blind" : "alarm-new", places), last(answers));
    if (i.exhausted) add("exhausted", i.id, i, say("alarm-exhausted", places), null);
    for (const s of status.services)
      if (i.services.includes(s.id) && s.clock?.running && s.clock.breached)
        add("breach", `${i.id} ${s.id}`, i, say("alarm-breach", { ...places, names: s.name }), last(answers.filter((a) => a.at >= s.clock.breach_at)));
  }
  for (const t of status.tasks ?? [])
    add("hand", t.call, null, say("alarm-hand", { post: t.post, folio: t.folio }), t.taken_by ? { post: postOf(status, t.taken_by), act: "takes-call", at: now } : null);
  return list;
}

function postOf(status, person) {
  for (const list of [...(status.duty ?? []).map((d) => d.people), ...status.incidents.map((i) => i.calls)]) {
    const found = list.find((p) => p.person === person && p.post);
    if (found) return found.post;
  }
  return person;
}

// What is heard: the gravest first, then each other kind in turn. What is read: the gravest of each incident.
const GRAVITY = ["lost", "exhausted", "breach", "new", "hand"];
const graver = (a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind);
const toRead = (ringing) => [...ringing].sort(graver).filter((r, k, all) => r.incident === null || all.findIndex((x) => x.incident?.id === r.incident.id) === k);
const kinds = (ringing) => GRAVITY.filter((k) => ringing.some((r) => r.kind === k));

// Kept outside of the component: a page that is drawn anew is still the same room.
const muted = new Map(); // key -> { who, until } by performance.now() / 1000
let told = []; // [{ key, text, by, until }]
let before = new Map(); // key -> reason that rang

export class Alarm extends Component {
  state = { trouble: null };

  componentDidMount() {
    this.unbind = bind("m", "key-mute", () => this.quiet());
    this.sync();
  }

  componentDidUpdate() {
    this.sync();
  }

  componentWillUnmount() {
    clearInterval(this.timer);
    this.unbind();
  }

  // Rings as long as something does; a sound begins at once and not at the next turn.
  sync() {
    const rings = this.loud.length > 0 && isSounding();
    if (rings && !this.timer) {
      this.turn = 0;
      this.timer = setInterval(() => this.ring(), CYCLE_MS);
      this.ring();
    } else if (!rings && this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    }
  }

  ring() {
    const list = kinds(this.loud);
    if (list.length > 0) play(list[this.turn++ % list.length]);
  }

  async quiet() {
    const { ctx } = this.props;
    const ringing = this.ringing;
    if (ringing.length === 0) return;
    const { MuteDialog } = await import("/alarm-dialog.js");
    const answer = await ask(({ close }) => html`<${MuteDialog} close=${close} ringing=${ringing} ctx=${ctx}/>`);
    this.setState({ trouble: null });
    if (answer?.mute) {
      const until = performance.now() / 1000 + QUIET_S;
      for (const r of ringing) muted.set(r.key, { who: answer.mute, until });
    } else if (answer?.act) {
      try {
        const { perform } = await import("/perform.js");
        await perform(ctx, answer.incident.id, answer.act);
      } catch (e) {
        this.setState({ trouble: say("alarm-trouble", { folio: answer.incident.folio, why: troubleText(e) }) });
      }
    }
    ctx.draw();
  }

  // What rang and was taken up is told for a while, with who did it.
  judge(all, now) {
    const here = performance.now() / 1000;
    const ringing = all.filter((r) => r.by === null);
    for (const [key, m] of muted) if (m.until <= here || !ringing.some((r) => r.key === key)) muted.delete(key);
    for (const r of all) if (r.by !== null && before.has(r.key)) told.push({ key: r.key, text: r.text, by: r.by, until: now + TOLD_S });
    told = told.filter((t) => t.until > now && !ringing.some((r) => r.key === t.key)).slice(-3);
    before = new Map(ringing.map((r) => [r.key, r]));
    this.ringing = ringing;
    this.loud = ringing.filter((r) => !muted.has(r.key));
  }

  render({ ctx }, { trouble }) {
    const { status, now, store } = ctx;
    // Who may not look, or not any more, is told that by the page; nothing is lost then.
    const sees = ctx.session.may("view") && !ctx.session.over;
    this.judge(sees ? reasons(status, store.connection(), now) : [], now);
    const { ringing, loud } = this;
    if (ringing.length === 0 && told.length === 0) return html`<div class="alarm-none" data-test="alarm" data-ringing="0"></div>`;
    const read = toRead(ringing);
    const shown = read.slice(0, 3);
    const mute = ringing.length > loud.length ? muted.get(ringing.find((r) => muted.has(r.key)).key) : null;
    return html`
      <div class=${`alarm ${ringing.length ? (loud.length ? "is-loud" : "is-muted") : "is-over"}`} data-test="alarm" data-ringing=${ringing.length} data-kinds=${kinds(loud).join(" ")} role="alert">
        <ul>${shown.map((r) => html`<li key=${r.key} data-test="alarm-reason" data-kind=${r.kind}><b>${r.text}</b></li>`)}
          ${read.length > shown.length && html`<li data-test="alarm-more">${say("and-more", { n: read.length - shown.length })}</li>`}
          ${told.map((t) => html`<li key=${`told ${t.key}`} class="told" data-test="alarm-told">${say("alarm-told", { text: t.text, who: t.by.post ?? t.by.person, act: word("act", t.by.act), at: clockText(t.by.at) })}</li>`)}
          ${trouble && html`<li data-test="alarm-trouble">${trouble}</li>`}</ul>
        ${ringing.length > 0 && html`<p>
          <button type="button" data-test="alarm-quiet" onClick=${() => this.quiet()}><kbd>m</kbd> ${say("alarm-quiet")}</button>
          <span data-test="alarm-how">${mute ? say("alarm-muted", { who: mute.who, at: clockText(now + mute.until - performance.now() / 1000) }) : !isSounding() ? say("alarm-silent") : ringing.every((r) => r.kind === "lost") ? "" : say("alarm-until")}</span></p>`}
      </div>`;
  }
}
