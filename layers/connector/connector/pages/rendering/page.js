"use strict";
// Optional: every page works without script.
(() => {
  const root = document.getElementById("connector-page");
  const all = (name) => root.querySelectorAll(`[data-connector-${name}]`);

  // A browser does not follow `autofocus` in somebody else's frame.
  all("focus").forEach((summary) => summary.focus());
  all("scripted").forEach((text) => { text.hidden = false; });

  // Counts the minutes down. The style sheet shows the warnings; touching their text makes screen readers announce them.
  all("left").forEach((deadline) => {
    const end = Date.now() + deadline.dataset.connectorLeft * 1000;
    const shown = deadline.querySelector("[data-connector-minutes]");
    const format = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "minute", unitDisplay: "long" });
    const tell = () => {
      const minutes = Math.floor((end - Date.now()) / 60000);
      if (minutes >= 1) shown.textContent = format.format(minutes);
    };
    setInterval(tell, 10000);
    deadline.querySelectorAll("[role=status] p").forEach((warning) => {
      const due = end - warning.dataset.connectorBefore * 1000 - Date.now();
      if (due > 0) setTimeout(() => { warning.textContent += ""; }, due);
    });
  });

  // Polls, and replaces the page only when there is news: a customer who reads the page is not interrupted.
  all("poll").forEach((form) => {
    const button = form.querySelector("button");
    const fields = new URLSearchParams(new FormData(form));
    if (button.name) fields.set(button.name, button.value);
    const request = form.method === "get"
      ? [`${form.action}?${fields}`, { redirect: "manual" }]
      : [form.action, { method: "POST", body: fields, redirect: "manual" }];
    const isNews = async (answer) => {
      if (answer.type === "opaqueredirect") return true;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("connector-page");
      return page !== null && page.dataset.connectorPage !== root.dataset.connectorPage;
    };
    const poll = async () => {
      try {
        if (await isNews(await fetch(...request))) { button.click(); return; }
      } catch { /* Offline for a moment. */ }
      setTimeout(poll, form.dataset.connectorPoll * 1000);
    };
    setTimeout(poll, form.dataset.connectorPoll * 1000);
  });
})();
