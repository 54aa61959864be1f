/* Our own grid over jspreadsheet CE: the only file that knows it. Cells are text; nothing is a formula; nothing is HTML. */
"use strict";
/* empty rows below the last filled one; words shown as buttons; words offered at once while one types */
const SPARE = 12, FEW = 12, MOST_OFFERED = 10;
const AT_ONCE = 4000;  /* cells saved in one go */
window.Grid = class Grid {
  /* place: element · change(edits): called with [{cell, text, seen}] · choose(cell): called when the selection moves */
  constructor(place, { change, choose, options }) {
    this.place = place; this.change = change; this.choose = choose; this.options = options || {};
    this.sheet = null; this.quiet = false; this.marks = {};
    document.addEventListener("keydown", event => this.#key(event), true);
  }

  /* the library's own undo changes what is shown and tells nobody: here a step back is typed and saved like any other.
     Where the page has an undo of its own (#undo), that one is meant */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || !this.sheet || jspreadsheet.current !== this.sheet || this.sheet.edition) return;
    const key = event.key.toLowerCase(), back = key === "z" && !event.shiftKey;
    if (!back && key !== "y" && key !== "z") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!document.getElementById("undo")) this.#step(back);
  }
  #step(back) {
    const step = (back ? this.done : this.undone).pop();
    if (!step) return;
    (back ? this.undone : this.done).push(step);
    const edits = step.map(({ cell, text, seen }) => back ? { cell, text: seen, seen: text } : { cell, text, seen });
    for (const { cell, text } of edits) this.put(cell, text);
    this.go(edits[0].cell);
    this.change(edits);
  }

  static letters(column) {
    let name = "";
    for (let n = column + 1; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + (n - 1) % 26) + name;
    return name;
  }
  static position(cell) {
    const match = /^([A-Z]+)([0-9]+)$/.exec(cell);
    if (!match) return null;
    let column = 0;
    for (const letter of match[1]) column = column * 26 + letter.charCodeAt(0) - 64;
    return { row: Number(match[2]) - 1, column: column - 1 };
  }
  static name(row, column) { return Grid.letters(column) + (row + 1); }

  /* the library writes one inline handler (onselectstart), which the content policy refuses; CSS does the same */
  static withoutHandlers(make) {
    const original = Element.prototype.setAttribute;
    Element.prototype.setAttribute = function (name, value) { if (!/^on/i.test(name)) original.call(this, name, value); };
    try { return make(); } finally { Element.prototype.setAttribute = original; }
  }

  /* rows as typed; grid: what each cell takes, as the server has it from the form ({head, columns, cells}) */
  show(rows, { grid, readOnly } = {}) {
    if (this.sheet) { jspreadsheet.destroy(this.place, true); this.place.replaceChildren(); }
    this.rows = rows.map(row => row.slice());
    this.marks = {}; this.done = []; this.undone = [];
    this.takes = grid || { head: -1, columns: {}, cells: {} };
    const count = Math.max(1, ...rows.map(row => row.length));
    const sizes = this.#sizes(rows, count);
    this.sheet = Grid.withoutHandlers(() => jspreadsheet(this.place, {
      worksheets: [{
        data: rows.map(row => row.map(text => text === null ? "" : text)),
        columns: Array.from({ length: count }, (_, c) => ({ type: "text", title: Grid.letters(c), width: sizes[c], readOnly: !!readOnly, align: "left" })),
        columnSorting: false, columnDrag: false, rowDrag: false, allowInsertRow: false, allowInsertColumn: false, allowDeleteRow: false,
        allowDeleteColumn: false, allowManualInsertRow: false, allowManualInsertColumn: false, allowRenameColumn: false, ...this.options,
      }],
      parseFormulas: false, secureFormulas: false, toolbar: false, tabs: false, about: false, allowExport: false,
      contextMenu: () => false,
      onbeforechange: (_, cell, column, row, value) => value === null || value === undefined ? "" : String(value),
      onafterchanges: (_, records) => this.#changed(records),
      onbeforepaste: (_, block, left, top) => this.#grow(Number(top) + block.length, Number(left) + Math.max(...block.map(line => line.length))),
      oncreateeditor: (_, td, left, top) => this.#offer(td, Grid.name(Number(top), Number(left))),
      oneditionstart: (_, cell, column, row) => { this.edited = { cell: Grid.name(Number(row), Number(column)), seen: this.rows[row]?.[column] ?? "" }; },
      onselection: (_, left, top) => { this.selected = Grid.name(top, left); this.choose?.(this.selected); },
    }))[0];
    this.#head();
    /* a note in a row of its own runs on over the empty cells beside it */
    rows.slice(0, 40).forEach((row, r) => { if (row[0] && !row.slice(1).some(Boolean)) this.#td(Grid.name(r, 0))?.classList.add("cell-spill"); });
  }

  /* the form's heading stays in view, whatever stands above it */
  #head() {
    const line = this.takes.head >= 0 ? this.sheet.records?.[this.takes.head] : null;
    if (!line) return;
    const top = this.place.querySelector("thead")?.offsetHeight || 0;
    line[0]?.element.parentElement.classList.add("head-row");
    this.place.style.setProperty("--head", top + "px");
    line.forEach((record, c) => {
      if (this.rows[this.takes.head][c]) record.element.classList.add("cell-head");
      /* a heading that is understood stays it: a slip of the Delete key would take the whole table away */
      if (this.takes.columns[c]) record.element.classList.add("readonly");
    });
  }

  /* a block that is pasted needs its place first: what stands beyond the edge would be lost in silence */
  #grow(height, width) {
    const options = this.sheet.options, wide = Math.max(...this.rows.map(row => row.length));
    options.allowInsertRow = options.allowInsertColumn = true;
    if (width > wide) {
      this.sheet.insertColumn(width - wide, wide - 1, false, Array.from({ length: width - wide }, (_, c) => ({ type: "text", title: Grid.letters(wide + c), width: 100, align: "left" })));
      for (const row of this.rows) while (row.length < width) row.push("");
    }
    if (height > this.rows.length) {
      this.sheet.insertRow(height - this.rows.length);
      while (this.rows.length < height) this.rows.push(Array(Math.max(width, wide)).fill(""));
    }
    options.allowInsertRow = options.allowInsertColumn = false;
  }

  /* what a cell takes; undefined for one of no form */
  column(cell) {
    const at = Grid.position(cell), takes = this.takes;
    return at && takes && (takes.cells[at.row + "," + at.column] || (takes.head >= 0 && at.row > takes.head ? takes.columns[at.column] : undefined));
  }
  /* the same in words: heading with a star where it is required, unit, help */
  about(cell) {
    const column = this.column(cell), at = Grid.position(cell);
    if (!column) return [];
    const unit = column.unit || (column.unit_at >= 0 ? this.rows[at.row]?.[column.unit_at] : "");
    return [column.title + (column.required ? " *" : ""), unit ? page.texts.unit + " " + unit : "", column.help].filter(Boolean);
  }
  /* the line below the grid: the cell, what it takes, what else is said of it, and the words of a short list to choose */
  tell(note, cell, said, editable) {
    note.replaceChildren(page.element("span", "", [cell, ...this.about(cell), ...said].join("　") + " "));
    const choices = this.column(cell)?.choices || [];
    if (!editable || !choices.length || choices.length > FEW) return;
    const chips = page.element("span", "chips");
    for (const word of choices) {
      const button = page.element("button", "", word), at = Grid.position(cell);
      button.type = "button";
      button.addEventListener("click", () => this.sheet.setValueFromCoords(at.column, at.row, word));
      chips.append(button);
    }
    note.append(chips);
  }
  /* the words of a list are offered below the cell while one types; other words may stand */
  #offer(td, cell) {
    const field = td.querySelector("input"), words = this.column(cell)?.choices || [];
    if (!field || !words.length) return;
    const list = page.element("ul", "offer"), place = td.getBoundingClientRect();
    let chosen = -1;
    const shown = () => [...list.children];
    const take = word => { field.value = word; list.remove(); };
    const choose = n => {
      chosen = Math.max(-1, Math.min(n, shown().length - 1));
      shown().forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    };
    const draw = () => {
      const typed = field.value.trim().toLowerCase();
      const fit = words.filter(word => !typed || (word.toLowerCase().includes(typed) && word !== field.value)).slice(0, MOST_OFFERED);
      list.replaceChildren(...fit.map(word => {
        const item = page.element("li", "", word);
        item.setAttribute("role", "option");
        item.addEventListener("mousedown", event => { event.preventDefault(); take(word); field.blur(); });
        return item;
      }));
      list.hidden = !fit.length;
      choose(-1);
    };
    list.setAttribute("role", "listbox");
    list.style.left = place.left + "px";
    list.style.minWidth = place.width + "px";
    document.body.append(list);
    draw();
    const below = innerHeight - place.bottom, high = list.offsetHeight;
    list.style.top = (below < high && place.top > high ? place.top - high : place.bottom) + "px";
    field.setAttribute("autocomplete", "off");
    field.addEventListener("input", draw);
    field.addEventListener("blur", () => list.remove());
    field.addEventListener("keydown", event => {
      const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (way && !list.hidden) { event.preventDefault(); event.stopPropagation(); choose(chosen + way); }
      else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(shown()[chosen].textContent);
    });
  }

  #sizes(rows, count) {
    const sizes = Array(count).fill(64);
    for (const row of rows.slice(Math.max(0, this.takes.head), 200)) row.forEach((text, c) => {
      let size = 0;
      for (const letter of String(text).slice(0, 40)) size += letter.charCodeAt(0) > 255 ? 13 : 7.3;
      sizes[c] = Math.max(sizes[c], Math.min(260, size + 16));
    });
    return sizes;
  }

  #changed(records) {
    if (this.quiet) return;
    const edits = [];
    for (const record of records.filter(r => r.value !== undefined)) {  /* a cell that is read only has no new value */
      const row = Number(record.y), column = Number(record.x), typed = String(record.value ?? ""), text = typed.trim() ? typed : "";
      const cell = Grid.name(row, column);
      /* what its editor began with: another person's text may have come in since */
      const seen = this.edited?.cell === cell ? this.edited.seen : this.rows[row]?.[column] ?? "";
      if (text !== seen) edits.push({ cell, text, seen });
    }
    this.edited = null;
    if (!edits.length) return;
    const last = Math.max(...edits.map(e => Grid.position(e.cell).row));
    if (last >= this.rows.length - 2) this.#grow(last + SPARE, 0);
    this.done.push(edits); this.undone = [];
    for (let i = 0; i < edits.length; i += AT_ONCE) this.change(edits.slice(i, i + AT_ONCE));
  }

  /* what the server now holds for a cell */
  put(cell, text) {
    const at = Grid.position(cell);
    if (!at || !this.sheet || at.row >= this.rows.length) return;
    this.rows[at.row][at.column] = text;
    if (String(this.sheet.getValueFromCoords(at.column, at.row) ?? "") !== text) {
      this.quiet = true;
      this.sheet.setValueFromCoords(at.column, at.row, text, true);
      this.quiet = false;
    }
  }

  /* what was typed and is on its way: the next edit of the cell starts from it */
  took(cell, text) {
    const at = Grid.position(cell);
    if (at && this.rows[at.row]) this.rows[at.row][at.column] = text;
  }

  clear() {
    for (const [cell, classes] of Object.entries(this.marks)) this.#td(cell)?.classList.remove(...classes);
    this.marks = {};
  }
  mark(cell, className) {
    const td = this.#td(cell);
    if (!td) return;
    td.classList.add(className);
    (this.marks[cell] ||= []).push(className);
  }
  #td(cell) {
    const at = Grid.position(cell);
    return at ? this.sheet?.records?.[at.row]?.[at.column]?.element : null;
  }

  go(cell) {
    const at = Grid.position(cell), td = this.#td(cell);
    if (!at || !td) return false;
    this.sheet.updateSelectionFromCoords(at.column, at.row, at.column, at.row);
    const box = this.place, own = td.getBoundingClientRect(), outer = box.getBoundingClientRect();
    box.scrollTop += own.top - outer.top - outer.height / 3;
    box.scrollLeft += own.left - outer.left - outer.width / 3;
    return true;
  }
};
