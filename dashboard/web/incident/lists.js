// The checklists of a declared incident, to be worked through: what is next, what is late, who did what and when.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { hasRight } from "/incident/acts.js";
import { mayRow, posts, serviceText, whyNotText } from "/incident/data.js";
import { deed } from "/incident/deed.js";

function Task({ ctx, data, list, task, now, names }) {
  const open = task.state === "open";
  const next = list.next === task.n;
  const row = mayRow(data, "check", { n: task.n, service: list.service });
  const note = open ? "" : data.timeline.find((e) => e.seq === task.entry)?.body.note ?? "";
  const does = (what) => deed(ctx, data, "check", { args: { n: task.n, what, service: list.service }, of: `${task.n}: ${task.do}`, service: list.service });
  return html`
    <li class=${`inc-task ${open ? "" : "is-done"} ${next ? "is-next" : ""} ${next && list.overdue ? "is-late" : ""}`} data-test="task" data-n=${task.n} data-state=${task.state} aria-current=${next ? "step" : undefined}>
      <span class="inc-n">${task.n}</span>
      <div><p>${task.do}</p>
        <p class="inc-by">${task.by ? say("inc-task-by", { who: task.by }) : ""}${next ? html` <b>${list.overdue ? say("inc-task-late", { at: momentText(list.due, now) }) : list.due ? say("inc-task-due", { at: momentText(list.due, now), in: spanText(list.due - now) }) : say("inc-task-next")}</b>` : ""}</p>
        ${!open && html`<p class="inc-done">${word("what", task.state)} · ${names.get(task.person) ?? task.person} · ${momentText(task.at, now)}${task.recorded_by && task.recorded_by !== task.person ? ` · ${say("inc-written-by", { who: names.get(task.recorded_by) ?? task.recorded_by })}` : ""}${note ? ` · «${note}»` : ""}</p>`}
        ${open && row?.allowed === false && next && html`<p class="inc-why">${whyNotText(row)}</p>`}</div>
      ${open && hasRight(ctx.session, "check") && html`<p class="inc-ticks">${(task.question ? ["yes", "no"] : ["done"]).concat("skip").map((what) => html`<button type="button" class=${what === "skip" ? "" : "main"} data-test=${`check-${what}`} onClick=${() => does(what)}>${word("inc-tick", what)}</button>`)}</p>`}
    </li>`;
}

export function Checklists({ ctx, data, now }) {
  const lists = data.brief?.checklists ?? [];
  const names = posts(ctx.status, data);
  if (lists.length === 0) return html`<p class="none">${say("inc-no-lists")}</p>`;
  return lists.map((c) => html`
    <article class="inc-list" data-test="checklist" data-service=${c.service}>
      <h3>${c.name}<span>${serviceText(ctx.status, data, c.service)} · ${say("inc-n-of-m", { n: c.done, m: c.activities })}</span></h3>
      <progress max=${c.activities} value=${c.done} aria-label=${say("inc-n-of-m", { n: c.done, m: c.activities })}></progress>
      <ol>${c.tasks.map((t) => html`<${Task} key=${t.n} ctx=${ctx} data=${data} list=${c} task=${t} now=${now} names=${names}/>`)}</ol>
    </article>`);
}
