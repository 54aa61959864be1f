"""An archive taken apart, trusting nothing in it: sizes, names, the manifest and every place that it names are looked
at before anything is used."""

from __future__ import annotations

import io
import posixpath
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.problems import InventoryError, Origin, problem
from ..spreadsheets.container import check_container
from .manifest import FACTORS, INPUTS, NAME, PREVIOUS, TEMPLATE, FilingSettings, Manifest, parse

MAX_ARCHIVE = 500 * 10**6  # bytes of the file
MAX_UNPACKED = 1000 * 10**6  # bytes of all parts together
MAX_PARTS = 20_000
MAX_MANIFEST = 20 * 10**6
MAX_NAME = 200  # letters of one part of a path: 255 bytes at most on disk, three a Chinese character
MAX_DRAWS = 10**7
BLOCK = 1 << 20


class _Refused(Exception):
    """Why this is no archive that can be verified."""


def opened(path: Path) -> tuple[dict[str, bytes], Manifest, str]:
    """(files but the manifest, the manifest, the code it states). Raises `InventoryError` for anything that is not a
    sound archive of `freeze`."""
    try:
        files = _files(path)
        if NAME not in files:
            raise _Refused(f"no {NAME}")
        text = files.pop(NAME)
        if len(text) > MAX_MANIFEST:
            raise _Refused(f"{NAME}: {len(text)} bytes")
        manifest, stated = parse(text.decode("utf-8"))
        _check_settings(manifest.settings)
        _check_places(manifest, files)
        _check_editions(files)
        return files, manifest, stated
    except InventoryError:
        raise
    except MemoryError as error:
        raise InventoryError([problem("archive.not_archive", Origin(str(path)), reason="MemoryError")]) from error
    except Exception as error:  # one net: whatever a damaged or forged archive sets off is a word about the archive
        reason = str(error) if isinstance(error, _Refused | ValueError | OSError) else f"{type(error).__name__} {error}"
        raise InventoryError(
            [problem("archive.not_archive", Origin(str(path)), reason=" ".join(reason.split())[:300])]
        ) from error


def _files(path: Path) -> dict[str, bytes]:
    if path.stat().st_size > MAX_ARCHIVE:
        raise _Refused(f"{path.stat().st_size / 1e6:.0f} MB > {MAX_ARCHIVE / 1e6:.0f} MB")
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        names = [p.filename for p in parts]
        _check_names(names)
        if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED:
            raise _Refused(f"unpacked more than {MAX_UNPACKED / 1e6:.0f} MB or {MAX_PARTS} files")
        left = MAX_UNPACKED
        files: dict[str, bytes] = {}
        for part in parts:
            files[part.filename] = _content(archive, part, left)
            left -= len(files[part.filename])
    for name, content in files.items():  # office documents are zips themselves: the same limits, no XML entities
        if name.lower().endswith((".xlsx", ".xlsm", ".ods", ".docx")) and content[:2] == b"PK":
            fault = check_container(content, name)
            if fault is not None:
                raise InventoryError([fault])
    return files


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """A part, counted while it is unpacked: the size that the archive states may lie."""
    out = io.BytesIO()
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            out.write(block)
            if out.tell() > left:
                raise _Refused(f"unpacked more than {MAX_UNPACKED / 1e6:.0f} MB")
    return out.getvalue()


def _check_names(names: list[str]) -> None:
    """Names that can be laid out below a folder, each once, none a folder for another and a file at the same time."""
    if len(set(names)) < len(names):
        raise _Refused("a name stands twice")
    folders: set[str] = set()
    for name in names:
        pure = PurePosixPath(name)
        if not name or pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or ":" in name:
            raise _Refused(f"{name!r} leads outside")
        if any(len(part) > MAX_NAME or len(part.encode("utf-8", "replace")) > 255 for part in pure.parts):
            raise _Refused(f"{name[:40]!r}… is too long")
        folders.update(str(parent) for parent in pure.parents)
    clash = next((n for n in names if not n.endswith("/") and str(PurePosixPath(n)) in folders), "")
    if clash:
        raise _Refused(f"{clash!r} is a file and a folder")


def _check_settings(settings: FilingSettings) -> None:
    """Of the type and within the limits that `freeze` writes."""

    def need(right: bool, name: str) -> None:
        if not right:
            raise _Refused(f"{NAME}: settings.{name} = {str(getattr(settings, name))[:60]!r}")

    for name in ("lang", "edition", "template", "previous"):
        need(isinstance(getattr(settings, name), str), name)
    need(settings.lang in ("zh", "en"), "lang")
    need(settings.gwp is None or isinstance(settings.gwp, str), "gwp")
    for name in ("allow_fallback", "strict", "charts", "report"):
        need(isinstance(getattr(settings, name), bool), name)
    need(isinstance(settings.inputs, tuple) and all(isinstance(p, str) for p in settings.inputs), "inputs")
    for name, limit in (("draws", MAX_DRAWS), ("seed", 2**63)):
        value: Any = getattr(settings, name)
        need(value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= limit), name)


def _check_places(manifest: Manifest, files: dict[str, bytes]) -> None:
    """Every place that the settings name lies below its own folder of the archive and is listed (or holds files that
    are listed)."""
    s = manifest.settings
    if not s.inputs or not s.edition:
        raise _Refused(f"{NAME}: no inputs or no edition")
    listed = set(manifest.files)
    places = [
        *((p, INPUTS) for p in s.inputs),
        (s.edition, FACTORS),
        *((p, below) for p, below in ((s.template, TEMPLATE), (s.previous, PREVIOUS)) if p),
    ]
    for place, below in places:
        sound = (
            place.startswith(below) and posixpath.normpath(place) == place.rstrip("/") and ".." not in place.split("/")
        )
        if not sound or not any(
            name == place or name.startswith(place.rstrip("/") + "/") for name in listed & set(files)
        ):
            raise _Refused(f"{NAME}: {place[:80]!r} is no place inside the archive that it lists")


def _check_editions(files: dict[str, bytes]) -> None:
    """An edition in the archive names no file outside the archive's own factors."""
    for name, content in files.items():
        if name.startswith(FACTORS) and PurePosixPath(name).name == "edition.toml":
            folder = posixpath.dirname(name)
            for text in _strings(tomllib.loads(content.decode("utf-8"))):
                aims = posixpath.normpath(posixpath.join(folder, text))
                if "\n" not in text and (
                    text.startswith("/") or ":\\" in text or (".." in text.split("/") and not aims.startswith(FACTORS))
                ):
                    raise _Refused(f"{name}: {text[:80]!r} leads outside")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
