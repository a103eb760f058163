// What people say and hand in about an incident: reports, entries of the final report, orders to the field posts, what is owed,
// and the acts that another wrote down and that wait for a second person.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { hasRight } from "/incident/acts.js";
import { mayRow, posts, serviceText, whyNotText } from "/incident/data.js";
import { deed } from "/incident/deed.js";

// Kinds of entries, in the order of the final report; what each asks for.
const KINDS = [
  ["activities", "activity", []],
  ["areas", "area", ["ref"]],
  ["suppliers", "supplier", ["ref!"]],
  ["purchases", "purchase", ["amount!", "other"]],
  ["problems", "problem", []],
  ["improvements", "improvement", ["other!", "until!"]],
];

function Entry({ ctx, data, e, what, fields, now, names }) {
  const mine = ctx.session.may("report");
  const correct = () => deed(ctx, data, "entry", { args: { what, entry: e.seq }, of: say("inc-of-correction", { seq: e.seq }), fields, note: e.note });
  const withdraw = () => deed(ctx, data, "entry", { args: { what: "withdrawn", entry: e.seq }, of: say("inc-of-withdrawal", { seq: e.seq }) });
  const action = (w) => deed(ctx, data, "action", { args: { what: w, entry: e.seq }, of: say("inc-of-entry", { seq: e.seq }) });
  return html`
    <li data-test="record-entry" data-seq=${e.seq}>
      <p>${e.note}</p>
      <p class="inc-by">${say("inc-by-at", { who: names.get(e.by) ?? e.by, at: momentText(e.at, now) })}${e.ref ? ` · ${say(what === "supplier" ? "inc-case" : "inc-reference", { ref: e.ref })}` : ""}${e.amount ? ` · ${say("inc-amount-of", { n: e.amount.toLocaleString("es-MX") })}` : ""}${e.authorised_by ? ` · ${say("inc-authorised-by", { who: names.get(e.authorised_by) ?? e.authorised_by })}` : ""}
        ${e.owner ? html` · <b>${say("inc-owner-due", { who: names.get(e.owner) ?? e.owner, at: momentText(e.due, now) })}</b>` : ""}${e.done ? ` · ${say("inc-action-done", { at: momentText(e.done, now) })}` : ""}${e.verified ? ` · ${say("inc-action-verified", { at: momentText(e.verified, now) })}` : ""}</p>
      ${mine && html`<p class="inc-edit">${what === "improvement" && hasRight(ctx.session, "action") && !e.verified && html`<button type="button" onClick=${() => action(e.done ? "verified" : "done")}>${say(e.done ? "inc-do-verify" : "inc-do-done")}</button>`}
        ${!e.done && html`<button type="button" data-test="correct" onClick=${correct}>${say("inc-do-correct")}</button><button type="button" data-test="withdraw" onClick=${withdraw}>${say("inc-do-withdraw")}</button>`}</p>`}
    </li>`;
}

export function Entries({ ctx, data, now }) {
  const names = posts(ctx.status, data);
  const notes = data.timeline.filter((e) => e.kind === "act.note");
  return html`
    <article class="inc-record"><h3>${say("inc-notes")}${ctx.session.may("report") && html`<button type="button" data-test="add-note" onClick=${() => deed(ctx, data, "note")}>${say("inc-do-note")}</button>`}</h3>
      ${notes.length === 0 ? html`<p class="none">${say("inc-none-yet")}</p>` : html`<ul>${notes.map((e) => html`<li><p>${e.body.note}</p><p class="inc-by">${say("inc-by-at", { who: names.get(e.body.person) ?? e.body.person, at: momentText(e.at, now) })}</p></li>`)}</ul>`}</article>
    ${KINDS.map(([member, what, fields]) => html`
      <article class="inc-record" data-test=${`record-${what}`}><h3>${word("inc-record", what)}${ctx.session.may("report") && html`<button type="button" data-test=${`add-${what}`} onClick=${() => deed(ctx, data, "entry", { args: { what }, fields })}>${say("inc-do-add")}</button>`}</h3>
        ${(data.final_report?.[member] ?? []).length === 0 ? html`<p class="none">${say("inc-none-yet")}</p>`
          : html`<ul>${data.final_report[member].map((e) => html`<${Entry} key=${e.seq} ctx=${ctx} data=${data} e=${e} what=${what} fields=${fields} now=${now} names=${names}/>`)}</ul>`}
      </article>`)}`;
}

