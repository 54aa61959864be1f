"""`inventory verify`: is every byte of an archive as it was frozen, and does every figure come out the same when it is
computed again?"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import build
from .freeze import lay_out
from .manifest import REPORT, RESULTS, WORKBOOK, Manifest, digest
from .opened import opened

STORED, RECOMPUTED = "stored", "recomputed"
SAME, CHANGED, MISSING, EXTRA, FIGURES_SAME, FIGURES_DIFFER, FAILED = (
    "same",
    "changed",
    "missing",
    "extra",
    "figures-same",
    "figures-differ",
    "failed",
)
MOST_DETAILS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing looked at: a stored file against the manifest, or a recomputed one against the stored.

    status: same, changed, missing, extra (stored); same, figures-same (other bytes, every figure and text the same),
    figures-differ, failed (recomputed).
    """

    path: str
    kind: str
    status: str
    detail: str = ""


@dataclass(frozen=True)
class Verification:
    """`bytes_same`: nothing in the archive was changed and recomputing gives the same bytes. `figures_same`: every
    figure comes out again."""

    code: str
    stated_code: str
    items: tuple[Item, ...]
    versions: tuple[tuple[str, str, str], ...]  # (what, when frozen, now), where they differ

    @property
    def untouched(self) -> bool:
        """Every stored file is as the manifest says, and the code is the one of this manifest."""
        return self.code == self.stated_code and all(i.status == SAME for i in self.items if i.kind == STORED)

    @property
    def bytes_same(self) -> bool:
        return self.untouched and all(i.status == SAME for i in self.items if i.kind == RECOMPUTED)

    @property
    def figures_same(self) -> bool:
        recomputed = [i for i in self.items if i.kind == RECOMPUTED]
        return bool(recomputed) and all(i.status in (SAME, FIGURES_SAME) for i in recomputed)


def verify(archive: str | Path) -> Verification:
    """Check the hashes of an archive, recompute results, workbook and report from its own inputs and factors, and
    compare.

    Raises `InventoryError` when the file is no sound archive; a failing recomputation is an item, not an exception.
    """
    files, manifest, stated = opened(Path(archive))
    items = list(_stored(files, manifest))
    items.extend(_recomputed(files, manifest, stated))
    now = build.software_versions()
    versions = tuple((k, v, now.get(k, "-")) for k, v in manifest.versions.items() if now.get(k, "-") != v)
    return Verification(manifest.code, stated, tuple(items), versions)


def _stored(files: dict[str, bytes], manifest: Manifest) -> Iterator[Item]:
    for path, (required, _) in manifest.files.items():
        if path not in files:
            yield Item(path, STORED, MISSING)
        else:
            computed = digest(files[path])
            yield Item(
                path,
                STORED,
                SAME if computed == required else CHANGED,
                "" if computed == required else f"SHA-256 {computed[:12]}… ≠ {required[:12]}…",
            )
    for path in sorted(set(files) - set(manifest.files)):
        yield Item(path, STORED, EXTRA)


def _recomputed(files: dict[str, bytes], manifest: Manifest, stated: str) -> Iterator[Item]:
    settings = manifest.settings
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        lay_out({p: c for p, c in files.items() if p in manifest.files}, folder)
        try:
            ledger = build.compiled(folder, settings)
            result = {RESULTS: build.results(ledger), **build.documents(ledger, settings, folder, stated)}
        except (
            Exception,
            MemoryError,
        ) as error:  # one net: whatever forged inputs, factors or templates set off, they cannot be recomputed
            yield Item(RESULTS, RECOMPUTED, FAILED, (str(error).split("\n")[0] or type(error).__name__)[:300])
            return
    for path, content in result.items():
        old = files.get(path)
        if old is None:
            yield Item(path, RECOMPUTED, FAILED, "not in the archive")
        elif old == content:
            yield Item(path, RECOMPUTED, SAME)
        else:
            different = {RESULTS: _results_differ, WORKBOOK: _workbooks_differ, REPORT: _reports_differ}[path](
                old, content
            )
            detail = "; ".join(different[:MOST_DETAILS]) + (
                f" … ({len(different)})" if len(different) > MOST_DETAILS else ""
            )
            yield Item(path, RECOMPUTED, FIGURES_DIFFER if different else FIGURES_SAME, detail)


def _results_differ(old: bytes, new: bytes) -> list[str]:
    """Lines whose text or figures are not the same."""
    try:
        a, b = ([tuple(r) for r in csv.reader(io.StringIO(x.decode("utf-8-sig")))] for x in (old, new))
    except (UnicodeDecodeError, csv.Error) as error:
        return [str(error)]
    out = [
        f"row {n}: {' '.join(x[:5])} {x[5:7]} → {y[5:7]}"
        for n, (x, y) in enumerate(zip(a, b, strict=False), 1)
        if x != y
    ]
    return out if len(a) == len(b) else [*out, f"{len(a)} rows → {len(b)} rows"]


def _workbooks_differ(old: bytes, new: bytes) -> list[str]:
    """Cells whose formula, value or text is not the same."""
    try:
        books = [[_cells(x, values) for x in (old, new)] for values in (False, True)]
    except Exception as error:  # a damaged document is a difference, whatever its damage
        return [f"{type(error).__name__} {error}"]
    out: list[str] = []
    for a, b in books:
        if list(a) != list(b):
            return [f"{list(a)} → {list(b)}"]
        for name, one in a.items():
            two = b[name]
            out.extend(
                f"{name}!{(one.get(at) or two[at])[0]}: {one.get(at, ('', None))[1]} → {two.get(at, ('', None))[1]}"
                for at in sorted({*one, *two})
                if one.get(at) != two.get(at)
            )
    return list(dict.fromkeys(out))


def _cells(content: bytes, values: bool) -> dict[str, dict[tuple[int, int], tuple[str, object]]]:
    """By sheet, address and content of every cell that has one: its formula, or its value."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values)
    for sheet in book:
        sheet.reset_dimensions()  # all that is there, whatever the file says of its extent
    return {
        sheet.title: {
            (c.row, c.column): (c.coordinate, c.value) for row in sheet.iter_rows() for c in row if c.value is not None
        }
        for sheet in book
    }


def _reports_differ(old: bytes, new: bytes) -> list[str]:
    """Texts of paragraphs and tables that are not the same."""
    import docx

    try:
        a, b = (
            [e.text or "" for e in docx.Document(io.BytesIO(x)).element.body.iter() if e.tag.endswith("}t")]
            for x in (old, new)
        )
    except Exception as error:  # a damaged document is a difference, whatever its damage
        return [f"{type(error).__name__} {error}"]
    out = [f"{x!r} → {y!r}" for x, y in zip(a, b, strict=False) if x != y]
    return out if len(a) == len(b) else [*out, f"{len(a)} texts → {len(b)} texts"]
