"""Greenhouse-gas inventories of China's provinces and direct reports of its enterprises: every figure traceable to its
origin.

    import inventory
    ledger = inventory.compile("examples/jiangsu")
    ledger.to_frame()

Names are loaded when first used, so that `import inventory` stays fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

_WHERE = {
    "compile": "inventory.api",
    "check": "inventory.api",
    "read": "inventory.api",
    "load_edition": "inventory.api",
    "write_workbook": "inventory.api",
    "write_results": "inventory.api",
    "write_report": "inventory.api",
    "freeze": "inventory.archive",
    "verify": "inventory.archive",
    "Ledger": "inventory.core.ledger",
    "Datum": "inventory.core.activity",
    "Project": "inventory.core.activity",
    "datum": "inventory.core.activity",
    "own_factor": "inventory.core.activity",
    "monte_carlo": "inventory.uncertainty.montecarlo",
    "approach_1": "inventory.uncertainty.propagation",
    "compare": "inventory.analysis.recalculation",
    "Explainer": "inventory.core.explanation",
    "run_batch": "inventory.batch",
    "BatchRequest": "inventory.batch",
    "Problem": "inventory.core.problems",
    "InventoryError": "inventory.core.problems",
    "language": "inventory.core.problems",
    "Scenarios": "inventory.analysis.scenarios",
    "read_results": "inventory.exports.results",
    "to_xarray": "inventory.exports.interchange",
}
__all__ = [*_WHERE, "__version__"]

if TYPE_CHECKING:
    from inventory.api import check, compile, load_edition, read, write_report, write_results, write_workbook  # noqa: F401
    from inventory.archive.freeze import freeze  # noqa: F401
    from inventory.archive.verify import verify  # noqa: F401
    from inventory.core.activity import Datum, Project, datum  # noqa: F401
    from inventory.core.ledger import Ledger  # noqa: F401
    from inventory.core.problems import InventoryError, Problem, language  # noqa: F401


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'inventory' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_WHERE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
