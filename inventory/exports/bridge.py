"""Figures under another classification (IPCC 2006, IPCC 1996, CRF 1999), and the bridge of sector totals beside
them."""

from __future__ import annotations

from pathlib import Path

from ..core.files import write_bytes
from ..core.ledger import Ledger
from . import crosswalk
from .formats import ExportFormat
from .interchange import PROVINCIAL, csv_bytes

HEAD = ("mapping", "categories")


def write_bridge(ledger: Ledger, target: Path, categories: str) -> tuple[Path, ...]:
    """Two tables: every figure under the classification, and what moved between sectors, so that both sides add up."""
    terminology = "ipcc2006" if categories == PROVINCIAL else categories
    rows = [
        (
            *(a.region, a.year, a.code, a.gas, repr(a.mass_t), repr(a.co2e_t), ledger.gwp.name, a.kind),
            ";".join(a.categories),
        )
        for a in crosswalk.converted(ledger, terminology)
    ]
    head = ("region", "year", terminology, "gas", "mass_t", "co2e_t", "gwp_set", *HEAD)
    moved = [
        (b.region, b.year, b.sector, b.other, repr(b.co2e_t), b.lines) for b in crosswalk.bridge(ledger, terminology)
    ]
    result = target.with_name(target.stem + "_bridge.csv")
    write_bytes(target, csv_bytes(head, rows))
    write_bytes(result, csv_bytes(("region", "year", "sector", f"{terminology}_sector", "co2e_t", "lines"), moved))
    return target, result


FORMATS = {"ipcc": ExportFormat(write_bridge)}
