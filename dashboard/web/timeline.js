// The journal's entries in plain words. The sentence of each kind is in words/timeline.es.json and .en.json ("entry"),
// with the members of its body in braces; here the members become readable.
import { momentText, spanText } from "/time.js";
import { has, loadArea, word } from "/words.js";
import { componentName, serviceName, whyText } from "/store.js";

await loadArea("timeline"); // whoever shows a timeline has its words; all others need not fetch them

const TIMES = ["began", "not_before", "breach_at", "restored", "due", "expires", "repeat_at", "last", "last_seen", "silent_since", "good", "until"];
const SPANS = ["outage", "rto", "exposed"];

function checkName(status, id) {
  if (!id) return "—";
  const cut = id.lastIndexOf(":");
  return cut < 0 ? componentName(status, id) : `${componentName(status, id.slice(0, cut))} (${id.slice(cut + 1)})`;
}

function member(name, value, kind, status, posts, now) {
  if (value === null || value === undefined || value === "") return "—";
  if (TIMES.includes(name)) return momentText(value, now);
  if (SPANS.includes(name)) return spanText(value);
  switch (name) {
    case "from":
    case "to":
      if (kind === "clock.corrected") return momentText(value, now);
      if (kind === "incident.state") return word("incident", value);
      if (kind === "agent.cause") return word("cause", value);
      return kind.endsWith(".state") ? word("state", value) : value;
    case "step":
      return kind === "clock.stepped" ? spanText(Math.abs(value)) : value + 1;
    case "service":
      return serviceName(status, value);
    case "component":
    case "root":
      return componentName(status, value);
    case "cause":
      if (kind === "service.exposed") return componentName(status, value);
      return kind === "incident.cause" ? word("cause", value) : checkName(status, value);
    case "check":
      return checkName(status, value);
    case "sites":
      return value.length > 0 ? value.join(", ") : "—";
    case "by":
    case "next":
      return value.map((c) => componentName(status, c)).join(", ");
    case "outcome":
      return word("outcome", value);
    case "reason": /* of an agent's gap: its start, a blank, and why */
      return whyText(value.slice(value.indexOf(" ") + 1));
    case "what":
      return has("what", value) ? word("what", value) : value;
    case "why":
      return whyText(value);
    case "state":
      return word("state", value);
    case "incident_kind":
      return word("incident-kind", value);
    case "kind":
      return word("call-kind", value);
    case "act":
      return word("act", value);
    case "proof":
      return word("proof", value);
    case "person":
    case "recorded_by":
      return posts.get(value) ?? value;
    case "maybe_duplicate":
    case "drill":
    case "estimated":
      return value ? word("mark", name) : "";
    default:
      return String(value);
  }
}

// "call.sent" names only the call; whom it went to stands in its intent.
function withCall(entry, intents) {
  const intent = entry.body.call === undefined ? undefined : intents.get(entry.body.call);
  return intent ? { ...intent.body, ...entry.body } : entry.body;
}

export function entryText(entry, status, calls, entries) {
  const now = status.now;
  if (!has("entry", entry.kind)) return entry.kind;
  const posts = new Map(calls.filter((c) => c.post).map((c) => [c.person, c.post]));
  const intents = new Map(entries.filter((e) => e.kind === "call.intent").map((e) => [e.seq, e]));
  const body = withCall(entry, intents);
  const text = word("entry", entry.kind).replace(/\{(\w+)\}/g, (_, name) => member(name, body[name], entry.kind, status, posts, now));
  const marks = ["maybe_duplicate", "drill", "estimated"].filter((m) => body[m] === true).map((m) => word("mark", m));
  const note = entry.body.note ? ` «${entry.body.note}»` : "";
  return text + note + (marks.length ? ` [${marks.join(", ")}]` : "");
}
