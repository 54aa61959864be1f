"""Reads a printed energy balance table from a sheet: rows and columns are found by their labels, never by their
position.

Any order of rows and columns, headings over several rows in two languages, merged headings, units in a row of their own
or beside the label, continued tables (续表) and notes below are taken as they come. What is not understood is an error
that names the cell; nothing is skipped silently.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ..core import units
from ..core.problems import Collector, Origin
from ..spreadsheets.cells import Sheet
from ..spreadsheets.numbers import Number, parse_number
from .above import Above, Regions, above_of, region_of, year_of
from .figures import PrintedFigure, refused, set_aside
from .find import Frame, TableBlock, number_at, text_of, title_of_another
from .heading import ColumnHeading, choose_unit, heading_of, same_kind
from .kinds import BALANCE, kind_of, report_other
from .printed import PrintedWords
from .table import BalanceCell, BalanceTable, Key, Layout, plain_label

UNCALCULATED = {"zh": "没有计算结果的公式", "en": "a formula that was never calculated"}
NOT_GIVEN = ("…", "...", "⋯", "……", "......")
MANY = 2  # so many columns or rows whose two languages disagree are no misprint any more but a shift


@dataclass
class _SheetReading:
    """The state of reading one sheet."""

    frame: Frame
    words: PrintedWords
    above: Above
    problems: Collector
    cells: dict[Key, BalanceCell] = field(default_factory=dict)
    unavailable: dict[Key, Origin] = field(default_factory=dict)
    columns: dict[tuple[int, int], str] = field(default_factory=dict)  # (top of the block, column) -> id
    units: dict[tuple[int, int], str] = field(default_factory=dict)
    figures: list[PrintedFigure] = field(default_factory=list)
    differing: list[tuple[Origin, str, str]] = field(default_factory=list)  # lines whose two labels name two rows

    @property
    def layout(self) -> Layout:
        return self.frame.layout

    @property
    def sheet(self) -> Sheet:
        return self.frame.sheet


def is_balance_sheet(sheet: Sheet, layout: Layout, words: PrintedWords) -> bool:
    """Whether a sheet is an energy balance table, or a table that looks like one and is answered here."""
    return kind_of(sheet, layout, words)[0] != ""


def read_table(
    sheet: Sheet,
    layout: Layout,
    words: PrintedWords,
    regions: Iterable[tuple[str, tuple[str, ...]]],
    problems: Collector,
    before: BalanceTable | None = None,
) -> BalanceTable | None:
    """The table on a sheet; None when there is none or its region or year cannot be told (with the problem in `found`).

    `regions` are the known regions with their other spellings; `before` is the table read last from the same file,
    which a continued table belongs to. Units stay as printed and must measure the same thing as the column's own unit.
    """
    kind, frame = kind_of(sheet, layout, words)
    if kind != BALANCE or frame is None:
        report_other(kind, sheet, problems)
        return None
    reading = _SheetReading(frame, words, above_of(frame, words), problems)
    another = title_of_another(frame)
    if another is not None:
        problems.add("balance.stacked", sheet.origin(another.row, another.column), found=another.text)
        return None
    for block in frame.blocks:
        _read_headings(reading, block)
        _read_block(reading, block)
    for where, row, other in reading.differing:
        reading.problems.add(
            "balance.row_languages" if len(reading.differing) >= MANY else "balance.row_languages_once",
            where,
            row=row,
            other=other,
        )
    _outside(reading)
    return _table(reading, tuple(regions), before)


def _table(reading: _SheetReading, regions: Regions, before: BalanceTable | None) -> BalanceTable | None:
    sheet, layout, above = reading.sheet, reading.layout, reading.above
    problems = Collector()
    region, year = region_of(sheet, above, regions, problems), year_of(sheet, above, problems)
    if before is not None and above.continued and not (region and year):
        region, year = before.region, before.year
    else:
        reading.problems.extend(problems.reported)
    if not region or not year:
        return None
    columns = {c for c in reading.columns.values() if layout.columns[c].kind != "ignore"}
    unit_of = {reading.columns[place]: unit for place, unit in sorted(reading.units.items())}
    newer = {c for c in columns if layout.columns[c].layouts == ("2010",)}
    in_order = sorted(reading.cells.items(), key=lambda kv: layout.order(kv[0]))
    rows = set(reading.frame.rows.values())
    return BalanceTable(
        region,
        year,
        "2010" if newer else "2005",
        dict(in_order),
        dict(sorted(reading.unavailable.items(), key=lambda kv: layout.order(kv[0]))),
        tuple(r for r in layout.rows if r in rows),
        tuple(c for c in layout.columns if c in columns),
        {c: unit_of[c] for c in layout.columns if c in unit_of},
        sheet.file,
        sheet.name,
        above.title[0] if above.title else "",
        above.kind,
        above.notes,
        tuple(reading.figures),
        above.continued,
    )


def merged(first: BalanceTable, second: BalanceTable, layout: Layout, problems: Collector) -> BalanceTable:
    """A table printed on two sheets as one; a cell that both hold is an error."""
    cells = dict(first.cells)
    twice: list[PrintedFigure] = []
    for key, cell in second.cells.items():
        if key in cells:
            _twice(key, cells[key], cell.origin, cell.value, problems)
            twice.append(refused(cell.origin, cell.value, "twice"))
        else:
            cells[key] = cell
    newer = "2010" if "2010" in (first.layout, second.layout) else first.layout
    return replace(
        first,
        layout=newer,
        cells=dict(sorted(cells.items(), key=lambda kv: layout.order(kv[0]))),
        unavailable={**first.unavailable, **second.unavailable},
        rows=tuple(r for r in layout.rows if r in first.rows or r in second.rows),
        columns=tuple(c for c in layout.columns if c in first.columns or c in second.columns),
        units={**first.units, **second.units},
        notes=tuple(dict.fromkeys((*first.notes, *second.notes))),
        figures=(*first.figures, *second.figures, *twice),
    )


# ---- headings ----


def _read_headings(reading: _SheetReading, block: TableBlock) -> None:
    sheet, layout = reading.sheet, reading.layout
    headings = {
        c: heading_of(sheet, layout, reading.words, block, c)
        for c in range(1, sheet.width + 1)
        if c not in reading.frame.labels
    }
    differing = sum(bool(h.other) for h in headings.values())
    for c, heading in headings.items():
        if not heading.column:
            continue
        where = sheet.origin(block.data - 1, c)
        reading.columns[block.top, c] = heading.column
        if heading.other:
            code = "balance.two_languages" if differing >= MANY else "balance.two_languages_once"
            reading.problems.add(code, where, column=heading.column, other=heading.other, text=heading.text)
        if heading.broken and layout.columns[heading.column].kind != "ignore":
            reading.problems.add("balance.name_misprint", where, printed=heading.broken, column=heading.column)
        if layout.columns[heading.column].kind != "ignore":
            reading.units[block.top, c] = _unit(reading, heading, where)
    _unusual_units(reading, block)
    _unit_line_against_headings(reading, block)


def _unit(reading: _SheetReading, heading: ColumnHeading, where: Origin) -> str:
    own = reading.layout.columns[heading.column].unit
    chosen = choose_unit(heading, own, reading.above.units)
    if chosen.code == "balance.unit_not_printed":
        reading.problems.add(chosen.code, where, column=heading.column, unit=own)
    elif chosen.code:
        reading.problems.add(chosen.code, where, column=heading.column, unit=chosen.printed, expected=own)
    return chosen.unit


def _unusual_units(reading: _SheetReading, block: TableBlock) -> None:
    """A column whose unit is not the yearbook's although a sister column has its own: one of the two is probably a
    misprint."""
    layout = reading.layout
    sizes = {
        c: (reading.columns[top, c], unit, units.ratio(unit, layout.columns[reading.columns[top, c]].unit))
        for (top, c), unit in reading.units.items()
        if top == block.top
    }
    usual = sum(size == 1 for _, _, size in sizes.values())
    for c, (column, unit, size) in sorted(sizes.items()):
        if size != 1 and usual:
            reading.problems.add(
                "balance.unit_unusual",
                reading.sheet.origin(block.data - 1, c),
                column=column,
                unit=unit,
                expected=layout.columns[column].unit,
                more="",
            )


def _unit_line_against_headings(reading: _SheetReading, block: TableBlock) -> None:
    """`单位：吨` above headings that all print 万吨: the headings are followed, and it is said."""
    layout = reading.layout
    printed = [
        (layout.columns[reading.columns[top, c]].unit, unit)
        for (top, c), unit in sorted(reading.units.items())
        if top == block.top
    ]
    for line in reading.above.units:
        of_kind = [(own, unit) for own, unit in printed if same_kind(line, own)]
        others = [u for u in reading.above.units if of_kind and same_kind(u, of_kind[0][0])]
        if of_kind and all(units.ratio(u, unit) != 1 for u in others for _, unit in of_kind):
            reading.problems.add(
                "balance.unit_line",
                reading.sheet.row_origin(block.data - 1),
                line=line,
                columns="、".join(dict.fromkeys(unit for _, unit in of_kind)),
            )


# ---- figures ----


def _read_block(reading: _SheetReading, block: TableBlock) -> None:
    sheet, layout, frame = reading.sheet, reading.layout, reading.frame
    unknown = _unknown_columns(reading, block)
    for r in range(block.data, block.end + 1):
        row = frame.rows.get(r, "")
        if row:
            _check_languages(reading, r, row)
        else:
            _unknown_row(reading, block, r)
        for c in range(1, sheet.width + 1):
            if c in frame.labels:
                continue
            column = reading.columns.get((block.top, c), "")
            number = number_at(sheet, r, c)
            if column and layout.columns[column].kind != "ignore":
                _read_cell(reading, block, r, c)
            elif number is not None:
                why = "unknown_column" if c in unknown and row else "numbering" if row or column else "outside"
                make = refused if why == "unknown_column" else set_aside
                reading.figures.append(make(sheet.origin(r, c), number.value, why))


def _read_cell(reading: _SheetReading, block: TableBlock, r: int, c: int) -> None:
    row, column = reading.frame.rows.get(r, ""), reading.columns[block.top, c]
    cell, origin = reading.sheet.cell(r, c), reading.sheet.origin(r, c)
    number = parse_number(cell)
    if not isinstance(number, Number):
        if row and number.blank and number.text.strip() in NOT_GIVEN:
            reading.unavailable[row, column] = origin
        elif row and number.reason == "scaled":
            reading.problems.add("number.scaled", origin, found=number.text, label=column, more="")
        elif row and not number.blank:
            reading.problems.add(
                "balance.not_a_number",
                origin,
                found=UNCALCULATED if number.reason == "uncached" else number.text,
                row=row,
                column=column,
            )
        return
    if not row:
        reading.figures.append(refused(origin, number.value, "unknown_row"))
    elif number.mark or number.suffix:
        reading.problems.add("balance.not_a_number", origin, found=cell.text, row=row, column=column)
        reading.figures.append(refused(origin, number.value, "not_plain"))
    elif (row, column) in reading.cells:
        _twice((row, column), reading.cells[row, column], origin, number.value, reading.problems)
        reading.figures.append(refused(origin, number.value, "twice"))
    else:
        reading.cells[row, column] = BalanceCell(number.value, reading.units[block.top, c], origin, number.value)


def _twice(key: Key, earlier: BalanceCell, origin: Origin, value: float, problems: Collector) -> None:
    problems.add(
        "balance.duplicate",
        origin,
        row=key[0],
        column=key[1],
        other=str(earlier.origin),
        first=f"{earlier.value:g}",
        second=f"{value:g}",
    )


def _check_languages(reading: _SheetReading, r: int, row: str) -> None:
    """Two label columns of one line that name two different rows: a misprint, or (several of them) a label column that
    has slipped."""
    names = {
        c: name for c in reading.frame.labels if (name := reading.layout.row_id(text_of(reading.sheet.cell(r, c))))
    }
    other = next(((c, name) for c, name in names.items() if name != row), None)
    if other is not None:
        reading.differing.append((reading.sheet.origin(r, other[0]), row, other[1]))


def _unknown_columns(reading: _SheetReading, block: TableBlock) -> set[int]:
    """Columns with figures in labelled rows and no name that is understood; each is told once."""
    sheet, layout, frame = reading.sheet, reading.layout, reading.frame
    unknown = set()
    for c in range(1, sheet.width + 1):
        if c in frame.labels or (block.top, c) in reading.columns:
            continue
        filled = [r for r in range(block.data, block.end + 1) if r in frame.rows and number_at(sheet, r, c) is not None]
        if not filled or _is_numbering(reading, filled, c):
            continue
        unknown.add(c)
        text = heading_of(sheet, layout, reading.words, block, c).text
        if text:
            near = difflib.get_close_matches(plain_label(text), list(layout.column_labels), n=3, cutoff=0.3)
            reading.problems.add(
                "balance.unknown_column",
                sheet.origin(block.data - 1, c),
                label=text,
                near=_near(near, layout.column_labels),
                count=len(filled),
            )
        else:
            reading.problems.add("balance.no_header", sheet.origin(filled[0], c), count=len(filled))
    return unknown


def _is_numbering(reading: _SheetReading, filled: list[int], c: int) -> bool:
    """1, 2, 3 … before the labels, without a heading."""
    values = [number.value for r in filled if (number := number_at(reading.sheet, r, c)) is not None]
    steps = {b - a for a, b in itertools.pairwise(values)}
    return c < max(reading.frame.labels) and steps == {1.0} and values[0] in (0.0, 1.0)


def _unknown_row(reading: _SheetReading, block: TableBlock, r: int) -> None:
    sheet, layout, frame = reading.sheet, reading.layout, reading.frame
    columns = [
        c
        for (top, c), name in sorted(reading.columns.items())
        if top == block.top and layout.columns[name].kind != "ignore"
    ]
    numbers = [c for c in columns if number_at(sheet, r, c) is not None]
    if not numbers:
        return
    label = frame.label(r)
    if label:
        near = difflib.get_close_matches(plain_label(label), list(layout.row_labels), n=3, cutoff=0.3)
        where = next(c for c in frame.labels if not sheet.cell(r, c).blank)
        reading.problems.add(
            "balance.unknown_row",
            sheet.origin(r, where),
            label=label,
            near=_near(near, layout.row_labels),
            count=len(numbers),
        )
    else:
        reading.problems.add("balance.no_label", sheet.origin(r, min(numbers)), count=len(numbers))


def _near(spellings: list[str], labels: object) -> str:
    known = dict(labels)  # type: ignore[call-overload]
    return "、".join(dict.fromkeys(known[s] for s in spellings)) or "—"


def _outside(reading: _SheetReading) -> None:
    """Figures in titles and headings, and in label columns: named in the account, used for nothing (a year in a cell of
    its own)."""
    sheet, frame = reading.sheet, reading.frame
    heads = {r for block in frame.blocks for r in range(block.top, block.data)} | set(range(1, frame.top))
    for r in range(1, sheet.height + 1):
        for c in range(1, sheet.width + 1) if r in heads else frame.labels:
            number = number_at(sheet, r, c)
            if number is not None:
                reading.figures.append(set_aside(sheet.origin(r, c), number.value, "heading"))


__all__ = ["is_balance_sheet", "merged", "read_table"]
