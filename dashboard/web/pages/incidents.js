// All incidents: those that are open first, and, when they are asked for, the closed ones of the whole journal.
import { Component, createRef } from "/lib/preact.js";
import { get } from "/api.js";
import { html } from "/html.js";
import { address } from "/pages.js";
import { ENDED, serviceName } from "/store.js";
import { momentText, spanText } from "/time.js";
import { Field, troubleText } from "/ui.js";
import { say, word } from "/words.js";

export const words = "incident";
export const styles = ["/pages/incident.css"];
export const title = () => say("inc-incidents-title");

const CITY = "-06:00";
const FILTERS = ["folio", "service", "kind", "from", "to", "all"];
const day = (text, end) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T${end ? "23:59:59.999" : "00:00:00"}${CITY}`) / 1000 : null);

export function fits(i, f) {
  const from = day(f.from, false);
  const to = day(f.to, true);
  return (f.folio === "" || i.folio.includes(f.folio.trim())) && (f.service === "" || i.services.includes(f.service)) && (f.kind === "" || (f.kind === "real") === i.real) && (from === null || i.began >= from) && (to === null || i.began <= to);
}

class Incidents extends Component {
  state = { past: null, error: null };
  list = createRef();
  first = createRef();

  constructor() {
    super();
    const query = new URLSearchParams(location.search);
    for (const f of FILTERS) this.state[f] = query.get(f) ?? "";
  }

  componentDidMount() {
    addEventListener("keydown", this.key);
    if (this.state.all) this.load();
  }

  componentDidUpdate(before) {
    if (this.state.all && before.ctx.status.head.seq !== this.props.ctx.status.head.seq) this.load();
  }

  componentWillUnmount() {
    this.gone = true;
    removeEventListener("keydown", this.key);
  }

  load = async () => {
    if (this.loading) return;
    this.loading = true;
    try {
      const { incidents } = await get("/api/v1/incidents?all=1");
      if (!this.gone) this.setState({ past: incidents, error: null });
    } catch (error) {
      if (!this.gone) this.setState({ error });
    }
    this.loading = false;
  };

  // "/" goes to the folio (a page's own filter has it before the search of the whole board), the arrows from one incident to the next.
  key = (e) => {
    if (e.target.closest?.("dialog, select") || e.altKey || e.ctrlKey || e.metaKey) return;
    const typing = e.target.matches?.("input");
    if (e.key === "/" && !typing) {
      e.preventDefault();
      document.querySelector("[data-test=filter-folio]")?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!step || (typing && e.target.type === "date")) return;
    const links = [...this.list.current.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    const to = links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))];
    if (!to) return;
    e.preventDefault();
    to.focus();
  };

  set = (name, value) => this.setState({ [name]: value }, () => {
    const query = new URLSearchParams(FILTERS.filter((f) => this.state[f] !== "").map((f) => [f, this.state[f]]));
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    if (name === "all" && value) this.load();
  });

  row(i) {
    const { status, now } = this.props.ctx;
    const over = ENDED.includes(i.state);
    const clock = status.services.find((s) => s.incident === i.id && s.clock?.running)?.clock;
    return html`
      <li key=${i.id} class=${`inc-row ${over ? "is-over" : "is-open"} state-${i.state}`} data-test="row" data-id=${i.id}>
        <a href=${address("incident", i.id)}>
          <b class="inc-folio">${i.folio}</b>
          <span class="inc-row-what"><b>${i.services.map((s) => serviceName(status, s)).join(", ") || word("incident-kind", i.kind)}</b>
            <span>${word("incident", i.state)} · ${word("incident-kind", i.kind)}${i.episode > 1 ? ` · ${say("episode", { n: i.episode })}` : ""}</span></span>
          <span class="inc-row-when">${momentText(i.began, now)}<span>${clock ? say(clock.breach_at < now ? "inc-row-over" : "inc-row-left", { in: spanText(Math.abs(clock.breach_at - now)) }) : i.restored !== null && i.restored !== undefined ? say("inc-row-lasted", { span: spanText(i.restored - i.began) }) : ""}</span></span>
          <span class=${`inc-stamp ${i.real ? "is-real" : "is-drill"}`}>${i.stamp ?? say(i.real ? "real" : "drill")}</span>
        </a></li>`;
  }

  render({ ctx }, { past, error, ...f }) {
    const { status } = ctx;
    const seen = new Map((f.all ? past ?? [] : []).map((i) => [i.id, i]));
    for (const i of status.incidents) seen.set(i.id, i); // the status is newer
    const list = [...seen.values()].filter((i) => fits(i, f)).sort((a, b) => ENDED.includes(a.state) - ENDED.includes(b.state) || b.id - a.id);
    return html`
      <main class="inc live"><section class="inc-index" data-test="incidents-page"><h1>${say("inc-incidents-title")}<span class="count">${list.length}</span></h1>
        <form class="inc-filters" onSubmit=${(e) => e.preventDefault()}>
          <${Field} label=${say("inc-folio-filter")} data-test="filter-folio" aria-keyshortcuts="/" inputmode="numeric" value=${f.folio} onInput=${(e) => this.set("folio", e.target.value)}/>
          <${Field} as="select" label=${say("inc-service-filter")} data-test="filter-service" value=${f.service} onChange=${(e) => this.set("service", e.target.value)}><option value="">${say("inc-any")}</option>${status.services.map((s) => html`<option value=${s.id} selected=${f.service === s.id}>${s.name}</option>`)}<//>
          <${Field} as="select" label=${say("inc-kind-filter")} data-test="filter-kind" value=${f.kind} onChange=${(e) => this.set("kind", e.target.value)}><option value="">${say("inc-any")}</option><option value="real" selected=${f.kind === "real"}>${say("real")}</option><option value="drill" selected=${f.kind === "drill"}>${say("drill")}</option><//>
          <${Field} label=${say("inc-from-filter")} type="date" data-test="filter-from" value=${f.from} onInput=${(e) => this.set("from", e.target.value)}/>
          <${Field} label=${say("inc-to-filter")} type="date" data-test="filter-to" value=${f.to} onInput=${(e) => this.set("to", e.target.value)}/>
          <label class="inc-check"><input type="checkbox" data-test="filter-all" checked=${f.all !== ""} onChange=${(e) => this.set("all", e.target.checked ? "1" : "")}/> ${say("inc-with-old")}</label>
        </form>
        ${error && html`<p class="inc-warn" role="alert">${say("inc-not-updated", { why: troubleText(error) })}</p>`}
        <ul class="inc-rows" ref=${this.list} aria-label=${say("inc-incidents-title")}>${list.map((i) => this.row(i))}</ul>
        ${list.length === 0 && html`<p class="none" data-test="no-rows">${say(f.all || status.incidents.length === 0 ? "inc-no-rows" : "inc-no-rows-try-old")}</p>`}
        <p class="inc-keys">${say("inc-keys-list")}</p>
      </section></main>`;
  }
}

export const View = ({ ctx }) => html`<${Incidents} ctx=${ctx}/>`;