export function Reports({ ctx, data, now }) {
  const names = posts(ctx.status, data);
  const list = data.reports ?? [];
  if (list.length === 0) return null;
  return html`
    <article class="inc-record" data-test="reports"><h3>${say("inc-reports", { n: data.report_count ?? list.length })}</h3>
      ${data.contradicted && html`<p class="inc-warn">${say("inc-contradicted")}</p>`}
      <ul>${list.map((r) => html`<li><p><b>${r.name ?? r.what}</b>${r.service ? ` · ${serviceText(ctx.status, data, r.service)}` : ""}${r.site ? ` · ${r.site}` : ""}${r.note ? ` · «${r.note}»` : ""}</p>
        <p class="inc-by">${say("inc-reported-by", { who: names.get(r.person) ?? r.person ?? "—", via: word("inc-via", r.via), at: momentText(r.at, now) })}${r.recorded - r.at > 2 ? ` · ${say("known-at", { at: momentText(r.recorded, now) })}` : ""}${r.ref ? ` · ${say("inc-reference", { ref: r.ref })}` : ""}</p></li>`)}</ul></article>`;
}

// Who holds a field post, as far as the calls of the order tell.
function holders(data, post) {
  return [...new Map(data.calls.filter((c) => c.post_id === post).map((c) => [c.person, c.post])).entries()];
}

export function Orders({ ctx, data, now }) {
  const names = posts(ctx.status, data);
  const list = [...(data.orders ?? [])].reverse();
  const give = (what) => deed(ctx, data, "order", { args: { what } });
  const row = mayRow(data, "order");
  return html`
    ${hasRight(ctx.session, "order") && html`<p class="inc-acts">${["suspend", "wait", "resume"].map((w) => html`<button type="button" data-test=${`order-${w}`} disabled=${row?.allowed === false} onClick=${() => give(w)}>${word("inc-order", w)}</button>`)}${row?.allowed === false ? html` <span class="inc-why">${whyNotText(row)}</span>` : ""}</p>`}
    ${list.length === 0 && html`<p class="none">${say("inc-no-orders")}</p>`}
    ${list.map((o) => html`
      <article class=${`inc-order is-${o.state}`} data-test="order" data-state=${o.state}>
        <h3>${word("inc-order", o.what)}<span>${word("inc-order-state", o.state)} · ${say("inc-n-of-m", { n: o.confirmed.length, m: o.told })}</span></h3>
        <p>«${o.reason}» · ${say("inc-by-at", { who: names.get(o.by) ?? o.by, at: momentText(o.at, now) })}${o.state === "waiting" ? ` · ${say(o.due < now ? "inc-confirm-late" : "inc-confirm-by", { at: momentText(o.due, now), in: spanText(Math.abs(o.due - now)) })}` : ""}</p>
        ${o.missing.length > 0 && html`<p><b>${say("inc-missing", { n: o.missing.length })}</b></p><ul class="inc-posts">${o.missing.map((post) => html`<li data-test="missing">${post}${holders(data, post).map(([, name]) => ` · ${name}`)}</li>`)}</ul>`}
        ${o.confirmed.length > 0 && html`<p>${say("inc-confirmed-posts", { posts: o.confirmed.join(", ") })}</p>`}
        ${o.state === "waiting" && hasRight(ctx.session, "confirm-order") && html`<button type="button" data-test="confirm-order" onClick=${() => deed(ctx, data, "confirm-order", { args: { entry: o.id }, of: say("inc-of-order", { what: word("inc-order", o.what), seq: o.id }) })}>${say("inc-do-confirm-order")}</button>`}
      </article>`)}`;
}

