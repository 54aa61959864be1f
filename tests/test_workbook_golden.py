"""Golden dumps of the filed workbook. After an intended change write them anew and look at the diff:

INVENTORY_GOLDEN=write pytest tests/test_workbook_golden.py
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest
from dump import short, whole
from example_book import example_book
from filing_example import ledger

from inventory.workbook import write_filing

GOLDEN = Path(__file__).parent / "golden"


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("INVENTORY_GOLDEN") == "write":
        path.write_text(text, "utf-8", newline="\n")
    wanted = path.read_text("utf-8")
    if wanted != text:
        diff = list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), "golden", "now", lineterm="", n=0))
        pytest.fail(
            f"{name}: {sum(d[0] in '+-' for d in diff) - 2} lines differ; intended? "
            "INVENTORY_GOLDEN=write\n" + "\n".join(diff[:60])
        )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_small_inventory_cell_by_cell(lang, tmp_path):
    path = tmp_path / "w.xlsx"
    write_filing(ledger(), path, lang)
    compare(f"workbook_small_{lang}.txt", whole(path))


@pytest.mark.slow
def test_layout_of_the_example(tmp_path):
    path = tmp_path / "w.xlsx"
    path.write_bytes(example_book())
    compare("workbook_jiangsu.txt", short(path))
