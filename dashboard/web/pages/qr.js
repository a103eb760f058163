// A QR code, drawn here: nothing of it leaves the page. Dark on white with its margin, whatever the colours of the board, as cameras want it.
import qrcode from "/lib/qrcode.js";
import { html } from "/html.js";

const MARGIN = 4;

export function Qr({ text, label }) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const n = code.getModuleCount();
  let path = "";
  for (let y = 0; y < n; y++) for (let x = 0; x < n; x++) if (code.isDark(y, x)) path += `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`;
  return html`<svg class="qr" data-test="qr" role="img" aria-label=${label} viewBox=${`0 0 ${n + 2 * MARGIN} ${n + 2 * MARGIN}`} shape-rendering="crispEdges"><rect class="qr-ground" width="100%" height="100%"/><path d=${path}/></svg>`;
}
