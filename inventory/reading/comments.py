"""Comments put to cells of a workbook by splicing: the comments part, its VML shapes, relations and content types; a
sheet's own comments stay.

A comment of Excel's classic kind is two things: its text in `comments*.xml` and a hidden yellow box in a VML drawing.
Both are appended to what the sheet has, or made. Left alone are a sheet with threaded comments (a conversation, of
which Excel keeps a shadow in the classic part) and one of the strict format, whose relations have other names.
"""

from __future__ import annotations

import posixpath
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from xml.sax.saxutils import escape

from ..core.places import address
from ..spreadsheets.probe_xlsx import attributes

R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
AUTHOR = "inventory"
VML_NS = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
AFTER = (
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "AlternateContent",
    "webPublishItems",
    "tableParts",
    "extLst",
)
_TAG = re.compile(rb"<(/?)([\w:.-]+)([^<>]*?)(/?)>")
_LONGEST = 32000
_LINE = 26  # characters of Chinese in a line of the box

Places = Mapping[tuple[int, int], str]


class Unusual(Exception):
    """A sheet whose comments are not safe to splice."""


class Package:
    """The parts of a workbook being spliced; names are looked up without regard to case, as spreadsheets do."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self.parts = parts
        self.added: list[str] = []
        self._lower = {n.lower(): n for n in parts}

    def name(self, wanted: str) -> str | None:
        return self._lower.get(wanted.lower())

    def put(self, name: str, content: bytes) -> None:
        if name.lower() not in self._lower:
            self._lower[name.lower()] = name
            self.added.append(name)
        self.parts[self._lower[name.lower()]] = content

    def free(self, pattern: str) -> str:
        """The first name of this pattern that no part has."""
        return next(n for n in (pattern.format(i) for i in range(1, 10**6)) if n.lower() not in self._lower)


NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


def add_comments(package: Package, sheet: str, texts: Places) -> None:
    """Give the cells of one sheet (its part's name) these comments. Raises `Unusual`, with nothing changed, when that
    is not safe."""
    own = Package(dict(package.parts))
    folder, file = posixpath.split(sheet)
    rels = own.name(f"{folder}/_rels/{file}.rels") or f"{folder}/_rels/{file}.rels"
    relations = own.parts.get(rels, NO_RELATIONS)
    relations = re.sub(rb"<Relationships\b([^>]*)/>\s*$", rb"<Relationships\1></Relationships>", relations)
    known = [attributes(tag) for tag in re.findall(rb"<Relationship\b[^>]*>", relations)]
    if (
        any("threadedComment" in k.get("Type", "") or "purl.oclc.org" in k.get("Type", "") for k in known)
        or b"</Relationships>" not in relations
    ):
        raise Unusual
    drawing = re.search(rb'<legacyDrawing\b[^>]*?\b\w+:id="([^"]+)"', own.parts[sheet])
    comments = next((_target(folder, k) for k in known if k.get("Type") == f"{R_NS}/comments"), None)
    vml = next((_target(folder, k) for k in known if drawing and k.get("Id") == drawing[1].decode()), None)
    if drawing and vml is None:
        raise Unusual
    comments_part = own.name(comments) if comments else None
    vml_part = own.name(vml) if vml else None
    if (comments and comments_part is None) or (vml and vml_part is None):
        raise Unusual
    commented = _commented(own.parts[comments_part]) if comments_part else set()
    if comments_part is None:
        comments_part = own.free("xl/comments{}.xml")
        relations = _related(
            relations, f"{R_NS}/comments", posixpath.relpath(comments_part, folder), "rIdCheckComments"
        )
        _typed(
            own,
            b'PartName="/%s"' % comments_part.encode(),
            f'<Override PartName="/{comments_part}" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/>',
        )
    if vml_part is None:
        vml_part = own.free("xl/drawings/vmlDrawing{}.vml")
        relations = _related(relations, f"{R_NS}/vmlDrawing", posixpath.relpath(vml_part, folder), "rIdCheckShapes")
        _typed(
            own,
            b'Extension="vml"',
            '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>',
        )
        own.put(sheet, _with_drawing(own.parts[sheet], "rIdCheckShapes"))
    own.put(comments_part, _with_comments(own.parts.get(comments_part, b""), texts))
    own.put(
        vml_part,
        _with_shapes(
            own.parts.get(vml_part, b""), [place for place in sorted(texts) if address(*place) not in commented], texts
        ),
    )
    own.put(rels, relations)
    for part in (sheet, comments_part, rels):  # a VML drawing need not be XML: Excel itself writes <br> into some
        _sound(own.parts[part])
    for part in own.parts:
        package.put(part, own.parts[part])


def _target(folder: str, relation: Mapping[str, str]) -> str:
    target = relation.get("Target", "")
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")


def _related(relations: bytes, kind: str, target: str, name: str) -> bytes:
    if f'"{name}"'.encode() in relations:
        raise Unusual
    return relations.replace(
        b"</Relationships>", f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/></Relationships>'.encode(), 1
    )


def _typed(package: Package, known: bytes, entry: str) -> None:
    """Declare a content type unless it is; a Default has to stand before the Overrides in some readers' eyes."""
    name = package.name("[Content_Types].xml")
    if name is None:
        raise Unusual
    types = package.parts[name]
    if known.lower() in types.lower():
        return
    start = re.search(rb"<Types\b[^>]*>", types)
    if not start or b"</Types>" not in types:
        raise Unusual
    if entry.startswith("<Default"):
        package.put(name, types[: start.end()] + entry.encode() + types[start.end() :])
    else:
        package.put(name, types.replace(b"</Types>", entry.encode() + b"</Types>", 1))


def _sound(xml: bytes) -> None:
    """Still XML? A splice that went wrong is found here and not in somebody's Excel."""
    try:
        ElementTree.fromstring(xml)  # entities were refused before
    except ElementTree.ParseError as error:
        raise Unusual from error


# ---- the sheet ----


def _with_drawing(xml: bytes, name: str) -> bytes:
    """`legacyDrawing` put where the schema wants it: before what may follow it, among the children of the sheet."""
    end = xml.find(b"</sheetData>")
    close = xml.rfind(b"</worksheet>")
    if end < 0 or close < 0:
        raise Unusual
    at, depth = close, 0
    for tag in _TAG.finditer(xml, end + len(b"</sheetData>"), close):
        closing, full, _, empty = tag.groups()
        if closing:
            depth -= 1
            continue
        if depth == 0 and full.rpartition(b":")[2].decode() in AFTER:
            at = tag.start()
            break
        depth += not empty
    if depth:
        raise Unusual
    return xml[:at] + f'<legacyDrawing xmlns:r="{R_NS}" r:id="{name}"/>'.encode() + xml[at:]


# ---- the texts ----


def _commented(xml: bytes) -> set[str]:
    return {attributes(tag).get("ref", "") for tag in re.findall(rb"<(?:\w+:)?comment\b[^>]*>", xml)}


def _with_comments(xml: bytes, texts: Places) -> bytes:
    """The comments part with these texts: appended to a cell's own comment, or as new ones of one more author."""
    if not xml:
        xml = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{MAIN}"><authors></authors>'
            "<commentList></commentList></comments>"
        ).encode()
    xml = xml.replace(b"<authors/>", b"<authors></authors>").replace(b"<commentList/>", b"<commentList></commentList>")
    if b"</authors>" not in xml or b"</commentList>" not in xml:
        raise Unusual  # prefixed names and the like
    number = len(re.findall(rb"<author\b", xml))
    xml = xml.replace(b"</authors>", f"<author>{AUTHOR}</author></authors>".encode(), 1)
    new = []
    for place, text in sorted(texts.items()):
        ref = address(*place)
        own = re.search(rb'<comment\b[^>]*\bref="%s"[^>]*>(.*?)</comment>' % ref.encode(), xml, re.DOTALL)
        if own:
            xml = xml[: own.start(1)] + _longer(own[1], text) + xml[own.end(1) :]
        else:
            new.append(f'<comment ref="{ref}" authorId="{number}"><text>{_run(text)}</text></comment>')
    return xml.replace(b"</commentList>", "".join(new).encode() + b"</commentList>", 1)


