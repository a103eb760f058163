// The sites as tiles, by kind. Everyone keeps its place, so that a place tells which one it is.
import { html } from "/html.js";
import { spanText } from "/time.js";
import { has, say, word } from "/words.js";
import { Shape, look } from "/shapes.js";
import { linkTo } from "/wall/nav.js";

const WORST = ["critical", "unreachable", "blind", "warning", "unknown", "unwatched", "ok"];
export const STEPS = 5;

// What all names of a group begin with, in whole words: "CATD 01", "CATD 02" are shown as 01 and 02 under CATD.
function commonStart(names) {
  if (names.length < 2) return "";
  const words = names[0].split(" ");
  let n = 0;
  while (n < words.length - 1 && names.every((name) => name.split(" ").length > n + 1 && name.split(" ")[n] === words[n])) n++;
  return words.slice(0, n).join(" ");
}

export function groups(sites) {
  const by = new Map();
  for (const s of sites) {
    const kind = s.kind || "other";
    if (!by.has(kind)) by.set(kind, []);
    by.get(kind).push(s);
  }
  // Kinds of which there is one site stand together: their names tell them apart.
  const single = [...by].filter(([, list]) => list.length === 1);
  const many = [...by].filter(([, list]) => list.length > 1);
  const kindName = (kind, start) => (has("site-kind", kind) ? word("site-kind", kind) : start || kind);
  const all = many.map(([kind, list]) => {
    const start = commonStart(list.map((s) => s.name));
    return { kind, list, start, name: kindName(kind, start) };
  });
  if (single.length > 0) all.splice(1, 0, { kind: "single", list: single.flatMap(([, list]) => list), start: "", name: single.map(([kind, list]) => kindName(kind, list[0].name)).join(" · ") });
  return all;
}

export function siteWord(site) {
  if (site.silent > 0 && site.cause === "link-cut") return word("site", "link-cut");
  return word("site", site.state);
}

function details(site, now) {
  const parts = [];
  if (site.since !== null && site.state !== "ok") parts.push(say("ago", { span: spanText(now - site.since) }));
  if (site.failing) parts.push(say("wall-site-failing", { n: site.failing, of: site.components }));
  if (site.unseen) parts.push(say("wall-site-unseen", { n: site.unseen, of: site.components }));
  if (site.silent) parts.push(`${say("wall-site-silent", { n: site.silent })}: ${word("cause", site.cause)}`);
  return parts.join(" · ");
}

// What is left out for the eye is there for the ear (class "unseen"), and under the pointer.
function Tile({ site, start, now, small, bare }) {
  const name = start ? site.name.slice(start.length + 1) : site.name;
  const more = details(site, now);
  return html`
    <a class=${`wall-site look-${look(site.state)} ${bare ? "is-bare" : ""} ${small ? "is-small" : ""}`} href=${linkTo("site", site.id)} data-nav data-test="site" data-id=${site.id} data-state=${site.state} title=${more ? `${site.name}: ${more}` : undefined}>
      <span class="name"><${Shape} state=${site.state}/>${start && html`<span class="unseen">${start} </span>`}<b>${name}</b>${!start && !bare && site.components > 1 && site.failing + site.unseen > 0 && html`<span class="parts">${site.components - site.failing - site.unseen}/${site.components}</span>`}</span>
      <span class=${bare ? "unseen" : "word"}>${siteWord(site)}</span>
      ${more && html`<span class="unseen">${more}</span>`}
    </a>`;
}

function Group({ group, now, level }) {
  const well = group.list.filter((s) => s.state === "ok");
  const ill = group.list.filter((s) => s.state !== "ok").sort((a, b) => WORST.indexOf(a.state) - WORST.indexOf(b.state));
  const counted = level >= 3 && group.list.length > 6;
  const shown = counted ? ill.slice(0, level >= 5 ? 4 : level >= 4 ? 9 : 99) : group.list;
  const rest = counted ? ill.slice(shown.length) : [];
  const by = new Map();
  for (const s of rest) by.set(s.state, (by.get(s.state) ?? 0) + 1);
  return html`
    <div class=${`wall-group ${group.kind === "single" ? "" : "is-wide"}`} data-test="site-group" data-kind=${group.kind}>
      <h3>${group.name}${group.list.length > 1 && html`<span class="count">${well.length}/${group.list.length} ${word("site", "ok")}</span>`}</h3>
      <div class="tiles">${shown.map((s) => html`<${Tile} key=${s.id} site=${s} start=${group.start} now=${now} small=${level >= 1} bare=${level >= 1 && s.state === "ok"}/>`)}
</div>
      ${counted && html`<p class="wall-rest">
        ${rest.length > 0 && html`<span class="wall-more" data-test="sites-more">${say("and-more", { n: rest.length })}: ${[...by].map(([state, n]) => `${n} ${word("site", state)}`).join(", ")}</span>`}
        ${well.length > 0 && html`<span class="wall-more" data-test="sites-well">${well.length} ${word("site", "ok")}</span>`}</p>`}
    </div>`;
}

export function Sites({ status, now, level }) {
  const sites = status.sites ?? [];
  const ill = sites.filter((s) => s.state !== "ok").length;
  return html`
    <section class="wall-sites" aria-labelledby="h-sites" data-test="sites" data-ill=${ill}>
      <h2 id="h-sites">${say("sites")}<span class="count">${sites.length === 0 ? say("wall-no-sites") : ill === 0 ? say("wall-sites-well", { n: sites.length }) : say("wall-sites-ill", { n: ill, of: sites.length })}</span></h2>
      <div class=${`groups ${level >= 2 ? "is-tight" : ""}`}>${groups(sites).map((g) => html`<${Group} key=${g.kind} group=${g} now=${now} level=${level}/>`)}</div>
    </section>`;
}
