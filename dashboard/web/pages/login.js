// The log-in: name and password, the code of the telephone when it is asked for, and a pause that is counted down when there were
// too many wrong tries. As a page it leads back to where one was going; as a dialog it stands before what was being typed.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { post } from "/api.js";
import { address } from "/pages.js";
import { loadStyle } from "/router.js";
import { spanText } from "/time.js";
import { loadArea, say } from "/words.js";
import { Field, ask, troubleText } from "/ui.js";

export const words = "session";
export const styles = ["/pages/session.css"];
export const title = () => say("login-title");

// Where the address says that somebody was going; nowhere but on this board.
export function wayBack() {
  const to = new URLSearchParams(location.search).get("to") ?? "/";
  return /^\/(?![/\\])/.test(to) ? to : "/";
}

// Counts a pause down: `until` in seconds of performance.now(); calls onOver once.
export class Pause extends Component {
  left() {
    return Math.max(0, Math.ceil(this.props.until - performance.now() / 1000));
  }

  componentDidMount() {
    this.timer = setInterval(() => {
      if (this.left() > 0) return this.forceUpdate();
      clearInterval(this.timer);
      return this.props.onOver();
    }, 250);
  }

  componentWillUnmount() {
    clearInterval(this.timer);
  }

  render() {
    return html`<p class="wrong" role="alert" data-test="locked">${say("login-locked")} <b class="left" data-test="pause">${spanText(this.left())}</b></p>`;
  }
}

// The form itself. onDone(answer) is called with what POST /api/session says.
export class LoginForm extends Component {
  state = { busy: false, wantsCode: false, trouble: null, until: null };

  send = async (event) => {
    event.preventDefault();
    const fields = event.target.elements;
    const body = { login: fields.login.value.trim().toLowerCase(), password: fields.password.value };
    if (this.state.wantsCode) body.code = fields.code.value.replace(/\s/g, "");
    this.setState({ busy: true, trouble: null });
    try {
      await this.props.onDone(await post("/api/session", body));
    } catch (e) {
      if (e.word === "code-wanted") this.setState({ busy: false, wantsCode: true });
      else if (e.word === "locked" && e.wait) this.setState({ busy: false, until: performance.now() / 1000 + e.wait });
      else this.setState({ busy: false, trouble: e });
    }
  };

  render({ login }, { busy, wantsCode, trouble, until }) {
    return html`
      <form class="session-form" data-test="login-form" onSubmit=${this.send}>
        <${Field} label=${say("login")} name="login" defaultValue=${login ?? ""} autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="32" required autofocus=${!login} readonly=${wantsCode || Boolean(login)}/>
        <${Field} label=${say("password")} name="password" type="password" autocomplete="current-password" maxlength="128" required autofocus=${Boolean(login)} readonly=${wantsCode}/>
        ${wantsCode && html`<${Field} key="code" label=${say("code")} help=${say("code-help")} name="code" inputmode="numeric" pattern="[0-9 ]{6,7}" autocomplete="one-time-code" required autofocus data-test="code"/>`}
        ${trouble && html`<p class="wrong" role="alert" data-test="login-trouble">${troubleText(trouble)} ${trouble.word === "invited" && html`<a href=${address("invited")}>${say("to-invited")}</a>`}</p>`}
        ${until !== null && html`<${Pause} until=${until} onOver=${() => this.setState({ until: null })}/>`}
        <p class="choices"><button type="submit" class="main" disabled=${busy || until !== null} data-test="log-in">${busy ? say("login-busy") : say("log-in")}</button>
          ${wantsCode && html`<button type="button" onClick=${() => this.setState({ wantsCode: false, trouble: null })}>${say("login-other")}</button>`}
          ${this.props.onLeft && html`<button type="button" onClick=${this.props.onLeft}>${say("leave")}</button>`}</p>
      </form>`;
  }
}

// Asks whoever was here to log in again; true when that was done. The page behind stays as it is.
export async function askLogin(ctx) {
  const login = ctx.session.account?.login;
  await Promise.all([loadArea(words), ...styles.map(loadStyle)]);
  const done = await ask(({ close }) => html`
    <h2>${say("login-again")}</h2><p>${say("login-again-what")}</p>
    <${LoginForm} login=${login} onDone=${() => close(true)} onLeft=${() => close(false)}/>`);
  if (done) await ctx.session.again();
  return done === true;
}

export class View extends Component {
  render({ ctx }) {
    const { session } = ctx;
    return html`
      <main class="session" data-test="login-page">
        <h2>${say("login-title")}</h2>
        ${session.first && html`<p data-test="to-first"><a href=${address("first")}>${say("login-to-first")}</a></p>`}
        <${LoginForm} onDone=${() => location.assign(wayBack())}/>
        <p class="session-more"><a href=${address("invited")} data-test="to-invited">${say("to-invited")}</a></p>
        <p class="session-more">${say("login-lost")}</p>
      </main>`;
  }
}