def _longer(inside: bytes, text: str) -> bytes:
    """A comment's own text, then ours. A plain text becomes a run first: the two kinds do not mix."""
    if b"</text>" not in inside:
        raise Unusual
    inside = re.sub(rb"(<text\b[^>]*>)\s*(<t\b[^>]*>[^<]*</t>|<t/>)", rb"\1<r>\2</r>", inside, count=1)
    runs = inside.rfind(b"</r>") + len(b"</r>") if b"</r>" in inside else inside.find(b"</text>")
    return inside[:runs] + _run("\n" + text).encode() + inside[runs:]


def _run(text: str) -> str:
    return f'<r><t xml:space="preserve">{escape(clean(text))}</t></r>'


def clean(text: str) -> str:
    """Without characters that XML does not know, and no longer than a cell may be."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "?", text)[:_LONGEST]


# ---- the boxes ----


def _with_shapes(xml: bytes, places: list[tuple[int, int]], texts: Places) -> bytes:
    """The VML drawing with one hidden box for each new comment."""
    if not xml:
        spaces = " ".join(f'xmlns:{k}="{v}"' for k, v in VML_NS.items())
        xml = (
            f'<xml {spaces}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'.encode()
        )
    close = xml.rfind(b"</xml>")
    root = re.search(rb"<xml\b[^>]*>", xml)
    if close < 0 or not root:
        raise Unusual
    local = "".join(f' xmlns:{k}="{v}"' for k, v in VML_NS.items() if f'xmlns:{k}="{v}"'.encode() not in root[0])
    used = [int(i) for i in re.findall(rb"_x0000_s([0-9]+)", xml)]
    first = max([1024, *used]) + 1
    shapes = (
        []
        if b'_x0000_t202"' in xml and b"shapetype" in xml
        else [
            f'<v:shapetype{local} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
            'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
            '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
        ]
    )
    shapes += [_shape(first + i, row, column, texts[row, column], local) for i, (row, column) in enumerate(places)]
    return xml[:close] + "".join(shapes).encode() + xml[close:]


def _shape(number: int, row: int, column: int, text: str, local: str) -> str:
    lines = sum(1 + len(line) // _LINE for line in text.split("\n"))
    height = min(max(lines, 3), 30)
    anchor = f"{column}, 15, {max(row - 2, 0)}, 10, {column + 5}, 15, {max(row - 2, 0) + height}, 10"
    return (
        f'<v:shape{local} id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:60pt;margin-top:2pt;width:300pt;'
        f'height:{15 * height}pt;z-index:{number - 1024};visibility:hidden" fillcolor="#ffffe1" '
        'o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        "<x:ClientData "
        f'ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>'
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    )
