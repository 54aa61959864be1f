/* The report: grid saved cell by cell, findings and remarks at their cells, transitions. */
"use strict";
(() => {
  const { ask, element, texts, say } = page;
  const box = document.getElementById("report"), base = box.dataset.base;
  const editable = box.dataset.editable === "yes", refusals = document.getElementById("report-refusals"), note = document.getElementById("cell-note");
  const form = document.getElementById("act-form");
  const LARGEST = 20e6;
  let shown = null, name = "", action = "", queue = Promise.resolve(), unsaved = [], active = Date.now();
  const latest = new Map();  /* cells typed and not saved yet, with the last text */
  const grid = new Grid(document.getElementById("grid"), { change: take, choose: describe });
  function take(edits) {
    const placed = edits.map(e => ({ sheet: name, ...e }));
    for (const e of placed) { latest.set(e.sheet + "!" + e.cell, e.text); grid.took(e.cell, e.text); }
    queue = queue.then(() => save(placed));
  }

  async function post(path, given, done) {
    say(texts.saving);
    const { ok, status, data } = await ask(path, given);
    refusals.textContent = ok ? "" : (data.problems || [texts.failed]).join(page.texts.semi);
    say(ok ? texts.saved : texts.failed, !ok);
    if (ok && data.stamp !== undefined) box.dataset.stamp = data.stamp;
    if (ok) done?.(data);
    return { ok, status, data };
  }
  const reload = () => location.reload();

  async function load(sheet, cell) {
    const { ok, data } = await ask(base + "/sheet?" + new URLSearchParams({ name: sheet }));
    if (!ok) { refusals.textContent = (data.problems || [texts.failed]).join(page.texts.semi); return; }
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
    const whole = String(grid.rows[at.row]?.[at.column] ?? ""), by = shown.entered;  /* the local page has one person */
    const entered = by && (by.typed[cell] || (whole && by.rest));
    if (entered) parts.push(entered);
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
    const { ok, status, data } = await post(base + "/cells", { edits: sent }, page.counts);
    if (ok) {
      unsaved = [];
      for (const e of sent) if (latest.get(e.sheet + "!" + e.cell) === e.text) {  /* else it was typed over meanwhile */
        latest.delete(e.sheet + "!" + e.cell);
        if (e.sheet === name) grid.put(e.cell, e.text);
      }
      await refresh();
    } else if (status === 0 || status === 401 || status === 403 || status >= 500) {
      unsaved = sent;
      for (const e of sent) if (e.sheet === name) grid.mark(e.cell, "cell-unsaved");
    } else {
      /* cells that somebody else changed wait for a word; the rest of what was typed is saved */
      const at = c => c.sheet + "!" + c.cell, conflicts = data.conflicts || [], taken = new Set(conflicts.map(at));
      const rest = conflicts.length ? sent.filter(e => !taken.has(at(e))) : [];
      unsaved = [];
      for (const e of sent) latest.delete(at(e));
      const said = refusals.textContent;
      if (rest.length) { for (const e of rest) latest.set(at(e), e.text); await save(rest); }
      await load(name);
      if (conflicts.length) ask_for(conflicts, sent); else refusals.textContent = said;
    }
  }
  const worded = (text, facts) => text.replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
  /* each conflict with both texts, and one's own a click away */
  function ask_for(conflicts, sent) {
    refusals.replaceChildren(...conflicts.map(c => {
      const mine = sent.find(e => e.sheet === c.sheet && e.cell === c.cell).text;
      const by = (c.by + " " + c.at).trim() || "—";
      const line = element("span", "", worded(texts.conflict_at, { ...c, by, now: c.now || "—", mine: mine || "—" }) + " ");
      const button = element("button", "plain", worded(texts.use_mine, { mine: mine || "—" }));
      button.type = "button";
      button.addEventListener("click", async () => {
        line.remove();
        if (c.sheet !== name) await load(c.sheet);
        grid.put(c.cell, mine);
        take([{ cell: c.cell, text: mine, seen: c.now }]);
      });
      line.append(button);
      return line;
    }));
  }
  setInterval(() => { if (unsaved.length) queue = queue.then(() => save([])); }, 15000);
  /* others may fill the same draft: what they typed comes in by itself, while somebody sits here */
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { active = Date.now(); });
  setInterval(() => {
    if (editable && !document.hidden && Date.now() - active < 300000 && !latest.size && !unsaved.length) queue = queue.then(look);
  }, 10000);
  async function look() {
    const { ok, data } = await ask(base + "/sheet?" + new URLSearchParams({ name, stamp: box.dataset.stamp }));
    if (!ok || data.same) return;
    const changed = await refresh();
    if (changed) say(worded(texts.others_typed, { n: changed }));
  }
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
    let changed = 0;
    data.rows.forEach((row, r) => row.forEach((text, c) => {
      const cell = Grid.name(r, c);
      if (latest.has(name + "!" + cell) || grid.rows[r]?.[c] === text) return;
      changed += 1;
      if (grid.edited?.cell !== cell) grid.put(cell, text);  /* an open editor keeps what it holds */
    }));
    shown = data;
    box.dataset.stamp = data.stamp;
    paint();
    return changed;
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
      if (file.size > LARGEST) { refusals.textContent = texts.too_large; return; }
      form.append("workbook", file);
      form.append("stamp", box.dataset.stamp);
      queue = queue.then(() => { refusals.textContent = ""; const sent = post(base + "/upload", form, reload); say(texts.uploading); return sent; });
    });
    for (const button of document.querySelectorAll(".restore")) button.addEventListener("click", () => {
      queue = queue.then(() => post(base + "/restore", { before: Number(button.dataset.before), stamp: Number(box.dataset.stamp) }, reload));
    });
    for (const button of document.querySelectorAll(".act")) button.addEventListener("click", () => {
      action = button.dataset.action;
      const needs = button.dataset.needs.split(" ");
      document.getElementById("act-reason").hidden = !needs.includes("reason");
      document.getElementById("act-signature").hidden = !needs.includes("signature");
      document.getElementById("act-name").textContent = button.textContent;
      document.getElementById("act-after").textContent = button.dataset.after;
      form.hidden = false;
      refusals.textContent = "";
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
    for (const button of side.querySelectorAll(".explain-all")) button.addEventListener("click", () =>
      post(base + "/explain", { keys: button.dataset.keys.split(" "), text: button.closest(".finding").querySelector("input").value }, refresh));
    for (const button of side.querySelectorAll(".answer-remark")) button.addEventListener("click", () =>
      post("/remark/" + button.closest(".remark").dataset.remark, { text: button.closest(".remark").querySelector("input").value }, refresh));
    for (const button of side.querySelectorAll(".close-remark")) button.addEventListener("click", () =>
      post("/remark/" + button.closest(".remark").dataset.remark, { close: true }, refresh));
    for (const button of side.querySelectorAll(".why")) button.addEventListener("click", async () => {
      const tree = document.getElementById("tree");
      tree.textContent = texts.loading;
      const { ok, data } = await ask(base + "/reasons?" + new URLSearchParams({ source: button.dataset.source, gas: button.dataset.gas }));
      tree.replaceChildren(ok ? reasonTree(data.tree, (file, sheet, cell) => sheet ? "#" + encodeURIComponent(sheet + "!" + cell) : "") : element("p", "refusals", (data.problems || [texts.failed]).join(page.texts.semi)));
    });
    side.querySelector("#evidence")?.addEventListener("change", event => {
      const form = new FormData(), file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      if (file.size > LARGEST) { refusals.textContent = texts.too_large; return; }
      form.append("file", file);
      form.append("sheet", name);
      form.append("cell", grid.selected || "");
      post(base + "/attach", form, refresh);
    });
  }

  function send() {
    return post(base + "/act", { action, version: box.dataset.sha, stamp: Number(box.dataset.stamp), reason: form.elements.reason.value, signature: form.elements.signature.value }, reload);
  }
  form?.addEventListener("submit", event => { event.preventDefault(); queue = queue.then(send); });
  document.getElementById("act-cancel")?.addEventListener("click", () => { form.hidden = true; });
  document.getElementById("remark-form")?.addEventListener("submit", event => {
    event.preventDefault();
    const text = event.target.elements.text;
    if (!grid.selected) { refusals.textContent = texts.choose_cell; return; }
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
