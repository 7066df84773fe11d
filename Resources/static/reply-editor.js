// Adds, removes and orders reply items, takes files in place, and draws the chat beside them while
// they are typed. What it draws comes from the server, which knows how each format looks.

const list = document.querySelector("[data-reply-items]");
const form = list.closest("form");
const chat = document.querySelector("[data-reply-chat]");
const adder = list.querySelector("[data-reply-add]");
const picker = document.querySelector("[data-picker]");

const items = () => [...list.querySelectorAll("[data-reply-item]")];
const shown = () => items().filter((item) => !item.hidden);
const text = (item) => item.querySelector("[data-reply-text]");
const format = (item) => item.querySelector("[data-reply-format]");
const material = (item) => item.querySelector("[data-reply-material]");
const article = (item) => item.querySelector("[name=reply_article_id]");
const csrf = () => form.elements.csrf_token.value;

const kinds = { image: "image", voice: "voice", video: "video", news: "image", mini_program: "image", link: "image" };
const files = { image: ".png,.jpg,.jpeg,.gif", voice: ".mp3", video: ".mp4" };

/* ---------- the chat ---------- */

let drawing;

function draw() {
  clearTimeout(drawing);
  drawing = setTimeout(async () => {
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") typed.append(name, value);
    }
    const answer = await fetch("/qr-codes/preview", { method: "POST", body: typed });
    if (answer.ok) chat.innerHTML = await answer.text();
  }, 120);
}

function number() {
  shown().forEach((item, index, all) => {
    item.querySelector("[data-reply-number]").textContent = String(index + 1);
    item.querySelector('[data-reply-move="up"]').disabled = index === 0;
    item.querySelector('[data-reply-move="down"]').disabled = index === all.length - 1;
    item.querySelector("[data-reply-remove]").hidden = all.length === 1;
  });
  adder.hidden = shown().length === items().length;
}

function changed() {
  number();
  draw();
}

/* ---------- the order ---------- */

function move(item, direction) {
  const row = shown();
  const other = row[row.indexOf(item) + (direction === "up" ? -1 : 1)];
  if (!other) return;
  if (direction === "up") other.before(item); else other.after(item);
  changed();
  const button = item.querySelector(`[data-reply-move="${direction}"]`);
  (button.disabled ? item.querySelector("[data-reply-move]:not(:disabled)") : button)?.focus();
}

function remove(item) {
  for (const control of item.querySelectorAll("input:not([type=hidden]), textarea")) {
    control.value = "";
    // The counters listen for typing.
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const select of item.querySelectorAll("select")) select.selectedIndex = 0;
  for (const error of item.querySelectorAll(".error")) error.remove();
  item.hidden = true;
  items().at(-1).after(item);
  suit(item);
  changed();
}

function middle(item) {
  const box = item.getBoundingClientRect();
  return box.top + box.height / 2;
}

// By pointer events, which a finger has as well as a mouse.
function drag(item) {
  const grip = item.querySelector("[data-reply-grip]");
  grip.hidden = false;
  grip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    item.classList.add("dragged");
  });
  grip.addEventListener("pointermove", (event) => {
    if (!grip.hasPointerCapture(event.pointerId)) return;
    const row = shown();
    const [above, below] = [row[row.indexOf(item) - 1], row[row.indexOf(item) + 1]];
    // The neighbour moves and not the item: an element that moves loses the pointer.
    if (above && event.clientY < middle(above)) item.after(above);
    else if (below && event.clientY > middle(below)) item.before(below);
  });
  grip.addEventListener("lostpointercapture", () => {
    item.classList.remove("dragged");
    changed();
  });
}

/* ---------- materials ---------- */

// Offers what the format can send.
function suit(item) {
  const kind = kinds[format(item).value];
  const select = material(item);
  for (const option of select.querySelectorAll("option[data-kind]")) {
    option.hidden = option.disabled = option.dataset.kind !== kind;
    if (option.selected && option.disabled) select.value = "";
  }
  for (const group of select.querySelectorAll("optgroup")) {
    group.hidden = !group.querySelector("option:not([hidden])");
  }
  item.querySelector("[data-reply-file]").accept = files[kind] ?? "";
  const moves = select.selectedOptions[0]?.dataset.animated === "true";
  item.querySelector("[data-reply-animated]").hidden = !moves || format(item).value !== "image";
}

function select(control, { id, kind, label, animated }) {
  if (![...control.options].some((option) => option.value === id)) {
    const option = new Option(label, id);
    option.dataset.kind = kind;
    option.dataset.animated = Boolean(animated);
    control.append(option);
  }
  control.value = id;
}

