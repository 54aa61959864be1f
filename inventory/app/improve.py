"""What to measure next: the inputs that would narrow the interval of a total most."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..charts import Chart, ChartSeries, png, svg
from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..uncertainty.improve import Gain, Improvements, improvements
from ..uncertainty.montecarlo import DEFAULT_DRAWS, DEFAULT_SEED, Progress, monte_carlo
from ..uncertainty.targets import UncertaintyTarget


@dataclass(frozen=True, slots=True)
class ImproveRequest:
    """A ledger; `region` and `year` of the total (empty and 0: the first and the last); `precision` in percent for
    every measurement, None: the edition's; `chart`: a picture of the gains (.svg, .png) in a language."""

    ledger: Ledger
    region: str = ""
    year: int = 0
    precision: float | None = None
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    progress: Progress | None = None
    chart: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ImproveResult:
    """The figure asked about, the width of its 95 % interval now (t CO2e), and the gains, largest first."""

    target: UncertaintyTarget
    point: float
    width: float
    improvements: Improvements


def improve(request: ImproveRequest) -> ImproveResult:
    """The measurements that would narrow a total most. Raises `InventoryError` where the ledger has no such total,
    nothing about its uncertainty is known, or the chart cannot be drawn or written."""
    result = monte_carlo(request.ledger, request.draws, request.seed, progress=request.progress)
    totals = [n for n in result.tree.select("total") if request.region in ("", result.tree.items[n].region)]
    totals = [n for n in totals if request.year in (0, result.tree.items[n].year)]
    if not totals or not any(result.contributions.get(n) for n in totals):
        raise InventoryError(
            [
                problem(
                    "uncertainty.no_total",
                    region=request.region or "—",
                    year=request.year or "—",
                    known="、".join(
                        f"{result.tree.items[n].region} {result.tree.items[n].year}"
                        for n in result.tree.select("total")
                    ),
                )
            ]
        )
    chosen = max(totals, key=lambda n: result.tree.items[n].year)
    spread = result.targets[chosen]
    improved = ImproveResult(
        result.tree.items[chosen],
        spread.point,
        spread.high - spread.low,
        improvements(request.ledger, result, chosen, request.precision),
    )
    if request.chart is not None:
        draw = svg if request.chart.suffix.lower() == ".svg" else png
        write_bytes(request.chart, draw(chart_of(improved, request.lang), 22.0, 11.0))
    return improved


CHARTED = 12


def chart_of(result: ImproveResult, lang: str = "zh") -> Chart:
    """The measurements that narrow the total most, as lying bars."""
    gains: tuple[Gain, ...] = result.improvements.groups[:CHARTED]
    title = (
        f"{result.target.region} {result.target.year}年：测准以后总量95%区间变窄多少"
        if lang == "zh"
        else f"{result.target.region} {result.target.year}: how much narrower the 95 % interval of the total gets"
    )
    word = "变窄（%）" if lang == "zh" else "narrower by (%)"
    return Chart(
        "bars",
        title,
        tuple(g.label[lang] for g in gains),
        (ChartSeries(word, tuple(g.saved_pct for g in gains)),),
        word,
    )
