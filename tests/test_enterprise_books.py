"""The books over many reports (summary, reconciliation, findings) print like the filed tables: A4, one page wide, no letter
below eight points, heads repeated, pages numbered."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from inventory.enterprise.collect import collect
from inventory.enterprise.compute import compute_file
from inventory.enterprise.findings import write_findings
from inventory.enterprise.industries import default_edition
from inventory.enterprise.province import write_summary
from inventory.enterprise.reconcile import Inventory, reconcile
from inventory.enterprise.reconcile_sheets import write_reconciliation
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import verify_file
from inventory.sheets.look import LEAST_POINTS, column_points
from inventory.sheets.paper import room

DATA = Path(__file__).parent / "data" / "enterprise"
FIRMS = ("food_factory", "power_plant")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The three books of two reports in both languages."""
    folder = tmp_path_factory.mktemp("books")
    (folder / "in").mkdir()
    for name in FIRMS:
        write_report(compute_file(DATA / f"{name}.toml"), folder / "in" / f"{name}.xlsx")
    collect(folder / "in", folder / "c.db")
    edition = default_edition()
    compared = reconcile(folder / "c.db", 2015, edition, Inventory({("1.1.1.1", "CO2"): 4e6}))
    verified = [verify_file(folder / "in" / f"{name}.xlsx") for name in FIRMS]
    for lang in ("zh", "en"):
        write_summary(folder / "c.db", folder / f"summary_{lang}.xlsx", edition, 2015, lang)
        write_reconciliation(compared, folder / f"reconciliation_{lang}.xlsx", edition, {}, lang)
        write_findings(verified, folder / f"findings_{lang}.xlsx", lang)
    return sorted(folder.glob("*.xlsx"))


def test_every_sheet_is_on_paper(books: list[Path]) -> None:
    sheets = [(path.stem, sheet) for path in books for sheet in openpyxl.load_workbook(path)]
    assert len(books) == 6 and len(sheets) == 2 * (9 + 5 + 2)
    for name, sheet in sheets:
        place = f"{name} {sheet.title}"
        assert sheet.page_setup.paperSize == 9 and sheet.sheet_properties.pageSetUpPr.fitToPage, place
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.page_setup.fitToHeight == 0, place
        assert "— &P —" in (sheet.oddFooter.center.text or ""), place
        head = int(str(sheet.print_title_rows).strip("$").split(":")[0].strip("$"))
        assert head in (3, 4) and sheet.cell(head, 1).value, f"{place}: the head is not repeated"
        assert sheet.freeze_panes == f"A{head + 1}", place
        lying = sheet.page_setup.orientation == "landscape"
        wide = sum(column_points(d.width) * (d.max - d.min + 1) for d in sheet.column_dimensions.values())
        scale = min(1.0, room(lying) / wide)
        small = [c.coordinate for row in sheet for c in row if c.value and c.font.size * scale < LEAST_POINTS]
        assert not small, f"{place}: below eight points {small[:5]}"
