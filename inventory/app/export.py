"""What was compiled, in the formats of other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Problem, problem
from ..exports import ceads, crosswalk, crt, interchange, provenance, sdmx
from ..exports.crt import CrtMetadata
from ..exports.interchange import PROVINCIAL


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A ledger, where to, the format (a key of `FORMATS`), and the classification of categories (provincial, ipcc2006,
    ipcc1996, crf1999)."""

    ledger: Ledger
    target: Path
    format: str = "primap2"
    categories: str = PROVINCIAL
    crt: CrtMetadata | None = None  # for the format `crt`


@dataclass(frozen=True, slots=True)
class ExportResult:
    """The files written; the first is the main one. remarks: what is not verified of the format."""

    files: tuple[Path, ...]
    remarks: tuple[Problem, ...] = ()


def _bridge(ledger: Ledger, target: Path, categories: str) -> tuple[Path, ...]:
    """Figures under another classification, and the bridge of sector totals beside them."""
    terminology = "ipcc2006" if categories == PROVINCIAL else categories
    rows = [
        (
            a.region,
            a.year,
            a.code,
            a.gas,
            repr(a.mass_t),
            repr(a.co2e_t),
            ledger.gwp.name,
            a.kind,
            ";".join(a.categories),
        )
        for a in crosswalk.converted(ledger, terminology)
    ]
    head = ("region", "year", terminology, "gas", "mass_t", "co2e_t", "gwp_set", "mapping", "categories")
    moved = [
        (b.region, b.year, b.sector, b.other, repr(b.co2e_t), b.lines) for b in crosswalk.bridge(ledger, terminology)
    ]
    result = target.with_name(target.stem + "_bridge.csv")
    write_bytes(target, interchange.csv_bytes(head, rows))
    write_bytes(
        result, interchange.csv_bytes(("region", "year", "sector", f"{terminology}_sector", "co2e_t", "lines"), moved)
    )
    return target, result


FORMATS: dict[str, Callable[[Ledger, Path, str], tuple[Path, ...]]] = {
    "primap2": interchange.write_interchange,
    "netcdf": interchange.write_netcdf,
    "ipcc": _bridge,
    "sdmx": sdmx.write_sdmx,
    "ceads": ceads.write_ceads,
    "prov": provenance.write_receipts,
}


def export(request: ExportRequest) -> ExportResult:
    """Write the ledger in a format of `FORMATS`. Raises `InventoryError` for a format or classification that there is
    none of, or a place not writable."""
    if request.format == "crt":
        if request.crt is None:
            raise InventoryError([problem("export.crt_needs_metadata")])
        return ExportResult(crt.write_crt(request.ledger, request.target, request.crt), (crt.unverified(),))
    if request.format not in FORMATS:
        raise InventoryError([problem("export.format", name=request.format, known="、".join((*FORMATS, "crt")))])
    if request.categories not in (PROVINCIAL, *crosswalk.TERMINOLOGIES):
        raise InventoryError(
            [
                problem(
                    "export.terminology",
                    name=request.categories,
                    known="、".join((PROVINCIAL, *crosswalk.TERMINOLOGIES)),
                )
            ]
        )
    remarks = (problem("export.ceads_recalled"),) if request.format == "ceads" else ()
    return ExportResult(FORMATS[request.format](request.ledger, request.target, request.categories), remarks)


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A table of energy in another program's layout (CEADs) that becomes a file of a project folder."""

    source: Path
    target: Path


def import_activity(request: ImportRequest) -> ExportResult:
    """Activity data of an exchange file, written as a long table. Raises `InventoryError` with every fault of the
    file."""
    files = (ceads.write_activity(ceads.read_energy(request.source), request.target),)
    return ExportResult(files, (problem("export.ceads_recalled"),))
