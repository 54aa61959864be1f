"""What a round's accepted (or submitted) reports become: the same use cases as the command's, over the departments'
workbooks, the round's own files and a collection made of the enterprises' reports. No arithmetic of its own.

The use cases are loaded by whoever makes something: the pages name products and stay small."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from inventory.core.files import write_bytes
from inventory.core.problems import InventoryError, problem

from ..domain.roles import Level
from ..shared.places import known_name
from . import departments, evidence, series, verdicts
from .jobs import Result
from .models import Job, Round, Version
from .places import REGIONS_FILE, County, county_of, regions_file
from .public import is_map
from .round_files import round_files
from .scope import everything, subtree
from .sums import NOT_SUBMITTED, unsigned

if TYPE_CHECKING:
    from inventory.app.source import Source


@dataclass(frozen=True, slots=True)
class Materials:
    """A round on disk: `inputs` hold departments' workbooks and the round's files, `reports` the enterprises' reports.
    Only what the product asks for is written."""

    round: Round
    folder: Path
    path: str
    accepted: bool
    lang: str
    region: str

    @property
    def inputs(self) -> Path:
        return self.folder / "inputs"

    def versions(self, *kinds: Level) -> QuerySet[Version]:
        """Versions that count: in force, or submitted."""
        chosen = Version.objects.filter(
            subtree(self.path),
            report__round=self.round,
            report__obligation__organisation__level__in=[k.value for k in kinds],
        )
        if self.accepted:
            return chosen.filter(in_force_of__isnull=False)
        return chosen.filter(current_of__isnull=False).exclude(report__state__in=NOT_SUBMITTED)

    def write_inputs(self) -> Path:
        """Departments' workbooks, each under its code and name, and the last of each of the round's files."""
        self.inputs.mkdir()
        counties: list[County | None] = []
        with everything():
            for v in self.versions(Level.department).select_related("report__obligation__organisation__parent__parent"):
                name = departments.file_stem(v.report.obligation.organisation)
                (self.inputs / f"{name}.xlsx").write_bytes(departments.workbook_of(v.draft))
                counties.append(county_of(v.report.obligation.organisation))
            if known := {c for c in counties if c is not None}:  # the province's own table of the name replaces it
                (self.inputs / REGIONS_FILE).write_bytes(regions_file(known))
            for f in round_files(self.round):
                if not is_map(f.name):  # those are for the public page
                    (self.inputs / f.name).write_bytes(bytes(f.content))
        return self.inputs

    def write_collection(self) -> Path:
        """The command's collection of these enterprises' reports. A version's report is written once and kept by its
        hash."""
        from inventory.app import collection

        folder, database = self.folder / "reports", self.folder / "collection.db"
        folder.mkdir()
        with everything():
            chosen = list(
                self.versions(Level.enterprise)
                .select_related("report__obligation__organisation")
                .order_by("path")
                .values_list("pk", "sha256", "report__obligation__organisation__code")
            )
        for pk, sha, code in chosen:
            (folder / f"{code}.xlsx").write_bytes(_report_of(pk, sha))
        collection.collect_reports(collection.CollectRequest(folder, database, workers=1))
        return database


def _report_of(pk: int, sha: str) -> bytes:
    """The report workbook of a version, kept beside the evidence under the version's own hash and the engine's name."""
    from inventory.enterprise.report import write_report

    kept = evidence.place(sha).parent.parent / "reports" / f"{sha}-{verdicts.engine_name().rsplit(' ', 1)[-1]}.xlsx"
    if not kept.exists():
        with everything():
            version = Version.objects.select_related("report__obligation__organisation").get(pk=pk)
        result = verdicts.result_of(version.draft, version.report.obligation.organisation.name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.xlsx"
            write_report(result, path)
            write_bytes(kept, path.read_bytes())
    return kept.read_bytes()


# ---- the products ----


def _source(m: Materials) -> Source:
    from inventory.app.source import Source

    return Source((m.write_inputs(),))


def _inventory(m: Materials, out: Path) -> None:
    from inventory.app import compile

    compile.compile_inventory(compile.CompileRequest(_source(m), output=out, lang=m.lang))


def _results(m: Materials, out: Path) -> None:
    from inventory.app import compile

    compile.compile_inventory(compile.CompileRequest(_source(m), results=out))


def _primap2(m: Materials, out: Path) -> None:
    """The three files of the interchange format, as one archive: the same inventory gives the same bytes."""
    from inventory.app import compile, export

    ledger = compile.compile_inventory(compile.CompileRequest(_source(m))).ledger
    files = export.export(export.ExportRequest(ledger, m.folder / f"inventory-{m.round.year}.csv")).files
    with zipfile.ZipFile(out, "w") as archive:
        for file in files:
            member = zipfile.ZipInfo(file.name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(member, file.read_bytes(), zipfile.ZIP_DEFLATED)


def _reconciliation(m: Materials, out: Path) -> None:
    from inventory.app import collection

    results = m.folder / "results.csv"
    _results(m, results)
    database = m.write_collection()
    collection.reconcile_reports(
        collection.ReconcileRequest(database, results, m.region, m.round.year, out, out.with_name("offers.csv"))
    )


def _summary(m: Materials, out: Path) -> None:
    from inventory.app import collection

    collection.write_reports_summary(collection.SummaryRequest(m.write_collection(), out, None))


def _enterprises(m: Materials, out: Path) -> None:
    from inventory.app import levels

    levels.write_enterprises_file(levels.EnterprisesFileRequest(m.write_collection(), m.round.year, out))


def _rollup(m: Materials, out: Path) -> None:
    from inventory.app import levels

    levels.compare_levels(levels.RollUpRequest((m.write_inputs(),), m.region, output=out, lang=m.lang))


def _targets(m: Materials, out: Path) -> None:
    from inventory.app import levels

    levels.assess_targets(levels.TargetsRequest((m.write_inputs(),), table=out, region=m.region, lang=m.lang))


def _bulletin(m: Materials, out: Path) -> None:
    from inventory.app import report

    report.write_year_bulletin(report.BulletinRequest(_source(m), m.round.year, out, m.region, lang=m.lang))


def _data(m: Materials, out: Path) -> None:
    with everything():
        submitted = Version.objects.filter(subtree(m.path), report__round=m.round).exclude(unsigned())
        series.write_rows(series.rows_of(submitted), out)


def _everything(m: Materials, out: Path) -> None:
    from . import dump

    with everything():
        dump.write_tables(dump.round_tables(m.round, m.path), out)


@dataclass(frozen=True, slots=True)
class Product:
    """How it is made, and the ending of its file."""

    make: Callable[[Materials, Path], None]
    ending: str


PRODUCTS: Mapping[str, Product] = {
    "inventory": Product(_inventory, ".xlsx"),
    "results": Product(_results, ".csv"),
    "primap2": Product(_primap2, ".zip"),
    "rollup": Product(_rollup, ".csv"),
    "reconciliation": Product(_reconciliation, ".xlsx"),
    "summary": Product(_summary, ".xlsx"),
    "enterprises": Product(_enterprises, ".csv"),
    "targets": Product(_targets, ".xlsx"),
    "bulletin": Product(_bulletin, ".docx"),
    "data_csv": Product(_data, ".csv"),
    "data_parquet": Product(_data, ".parquet"),
    "data_xlsx": Product(_data, ".xlsx"),
    "everything": Product(_everything, ".zip"),
}


def make(job: Job) -> Callable[[], Result]:
    """The job of kind `product`: facts product, round, accepted, lang. Raises `InventoryError` as the use case does."""
    facts: dict[str, Any] = job.facts
    product = PRODUCTS[facts["product"]]
    with everything():
        chosen = Round.objects.get(pk=facts["round"])
        region = _region(job.path)
    with tempfile.TemporaryDirectory() as place:
        materials = Materials(chosen, Path(place), job.path, bool(facts["accepted"]), str(facts["lang"]), region)
        out = Path(place) / f"product{product.ending}"
        product.make(materials, out)
        if not out.exists():
            raise InventoryError([problem("targets.none")])
        content = out.read_bytes()
    sha = evidence.keep(content)
    return lambda: {"sha256": sha, "size": len(content), "ending": product.ending}


def _region(path: str) -> str:
    from .models import Organisation

    place = Organisation.objects.filter(path=path).first()
    return known_name(place.name) if place is not None else ""
