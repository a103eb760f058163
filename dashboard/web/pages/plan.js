// The plan in force as a coordinator reads it: processes with their diagrams and policies, people, procedures, calendar, places,
// papers, and beside each thing what the checker says of it.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { get } from "/api.js";
import { troubleText } from "/ui.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { State } from "/shapes.js";
import { address } from "/pages.js";
import { matches, Plan, seconds } from "/pages/plan/model.js";
import { Findings, Needs, Policy } from "/pages/plan/parts.js";

export const words = "plan";
export const styles = ["/pages/plan.css"];
export const title = () => say("plan-title");

const CRITICALITIES = ["very-high", "high", "medium", "low"];
const rpoText = (rpo) => (seconds(rpo) !== null ? spanText(seconds(rpo)) : word("rpo-kind", rpo));

// One thing that opens; it stands open while something is searched for, and when it is printed.
class Fold extends Component {
  state = { open: false };

  render({ name, head, children, wide, test }, { open }) {
    return html`<details class="plan-fold" open=${open || wide} data-test=${test} data-id=${name} onToggle=${(e) => this.setState({ open: e.currentTarget.open })}>
      <summary>${head}</summary>${(open || wide) && html`<div class="plan-inside">${children}</div>`}</details>`;
  }
}

function Counts({ list }) {
  const n = (s) => list.filter((f) => !f.accepted && f.severity === s).length;
  return html`<span class="plan-counts">${["error", "warning"].filter((s) => n(s) > 0).map((s) => html`<i class=${`is-${s}`}>${n(s)} ${word("severity-short", s)}</i>`)}</span>`;
}

function Services({ plan, status, query, wide }) {
  const states = new Map((status?.components ?? []).map((c) => [c.id, c]));
  const live = new Map((status?.services ?? []).map((s) => [s.id, s]));
  const list = (plan.plan.services ?? []).filter((s) => matches(s, query, s.team && plan.seatName(s.team), JSON.stringify(plan.findings("service", s.id))))
    .sort((a, b) => CRITICALITIES.indexOf(a.criticality) - CRITICALITIES.indexOf(b.criticality) || seconds(a.rto) - seconds(b.rto));
  return list.length > 0 && html`<section id="procesos"><h2>${say("plan-services")} <span class="count">${list.length}</span></h2>
    <div class="plan-services">
      <p class="plan-row plan-head" aria-hidden="true"><span>${say("plan-service")}</span><span>RTO</span><span>RPO</span><span>${say("plan-area")}</span><span>${say("plan-policy")}</span><span>${say("plan-team-of")}</span><span>${say("plan-state")}</span></p>
      ${CRITICALITIES.filter((c) => list.some((s) => s.criticality === c)).map((c) => html`
        <h3 class="plan-band">${say("criticality")} ${word("criticality", c)}</h3>
        ${list.filter((s) => s.criticality === c).map((s) => html`<${Fold} key=${s.id} name=${s.id} wide=${wide} test="service"
          head=${html`<span class="plan-row"><b>${s.name}<${Counts} list=${plan.findings("service", s.id)}/></b>
            <span data-label="RTO">${spanText(seconds(s.rto))}${s.rto_invented ? html`<em title=${say("plan-invented")}>*</em>` : ""}</span><span data-label="RPO">${rpoText(s.rpo)}</span><span data-label=${say("plan-area")}>${s.area ?? "—"}</span>
            <span data-label=${say("plan-policy")}>${s.policy ?? say("plan-no-policy")}</span><span data-label=${say("plan-team-of")}>${s.team ? plan.seatName(s.team) : "—"}</span>
            <span data-label=${say("plan-state")}><${State} state=${live.get(s.id)?.degraded ? "degraded" : live.get(s.id)?.state ?? "unknown"}/></span></span>`}>
          <h4>${say("plan-needs")}</h4>
          <${Needs} plan=${plan} need=${s.needs} states=${states} single=${live.get(s.id)?.single_points ?? []}/>
          ${plan.policies.has(s.policy) && html`<h4>${say("plan-calls", { policy: s.policy })}</h4><${Policy} plan=${plan} policy=${plan.policies.get(s.policy)} service=${s}/>`}
          <p class="plan-links">${s.procedure && html`<a href=${`#procedimiento-${s.procedure}`}>${say("plan-procedure")}: ${plan.procedures.get(s.procedure)?.name ?? s.procedure}</a>`}
            <a href=${`${address("dry-run")}?service=${encodeURIComponent(s.id)}`}>${say("plan-try")}</a></p>
          <${Findings} plan=${plan} list=${plan.findings("service", s.id)}/><//>`)}`)}
    </div></section>`;
}

