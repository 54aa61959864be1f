"""Any subset of the example's inputs compiles through workbook, uncertainty, Monte Carlo and report, or answers with
messages: never a traceback."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

import pytest

from inventory import api
from inventory.core.account import FigureAccount
from inventory.core.problems import InventoryError
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.propagation import approach_1
from inventory.workbook.filing import plan

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
DATA = ("agriculture.csv", "energy.csv", "industrial_processes.csv", "lucf.csv", "waste.csv", "indicators.csv")
ALWAYS = (
    "factors.csv",
    "factors_agriculture_lucf.csv",
    "factors_waste.csv",
    "factors_indicators.csv",
    "corrections.csv",
    "balance_precision.csv",
)


def subset(seed: int, folder: Path) -> None:
    """Some of the files; of the data all rows, or those of some categories, or (rarely) of some quantities; of all
    years or of one."""
    rng = random.Random(f"subset {seed}")
    year = rng.choice(("", "", "2005", "2010"))
    by_quantity = rng.random() < 0.2
    tables = {
        path.stem[-4:]
        for path in EXAMPLE.glob("能源平衡表*.csv")
        if rng.random() < 0.7 and year in ("", path.stem[-4:])
    }
    for path in sorted(EXAMPLE.glob("*.csv")):
        if path.stem[-4:].isdigit():
            if path.stem[-4:] in tables:
                shutil.copy(path, folder)
            continue
        if path.name not in ALWAYS and rng.random() < 0.3:
            continue
        head, *rows = path.read_text("utf-8-sig").splitlines(keepends=True)
        if path.name in ("corrections.csv", "balance_precision.csv"):
            rows = [row for row in rows if row.split(",")[1] in tables]
        elif path.name in DATA:
            field = 4 if by_quantity else 2
            kept = {q for q in sorted({row.split(",")[field] for row in rows}) if rng.random() < 0.7}
            rows = [row for row in rows if row.split(",")[field] in kept and (not year or row.split(",")[1] == year)]
        if rows:
            (folder / path.name).write_text(head + "".join(rows), "utf-8")


def outcome(folder: Path, everything: bool) -> str:
    """`compiled`, or `answered` with errors that all say what to do."""
    try:
        ledger = api.compile([folder])
        plan(ledger)
        approach_1(ledger)
        if everything:
            drawn = monte_carlo(ledger, 200, 1)
            plan(ledger, "en", montecarlo=drawn)
            pytest.importorskip("docx")
            from inventory.report.document import report_bytes

            report_bytes(ledger, "zh", None, False, drawn)
    except InventoryError as error:
        assert error.problems and all(p.text() and p.text("en") for p in error.problems)
        assert error.account is None or (isinstance(error.account, FigureAccount) and error.account.closes)
        return "answered"
    return "compiled"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(3))
def test_any_subset_compiles_or_is_answered(block: int) -> None:
    for seed in range(4 * block, 4 * block + 4):
        with tempfile.TemporaryDirectory() as folder:
            subset(seed, Path(folder))
            assert outcome(Path(folder), seed % 4 == 0) in ("compiled", "answered"), seed
