// One tab stop a column: a card's title. Tab goes on to that card's status and menu.

import { cardsIn, titleOf } from "./cards.js";

let last = null; // the card that had the focus last

export const focusedCard = () => document.activeElement?.closest("#board .card") ?? null;
export const currentCard = () => focusedCard() ?? (last?.isConnected ? last : null);

export function focusCard(card) {
  titleOf(card).focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// Where the focus goes when what had it is gone.
export function focusAgain() {
  const card = currentCard();
  if (card) titleOf(card).focus({ preventScroll: true });
  else document.getElementById("board")?.focus({ preventScroll: true });
}

// The cards of each column that is on the screen; a phone shows one at a time.
export function columns() {
  const lists = [...document.querySelectorAll("#board [data-cards]")];
  return lists.filter((list) => list.closest(".column").checkVisibility());
}

// To be called when cards came or went.
export function setStops() {
  for (const list of document.querySelectorAll("#board [data-cards]")) {
    const cards = cardsIn(list);
    const stop = cards.find((card) => card === focusedCard() || card === last) ?? cards.find(isStop) ?? cards[0];
    for (const card of cards) setStop(card, card === stop);
  }
}

const isStop = (card) => titleOf(card).tabIndex === 0 && titleOf(card).hasAttribute("tabindex");

function setStop(card, is) {
  titleOf(card).tabIndex = is ? 0 : -1;
  card.querySelector(".card-status").tabIndex = -1;
  const menu = card.querySelector(".card-menu");
  menu.tabIndex = -1;
  menu.hidden = false;
}

function onFocus({ target }) {
  const card = target.closest?.("#board .card");
  if (!card) return;
  last = card;
  const list = card.parentElement;
  const stop = cardsIn(list).find((other) => other !== card && isStop(other));
  if (stop) setStop(stop, false);
  setStop(card, true);
}

// The status stands before the title and is reached after it.
function onTab(event) {
  const card = event.key === "Tab" && !event.defaultPrevented && event.target.closest?.("#board .card");
  if (!card) return;
  const order = [titleOf(card), card.querySelector(".card-status"), card.querySelector(".card-menu")];
  const next = order[order.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
  if (!next || !order.includes(event.target)) return;
  event.preventDefault();
  next.focus();
}

// "Show more" goes with what it has brought: the first card of that gets its focus.
function onMore({ target }) {
  if (!target.matches?.(".more") || !target.contains(document.activeElement)) return;
  const before = target.previousElementSibling;
  document.addEventListener("htmx:afterSettle", () => focusCard(before.nextElementSibling), { once: true });
}

export function watchFocus() {
  document.addEventListener("htmx:beforeSwap", onMore);
  document.addEventListener("focusin", onFocus);
  document.addEventListener("keydown", onTab);
  document.addEventListener("tasks:changed", setStops);
}
