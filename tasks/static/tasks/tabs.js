// A phone shows one column at a time: the tabs say which one, and lead to the others.

import { motion } from "./hands.js";

const HALF = 0.5; // of a column is on the screen
const observer = new IntersectionObserver(onSeen, { threshold: HALF });

function onSeen(entries) {
  const seen = entries.find(({ isIntersecting }) => isIntersecting)?.target;
  if (!seen) return;
  for (const tab of document.querySelectorAll("#tabs a")) {
    if (tab.dataset.tab === seen.dataset.status) tab.ariaCurrent = "true";
    else tab.removeAttribute("aria-current");
  }
}

// To be called for every board that comes.
export function watchColumns(board) {
  observer.disconnect();
  for (const column of board.querySelectorAll(".column")) observer.observe(column);
}

function onClick(event) {
  const tab = event.target.closest("#tabs a");
  if (!tab) return;
  event.preventDefault();
  const behavior = motion.matches ? "smooth" : "auto";
  document.getElementById(`column-${tab.dataset.tab}`).scrollIntoView({ inline: "start", block: "nearest", behavior });
}

export function watchTabs() {
  document.addEventListener("click", onClick);
}
