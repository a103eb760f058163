// The publication cuts of a jornada: the last, the next with its countdown, three per hour kept or not, the mirrors.
import { html } from "/html.js";
import { clockText, momentText, runningText } from "/time.js";
import { say, word } from "/words.js";
import { Shape } from "/shapes.js";
import { DETAIL, linkTo } from "/wall/nav.js";

// A cut's state tells its look by the looks of all other states.
const LOOK = { waiting: "unknown", due: "warning", complete: "ok", over: "ok", late: "critical", missing: "critical", inconsistent: "critical", blind: "blind" };

function Source({ source }) {
  return html`<span class=${`wall-source look-${LOOK[source.state]}`} data-test="cut-source" data-state=${source.state}><${Shape} state=${LOOK[source.state]}/>${word("cut-of", source.name)}${source.state === "complete" ? "" : ` ${word("cut", source.state)}`}</span>`;
}

function mirrorsText(mirrors) {
  const ill = mirrors.filter((m) => m.state !== "complete" && m.state !== "waiting" && m.state !== "due");
  const good = mirrors.length - ill.length;
  const names = ill.slice(0, 4).map((m) => `${m.name.split("/")[0]} ${word("cut", m.state)}`).join(", ");
  return { text: say("wall-mirrors", { n: good, of: mirrors.length }), names: names + (ill.length > 4 ? ` ${say("and-more", { n: ill.length - 4 })}` : ""), state: ill.some((m) => m.state !== "blind") ? "critical" : ill.length ? "blind" : "ok" };
}

// Kept, still possible, or lost: those to come before the hour ends are counted in, and the one that is due.
export function hourLook(cut) {
  const { published, needed, from } = cut.hour;
  if (needed === 0 || published >= needed) return "ok";
  const every = cut.next_due !== null && cut.due !== null ? cut.next_due - cut.due : 0;
  let possible = published + (!cut.published && cut.due !== null && cut.due >= from ? 1 : 0);
  for (let t = cut.next_due ?? Infinity; t < from + 3600; t += every || Infinity) possible++;
  return possible < needed ? "critical" : "unknown";
}

function Series({ cut, now, level }) {
  const mirrors = mirrorsText(cut.mirrors);
  const left = cut.next_due === null ? null : cut.next_due - now;
  const hour = hourLook(cut);
  return html`
    <a class=${`wall-cut look-${LOOK[cut.state]}`} href=${cut.of.length ? linkTo("check", cut.of[0].check) : DETAIL} data-nav data-test="cut" data-id=${cut.id} data-state=${cut.state}>
      <span class="head"><span class=${`state look-${LOOK[cut.state]}`}><${Shape} state=${LOOK[cut.state]}/><b>${word("cut", cut.state)}</b></span><b class="name">${cut.name}</b>
        <span class="number">${say("wall-cut-number", { n: cut.number, of: cut.count })}</span></span>
      <span class="figures">
        <span><small>${say("wall-cut-last")}</small><b data-test="cut-last">${cut.last_published === null ? "—" : momentText(cut.last_published, now)}</b></span>
        <span><small>${left === null ? say("wall-cut-none") : say("wall-cut-next", { at: clockText(cut.next_due) })}</small><b class="wall-count" data-test="cut-next">${left === null ? "—" : left < 0 ? `−${runningText(-left)}` : runningText(Math.ceil(left))}</b></span>
        <span class=${`look-${hour}`} data-test="cut-hour" data-look=${hour}><small>${say("wall-cut-hour")}</small><b>${hour !== "unknown" && html`<${Shape} state=${hour}/> `}${say("wall-of", { n: cut.hour.published, of: cut.hour.needed })}</b></span>
        ${(cut.missing_count > 0 || cut.unseen_count > 0) && html`<span class="look-critical" data-test="cut-missing"><small>${say("wall-cut-lost")}</small><b>${cut.missing_count}${cut.unseen_count ? ` + ${cut.unseen_count} ${word("cut", "blind")}` : ""}</b></span>`}
      </span>
      ${level < 5 && html`<span class="sources">${cut.of.map((s) => html`<${Source} key=${s.check} source=${s}/>`)}
        ${cut.mirrors.length > 0 && html`<span class=${`wall-source look-${mirrors.state}`} data-test="cut-mirrors"><${Shape} state=${mirrors.state}/>${mirrors.text}${mirrors.names && ` · ${mirrors.names}`}</span>`}</span>`}
    </a>`;
}

export function Cuts({ status, now, level }) {
  const cuts = status.cuts ?? [];
  if (cuts.length === 0) return null;
  return html`<section class="wall-cuts" aria-labelledby="h-cuts"><h2 id="h-cuts">${say("wall-cuts")}</h2>${cuts.map((c) => html`<${Series} key=${c.id} cut=${c} now=${now} level=${level}/>`)}</section>`;
}
