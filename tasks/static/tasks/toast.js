// What was just done, with Undo: one toast at a time, and the tab's last changes for Ctrl+Z.

import { focusAgain } from "./focus.js";
import { send } from "./queue.js";
import { layer, say, text } from "./say.js";

const TIME = 6000; // ms
const KEPT = 20; // changes to undo
const STORE = "taskflow.undo";
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
let place;
let timer;

// `undo`: ids of the log's rows; `open`: an address.
export function show({ status, message, undo, open }) {
  const toast = document.getElementById("toast-shape").content.firstElementChild.cloneNode(true);
  const part = (name) => toast.querySelector(`[data-part="${name}"]`);
  for (const glyph of toast.querySelectorAll("[data-for]")) if (glyph.dataset.for !== status) glyph.remove();
  part("text").textContent = message;
  if (undo) part("undo").addEventListener("click", () => takeBack(undo));
  else part("undo").remove();
  if (open) part("open").href = open;
  else part("open").remove();
  if (isMac) for (const cap of toast.querySelectorAll("[data-mac]")) cap.textContent = cap.dataset.mac;
  part("close").addEventListener("click", close);
  stand(toast);
  say(undo ? text("said-undo", { message }) : message);
}

function stand(toast) {
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(toast);
  if (hadFocus) focusAgain();
  rise();
  run();
}

// Into the top layer, over a dialog too, and within it, for what is outside of it is inert.
function rise() {
  if (place.matches(":popover-open")) place.hidePopover();
  if (place.parentElement !== layer()) layer().append(place);
  place.showPopover();
}

function run() {
  clearTimeout(timer);
  timer = setTimeout(close, TIME);
}

// Returns whether there was one.
export function close() {
  const isThere = place.childElementCount > 0;
  const hadFocus = place.contains(document.activeElement);
  clearTimeout(timer);
  if (place.matches(":popover-open")) place.hidePopover();
  place.replaceChildren();
  if (hadFocus) focusAgain();
  return isThere;
}

// --- Undo --------------------------------------------------------------------------------------------------------------
const kept = () => JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
const keep = (changes) => sessionStorage.setItem(STORE, JSON.stringify(changes.slice(-KEPT)));

function takeBack(undo) {
  keep(kept().filter((one) => one !== undo));
  send({ path: "/undo", values: { change: undo.split(" ") } });
}

// What was done last is known when all that was done has been answered.
export function undoLast() {
  const values = () => {
    const changes = kept();
    const undo = changes.pop();
    keep(changes);
    return undo && { change: undo.split(" ") };
  };
  send({ path: "/undo", values });
}

function onChange({ detail }) {
  const told = detail.fragment.querySelector("[data-toast]");
  if (!told) return;
  const { status, undo, open } = told.dataset;
  if (undo) keep([...kept(), undo]);
  show({ status, message: told.textContent, undo, open });
}

export function watchToasts() {
  place = document.getElementById("toast");
  place.popover = "manual";
  if (place.childElementCount) place.showPopover();
  document.addEventListener("tasks:changed", onChange);
  document.addEventListener("close", ({ target }) => target.contains(place) && place.firstChild && rise(), true);
  for (const name of ["pointerenter", "focusin"]) place.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) place.addEventListener(name, run);
}
