// The acts of an incident as its pages offer them. Who may is the collector's to say (`may`); here stands only what a person is asked for.
// right: docs/PEOPLE.md "Rights". note: "wanted", "optional". heavy: the folio is typed and the button held. voice: can be written down for
// another. others: it always stands under another's name. event: the journal's kind, where it is not "act.NAME".
export const ACTS = {
  ack: { right: "report", note: "optional", event: "ack.given", voice: true },
  attend: { right: "report", note: "optional", event: "ack.given", voice: true },
  pass: { right: "report", note: "optional", event: "ack.given", voice: true },
  note: { right: "report", note: "wanted" },
  entry: { right: "report", note: "wanted" },
  "confirm-order": { right: "report", note: "optional", event: "order.confirmed", voice: true },
  convene: { right: "decide", note: "optional", heavy: true, voice: true },
  wait: { right: "decide", note: "optional", heavy: true, voice: true },
  authorize: { right: "decide", note: "optional", heavy: true, voice: true },
  declare: { right: "decide", note: "optional", heavy: true, voice: true },
  ratify: { right: "decide", note: "optional", heavy: true, voice: true },
  decline: { right: "decide", note: "wanted", heavy: true, voice: true },
  "false-alarm": { right: "decide", note: "wanted", heavy: true, voice: true, others: true },
  order: { right: "decide", note: "wanted", heavy: true, voice: true },
  adopt: { right: "decide", note: "wanted", heavy: true },
  close: { right: "decide", note: "optional", heavy: true, voice: true },
  "final-report": { right: "decide", note: "optional", fields: ["ref"] },
  works: { right: "operate", note: "wanted", fields: ["at"], event: "act.restore", voice: true },
  resume: { right: "operate", note: "optional", fields: ["at"], heavy: true, voice: true },
  return: { right: "operate", note: "optional", fields: ["at"], voice: true },
  "confirm-report": { right: "operate", note: "optional", voice: true },
  classify: { right: "operate", note: "optional", fields: ["class"] },
  complete: { right: "operate", note: "optional" },
  merge: { right: "operate", note: "optional", heavy: true, fields: ["other-incident!"] },
  check: { right: "operate", note: "optional", event: "checklist.step", voice: true },
  action: { right: "operate", note: "optional" },
  escalate: { right: "operate", note: "wanted", heavy: true },
  confirm: { right: "report", note: "optional" },
  dispute: { right: "report", note: "wanted" },
  "no-drill": { right: "operate", note: "optional", heavy: true },
};

export const eventOf = (act) => ACTS[act].event ?? `act.${act}`;

// May this account act, by its role? Writing down what another said is a right of its own.
export const hasRight = (session, act, forAnother = false) => session.may(forAnother ? "operate" : ACTS[act].right);

// The entry by which an act is on record: the newest of its kind behind `after`, under that name, with that note. Null: none.
export function findRecorded(timeline, { act, after, person, note }) {
  const fits = (e) => e.seq > after && e.kind === eventOf(act) && e.body.person === person && (e.body.note ?? "") === (note ?? "");
  return timeline.findLast(fits) ?? null;
}
