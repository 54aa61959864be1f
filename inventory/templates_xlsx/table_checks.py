"""Drop-downs, checks and the progress of a fill-in sheet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core import units
from ..core.declarations import Quantity
from ..core.problems import DeclarationError
from ..sheets.address import letters
from .book import Lists, SheetWriter
from .labels import PrintedLabels, key_column
from .plan import SheetPlan, TemplatePlan
from .plan_rows import COMMON_UNITS, RowPlan
from .texts import text

FIRST = 6  # row of the first entry, counted from 0
BLANK_ROWS = 6  # rows at the end where any quantity of the sheet can be added


@dataclass(frozen=True)
class SheetProgress:
    """What the contents sheet says about a sheet: formulas over it, and their values as written."""

    title: str
    holds: str
    needed: int
    done: str
    done_value: int
    optional: str
    optional_value: int
    wanted: bool


def validate(
    writer: SheetWriter, sheet: SheetPlan, result: TemplatePlan, at: dict[str, int], last: int, lists: Lists
) -> None:
    """Drop-downs and checks on the rows of each quantity; rows of a quantity stand together."""
    end = last + BLANK_ROWS
    lang = result.lang
    shown = PrintedLabels(result)
    warn = text("list_warn", lang)
    writer.choose(FIRST, at["notation"], lists.source("notation"), warn, end)
    writer.choose(FIRST, at["data_kind"], lists.source("kind"), warn, end)
    if "region" in at:
        writer.choose(FIRST, at["region"], lists.source("region"), warn, end)
    for quantity, first, final in runs(sheet.rows, lambda r: r.quantity):
        top, bottom = FIRST + first, FIRST + final
        declared = result.words.quantities[quantity]
        writer.choose(top, at["unit"], lists.add(f"unit {quantity}", unit_words(declared)), warn, bottom)
        spare = [
            i
            for i, r in enumerate(sheet.rows[first : final + 1])
            if r.spare or any(k not in dict(r.item) for k in declared.all_keys)
        ]
        for key in declared.all_keys if spare else ():
            place = key_column(key, at)
            offered = shown.choices(declared, key)
            if place is not None and offered:
                writer.choose(top + spare[0], place, lists.add(key, offered), warn, bottom)
        if declared.min == 0:
            years = [at[f"year:{y}"] for y in sheet.years]
            writer.sheet.data_validation(
                top,
                min(years),
                bottom,
                max(years),
                {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_type": "warning",
                    "error_message": text("figure_warn", lang),
                    "input_title": text("figure_title", lang),
                    "input_message": text("figure_help", lang),
                    "ignore_blank": True,
                },
            )


def runs(rows: tuple[RowPlan, ...], of: Callable[[RowPlan], object]) -> list[tuple[str, int, int]]:
    """Runs of rows with the same property: (property, first, last)."""
    out: list[tuple[str, int, int]] = []
    for i, row in enumerate(rows):
        what = str(of(row))
        if out and out[-1][0] == what and out[-1][2] == i - 1:
            out[-1] = (what, out[-1][1], i)
        else:
            out.append((what, i, i))
    return out


def unit_words(quantity: Quantity) -> tuple[str, ...]:
    """Units of the drop-down: the quantity's own first, then common ones that measure the same thing (of the same
    reference, tonnes before kilograms)."""
    try:
        same = [u for u in COMMON_UNITS if any(units.same_dimension(u, own) for own in quantity.unit)]
    except units.UnitError as error:
        raise DeclarationError(str(error)) from error
    return tuple(dict.fromkeys((*quantity.unit, *same)))


def progress_of(sheet: SheetPlan, result: TemplatePlan, at: dict[str, int], last: int) -> SheetProgress:
    years = [at[f"year:{y}"] for y in sheet.years]
    left, right, note = letters(min(years)), letters(max(years)), letters(at["notation"])
    name = f"'{sheet.title}'!"
    parts, optional = [], []
    for what, first, final in runs(sheet.rows, lambda r: r.required and not r.spare):
        area = f"{name}{left}{FIRST + first + 1}:{right}{FIRST + final + 1}"
        keys = f"{name}{note}{FIRST + first + 1}:{note}{FIRST + final + 1}"
        if what == "True":
            parts.append(f'COUNTA({area})+SUMPRODUCT(({area}="")*({keys}<>""))')
        else:
            optional.append(f"COUNTA({area})")
    optional.append(f"COUNTA({name}{left}{last + 2}:{right}{last + 1 + BLANK_ROWS})")
    needed = sheet.required_cells * len(sheet.years)
    done = sum(_answered(r, sheet) for r in sheet.rows if r.required and not r.spare)
    extra = sum(_written(r, sheet) for r in sheet.rows if not (r.required and not r.spare))
    holds = ("、" if result.lang == "zh" else "; ").join(
        dict.fromkeys(q.label.get(result.lang) or q.label["zh"] for q in sheet.quantities)
    )
    return SheetProgress(
        sheet.title,
        holds,
        needed,
        "=" + ("+".join(parts) or "0"),
        done,
        "=" + "+".join(optional),
        extra,
        any(r.required for r in sheet.rows),
    )


def _answered(row: RowPlan, sheet: SheetPlan) -> int:
    if row_notation(row, sheet):
        return len(sheet.years)
    return _written(row, sheet)


def _written(row: RowPlan, sheet: SheetPlan) -> int:
    return sum(1 for y in sheet.years if y in row.figures or own_notation(row, y, sheet))


def row_notation(entry: RowPlan, sheet: SheetPlan) -> str:
    """The key in the row's own column when it holds for every year without a figure; otherwise keys stand under their
    years."""
    empty = [y for y in sheet.years if y not in entry.figures]
    keys = {entry.notations.get(y, "") for y in empty}
    return keys.pop() if empty and len(keys) == 1 else ""


def own_notation(entry: RowPlan, year: int, sheet: SheetPlan) -> str:
    return "" if row_notation(entry, sheet) else entry.notations.get(year, "")
