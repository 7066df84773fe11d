// Adds, removes and orders reply items, and draws the chat beside them while they are typed.

const list = document.querySelector("[data-reply-items]");
const chat = document.querySelector("[data-reply-preview]");
const adder = list.querySelector("[data-reply-add]");
const silent = chat.querySelector("[data-reply-silent]");

const items = () => [...list.querySelectorAll("[data-reply-item]")];
const shown = () => items().filter((item) => !item.hidden);
const text = (item) => item.querySelector("[data-reply-text]");
const repliesAreOn = () => list.closest("form").elements.reply.value !== "none";

// The one piece of markup that WeChat keeps in a text message is a link.
const linkPattern = /<a\s[^>]*href=["'][^"']*["'][^>]*>([\s\S]*?)<\/a>/gi;

function bubble(value) {
  const said = document.createElement("div");
  said.className = "said";
  said.dataset.replyBubble = "";
  const avatar = document.createElement("span");
  avatar.className = "avatar";
  avatar.textContent = chat.dataset.initial;
  const body = document.createElement("div");
  body.className = "bubble";
  let end = 0;
  for (const match of value.matchAll(linkPattern)) {
    body.append(value.slice(end, match.index));
    const link = document.createElement("span");
    link.className = "bubble-link";
    link.textContent = match[1];
    body.append(link);
    end = match.index + match[0].length;
  }
  body.append(value.slice(end));
  said.append(avatar, body);
  return said;
}

function draw() {
  for (const old of chat.querySelectorAll("[data-reply-bubble]")) old.remove();
  const said = repliesAreOn() ? shown().map((item) => text(item).value).filter((value) => value.trim()) : [];
  for (const value of said) silent.before(bubble(value));
  silent.hidden = said.length > 0;
  shown().forEach((item, index, all) => {
    item.querySelector("[data-reply-number]").textContent = String(index + 1);
    item.querySelector('[data-reply-move="up"]').disabled = index === 0;
    item.querySelector('[data-reply-move="down"]').disabled = index === all.length - 1;
    item.querySelector("[data-reply-remove]").hidden = all.length === 1;
  });
  adder.hidden = shown().length === items().length;
}

function move(item, direction) {
  const row = shown();
  const other = row[row.indexOf(item) + (direction === "up" ? -1 : 1)];
  if (!other) return;
  if (direction === "up") other.before(item); else other.after(item);
  draw();
  item.querySelector(`[data-reply-move="${direction}"]`).focus();
}

function remove(item) {
  text(item).value = "";
  // The counters listen for typing.
  text(item).dispatchEvent(new Event("input", { bubbles: true }));
  item.querySelector(".error")?.remove();
  item.hidden = true;
  list.querySelector("[data-reply-item]:last-of-type")?.after(item);
  draw();
}

function drag(item) {
  const grip = item.querySelector("[data-reply-grip]");
  grip.hidden = false;
  grip.addEventListener("pointerdown", () => { item.draggable = true; });
  item.addEventListener("dragstart", () => item.classList.add("dragged"));
  item.addEventListener("dragend", () => {
    item.draggable = false;
    item.classList.remove("dragged");
    draw();
  });
  item.addEventListener("dragover", (event) => {
    const dragged = list.querySelector(".dragged");
    if (!dragged || dragged === item) return;
    event.preventDefault();
    const box = item.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) item.before(dragged); else item.after(dragged);
  });
}

for (const [index, item] of items().entries()) {
  item.hidden = index > 0 && text(item).value === "";
  for (const button of item.querySelectorAll("[data-reply-move]")) {
    button.hidden = false;
    button.addEventListener("click", () => move(item, button.dataset.replyMove));
  }
  const remover = item.querySelector("[data-reply-remove]");
  remover.hidden = false;
  remover.addEventListener("click", () => remove(item));
  drag(item);
}

adder.addEventListener("click", () => {
  const next = items().find((item) => item.hidden);
  next.hidden = false;
  draw();
  text(next).focus();
});
list.closest("form").addEventListener("input", draw);
draw();
