"""The unit and the year of a figure: of its row, its heading, the words over the table."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ..core import units
from ..core.activity import MEASURED
from ..core.declarations import Quantity
from ..core.spelling import fold
from ..spreadsheets.cells import Cell
from ..spreadsheets.numbers import Number, Year, parse_number, parse_year
from .row import Row, RowsRead

LOOKED_BACK = 200  # rows
_QUALIFIED = re.compile(r"([^(（]+?)\s*[(（]([^()（）]+)[)）]")


def with_marks(
    value: Number, unit: str, quantity: Quantity, row: Row, cell: Cell, rows_read: RowsRead
) -> tuple[float, str] | None:
    """Value and unit, with %, ‰ and 万 written behind the figure brought together with the unit cell."""
    if value.suffix and units.tidy(unit)[:1] in "百千万亿十":
        rows_read.problems.add("number.suffix_unit", row.origin(cell), found=cell.text, unit=unit)
        return None
    if value.mark:
        if not units.same_dimension(unit, "%"):
            rows_read.problems.add(
                "number.percent_unit",
                row.origin(cell),
                found=f"{value.value:.10g}{value.mark}",
                unit=unit,
                label=quantity.label,
            )
            return None
        return value.value, value.mark
    return value.value, unit


def unit_of(
    row: Row, quantity: Quantity, cell: Cell, item: tuple[Any, ...] | None, printed: str, rows_read: RowsRead
) -> str:
    """The unit of a figure: its row's unit cell, else the heading's, else the one over the table. Empty after a
    problem."""
    own = _without_qualifier(row.text("unit"), quantity)
    candidates = tuple(t for t in (own, row.figure_units.get(cell.column, ""), printed, row.above.get("unit", "")) if t)
    gas = dict(item or ()).get("gas", "CO2") if quantity.id == MEASURED else ""
    unit, code, facts = _unit_verdict(
        candidates, quantity.unit, bool(own) and candidates[-1] != row.above.get("unit"), gas
    )
    other = "" if own or code or unit != row.above.get("unit") else _unit_before(row, unit)
    if other:
        rows_read.problems.add(
            "unit.blank", row.origin(row.fields["unit"]), label=quantity.label, above=unit, row=other
        )
        return ""
    if not code:
        return unit
    if code == "unit.missing":
        value = parse_number(cell)
        if isinstance(value, Number) and value.mark and units.same_dimension(quantity.unit[0], "%"):
            return value.mark
    place = row.origin(row.cell("unit") or row.fields.get("unit", cell))
    rows_read.problems.add(code, place, label=quantity.label, **dict(facts))
    return ""


def _unit_before(row: Row, unit: str) -> str:
    """The last unit of the column above a cell left empty, where it measures the same in another size than `unit`, the
    one over the table: `头` in one row and nothing in the next may mean 头 again."""
    column = row.fields["unit"].column if "unit" in row.fields else 0
    lines = range(row.number - 1, max(row.number - 1 - LOOKED_BACK, 0), -1) if column else ()
    before = next((text for r in lines if (text := row.sheet.cell(r, column).text)), "")
    try:
        one, other = units.parse(before), units.parse(unit)
    except units.UnitError:
        return ""
    return before if one.dims == other.dims and one.scale != other.scale else ""


def _without_qualifier(text: str, quantity: Quantity) -> str:
    """`万吨（折纯）` as `万吨` where the brackets only repeat what the quantity's own label says; any other remark
    stays and is refused."""
    match = _QUALIFIED.fullmatch(text.strip())
    if match is None:
        return text
    said = fold(match[2]).removesuffix("量")
    return match[1] if len(said) > 1 and any(said in fold(label) for label in quantity.label.values()) else text


@lru_cache(maxsize=4096)
def _unit_verdict(
    candidates: tuple[str, ...], wanted: tuple[str, ...], compare: bool, gas: str
) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """(unit, "", ()) or ("", message code, facts). `compare`: the row's own unit and the heading's must be the same."""
    expected = "、".join(wanted)
    if not candidates:
        return "", "unit.missing", (("expected", expected),)
    try:
        first, *others = (units.parse(t) for t in candidates)
    except units.UnitError as error:
        return "", "unit.unknown", (("unit", error.text), ("near", "、".join(dict.fromkeys((*wanted, *error.near)))))
    other = next(
        (t for t, u in zip(candidates[1:], others, strict=True) if (u.scale, u.dims) != (first.scale, first.dims)), ""
    )
    if other and compare:
        return "", "unit.two", (("unit", candidates[0]), ("other", other))
    if not any(units.same_dimension(candidates[0], t) for t in (("t", f"t {gas}") if gas else wanted)):
        return "", "unit.dimension", (("unit", candidates[0]), ("expected", expected))
    return candidates[0], "", ()


def year_of(row: Row, given: int | Cell, rows_read: RowsRead) -> int | None:
    if isinstance(given, int):
        return given
    year = parse_year(given)
    place = row.origin(given)
    if isinstance(year, Year):
        if year.from_date or year.from_serial:
            rows_read.problems.add(
                "year.date" if year.from_date else "year.serial", place, found=given.text, year=year.value
            )
        return year.value
    if year.blank and row.above.get("year"):
        return int(row.above["year"])
    reason = {"several": "several", "blank": "missing", "range": "range"}.get(year.reason, "text")
    rows_read.problems.add(f"year.{reason}", place, found=year.text)
    return None
