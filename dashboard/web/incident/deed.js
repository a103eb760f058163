// One act, from the button to the receipt. What is shown as done is what the journal answered; an answer that was lost is looked for
// before anything is sent again; and nothing is sent for an incident that is not the one for which the dialog was opened any more.
import { Component } from "/lib/preact.js";
import { get } from "/api.js";
import { html } from "/html.js";
import { perform } from "/perform.js";
import { openIncidents } from "/store.js";
import { clockText } from "/time.js";
import { ask, Field, Held, troubleText } from "/ui.js";
import { say, word } from "/words.js";
import { ACTS, findRecorded, hasRight } from "/incident/acts.js";
import { incidentPath, mayRow, moved, posts, servicesText, serviceText, whyNotText } from "/incident/data.js";

const KEYS = { amount: "n", "other-incident": "n" }; // of the API, where a field has another name
const LOST = [0, 502, 503, 504]; // it may have been recorded all the same

// Opens the dialog of an act on `data` (as the page has it). `args`: parameters that are settled already, as the API takes them; `of`: what
// the read-back says of them. Answers with { seq } once it is on record, undefined if nothing was sent.
// `fields`: what is asked for besides ("amount", "other", "until", "ref", with "!" behind it where it must be filled in).
export function deed(ctx, data, act, { args = {}, of = "", service = null, fields = [], note = "" } = {}) {
  return ask(({ close }) => html`<${Deed} ctx=${ctx} before=${data} act=${act} args=${args} of=${of} service=${service} fields=${fields} note=${note} close=${close}/>`);
}

function movedText(change, before) {
  const { folio } = before;
  if (change.gone) return say("inc-moved-gone", { folio });
  if (change.merged) return say("inc-moved-merged", { folio, n: change.merged });
  if (change.episode) return say("inc-moved-episode", { folio, n: change.episode });
  if (change.to) return say("inc-moved-state", { folio, from: word("incident", change.from), to: word("incident", change.to) });
  return say(change.real ? "inc-moved-real" : "inc-moved-drill", { folio });
}

// What is left out wants a reason as well.
const wantsNote = (act, args) => ACTS[act].note === "wanted" || args.what === "skip";

function noteLabel(act, args) {
  if (!wantsNote(act, args)) return say("inc-note-optional");
  if (act === "false-alarm") return say("inc-note-false-alarm");
  if (act === "works") return say("inc-note-works");
  return act === "note" || act === "entry" ? say("inc-note-text") : say("inc-note-wanted");
}

// What was typed into a dialog that was left without sending: it is there again when the same dialog is opened. One's own, of this page only.
const drafts = new Map();
const DRAFTS_MAX = 20;

class Deed extends Component {
  // step: "form", "sending", "unsure" (no answer came), "absent" (looked for and not found), "done"
  state = { step: "form", folio: "", note: "", by: "self", as: "", proof: "voice", at: "", until: "", ref: "", n: "", what: "", sites: [], other: "", theirs: null, trouble: null, change: null };

  constructor(props) {
    super(props);
    const { before, ctx, act } = props;
    this.draft = JSON.stringify([ctx.session.account?.login, before.id, act, props.args]);
    this.state.note = props.note || drafts.get(this.draft) || "";
    this.wanted = [...(ACTS[act].fields ?? []), ...props.fields].map((f) => ({ name: f.replace("!", ""), must: f.endsWith("!") }));
    this.me = ctx.session.account;
    this.wasListed = ctx.store.status.incidents.some((i) => i.id === before.id);
    this.after = Math.max(0, ...before.timeline.map((e) => e.seq));
    const cannot = !hasRight(ctx.session, act) || this.row()?.allowed === false;
    if (ACTS[act].others || (cannot && ACTS[act].voice && hasRight(ctx.session, act, true))) this.state.by = "other";
  }

