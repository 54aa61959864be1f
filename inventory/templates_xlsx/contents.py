"""The contents sheet: region, how to fill in, and one line a sheet with a link and its progress."""

from __future__ import annotations

from collections.abc import Sequence

from .book import Lists, Pen
from .plan import TemplatePlan
from .table import SheetProgress
from .texts import text

TOP = 12  # heading of the list, counted from 0


def write_contents(pen: Pen, made: TemplatePlan, progress: Sequence[SheetProgress], lists: Lists) -> None:
    """Write the first sheet. The progress columns are formulas over the other sheets, with their present values."""
    lang = made.lang
    pen.text(
        0,
        0,
        text("title", lang, region=made.region if lang == "zh" else f" of {made.region}" if made.region else ""),
        "title",
        measure=False,
    )
    pen.sheet.set_row(0, 24)
    pen.text(2, 0, text("region", lang), "label")
    pen.text(
        2,
        1,
        made.region if not made.with_region_column else "、".join(made.regions),
        "input" if not made.with_region_column else "plain",
        measure=False,
    )
    if not made.with_region_column:
        pen.choose(2, 1, lists.source("region"), text("list_warn", lang))
    pen.text(3, 0, text("years", lang), "label")
    pen.text(3, 1, "、".join(str(y) for y in made.years), "plain", measure=False)
    pen.text(4, 0, text("edition", lang), "label")
    pen.text(4, 1, made.edition.label.get(lang) or made.edition.id, "plain", measure=False)
    for i, line in enumerate(text("how_bare" if made.bare else "how", lang).split("\n")):
        pen.text(6 + i, 0, line, "plain", measure=False)
    heads = ("no", "sheet", "holds", "to_fill", "needed", "done", "open", "progress", "optional_done")
    for column, name in enumerate(heads):
        pen.text(TOP, column, text(name, lang), "head")
    row = TOP + 1
    answers = lists.add("to_fill", (text("yes", lang), text("no_answer", lang), text("optional", lang)))
    for number, p in enumerate(progress, 1):
        pen.text(row, 0, str(number), "count")
        pen.link(row, 1, p.title)
        pen.text(row, 2, p.holds, "cell")
        pen.text(row, 3, text("yes" if p.wanted else "optional", lang), "input")
        pen.number(row, 4, p.needed, "count")
        pen.formula(row, 5, p.done, p.done_value, "count")
        pen.formula(row, 6, f"=E{row + 1}-F{row + 1}", p.needed - p.done_value, "count")
        pen.formula(
            row,
            7,
            f'=IF(E{row + 1}=0,"",F{row + 1}/E{row + 1})',
            p.done_value / p.needed if p.needed else "",
            "percent",
        )
        pen.formula(row, 8, p.optional, p.optional_value, "count")
        row += 1
    pen.choose(TOP + 1, 3, answers, text("list_warn", lang), row - 1)
    _total(pen, row, progress, lang)
    pen.limits.update({1: 24, 2: 64})
    pen.sheet.conditional_format(
        TOP + 1,
        7,
        row,
        7,
        {
            "type": "data_bar",
            "bar_color": "#A9D08E",
            "bar_solid": True,
            "min_type": "num",
            "min_value": 0,
            "max_type": "num",
            "max_value": 1,
        },
    )
    pen.sheet.freeze_panes(TOP + 1, 2)
    pen.header_row = TOP


def _total(pen: Pen, row: int, progress: Sequence[SheetProgress], lang: str) -> None:
    first, last = TOP + 2, row
    pen.text(row, 0, "", "total")
    pen.text(row, 1, text("total", lang), "total")
    for column in (2, 3):
        pen.text(row, column, "", "total")
    needed, done, extra = (
        sum(getattr(p, name) for p in progress) for name in ("needed", "done_value", "optional_value")
    )
    for column, value in ((4, needed), (5, done), (6, needed - done), (8, extra)):
        letter = "ABCDEFGHI"[column]
        pen.formula(row, column, f"=SUM({letter}{first}:{letter}{last})", value, "total")
    pen.formula(row, 7, f'=IF(E{row + 1}=0,"",F{row + 1}/E{row + 1})', done / needed if needed else "", "percent")
