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
    "check": "inventory.api",
    "compile": "inventory.api",
    "dictionary": "inventory.api",
    "factors": "inventory.api",
    "load_edition": "inventory.api",
    "quantities": "inventory.api",
    "read": "inventory.api",
    "write_report": "inventory.api",
    "write_results": "inventory.api",
    "write_workbook": "inventory.api",
    "freeze": "inventory.archive.freeze",
    "verify": "inventory.archive.verify",
    "Datum": "inventory.core.activity",
    "Project": "inventory.core.activity",
    "datum": "inventory.core.activity",
    "own_factor": "inventory.core.activity",
    "Edition": "inventory.core.edition",
    "Ledger": "inventory.core.ledger",
    "InventoryError": "inventory.core.problems",
    "Problem": "inventory.core.problems",
    "language": "inventory.core.problems",
    "Explainer": "inventory.core.explanation",
    "plot": "inventory.charts.totals",
    "compare": "inventory.analysis.recalculation",
    "Scenarios": "inventory.analysis.scenarios",
    "monte_carlo": "inventory.uncertainty.montecarlo",
    "approach_1": "inventory.uncertainty.propagation",
    "BatchRequest": "inventory.batch",
    "run_batch": "inventory.batch",
    "compute_enterprise": "inventory.enterprise.compute",
    "Enterprise": "inventory.enterprise.model",
    "enterprise_from_dict": "inventory.enterprise.read_tables",
    "to_primap2": "inventory.exports.interchange",
    "to_xarray": "inventory.exports.interchange",
    "read_results": "inventory.exports.results",
}
__all__ = [*_WHERE, "__version__"]

if TYPE_CHECKING:  # re-exported by name, so that mypy --strict sees them in the code of users
    from inventory.analysis.recalculation import compare as compare
    from inventory.analysis.scenarios import Scenarios as Scenarios
    from inventory.api import check as check
    from inventory.api import compile as compile
    from inventory.api import dictionary as dictionary
    from inventory.api import factors as factors
    from inventory.api import load_edition as load_edition
    from inventory.api import quantities as quantities
    from inventory.api import read as read
    from inventory.api import write_report as write_report
    from inventory.api import write_results as write_results
    from inventory.api import write_workbook as write_workbook
    from inventory.archive.freeze import freeze as freeze
    from inventory.archive.verify import verify as verify
    from inventory.batch import BatchRequest as BatchRequest
    from inventory.batch import run_batch as run_batch
    from inventory.charts.totals import plot as plot
    from inventory.core.activity import Datum as Datum
    from inventory.core.activity import Project as Project
    from inventory.core.activity import datum as datum
    from inventory.core.activity import own_factor as own_factor
    from inventory.core.edition import Edition as Edition
    from inventory.core.explanation import Explainer as Explainer
    from inventory.core.ledger import Ledger as Ledger
    from inventory.core.problems import InventoryError as InventoryError
    from inventory.core.problems import Problem as Problem
    from inventory.core.problems import language as language
    from inventory.enterprise.compute import compute_enterprise as compute_enterprise
    from inventory.enterprise.model import Enterprise as Enterprise
    from inventory.enterprise.read_tables import enterprise_from_dict as enterprise_from_dict
    from inventory.exports.interchange import to_primap2 as to_primap2
    from inventory.exports.interchange import to_xarray as to_xarray
    from inventory.exports.results import read_results as read_results
    from inventory.uncertainty.montecarlo import monte_carlo as monte_carlo
    from inventory.uncertainty.propagation import approach_1 as approach_1

if not TYPE_CHECKING:  # a type checker knows the names above, and that there are no others

    def __getattr__(name: str) -> Any:
        if name not in _WHERE:
            raise AttributeError(f"module 'inventory' has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_WHERE[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
