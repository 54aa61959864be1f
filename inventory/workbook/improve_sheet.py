"""改进方向: what would narrow the total most if it were measured, and what measuring means; from the draws of approach
2."""

from __future__ import annotations

from collections.abc import Sequence

from ..charts import NativeChart, NativeSeries
from ..sheets.listing import ListColumn, Listing
from ..sheets.model import OutputSheet
from ..uncertainty.improve import Gain, improvements
from ..uncertainty.results import figures
from .context import Filing, fill_listing, heading, note
from .tables import ReportSheets
from .uncertainty_sums import part_label

TOP = 15
WAN = 1e4
CHART_ROWS = 24
GAINS: Listing[Gain] = Listing(
    (
        ListColumn("input", lambda g, r: r.t.label(g.label), "improve.input", "wrap"),
        ListColumn("current", lambda g, r: figures(g.current, 3), "improve.current", "num:1"),
        ListColumn("precision", lambda g, r: figures(g.precision, 3), "improve.precision", "num:1"),
        ListColumn("saved", lambda g, r: figures(g.saved / WAN, 3), "improve.saved", "num:1"),
        ListColumn("saved_pct", lambda g, r: figures(g.saved_pct, 3), "improve.saved_pct", "num:2"),
        ListColumn("then", lambda g, r: figures(g.then / WAN, 3), "improve.then", "num:0"),
        ListColumn("form", lambda g, r: r.t.label(g.form), "improve.form", "wrap"),
        ListColumn("place", lambda g, r: r.t.label(g.place), "improve.place", "wrap"),
    )
)


def applies(f: Filing) -> bool:
    return f.montecarlo is not None


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """For every total: measurements (all inputs of a parameter or quantity), then single inputs, largest gain first; a
    chart of the first."""
    assert f.montecarlo is not None
    result, t = f.montecarlo, f.t
    sheet.widths.update({0: 6, 1: 56, **dict.fromkeys(range(2, 7), 14), 7: 56, 8: 40})
    row = heading(sheet, t, t("improve.subtitle", draws=result.draws, seed=result.seed))
    row = note(sheet, row, t("improve.note"), 8, "note", 170) + 1
    for n in result.tree.select("total"):
        if not result.contributions.get(n):
            continue
        target = result.tree.items[n]
        names = {"region": f.value_label("region", target.region), "year": target.year, "part": part_label(f, target)}
        gains = improvements(f.ledger, result, n)
        first = row + 2
        row = _block(f, sheet, row, t("improve.groups", **names), gains.groups[:TOP])
        if gains.groups:
            last = first + min(TOP, len(gains.groups)) - 1
            area = (sheet.name, first, 1, last, 1), (sheet.name, first, 5, last, 5)
            sheet.charts.append(
                NativeChart(
                    "bars",
                    t("improve.chart", **names),
                    (NativeSeries(t("improve.saved_pct").replace("\n", " "), *area),),
                    row,
                    1,
                    t("improve.saved_pct").replace("\n", " "),
                    1000,
                    440,
                )
            )
            row += CHART_ROWS
        row = _block(f, sheet, row, t("improve.single", **names), gains.single[:TOP]) + 1


def _block(f: Filing, sheet: OutputSheet, row: int, title: str, gains: Sequence[Gain]) -> int:
    sheet.text(row, 0, title, "section")
    return fill_listing(f, sheet, row + 1, GAINS, gains, "") + 1
