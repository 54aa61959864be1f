"""Indicators of the low-carbon pilots: emissions per head against income per head, four quadrants divided by the
national figures.

Data: `factors/policy/pilots.csv` (2010; population, GDP, GDP per head, CO2 per head as printed in the study of 2013)
and `pilot_targets.csv` (their own targets, tables 3 to 16, with the study's slips noted). A region counts as high when
it is above the nation. Emission per GDP is derived from the two printed ratios. A project's own region is placed by its
population, its GDP at current prices and its CO2 of energy of the year; the thresholds stay those of the table's nation
unless the project has the nation itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..charts.quadrant import Point, QuadrantChart
from ..core import units
from ..core.edition import Edition
from ..core.problems import InventoryError, problem
from ..edition import default, load
from ..edition.parts import PilotRow, rows
from ..levels.project import LevelsProject
from ..texts import SEMICOLON
from .data import Assessed
from .published import pilot_targets
from .words import PolicyWords

NATION = "全国"
QUADRANTS = {(True, False): "high_low", (True, True): "high_high", (False, True): "low_high", (False, False): "low_low"}


@dataclass(frozen=True, slots=True)
class Pilot:
    """One region: population in 10^4, GDP in 10^8 yuan, GDP per head in yuan, CO2 per head in t; `batch` 0 is no
    pilot (the nation, or a region of the project)."""

    region: str
    batch: int
    year: int
    population_wan: float
    gdp_yi_yuan: float
    gdp_per_head_yuan: float
    co2_per_head_t: float
    standing: str
    source: str

    @property
    def co2_per_gdp(self) -> float:
        """t CO2 per 10^4 yuan."""
        return self.co2_per_head_t / self.gdp_per_head_yuan * 1e4


@dataclass(frozen=True, slots=True)
class Placed:
    pilot: Pilot
    high_income: bool
    high_emission: bool
    income_ratio: float  # to the nation
    emission_ratio: float

    @property
    def quadrant(self) -> str:
        """Its name in the texts."""
        return QUADRANTS[(self.high_income, self.high_emission)]


def pilots(edition: Edition | None = None) -> tuple[Pilot, ...]:
    """The table `pilots` of the assessment's edition, in its own order, as far as it has figures; give an edition of
    your own for another."""
    return tuple(
        Pilot(r.region, r.batch, r.year, *figures, r.standing, r.source)
        for r in rows(edition or load(default("assessment")), PilotRow)
        if (figures := _figures(r)) is not None
    )


def _figures(r: PilotRow) -> tuple[float, float, float, float] | None:
    matching = (r.population_wan, r.gdp_yi_yuan, r.gdp_per_capita_yuan, r.co2_per_capita_t)
    known = [f for f in matching if f is not None]
    return (known[0], known[1], known[2], known[3]) if len(known) == len(matching) else None


def without_figures(edition: Edition | None = None) -> tuple[str, ...]:
    """Pilots that the study lists without figures."""
    return tuple(r.region for r in rows(edition or load(default("assessment")), PilotRow) if _figures(r) is None)


def own_points(levels: LevelsProject, assessed: Assessed, regions: Iterable[str], year: int) -> tuple[Pilot, ...]:
    """Regions of a project as rows of the same kind. Raises `InventoryError` naming every figure that is lacking: the
    population, GDP at current prices, CO2 of energy."""
    refused, out = [], []
    for region in regions:
        heads = _amount(levels, region, year, "resident_population", "万人")
        product = _amount(levels, region, year, "gdp", "亿元", str(year))
        co2 = assessed.co2(region).get(year)
        named = {"常住人口": heads, f"{year} 年价 GDP": product, "考核口径能源活动 CO2": co2}
        missing = [label for label, value in named.items() if not value]
        if missing or not heads or not product or not co2:
            refused.append(problem("targets.pilot_figures", region=region, year=year, missing="、".join(missing)))
            continue
        out.append(Pilot(region, 0, year, heads, product, product / heads * 1e4, co2 / heads, "own", ""))
    if refused:
        raise InventoryError(refused)
    return tuple(out)


def _amount(
    levels: LevelsProject, region: str, year: int, quantity: str, unit: str, price_year: str = ""
) -> float | None:
    matching = [
        units.scaled(d.value, units.ratio(d.unit, unit))
        for d in levels.project.data
        if (d.region, d.year, d.quantity) == (region, year, quantity)
        and dict(d.item).get("price_year", "") == price_year
    ]
    return matching[0] if len(matching) == 1 else None


def placed(rows: tuple[Pilot, ...]) -> tuple[Placed, ...]:
    """Each region in its quadrant, compared with the nation's row. Raises ValueError when that row is lacking."""
    nation = _nation(rows)
    return tuple(
        Placed(
            r,
            r.gdp_per_head_yuan > nation.gdp_per_head_yuan,
            r.co2_per_head_t > nation.co2_per_head_t,
            r.gdp_per_head_yuan / nation.gdp_per_head_yuan,
            r.co2_per_head_t / nation.co2_per_head_t,
        )
        for r in rows
        if r.region != NATION
    )