function Contacts({ person }) {
  return html`<ul class="plan-contacts">${(person?.contacts ?? []).map((c) => html`<li>${c.channel}${c.to !== undefined ? html` <span class="private">${c.to}</span>` : ""}</li>`)}</ul>`;
}

function Holder({ plan, id, label }) {
  const person = plan.people.get(id);
  return html`<div class="plan-holder"><small>${label}</small><b>${id ? plan.post(id) : say("plan-nobody")}</b>${person?.vacant && html`<em>${say("plan-vacant")}</em>`}
    ${id && html`<${Contacts} person=${person}/>`}<${Findings} plan=${plan} list=${id ? plan.findings("person", id) : []}/></div>`;
}

function shiftText(x) {
  return x.days ? `${[].concat(x.days).map((d) => word("weekday", d)).join(", ")} ${x.from}–${x.until}` : `${x.from} – ${x.until}`;
}

function Seats({ plan, status, query, wide }) {
  const duty = new Map((status?.duty ?? []).map((d) => [d.seat, d]));
  const list = (plan.plan.seats ?? []).filter((s) => matches(s, query, plan.post(s.titular), plan.post(s.suplente), JSON.stringify(plan.findings("seat", s.id))));
  const levels = [...new Set(list.map((s) => s.level))].sort((a, b) => (a || 9) - (b || 9));
  return list.length > 0 && html`<section id="personas"><h2>${say("plan-people")} <span class="count">${list.length}</span></h2>
    ${levels.map((level) => html`<h3 class="plan-band">${level ? say("plan-level", { n: level }) : say("plan-level-0")}</h3>
      ${list.filter((s) => s.level === level).map((s) => {
        const now = duty.get(s.id)?.people ?? [];
        const shifts = (plan.plan.shifts ?? []).filter((x) => x.seat === s.id);
        return html`<${Fold} key=${s.id} name=${s.id} wide=${wide} test="seat"
          head=${html`<span class="plan-seat"><b>${s.name}<${Counts} list=${plan.findings("seat", s.id)}/></b><span>${now.length ? say("plan-on-duty", { who: now.map((d) => d.post ?? plan.post(d.person)).join(", ") }) : say("plan-nobody-now")}</span></span>`}>
          <div class="plan-holders"><${Holder} plan=${plan} id=${s.titular} label=${say("plan-titular")}/><${Holder} plan=${plan} id=${s.suplente} label=${say("plan-suplente")}/></div>
          ${shifts.length > 0 && html`<h4>${say("plan-shifts")}</h4><ul class="plan-list">${shifts.map((x) => html`<li><b>${shiftText(x)}</b> ${plan.post(x.titular)}${x.suplente ? ` / ${plan.post(x.suplente)}` : ""}</li>`)}</ul>`}
          <${Findings} plan=${plan} list=${plan.findings("seat", s.id)}/><//>`;
      })}`)}</section>`;
}

function Procedures({ plan, query, wide }) {
  const list = (plan.plan.procedures ?? []).filter((p) => matches(p, query));
  return list.length > 0 && html`<section id="procedimientos"><h2>${say("plan-procedures")} <span class="count">${list.length}</span></h2>
    ${list.map((p) => html`<div id=${`procedimiento-${p.id}`}><${Fold} key=${p.id} name=${p.id} wide=${wide} test="procedure"
      head=${html`<span class="plan-seat"><b>${p.name ?? p.id}<${Counts} list=${plan.findings("procedure", p.id)}/></b><span>${say("plan-activities", { n: (p.activities ?? []).length })}</span></span>`}>
      <ol class="plan-activities">${(p.activities ?? []).map((a) => html`${a.heading && html`<li class="is-heading"><b>${a.heading}</b></li>`}
        <li><span class="plan-box" aria-hidden="true"></span><b>${a.n}</b><span>${a.do}${a.by && html` <small>${a.by}</small>`}
        ${(a.if_yes > 0 || a.if_no > 0) && html`<small class="plan-branch">${a.if_yes > 0 ? say("plan-if-yes", { n: a.if_yes }) : ""} ${a.if_no > 0 ? say("plan-if-no", { n: a.if_no }) : ""}</small>`}
        ${a.within && html`<small class="plan-branch">${say("plan-within", { span: spanText(seconds(a.within)) })}</small>`}</span></li>`)}</ol>
      <${Findings} plan=${plan} list=${plan.findings("procedure", p.id)} place=${true}/><//></div>`)}</section>`;
}

const local = (t) => (t ? String(t).replace("T", " ").replace(/:00$/, "") : "—");