// A card of our own is copied into the fields; anything else is chosen by its id.
function choose(item, choice) {
  if (choice.kind === "article" || choice.kind === "form") {
    select(item.querySelector(`[name=reply_${choice.kind}_id]`), choice);
  } else if (choice.kind === "news") {
    for (const name of ["title", "description", "url"]) {
      item.querySelector(`[name=reply_${name}]`).value = choice[name];
    }
    select(material(item), { id: choice.material, kind: "image", label: choice.materialLabel });
  } else if (choice.kind !== kinds[format(item).value]) {
    complain(material(item), list.dataset.otherKind);
  } else {
    select(material(item), choice);
  }
  suit(item);
  draw();
}

// Says beside a control what is wrong with it; nothing takes that away.
function complain(control, words) {
  const field = control.closest(".field");
  field.querySelector(".error")?.remove();
  field.classList.toggle("field-wrong", Boolean(words));
  if (!words) return;
  const error = document.createElement("p");
  error.className = "error";
  error.setAttribute("role", "alert");
  error.textContent = words;
  field.append(error);
}

// What the server says, also when it has nothing to say or cannot be reached.
async function ask(path, body) {
  try {
    const answer = await fetch(path, { method: "POST", body });
    const result = await answer.json();
    return answer.ok ? result : { error: result.error ?? list.dataset.failed };
  } catch {
    return { error: list.dataset.failed };
  }
}

async function upload(item) {
  const input = item.querySelector("[data-reply-file]");
  if (!input.files.length) return input.click();
  const body = new FormData();
  body.append("csrf_token", csrf());
  body.append("file", input.files[0]);
  const button = item.querySelector("[data-reply-upload]");
  button.disabled = true;
  try {
    const result = await ask("/materials/picker", body);
    complain(material(item), result.error);
    if (!result.error) choose(item, result);
  } finally {
    input.value = "";
    button.disabled = false;
  }
}

let picking;

async function pick(path, query) {
  const body = picker.querySelector("[data-picker-body]");
  const answer = await fetch(`${path}?${query}`).catch(() => undefined);
  if (answer?.ok) {
    body.innerHTML = await answer.text();
  } else {
    const error = document.createElement("p");
    error.className = "error in";
    error.setAttribute("role", "alert");
    error.textContent = list.dataset.failed;
    body.replaceChildren(error);
  }
  if (!picker.open) picker.showModal();
}

picker.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-picker-search]")) return;
  event.preventDefault();
  pick(event.target.getAttribute("action"), new URLSearchParams(new FormData(event.target)));
});

picker.addEventListener("click", (event) => {
  const tile = event.target.closest("[data-picker-choice]");
  const next = event.target.closest("[data-picker-next]");
  if (tile) {
    choose(picking, { id: tile.dataset.pickerChoice, ...tile.dataset });
    picker.close();
  } else if (next) {
    const search = picker.querySelector("[data-picker-search]");
    const query = new URLSearchParams(new FormData(search));
    query.set("cursor", next.dataset.pickerNext);
    pick(search.getAttribute("action"), query);
  }
});

/* ---------- drafts ---------- */

let isSynced = false;

async function sync(item) {
  const body = new URLSearchParams({ csrf_token: csrf(), account: form.querySelector("[name=account]").value });
  const { error, articles } = await ask("/articles/picker", body);
  complain(article(item), error);
  if (error) return;
  isSynced = true;
  for (const select of items().map(article)) {
    for (const article of articles) {
      const known = [...select.options].find((option) => option.value === article.id);
      if (known) known.textContent = article.label; else select.append(new Option(article.label, article.id));
    }
  }
  draw();
}

/* ---------- all together ---------- */

for (const [index, item] of items().entries()) {
  item.hidden = index > 0 && format(item).value === "text" && text(item).value === "";
  for (const button of item.querySelectorAll("[data-reply-move]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      move(item, button.dataset.replyMove);
    });
  }
  const remover = item.querySelector("[data-reply-remove]");
  remover.hidden = false;
  remover.addEventListener("click", () => remove(item));
  for (const button of item.querySelectorAll("[data-reply-pick]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      picking = item;
      const account = form.querySelector("[name=account]").value;
      pick(button.dataset.replyPick, new URLSearchParams({ kind: kinds[format(item).value] ?? "", account }));
    });
  }
  item.querySelector("[data-reply-upload]").addEventListener("click", (event) => {
    event.preventDefault();
    upload(item);
  });
  item.querySelector("[data-reply-file]").addEventListener("change", (event) => {
    if (event.target.files.length) upload(item);
  });
  item.querySelector("[data-reply-sync]").addEventListener("click", (event) => {
    event.preventDefault();
    sync(item);
  });
  material(item).addEventListener("change", () => suit(item));
  format(item).addEventListener("change", () => {
    suit(item);
    if (format(item).value === "article" && !isSynced) sync(item);
  });
  suit(item);
  drag(item);
}

adder.addEventListener("click", () => {
  const next = items().find((item) => item.hidden);
  next.hidden = false;
  changed();
  text(next).focus();
});
form.addEventListener("input", draw);
form.addEventListener("change", draw);
number();
