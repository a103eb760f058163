// The hand-over of a shift: what the next one must know, on one page that can be printed. Who leaves writes remarks and names who
// receives; who receives says so in each open incident. Both stand in the journal.
import { html } from "/html.js";
import { dayText, momentText, runningText, spanText } from "/time.js";
import { lang, say, word } from "/words.js";
import { get } from "/api.js";
import { address } from "/pages.js";
import { openIncidents, serviceName, whyText } from "/store.js";
import { Acting } from "/desk/acting.js";
import { LeaveForm } from "/desk/leave.js";
import { planNames, postOf } from "/desk/names.js";
import { silenceText } from "/desk/silence.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = (ctx) => `${say("handover-title")} · ${ctx.status?.plan.institution ?? ""}`;

const SHIFT_S = 12 * 3600;
const INCIDENTS_MAX = 20;
const CLOCK_OFF_S = 1;
const AGAIN_MS = 3000;
const RECEIVED = "Recibo el turno de"; // the journal's language is the plan's; found again by these words

export class View extends Acting {
  entries = null; // notes of this shift, newest first

  componentDidMount() {
    this.load();
  }

  componentDidUpdate() {
    if (this.head !== this.props.ctx.status.head.seq) this.load();
  }

  componentWillUnmount() {
    this.turn = null;
    clearTimeout(this.again);
    super.componentWillUnmount?.();
  }

  // What could not be read stays as it was known, and is asked for again soon.
  async load() {
    const { status: s, now } = this.props.ctx;
    const turn = (this.turn = {});
    clearTimeout(this.again);
    this.head = s.head.seq;
    const since = now - SHIFT_S;
    const recent = s.incidents.filter((i) => openIncidents(s).includes(i) || (i.closed ?? i.resumed ?? i.restored ?? 0) > since).slice(-INCIDENTS_MAX);
    const read = await Promise.allSettled(recent.map((i) => get(`/api/v1/incidents/${i.id}`)));
    if (this.turn !== turn) return; // a later look has begun meanwhile, or the page is left
    const before = this.entries ?? [];
    this.entries = read.flatMap((r, i) => (r.status === "fulfilled" ? r.value.timeline.filter((e) => e.at > since && e.body.note && /^(act\.(note|entry|window|silence)|ack\.given)$/.test(e.kind)).map((e) => ({ ...e, folio: r.value.folio })) : before.filter((e) => e.folio === recent[i].folio))).sort((a, b) => b.seq - a.seq);
    this.unread = read.filter((r) => r.status === "rejected").length;
    if (this.unread > 0) this.again = setTimeout(() => this.load(), AGAIN_MS);
    this.forceUpdate();
  }

  // Who receives, in every incident that goes on.
  receive = async (a, names) => {
    const open = openIncidents(this.props.ctx.status);
    let all = true;
    for (const i of open) {
      if (this.entries?.some((e) => this.isReceipt(e, a, names) && e.folio === i.folio)) continue;
      all = (await this.act(`receive-${a.entry}`, i.id, "note", { note: `${RECEIVED} ${postOf(names, a.person)} (asiento ${a.entry ?? "—"}).` }, say("handover-received"))) && all;
      if (!all) return;
    }
  };

  isReceipt(e, a, names) {
    return e.kind === "act.note" && e.body.person === a.other && e.at >= a.since && e.body.note.startsWith(`${RECEIVED} ${postOf(names, a.person)}`);
  }

  list(test, heading, items, none) {
    return html`<section data-test=${test}><h2>${heading}<span class="count">${items.length}</span></h2>${items.length === 0 ? html`<p class="none">${none}</p>` : html`<ul class="desk-list">${items}</ul>`}</section>`;
  }

  incident(i) {
    const { status: s, now } = this.props.ctx;
    const clocks = s.services.filter((x) => i.services.includes(x.id) && x.clock?.running);
    const answered = [...new Set(i.calls.filter((c) => c.state === "acknowledged").map((c) => c.post ?? c.person))];
    return html`<li key=${i.id} class="desk-row"><b><a href=${address("incident", i.id)}>${say("folio", { folio: i.folio })}</a></b>
      <span>${word("incident", i.state)} · ${i.services.map((id) => serviceName(s, id)).join(", ") || (i.reports?.[0]?.name ?? word("incident-kind", i.kind))} · ${say("began", { at: momentText(i.began, now) })}
        <br/>${answered.length ? say("answered", { who: answered.join(", ") }) : say("nobody-answered")}${(i.checklists ?? []).filter((c) => c.next !== null).map((c) => html`<br/>${say("handover-step", { name: c.name, n: c.next, what: c.next_do })}`)}</span>
      <span>${clocks.map((x) => html`<b class=${x.clock.breached ? "desk-late" : ""}>${x.clock.breached ? say("rto-breached-by") : say("rto-left")} ${runningText(Math.abs(x.clock.breach_at - now))}</b> `)}</span></li>`;
  }

  watch(s, now) {
    const bad = [];
    for (const a of s.alarms ?? []) bad.push(html`<b>${word("alarm", a.alarm)}</b> ${say("since", { at: momentText(a.since, now) })}`);
    if (s.plan.refused) bad.push(html`<b>${say("plan-refused", { at: momentText(s.plan.refused.at, now) })}</b> ${s.plan.refused.text}`);
    for (const a of s.agents.filter((x) => x.state !== "ok")) bad.push(html`<b>${a.id}</b> ${word("agent", a.state)} · ${say("since", { at: momentText(a.last_seen, now) })}${a.cause && a.cause !== "none" ? ` · ${word("cause", a.cause)}` : ""}`);
    for (const a of s.agents.filter((x) => x.state === "ok" && Math.abs(x.clock_offset ?? 0) > CLOCK_OFF_S)) bad.push(html`<b>${a.id}</b> ${say("handover-clock", { s: a.clock_offset.toFixed(1) })}`);
    for (const c of s.components.filter((x) => x.state === "blind")) bad.push(html`<b>${c.name}</b> ${word("state", "blind")}${c.checks[0]?.why ? ` · ${whyText(c.checks[0].why)}` : ""}`);
    return bad.map((x) => html`<li class="desk-row"><span class="desk-line">${x}</span></li>`);
  }

