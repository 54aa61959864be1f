"""The outcome of a verification as a workbook: one overview line a report, and every finding with its cell, size,
likely cause, what to ask, and what the firm wrote about it."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from ..sheets.model import Book
from ..sheets.write import save
from .checks import GRADES, Finding
from .checks.grading import GRADES_EN
from .report_pages import on_pages
from .verify import Verified

OVERVIEW_WIDTHS = {0: 30, 1: 28, 2: 24, 3: 8, 4: 20, 5: 20, 6: 16}
FINDINGS_WIDTHS = {0: 24, 1: 8, 2: 22, 3: 60, 4: 30, 5: 40, 6: 14, 7: 14, 8: 16, 9: 30}


@functools.cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((resources.files("inventory.enterprise") / "texts_findings.toml").read_text("utf-8"))


def write_findings(results: Sequence[Verified], path: Path | str, lang: str = "zh") -> None:
    """概览 and 发现 in one language; figures filed and recomputed side by side."""
    text = _texts()[lang]
    book = Book(text["title"], lang)
    _overview(book, results, text, lang)
    _findings(book, results, text, lang)
    on_pages(book)
    save(book, path)


def _grade(grade: str, lang: str) -> str:
    return grade if lang == "zh" else GRADES_EN[grade]


def _overview(book: Book, results: Sequence[Verified], text: Mapping[str, Any], lang: str) -> None:
    s = book.add(text["overview_sheet"], text["overview_sheet"])
    s.text(0, 0, text["overview"], "page_title")
    s.text(1, 0, text["remark"], "subtitle")
    s.row(3, 0, (*text["overview_head"], *(_grade(g, lang) for g in GRADES)), "head")
    for r, v in enumerate(results, 4):
        p = v.filed.enterprise.profile if v.filed else None
        industry = (v.filed.industry.name if lang == "zh" else v.filed.industry.name_en) if v.filed else ""
        s.row(r, 0, (v.file, p.name if p else "", industry or text["no_report"]), "text")
        if p:
            s.number(r, 3, p.year, "year")
        for c, total in ((4, v.total_filed), (5, v.total_recomputed)):
            if total is not None:
                s.number(r, c, total, "num:2")
        if v.total_filed is not None and v.total_recomputed is not None:
            s.formula(r, 6, f"=E{r + 1}-F{r + 1}", v.total_filed - v.total_recomputed, "num:2")
        for c, grade in enumerate(GRADES, 7):
            s.number(r, c, sum(f.grade == grade for f in v.findings), "year")
    s.widths = dict(OVERVIEW_WIDTHS)
    s.freeze = (4, 0)


def _findings(book: Book, results: Sequence[Verified], text: Mapping[str, Any], lang: str) -> None:
    s = book.add(text["findings_sheet"], text["findings_sheet"])
    s.text(0, 0, text["findings_sheet"], "page_title")
    s.row(2, 0, text["findings_head"], "head")
    rows = ((v.file, f) for v in results for f in v.findings)
    for r, (file, f) in enumerate(rows, 3):
        for c, value in enumerate(_words(file, f, lang)):
            s.text(r, c, value, "wrap" if c >= 3 else "text")
        for c, figure in ((6, f.filed), (7, f.expected)):
            if figure is not None:
                s.number(r, c, figure, "num:4")
        if f.size_t:
            s.number(r, 8, f.size_t, "num:2")
        s.text(r, 9, f.reason, "wrap")
    s.widths = dict(FINDINGS_WIDTHS)
    s.freeze = (3, 0)


def _words(file: str, f: Finding, lang: str) -> tuple[str, ...]:
    p, o = f.problem, f.problem.origin
    place = f"{o.sheet}!{o.cell}" if o.sheet else o.cell
    return (file, _grade(f.grade, lang), place, *(p.part(part, lang) for part in ("what", "expected", "fix")))
