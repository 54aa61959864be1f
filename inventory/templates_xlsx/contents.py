"""The contents sheet: region, how to fill in, and one line a sheet with a link and its progress."""

from __future__ import annotations

from collections.abc import Sequence

from ..sheets.english import Dictionary
from ..texts import LIST
from .book import Lists, SheetWriter, in_english
from .plan import TemplatePlan
from .table_checks import SheetProgress
from .texts import text

TOP = 12  # heading of the list, counted from 0


def write_contents(writer: SheetWriter, result: TemplatePlan, progress: Sequence[SheetProgress], lists: Lists) -> None:
    """Write the first sheet. The progress columns are formulas over the other sheets, with their present values."""
    lang = result.lang
    _about(writer, result, lists)
    heads = ("no", "sheet", "holds", "to_fill", "needed", "done", "open", "progress", "optional_done")
    for column, name in enumerate(heads):
        writer.text(TOP, column, text(name, lang), "head")
    row = TOP + 1
    answers = lists.add("to_fill", (text("yes", lang), text("no_answer", lang), text("optional", lang)))
    for number, p in enumerate(progress, 1):
        writer.text(row, 0, str(number), "count")
        writer.link(row, 1, p.title)
        writer.text(row, 2, p.holds, "cell")
        writer.text(row, 3, text("yes" if p.wanted else "optional", lang), "input")
        writer.number(row, 4, p.needed, "count")
        writer.formula(row, 5, p.done, p.done_value, "count")
        writer.formula(row, 6, f"=E{row + 1}-F{row + 1}", p.needed - p.done_value, "count")
        share = p.done_value / p.needed if p.needed else ""
        writer.formula(row, 7, f'=IF(E{row + 1}=0,"",F{row + 1}/E{row + 1})', share, "percent")
        writer.formula(row, 8, p.optional, p.optional_value, "count")
        row += 1
    writer.choose(TOP + 1, 3, answers, text("list_warn", lang), row - 1)
    _total(writer, row, progress, lang)
    writer.limits.update({1: 24, 2: 64})
    bar = {"type": "data_bar", "bar_color": "#A9D08E", "bar_solid": True}
    ends = {"min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1}
    writer.sheet.conditional_format(TOP + 1, 7, row, 7, {**bar, **ends})
    writer.sheet.freeze_panes(TOP + 1, 2)
    writer.header_row = TOP


def _about(writer: SheetWriter, result: TemplatePlan, lists: Lists) -> None:
    """Title, region, years, edition, and how to fill in."""
    lang = result.lang
    writer.text(0, 0, title_of(result, writer.english), "title", measure=False)
    writer.sheet.set_row(0, 24)
    writer.text(2, 0, text("region", lang), "label")
    if result.with_region_column:
        regions = text("region_by_row", lang) if result.purpose else "、".join(result.regions)
        writer.text(2, 1, regions, "plain", measure=False)
    else:
        writer.text(2, 1, result.region, "input", measure=False)
        writer.choose(2, 1, lists.source("region"), text("list_warn", lang))
    writer.text(3, 0, text("years", lang), "label")
    writer.text(3, 1, LIST[lang].join(str(y) for y in result.years), "plain", measure=False)
    writer.text(4, 0, text("edition", lang), "label")
    writer.text(4, 1, result.edition.label.get(lang) or result.edition.id, "plain", measure=False)
    for i, line in enumerate(_how(result).split("\n")):
        writer.text(6 + i, 0, line, "plain", measure=False)


def title_of(result: TemplatePlan, english: Dictionary | None = None) -> str:
    """The workbook's title in its language."""
    name = f"title_{result.purpose}" if result.purpose else "title"
    if result.lang == "zh":
        return text(name, "zh", region=result.region)
    return text(name, result.lang, region=f" of {in_english(result.region, english)}" if result.region else "")


def _how(result: TemplatePlan) -> str:
    """What to do with the workbook, step by step."""
    if result.purpose or result.bare:
        return text(f"how_{result.purpose}" if result.purpose else "how_bare", result.lang)
    return text("how", result.lang) + text("how_report" if result.to_service else "how_check", result.lang)


def _total(writer: SheetWriter, row: int, progress: Sequence[SheetProgress], lang: str) -> None:
    first, last = TOP + 2, row
    writer.text(row, 0, "", "total")
    writer.text(row, 1, text("total", lang), "total")
    for column in (2, 3):
        writer.text(row, column, "", "total")
    needed, done, extra = (
        sum(getattr(p, name) for p in progress) for name in ("needed", "done_value", "optional_value")
    )
    for column, value in ((4, needed), (5, done), (6, needed - done), (8, extra)):
        letter = "ABCDEFGHI"[column]
        writer.formula(row, column, f"=SUM({letter}{first}:{letter}{last})", value, "total")
    writer.formula(row, 7, f'=IF(E{row + 1}=0,"",F{row + 1}/E{row + 1})', done / needed if needed else "", "percent")
