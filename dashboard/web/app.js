// The frame of every page: who is here, what the institution's state is, which page is shown; one render a second (clocks
// run) and one whenever something new came.
import { render } from "/lib/preact.js";
import { html } from "/html.js";
import { ApiError } from "/api.js";
import { chosenLanguage, keepLanguage, lang, loadWords, say } from "/words.js";
import { Store } from "/store.js";
import { Session } from "/session.js";
import { Router } from "/router.js";
import { Dialogs } from "/ui.js";
import { Banners, Header } from "/header.js";
import { Alarm } from "/alarm.js";
import { DrillFrame, bindScreen } from "/screen.js";
import { isVisitor } from "/settings.js";
import { startSound } from "/sound.js";
import { reloadWhenCalm } from "/upgrade.js";

const TICK_MS = 1000;
const RETRY_MS = 2000;
const DAY_MS = 86400000;
const root = document.getElementById("board");
const store = new Store(draw);
const session = new Session(draw);
const router = new Router(context, draw);
let drawing = true; // until the words are there

function context() {
  return { store, session, status: store.status, now: store.now(), navigate: (path) => router.navigate(path), draw };
}

async function switchLanguage() {
  const next = lang() === "es" ? "en" : "es";
  await loadWords(next);
  keepLanguage(next);
  draw();
}

function Board() {
  const ctx = context();
  const { now, status } = ctx;
  const link = store.connection();
  const lost = link.kind === "collector" || link.kind === "dashboard";
  const { shown, trouble } = router;
  // Before visitors only what hides what they must not see (docs/OPERATIONS.md), and what leads to logging in.
  const hidden = shown && isVisitor() && shown.page.right && !shown.module.visitors;
  document.title = `${isVisitor() ? `${say("visitor")} · ` : ""}${shown && !hidden ? shown.module.title(ctx, shown.params) : say("title")}`;
  return html`
    <div class=${`board ${lost ? "is-lost" : ""} ${status && !status.real ? "is-drill" : ""}`} data-test="board" data-link=${link.kind}>
      <${Header} ctx=${ctx} switchLanguage=${switchLanguage}/>
      <${Alarm} ctx=${ctx}/>
      <${Banners} ctx=${ctx} store=${store} now=${now}/>
      ${trouble && html`<p class="starting" data-test="no-page">${say(`page-${trouble}`)}</p>`}
      ${hidden && html`<p class="starting" data-test="not-for-visitors">${say("not-for-visitors")}</p>`}
      ${shown && !hidden && (status || shown.page.bare
        ? html`<${shown.module.View} ctx=${ctx} params=${shown.params}/>`
        : html`<p class="starting" data-test="starting">${lost ? say("no-status-yet") : say("connecting")}</p>`)}
      ${status && html`<footer class="live"><span>${say("journal-head", { seq: status.head.seq, hash: status.head.hash.slice(0, 12) })}</span><span>${say("collector-version", { version: status.version })}</span></footer>`}
      <${DrillFrame} status=${status}/>
      <${Dialogs}/>
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

// Before it is known who is here nothing is shown, and it is asked until somebody answers.
async function whoIsHere() {
  while (!session.known) {
    try {
      await session.read();
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      root.firstChild.textContent = say("session-unknown");
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

await loadWords(chosenLanguage());
await whoIsHere();
root.textContent = "";
drawing = false;
store.refused = () => session.lost();
session.renewed = () => store.start();
if (session.may("view")) store.start();
bindScreen(draw);
startSound(draw);
setInterval(() => {
  draw();
  reloadWhenCalm(store, router.shown);
}, TICK_MS);
// A wall stays on for months: its cookie lasts anew from each time that it is asked for.
setInterval(() => session.account && session.renewProof().catch(() => {}), DAY_MS);
await router.start();
