// A page that acts: what is under way, what went wrong and what was done, each said once and in its place.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { perform } from "/perform.js";
import { troubleText } from "/ui.js";
import { say } from "/words.js";

export class Acting extends Component {
  state = { busy: null, trouble: null, done: null };

  // `key` says which of several was pressed; answers true when it is recorded.
  act = async (key, incident, name, body, done, what = null) => {
    if (this.state.busy !== null) return false;
    this.setState({ busy: key, trouble: null, done: null });
    let recorded = false;
    try {
      recorded = (await perform(this.props.ctx, incident, name, body, what)) !== undefined;
      if (recorded) this.setState({ done: { key, text: done } });
    } catch (e) {
      this.setState({ trouble: { key, text: e.status === 409 ? `${say("desk-meanwhile")} ${troubleText(e)}` : troubleText(e) } });
    }
    this.setState({ busy: null });
    return recorded;
  };

  wrong(text, key = "") {
    this.setState({ trouble: { key, text }, done: null });
  }

  // What there is to say of this one.
  said(key) {
    const { trouble, done } = this.state;
    if (trouble?.key === key) return html`<p class="desk-wrong" role="alert" data-test="trouble">${trouble.text}</p>`;
    return done?.key === key && html`<p class="desk-done" role="status" data-test="done">${done.text}</p>`;
  }
}
