/* A tree of reasons, opened level by level. Used by the inventory of the page and by reports of the service. */
"use strict";
window.reasonTree = (() => {
  const { element } = page;
  let href = null;  /* where a place (file, sheet, cell) leads; null: nowhere, and the file goes without saying */
  function branch(node, open) {
    const item = element("li"), head = document.createDocumentFragment();
    head.append(element("span", "title", node.title), " ");
    if (node.value) head.append(element("span", "value", node.value + (node.unit ? " " + node.unit : "")));
    const more = [];
    if (node.formula) more.push(element("span", "formula", node.formula));
    for (const line of node.notes || []) more.push(element("span", "note", line));
    if (node.place) {
      const [file, sheet, cell] = node.place, row = /^row (\d+)$/.exec(cell);
      const at = row ? "A" + row[1] : cell, target = href?.(file, sheet, at) || "", inside = !href || target.startsWith("#");
      const title = node.sheet || sheet;
      const where = inside ? title + (cell ? "!" + cell : "") : file + (sheet ? "[" + title + "]" : "") + (cell ? "!" + cell : "");
      const place = element(target ? "a" : "span", "note", where + (target ? " ↗" : ""));
      if (target) place.href = target;
      more.push(place);
      if (node.entered) more.push(element("span", "note", node.entered));
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

  const toProblems = (file, sheet, cell) => "/problems?" + new URLSearchParams({ file, sheet, cell });
  /* links: true for the local page's own, or a function (file, sheet, cell) → address, or nothing */
  return (node, links) => {
    href = links === true ? toProblems : links || null;
    const list = element("ul", "tree");
    list.append(branch(node, true));
    return list;
  };
})();
