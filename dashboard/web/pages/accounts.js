// Everybody's accounts, for whoever administers them. A code or token that is made here is shown once and never again.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { ApiError, get, post } from "/api.js";
import { address } from "/pages.js";
import { momentText } from "/time.js";
import { loadArea, say, word } from "/words.js";
import { Field, Held, ask, troubleText } from "/ui.js";
import { Form } from "/pages/form.js";

export const words = "accounts";
export const styles = ["/pages/session.css"];
export const title = () => say("menu-accounts");
await loadArea("session"); // roles, and what the forms say

const ROLES = ["viewer", "operator", "desk", "coordinator", "crisis", "auditor", "administrator", "service"];

// Told once: read it out, write it down, or copy it. No link carries it.
function tellSecret(answer) {
  const { account, invitation, token } = answer;
  const secret = invitation ?? token;
  if (!secret) return Promise.resolve();
  const where = `${location.origin}${address("invited")}?login=${encodeURIComponent(account.login)}`;
  return ask(({ close }) => html`
    <h2>${say(token ? "token-title" : "invitation-title", { login: account.login })}</h2>
    <p>${say(token ? "token-what" : "invitation-what")}</p>
    <p class="secret"><code data-test="secret">${secret}</code></p>
    ${invitation && html`<p>${say("invitation-where")} <code>${where}</code></p>`}
    <p class="choices"><button type="button" onClick=${() => navigator.clipboard?.writeText(secret)}>${say("copy")}</button>
      <button type="button" class="main" onClick=${() => close(true)} data-test="noted">${say("noted")}</button></p>`);
}

function Who({ account, people }) {
  return html`
    <${Field} label=${say("role")} help=${say("role-help")} name="role" as="select" disabled=${account?.role === "service"}>${ROLES.map((r) => html`<option value=${r} selected=${r === (account?.role ?? "operator")} disabled=${account && account.role !== "service" && r === "service"}>${word("role", r)}</option>`)}<//>
    <${Field} label=${say("person")} help=${say("person-help")} name="person" as="select"><option value="">${say("person-none")}</option>${people.map((p) => html`<option value=${p.id} selected=${p.id === account?.person}>${p.post} (${p.id})</option>`)}<//>`;
}

const troubles = () => ({ duplicate: say("account-exists"), login: say("account-login-bad"), "last-administrator": say("last-administrator"), "no-password": say("account-no-password"), "not-found": say("account-no-person"), malformed: say("account-malformed") });

const inviteView = (people) => ({ close }) => html`
  <h2>${say("account-invite")}</h2>
  <${Form} name="invite-form" button=${say("account-invite-make")} troubles=${troubles()} onLeft=${() => close(undefined)}
    onSend=${async ({ login, role, person }) => close(await post("/api/v1/accounts", { login: login.trim().toLowerCase(), role, ...(person ? { person } : {}) }))}>
    <${Field} label=${say("account-login")} help=${say("account-login-help")} name="login" autocomplete="off" autocapitalize="none" spellcheck=${false} minlength="2" maxlength="32" pattern="[A-Za-z0-9._\\-]+" required autofocus/>
    <${Who} people=${people}/>
  <//>`;

const changeView = (account, people) => ({ close }) => {
  const change = (body) => post(`/api/v1/accounts/${encodeURIComponent(account.login)}`, body);
  return html`
    <h2>${account.login}</h2>
    <${Form} name="change-form" button=${say("account-save")} troubles=${troubles()} onLeft=${() => close(undefined)}
      onSend=${async ({ role, person }) => close(await change({ ...(role && role !== account.role ? { role } : {}), ...((person || null) !== account.person ? { person: person || null } : {}) }))}>
      <${Who} account=${account} people=${people}/>
      <p>${say("account-change-ends")}</p>
    <//>
    <${Resets} account=${account} change=${change} close=${close}/>`;
};

