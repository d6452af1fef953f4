// The browsable API's forms: what a plain form cannot send, and an answer that keeps what was typed.

document.addEventListener("submit", (event) => {
  const form = event.target;
  const method = event.submitter?.dataset.method ?? form.dataset.method;
  if ("filters" in form.dataset) {
    sendOnlyFilled(form);
  } else if (method) {
    event.preventDefault();
    send(form, method, event.submitter);
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens], [data-closes]");
  if (button?.dataset.opens) {
    document.getElementById(button.dataset.opens).showModal();
  } else {
    button?.closest("dialog").close();
  }
});

// An empty value is a value: `overdue=` is a fault and `assignee=` means nobody.
function sendOnlyFilled(form) {
  const empty = [...form.elements].filter((control) => control.name && control.value === "");
  empty.forEach((control) => (control.disabled = true));
  // The page may come back from the browser's history as it was left.
  setTimeout(() => empty.forEach((control) => (control.disabled = false)));
}

async function send(form, method, button) {
  if (button) button.disabled = true;
  try {
    const response = await fetch(form.getAttribute("action"), {
      method,
      body: bodyOf(form, method),
      headers: {
        Accept: "text/html",
        "Content-Type": "application/json",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "",
      },
    });
    show(new DOMParser().parseFromString(await response.text(), "text/html"), response, form);
  } catch {
    say(document.body.dataset.offline);
  } finally {
    if (button) button.disabled = false;
  }
}

function bodyOf(form, method) {
  if (method === "DELETE" || method === "OPTIONS") return undefined;
  if ("raw" in form.dataset) return form.elements.raw.value;
  const controls = [...form.elements].filter((control) => control.name && control.type !== "hidden");
  // A change names only what was changed, so that two people who change different fields both keep theirs.
  const named = method === "PUT" ? controls.filter(isChanged) : controls;
  return JSON.stringify(Object.fromEntries(named.map((control) => [control.name, valueOf(control)])));
}

function isChanged(control) {
  if (control.options) return [...control.options].some((option) => option.selected !== option.defaultSelected);
  return control.value !== control.defaultValue;
}

function valueOf(control) {
  return control.value === "" && !control.required ? null : control.value;
}

function show(page, response, form) {
  const content = page.querySelector(".sheet");
  if (!content) {
    say(page.querySelector("[data-advice]")?.textContent ?? `${response.status} ${response.statusText}`);
  } else if (response.ok) {
    document.querySelector(".sheet").replaceWith(content);
    document.title = page.title;
    content.querySelector("h1").focus();
  } else {
    document.querySelector("dialog[open]")?.close();
    document.getElementById("answer").replaceWith(page.getElementById("answer"));
    showFaults(page, form);
  }
}

// Only the faults come from the answer: the controls keep what was typed.
function showFaults(page, form) {
  let first = null;
  for (const old of form.querySelectorAll(".faults")) {
    const control = document.getElementById(old.id.replace("faults-", "field-"));
    const faults = page.getElementById(old.id);
    if (faults) old.replaceChildren(...faults.childNodes);
    control.toggleAttribute("aria-invalid", old.childElementCount > 0);
    if (old.childElementCount > 0) {
      control.setAttribute("aria-invalid", "true");
      first ??= control;
    }
  }
  (first ?? document.getElementById("answer")).focus();
}

function say(text) {
  const answer = document.getElementById("answer");
  const line = document.createElement("p");
  line.className = "panel fault";
  line.setAttribute("role", "alert");
  line.textContent = text;
  answer.prepend(line);
}
