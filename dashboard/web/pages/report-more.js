// The second stage of a report: what was done, which areas take part, what stood in the way; and what whoever is in charge says of
// it: true, technical or operational, complete.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { clockText, momentText } from "/time.js";
import { say, word } from "/words.js";
import { troubleText } from "/ui.js";
import { get } from "/api.js";
import { address } from "/pages.js";
import { perform } from "/perform.js";
import { serviceName } from "/store.js";
import { Chips, Pick } from "/desk/pick.js";
import { octets, readHour } from "/desk/hours.js";
import { planNames, postOf, serviceLabel, siteName } from "/desk/names.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = (ctx, params) => `${say("more-title")} · ${say("title")}`;

const NOTE_MAX = 479;
const KINDS = [["activity", "activities"], ["area", "areas"], ["problem", "problems"]];

export class View extends Component {
  state = { whole: null, error: null, what: null, note: "", service: null, at: "", busy: false, trouble: null, done: null };

  componentDidMount() {
    this.load();
  }

  componentDidUpdate() {
    if (this.head !== this.props.ctx.status.head.seq) this.load();
  }

  componentWillUnmount() {
    this.gone = true;
  }

  async load() {
    this.head = this.props.ctx.status.head.seq;
    try {
      const whole = await get(`/api/v1/incidents/${encodeURIComponent(this.props.params.id)}`);
      if (!this.gone) this.setState({ whole, error: null });
    } catch (e) {
      if (!this.gone) this.setState({ error: troubleText(e) });
    }
  }

  act = async (name, body, done) => {
    if (this.state.busy) return;
    this.setState({ busy: true, trouble: null, done: null });
    try {
      const answer = await perform(this.props.ctx, this.state.whole.id, name, body);
      if (answer) {
        this.setState({ done, note: "", at: "" });
        await this.load();
      }
    } catch (e) {
      this.setState({ trouble: troubleText(e) });
    }
    this.setState({ busy: false });
  };

  add = (e) => {
    e.preventDefault();
    const { what, note } = this.state;
    if (!what) this.setState({ trouble: say("more-no-kind") });
    else if (note.trim() === "") this.setState({ trouble: say("more-no-note") });
    else if (octets(note.trim()) > NOTE_MAX) this.setState({ trouble: say("desk-too-long", { n: octets(note.trim()), max: NOTE_MAX }) });
    else this.act("entry", { what, note: note.trim() }, say("more-added"));
  };

  confirm = () => {
    const { at, service, whole } = this.state;
    const hour = at.trim() === "" ? undefined : readHour(at, this.props.ctx.now);
    if (hour === null) this.setState({ trouble: say("report-no-hour") });
    else this.act("confirm-report", { ...(service ? { service } : {}), ...(hour === undefined ? {} : { at: hour }) }, say("more-confirmed", { folio: whole.folio }));
  };

