// Shortcuts. They match what is typed, not where the key is; letters pause in fields and dialogs and can be switched off.

import { isCarrying, onCarryKey, pickUp } from "./carry.js";
import { cardsIn, moreOf, titleOf } from "./cards.js";
import { columns, currentCard, focusAgain, focusCard, focusedCard } from "./focus.js";
import { areFull } from "./hands.js";
import { openHelp } from "./help.js";
import { moveTo } from "./moves.js";
import { openTask } from "./panel.js";
import { layer } from "./say.js";
import { close, undoLast } from "./toast.js";

const CHORD = 1000; // ms in which the second key counts
const STATUSES = ["todo", "in_progress", "done"];
const FIELD = "input, textarea, select, [contenteditable]";
let chord = 0;

// --- What keys do ------------------------------------------------------------------------------------------------------
const LETTERS = {
  n: addTask,
  "/": focusFilter,
  "?": openHelp,
  j: () => step(1),
  k: () => step(-1),
  g: () => (chord = Date.now()),
  e: onCard((card) => openTask(card)),
  D: onCard((card) => openTask(card, { focus: "due_date" })),
  a: onCard((card) => openTask(card, { focus: "assignee" })),
  p: onCard((card) => openTask(card, { focus: "priority" })),
};
const CHORDS = { b: () => location.assign(document.querySelector("a.brand").href) };

const ARROWS = {
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  ArrowLeft: () => across(-1),
  ArrowRight: () => across(1),
};

function onCard(work) {
  return () => {
    const card = focusedCard();
    if (card) work(card);
    return Boolean(card);
  };
}

function addTask() {
  const shown = (selector) => [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
  const field = shown(".quick-add textarea");
  if (field) field.focus();
  else shown("[data-compose]")?.click();
}

function focusFilter() {
  const field = document.getElementById("q");
  field?.focus();
  field?.select();
}

function step(by) {
  const card = currentCard();
  const cards = card ? cardsIn(card.parentElement) : columns().map((list) => cardsIn(list)).find(({ length }) => length);
  const next = focusedCard() ? cards[cards.indexOf(card) + by] : (card ?? cards?.[0]);
  if (next) focusCard(next);
  else if (card) moreOf(card.parentElement)?.scrollIntoView({ block: "nearest" }); // which loads it
}

// To the card of the other column that is nearest in height.
function across(by) {
  const card = focusedCard();
  const lists = columns();
  const { top } = card.getBoundingClientRect();
  const away = (other) => Math.abs(other.getBoundingClientRect().top - top);
  for (let at = lists.indexOf(card.parentElement) + by; lists[at]; at += by) {
    const [nearest] = cardsIn(lists[at]).sort((one, other) => away(one) - away(other));
    if (nearest) return focusCard(nearest);
  }
}

// --- Which key ---------------------------------------------------------------------------------------------------------
// Digits are typed with Shift on some keyboards; without it the same keys count.
function digitOf({ key, code, shiftKey }) {
  const typed = /^[123]$/.exec(key) ?? (shiftKey ? null : /^Digit([123])$/.exec(code));
  return typed && Number(typed.at(-1));
}

function letterFor(event) {
  if (document.body.dataset.shortcuts === "off") return undefined;
  const digit = digitOf(event);
  if (digit) return onCard((card) => moveTo(card, STATUSES[digit - 1]));
  const isChord = Date.now() - chord < CHORD;
  chord = 0;
  const key = typedKey(event);
  return (isChord && CHORDS[key]) || LETTERS[key];
}

// Caps Lock changes nothing.
function typedKey({ key, shiftKey }) {
  if (!/\p{L}/u.test(key)) return key;
  return shiftKey ? key.toUpperCase() : key.toLowerCase();
}

function actionFor(event) {
  const isOnTitle = focusedCard() && document.activeElement === titleOf(focusedCard());
  if (event.key === "Escape") return close;
  if (isOnTitle && event.key === " ") return () => pickUp(focusedCard());
  if (isOnTitle && ARROWS[event.key]) return ARROWS[event.key];
  return event.key.length === 1 ? letterFor(event) : undefined;
}

function onKey(event) {
  const { target, key, ctrlKey, metaKey, altKey, shiftKey } = event;
  if (event.defaultPrevented || event.isComposing) return;
  if (target.closest?.(FIELD)) return key === "Escape" ? leave(target) : undefined;
  const isUndo = (ctrlKey || metaKey) && !shiftKey && !altKey && key.toLowerCase() === "z";
  let action = isUndo ? undoLast : undefined;
  if (!ctrlKey && !metaKey && !altKey) action = isCarrying() ? () => onCarryKey(event) : actionHere(event);
  if (action && action() !== false) event.preventDefault();
}

const actionHere = (event) => (layer() === document.body && !areFull() ? actionFor(event) : undefined);

function leave(field) {
  field.blur();
  if (layer() === document.body) focusAgain();
}

export function watchKeys() {
  document.addEventListener("keydown", onKey);
}
