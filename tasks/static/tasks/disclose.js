// Menus that are a <details>: a click elsewhere or Escape closes them, and the focus goes back to what opened them.

document.addEventListener("pointerdown", (event) => {
  for (const menu of document.querySelectorAll("details.menu-of[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu-of[open]");
  if (!menu) return;
  event.preventDefault();
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu-of[open]");
  // Without a relatedTarget it is the window that lost the focus.
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});
