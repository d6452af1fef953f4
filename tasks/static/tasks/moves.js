// A move: shown at once, then sent; put back when it is refused.

import { cardsIn, forget, keepingFocus, listOf, settle, titleOf } from "./cards.js";
import { send } from "./queue.js";
import { text } from "./say.js";
import { setStops } from "./focus.js";

// Where a card was before it was moved on the screen; see sendMove.
export const originOf = ({ dataset }) => ({ status: dataset.status, place: dataset.place });

export function moveTo(card, status) {
  if (status === card.dataset.status) return;
  moved(card, () => listOf(status).prepend(card));
}

export function moveWithin(card, place) {
  const { previousElementSibling: above, nextElementSibling: below } = card;
  const list = card.parentElement;
  if (place === "up") moved(card, () => above?.before(card));
  if (place === "down" && below?.matches(".card")) moved(card, () => below.after(card));
  if (place === "top") moved(card, () => list.prepend(card));
  // Behind the last card that is here there may be others.
  if (place === "bottom") moved(card, () => cardsIn(list).at(-1).after(card), { place });
}

function moved(card, change, values) {
  const origin = originOf(card);
  keepingFocus(change);
  // Only the keyboard goes with the card: a phone stays at the column that it shows.
  if (card.querySelector(":focus-visible")) card.scrollIntoView({ block: "nearest", inline: "nearest" });
  sendMove(card, origin, values);
}

// Sends where a card is on the screen now, if that is not where it was.
export function sendMove(card, origin, values) {
  const list = card.parentElement;
  const status = list.dataset.cards;
  const above = neighbour(card.previousElementSibling);
  const below = neighbour(card.nextElementSibling);
  if (isWhere(card, origin, status, above, below)) return;
  const where = values ?? { after: above?.dataset.id ?? "", before: below?.dataset.id ?? "" };
  show(card, { status, place: placeBetween(above, below) });
  send({
    path: `/t/${card.dataset.number}/move`,
    values: { ...where, was: origin.status, ...(status === origin.status ? {} : { status }) },
    card,
    back: () => putBack(card, origin),
    again: () => {
      keepingFocus(() => putAt(card, list, below));
      sendMove(card, originOf(card), values);
    },
  });
}

const neighbour = (element) => (element?.matches(".card") ? element : null);

function isWhere(card, origin, status, above, below) {
  if (status !== origin.status) return false;
  if (status === "done") return true;
  return (!above || above.dataset.place > origin.place) && (!below || below.dataset.place < origin.place);
}

// Until the server says the place, one that sorts between the neighbours.
function placeBetween(above, below) {
  return below ? `${below.dataset.place}~` : (above?.dataset.place.slice(0, -1) ?? "~");
}

function putAt(card, list, below) {
  if (below?.parentElement === list) below.before(card);
  else list.prepend(card);
}

function putBack(card, origin) {
  show(card, origin);
  if (card.isConnected) keepingFocus(() => settle(card));
}

function show(card, { status, place }) {
  Object.assign(card.dataset, { status, place });
  card.classList.toggle("card-done", status === "done");
  const button = card.querySelector(".card-status");
  button.ariaLabel = text("status", { status: nameOf(status) });
  button.querySelector(".glyph").setAttribute("class", `glyph glyph-${status}`);
  button.querySelector("use").setAttribute("href", `#g-${status}`);
  forget(card);
  setStops();
}

export const nameOf = (status) => document.getElementById(`name-${status}`).textContent;
export const nameOfCard = (card) => titleOf(card).textContent;
export const countOf = (status) => document.querySelector(`.column [data-count="${status}"]`).textContent;
