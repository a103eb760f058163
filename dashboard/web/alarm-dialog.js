// What m asks: to take up an incident as the person who sits here, or to mute this one screen under a name.
import { html } from "/html.js";
import { say } from "/words.js";
import { Field } from "/ui.js";

export function MuteDialog({ close, ringing, ctx }) {
  const incidents = [...new Map(ringing.filter((r) => r.incident).map((r) => [r.incident.id, r.incident])).values()];
  const mayAct = ctx.session.may("report") && ctx.session.account?.person;
  const submit = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("who").trim();
    if (name) close({ mute: name });
  };
  return html`
    <h2>${say("alarm-quiet")}</h2>
    ${mayAct && incidents.map((i) => html`
      <p class="row" key=${i.id}><b>${say("folio", { folio: i.folio })}</b>
        <button type="button" data-test="alarm-ack" data-id=${i.id} onClick=${() => close({ act: "ack", incident: i })}>${say("alarm-ack")}</button>
        <button type="button" data-test="alarm-attend" data-id=${i.id} onClick=${() => close({ act: "attend", incident: i })}>${say("alarm-attend")}</button></p>`)}
    ${!mayAct && html`<p>${say("alarm-view-only")}</p>`}
    <form onSubmit=${submit}>
      <${Field} label=${say("alarm-who")} help=${say("alarm-who-help")} name="who" required maxlength="80" autocomplete="off" data-test="mute-who" defaultValue=${ctx.session.account?.post ?? ""}/>
      <p class="row"><button type="submit" data-test="mute">${say("alarm-mute")}</button><button type="button" onClick=${() => close()}>${say("close")}</button></p>
    </form>`;
}
