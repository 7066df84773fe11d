// Keeps the open chat and the callback log current, and the newest words in sight. The page works without it.

const interval = 1500;

function showEnd() {
  const chat = document.getElementById("chat");
  if (chat) chat.scrollTop = chat.scrollHeight;
}

function replace(id, fresh) {
  const old = document.getElementById(id);
  const next = fresh.getElementById(id);
  if (!old || !next || old.innerHTML === next.innerHTML) return false;
  old.replaceChildren(...next.childNodes);
  return true;
}

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.pathname + location.search, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  replace("log", fresh);
  if (replace("chat", fresh)) showEnd();
}

showEnd();
if (document.getElementById("chat")) {
  setInterval(() => refresh().catch(() => {}), interval);
}
