/* Our own grid over jspreadsheet CE: the only file that knows it. Cells are text; nothing is a formula; nothing is HTML. */
"use strict";
window.Grid = class {
  /* place: element · change(edits): called with [{cell, text, seen}] · choose(cell): called when the selection moves */
  constructor(place, { change, choose, options }) {
    this.place = place; this.change = change; this.choose = choose; this.options = options || {};
    this.sheet = null; this.quiet = false; this.marks = {};
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

  show(rows, { widths, columns, readOnly } = {}) {
    if (this.sheet) { jspreadsheet.destroy(this.place, true); this.place.replaceChildren(); }
    this.rows = rows.map(row => row.slice());
    this.marks = {};
    const count = Math.max(1, ...rows.map(row => row.length));
    const sizes = widths || this.#sizes(rows, count);
    this.sheet = Grid.withoutHandlers(() => jspreadsheet(this.place, {
      worksheets: [{
        data: rows.map(row => row.map(text => text === null ? "" : text)),
        columns: columns || Array.from({ length: count }, (_, c) => ({ type: "text", title: Grid.letters(c), width: sizes[c], readOnly: !!readOnly, align: "left" })),
        columnSorting: false, columnDrag: false, rowDrag: false, allowInsertRow: false, allowInsertColumn: false, allowDeleteRow: false,
        allowDeleteColumn: false, allowManualInsertRow: false, allowManualInsertColumn: false, allowRenameColumn: false, ...this.options,
      }],
      parseFormulas: false, secureFormulas: true, toolbar: false, tabs: false, about: false, allowExport: false,
      contextMenu: () => false,
      onbeforechange: (_, cell, column, row, value) => value === null || value === undefined ? "" : String(value),
      onafterchanges: (_, records) => this.#changed(records),
      onselection: (_, left, top) => { this.selected = Grid.name(top, left); this.choose?.(this.selected); },
    }))[0];
  }

  #sizes(rows, count) {
    const sizes = Array(count).fill(64);
    for (const row of rows.slice(0, 200)) row.forEach((text, c) => {
      let size = 0;
      for (const letter of String(text).slice(0, 40)) size += letter.charCodeAt(0) > 255 ? 13 : 7.3;
      sizes[c] = Math.max(sizes[c], Math.min(260, size + 16));
    });
    return sizes;
  }

  #changed(records) {
    if (this.quiet) return;
    const edits = [];
    for (const record of records) {
      const row = Number(record.y), column = Number(record.x), text = String(record.value ?? "").trim();
      const seen = this.rows[row]?.[column] ?? "";
      if (text !== seen) edits.push({ cell: Grid.name(row, column), text, seen });
    }
    if (edits.length) this.change(edits);
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
