// Ticks: a whole page at once, counted, and kept over the pages of one list in this tab.

const form = document.querySelector("form[data-selection]");

if (form) {
  const all = form.querySelector("[data-select-all]");
  const none = form.querySelector("[data-select-none]");
  const everything = form.querySelector("input[name=all]");
  const boxes = [...form.querySelectorAll("input[name=select]")];
  const number = form.querySelector("[data-selected-count]");
  const elsewhere = form.querySelector("[data-selected-elsewhere]");
  const key = `selection ${form.dataset.selection}`;
  const here = new Set(boxes.map((box) => box.value));
  const chosen = new Set((sessionStorage.getItem(key) ?? "").split(",").filter(Boolean));

  const redraw = () => {
    for (const box of boxes) {
      if (box.checked) chosen.add(box.value); else chosen.delete(box.value);
    }
    const ticked = boxes.filter((box) => box.checked).length;
    number.textContent = everything?.checked ? "" : String(chosen.size);
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    none.hidden = chosen.size === 0;
    form.toggleAttribute("data-has-selection", chosen.size > 0 || Boolean(everything?.checked));
    elsewhere.value = [...chosen].filter((id) => !here.has(id)).join(",");
    sessionStorage.setItem(key, [...chosen].join(","));
  };

  for (const box of boxes) {
    box.checked = box.checked || chosen.has(box.value);
    box.addEventListener("change", redraw);
  }
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    redraw();
  });
  none.addEventListener("click", () => {
    chosen.clear();
    for (const box of boxes) box.checked = false;
    redraw();
  });
  everything?.addEventListener("change", redraw);
  form.addEventListener("submit", (event) => {
    // What is done to the codes ends the selection, but for looking at them.
    if (["group", "tags", "delete"].includes(event.submitter?.value)) sessionStorage.removeItem(key);
  });
  redraw();
}
