"""质控答复 as a workbook: every finding of quality control with its message, what was answered, and room for the rest.

Put into the project folder it is read like `answers.csv`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..analysis.findings import QualityFinding, to_answer
from ..core.statements import FindingAnswer
from ..forms.province import form
from ..sheets.drawing import Drawing
from .book import Lists, SheetWriter, Styles
from .files import write_file
from .side import write_side
from .write import write_lists


def write_answer_form(findings: Iterable[QualityFinding], path: Path | str, lang: str = "zh") -> int:
    """Write the sheet (.xlsx); returns how many questions are on it. Raises `InventoryError` when the place cannot be
    written."""
    shown, rows = form("answers"), [_row(*q) for q in to_answer(findings, lang)]
    drawing = Drawing(shown.title(lang))
    writer = SheetWriter(drawing.book.add_worksheet(shown.title(lang)), Styles(drawing.book, lang), lang)
    lists = Lists("_lists")
    write_side(writer, shown, iter(rows), lists)
    writer.finish("&P / &N", landscape=True)
    if lists.columns:
        write_lists(drawing.book, lists)
    write_file(path, drawing.data())
    return len(rows)


def _row(check: str, place: str, a: FindingAnswer | None, message: str) -> dict[str, str | float | None]:
    return {
        "check": check,
        "place": place,
        "answer": a.answer if a else "",
        "name": a.name if a else "",
        "date": a.date if a else "",
        "message": message,
    }
