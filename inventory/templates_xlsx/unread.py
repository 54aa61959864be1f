"""待改内容: the rows of a faulty project that are in no table of the new template, as they were typed, each with what is
wrong (inventory/reading/to_correct.py reads the sheet again)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..core.problems import Origin
from ..forms.draft import Value
from ..reading.to_correct import HEADING, PROBLEM, UnreadRow
from .book import SheetWriter
from .plan import TemplatePlan
from .texts import text

HEAD = HEADING - 1  # from 0


def write_unread(writer: SheetWriter, result: TemplatePlan) -> None:
    """The rows below the heading of their own table, file by file."""
    lang, rows = result.lang, result.unread
    about = text("unread_about" if result.proposals is None else "unread_about_last", lang)
    writer.text(0, 0, text("unread" if result.proposals is None else "unread_last", lang), "title", measure=False)
    writer.text(2, 0, about, "plain", measure=False)
    heads = text("unread_heads", lang).split("|")
    wide = max((len(r.cells) for r in rows), default=1)
    for column in range(PROBLEM + wide):
        writer.text(HEAD, column, heads[min(column, PROBLEM)] if column <= PROBLEM else "", "head")
    at = HEAD + 1
    shown: tuple[str, str, tuple[Value, ...]] = ("", "", ())
    for r in rows:
        if r.heading and (r.file, r.sheet, r.heading) != shown:
            _cells(writer, at, r.heading, "small")
            shown, at = (r.file, r.sheet, r.heading), at + 1
        for column, value in enumerate((r.file, r.sheet)):
            writer.own(at, column, value, "small")
        if r.row:
            writer.number(at, 2, r.row, "count")
        writer.own(at, 3, remark_of(r, lang), "small")
        _cells(writer, at, r.cells, "word")
        at += 1
    writer.limits.update({0: 18, 1: 14, 3: 44})
    writer.header_row, writer.open = HEAD, True
    writer.sheet.freeze_panes(HEAD + 1, PROBLEM)


def _cells(writer: SheetWriter, row: int, cells: Sequence[Value], style: str) -> None:
    for column, value in enumerate(cells, PROBLEM):
        if isinstance(value, float):
            writer.number(row, column, value, "number")
        else:
            writer.own(row, column, value or "", style)


def remark_of(row: UnreadRow, lang: str) -> str:
    """What is wrong with a row, and what to do about it."""
    if row.remark:
        return row.remark
    return "\n".join(dict.fromkeys(replace(p, origin=Origin()).text(lang) for p in row.problems))
