// "Esperan por usted": everything that waits for the person who is logged in, and the shortest way to deal with it.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { address } from "/pages.js";
import { serviceName } from "/store.js";
import { Acting } from "/desk/acting.js";
import { octets } from "/desk/hours.js";
import { planNames, postOf } from "/desk/names.js";
import { waitingFor } from "/desk/waiting.js";
import { silenceText } from "/desk/silence.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = (ctx) => {
  const n = ctx.status ? waitingFor(ctx.status, ctx.session).length : 0;
  return `${n ? `(${n}) ` : ""}${say("menu-inbox")} · ${say("title")}`;
};

const what = (s, i) => `${say("folio", { folio: i.folio })}${i.services.length ? ` · ${i.services.map((id) => serviceName(s, id)).join(", ")}` : ""}`;

export class View extends Acting {
  reasons = new Map();

  reason(x) {
    return html`<div class="field"><label for=${`why-${x.key}`}>${say("inbox-why")}</label><input id=${`why-${x.key}`} autocomplete="off" value=${this.reasons.get(x.key) ?? ""} data-test="why" onInput=${(e) => this.reasons.set(x.key, e.target.value)}/></div>`;
  }

  dispute = (x) => {
    const note = (this.reasons.get(x.key) ?? "").trim();
    if (note === "") this.wrong(say("inbox-no-why"), x.key);
    else if (octets(note) > 479) this.wrong(say("desk-too-long", { n: octets(note), max: 479 }), x.key);
    else this.act(x.key, x.incident.id, "dispute", { entry: x.deed.entry, note }, say("inbox-disputed"));
  };

  button(x, test, text, press, main = false) {
    return html`<button type="button" class=${main ? "main" : ""} data-test=${test} disabled=${this.state.busy !== null} onClick=${press}>${text}</button>`;
  }

  // [what it is, what one may do about it]
  parts(x, names) {
    const { ctx } = this.props;
    const { status: s, now } = ctx;
    const to = (path, text) => html`<a class="desk-button" href=${path} data-test="go">${text}</a>`;
    const incident = x.incident;
    switch (x.kind) {
      case "call":
        return [html`<b>${word("call-kind", x.call.kind)}</b> ${what(s, incident)}`, ["ack", "attend", "pass"].map((a) => this.button(x, `do-${a}`, word("call-result", a), () => this.act(x.key, incident.id, a, {}, `${what(s, incident)}: ${word("call-result", a)}`), a !== "pass"))];
      case "order":
        return [html`<b>${word("order", x.order.what)}</b> ${what(s, incident)} · ${x.order.reason}`, this.button(x, "confirm-order", say("inbox-order"), () => this.act(x.key, incident.id, "confirm-order", { entry: x.order.id }, say("inbox-ordered")), true)];
      case "said": case "said-other":
        return [html`<b>${say(x.kind === "said" ? "inbox-said" : "inbox-said-other", { post: postOf(names, x.deed.person) })} «${word("deed", x.deed.act)}»</b> ${what(s, incident)} · ${momentText(x.deed.at, now)} · ${say("inbox-wrote", { post: postOf(names, x.deed.recorded_by), proof: word("proof", x.deed.proof) })}`,
          html`${x.kind === "said" && this.reason(x)}${this.button(x, "confirm", say(x.kind === "said" ? "inbox-confirm" : "inbox-confirm-other"), () => this.act(x.key, incident.id, "confirm", { entry: x.deed.entry }, say("inbox-confirmed")), true)}${x.kind === "said" && this.button(x, "dispute", say("inbox-dispute"), () => this.dispute(x))}`];
      case "sign":
        return [html`<b>${say("inbox-sign", { needs: word("needs", x.silence.needs) })}</b> ${silenceText(s, x.silence, names, now)}`, this.button(x, "sign", say("windows-sign"), () => this.act(x.key, null, "sign", { entry: x.silence.id }, say("windows-signed"), silenceText(s, x.silence, names, now)), true)];
      case "report":
        return [html`<b>${say("inbox-report")}</b> ${what(s, incident)} · ${incident.reports?.[0]?.name ?? incident.reports?.[0]?.what ?? ""}`, to(address("report", incident.id), say("inbox-look"))];
      case "tasks":
        return [html`<b>${say("inbox-tasks", { n: x.n })}</b>`, to(address("calls"), say("menu-calls"))];
      case "debt":
        return [html`<b>${word("debt", x.debt.what)}</b> ${say("folio", { folio: x.debt.folio })}`, to(address("debts"), say("menu-debts"))];
      default:
        return [html`<b>${word("waiting", x.kind)}</b> ${what(s, incident)}`, to(address("incident", incident.id), say("inbox-desk"))];
    }
  }

  render({ ctx }) {
    const { status: s, now, session } = ctx;
    const names = planNames(ctx);
    const list = waitingFor(s, session);
    const last = this.state.done ?? this.state.trouble;
    return html`
      <main class="desk-page desk-narrow" data-test="inbox">
        <h2 class="desk-title">${say("menu-inbox")} <small>${session.account?.post ?? ""}</small></h2>
        ${last && !list.some((x) => x.key === last.key) && this.said(last.key)}
        ${list.length === 0 && html`<section><p class="none" data-test="none">${say(session.account?.person ? "inbox-none" : "inbox-nobody")}</p></section>`}
        ${list.map((x) => {
          const [about, buttons] = this.parts(x, names);
          return html`<article key=${x.key} class="desk-task" data-test="waiting" data-kind=${x.kind}><p>${about}${x.due ? html` · <span class=${x.due < now ? "desk-late" : "desk-when"}>${x.due < now ? say("desk-overdue", { span: spanText(now - x.due) }) : say("desk-due", { at: momentText(x.due, now) })}</span>` : ""}</p>
            ${this.said(x.key)}<div class="desk-buttons">${buttons}</div></article>`;
        })}
      </main>`;
  }
}
