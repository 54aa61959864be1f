"""Fills a template: placeholders become texts, tables and pictures; everything else of the user's document stays as it
is."""

from __future__ import annotations

import copy
import io
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .. import charts as pictures
from .. import resources
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, Origin, problem
from ..sheets.english import CHINESE, Dictionary
from ..uncertainty.results import MonteCarlo
from ..workbook.english import dictionary
from . import package, style
from .basis import NO_VIEWS, Basis, Views
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph, Picture
from .sections import CHAPTERS, inline
from .sector import sector_blocks
from .template import WRITTEN
from .vector import add_svg

PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
TEMPLATES = {"zh": "report.docx", "en": "report.en.docx"}
TEXT_WIDTH_CM = 15.8
# half-width characters of a table's print on one line, with the room that cells keep at their sides
TEXT_CHARACTERS = 106
_WORDS = re.compile(r"[!-~]+")


def report_bytes(
    ledger: Ledger,
    lang: str = "zh",
    template: str | Path | None = None,
    charts: bool = True,
    montecarlo: MonteCarlo | None = None,
    views: Views = NO_VIEWS,
) -> bytes:
    """The inventory report drafted from a ledger, as the bytes of a `.docx`: the same ledger and template give the same.

    `template` is a Word document with placeholders (default: the one that comes with the package, in the language).
    `charts` False leaves the pictures out. `montecarlo`: result of approach 2 for this ledger, told beside approach 1.
    `views`: cities by user, what changed since the version before.
    Raises `InventoryError`: unknown placeholder, unreadable template, no python-docx, no matplotlib or Chinese font for
    the charts.
    """
    source = Path(template) if template is not None else resources.folder("templates") / TEMPLATES[lang]
    document = _opened(source)
    basis = Basis(ledger, lang, montecarlo, views)
    known = inline(basis)
    _check(document, source, known, {s.id for s in basis.sectors})
    writer = _BlockWriter(document, basis, charts)
    blocks = [p for p in document.paragraphs if PLACEHOLDER.fullmatch(p.text.strip()) and _name(p) not in known]
    for paragraph in blocks:
        if _name(paragraph) != "contents":
            writer.replace(paragraph, _chapter(basis, _name(paragraph)))
    for paragraph in blocks:
        if _name(paragraph) == "contents":
            writer.contents(paragraph)
    for paragraph in [p for p in document.paragraphs if "{{code}}" in p.text and not known["code"]]:
        paragraph._p.getparent().remove(paragraph._p)  # no line for a code there is none of
    for paragraph in _everywhere(document):
        _fill(paragraph, known)
    if lang == "en":
        _in_english(document, dictionary(ledger.edition))
    style.update_fields(document)
    style.language(document, lang)
    style.font_table(document)
    core = document.core_properties
    core.title, core.created, core.modified = known["title"], WRITTEN, WRITTEN
    return package.content(document)


def _in_english(document: Any, words: Dictionary) -> None:
    """Units, kinds of data, places in the guideline and other words of the tables that stand in English sentences."""
    from docx.oxml.ns import qn

    for part in (document.element.body, *(f._element for s in document.sections for f in (s.header, s.footer))):
        for text in part.iter(qn("w:t")):
            if text.text and CHINESE.search(text.text):
                text.text = words.english(text.text) or words.within(text.text)


