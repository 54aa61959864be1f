"""数据缺口 as a workbook: a summary, one sheet a department, what else a compilation would ask for, and the splits of the
balance table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..core.edition import Edition
from ..core.problems import Problem
from ..sheets.drawing import Drawing
from ..sheets.english import dictionary
from ..texts import LIST
from .book import Lists, SheetWriter, Styles
from .departments import department_of
from .files import write_file
from .gaps import WORDS, MissingFigure, gathered
from .plan import sheet_title
from .splits import SplitBlock, write_splits
from .texts import text as form_text
from .write import write_lists

HEADS = {
    "zh": ("序号", "类型", "提供部门", "领域", "指标", "分项", "地区", "年份", "单位", "应填位置", "填报说明"),
    "en": (
        "No.",
        "Kind",
        "Department",
        "Sector",
        "Quantity",
        "Item",
        "Region",
        "Year",
        "Unit",
        "Where it goes",
        "What is meant",
    ),
}
MISSING_CODES = ("factor.missing", "data.missing", "data.attribute")


def write_gaps(
    gaps: Sequence[MissingFigure],
    path: Path | str,
    problems: Iterable[Problem] = (),
    lang: str = "zh",
    splits: Sequence[SplitBlock] = (),
    edition: Edition | None = None,
) -> None:
    """A workbook: a summary, one sheet a department, what else a compilation would ask for (factors, choices), and the
    splits of the balance table."""
    words = WORDS[lang]
    others = [p for p in problems if p.code in MISSING_CODES]
    drawing = Drawing(words["title"])
    book = drawing.book
    styles = Styles(book, lang)
    english = dictionary(edition) if lang == "en" and edition is not None else None
    departments: dict[str, list[MissingFigure]] = {}
    for gap in gaps:
        departments.setdefault(gap.department or words["unknown"], []).append(gap)
    writer = SheetWriter(book.add_worksheet(words["all"]), styles, lang, english)
    writer.sheet.set_row(0, 24)
    writer.text(0, 0, words["title"], "title", measure=False)
    titles = _titles({d: department_of(own[0].supplier, lang) or d for d, own in departments.items()})
    for column, text in enumerate((HEADS[lang][0], HEADS[lang][2], words["title"])):
        writer.text(2, column, text, "head")
    for i, (department, own) in enumerate(departments.items(), 1):
        writer.text(2 + i, 0, str(i), "mark")
        writer.link(2 + i, 1, titles[department])
        writer.number(2 + i, 2, len(gathered(own)), "count")
    if not gaps and not others:
        writer.text(3, 1, words["none"], "cell")
    pens = [writer]
    for department, own in departments.items():
        pens.append(SheetWriter(book.add_worksheet(titles[department]), styles, lang, english))
        _list(pens[-1], titles[department], own, lang)
    if others:
        pens.append(SheetWriter(book.add_worksheet(words["factor"]), styles, lang, english))
        for column, text in enumerate((HEADS[lang][0], words["what"], words["fix"])):
            pens[-1].text(0, column, text, "head")
        for i, remark in enumerate(others, 1):
            for column, text in enumerate((str(i), remark.part("what", lang), remark.part("fix", lang))):
                pens[-1].text(i, column, text, "cell")
        pens[-1].limits.update({1: 70, 2: 70})
    lists = Lists("_lists", english=english)
    if splits:
        pens.append(SheetWriter(book.add_worksheet(form_text("splits", lang)), styles, lang, english))
        write_splits(pens[-1], splits, tuple(sorted({y for b in splits for y in (*b.mass, *b.tce)})), lists, lang)
        write_lists(book, lists)
    for drawn in pens:
        drawn.finish("&P / &N", landscape=True)
    write_file(path, drawing.data())


def _titles(departments: Mapping[str, str]) -> dict[str, str]:
    """The name of the sheet of each department; `departments`: what each is called."""
    out: dict[str, str] = {}
    for department, name in departments.items():
        title = sheet_title(name)
        while title in out.values():
            title = sheet_title(title[:29] + "+")
        out[department] = title
    return out


def _list(writer: SheetWriter, department: str, gaps: Sequence[MissingFigure], lang: str) -> None:
    writer.sheet.set_row(0, 24)
    writer.text(0, 0, f"{WORDS[lang]['title']}　{department}", "title", measure=False)
    for column, text in enumerate(HEADS[lang]):
        writer.text(2, column, text, "head")
    for i, x in enumerate(gathered(gaps), 1):
        g, years = x.gap, LIST[lang].join(map(str, x.years))
        for column, text in enumerate(
            (
                str(i),
                g.kind,
                g.supplier,
                g.sector,
                g.quantity,
                x.item_text(lang),
                g.region,
                years,
                g.unit,
                g.place,
                g.help,
            )
        ):
            writer.text(2 + i, column, text, "cell")
    writer.limits.update({1: 12, 2: 22, 4: 26, 5: 30, 9: 26, 10: 46})
    writer.header_row = 2
    writer.sheet.freeze_panes(3, 0)
