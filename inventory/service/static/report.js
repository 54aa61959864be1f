/* The report: grid saved cell by cell, findings and remarks at their cells, transitions. */
"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const box = document.getElementById("report"), base = box.dataset.base;
  const editable = box.dataset.editable === "yes", told = document.getElementById("report-told"), note = document.getElementById("cell-note");
  const form = document.getElementById("act-form");
  let shown = null, name = "", action = "", queue = Promise.resolve();
  const grid = new Grid(document.getElementById("grid"), { change: edits => { queue = queue.then(() => save(edits)); }, choose: describe });

  async function post(path, given, done) {
    say(texts.saving);
    const { ok, status, data } = await ask(path, given);
    told.textContent = ok ? "" : (data.problems || [texts.failed]).join("；");
    say(ok ? texts.saved : texts.failed, !ok);
    if (ok) done?.(data);
    return { ok, status };
  }
  const reload = () => location.reload();

  async function load(sheet, cell) {
    const { ok, data } = await ask(base + "/sheet?" + new URLSearchParams({ name: sheet }));
    if (!ok) { told.textContent = (data.problems || [texts.failed]).join("；"); return; }
    name = sheet;
    shown = data;
    for (const tab of document.querySelectorAll(".sheet-tab")) tab.setAttribute("aria-selected", String(tab.dataset.name === sheet));
    grid.show(data.rows, { readOnly: !editable });
    paint();
    if (cell) grid.go(cell);
  }
  function paint() {
    grid.clear();
    if (shown.head >= 0) shown.rows[shown.head].forEach((text, c) => { if (text) grid.mark(Grid.name(shown.head, c), "cell-head"); });
    const kinds = { blocking: "cell-error", to_verify: "cell-warning", hint: "cell-hint" };
    for (const p of shown.at) grid.mark(p.cell, kinds[p.grade]);
    for (const r of shown.remarks) grid.mark(r.cell, "cell-remark");
  }
  function describe(cell) {
    if (!shown) return;
    const at = Grid.position(cell), column = at.row > shown.head ? shown.columns[String(at.column)] : undefined;
    const parts = [cell];
    if (column) parts.push(column.label + (column.required ? " *" : ""));
    for (const p of shown.at) if (p.cell === cell) parts.push(p.text);
    for (const r of shown.remarks) if (r.cell === cell) parts.push(r.text);
    note.replaceChildren(element("span", "", parts.join("　") + " "));
    if (editable && column && column.choices.length) {
      const chips = element("span", "chips");
      for (const choice of column.choices) {
        const button = element("button", "", choice);
        button.type = "button";
        button.addEventListener("click", () => { const seen = grid.rows[at.row][at.column]; grid.put(cell, choice); queue = queue.then(() => save([{ cell, text: choice, seen }])); });
        chips.append(button);
      }
      note.append(chips);
    }
    const place = document.getElementById("remark-place");
    if (place) place.textContent = name + "!" + cell;
  }
  async function save(edits) {
    const { ok, status } = await post(base + "/cells", { edits: edits.map(e => ({ ...e, sheet: name })) }, page.counts);
    if (ok) { for (const e of edits) grid.put(e.cell, e.text); await refresh(); }
    else if (status === 409 || status === 400) await load(name);
  }
  /* the side is made by the server: fetch the page and take its side */
  async function refresh() {
    const response = await fetch(location.href);
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const query of [".side", ".page-head", "#acts"]) {
      const old = document.querySelector(query), now = fresh.querySelector(query), top = old?.scrollTop;
      if (!old || !now) continue;
      old.replaceWith(document.adoptNode(now));
      document.querySelector(query).scrollTop = top;
    }
    wire();
    const { ok, data } = await ask(base + "/sheet?" + new URLSearchParams({ name }));
    if (!ok) return;
    data.rows.forEach((row, r) => row.forEach((text, c) => { if (shown.rows[r]?.[c] !== text) grid.put(Grid.name(r, c), text); }));
    shown = data;
    paint();
  }

  function wire() {
    const side = document.querySelector(".side");
    document.getElementById("workbook")?.addEventListener("change", event => {
      const form = new FormData();
      form.append("workbook", event.target.files[0]);
      post(base + "/upload", form, reload);
    });
    for (const button of document.querySelectorAll(".act")) button.addEventListener("click", () => {
      action = button.dataset.action;
      const needs = button.dataset.needs.split(" ");
      document.getElementById("act-reason").hidden = !needs.includes("reason");
      document.getElementById("act-signature").hidden = !needs.includes("signature");
      document.getElementById("act-name").textContent = button.textContent;
      if (needs.includes("reason") || needs.includes("signature")) {
        form.hidden = false;
        form.querySelector("label:not([hidden]) input").focus();
      } else send();
    });
    for (const button of side.querySelectorAll(".goto")) button.addEventListener("click", async () => {
      if (!button.dataset.cell) return;
      if (button.dataset.sheet !== name) await load(button.dataset.sheet);
      grid.go(button.dataset.cell);
    });
    for (const button of side.querySelectorAll(".explain")) button.addEventListener("click", () => {
      const finding = button.closest(".finding");
      post(base + "/explain", { key: finding.dataset.key, text: finding.querySelector("input").value }, refresh);
    });
    for (const button of side.querySelectorAll(".answer-remark")) button.addEventListener("click", () =>
      post("/remark/" + button.closest(".remark").dataset.remark, { text: button.closest(".remark").querySelector("input").value }, refresh));
    for (const button of side.querySelectorAll(".close-remark")) button.addEventListener("click", () =>
      post("/remark/" + button.closest(".remark").dataset.remark, { close: true }, refresh));
    for (const button of side.querySelectorAll(".why")) button.addEventListener("click", async () => {
      const { ok, data } = await ask(base + "/reasons?" + new URLSearchParams({ source: button.dataset.source, gas: button.dataset.gas }));
      if (ok) document.getElementById("tree").replaceChildren(reasonTree(data.tree, false));
    });
    side.querySelector("#evidence")?.addEventListener("change", event => {
      const form = new FormData();
      form.append("file", event.target.files[0]);
      form.append("sheet", name);
      form.append("cell", grid.selected || "");
      post(base + "/attach", form, refresh);
    });
  }

  function send() {
    post(base + "/act", { action, version: box.dataset.sha, reason: form.elements.reason.value, signature: form.elements.signature.value }, reload);
  }
  form?.addEventListener("submit", event => { event.preventDefault(); send(); });
  document.getElementById("remark-form")?.addEventListener("submit", event => {
    event.preventDefault();
    const text = event.target.elements.text;
    post(base + "/remark", { sheet: name, cell: grid.selected || "", text: text.value }, () => { text.value = ""; refresh(); });
  });
  for (const tab of document.querySelectorAll(".sheet-tab")) tab.addEventListener("click", () => load(tab.dataset.name));
  wire();
  const first = document.querySelector(".sheet-tab");
  if (first) load(first.dataset.name);
})();
