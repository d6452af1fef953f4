// What every request of ours carries, and what is said when one fails.

import { askToSignIn, drop, show } from "./banner.js";
import { apply } from "./cards.js";
import { empty } from "./hands.js";
import { text } from "./say.js";

// Asked again, these would answer the same.
const FINAL = new Set([400, 404, 409, 410, 413, 422]);

export function boardAddress() {
  const address = document.getElementById("board")?.dataset.address;
  return address === undefined ? location.href : new URL(address, location.href).href;
}

function addHeaders({ detail }) {
  const { headers, parameters, verb } = detail;
  headers.Accept = "text/html";
  headers["HX-Current-URL"] = boardAddress();
  const token = /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (verb === "get" || !token) return;
  headers["X-CSRFToken"] = token;
  // Signing in, in another tab, makes the token in the page an old one.
  delete parameters.csrfmiddlewaretoken;
}

export const isGood = (xhr) => xhr.status >= 200 && xhr.status < 300;
export const parsed = (xhr) => new DOMParser().parseFromString(xhr.responseText, "text/html");

// --- Failures ----------------------------------------------------------------------------------------------------------
// Says why an answer is no good; `again` repeats the request.
export async function tell(key, xhr, again) {
  if (xhr.status === 401) {
    if (await askToSignIn()) again();
    return;
  }
  const page = parsed(xhr);
  const whole = page.querySelector("[data-banner]");
  const reason = page.querySelector("[data-problem], [data-advice]");
  const mayHelp = !FINAL.has(xhr.status) && !reason?.hasAttribute("data-retry");
  const message = reason?.textContent.trim() ?? text("failed");
  show(key, { message, whole, again: mayHelp ? again : undefined });
}

const keyOf = ({ requestConfig }) => `${requestConfig.verb} ${requestConfig.path}`;

// A form that shows its own faults has made this no error by now.
function onAnswer({ detail }) {
  if (!detail.isError) {
    // Later: the form that asked may be in the very banner, and its answer still needs its place in the page.
    setTimeout(() => drop(keyOf(detail)));
  } else {
    detail.isError = false;
    detail.shouldSwap = false;
    tell(keyOf(detail), detail.xhr, () => repeat(detail));
  }
}

function onSilence({ detail }) {
  show(keyOf(detail), { message: text("unreachable"), again: () => repeat(detail) });
}

function repeat({ requestConfig, target, etc }) {
  const { verb, path, parameters, elt } = requestConfig;
  const values = verb === "get" ? undefined : parameters;
  htmx.ajax(verb, path, { source: elt, target, values, swap: etc.swapOverride }).catch(() => {});
}

export function watchRequests() {
  document.addEventListener("htmx:configRequest", addHeaders);
  document.addEventListener("htmx:beforeSwap", onAnswer);
  document.addEventListener("htmx:sendError", onSilence);
  document.addEventListener("htmx:timeout", onSilence);
  htmx.config.timeout = 15_000;
  htmx.defineExtension("cards", {
    isInlineSwap: (style) => style === "cards",
    handleSwap(style, target, fragment) {
      if (style !== "cards") return false;
      empty().then(() => apply(fragment));
      return [];
    },
  });
}
