"""Tables on sheets and in CSV files: find the heading, cut the rows, tell data from notes, examples and totals. Nothing is dropped in silence."""

from __future__ import annotations

import re

from ..core.problems import Origin
from .cells import Cell, Sheet, address
from .headers import PRINTED, Heading, find_heading, is_unit
from .lexicon import Lexicon, fold
from .numbers import NotNumber, Number, Year, parse_number, parse_year
from .rows import EXAMPLE_MARKS, Found, Row, is_blank, take_row

NOTE_START = re.compile(r"^[(（\[【]?\s*(注|说明|备注|资料来源|来源|填表|制表|审核|负责人|联系|日期|填报人|note|source|remark)", re.IGNORECASE)
SKIPPED_SHEETS = frozenset(fold(n) for n in ("目录", "Contents", "_lists", "词表", "填写说明", "说明", "Instructions", "检查结果"))
_LABELS = {"region": ("地区", "省份", "region"), "unit": ("单位", "计量单位", "unit"), "year": ("年份", "年度", "year")}


def read_table(sheet: Sheet, lexicon: Lexicon, found: Found, expected: bool = False, workbook_region: str = "") -> bool:
    """Read a sheet's table into `found`. False when the sheet holds none (with an error if one was `expected`)."""
    heading = find_heading(sheet, lexicon)
    if heading is None:
        if expected:
            found.problems.add("table.unknown", sheet.row_origin(1), found="、".join(_first_cells(sheet)) or "（空）",
                               columns=_names("region", "year", "quantity", "value", "unit"))
        return False
    above, above_at = _above(sheet, heading, lexicon)
    above.setdefault("region", workbook_region)
    if not _complete(sheet, heading, above, found):
        return True
    _remark_columns(sheet, heading, found)
    found.marks, found.without_source = [], []
    notes: list[int] = []
    rows = 0
    for number in range(heading.bottom + 1, sheet.height + 1):
        row = _row(sheet, heading, number, above, above_at)
        if _is_empty(row, sheet, number):
            continue
        rows += 1
        if _is_example(row):
            _check_example(row, lexicon, found)
            continue
        if _is_repeat_of_heading(row, sheet, heading, number):
            continue
        if _is_note(row, sheet, number, lexicon):
            notes.append(number)
            continue
        take_row(row, lexicon, found)
    _tell(sheet, heading, notes, rows, found)
    return True


def _names(*fields: str) -> str:
    return "、".join(PRINTED[f]["zh"] for f in fields)


def _first_cells(sheet: Sheet) -> list[str]:
    for row in sheet.rows[:5]:
        texts = [c.text for c in row if not c.blank]
        if texts:
            return [t[:20] for t in texts[:8]]
    return []


def _above(sheet: Sheet, heading: Heading, lexicon: Lexicon) -> tuple[dict[str, str], dict[str, Origin]]:
    """What stands over the table: `地区 | 江苏`, `单位：万吨`, and the one quantity of a table that is named after it."""
    found: dict[str, str] = {}
    places: dict[str, Origin] = {}
    for r in range(1, heading.top):
        for c in range(1, sheet.width + 1):
            cell = sheet.cell(r, c)
            if cell.kind != "text":
                continue
            text = cell.text
            label, colon, rest = re.sub("：", ":", text).partition(":")
            name = next((n for n, words in _LABELS.items() if fold(label) in [fold(w) for w in words]), None)
            if name and name not in found:
                inside = bool(colon and rest.strip())
                beside = None if inside else _right_of(sheet, r, c)
                value = rest.strip() if inside else beside.text if beside is not None else ""
                if value and (name != "unit" or is_unit(value)):
                    found[name], places[name] = value, sheet.origin(r, c if beside is None else beside.column)
            elif "quantity" not in heading.fields and lexicon.quantity(text):
                found.setdefault("quantity", text)
    if "quantity" not in heading.fields and lexicon.quantity(sheet.name):
        found.setdefault("quantity", sheet.name)
    if "year" in found:
        year = parse_year(found["year"])
        found["year"] = str(year.value) if isinstance(year, Year) else ""
    return {k: v for k, v in found.items() if v}, places


def _right_of(sheet: Sheet, row: int, column: int) -> Cell | None:
    for c in range(column + 1, min(sheet.width, column + 4) + 1):
        cell = sheet.cell(row, c)
        if not cell.blank:
            return cell
    return None


def _complete(sheet: Sheet, heading: Heading, above: dict[str, str], found: Found) -> bool:
    """Every column that a table needs is there; otherwise an error names the missing ones, and the sheet is not read."""
    missing = []
    if "quantity" not in heading.fields and "quantity" not in above:
        missing.append(PRINTED["quantity"]["zh"])
    if not heading.years and "value" not in heading.fields:
        missing.append("年份列（2005、2010…）或“数值”列")
    elif not heading.years and "year" not in heading.fields and "year" not in above:
        missing.append(PRINTED["year"]["zh"])
    for text, first, second in heading.doubles:
        found.problems.add("table.double_column", sheet.row_origin(heading.bottom, second), heading=text, first=address(heading.bottom, first))
    if missing:
        found.problems.add("table.missing_column", sheet.row_origin(heading.bottom), missing="、".join(missing),
                           found="、".join(_heading_texts(sheet, heading)))
    several = [(text, c) for text, c in heading.unknown if (y := parse_year(text)) and isinstance(y, NotNumber) and y.reason == "several"]
    for text, column in several:
        found.problems.add("year.several", sheet.row_origin(heading.bottom, column), found=text)
    for year, column in heading.years.items():
        given = parse_year(sheet.shown(heading.bottom, column))
        if isinstance(given, Year) and (given.from_date or given.from_serial):
            found.problems.add("year.date" if given.from_date else "year.serial", sheet.row_origin(heading.bottom, column),
                               found=sheet.shown(heading.bottom, column).text, year=year)
    return not missing and not heading.doubles and not several


