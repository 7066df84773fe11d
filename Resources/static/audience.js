// Says who would be in the audience, and how many, a moment after each change of its conditions.

const form = document.querySelector("form[data-estimate]");
const pause = 400;
let timer;
let asked = 0;

async function estimate() {
  const number = ++asked;
  const answer = await fetch(form.dataset.estimate, {
    method: "POST", body: new URLSearchParams(new FormData(form)),
  });
  if (!answer.ok || number !== asked) return;
  const { sentence, count } = await answer.json();
  form.querySelector("[data-sentence]").textContent = sentence;
  form.querySelector("[data-count]").textContent = count;
}

function changed({ target }) {
  if (target.name === "name") return;
  clearTimeout(timer);
  timer = setTimeout(() => estimate().catch(() => {}), pause);
}

// What chooses for a person, as a test or a reading aid does, may not say that it typed.
for (const kind of ["input", "change"]) form.addEventListener(kind, changed);

// A button that adds a line brings the page anew: go on in that line.
const last = [...form.querySelectorAll(".condition > select")].findLast(({ value }) => !value);
if (last && form.querySelectorAll(".condition").length > 1) last.focus();
