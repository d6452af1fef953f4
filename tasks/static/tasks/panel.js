// A task over the board: opened from its card, with an address of its own, and closed by Back.

import { ask } from "./ask.js";
import { apply, cardsIn, titleOf } from "./cards.js";
import { refresh, saveAll, setStatus, setUpFields, task, watchFields } from "./fields.js";
import { focusCard } from "./focus.js";
import { motion } from "./hands.js";
import { copyLink } from "./link.js";
import { layer } from "./say.js";
import { boardAddress, isGood, parsed, tell } from "./send.js";

const PATIENCE = 300; // ms before an empty panel says that it is loading
const FIELD = "input, textarea, select, [contenteditable]";
const STATUSES = ["todo", "in_progress", "done"];

let title; // of the page under the panel
let heirs = []; // ids of the cards that get the focus when it closes
let latest = 0; // what was asked for last is what is shown

const dialog = () => document.getElementById("panel");
const isOpen = () => Boolean(dialog()?.open);
const cardOf = (id) => document.getElementById(`card-${id}`);

// --- Opening -----------------------------------------------------------------------------------------------------------
// `focus` names a field; without it the heading has the focus.
export function openTask(card, { focus } = {}) {
  return open(titleOf(card).getAttribute("href"), { card, focus });
}

async function open(path, { card, focus, push = true } = {}) {
  const mine = (latest += 1);
  if (isOpen() && !(await saveAll())) return;
  if (card) heirs = idsAround(card);
  const slow = setTimeout(() => show(document.getElementById("task-loading").content.firstElementChild), PATIENCE);
  const answer = await ask("get", path);
  clearTimeout(slow);
  if (mine !== latest) return;
  const fresh = answer && parsed(answer).getElementById("task");
  if (!fresh) {
    hide();
    if (answer) tell(path, answer, () => open(path, { card, focus, push }));
    return;
  }
  show(fresh);
  if (push) remember(path);
  arrive(focus);
}

function idsAround(card) {
  const cards = cardsIn(card.parentElement);
  const at = cards.indexOf(card);
  return [...cards.slice(at), ...cards.slice(0, at).reverse()].map(({ dataset }) => dataset.id);
}

function show(article) {
  const panel = dialog();
  const old = panel.querySelector(".task");
  const fresh = document.importNode(article, true);
  if (old) old.replaceWith(fresh);
  else panel.prepend(fresh);
  if (panel.open) return;
  title = document.title;
  panel.showModal();
}

function arrive(focus) {
  if (task().dataset.title) document.title = task().dataset.title;
  if (!("gone" in task().dataset)) setUpFields();
  const field = focus && task().querySelector(`[data-part="${focus}"]`);
  field?.querySelector("details")?.setAttribute("open", "");
  (field?.querySelector(":is(input, textarea, select):not([type='hidden'])") ?? heading()).focus();
}

const heading = () => document.getElementById("task-name");

// The entry under the panel must not be htmx's own, which would load the board again.
function remember(path) {
  if (history.state?.panel) return history.replaceState({ panel: path }, "", path);
  history.replaceState({ board: boardAddress() }, "");
  history.pushState({ panel: path }, "", path);
}

// --- Closing -----------------------------------------------------------------------------------------------------------
// What was typed is saved first; the panel stays where that fails.
async function close() {
  if (!(await saveAll())) return;
  if (history.state?.panel) history.back();
  else hide();
}

async function hide() {
  const panel = dialog();
  if (!panel?.open) return;
  const id = task()?.dataset.task;
  latest += 1;
  if (motion.matches) {
    panel.classList.add("leaving");
    await Promise.allSettled(panel.getAnimations().map(({ finished }) => finished));
    panel.classList.remove("leaving");
  }
  panel.close();
  panel.querySelector(".task")?.remove();
  document.title = title;
  const card = [id, ...heirs].map(cardOf).find(Boolean);
  if (card) focusCard(card);
  else document.getElementById("board")?.focus({ preventScroll: true });
}

async function onBack({ state }) {
  if (state?.panel) return open(state.panel, { push: false });
  if (isOpen() && !(await saveAll())) return history.forward();
  await hide();
  const board = document.getElementById("board");
  const isOther = state?.board && board && location.href !== boardAddress();
  if (isOther) htmx.ajax("get", location.href, { target: board, swap: "outerHTML" }).catch(() => {});
}

