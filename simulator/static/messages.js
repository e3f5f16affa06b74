// Show each message as it passes, and the state as it changes. Without this script the page shows what was at its time.
const list = document.getElementById("messages");
const state = document.getElementById("state");
const shown = 300;
const source = new EventSource(`events?after=${list.dataset.last}`);

function show(event) {
  const { id, html } = JSON.parse(event.data);
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const fresh = template.content.firstElementChild;
  const known = document.getElementById(fresh.id);
  if (known) {
    fresh.querySelector("details").open = known.querySelector("details").open;
    // A message that a reader has focused keeps the focus.
    const hasFocus = known.contains(document.activeElement);
    known.replaceWith(fresh);
    if (hasFocus) fresh.querySelector("summary").focus();
    return;
  }
  const later = [...list.children].find((item) => Number(item.dataset.id) > id);
  const wasAtEnd = window.innerHeight + window.scrollY >= list.getBoundingClientRect().bottom + window.scrollY - 8;
  list.insertBefore(fresh, later ?? null);
  fresh.classList.add("new");
  while (list.children.length > shown) list.firstElementChild.remove();
  if (wasAtEnd && !later) fresh.scrollIntoView({ block: "nearest" });
}

source.addEventListener("message", show);
source.addEventListener("state", (event) => {
  state.innerHTML = JSON.parse(event.data).html;
});
window.addEventListener("pagehide", () => source.close());
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
