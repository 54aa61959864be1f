"""The probe of .xlsx: the sheets' XML searched as text, so that namespaces and entities are never interpreted."""

from __future__ import annotations

import functools
import html
import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from .container import ZipParts
from .probe import Extent, Place, Probe

_ROW_OR_CELL = re.compile(rb"<(?:\w+:)?(row|c)\b([^>]*?)(/?)>")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,8})?([0-9]{1,18})[\"']")
_STYLE = re.compile(rb"\bs=[\"']([0-9]{1,9})[\"']")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_CELL_END = re.compile(rb"</(?:\w+:)?c>")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
# beyond column ZZ, or row 10,000 and more; as programs write it (a pattern that begins with plain text is searched for
# many times faster), and in any spelling
_FAR_USUAL = re.compile(rb' r="(?:[A-Za-z]{3,}[0-9]|[A-Za-z]{0,8}[0-9]{5,})')
_FAR = re.compile(rb"\br\s*=\s*[\"'](?:[A-Za-z]{3,}[0-9]|[A-Za-z]{0,8}[0-9]{5,})")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\b(?:hidden=[\"'](?:1|true)|ht=[\"']0(?:\.0*)?[\"'])")
_FOLDED = re.compile(rb"\boutlineLevel=[\"'][1-9]")
_BARE_FORMULA = re.compile(rb"<f\b[^>]*/>(?!<v>[^<])")
_NO_WIDTH = re.compile(rb"width\s*=\s*[\"']0(?:\.0*)?[\"']")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
_FILTER = re.compile(rb"<(?:\w+:)?autoFilter\b[^>]*\bref=[\"']([^\"']+)[\"'][^>]*>(?=\s*<(?:\w+:)?filterColumn)")


KEPT_STYLES = KEPT_LIST = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class _Styles:
    """Indices of cell formats that show a percentage, of those that are struck out, of those that show a figure
    divided."""

    percent: frozenset[int] = frozenset()
    struck: frozenset[int] = frozenset()
    scaled: frozenset[int] = frozenset()


def probe_workbook(archive: ZipParts, without: Collection[str] = ()) -> dict[str, Probe]:
    """Probe of every worksheet by sheet name but those named in `without`; sheets with nothing to tell are left out.
    Raises `TooFar` for a stray cell."""
    names = {n.lower().lstrip("/"): n for n in archive.namelist()}
    styles = _styles(archive.read(names["xl/styles.xml"])) if "xl/styles.xml" in names else _Styles()
    probes: dict[str, Probe] = {}
    for title, part in sheet_parts(archive):
        if part.lower() not in names or title in without:
            continue
        xml = archive.read(names[part.lower()])
        # what follows (validations, conditional formats) has formulas that are not cells
        end = xml.rfind(b"sheetData>")
        head, tail = (xml[:end], xml[end:]) if end >= 0 else (xml, b"")
        start = head.find(b"<sheetData")
        usual = _usually_spelled(head, start)
        if (_FAR_USUAL if usual else _FAR).search(head):
            _check_extent(head, title)
        if _has_content(head, start, styles) if usual else _may_have_content(head, styles):
            probe = _probe_sheet(head, styles, _filters(archive, names, part, tail))
            if probe.has_content:
                probes[title] = probe
    return probes


def _usually_spelled(xml: bytes, start: int) -> bool:
    """Whether the cells (from `start` on) are written as spreadsheet programs do: tags without prefix, one blank before
    each attribute, double quotes. Then fewer spellings are looked for, each of which is a way through the sheet. A single
    quote in a formula (`'台账'!F5`) is no spelling; that of an attribute follows `=`."""
    return start >= 0 and not (
        any(xml.find(odd, start) >= 0 for odd in (b"='", b"\n", b"\r", b"\t", b":c ", b":row ", b":f", b"= ", b" ="))
    )


def _has_content(xml: bytes, start: int, styles: _Styles) -> bool:
    """Whether a sheet in the usual spelling has anything to tell."""
    return (
        xml.find(b't="e"', start) >= 0
        or (xml.find(b"<f", start) >= 0 and _misses_figures(xml))
        or any(xml.find(b' s="%d"' % i, start) >= 0 for i in (*styles.percent, *styles.struck, *styles.scaled))
        or xml.find(b"hidden", start) >= 0
        or xml.find(b' ht="0', start) >= 0
        or bool(_hidden_columns(xml[:start]))
    )


def _may_have_content(xml: bytes, styles: _Styles) -> bool:
    """The same for any spelling."""
    return (
        b't="e"' in xml
        or b"t='e'" in xml
        or _misses_figures(xml)
        or b":f>" in xml
        or b":f " in xml
        or any(b' s="%d"' % i in xml for i in (*styles.percent, *styles.struck, *styles.scaled))
        or ((b"hidden" in xml or b"ht=" in xml) and _HIDDEN_ROW.search(xml) is not None)
        or bool(_hidden_columns(xml))
    )


def _misses_figures(xml: bytes) -> bool:
    """Whether some formula may have no figure beside it, by counting: then the sheet is looked at cell by cell."""
    return (b"<f" in xml or b":f" in xml) and (
        xml.count(b"</f>") != xml.count(b"</f><v>")
        or b"<v></v>" in xml
        or b"<v/>" in xml
        or (b"<f " in xml and _BARE_FORMULA.search(xml) is not None)
    )


def sheet_parts(archive: zipfile.ZipFile | ZipParts) -> Iterator[tuple[str, str]]:
    """(sheet name, part) of every sheet, in the workbook's order."""
    names = {n.lower().lstrip("/"): n for n in archive.namelist()}
    relations = names.get("xl/_rels/workbook.xml.rels")
    workbook = names.get("xl/workbook.xml")
    if workbook is not None:
        yield from _sheets_of(archive.read(workbook), archive.read(relations) if relations is not None else b"")


def _sheets_of(workbook: bytes, relations: bytes) -> tuple[tuple[str, str], ...]:
    """The list of a workbook of an ordinary size is kept: the files of one form share it."""
    small = len(workbook) + len(relations) <= KEPT_LIST
    return _kept_list(workbook, relations) if small else _listed(workbook, relations)


def _listed(workbook: bytes, relations_xml: bytes) -> tuple[tuple[str, str], ...]:
    relations = _relations(relations_xml, "xl/")
    listed = []
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", workbook):
        given = attributes(tag)
        relation = next((v for k, v in given.items() if k == "id" or k.endswith(":id")), "")
        if "name" in given and relation in relations:
            listed.append((given["name"], relations[relation]))
    return tuple(listed)


_kept_list = functools.lru_cache(maxsize=64)(_listed)


def _relations(xml: bytes, base: str) -> dict[str, str]:
    out = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", xml):
        given = attributes(tag)
        target = given.get("Target", "")
        out[given.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.normpath(base + target)
    return out


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes of one XML tag, entities of the five standard kinds resolved."""
    return {
        k.decode("utf-8", "replace"): html.unescape((a or b).decode("utf-8", "replace"))
        for k, a, b in re.findall(rb"([\w:.]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _styles(xml: bytes) -> _Styles:
    """Formats of a workbook; those of an ordinary size are kept, since the files of one program share them."""
    return _kept_styles(xml) if len(xml) <= KEPT_STYLES else _read_styles(xml)


def _read_styles(xml: bytes) -> _Styles:
    """From `styles.xml`: number formats with a percent sign or that divide, fonts with a line through, and the cell
    formats that use them."""
    formats, dividing = {9, 10}, set()
    for tag in re.findall(rb"<(?:\w+:)?numFmt\b[^>]*>", xml):
        given = attributes(tag)
        if shows_percent(given.get("formatCode", "")):
            formats.add(_number(given.get("numFmtId", "0")))
        if shows_divided(given.get("formatCode", "")):
            dividing.add(_number(given.get("numFmtId", "0")))
    fonts = re.search(rb"<(?:\w+:)?fonts\b.*?</(?:\w+:)?fonts>", xml, re.DOTALL)
    lined = set()
    if fonts:
        for i, font in enumerate(re.findall(rb"<(?:\w+:)?font\b(?:[^>]*/>|.*?</(?:\w+:)?font>)", fonts[0], re.DOTALL)):
            mark = re.search(rb"<(?:\w+:)?strike\b([^>]*)>", font)
            if mark and b'"0"' not in mark[1] and b"false" not in mark[1]:
                lined.add(i)
    body = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
    if not body:
        return _Styles()
    formats_given = [attributes(tag) for tag in re.findall(rb"<(?:\w+:)?xf\b[^>]*>", body[0])]
    return _Styles(
        frozenset(i for i, g in enumerate(formats_given) if _number(g.get("numFmtId", "0")) in formats),
        frozenset(i for i, g in enumerate(formats_given) if _number(g.get("fontId", "0")) in lined),
        frozenset(i for i, g in enumerate(formats_given) if _number(g.get("numFmtId", "0")) in dividing),
    )


_kept_styles = functools.lru_cache(maxsize=64)(_read_styles)


def shows_percent(code: str) -> bool:
    """Whether a number format shows percentages: a `%` that is neither quoted nor escaped."""
    return "%" in re.sub(r'"[^"]*"|\\.', "", code)


_DIVIDING = re.compile(r"[0#?.],+(?![0#?,])")


def shows_divided(code: str) -> bool:
    """Whether a number format shows a figure divided by thousands: commas behind its last digit (`0.0,`; with an escaped
    point, `0\\.0,`, in units of 万)."""
    return _DIVIDING.search(re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.', "", code).partition(";")[0]) is not None


def _check_extent(xml: bytes, title: str) -> None:
    extent = Extent()
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        name, given, _ = tag.groups()
        ref = _REF.search(given)
        if name == b"row":
            row, column = (int(ref[2]) if ref else row + 1), 0
            continue
        column = column_number(ref[1]) if ref and ref[1] else column + 1
        row = int(ref[2]) if ref and ref[1] else row
        if xml[tag.end() : tag.end() + 4] != b"</c>" and not tag[3]:  # a cell that only has a format holds nothing
            extent.take(row, column)
    extent.check(title)


def _hidden_columns(xml: bytes) -> frozenset[int]:
    out: set[int] = set()
    start = xml.find(b"sheetData")
    head = xml[: start if start >= 0 else len(xml)]
    if b"hidden" not in head and not _NO_WIDTH.search(head):
        return frozenset()
    for tag in _COLUMN.findall(head):
        given = attributes(tag)
        folded = _number(given.get("outlineLevel", "0")) > 0
        if not folded and (given.get("hidden") in ("1", "true") or re.fullmatch(r"0(\.0*)?", given.get("width", ""))):
            first, last = _number(given.get("min", "0")), _number(given.get("max", "0"))
            out.update(range(first, min(last, 16_384) + 1))
    return frozenset(out)


def _filters(archive: ZipParts, names: dict[str, str], part: str, tail: bytes) -> tuple[tuple[int, int], ...]:
    """Row spans of the filters that are in force on a sheet: its own and those of its tables."""
    texts = [tail] if b"autoFilter" in tail else []
    if b"tableParts" in tail:
        folder, _, name = part.rpartition("/")
        rels = f"{folder}/_rels/{name}.rels".lower()
        if rels in names:
            texts += [
                archive.read(names[p.lower()])
                for p in _relations(archive.read(names[rels]), folder + "/").values()
                if p.lower() in names and "table" in p.lower()
            ]
    spans = []
    for text in texts:
        for ref in _FILTER.findall(text):
            rows = [int(n) for n in re.findall(rb"[0-9]{1,7}", ref)]
            if rows:
                spans.append((min(rows), max(rows)))
    return tuple(spans)


def _probe_sheet(xml: bytes, styles: _Styles, filters: tuple[tuple[int, int], ...]) -> Probe:
    holes: dict[Place, str] = {}
    errors: dict[Place, str] = {}
    percents: set[Place] = set()
    struck: set[Place] = set()
    scaled: set[Place] = set()
    hidden: set[int] = set()
    filtered: set[int] = set()
    row = column = 0
    for tag in _ROW_OR_CELL.finditer(xml):
        name, given, closed = tag.groups()
        ref = _REF.search(given)
        if name == b"row":
            row, column = (int(ref[2]) if ref else row + 1), 0
            if _HIDDEN_ROW.match(tag[0]):
                looking = _FOLDED.search(given) is not None or any(first <= row <= last for first, last in filters)
                (filtered if looking else hidden).add(row)
            continue
        column = column_number(ref[1]) if ref and ref[1] else column + 1
        if ref and ref[1]:
            row = int(ref[2])
        style = _STYLE.search(given)
        if style:
            number = int(style[1])
            if number in styles.percent:
                percents.add((row, column))
            if number in styles.struck:
                struck.add((row, column))
            if number in styles.scaled:
                scaled.add((row, column))
        if closed:
            continue
        kind = _TYPE.search(given)
        next_tag = xml[tag.end() : tag.end() + 4]
        is_error = kind is not None and kind[1] == b"e"
        if not is_error and not (
            next_tag.startswith(b"<f") or b":" in next_tag or (kind is not None and kind[1] == b"str")
        ):
            continue
        end = _CELL_END.search(xml, tag.end())
        body = xml[tag.end() : end.start() if end else len(xml)]
        value = _VALUE.search(body)
        if is_error:
            holes[row, column] = "error"
            errors[row, column] = html.unescape(value[1].decode("utf-8", "replace")) if value else "#"
        elif _FORMULA.search(body) and not (value and value[1]) and not (kind is not None and kind[1] == b"str"):
            holes[row, column] = "uncached"
    return Probe(
        holes,
        errors,
        frozenset(percents),
        frozenset(struck),
        frozenset(hidden),
        _hidden_columns(xml),
        frozenset(filtered),
        frozenset(scaled),
    )


def column_number(letters: bytes) -> int:
    """b"A" -> 1, b"AA" -> 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
