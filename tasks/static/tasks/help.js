// The overlay of shortcuts, and the switch that turns letters off.

import { ask } from "./ask.js";
import { show as showBanner } from "./banner.js";
import { text } from "./say.js";
import { isGood, tell } from "./send.js";

export function openHelp() {
  document.getElementById("help").showModal();
}

async function turn(form, value) {
  const answer = await ask("post", form.getAttribute("action"), { shortcuts: value });
  const again = () => turn(form, value);
  if (answer && isGood(answer)) show(value);
  else if (answer) tell("shortcuts", answer, again);
  else showBanner("shortcuts", { message: text("unreachable"), again });
}

function show(value) {
  const control = document.querySelector('#help [role="switch"]');
  document.body.dataset.shortcuts = value;
  control.ariaChecked = String(value === "on");
  control.value = value === "on" ? "off" : "on";
  document.querySelector('#help [data-part="state"]').textContent = text(`shortcuts-${value}`);
}

export function watchHelp() {
  const dialog = document.getElementById("help");
  for (const button of document.querySelectorAll("[data-help]")) {
    button.hidden = false;
    button.addEventListener("click", openHelp);
  }
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    turn(event.target, event.submitter.value);
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("[data-closes]")) dialog.close();
  });
}
