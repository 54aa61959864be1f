"""Small entry files of a project folder, read with cell addresses: corrections, precision of cells, shares, own
allocation rules.

All of them are CSV (or the same table on a sheet) with the column names in the first row. Rows and fuels may be named
by any spelling the printed table uses.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..core import units
from ..core.account import COUNTED, LABEL, REFUSED
from ..core.problems import Collector, Origin
from ..forms.form import Form
from ..forms.read import validated
from ..spreadsheets.account import rows_with_errors, settle
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from .files import CORRECTIONS, FORMS, PRECISION, heading
from .table import BalanceCell, BalanceTable, Key, Layout

_YEAR_SHARE = re.compile(r"(?:share)?((?:19|20)\d{2})年?(?:占比|比例|份额)?(?:[（(]%[)）])?", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[（(][^（()）]*[)）]$")


Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry file: its fields by column name, where each stands, and the row of the form that they make
    (None where something is wrong with them, which has been reported: names can be looked up all the same)."""

    fields: Mapping[str, str]
    sheet: Sheet
    line: int
    places: Mapping[str, int]
    row: Any = None

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    def origin(self, name: str = "") -> Origin:
        return self.sheet.origin(self.line, self.places.get(name, 1))


def read_entries(
    source: Path | Sheet, entries: Form, problems: Collector, completed: Callable[[Fields], Fields] = dict
) -> Iterator[EntryLine]:
    """Lines of an entry file, or of the sheet of a larger workbook that has its name. Headings in Chinese or English.

    Lines that are empty or begin with `#` are passed over; missing columns are reported. A heading such as `2005年占比`
    stands for a year and a value: such a line gives one entry for every year that is filled in. `completed` fills in
    what a line leaves to the one above it.
    """
    if isinstance(source, Sheet):
        sheet = source
    else:
        try:
            sheet = read_sheets(source)[0]
        except Unreadable as unreadable:
            problems.extend([unreadable.problem])
            return
    head, places, years = entry_heading(sheet, entries)
    known = {*places, *(("year", "value") if years else ())}
    missing = [name for name in entries.required if name not in known]
    if missing:
        problems.add(
            "balance.file_columns",
            Origin(sheet.file, sheet.name),
            missing=entries.labels(missing),
            expected=entries.labels(entries.names),
        )
        _settle(sheet, head, [], problems)
        return
    for r in range(head + 1, sheet.height + 1):
        if not _filled(sheet, r):
            continue
        fields = {name: _text(sheet, r, c) for name, c in places.items()}
        if not years:
            yield _checked(EntryLine(completed(fields), sheet, r, places), entries, problems)
        for year, c in years.items():
            value = _text(sheet, r, c) or (
                fields.get(f"default:{year}", "") or fields.get("default", "") if _accepts(fields) else ""
            )
            if value and not _text(sheet, r, c):  # the default was accepted
                fields = {
                    **fields,
                    "source": fields.get("source") or ACCEPTED_SOURCE,
                    "data_kind": fields.get("data_kind") or "估算",
                }
            if value:
                whole = completed({**fields, "year": str(year), "value": value})
                entry = EntryLine(whole, sheet, r, {**places, "value": c, "year": c})
                yield _checked(entry, entries, problems)
    _settle(sheet, head, [*(c for name, c in places.items() if name in entries.figures), *years.values()], problems)


def _checked(entry: EntryLine, entries: Form, problems: Collector) -> EntryLine:
    """The line with the row that its fields make."""
    values = {name: value for name, value in entry.fields.items() if name in entries.names}
    labels = {f.id: f.label for f in entries.fields}
    return replace(entry, row=validated(values, entries, entry.origin, labels, problems))


ACCEPTED_SOURCE = "采用声明的缺省"
ACCEPTED = ("是", "采用", "y", "yes", "√", "✓")


def _accepts(fields: Mapping[str, str]) -> bool:
    return fields.get("accept", "").strip().lower() in ACCEPTED


def _text(sheet: Sheet, row: int, column: int) -> str:
    return sheet.shown(row, column).text.strip()


def entry_heading(sheet: Sheet, entries: Form) -> tuple[int, dict[str, int], dict[int, int]]:
    """The heading row (the first filled one, or below a title the first that names two needed columns), columns by
    name, and columns of years."""
    first = next((r for r in range(1, sheet.height + 1) if _filled(sheet, r)), 0)
    known = entries.names
    for r in range(first, min(sheet.height, first + 12) + 1) if first else ():
        places: dict[str, int] = {}
        years: dict[int, int] = {}
        for c in range(1, sheet.width + 1):
            text = sheet.cell(r, c).text.strip()
            if (year := _YEAR_SHARE.fullmatch(text.replace(" ", ""))) is not None and "part" in known:
                years.setdefault(int(year[1]), c)
            elif text:
                name = heading(text, entries)
                places.setdefault(name if name in known else heading(_BRACKETS.sub("", text), entries), c)
        if len({*places, *(("year", "value") if years else ())} & set(entries.required)) >= 2:
            return r, places, years
    return first, {}, {}


def _settle(sheet: Sheet, head: int, figures: list[int], collector: Collector) -> None:
    """Account for the numbers of an entry file (corrections, shares, allocation): figures are in these columns, the
    rest names them."""
    errors, whole = rows_with_errors(collector.reported, sheet, head)

    def verdict(row: int, column: int) -> tuple[str, str]:
        if row <= head or column not in figures or sheet.cell(row, 1).text.startswith("#"):
            return LABEL, ""
        return (REFUSED, "error") if row in errors or whole else (COUNTED, "")

    settle(sheet, verdict, collector)


