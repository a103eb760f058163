// Maintenance windows and silences: what is kept from ringing, by whom and until when; a new one; the second signature.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { troubleText } from "/ui.js";
import { get } from "/api.js";
import { address } from "/pages.js";
import { serviceName } from "/store.js";
import { Acting } from "/desk/acting.js";
import { Chips, Pick } from "/desk/pick.js";
import { octets, readHour } from "/desk/hours.js";
import { planNames, postOf } from "/desk/names.js";
import { scopeName, silenceText } from "/desk/silence.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = () => `${say("menu-windows")} · ${say("title")}`;

const HOUR_S = 3600;
const SILENCE_MAX_S = 4 * HOUR_S; // the engine's limits (docs/STATES.md)
const WINDOW_MAX_S = 7 * 24 * HOUR_S;
const AHEAD_MAX_S = 366 * 24 * HOUR_S;
const SCOPES = ["service", "component", "site", "check"];
const LASTS = { silence: [900, 1800, HOUR_S, 2 * HOUR_S, 4 * HOUR_S], window: [HOUR_S, 2 * HOUR_S, 4 * HOUR_S, 8 * HOUR_S, 24 * HOUR_S] };
const STATES = ["unsigned", "in-force", "planned", "ended"];
const EMPTY = { what: null, scope: null, of: null, from: "now", fromText: "", lasts: null, untilText: "", reason: "", owner: null };

const kept = { form: { ...EMPTY }, opened: false };

// { from, until } in Unix seconds; from undefined: now; null where what was typed is no hour.
function span(form, now) {
  const from = form.what === "silence" || form.from === "now" ? undefined : readHour(form.fromText, now, true);
  const begin = from === undefined ? now : from;
  const until = form.lasts === "typed" ? readHour(form.untilText, from ?? now, true) : form.lasts && begin !== null ? begin + Number(form.lasts) : null;
  return { from, until, begin };
}

function lacks(form, { from, until, begin }, now) {
  if (!form.what) return say("windows-no-kind");
  if (!form.scope || !form.of) return say("windows-no-scope");
  if (from === null) return say("windows-no-from");
  if (!form.lasts) return say("windows-no-end");
  if (until === null) return say("report-no-hour");
  if (until <= now || until <= begin) return say("windows-past");
  if (form.what === "silence" && until - begin > SILENCE_MAX_S) return say("windows-silence-long");
  if (form.what === "window" && until - begin > WINDOW_MAX_S) return say("windows-window-long");
  if (begin - now > AHEAD_MAX_S) return say("windows-ahead");
  if (form.reason.trim() === "") return say("windows-no-reason");
  return octets(form.reason.trim()) > 479 ? say("desk-too-long", { n: octets(form.reason.trim()), max: 479 }) : null;
}

export class View extends Acting {
  set = (more) => {
    Object.assign(kept.form, more);
    this.setState({ trouble: null });
    this.askNeeds();
  };

  // Whose signature it will need, by the engine's own rule.
  async askNeeds() {
    const { ctx } = this.props;
    const { form } = kept;
    const at = span(form, ctx.now);
    const asked = form.scope && form.of && at.until && at.from !== null ? `${form.scope}=${encodeURIComponent(form.of)}&until=${Math.floor(at.until)}${at.from ? `&from=${Math.floor(at.from)}` : ""}` : null;
    const same = asked?.replace(/until=\d+/, form.lasts === "typed" ? "$&" : "") ?? null; // "2 hours from now" moves with the clock
    if (same === this.asked) return;
    this.asked = same;
    this.setState({ needs: null });
    if (asked === null) return;
    try {
      const needs = await get(`/api/v1/silences/needs?${asked}`);
      if (this.asked === same) this.setState({ needs });
    } catch (e) {
      if (this.asked === same) this.setState({ needs: { trouble: troubleText(e) } });
    }
  }

