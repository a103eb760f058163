// The pages, one row each: what stands behind /p/ in the address, the module that shows it, and, for those of the menu, the
// word of its entry. A module is fetched when its page is first opened, so that the first view stays small.
//
// A module of a page exports
//   View              component, drawn with { ctx, params }; ctx is what app.js makes: { store, status, now, session, navigate, draw }
//   title(ctx, params)  what stands in the browser's title
// and may export
//   words             "incident", or several: /words/incident.es.json (or en) is read before the page is drawn
//   styles            ["/pages/incident.css"]
//   visitors          true: it hides by itself what visitors must not see (settings.js); other pages are not shown before them
//   wants             ["values"]: what of the status it shows besides what everybody gets (store.js)
//   opened(ctx, params) called once when the page is opened; returns what ends it (a function), or nothing
// `right` is the right (docs/PEOPLE.md "Rights") without which the page is neither listed nor opened; `person`: somebody must be logged in, whoever; `bare`: the page needs nothing of
// the collector's status (whoever is to log in does not have it yet).
const ROWS = [
  { path: "", module: "/pages/wall.js", menu: "menu-wall", right: "view" },
  { path: "incidents", module: "/pages/incidents.js", menu: "menu-incidents", right: "view" },
  { path: "incident/:id", module: "/pages/incident.js", right: "view" },
  { path: "decide/:id", module: "/pages/decide.js", right: "view" },
  { path: "network", module: "/pages/network.js", menu: "menu-network", right: "view" },
  { path: "site/:id", module: "/pages/site.js", right: "view" },
  { path: "component/:id", module: "/pages/component.js", right: "view" },
  { path: "check/:id", module: "/pages/check.js", right: "view" },
  { path: "board", module: "/pages/board.js", menu: "menu-board", right: "view" },
  { path: "ready", module: "/pages/ready.js", menu: "menu-ready", right: "plan" },
  { path: "plan", module: "/pages/plan.js", menu: "menu-plan", right: "plan" },
  { path: "dry-run", module: "/pages/dry-run.js", menu: "menu-dry-run", right: "plan" },
  { path: "drills", module: "/pages/drills.js", menu: "menu-drills", right: "view" },
  { path: "accounts", module: "/pages/accounts.js", menu: "menu-accounts", right: "administrate", bare: true },
  { path: "account", module: "/pages/account.js", person: true, bare: true },
  { path: "first", module: "/pages/first.js", bare: true },
  { path: "invited", module: "/pages/invited.js", bare: true },
  { path: "report", module: "/pages/report.js", menu: "menu-report", right: "report" },
  { path: "inbox", module: "/pages/inbox.js", menu: "menu-inbox", right: "report" },
  { path: "calls", module: "/pages/calls.js", menu: "menu-calls", right: "operate" },
  { path: "windows", module: "/pages/windows.js", menu: "menu-windows", right: "view" },
  { path: "shifts", module: "/pages/shifts.js", menu: "menu-shifts", right: "view" },
  { path: "handover", module: "/pages/handover.js", right: "report" },
  { path: "debts", module: "/pages/debts.js", menu: "menu-debts", right: "view" },
  { path: "report/:id", module: "/pages/report-more.js", right: "view" },
  { path: "login", module: "/pages/login.js", bare: true },
];

const ID = "[^/]+";
export const pages = ROWS.map((row) => ({
  ...row,
  pattern: new RegExp(`^${row.path.replace(/:(\w+)/g, `(?<$1>${ID})`)}$`),
}));

// The page of an address's path ("/", "/p/incident/07") and the parts that its row names (":id"), or null.
export function findPage(path) {
  const rest = path === "/" ? "" : path.startsWith("/p/") ? path.slice(3).replace(/\/$/, "") : null;
  if (rest === null) return null;
  for (const page of pages) {
    const match = page.pattern.exec(rest);
    if (match) return { page, params: Object.fromEntries(Object.entries(match.groups ?? {}).map(([k, v]) => [k, decodeURIComponent(v)])) };
  }
  return null;
}

// The address of a page: address("incident", 7) is /p/incident/7. Ids are escaped.
export function address(...parts) {
  return `/p/${parts.map((p) => encodeURIComponent(p)).join("/")}`;
}

// The log-in, which leads back to `to` (an address of this board), or to where one is.
export function loginAddress(to = location.pathname + location.search + location.hash) {
  return `${address("login")}${to === "/" ? "" : `?to=${encodeURIComponent(to)}`}`;
}
