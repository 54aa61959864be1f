"""Comments that people wrote at the cells of a workbook (.xlsx, .xlsm): kept when a form is written anew."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from xml.etree.ElementTree import Element, ParseError, fromstring  # entities are refused by the container's check

from .container import check_container
from .probe_xlsx import sheet_parts

Notes = Mapping[tuple[str, str], str]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_COMMENTS = "/comments"


def notes_of(source: Path | bytes, name: str = "") -> Notes:
    """(sheet, address) -> text of the comment. Nothing for a file of another format, or whose parts cannot be read (its
    reader says so)."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    if not zipfile.is_zipfile(io.BytesIO(data)) or check_container(data, name) is not None:
        return {}
    notes: dict[tuple[str, str], str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for sheet, part in sheet_parts(archive):
                for target in _related(archive, part):
                    root = fromstring(archive.read(target))
                    notes.update({(sheet, c.get("ref", "")): _text(c) for c in root.iter(f"{_MAIN}comment")})
    except (KeyError, ParseError, zipfile.BadZipFile, ValueError):
        return notes
    return {place: text for place, text in notes.items() if text}


def _related(archive: zipfile.ZipFile, part: str) -> list[str]:
    """The comment parts that a sheet's relations name."""
    home = PurePosixPath(part).parent
    relations = f"{home}/_rels/{PurePosixPath(part).name}.rels"
    if relations not in archive.namelist():
        return []
    out = []
    for relation in fromstring(archive.read(relations)):
        if str(relation.get("Type", "")).endswith(_COMMENTS):
            target = str(relation.get("Target", ""))
            path = target.lstrip("/") if target.startswith("/") else _joined(home, target)
            if path in archive.namelist():
                out.append(path)
    return out


def _joined(home: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    for piece in (*home.parts, *PurePosixPath(target).parts):
        if piece == "..":
            parts = parts[:-1]
        else:
            parts.append(piece)
    return "/".join(parts)


def _text(comment: Element) -> str:
    return "".join(t.text or "" for t in comment.iter(f"{_MAIN}t")).strip()
