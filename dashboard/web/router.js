// Which page is shown: it follows the address, links inside the board change it without a reload, and what a page needs
// (its module, words and styles) is there before it is drawn.
import { address, findPage, loginAddress } from "/pages.js";
import { loadArea } from "/words.js";

const styles = new Map(); // path -> promise

export function loadStyle(path) {
  if (!styles.has(path)) {
    styles.set(path, new Promise((resolve, reject) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = path;
      link.onload = resolve;
      link.onerror = () => {
        styles.delete(path);
        reject(new Error(`${path} cannot be loaded`));
      };
      document.head.append(link);
    }));
  }
  return styles.get(path);
}

// Opens a page; answers with what ends it.
function open(module, ctx, params) {
  const wanted = module.wants ?? [];
  for (const what of wanted) ctx.store.want(what, true);
  const end = module.opened?.(ctx, params);
  return () => {
    end?.();
    for (const what of wanted) ctx.store.want(what, false);
  };
}

export class Router {
  // `context` is called for a new ctx; `changed` when there is something else to draw.
  constructor(context, changed) {
    this.context = context;
    this.changed = changed;
    this.shown = null; // { page, params, module }
    this.trouble = null; // "unknown", "denied" or "unreachable"
    this.ends = null;
    this.round = 0;
  }

  start() {
    addEventListener("popstate", () => this.follow());
    document.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || link.target || link.hasAttribute("download") || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (link.origin !== location.origin || findPage(link.pathname) === null) return;
      event.preventDefault();
      this.navigate(link.pathname + link.search + link.hash);
    });
    return this.follow();
  }

  navigate(path) {
    if (path !== location.pathname + location.search + location.hash) history.pushState(null, "", path);
    scrollTo(0, 0);
    return this.follow();
  }

  // The page itself, or the one that comes before it: the first account, the log-in, the one-time code that the role needs.
  allowed(found) {
    const { session } = this.context();
    if (found === null || (found.page.right ? session.may(found.page.right) : !found.page.person || session.account)) return found;
    const before = session.enrol ? address("account") : session.account ? null : session.first ? address("first") : loginAddress();
    if (before === null) return found;
    history.replaceState(null, "", before);
    return findPage(location.pathname);
  }

  async follow() {
    const round = ++this.round;
    const found = this.allowed(findPage(location.pathname));
    const may = found === null || !found.page.right || this.context().session.may(found.page.right);
    let module = null;
    let trouble = found === null ? "unknown" : may ? null : "denied";

    if (trouble === null) {
      try {
        module = await import(found.page.module);
        await Promise.all([...[module.words ?? []].flat().map(loadArea), ...(module.styles ?? []).map(loadStyle)]);
      } catch (e) {
        console.info(String(e)); // the page says so; a look at the console tells why
        trouble = "unreachable";
      }
    }
    if (round !== this.round) return; // somebody has gone on meanwhile
    this.ends?.();
    this.ends = null;
    this.trouble = trouble;
    this.shown = trouble === null ? { ...found, module } : null;
    if (this.shown) this.ends = open(module, this.context(), found.params);
    this.changed();
  }
}