def _nation(rows: tuple[Pilot, ...]) -> Pilot:
    """The nation's row: the last one, so that a project's own stands before the table's."""
    matching = [r for r in rows if r.region == NATION]
    if not matching:
        raise ValueError("the table has no row of the nation to compare with")
    return matching[-1]


def table(rows: tuple[Pilot, ...], lang: str = "zh") -> list[str]:
    """The quadrants and the figures as text; pilots without figures are named at the end."""
    t, out = PolicyWords(lang), []
    for name in QUADRANTS.values():
        matching = [p for p in placed(rows) if p.quadrant == name]
        out.append(t("pilots.head", label=t(f"pilots.{name}"), n=len(matching)))
        out.extend(_line(p, t) for p in sorted(matching, key=lambda p: (p.pilot.batch, -p.pilot.gdp_per_head_yuan)))
    out.append(t("pilots.empty", names=t.listed(without_figures())))
    out.append(t("pilots.nation", year=_nation(rows).year))
    return out


def _line(p: Placed, t: PolicyWords) -> str:
    r = p.pilot
    return t(
        "pilots.line",
        region=r.region,
        what=t("pilots.batch", n=r.batch) if r.batch else t("pilots.own", year=r.year),
        income=r.gdp_per_head_yuan,
        income_ratio=p.income_ratio,
        co2=r.co2_per_head_t,
        emission_ratio=p.emission_ratio,
        per_gdp=r.co2_per_gdp,
    )


def target_lines(lang: str = "zh") -> Iterator[str]:
    """The pilots' own targets as printed, with the notes on the source's slips."""
    last = ""
    for r in pilot_targets():
        if r.pilot != last:
            yield r.pilot
            last = r.pilot
        note = f"{SEMICOLON[lang]}{r.note}" if r.note else ""
        yield f"  {r.table} {r.label} {r.year}：{r.printed} {r.unit}（{r.standing}{note}）"


def quadrant_chart(rows: tuple[Pilot, ...], lang: str = "zh") -> QuadrantChart:
    """Income per head (10^4 yuan) against CO2 per head (t), divided by the nation's figures; regions of the project
    stand out as a group of their own."""
    nation = _nation(rows)
    t = PolicyWords(lang)
    batches = sorted({r.batch for r in rows if r.region != NATION}, key=lambda b: (b == 0, b))
    points = tuple(
        Point(p.pilot.region, p.pilot.gdp_per_head_yuan / 1e4, p.pilot.co2_per_head_t, batches.index(p.pilot.batch))
        for p in placed(rows)
    )
    corners = tuple(t(f"pilots.{name}") for name in ("low_low", "high_low", "low_high", "high_high"))
    own = next((r.year for r in rows if not r.batch and r.region != NATION), nation.year)
    return QuadrantChart(
        t("pilots.chart", year=nation.year),
        t("pilots.chart_income"),
        t("pilots.chart_co2"),
        points,
        nation.gdp_per_head_yuan / 1e4,
        nation.co2_per_head_t,
        (corners[0], corners[1], corners[2], corners[3]),
        tuple(t("pilots.chart_batch", n=b) if b else t("pilots.chart_own", year=own) for b in batches),
    )
