// What is owed: final reports and improvement actions, the soonest first; an action is done by its owner and verified by another.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { get } from "/api.js";
import { address } from "/pages.js";
import { Acting } from "/desk/acting.js";
import { octets } from "/desk/hours.js";
import { planNames, postOf } from "/desk/names.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = () => `${say("menu-debts")} · ${say("title")}`;

const READ_MAX = 40;

export class View extends Acting {
  reports = new Map(); // incident -> final report: the words of the actions, and those that wait to be verified
  notes = new Map();

  componentDidMount() {
    this.load();
  }

  componentDidUpdate() {
    if (this.head !== this.props.ctx.status.head.seq) this.load();
  }

  // Incidents that owe something, and those that ended lately: an action that is done and not verified is no debt in the status.
  async load() {
    const { status: s } = this.props.ctx;
    this.head = s.head.seq;
    const ids = [...new Set([...(s.debts ?? []).map((d) => d.incident), ...s.incidents.filter((i) => i.restored !== null || i.closed !== null).map((i) => i.id)])].slice(0, READ_MAX);
    const read = await Promise.allSettled(ids.map((id) => get(`/api/v1/incidents/${id}`)));
    read.forEach((r, k) => r.status === "fulfilled" && this.reports.set(ids[k], { folio: r.value.folio, ...r.value.final_report }));
    this.forceUpdate();
  }

  action = async (key, incident, entry, what) => {
    const note = (this.notes.get(key) ?? "").trim();
    if (octets(note) > 479) this.wrong(say("desk-too-long", { n: octets(note), max: 479 }), key);
    else if (await this.act(key, incident, "action", { what, entry, ...(note ? { note } : {}) }, word("action", what))) this.notes.delete(key); // the next note is another's
  };

  row(d, names) {
    const { ctx } = this.props;
    const { now, session } = ctx;
    const key = `${d.incident}-${d.entry ?? "report"}`;
    const busy = this.state.busy !== null;
    return html`
      <article key=${key} class=${`desk-task ${d.overdue ? "is-late" : ""}`} data-test="debt" data-what=${d.what} data-state=${d.state}>
        <h3><a href=${address("incident", d.incident)}>${say("folio", { folio: d.folio })}</a> ${word("debt", d.what)} <small>${word("debt-state", d.state)}</small></h3>
        ${d.note && html`<p>${d.note}</p>`}
        <p class="desk-when">${d.person ? `${postOf(names, d.person)} · ` : ""}${d.due ? html`<span class=${d.overdue ? "desk-late" : ""}>${d.overdue ? say("desk-overdue", { span: spanText(now - d.due) }) : say("desk-due", { at: momentText(d.due, now) })}</span>` : ""}</p>
        ${this.said(key)}
        ${d.what === "improvement" && d.state !== "verified" && session.may("operate") && html`
          <div class="field"><label for=${`n-${key}`}>${say("debts-note")}</label><input id=${`n-${key}`} autocomplete="off" value=${this.notes.get(key) ?? ""} data-test="action-note" onInput=${(e) => this.notes.set(key, e.target.value)}/></div>
          <p class="desk-buttons">${d.state === "open"
            ? html`<button type="button" class="main" data-test="done-action" disabled=${busy} onClick=${() => this.action(key, d.incident, d.entry, "done")}>${say("debts-done")}</button>`
            : html`<button type="button" class="main" data-test="verify-action" disabled=${busy} onClick=${() => this.action(key, d.incident, d.entry, "verified")}>${say("debts-verify")}</button>`}</p>`}
        ${d.what === "report" && html`<p class="desk-buttons"><a class="desk-button" href=${address("incident", d.incident)}>${say("debts-write")}</a></p>`}
      </article>`;
  }

  render({ ctx }) {
    const { status: s } = ctx;
    const names = planNames(ctx);
    const actionOf = (d) => this.reports.get(d.incident)?.improvements?.find((x) => x.seq === d.entry);
    const owed = (s.debts ?? []).map((d) => ({ ...d, state: "open", note: actionOf(d)?.note }));
    const verify = [...this.reports].flatMap(([incident, r]) => (r.improvements ?? []).filter((x) => x.done && !x.verified).map((x) => ({ incident, folio: r.folio, what: "improvement", entry: x.seq, person: x.owner, due: null, overdue: false, state: "done", note: x.note })));
    return html`
      <main class="desk-page desk-wide" data-test="debts">
        <h2 class="desk-title">${say("menu-debts")}</h2>
        <section><h2>${say("debts-owed")}<span class="count">${owed.length}</span></h2>${owed.length === 0 && html`<p class="none" data-test="none">${say("debts-none")}</p>`}${owed.map((d) => this.row(d, names))}</section>
        <section><h2>${say("debts-to-verify")}<span class="count">${verify.length}</span></h2>${verify.length === 0 && html`<p class="none">${say("debts-none-to-verify")}</p>`}${verify.map((d) => this.row(d, names))}</section>
      </main>`;
  }
}
