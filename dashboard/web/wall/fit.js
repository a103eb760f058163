// A column of the wall is never scrolled and never cut: what does not fit is told shorter, step by step, down to counts. The steps are
// the column's own; here it is only found out which one fits.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";

// `steps`: the number of the shortest form; `signature`: while it stays the same nothing can have become shorter; `draw(level)`: 0 is
// the whole.
export class Fit extends Component {
  box = createRef();
  state = { level: 0 };

  componentDidMount() {
    this.size = "";
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.box.current);
    this.judge();
  }

  componentWillUnmount() {
    this.observer.disconnect();
  }

  // Another window, another size of letters, a banner above: everything is tried anew.
  resized() {
    const { clientWidth, clientHeight } = this.box.current;
    const size = `${clientWidth} ${clientHeight} ${getComputedStyle(document.documentElement).fontSize}`;
    if (size === this.size) return;
    this.size = size;
    if (this.state.level > 0) this.setState({ level: 0 });
    else this.judge();
  }

  componentDidUpdate(before) {
    if (before.signature !== this.props.signature && this.state.level > 0) this.setState({ level: 0 });
    else this.judge();
  }

  judge() {
    const box = this.box.current;
    const isOver = box.scrollHeight > box.clientHeight + 1;
    if (isOver && this.state.level < this.props.steps) this.setState({ level: this.state.level + 1 });
  }

  render({ name, steps, draw }, { level }) {
    return html`<div ref=${this.box} class=${`wall-col wall-col-${name} ${level >= steps ? "is-least" : ""}`} data-test=${`wall-${name}`} data-level=${level}>${draw(level)}</div>`;
  }
}
