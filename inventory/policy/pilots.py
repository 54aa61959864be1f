"""Indicators of the low-carbon pilots: emissions per head against income per head, four quadrants divided by the
national figures.

Data: `factors/policy/pilots.csv` (2010; population, GDP, GDP per head, CO2 per head as printed in the study of 2013). A
region counts as high when it is
above the nation. Emission per GDP is derived from the two printed ratios.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..charts.quadrant import Point, QuadrantChart
from ..core.edition import Edition
from ..edition import default, load
from ..edition.parts import PilotRow, rows

NATION = "全国"
QUADRANTS = {
    (True, False): {"zh": "高收入、低排放", "en": "high income, low emission"},
    (True, True): {"zh": "高收入、高排放", "en": "high income, high emission"},
    (False, True): {"zh": "低收入、高排放", "en": "low income, high emission"},
    (False, False): {"zh": "低收入、低排放", "en": "low income, low emission"},
}


@dataclass(frozen=True, slots=True)
class Pilot:
    """One region: population in 10^4, GDP in 10^8 yuan, GDP per head in yuan, CO2 per head in t; `batch` 0 is not a
    pilot."""

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
    """The table `pilots` of the assessment's edition, in its own order; give an edition of your own for another."""
    return tuple(
        Pilot(
            r.region,
            r.batch,
            r.year,
            r.population_wan,
            r.gdp_yi_yuan,
            r.gdp_per_capita_yuan,
            r.co2_per_capita_t,
            r.standing,
            r.source,
        )
        for r in rows(edition or load(default("assessment")), PilotRow)
    )


def placed(rows: tuple[Pilot, ...]) -> tuple[Placed, ...]:
    """Each region in its quadrant, compared with the nation's row. Raises ValueError when that row is lacking."""
    nation = next((r for r in rows if r.region == NATION), None)
    if nation is None:
        raise ValueError("the table has no row of the nation to compare with")
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


def by_quadrant(rows: tuple[Pilot, ...], batch: int | None = None) -> dict[str, list[str]]:
    """Names by quadrant (Chinese label), in the table's order; one batch or all."""
    out: dict[str, list[str]] = {label["zh"]: [] for label in QUADRANTS.values()}
    for p in placed(rows):
        if batch is None or p.pilot.batch == batch:
            out[p.label["zh"]].append(p.pilot.region)
    return out


def table(rows: tuple[Pilot, ...], lang: str = "zh") -> list[str]:
    """The quadrants and the figures as text."""
    out = []
    for (income, emission), label in QUADRANTS.items():
        found = [p for p in placed(rows) if (p.high_income, p.high_emission) == (income, emission)]
        out.append(f"{label[lang]}（{len(found)}）" if lang == "zh" else f"{label[lang]} ({len(found)})")
        for p in sorted(found, key=lambda p: (p.pilot.batch, -p.pilot.gdp_per_head_yuan)):
            r = p.pilot
            out.append(
                f"  {r.region}（第{r.batch}批）：人均GDP {r.gdp_per_head_yuan:,.0f} 元（全国的 {p.income_ratio:.2f} "
                f"倍），人均CO2 {r.co2_per_head_t:g} t"
                f"（{p.emission_ratio:.2f} 倍），单位GDP {r.co2_per_gdp:.2f} t/万元"
                if lang == "zh"
                else f"  {r.region} (batch {r.batch}): GDP per head {r.gdp_per_head_yuan:,.0f} yuan "
                f"({p.income_ratio:.2f} x the nation), "
                f"CO2 per head {r.co2_per_head_t:g} t ({p.emission_ratio:.2f} x), {r.co2_per_gdp:.2f} t "
                "per 10^4 yuan"
            )
    return out


def quadrant_chart(rows: tuple[Pilot, ...], lang: str = "zh") -> QuadrantChart:
    """Income per head (10^4 yuan) against CO2 per head (t), divided by the nation's figures."""
    nation = next(r for r in rows if r.region == NATION)
    zh = lang == "zh"
    batches = sorted({r.batch for r in rows if r.region != NATION})
    points = tuple(
        Point(p.pilot.region, p.pilot.gdp_per_head_yuan / 1e4, p.pilot.co2_per_head_t, batches.index(p.pilot.batch))
        for p in placed(rows)
    )
    corners = tuple(QUADRANTS[key][lang] for key in ((False, False), (True, False), (False, True), (True, True)))
    return QuadrantChart(
        f"{nation.year}年低碳试点：收入与排放" if zh else f"Low-carbon pilots {nation.year}: income and emission",
        "人均GDP（万元）" if zh else "GDP per head (10^4 yuan)",
        "人均CO2排放（t）" if zh else "CO2 per head (t)",
        points,
        nation.gdp_per_head_yuan / 1e4,
        nation.co2_per_head_t,
        (corners[0], corners[1], corners[2], corners[3]),
        tuple(f"第{b}批试点" if zh else f"batch {b}" for b in batches),
    )
