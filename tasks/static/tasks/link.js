// A task's address in the clipboard.

import { layer, text } from "./say.js";
import { show } from "./toast.js";

export async function copyLink(number) {
  const address = new URL(`/t/${number}`, location.href).href;
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    copyTheOldWay(address);
  }
  show({ status: "copied", message: text("copied", { number }) });
}

// Without TLS a page has no clipboard.
function copyTheOldWay(address) {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = address;
  layer().append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  focused.focus({ preventScroll: true });
}
