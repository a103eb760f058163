// The one place that binds markup to preact: html`<p>...</p>`.
import { h } from "/lib/preact.js";
import htm from "/lib/htm.js";

export const html = htm.bind(h);
