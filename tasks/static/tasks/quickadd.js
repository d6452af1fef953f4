// Quick-add: what is typed is tinted and told in chips as the server understands it; Enter adds it.

import { ask } from "./ask.js";
import { drop, show } from "./banner.js";
import { apply } from "./cards.js";
import { empty } from "./hands.js";
import { say, text } from "./say.js";
import { isGood, parsed, tell } from "./send.js";

const PAUSE = 150; // ms without typing until the server is asked
const SETTLED = 500; // ms without typing until the chips are read out
const LONGEST = 6000; // bytes in an address; servers refuse much longer ones
const LIMIT = 200; // characters of a title
const FAILED = "add"; // the banner's name

const known = new WeakMap();
let underWay = 0; // texts that are sent and not yet answered

export function setUp(root = document) {
  root.querySelectorAll("[data-adds]").forEach(of);
  if (root !== document) return;
  document.addEventListener("focusin", ({ target }) => of(target.closest?.("[data-adds]")));
  document.addEventListener("click", onClick);
  addEventListener("beforeunload", (event) => {
    if (underWay) event.preventDefault();
  });
}

function of(form) {
  if (form && !known.has(form)) known.set(form, new QuickAdd(form));
  return known.get(form);
}

class QuickAdd {
  ranges = []; // of the tokens, in UTF-16 units of the field's value
  painted = "";
  spoken = "";
  asked = 0;
  sent = Promise.resolve();

  constructor(form) {
    this.form = form;
    this.field = form.querySelector("textarea");
    this.understood = form.querySelector(".understood");
    this.fault = form.querySelector(".quick-add-fault > p");
    this.mirror = mirrorOf(this.field);
    this.label = form.querySelector("[data-part=add]").textContent;
    this.fault.id ||= `fault-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.field.setAttribute("aria-describedby", `quick-add-keys ${this.fault.id}`);
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
    const { value } = this;
    this.setRanges(moved(this.ranges, this.painted, value));
    this.blame("");
    this.isRefused = false;
    const count = this.lines.length;
    const label = this.form.querySelector("[data-part=add]");
    label.textContent = count > 1 ? text("quick-add", { count }) : this.label;
    this.form.toggleAttribute("data-several", count > 1);
    this.isSettled = false;
    clearTimeout(this.asking);
    clearTimeout(this.settling);
    this.asked += 1; // answers under way are about an older text
    if (!count) return this.forget();
    if (encodeURIComponent(value).length > LONGEST) this.countAlone(count);
    else this.asking = setTimeout(() => this.ask(), PAUSE);
    this.settling = setTimeout(() => {
      this.isSettled = true;
      this.announce();
    }, SETTLED);
  }

  forget() {
    this.understood.replaceChildren();
    this.setRanges([]);
    this.spoken = "";
  }

  // Chips are a convenience: without them nothing is lost, and nothing is said.
  async ask() {
    const { asked, form, value } = this;
    const answer = await ask("get", form.dataset.understood, { text: value, status: form.elements.status.value });
    if (asked !== this.asked || !answer || !isGood(answer)) return;
    this.understood.replaceChildren(...parsed(answer).body.childNodes);
    this.setRanges(rangesIn(this.understood.querySelector("[data-tinted]"), value));
    if (!this.isRefused) this.blame(this.understood.querySelector("[data-fault]")?.textContent ?? "");
    if (this.isSettled) this.announce();
  }

  // Too long a text to be asked about in an address.
  countAlone(count) {
    this.understood.replaceChildren();
    this.setRanges([]);
    const length = [...this.value.trim()].length;
    if (count === 1 && length > LIMIT) this.blame(text("quick-add-too-long", { length }));
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
    this.value = before ? before.replace(/\s$/, "") + after : after.trimStart();
    const at = Math.min(before.length, this.value.length);
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
    // Safari ends a composition before it tells of the key that ended it.
    if (event.isComposing || event.keyCode === 229 || event.altKey) return;
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
    this.send(values);
  }

  // One after the other, so that the tasks come in the order in which they were typed.
  async send(values) {
    underWay += 1;
    this.sent = this.sent.then(() => ask("post", this.form.action, values));
    const answer = await this.sent;
    underWay -= 1;
    await this.take(values, answer);
  }

  take(values, answer) {
    if (answer && isGood(answer)) return this.added(values, parsed(answer));
    this.restore(values.text);
    const problem = answer?.status === 422 && parsed(answer).querySelector("[data-problem]");
    const again = () => this.send(values);
    if (problem) {
      this.blame(problem.textContent.trim());
      this.isRefused = true;
    } else if (answer) tell(FAILED, answer, again);
    else show(FAILED, { message: text("unreachable"), again });
  }

  async added(values, page) {
    drop(FAILED);
    if (this.value.startsWith(values.text)) this.value = this.value.slice(values.text.length).trimStart();
    await empty();
    apply(page);
    if (values.open) openTask(page.querySelector("[data-open]")?.dataset.open);
  }

  restore(sent) {
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

function rangesIn(tinted, value) {
  const ranges = [];
  let end = 0;
  if (tinted?.textContent !== value) return ranges;
  for (const node of tinted.childNodes) {
    const start = end;
    end += node.textContent.length;
    if (node.nodeName === "MARK") ranges.push({ start, end, token: String(ranges.length) });
  }
  return ranges;
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

// A click, so that whatever opens the cards of this page opens this one.
function openTask(address) {
  const link = document.querySelector(`#board .card a[href="${address}"]`);
  if (link) link.click();
  else if (address) location.assign(address);
}
