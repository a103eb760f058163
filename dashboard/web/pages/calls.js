// Calls by hand: "llame ahora". The oldest first; whoever takes one is seen by all, and the collector lets nobody take it twice.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { address } from "/pages.js";
import { serviceName } from "/store.js";
import { Acting } from "/desk/acting.js";
import { planNames, postOf } from "/desk/names.js";
import { octets } from "/desk/hours.js";

export const words = "desk";
export const styles = ["/pages/desk.css"];
export const title = ({ status }) => `${status?.siren?.on ? "▲ " : ""}${say("menu-calls")} · ${say("title")}`;

const RESULTS = ["answered", "no-answer", "left-word"];
const ANSWERS = ["ack", "attend", "pass"];
const NOTE_MAX = 479;

export class View extends Acting {
  notes = new Map();

  // What came of it: the act stands under the name of who was called, written down by who called.
  result = async (task, what) => {
    const note = (this.notes.get(task.call) ?? "").trim();
    if (octets(note) > NOTE_MAX) {
      this.wrong(say("desk-too-long", { n: octets(note), max: NOTE_MAX }), task.call);
      return;
    }
    const body = { as: task.person, entry: task.call, what, proof: "voice", ...(note ? { note } : {}) };
    const done = `${task.post}: ${word("call-result", what)}`;
    if (await this.act(task.call, task.incident, "call-result", body, done)) {
      this.notes.delete(task.call);
      this.last = { key: task.call, text: done };
    }
  };

  render({ ctx }) {
    const { status: s, now, session } = ctx;
    const names = planNames(ctx);
    const me = session.account?.person;
    const tasks = s.tasks ?? [];
    const gone = this.state.done ?? this.state.trouble;
    return html`
      <main class="desk-page desk-narrow" data-test="calls">
        <h2 class="desk-title">${say("menu-calls")} <small>${say("calls-n", { free: tasks.filter((t) => t.taken_by === null).length, n: tasks.length })}</small></h2>
        ${s.siren?.on && html`<p class="desk-siren" role="alert" data-test="siren">▲ ${s.siren.why.map((w) => word("desk-siren", w)).join(" · ")}</p>`}
        ${gone && !tasks.some((t) => t.call === gone.key) && this.said(gone.key)}
        ${tasks.length === 0 && html`<section><p class="none" data-test="none">${say("calls-none")}</p></section>`}
        ${tasks.map((t) => {
          const mine = t.taken_by !== null && t.taken_by === me;
          const other = t.taken_by !== null && !mine;
          const busy = this.state.busy !== null;
          return html`
          <article key=${t.call} class=${`desk-task ${mine ? "is-mine" : other ? "is-taken" : ""}`} data-test="task" data-call=${t.call}>
            <h3><span>${t.post}</span>${t.to && html` <a class="desk-number" href=${`tel:${t.to.replace(/[^\d+*#,]/g, "")}`}>${t.to}</a>`}</h3>
            <p class="desk-when">${say("folio", { folio: t.folio })} · ${word("call-kind", t.kind)}${t.service ? ` · ${serviceName(s, t.service)}` : ""} · <span class=${t.due !== null && t.due < now ? "desk-late" : ""}>${say("calls-since", { at: momentText(t.at, now), span: spanText(now - t.at) })}</span>
              ${" "}<a href=${address("incident", t.incident)}>${say("calls-incident")}</a></p>
            <p class="desk-script" data-test="script">${t.script}</p>
            ${this.said(t.call)}
            ${other && html`<p class="desk-taken-by" data-test="taken-by">${say("calls-taken", { post: postOf(names, t.taken_by) })}</p>`}
            ${session.may("operate") && !other && (t.taken_by === null
              ? html`<p class="desk-buttons"><button type="button" class="main desk-big" data-test="take" disabled=${busy} onClick=${() => this.result(t, "taken")}>${say("calls-take")}</button></p>`
              : html`<div class="field"><label for=${`note-${t.call}`}>${say("calls-note")}</label><input id=${`note-${t.call}`} autocomplete="off" value=${this.notes.get(t.call) ?? ""} data-test="call-note" onInput=${(e) => this.notes.set(t.call, e.target.value)}/></div>
                <p class="desk-what">${say("calls-said")}</p>
                <p class="desk-buttons">${ANSWERS.map((w) => html`<button key=${w} type="button" class="main" data-test=${`said-${w}`} disabled=${busy} onClick=${() => this.result(t, w)}>${word("call-result", w)}</button>`)}</p>
                <p class="desk-what">${say("calls-came")}</p>
                <p class="desk-buttons">${RESULTS.map((w) => html`<button key=${w} type="button" data-test=${`came-${w}`} disabled=${busy} onClick=${() => this.result(t, w)}>${word("call-result", w)}</button>`)}</p>`)}
          </article>`;
        })}
      </main>`;
  }
}
