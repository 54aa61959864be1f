"""The 24 enterprise guidelines as the edition lists them: industry, parameter family, report family, and their source
lines."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.declarations import Method, Quantity
from ..core.edition import Edition
from ..core.names import near
from ..core.problems import InventoryError, problem
from ..edition import available, default, load, locate, manifest_of
from ..edition.parts import Appendix1Row, CategoryRow, IndustryRow, rows

LEDGER_QUANTITIES = frozenset(
    {  # these come from the monthly sheets, not from the sheet of process data
        "fuel_consumption",
        "fuel_measured",
        "aviation_fuel",
        "fuel_carbon_content",
        "coal_with_ash",
        "gas_with_composition",
        "fuel_part_fossil",
        "electricity_purchased",
        "electricity_sold",
        "heat_purchased",
        "heat_sold",
        "hot_water",
        "hot_water_temperature",
        "steam",
        "steam_enthalpy",
    }
)


@dataclass(frozen=True, slots=True)
class EmissionSource:
    """One source line. `sign` is + or - (deduction); `scope` direct, electricity or heat; `standing` that of its
    equation."""

    id: str
    label: str
    gases: tuple[str, ...]
    sign: str
    scope: str
    symbol: str
    standing: str
    label_en: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Industry:
    """A guideline of an edition. `family` is the table of default fuel parameters; `report_type` P (parameter type) or
    S (one table a source)."""

    code: str
    name: str
    name_en: str
    short: str
    year: int
    document: str
    family: str
    family_confirmed: bool
    report_type: str
    report_type_confirmed: bool
    sources: tuple[EmissionSource, ...]
    edition: Edition = field(repr=False)

    def source(self, scope_or_symbol: str) -> EmissionSource | None:
        """The source line of a scope (electricity, heat) or symbol (E_fuel, E_steam); None where the guideline has
        none."""
        return next((s for s in self.sources if scope_or_symbol in (s.symbol, s.scope)), None)

    @property
    def fuel_source(self) -> EmissionSource | None:
        return self.source("E_fuel") or self.source("E_fuel_1")


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A printed line of 附表1. `kind`: sum (of source lines), total, or direct (total without electricity and heat)."""

    label: str
    kind: str
    sources: tuple[str, ...]
    standing: str
    label_en: str = ""

    @property
    def labels(self) -> Mapping[str, str]:
        return {"zh": self.label, "en": self.label_en}


TOTALS_EN = {"total": "Total emissions", "direct": "Total without purchased electricity and heat"}


@functools.cache
def default_edition() -> Edition:
    """The guidelines of 2013-2015, as they were when first asked for in this process."""
    return load(default("enterprise"))


@functools.cache
def _in_force() -> tuple[tuple[str, int, str], ...]:
    """(industry, first year, edition) of the later regimes, as their manifests say, in the order of years."""
    manifests = (manifest_of(locate(name)) for name in available("enterprise"))
    return tuple(sorted(((i, y, m.id) for m in manifests for i, y in m.in_force.items()), key=lambda x: x[1]))


def edition_for(industry: str, year: int) -> Edition:
    """The guidelines that hold for an industry's report of a year: those of 2013-2015, or the later regime where one is
    held."""
    try:
        code = find(industry, default_edition()).code
    except InventoryError:
        return default_edition()
    later = [name for industry, first, name in _in_force() if industry == code and year >= first]
    return (edition_named(later[-1]) or default_edition()) if later else default_edition()


@functools.cache
def edition_named(name: str) -> Edition | None:
    """An enterprise edition by its id, as a filed report names it; None for another."""
    return load(name) if name in available("enterprise") else None


@functools.lru_cache(maxsize=256)
def report_lines(industry: Industry) -> tuple[ReportLine, ...]:
    """The lines of an industry's 附表1 in printed order."""
    english = {s.id: s.label_en for s in industry.sources}
    return tuple(
        ReportLine(
            r.label,
            r.kind,
            r.sources,
            r.standing,
            TOTALS_EN.get(r.kind) or " + ".join(english.get(s, s) for s in r.sources),
        )
        for r in rows(industry.edition, Appendix1Row)
        if r.industry == industry.code
    )


