// The fields of an open task: each saves itself when it is left or chosen, and keeps what was typed until it is saved.

import { ask } from "./ask.js";
import { askToSignIn, drop } from "./banner.js";
import { apply } from "./cards.js";
import { say, text } from "./say.js";
import { isGood, parsed, tell } from "./send.js";

const served = new WeakMap(); // each part as the server sent it
const failed = new Set(); // names of fields that could not be sent
const newer = new Map(); // what others made of fields that the person is at work on, by name
let turn = Promise.resolve(); // of the last save: one after the other
let asked = 0; // times that the task was asked for; only the last answer counts
let onGone = () => {};

export const task = () => document.getElementById("task");
const part = (name, root = task()) => root?.querySelector(`[data-part="${name}"]`);
const partOf = (element) => element.closest?.("#task [data-part]");
const controls = (place) => [...place.querySelectorAll(":is(input, textarea, select):not([type='hidden'])")];
const wasOf = (place, name) => place.querySelector(`[name="was_${name}"]`);

// --- Values ------------------------------------------------------------------------------------------------------------
// A due date is two controls and one value.
function valueOf(place) {
  const [first, second] = controls(place).map(({ value }) => value);
  return second ? `${first}T${second}` : first;
}

function setValue(place, value) {
  const [first, second] = controls(place);
  const [date, time = ""] = second ? value.split("T") : [value];
  first.value = date;
  if (second) second.value = time;
  showSize(place);
}

// What a control makes of a text: one line has no line breaks, several have LF (HTML, value sanitization).
function asHeld(place, text) {
  return controls(place)[0].matches("input") ? text.replace(/[\r\n]/g, "") : text.replace(/\r\n?/g, "\n");
}

function isDirty(place) {
  const was = wasOf(place, place.dataset.part);
  return was ? valueOf(place) !== asHeld(place, was.value) : false;
}

const isHeld = (place) => Boolean(place.querySelector("[data-clash], .fault"));
export const isUnsaved = () => [...(task()?.querySelectorAll("[data-part]") ?? [])].some(isDirty);

function showSize(place) {
  const replica = place.querySelector("[data-replica]");
  if (replica) replica.textContent = controls(place)[0].value;
}

// --- Saving ------------------------------------------------------------------------------------------------------------
export function save(place) {
  const half = controls(place).find(({ validity }) => validity.badInput); // a date of which a part is missing
  if (half) complain(place, half.validationMessage);
  if (half || !isDirty(place) || place.querySelector("[data-clash]")) return turn;
  const name = place.dataset.part;
  const values = () => {
    const fields = Object.fromEntries(controls(part(name)).map((control) => [control.name, control.value]));
    return isDirty(part(name)) && { ...fields, [`was_${name}`]: wasOf(part(name), name).value };
  };
  return send(name, values);
}

// Resolves when all that was typed so far has been answered; to whether it is saved.
export async function saveAll() {
  for (const place of task()?.querySelectorAll("[data-part]") ?? []) save(place);
  await turn;
  return !isUnsaved();
}

export function setStatus(status) {
  setValue(part("status"), status);
  return save(part("status"));
}

function send(name, values) {
  const article = task();
  turn = turn.then(async () => {
    const sent = article === task() && values();
    if (!sent) return;
    state("saving");
    const answer = await ask("post", article.dataset.edit, sent);
    if (article === task()) await take(name, sent, answer, () => send(name, values));
  });
  return turn;
}

async function take(name, sent, answer, again) {
  failed.delete(name);
  if (!answer) return keep(name);
  if (answer.status === 401) return void ((await askToSignIn()) ? again() : state("failed"));
  const page = parsed(answer);
  const fresh = page.getElementById("task");
  if (isGood(answer)) {
    drop("task");
    adopt(part(name), part(name, fresh), sent);
    renew(fresh, { own: true });
    state(isUnsaved() ? "editing" : "saved");
    apply(page);
    // Put back while it was on its way.
    if (!part(name).contains(document.activeElement)) save(part(name));
  } else if (fresh && answer.status === 410) {
    state("failed");
    onGone(fresh);
  } else if (fresh) {
    state("failed");
    refuse(part(name), part(name, fresh));
    renew(fresh, { but: name });
  } else {
    state("failed");
    tell("task", answer, again);
  }
}

