// The dashboard was replaced by another build while this page was open. Who works at a page reloads it when it suits them (a banner
// offers it); the wall has nobody to do so and reloads itself, once, when nothing is going on.
import { openIncidents } from "/store.js";

const KEY = "vigia.reloaded";

function isCalm(status) {
  return openIncidents(status).length === 0 && status.services.every((s) => s.state === "ok");
}

export function reloadWhenCalm(store, shown) {
  if (store.newer === null || shown?.page.path !== "" || store.connection().kind !== "ok" || !isCalm(store.status)) return;
  if (sessionStorage.getItem(KEY) === store.newer) return; // tried: something between us serves the old page
  sessionStorage.setItem(KEY, store.newer);
  location.reload();
}
