"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const refusals = document.getElementById("quality-refusals");
  for (const finding of document.querySelectorAll(".finding")) {
    const field = finding.querySelector("input"), button = finding.querySelector("button");
    async function send() {
      say(texts.saving);
      const { ok, data } = await ask("/api/answer", { check: finding.dataset.check, place: finding.dataset.place, [field.name]: field.value });
      refusals.textContent = ok ? "" : (data.problems || []).join(page.texts.semi);
      if (!ok) return say(texts.failed, true);
      say(texts.saved);
      finding.querySelector(".good-text")?.remove();
      finding.querySelector(".answer").prepend(element("span", "good-text", "✓ " + field.value + "（" + data.by + " " + data.date + "）"));
      field.value = "";
    }
    button.addEventListener("click", send);
    field.addEventListener("keydown", event => { if (event.key === "Enter") send(); });
  }
})();
