/* Files made in the background, with what is being done, then a link to save them. */
"use strict";
(() => {
  const { ask, element, texts } = page;
  const box = document.getElementById("jobs");
  async function start(button) {
    button.disabled = true;
    const { ok, data } = await ask("/api/job", { kind: button.dataset.kind, department: button.dataset.department || "" });
    const row = element("div", "job-row");
    box.prepend(row);
    if (!ok) { row.classList.add("failed"); row.textContent = (data.problems || []).join(page.texts.semi); button.disabled = false; return; }
    await follow(row, data.number, data.name);
    button.disabled = false;
  }
  async function follow(row, number, name) {
    for (;;) {
      const { ok, data } = await ask("/api/job/" + number);
      if (!ok || data.state === "failed") {
        row.classList.add("failed");
        row.replaceChildren(element("strong", "", name), element("span", "", texts.not_made + texts.colon + (data.problems || []).join(page.texts.semi)));
        return;
      }
      if (data.state === "done") {
        const link = element("a", "button", texts.download);
        link.href = "/download/" + number;
        row.replaceChildren(element("strong", "", name), element("span", "mute", Math.max(1, Math.round(data.size / 1024)) + " KB"), link, ...data.notes.map(n => element("span", "", n)));
        return;
      }
      row.replaceChildren(element("span", "spin"), element("strong", "", name), element("span", "mute", (data.step || (data.state === "waiting" ? texts.waiting : texts.running)) + " · " + data.seconds + " " + texts.seconds));
      await new Promise(resolve => setTimeout(resolve, 400));
    }
  }
  for (const button of document.querySelectorAll("button.job")) button.addEventListener("click", () => start(button));
})();
