// What waits for the person who is logged in, from the status alone: calls that nobody has answered, words of theirs that another
// wrote down, signatures, decisions of their seats, improvements, calls by hand, reports to look at. The most urgent first.
import { openIncidents } from "/store.js";

const UNANSWERED = ["pending", "sent", "unknown", "received", "expired"];
// Calls that inform and wait for no answer (docs/API.md "Messages").
const INFORMS = ["update", "up", "not-observed", "false-alarm", "closed", "drill-over", "due", "silence-ending", "silence-ended"];

const onDuty = (s, person, level) => (s.duty ?? []).some((d) => d.level === level && d.people.some((p) => p.person === person));
const holdsSeat = (s, person) => (s.duty ?? []).some((d) => d.people.some((p) => p.person === person));

function decisions(s, i, me, out) {
  const level1 = onDuty(s, me, 1);
  if (level1 && i.ratification?.state === "pending" && !i.ratification.by.includes(me)) out.push({ kind: "ratify", incident: i, due: i.ratification.due });
  if (level1 && !i.declared_by && i.state === "activation-asked" && !i.authorised.includes(me)) out.push({ kind: "decide", incident: i, due: null });
  if (!onDuty(s, me, 2) || i.declared_by) return;
  if (i.authorised.length >= i.quorum && i.authorised.length > 0) out.push({ kind: "declare", incident: i, due: null });
  else if (["shut", "held"].includes(i.gate?.state) && i.confirmed !== null && i.restored === null) out.push({ kind: "convene", incident: i, due: i.gate.until });
}

// Each { kind, key, incident?, due?, ... }.
export function waitingFor(s, session) {
  const me = session.account?.person;
  const out = [];
  if (!s || !me) return out;
  for (const i of openIncidents(s)) {
    const calls = i.calls.filter((c) => c.person === me && !INFORMS.includes(c.kind));
    const last = calls.filter((c) => c.kind !== "order").at(-1);
    const order = calls.filter((c) => c.kind === "order").at(-1);
    if (order && UNANSWERED.includes(order.state) && (i.orders ?? []).some((o) => o.state === "waiting")) out.push({ kind: "order", incident: i, call: order, order: i.orders.filter((o) => o.state === "waiting").at(-1), due: i.orders.at(-1).due });
    if (last && UNANSWERED.includes(last.state)) out.push({ kind: "call", incident: i, call: last, due: null });
    decisions(s, i, me, out);
    for (const deed of i.to_confirm ?? []) {
      if (deed.person === me) out.push({ kind: "said", incident: i, deed, due: deed.due });
      else if (deed.recorded_by !== me && session.may("operate") && holdsSeat(s, me)) out.push({ kind: "said-other", incident: i, deed, due: deed.due });
    }
    if (i.kind === "reported" && i.state === "suspect" && session.may("operate")) out.push({ kind: "report", incident: i, due: null });
  }
  for (const w of s.silences ?? []) {
    if (w.state === "unsigned" && session.may("operate") && w.owner !== me && w.asked_by !== me && (w.needs === "level-2" ? onDuty(s, me, 2) : holdsSeat(s, me))) out.push({ kind: "sign", silence: w, due: w.until });
  }
  for (const d of s.debts ?? []) if (d.person === me) out.push({ kind: "debt", debt: d, due: d.due });
  const tasks = freeTasks(s);
  if (session.may("operate") && tasks.length) out.push({ kind: "tasks", n: tasks.length, due: tasks[0].due });
  const order = ["decide", "declare", "ratify", "convene", "call", "order", "tasks", "said", "sign", "report", "said-other", "debt"];
  return out.map((x) => ({ ...x, key: `${x.kind}-${x.incident?.id ?? ""}-${x.deed?.entry ?? x.silence?.id ?? x.debt?.entry ?? ""}` })).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

export const freeTasks = (s) => (s?.tasks ?? []).filter((t) => t.taken_by === null);

// What stands beside an entry of the menu.
export function menuCount(path, { status, session }) {
  if (!status) return 0;
  if (path === "inbox") return waitingFor(status, session).length;
  if (path === "calls") return freeTasks(status).length;
  if (path === "debts") return (status.debts ?? []).filter((d) => d.overdue).length;
  return path === "windows" ? (status.silences ?? []).filter((w) => w.state === "unsigned").length : 0;
}
