"""Tables of results as the screen, a CSV and the pages show them, where the sheets lay them out by formula."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.key_categories import KeyCategoryRanking, KeyRow
from ..sheets.listing import ListColumn, Listing
from ..uncertainty.results import figures
from ..workbook.context import Reader
from .analysis import FigureSpread

WAN = 1e4
Ranked = tuple[KeyCategoryRanking, KeyRow]


def _sampled(value: float | None, scale: float = 1.0) -> float | None:
    return None if value is None else figures(value / scale)


def _yes(condition: bool, r: Reader) -> str:
    return r.t("listing.yes" if condition else "listing.no")


SPREADS: Listing[FigureSpread] = Listing(
    (
        ListColumn("region", lambda x, r: r.value_label("region", x.target.region), "column.region"),
        ListColumn("year", lambda x, r: x.target.year, "column.year", "year"),
        ListColumn("part", lambda x, r: r.t.label(x.label), "listing.part"),
        ListColumn("emission", lambda x, r: x.emission_t / WAN, "uncertainty.emission_wan", "num:2"),
        ListColumn("guideline", lambda x, r: x.guideline_pct, "uncertainty.pct", "num:1"),
        ListColumn("shared", lambda x, r: x.shared_pct, "listing.shared", "num:1"),
        ListColumn("covered", lambda x, r: 100.0 * x.covered, "listing.covered", "num:0"),
        ListColumn("lower_bound", lambda x, r: "≥" if x.lower_bound else "", "listing.lower_bound", "center"),
        ListColumn("low", lambda x, r: _sampled(x.low_t, WAN), "montecarlo.low", "num:2"),
        ListColumn("high", lambda x, r: _sampled(x.high_t, WAN), "montecarlo.high", "num:2"),
        ListColumn("low_pct", lambda x, r: _sampled(x.low_pct), "montecarlo.low_pct", "num:1"),
        ListColumn("high_pct", lambda x, r: _sampled(x.high_pct), "montecarlo.high_pct", "num:1"),
    )
)
OF_DRAWS = ("low", "high", "low_pct", "high_pct")  # columns of approach 2
APPROACH_1 = SPREADS.only(*(k for k in SPREADS.keys if k not in OF_DRAWS))

KEY_ROWS: Listing[Ranked] = Listing(
    (
        ListColumn("code", lambda x, r: x[0].code, "listing.code"),
        ListColumn("region", lambda x, r: r.value_label("region", x[0].region), "column.region"),
        ListColumn("year", lambda x, r: x[0].year, "column.year", "year"),
        ListColumn("base_year", lambda x, r: x[0].base_year or "", "listing.base_year", "year"),
        ListColumn("lucf", lambda x, r: _yes(x[0].with_lucf, r), "listing.lucf", "center"),
        ListColumn("category", lambda x, r: r.value_label("category", x[1].category), "column.category"),
        ListColumn("gas", lambda x, r: x[1].gas, "column.gas", "center"),
        ListColumn(
            "first", lambda x, r: None if x[0].base_year is None else x[1].first / WAN, "listing.first", "num:2"
        ),
        ListColumn("later", lambda x, r: x[1].later / WAN, "uncertainty.emission_wan", "num:2"),
        ListColumn("pct", lambda x, r: x[1].uncertainty_pct, "uncertainty.pct", "num:1"),
        ListColumn("share", lambda x, r: None if x[1].share is None else 100.0 * x[1].share, "listing.share", "num:1"),
        ListColumn(
            "cumulative",
            lambda x, r: None if x[1].cumulative is None else 100.0 * x[1].cumulative,
            "listing.cumulative",
            "num:1",
        ),
        ListColumn("key", lambda x, r: _yes(x[1].key, r), "key_categories.key", "center"),
    )
)


def ranked(assessment: KeyCategoryRanking, key_only: bool) -> Iterator[Ranked]:
    """The rows of one ranking, each with it."""
    return ((assessment, row) for row in assessment.rows if row.key or not key_only)
