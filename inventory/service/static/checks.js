"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const progress = document.querySelector("progress"), label = document.getElementById("check-progress"), told = document.getElementById("check-told");
  async function send(row, printed) {
    say(texts.saving);
    const { ok, data } = await ask("/api/check", { id: row.dataset.id, printed, by: document.getElementById("person").value });
    told.textContent = ok ? "" : (data.problems || []).join("；");
    if (!ok) return say(texts.failed, true);
    say(texts.saved);
    row.classList.add("done");
    row.querySelector(".tick").replaceChildren(element("span", "good-text", "✓ " + (data.same ? texts.same : texts.changed) + " " + data.by + " " + data.date));
    progress.value += 1;
    label.textContent = label.textContent.replace(/\d+/, String(progress.value));
  }
  for (const row of document.querySelectorAll("tr[data-id]")) {
    const field = row.querySelector(".printed"), differs = row.querySelector(".differs");
    row.querySelector(".same")?.addEventListener("click", event => send(row, event.currentTarget.dataset.printed));
    field?.addEventListener("input", () => { differs.disabled = !field.value.trim(); });
    field?.addEventListener("keydown", event => { if (event.key === "Enter" && field.value.trim()) send(row, field.value); });
    differs?.addEventListener("click", () => send(row, field.value));
  }
})();
