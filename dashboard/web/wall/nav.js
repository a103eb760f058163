// The arrow keys go from one thing of the wall to the next in their direction; Enter opens its page, as with any link.
import { address, findPage } from "/pages.js";
import { isTyping } from "/keys.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// Where everything stands that the wall has no room for.
export const DETAIL = address("board");

// The page of a thing, or where else it can be read: linkTo("incident", 12).
export function linkTo(kind, id) {
  const path = address(kind, id);
  if (findPage(path)) return path;
  return kind === "site" ? `${DETAIL}?site=${encodeURIComponent(id)}` : `${DETAIL}#${kind}-${encodeURIComponent(id)}`;
}

// How far from one middle to the other, what lies aside counting double; Infinity: not in that direction.
function distance(from, to, [dx, dy]) {
  const x = to.left + to.width / 2 - (from.left + from.width / 2);
  const y = to.top + to.height / 2 - (from.top + from.height / 2);
  const ahead = x * dx + y * dy;
  const aside = Math.abs(x * dy) + Math.abs(y * dx);
  return ahead < 2 ? Infinity : ahead + 2 * aside;
}

function move(event) {
  const way = ARROWS[event.key];
  if (!way || isTyping(event) || event.shiftKey) return;
  const all = [...document.querySelectorAll(".wall [data-nav]")];
  if (all.length === 0) return;
  event.preventDefault();
  const here = document.activeElement?.closest?.(".wall [data-nav]");
  if (!here) {
    all[0].focus();
    return;
  }
  const from = here.getBoundingClientRect();
  let best = null;
  let least = Infinity;
  for (const e of all) {
    const d = e === here ? Infinity : distance(from, e.getBoundingClientRect(), way);
    if (d < least) [best, least] = [e, d];
  }
  best?.focus();
}

export function startNav() {
  addEventListener("keydown", move);
  return () => removeEventListener("keydown", move);
}
