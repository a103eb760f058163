// What happened, newest first, as the journal has it: both times, by kinds, following what comes.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { momentText } from "/time.js";
import { entryText } from "/timeline.js";
import { has, say, word } from "/words.js";
import { posts } from "/incident/data.js";

const GROUPS = {
  people: ["act", "ack", "order", "confirmation", "ratification", "absence", "gate", "checklist"],
  calls: ["call", "step", "tree", "seat", "shift", "report"],
  clocks: ["clock", "incident", "service", "deadline", "jornada", "drill", "silence"],
  measured: ["check", "component", "agent", "cut", "rpo", "notification"],
};
const SHOWN_AT_ONCE = 400;
const LATE_S = 2;
const groupOf = (kind) => Object.keys(GROUPS).find((g) => GROUPS[g].includes(kind.split(".")[0])) ?? "clocks";

// Whoever acted without having been called has a post as well.
function named(status, data) {
  return [...data.calls, ...[...posts(status, data)].map(([person, post]) => ({ person, post }))];
}

function text(entry, status, data, calls) {
  if (entry.kind === "act.refused" && entry.refusal && has("refused", entry.refusal)) return entryText({ ...entry, body: { ...entry.body, why: word("refused", entry.refusal) } }, status, calls, data.timeline);
  return entryText(entry, status, calls, data.timeline);
}

export class Story extends Component {
  state = { group: "all", all: false, seen: null };
  top = createRef();

  componentDidMount() {
    addEventListener("scroll", this.look, { passive: true });
    this.look();
  }

  componentDidUpdate() {
    this.look();
  }

  componentWillUnmount() {
    removeEventListener("scroll", this.look);
  }

  // Whoever has the newest before their eyes has seen it; further down they are told how many have come.
  look = () => {
    const newest = this.props.data.timeline.at(-1)?.seq ?? 0;
    const box = this.top.current?.getBoundingClientRect();
    if (box && box.bottom >= 0 && this.state.seen !== newest) this.setState({ seen: newest });
  };

  render({ data, status }, { group, all, seen }) {
    const calls = named(status, data);
    const list = data.timeline.filter((e) => group === "all" || groupOf(e.kind) === group).reverse();
    const fresh = seen === null ? 0 : data.timeline.filter((e) => e.seq > seen).length;
    const shown = all ? list : list.slice(0, SHOWN_AT_ONCE);
    return html`
      <div class="inc-story">
        <div class="inc-filter" role="group" aria-label=${say("inc-filter-kind")} ref=${this.top}>
          ${["all", ...Object.keys(GROUPS)].map((g) => html`<button type="button" aria-pressed=${group === g} data-test=${`filter-${g}`} onClick=${() => this.setState({ group: g })}>${word("inc-story", g)}</button>`)}
        </div>
        ${fresh > 0 && html`<button type="button" class="inc-fresh" data-test="fresh" onClick=${() => this.top.current.scrollIntoView({ block: "center" })}>${say(fresh === 1 ? "inc-one-fresh" : "inc-n-fresh", { n: fresh })}</button>`}
        <ol class="inc-entries" data-test="timeline">${shown.map((e) => html`
          <li key=${e.seq} data-kind=${e.kind} data-seq=${e.seq} class=${`of-${groupOf(e.kind)} ${/^(act|ack)\./.test(e.kind) ? "is-deed" : ""}`}>
            <time>${momentText(e.at, status.now)}</time>
            <span class="inc-said">${text(e, status, data, calls)}${e.recorded - e.at > LATE_S ? html` <i>${say("known-at", { at: momentText(e.recorded, status.now) })}</i>` : ""}</span>
            <span class="inc-seq">${e.seq}</span>
          </li>`)}</ol>
        ${list.length === 0 && html`<p class="none">${say("inc-story-empty")}</p>`}
        ${shown.length < list.length && html`<button type="button" onClick=${() => this.setState({ all: true })}>${say("inc-show-all", { n: list.length })}</button>`}
      </div>`;
  }
}
