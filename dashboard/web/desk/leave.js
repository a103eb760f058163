// "Me voy, toma X": who takes my seats and calls, until when, and what they must know.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say } from "/words.js";
import { Acting } from "/desk/acting.js";
import { Chips, Pick } from "/desk/pick.js";
import { octets, readHour } from "/desk/hours.js";
import { postOf } from "/desk/names.js";

const LASTS = [3600, 8 * 3600, 12 * 3600, 24 * 3600];
const NOTE_MAX = 479;

// `remarks`: they are wanted; `done(answer)` when it is recorded.
export class LeaveForm extends Acting {
  form = { other: null, lasts: null, typed: "", note: "" };

  set = (more) => {
    Object.assign(this.form, more);
    this.setState({ trouble: null });
  };

  until() {
    const { lasts, typed } = this.form;
    const { now } = this.props.ctx;
    return lasts === "open" ? undefined : lasts === "typed" ? readHour(typed, now, true) : lasts ? Math.floor(now) + Number(lasts) : null;
  }

  lacks() {
    const { other, lasts, note } = this.form;
    if (!other) return say("leave-no-other");
    if (!lasts) return say("leave-no-end");
    const until = this.until();
    if (until === null) return say("report-no-hour");
    if (until !== undefined && until <= this.props.ctx.now) return say("windows-past");
    if (this.props.remarks && note.trim() === "") return say("leave-no-note");
    return octets(note.trim()) > NOTE_MAX ? say("desk-too-long", { n: octets(note.trim()), max: NOTE_MAX }) : null;
  }

  submit = async (e) => {
    e.preventDefault();
    const missing = this.lacks();
    if (missing) {
      this.wrong(missing, "leave");
      return;
    }
    const { other, note } = this.form;
    const until = this.until();
    const body = { other, ...(until === undefined ? {} : { until }), ...(note.trim() ? { note: note.trim() } : {}) };
    if (await this.act("leave", null, "leave", body, say("leave-done", { post: postOf(this.props.names, other) }))) this.props.done?.(body);
  };

  render({ ctx, names, remarks }) {
    const me = ctx.session.account?.person;
    const missing = this.lacks();
    const until = this.until();
    return html`
      <form data-test="leave" onSubmit=${this.submit}>
        <${Pick} test="other" label=${say(remarks ? "leave-receives" : "leave-other")} options=${names.people.filter((p) => p.id !== me && !p.vacant).map((p) => ({ id: p.id, name: p.post, more: p.id }))} value=${this.form.other} onChange=${(other) => this.set({ other })}/>
        <${Chips} test="lasts" label=${say("leave-until")} value=${this.form.lasts} onChange=${(lasts) => this.set({ lasts })} options=${[...LASTS.map((n) => ({ id: String(n), name: spanText(n) })), { id: "open", name: say("leave-open") }, { id: "typed", name: say("report-typed") }]}/>
        ${this.form.lasts === "typed" && html`<div class="field"><label for="leave-typed">${say("leave-typed")}</label><input id="leave-typed" placeholder="07:00" value=${this.form.typed} data-test="leave-typed" onInput=${(e) => this.set({ typed: e.target.value })}/></div>`}
        <div class="field"><label for="leave-note">${say(remarks ? "leave-remarks" : "report-note")}</label><textarea id="leave-note" rows=${remarks ? 4 : 2} value=${this.form.note} data-test="leave-note" onInput=${(e) => this.set({ note: e.target.value })}></textarea></div>
        <p class="desk-readback" data-test="read-back" aria-live="polite">${missing ? html`<span>${missing}</span>` : html`<b>${until === undefined ? say("leave-read-open", { post: postOf(names, this.form.other) }) : say("leave-read", { post: postOf(names, this.form.other), at: momentText(until, ctx.now) })}</b>`}</p>
        ${this.said("leave")}
        <p class="desk-buttons"><button type="submit" class=${`main ${missing ? "is-short" : ""}`} data-test="leave-send" disabled=${this.state.busy !== null}>${say(remarks ? "handover-give" : "leave-send")}</button></p>
      </form>`;
  }
}
