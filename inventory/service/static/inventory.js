/* A click on a figure opens the tree of its reasons. */
"use strict";
(() => {
  const { ask, texts } = page;
  const table = document.querySelector("table.report"), panel = document.getElementById("reasons"), tree = document.getElementById("tree");
  let chosen = null;

  async function explain(button) {
    chosen?.setAttribute("aria-expanded", "false");
    chosen = button;
    button.setAttribute("aria-expanded", "true");
    panel.hidden = false;
    tree.textContent = texts.loading;
    const { ok, data } = await ask("/api/reasons?" + new URLSearchParams({ table: table.dataset.table, region: table.dataset.region, line: button.dataset.line, gas: button.dataset.gas, year: button.dataset.year }));
    if (button !== chosen) return;
    if (!ok) { tree.textContent = (data.problems || [texts.failed]).join(page.texts.semi); return; }
    tree.replaceChildren(reasonTree(data.tree, true));
    panel.scrollTop = 0;
  }
  table?.addEventListener("click", event => { const button = event.target.closest("button.why"); if (button) explain(button); });
  function close() { panel.hidden = true; chosen?.setAttribute("aria-expanded", "false"); chosen?.focus(); }
  document.getElementById("reasons-close").addEventListener("click", close);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && !panel.hidden) close(); });
})();
