"""What is still missing for a complete inventory (数据缺口): by department, with the cell of the template where it
goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..core.activity import Datum, Notation, Project
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.feeds import Feeds
from ..core.problems import Collector
from ..core.required_cells import Known, missing_cells
from ..data_availability import LEVEL
from ..energy_balance.rules import read_rules
from ..energy_balance.table import read_layout
from ..reading.lexicon import lexicon
from ..reading.needs import required_quantities, usual_unit
from ..sheets.address import letters
from ..sheets.english import dictionary, english_unit, plain_punctuation
from ..texts import LIST
from .departments import department_of
from .matrix import matrices
from .plan import TemplatePlan, main_years, plan
from .plan_rows import RowPlan
from .table import columns_of
from .table_checks import FIRST
from .texts import text as form_text

KINDS = {
    "zh": {False: "缺数", True: "部分未填，请确认"},
    "en": {False: "missing", True: "partly filled, to be confirmed"},
}
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


AS_LISTED = {"zh": "照统计列出的各项填，没有列的空着", "en": "the items that the statistics list, others blank"}
BALANCE = {
    "zh": (
        "地区能源平衡表（实物量）",
        "各品种印出的单位",
        "把年鉴印出的表粘贴到“能源平衡表”表，或把原表文件放进项目文件夹；燃料、非能源利用、电力都由它推得",
    ),
    "en": (
        "Energy balance table of the region (physical quantities)",
        "as printed by fuel",
        "Paste the yearbook's table into the sheet 能源平衡表, or put its file into the folder; fuels, non-energy "
        "use and electricity come of it",
    ),
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


def readable_gap(gap: MissingFigure, edition: Edition, lang: str) -> MissingFigure:
    """The gap as a reader of the language sees it on a screen: keys, region and unit are words of the edition."""
    if lang != "en":
        return gap
    words = dictionary(edition)
    return replace(
        gap,
        item=plain_punctuation(words.within(gap.item)),
        region=words.within(gap.region),
        unit=english_unit(gap.unit),
        supplier=department_of(gap.supplier, lang),
    )


@dataclass(frozen=True)
class Gathered:
    """What a colleague would list: one quantity of a department with the items and years it lacks."""

    gap: MissingFigure
    items: tuple[str, ...]
    years: tuple[int, ...]

    def item_text(self, lang: str) -> str:
        named = [x for x in self.items if x]
        shown = LIST[lang].join(named[:MOST_ITEMS])
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
        of_table = wanted_of_table(project, edition, region)
        out += _table_gaps(edition, region, years, lang) if of_table else []
        begun = {(q, y) for q, _, y in given}
        missing: dict[tuple[str, int], list[tuple[RowPlan, str]]] = {}
        for row, where in _rows(result):
            if row.quantity not in needed or row.quantity in derived or row.quantity in of_table or row.folded:
                continue
            listed = edition.declared.quantities[row.quantity].as_listed
            if not concerns(edition.declared.quantities[row.quantity], region, edition):
                continue
            for year in years:
                key = (row.quantity, row.item, year)
                if (
                    ((row.spare or listed) and (row.quantity, year) in begun)
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
            asked = _Requested(edition, edition.declared.quantities[name], region, year, lang)
            out.extend(asked.gaps(rows, (name, year) in begun))
    return tuple(out)


def concerns(quantity: Quantity, region: str, edition: Edition) -> bool:
    """Whether a region of this level is asked for the quantity at all."""
    word = edition.word("region", region)
    province = word is None or word.attributes.get(LEVEL, "省级") == "省级"
    return not (quantity.below_province and province)


def wanted_of_table(project: Project, edition: Edition, region: str) -> frozenset[str]:
    """Quantities that the balance table of a region gives, where neither the table is there yet nor one of them is
    entered: what is asked for is then the table."""
    quantities = edition.derived(_quantities_of_table)
    return (
        frozenset()
        if any(d.region == region and (d.terms or d.quantity in quantities) for d in project.data)
        else quantities
    )


def _quantities_of_table(edition: Edition) -> frozenset[str]:
    layout = edition.derived(read_layout)
    if not layout.rows:
        return frozenset()
    return frozenset(r.quantity for r in read_rules(edition, layout, (), Collector()).rules if r.quantity)


def _table_gaps(edition: Edition, region: str, years: Sequence[int], lang: str) -> list[MissingFigure]:
    words = BALANCE[lang]
    sector = edition.label_of_category(next(iter(edition.categories)), lang)
    return [
        MissingFigure(
            KINDS[lang][False],
            "统计局",
            sector,
            words[0],
            "",
            region,
            y,
            words[1],
            f"{form_text('balance', lang, year=str(y))}!B7",
            words[2],
        )
        for y in years
    ]


@dataclass(frozen=True, slots=True)
class _Requested:
    """A quantity that is asked of a region and year, in one language."""

    edition: Edition
    quantity: Quantity
    region: str
    year: int
    lang: str

    def gaps(self, rows: list[tuple[RowPlan, str]], begun: bool) -> list[MissingFigure]:
        """The rows (with the cell where each goes) that lack a figure; one gap for all where the quantity is partly filled
        (`begun`)."""
        edition, quantity, lang = self.edition, self.quantity, self.lang
        sector = edition.label_of_category(edition.sector_of(quantity.category), lang)
        label = quantity.label.get(lang) or quantity.label["zh"]

        def gap(item: str, row: RowPlan, place: str) -> MissingFigure:
            return MissingFigure(
                KINDS[lang][begun],
                quantity.supplier,
                sector,
                label,
                item,
                self.region,
                self.year,
                row.unit,
                place,
                quantity.help.get(lang, ""),
            )

        first, first_place = rows[0]
        if quantity.as_listed:
            return [gap(AS_LISTED[lang], first, first_place)]
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
        at = {what: letters(i) for i, (what, _) in enumerate(columns_of(rows, result))}
        for i, row in enumerate(rows.rows, FIRST + 1):
            yield row, {y: f"{rows.title}!{at[f'year:{y}']}{i}" for y in rows.years}
        titles: dict[str, dict[int, str]] = {m.quantity.id: {} for m in crossed}
        for m in crossed:
            titles[m.quantity.id][m.year] = m.title
        kept = {id(r) for r in rows.rows}
        for row in sheet.rows:
            if row.quantity in titles and id(row) not in kept:
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
    begun = {(q, y) for q, _, y in given}
    of_table = wanted_of_table(project, edition, region)
    known = Known(project.data, project, project.notations, edition, Feeds(edition, choices))
    out: dict[str, set[tuple[str, tuple[tuple[str, str], ...]]]] = {}
    for sheet in plan(edition, region=region, years=years).sheets:
        for row in sheet.rows:
            declared = edition.declared.quantities.get(row.quantity)
            if declared is None or row.spare or row.folded or row.quantity not in needed:
                continue
            if not concerns(declared, region, edition):
                continue
            if row.quantity in derived or row.quantity in of_table:
                continue
            if any(
                (row.quantity, row.item, y) not in given
                and not (declared.as_listed and (row.quantity, y) in begun)
                and not known.answers(region, y, row.quantity, row.item)
                for y in years
            ):
                out.setdefault(department_of(declared.supplier) or WORDS["zh"]["unknown"], set()).add(
                    (row.quantity, row.item)
                )
    return out


def _open_cells(project: Project) -> dict[tuple[Any, ...], str]:
    return {(c.region, c.quantity, c.item, c.year): str(c.origin) for c in project.open_cells}
