"""The letter that asks a department for its data: a short official text with the list of what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from inventory.core.files import replacing
from inventory.templates_xlsx.gaps import Gap

WORDS = {
    "zh": {"title": "关于请提供温室气体清单编制所需数据的函", "to": "{department}：",
           "text": "为编制{years}年温室气体清单，请贵单位提供下列数据（共{n}项）。请填入所附填报表，注明数据来源和口径；"
                   "确实没有该项活动的，请填写填报符号 NO。",
           "heads": ("指标", "分项", "年份", "单位"), "from": "（编制单位）", "date": "    年  月  日"},
    "en": {"title": "Request for data for the greenhouse-gas inventory", "to": "To: {department}",
           "text": "For the greenhouse-gas inventory of {years} please supply the following {n} items. Use the workbook enclosed, name source and scope; where "
                   "an activity does not occur, enter the notation key NO.",
           "heads": ("Quantity", "Item", "Year", "Unit"), "from": "(compiling office)", "date": "date:"},
}


def write_letter(department: str, gaps: Sequence[Gap], path: Path, lang: str) -> None:
    """Write the letter (`.docx`) for one department."""
    words = WORDS[lang]
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    title = document.add_paragraph()
    title.alignment = 1  # type: ignore[assignment]
    run = title.add_run(words["title"])  # type: ignore[arg-type]
    run.bold, run.font.size = True, Pt(18)
    document.add_paragraph(words["to"].format(department=department))
    years = "、".join(str(y) for y in sorted({g.year for g in gaps}))
    paragraph = document.add_paragraph(words["text"].format(years=years, n=len(gaps)))
    paragraph.paragraph_format.first_line_indent = Pt(28)
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, words["heads"], strict=True):
        cell.text = text
    for gap in gaps:
        for cell, text in zip(table.add_row().cells, (gap.quantity, gap.item, str(gap.year), gap.unit), strict=True):
            cell.text = text
    for line in (words["from"], words["date"]):
        end = document.add_paragraph(line)  # type: ignore[arg-type]
        end.alignment = 2  # type: ignore[assignment]
    with replacing(path) as temporary:
        document.save(str(temporary))