function Calendar({ plan, query }) {
  const { jornadas = [], cuts = [], windows = [] } = plan.plan;
  const find = (list) => list.filter((x) => matches(x, query));
  if (find(jornadas).length + find(cuts).length + find(windows).length === 0) return null;
  return html`<section id="calendario"><h2>${say("plan-calendar")}</h2><ul class="plan-list">
    ${find(jornadas).map((j) => html`<li><b>${j.name}</b> ${word("jornada-kind", j.kind)} · ${local(j.from)} – ${local(j.until)}${j.freeze ? ` · ${say("plan-freeze")} ${local(j.freeze.from)} – ${local(j.freeze.until)}` : ""}</li>`)}
    ${find(cuts).map((c) => html`<li><b>${c.name ?? c.id}</b> ${say("plan-cuts", { first: local(c.first), last: local(c.last), every: spanText(seconds(c.every)), grace: spanText(seconds(c.grace)) })}</li>`)}
    ${find(windows).map((w) => html`<li><b>${say("plan-window")} ${w.check ?? w.component ?? w.site ?? w.service}</b> ${local(w.from)} – ${local(w.until)} · ${w.reason} · ${plan.post(w.owner)}</li>`)}</ul></section>`;
}

function Places({ plan, status, query, wide }) {
  const states = new Map((status?.components ?? []).map((c) => [c.id, c]));
  const groups = new Map();
  for (const c of (plan.plan.components ?? []).filter((x) => matches(x, query, plan.sites.get(x.site)?.name ?? ""))) groups.set(c.site ?? "", [...(groups.get(c.site ?? "") ?? []), c]);
  return groups.size > 0 && html`<section id="componentes"><h2>${say("plan-components")} <span class="count">${[...groups.values()].flat().length}</span></h2>
    ${[...groups].map(([site, list]) => html`<${Fold} key=${site} name=${site} wide=${wide} test="site"
      head=${html`<span class="plan-seat"><b>${plan.sites.get(site)?.name ?? (site || say("plan-no-site"))}</b><span>${plan.sites.get(site)?.kind ? `${plan.sites.get(site).kind} · ` : ""}${say("plan-n-components", { n: list.length })}</span></span>`}>
      <ul class="plan-components">${list.map((c) => html`<li><b>${c.name}</b><span class="plan-id">${c.id}</span>${c.address && html`<span class="private">${c.address}</span>`}<${State} state=${states.get(c.id)?.state ?? "unknown"}/>
        <small>${(c.checks ?? []).map((k) => `${k.id} (${k.type}, ${k.interval})`).join(" · ") || say("plan-unwatched")}</small><${Findings} plan=${plan} list=${plan.findings("component", c.id)}/></li>`)}</ul><//>`)}</section>`;
}

function Papers({ plan, query }) {
  const find = (key) => (plan.plan[key] ?? []).filter((x) => matches(x, query));
  const [documents, records, suppliers] = ["documents", "records", "suppliers"].map(find);
  if (documents.length + records.length + suppliers.length === 0) return null;
  return html`<section id="anexos"><h2>${say("plan-papers")}</h2>
    ${documents.length > 0 && html`<h3 class="plan-band">${say("plan-documents")}</h3><ul class="plan-list">${documents.map((d) => html`<li><b>${d.name}</b> ${[d.code, d.revision && `${say("revision")} ${d.revision}`, d.approved && say("plan-approved", { on: d.approved }), d.review_by && say("plan-review-by", { on: d.review_by })].filter(Boolean).join(" · ")}<${Findings} plan=${plan} list=${plan.findings("document", d.id)}/></li>`)}</ul>`}
    ${records.length > 0 && html`<h3 class="plan-band">${say("plan-records")}</h3><ul class="plan-list">${records.map((r) => html`<li><b>${r.name}</b> ${[r.place, r.copy && say("plan-copy", { place: r.copy }), r.keeper && plan.post(r.keeper)].filter(Boolean).join(" · ")}<${Findings} plan=${plan} list=${plan.findings("record", r.id)}/></li>`)}</ul>`}
    ${suppliers.length > 0 && html`<h3 class="plan-band">${say("plan-suppliers")}</h3><ul class="plan-list">${suppliers.map((s) => html`<li><b>${s.name}</b> ${s.response ? say("plan-response", { span: spanText(seconds(s.response)) }) : ""} ${s.contact ? html`<span class="private">${s.contact}</span>` : ""}<${Findings} plan=${plan} list=${plan.findings("supplier", s.id)}/></li>`)}</ul>`}</section>`;
}

