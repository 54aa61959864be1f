/* Factors given on the screen: rows with a figure are saved together; what is wrong is said at its place. */
"use strict";
(() => {
  const { ask, counts } = page;
  const form = document.getElementById("factors");
  if (!form) return;
  const said = document.getElementById("factors-said");
  const rows = [...form.querySelectorAll("tbody tr")];
  const key = row => [row.dataset.parameter, row.dataset.keys, row.dataset.gas].join("|");
  function typed(row) {
    const out = { parameter: row.dataset.parameter, keys: row.dataset.keys, gas: row.dataset.gas };
    for (const field of row.querySelectorAll("input, select")) out[field.name] = field.value;
    return out;
  }
  function fault(place, text) {
    const row = rows.find(r => key(r) === place.row);
    const field = row?.querySelector(`[name="${place.column}"]`) || row?.querySelector("input");
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    field.parentElement.querySelector(".fault").textContent = text;
  }
  form.addEventListener("submit", async event => {
    event.preventDefault();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const place of form.querySelectorAll(".fault")) place.textContent = "";
    const button = form.querySelector("button[type=submit]");
    button.disabled = true;
    const { ok, data } = await ask("/api/factors", { rows: rows.map(typed) });
    button.disabled = false;
    if (ok) { counts(data); said.textContent = data.saved; location.reload(); return; }
    for (const place of data.faults || []) fault(place, place.text);
    said.textContent = (data.faults ? [] : data.problems || []).join(page.texts.semi);
    form.querySelector("[aria-invalid]")?.focus();
  });
})();
