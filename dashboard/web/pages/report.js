// The report form of the desks: twenty seconds on a phone, with a caller on the line. Nothing but the hour has a default; what is
// known already is said while one types; a report whose answer was lost is kept, looked for, and never sent twice by itself.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { troubleText } from "/ui.js";
import { address } from "/pages.js";
import { Chips, Pick } from "/desk/pick.js";
import { knownOf } from "/desk/known.js";
import { octets, readHour } from "/desk/hours.js";
import { planNames, serviceLabel, siteName, typeName } from "/desk/names.js";
import { Outbox } from "/desk/outbox.js";
import { MyReports } from "/desk/my-reports.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = () => `${say("menu-report")} · ${say("title")}`;

const VIAS = ["citizen", "call-centre", "ccv", "district", "staff"];
const AGO_MIN = [5, 10, 30];
const NOTE_MAX = 479; // octets (docs/API.md)
const REF_MAX = 95;
const LOOK_MS = 1000; // while there is something to look for
const WEEK_S = 7 * 86400;
const MANY = 12; // types beyond which one types to choose
const EMPTY = { what: null, via: null, site: null, service: null, bySelf: false, hour: "now", typed: "", ref: "", note: "" };

const kept = { form: { ...EMPTY }, outbox: null, told: null }; // what is typed stays while other pages are looked at

// The hour as a number; undefined: now; null: what was typed is no hour.
function hourOf(form, now) {
  if (form.hour === "now") return undefined;
  if (form.hour === "typed") return readHour(form.typed, now);
  return Math.floor(now) - Number(form.hour) * 60;
}

// What is missing or wrong, as one sentence; null: it can go.
function lacks(form, at, now) {
  if (!form.what) return say("report-no-type");
  if (!form.via) return say("report-no-via");
  if (at === null) return say("report-no-hour");
  if (at !== undefined && at > now + 1) return say("report-future");
  if (at !== undefined && now - at > WEEK_S) return say("report-old");
  if (form.what === "other" && form.note.trim() === "") return say("report-other-note");
  if (octets(form.note.trim()) > NOTE_MAX) return say("desk-too-long", { n: octets(form.note.trim()), max: NOTE_MAX });
  if (octets(form.ref.trim()) > REF_MAX) return say("desk-too-long", { n: octets(form.ref.trim()), max: REF_MAX });
  return null;
}

function Known({ list, now }) {
  return html`<div class="desk-known" aria-live="polite" data-test="known">${list.map((k) => html`
    <p key=${k.kind + (k.incident?.id ?? k.silence?.id ?? "")} class=${`desk-known-${k.kind}`} data-kind=${k.kind}>${
      k.kind === "joins" ? html`<b>${say("known-joins", { folio: k.incident.folio })}</b> ${say("known-joins-what")}`
      : k.kind === "similar" ? html`<b>${say("known-similar", { folio: k.incident.folio, at: momentText(k.at, now) })}</b> ${say("known-similar-what")}`
      : k.kind === "near" ? html`<b>${say("known-near", { folio: k.incident.folio })}</b>`
      : k.kind === "silence" ? html`<b>${say("known-silence", { until: momentText(k.silence.until, now) })}</b> ${k.silence.reason}`
      : html`<b>${say("known-failing", { at: momentText(k.since, now) })}</b> ${k.names.join(", ")}`}</p>`)}</div>`;
}

// What the caller is told, and where it went.
function Told({ told, again }) {
  return html`<section class="desk-told" data-test="told" data-folio=${told.folio} tabindex="-1">
    <p class="desk-folio">${say("report-folio")} <b>${told.folio}</b></p>
    <p class="desk-say">${say("report-tell", { folio: told.folio })}</p>
    <p>${say(told.joined ? "report-joined" : "report-opened")} <a href=${address("report", told.incident)}>${say("report-more")}</a></p>
    <p class="desk-buttons"><button type="button" class="main" data-test="again" onClick=${again}>${say("report-again")}</button></p>
  </section>`;
}

