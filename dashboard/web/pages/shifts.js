// Who answers for each seat now and from when on somebody else does; "me voy, toma X" and "ya volví".
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { get } from "/api.js";
import { address } from "/pages.js";
import { Acting } from "/desk/acting.js";
import { LeaveForm } from "/desk/leave.js";
import { planNames, postOf } from "/desk/names.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = () => `${say("menu-shifts")} · ${say("title")}`;

const GAPS = ["shift-gap", "jornada-gap", "desk-shift-gap"];

export class View extends Acting {
  gaps = null; // null: not known (it takes the right to see the plan)

  componentDidMount() {
    if (this.props.ctx.session.may("plan")) this.askGaps();
  }

  async askGaps() {
    try {
      const { findings } = await get("/api/v1/plan");
      this.gaps = (findings ?? []).filter((f) => GAPS.includes(f.code));
    } catch {
      this.gaps = null; // the page shows who is there all the same
    }
    this.forceUpdate();
  }

  seat(d, names) {
    const { now } = this.props.ctx;
    const there = d.people.filter((p) => !p.away);
    return html`
      <li key=${d.seat} class=${`desk-row ${there.length ? "" : "is-vacant"}`} data-test="seat" data-seat=${d.seat}>
        <b>${d.name}</b>
        <span>${d.people.length === 0 ? html`<strong class="desk-late">${say("shifts-vacant")}</strong>` : d.people.map((p, k) => html`${k > 0 ? html` <span class="desk-id">${say("shifts-then")}</span> ` : ""}${p.post}${p.stands_for ? ` (${say("shifts-for", { post: postOf(names, p.stands_for) })})` : ""}${p.away ? html` <em class="desk-late">${say("shifts-away")}</em>` : ""}`)}</span>
        <span class="desk-when">${d.until ? say("shifts-until", { at: momentText(d.until, now), span: spanText(d.until - now) }) : say("shifts-always")}</span></li>`;
  }

  render({ ctx }) {
    const { status: s, now, session } = ctx;
    const names = planNames(ctx);
    const me = session.account?.person;
    const mine = (s.away ?? []).find((a) => a.person === me);
    const levels = [...new Set((s.duty ?? []).map((d) => d.level))].sort();
    const next = (s.duty ?? []).filter((d) => d.until).sort((a, b) => a.until - b.until).slice(0, 6);
    return html`
      <main class="desk-page desk-wide" data-test="shifts">
        <h2 class="desk-title">${say("menu-shifts")} ${session.may("report") && html`<a class="desk-button" href=${address("handover")} data-test="to-handover">${say("handover-title")}</a>`}</h2>
        ${levels.map((level) => html`<section key=${level}><h2>${word("level", String(level))}</h2><ul class="desk-list">${s.duty.filter((d) => d.level === level).map((d) => this.seat(d, names))}</ul></section>`)}
        <section><h2>${say("shifts-next")}</h2>${next.length === 0 && html`<p class="none">${say("shifts-no-next")}</p>`}
          <ul class="desk-list">${next.map((d) => html`<li key=${d.seat} class="desk-row" data-test="next"><b>${momentText(d.until, now)}</b><span>${d.name}</span><span class="desk-when">${say("shifts-in", { span: spanText(d.until - now) })}</span></li>`)}</ul>
          ${this.gaps !== null && html`<h3 class="desk-sub">${say("shifts-gaps")}</h3>${this.gaps.length === 0 ? html`<p class="none">${say("shifts-no-gaps")}</p>` : html`<ul class="desk-list">${this.gaps.map((g) => html`<li class="desk-note" data-test="gap">${g.text}</li>`)}</ul>`}`}</section>
        <section data-test="away"><h2>${say("shifts-who-away")}</h2>
          ${(s.away ?? []).length === 0 && html`<p class="none">${say("shifts-nobody-away")}</p>`}
          <ul class="desk-list">${(s.away ?? []).map((a) => html`<li key=${a.person} class="desk-row"><b>${a.post}</b><span>${a.other ? say("shifts-takes", { post: postOf(names, a.other) }) : say("shifts-nobody-takes")}${a.note ? html`<br/>«${a.note}»` : ""}</span>
            <span class="desk-when">${say("since", { at: momentText(a.since, now) })}${a.until ? ` · ${say("shifts-back-at", { at: momentText(a.until, now) })}` : ""}</span></li>`)}</ul>
          ${session.may("report") && me && (mine
            ? html`${this.said("back")}<p class="desk-buttons"><button type="button" class="main desk-big" data-test="back" disabled=${this.state.busy !== null} onClick=${() => this.act("back", null, "back", {}, say("shifts-is-back"))}>${say("shifts-back")}</button></p>`
            : html`${this.said("back")}<h3 class="desk-sub">${say("leave-title")}</h3><${LeaveForm} ctx=${ctx} names=${names}/>`)}</section>
      </main>`;
  }
}
