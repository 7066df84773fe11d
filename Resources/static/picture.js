// Opens a code's picture over the list. Without this module the same link leads to the code's page.

const sheet = document.getElementById("picture");
const part = (name) => sheet.querySelector(`[data-fill="${name}"]`);
const logo = part("logo");
let picture = "";

// The picture and its downloads, with the logo that is chosen.
const redraw = () => {
  const looks = logo?.value ? { logo: logo.value } : {};
  const path = (query) => `${picture}?${new URLSearchParams({ ...query, ...looks })}`;
  part("picture").src = path({ format: "svg" });
  for (const link of sheet.querySelectorAll("a[data-size]")) {
    link.href = path({ size: link.dataset.size, download: "1" });
  }
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-picture]");
  const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey;
  if (!opener || elsewhere) return;
  event.preventDefault();
  part("name").textContent = opener.dataset.name;
  part("link").dataset.copy = opener.dataset.link;
  part("page").href = opener.href;
  part("phone").href = opener.dataset.phone;
  part("phone").hidden = !opener.dataset.phone;
  picture = opener.dataset.picture;
  if (logo) logo.value = "";
  redraw();
  sheet.showModal();
});

logo?.addEventListener("change", redraw);

sheet.addEventListener("click", (event) => {
  if (event.target === sheet) sheet.close();
});