  render({ ctx }, { whole, error, what, note, service, at, busy, trouble, done }) {
    if (!whole) return html`<main class="desk-page"><p class="none" data-test="loading">${error ?? say("loading")}</p></main>`;
    const names = planNames(ctx);
    const { now, session } = ctx;
    const over = ["closed", "false-alarm", "restored", "resumed"].includes(whole.state);
    const operate = session.may("operate") && !over;
    return html`
      <main class="desk-page desk-narrow" data-test="report-more">
        <h2 class="desk-title">${say("folio", { folio: whole.folio })} <small>${word("incident", whole.state)} · ${word("report-class", whole.class)}${whole.complete ? ` · ${say("report-is-complete")}` : ""}</small></h2>
        ${whole.merged_into && html`<p class="desk-note">${say("more-merged")} <a href=${address("report", whole.merged_into)}>${say("more-other")}</a></p>`}
        ${whole.contradicted && html`<p class="desk-wrong">${say("more-contradicted")}</p>`}
        <section><h2>${say("more-said")}<span class="count">${whole.report_count}</span></h2>
          <ul class="desk-list">${(whole.reports ?? []).map((r) => html`<li key=${r.seq} class="desk-row" data-test="said"><b>${clockText(r.at).slice(0, 5)}</b>
            <span>${[r.name ?? r.what, siteName(names, r.site), serviceLabel(names, r.service), r.ref].filter(Boolean).join(" · ")}${r.note && html`<br/>${r.note}`}</span>
            <span>${word("via", r.via)} → ${postOf(names, r.person)}</span></li>`)}</ul></section>
        <section data-test="record"><h2>${say("more-record")}</h2>
          ${KINDS.map(([kind, list]) => html`<h3 class="desk-sub">${word("entry-kind", kind)}</h3>
            ${(whole.final_report?.[list] ?? []).length === 0 ? html`<p class="none">${say("more-nothing")}</p>` : html`<ul class="desk-list">${whole.final_report[list].map((x) => html`
              <li key=${x.seq} class="desk-row"><b>${momentText(x.at, now)}</b><span>${x.note}</span><span>${postOf(names, x.by)}</span></li>`)}</ul>`}`)}
          ${session.may("report") && html`<form onSubmit=${this.add}>
            <${Chips} test="kind" label=${say("more-add")} value=${what} onChange=${(k) => this.setState({ what: k, trouble: null })} options=${KINDS.map(([id]) => ({ id, name: word("entry-kind", id) }))}/>
            <div class="field"><label for="more-note">${say("more-note")}</label><textarea id="more-note" rows="2" value=${note} data-test="entry-note" onInput=${(e) => this.setState({ note: e.target.value, trouble: null })}></textarea></div>
            <p class="desk-buttons"><button type="submit" class="main" disabled=${busy} data-test="add">${say("more-write")}</button></p></form>`}</section>
        ${trouble && html`<p class="desk-wrong" role="alert" data-test="trouble">${trouble}</p>`}
        ${done && html`<p class="desk-done" role="status" data-test="done">${done}</p>`}
        ${operate && html`<section data-test="operate"><h2>${say("more-charge")}</h2>
          ${whole.report_count > 0 && !whole.complete && html`<p class="desk-what">${say("more-complete-what")}</p>
            <p class="desk-buttons"><button type="button" class="main" disabled=${busy} data-test="complete" onClick=${() => this.act("complete", note.trim() ? { note: note.trim() } : {}, say("more-completed"))}>${say("more-complete")}</button></p>`}
          <p class="desk-what">${say("more-classify-what")}</p>
          <p class="desk-buttons">${["technical", "operational"].map((c) => html`<button key=${c} type="button" disabled=${busy || whole.class === c} aria-pressed=${whole.class === c} data-test=${`class-${c}`} onClick=${() => this.act("classify", { what: c }, say("more-classified"))}>${word("report-class", c)}</button>`)}</p>
          ${whole.kind === "reported" && html`<p class="desk-what">${say("more-confirm-what")}${whole.services.length ? ` ${whole.services.map((id) => serviceName(ctx.status, id)).join(", ")}` : ""}</p>
            <div class="desk-two"><${Pick} test="confirm-service" label=${say("report-service")} help=${whole.services.length ? say("more-service-known") : say("more-service-help")} options=${names.services} value=${service} onChange=${(s) => this.setState({ service: s })}/>
              <div class="field"><label for="more-at">${say("more-at")}</label><input id="more-at" inputmode="numeric" placeholder="08:15" value=${at} data-test="confirm-at" onInput=${(e) => this.setState({ at: e.target.value, trouble: null })}/><small>${say("more-at-help", { at: momentText(whole.began, now) })}</small></div></div>
            <p class="desk-buttons"><button type="button" class="main" disabled=${busy} data-test="confirm" onClick=${this.confirm}>${say("more-confirm")}</button></p>`}
        </section>`}
        <p><a href=${address("report")}>${say("report-title")}</a></p>
      </main>`;
  }
}
