// One incident as its pages see it: what the collector answered last, asked for again whenever the journal has grown.
import { Component } from "/lib/preact.js";
import { get } from "/api.js";
import { ENDED, serviceName } from "/store.js";
import { has, word } from "/words.js";

// The address of what is asked: `person`'s own rights come with it, `hand` would write it down for them, `people`: who may at all.
export function incidentPath(id, { person = null, hand = null, people = false } = {}) {
  const query = new URLSearchParams();
  if (person) query.set("as", person);
  if (hand) query.set("recorded_by", hand);
  if (people) query.set("may", "1");
  return `/api/v1/incidents/${encodeURIComponent(id)}${query.size ? `?${query}` : ""}`;
}

// Draws children({ data, error, reload }). A folio may be given again some day: once the incident is known it is asked for by its id.
export class WithIncident extends Component {
  state = { data: null, error: null, at: null };
  asked = null; // the id
  running = false;

  componentDidMount() {
    this.load();
  }

  componentDidUpdate(before) {
    const { id, head, person } = this.props;
    if (before.id !== id) {
      this.asked = null;
      this.setState({ data: null, error: null });
    }
    if (before.head !== head || before.person !== person || before.id !== id) this.load();
  }

  componentWillUnmount() {
    this.gone = true;
  }

  load = async () => {
    if (this.running) {
      this.again = true;
      return;
    }
    this.running = true;
    do {
      this.again = false;
      const { id, person, people } = this.props;
      try {
        const data = await get(incidentPath(this.asked ?? id, { person, people }));
        if (!this.gone && id === this.props.id) {
          this.asked = data.id;
          this.setState({ data, error: null, at: Date.now() / 1000 });
        }
      } catch (error) {
        if (!this.gone) this.setState({ error });
      }
    } while (this.again && !this.gone);
    this.running = false;
  };

  render({ children }, { data, error }) {
    return children({ data, error, reload: this.load });
  }
}

export const isOver = (data) => ENDED.includes(data.state);

// id of a person -> the post, as far as anything that is known names it.
export function posts(status, data) {
  const map = new Map();
  const take = (person, post) => person && post && map.set(person, post);
  for (const seat of status.duty ?? []) for (const p of seat.people) take(p.person, p.post);
  for (const c of data.calls ?? []) take(c.person, c.post);
  for (const p of data.brief?.people ?? []) take(p.person, p.post);
  for (const d of data.brief?.done ?? []) take(d.person, d.post);
  for (const a of data.may?.acts ?? []) for (const p of a.people) take(p.person, p.post);
  return map;
}

export const serviceText = (status, data, id) => data.brief?.services.find((s) => s.id === id)?.name ?? serviceName(status, id);
export const servicesText = (status, data) => data.services.map((s) => serviceText(status, data, s)).join(", ");

// What the rules say to an act for whom was asked: the row, or null where nothing is known (an incident that has left memory).
export function mayRow(data, act, { what = null, n = null, entry = null, service = null } = {}) {
  const fits = (a) => a.act === act && (what === null || a.what === null || a.what === what) && (n === null || a.n === n) && (entry === null || a.entry === entry) && (service === null || a.service === service);
  return data.may?.acts.find(fits) ?? null;
}

// Why not, in the reader's language; the collector's own sentence where it names things.
export const whyNotText = (row) => (row.why && has("refused", row.why) ? word("refused", row.why) : row.text ?? "");

// What moved under somebody's hands: null, or { from, to } as words of `moved`.
export function moved(before, now) {
  if (!now) return { gone: true };
  if (now.merged_into && now.merged_into !== before.merged_into) return { merged: now.merged_into };
  if (now.state !== before.state) return { from: before.state, to: now.state };
  if (now.episode !== before.episode) return { episode: now.episode };
  if (now.real !== before.real) return { real: now.real };
  return null;
}
