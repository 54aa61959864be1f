"""What a sheet with fuels and items is: the balance table in physical quantities, or a table that looks like one and
must not be read as one.

Such a table is answered in one sentence that names it and says what to bring instead, never cell by cell.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

from ..core import units
from ..core.memo import recalled
from ..core.problems import Collector, Origin
from ..spreadsheets.cells import Sheet, as_text
from .find import Frame, SheetScan, frame_of, number_at
from .heading import heading_of, is_coal_equivalent
from .printed import PrintedWords, flat_text, unit_line
from .table import Layout

BALANCE, STANDARD, EMISSIONS, BRANCHES, YEARS, NONE = "balance", "standard", "emissions", "branches", "years", ""
CODES = {
    STANDARD: "balance.standard_quantity",
    EMISSIONS: "balance.emission_list",
    BRANCHES: "balance.branch_list",
    YEARS: "balance.years_across",
    NONE: "balance.no_table",
}
SIGNATURE = ("供应", "转换投入", "转换", "损失", "合计")  # classes of rows that no list of consumption has
_NEEDS_ROWS = 4
FIRST_ROWS = 40
MOST_LOOKED_AT = 200


def may_be(sheet: Sheet, layout: Layout) -> bool:
    """Whether the first rows of a sheet could be the heading of such a table: two fuels in one row, or several years.
    Quick, for every sheet of a project."""
    if not sheet.values:
        return False
    first = replace(sheet, values=sheet.values[:FIRST_ROWS])
    return (_names_fuels(sheet, layout) and bool(SheetScan(first, layout).heads)) or (
        _names_rows(sheet, layout) and _years_across(sheet, layout)
    )


def _texts(sheet: Sheet, rows: int) -> list[str]:
    """The different texts of the first rows."""
    return [value for value in set(itertools.chain.from_iterable(sheet.values[:rows])) if type(value) is str]


def _names_fuels(sheet: Sheet, layout: Layout) -> bool:
    """Whether two different fuels are named in the first rows at all."""
    names = {layout.column_id(text) for text in _texts(sheet, FIRST_ROWS)} - {""}
    return len([n for n in names if layout.columns[n].kind != "ignore"]) >= 2


def _names_rows(sheet: Sheet, layout: Layout) -> bool:
    """Whether enough rows that only a balance table has are named at all."""
    names = {layout.row_id(text) for text in _texts(sheet, MOST_LOOKED_AT)} - {""}
    return len([n for n in names if layout.rows[n].cls in SIGNATURE]) >= _NEEDS_ROWS


def kind_of(sheet: Sheet, layout: Layout, words: PrintedWords) -> tuple[str, Frame | None]:
    """The kind of a sheet, with its frame where fuels stand above row labels. `""` for a sheet that has nothing of a
    balance table. Asked for when a file is sorted and when it is read: looked at once."""
    return recalled(lambda: _kind_of(sheet, layout, words), "balance.kind", (sheet, layout, words))


def _kind_of(sheet: Sheet, layout: Layout, words: PrintedWords) -> tuple[str, Frame | None]:
    frame = frame_of(sheet, layout, words)
    if frame is None:
        return (YEARS, None) if _years_across(sheet, layout) else (NONE, None)
    printed = [u for b in frame.blocks for c in _columns(frame) for u in heading_of(sheet, layout, words, b, c).units]
    above = [
        sheet.cell(r, c).text
        for r in range(1, frame.top)
        for c in range(1, sheet.width + 1)
        if not sheet.cell(r, c).blank
    ]
    said = [*above, sheet.name]
    known = {frame.rows[r] for r in frame.rows}
    signature = sum(layout.rows[name].cls in SIGNATURE for name in known)
    if any(_is_gas(u) for u in printed) or (
        not signature and any(words.says("emission", t) for t in (*said, sheet.file))
    ):
        return EMISSIONS, frame
    if _unknown_lines(frame) > len(known) and signature <= 2:
        return BRANCHES, frame
    if _standard(printed, above, sheet, words):
        return STANDARD, frame
    return BALANCE, frame


def report_other(kind: str, sheet: Sheet, problems: Collector) -> None:
    """One sentence for a sheet that is no balance table in physical quantities."""
    problems.add(CODES[kind], Origin(sheet.file, sheet.name), figures=count_figures(sheet))


def count_figures(sheet: Sheet) -> int:
    """How many figures a sheet holds."""
    return sum(
        number_at(sheet, r, c) is not None for r in range(1, sheet.height + 1) for c in range(1, sheet.width + 1)
    )


def _columns(frame: Frame) -> range | list[int]:
    return [c for c in range(1, frame.sheet.width + 1) if c not in frame.labels]


def _standard(printed: list[str], above: list[str], sheet: Sheet, words: PrintedWords) -> bool:
    """Named so in the title, in the unit line, by the units of most columns, or (where the title is silent) by the name
    of sheet or file."""
    lines = [u for t in above for u in unit_line(t, words) or ()]
    if len(lines) == 1 and is_coal_equivalent(lines[0]):
        return True
    if any(words.says("standard", t) for t in above):
        return True
    if not any(words.says("physical", t) for t in (*above, sheet.name)) and any(
        words.says("standard", t) for t in (sheet.name, sheet.file)
    ):
        return True
    equivalent = sum(is_coal_equivalent(u) for u in printed)
    return equivalent >= 2 and equivalent * 2 > len(printed)


def _is_gas(unit: str) -> bool:
    try:
        return any(name not in ("kg", "m", "J") for name, _ in units.parse(unit).dims)
    except units.UnitError:
        return False


def _unknown_lines(frame: Frame) -> int:
    """Lines with a label that is no row of the table and with figures beside it."""
    sheet, columns = frame.sheet, _columns(frame)
    return sum(
        r not in frame.rows and bool(frame.label(r)) and any(number_at(sheet, r, c) is not None for c in columns)
        for block in frame.blocks
        for r in range(block.data, block.end + 1)
    )


def _years_across(sheet: Sheet, layout: Layout) -> bool:
    """Rows of a balance table under a heading of years (综合能源平衡表): a time series, not one year's table by
    fuel."""
    look = SheetScan(replace(sheet, values=sheet.values[:MOST_LOOKED_AT]), layout)
    if not any(_has_years(look, r) for r in range(1, min(look.height, FIRST_ROWS) + 1)):
        return False
    names: dict[int, set[str]] = {}
    for (_, c), name in look.row_ids.items():
        if layout.rows[name].cls in SIGNATURE:
            names.setdefault(c, set()).add(name)
    return max((len(entry) for entry in names.values()), default=0) >= _NEEDS_ROWS


def _has_years(look: SheetScan, r: int) -> bool:
    line = look.sheet.values[r - 1][: look.width]
    figures = {int(v) for v in line if type(v) is float and 1950 <= v <= 2100 and v == int(v)}
    texts = (flat_text(as_text(v)).rstrip("年") for v in line if v is not None and type(v) is not float)
    return len(figures | {int(t) for t in texts if len(t) == 4 and t.isdigit() and 1950 <= int(t) <= 2100}) >= 2
