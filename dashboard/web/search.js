// The way into the search: a button of the header, or the key "/". The search itself is fetched when it is first wanted; what is typed
// meanwhile is not lost.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { loadArea, say } from "/words.js";
import { loadStyle } from "/router.js";

export class SearchButton extends Component {
  state = { open: false, module: null, start: "" };

  componentDidMount() {
    addEventListener("keydown", this.onKey);
  }

  componentWillUnmount() {
    removeEventListener("keydown", this.onKey);
  }

  // Not while somebody types, and never over a dialog; a page that has a filter of its own keeps the key for it. Until the field is there its
  // letters are kept.
  onKey = (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    if (this.state.open && !this.there) {
      if (e.key.length === 1) this.start += e.key;
      if (e.key.length === 1 || e.key === "Backspace") e.preventDefault();
      if (e.key === "Backspace") this.start = this.start.slice(0, -1);
      if (e.key === "Escape") this.close();
      return;
    }
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) && e.target.type !== "radio" && e.target.type !== "checkbox";
    if (e.key !== "/" || typing || document.querySelector('dialog[open], main [aria-keyshortcuts="/"]')) return;
    e.preventDefault();
    this.open();
  };

  open = async () => {
    this.start = "";
    this.there = false;
    this.before = document.activeElement;
    this.state.open = true; // the next key is the search's already
    this.forceUpdate();
    try {
      const [module] = await Promise.all([import("/desk/search.js"), loadArea("desk"), loadStyle("/pages/desk.css")]);
      this.setState({ module });
    } catch (e) {
      console.info(String(e)); // the board is out of reach, and says so in its own place
      this.close();
    }
  };

  // The field has the focus: answers with what was typed before.
  began = () => {
    this.there = true;
    return this.start;
  };

  close = () => {
    if (!this.state.open) return;
    this.there = false;
    this.setState({ open: false });
    this.before?.focus?.();
  };

  render({ ctx }, { open, module }) {
    if (!ctx.status || !ctx.session.may("view")) return null;
    return open && module
      ? html`<${module.Search} ctx=${ctx} began=${this.began} close=${this.close}/>`
      : html`<button type="button" class="find" data-test="search" onClick=${this.open} aria-keyshortcuts="/">${say("search")} <kbd>/</kbd></button>`;
  }
}