function AllFindings({ plan, query, wide }) {
  const list = plan.all.filter((f) => matches(f, query, word("finding", f.code)));
  const groups = [["error", (f) => !f.accepted && f.severity === "error"], ["warning", (f) => !f.accepted && f.severity === "warning"], ["note", (f) => !f.accepted && f.severity === "note"], ["accepted", (f) => f.accepted]];
  return html`<section id="hallazgos"><h2>${say("plan-checker")} <span class="count">${list.length}</span></h2>
    ${list.length === 0 && html`<p class="none">${say("plan-no-findings")}</p>`}
    ${groups.map(([key, test]) => [key, list.filter(test)]).filter(([, l]) => l.length > 0).map(([key, l]) => html`<${Fold} key=${key} name=${key} wide=${wide} test="findings"
      head=${html`<span class="plan-seat"><b>${word("severity-many", key)}</b><span>${l.length}</span></span>`}><${Findings} plan=${plan} list=${l} place=${true}/><//>`)}
    ${plan.totals.left_out > 0 && html`<p class="none">${say("plan-left-out", { n: plan.totals.left_out })}</p>`}</section>`;
}

function Head({ plan, now }) {
  const i = plan.plan.institution;
  const t = plan.totals;
  return html`<section class="plan-cover" data-test="plan-cover"><h2>${i.name}</h2>
    <p class="plan-code">${[i.code, `${say("revision")} ${i.revision ?? "—"}`, i.approved && say("plan-approved", { on: i.approved }), i.review_by && say("plan-review-by", { on: i.review_by })].filter(Boolean).join(" · ")}</p>
    <p>${say("plan-applied", { at: momentText(plan.applied, now) })} · <span class="plan-hash">${plan.hash.slice(0, 12)}</span></p>
    ${plan.on_disk.state === "differs" && html`<p class="plan-warn" data-test="on-disk">${say("plan-differs")}</p>`}
    ${plan.on_disk.state === "refused" && html`<p class="plan-warn" data-test="on-disk">${say("plan-would-be-refused")} <code>${plan.on_disk.text}</code></p>`}
    <p class="plan-sum">${[["error", t.errors], ["warning", t.warnings], ["note", t.notes], ["accepted", t.accepted]].map(([k, n]) => html`<a href="#hallazgos" class=${`is-${k}`} data-test=${`total-${k}`}><b>${n}</b> ${word("severity-many", k)}</a>`)}</p></section>`;
}

const PARTS = [["procesos", "plan-services"], ["personas", "plan-people"], ["procedimientos", "plan-procedures"], ["calendario", "plan-calendar"], ["componentes", "plan-components"], ["anexos", "plan-papers"], ["hallazgos", "plan-checker"]];

export class View extends Component {
  state = { plan: null, trouble: null, query: new URLSearchParams(location.search).get("q") ?? "", wide: false };

  componentDidMount() {
    this.load();
    this.before = () => this.setState({ wide: true });
    this.after = () => this.setState({ wide: false });
    addEventListener("beforeprint", this.before);
    addEventListener("afterprint", this.after);
  }

  componentDidUpdate() {
    const { status } = this.props.ctx;
    if (this.state.plan && status && status.plan.hash !== this.state.plan.hash && this.asked !== status.plan.hash) this.load();
  }

  componentWillUnmount() {
    removeEventListener("beforeprint", this.before);
    removeEventListener("afterprint", this.after);
  }

  async load() {
    this.asked = this.props.ctx.status?.plan.hash;
    try {
      this.setState({ plan: new Plan(await get("/api/v1/plan")), trouble: null });
    } catch (e) {
      this.setState({ trouble: troubleText(e) });
    }
  }

  render({ ctx }, { plan, trouble, query, wide }) {
    const { status, now } = ctx;
    if (!plan) return html`<main class="plan"><p class="starting" data-test="plan-waiting">${trouble ?? say("plan-reading")}</p>${trouble && html`<button type="button" onClick=${() => this.load()}>${say("plan-again")}</button>`}</main>`;
    const open = wide || query.trim().length >= 2;
    const q = query.trim();
    const shared = { plan, status, query: q, wide: open };
    return html`<main class="plan" data-test="plan">
      <${Head} plan=${plan} now=${now}/>
      ${trouble && html`<p class="plan-warn" role="alert">${trouble}</p>`}
      <div class="plan-tools"><label for="plan-search">${say("plan-search")}</label>
        <input id="plan-search" type="search" value=${query} onInput=${(e) => this.setState({ query: e.target.value })} data-test="plan-search"/>
        <nav aria-label=${say("plan-parts")}>${PARTS.map(([id, key]) => html`<a href=${`#${id}`}>${word("plan-part", key)}</a>`)}</nav>
        <button type="button" onClick=${() => this.setState({ wide: true }, () => print())}>${say("plan-print")}</button></div>
      <${Services} ...${shared}/><${Seats} ...${shared}/><${Procedures} ...${shared}/><${Calendar} ...${shared}/><${Places} ...${shared}/><${Papers} ...${shared}/><${AllFindings} ...${shared}/>
    </main>`;
  }
}