  componentWillUnmount() {
    drafts.delete(this.draft);
    if (this.state.step === "done" || !this.state.note.trim()) return;
    drafts.set(this.draft, this.state.note);
    if (drafts.size > DRAFTS_MAX) drafts.delete(drafts.keys().next().value);
  }

  // --- what is said --------------------------------------------------------------------------------------

  posts() {
    return posts(this.props.ctx.store.status, this.props.before);
  }

  person() {
    return this.state.by === "other" ? this.state.as : this.me?.person;
  }

  postOf(person) {
    return (person === this.me?.person ? this.me?.post : null) ?? this.posts().get(person) ?? person;
  }

  siteName(id) {
    return this.props.ctx.store.status.sites.find((s) => s.id === id)?.name || id;
  }

  pickSite(id, on) {
    this.setState(({ sites }) => ({ sites: on ? [...sites, id] : sites.filter((s) => s !== id) }));
  }

  verb() {
    const { act, args, of } = this.props;
    const key = args.what && word("inc-deed-verb", `${act}-${args.what}`) !== `${act}-${args.what}` ? `${act}-${args.what}` : act;
    return `${word("inc-deed-verb", key)}${of ? ` ${of}` : ""}`;
  }

  sentence() {
    const { before, ctx } = this.props;
    const { by, proof, note } = this.state;
    const values = { verb: this.verb(), folio: before.folio, services: servicesText(ctx.store.status, before) || word("incident-kind", before.kind), post: this.postOf(this.person()) ?? "—", me: this.me?.post ?? this.me?.login ?? "—", proof: word("proof", proof) };
    const to = this.props.act === "order" ? ` ${this.state.sites.length ? say("inc-readback-sites", { sites: this.state.sites.map((id) => this.siteName(id)).join(", ") }) : say("inc-readback-all-sites")}` : "";
    return say(by === "other" ? "inc-readback-other" : "inc-readback-own", values) + to + (note.trim() ? ` ${say("inc-readback-note", { note: note.trim() })}` : "");
  }

  body() {
    const { args, act } = this.props;
    const { by, as, proof, note } = this.state;
    const body = { ...args };
    if (note.trim()) body.note = note.trim();
    for (const { name } of this.wanted) {
      const value = String(this.state[KEYS[name] ?? name] ?? "").trim();
      if (name === "class") body.what = value || "technical";
      else if (value !== "") body[KEYS[name] ?? name] = KEYS[name] === "n" ? Number(value) : value.replace(" ", name === "until" ? "T" : " ");
    }
    if (act === "order" && this.state.sites.length) body.sites = this.state.sites.join(",");
    if (by === "other") Object.assign(body, { as, proof, recorded_by: this.me?.person });
    return body;
  }

  // --- what stands against it ----------------------------------------------------------------------------

  row() {
    const { act, args, before } = this.props;
    const data = this.state.by === "other" ? this.state.theirs : before;
    return data ? mayRow(data, act, { what: act === "check" ? null : args.what ?? null, n: args.n ?? (act === "merge" ? Number(this.state.n) || null : null), entry: args.entry ?? null, service: args.service ?? null }) : null;
  }

  // null: it can be sent; "" where a field is still to be filled in; else a sentence.
  obstacle() {
    const { act, before, ctx } = this.props;
    const spec = ACTS[act];
    const { folio, note, by, as } = this.state;
    const row = this.row();
    if (!this.me) return say("inc-log-in-first");
    if (!hasRight(ctx.session, act, by === "other")) return say("inc-no-right");
    if (!this.me.person) return say("inc-no-person-of-plan");
    if (by === "other" && as === this.me.person) return say("inc-other-is-you");
    if (row && row.allowed === false) return whyNotText(row);
    if (spec.heavy && folio.trim() !== "" && folio.trim() !== before.folio) return this.wrongFolio(folio.trim());
    if (by === "other" && !as) return "";
    if (spec.heavy && folio.trim() === "") return "";
    if (wantsNote(act, this.props.args) && !note.trim()) return "";
    if (this.wanted.some((f) => f.must && !String(this.state[KEYS[f.name] ?? f.name]).trim())) return "";
    return null;
  }

