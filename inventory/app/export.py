"""What was compiled, in the formats of other programs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.ledger import Ledger
from ..core.problems import InventoryError, Problem, problem
from ..exports import ceads, crosswalk, crt
from ..exports.crt import CrtMetadata
from ..exports.formats import formats
from ..exports.interchange import PROVINCIAL


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """A ledger, where to, the format (a key of `inventory.exports.formats.formats()`, or `crt`), and the classification of categories (provincial, ipcc2006,
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


def endings() -> tuple[str, ...]:
    """Endings of the files that formats are written to."""
    return tuple(dict.fromkeys(e for f in formats().values() for e in f.endings))


def export(request: ExportRequest) -> ExportResult:
    """Write the ledger in a format of `formats()`, or `crt`. Raises `InventoryError` for a format or classification that there is
    none of, or a place not writable."""
    if request.format == "crt":
        if request.crt is None:
            raise InventoryError([problem("export.crt_needs_metadata")])
        return ExportResult(crt.write_crt(request.ledger, request.target, request.crt), (crt.unverified(),))
    known = formats()
    if request.format not in known:
        raise InventoryError([problem("export.format", name=request.format, known="、".join((*known, "crt")))])
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
    chosen = known[request.format]
    return ExportResult(chosen.write(request.ledger, request.target, request.categories), chosen.remarks())


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
