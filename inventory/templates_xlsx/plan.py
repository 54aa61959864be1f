"""What a fill-in workbook holds, before anything is drawn: sheets in the guideline's order, rows for every key
combination, what is known already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.activity import MEASURED, Datum, Notation, Project, UserFactor
from ..core.declarations import Method, Quantity
from ..core.edition import Edition
from ..core.problems import InventoryError, problem
from ..core.subjects import MEASURED_QUANTITY
from ..forms.form import Form
from ..reading.lexicon import Lexicon, lexicon
from ..reading.rows import RowNotation
from ..reading.to_correct import UnreadRow
from ..sheets.english import Dictionary, dictionary, tab_of
from .plan_rows import SMALL, RowPlan, filled_rows, rows_of


@dataclass(frozen=True)
class SheetPlan:
    """One sheet: its title, the keys that are columns (none: one column 分项), and the rows, quantity by quantity."""

    title: str
    sector: str
    reference: str
    quantities: tuple[Quantity, ...]
    keys: tuple[str, ...]
    with_item: bool
    rows: tuple[RowPlan, ...]
    years: tuple[int, ...] = ()

    @property
    def required_cells(self) -> int:
        return sum(1 for r in self.rows if r.required and not r.spare)


@dataclass(frozen=True)
class Last:
    """What the last filing said of a row: figure (in the unit it was given in), year, source."""

    value: float
    unit: str
    year: int
    source: str


@dataclass(frozen=True, slots=True)
class MissingFactor:
    """A factor that a compilation asks for: as a row of own factors without a figure; `label` says in words what it
    is."""

    parameter: str
    keys: str
    gas: str
    unit: str
    label: str


@dataclass(frozen=True)
class SideSheet:
    """A table of plain rows behind the data: its form, and rows that are known already."""

    form: Form
    rows: tuple[Mapping[str, str | float | None], ...] = ()


@dataclass(frozen=True)
class TemplatePlan:
    """A whole workbook."""

    edition: Edition
    region: str
    regions: tuple[str, ...]
    years: tuple[int, ...]
    lang: str
    sheets: tuple[SheetPlan, ...]
    notations: tuple[Notation, ...]
    factors: tuple[UserFactor, ...]
    choices: Mapping[str, tuple[str, str]]
    base_years: tuple[int, ...] = ()
    letter: tuple[str, ...] = ()  # lines of a letter that goes with the sheets
    # last filing beside each cell: a proposal, never data
    last: Mapping[tuple[str, tuple[tuple[str, str], ...]], Last] = field(default_factory=dict)
    # own factors and choices of the last filing, to be confirmed
    proposals: tuple[tuple[UserFactor, ...], Mapping[str, tuple[str, str]]] | None = None
    unread: tuple[UnreadRow, ...] = ()  # rows of a faulty project that are in no table, as typed
    sources: tuple[tuple[str, str], ...] = ()  # (SHA-256, name) of the files that a complete template was filled from
    requires_table: bool = False  # of a department: the form of the balance table goes with it
    bare: bool = False  # data sheets only (and the shares of the balance table, where asked for)
    missing: tuple[MissingFactor, ...] = ()  # factors to be given
    balance_tables: bool = True  # print the balance tables as forms, with their corrections
    annexes: tuple[TemplatePlan, ...] = ()  # sheets of other editions in the same workbook, behind the own ones
    side_forms: tuple[SideSheet, ...] = ()  # further tables of plain rows, behind everything else
    statements: tuple[str, ...] | None = (
        None  # which sheets of statements are printed, by the name of the form; None: all
    )
    to_service: bool = False  # goes back to the reporting service, whose people have no command line
    purpose: str = ""  # what the workbook is for, where it is no form of the inventory: chooses title and instructions

    @property
    def words(self) -> Lexicon:
        return lexicon(self.edition)

    @property
    def english(self) -> Dictionary | None:
        """The English of the words of the form; None for one in Chinese."""
        return dictionary(self.edition) if self.lang == "en" else None

    @property
    def with_region_column(self) -> bool:
        return len(self.regions) > 1


def plan(
    edition: Edition,
    sectors: Sequence[str] = (),
    region: str = "",
    years: Sequence[int] = (),
    lang: str = "zh",
    project: Project | None = None,
) -> TemplatePlan:
    """The plan of a template for some sectors (all by default), one region and some years; `project` fills in what is
    known.

    years: by default the inventory years of the project, else 2005 and 2010. A sheet has columns for further years that
    its data have.

    Raises `InventoryError` for an unknown sector or region.
    """
    words = lexicon(edition)
    chosen = tuple(sorted({_sector(edition, s) for s in sectors})) or tuple(edition.sectors.values())
    if region and words.region(region) is None:
        raise InventoryError(
            [problem("template.region", found=region, near="、".join(list(edition.vocabulary.get("region", {}))[:6]))]
        )
    region = words.region(region) or "" if region else ""
    known = project or Project()
    # what comes of the balance tables stays derived: the tables themselves are sheets of the template
    with_tables = known.balance is not None
    data = [d for d in known.data if (not region or d.region == region) and not (with_tables and d.terms)]
    rows = [r for r in known.row_notations if not region or r.region == region]
    sources: list[Datum | RowNotation | Notation] = [*data, *rows, *known.notations]
    regions = tuple(dict.fromkeys(x.region for x in sources if not region or x.region == region))
    if len(regions) == 1 and not region:
        region = regions[0]
    base = sorted(years) or sorted(main_years(known)) or [2005, 2010]
    filled = filled_rows(edition, data, rows)
    sheets: list[SheetPlan] = []
    for sector in chosen:
        sheets.extend(_sector_sheets(edition, words, sector, filled, base))
    measured = [
        d for d in data if d.quantity == MEASURED and edition.sector_of(dict(d.item).get("category", "")) in chosen
    ]
    sheets.append(_measured_sheet(edition, measured))
    notations = _notations_of(known, edition, chosen, region)
    all_years = tuple(sorted({*base, *(n.year for n in notations)}))
    return TemplatePlan(
        edition,
        region,
        regions,
        all_years,
        lang,
        tuple(_with_years(_titled(s, edition, lang), base) for s in sheets),
        notations,
        known.factors,
        known.choices,
        tuple(base),
    )


def _notations_of(known: Project, edition: Edition, sectors: Sequence[str], region: str) -> tuple[Notation, ...]:
    """Keys for categories of these sectors, without those that a row of a sheet has already."""
    used = {c for s in sectors for c in edition.descendants(s)}
    used |= {c for c in edition.categories if edition.sector_of(c) in sectors}
    derived = {r.origin for r in known.row_notations if not region or r.region == region}
    here = (n for n in known.notations if n.category in used and (not region or n.region == region))
    return tuple(n for n in here if n.origin not in derived)


def _titled(sheet: SheetPlan, edition: Edition, lang: str) -> SheetPlan:
    return sheet if lang == "zh" else replace(sheet, title=sheet_title(tab_of(sheet.title, dictionary(edition))))


def last_figures(project: Project, region: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], Last]:
    """The latest figure of every row of a project; what comes of the balance table is left out (the new table gives
    it)."""
    result: dict[tuple[str, tuple[tuple[str, str], ...]], Last] = {}
    for d in sorted(project.data, key=lambda d: d.year):
        if d.region == region and not d.terms:
            result[d.quantity, d.item] = Last(d.value, d.unit, d.year, d.source)
    return result


def main_years(project: Project) -> set[int]:
    """Years that carry a real share of the data: a lone survey year does not ask for a whole inventory."""
    counts: dict[int, int] = {}
    for d in project.data:
        counts[d.year] = counts.get(d.year, 0) + 1
    most = max(counts.values(), default=0)
    return {y for y, n in counts.items() if n * 5 >= most} | {n.year for n in project.notations}


def _with_years(sheet: SheetPlan, base: Sequence[int]) -> SheetPlan:
    return replace(sheet, years=tuple(sorted({*base, *(y for r in sheet.rows for y in (*r.figures, *r.notations))})))


def _sector(edition: Edition, name: str) -> str:
    sectors = edition.sectors
    by_name = {**sectors, **{v: v for v in sectors.values()}}
    by_name.update({edition.label_of_category(c): c for c in sectors.values()})
    if name.strip() not in by_name:
        raise InventoryError([problem("template.sector", found=name, near="、".join(sectors))])
    return by_name[name.strip()]


def _home(edition: Edition, quantity: Quantity) -> str:
    return edition.sector_of(quantity.category or next(iter(quantity.key_values.get("category", ())), ""))


def _title_of(edition: Edition, quantity: Quantity) -> tuple[str, str]:
    """Name of the table a quantity stands in, and the chapter: those of the first method that uses it, best one of the
    quantity's own category."""
    users = [m for m in edition.declared.methods.values() if any(a.quantity == quantity.id for a in m.activity)]
    users.sort(key=lambda m: (bool(m.supersedes), not _computes(edition, m, quantity.category)))
    if quantity.sheet:
        return quantity.sheet, users[0].reference if users else ""
    if users:
        return users[0].sheet, users[0].reference
    return re.sub(r"[（(].*", "", quantity.label["zh"])[:2] + "补充数据", ""


