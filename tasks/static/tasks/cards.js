// What the server says has changed, put where it belongs. Focus, scroll and selection stay.

import { motion } from "./hands.js";

// Attributes that are the page's own business.
const OURS = new Set(["tabindex", "hidden", "style", "draggable", "aria-expanded"]);
// Each card as the server sent it last.
const served = new WeakMap();

export const listOf = (status) => document.querySelector(`#board [data-cards="${status}"]`);
export const cardsIn = (list) => [...list.children].filter((child) => child.matches(".card"));
export const titleOf = (card) => card.querySelector("h3 a");

// To be called with every card before anything changes it.
export function remember(part) {
  const cards = part.matches?.(".card[data-id]") ? [part] : part.querySelectorAll(".card[data-id]");
  for (const card of cards) if (!served.has(card)) served.set(card, card.outerHTML);
}

// A page of a column is newer than a card that came before it.
export function dropTwins(card) {
  for (const twin of document.querySelectorAll(`[id="${card.id}"]`)) if (twin !== card) twin.remove();
}

// To be called when the page shows of a card what the server has not said yet.
export function forget(card) {
  served.delete(card);
}

// Of the ids that `changes` names, those whose cards would look different.
export function news(changes) {
  const isNews = (card) => !isShown(card) && (cardOf(card.dataset.id) || isLoaded(card, listOf(card.dataset.status)));
  const cards = [...changes.querySelectorAll(".card")].filter(isNews);
  const gone = [...changes.querySelectorAll("[data-gone] > li")].filter(({ dataset }) => cardOf(dataset.id));
  return [...cards, ...gone].map(({ dataset }) => dataset.id);
}

export function apply(fragment, { flash = false } = {}) {
  const changes = fragment.matches?.("[data-changes]") ? fragment : fragment.querySelector("[data-changes]");
  if (!changes) return;
  keepingFocus(() => {
    for (const { dataset } of changes.querySelectorAll("[data-gone] > li")) cardOf(dataset.id)?.remove();
    for (const card of changes.querySelectorAll(".card")) {
      if (isShown(card)) continue;
      const shown = put(card);
      if (flash && shown && motion.matches) light(shown);
    }
  });
  count(changes);
  document.dispatchEvent(new CustomEvent("tasks:changed", { detail: { fragment: changes } }));
}

const cardOf = (id) => document.getElementById(`card-${id}`);

function isShown(fresh) {
  const card = cardOf(fresh.dataset.id);
  return card ? served.get(card) === fresh.outerHTML : false;
}

function put(fresh) {
  let card = cardOf(fresh.dataset.id);
  if (card) become(card, fresh);
  else card = document.importNode(fresh, true);
  served.set(card, fresh.outerHTML);
  const list = listOf(fresh.dataset.status);
  if (!list) return refresh();
  if (!settle(card, list)) return null;
  htmx.process(card);
  return card;
}

// Puts a card into its place in `list`; takes it out where cards before it are still to be loaded.
export function settle(card, list = listOf(card.dataset.status)) {
  if (!isLoaded(card, list)) {
    card.remove();
    return false;
  }
  const after = cardsIn(list).find((other) => other !== card && other.dataset.place < card.dataset.place);
  const next = after ?? moreOf(list);
  if (card.parentElement !== list || card.nextElementSibling !== next) list.insertBefore(card, next);
  return true;
}

export const moreOf = (list) => list.querySelector(":scope > .more");

// The address of more names the place behind which that is.
function isLoaded({ dataset }, list) {
  const link = list && moreOf(list)?.querySelector("a");
  return !link || dataset.place >= new URL(link.href).searchParams.get("after");
}

// An empty answer to a filter has no columns to put a card into.
function refresh() {
  const board = document.getElementById("board");
  if (board) htmx.ajax("get", board.dataset.address, { target: board, swap: "outerHTML" });
  return null;
}

function count(changes) {
  for (const { dataset, textContent } of changes.querySelectorAll("li[data-count]")) {
    for (const place of document.querySelectorAll(`[data-count="${dataset.count}"]`)) {
      if (place.textContent !== textContent) place.textContent = textContent;
    }
  }
}

function light(card) {
  card.classList.add("card-changed");
  card.addEventListener("animationend", () => card.classList.remove("card-changed"), { once: true });
}

// --- Focus -------------------------------------------------------------------------------------------------------------
// Runs `work`; afterwards the same element has the focus, or if its card is gone the one that took its place.
export function keepingFocus(work) {
  const focused = document.activeElement;
  const card = focused?.closest("#board .card");
  const heirs = card ? heirsOf(card) : [];
  work();
  if (!card || document.activeElement === focused) return;
  // A phone may show another column than the one into which the card has gone.
  for (const heir of [focused, ...heirs]) {
    heir.focus({ preventScroll: true });
    if (document.activeElement === heir) return;
  }
}

function heirsOf(card) {
  const cards = cardsIn(card.parentElement);
  const at = cards.indexOf(card);
  const neighbours = [...cards.slice(at + 1), ...cards.slice(0, at).reverse()];
  return [...neighbours.map(titleOf), card.closest(".column").querySelector(".column-add")];
}

// --- Becoming ----------------------------------------------------------------------------------------------------------
// Makes `old` equal to `fresh` and keeps every node that stays, and with it focus and selection.
function become(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OURS.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !OURS.has(name)) old.setAttribute(name, value);
  }
  becomeChildren(old, fresh);
}

function becomeChildren(old, fresh) {
  let here = old.firstChild;
  for (const node of fresh.childNodes) {
    const same = following(here).find((one) => one.nodeName === node.nodeName && kind(one) === kind(node));
    if (same) {
      while (here !== same) here = removed(here);
      become(same, node);
      here = same.nextSibling;
    } else {
      old.insertBefore(document.importNode(node, true), here);
    }
  }
  while (here) here = removed(here);
}

function following(node) {
  const nodes = [];
  for (let one = node; one; one = one.nextSibling) nodes.push(one);
  return nodes;
}

const kind = (node) => node.classList?.[0];

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
