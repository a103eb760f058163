// The head of the board and what must be seen before anything else.
import { html } from "/html.js";
import { clockText, dayText, momentText, spanText } from "/time.js";
import { lang, say, word } from "/words.js";
import { openIncidents, troubles } from "/store.js";
import { Shape } from "/shapes.js";
import { menuCount } from "/desk/waiting.js";
import { SearchButton } from "/search.js";
import { address, loginAddress, pages } from "/pages.js";
import { ScreenTools } from "/screen.js";
import { isVisitor } from "/settings.js";

function Menu({ ctx }) {
  const { session } = ctx;
  const counted = (p) => {
    const n = menuCount(p.path, ctx);
    return n > 0 && html` <b class="menu-count" data-test=${`count-${p.path}`}>${n}</b>`;
  };
  const rows = pages.filter((p) => p.menu && (!p.right || session.may(p.right)));
  return rows.length > 1 && html`
    <nav class="menu" aria-label=${say("menu")}>${rows.map((p) => html`<a href=${p.path === "" ? "/" : address(...p.path.split("/"))} data-test=${p.menu}
      aria-current=${(location.pathname === "/" ? "" : location.pathname.slice(3)) === p.path ? "page" : undefined}>${say(p.menu)}${counted(p)}</a>`)}</nav>`;
}

// Who is here, the way to one's own account, and out.
function Who({ ctx }) {
  const { session } = ctx;
  if (!session.account) return html`<p class="me" data-test="nobody"><a href=${loginAddress()} data-test="to-login">${say("log-in")}</a></p>`;
  const { login, post } = session.account;
  return html`<p class="me" data-test="account" data-login=${login}><a href=${address("account")} title=${say("menu-account")}>${post ?? login}</a>
    <button type="button" data-test="log-out" onClick=${() => session.end().then(() => location.assign(loginAddress("/")))}>${say("log-out")}</button></p>`;
}

export function Header({ ctx, switchLanguage }) {
  const { store, now, session, status: s } = ctx;
  const link = session.over ? "over" : store.connection().kind;
  return html`
    <header class="head">
      <div class="who">
        <h1>Vigía<span class="at">${s?.plan.institution ?? ""}</span></h1>
        <p class="plan">${s ? `${s.plan.code ?? ""} · ${say("revision")} ${s.plan.revision ?? "—"}` : ""}</p>
      </div>
      ${s && html`<p class=${`universe ${s.real ? "is-real" : "is-drill"}`} data-test="universe">${s.real ? say("real") : s.stamp ?? say("drill")}</p>`}
      ${session.may("view") && html`<p class=${`link link-${link}`} data-test="link"><i aria-hidden="true"></i>${say(`link-${link}`)}</p>`}
      <p class="hour"><b data-test="hour">${clockText(now)}</b><span>${dayText(now, lang())} · ${say("city-time")}</span></p>
      <${Who} ctx=${ctx}/>
      <${ScreenTools} draw=${ctx.draw}/>
      <button class="lang" type="button" onClick=${switchLanguage} lang=${lang() === "es" ? "en" : "es"}>${lang() === "es" ? "English" : "Español"}</button>
      <div class="bar"><${Menu} ctx=${ctx}/><${SearchButton} ctx=${ctx}/></div>
    </header>`;
}

function Banner({ name, kind, title, children }) {
  return html`<div class=${`banner banner-${kind}`} role="alert" data-test=${`banner-${name}`}><b>${title}</b>${children && html`<span>${children}</span>`}</div>`;
}

