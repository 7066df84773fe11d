// A palette beside each colour, and a picture that follows what is chosen.

const form = document.querySelector("form[data-design]");
const pause = 400;
let timer;
let asked = 0;

async function draw() {
  const number = ++asked;
  const answer = await fetch(`${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`);
  if (!answer.ok || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [old, fresh] = [document, page].map((one) => one.querySelector("aside.sticky"));
  if (fresh) old.replaceChildren(...fresh.childNodes);
}

function changed() {
  clearTimeout(timer);
  timer = setTimeout(() => draw().catch(() => {}), pause);
}

for (const field of form.querySelectorAll("#foreground, #background, #gradient")) {
  const palette = document.createElement("input");
  const show = () => { if (/^#[0-9a-f]{6}$/i.test(field.value)) palette.value = field.value; };
  palette.type = "color";
  palette.className = "palette";
  palette.setAttribute("aria-label", field.labels[0]?.textContent.trim() ?? "");
  palette.addEventListener("input", () => { field.value = palette.value; });
  field.addEventListener("input", show);
  show();
  const row = document.createElement("span");
  row.className = "affix";
  field.before(row);
  row.append(palette, field);
}
form.addEventListener("input", changed);
