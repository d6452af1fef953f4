// Changes made by hand, sent one after the other in the order in which they were made; kept while the server is away.

import { askToSignIn, drop, show } from "./banner.js";
import { apply } from "./cards.js";
import { empty } from "./hands.js";
import { text } from "./say.js";
import { isGood, parsed, post, tell } from "./send.js";

const PATIENCE = 4000; // ms between attempts to reach the server

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
  const change = waiting[0];
  const values = typeof change.values === "function" ? change.values() : change.values;
  const answer = values ? await post(change.path, values) : { status: 204, responseText: "" };
  isSending = false;
  if (!answer) return wait();
  if (isAway) tellBack();
  if (answer.status === 401 && (await askToSignIn())) return sendNext();
  await finish(change, answer);
  sendNext();
}

async function finish(change, answer) {
  if (isGood(answer)) {
    await empty();
    waiting.shift();
    drop(change.path);
    apply(parsed(answer));
  } else {
    // What was built on a refused change of the same card has no ground any more.
    waiting = waiting.filter((one) => one !== change && !(change.card && one.card === change.card));
    change.back?.();
    if (answer.status !== 401) tell(change.path, answer, change.again ?? (() => send(change)));
  }
  if (isEmpty()) document.dispatchEvent(new Event("tasks:sent"));
}

// --- While the server is away ------------------------------------------------------------------------------------------
function wait() {
  isAway = true;
  tellAway();
  timer = setTimeout(sendNext, PATIENCE);
}

function tellAway() {
  for (const { card } of waiting) if (card) mark(card);
  show("away", { kind: "away", message: text("offline"), note: text("waiting", { count: count() }) });
  document.dispatchEvent(new Event("tasks:away"));
}

function tellBack() {
  isAway = false;
  drop("away");
  for (const clock of document.querySelectorAll(".card .waits")) clock.remove();
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
