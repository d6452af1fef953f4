// Quick-add: what is typed is tinted and told in chips as the server understands it; Enter adds it.

import { say, text } from "./say.js";
import { parsed } from "./send.js";

const SETTLED = 500; // ms without typing until the chips are read out
const LONGEST = 6000; // bytes in an address; servers refuse much longer ones
const LIMIT = 200; // characters of a title

const known = new WeakMap();

export function setUp(root = document) {
  root.querySelectorAll("[data-adds]").forEach(of);
  if (root !== document) return;
  document.addEventListener("focusin", ({ target }) => of(target.closest?.("[data-adds]")));
  document.addEventListener("click", onClick);
}

function of(form) {
  if (form && !known.has(form)) known.set(form, new QuickAdd(form));
  return known.get(form);
}

class QuickAdd {
  ranges = []; // of the tokens, in UTF-16 units of the field's value
  painted = "";
  spoken = "";

  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.understood = form.querySelector(".understood");
    this.fault = form.querySelector(".quick-add-fault");
    this.mirror = mirrorOf(this.field);
    this.label = form.querySelector("[data-part=add]").textContent;
    this.fault.id ||= `fault-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.field.setAttribute("aria-describedby", `quick-add-keys ${this.fault.id}`);
    htmx.process(form);
    this.listen();
    this.typed();
  }

  listen() {
    const { form, field, understood } = this;
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("scroll", () => (this.mirror.scrollTop = field.scrollTop));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
    form.addEventListener("htmx:beforeSwap", (event) => event.target === form && this.onAnswer(event.detail));
    for (const name of ["htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(name, (event) => event.target === form && this.restore(event.detail));
      // Chips are a convenience: without them nothing is lost, and nothing is said.
      understood.addEventListener(name, (event) => event.stopPropagation());
    }
    understood.addEventListener("htmx:beforeSwap", (event) => this.onMeaning(event));
    understood.addEventListener("htmx:afterSwap", () => this.show());
    understood.addEventListener("click", ({ target }) => this.remove(target.closest("[data-token]")));
  }

  get value() {
    return this.field.value;
  }

  set value(value) {
    this.field.value = value;
    this.typed();
  }

  get lines() {
    return this.value.split("\n").filter((line) => line.trim());
  }

  // --- While typing ----------------------------------------------------------------------------------------------------
  typed() {
    const { value, understood } = this;
    this.setRanges(moved(this.ranges, this.painted, value));
    this.blame("");
    this.isRefused = false;
    const count = this.lines.length;
    const label = this.form.querySelector("[data-part=add]");
    label.textContent = count > 1 ? text("quick-add", { count }) : this.label;
    this.form.toggleAttribute("data-several", count > 1);
    this.isSettled = false;
    clearTimeout(this.settling);
    if (!count) return this.forget();
    if (encodeURIComponent(value).length <= LONGEST) htmx.trigger(understood, "typed");
    else this.countAlone(count);
    this.settling = setTimeout(() => {
      this.isSettled = true;
      this.announce();
    }, SETTLED);
  }

  forget() {
    htmx.trigger(this.understood, "htmx:abort");
    this.understood.replaceChildren();
    this.setRanges([]);
    this.spoken = "";
  }

  // Too long a text to be asked about in an address.
  countAlone(count) {
    this.understood.replaceChildren();
    this.setRanges([]);
    const length = [...this.value.trim()].length;
    if (count === 1 && length > LIMIT) this.blame(text("quick-add-too-long", { length }));
  }

  onMeaning(event) {
    const { detail } = event;
    if (detail.isError) event.stopPropagation();
    detail.isError = false;
    detail.shouldSwap = detail.xhr.status === 200 && this.lines.length > 0;
  }

  show() {
    const [asked, ranges] = rangesIn(this.understood.querySelector("[data-tinted]"));
    this.setRanges(moved(ranges, asked, this.value));
    const fault = this.understood.querySelector("[data-fault]")?.textContent ?? "";
    if (asked === this.value && !this.isRefused) this.blame(fault);
    if (this.isSettled) this.announce();
  }

  setRanges(ranges) {
    this.ranges = ranges;
    this.painted = this.value;
    paint(this.mirror, this.value, ranges);
    this.mirror.scrollTop = this.field.scrollTop;
  }

  announce() {
    const count = this.lines.length;
    const chips = [...this.understood.querySelectorAll("[data-token]")].map(({ dataset }) => dataset.said);
    const message = count > 1 ? text("quick-add", { count }) : chips.join(", ");
    if (message === this.spoken) return;
    this.spoken = message;
    say(message || text("quick-add-plain"));
  }

  remove(chip) {
    const range = chip && this.ranges.find(({ token }) => token === chip.dataset.token);
    if (!range) return;
    const { value } = this;
    const before = value.slice(0, range.start);
    const after = value.slice(range.end);
    const rest = before ? before.replace(/\s$/, "") + after : after.trimStart();
    this.value = rest;
    const at = Math.min(before.length, rest.length);
    this.field.focus();
    this.field.setSelectionRange(at, at);
  }

  blame(fault) {
    if (this.fault.textContent !== fault) this.fault.textContent = fault;
    if (fault) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  // --- Keys ------------------------------------------------------------------------------------------------------------
  onKey(event) {
    if (event.isComposing || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (!event.repeat) this.add({ open: event.shiftKey });
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (this.value) this.value = "";
      else this.leave();
    }
  }

  leave() {
    this.field.blur();
    if (this.form.dataset.adds !== "composer") return;
    const opener = this.form.closest(".column")?.querySelector("[data-compose]");
    this.form.remove();
    opener?.focus();
  }

  // --- Adding ----------------------------------------------------------------------------------------------------------
  // The field is free for the next task at once; what cannot be saved comes back into it.
  add({ open = false } = {}) {
    const { form, value } = this;
    if (!this.lines.length || this.field.hasAttribute("aria-invalid")) return this.field.focus();
    const values = { text: value, status: form.elements.status.value };
    if (open && this.lines.length === 1) values.open = "1";
    this.value = "";
    this.field.focus();
    htmx.ajax("post", form.action, { source: form, values, swap: "cards" }).catch(() => {});
  }

  onAnswer(detail) {
    const { xhr, requestConfig } = detail;
    const sent = requestConfig.parameters.text;
    if (!detail.isError) {
      if (this.value.startsWith(sent)) this.value = this.value.slice(sent.length).trimStart();
      if (requestConfig.parameters.open) openNext(xhr);
      return;
    }
    this.restore(detail);
    const problem = xhr.status === 422 && parsed(xhr).querySelector("[data-problem]");
    if (!problem) return;
    detail.isError = false;
    detail.shouldSwap = false;
    this.blame(problem.textContent.trim());
    this.isRefused = true;
  }

  restore({ requestConfig }) {
    const sent = requestConfig.parameters.text;
    if (!this.value.startsWith(sent)) this.value = this.value ? `${sent}\n${this.value}` : sent;
  }
}

// --- The mirror --------------------------------------------------------------------------------------------------------
// It lies behind the field, which shows the cursor and the selection alone, and has its text with the tokens tinted.
function mirrorOf(field) {
  const mirror = document.createElement("div");
  mirror.className = "quick-add-mirror";
  mirror.dir = "auto";
  mirror.ariaHidden = "true";
  field.before(mirror);
  return mirror;
}

function paint(mirror, value, ranges) {
  const nodes = [];
  let end = 0;
  for (const range of ranges) {
    const mark = document.createElement("mark");
    mark.textContent = value.slice(range.start, range.end);
    nodes.push(value.slice(end, range.start), mark);
    end = range.end;
  }
  // A line that is still empty has no height without something in it.
  mirror.replaceChildren(...nodes, value.slice(end), "\u200b");
}

function rangesIn(tinted) {
  const ranges = [];
  let end = 0;
  for (const node of tinted?.childNodes ?? []) {
    const start = end;
    end += node.textContent.length;
    if (node.nodeName === "MARK") ranges.push({ start, end, token: String(ranges.length) });
  }
  return [tinted?.textContent ?? "", ranges];
}

// The ranges that a change from one text to another leaves whole, where they are now.
function moved(ranges, from, to) {
  const shorter = Math.min(from.length, to.length);
  let head = 0;
  while (head < shorter && from[head] === to[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1;
  const shift = to.length - from.length;
  const stays = ({ start, end }) => (end <= head ? 0 : start >= from.length - tail ? shift : null);
  return ranges
    .filter((range) => stays(range) !== null)
    .map((range) => ({ ...range, start: range.start + stays(range), end: range.end + stays(range) }))
    .filter(({ start, end }) => !/\S/.test((to[start - 1] ?? "") + (to[end] ?? "")));
}

// --- In a column -------------------------------------------------------------------------------------------------------
function onClick(event) {
  const link = event.target.closest("[data-compose]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (compose(link)) event.preventDefault();
}

// Opens the composer of a column, or brings the one that is open there with what is typed in it.
function compose(link) {
  const column = columnOf(link);
  const template = document.getElementById("composer");
  if (!column || !template) return false;
  const form = document.getElementById("compose") ?? document.importNode(template.content, true).querySelector("form");
  column.querySelector(".column-body").prepend(form);
  form.elements.status.value = column.dataset.status;
  const { field } = of(form);
  field.ariaLabel = column.querySelector(".column-add").ariaLabel;
  form.scrollIntoView({ block: "nearest" });
  field.focus();
  return true;
}

function columnOf(link) {
  const near = link?.closest(".column") ?? document.getElementById(`column-${link?.dataset.compose}`);
  const tab = document.querySelector("#tabs [aria-current=true]"); // of the one that a phone shows
  return near ?? document.getElementById(`column-${tab?.dataset.tab}`) ?? document.querySelector("#board .column");
}

// --- Opening -----------------------------------------------------------------------------------------------------------
// A click, so that whatever opens tasks on this page opens this one.
function openNext(xhr) {
  const address = parsed(xhr).querySelector("[data-open]")?.dataset.open;
  if (!address) return;
  document.addEventListener("tasks:changed", () => {
    const link = document.querySelector(`#board .card a[href="${CSS.escape(address)}"]`);
    if (link) link.click();
    else location.assign(address);
  }, { once: true });
}
