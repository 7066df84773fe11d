// Follows background work by server-sent events: moves the bars, and loads the page anew when
// something has ended. Without this module the page refreshes itself.

const path = document.querySelector("script[data-events]").dataset.events;
const bars = new Map(
  [...document.querySelectorAll("[data-progress]")].map((bar) => [bar.dataset.progress, bar]));
const source = new EventSource(path);

source.addEventListener("message", (event) => {
  const { id, done, total, under_way } = JSON.parse(event.data);
  const bar = bars.get(id);
  if (!bar) return;
  if (!under_way) {
    source.close();
    window.location.reload();
    return;
  }
  if (total === null) return;
  const meter = bar.querySelector("progress");
  meter.max = Math.max(total, 1);
  meter.value = done;
  bar.querySelector("[data-progress-text]").textContent =
    `${Math.floor((100 * done) / Math.max(total, 1))}%`;
});
