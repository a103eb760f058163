// Go or no-go: one verdict, and each thing that speaks for or against it with what to do. It is asked anew every few seconds; what is
// old says so, and says nothing of now.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { get } from "/api.js";
import { troubleText } from "/ui.js";
import { clockText, dayText, momentText, spanText } from "/time.js";
import { has, lang, say, word } from "/words.js";
import { Shape } from "/shapes.js";
import { address } from "/pages.js";

export const words = "ready";
export const styles = ["/pages/ready.css"];
export const title = () => say("ready-title");

const EVERY_MS = 5000;
const OLD_S = 20;
const LOOK = { go: "ok", "no-go": "critical", unknown: "blind" };
const GROUPS = ["people", "channels", "services", "links", "clocks", "plan", "program", "machine", "calm"];

function bytes(v) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  for (; v >= 1024 && i < units.length - 1; i++) v /= 1024;
  return `${v.toFixed(v >= 10 || i === 0 ? 0 : 1)} ${units[i]}`;
}

// The figure of an item, in words.
function figure(item, now) {
  const { value, of, unit, since, id } = item;
  if (id === "plan-findings") return say("ready-errors", { n: value, hash: item.text.slice(0, 12) });
  if (id === "seats-ahead") return say("ready-ahead", { n: value, of, until: momentText(since, now) });
  if (id === "program") return item.text.slice(0, 16);
  if (id === "clock-own") return say("ready-offset", { span: `${Math.abs(value).toFixed(1)} s` });
  if (id === "certificate") return value === null ? "" : say("ready-left", { span: spanText(value) });
  if (unit === "B") return value === null ? "" : say("ready-free", { free: bytes(value) });
  if (unit === "s") return value === null ? "" : say("ago", { span: spanText(value) });
  if (of !== null) return of === 0 ? say("ready-nothing") : `${value} / ${of}`;
  if (value !== null) return String(value);
  return since === null ? "" : momentText(since, now);
}

// What a detail names is opened where the board has a page for it.
function Detail({ d, now, names }) {
  const more = [d.why && (has("ready-why", d.why) ? word("ready-why", d.why) : has("why", d.why) ? word("why", d.why) : word("outcome", d.why)), d.value !== null ? `${d.value.toFixed(1)} s` : null, d.at !== null ? momentText(d.at, now) : null].filter(Boolean);
  return html`<li><b>${names.get(d.what) ?? d.what}</b>${more.length > 0 && html` <span>${more.join(" · ")}</span>`}</li>`;
}

function Item({ item, now, names }) {
  const loud = item.state !== "go";
  return html`<li class=${`ready-item is-${item.state} ${item.blocks ? "is-blocking" : ""}`} data-test="item" data-id=${item.id} data-state=${item.state}>
    <${Shape} state=${LOOK[item.state]}/>
    <div class="ready-what"><b>${word("ready", item.id)}</b>
      ${loud && html`<p>${has("ready-todo", `${item.id}.${item.why}`) ? word("ready-todo", `${item.id}.${item.why}`) : word("ready-todo", item.id)}</p>`}
      ${loud && item.id === "plan-on-disk" && item.text && html`<code>${item.text}</code>`}
      ${item.detail.length > 0 && html`<details class="ready-detail" open=${item.detail.length <= 4}><summary>${say("ready-which", { n: item.detail.length + item.unlisted })}</summary><ul>${item.detail.map((d) => html`<${Detail} d=${d} now=${now} names=${names}/>`)}
        ${item.unlisted > 0 && html`<li>${say("ready-more", { n: item.unlisted })}</li>`}</ul></details>`}</div>
    <span class="ready-figure">${figure(item, now)}</span>
    <span class="ready-state">${item.blocks ? say("ready-blocks") : loud ? word("ready-state", item.state) : word("ready-state", "go")}</span></li>`;
}

// Names of the things that details name; ids where the names have not come.
async function readNames() {
  const all = await get("/api/v1/plan/names");
  const named = new Map();
  for (const key of ["sites", "components", "services", "seats"]) for (const x of all[key]) named.set(x.id, x.name);
  for (const x of all.people) named.set(x.id, x.post);
  return named;
}

export class View extends Component {
  state = { answer: null, trouble: null, at: 0, names: new Map() };

  componentDidMount() {
    this.load();
    this.timer = setInterval(() => this.load(), EVERY_MS);
    readNames().then((names) => this.setState({ names }), (e) => console.info(String(e)));
  }

  componentWillUnmount() {
    clearInterval(this.timer);
    this.gone = true;
  }

  async load() {
    if (this.loading) return;
    this.loading = true;
    try {
      const answer = await get("/api/v1/ready");
      if (!this.gone) this.setState({ answer, trouble: null, at: performance.now() / 1000 });
    } catch (e) {
      if (!this.gone) this.setState({ trouble: troubleText(e) });
    }
    this.loading = false;
  }

  render({ ctx }, { answer, trouble, at, names }) {
    const { now, session, status } = ctx;
    if (!answer) return html`<main class="ready"><p class="starting" data-test="ready-waiting">${trouble ?? say("ready-reading")}</p></main>`;
    const age = performance.now() / 1000 - at;
    const old = age > OLD_S;
    const verdict = old ? "unknown" : answer.verdict;
    const sum = (state) => answer.items.filter((i) => i.state === state).length;
    const blocking = answer.items.filter((i) => i.blocks).length;
    return html`<main class=${`ready ${old ? "is-old" : ""}`} data-test="ready" data-verdict=${verdict}>
      <section class=${`ready-verdict is-${verdict}`} aria-live="polite">
        <${Shape} state=${{ go: "ok", reserved: "warning", "no-go": "critical", unknown: "blind" }[verdict]}/>
        <div><h2 data-test="ready-word">${word("ready-verdict", verdict)}</h2>
          <p>${old ? say("ready-old", { span: spanText(age) }) : verdict === "go" ? say("ready-all") : say("ready-sum", { blocking, bad: sum("no-go") - blocking, unknown: sum("unknown") })}</p>
          ${trouble && html`<p class="ready-trouble" role="alert">${trouble}</p>`}</div>
        <div class="ready-tools"><p>${say("ready-asked", { at: clockText(answer.now) })}</p><button type="button" onClick=${() => print()}>${say("ready-print")}</button></div>
      </section>
      <p class="ready-paper">${say("ready-paper", { at: `${dayText(now, lang())} ${clockText(now)}`, who: session.account ? session.account.post ?? session.account.login : say("ready-nobody"), seq: answer.head.seq, plan: answer.plan.hash.slice(0, 12), program: answer.program.slice(0, 12) })}
        <br/>${say("ready-sign")}</p>
      <div class="ready-groups">${GROUPS.map((g) => html`<section class="ready-group"><h2>${word("ready-group", g)}</h2>
        <ul>${answer.items.filter((i) => i.group === g).map((i) => html`<${Item} key=${i.id} item=${i} now=${now} names=${names}/>`)}</ul></section>`)}</div>
      <p class="ready-links"><a href=${address("plan")}>${say("ready-plan")}</a><a href=${address("dry-run")}>${say("ready-dry")}</a></p>
      ${status && !status.real && html`<p class="ready-drill">${say("ready-drill")}</p>`}
    </main>`;
  }
}
