// What has changed in a status, applied to the one before (docs/API.md "On the dashboard" tells the form, dashboard/delta.h who
// writes it). Nothing is changed in place: what did not change is the very same object afterwards, so a page may compare by ===.
// Throws when the patch does not fit; whoever gets that fetches the whole.

const isObject = (x) => x !== null && typeof x === "object" && !Array.isArray(x);

function misfit(what) {
  throw new RangeError(`the difference does not fit: ${what}`);
}

function members(old, patch) {
  const next = { ...old };
  for (const [key, part] of Object.entries(patch)) {
    if (key === "-") for (const gone of part) delete next[gone];
    else next[key] = applied(Object.hasOwn(old, key) ? old[key] : undefined, part);
  }
  return next;
}

function places(old, patch) {
  const next = [...old];
  for (const [place, part] of Object.entries(patch["%"])) {
    if (!(place in old)) misfit(`no place ${place}`);
    next[place] = applied(old[place], part);
  }
  return next;
}

function elements(old, patch) {
  const known = new Map(old.map((e) => [String(e.id), e]));
  for (const [id, part] of Object.entries(patch["@"] ?? {})) {
    if (!known.has(id)) misfit(`no element ${id}`);
    known.set(id, applied(known.get(id), part));
  }
  for (const id of patch["-"] ?? []) if (!known.delete(id)) misfit(`no element ${id}`);
  for (const e of patch["+"] ?? []) known.set(String(e.id), e);
  if (!patch["#"]) return [...known.values()];
  return patch["#"].map((id) => known.get(id) ?? misfit(`no element ${id}`));
}

export function applied(old, patch) {
  if (!isObject(patch)) return patch;
  if ("=" in patch) return patch["="];
  if (Array.isArray(old)) return "%" in patch ? places(old, patch) : elements(old, patch);
  if (isObject(old)) return members(old, patch);
  return misfit("there is nothing to change");
}
