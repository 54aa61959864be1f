"""Input workbooks of 3,000 cells: read to cells, read and checked to a project; beside them the naive reader. Templates
out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from common import row, timed

BOOKS = 200  # measured; the bar is for a thousand
CROPS, YEARS = 18, range(1985, 2025)


def make(folder: Path, edition) -> list[Path]:  # type: ignore[no-untyped-def]
    """Workbooks of two tables (crop × 40 years), 3,000 cells each, a region apiece."""
    import xlsxwriter

    crops = list(edition.vocabulary["crop"])[:CROPS]
    regions = list(edition.vocabulary["region"])[:31]
    paths = []
    for i in range(BOOKS):
        path = folder / f"{i:04}.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for quantity, unit in (("农作物产量", "万吨"), ("秸秆还田率", "%")):
            sheet = book.add_worksheet(quantity)
            sheet.write_row(0, 0, ["地区", "指标", "作物", "单位", "数据来源", "不确定度(%)", "数据性质", *YEARS])
            for r in range(2 * CROPS):
                values = [20.0 + r + y % 10 for y in YEARS] if r < CROPS else ["" for _ in YEARS]
                sheet.write_row(
                    r + 1, 0, [regions[i % 31], quantity, crops[r % CROPS], unit, "年鉴", 5, "统计", *values]
                )
        book.close()
        paths.append(path)
    return paths


def main() -> None:
    import openpyxl

    from inventory.edition import load
    from inventory.reading import read_project
    from inventory.spreadsheets.cells import read_sheets
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import template_bytes

    edition = load("prov2011")
    with tempfile.TemporaryDirectory() as name:
        paths = make(Path(name), edition)
        cells = sum(sum(v is not None for v in r) for s in read_sheets(paths[0]) for r in s.values)
        naive = (
            timed(
                lambda: [
                    [[c.value for c in r] for s in openpyxl.load_workbook(p).worksheets for r in s.iter_rows()]
                    for p in paths[:5]
                ],
                3,
            )[1]
            / 5
        )
        read = timed(lambda: [read_sheets(p) for p in paths], 3)[1] / BOOKS
        row(
            f"1,000 workbooks of {cells:,} cells to cells (x{1000 // BOOKS})",
            read * 1000,
            None,
            naive * 1000,
            "naive: openpyxl",
        )
        whole = timed(lambda: read_project(paths, edition), 3)[1] / BOOKS
        row(f"1,000 such workbooks read and checked (x{1000 // BOOKS})", whole * 1000, 8.0, None, "one process")
    made = plan(edition)
    row("all templates' workbook planned and written", timed(lambda: template_bytes(plan(edition)), 3)[1])
    assert made.sheets