  submit = async (e) => {
    e.preventDefault();
    const { ctx } = this.props;
    const { form } = kept;
    const at = span(form, ctx.now);
    const missing = lacks(form, at, ctx.now);
    if (missing) {
      this.wrong(missing, "new");
      return;
    }
    const body = { [form.scope]: form.of, until: Math.floor(at.until), note: form.reason.trim(), ...(at.from ? { from: Math.floor(at.from) } : {}), ...(form.owner ? { other: form.owner } : {}) };
    const needs = this.state.needs?.needs;
    if (await this.act("new", null, form.what, body, say(needs ? "windows-asked" : "windows-made"))) {
      Object.assign(kept, { form: { ...EMPTY }, opened: false });
      this.asked = null;
      this.setState({ needs: null });
    }
  };

  form(names, now) {
    const { form } = kept;
    const { needs } = this.state;
    const at = span(form, now);
    const missing = lacks(form, at, now);
    const lists = { service: names.services, component: names.components.map((c) => ({ ...c, more: c.id })), site: names.sites, check: names.checks.map((id) => ({ id, name: id, more: " " })) };
    return html`
      <form class="desk-report desk-whole" data-test="new" onSubmit=${this.submit}>
        <${Chips} test="kind" label=${say("windows-kind")} value=${form.what} onChange=${(what) => this.set({ what, lasts: null })} options=${["silence", "window"].map((id) => ({ id, name: word("silence", id), more: say(id === "silence" ? "windows-is-silence" : "windows-is-window") }))}/>
        <${Chips} test="scope" label=${say("windows-scope")} value=${form.scope} onChange=${(scope) => this.set({ scope, of: null })} options=${SCOPES.map((id) => ({ id, name: word("scope", id) }))}/>
        ${form.scope && html`<${Pick} key=${form.scope} test="of" label=${word("scope", form.scope)} options=${lists[form.scope]} value=${form.of} onChange=${(of) => this.set({ of })}/>`}
        ${form.what === "window" && html`<${Chips} test="from" label=${say("windows-from")} value=${form.from} onChange=${(from) => this.set({ from })} options=${[{ id: "now", name: say("report-now") }, { id: "typed", name: say("report-typed") }]}/>
          ${form.from === "typed" && html`<div class="field"><label for="w-from">${say("windows-from-typed")}</label><input id="w-from" placeholder="22:00" value=${form.fromText} data-test="from-typed" onInput=${(e) => this.set({ fromText: e.target.value })}/></div>`}`}
        ${form.what && html`<${Chips} test="lasts" label=${say("windows-lasts")} value=${form.lasts} onChange=${(lasts) => this.set({ lasts })} options=${[...LASTS[form.what].map((n) => ({ id: String(n), name: spanText(n) })), { id: "typed", name: say("windows-until-typed") }]}/>
          ${form.lasts === "typed" && html`<div class="field"><label for="w-until">${say("windows-until")}</label><input id="w-until" placeholder="06:00" value=${form.untilText} data-test="until-typed" onInput=${(e) => this.set({ untilText: e.target.value })}/></div>`}`}
        <div class="desk-two">
          <div class="field"><label for="w-reason">${say("windows-reason")}</label><textarea id="w-reason" rows="2" value=${form.reason} data-test="reason" onInput=${(e) => this.set({ reason: e.target.value })}></textarea></div>
          <${Pick} test="owner" label=${say("windows-owner")} help=${say("windows-owner-help")} options=${names.people.map((p) => ({ id: p.id, name: p.post, more: p.id }))} value=${form.owner} onChange=${(owner) => this.set({ owner })}/>
        </div>
        ${needs?.needs && html`<p class="desk-note" role="status" data-test="needs">${needs.needs === "level-2" ? say("windows-needs-level-2", { name: needs.freeze ?? "" }) : say("windows-needs-second")}</p>`}
        ${needs?.trouble && html`<p class="desk-note">${needs.trouble}</p>`}
        <p class="desk-readback" data-test="read-back" aria-live="polite">${missing ? html`<span>${missing}</span>` : html`${say("windows-read")} <b>${silenceText(this.props.ctx.status, { what: form.what, scope: form.scope, of: form.of, from: at.begin, until: at.until, reason: form.reason.trim() }, names, now)}</b>`}</p>
        ${this.said("new")}
        <p class="desk-buttons"><button type="submit" class=${`main ${missing ? "is-short" : ""}`} disabled=${this.state.busy !== null} data-test="make">${say(needs?.needs ? "windows-ask" : "windows-make")}</button>
          <button type="button" onClick=${() => { kept.opened = false; this.forceUpdate(); }}>${say("close")}</button></p>
      </form>`;
  }

