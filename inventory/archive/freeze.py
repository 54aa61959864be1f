"""`inventory freeze`: inputs, factors, settings, results, workbook and report as one archive whose bytes depend on
nothing but these."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.completeness import open_questions
from ..core.edition import Edition
from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, Problem, problem
from ..edition import load
from . import build
from .manifest import FACTORS, INPUTS, NAME, PREVIOUS, README, RESULTS, TEMPLATE, FilingSettings

EPOCH = (1980, 1, 1, 0, 0, 0)
README_TEXT = """温室气体清单定稿归档 / final archive of a greenhouse gas inventory
归档码 / archive code: {code}

inputs/        填报的数据，原样 / the inputs as they were
factors/       所用指南版本的因子表与声明 / the edition: factor tables and declarations
{results}    逐行结果 / results line by line
workbook.xlsx  清单工作簿 / filed workbook
{report}{name}  每个文件的 SHA-256 / SHA-256 of every file

复算并核对 / recompute and compare: inventory verify <this file>
"""


@dataclass(frozen=True)
class Frozen:
    """What was written: the code, the ledger behind it, and what to mind."""

    code: str
    ledger: Ledger
    warnings: tuple[Problem, ...]


def freeze(
    inputs: Sequence[str | Path],
    target: str | Path,
    *,
    edition: Edition | str | Path | None = None,
    settings: FilingSettings | None = None,
    template: str | Path | None = None,
    previous: str | Path | None = None,
) -> Frozen:
    """Compile `inputs` and write the final set to `target` (`.zip`). The same inputs, factors and settings give the
    same bytes on one installation.

    `settings` says GWP set, language, Monte Carlo draws and whether a report goes along; `template` is an own template
    of the report; `previous` an older version (workbook, results CSV or project) for the sheet of recalculation. Raises
    `InventoryError` as compiling does, when the archive would stand inside an input folder, and when a line or required
    cell has neither a figure nor a key nor an answer.
    """
    chosen = settings or FilingSettings()
    target = Path(target)
    _outside(inputs, target)
    files: dict[str, bytes] = {}
    places = []
    for number, given in enumerate(inputs, 1):
        place, content = _input(Path(given), f"{INPUTS}{number}/")
        places.append(place)
        files.update(content)
    where, factor_files = _edition(load(edition))
    files.update(factor_files)
    chosen = replace(chosen, inputs=tuple(places), edition=where, template=f"{TEMPLATE}report.docx" if template else "")
    if previous:
        place, content = _input(Path(previous), PREVIOUS)
        files.update(content)
        chosen = replace(chosen, previous=place)
    if template:
        files[chosen.template] = _read(Path(template))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        lay_out(files, folder)
        ledger = build.compiled(folder, chosen)
        _refuse_incomplete(ledger)
        files[RESULTS] = build.results(ledger)
        code = build.manifest_of(files, chosen).code
        files.update(build.documents(ledger, chosen, folder, code))
    report = "report.docx    清单报告 / inventory report\n" if chosen.report else ""
    files[README] = README_TEXT.format(code=code, results=RESULTS, report=report, name=NAME).encode("utf-8")
    manifest = build.manifest_of(files, chosen)
    write_bytes(target, zipped({NAME: manifest.text().encode("utf-8"), **files}))
    left = sum(c.open for c in ledger.project.comments)
    mind = (problem("archive.open_comments", Origin(target.name), n=left),) if left else ()
    return Frozen(code, ledger, (*ledger.warnings, *mind))


def _refuse_incomplete(ledger: Ledger) -> None:
    """A final set has a figure, a notation key or an answer for every line and every required cell."""
    left = open_questions(ledger)
    if left:
        raise InventoryError([problem("archive.incomplete", n=len(left)), *left])


def _outside(inputs: Sequence[str | Path], target: Path) -> None:
    for given in inputs:
        folder = Path(given).resolve()
        if folder.is_dir() and folder in target.resolve().parents:
            raise InventoryError([problem("archive.inside_input", Origin(str(target)), folder=given)])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InventoryError([problem("report.template", Origin(str(path)), reason=error.strerror or error)]) from error


def _input(given: Path, below: str) -> tuple[str, dict[str, bytes]]:
    """(place in the archive, its files). The name of the folder is kept: messages and origins name it."""
    if given.is_dir():
        place = f"{below}{given.resolve().name}"
        return place, {f"{place}/{name}": content for name, content in _files(given)}
    if not given.is_file():
        raise InventoryError([problem("file.missing", Origin(given.name))])
    place = f"{below}{given.resolve().parent.name or 'input'}/{given.name}"
    return place, {place: given.read_bytes()}


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, hidden and lock files aside; an empty folder as a name that ends in `/`."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if any(part.startswith((".", "~$")) or part == "__pycache__" for part in relative.parts):
            continue
        if path.is_file():
            yield relative.as_posix(), path.read_bytes()
        elif path.is_dir() and not any(path.iterdir()):
            yield relative.as_posix() + "/", b""


def _edition(edition: Edition) -> tuple[str, dict[str, bytes]]:
    """The edition's files with those of the editions it extends and the tables they share."""
    for name in edition.files:
        if ".." in name:
            raise InventoryError(
                [problem("archive.edition_outside", Origin(str(edition.path / "edition.toml")), file=name)]
            )
    return f"{FACTORS}{edition.path.name}", {
        f"{FACTORS}{name}": path.read_bytes() for name, path in edition.files.items()
    }


def lay_out(files: dict[str, bytes], folder: Path) -> None:
    """Write the files below a folder."""
    for name, content in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files: sorted, one date, one compression."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = (0o40755 << 16) | 0x10 if name.endswith("/") else 0o100644 << 16
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".xlsx", ".docx", "/")) else zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=6)
    return out.getvalue()