def _opened(source: Path) -> Any:
    try:
        import docx
        from docx.opc.exceptions import OpcError
    except ImportError:
        raise InventoryError([problem("report.no_library")]) from None
    import zipfile

    try:
        return docx.Document(str(source))
    except (OSError, OpcError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise InventoryError([problem("report.template", Origin(str(source)), reason=error)]) from error


def _name(paragraph: Any) -> str:
    match = PLACEHOLDER.fullmatch(paragraph.text.strip())
    return match[1] if match else ""


def _everywhere(document: Any) -> Iterable[Any]:
    """Paragraphs of the body, of tables, headers and footers."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
            if not part.is_linked_to_previous:
                yield from part.paragraphs


def _check(document: Any, source: Path, known: dict[str, str], sectors: set[str]) -> None:
    """Every placeholder is one that exists, and those of whole chapters stand alone in a paragraph of the body."""
    problems = Collector()
    chapters = {*CHAPTERS, "contents", *(f"sector:{s}" for s in sectors)}
    # kept: lxml makes the objects anew, with other ids, once nobody holds them
    body = [p._p for p in document.paragraphs]
    alone = {id(element) for element in body}
    for paragraph in _everywhere(document):
        for match in PLACEHOLDER.finditer(paragraph.text):
            if match[1] in known:
                continue
            if match[1] not in chapters:
                listed = "、".join([*known, *CHAPTERS, "contents", *sorted(f"sector:{s}" for s in sectors)])
                problems.add("report.placeholder", Origin(source.name), found=match[0], known=listed)
            elif not PLACEHOLDER.fullmatch(paragraph.text.strip()) or id(paragraph._p) not in alone:
                problems.add("report.not_alone", Origin(source.name), found=match[0], paragraph=paragraph.text[:60])
    problems.raise_errors()


def _chapter(basis: Basis, name: str) -> Iterable[Block]:
    if name.startswith("sector:"):
        return sector_blocks(basis, basis.ledger.edition.categories[name.removeprefix("sector:")])
    return CHAPTERS[name](basis)


def _fill(paragraph: Any, known: dict[str, str]) -> None:
    """Inline placeholders; a placeholder that Word has cut into several runs is put into the first of them."""
    if not PLACEHOLDER.search(paragraph.text):
        return
    for run in paragraph.runs:
        run.text = (
            PLACEHOLDER.sub(lambda m: known.get(m[1], m[0]), run.text) if PLACEHOLDER.search(run.text) else run.text
        )
    if PLACEHOLDER.search(paragraph.text):
        text = PLACEHOLDER.sub(lambda m: known.get(m[1], m[0]), paragraph.text)
        for n, run in enumerate(paragraph.runs):
            run.text = text if n == 0 else ""


class _BlockWriter:
    """Puts blocks in front of a placeholder's paragraph and takes that away; numbers tables and figures through the
    whole document."""

    def __init__(self, document: Any, basis: Basis, charts: bool) -> None:
        self.document, self.basis, self.charts = document, basis, charts
        self.tables = self.figures = 0
        # python-docx looks through all styles at every paragraph
        self.styles = {s.name: s.style_id for s in document.styles}

    def replace(self, paragraph: Any, blocks: Iterable[Block]) -> None:
        for block in blocks:
            for element in self._elements(block):
                paragraph._p.addprevious(element)
        paragraph._p.getparent().remove(paragraph._p)

    def contents(self, paragraph: Any) -> None:
        """A table of contents that Word updates; until then it lists the chapters."""
        heads = [p.text for p in self.document.paragraphs if p.style.name == "Heading 1"]
        for run in paragraph.runs:
            run.text = ""
        style.field(
            paragraph, ' TOC \\o "1-2" \\h \\z \\u ', "\n".join(f"{n} {text}" for n, text in enumerate(heads, 1))
        )

    def _elements(self, block: Block) -> list[Any]:
        if isinstance(block, Heading):
            return [self._paragraph(block.text, f"Heading {block.level}")._p]
        if isinstance(block, Paragraph):
            return [self._paragraph(block.text, style.STYLES[block.style])._p]
        if isinstance(block, Bullets):
            return [self._paragraph(item, "List Bullet")._p for item in block.items]
        if isinstance(block, DocumentTable):
            return self._table(block)
        return self._picture(block)

    def _paragraph(self, text: str, name: str) -> Any:
        """At the end of the document, whence it is moved; a style that the user's template lacks gives way to the plain
        one."""
        paragraph = self.document.add_paragraph()
        style.chemical_runs(paragraph, text, "")
        if name in self.styles:
            paragraph._p.style = self.styles[name]
        return paragraph

    def _table(self, block: DocumentTable) -> list[Any]:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        self.tables += 1
        caption = self._paragraph(self.basis.t("report.table", n=self.tables, caption=block.caption), "Caption")
        caption.paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=1 + len(block.rows), cols=len(block.head))
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = _widths(block)
        set_properties = _CellParagraphs(self.styles.get("Report cell"))
        for r, (row, texts) in enumerate(zip(table.rows, (block.head, *block.rows), strict=True)):
            style.row_rules(row, r == 0)
            for c, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                cell.width = Cm(widths[c])
                paragraph = cell.paragraphs[0]
                keep = (r <= 1 or r == len(block.rows) - 1) and r < len(block.rows)
                numeric = WD_ALIGN_PARAGRAPH.RIGHT if c in block.numeric else None
                set_properties(paragraph, keep, WD_ALIGN_PARAGRAPH.CENTER if r == 0 else numeric)
                style.chemical_runs(paragraph, text, "", None, r == 0 or (r - 1) in block.bold)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        style.three_lines(table)
        return [caption._p, table._tbl, self._paragraph("", "Normal")._p]

    def _picture(self, block: Picture) -> list[Any]:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Cm

        if not self.charts:
            return []
        self.figures += 1
        paragraph = self._paragraph("", "Normal")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(pictures.png(block.chart)), width=Cm(15.0))
        shape._inline.docPr.set("descr", block.caption)
        add_svg(self.document, shape, pictures.svg(block.chart), self.figures)
        caption = self._paragraph(self.basis.t("report.figure", n=self.figures, caption=block.caption), "Caption")
        caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return [paragraph._p, caption._p]


class _CellParagraphs:
    """The properties of the paragraphs of a table: made once of each kind and copied, which the library takes a third of
    a report's time for otherwise."""

    def __init__(self, cell_style: Any) -> None:
        self._style = cell_style
        self._kinds: dict[tuple[bool, Any], Any] = {}

    def __call__(self, paragraph: Any, keep: bool, alignment: Any) -> None:
        """Of a paragraph that has neither properties nor text."""
        kind = keep, alignment
        if kind in self._kinds:
            paragraph._p.insert(0, copy.deepcopy(self._kinds[kind]))
            return
        if self._style:
            paragraph._p.style = self._style
        paragraph.paragraph_format.keep_with_next = keep
        if alignment is not None:
            paragraph.alignment = alignment
        self._kinds[kind] = paragraph._p.pPr


def _widths(block: DocumentTable) -> list[float]:
    """Column widths in cm by what stands in them: texts break into lines, but no number or Latin word does where there
    is room for it."""
    wide, least = [], []
    for c in range(len(block.head)):
        texts = [row[c] for row in block.rows] or [""]
        lengths = [_length(text) for text in texts]
        word = max((_length(w) for text in (*texts, block.head[c]) for w in _WORDS.findall(text)), default=0)
        least.append(min(word, 22))
        wide.append(
            max(
                6.0,
                min(34.0, max(sum(lengths) / len(lengths) * 1.25, max(lengths) * 0.6)),
                max(lengths) if c in block.numeric else 0.0,
                least[c],
            )
        )
    spare = [w - low for w, low in zip(wide, least, strict=True)]
    room = TEXT_CHARACTERS - sum(least)
    if sum(wide) > TEXT_CHARACTERS and 0 < room < sum(spare):
        # what can break gives way to what cannot
        wide = [low + extra * room / sum(spare) for low, extra in zip(least, spare, strict=True)]
    scale = TEXT_WIDTH_CM / sum(wide)
    return [w * scale for w in wide]


def _length(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text) + 3
