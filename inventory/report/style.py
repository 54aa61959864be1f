"""How the report looks: page, fonts, numbered headings, tables. Everything that a user may change in Word afterwards,
in one place."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from ..sheets.look import ALTERNATIVES, BELOW, HEI, LANGUAGE, LATIN, MINUS, SONG, runs

BODY, HEAD = SONG, HEI
HEADING_SIZES = {1: 16, 2: 14, 3: 12}
INK_HEX, GREY = "1F1F1F", "5F5F5F"
_MINUS = re.compile(r"(?<![\w.)）\-–])-(?=\d)")
STYLES = {
    "text": "Normal",
    "note": "Report note",
    "warning": "Report warning",
    "caption": "Caption",
    "cell": "Report cell",
}


def fonts(element: Any, east: str) -> None:
    """Latin letters in Times New Roman, Chinese in `east`, on a style or a run element."""
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    fonts_of_run = properties.find(qn("w:rFonts"))
    if fonts_of_run is None:
        from docx.oxml import OxmlElement

        fonts_of_run = OxmlElement("w:rFonts")
        properties.insert(0, fonts_of_run)
    for name in list(fonts_of_run.attrib):
        del fonts_of_run.attrib[name]
    for name, value in (
        ("w:ascii", "Times New Roman"),
        ("w:hAnsi", "Times New Roman"),
        ("w:eastAsia", east),
        ("w:cs", "Times New Roman"),
    ):
        fonts_of_run.set(qn(name), value)


def prepare(document: Any) -> None:
    """A4, margins, and the styles the report uses."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    language(document, "zh")
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        section.top_margin, section.bottom_margin = Cm(2.6), Cm(2.4)
    styles = document.styles
    normal = styles["Normal"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(4)
    normal.paragraph_format.line_spacing = 1.3
    fonts(normal.element, BODY)
    for level, size in HEADING_SIZES.items():
        style = styles[f"Heading {level}"]
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, RGBColor.from_string(INK_HEX)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16 if level == 1 else 10), Pt(6)
        style.paragraph_format.keep_with_next = True
        fonts(style.element, HEAD)
    title = styles["Title"]
    title.font.size, title.font.color.rgb = Pt(24), RGBColor.from_string(INK_HEX)
    fonts(title.element, HEAD)
    for border in title.element.findall(".//" + "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}pBdr"):
        border.getparent().remove(border)
    caption = styles["Caption"]
    caption.font.size, caption.font.bold, caption.font.color.rgb = Pt(9.5), True, RGBColor(0, 0, 0)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    fonts(caption.element, HEAD)
    for name, points, colour in (
        ("Report note", 9, GREY),
        ("Report warning", 10.5, "A61C00"),
        ("Report cell", 9.5, "000000"),
    ):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.color.rgb = Pt(points), RGBColor.from_string(colour)
        style.paragraph_format.line_spacing = 1.0 if name == "Report cell" else 1.15
        style.paragraph_format.space_after = Pt(0 if name == "Report cell" else 6)
        fonts(style.element, BODY)
    _boxed(styles["Report warning"].element.get_or_add_pPr())
    fonts(styles["List Bullet"].element, BODY)
    _numbered_headings(document)


def _boxed(properties: Any) -> None:
    """A thin red frame around a paragraph that has to be minded."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="4" w:color="A61C00"/>'
        for side in ("top", "left", "bottom", "right")
    )
    properties.append(parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"))


def language(document: Any, lang: str) -> None:
    """Language of the document (`zh-CN` for Chinese letters whatever the language) and faces by name, not by theme, in
    its defaults."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    for name in ("w:rFonts", "w:lang"):
        element = defaults.find(qn(name))
        if element is not None:
            defaults.remove(element)
    defaults.insert(
        0,
        parse_xml(f'<w:rFonts {nsdecls("w")} w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{SONG}" w:cs="{LATIN}"/>'),
    )
    west = LANGUAGE["en"] if lang == "en" else "en-US"
    defaults.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{west}" w:eastAsia="{LANGUAGE["zh"]}" w:bidi="ar-SA"/>'))
    for one in document.styles.element.iter(qn("w:rFonts")):
        for attribute in [a for a in one.attrib if "Theme" in a]:
            del one.attrib[attribute]


def update_fields(document: Any) -> None:
    """Word fills in contents and page numbers when the document is opened (it asks first)."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    settings = document.settings.element
    if settings.find(qn("w:updateFields")) is None:
        update = OxmlElement("w:updateFields")
        update.set(qn("w:val"), "true")
        settings.append(update)


def font_table(document: Any) -> None:
    """Other faces for machines that lack the first: WPS and Word look them up in the font table."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            entries = "".join(
                f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
                for name, other in ALTERNATIVES.items()
                if f'w:name="{name}"'.encode() not in part.blob
            )
            part._blob = part.blob.replace(b"</w:fonts>", entries.encode("utf-8") + b"</w:fonts>")


