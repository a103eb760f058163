// Everything that is watched, with its checks: what the wall has no room for.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { say } from "/words.js";
import { Verdict } from "/header.js";
import { Services } from "/services.js";
import { Components, Troubles } from "/checks.js";
import { Incidents } from "/incidents.js";
import { Agents } from "/agents.js";
import { Watch } from "/watch.js";

const view = { opened: new Set() };

export const wants = ["values"];
export const title = () => `${say("menu-board")} · ${say("title")}`;

// What the address points to ("#incident-12", "#service-copaco") is brought into view once it is there.
function showAsked() {
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked.startsWith("incident-")) view.opened.add(Number(asked.slice("incident-".length)));
  return asked;
}

export class View extends Component {
  componentWillMount() {
    this.asked = showAsked();
  }

  componentDidMount() {
    if (this.asked) document.getElementById(this.asked)?.scrollIntoView({ block: "start" });
  }

  render({ ctx }) {
    const { status: s, now, store, draw } = ctx;
    const link = store.connection();
    const lost = link.kind === "collector" || link.kind === "dashboard";
    const toggle = (id) => {
      if (!view.opened.delete(id)) view.opened.add(id);
      draw();
    };
    const openIncident = (id) => {
      view.opened.add(id);
      draw();
      requestAnimationFrame(() => document.getElementById(`incident-${id}`)?.scrollIntoView({ block: "nearest" }));
    };
    return html`
      <${Verdict} status=${s} lost=${lost}/>
      <main class="live">
        <div class="left">
          <${Services} status=${s} now=${now} openIncident=${openIncident}/>
          <${Troubles} status=${s} now=${now}/>
        </div>
        <div class="right">
          <${Incidents} status=${s} now=${now} opened=${view.opened} toggle=${toggle}/>
          <${Watch} status=${s} now=${now}/>
          <${Agents} status=${s} now=${now}/>
        </div>
        <${Components} status=${s} now=${now} site=${new URLSearchParams(location.search).get("site")}/>
      </main>`;
  }
}
