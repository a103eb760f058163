// One way to act. The PIN is asked for when the collector wants it, told plainly when it was wrong, and never kept; a
// session that has ended is begun again in a dialog, so that nothing that was typed is lost.
import { act } from "/api.js";
import { askPin } from "/ui.js";

// Calls send(more) until it is answered; `more` is {} or { pin }. `what` says in the dialog what the PIN is for.
// Answers with what send answered, undefined if the person has left a dialog; throws ApiError.
export async function withPin(ctx, what, send) {
  let more = {};
  for (;;) {
    try {
      return await send(more);
    } catch (e) {
      if (e.word === "no-session") {
        const { askLogin } = await import("/pages/login.js");
        if (!(await askLogin(ctx))) return undefined;
      } else if (e.word === "pin-wanted" || e.word === "pin-wrong") {
        const pin = await askPin(what, e.word === "pin-wrong");
        if (pin === undefined) return undefined;
        more = { pin };
      } else {
        throw e;
      }
    }
  }
}

// An act of an incident (null: of none; docs/API.md): perform(ctx, 7, "declare", { note }) -> { incident, seq }, or undefined if
// it was left. `what` is the sentence of the PIN's dialog; without it the dialog says only that a PIN is wanted.
export const perform = (ctx, incident, name, body = {}, what = null) => withPin(ctx, what, (more) => act(incident, name, { ...body, ...more }));
