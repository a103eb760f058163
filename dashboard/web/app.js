// The board: one store, one render a second (clocks run) and one whenever something new came.
import { render } from "/lib/preact.js";
import { html } from "/html.js";
import { chosenLanguage, keepLanguage, lang, loadWords, say } from "/words.js";
import { Store } from "/store.js";
import { Banners, Header, Verdict } from "/header.js";
import { Services } from "/services.js";
import { Components, Troubles } from "/checks.js";
import { Incidents } from "/incidents.js";
import { Agents } from "/agents.js";
import { Watch } from "/watch.js";
import { Graph } from "/graph.js";

const TICK_MS = 1000;
const root = document.getElementById("board");
const store = new Store(draw);
const view = { check: null, opened: new Set() };
let drawing = false;

async function switchLanguage() {
  const next = lang() === "es" ? "en" : "es";
  await loadWords(next);
  keepLanguage(next);
  draw();
}

function toggle(id) {
  if (!view.opened.delete(id)) view.opened.add(id);
  draw();
}

function openIncident(id) {
  view.opened.add(id);
  draw();
  requestAnimationFrame(() => document.getElementById(`incident-${id}`)?.scrollIntoView({ block: "nearest" }));
}

function openGraph(check) {
  view.check = check;
  draw();
}

function findCheck(status, id) {
  for (const component of status.components) {
    const check = component.checks.find((c) => c.id === id);
    if (check) return { component, check };
  }
  return null;
}

function Board() {
  const s = store.status;
  const now = store.now();
  const link = store.connection();
  const lost = link.kind === "collector" || link.kind === "dashboard";
  const shown = s && view.check !== null ? findCheck(s, view.check) : null;
  return html`
    <div class=${`board ${lost ? "is-lost" : ""}`} data-test="board" data-link=${link.kind}>
      <${Header} store=${store} now=${now} switchLanguage=${switchLanguage}/>
      <${Banners} store=${store} now=${now}/>
      ${s
        ? html`
          <${Verdict} status=${s} lost=${lost}/>
          <main class="live">
            <div class="left">
              <${Services} status=${s} now=${now} openIncident=${openIncident}/>
              <${Troubles} status=${s} now=${now} openGraph=${openGraph}/>
            </div>
            <div class="right">
              <${Incidents} status=${s} now=${now} opened=${view.opened} toggle=${toggle}/>
              <${Watch} status=${s} now=${now}/>
              <${Agents} status=${s} now=${now}/>
            </div>
            <${Components} status=${s} now=${now} openGraph=${openGraph}/>
          </main>
          <footer class="live"><span>${say("journal-head", { seq: s.head.seq, hash: s.head.hash.slice(0, 12) })}</span><span>${say("collector-version", { version: s.version })}</span></footer>`
        : html`<p class="starting" data-test="starting">${lost ? say("no-status-yet") : say("connecting")}</p>`}
      ${shown && html`<${Graph} key=${view.check} check=${shown.check} component=${shown.component} store=${store} close=${() => openGraph(null)}/>`}
    </div>`;
}

// Whatever came within one frame is drawn once.
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    render(html`<${Board}/>`, root);
  });
}

await loadWords(chosenLanguage());
root.textContent = "";
document.title = say("title");
store.start();
setInterval(draw, TICK_MS);
draw();
