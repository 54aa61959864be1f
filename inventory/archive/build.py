"""From a folder laid out like an archive to its results, workbook and report: the one way that both freezing and
verifying go."""

from __future__ import annotations

import importlib.metadata
import platform
import tempfile
from dataclasses import replace
from pathlib import Path

from .. import __version__, api, resources
from ..analysis.recalculation import Recalculation
from ..core.ledger import Ledger
from ..edition import load
from ..uncertainty.results import MonteCarlo
from .manifest import REPORT, RESULTS, WORKBOOK, FilingSettings, Manifest, digest

LIBRARIES = ("numpy", "XlsxWriter", "python-docx", "matplotlib")


def compiled(folder: Path, settings: FilingSettings) -> Ledger:
    """The ledger of the inputs under `folder`, with the factors under `folder`. Raises `InventoryError` as compiling
    does."""
    return api.compile(
        [folder / name for name in settings.inputs],
        edition=load(folder / settings.edition),
        gwp=settings.gwp,
        allow_fallback=settings.allow_fallback,
        strict=settings.strict,
    )


def results(ledger: Ledger) -> bytes:
    """The results line by line, with full precision."""
    return _written(lambda path: api.write_results(ledger, path), RESULTS)


def documents(ledger: Ledger, settings: FilingSettings, folder: Path, code: str) -> dict[str, bytes]:
    """Workbook and report with the code on them."""
    coded = replace(ledger, project=replace(ledger.project, archive_code=code))
    drawn = _drawn(coded, settings)
    since = _since(coded, settings, folder)
    result = {
        WORKBOOK: _written(
            lambda path: api.write_workbook(coded, path, settings.lang, montecarlo=drawn, recalculation=since), WORKBOOK
        )
    }
    if settings.report:
        from ..report.document import report_bytes

        template = folder / settings.template if settings.template else None
        result[REPORT] = report_bytes(coded, settings.lang, template, settings.charts, drawn)
    return result


def _drawn(ledger: Ledger, settings: FilingSettings) -> MonteCarlo | None:
    from ..uncertainty.montecarlo import DEFAULT_SEED, monte_carlo

    return (
        None
        if settings.draws is None
        else monte_carlo(ledger, settings.draws, DEFAULT_SEED if settings.seed is None else settings.seed)
    )


def _since(ledger: Ledger, settings: FilingSettings, folder: Path) -> Recalculation | None:
    from ..analysis.recalculation import compare
    from ..versions import read_version

    return (
        compare(read_version(folder / settings.previous, str(folder / settings.edition)), ledger)
        if settings.previous
        else None
    )


def _written(write, name: str) -> bytes:  # type: ignore[no-untyped-def]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


def software_versions() -> dict[str, str]:
    """Versions of everything that bytes may depend on."""
    versions = {
        "inventory": __version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
    }
    for name in LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "-"
    tree = resources.folder("factors") / "regions.csv"
    versions["regions"] = digest(tree.read_bytes())[:12] if tree.is_file() else "-"  # the package's own tree of regions
    return versions


def manifest_of(files: dict[str, bytes], settings: FilingSettings) -> Manifest:
    return Manifest(
        settings, {p: (digest(content), len(content)) for p, content in sorted(files.items())}, software_versions()
    )
