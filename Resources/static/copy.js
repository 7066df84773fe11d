// Copies the text of a button's data-copy, and says so in the button for a moment.

const shownFor = 1600;

async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  // Plain HTTP has no clipboard API: select the text in a field and copy the selection.
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

function toast(text) {
  const note = document.createElement("p");
  note.className = "toast";
  note.setAttribute("role", "status");
  note.textContent = text;
  (document.querySelector("dialog[open]") ?? document.body).append(note);
  setTimeout(() => note.remove(), shownFor);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(button.dataset.copy);
    toast(button.dataset.copied);
  });
}

for (const field of document.querySelectorAll(".copyable input")) {
  field.addEventListener("focus", () => field.select());
}
