"""Documents in the format of GB/T 9704: A4, margins 37/35/28/26 mm, title 方正小标宋 22, text 仿宋 16 on 28.9 points,
headings 黑体 and 楷体 16.

Blocks (headings, paragraphs, tables, pictures) become paragraphs of that format; tables are three-line tables with
their unit above at the right.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from .. import charts as pictures
from ..core.problems import InventoryError, problem
from ..sheets.look import TITLE as TITLE_FACE
from . import package, style
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph, Picture
from .template import WRITTEN
from .vector import add_svg

LINE, TEXT, SMALL, TABLE = 28.9, 16.0, 10.5, 12.0
FANG, KAI = "仿宋_GB2312", "楷体_GB2312"
CHINESE = "一二三四五六七八九十"


class Official:
    """One document under way. `lang` zh or en; English keeps page and sizes, in Times New Roman."""

    def __init__(self, lang: str) -> None:
        try:
            import docx
        except ImportError:
            raise InventoryError([problem("report.no_library")]) from None
        from docx.shared import Mm

        self.lang = lang
        self.text, self.line = (TEXT, LINE) if lang == "zh" else (12.0, 19.0)
        self.document = docx.Document()
        style.language(self.document, lang)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
            Mm(37),
            Mm(35),
            Mm(28),
            Mm(26),
        )
        section.footer_distance = Mm(28)
        normal = self.document.styles["Normal"]
        style.fonts(normal.element, FANG)
        self._body(normal)
        self._footer(section)
        self.heads = self.subheads = self.tables = self.figures = 0

    def _body(self, of: Any) -> None:
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Pt

        of.font.size = Pt(self.text)
        f = of.paragraph_format
        f.line_spacing_rule, f.line_spacing, f.space_after, f.space_before = (
            WD_LINE_SPACING.EXACTLY,
            Pt(self.line),
            Pt(0),
            Pt(0),
        )

    def _footer(self, section: Any) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        foot.add_run("— ")
        style.field(foot, "PAGE", "1")
        foot.add_run(" —")
        for run in foot.runs:
            run.font.size = Pt(14)
            style.fonts(run._r, "宋体")

    def paragraph(
        self,
        text: str,
        face: str = FANG,
        size: float = 0.0,
        *,
        align: str = "text",
        line: float = 0.0,
        keep: bool = False,
    ) -> Any:
        """A paragraph; `align` text (justified, its first line set in by two letters), flush (justified, not set in),
        center or right."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        size, line = size or self.text, line or self.line
        result = self.document.add_paragraph()
        sides = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
        result.alignment = sides.get(align, WD_ALIGN_PARAGRAPH.JUSTIFY)
        result.paragraph_format.line_spacing = Pt(line)
        if align == "text":
            result.paragraph_format.first_line_indent = Pt(2 * size)
        result.paragraph_format.keep_with_next = keep
        style.chemical_runs(result, text, face, size)
        return result

    def title(self, text: str, below: str = "") -> None:
        """The title in 小标宋, a line in 楷体 below it, and a blank line."""
        self.paragraph(text, TITLE_FACE, 22 if self.lang == "zh" else 17, align="center", line=36)
        if below:
            self.paragraph(below, KAI, align="center")
        self.paragraph("", align="flush")

    def close(self, office: str, date: str) -> None:
        """Issuing office and date at the lower right, never alone on a page."""
        if self.document.paragraphs:
            self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self.paragraph("", keep=True, align="flush")
        for text in (office, date):
            paragraph = self.paragraph(text, align="right", keep=text == office)
            from docx.shared import Pt

            paragraph.paragraph_format.right_indent = Pt(4 * TEXT if text == date else 2 * TEXT)

    def add(self, blocks: Iterable[Block], charts: bool = True) -> None:
        for block in blocks:
            if isinstance(block, Heading):
                self._heading(block)
            elif isinstance(block, Paragraph):
                if block.style == "note":
                    self.paragraph(block.text, "宋体", SMALL, line=16, align="flush")
                else:
                    self.paragraph(block.text)
            elif isinstance(block, Bullets):
                for item in block.items:
                    self.paragraph(item)
            elif isinstance(block, DocumentTable):
                self._table(block)
            elif isinstance(block, Picture) and charts:
                self._picture(block)

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            self.heads, self.subheads = self.heads + 1, 0
            number = f"{CHINESE[self.heads - 1]}、" if self.lang == "zh" else f"{self.heads}. "
            self.paragraph(number + block.text, "黑体", keep=True)
        else:
            self.subheads += 1
            number = f"（{CHINESE[self.subheads - 1]}）" if self.lang == "zh" else f"({self.subheads}) "
            self.paragraph(number + block.text, KAI, keep=True)

    def _table(self, block: DocumentTable) -> None:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm, Pt

        self.tables += 1
        word = f"表{self.tables}　" if self.lang == "zh" else f"Table {self.tables}  "
        self.paragraph(word + block.caption, "黑体", TABLE, align="center", line=22, keep=True)
        if block.unit:
            self.paragraph(block.unit, "宋体", SMALL, align="right", line=16, keep=True)
        table = self.document.add_table(rows=1 + len(block.rows), cols=len(block.head))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = style.column_widths(block, 15.2)
        for r, (row, texts) in enumerate(zip(table.rows, (block.head, *block.rows), strict=True)):
            style.row_rules(row, r == 0)
            for c, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = Cm(widths[c])
                p = cell.paragraphs[0]
                p.paragraph_format.line_spacing = Pt(18)
                p.alignment = (
                    WD_ALIGN_PARAGRAPH.CENTER
                    if r == 0
                    else WD_ALIGN_PARAGRAPH.RIGHT
                    if c in block.numeric
                    else WD_ALIGN_PARAGRAPH.LEFT
                )
                p.paragraph_format.keep_with_next = r <= 1 or (len(block.rows) < 5 and r < len(block.rows))
                style.chemical_runs(
                    p, text, "宋体", TABLE if len(block.head) < 6 else SMALL, r == 0 or (r - 1) in block.bold
                )
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        style.three_lines(table)
        self.paragraph("", line=8, align="flush")

    def _picture(self, block: Picture) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
        from docx.shared import Cm

        self.figures += 1
        holder = self.document.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
        holder.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(io.BytesIO(pictures.png(block.chart)), width=Cm(13.5))
        shape._inline.docPr.set("descr", block.caption)
        add_svg(self.document, shape, pictures.svg(block.chart), self.figures)
        word = f"图{self.figures}　" if self.lang == "zh" else f"Figure {self.figures}  "
        self.paragraph(word + block.caption, "黑体", TABLE, align="center", line=22)

    def content(self, title: str) -> bytes:
        """The file; the same blocks give the same bytes."""
        style.font_table(self.document)
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by, core.created, core.modified, core.comments, core.revision = (
            title,
            "inventory",
            "inventory",
            WRITTEN,
            WRITTEN,
            "",
            1,
        )
        return package.content(self.document)
