// Changes made by hand, sent one after the other in the order in which they were made; kept while the server is away.

import { ask } from "./ask.js";
import { askToSignIn, drop, show } from "./banner.js";
import { apply } from "./cards.js";
import { empty } from "./hands.js";
import { text } from "./say.js";
import { isGood, parsed, tell } from "./send.js";

const PATIENCE = 4000; // ms between attempts to reach the server

const keyOf = ({ path }) => `post ${path}`; // as in send.js

let waiting = [];
let isSending = false;
let isAway = false;
let timer;

export const isEmpty = () => waiting.length === 0;
export const count = () => waiting.length;

// Sends `values`, or what they are as a function when it is their turn. `back` undoes on the screen what was refused,
// `again` makes the same change once more.
export function send({ path, values, card, back, again }) {
  waiting.push({ path, values, card, back, again });
  if (isAway) tellAway();
  sendNext();
}

async function sendNext() {
  if (isSending || isEmpty()) return;
  isSending = true;
  clearTimeout(timer);
  const isOver = await attempt(waiting[0]);
  isSending = false;
  if (isOver) sendNext();
  else timer = setTimeout(sendNext, PATIENCE);
}

// Returns false when the server is away.
async function attempt(change) {
  if (typeof change.values === "function") change.values = change.values();
  const { path, values } = change;
  const answer = values ? await ask("post", path, values) : { status: 204, responseText: "" };
  if (!answer) tellAway();
  else if (isAway) tellBack();
  if (!answer) return false;
  if (isGood(answer)) await take(change, answer);
  else if (answer.status !== 401 || !(await askToSignIn())) refuse(change, answer);
  if (isEmpty()) document.dispatchEvent(new Event("tasks:sent"));
  return true;
}

async function take(change, answer) {
  await empty();
  waiting.shift();
  drop(keyOf(change));
  const page = parsed(answer);
  // Of a card that has been moved again this would show a place that it has left.
  const later = new Set(waiting.map(({ card }) => card?.id));
  for (const card of page.querySelectorAll(".card")) if (later.has(card.id)) card.remove();
  apply(page);
}

// What was built on a refused change of the same card has no ground any more.
function refuse(change, answer) {
  waiting = waiting.filter((one) => one !== change && !(change.card && one.card === change.card));
  change.card?.querySelector(".waits")?.remove();
  change.back?.();
  if (answer.status !== 401) tell(keyOf(change), answer, change.again ?? (() => send(change)));
}

// --- While the server is away ------------------------------------------------------------------------------------------
function tellAway() {
  isAway = true;
  for (const { card } of waiting) if (card) mark(card);
  show("away", { kind: "away", message: text("offline"), note: text("waiting", { count: count() }) });
  document.dispatchEvent(new Event("tasks:away"));
}

function tellBack() {
  isAway = false;
  drop("away");
  document.dispatchEvent(new Event("tasks:back"));
}

function mark(card) {
  if (card.querySelector(".waits")) return;
  const clock = document.getElementById("waits").content.firstElementChild.cloneNode(true);
  card.querySelector(".facts").append(clock);
}

export function watchQueue() {
  addEventListener("online", sendNext);
  addEventListener("beforeunload", (event) => {
    if (!isEmpty()) event.preventDefault();
  });
}
