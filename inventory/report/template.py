"""Writes the template of the report: chapters of a provincial inventory report with placeholders, for users to edit in
Word.

`{{name}}` in a paragraph of its own is replaced by a chapter's tables, texts and charts; a few stand inside sentences
(`{{region}}`).
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from ..core.problems import InventoryError, problem
from . import package, style

WRITTEN = datetime.datetime(2011, 5, 1)  # any fixed day: the time of writing would change the bytes

# results first; what they rest on after them; equations, factors and ids in annexes
CHAPTERS: tuple[tuple[int, dict[str, str], str], ...] = (
    (1, {"zh": "概述", "en": "Summary"}, "summary"),
    (1, {"zh": "分领域清单", "en": "Inventory by sector"}, "sectors"),
    (1, {"zh": "时间序列与趋势", "en": "Time series and trends"}, "trends"),
    (1, {"zh": "与上一版的变化及原因", "en": "What changed since the version before, and why"}, "recalculation"),
    (1, {"zh": "指标", "en": "Indicators"}, "indicators"),
    (1, {"zh": "关键类别", "en": "Key categories"}, "key_categories"),
    (1, {"zh": "不确定性", "en": "Uncertainty"}, "uncertainty"),
    (1, {"zh": "编制依据与数据概况", "en": "Basis and data"}, "basis"),
    (1, {"zh": "质量保证与质量控制", "en": "Quality assurance and control"}, "quality"),
    (1, {"zh": "审核意见与答复", "en": "Review and answers"}, "review"),
    (1, {"zh": "附录：方法、方程和排放因子", "en": "Annex: methods, equations and factors"}, "methods"),
    (1, {"zh": "附录：替代值", "en": "Annex: substitutes"}, "substitutes"),
    (1, {"zh": "附录：命名选择", "en": "Annex: named choices"}, "choices"),
    (1, {"zh": "附录：不同GWP取值的比较", "en": "Annex: GWP sets compared"}, "gwp"),
    (1, {"zh": "附录：填报符号与缺项", "en": "Annex: notation keys and missing lines"}, "notations"),
    (1, {"zh": "附录：取舍规则", "en": "Annex: rounding"}, "rounding"),
    (1, {"zh": "签署", "en": "Signatures"}, "signatures"),
)
LINES = {
    "zh": (
        ("地区", "{{region}}"),
        ("年份", "{{years}}"),
        ("依据", "{{edition}}"),
        ("全球增温潜势", "{{gwp_set}}"),
        ("归档码", "{{code}}"),
    ),
    "en": (
        ("Region", "{{region}}"),
        ("Years", "{{years}}"),
        ("Guideline", "{{edition}}"),
        ("Global warming potentials", "{{gwp_set}}"),
        ("Archive code", "{{code}}"),
    ),
}
CONTENTS = {"zh": "目录", "en": "Contents"}


def write_template(path: str | Path, lang: str = "zh") -> None:
    """Write the template (`.docx`); the same bytes every time. Raises `InventoryError` where python-docx is missing or
    the place cannot be written."""
    package.save(make(lang), path)


def make(lang: str) -> Any:
    """The template as a python-docx document."""
    try:
        import docx
    except ImportError:
        raise InventoryError([problem("report.no_library")]) from None
    document = docx.Document()
    style.prepare(document)
    core = document.core_properties
    core.author, core.title, core.comments, core.created, core.modified = "inventory", "", "", WRITTEN, WRITTEN
    core.last_modified_by, core.revision = "inventory", 1
    _front(document, lang)
    for level, heading, name in CHAPTERS:
        document.add_heading(heading[lang], level)
        document.add_paragraph("{{" + name + "}}")
    section = document.sections[0]
    section.header.paragraphs[0].text = "{{title}}"
    footer = section.footer.paragraphs[0]
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    style.field(footer, "PAGE", "1")
    return document


def _front(document: Any, lang: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    title = document.add_paragraph("{{title}}", style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(90), Pt(40)
    for label, placeholder in LINES[lang]:
        line = document.add_paragraph(f"{label}{'：' if lang == 'zh' else ': '}{placeholder}")
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_page_break()
    contents = document.add_paragraph(CONTENTS[lang])
    contents.runs[0].bold = True
    document.add_paragraph("{{contents}}")
    document.add_page_break()
