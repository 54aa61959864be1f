/* The list of problems beside the grid: a click goes to the cell, a change is saved and everything counted again. */
"use strict";
(() => {
  const { ask, element, texts, say, counts } = page;
  const list = document.getElementById("problem-list"), fileBox = document.getElementById("file"), sheetBox = document.getElementById("sheet");
  const note = document.getElementById("cell-note"), refusals = document.getElementById("grid-refusals"), reason = document.getElementById("reason");
  let problems = JSON.parse(document.getElementById("listed").textContent), filter = "all", shown = null, current = null;
  let queue = Promise.resolve();
  const grid = new Grid(document.getElementById("grid"), { change: edits => { queue = queue.then(() => save(edits)); }, choose });

  function draw() {
    const wanted = problems.filter(p => filter === "all" || p.severity === filter);
    list.replaceChildren(...wanted.map(p => {
      const item = element("li"), button = element("button", p.severity);
      button.type = "button";
      button.append(element("span", "where", p.place), element("span", "", p.what + (p.expected ? texts.semi + texts.expected + texts.colon + p.expected : "")));
      if (p.fix) button.append(element("span", "fix", texts.fix + texts.colon + p.fix));
      button.addEventListener("click", () => visit(p, button));
      if (current && current.place === p.place && current.code === p.code) button.setAttribute("aria-current", "true");
      item.append(button);
      return item;
    }));
    if (!wanted.length) list.replaceChildren(element("li", "mute", texts.none));
    for (const button of document.querySelectorAll("[data-filter]"))
      button.querySelector("b").textContent = problems.filter(p => button.dataset.filter === "all" || p.severity === button.dataset.filter).length;
  }

  async function visit(p, button) {
    current = p;
    for (const other of list.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
    button.setAttribute("aria-current", "true");
    if (!p.file) { note.textContent = p.what; return; }
    if (!shown || shown.file !== p.file || shown.sheet !== p.sheet) await load(p.file, p.sheet);
    if (p.cell) grid.go(p.cell);
  }

  async function load(file, sheet) {
    note.textContent = texts.loading;
    const { ok, data } = await ask("/api/sheet?" + new URLSearchParams({ file, sheet: sheet || "" }));
    note.textContent = "";
    if (!ok) { refusals.textContent = (data.problems || []).join(page.texts.semi); return; }
    shown = data;
    refusals.textContent = data.cut ? texts.cut : "";
    fileBox.value = file;
    sheetBox.replaceChildren(...data.sheets.map(name => { const o = element("option", "", name || "CSV"); o.value = name; o.selected = name === data.sheet; return o; }));
    document.getElementById("sheet-label").hidden = data.sheets.length < 2;
    grid.show(data.rows, { grid: data.grid });
    paint();
  }

  function at(cell) { return shown.at.filter(p => p.cell === cell || (p.row && cell.replace(/^[A-Z]+/, "") === p.row)); }
  function paint() {
    grid.clear();
    const worst = { hint: 0, warning: 1, error: 2 }, cells = {};
    for (const p of shown.at) {
      const names = p.row ? shown.rows[0].map((_, c) => Grid.name(Number(p.row) - 1, c)) : p.cell ? [p.cell] : [];
      for (const name of names) if (cells[name] === undefined || worst[p.severity] > worst[cells[name]]) cells[name] = p.severity;
    }
    for (const cell of Object.keys(shown.corrections)) if (cells[cell] !== "error") cells[cell] = "corrected";
    for (const [cell, kind] of Object.entries(cells)) grid.mark(cell, "cell-" + kind);
  }

  /* from the grid to the list: the problem of the chosen cell is marked and brought into view */
  function choose(cell) {
    describe(cell);
    const p = shown && at(cell).find(x => filter === "all" || x.severity === filter);
    if (!p || (current && current.place === p.place && current.code === p.code)) return;
    current = p;
    draw();
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  function describe(cell) {
    if (!shown) return;
    const parts = at(cell).filter(p => !p.code.startsWith("correction.")).map(p => p.what + (p.fix ? texts.semi + texts.fix + texts.colon + p.fix : ""));
    const c = shown.corrections[cell];
    if (c) parts.unshift(texts.before + texts.colon + (c.before || "—") + " → " + (c.after || "—") + texts.opened + [c.by, c.date, c.reason].filter(Boolean).join(texts.comma) + texts.closed);
    grid.tell(note, cell, parts, true);
  }

  async function save(edits) {
    say(texts.saving);
    const { ok, status, data } = await ask("/api/correct", { file: shown.file, sheet: shown.sheet, edits, reason: reason.value });
    refusals.textContent = ok ? "" : (data.problems || [texts.failed]).join(page.texts.semi);
    if (!ok) {
      say(texts.failed, true);
      if (status === 409 || status === 400) await load(shown.file, shown.sheet);
      return;
    }
    say(texts.saved);
    for (const edit of edits) {
      grid.put(edit.cell, edit.text);
    }
    await refresh(data);
  }

  async function refresh(data) {
    problems = data.listed;
    counts(data);
    draw();
    const { ok, data: now } = await ask("/api/sheet?" + new URLSearchParams({ file: shown.file, sheet: shown.sheet }));
    if (!ok) return;
    now.rows.forEach((row, r) => row.forEach((text, c) => { if (shown.rows[r]?.[c] !== text) grid.put(Grid.name(r, c), text); }));
    shown = now;
    paint();
    if (grid.selected) describe(grid.selected);
  }

  document.addEventListener("stepped", event => {
    event.preventDefault();
    const place = event.detail.place;
    queue = queue.then(async () => {
      if (place && (place[0] !== shown.file || place[1] !== shown.sheet)) await load(place[0], place[1]);
      await refresh(event.detail);
      if (place) grid.go(place[2]);
      say(texts.saved);
    });
  });
  for (const button of document.querySelectorAll("[data-filter]")) button.addEventListener("click", () => {
    filter = button.dataset.filter;
    for (const other of document.querySelectorAll("[data-filter]")) other.setAttribute("aria-pressed", String(other === button));
    draw();
  });
  fileBox.addEventListener("change", () => load(fileBox.value, ""));
  sheetBox.addEventListener("change", () => load(fileBox.value, sheetBox.value));
  draw();
  const wanted = new URLSearchParams(location.search);
  if (fileBox.value) load(fileBox.value, wanted.get("sheet") || "").then(() => { if (wanted.get("cell")) grid.go(wanted.get("cell")); });
})();
