// Writes links, WeChat's faces and emoji into the text of a reply item, where its caret is.

const dialog = document.querySelector("[data-insert]");
let area;

function open(kind) {
  for (const part of dialog.querySelectorAll("[data-insert-part]")) {
    part.hidden = part.dataset.insertPart !== kind;
  }
  const marked = area.value.slice(area.selectionStart, area.selectionEnd);
  for (const words of dialog.querySelectorAll("[name=words]")) words.value = marked;
  dialog.showModal();
  dialog.querySelector(`[data-insert-part="${kind}"]`).querySelector("input, button").focus();
}

function insert(text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  // The counter and the chat listen for typing.
  area.dispatchEvent(new Event("input", { bubbles: true }));
  dialog.close();
  area.focus();
}

// What would end an attribute is written as an address writes it.
const quoted = (text) => `"${text.trim().replaceAll('"', "%22")}"`;

function link(part) {
  const { words, url, app_id: app, path } = part.elements;
  const program = app ? ` data-miniprogram-appid=${quoted(app.value)} data-miniprogram-path=${quoted(path.value)}` : "";
  return `<a href=${quoted(url.value)}${program}>${words.value.trim()}</a>`;
}

dialog.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-insert-part]")) return;
  event.preventDefault();
  insert(link(event.target));
  event.target.reset();
});

dialog.addEventListener("click", (event) => {
  const sign = event.target.closest("[data-insert-sign]");
  if (sign) insert(sign.dataset.insertSign);
});

for (const tools of document.querySelectorAll("[data-insert-tools]")) {
  tools.hidden = false;
  for (const button of tools.querySelectorAll("[data-insert-open]")) {
    button.addEventListener("click", () => {
      area = tools.closest("[data-field]").querySelector("textarea");
      open(button.dataset.insertOpen);
    });
  }
}