// Those nobody has answered for.
function Waiting({ outbox, names, now, send, forget }) {
  return outbox.items.filter((i) => i.state !== "sending").map((i) => html`
    <section key=${i.n} class="desk-unsure" role="alert" data-test="unsure" data-state=${i.state}>
      <h2>${say(i.state === "absent" ? "report-absent" : "report-unsure", { at: momentText(i.filled, now) })}</h2>
      <p><b>${readBack(i.body, names, i.body.at ?? i.filled, now)}</b></p>
      ${i.why && html`<p class="desk-wrong" data-test="refused">${troubleText(i.why)}</p>`}
      <p>${i.state === "absent" ? say("report-absent-what") : say(outbox.kept ? "report-unsure-what" : "report-unsure-open")}</p>
      ${i.state === "absent" && html`<p class="desk-buttons"><button type="button" class="main" data-test="send-again" onClick=${() => send(i)}>${say("report-send-again")}</button>
        <button type="button" data-test="forget" onClick=${() => forget(i)}>${say("report-forget")}</button></p>`}
    </section>`);
}

function readBack(body, names, at, now) {
  return [body.what === "other" ? say("report-other") : typeName(names, body.what) ?? body.what, siteName(names, body.site), serviceLabel(names, body.service),
    say("report-at", { at: momentText(at, now).replace(/:\d\d$/, "") }), word("via", body.via), body.ref, body.note].filter(Boolean).join(" · ");
}

class Form extends Component {
  box = createRef();
  state = { busy: false, trouble: null };

  componentDidMount() {
    this.box.current.querySelector("input")?.focus();
  }

  set = (more) => {
    Object.assign(kept.form, more);
    this.setState({ trouble: null });
  };

  type = (what) => {
    // The plan says which process such a report is about, until somebody says otherwise.
    const service = planNames(this.props.ctx).report_types.find((t) => t.id === what)?.service ?? null;
    this.set(kept.form.bySelf ? { what } : { what, service });
  };

  submit = async (e) => {
    e?.preventDefault();
    const { ctx } = this.props;
    const { form } = kept;
    const at = hourOf(form, ctx.now);
    const trouble = lacks(form, at, ctx.now);
    if (this.state.busy) return;
    if (trouble) {
      this.setState({ trouble });
      return;
    }
    const body = Object.fromEntries(Object.entries({ what: form.what, via: form.via, site: form.site, service: form.service, at, ref: form.ref.trim(), note: form.note.trim() }).filter(([, v]) => v !== null && v !== undefined && v !== ""));
    this.setState({ busy: true, trouble: null });
    const { outbox } = kept;
    try {
      const before = new Set(ctx.status.incidents.map((i) => i.id));
      const answer = await outbox.send(ctx, body);
      if (answer) this.props.told({ ...answer, joined: before.has(answer.incident) });
      // Kept: the form is free for the next call. A dialog that was left keeps what was typed.
      if (answer || outbox.items.some((i) => i.body === body)) kept.form = { ...EMPTY };
    } catch (error) {
      this.setState({ trouble: troubleText(error) });
    }
    this.setState({ busy: false });
    ctx.draw();
  };