def _computes(edition: Edition, method: Method, category: str) -> bool:
    """Whether a step of the method lands in this category or below it."""
    if not category:
        return False
    inside = edition.descendants(category)
    for step in method.steps:
        key, _, attribute = step.category.lstrip("@").partition(".")
        if step.category in inside or (
            step.category.startswith("@")
            and any(w.attributes.get(attribute) in inside for w in edition.vocabulary.get(key, {}).values())
        ):
            return True
    return False


def sheet_title(text: str) -> str:
    """A name that a sheet may have."""
    return re.sub(r"[\[\]:*?/\\]", "·", text)[:31]


def _sector_sheets(
    edition: Edition, words: Lexicon, sector: str, filled: Mapping[str, list[RowPlan]], years: Sequence[int]
) -> list[SheetPlan]:
    tables: dict[str, list[tuple[Quantity, list[RowPlan]]]] = {}
    references: dict[str, str] = {}
    for quantity in edition.declared.quantities.values():
        if _home(edition, quantity) != sector:
            continue
        title, reference = _title_of(edition, quantity)
        references.setdefault(title, reference)
        tables.setdefault(title, []).append(
            (quantity, rows_of(edition, words, quantity, filled.get(quantity.id, []), years))
        )
    groups: list[list[str]] = []
    for title, members in tables.items():
        small = sum(len(rows) for _, rows in members) <= SMALL
        if groups and small and _all_small(groups[-1], tables):
            groups[-1].append(title)
        else:
            groups.append([title])
    return [_sheet(edition, sector, group, tables, references, len(groups)) for group in groups]


