// An invitation taken up: its code, and a password of one's own.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { post } from "/api.js";
import { address } from "/pages.js";
import { say } from "/words.js";
import { Field } from "/ui.js";
import { Form, NewPassword } from "/pages/form.js";

export const words = "session";
export const styles = ["/pages/session.css"];
export const title = () => say("invited-title");

export class View extends Component {
  state = { wantsCode: false };

  take = async ({ login, invitation, password, code }) => {
    try {
      await post("/api/session/invited", { login: login.trim().toLowerCase(), invitation: invitation.trim(), password, ...(code ? { code: code.replace(/\s/g, "") } : {}) });
      location.assign(address("account"));
    } catch (e) {
      if (e.word === "code-wanted") this.setState({ wantsCode: true });
      throw e;
    }
  };

  render() {
    const login = new URLSearchParams(location.search).get("login") ?? "";
    return html`
      <main class="session" data-test="invited-page">
        <h2>${say("invited-title")}</h2>
        <p>${say("invited-what")}</p>
        <${Form} name="invited-form" button=${say("invited-take")} onSend=${this.take} troubles=${{ wrong: say("invited-wrong"), weak: say("password-weak"), "code-wanted": say("invited-code") }}>
          <${Field} label=${say("login")} name="login" defaultValue=${login} autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="32" required autofocus=${login === ""}/>
          <${Field} label=${say("invitation")} name="invitation" autocomplete="off" autocapitalize="characters" spellcheck=${false} maxlength="64" required autofocus=${login !== ""}/>
          <${NewPassword}/>
          ${this.state.wantsCode && html`<${Field} label=${say("code")} help=${say("code-help")} name="code" inputmode="numeric" pattern="[0-9 ]{6,7}" autocomplete="one-time-code" required/>`}
        <//>
        <p class="session-more"><a href=${address("login")}>${say("invited-done")}</a></p>
      </main>`;
  }
}
