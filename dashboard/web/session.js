// Who sits before this screen and what they may do. The server is the judge; this only keeps from being shown what
// would be refused.
import { get, request, setRequestProof, whenProofIsOld, whenSessionEnds } from "/api.js";

export class Session {
  constructor(changed) {
    this.changed = changed;
    this.known = false;
    this.over = false; // it ended while the page was open: the page says so and offers the log-in
    this.take({});
    whenSessionEnds(() => this.lost());
    whenProofIsOld(() => this.renewProof());
  }

  // { account: {login, role, person, post, rights, pin, totp} or null, "open": what may be seen without logging in,
  //   first: no administrator exists yet, enrol: a one-time code must be set before anything else, request: the proof that goes with
  //   every change }
  take(answer) {
    this.account = answer.account ?? null;
    this.first = answer.first ?? false;
    this.enrol = answer.enrol ?? false;
    this.rights = new Set(this.account?.rights ?? answer.open ?? []);
    setRequestProof(answer.request);
  }

  async read() {
    this.take(await get("/api/session"));
    this.known = true;
    this.changed();
  }

  // Logged in again from a dialog: the page goes on with what the board says now.
  async again() {
    await this.read();
    this.over = false;
    this.renewed?.();
    this.changed();
  }

  async renewProof() {
    setRequestProof((await get("/api/session")).request);
  }

  // An answer said that there is no session any more. The page stays as it was, with what is being typed.
  lost() {
    if (this.account === null || this.over) return;
    this.over = true;
    this.changed();
  }

  async end() {
    await request("DELETE", "/api/session");
    this.take({});
  }

  may(right) {
    return this.rights.has(right);
  }
}
