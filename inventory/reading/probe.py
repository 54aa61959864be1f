"""What the fast reader does not tell: error values, formulas without a cached value, percent formats. Looked up in the sheets' XML.

Calamine gives the same empty cell for `#N/A`, for a formula that was never calculated and for nothing at all, and 0.93 without a hint that the
sheet shows 93 %. The XML is searched as text, so that namespaces and entities are never interpreted.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Probe:
    """Places (row, column from 1): `holes` are cells that read as empty but are not (`error`, `uncached`), `errors` their texts,
    `percents` numbers shown as percentages."""

    holes: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    percents: frozenset[Place] = frozenset()


_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*?)(/?)>")
_REF = re.compile(rb'\br="([A-Z]{1,3})?([0-9]+)"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")


def probe_workbook(data: bytes) -> dict[str, Probe]:
    """Probe of every worksheet by sheet name; sheets with nothing to tell are left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {n.lower().lstrip("/"): n for n in archive.namelist()}
        percent_styles = _percent_styles(archive.read(names["xl/styles.xml"])) if "xl/styles.xml" in names else frozenset()
        probes: dict[str, Probe] = {}
        for title, part in sheet_parts(archive):
            if part.lower() in names:
                xml = archive.read(names[part.lower()])
                xml = xml[: xml.rfind(b"sheetData>")]  # what follows (validations, conditional formats) has formulas that are not cells
                if b't="e"' in xml or b"<f>" in xml or b"<f " in xml or b":f>" in xml or b":f " in xml or any(b' s="%d"' % i in xml for i in percent_styles):
                    probe = _probe_sheet(xml, percent_styles)
                    if probe.holes or probe.percents:
                        probes[title] = probe
    return probes


def sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(sheet name, part) of every sheet, in the workbook's order."""
    names = {n.lower().lstrip("/"): n for n in archive.namelist()}
    relations: dict[str, str] = {}
    if "xl/_rels/workbook.xml.rels" in names:
        for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", archive.read(names["xl/_rels/workbook.xml.rels"])):
            given = attributes(tag)
            target = given.get("Target", "")
            relations[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath("xl/" + target)
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", archive.read(names["xl/workbook.xml"])):
        given = attributes(tag)
        relation = next((v for k, v in given.items() if k == "id" or k.endswith(":id")), "")
        if "name" in given and relation in relations:
            yield given["name"], relations[relation]


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes of one XML tag, entities of the five standard kinds resolved."""
    return {k.decode(): html.unescape((a or b).decode("utf-8", "replace")) for k, a, b in re.findall(rb"([\w:.]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)}


def _percent_styles(styles: bytes) -> frozenset[int]:
    """Indices of cell formats that show a percentage."""
    formats = {9, 10}
    for tag in re.findall(rb"<(?:\w+:)?numFmt\b[^>]*>", styles):
        given = attributes(tag)
        if "%" in re.sub(r'"[^"]*"|\\.', "", given.get("formatCode", "")):
            formats.add(int(given.get("numFmtId", "0")))
    body = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    if not body:
        return frozenset()
    tags = re.findall(rb"<(?:\w+:)?xf\b[^>]*>", body[0])
    return frozenset(i for i, tag in enumerate(tags) if int(attributes(tag).get("numFmtId", "0") or 0) in formats)


def _probe_sheet(xml: bytes, percent_styles: frozenset[int]) -> Probe:
    holes: dict[Place, str] = {}
    errors: dict[Place, str] = {}
    percents: set[Place] = set()
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        name, given, closed = tag.groups()
        ref = _REF.search(given)
        if name == b"row":
            row, column = (int(ref[2]) if ref else row + 1), 0
            continue
        column = _column(ref[1]) if ref and ref[1] else column + 1
        if ref and ref[1]:
            row = int(ref[2])
        style = _STYLE.search(given)
        if style and int(style[1]) in percent_styles:
            percents.add((row, column))
        if closed:
            continue
        kind = _TYPE.search(given)
        next_tag = xml[tag.end(): tag.end() + 4]
        is_error = kind is not None and kind[1] == b"e"
        if not is_error and not (next_tag.startswith(b"<f") or b":" in next_tag or (kind is not None and kind[1] == b"str")):
            continue
        end = re.compile(rb"</(?:\w+:)?c>").search(xml, tag.end())
        body = xml[tag.end(): end.start() if end else len(xml)]
        value = _VALUE.search(body)
        if is_error:
            holes[row, column] = "error"
            errors[row, column] = html.unescape(value[1].decode("utf-8", "replace")) if value else "#"
        elif re.search(rb"<(?:\w+:)?f\b", body) and not (value and value[1]) and not (kind is not None and kind[1] == b"str"):
            holes[row, column] = "uncached"
    return Probe(holes, errors, frozenset(percents))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
