// A card moved by mouse or finger.

import { settle } from "./cards.js";
import { letGo, motion, take } from "./hands.js";
import { originOf, sendMove } from "./moves.js";
import Sortable from "./vendor/sortable.js";

let origin = null; // where the dragged card was
let isGivenUp = false;

const OPTIONS = {
  group: "cards",
  draggable: ".card",
  // Not the browser's own dragging, whose picture of a card can neither tilt nor scroll the columns.
  forceFallback: true,
  fallbackOnBody: true,
  fallbackTolerance: 4, // px
  delay: 250, // ms
  delayOnTouchOnly: true,
  touchStartThreshold: 8, // px; more is scrolling
  ghostClass: "card-slot",
  fallbackClass: "card-dragged",
  scroll: true,
  bubbleScroll: true,
  scrollSensitivity: 60, // px from an edge
  scrollSpeed: 16, // px each 24 ms
  onStart,
  onMove,
  onEnd,
};

export function makeDraggable(board) {
  for (const list of board.querySelectorAll("[data-cards]")) {
    const sort = list.dataset.cards !== "done"; // the order of completion
    Sortable.create(list, { ...OPTIONS, sort, animation: motion.matches ? 180 : 0 });
  }
}

function onStart({ item }) {
  origin = originOf(item);
  isGivenUp = false;
  take("drag");
}

// What comes into Done lies on top of it, wherever it is dropped.
function onMove({ to, from, dragged }) {
  if (to.dataset.cards !== "done" || from === to) return true;
  if (to.firstElementChild !== dragged) to.prepend(dragged);
  return false;
}

function onEnd({ item }) {
  if (isGivenUp) settle(item);
  else sendMove(item, origin);
  letGo("drag");
}

function giveUp(event) {
  if (event.key !== "Escape" || !Sortable.active) return;
  event.preventDefault();
  isGivenUp = true;
  document.dispatchEvent(new PointerEvent("pointercancel"));
}

export function watchDragging() {
  document.addEventListener("keydown", giveUp, { capture: true });
  // A long press on a link would open the browser's menu over the card that it has just lifted.
  document.addEventListener("contextmenu", (event) => {
    if (Sortable.active) event.preventDefault();
  });
}
