/* A click on a figure opens the tree of its reasons. */
"use strict";
(() => {
  const { ask, element, texts } = page;
  const table = document.querySelector("table.report"), panel = document.getElementById("reasons"), tree = document.getElementById("tree");
  let chosen = null;

  function branch(node, open) {
    const item = element("li"), head = document.createDocumentFragment();
    head.append(element("span", "title", node.title), " ");
    if (node.value) head.append(element("span", "value", node.value + (node.unit ? " " + node.unit : "")));
    const more = [];
    if (node.formula) more.push(element("span", "formula", node.formula));
    for (const line of node.notes || []) more.push(element("span", "note", line));
    if (node.place) {
      const [file, sheet, cell] = node.place, row = /^row (\d+)$/.exec(cell);
      const link = element("a", "note", file + (sheet ? "[" + sheet + "]" : "") + (cell ? "!" + cell : "") + " ↗");
      link.href = "/problems?" + new URLSearchParams({ file, sheet, cell: row ? "A" + row[1] : cell });
      more.push(link);
    }
    if (node.children) {
      const details = element("details", "kind-" + node.kind), summary = element("summary");
      details.open = open;
      summary.append(head);
      const list = element("ul");
      let filled = false;
      const fill = () => { if (!filled) { filled = true; list.append(...node.children.map(child => branch(child, node.children.length === 1))); } };
      if (open) fill(); else details.addEventListener("toggle", fill, { once: true });
      details.append(summary, ...more, list);
      item.append(details);
    } else {
      const leaf = element("div", "leaf kind-" + node.kind);
      leaf.append(head, ...more);
      item.append(leaf);
    }
    return item;
  }

  async function explain(button) {
    chosen?.setAttribute("aria-expanded", "false");
    chosen = button;
    button.setAttribute("aria-expanded", "true");
    panel.hidden = false;
    tree.textContent = texts.loading;
    const { ok, data } = await ask("/api/reasons?" + new URLSearchParams({ table: table.dataset.table, region: table.dataset.region, line: button.dataset.line, gas: button.dataset.gas, year: button.dataset.year }));
    if (button !== chosen) return;
    if (!ok) { tree.textContent = (data.problems || [texts.failed]).join("；"); return; }
    const list = element("ul", "tree");
    list.append(branch(data.tree, true));
    tree.replaceChildren(list);
    panel.scrollTop = 0;
  }
  table?.addEventListener("click", event => { const button = event.target.closest("button.why"); if (button) explain(button); });
  function close() { panel.hidden = true; chosen?.setAttribute("aria-expanded", "false"); chosen?.focus(); }
  document.getElementById("reasons-close").addEventListener("click", close);
  document.addEventListener("keydown", event => { if (event.key === "Escape" && !panel.hidden) close(); });
})();