def _heading_texts(sheet: Sheet, heading: Heading) -> list[str]:
    return [c.text for c in (sheet.cell(heading.bottom, c) for c in range(1, sheet.width + 1)) if not c.blank][:12]


def _remark_columns(sheet: Sheet, heading: Heading, found: Found) -> None:
    """Columns with content that nobody reads are named."""
    known = {*heading.fields.values(), *heading.keys.values(), *heading.years.values()}
    texts = {column: text for text, column in heading.unknown}
    rows = sheet.values[heading.bottom:]
    filled = [texts.get(c) or address(heading.bottom, c) for c in range(1, sheet.width + 1)
              if c not in known and any(len(row) >= c and str(row[c - 1] if row[c - 1] is not None else "").strip() for row in rows)]
    if filled:
        found.problems.add("table.unread_columns", sheet.row_origin(heading.bottom), columns="、".join(filled))


def _row(sheet: Sheet, heading: Heading, number: int, above: dict[str, str], above_at: dict[str, Origin]) -> Row:
    shown = sheet.cell if sheet.plain else sheet.shown
    fields = {name: shown(number, column) for name, column in heading.fields.items() if name not in ("value", "year")}
    for name in ("value", "year"):
        if name in heading.fields:
            fields[name] = sheet.cell(number, heading.fields[name]) if name == "value" else shown(number, heading.fields[name])
    keys = {key: shown(number, column) for key, column in heading.keys.items()}
    figures: tuple[tuple[int | Cell, Cell], ...]
    if heading.years:
        figures = _figures(sheet, heading, number)
        fields.pop("value", None)
        fields.pop("year", None)
    else:
        year_cell: int | Cell = fields["year"] if "year" in fields else int(above["year"])
        figures = ((year_cell, fields["value"]),)
    return Row(sheet, number, fields, keys, figures, above, heading.figure_units, above_at)


def _figures(sheet: Sheet, heading: Heading, number: int) -> tuple[tuple[int, Cell], ...]:
    """The cells under the year headings. On a plain sheet numbers and empty cells are made here: there are very many of them."""
    if not sheet.plain:
        return tuple((year, sheet.cell(number, column)) for year, column in heading.year_columns)
    line, make = sheet.values[number - 1], tuple.__new__
    width = len(line)
    out: list[tuple[int, Cell]] = []
    for year, column in heading.year_columns:
        value = line[column - 1] if column <= width else None
        if type(value) is float:
            out.append((year, make(Cell, (value, number, column, "number", False))))
        elif value is None:
            out.append((year, make(Cell, (None, number, column, "empty", False))))
        else:
            out.append((year, sheet.cell(number, column)))
    return tuple(out)


def _is_empty(row: Row, sheet: Sheet, number: int) -> bool:
    return sheet.row_is_blank(number)


def _is_example(row: Row) -> bool:
    mark = row.fields.get("mark")
    first = row.fields.get("quantity")
    return (mark is not None and fold(mark.text) in EXAMPLE_MARKS) or (
        mark is None and first is not None and re.match(r"(示例|例)[：:]", first.text) is not None)


def _check_example(row: Row, lexicon: Lexicon, found: Found) -> None:
    """Somebody may have typed over the worked example: it is not read, so that has to be said."""
    named = row.fields.get("quantity")
    quantity = lexicon.quantities.get(lexicon.quantity(named.text) or "") if named is not None else None
    example = 1.0 if quantity is None or quantity.example is None else float(quantity.example)
    for _, cell in row.figures:
        value = parse_number(cell)
        if not (isinstance(value, Number) and value.value == example):
            found.problems.add("row.example_changed", row.origin(cell), found=cell.text or "（空）")
            return


def _is_repeat_of_heading(row: Row, sheet: Sheet, heading: Heading, number: int) -> bool:
    """A heading repeated further down (a page break): the same texts in the same columns."""
    columns = heading.known_columns
    return len(columns) > 2 and all(fold(sheet.cell(number, c).text) == fold(sheet.shown(heading.bottom, c).text) for c in columns)


def _is_note(row: Row, sheet: Sheet, number: int, lexicon: Lexicon) -> bool:
    """A line of text under or between the data: no figure, and no quantity that we know."""
    named = row.fields.get("quantity")
    if named is not None and not named.blank and lexicon.quantity(named.text) is not None:
        return False
    if any(not is_blank(cell) for _, cell in row.figures):
        return False
    texts = [sheet.cell(number, c) for c in range(1, sheet.width + 1)]
    filled = [c for c in texts if not c.blank]
    if any(c.kind not in ("text", "empty") for c in filled):
        return len(filled) == 1 and row.fields.get("mark") is not None and row.fields["mark"].column == filled[0].column
    return row.sheet.csv is False or len(filled) <= 2 or bool(NOTE_START.match(filled[0].text))


def _tell(sheet: Sheet, heading: Heading, notes: list[int], rows: int, found: Found) -> None:
    place = Origin(sheet.file, sheet.name)
    if notes:
        found.problems.add("table.notes", place, rows="、".join(str(n) for n in notes[:20]) + ("…" if len(notes) > 20 else ""))
    if found.marks:
        found.problems.add("table.marks", place, cells="、".join(found.marks[:12]) + ("…" if len(found.marks) > 12 else ""), count=len(found.marks))
    if found.without_source:
        rows_text = "、".join(found.without_source[:12]) + ("…" if len(found.without_source) > 12 else "")
        found.problems.add("table.no_source", place, rows=rows_text, count=len(found.without_source))
    if not rows and heading.is_long:
        found.problems.add("table.no_rows", sheet.row_origin(heading.bottom))
