/* The report: grid saved cell by cell, findings and remarks at their cells, transitions. */
"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const box = document.getElementById("report"), base = box.dataset.base;
  const editable = box.dataset.editable === "yes", told = document.getElementById("report-told"), note = document.getElementById("cell-note");
  const form = document.getElementById("act-form");
  const LARGEST = 20e6;
  let shown = null, name = "", action = "", queue = Promise.resolve(), unsaved = [];
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
    if (name !== sheet) grid.selected = "";
    name = sheet;
    shown = data;
    for (const tab of document.querySelectorAll(".sheet-tab")) tab.setAttribute("aria-selected", String(tab.dataset.name === sheet));
    grid.show(data.rows, { grid: data.grid, readOnly: !editable });
    paint();
    for (const e of unsaved) if (e.sheet === name) { grid.put(e.cell, e.text); grid.mark(e.cell, "cell-unsaved"); }
    if (cell) grid.go(cell);
  }
  function paint() {
    grid.clear();
    const kinds = { blocking: "cell-error", to_verify: "cell-warning", hint: "cell-hint" };
    for (const p of shown.at) grid.mark(p.cell, kinds[p.grade]);
    for (const r of shown.remarks) grid.mark(r.cell, "cell-remark");
  }
  function describe(cell) {
    if (!shown) return;
    const at = Grid.position(cell), parts = [];
    for (const p of shown.at) if (p.cell === cell) parts.push(p.text);
    for (const r of shown.remarks) if (r.cell === cell) parts.push(r.text);
    const whole = String(grid.rows[at.row]?.[at.column] ?? "");
    if (whole.length > 14) parts.push(whole);  /* a cell shows as much as fits, this line all of it */
    grid.tell(note, cell, parts, editable);
    const place = document.getElementById("remark-place");
    if (place) place.textContent = name + "!" + cell;
  }
  /* what could not be sent (no network, session over) stays in the grid, marked, and is sent again */
  async function save(edits) {
    const added = edits.map(e => ({ ...e, sheet: e.sheet || name }));
    const sent = [...unsaved.filter(u => !added.some(e => e.sheet === u.sheet && e.cell === u.cell)),
                  ...added.map(e => ({ ...e, seen: unsaved.find(u => u.sheet === e.sheet && u.cell === e.cell)?.seen ?? e.seen }))];
    if (!sent.length) return;
    const { ok, status } = await post(base + "/cells", { edits: sent }, page.counts);
    if (ok) {
      unsaved = [];
      for (const e of sent) if (e.sheet === name) grid.put(e.cell, e.text);
      await refresh();
    } else if (status === 0 || status === 401 || status === 403 || status >= 500) {
      unsaved = sent;
      for (const e of sent) if (e.sheet === name) grid.mark(e.cell, "cell-unsaved");
    } else {
      unsaved = [];
      const said = told.textContent;
      await load(name);
      told.textContent = said;
    }
  }
  setInterval(() => { if (unsaved.length) queue = queue.then(() => save([])); }, 15000);
  window.addEventListener("beforeunload", event => { if (unsaved.length) event.preventDefault(); });
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

  /* a step undone or done again on the server: the sheet stays open, its cell is shown */
  document.addEventListener("stepped", event => {
    event.preventDefault();
    const place = event.detail.place;
    queue = queue.then(async () => {
      if (place && place[0] !== name) await load(place[0]);
      await refresh();
      if (place) grid.go(place[1]);
      say(texts.saved);
    });
  });

  function wire() {
    const side = document.querySelector(".side");
    document.getElementById("workbook")?.addEventListener("change", event => {
      const form = new FormData(), file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      if (file.size > LARGEST) { told.textContent = texts.too_large; return; }
      form.append("workbook", file);
      queue = queue.then(() => { told.textContent = ""; const sent = post(base + "/upload", form, reload); say(texts.uploading); return sent; });
    });
    for (const button of document.querySelectorAll(".act")) button.addEventListener("click", () => {
      action = button.dataset.action;
      const needs = button.dataset.needs.split(" ");
      document.getElementById("act-reason").hidden = !needs.includes("reason");
      document.getElementById("act-signature").hidden = !needs.includes("signature");
      document.getElementById("act-name").textContent = button.textContent;
      document.getElementById("act-after").textContent = button.dataset.after;
      form.hidden = false;
      told.textContent = "";
      form.querySelector("label:not([hidden]) input, button").focus();
    });
    for (const button of side.querySelectorAll(".goto")) button.addEventListener("click", async () => {
      if (!button.dataset.sheet) return;
      if (button.dataset.sheet !== name) await load(button.dataset.sheet);
      if (!button.dataset.cell) return;
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
      const tree = document.getElementById("tree");
      tree.textContent = texts.loading;
      const { ok, data } = await ask(base + "/reasons?" + new URLSearchParams({ source: button.dataset.source, gas: button.dataset.gas }));
      tree.replaceChildren(ok ? reasonTree(data.tree, (file, sheet, cell) => sheet ? "#" + encodeURIComponent(sheet + "!" + cell) : "") : element("p", "told", (data.problems || [texts.failed]).join("；")));
    });
    side.querySelector("#evidence")?.addEventListener("change", event => {
      const form = new FormData(), file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      if (file.size > LARGEST) { told.textContent = texts.too_large; return; }
      form.append("file", file);
      form.append("sheet", name);
      form.append("cell", grid.selected || "");
      post(base + "/attach", form, refresh);
    });
  }

  function send() {
    return post(base + "/act", { action, version: box.dataset.sha, reason: form.elements.reason.value, signature: form.elements.signature.value }, reload);
  }
  form?.addEventListener("submit", event => { event.preventDefault(); queue = queue.then(send); });
  document.getElementById("act-cancel")?.addEventListener("click", () => { form.hidden = true; });
  document.getElementById("remark-form")?.addEventListener("submit", event => {
    event.preventDefault();
    const text = event.target.elements.text;
    if (!grid.selected) { told.textContent = texts.choose_cell; return; }
    post(base + "/remark", { sheet: name, cell: grid.selected || "", text: text.value }, () => { text.value = ""; refresh(); });
  });
  for (const tab of document.querySelectorAll(".sheet-tab")) tab.addEventListener("click", () => load(tab.dataset.name));
  wire();
  /* #sheet!cell: where a reason or another page points at */
  async function visit() {
    const [sheet, cell] = decodeURIComponent(location.hash.slice(1)).split("!");
    const known = [...document.querySelectorAll(".sheet-tab")].some(tab => tab.dataset.name === sheet);
    if (!known) return false;
    if (sheet !== name) await load(sheet);
    if (cell) { grid.go(cell); describe(cell); }
    return true;
  }
  window.addEventListener("hashchange", visit);
  const first = document.querySelector(".sheet-tab");
  visit().then(went => { if (!went && first) load(first.dataset.name); });
})();
