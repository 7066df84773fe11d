// Live counters, one submit at a time, and a word before typed text is left behind.

const encoder = new TextEncoder();
const measures = {
  bytes: (text) => encoder.encode(text.replace(/\r?\n/g, "\n")).length,
  characters: (text) => [...text].length,
};

function count(counter) {
  const field = document.getElementById(counter.getAttribute("for"));
  if (!field) return;
  const used = measures[counter.dataset.counts](field.value);
  const unit = counter.dataset.unit ? ` ${counter.dataset.unit}` : "";
  counter.textContent = `${used} / ${counter.dataset.max}${unit}`;
  counter.toggleAttribute("data-over", used > Number(counter.dataset.max));
}

document.addEventListener("input", (event) => {
  for (const counter of document.querySelectorAll("[data-counts]")) {
    if (counter.getAttribute("for") === event.target.id) count(counter);
  }
});

for (const form of document.querySelectorAll("form[method=post]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = true;
    const button = event.submitter;
    if (!button?.dataset.busy) return;
    button.setAttribute("aria-disabled", "true");
    button.textContent = button.dataset.busy;
  });
  // Coming back with the browser's Back finds the form ready again.
  window.addEventListener("pageshow", () => { sent = false; });

  if (!("keep" in form.dataset)) continue;
  let touched = false;
  form.addEventListener("input", () => { touched = true; });
  window.addEventListener("beforeunload", (event) => {
    if (touched && !sent) event.preventDefault();
  });
}
