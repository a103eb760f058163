// States (and loss) along the time of a chart, one line for each place that looks: told by colour, by height and by the words of the key.
import { html } from "/html.js";
import { momentText } from "/time.js";
import { say, word } from "/words.js";
import { lossRuns, runs } from "/chart/data.js";

const HEIGHTS = { ok: 3, blind: 6, warning: 8, critical: 12, some: 4, much: 8, most: 12 };

function Line({ label, list, start, end, describe }) {
  const at = (t) => Math.max(0, Math.min(1000, ((t - start) / (end - start)) * 1000));
  return html`<div class="net-strip"><span class="net-strip-name" title=${label}>${label}</span>
    <svg viewBox="0 0 1000 12" preserveAspectRatio="none" role="img" aria-label=${`${label}: ${describe}`}>
      ${list.map((r) => html`<rect key=${r.from} class=${`net-run net-${r.state}`} x=${at(r.from)} width=${Math.max(0.8, at(r.to) - at(r.from))} y=${12 - HEIGHTS[r.state]} height=${HEIGHTS[r.state]}/>`)}
    </svg></div>`;
}

function describe(list, now) {
  const bad = list.filter((r) => r.state !== "ok");
  if (list.length === 0) return say("strip-nothing");
  if (bad.length === 0) return say("strip-all-ok");
  return bad.slice(0, 12).map((r) => say("strip-run", { state: word("state", r.state), from: momentText(r.from, now), to: momentText(r.to, now) })).join("; ");
}

export function Strips({ list, start, end, now, loss }) {
  return html`<div class="net-strips" data-test="strips">
    ${list.map((s) => {
      const states = runs(s);
      const lost = lossRuns(s);
      return html`<${Line} key=${s.from} label=${s.from} list=${states} start=${start} end=${end} describe=${describe(states, now)}/>
        ${loss && html`<${Line} key=${`loss-${s.from}`} label=${word("value", "loss")} list=${lost} start=${start} end=${end} describe=${say(lost.length ? "loss-runs" : "loss-none", { n: lost.length })}/>`}`;
    })}
    <p class="net-key"><span class="net-k net-ok">${word("state", "ok")}</span><span class="net-k net-warning">${word("state", "warning")}</span><span class="net-k net-critical">${word("state", "critical")}</span><span class="net-k net-blind">${word("state", "blind")}</span><span class="net-k net-none">${say("hole")}</span>
      ${loss && html`<span class="net-k net-some">${say("loss-some")}</span><span class="net-k net-much">${say("loss-much")}</span><span class="net-k net-most">${say("loss-most")}</span>`}</p>
  </div>`;
}
