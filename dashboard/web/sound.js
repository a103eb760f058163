// Sounds made by the browser itself (patterns.js). A browser lets a page sound only after somebody has touched it: until then the page says that it is silent.
import { keep, settings } from "/settings.js";

let context = null;
let instrument = null; // patterns.js, once there is something to play it on

export const isSounding = () => settings.sound === "on" && context !== null && context.state === "running";

async function wake(changed) {
  context ??= new AudioContext();
  instrument ??= await import("/patterns.js");
  context.onstatechange = changed;
  await context.resume();
  changed();
}

// By a key or a button only. Switched on, it says so by ear.
export async function switchSound(changed) {
  const on = !isSounding();
  keep("sound", on ? "on" : "off");
  if (on) {
    await wake(changed);
    play("new");
  } else {
    await context?.suspend();
  }
  changed();
}

// A screen that sounded yesterday sounds again, at once where the browser allows it (a kiosk), else from the first key or touch on.
export function startSound(changed) {
  if (settings.sound !== "on") return;
  const try_ = () => settings.sound === "on" && wake(changed);
  for (const what of ["pointerdown", "keydown"]) addEventListener(what, try_, { once: true });
  try_();
}

export function play(kind) {
  if (isSounding() && instrument) instrument.play(context, kind);
}
