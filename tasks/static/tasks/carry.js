// A card moved by keyboard: Space picks it up, arrows move it, Space or Enter drops it, Escape puts it back.

import { cardsIn, keepingFocus, moreOf, settle } from "./cards.js";
import { columns } from "./focus.js";
import { letGo, take } from "./hands.js";
import { countOf, nameOf, nameOfCard, originOf, sendMove } from "./moves.js";
import { say, text } from "./say.js";

let carried = null; // {card, origin}

export const isCarrying = () => carried !== null;

export function pickUp(card) {
  carried = { card, origin: originOf(card) };
  card.classList.add("card-carried");
  take("card");
  tell("picked-up", card);
}

// Returns whether the key was meant for the carried card.
export function onCarryKey({ key }) {
  const { card, origin } = carried;
  if (key === " " || key === "Enter") drop(card, origin);
  else if (key === "Escape") putBack(card);
  else if (key === "ArrowUp" || key === "ArrowDown") stepWithin(card, key === "ArrowUp");
  else if (key === "ArrowLeft" || key === "ArrowRight") stepAcross(card, key === "ArrowLeft" ? -1 : 1);
  else return false;
  return true;
}

function stepWithin(card, isUp) {
  const next = isUp ? card.previousElementSibling : card.nextElementSibling;
  if (card.parentElement.dataset.cards === "done") return say(text("done-order"), { now: true });
  if (next?.matches(".card")) step(card, () => next[isUp ? "before" : "after"](card));
}

function stepAcross(card, by) {
  const lists = columns();
  const list = lists[lists.indexOf(card.parentElement) + by];
  if (!list) return;
  const cards = cardsIn(list);
  const next = list.dataset.cards === "done" ? cards[0] : cards[cardsIn(card.parentElement).indexOf(card)];
  step(card, () => (next ? next.before(card) : (cards.at(-1)?.after(card) ?? list.prepend(card))));
}

function step(card, change) {
  carried.isMoving = true; // leaving the page for a moment takes the focus away
  keepingFocus(change);
  carried.isMoving = false;
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  tell("carried", card);
}

function drop(card, origin) {
  end(card);
  tell("dropped", card);
  sendMove(card, origin);
}

function putBack(card) {
  end(card, () => settle(card));
  tell("put-back", card);
}

function end(card, change = () => {}) {
  carried = null;
  card.classList.remove("card-carried");
  keepingFocus(change);
  letGo("card");
}

function tell(key, card) {
  const list = card.parentElement;
  const cards = cardsIn(list);
  const total = moreOf(list) ? countOf(list.dataset.cards) : cards.length;
  const column = nameOf(list.dataset.cards);
  say(text(key, { title: nameOfCard(card), column, position: cards.indexOf(card) + 1, total }), { now: true });
}

export function watchCarried() {
  document.addEventListener("focusout", ({ target }) => {
    const isLeft = carried && !carried.isMoving && carried.card.contains(target) && document.hasFocus();
    if (isLeft) putBack(carried.card);
  });
}
