"""What is still missing for a complete inventory (数据缺口): by department, with the cell of the template where it
goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.activity import Datum, Notation, Project
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.feeds import Feeds
from ..core.problems import Problem
from ..core.required_cells import Known, missing_cells
from ..reading.lexicon import lexicon
from ..reading.needs import required_quantities, usual_unit
from ..sheets.drawing import Drawing
from ..sheets.english import dictionary
from .book import Lists, SheetWriter, Styles, letters_of
from .departments import department_of
from .files import write_file
from .matrix import matrices
from .plan import RowPlan, TemplatePlan, main_years, plan, sheet_title
from .splits import SplitBlock, write_splits
from .table import FIRST, columns_of
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
KINDS = {
    "zh": {False: "缺数", True: "部分未填，请确认"},
    "en": {False: "missing", True: "partly filled, to be confirmed"},
}
MISSING_CODES = ("factor.missing", "data.missing", "data.attribute")
WORDS = {
    "zh": {
        "all": "汇总",
        "title": "数据缺口",
        "unknown": "未指明部门",
        "factor": "因子和其他输入",
        "none": "没有缺口",
        "what": "缺少什么",
        "fix": "怎样补上",
    },
    "en": {
        "all": "Summary",
        "title": "Data gaps",
        "unknown": "no department named",
        "factor": "Factors and other inputs",
        "none": "no gaps",
        "what": "What is missing",
        "fix": "How to supply it",
    },
}


MOST_ITEMS = 10  # items of a quantity named in one line


@dataclass(frozen=True)
class MissingFigure:
    """One figure that is missing. `place` is the cell where it goes: of the workbook it was asked for in, else of a
    fresh template."""

    kind: str
    supplier: str
    sector: str
    quantity: str
    item: str
    region: str
    year: int
    unit: str
    place: str
    help: str

    @property
    def department(self) -> str:
        """The first department named, under its one name: who gets the letter."""
        return department_of(self.supplier)


@dataclass(frozen=True)
class Gathered:
    """What a colleague would list: one quantity of a department with the items and years it lacks."""

    gap: MissingFigure
    items: tuple[str, ...]
    years: tuple[int, ...]

    def item_text(self, lang: str) -> str:
        named = [x for x in self.items if x]
        shown = ("、" if lang == "zh" else ", ").join(named[:MOST_ITEMS])
        if len(named) <= MOST_ITEMS:
            return shown
        return f"{shown} 等{len(named)}项" if lang == "zh" else f"{shown} … ({len(named)})"


def gathered(gaps: Iterable[MissingFigure]) -> list[Gathered]:
    """Gaps of one quantity, department, region and kind together, in the order of the guideline."""
    groups: dict[tuple[str, str, str, str, str], list[MissingFigure]] = {}
    for g in gaps:
        groups.setdefault((g.department, g.sector, g.quantity, g.region, g.kind), []).append(g)
    return [
        Gathered(members[0], tuple(dict.fromkeys(g.item for g in members)), tuple(sorted({g.year for g in members})))
        for members in groups.values()
    ]


def missing_figures(
    project: Project, edition: Edition, regions: Sequence[str] = (), years: Sequence[int] = (), lang: str = "zh"
) -> tuple[MissingFigure, ...]:
    """Figures that a complete inventory needs and the project does not have, in the order of the guideline.

    regions, years: those of the project by default. A notation key for a row, or for its whole category, answers the
    question. Where a quantity has figures for some of its rows only, the others are one gap, to be confirmed (not
    occurring, or forgotten?).
    """
    inputs: list[Datum | Notation] = [*project.data, *project.notations]
    regions = tuple(regions) or tuple(dict.fromkeys(x.region for x in inputs)) or ("",)
    years = tuple(years) or tuple(sorted(main_years(project))) or (2005, 2010)
    choices = {**{c.id: (c.default, "") for c in edition.declared.choices.values()}, **project.choices}
    needed = required_quantities(edition, choices)
    opened = _open_cells(project)
    feeds = Feeds(edition, choices)
    known = Known(project.data, project, project.notations, edition, feeds)
    cells = missing_cells(project.data, project, project.notations, edition, feeds)
    out: list[MissingFigure] = []
    for region in regions:
        result = plan(edition, region=region, years=years, lang=lang, project=_of_region(project, region))
        given = {(d.quantity, d.item, d.year) for d in project.data if d.region == region}
        given |= {(n.quantity, n.item, n.year) for n in project.row_notations if n.region == region}
        derived = {d.quantity for d in project.data if d.region == region and d.terms}
        begun = {(q, y) for q, _, y in given}
        missing: dict[tuple[str, int], list[tuple[RowPlan, str]]] = {}
        for row, where in _rows(result):
            if row.quantity not in needed or row.quantity in derived:
                continue
            for year in years:
                key = (row.quantity, row.item, year)
                if (
                    (row.spare and (row.quantity, year) in begun)
                    or key in given
                    or known.answers(region, year, row.quantity, row.item)
                ):
                    continue
                place = opened.get((region, *key)) or where.get(year, "")
                missing.setdefault((row.quantity, year), []).append((row, place))
        # rows that no form shows, and that have a figure in another year
        for cell in (c for c in cells if c.region == region and c.year in years):
            shown = {row.item for row, _ in missing.get((cell.quantity, cell.year), ())}
            declared = edition.declared.quantities.get(cell.quantity)
            if declared is not None and cell.item not in shown:
                row = RowPlan(cell.quantity, cell.item, usual_unit(edition, declared, dict(cell.item)), True)
                missing.setdefault((cell.quantity, cell.year), []).append((row, str(cell.origin)))
        for (name, year), rows in missing.items():
            out.extend(
                _gaps(edition, edition.declared.quantities[name], rows, region, year, (name, year) in begun, lang)
            )
    return tuple(out)


def _gaps(
    edition: Edition,
    quantity: Quantity,
    rows: list[tuple[RowPlan, str]],
    region: str,
    year: int,
    begun: bool,
    lang: str,
) -> list[MissingFigure]:
    sector = edition.label_of_category(_sector(quantity.category or "1", edition), lang)
    label = quantity.label.get(lang) or quantity.label["zh"]

    def gap(item: str, row: RowPlan, place: str) -> MissingFigure:
        return MissingFigure(
            KINDS[lang][begun],
            quantity.supplier,
            sector,
            label,
            item,
            region,
            year,
            row.unit,
            place,
            quantity.help.get(lang, ""),
        )

    first, first_place = rows[0]
    if first.spare:
        return [gap("×".join(lexicon(edition).label(k, lang) for k in quantity.all_keys), first, first_place)]
    items = ["，".join(v for _, v in row.item) for row, _ in rows]
    if begun and len(rows) > 1:
        return [gap("；".join(items[:40]) + ("…" if len(items) > 40 else ""), first, first_place)]
    return [gap(item, row, place) for item, (row, place) in zip(items, rows, strict=True)]


def _rows(result: TemplatePlan) -> Iterable[tuple[RowPlan, dict[int, str]]]:
    """Rows of a plan, each with the cell where its figure of a year goes; of a matrix its sheet."""
    for sheet in result.sheets:
        rows, crossed = matrices(sheet, result)
        at = {what: letters_of(i) for i, (what, _) in enumerate(columns_of(rows, result))}
        for i, row in enumerate(rows.rows, FIRST + 1):
            yield row, {y: f"{rows.title}!{at[f'year:{y}']}{i}" for y in rows.years}
        titles: dict[str, dict[int, str]] = {m.quantity.id: {} for m in crossed}
        for m in crossed:
            titles[m.quantity.id][m.year] = m.title
        for row in sheet.rows:
            if row.quantity in titles and row.spare:
                yield row, titles[row.quantity]


def _of_region(project: Project, region: str) -> Project:
    data = tuple(d for d in project.data if d.region == region)
    return Project(data, project.factors, tuple(n for n in project.notations if n.region == region), project.choices)


def missing_rows(
    project: Project, edition: Edition, region: str, years: Sequence[int]
) -> dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]]:
    """(quantity, item) of every row that lacks a figure, by department: what the letters ask for."""
    choices = {**{c.id: (c.default, "") for c in edition.declared.choices.values()}, **project.choices}
    needed = required_quantities(edition, choices)
    given = {(d.quantity, d.item, d.year) for d in project.data if d.region == region}
    given |= {(n.quantity, n.item, n.year) for n in project.row_notations if n.region == region}
    derived = {d.quantity for d in project.data if d.region == region and d.terms}
    known = Known(project.data, project, project.notations, edition, Feeds(edition, choices))
    out: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for sheet in plan(edition, region=region, years=years).sheets:
        for row in sheet.rows:
            declared = edition.declared.quantities.get(row.quantity)
            if declared is None or row.spare or row.quantity not in needed or row.quantity in derived:
                continue
            if any(
                (row.quantity, row.item, y) not in given and not known.answers(region, y, row.quantity, row.item)
                for y in years
            ):
                out.setdefault(department_of(declared.supplier) or WORDS["zh"]["unknown"], set()).add(
                    (row.quantity, row.item)
                )
    return out


def _open_cells(project: Project) -> dict[tuple[Any, ...], str]:
    return {(c.region, c.quantity, c.item, c.year): str(c.origin) for c in project.open_cells}


def _sector(category: str, edition: Edition) -> str:
    while category in edition.categories and edition.categories[category].parent:
        category = edition.categories[category].parent
    return category


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
    styles = Styles(book)
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
        for i, found in enumerate(others, 1):
            for column, text in enumerate((str(i), found.part("what", lang), found.part("fix", lang))):
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
        g, years = x.gap, ("、" if lang == "zh" else ", ").join(map(str, x.years))
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
