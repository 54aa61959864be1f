"""A person's own workbook given back with the cells in question coloured and commented, and a sheet 检查结果 that lists
every problem with a link to its cell.

The XML is spliced, never parsed and written anew: every other part of the file is copied byte for byte, so charts,
pictures, validations, formats and cached values survive. A workbook of another format (.xls, .et, .ods) comes back as
.xlsx with its values, marked in the same way; for a CSV and for XML that is not safe to splice a workbook with the list
alone is written.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from ..core.files import write_bytes
from ..core.places import position
from ..core.problems import SEVERITIES, InventoryError, Origin, Problem, in_order, problem
from ..sheets.drawing import Drawing
from ..spreadsheets.cells import Unreadable, read_sheets
from ..spreadsheets.container import check_container, what_is
from ..spreadsheets.probe_xlsx import sheet_parts
from .comments import AUTHOR, R_NS, Package, Unusual, add_comments, clean
from .mark_paint import COLOURS, Painter, UnusualXml, _corner, paint

RESULT_SHEET = "检查结果"
WORDS: Final[dict[str, dict[str, Any]]] = {
    "zh": {
        "error": "错误",
        "warning": "警告",
        "hint": "提示",
        "head": ("程度", "位置", "发现的问题", "应为", "处理办法"),
        "none": "没有发现问题",
    },
    "en": {
        "error": "error",
        "warning": "warning",
        "hint": "hint",
        "head": ("Severity", "Place", "Found", "Expected", "To mend"),
        "none": "nothing found",
    },
}
_PLACE = re.compile(r"(?P<file>[^\[\],]+)\[(?P<sheet>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]!(?P<cell>[A-Z]{1,3}[0-9]+)")
_R_NS = re.compile(rb'xmlns:\w+="(http://[^"]*officeDocument/(?:2006/)?relationships)"')


def mark_workbook(
    path: Path | str, problems: Iterable[Problem], out: Path | str, lang: str = "zh", name: str | None = None
) -> bool:
    """Write `out` (.xlsx): the workbook with its cells coloured, or the list of problems alone. True when it is the
    workbook itself.

    `name` is what the problems call the file (default: its file name). Raises `InventoryError` when `out` is the
    original or cannot be written.
    """
    path, out = Path(path), Path(out)
    name = path.name if name is None else name
    if out.exists() and path.samefile(out):
        raise InventoryError([problem("mark.same_file", Origin(str(out)))])
    mine = [
        p for p in in_order(problems) if not p.origin.file or name in (p.origin.file, *(f for f, _, _ in places(p)))
    ]
    data = path.read_bytes()
    kind = what_is(data, path.suffix.lower())
    content = marked_copy(data, mine, name, lang) if kind == "xlsx" and check_container(data, name) is None else None
    values = _values(path, mine, name, lang) if kind in ("xls", "ods", "xlsb") else None
    write_bytes(out, content or values or _list_book(mine, name, lang), "template.not_writable")
    return content is not None


def marked_copy(data: bytes, problems: Iterable[Problem], name: str, lang: str = "zh") -> bytes | None:
    """An .xlsx with its cells marked; None where its XML is not safe to splice. `name` is what the problems call it."""
    try:
        return _spliced(data, list(problems), name, lang)
    except (UnusualXml, KeyError, zipfile.BadZipFile):
        return None


def places(located: Problem) -> list[tuple[str, str, str]]:
    """Every (file, sheet, cell) a problem speaks of: its own place, and the places named in its facts."""
    out = (
        [(located.origin.file, located.origin.sheet, located.origin.cell)]
        if re.fullmatch(r"[A-Z]{1,3}[0-9]+", located.origin.cell)
        else []
    )
    for text in (located.origin.file, *(v for k, v in located.facts if k in ("other", "first", "places"))):
        out.extend((m["file"].strip(), m["sheet"], m["cell"]) for m in _PLACE.finditer(text))
    return list(dict.fromkeys(out))


# ---- splicing ----


def _spliced(data: bytes, problems: list[Problem], name: str, lang: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
        infos = archive.infolist()
        targets = dict(sheet_parts(archive))
    package = Package(parts)
    marks: dict[str, dict[tuple[int, int], list[Problem]]] = {}
    # the cells, within a merged area perhaps another than the one that is marked
    seen: dict[tuple[str, tuple[int, int]], set[str]] = {}
    for located in problems:
        for file, sheet, cell in places(located):
            if file == name and sheet in targets and package.name(targets[sheet]) is not None:
                row, column = position(cell)
                corner = _corner(parts[package.name(targets[sheet]) or ""], row, column)
                marks.setdefault(sheet, {}).setdefault(corner, []).append(located)
                seen.setdefault((sheet, corner), set()).add(cell)
    styles = package.name("xl/styles.xml")
    if styles is None:
        raise UnusualXml
    painter = Painter(parts[styles])
    without: list[Problem] = []
    for sheet, cells in sorted(marks.items()):
        part = package.name(targets[sheet]) or ""
        worst = {
            corner: min((p.severity for p in reported), key=SEVERITIES.index) for corner, reported in cells.items()
        }
        parts[part] = paint(parts[part], worst, painter)
        try:
            add_comments(
                package,
                part,
                {corner: _comment(reported, seen[sheet, corner], lang) for corner, reported in cells.items()},
            )
        except Unusual:
            without.append(problem("mark.no_comments", Origin(name, sheet)))
    parts[styles] = painter.styles()
    _add_sheet(package, _result_sheet([*problems, *without], name, set(targets), lang), set(targets))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in infos:
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type, copy.external_attr = zipfile.ZIP_DEFLATED, info.external_attr
            target.writestr(copy, parts[info.filename])
        for added in package.added:
            target.writestr(zipfile.ZipInfo(added, (1980, 1, 1, 0, 0, 0)), parts[added], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _comment(reported: list[Problem], cells: set[str], lang: str) -> str:
    """What a cell's comment says: severity and finding, what was expected, what to do; of every problem of the cell.

    A problem that stands in another cell and only names this one says where it stands.
    """
    blocks = []
    colon, head = "：" if lang == "zh" else ": ", WORDS[lang]["head"]
    for remark, (severity, place, what, expected, fix) in zip(reported, table_of(reported, lang), strict=True):
        what = what if remark.origin.cell in cells else f"{place}{colon}{what}"
        lines = [f"【{severity}】{what}" if lang == "zh" else f"[{severity}] {what}"]
        lines += [f"{word}{colon}{text}" for word, text in ((head[3], expected), (head[4], fix)) if text]
        blocks.append("\n".join(lines))
    return "\n\n".join(dict.fromkeys(blocks))


def _add_sheet(package: Package, xml: bytes, titles: set[str]) -> None:
    """Put the result sheet into the workbook."""
    parts = package.parts
    workbook, relations, types = (
        package.name(n) for n in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml")
    )
    if workbook is None or relations is None or types is None:
        raise UnusualXml
    book = parts[workbook]
    namespace = _R_NS.search(book)
    if (
        not namespace
        or b"</sheets>" not in book
        or b"</Relationships>" not in parts[relations]
        or b"</Types>" not in parts[types]
    ):
        raise UnusualXml
    part = package.free("xl/worksheets/sheet{}.xml")
    relation = next(f"rIdCheck{i}" for i in range(1, 1000) if f'"rIdCheck{i}"'.encode() not in parts[relations])
    sheet_id = max(int(i) for i in re.findall(rb'sheetId="([0-9]+)"', book)) + 1
    title = result_title(titles)
    # some writers declare r: on each sheet only
    own = f'<sheet xmlns:r="{namespace[1].decode()}" name="{title}" sheetId="{sheet_id}" r:id="{relation}"/>'
    parts[workbook] = book.replace(b"</sheets>", own.encode() + b"</sheets>", 1)
    parts[relations] = parts[relations].replace(
        b"</Relationships>",
        (
            f'<Relationship Id="{relation}" Type="{R_NS}/worksheet" '
            f'Target="{part.removeprefix("xl/")}"/></Relationships>'
        ).encode(),
        1,
    )
    parts[types] = parts[types].replace(
        b"</Types>",
        (
            f'<Override PartName="/{part}" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
        ).encode(),
        1,
    )
    package.put(part, xml)


def result_title(titles: set[str]) -> str:
    return next(t for t in (RESULT_SHEET, *(f"{RESULT_SHEET}{i}" for i in range(2, 1000))) if t not in titles)


# ---- the list ----


def table_of(problems: Iterable[Problem], lang: str) -> list[tuple[str, str, str, str, str]]:
    """Problems as rows: severity, place, found, expected, remedy."""
    return [
        (WORDS[lang][p.severity], str(p.origin), p.part("what", lang), p.part("expected", lang), p.part("fix", lang))
        for p in problems
    ]


def _result_sheet(problems: list[Problem], name: str, titles: set[str], lang: str) -> bytes:
    rows = [_xml_row(1, WORDS[lang]["head"])]
    links = []
    for i, (remark, texts) in enumerate(zip(problems, table_of(problems, lang), strict=True), 2):
        rows.append(_xml_row(i, texts))
        place = next(((s, c) for f, s, c in places(remark) if f == name and s in titles), None)
        if place is not None:
            location = quoteattr(f"'{place[0].replace(chr(39), chr(39) * 2)}'!{place[1]}")
            links.append(f'<hyperlink ref="B{i}" location={location} display={quoteattr(texts[1])}/>')
    if not problems:
        rows.append(_xml_row(2, (str(WORDS[lang]["none"]),)))
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet '
        'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<cols><col min="1" max="1" width="8" customWidth="1"/><col min="2" max="2" width="36" customWidth="1"/>'
        '<col min="3" max="5" width="56" customWidth="1"/></cols><sheetData>'
        + "".join(rows)
        + "</sheetData>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageSetup paperSize="9" '
        'orientation="landscape"/></worksheet>'
    )
    return xml.encode()


def _values(path: Path, problems: list[Problem], name: str, lang: str) -> bytes | None:
    """A workbook of another format as .xlsx with its values, marked; None when it cannot be read."""
    from .mark_values import BookNames, values_book

    try:
        sheets = read_sheets(path, name, as_filed=True)
    except Unreadable:
        return None
    by_name = {s.name: s for s in sheets}
    reported: dict[str, dict[tuple[int, int], list[Problem]]] = {}
    seen: dict[tuple[str, tuple[int, int]], set[str]] = {}
    for remark in problems:
        for file, sheet, cell in places(remark):
            if file == name and sheet in by_name:
                row, column = position(cell)
                corner = next(
                    ((t, left) for t, left, b, r in by_name[sheet].merged if t <= row <= b and left <= column <= r),
                    (row, column),
                )
                reported.setdefault(sheet, {}).setdefault(corner, []).append(remark)
                seen.setdefault((sheet, corner), set()).add(cell)
    marks = {
        sheet: {
            corner: (
                COLOURS[min((p.severity for p in here), key=SEVERITIES.index)][2:],
                _comment(here, seen[sheet, corner], lang),
            )
            for corner, here in cells.items()
        }
        for sheet, cells in reported.items()
    }
    listed = [*problems, problem("mark.values_only", Origin(name))]
    links = {
        i: place
        for i, remark in enumerate(listed, 1)
        if (place := next(((s, c) for f, s, c in places(remark) if f == name and s in by_name), None)) is not None
    }
    rows = [tuple(str(h) for h in WORDS[lang]["head"]), *table_of(listed, lang)]
    return values_book(sheets, marks, rows, links, BookNames(result_title(set(by_name)), name, AUTHOR))


def _xml_row(number: int, texts: Iterable[object]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + i)}{number}" t="inlineStr"><is><t xml:space="preserve">{escape(clean(str(t)))}</t></is></c>'
        for i, t in enumerate(texts)
        if t
    )
    return f'<row r="{number}">{cells}</row>'


def _list_book(problems: list[Problem], name: str, lang: str) -> bytes:
    drawing = Drawing(name)
    book = drawing.book
    sheet = book.add_worksheet(RESULT_SHEET)
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    colours = {
        s: book.add_format({"text_wrap": True, "valign": "top", "border": 1, "bg_color": f"#{COLOURS[s][2:]}"})
        for s in SEVERITIES
    }
    bold = book.add_format({"bold": True, "border": 1, "bg_color": "#D9E1F2"})
    for column, text in enumerate(WORDS[lang]["head"]):
        sheet.write_string(0, column, text, bold)
    for row, (remark, texts) in enumerate(zip(problems, table_of(problems, lang), strict=True), 1):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, clean(text), colours[remark.severity] if column == 0 else wrap)
    if not problems:
        sheet.write_string(1, 0, str(WORDS[lang]["none"]))
    for column, width in enumerate((8, 36, 56, 40, 50)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    return drawing.data()
