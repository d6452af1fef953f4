// What the person has in hand: a dragged or picked-up card, an open menu. While it is there, nothing moves under it.

const held = new Set();

export function take(thing) {
  held.add(thing);
}

export function letGo(thing) {
  if (held.delete(thing) && held.size === 0) document.dispatchEvent(new Event("tasks:free"));
}

export function areFull() {
  return held.size > 0;
}

export function empty() {
  if (!areFull()) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("tasks:free", resolve, { once: true }));
}

export const motion = matchMedia("(prefers-reduced-motion: no-preference)");
