// Buttons that add, move or remove a part of a form: what the server draws takes the place of the old,
// so that neither the place on the page nor the focus is lost.

async function redraw(form, button) {
  const parts = () => [...form.querySelectorAll("[data-part]")];
  const before = parts().length;
  const answer = await fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form, button)),
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("form:has([data-in-place])");
  if (!fresh) return window.location.assign(answer.url);
  form.replaceChildren(...fresh.childNodes);
  const added = parts().length > before ? parts().at(-1) : null;
  const step = { up: -1, down: 1 }[button.name] ?? 0;
  const moved = form.querySelector(`[name="${button.name}"][value="${Number(button.value) + step}"]`);
  const target = added?.querySelector("select, input:not([type=hidden], [type=checkbox])")
    ?? moved ?? form.querySelector("[data-in-place]");
  target?.focus();
}

// Before the form itself hears of it: this is no sending of the form.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-in-place]")) return;
  event.preventDefault();
  event.stopPropagation();
  redraw(event.target, button);
}, true);
