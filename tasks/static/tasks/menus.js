// The menu of a status button and the menu of a card: shared by all cards, opened beside the button.

import { cardsIn, moreOf } from "./cards.js";
import { letGo, take } from "./hands.js";
import { copyLink } from "./link.js";
import { moveTo, moveWithin } from "./moves.js";
import { openTask } from "./panel.js";
import { send } from "./queue.js";

const GAP = 4; // px between a button and its menu
const FORGET = 500; // ms after which typing starts a new word

let open = null; // {menu, button, card}
let typed = "";
let timer;

const rowsOf = (menu) => [...menu.querySelectorAll('[role^="menuitem"]')].filter((row) => !row.hidden);

function openMenu(id, button) {
  const menu = document.getElementById(id);
  const card = button.closest(".card");
  for (const row of menu.querySelectorAll("[data-status]")) row.ariaChecked = row.dataset.status === card.dataset.status;
  for (const row of menu.querySelectorAll("[data-place]")) row.hidden = !isPossible(card, row.dataset.place);
  for (const part of menu.querySelectorAll(".menu-places")) part.hidden = card.dataset.status === "done";
  button.closest("main, dialog").append(menu); // into its landmark
  menu.showPopover();
  open = { menu, button, card };
  button.ariaExpanded = "true";
  take("menu");
  stand(menu, button);
  (rowsOf(menu).find((row) => row.ariaChecked === "true") ?? rowsOf(menu)[0]).focus();
}

function isPossible(card, place) {
  if (card.dataset.status === "done") return false;
  const cards = cardsIn(card.parentElement);
  const isLast = cards.at(-1) === card && !moreOf(card.parentElement);
  if (place === "down") return cards.at(-1) !== card;
  return place === "bottom" ? !isLast : cards[0] !== card;
}

// Below the button and to its right, unless that is off the screen.
function stand(menu, button) {
  const place = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const fitsBelow = place.bottom + GAP + height <= innerHeight - GAP;
  const top = fitsBelow ? place.bottom + GAP : place.top - GAP - height;
  const left = place.left + width <= innerWidth - GAP ? place.left : place.right - width;
  menu.style.top = `${Math.max(GAP, Math.min(top, innerHeight - height - GAP))}px`;
  menu.style.left = `${Math.max(GAP, left)}px`;
}

function onToggle({ newState }) {
  if (newState !== "closed" || !open) return;
  const { button } = open;
  open = null;
  button.ariaExpanded = "false";
  letGo("menu");
}

function onClick(event) {
  const button = event.target.closest("#board .card-status, #board .card-menu");
  const row = event.target.closest('[role^="menuitem"]');
  if (button) {
    event.preventDefault();
    const card = button.closest(".card");
    if (button.matches(".card-menu")) openMenu("card-menu", button);
    else if (event.shiftKey) moveTo(card, "done");
    else openMenu("status-menu", button);
  } else if (row && open) {
    choose(row);
  }
}

function choose(row) {
  const { menu, card, button } = open;
  button.focus({ preventScroll: true });
  menu.hidePopover();
  if (row.dataset.status) moveTo(card, row.dataset.status);
  if (row.dataset.place) moveWithin(card, row.dataset.place);
  if (row.dataset.act) ACTS[row.dataset.act](card);
}

const ACTS = {
  open: (card) => openTask(card),
  link: (card) => copyLink(card.dataset.number),
  delete: (card) => send({ path: `/t/${card.dataset.number}/delete`, values: {}, card }),
};

// --- Keys --------------------------------------------------------------------------------------------------------------
const STEPS = {
  ArrowDown: (rows, at) => rows[(at + 1) % rows.length],
  ArrowUp: (rows, at) => rows.at(at - 1),
  Home: (rows) => rows[0],
  End: (rows) => rows.at(-1),
};

function onKey(event) {
  const rows = rowsOf(open.menu);
  const at = rows.indexOf(document.activeElement);
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  let next = STEPS[event.key]?.(rows, at);
  if (event.key === "Tab") {
    open.button.focus();
    open.menu.hidePopover();
  } else if (isPlain && event.key.length === 1 && event.key !== " ") {
    next = rowOfKey(rows, event.key) ?? rowThatStarts(rows, at, event.key);
  }
  if (next) next.focus();
  if (next || event.key.startsWith("Arrow")) event.preventDefault();
}

function rowOfKey(rows, key) {
  const row = rows.find((one) => one.querySelector("kbd")?.textContent === key);
  if (row) choose(row);
  return row;
}

function rowThatStarts(rows, at, key) {
  clearTimeout(timer);
  timer = setTimeout(() => (typed = ""), FORGET);
  typed += key.toLocaleLowerCase();
  const from = typed.length === 1 ? at + 1 : at;
  const inOrder = [...rows.slice(from), ...rows.slice(0, from)];
  return inOrder.find((row) => row.textContent.trim().toLocaleLowerCase().startsWith(typed));
}

export function watchMenus() {
  document.addEventListener("click", onClick);
  for (const menu of document.querySelectorAll("#status-menu, #card-menu")) {
    menu.addEventListener("toggle", onToggle);
    menu.addEventListener("keydown", onKey);
  }
  // A menu stays where it was opened, so it must not outlive a scroll away from its button.
  document.addEventListener("scroll", () => open?.menu.hidePopover(), { capture: true, passive: true });
}