  render({ ctx, names }, { busy, trouble }) {
    const { form } = kept;
    const { now } = ctx;
    const at = hourOf(form, now);
    const missing = lacks(form, at, now);
    const types = [...names.report_types.map((t) => ({ id: t.id, name: t.name })), { id: "other", name: say("report-other") }];
    const sites = names.sites.map((s) => ({ ...s, more: s.id }));
    return html`
      <form class="desk-report" ref=${this.box} data-test="form" onSubmit=${this.submit} onKeyDown=${(e) => { if (e.key === "Enter" && e.ctrlKey) this.submit(e); }}>
        ${!names.whole && html`<p class="desk-note" data-test="no-names">${say("report-no-names")}</p>`}
        ${types.length > MANY
          ? html`<${Pick} test="what" label=${say("report-what")} options=${types} value=${form.what} onChange=${this.type}/>`
          : html`<${Chips} test="what" label=${say("report-what")} options=${types} value=${form.what} onChange=${this.type}/>`}
        <${Chips} test="via" label=${say("report-via")} options=${VIAS.map((id) => ({ id, name: word("via", id) }))} value=${form.via} onChange=${(via) => this.set({ via })}/>
        <div class="desk-two">
          <${Pick} test="site" label=${say("report-site")} help=${say("report-site-help")} options=${sites} value=${form.site} onChange=${(site) => this.set({ site })}/>
          <${Pick} test="service" label=${say("report-service")} help=${say("desk-optional")} options=${names.services} value=${form.service} onChange=${(service) => this.set({ service, bySelf: true })}/>
        </div>
        <${Known} list=${knownOf(ctx.status, now, form)} now=${now}/>
        <${Chips} test="hour" label=${say("report-hour")} value=${form.hour} onChange=${(hour) => this.set({ hour })}
          options=${[{ id: "now", name: say("report-now") }, ...AGO_MIN.map((n) => ({ id: String(n), name: say("ago", { span: spanText(n * 60) }) })), { id: "typed", name: say("report-typed") }]}/>
        ${form.hour === "typed" && html`<div class="field"><label for="report-hour">${say("report-typed-label")}</label>
          <input id="report-hour" inputmode="numeric" placeholder="08:15" value=${form.typed} data-test="typed" onInput=${(e) => this.set({ typed: e.target.value })}/></div>`}
        <div class="desk-two">
          <div class="field"><label for="report-ref">${say("report-ref")}</label><input id="report-ref" autocomplete="off" value=${form.ref} data-test="ref" onInput=${(e) => this.set({ ref: e.target.value })}/><small>${say("report-ref-help")}</small></div>
          <div class="field"><label for="report-note">${say("report-note")}</label><textarea id="report-note" rows="2" value=${form.note} data-test="note" onInput=${(e) => this.set({ note: e.target.value })}></textarea><small>${say("report-note-help")}</small></div>
        </div>
        <div class="desk-send">
          <p class="desk-readback" data-test="read-back" aria-live="polite">${missing ? html`<span>${missing}</span>` : html`${say("report-read")} <b>${readBack({ ...form, ref: form.ref.trim(), note: form.note.trim() }, names, at ?? now, now)}</b>`}</p>
          ${trouble && html`<p class="desk-wrong" role="alert" data-test="trouble">${trouble}</p>`}
          <button type="submit" class=${`main desk-big ${missing ? "is-short" : ""}`} data-test="send" disabled=${busy}>${say(busy ? "report-sending" : "report-send")}</button>
        </div>
      </form>`;
  }
}

// An answer that was lost, or late.
const found = (ctx) => (answer) => {
  kept.told = answer;
  ctx.draw();
};

export function opened(ctx) {
  const { account } = ctx.session;
  if (kept.outbox?.login !== account?.login) {
    kept.outbox?.end();
    kept.outbox = new Outbox(account?.login, ctx.draw, found(ctx));
    Object.assign(kept, { form: { ...EMPTY }, told: null });
  }
  const timer = setInterval(() => kept.outbox.look(account?.person, found(ctx)), LOOK_MS);
  return () => clearInterval(timer);
}

export class View extends Component {
  say = (told) => {
    kept.told = told;
    this.props.ctx.draw();
    requestAnimationFrame(() => document.querySelector("[data-test=told] button")?.focus());
  };

  again = () => {
    kept.told = null;
    this.props.ctx.draw();
    requestAnimationFrame(() => document.querySelector("[data-test=form] input")?.focus());
  };

  send = async (item) => {
    try {
      const before = new Set(this.props.ctx.status.incidents.map((i) => i.id));
      const answer = await kept.outbox.send(this.props.ctx, item.body, item);
      if (answer) this.say({ ...answer, joined: before.has(answer.incident) });
    } catch {
      // What was refused stands in the item.
    }
    this.props.ctx.draw();
  };

  render({ ctx }) {
    const names = planNames(ctx);
    if (!kept.outbox) return null;
    return html`
      <main class="desk-page desk-narrow" data-test="report">
        <h2 class="desk-title">${say("report-title")}${!ctx.status.real && html` <span class="desk-drill">${ctx.status.stamp ?? say("drill")}</span>`}</h2>
        <${Waiting} outbox=${kept.outbox} names=${names} now=${ctx.now} send=${this.send} forget=${(i) => kept.outbox.drop(i)}/>
        ${kept.told && html`<${Told} told=${kept.told} again=${this.again}/>`}
        <${Form} ctx=${ctx} names=${names} told=${this.say}/>
        <${MyReports} ctx=${ctx} names=${names}/>
      </main>`;
  }
}
