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
from .data import Assessed
from .published import pilot_targets

NATION = "全国"
QUADRANTS = {
    (True, False): {"zh": "高收入、低排放", "en": "high income, low emission"},
    (True, True): {"zh": "高收入、高排放", "en": "high income, high emission"},
    (False, True): {"zh": "低收入、高排放", "en": "low income, high emission"},
    (False, False): {"zh": "低收入、低排放", "en": "low income, low emission"},
}


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
    def label(self) -> dict[str, str]:
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


def by_quadrant(rows: tuple[Pilot, ...], batch: int | None = None) -> dict[str, list[str]]:
    """Names by quadrant (Chinese label), in the table's order; one batch or all."""
    out: dict[str, list[str]] = {label["zh"]: [] for label in QUADRANTS.values()}
    for p in placed(rows):
        if batch is None or p.pilot.batch == batch:
            out[p.label["zh"]].append(p.pilot.region)
    return out


def table(rows: tuple[Pilot, ...], lang: str = "zh") -> list[str]:
    """The quadrants and the figures as text; pilots without figures are named at the end."""
    out = []
    for (income, emission), label in QUADRANTS.items():
        matching = [p for p in placed(rows) if (p.high_income, p.high_emission) == (income, emission)]
        out.append(f"{label[lang]}（{len(matching)}）" if lang == "zh" else f"{label[lang]} ({len(matching)})")
        out.extend(_line(p, lang) for p in sorted(matching, key=lambda p: (p.pilot.batch, -p.pilot.gdp_per_head_yuan)))
    empty = without_figures()
    nation = _nation(rows)
    if lang == "zh":
        out.append(f"没有数值的试点（研究报告表中空白）：{'、'.join(empty)}")
        out.append(f"象限以全国 {nation.year} 年的数值划分。")
    else:
        out.append(f"pilots without figures in the study: {', '.join(empty)}")
        out.append(f"quadrants divided by the nation's figures of {nation.year}.")
    return out


def _line(p: Placed, lang: str) -> str:
    r = p.pilot
    if lang == "zh":
        what = f"第{r.batch}批" if r.batch else f"本项目 {r.year}"
        return (
            f"  {r.region}（{what}）：人均GDP {r.gdp_per_head_yuan:,.0f} 元（全国的 {p.income_ratio:.2f} "
            f"倍），人均CO2 {r.co2_per_head_t:.3g} t（{p.emission_ratio:.2f} 倍），单位GDP {r.co2_per_gdp:.2f} t/万元"
        )
    what = f"batch {r.batch}" if r.batch else f"this project, {r.year}"
    return (
        f"  {r.region} ({what}): GDP per head {r.gdp_per_head_yuan:,.0f} yuan ({p.income_ratio:.2f} x the nation), "
        f"CO2 per head {r.co2_per_head_t:.3g} t ({p.emission_ratio:.2f} x), {r.co2_per_gdp:.2f} t per 10^4 yuan"
    )


def target_lines(region: str = "", lang: str = "zh") -> Iterator[str]:
    """The pilots' own targets as printed, of one pilot or all, with the notes on the source's slips."""
    last = ""
    for r in pilot_targets():
        if region and r.pilot != region:
            continue
        if r.pilot != last:
            yield r.pilot
            last = r.pilot
        note = (f"；{r.note}" if lang == "zh" else f"; {r.note}") if r.note else ""
        yield f"  {r.table} {r.label} {r.year}：{r.printed} {r.unit}（{r.standing}{note}）"


def quadrant_chart(rows: tuple[Pilot, ...], lang: str = "zh") -> QuadrantChart:
    """Income per head (10^4 yuan) against CO2 per head (t), divided by the nation's figures; regions of the project
    stand out as a group of their own."""
    nation = _nation(rows)
    zh = lang == "zh"
    batches = sorted({r.batch for r in rows if r.region != NATION}, key=lambda b: (b == 0, b))
    points = tuple(
        Point(p.pilot.region, p.pilot.gdp_per_head_yuan / 1e4, p.pilot.co2_per_head_t, batches.index(p.pilot.batch))
        for p in placed(rows)
    )
    corners = tuple(QUADRANTS[key][lang] for key in ((False, False), (True, False), (False, True), (True, True)))
    own = next((r.year for r in rows if not r.batch and r.region != NATION), nation.year)
    names = {0: f"本项目（{own}年）" if zh else f"this project ({own})"}
    return QuadrantChart(
        f"{nation.year}年低碳试点：收入与排放" if zh else f"Low-carbon pilots {nation.year}: income and emission",
        "人均GDP（万元）" if zh else "GDP per head (10^4 yuan)",
        "人均CO2排放（t）" if zh else "CO2 per head (t)",
        points,
        nation.gdp_per_head_yuan / 1e4,
        nation.co2_per_head_t,
        (corners[0], corners[1], corners[2], corners[3]),
        tuple(names.get(b, f"第{b}批试点" if zh else f"batch {b}") for b in batches),
    )
