// The search of the header: folio, process, site, component, check, post, page. What is found leads to its page.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { say, word } from "/words.js";
import { address, findPage, pages } from "/pages.js";
import { get } from "/api.js";
import { serviceName } from "/store.js";
import { matches } from "/desk/pick.js";
import { planNames } from "/desk/names.js";

const SHOWN = 12;

// Everything that can be found: { id, name, more, kind, to }. Only what some page shows; `incidents` are the closed ones besides.
export function findable(ctx, incidents = []) {
  const { status: s, session } = ctx;
  const names = planNames(ctx);
  const out = [];
  const add = (kind, id, name, to, more = "") => {
    const found = findPage(to);
    if (found && (!found.page.right || session.may(found.page.right))) out.push({ kind, id: `${kind}-${id}`, name, more, to });
  };
  const all = new Map([...incidents, ...s.incidents].map((i) => [i.id, i]));
  for (const i of [...all.values()].sort((a, b) => b.id - a.id)) {
    const what = `${word("incident", i.state)} ${(i.services ?? []).map((id) => serviceName(s, id)).join(", ")} ${(i.reports ?? []).map((r) => `${r.name ?? r.what} ${r.ref ?? ""}`).join(" ")}`;
    add("incident", i.id, say("folio", { folio: i.folio }), findPage(address("incident", i.id)) ? address("incident", i.id) : address("report", i.id), what);
  }
  for (const p of pages) if (p.menu && !p.path.includes(":")) add("page", p.path, say(p.menu), p.path === "" ? "/" : address(...p.path.split("/")));
  add("page", "handover", say("handover-title"), address("handover"));
  for (const x of names.services) add("service", x.id, x.name, address("service", x.id), x.id);
  for (const x of names.sites) add("site", x.id, x.name, address("site", x.id), x.id);
  for (const x of names.components) add("component", x.id, x.name, address("component", x.id), x.id);
  for (const id of names.checks) add("check", id, id, address("check", id));
  for (const x of names.people) add("person", x.id, x.post, address("shifts"), x.id);
  return out;
}

export class Search extends Component {
  input = createRef();
  state = { text: "", at: 0, ended: [] };

  componentDidMount() {
    this.input.current.focus();
    this.setState({ text: this.props.began() });
    this.past();
  }

  // The closed ones too, when they come.
  async past() {
    try {
      const { incidents } = await get("/api/v1/incidents?all=1");
      this.setState({ ended: incidents });
    } catch {
      this.setState({ ended: [] }); // what the status holds is found all the same
    }
  }

  go = (to) => {
    this.props.close();
    this.props.ctx.navigate(to);
  };

  onKey = (e, found) => {
    const { at } = this.state;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      this.setState({ at: (at + (e.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length) });
    } else if (e.key === "Enter" && found[at]) {
      e.preventDefault();
      this.go(found[at].to);
    } else if (e.key === "Escape") {
      e.preventDefault();
      this.props.close();
    }
  };

  render({ ctx }, { text, at, ended }) {
    const found = text.trim() === "" ? [] : matches(text, findable(ctx, ended), SHOWN);
    return html`
      <div class="desk-search" role="search" data-test="search-box">
        <input ref=${this.input} type="text" role="combobox" aria-label=${say("search-label")} placeholder=${say("search-label")} aria-expanded=${found.length > 0} aria-controls="search-list" aria-autocomplete="list"
          aria-activedescendant=${found[at] ? `search-${at}` : undefined} autocomplete="off" spellcheck=${false} value=${text} onInput=${(e) => this.setState({ text: e.target.value, at: 0 })}
          onKeyDown=${(e) => this.onKey(e, found)} onBlur=${() => this.props.close()} data-test="search-input"/>
        <ul id="search-list" class="desk-found" role="listbox" aria-label=${say("search-label")} hidden=${text.trim() === ""}>${found.map((x, i) => html`
          <li key=${x.id} id=${`search-${i}`} role="option" aria-selected=${i === at} data-test="hit" data-to=${x.to} onPointerDown=${(e) => { e.preventDefault(); this.go(x.to); }}><b>${x.name}</b><span class="desk-id">${word("found", x.kind)}${x.more ? ` · ${x.more}` : ""}</span></li>`)}
          ${found.length === 0 && html`<li class="none" role="option" aria-disabled="true" aria-selected="false">${say("desk-none-found")}</li>`}</ul>
      </div>`;
  }
}
