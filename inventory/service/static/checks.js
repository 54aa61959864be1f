"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const progress = document.querySelector("progress"), label = document.getElementById("check-progress"), refusals = document.getElementById("check-refusals");
  async function send(row, printed) {
    say(texts.saving);
    const fields = [...row.querySelectorAll("input[name]")], typed = Object.fromEntries(fields.map(f => [f.name, f.value]));
    for (const place of row.querySelectorAll(".fault")) place.textContent = "";
    for (const field of fields) field.removeAttribute("aria-invalid");
    const { ok, data } = await ask("/api/check", { ...typed, printed, id: row.dataset.id, by: document.getElementById("person").value });
    const faults = data.faults || [];
    for (const fault of faults) {
      const field = fields.find(f => f.name === fault.column);
      if (!field) continue;
      field.setAttribute("aria-invalid", "true");
      field.parentElement.querySelector(".fault").textContent = fault.text;
    }
    refusals.textContent = ok || faults.some(f => fields.some(x => x.name === f.column)) ? "" : (data.problems || []).join(page.texts.semi);
    if (!ok) return say(texts.failed, true);
    say(texts.saved);
    row.classList.add("done");
    const places = [...row.querySelectorAll(".tick")];
    places[0].colSpan = places.length;
    places[0].replaceChildren(element("span", "good-text", "✓ " + (data.same ? texts.same : texts.changed) + " " + data.by + " " + data.date));
    for (const other of places.slice(1)) other.remove();
    progress.value += 1;
    label.textContent = label.textContent.replace(/\d+/, String(progress.value));
  }
  for (const row of document.querySelectorAll("tr[data-id]")) {
    const field = row.querySelector(".printed"), differs = row.querySelector(".differs");
    row.querySelector(".same")?.addEventListener("click", event => send(row, event.currentTarget.dataset.printed));
    field?.addEventListener("input", () => { differs.disabled = !field.value.trim(); });
    for (const one of row.querySelectorAll("input[name]")) one.addEventListener("keydown", event => { if (event.key === "Enter" && field.value.trim()) send(row, field.value); });
    differs?.addEventListener("click", () => send(row, field.value));
  }
})();
