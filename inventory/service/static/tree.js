/* A tree of reasons, opened level by level. Used by the inventory of the page and by reports of the service. */
"use strict";
window.reasonTree = (() => {
  const { element } = page;
  let link = true;
  function branch(node, open) {
    const item = element("li"), head = document.createDocumentFragment();
    head.append(element("span", "title", node.title), " ");
    if (node.value) head.append(element("span", "value", node.value + (node.unit ? " " + node.unit : "")));
    const more = [];
    if (node.formula) more.push(element("span", "formula", node.formula));
    for (const line of node.notes || []) more.push(element("span", "note", line));
    if (node.place) {
      const [file, sheet, cell] = node.place, row = /^row (\d+)$/.exec(cell);
      const where = (link ? file : "") + (sheet ? (link ? "[" + sheet + "]" : sheet) : "") + (cell ? "!" + cell : "");
      const place = element(link ? "a" : "span", "note", where + (link ? " ↗" : ""));
      if (link) place.href = "/problems?" + new URLSearchParams({ file, sheet, cell: row ? "A" + row[1] : cell });
      more.push(place);
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

  return (node, withLinks) => {
    link = withLinks;
    const list = element("ul", "tree");
    list.append(branch(node, true));
    return list;
  };
})();
