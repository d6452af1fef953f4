// What went wrong or waits, above the board until it is over; and a session that has ended.

import { focusAgain } from "./focus.js";
import { layer } from "./say.js";

// One banner a `key`: the newest. `again` is what "Try again" does; `whole` is an element shown as it is.
export function show(key, { message, note = "", kind = "danger", again, label, whole }) {
  drop(key);
  const banner = document.getElementById("banner").content.firstElementChild.cloneNode(true);
  const part = (name) => banner.querySelector(`[data-part="${name}"]`);
  banner.dataset.key = key;
  banner.dataset.kind = kind;
  part("text").textContent = message;
  part("note").textContent = note;
  for (const icon of banner.querySelectorAll("[data-for]")) if (icon.dataset.for !== kind) icon.remove();
  if (whole) part("text").replaceWith(document.importNode(whole, true));
  if (label) part("again").textContent = label;
  if (again) part("again").addEventListener("click", () => close(banner, again));
  else part("again").remove();
  part("close").addEventListener("click", () => close(banner));
  place().append(banner);
  htmx.process(banner);
}

export function drop(key) {
  for (const banner of document.querySelectorAll(".banner")) if (banner.dataset.key === key) close(banner);
}

function close(banner, then) {
  const hadFocus = banner.contains(document.activeElement);
  banner.remove();
  if (hadFocus) focusAgain();
  then?.();
}

// A dialog of its own has its own place for banners.
function place() {
  const here = layer();
  if (here === document.body) return document.getElementById("banners");
  const found = here.querySelector(".banners");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "banners";
  here.prepend(made);
  return made;
}

// --- A session that has ended ------------------------------------------------------------------------------------------
let answer = null;

// Resolves to whether to try again.
export function askToSignIn() {
  answer ??= new Promise((resolve) => {
    const dialog = document.getElementById("signed-out");
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "again"), { once: true });
  }).finally(() => (answer = null));
  return answer;
}