def _filled(sheet: Sheet, r: int) -> bool:
    first = sheet.cell(r, 1).text.strip()
    return not first.startswith("#") and any(not sheet.cell(r, c).blank for c in range(1, sheet.width + 1))


def row_id(entry: EntryLine, layout: Layout, problems: Collector, field: str = "row") -> str:
    """The balance row an entry names; empty, with a message, when it is none."""
    text = entry[field]
    name = text if text in layout.rows else layout.row_id(text)
    if not name:
        near = difflib.get_close_matches(text, [*layout.rows, *layout.row_labels], n=3, cutoff=0.3)
        problems.add("balance.entry_unknown", entry.origin(field), field=field, value=text, near="、".join(near) or "—")
    return name


def column_id(entry: EntryLine, layout: Layout, problems: Collector, field: str = "fuel") -> str:
    """The balance column an entry names; empty, with a message, when it is none."""
    text = entry[field]
    name = text if text in layout.columns else layout.column_id(text)
    if not name:
        near = difflib.get_close_matches(text, [*layout.columns, *layout.column_labels], n=3, cutoff=0.3)
        problems.add("balance.entry_unknown", entry.origin(field), field=field, value=text, near="、".join(near) or "—")
    return name


def _table_of(
    entry: EntryLine, tables: Mapping[tuple[str, int], BalanceTable], layout: Layout, problems: Collector
) -> BalanceTable | None:
    region, year = entry["region"], entry.row.year if entry.row else 0
    table = tables.get((layout.regions.get(region.casefold(), region), year))
    if table is None and year:
        known = "、".join(f"{r} {y}" for r, y in sorted(tables)) or "—"
        problems.add(
            "balance.correction_no_table", entry.origin("region"), region=region, year=year, known=known, more=""
        )
    return table


def correct(
    tables: Mapping[tuple[str, int], BalanceTable], path: Path | Sheet, layout: Layout, problems: Collector
) -> dict[tuple[str, int], BalanceTable]:
    """The tables with the entries of `corrections.csv` applied: the printed figure is kept beside the corrected one.

    An entry needs value and reason. Where it states the printed figure, that must be the one on the sheet. An entry may
    add a cell that is not printed.
    """
    changed = {key: dict(table.cells) for key, table in tables.items()}
    seen: dict[tuple[str, int, Key], Origin] = {}
    for entry in read_entries(path, FORMS[CORRECTIONS], problems):
        table = _table_of(entry, tables, layout, problems)
        key = row_id(entry, layout, problems), column_id(entry, layout, problems)
        if entry.row is None or table is None or not all(key):
            continue
        place = (table.region, table.year)
        if (*place, key) in seen:
            problems.add(
                "balance.entry_twice", entry.origin("row"), other=str(seen[*place, key]), what_for=" ".join(key)
            )
            continue
        seen[*place, key] = entry.origin("value")
        cell = _corrected(entry, entry.row, key, table, layout, problems)
        if cell is not None:
            changed[place][key] = cell
    return {
        k: replace(
            t,
            cells=dict(sorted(changed[k].items(), key=lambda kv: layout.order(kv[0]))),
            unavailable={u: o for u, o in t.unavailable.items() if u not in changed[k]},
        )
        for k, t in tables.items()
    }


def _corrected(
    entry: EntryLine, row: Any, key: Key, table: BalanceTable, layout: Layout, problems: Collector
) -> BalanceCell | None:
    """The cell that an entry makes of the printed one; None where it does not fit that or its unit."""
    value, old = row.value, table.cells.get(key)
    if row.printed is not None and (old is None or old.printed != row.printed):
        problems.add(
            "balance.correction_stale",
            entry.origin("printed"),
            row=key[0],
            column=key[1],
            printed="—" if old is None else f"{old.printed:g}",
            stated=entry["printed"],
        )
        return None
    unit = old.unit if old else table.units.get(key[1]) or layout.columns[key[1]].unit
    if row.unit:
        try:
            if units.ratio(row.unit, unit) != 1:
                value = units.scaled(value, units.ratio(row.unit, unit))
        except (units.UnitError, units.DimensionError):
            problems.add("balance.unit_dimension", entry.origin("unit"), unit=row.unit, column=key[1], expected=unit)
            return None
    printed, precision = (old.printed, old.precision) if old else (None, "")
    here = entry.origin("value")
    origin = old.origin if old else here
    return BalanceCell(value, unit, origin, printed, value, row.reason, row.source, precision, here)


def with_precision(
    tables: Mapping[tuple[str, int], BalanceTable], path: Path | Sheet, layout: Layout, problems: Collector
) -> dict[tuple[str, int], BalanceTable]:
    """The tables with the entries of `balance_precision.csv`: which cells keep three figures only or were restored from
    a sum."""
    changed = {key: dict(table.cells) for key, table in tables.items()}
    for entry in read_entries(path, FORMS[PRECISION], problems):
        table = _table_of(entry, tables, layout, problems)
        key = row_id(entry, layout, problems), column_id(entry, layout, problems)
        if entry.row is not None and table is not None and all(key):
            old = table.cells.get(key)
            if old is None:
                problems.add(
                    "balance.precision_no_cell",
                    entry.origin("row"),
                    region=table.region,
                    year=table.year,
                    row=key[0],
                    column=key[1],
                )
            else:
                changed[table.region, table.year][key] = replace(old, precision=entry.row.precision)
    return {k: replace(t, cells=changed[k]) for k, t in tables.items()}
