"""How the report looks: page, fonts, numbered headings, tables. Everything that a user may change in Word afterwards, in one place."""

from __future__ import annotations

from typing import Any

BODY, HEAD = "宋体", "黑体"
HEADING_SIZES = {1: 16, 2: 14, 3: 12}
BLUE, PALE, PALE_YELLOW, GREY = "1F4E79", "DCE6F1", "FFF6DB", "6B6B6B"
STYLES = {"text": "Normal", "note": "Report note", "warning": "Report warning", "caption": "Caption", "cell": "Report cell"}


def fonts(element: Any, east: str) -> None:
    """Latin letters in Times New Roman, Chinese in `east`, on a style or a run element."""
    from docx.oxml.ns import qn

    properties = element.get_or_add_rPr()
    found = properties.find(qn("w:rFonts"))
    if found is None:
        from docx.oxml import OxmlElement

        found = OxmlElement("w:rFonts")
        properties.insert(0, found)
    for name in list(found.attrib):
        del found.attrib[name]
    for name, value in (("w:ascii", "Times New Roman"), ("w:hAnsi", "Times New Roman"), ("w:eastAsia", east), ("w:cs", "Times New Roman")):
        found.set(qn(name), value)


def prepare(document: Any) -> None:
    """A4, margins, and the styles the report uses."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

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
        style.font.size, style.font.bold, style.font.color.rgb = Pt(size), True, RGBColor.from_string(BLUE)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16 if level == 1 else 10), Pt(6)
        style.paragraph_format.keep_with_next = True
        fonts(style.element, HEAD)
    title = styles["Title"]
    title.font.size, title.font.color.rgb = Pt(24), RGBColor.from_string(BLUE)
    fonts(title.element, HEAD)
    caption = styles["Caption"]
    caption.font.size, caption.font.bold, caption.font.color.rgb = Pt(9.5), True, RGBColor(0, 0, 0)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    fonts(caption.element, HEAD)
    for name, points, colour in (("Report note", 9, GREY), ("Report warning", 10.5, "A61C00"), ("Report cell", 8.5, "000000")):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.size, style.font.color.rgb = Pt(points), RGBColor.from_string(colour)
        style.paragraph_format.line_spacing = 1.0 if name == "Report cell" else 1.15
        style.paragraph_format.space_after = Pt(0 if name == "Report cell" else 6)
        fonts(style.element, BODY)
    _shade(styles["Report warning"].element.get_or_add_pPr(), PALE_YELLOW)
    fonts(styles["List Bullet"].element, BODY)
    _numbered_headings(document)


def _shade(properties: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    properties.append(shade)


def shade_cell(cell: Any, colour: str) -> None:
    _shade(cell._tc.get_or_add_tcPr(), colour)


def _numbered_headings(document: Any) -> None:
    """Headings number themselves: 1, 1.1, 1.1.1, also those that a user adds."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading{n + 1}"/><w:suff w:val="space"/>'
        f'<w:lvlText w:val="{".".join(f"%{i + 1}" for i in range(n + 1))}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="0" w:firstLine="0"/></w:pPr></w:lvl>'
        for n in range(3))
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>')
    first_num = numbering.find(qn("w:num"))
    if first_num is None:
        numbering.append(abstract)
    else:
        first_num.addprevious(abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for level in HEADING_SIZES:
        properties = document.styles[f"Heading {level}"].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="90"/></w:numPr>'))


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
