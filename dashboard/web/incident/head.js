// The head of an incident: folio, REAL or SIMULACRO, state, and each service's clock with what is not known of it.
import { html } from "/html.js";
import { address } from "/pages.js";
import { momentText, runningText, spanText } from "/time.js";
import { ask, Field } from "/ui.js";
import { say, word } from "/words.js";
import { componentName, ENDED } from "/store.js";
import { servicesText, serviceText } from "/incident/data.js";

// "06:15:02 ± 3 s": it began in [not_before, began].
function beganText(began, notBefore, estimated, now) {
  if (began === null) return say("inc-began-unknown");
  const spread = notBefore === null ? null : began - notBefore;
  const text = spread === null ? momentText(began, now) : say("inc-began-within", { at: momentText(began, now), span: spanText(Math.max(1, spread)) });
  return estimated ? `${text} (${word("mark", "estimated")})` : text;
}

export function Clock({ s, now }) {
  const end = s.restored ?? now;
  const left = s.breach_at === null ? null : s.breach_at - end;
  const elapsed = s.began === null ? null : end - s.began;
  const late = left !== null && left < 0;
  return html`
    <li class=${`inc-clock ${s.running ? "is-running" : "is-stopped"} ${late ? "is-breached" : ""}`} data-test="clock" data-service=${s.id}>
      <h3>${s.name}<span>${[s.area, word("criticality", s.criticality)].filter(Boolean).join(" · ")}</span></h3>
      <p class="inc-left"><span>${say(s.running ? (late ? "inc-rto-over-by" : "inc-rto-left") : s.restored === null ? "inc-no-clock" : late ? "inc-ended-late" : "inc-ended-in-time")}</span>
        <b>${left === null ? "—" : runningText(s.running || late ? Math.abs(left) : elapsed)}</b></p>
      <p class="inc-elapsed"><span>${say("elapsed")}</span><b>${elapsed === null ? "—" : runningText(elapsed)}</b></p>
      <p class="inc-facts">
        <span>${say("inc-began-at", { at: beganText(s.began, s.not_before, s.estimated, now) })}</span>
        ${s.breach_at !== null && html`<span>${say("inc-rto-of", { rto: spanText(s.rto), at: momentText(s.breach_at, now) })}</span>`}
        ${s.restored !== null && html`<span>${say("inc-restored-of", { at: momentText(s.restored, now) })}</span>`}
        ${s.running && s.next_mark !== null && s.next_mark > now && html`<span>${say("inc-next-of", { pct: s.next_pct ?? "—", at: momentText(s.next_mark, now), in: spanText(s.next_mark - now) })}</span>`}
        ${s.running && html`<span>${say("inc-forecast-of", { failing: s.failing, checks: s.checks, recovered: s.recovered })}</span>`}
      </p>
    </li>`;
}

// What happens next, and when, in one sentence.
export function nextText(data, now) {
  const marks = (data.brief?.services ?? []).filter((s) => s.running && s.next_mark !== null && s.next_mark > now).sort((a, b) => a.next_mark - b.next_mark);
  const lists = (data.brief?.checklists ?? []).filter((c) => c.next !== null);
  if (ENDED.includes(data.state)) return say("inc-next-nothing");
  if (data.state === "restored") return say("inc-next-is-resume");
  if (data.state === "authorised") return say("inc-next-is-declare");
  if (["confirmed", "activation-asked"].includes(data.state) && ["shut", "held"].includes(data.gate?.state)) return say("inc-next-is-gate", { at: momentText(data.gate.until, now), in: spanText(data.gate.until - now) });
  if (lists.some((c) => c.overdue)) return say("inc-next-overdue", { what: lists.find((c) => c.overdue).next_do });
  if (lists.length > 0) return say("inc-next-task", { what: lists[0].next_do, who: lists[0].next_by ?? "—" });
  if (marks.length > 0) return say("next-mark", { pct: marks[0].next_pct ?? "—", at: momentText(marks[0].next_mark, now), in: spanText(marks[0].next_mark - now) });
  return data.exhausted ? say("inc-next-is-repeat") : say("inc-next-nothing-planned");
}