def chemical_runs(paragraph: Any, text: str, face: str, size: float | None = None, bold: bool = False) -> None:
    """A text as runs: the digits of CO2, CH4 … below the line; Chinese in `face`."""
    from docx.shared import Pt

    pieces: list[tuple[str, bool]] = []
    for piece, kind in runs(_MINUS.sub(MINUS, text)):
        below = kind == BELOW
        if pieces and pieces[-1][1] == below:
            pieces[-1] = (pieces[-1][0] + piece, below)
        else:
            pieces.append((piece, below))
    for piece, below in pieces:
        run = paragraph.add_run(piece)
        if size:
            run.font.size = Pt(size)
        if bold:
            run.bold = True
        if below:
            run.font.subscript = True
        if face:
            fonts(run._r, face)


def three_lines(table: Any) -> None:
    """Rules of a table: 1.5 points above and below, 0.75 under the heads, nothing else."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties = table._tbl.tblPr
    thick = 'w:val="single" w:sz="12" w:space="0" w:color="1F1F1F"'
    none = 'w:val="nil"'
    sides = "".join(
        f"<w:{side} {thick if side in ('top', 'bottom') else none}/>"
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>"))
    for cell in table.rows[0].cells:
        cell._tc.get_or_add_tcPr().append(
            parse_xml(
                f'<w:tcBorders {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="0" '
                'w:color="1F1F1F"/></w:tcBorders>'
            )
        )


def row_rules(row: Any, head: bool) -> None:
    """A head repeats on every page; no row breaks over two pages."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        properties.append(repeat)


_WORDS = re.compile(r"[!-~]+")  # a number or a Latin word: it does not break


def column_widths(block: Any, whole_cm: float) -> list[float]:
    """Widths of the columns of a small table: figures get what they need, texts share the rest by their length."""
    lengths = [
        max(_length(text) for text in (*block.head[c : c + 1], *(row[c] for row in block.rows)))
        for c in range(len(block.head))
    ]
    figures = [max((_length(row[c]) for row in block.rows), default=4) for c in range(len(block.head))]
    heads = [max((_length(part) for part in block.head[c].split("\n")), default=4) for c in range(len(block.head))]
    fixed = {c: max(figures[c], min(heads[c], 10)) * 0.215 + 0.5 for c in block.numeric}
    rest = [c for c in range(len(block.head)) if c not in fixed]
    room = max(whole_cm - sum(fixed.values()), 0.35 * whole_cm)
    weights = {c: min(max(lengths[c], 6), 34) for c in rest}
    widths = [fixed[c] if c in fixed else room * weights[c] / sum(weights.values()) for c in range(len(block.head))]
    return _unbroken(block, [w * whole_cm / sum(widths) for w in widths], whole_cm)


def _unbroken(block: Any, widths: list[float], whole_cm: float) -> list[float]:
    """Widths in which no number or Latin word is cut in two, taken from the columns that have room; as they are where
    none is."""
    size = 0.2  # cm a letter in the print of the cells; headings are bold
    least = [
        max(
            1.06 * size * max((len(w) for w in _WORDS.findall(head)), default=0),
            size * max((len(w) for row in block.rows for w in _WORDS.findall(row[c])), default=0),
        )
        + 0.5
        for c, head in enumerate(block.head)
    ]
    if all(w >= low for w, low in zip(widths, least, strict=True)):
        return widths
    spare = [max(w - low, 0.0) for w, low in zip(widths, least, strict=True)]
    room = whole_cm - sum(least)
    if room <= 0 or not sum(spare):
        return [low * whole_cm / sum(least) for low in least]
    return [low + room * s / sum(spare) for low, s in zip(least, spare, strict=True)]


def _length(text: str) -> int:
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in part) for part in text.split("\n")), default=0
    )


def _numbered_headings(document: Any) -> None:
    """Headings number themselves: 1, 1.1, 1.1.1, also those that a user adds."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle '
        f'w:val="Heading{n + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{".".join(f"%{i + 1}" for i in range(n + 1))}"/><w:lvlJc '
        'w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for n in range(3)
    )
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType '
        f'w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    first_num = numbering.find(qn("w:num"))
    if first_num is None:
        numbering.append(abstract)
    else:
        first_num.addprevious(abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level in HEADING_SIZES:
        properties = document.styles[f"Heading {level}"].element.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="90"/></w:numPr>')
        )


def field(paragraph: Any, code: str, text: str) -> None:
    """A field such as PAGE or TOC with the text it shows until Word updates it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind, content in (("begin", ""), ("code", code), ("separate", ""), ("text", text), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = content
        elif kind == "code":
            element = OxmlElement("w:instrText")
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            element.text = content
            run._r.append(element)
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
            run._r.append(element)