def industries(edition: Edition) -> Mapping[str, Industry]:
    """All guidelines of an edition by code, in order."""
    return edition.derived(_industries)


def _industries(edition: Edition) -> dict[str, Industry]:
    lines: dict[str, list[EmissionSource]] = {}
    for c in rows(edition, CategoryRow):
        if c.parent:
            lines.setdefault(c.parent, []).append(
                EmissionSource(c.id, c.label_zh, c.gases, c.sign, c.scope, c.symbol, c.standing, c.label_en)
            )
    return {
        r.code: Industry(
            r.code,
            r.name_zh,
            r.name_en,
            r.short,
            r.year,
            r.document,
            r.family,
            r.family_confirmed,
            r.report_type,
            r.report_type_confirmed,
            tuple(lines[r.code]),
            edition,
        )
        for r in rows(edition, IndustryRow)
    }


def find(name: str, edition: Edition) -> Industry:
    """An industry by code (`8` or `08`), short or full name. Raises `InventoryError` naming those that look like it."""
    wanted = name.strip()
    known = industries(edition)
    code = wanted.zfill(2) if wanted.isdigit() else wanted
    if code in known:
        return known[code]
    exact = [i for i in known.values() if wanted in (i.short, i.name, i.name_en)]
    part = [i for i in known.values() if wanted and (wanted in i.name or (i.short in wanted))]
    for alike in (exact, part):
        if len(alike) == 1:
            return alike[0]
    candidates = "、".join(f"{i.code} {i.short}" for i in (part or known.values()))
    raise InventoryError(
        [
            problem(
                "enterprise.unknown_industry",
                industry=name,
                known=candidates if part else near(wanted, [i.short for i in known.values()], 24),
            )
        ]
    )


def methods_of(source: str, edition: Edition) -> tuple[Method, ...]:
    """The methods that compute a source line."""
    return edition.derived(_methods).get(source, ())


def _methods(edition: Edition) -> dict[str, tuple[Method, ...]]:
    methods: dict[str, tuple[Method, ...]] = {}
    for m in edition.declared.methods.values():
        for source in sorted(_sources_of(m, edition)):
            methods[source] = (*methods.get(source, ()), m)
    return methods


def entered_under(m: Method, source: str, edition: Edition) -> str:
    """The source line under which a method's data are entered: the flare's own (13-05) for the CH4 that is reported as
    13-07, else the same."""
    last = next((s.category for s in reversed(m.steps) if s.gas), "")
    if last.startswith("@category."):
        attribute = last.partition(".")[2]
        return next(
            (w.value for w in edition.vocabulary["category"].values() if w.attributes.get(attribute) == source), source
        )
    return source


def _sources_of(m: Method, edition: Edition) -> set[str]:
    declared, sources = edition.declared, set()
    for step in m.steps:
        if step.category.startswith("@"):
            key, _, attribute = step.category[1:].partition(".")
            sources |= {w.attributes.get(attribute, "") for w in edition.vocabulary[key].values()}
        elif step.category == "category":
            for a in m.activity:
                values = declared.quantities[a.quantity].key_values.get("category", ())
                sources |= set(a.where.get("category", values))
        else:
            sources.add(step.category)
    return sources


@functools.lru_cache(maxsize=128)
def quantities_of(industry: Industry) -> tuple[tuple[str, Quantity], ...]:
    """(source line, quantity) of everything an enterprise of this industry enters on the sheet of process data, in
    declared order."""
    mine = {s.id for s in industry.sources}
    return tuple(
        (place, quantity)
        for quantity in industry.edition.declared.quantities.values()
        if quantity.id not in LEDGER_QUANTITIES
        for place in quantity.key_values.get("category", (quantity.category,))
        if place in mine
    )