// To a colleague: the address of this page as it is looked at.
export async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    return true;
  } catch {
    await ask(({ close }) => html`<form onSubmit=${(e) => { e.preventDefault(); close(true); }}><h2>${say("inc-copy-title")}</h2>
      <${Field} label=${say("inc-copy-help")} readonly value=${location.href} onFocus=${(e) => e.target.select()} autofocus/><p class="choices"><button type="submit" class="main">${say("close")}</button></p></form>`);
    return false;
  }
}

export function IncidentHead({ data, status, now, copied, onCopy, here }) {
  const irregular = data.irregular ?? [];
  return html`
    <header class=${`inc-head state-${data.state} ${data.real ? "is-real" : "is-drill"}`} data-test="incident-head" data-id=${data.id} data-state=${data.state}>
      <p class="inc-folio" aria-label=${say("folio", { folio: data.folio })}>${data.folio}</p>
      <div class="inc-title">
        <h1><span class="inc-state" data-test="incident-state">${word("incident", data.state)}</span>
          <span class=${`inc-stamp ${data.real ? "is-real" : "is-drill"}`} data-test="stamp">${data.stamp ?? say(data.real ? "real" : "drill")}</span></h1>
        <p class="inc-services">${servicesText(status, data) || word("incident-kind", data.kind)}</p>
        <p class="inc-kind">${word("incident-kind", data.kind)}${data.episode > 1 ? ` · ${say("episode", { n: data.episode })}` : ""}${data.root ? ` · ${say("root", { name: componentName(status, data.root) })}` : ""}</p>
      </div>
      <p class="inc-links">
        ${here !== "decide" && data.brief && html`<a class="inc-go" href=${address("decide", data.id)} data-test="to-decide">${say("inc-to-decide")}</a>`}
        ${here === "decide" && html`<a class="inc-go" href=${address("incident", data.id)} data-test="to-incident">${say("inc-to-incident")}</a>`}
        <button type="button" onClick=${onCopy} data-test="copy">${copied ? say("inc-copied") : say("inc-copy")}</button>
        <button type="button" onClick=${() => print()} data-test="print">${say("inc-print")}</button>
      </p>
      ${data.merged_into && html`<p class="inc-warn" role="status">${say("inc-is-merged", { n: data.merged_into })} <a href=${address("incident", data.merged_into)}>${say("inc-to-that")}</a></p>`}
      ${irregular.length > 0 && html`<p class="inc-warn" role="status" data-test="irregular">${irregular.map((w) => word("inc-irregular", w)).join(" · ")}</p>`}
      ${data.exhausted && !ENDED.includes(data.state) && html`<p class="inc-warn" role="alert">${say("inc-exhausted-here")}</p>`}
      ${data.silenced && html`<p class="inc-warn">${say("inc-is-silenced")}</p>`}
      <p class="inc-next" data-test="next"><b>${say("inc-what-next")}</b> ${nextText(data, now)}</p>
      ${(data.impact ?? []).length > 0 && html`<p class="inc-impact"><b>${say("inc-impact")}</b> ${data.impact.map((i) => `${i.what}: ${i.count}`).join(" · ")}${data.impact_possible ? ` (${say("inc-impact-possible")})` : ""}${data.sites?.length ? ` · ${say("inc-impact-sites", { sites: data.sites.join(", ") })}` : ""}</p>`}
    </header>`;
}

export const Clocks = ({ data, now }) => (data.brief?.services.length
  ? html`<ul class="inc-clocks">${data.brief.services.map((s) => html`<${Clock} key=${s.id} s=${s} now=${now}/>`)}</ul>`
  : html`<p class="none">${say("inc-no-brief")}</p>`);

export { serviceText };
