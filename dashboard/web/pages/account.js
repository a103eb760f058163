// One's own account: the one-time code (before anything else where the role needs it), the PIN, the password, and where one is logged in.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { ApiError, get, post } from "/api.js";
import { momentText } from "/time.js";
import { say, word } from "/words.js";
import { Field, troubleText } from "/ui.js";
import { Form, NewPassword, same } from "/pages/form.js";
import { Qr } from "/pages/qr.js";

export const words = "session";
export const styles = ["/pages/session.css"];
export const title = () => say("menu-account");

// The secret as an application of the telephone wants it: scanned, opened on this very telephone, or typed.
class Code extends Component {
  state = { offer: null };

  offer = async (body) => {
    this.setState({ offer: await post("/api/v1/account/totp", body) });
  };

  confirm = async ({ code }) => {
    await post("/api/v1/account/totp", { code: code.replace(/\s/g, "") });
    this.setState({ offer: null });
    await this.props.onSet();
  };

  render({ account, enrol }, { offer }) {
    const troubles = { wrong: offer ? say("code-wrong") : say("password-wrong"), "not-asked": say("code-late"), needed: say("code-needed") };
    return html`
      <section class="session" data-test="totp">
        <h2>${say("code-title")}</h2>
        <p>${enrol ? say("code-first") : account.totp ? say("code-is-set") : say("code-not-set")}</p>
        ${offer ? html`
          <ol class="steps"><li>${say("code-scan")}</li><li>${say("code-type")}</li></ol>
          <${Qr} text=${offer.uri} label=${say("code-qr")}/>
          <p><a href=${offer.uri} data-test="totp-uri">${say("code-here")}</a> · ${say("code-by-hand")} <code data-test="totp-secret">${offer.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code></p>
          <${Form} key="confirm" name="totp-confirm" button=${say("code-confirm")} onSend=${this.confirm} troubles=${troubles}>
            <${Field} label=${say("code")} help=${say("code-help")} name="code" inputmode="numeric" pattern="[0-9 ]{6,7}" autocomplete="one-time-code" required autofocus/>
          <//>`
        : account.totp ? html`
          <${Form} key="again" name="totp-again" button=${say("code-again")} onSend=${({ password }) => this.offer({ password })} troubles=${troubles}>
            <${Field} label=${say("password")} name="password" type="password" autocomplete="current-password" required/>
          <//>`
        : html`<${Form} key="begin" name="totp-begin" button=${say("code-begin")} onSend=${() => this.offer({})} troubles=${troubles}/>`}
      </section>`;
  }
}

function Pin({ account, onSet }) {
  return html`
    <section class="session" data-test="pin">
      <h2>${say("pin-title")}</h2>
      <p>${say("pin-help")} ${account.pin ? say("pin-is-set") : html`<b>${say("pin-not-set")}</b>`}</p>
      <${Form} name="pin-form" button=${say("pin-set")} done=${say("pin-done")} troubles=${{ wrong: say("password-wrong"), weak: say("pin-weak") }}
        onSend=${async ({ password, pin }) => { await post("/api/v1/account/pin", { password, pin }); await onSet(); }}>
        <${Field} label=${say("password")} name="password" type="password" autocomplete="current-password" required/>
        <${Field} label=${say("pin-new")} help=${say("pin-rules")} name="pin" type="password" inputmode="numeric" pattern="[0-9]{6,12}" minlength="6" maxlength="12" autocomplete="off" required/>
        <${Field} label=${say("pin-again")} name="again" data-as="pin" type="password" inputmode="numeric" autocomplete="off" required onInput=${same}/>
      <//>
    </section>`;
}

function Password({ onSet }) {
  return html`
    <section class="session" data-test="password">
      <h2>${say("password")}</h2>
      <p>${say("password-what")}</p>
      <${Form} name="password-form" button=${say("password-set")} done=${say("password-done")} troubles=${{ wrong: say("password-wrong"), weak: say("password-weak") }}
        onSend=${async ({ password, fresh }) => { await post("/api/v1/account/password", { password, new: fresh }); await onSet(); }}>
        <${Field} label=${say("password-now")} name="password" type="password" autocomplete="current-password" required/>
        <${NewPassword} name="fresh"/>
      <//>
    </section>`;
}

class Sessions extends Component {
  state = { sessions: null, trouble: null };

  componentDidMount() {
    this.load();
  }

  async run(what) {
    try {
      await what();
      const { sessions } = await get("/api/v1/sessions");
      this.setState({ sessions: sessions.filter((s) => s.login === this.props.login).sort((a, b) => b.used - a.used), trouble: null });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      this.setState({ trouble: e });
    }
  }

  load = () => this.run(async () => {});
  end = (id) => this.run(() => post(`/api/v1/sessions/${encodeURIComponent(id)}/end`));

  render({ now }, { sessions, trouble }) {
    return html`
      <section class="session" data-test="sessions">
        <h2>${say("sessions")}</h2>
        ${trouble && html`<p class="wrong" role="alert">${troubleText(trouble)}</p>`}
        ${sessions === null ? html`<p>${say("loading")}</p>` : html`
          <ul class="rows">${sessions.map((s) => html`
            <li key=${s.id} data-test="session"><span>${say("session-from", { from: s.from, at: momentText(s.began, now) })}<br/><small>${say("session-used", { at: momentText(s.used, now) })}</small></span>
              <button type="button" onClick=${() => this.end(s.id)} aria-label=${`${say("session-end")}: ${s.from}`}>${say("session-end")}</button></li>`)}</ul>`}
      </section>`;
  }
}

export class View extends Component {
  render({ ctx }) {
    const { session } = ctx;
    const { account, enrol } = session;
    if (!account) return html`<p class="starting">${say("log-in")}</p>`;
    const read = () => session.read();
    if (enrol) return html`<main class="account is-first" data-test="account-page"><${Code} account=${account} enrol onSet=${() => location.assign("/")}/></main>`;
    return html`
      <main class="account" data-test="account-page">
        <header><h1>${account.post ?? account.login}</h1><p>${account.login} · ${word("role", account.role)}${session.expires ? ` · ${say("session-until", { at: momentText(session.expires, ctx.now) })}` : ""}</p></header>
        ${session.may("report") && html`<${Pin} account=${account} onSet=${read}/>`}
        ${account.role !== "viewer" && html`<${Code} account=${account} onSet=${read}/>`}
        <${Password} onSet=${read}/>
        <${Sessions} login=${account.login} now=${ctx.now}/>
      </main>`;
  }
}
