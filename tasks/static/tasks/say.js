// The page's own words, and what a screen reader is told.

const PAUSE = 50; // ms; a region that is emptied and filled at once stays unread
const timers = {};
const plural = new Intl.PluralRules(document.documentElement.lang);

// `values` fill the {names} of the text; `count` chooses its plural form too.
export function text(key, values = {}) {
  const texts = document.getElementById("texts").content;
  const find = (name) => texts.querySelector(`[data-text="${name}"]`);
  const line = "count" in values ? (find(`${key}.${plural.select(values.count)}`) ?? find(`${key}.other`)) : find(key);
  return line.textContent.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// Where the person is: everything outside of a modal dialog is inert, and silent.
export function layer() {
  return [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
}

export function say(message, { now = false } = {}) {
  const id = now ? "said-now" : "said";
  const region = document.getElementById(id) ?? madeRegion(id, now);
  if (!layer().contains(region) || region.closest("dialog:not([open])")) layer().append(region);
  region.textContent = "";
  clearTimeout(timers[id]);
  timers[id] = setTimeout(() => (region.textContent = message), PAUSE);
}

function madeRegion(id, now) {
  const region = document.createElement("div");
  region.id = id;
  region.className = "visually-hidden";
  region.ariaLive = now ? "assertive" : "polite";
  return region;
}
