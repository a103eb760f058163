// What people do before the board in the tests of incidents.
import { PIN } from "./fake-people.mjs";

export { PIN };

// Opens `path` ("p/incident/12") as `login`, one of the roles of fake-people.mjs (null: nobody).
export async function screen(world, path, { login = "coordinator", wait = "[data-test=incident-head]", ...options } = {}) {
  const page = await world.open(path, { as: login ?? undefined, wait, ...options });
  page.allowed = ["Failed to load resource"]; // refusals are told by the page
  return page;
}

// Holds the button that an act is sent with until it has been sent, by the pointer.
export async function hold(page, selector = "[data-test=send]") {
  await page.locator(selector).scrollIntoViewIfNeeded();
  const box = await page.locator(selector).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.waitForSelector("[data-test=pin-ask], [data-step=done], [data-step=unsure], [data-test=trouble], [data-test=moved]");
  await page.mouse.up();
}

export async function givePin(page, pin = PIN) {
  await page.fill("[data-test=pin-ask] input", pin);
  await page.click("[data-test=pin-ask] button[type=submit]");
}
