// Live counters, the way to what is wrong, one submit at a time, and a word before typed text is left
// behind.

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

// The notice over a refused form leads to each field that it speaks of.
for (const notice of document.querySelectorAll("#main .notice-bad > div, .panel .notice-bad > div")) {
  const places = document.createElement("p");
  places.className = "row small";
  for (const field of (notice.closest("form") ?? document).querySelectorAll(".field-wrong")) {
    const label = field.querySelector("label[for], .label")?.firstChild;
    const control = field.querySelector("input:not([type=hidden]), select, textarea");
    if (!label || !control) continue;
    const way = document.createElement("button");
    way.type = "button";
    way.className = "link";
    way.textContent = label.textContent.trim();
    way.addEventListener("click", () => control.focus());
    places.append(way);
  }
  if (places.hasChildNodes()) notice.append(places);
}

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
