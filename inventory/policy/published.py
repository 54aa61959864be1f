"""Published targets that come with the package: those of the plans (nation, provinces, cities of 江苏, districts of
重庆; later periods as far as they are known) and the low-carbon pilots' own."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.problems import Origin
from ..edition import default, load
from ..edition.parts import PilotTargetRow, PublishedTargetRow, rows

CO2, ENERGY = "co2_per_gdp", "energy_per_gdp"


@dataclass(frozen=True, slots=True)
class Target:
    """A reduction (fraction) of CO2 or energy per unit of GDP between two years, with its document and standing."""

    id: str
    region: str
    indicator: str
    base_year: int
    target_year: int
    reduction: float
    standing: str
    source: str
    origin: Origin
    comparison: str = ""  # > where the document says more than

    @property
    def years(self) -> int:
        return self.target_year - self.base_year


def package_targets() -> tuple[Target, ...]:
    """Targets that come with the package: nation, provinces, cities of 江苏, districts of 重庆; later periods as far as
    they are known."""
    return tuple(
        Target(
            r.id,
            r.region,
            r.indicator,
            r.base_year,
            r.target_year,
            r.reduction_pct / 100,
            r.standing,
            r.source,
            Origin("factors/policy/targets.csv", cell=f"row {n}"),
            r.comparison,
        )
        for n, r in enumerate(rows(load(default("assessment")), PublishedTargetRow), start=2)
    )


def pilot_targets() -> tuple[PilotTargetRow, ...]:
    """The pilots' own targets as printed, in the order of the study."""
    return rows(load(default("assessment")), PilotTargetRow)


def pilot_intensities() -> tuple[Target, ...]:
    """Those of the pilots' targets that the assessment can take: reductions of CO2 or energy per GDP with a base
    year."""
    return tuple(
        Target(
            f"pilot.{r.pilot}.{r.indicator}.{r.base_year}.{r.year}",
            r.pilot,
            r.indicator,
            r.base_year,
            r.year,
            r.low / 100,
            r.standing,
            r.source,
            Origin("factors/policy/pilot_targets.csv", cell=f"row {n}"),
            r.comparison,
        )
        for n, r in enumerate(pilot_targets(), start=2)
        if r.role == "target" and r.base_year is not None and r.low is not None
    )


def as_printed(fraction: float) -> float:
    """A decline in percent as the report prints it, with two decimals."""
    return round(100 * fraction + 0.0, 2)