  one(w, names) {
    const { ctx } = this.props;
    const { status: s, now, session } = ctx;
    const me = session.account?.person;
    const operate = session.may("operate");
    const key = `w-${w.id}`;
    const own = w.owner === me || w.asked_by === me;
    return html`
      <article key=${w.id} class=${`desk-task is-${w.state}`} data-test="silence" data-id=${w.id} data-state=${w.state}>
        <h3>${scopeName(s, w, names)} <small>${word("silence", w.what)} · ${word("scope", w.scope)} · ${word("silence-state", w.state)}</small></h3>
        <p>${w.reason}</p>
        <p class="desk-when">${say("windows-span", { from: momentText(w.from, now), until: momentText(w.until, now) })}${w.state === "in-force" ? ` · ${say("windows-left", { span: spanText(w.until - now) })}` : ""}${w.ended ? ` · ${say("windows-ended", { at: momentText(w.ended, now) })}` : ""}
          <br/>${say("windows-by", { post: w.owner_post ?? w.owner })}${w.signed_by ? ` · ${say("windows-signed-by", { post: postOf(names, w.signed_by) })}` : ""}</p>
        ${w.failed.length > 0 && html`<p class="desk-late" data-test="failed">${say("windows-failed")} ${w.failed.map((f) => html`<a key=${f.incident + f.service} href=${address("incident", f.incident)}>${serviceName(s, f.service)}</a> `)}</p>`}
        ${w.state === "unsigned" && html`<p class="desk-note" data-test="unsigned">${say("windows-waits", { needs: word("needs", w.needs) })}${own ? ` ${say("windows-not-you")}` : ""}</p>`}
        ${this.said(key)}
        ${operate && w.state !== "ended" && html`<p class="desk-buttons">
          ${w.state === "unsigned" && !own && html`<button type="button" class="main" data-test="sign" disabled=${this.state.busy !== null} onClick=${() => this.act(key, null, "sign", { entry: w.id }, say("windows-signed"), silenceText(s, w, names, now))}>${say("windows-sign")}</button>`}
          <button type="button" data-test="end" disabled=${this.state.busy !== null} onClick=${() => this.act(key, null, "unsilence", { entry: w.id }, say("windows-over"), `${say("windows-end")}: ${silenceText(s, w, names, now)}`)}>${say(w.state === "in-force" ? "windows-end" : "windows-drop")}</button></p>`}
      </article>`;
  }

  render({ ctx }) {
    const { status: s, now, session } = ctx;
    const names = planNames(ctx);
    const list = s.silences ?? [];
    return html`
      <main class="desk-page desk-wide" data-test="windows">
        <h2 class="desk-title">${say("menu-windows")} <small>${say("windows-what")}</small></h2>
        ${session.may("operate") && !kept.opened && html`<p class="desk-buttons desk-whole"><button type="button" class="main" data-test="open-new" onClick=${() => { kept.opened = true; this.setState({ done: null }); }}>${say("windows-new")}</button></p>`}
        ${!kept.opened && html`<div class="desk-whole">${this.said("new")}</div>`}
        ${kept.opened && this.form(names, now)}
        ${STATES.map((state) => {
          const of = list.filter((w) => w.state === state).sort((a, b) => (state === "ended" ? (b.ended ?? 0) - (a.ended ?? 0) : a.until - b.until));
          return html`<section key=${state} data-test=${`list-${state}`}><h2>${word("silence-list", state)}<span class="count">${of.length}</span></h2>
            ${of.length === 0 && html`<p class="none">${say("windows-none")}</p>`}${of.map((w) => this.one(w, names))}</section>`;
        })}
      </main>`;
  }
}
