// Selects a page of rows at once and counts what is selected.

const all = document.querySelector("[data-select-all]");
const boxes = [...document.querySelectorAll("input[name=select]")];
const number = document.querySelector("[data-selected-count]");

function recount() {
  const chosen = boxes.filter((box) => box.checked).length;
  number.textContent = String(chosen);
  all.checked = chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

if (all && number) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    recount();
  });
  for (const box of boxes) box.addEventListener("change", recount);
  recount();
}