// What is saved is from now on what was; what was typed in the meantime stays.
function adopt(place, fresh, sent) {
  const name = place.dataset.part;
  const isSame = controls(place).every((control) => !(control.name in sent) || control.value === sent[control.name]);
  wasOf(place, name).value = wasOf(fresh, name).value;
  clear(place);
  for (const [at, control] of controls(place).entries()) {
    if ("defaultValue" in control) control.defaultValue = controls(fresh)[at].defaultValue;
  }
  if (isSame) setValue(place, valueOf(fresh));
}

// Why it was not saved: at the field, which keeps what was typed.
function refuse(place, fresh) {
  const faults = [...fresh.querySelector("[data-faults]").children];
  place.querySelector("[data-faults]").replaceChildren(...faults);
  place.querySelector("[data-clashes]").replaceChildren(...fresh.querySelector("[data-clashes]").children);
  for (const control of controls(place)) {
    if (faults.length) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  const why = place.querySelector(".fault, .conflict > p");
  if (why) say(why.textContent.trim(), { now: true });
}

// The server could not be reached: tried again when it can.
function keep(name) {
  failed.add(name);
  complain(part(name), text("task-unreachable"));
}

function complain(place, message) {
  const line = document.createElement("p");
  line.className = "fault";
  line.textContent = message;
  place.querySelector("[data-faults]").replaceChildren(line);
  state("failed");
  say(message, { now: true });
}

function tryAgain() {
  for (const name of failed) if (part(name)) save(part(name));
}

export function state(word) {
  const place = document.getElementById("task-state");
  if (!place) return;
  place.hidden = word === "editing";
  place.dataset.state = word;
  if (word !== "editing") place.querySelector("span").textContent = text(`task-${word}`);
}

// --- What others made of it --------------------------------------------------------------------------------------------
// Puts the parts of `fresh` in the place of those that nobody is at work on.
export function renew(fresh, { own = false, but } = {}) {
  const article = task();
  Object.assign(article.dataset, fresh.dataset);
  document.title = fresh.dataset.title;
  article.querySelector(":scope > [data-gone-banner]")?.remove();
  article.querySelector('#task-set [name="was_status"]').value = fresh.dataset.status;
  for (const one of fresh.querySelectorAll("[data-part]")) {
    const { part: name } = one.dataset;
    newer.delete(name);
    if (name === but || served.get(part(name)) === one.outerHTML) continue;
    if (isBusy(part(name), own)) newer.set(name, one);
    else replace(part(name), one);
  }
  document.getElementById("task-names").replaceWith(fresh.querySelector("#task-names"));
}

// To be called when the person may have left a field.
function catchUp() {
  for (const [name, one] of newer) {
    if (!part(name) || isBusy(part(name), false)) continue;
    newer.delete(name);
    replace(part(name), one);
  }
}

// Own choices are answered where the focus still is.
function isBusy(place, own) {
  const hasFocus = place.contains(document.activeElement) && !document.activeElement.matches("h1");
  const focused = hasFocus ? document.activeElement : null;
  const isTyping = focused?.matches("input, textarea, [data-clear]");
  return isDirty(place) || isHeld(place) || (own ? Boolean(isTyping) : Boolean(focused));
}

function replace(older, fresh) {
  const focused = older.contains(document.activeElement) ? document.activeElement : null;
  served.set(fresh, fresh.outerHTML);
  older.replaceWith(fresh);
  prepare(fresh);
  if (focused) heirOf(focused, fresh)?.focus({ preventScroll: true });
}

function heirOf(focused, fresh) {
  const attributes = ["name", "value", "form", "rel"].filter((name) => focused.hasAttribute(name));
  const like = (names) => names.map((name) => `[${name}="${CSS.escape(focused.getAttribute(name))}"]`).join("");
  const found = attributes.length ? fresh.querySelector(like(attributes)) : null;
  return found ?? fresh.querySelector(focused.tagName.toLowerCase());
}

function prepare(place) {
  for (const button of place.querySelectorAll("[data-clear]")) button.hidden = !valueOf(place);
}

// --- The choice where two have changed one thing -----------------------------------------------------------------------
function decide(name, isMine) {
  const place = part(name);
  const theirs = place.querySelector(`[name="theirs_${name}"]`).value;
  wasOf(place, name).value = theirs;
  if (!isMine) setValue(place, theirs);
  place.querySelector("[data-clashes]").replaceChildren();
  const [control] = controls(place);
  control.focus({ preventScroll: true });
  if (isMine) return save(place);
  return refresh();
}

export async function refresh() {
  const article = task();
  const mine = (asked += 1);
  const answer = await ask("get", article.dataset.address);
  if (!answer || article !== task() || mine !== asked) return;
  const fresh = parsed(answer).getElementById("task");
  if (fresh && isGood(answer)) {
    renew(fresh);
    if (!isUnsaved()) state("saved");
  } else if (fresh) {
    onGone(fresh);
  }
}

// --- What people do ----------------------------------------------------------------------------------------------------
let isTyped = false; // and not picked: a date is valid long before its year is whole

function onInput({ target, inputType }) {
  const place = partOf(target);
  if (!place) return;
  showSize(place);
  prepare(place);
  if (isDirty(place)) state("editing");
  // A name picked from the list is no typing.
  if (target.list && (!inputType || inputType === "insertReplacementText")) save(place);
}

function onChange({ target }) {
  const place = partOf(target);
  if (place && (target.matches("select") || (target.matches("[type='date'], [type='time']") && !isTyped))) save(place);
}

function onLeave({ target, relatedTarget }) {
  const place = partOf(target);
  isTyped = false;
  if (!place || place.contains(relatedTarget)) return;
  save(place);
  setTimeout(catchUp);
}

function onKey(event) {
  const { target, key, ctrlKey, metaKey, isComposing } = event;
  const place = partOf(target);
  if (!place || isComposing || event.defaultPrevented || !target.matches("input, textarea, select")) return;
  if (target.matches("[type='date'], [type='time']") && key !== "Enter") isTyped = true;
  const isDone = target.matches("textarea[name='description']") ? ctrlKey || metaKey : target.matches("textarea");
  if (key === "Enter" && isDone) {
    event.preventDefault();
    save(place);
  } else if (key === "Escape") {
    event.preventDefault();
    putBack(place);
  }
}

function putBack(place) {
  setValue(place, wasOf(place, place.dataset.part).value);
  clear(place);
  place.querySelector("details[open]")?.removeAttribute("open");
  document.getElementById("task-name").focus({ preventScroll: true });
  if (!isUnsaved() && task().querySelector("#task-state").dataset.state !== "saving") refresh();
}

// Takes away what was said about the field.
function clear(place) {
  place.querySelector("[data-faults]").replaceChildren();
  place.querySelector("[data-clashes]").replaceChildren();
  for (const control of controls(place)) control.removeAttribute("aria-invalid");
}

function onClick({ target }) {
  const place = partOf(target);
  if (!place || !target.closest("[data-clear]")) return;
  setValue(place, "");
  controls(place)[0].focus();
  save(place);
}

function onSubmit(event) {
  const { target, submitter } = event;
  if (target.id !== "task-edit" && target.id !== "task-set") return;
  event.preventDefault();
  if (target.id === "task-set") setStatus(submitter.value);
  else if (submitter?.name) decide(submitter.value, submitter.name === "mine");
  else if (partOf(document.activeElement)) save(partOf(document.activeElement));
}

// To be called for every task that comes.
export function setUpFields() {
  failed.clear();
  newer.clear();
  for (const place of task().querySelectorAll("[data-part]")) {
    served.set(place, place.outerHTML);
    prepare(place);
  }
  state("saved");
}

export function watchFields({ gone }) {
  onGone = gone;
  document.addEventListener("input", onInput);
  document.addEventListener("change", onChange);
  document.addEventListener("focusout", onLeave);
  document.addEventListener("keydown", onKey, true); // before keys.js, for which Escape leaves a field
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("tasks:back", tryAgain);
  addEventListener("online", tryAgain);
  addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });
}