// Acts that somebody wrote down for another: they count, and wait for a second person.
export function Unconfirmed({ ctx, data, now }) {
  const names = posts(ctx.status, data);
  const list = (data.brief?.done ?? []).filter((d) => ["unconfirmed", "overdue", "disputed"].includes(d.state));
  if (list.length === 0) return null;
  return html`
    <section class="inc-second" data-test="unconfirmed-acts"><h2>${say("inc-second-person")}</h2>
      <ul>${list.map((d) => html`<li data-entry=${d.entry} data-state=${d.state}>
        <p><b>${d.post}</b> ${word("act", d.act)} · ${word("proof", d.proof)} · ${say("inc-written-by", { who: names.get(d.recorded_by) ?? d.recorded_by })} · ${momentText(d.at, now)}${d.note ? ` · «${d.note}»` : ""}</p>
        <p class="inc-by">${word("inc-deed-state", d.state)}${d.due !== null ? ` · ${say("inc-confirm-by", { at: momentText(d.due, now), in: spanText(d.due - now) })}` : ""}</p>
        ${d.state !== "disputed" && hasRight(ctx.session, "confirm") && html`<p class="inc-edit">${["confirm", "dispute"].map((a) => {
          const row = mayRow(data, a, { entry: d.entry });
          return html`<button type="button" data-test=${`do-${a}`} disabled=${row?.allowed === false} title=${row?.allowed === false ? whyNotText(row) : undefined} onClick=${() => deed(ctx, data, a, { args: { entry: d.entry }, of: say("inc-of-deed", { seq: d.entry, who: d.post, act: word("act", d.act) }) })}>${word("inc-deed", a)}</button>${row?.allowed === false ? html` <span class="inc-why">${whyNotText(row)}</span>` : ""}`;
        })}</p>`}</li>`)}</ul></section>`;
}

export function Report({ ctx, data, now }) {
  const r = data.final_report ?? {};
  const names = posts(ctx.status, data);
  const debts = (ctx.status.debts ?? []).filter((d) => d.incident === data.id);
  const rows = [
    [say("inc-report-start"), `${momentText(r.start, now)}${r.start_by ? ` · ${word("inc-by-what", r.start_by)}` : ""}`],
    [say("inc-report-end"), r.end ? `${momentText(r.end, now)}${r.end_by ? ` · ${word("inc-by-what", r.end_by)}` : ""}` : "—"],
    [say("inc-report-lasted"), r.end ? spanText(r.end - r.start) : "—"],
    [say("inc-report-declared"), momentText(r.declared, now)],
    [say("inc-report-return"), r.return_began ? `${momentText(r.return_began, now)} – ${momentText(r.return_done, now)}` : "—"],
    [say("inc-report-handed-in"), r.handed_in ? `${momentText(r.handed_in, now)}${r.ref ? ` · ${r.ref}` : ""}` : data.report_due ? say("inc-report-due", { at: momentText(data.report_due, now) }) : "—"],
  ];
  return html`
    <dl class="inc-report" data-test="final-report">${rows.map(([k, v]) => html`<div><dt>${k}</dt><dd>${v}</dd></div>`)}</dl>
    ${debts.length > 0 && html`<h3>${say("inc-debts")}</h3><ul class="inc-debts">${debts.map((d) => html`<li data-test="debt" class=${d.overdue ? "is-late" : ""}>${word("inc-debt", d.what)} · ${names.get(d.person) ?? d.person ?? "—"} · ${say(d.overdue ? "inc-debt-overdue" : "inc-debt-due", { at: momentText(d.due, now) })}</li>`)}</ul>`}
    ${hasRight(ctx.session, "final-report") && data.brief && !data.report_handed_in && html`<p class="inc-acts"><button type="button" data-test="final-report-act" onClick=${() => deed(ctx, data, "final-report")}>${word("inc-deed", "final-report")}</button></p>`}`;
}
