"""蒙特卡洛: what approach 2 tells: 95 % intervals of level and trend, contributions of inputs, tornado and histogram as
native charts.

The figures are the program's draws, rounded to four figures, not formulas.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..charts import NativeChart, NativeSeries
from ..core.ledger import FloatArray, IntArray
from ..sheets.model import OutputSheet, decimals, shared_decimals
from ..uncertainty.labels import label_of
from ..uncertainty.results import Contribution, MonteCarlo, Spread, figures
from .context import Filing, header, heading, note, note_rows
from .tables import ReportSheets
from .uncertainty_sums import part_label

TOP = 15
BINS = 30
WAN = 1e4
CHART_ROWS = 22


def applies(f: Filing) -> bool:
    return f.montecarlo is not None


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    assert f.montecarlo is not None
    result, t = f.montecarlo, f.t
    sheet.widths.update({0: 10, 1: 8, 2: 62, **dict.fromkeys(range(3, 11), 16)})
    row = heading(
        sheet,
        t,
        t(
            "montecarlo.subtitle",
            draws=result.draws,
            seed=result.seed,
            n=len(result.inputs.variables),
            inputs=len(result.inputs.items),
        ),
    )
    row = note(sheet, row, t("montecarlo.note"), 10, "note", 170) + 1
    row = _level(f, sheet, row, result) + 1
    if result.trends:
        row = _trend(f, sheet, row, result) + 1
    for n in result.tree.select("total", "total_without_lucf"):
        if result.contributions.get(n):
            row = _Total(f, sheet, result, n).fill(row) + 1


def _put(sheet: OutputSheet, row: int, col: int, value: float | None, scale: float = 1.0) -> None:
    if value is None:
        sheet.text(row, col, "—", "notation")
    else:
        shown = figures(value / scale)
        sheet.number(row, col, shown, f"num:{decimals(shown, digits=4)}")


def _spread(sheet: OutputSheet, row: int, col: int, spread: Spread, scale: float) -> None:
    """The point estimate is the engine's figure in full; what the draws give keeps four digits and is shown without
    more."""
    sheet.number(row, col, spread.point / scale, f"num:{shared_decimals([spread.point / scale])}")
    for k, value in enumerate((spread.mean, spread.sd, spread.low, spread.high), 1):
        _put(sheet, row, col + k, value, scale)


def _level(f: Filing, sheet: OutputSheet, row: int, result: MonteCarlo) -> int:
    t = f.t
    sheet.text(row, 0, t("montecarlo.level"), "section")
    first = row = header(
        sheet,
        row + 1,
        [
            t("column.region"),
            t("column.year"),
            t("uncertainty.part"),
            *(
                t(f"montecarlo.{c}")
                for c in ("point", "mean", "sd", "low", "high", "low_pct", "high_pct", "approach_1")
            ),
        ],
    )
    sheet.head = (row - 1, row - 1)
    for n in result.tree.in_order(f.edition):
        target, spread = result.tree.items[n], result.targets[n]
        sheet.text(row, 0, f.value_label("region", target.region))
        sheet.number(row, 1, target.year, "year")
        sheet.text(row, 2, part_label(f, target), {"category": "line2", "sector": "line1"}.get(target.level, "line0"))
        known = f.uncertainty.targets[n].guideline_pct is not None
        if known:
            _spread(sheet, row, 3, spread, WAN)
            _put(sheet, row, 8, spread.low_pct)
            _put(sheet, row, 9, spread.high_pct)
            _put(sheet, row, 10, f.uncertainty.targets[n].shared_pct)
        else:
            sheet.number(row, 3, spread.point / WAN, f"num:{shared_decimals([spread.point / WAN])}")
            for col in range(4, 11):
                sheet.text(row, col, t("uncertainty.unknown"), "notation")
        row += 1
    note_rows(f, sheet, first, row, 11)
    return row


def _trend(f: Filing, sheet: OutputSheet, row: int, result: MonteCarlo) -> int:
    t = f.t
    sheet.text(row, 0, t("montecarlo.trend"), "section")
    first = row = header(
        sheet,
        row + 1,
        [
            t("column.region"),
            t("column.year"),
            t("uncertainty.part"),
            t("uncertainty.change"),
            *(t(f"montecarlo.{c}") for c in ("mean", "sd", "low", "high", "percent_point", "low_pct", "high_pct")),
        ],
    )
    place = {result.tree.items[n].at: k for k, n in enumerate(result.tree.in_order(f.edition))}
    for trend in sorted(result.trends, key=lambda x: place[x.later.at]):
        if trend.later.level == "category":
            continue
        sheet.text(row, 0, f.value_label("region", trend.later.region))
        sheet.text(row, 1, f"{trend.first.year}–{trend.later.year}", "center")
        sheet.text(row, 2, part_label(f, trend.later), "line1" if trend.later.level == "sector" else "line0")
        _spread(sheet, row, 3, trend.change, WAN)
        for k, value in enumerate(
            (trend.percent.point, trend.percent.low, trend.percent.high)
            if trend.percent is not None
            else (None, None, None)
        ):
            _put(sheet, row, 8 + k, value)
        row += 1
    note_rows(f, sheet, first, row, 11)
    return row


@dataclass
class _Total:
    """One total of one region and year: contributions, tornado, histogram."""

    f: Filing
    sheet: OutputSheet
    result: MonteCarlo
    number: int

    def fill(self, row: int) -> int:
        f, sheet, result, t = self.f, self.sheet, self.result, self.f.t
        target = result.tree.items[self.number]
        self.names = {
            "region": f.value_label("region", target.region),
            "year": target.year,
            "part": part_label(f, target),
        }
        top = result.contributions[self.number][:TOP]
        sheet.text(row, 0, t("montecarlo.contributions", **self.names, n=len(top)), "section")
        first = row = header(
            sheet,
            row + 1,
            [
                "",
                "",
                t("uncertainty.input"),
                *(t(f"montecarlo.{c}") for c in ("share", "error", "swing_low", "swing_high")),
            ],
        )
        slopes = f.uncertainty.sensitivity(self.number).tolist()
        for k, c in enumerate(top, 1):
            self._contribution(row, k, c, slopes)
            row += 1
        rest = 1.0 - sum(c.share for c in top)
        for col in (0, 1, 4, 5, 6):
            sheet.text(row, col, "")
        sheet.text(row, 2, t("montecarlo.rest"))
        sheet.number(row, 3, round(100.0 * rest, 2), "num:2")
        note_rows(f, sheet, first, row + 1, 7)
        sheet.text(row + 1, 2, t("montecarlo.stability"), "note")
        sheet.number(row + 1, 3, figures(result.stability_pct(self.number), 2) / 100.0, "percent")
        last = row - 1
        row = self._histogram(row + 3)
        self._tornado(row, first, last)
        return row + CHART_ROWS

    def _contribution(self, row: int, k: int, c: Contribution, slopes: list[float]) -> None:
        """One input; those that share its error (one stream) move with it."""
        sheet, item, inputs = self.sheet, c.input, self.result.inputs
        stream = inputs.streams[next(n for n, other in enumerate(inputs.items) if other.name == item.name)]
        moved = [
            (slopes[n], other) for n, other in enumerate(inputs.items) if inputs.streams[n] == stream and slopes[n]
        ]
        sheet.number(row, 0, k, "year")
        sheet.text(row, 1, "")
        sheet.text(row, 2, label_of(self.f.ledger, item)[self.f.lang], "wrap")
        sheet.number(row, 3, round(100.0 * c.share, 2), "num:2")
        sheet.number(row, 4, round(100.0 * c.error, 2), "num:2")
        for k, col in enumerate((5, 6)):
            _put(
                sheet,
                row,
                col,
                math.fsum(
                    slope * (i.distribution.interval()[k] - i.value) for slope, i in moved if i.distribution is not None
                ),
                WAN,
            )

    def _histogram(self, row: int) -> int:
        sheet, t = self.sheet, self.f.t
        edges, counts = self._classes()
        head = row
        sheet.text(head, 2, t("montecarlo.middle"), "head")
        sheet.text(head, 3, t("montecarlo.count"), "head")
        for k, count in enumerate(counts.tolist()):
            middle = figures(float(edges[k] + edges[k + 1]) / 2 / WAN, 6)
            sheet.number(head + 1 + k, 2, middle, f"num:{shared_decimals([middle])}")
            sheet.number(head + 1 + k, 3, count, "num:0")
        note_rows(self.f, sheet, head + 1, head + 1 + BINS, 4)
        area = (sheet.name, head + 1, 2, head + BINS, 2), (sheet.name, head + 1, 3, head + BINS, 3)
        sheet.charts.append(
            NativeChart(
                "columns",
                t("montecarlo.histogram", **self.names),
                (NativeSeries(t("montecarlo.count"), *area),),
                head,
                4,
                t("montecarlo.count"),
                760,
                440,
            )
        )
        return head + BINS + 2

    def _classes(self) -> tuple[FloatArray, IntArray]:
        """Classes between the 0.1 % and the 99.9 % point; the few draws beyond stand in the outermost, so that a long
        tail does not flatten the picture."""
        values = self.result.samples[self.number].astype(np.float64) + self.result.targets[self.number].point
        low, high = np.quantile(values, (0.001, 0.999))
        edges = np.linspace(float(low), float(high), BINS + 1)
        counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
        return edges, counts

    def _tornado(self, row: int, first: int, last: int) -> None:
        sheet, t = self.sheet, self.f.t
        series = tuple(
            NativeSeries(
                t(f"montecarlo.{name}").replace("\n", " "),
                (sheet.name, first, 2, last, 2),
                (sheet.name, first, col, last, col),
            )
            for name, col in (("swing_low", 5), ("swing_high", 6))
        )
        sheet.charts.append(
            NativeChart(
                "tornado", t("montecarlo.tornado", **self.names), series, row, 0, t("report.wan_t_co2e"), 1150, 420
            )
        )
