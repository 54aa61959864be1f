"""Import, compile, workbook, units: the bars of the engine, with the naive way beside them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from common import process, row, timed

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "jiangsu"


def main() -> None:
    import inventory
    from inventory import api
    from inventory.core import units
    from inventory.core.engine import compile_ledger
    from inventory.edition import load

    empty = process(["-c", "pass"])[1]
    row(
        "import inventory (whole process less an empty one)",
        max(process(["-c", "import inventory"])[1] - empty, 1e-4),
        0.3,
        process(["-c", "import pandas, pint, openpyxl, pydantic"])[1] - empty,
        "naive: pandas, pint, openpyxl, pydantic at import",
    )

    edition = load("prov2011")
    project, _ = api.read(EXAMPLE, edition)
    years = len({d.year for d in project.data})
    median = timed(lambda: compile_ledger(project, edition))[1]
    row(
        f"province, {len(project.data)} data, {years} years: activity table to Ledger",
        median,
        0.05,
        naive_ledger(project, edition, units),
    )
    ledger = compile_ledger(project, edition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "清单.xlsx"
        row("filed workbook with cached values", timed(lambda: inventory.write_workbook(ledger, path), 3)[1], 2.0)
        cold = process(["-m", "inventory", "compile", str(EXAMPLE), "-o", str(path)], 3)[1]
        row("command line, project in to workbook out, cold", cold, 3.0)

    values = np.linspace(1, 2, 1_000_000)
    registry = units.registry()
    few = 2_000
    slow = timed(lambda: [registry.Quantity(v, "kJ/kg").to("MJ/kg").magnitude for v in values[:few]], 3)[1] * (
        len(values) / few
    )
    factor = float(units.ratio("kJ/kg", "MJ/kg"))
    row(
        "10^6 values converted (one cached factor, numpy)",
        timed(lambda: values * factor)[1],
        None,
        slow,
        f"naive: pint per value, {few} measured and scaled up",
    )


def naive_ledger(project, edition, units) -> float:  # type: ignore[no-untyped-def]
    """The spreadsheet way: for every datum scan the factor tables as text and convert with pint, one row at a time
    (fuel CO2 only)."""
    registry = units.registry()
    rows = [r for rows in edition.factors.values() for r in rows]
    data = [d for d in project.data if d.quantity == "fuel_consumption"][:40]
    if not data:
        return 0.0

    def work() -> float:
        total = 0.0
        for d in data:
            fuel = dict(d.item)["fuel"]
            wanted = ("ncv", "carbon_content", "oxidation")
            found = [
                next((r for r in rows if r.parameter == p and dict(r.keys).get("fuel") == fuel), None) for p in wanted
            ]
            value = registry.Quantity(d.value, "t" if "吨" in d.unit else "m3").to_base_units().magnitude
            total += value * float(np.prod([r.value or 1.0 for r in found if r]))
        return total

    return timed(work, 3)[1] * (len(project.data) / len(data))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