def _all_small(group: Iterable[str], tables: Mapping[str, list[tuple[Quantity, list[RowPlan]]]]) -> bool:
    return all(sum(len(rows) for _, rows in tables[title]) <= SMALL for title in group)


def _sheet(
    edition: Edition,
    sector: str,
    group: list[str],
    tables: Mapping[str, list[tuple[Quantity, list[RowPlan]]]],
    references: Mapping[str, str],
    count: int,
) -> SheetPlan:
    members = [m for title in group for m in tables[title]]
    quantities = tuple(q for q, _ in members)
    keys = tuple(dict.fromkeys(k for q in quantities for k in q.all_keys))
    with_item = len(keys) > 2 and all(len(q.all_keys) <= 1 for q in quantities)
    if len(group) == 1:
        title = group[0]
    elif count == 1:
        title = edition.label_of_category(sector)
    else:
        title = "、".join(group) if len("、".join(group)) <= 20 else f"{group[0]}等{len(group)}项"
    chapters = tuple(dict.fromkeys(references[t] for t in group if references[t]))
    if len(chapters) > 1:
        chapters = tuple(dict.fromkeys(c.partition("：")[0] for c in chapters))
    return SheetPlan(
        sheet_title(title),
        sector,
        "；".join(chapters),
        quantities,
        () if with_item else keys,
        with_item,
        tuple(r for _, rows in members for r in rows),
    )


def _measured_sheet(edition: Edition, data: list[Datum]) -> SheetPlan:
    rows = [r for group in filled_rows(edition, data, []).values() for r in group]
    spare = [RowPlan(MEASURED, (), "t", False, spare=True) for _ in range(12)]
    return SheetPlan("实测排放量", "", "", (MEASURED_QUANTITY,), ("category", "gas"), False, (*rows, *spare))
