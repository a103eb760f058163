// The first administrator: whoever can read the collector's code makes the account.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { post } from "/api.js";
import { address } from "/pages.js";
import { say } from "/words.js";
import { Field } from "/ui.js";
import { Form, NewPassword } from "/pages/form.js";

export const words = "session";
export const styles = ["/pages/session.css"];
export const title = () => say("first-title");

const make = async ({ code, login, password }) => {
  await post("/api/session/first", { code: code.trim(), login: login.trim().toLowerCase(), password });
  location.assign(address("account"));
};

export class View extends Component {
  render({ ctx }) {
    return html`
      <main class="session" data-test="first-page">
        <h2>${say("first-title")}</h2>
        ${ctx.session.first ? html`
          <p>${say("first-what")} <code>first-admin.code</code></p>
          <${Form} name="first-form" button=${say("first-make")} onSend=${make} troubles=${{ wrong: say("first-wrong"), weak: say("password-weak"), login: say("login-bad"), "not-found": say("first-over") }}>
            <${Field} label=${say("first-code")} name="code" autocomplete="off" autocapitalize="none" spellcheck=${false} maxlength="64" required autofocus/>
            <${Field} label=${say("login")} help=${say("login-help")} name="login" autocomplete="username" autocapitalize="none" spellcheck=${false} minlength="2" maxlength="32" required/>
            <${NewPassword}/>
          <//>`
        : html`<p data-test="first-over">${say("first-over")} <a href=${address("login")}>${say("log-in")}</a></p>`}
      </main>`;
  }
}
