// Opens a code's picture over the list. Without this module the same link leads to the code's page.

const sheet = document.getElementById("picture");
const part = (name) => sheet.querySelector(`[data-fill="${name}"]`);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-picture]");
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey;
  if (!opener || elsewhere) return;
  event.preventDefault();
  part("name").textContent = opener.dataset.name;
  part("picture").src = opener.dataset.picture;
  part("download").href = opener.dataset.download;
  part("link").dataset.copy = opener.dataset.link;
  sheet.showModal();
});

sheet.addEventListener("click", (event) => {
  if (event.target === sheet) sheet.close();
});