// What ends sessions or shuts somebody out is held, so that no slip does it.
class Resets extends Component {
  state = { trouble: null };

  run = async (body) => {
    try {
      this.props.close(await this.props.change(body));
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      this.setState({ trouble: troubles()[e.word] ?? troubleText(e) });
    }
  };

  render({ account }, { trouble }) {
    const isProgram = account.role === "service";
    const isOff = account.state === "disabled";
    return html`
      <div class="resets" data-test="resets">
        ${trouble && html`<p class="wrong" role="alert" data-test="trouble">${trouble}</p>`}
        <${Held} data-test="reset-password" onHeld=${() => this.run({ reset: "password" })}>${say(isProgram ? "account-new-token" : "account-reset-password")}<//>
        ${account.totp && html`<${Held} data-test="reset-totp" onHeld=${() => this.run({ reset: "totp" })}>${say("account-reset-totp")}<//>`}
        ${account.pin && html`<${Held} data-test="reset-pin" onHeld=${() => this.run({ reset: "pin" })}>${say("account-reset-pin")}<//>`}
        ${(account.locked_until || account.pin_locked_until) && html`<${Held} data-test="reset-lock" onHeld=${() => this.run({ reset: "lock" })}>${say("account-reset-lock")}<//>`}
        <${Held} data-test="switch" onHeld=${() => this.run({ state: isOff ? "active" : "disabled" })}>${say(isOff ? "account-enable" : "account-disable")}<//>
      </div>`;
  }
}

export class View extends Component {
  state = { accounts: null, people: [], trouble: null };

  componentDidMount() {
    this.load();
  }

  async load() {
    try {
      const { accounts } = await get("/api/v1/accounts");
      this.setState({ accounts: accounts.sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || a.login.localeCompare(b.login)), trouble: null });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      this.setState({ trouble: e });
    }
    try {
      this.setState({ people: (await get("/api/v1/plan/names")).people });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      this.setState({ people: [...new Set((this.state.accounts ?? []).map((a) => a.person).filter(Boolean))].map((id) => ({ id, post: id })) });
    }
  }

  async show(view) {
    const answer = await ask(view);
    if (answer === undefined) return;
    await this.load();
    await tellSecret(answer);
  }

  render({ ctx }, { accounts, people, trouble }) {
    const at = (t) => (t ? momentText(t, ctx.now) : "—");
    const locked = (a) => (a.locked_until ?? 0) > ctx.now || (a.pin_locked_until ?? 0) > ctx.now;
    return html`
      <main class="accounts" data-test="accounts-page">
        <header><h1>${say("menu-accounts")}</h1><button type="button" class="main" data-test="invite" onClick=${() => this.show(inviteView(people))}>${say("account-invite")}</button></header>
        ${trouble && html`<p class="wrong" role="alert" data-test="trouble">${troubleText(trouble)}</p>`}
        ${accounts === null ? !trouble && html`<p>${say("loading")}</p>` : html`
          <ul class="rows">${accounts.map((a) => html`
            <li key=${a.login} data-test="account-row" data-login=${a.login} data-state=${a.state}>
              <span class="account-who"><b>${a.login}</b> <small>${a.post ?? a.person ?? say("person-none")}</small></span>
              <span>${word("role", a.role)}</span>
              <span class=${`account-state is-${a.state}`}>${word("account-state", a.state)}${locked(a) ? ` · ${say("account-locked")}` : ""}</span>
              <span class="account-proofs">${a.totp ? say("account-has-code") : say("account-no-code")} · ${a.pin ? say("account-has-pin") : say("account-no-pin")}</span>
              <span>${say("account-last", { at: at(a.last_login) })}</span>
              <button type="button" data-test="change" onClick=${() => this.show(changeView(a, people))} aria-label=${`${say("account-change")}: ${a.login}`}>${say("account-change")}</button>
            </li>`)}</ul>`}
        <p class="accounts-note">${say("accounts-note")}</p>
      </main>`;
  }
}
