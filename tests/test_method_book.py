"""The factor and method book of an edition is made from its declarations, whole, in both languages."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import inventory
from inventory.cli.app import app
from inventory.sheets.english import CHINESE
from inventory.workbook.method_book import SHEETS, method_book


def texts(sheet: object) -> list[list[str]]:
    return [[str(c.value or "") for c in row] for row in sheet.iter_rows(min_row=4)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("edition", ["prov2011", "ncsc2026"])
def test_everything_declared_is_in_the_book(edition: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["edition", "book", edition, "-o", str(tmp_path / "手册.xlsx")])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(tmp_path / "手册.xlsx")
    loaded = inventory.load_edition(edition)
    sources, methods, factors, dictionary, choices = (texts(s) for s in book.worksheets)
    assert [r[0] for r in sources] == list(loaded.categories)
    assert len(methods) == sum(len(m.steps) for m in loaded.declared.methods.values()) and all(r[2] for r in methods)
    assert len(factors) == sum(len(found) for found in loaded.factors.values())
    assert [r[0] for r in dictionary] == [q.label["zh"] for q in loaded.declared.quantities.values()]
    assert len(choices) == len(loaded.declared.choices)
    cement = next(r for r in methods if r[0].startswith("水泥"))
    assert "熟料产量" in cement[2] and "×" in cement[2]


def test_the_english_book_is_english() -> None:
    book = method_book(inventory.load_edition(), "en")
    assert len(book.sheets) == len(SHEETS)
    for name, sheet in book.sheets.items():
        assert not CHINESE.search(name)
        assert not [c.value for c in sheet.cells.values() if isinstance(c.value, str) and CHINESE.search(c.value)]
