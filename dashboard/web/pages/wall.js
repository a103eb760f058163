// The wall: one page for a whole day, everything at once, nothing that turns. What does not fit is told shorter (wall/fit.js), never left out.
import { html } from "/html.js";
import { spanText } from "/time.js";
import { say } from "/words.js";
import { Verdict } from "/header.js";
import { openIncidents } from "/store.js";
import { Fit } from "/wall/fit.js";
import { startNav } from "/wall/nav.js";
import { STEPS as SERVICE_STEPS, Services, isAtEase } from "/wall/services.js";
import { STEPS as SITE_STEPS, Sites } from "/wall/sites.js";
import { STEPS as INCIDENT_STEPS, Incidents } from "/wall/incidents.js";
import { Cuts } from "/wall/cuts.js";
import { Day, Watch, rows } from "/wall/watch.js";
import { bind } from "/keys.js";
import { lang } from "/words.js";

export const words = "wall";
export const styles = ["/pages/wall.css"];
export const visitors = true;
export const title = (ctx) => {
  const open = ctx.status ? openIncidents(ctx.status).length : 0;
  return `${open ? `(${open}) ` : ""}${say("menu-wall")} · ${say("title")}`;
};

export function opened() {
  document.documentElement.dataset.page = "wall";
  const ends = [startNav(), bind("← ↑ ↓ →", "key-arrows"), bind("Enter", "key-enter")];
  return () => {
    delete document.documentElement.dataset.page;
    for (const end of ends) end();
  };
}

// While these stay the same, nothing of a column can have become shorter.
const signature = {
  services: (s) => s.services.map((x) => `${x.id} ${x.state} ${isAtEase(x)} ${x.clock !== null} ${x.incident}`).join(),
  sites: (s) => `${(s.sites ?? []).map((x) => `${x.id} ${x.state}`).join()} ${(s.cuts ?? []).map((c) => c.state + c.mirrors.map((m) => m.state).join()).join()}`,
  incidents: (s, now) => `${s.incidents.map((i) => `${i.id} ${i.state} ${i.exhausted} ${i.calls.map((c) => c.state).join()} ${(i.answers ?? []).length}`).join()} ${rows(s, now).map((r) => r.what + r.state).join()} ${(s.tasks ?? []).length}`,
};

export function View({ ctx }) {
  const { status: s, now, store } = ctx;
  const link = store.connection();
  const lost = link.kind === "collector" || link.kind === "dashboard";
  return html`
    <main class="wall" data-test="wall">
      <div class="wall-top"><${Verdict} status=${s} lost=${lost}/><${Day} status=${s} now=${now}/></div>
      <div class="wall-body">
        <${Fit} name="services" steps=${SERVICE_STEPS} signature=${lang() + signature.services(s)} draw=${(level) => html`<${Services} status=${s} now=${now} level=${level}/>`}/>
        <${Fit} name="sites" steps=${SITE_STEPS} signature=${lang() + signature.sites(s)} draw=${(level) => html`<${Sites} status=${s} now=${now} level=${level}/><${Cuts} status=${s} now=${now} level=${level}/>`}/>
        <${Fit} name="incidents" steps=${INCIDENT_STEPS} signature=${lang() + signature.incidents(s, now)} draw=${(level) => html`<${Incidents} status=${s} now=${now} level=${level}/><${Watch} status=${s} now=${now} level=${level}/>`}/>
      </div>
      ${lost && html`<p class="wall-stale" data-test="stale"><b>${say("wall-stale", { span: spanText(now - (s.now ?? now)) })}</b></p>`}
    </main>`;
}
