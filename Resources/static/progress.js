// Follows background work by server-sent events: moves the bars, and draws the page anew when
// something has ended, keeping what it was opened with to say. Without this module the page
// refreshes itself.

const source = new EventSource(document.querySelector("script[data-events]").dataset.events);
const main = document.querySelector("main");

async function renew() {
  const answer = await fetch(window.location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const said = [...main.querySelectorAll(":scope > [data-flash]")];
  main.replaceChildren(...said, ...page.querySelector("main").childNodes);
  if (!main.querySelector("[data-progress]")) source.close();
}

source.addEventListener("message", (event) => {
  const { id, done, total, under_way } = JSON.parse(event.data);
  const bar = [...document.querySelectorAll("[data-progress]")]
    .find((one) => one.dataset.progress === id);
  if (!bar) return;
  if (!under_way) {
    delete bar.dataset.progress;
    renew().catch(() => window.location.reload());
    return;
  }
  if (total === null) return;
  const meter = bar.querySelector("progress");
  meter.max = Math.max(total, 1);
  meter.value = done;
  bar.querySelector("[data-progress-text]").textContent =
    `${Math.floor((100 * done) / Math.max(total, 1))}%`;
});
