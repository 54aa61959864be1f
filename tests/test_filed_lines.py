"""The lines of a filed workbook are read back from the trace's own record of them, whatever sheets it has."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from filing_example import ledger as filing_ledger

from inventory.analysis.recalculation import entries_of
from inventory.core.problems import Collector, InventoryError
from inventory.explain import FileSource
from inventory.versions import BLOCK, lines_of
from inventory.workbook import write_filing
from inventory.workbook.texts import Words
from inventory.workbook.trace import LINES, SHEET

UNCERTAINTY = Words("zh")("sheet.uncertainty")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "清单.xlsx"
    write_filing(filing_ledger(), path)
    return path


def _same_as_the_ledger(source: FileSource, file: Path) -> None:
    problems = Collector()
    read = {line.key: line for line in lines_of(source, file, problems)}
    wanted = {line.key: line for line in entries_of(filing_ledger())}
    assert not list(problems) and read.keys() == wanted.keys() and len(wanted) > 20
    for key, line in wanted.items():
        assert math.isclose(read[key].mass_t, line.mass_t, rel_tol=1e-12) and read[key].gwp == line.gwp


def test_the_lines_do_not_rest_on_the_uncertainty_sheet(file: Path) -> None:
    source = FileSource(file)
    assert source.records.pop(UNCERTAINTY)
    _same_as_the_ledger(source, file)


def test_a_workbook_of_an_earlier_version_is_read_too(file: Path) -> None:
    """There the lines stood with the rows of 不确定性."""
    source = FileSource(file)
    listed = next(r for r in source.records.pop(SHEET) if r.what["k"] == LINES)
    lines = listed.what["lines"]
    block = next(r for r in source.records[UNCERTAINTY] if r.what["k"] == BLOCK)
    earlier = {
        "ids": [[line[0], line[2], line[3], line[5], line[6]] for line in lines],
        "masses": [line[7] for line in lines],
        "scales": [line[8:] for line in lines],
        "gwp": listed.what["gwp"],
    }
    others = [r for r in source.records[UNCERTAINTY] if r is not block]
    source.records[UNCERTAINTY] = [*others, replace(block, what={**block.what, **earlier})]
    _same_as_the_ledger(source, file)


def test_a_workbook_without_lines_says_so(file: Path) -> None:
    source = FileSource(file)
    source.records.clear()
    with pytest.raises(InventoryError) as error:
        lines_of(source, file, Collector())
    assert error.value.problems[0].code == "recalculation.version_no_lines"