export function Banners({ ctx, store, now }) {
  const s = store.status;
  const link = store.connection();
  const list = [];
  const { over } = ctx.session;
  if (over)
    list.push(html`<${Banner} name="session" kind="note" title=${say("session-over")}>${say("session-over-what")} <button type="button" data-test="log-in-again" onClick=${() => import("/pages/login.js").then((m) => m.askLogin(ctx))}>${say("log-in")}</button><//>`);
  if (link.kind === "dashboard" && ctx.session.may("view") && !over)
    list.push(html`<${Banner} name="lost" kind="lost" title=${say("lost-dashboard", { since: momentText(link.since, now) })}>${say("lost-dashboard-what")}<//>`);
  if (link.kind === "collector" && !over)
    list.push(html`<${Banner} name="lost" kind="lost" title=${link.since === null ? say("lost-never") : say("lost-collector", { since: momentText(link.since, now) })}>
      ${link.since === null ? "" : say("lost-what", { span: spanText(now - link.since) })}${link.why && !isVisitor() ? ` ${say("lost-why", { why: word("trouble", link.why) })}` : ""}<//>`);
  if (s && !s.journal.ok)
    list.push(html`<${Banner} name="journal" kind="bad" title=${say("journal-trouble")}>${say("journal-what", { n: s.journal.unjournalled, at: momentText(s.journal.last_commit, now) })}<//>`);
  // The journal's own trouble is told above, with its figures.
  for (const a of (s?.alarms ?? []).filter((x) => x.alarm !== "journal-failing" || s.journal.ok))
    list.push(html`<${Banner} name=${`alarm-${a.alarm}`} kind=${["disk-full", "journal-damaged", "clock-off"].includes(a.alarm) ? "bad" : "warning"} title=${`${word("alarm", a.alarm)} · ${say("since", { at: momentText(a.since, now) })}`}>${word("alarm-what", a.alarm)} ${!isVisitor() && html`<code>${a.text}</code>`}<//>`);
  if (s?.plan.refused)
    list.push(html`<${Banner} name="plan" kind="warning" title=${say("plan-refused", { at: momentText(s.plan.refused.at, now) })}>${say("plan-what")} ${!isVisitor() && html`<code>${s.plan.refused.text}</code>`}<//>`);
  if (s && openIncidents(s).some((i) => i.exhausted))
    list.push(html`<${Banner} name="exhausted" kind="bad" title=${say("exhausted", { folios: openIncidents(s).filter((i) => i.exhausted).map((i) => i.folio).join(", ") })}>${say("exhausted-what")}<//>`);
  if (store.newer !== null)
    list.push(html`<${Banner} name="newer" kind="note" title=${say("newer")}>${say("newer-what")} <button type="button" data-test="reload" onClick=${() => location.reload()}>${say("reload")}</button><//>`);
  // While it fails nobody is owed anything yet; once it is restored every missing notice is a debt.
  const owed = s ? s.owed_up - s.incidents.filter((i) => i.restored === null).reduce((n, i) => n + i.owed_up, 0) : 0;
  if (owed > 0)
    list.push(html`<${Banner} name="owed" kind="note" title=${say("owed", { n: owed })}>${say("owed-what")}<//>`);
  return html`<div class="banners" aria-live="assertive">${list}</div>`;
}

// One sentence for whoever looks in from the door.
export function Verdict({ status, lost }) {
  const count = (state) => status.services.filter((x) => x.state === state).length;
  const down = count("down");
  const blind = count("blind") + count("unknown");
  const degraded = count("degraded");
  const bad = troubles(status).filter((x) => x.check.state !== "ok").length;
  const state = lost ? "unknown" : down ? "down" : blind ? "blind" : degraded || bad ? "warning" : status.services.length ? "ok" : "unknown";
  const parts = [];
  if (down) parts.push(say(down === 1 ? "one-down" : "n-down", { n: down }));
  if (blind) parts.push(say(blind === 1 ? "one-blind" : "n-blind", { n: blind }));
  if (degraded) parts.push(say(degraded === 1 ? "one-degraded" : "n-degraded", { n: degraded }));
  if (parts.length === 0 && bad) parts.push(say(bad === 1 ? "one-check-bad" : "n-checks-bad", { n: bad }));
  const text = lost ? say("verdict-lost") : parts.length ? parts.join(" · ") : status.services.length ? say("all-well") : say("nothing-watched");
  return html`<p class=${`verdict verdict-${state}`} data-test="verdict"><${Shape} state=${state}/>${text}</p>`;
}
