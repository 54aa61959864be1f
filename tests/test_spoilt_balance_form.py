"""The balance table typed or pasted into the template: figures as text are read, figures that were spoilt are named; the
table is never taken for a form nobody filled in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from some import some

import inventory
from inventory.core.problems import InventoryError

HUNAN = Path(__file__).parents[1] / "examples" / "hunan" / "湖南填报.xlsx"
SHEET = "能源平衡表2010"
WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


@pytest.fixture(scope="module")
def wanted() -> float:
    return total(HUNAN)


def total(path: Path) -> float:
    frame = inventory.compile(path).to_frame()
    return float(frame[(frame.account == "total") & (frame.year == 2010)].co2e_t.sum())


@functools.cache
def printed() -> tuple[openpyxl.Workbook, tuple[tuple[Any, float], ...]]:
    """The example, opened once, with the cells of the table of 2010 that hold a figure, and the figure."""
    book = openpyxl.load_workbook(HUNAN)
    cells = [cell for row in book[SHEET].iter_rows() for cell in row[1:] if isinstance(cell.value, int | float)]
    return book, tuple((cell, cell.value) for cell in some(cells, 100))


def spoilt(folder: Path, change: Callable[[float], object], columns: int = 99) -> Path:
    """The example with every figure of the table of 2010 (of its first `columns` fuels) changed."""
    book, figures = printed()
    for cell, value in figures:
        cell.value = change(value) if cell.column <= columns + 1 else value
    path = folder / "湖南填报.xlsx"
    book.save(path)
    return path


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    "change", [str, lambda v: f"{v:,.4f}", lambda v: str(v).translate(WIDE)], ids=["text", "thousands", "full width"]
)
def test_figures_as_text_are_the_same_figures(change: Callable[[float], object], wanted: float, tmp_path: Path) -> None:
    assert total(spoilt(tmp_path, change)) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("columns", [99, 1], ids=["all", "first"])
@pytest.mark.parametrize(
    "change",
    [lambda v: f"{v}*", lambda v: f"={v}", lambda v: "#N/A"],
    ids=["footnote", "formula never calculated", "error"],
)
def test_spoilt_figures_are_named_cell_by_cell(change: Callable[[float], object], columns: int, tmp_path: Path) -> None:
    path = spoilt(tmp_path, change, columns)
    with pytest.raises(InventoryError) as caught:
        inventory.compile(path)
    named = {p.origin.cell for p in caught.value.problems if p.code == "balance.not_a_number"}
    assert "B7" in named and all(p.origin.sheet == SHEET for p in caught.value.problems if p.code.endswith("a_number"))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_form_nobody_filled_in_says_nothing(tmp_path: Path) -> None:
    path = spoilt(tmp_path, lambda v: None)
    assert not [p for p in inventory.check(path) if p.origin.sheet == SHEET and p.severity == "error"]