// --- Links and buttons -------------------------------------------------------------------------------------------------
function onClick(event) {
  const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
  closeMenus(target);
  if (target === dialog()) return void close();
  const link = target.closest?.("a[href]");
  if (!link || event.defaultPrevented || button || ctrlKey || metaKey || shiftKey || altKey) return;
  if ("copy" in link.dataset) act(event, () => copyLink(task().dataset.number));
  else if ("close" in link.dataset && isOpen()) act(event, close);
  else if (isTask(link)) act(event, () => open(link.getAttribute("href"), { card: link.closest("#board .card") }));
}

function act(event, work) {
  event.preventDefault();
  work();
}

function isTask(link) {
  if (!document.getElementById("board") || "asPage" in link.dataset) return false;
  return link.origin === location.origin && /^\/t\/[^/]+$/.test(link.pathname);
}

function closeMenus(target) {
  for (const menu of task()?.querySelectorAll(".menu-of[open]") ?? []) if (!menu.contains(target)) menu.open = false;
}

async function onSubmit(event) {
  const { target, submitter } = event;
  if (!isOpen() || !(target.matches("#task-move, #task-delete") || "restore" in target.dataset)) return;
  event.preventDefault();
  const values = Object.fromEntries(new FormData(target, submitter));
  closeMenus(null);
  const answer = await ask("post", target.getAttribute("action"), values);
  if (!answer || !isGood(answer)) return tellWhy(answer, target, submitter);
  if (target.id === "task-delete") await leave(parsed(answer));
  else apply(parsed(answer));
  if ("restore" in target.dataset) await comeBack();
  else if (isOpen()) await refresh();
}

function tellWhy(answer, form, submitter) {
  if (answer) tell("task", answer, () => form.requestSubmit(submitter));
  else document.getElementById("task-state").dataset.state = "failed";
}

async function leave(changes) {
  const closed = new Promise((resolve) => dialog().addEventListener("close", resolve, { once: true }));
  if (history.state?.panel) history.back();
  else hide();
  await closed;
  apply(changes);
}

// --- What others do ----------------------------------------------------------------------------------------------------
function onChanges({ detail }) {
  const id = task()?.dataset.task;
  if (!isOpen() || !id) return;
  const card = detail.fragment.querySelector(`.card[data-id="${id}"]`);
  const isGone = detail.fragment.querySelector(`[data-gone] > [data-id="${id}"]`);
  if ("gone" in task().dataset) return void (card && comeBack());
  if (isGone || (card && card.dataset.version !== task().dataset.version)) refresh();
}

// Somebody has deleted it: what is typed stays, and can be saved once it is back.
function showGone(fresh) {
  const banner = fresh.querySelector("[data-gone-banner]");
  task().querySelector("[data-gone-banner]")?.remove();
  task().querySelector(".task-head").after(banner);
}

async function comeBack() {
  if ("gone" in task().dataset) return open(location.pathname, { push: false });
  return refresh();
}

// --- Keys --------------------------------------------------------------------------------------------------------------
const KEYS = {
  j: () => task().querySelector('[rel="next"]').click(),
  k: () => task().querySelector('[rel="prev"]').click(),
  e: () => task().querySelector('[name="title"]').focus(),
  a: () => task().querySelector('[name="assignee"]').focus(),
  p: () => task().querySelector('[name="priority"]').focus(),
  D: () => {
    task().querySelector(".due-of").open = true;
    task().querySelector('[name="due_date_0"]').focus();
  },
};

function onKey(event) {
  const { key, code, target } = event;
  if (event.defaultPrevented || event.isComposing || !task()) return;
  const menu = key === "Escape" && task().querySelector(".menu-of[open]");
  if (menu) {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  const isOff = document.body.dataset.shortcuts === "off" || "gone" in task().dataset;
  if (isOff || target.closest?.(FIELD) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (layer() !== (isOpen() ? dialog() : document.body)) return;
  const digit = /^[123]$/.exec(key) ?? (event.shiftKey ? null : /^Digit([123])$/.exec(code));
  const work = digit ? () => setStatus(STATUSES[digit.at(-1) - 1]) : KEYS[key];
  if (work) act(event, work);
}

export function watchPanel() {
  const panel = dialog();
  if (!panel) return;
  watchFields({ gone: showGone });
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("keydown", onKey);
  document.addEventListener("tasks:changed", onChanges);
  panel.addEventListener("cancel", (event) => act(event, close));
  addEventListener("popstate", onBack);
  // Only a board is told of changes while it is looked at.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isOpen() && task() && !("gone" in task().dataset)) refresh();
  });
  addEventListener("beforeprint", () => {
    for (const older of document.querySelectorAll(".activity-older")) older.open = true;
  });
  if (task() && !("gone" in task().dataset)) setUpFields();
}
