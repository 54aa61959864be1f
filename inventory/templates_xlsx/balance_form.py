"""能源平衡表 as a sheet of the template: the rows and columns the yearbook prints in that year's layout, to type or to
paste into.

The sheet is read like the printed table. It stays empty where the printed file is put beside the template.
"""

from __future__ import annotations

from ..energy_balance import BalanceTable
from ..energy_balance.table import LAYOUTS, Layout
from .book import SheetWriter, in_english
from .texts import text

HEAD, UNITS, FIRST = 4, 5, 6
TOTALS = ("合计",)
ABOUT = {
    "zh": "照年鉴原样填写或整块粘贴（调出、出口、加工转换投入为负数）；已有原表文件的，把文件放在同一文件夹，本表留空。填好后再按“分摊比例”表回答各项分摊。",
    "en": "Type or paste the table as the yearbook prints it (exports and inputs to transformation negative). "
    "Leave this sheet empty where the file itself "
    "lies beside it.",
}


def layout_of(year: int) -> str:
    """The printed layout in use in a year."""
    return max((x for x in LAYOUTS if int(x) <= year), default=LAYOUTS[0])


def write_balance(
    writer: SheetWriter, layout: Layout, region: str, year: int, table: BalanceTable | None = None, lang: str = "zh"
) -> None:
    """The form of one year; `table` fills in what was printed."""
    columns = [c for c in layout.columns.values() if layout_of(year) in c.layouts and c.kind != "ignore"]
    if table is not None and table.columns:
        columns = [layout.columns[c] for c in table.columns if c in layout.columns]
    rows = [r for r in layout.rows.values() if table is None or not table.rows or r.id in table.rows]
    place = in_english(region, writer.english)
    writer.text(0, 0, text("balance_title", lang, region=place, year=str(year)), "title", measure=False)
    writer.text(2, 0, ABOUT[lang], "plain", measure=False)
    writer.text(HEAD, 0, text("balance_item", lang), "head")
    writer.text(UNITS, 0, "", "fixed")
    for n, column in enumerate(columns, 1):
        writer.text(HEAD, n, column.id if lang == "zh" else column.label_en or column.id, "head")
        writer.text(UNITS, n, (table.units.get(column.id) if table is not None else "") or column.unit, "mark")
        writer.limits[n] = 11
    for r, row in enumerate(rows, FIRST):
        depth = 0 if row.cls in TOTALS or (not row.part_of and not row.memo_of) else 2
        writer.text(
            r,
            0,
            "　" * (depth // 2) + row.label_zh if lang == "zh" else " " * depth + (row.label_en or row.label_zh),
            "fixed",
        )
        for n, column in enumerate(columns, 1):
            _figure(writer, r, n, table, (row.id, column.id))
    writer.limits[0] = 34
    writer.header_row = HEAD
    writer.kept_columns = 1  # wider than a page: goes on over several, each with the items
    writer.sheet.freeze_panes(FIRST, 1)


def _figure(writer: SheetWriter, row: int, col: int, table: BalanceTable | None, key: tuple[str, str]) -> None:
    if table is None:
        writer.text(row, col, "", "number")
        return
    cell = table.cells.get(key)
    if cell is not None and cell.printed is not None:
        writer.number(row, col, cell.printed, "number")
    else:
        writer.text(row, col, "…" if key in table.unavailable else "", "number")


__all__ = ["layout_of", "write_balance"]
