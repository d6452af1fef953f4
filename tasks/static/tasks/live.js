// What others change, seen within seconds: one conditional request after the other.

import { askToSignIn, show } from "./banner.js";
import { apply, news } from "./cards.js";
import { areFull } from "./hands.js";
import * as queue from "./queue.js";
import { boardAddress } from "./send.js";
import { text } from "./say.js";

const LONGEST = 30_000; // ms between attempts when the server is away
const OFFLINE_AFTER = 3; // failed attempts

let timer;
let failures = 0;
let waiting = []; // changes that came while they would have disturbed

const boardNow = () => document.getElementById("board");

function plan(pause) {
  clearTimeout(timer);
  if (!document.hidden) timer = setTimeout(poll, pause);
}

async function poll() {
  clearTimeout(timer);
  const board = boardNow();
  if (!board?.dataset.position) return;
  const every = Number(board.dataset.every);
  try {
    const answer = await ask(board);
    // A filter may have brought another board in the meantime, which knows more than this answer.
    if (board === boardNow() && !(await take(answer, board))) return tell("offline");
    failures = 0;
    tell("live");
    plan(every);
  } catch {
    failures += 1;
    tell(failures < OFFLINE_AFTER ? "reconnecting" : "offline");
    plan(Math.min(every * 2 ** failures, LONGEST));
  }
}

async function ask({ dataset }) {
  const headers = { Accept: "text/html", "HX-Request": "true", "HX-Current-URL": boardAddress() };
  headers["If-None-Match"] = `"${dataset.position}"`;
  return fetch(dataset.live, { headers, cache: "no-store", signal: AbortSignal.timeout(LONGEST) });
}

// Returns whether to go on asking.
async function take(answer, board) {
  if (answer.status === 304) return true;
  if (answer.status === 401) return askToSignIn();
  if (answer.status === 410) return reload();
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const changes = page.querySelector("[data-changes]");
  board.dataset.position = changes.dataset.position;
  waiting.push(changes);
  applyWhenFree();
  return true;
}

// Another database, or a restored one: nothing on the screen can be trusted.
function reload() {
  const again = () => location.reload();
  if (isTyped()) show("reload", { kind: "news", message: text("another-board"), label: text("reload"), again });
  else again();
  return false;
}

function isTyped() {
  const fields = [...document.querySelectorAll("textarea, input:not([type='hidden'])")];
  return fields.some((field) => field.checkVisibility() && field.value !== field.defaultValue);
}

// --- Waiting -----------------------------------------------------------------------------------------------------------
const isTyping = () => document.activeElement?.matches("#board :is(input, textarea, select, [contenteditable])");

function applyWhenFree() {
  const isBusy = areFull() || isTyping();
  if (!isBusy && queue.isEmpty()) return applyAll();
  const count = new Set(waiting.flatMap(news)).size;
  if (isBusy && count) offer(count);
  else document.getElementById("news")?.remove();
}

function applyAll() {
  document.getElementById("news")?.remove();
  const changes = waiting;
  waiting = [];
  for (const one of changes) apply(one, { flash: true });
}

function offer(count) {
  const pill =
    document.getElementById("news") ?? document.getElementById("news-shape").content.firstElementChild.cloneNode(true);
  pill.querySelector("[data-part]").textContent = text("news", { count });
  pill.onclick = applyAll;
  if (!pill.isConnected) boardNow().prepend(pill);
}

// --- State -------------------------------------------------------------------------------------------------------------
function tell(state) {
  const place = document.getElementById("live");
  if (!place) return;
  const isWaiting = state === "offline" && !queue.isEmpty();
  place.hidden = false;
  place.dataset.state = state;
  const line = isWaiting ? text("offline-waiting", { count: queue.count() }) : text(`state-${state}`);
  if (place.textContent !== line) place.textContent = line;
}

// To be called for every board that comes.
export function follow() {
  failures = 0;
  waiting = [];
  tell("live");
  plan(Number(boardNow().dataset.every));
}

export function watchOthers() {
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : poll()));
  document.addEventListener("focusout", () => setTimeout(() => waiting.length && applyWhenFree()));
  for (const name of ["tasks:free", "tasks:sent"]) {
    document.addEventListener(name, () => waiting.length && applyWhenFree());
  }
  document.addEventListener("tasks:away", () => tell("offline"));
  document.addEventListener("tasks:back", poll);
  addEventListener("offline", () => tell("offline"));
  addEventListener("online", poll);
}