  wrongFolio(folio) {
    const { ctx, before } = this.props;
    const status = ctx.store.status;
    const other = openIncidents(status).find((i) => i.folio === folio && i.id !== before.id);
    if (other) return say("inc-folio-of-other", { folio, services: other.services.map((s) => serviceText(status, before, s)).join(", "), mine: before.folio });
    return before.folio.startsWith(folio) ? "" : say("inc-folio-wrong", { folio, mine: before.folio });
  }

  // By the status that the board has now: it moves while somebody types.
  change() {
    const { before, ctx } = this.props;
    return this.state.change ?? moved(before, ctx.store.status.incidents.find((i) => i.id === before.id) ?? (this.wasListed ? null : before));
  }

  choose = async (as) => {
    this.setState({ as, theirs: null });
    if (!as || as === this.me?.person) return;
    try {
      const theirs = await get(incidentPath(this.props.before.id, { person: as, hand: this.me?.person }));
      if (this.state.as === as) this.setState({ theirs });
    } catch (e) {
      if (this.state.as === as) this.setState({ trouble: troubleText(e) });
    }
  };

  // --- sending -------------------------------------------------------------------------------------------

  send = async () => {
    const { ctx, before, act } = this.props;
    if (this.busy || this.obstacle() !== null || this.change()) return;
    this.busy = true;
    this.setState({ step: "sending", trouble: null });
    try {
      await this.sendOnce(ctx, before, act);
    } finally {
      this.busy = false;
    }
  };

  async sendOnce(ctx, before, act) {
    let sent = false;
    try {
      // The last look: what the collector knows this very moment, not what came with the stream.
      const now = await get(incidentPath(before.id));
      const change = moved(before, now);
      if (change) {
        this.setState({ step: "form", change });
        return;
      }
      this.after = Math.max(this.after, ...now.timeline.map((e) => e.seq));
      sent = true;
      const answer = await perform(ctx, before.id, act, this.body(), this.sentence());
      if (answer === undefined) this.setState({ step: "form" }); // left at the PIN: nothing was sent
      else this.recorded(answer.seq, ctx.store.now(), answer.incident);
    } catch (e) {
      if (e.status === undefined) throw e;
      if (sent && LOST.includes(e.status)) this.setState({ step: "unsure" });
      else this.setState({ step: "form", trouble: sent ? troubleText(e) : say("inc-not-sent", { why: troubleText(e) }) });
    }
  }

  recorded(seq, at, incident = this.props.before.id) {
    this.setState({ step: "done", seq, receivedAt: at, elsewhere: incident !== this.props.before.id ? incident : null });
  }

  // Nothing is sent: the journal is asked whether it has it.
  look = async () => {
    const { before, act, ctx } = this.props;
    this.setState({ trouble: null, looking: true });
    try {
      const now = await get(incidentPath(before.id));
      const found = findRecorded(now.timeline, { act, after: this.after, person: this.person(), note: this.state.note.trim() });
      if (found) this.recorded(found.seq, found.recorded);
      else this.setState({ step: "absent", upTo: ctx.store.status.head.seq });
    } catch (e) {
      if (e.status === undefined) throw e;
      this.setState({ trouble: troubleText(e) });
    }
    this.setState({ looking: false });
  };

  // --- drawing -------------------------------------------------------------------------------------------

  set = (name) => (e) => this.setState({ [name]: e.target.value });

