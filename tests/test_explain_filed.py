"""Every cell of the filing set answers what it is, from the project it was made of; the sealed file says whom to ask."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from filing_example import ledger as filing_ledger

from inventory.app.explain import ExplainCellRequest, explain_cell_of_file
from inventory.core.problems import InventoryError
from inventory.explain import explain_filed
from inventory.filing.book import filed_figures, write_filing_set
from inventory.sheets.address import a1


def test_figures_of_the_tables_are_the_sums_of_their_lines() -> None:
    ledger = filing_ledger()
    book, figures = filed_figures(ledger)
    assert len(figures) > 50
    for (name, row, col), figure in figures.items():
        amounts = (
            ledger.lines[i].mass_t if figure.gas else float(ledger.co2e_t(ledger.lines[i])) for i in figure.lines
        )
        value = book.sheets[name].cells[row, col].value
        assert math.isclose(value, math.fsum(amounts) / figure.scale, rel_tol=1e-12, abs_tol=1e-12), (
            name,
            a1(row, col),
        )


def test_a_figure_is_walked_down_to_cells_and_factors() -> None:
    book, figures = filed_figures(filing_ledger())
    name, row, col = next(p for p, f in figures.items() if f.gas == "CO2" and len(f.lines) == 1)
    text, data = explain_filed(filing_ledger(), f"{name}!{a1(row, col)}")
    assert "公式" in text and "代码" in text and len(data["parts"]) == 1
    assert data["value"] == book.sheets[name].cells[row, col].value and data["kind"] == "figure"


def test_other_cells_say_what_they_are() -> None:
    book, figures = filed_figures(filing_ledger())
    places = [
        (name, at, cell)
        for name, sheet in book.sheets.items()
        for at, cell in sheet.cells.items()
        if (name, *at) not in figures
    ]
    name, at, cell = next(p for p in places if p[2].formula)
    text, data = explain_filed(filing_ledger(), f"{name}!{a1(*at)}")
    assert cell.formula in text and data["kind"] == "formula" and data["refs"]
    assert text.count("\n") == len(data["refs"])
    name, at, cell = next(p for p in places if p[2].formula is None and isinstance(p[2].value, float))
    assert "清单工作簿" in explain_filed(filing_ledger(), f"{name}!{a1(*at)}")[0]
    with pytest.raises(InventoryError) as error:
        explain_filed(filing_ledger(), "没有这张表!B7")
    assert error.value.problems[0].code == "explain.sheet"


def test_a_sealed_file_says_whom_to_ask(tmp_path: Path) -> None:
    write_filing_set(filing_ledger(), tmp_path / "上报.xlsx")
    with pytest.raises(InventoryError) as error:
        explain_cell_of_file(ExplainCellRequest(tmp_path / "上报.xlsx", "清2 能源活动!B7"))
    assert error.value.problems[0].code == "explain.sealed"
    assert "清2 能源活动!B7" in error.value.problems[0].text("zh")
