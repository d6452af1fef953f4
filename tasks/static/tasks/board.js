// The entry: sets everything up, and the board again whenever another takes its place.

import { watchCarried } from "./carry.js";
import { dropTwins, remember } from "./cards.js";
import { makeDraggable, watchDragging } from "./drag.js";
import { setStops, watchFocus } from "./focus.js";
import { watchHelp } from "./help.js";
import { watchKeys } from "./keys.js";
import { follow, watchOthers } from "./live.js";
import { watchMenus } from "./menus.js";
import { watchPanel } from "./panel.js";
import { watchQueue } from "./queue.js";
import { setUp as setUpQuickAdd } from "./quickadd.js";
import { watchRequests } from "./send.js";
import { watchColumns, watchTabs } from "./tabs.js";
import { watchToasts } from "./toast.js";

function setUp(board) {
  if (board.dataset.isSetUp) return;
  board.dataset.isSetUp = "true";
  remember(board);
  setStops();
  makeDraggable(board);
  watchColumns(board);
  follow();
}

// htmx tells of each element that it has brought.
function onLoad({ target }) {
  const board = document.getElementById("board");
  if (board) setUp(board);
  remember(target);
  if (!target.matches?.(".card")) return;
  dropTwins(target);
  setStops();
}

// The first task takes the place of the field in which it was typed: the one on top goes on.
function onFirst() {
  const field = document.querySelector(".first-run textarea");
  if (field && field === document.activeElement && !field.checkVisibility()) {
    document.querySelector(".quick-add-header textarea").focus();
  }
}

for (const watch of [watchRequests, watchQueue, watchFocus, watchMenus, watchDragging, watchCarried]) watch();
for (const watch of [watchKeys, watchToasts, watchHelp, watchOthers, watchPanel, watchTabs]) watch();
setUpQuickAdd();
document.addEventListener("htmx:load", onLoad);
document.addEventListener("tasks:changed", onFirst);
const board = document.getElementById("board");
if (board) setUp(board);
