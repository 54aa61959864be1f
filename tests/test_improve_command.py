"""`inventory improve` and the sheet of the filed workbook."""

from __future__ import annotations

from pathlib import Path

import filing_example
import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.app.improve import ImproveRequest, improve
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.uncertainty.montecarlo import monte_carlo

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"


def test_command_table_and_picture(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = CliRunner().invoke(
        app,
        [
            "improve",
            str(EXAMPLE),
            "--draws",
            "2000",
            "--csv",
            str(tmp_path / "i.csv"),
            "--chart",
            str(tmp_path / "i.svg"),
        ],
    )
    if "fonts-noto-cjk" in done.output:
        pytest.skip("no Chinese font on this machine: the chart cannot be drawn")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "i.csv").read_text("utf-8-sig")
    assert "单位热值含碳量" in text and "GB/T 476" in text
    assert (tmp_path / "i.svg").read_bytes().lstrip().startswith(b"<?xml")


def test_an_unknown_year_is_told() -> None:
    ledger = api.compile(EXAMPLE)
    with pytest.raises(InventoryError, match="2007"):
        improve(ImproveRequest(ledger, year=2007, draws=200))


@pytest.mark.slow
def test_sheet_of_the_filed_workbook() -> None:
    from inventory.workbook.filing import plan

    ledger = api.compile(EXAMPLE)
    sheet = plan(ledger, montecarlo=monte_carlo(ledger, 2000)).sheets["改进方向"]
    texts = [str(c.value) for c in sheet.cells.values()]
    assert any("单位热值含碳量" in x for x in texts) and len(sheet.charts) == 2
    assert "改进方向" not in plan(filing_example.ledger()).sheets