  ahead(s, now) {
    const out = [];
    for (const j of [s.jornada, s.next_jornada].filter(Boolean)) out.push([j.from, html`${j.name} · ${j.stamp ?? word("jornada", j.kind)} · ${say("windows-span", { from: momentText(j.from, now), until: momentText(j.until, now) })}`]);
    for (const c of s.cuts ?? []) if (c.next_due) out.push([c.next_due, html`${c.name} · ${say("handover-cut", { n: (c.number ?? 0) + 1, count: c.count })}`]);
    for (const d of s.duty ?? []) if (d.until) out.push([d.until, html`${say("handover-shift", { seat: d.name })}`]);
    return out.sort((a, b) => a[0] - b[0]).map(([at, what]) => html`<li class="desk-row"><b>${momentText(at, now)}</b><span>${what}</span><span class="desk-when">${at > now ? say("shifts-in", { span: spanText(at - now) }) : ""}</span></li>`);
  }

  render({ ctx }) {
    const { status: s, now, session } = ctx;
    const names = planNames(ctx);
    const me = session.account?.person;
    const open = openIncidents(s);
    const owed = s.watch?.owed ?? [];
    const row = (head, text, more) => html`<li class="desk-row"><b>${head}</b><span>${text}</span><span class="desk-when">${more}</span></li>`;
    const silences = (s.silences ?? []).filter((w) => w.state !== "ended").map((w) => row(word("silence-state", w.state), silenceText(s, w, names, now), w.owner_post ?? w.owner));
    const given = (s.away ?? []).filter((a) => a.other && now - a.since < SHIFT_S);
    return html`
      <main class="desk-page desk-wide desk-sheet" data-test="handover">
        <h2 class="desk-title">${say("handover-title")} <small>${dayText(now, lang())} · ${momentText(now, now)}</small> <button type="button" class="desk-button no-print" data-test="print" onClick=${() => print()}>${say("handover-print")}</button></h2>
        <div class="desk-whole">${given.map((a) => html`<article key=${a.person} class="desk-task" data-test="given"><h3>${say("handover-from", { from: a.post, to: postOf(names, a.other), at: momentText(a.since, now) })}</h3>
          ${a.note && html`<p class="desk-script">${a.note}</p>`}
          ${this.entries?.some((e) => this.isReceipt(e, a, names)) ? html`<p class="desk-done" data-test="received">${say("handover-received")} ${momentText(this.entries.find((e) => this.isReceipt(e, a, names)).at, now)}</p>` : ""}
          ${this.said(`receive-${a.entry}`)}
          ${a.other === me && (open.length ? html`<p class="desk-buttons no-print"><button type="button" class="main" data-test="receive" disabled=${this.state.busy !== null} onClick=${() => this.receive(a, names)}>${say("handover-receive")}</button></p>` : html`<p class="desk-when">${say("handover-nothing-open")}</p>`)}</article>`)}</div>
        ${this.list("incidents", say("incidents"), open.map((i) => this.incident(i)), say("no-incidents"))}
        ${this.list("owed", say("handover-owed"), [...owed.map((o) => row(say("folio", { folio: o.folio }), o.post ?? postOf(names, o.person), o.due ? say("handover-owed-due") : "")), ...open.filter((i) => i.owed_resume > 0).map((i) => row(say("folio", { folio: i.folio }), say("handover-resume", { n: i.owed_resume }), ""))], say("handover-nothing"))}
        ${this.list("tasks", say("menu-calls"), (s.tasks ?? []).map((t) => row(say("folio", { folio: t.folio }), `${t.post} · ${word("call-kind", t.kind)}`, t.taken_by ? postOf(names, t.taken_by) : say("calls-free"))), say("calls-none"))}
        ${this.list("silences", say("menu-windows"), silences, say("windows-none"))}
        ${this.list("debts", say("menu-debts"), (s.debts ?? []).map((d) => row(say("folio", { folio: d.folio }), `${word("debt", d.what)}${d.person ? ` · ${postOf(names, d.person)}` : ""}`, html`<span class=${d.overdue ? "desk-late" : ""}>${momentText(d.due, now)}</span>`)), say("debts-none"))}
        ${this.list("watch", say("watch"), this.watch(s, now), say("watch-calm"))}
        ${this.list("ahead", say("handover-ahead"), this.ahead(s, now), say("handover-nothing"))}
        ${this.list("notes", say("handover-notes"), (this.entries ?? []).map((e) => row(momentText(e.at, now), `${say("folio", { folio: e.folio })} · ${e.body.note}`, postOf(names, e.body.person))), this.entries === null ? say("loading") : this.unread ? say("handover-unread", { n: this.unread }) : say("handover-nothing"))}
        ${session.may("report") && me && html`<section class="desk-whole no-print" data-test="give"><h2>${say("handover-do")}</h2><p class="desk-what">${say("handover-what")}</p>
          ${(s.away ?? []).some((a) => a.person === me) ? html`<p class="desk-done">${say("handover-given")} <a href=${address("shifts")}>${say("shifts-back")}</a></p>` : html`<${LeaveForm} ctx=${ctx} names=${names} remarks=${true}/>`}</section>`}
        <p class="desk-sign desk-whole print-only"><span>${say("handover-leaves")}</span><span>${say("handover-takes")}</span></p>
      </main>`;
  }
}
