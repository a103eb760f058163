// What I reported last, with what has become of it.
import { html } from "/html.js";
import { momentText } from "/time.js";
import { say, word } from "/words.js";
import { address } from "/pages.js";
import { serviceLabel, siteName } from "/desk/names.js";

const SHOWN = 10;

export function MyReports({ ctx, names }) {
  const me = ctx.session.account?.person;
  const mine = ctx.status.incidents.flatMap((i) => (i.reports ?? []).filter((r) => r.person === me).map((report) => ({ incident: i, report })))
    .sort((a, b) => b.report.seq - a.report.seq).slice(0, SHOWN);
  if (!me) return null;
  return html`
    <section aria-labelledby="h-mine" data-test="mine"><h2 id="h-mine">${say("report-mine")}<span class="count">${mine.length}</span></h2>
      ${mine.length === 0 && html`<p class="none">${say("report-none")}</p>`}
      <ul class="desk-list">${mine.map(({ incident: i, report: r }) => html`
        <li key=${r.seq}><a class="desk-row" href=${address("report", i.id)} data-test="my-report">
          <b>${say("folio", { folio: i.folio })}</b>
          <span>${[r.name ?? r.what, siteName(names, r.site), serviceLabel(names, r.service)].filter(Boolean).join(" · ")}</span>
          <span class="desk-when">${momentText(r.at, ctx.now)}</span>
          <span>${word("incident", i.state)}${i.complete ? ` · ${say("report-is-complete")}` : ""}</span></a></li>`)}</ul>
    </section>`;
}
