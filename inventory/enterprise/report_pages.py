"""The sheets of a report, and of the books over many reports, on paper in the look of the province's filed tables; each 附表
with its line to sign."""

from __future__ import annotations

from collections.abc import Iterable

from ..sheets.model import Book, OutputSheet
from ..sheets.paper import on_paper, sign
from ..texts import text_of

SIGNATURES = ("legal", "contact", "date")


def sign_annexes(annexes: Iterable[OutputSheet], lang: str) -> None:
    """The line for signatures below every 附表."""
    words = [
        text_of("inventory.enterprise", f"report.{key}", lang, {}) + ("：" if lang == "zh" else ":")
        for key in SIGNATURES
    ]
    for sheet in annexes:
        sign(sheet, words, lang)


def on_pages(book: Book, illustrative: bool = False) -> None:
    """Widths, heights and pages of all sheets; the notice of illustrative data stands on each."""
    notice = text_of("inventory.enterprise", "report.made_up", book.lang, {}) if illustrative else ""
    for sheet in book.sheets.values():
        on_paper(sheet, notice, book.lang)