  fields() {
    const { act, before, ctx } = this.props;
    const spec = ACTS[act];
    const s = this.state;
    const fields = this.wanted.map((f) => f.name);
    const others = openIncidents(ctx.store.status).filter((i) => i.id !== before.id);
    return html`
      ${spec.voice && !spec.others && this.me && hasRight(ctx.session, act, true) && hasRight(ctx.session, act) && html`
        <fieldset class="inc-who"><legend>${say("inc-who-says")}</legend>
          <label><input type="radio" name="by" value="self" checked=${s.by === "self"} onChange=${() => this.setState({ by: "self" })}/> ${say("inc-who-self", { post: this.me.post ?? this.me.login })}</label>
          <label><input type="radio" name="by" value="other" data-test="for-another" checked=${s.by === "other"} onChange=${() => this.setState({ by: "other" })}/> ${say("inc-who-other")}</label>
        </fieldset>`}
      ${s.by === "other" && html`
        <${Field} as="select" label=${say(spec.others ? "inc-verdict-by" : "inc-said-by")} help=${spec.others ? say("inc-two-people") : say("inc-unconfirmed-help")} name="as" data-test="said-by" value=${s.as} onChange=${(e) => this.choose(e.target.value)}>
          <option value="">${say("inc-choose")}</option>${[...this.posts()].filter(([id]) => id !== this.me?.person).map(([id, post]) => html`<option value=${id}>${post}</option>`)}<//>
        <${Field} as="select" label=${say("inc-said-how")} name="proof" value=${s.proof} onChange=${this.set("proof")}>${["voice", "paper"].map((p) => html`<option value=${p}>${word("proof", p)}</option>`)}<//>`}
      ${fields.includes("class") && html`<${Field} as="select" label=${say("inc-class")} name="what" value=${s.what || "technical"} onChange=${this.set("what")}>${["technical", "operational"].map((w) => html`<option value=${w}>${word("inc-class", w)}</option>`)}<//>`}
      ${fields.includes("other-incident") && html`<${Field} as="select" label=${say("inc-merge-into")} name="n" value=${s.n} onChange=${this.set("n")}>
        <option value="">${say("inc-choose")}</option>${others.map((i) => html`<option value=${i.id}>${i.folio} · ${i.services.map((x) => serviceText(ctx.store.status, before, x)).join(", ")}</option>`)}<//>`}
      ${act === "order" && html`<fieldset class="inc-sites"><legend>${say("inc-order-sites")}</legend>
        ${ctx.store.status.sites.map((site) => html`<label key=${site.id}><input type="checkbox" name="sites" value=${site.id} checked=${s.sites.includes(site.id)} onChange=${(e) => this.pickSite(site.id, e.target.checked)}/> ${site.name || site.id}</label>`)}</fieldset>`}
      ${spec.heavy && html`<${Field} label=${say("inc-type-folio")} help=${say("inc-type-folio-help", { services: servicesText(ctx.store.status, before) })} name="folio" data-test="folio" inputmode="numeric" autocomplete="off" autofocus value=${s.folio} onInput=${this.set("folio")}/>`}
      <${Field} as="textarea" label=${noteLabel(act, this.props.args)} name="note" data-test="note" rows="2" maxlength="479" autofocus=${!spec.heavy} value=${s.note} onInput=${this.set("note")}/>
      ${fields.includes("amount") && html`<${Field} label=${say("inc-amount")} name="amount" inputmode="numeric" value=${s.n} onInput=${this.set("n")}/>`}
      ${fields.includes("other") && html`<${Field} as="select" label=${this.props.args.what === "purchase" ? say("inc-other-purchase") : say("inc-other-improvement")} name="other" value=${s.other} onChange=${this.set("other")}>
        <option value="">${say("inc-choose")}</option>${[...this.posts()].map(([id, post]) => html`<option value=${id}>${post}</option>`)}<//>`}
      ${fields.includes("until") && html`<${Field} label=${say("inc-until-day")} name="until" type="datetime-local" value=${s.until} onInput=${this.set("until")}/>`}
      ${fields.includes("ref") && html`<${Field} label=${say(this.props.args.what === "supplier" ? "inc-ref-supplier" : "inc-ref")} name="ref" maxlength="95" value=${s.ref} onInput=${this.set("ref")}/>`}
      ${fields.includes("at") && html`<${Field} label=${say("inc-at-hour")} help=${say("inc-at-hour-help")} name="at" placeholder="08:15" value=${s.at} onInput=${this.set("at")}/>`}`;
  }

  form() {
    const { act, before, close } = this.props;
    const spec = ACTS[act];
    const obstacle = this.obstacle();
    const change = this.change();
    const sending = this.state.step === "sending";
    const off = obstacle !== null || change !== null || sending;
    return html`
      ${this.fields()}
      <p class="inc-readback" data-test="readback"><b>${say("inc-readback")}</b> ${this.sentence()}</p>
      ${change && html`<p class="wrong" role="alert" data-test="moved">${movedText(change, before)} ${say("inc-nothing-sent")}</p>`}
      ${!change && obstacle && html`<p class="wrong" role="alert" data-test="obstacle">${obstacle}</p>`}
      ${this.state.trouble && html`<p class="wrong" role="alert" data-test="trouble">${this.state.trouble}</p>`}
      <p class="choices">
        ${spec.heavy
          ? html`<${Held} disabled=${off} onHeld=${this.send} data-test="send">${sending ? say("inc-sending") : word("inc-deed", act)}<//>`
          : html`<button type="submit" class="main" disabled=${off} data-test="send">${sending ? say("inc-sending") : word("inc-deed", act)}</button>`}
        <button type="button" onClick=${() => close(undefined)} data-test="leave">${say(change ? "inc-see-it" : "inc-leave-it")}</button>
      </p>`;
  }

  unsure() {
    const { step, trouble, looking, upTo } = this.state;
    return html`
      <p class="wrong" role="alert" data-test="unsure">${step === "unsure" ? say("inc-maybe-recorded") : say("inc-not-recorded", { seq: upTo })}</p>
      ${trouble && html`<p class="wrong" role="alert">${trouble}</p>`}
      <p class="choices"><button type="button" class="main" disabled=${looking} onClick=${this.look} data-test="look" autofocus>${say("inc-look-first")}</button>
        ${step === "absent" && html`<button type="button" onClick=${() => this.setState({ step: "form" })} data-test="again">${say("inc-back-to-form")}</button>`}
        <button type="button" onClick=${() => this.props.close(undefined)}>${say("inc-leave-it")}</button></p>`;
  }

  receipt() {
    const { seq, receivedAt, by, elsewhere } = this.state;
    return html`
      <p class="inc-receipt" role="status" data-test="receipt" data-seq=${seq}><b>${say("inc-recorded", { seq, folio: this.props.before.folio, at: clockText(receivedAt) })}</b> ${this.sentence()}</p>
      ${elsewhere && html`<p class="wrong" role="alert">${say("inc-recorded-elsewhere", { n: elsewhere })}</p>`}
      ${by === "other" && html`<p data-test="unconfirmed">${say("inc-recorded-unconfirmed")}</p>`}
      <p class="choices"><button type="button" class="main" onClick=${() => this.props.close({ seq })} data-test="close" autofocus>${say("close")}</button></p>`;
  }

  render({ act, before }, { step }) {
    return html`
      <form class="inc-deed" data-test="deed" data-act=${act} data-incident=${before.id} data-step=${step} onSubmit=${(e) => { e.preventDefault(); if (!ACTS[act].heavy && step === "form") this.send(); }}>
        <h2><b class="inc-folio">${before.folio}</b> ${word("inc-deed", act)} <span class=${`inc-stamp ${before.real ? "is-real" : "is-drill"}`}>${before.stamp ?? say(before.real ? "real" : "drill")}</span></h2>
        ${step === "done" ? this.receipt() : step === "unsure" || step === "absent" ? this.unsure() : this.form()}
      </form>`;
  }
}
