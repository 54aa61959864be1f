"""Key categories, uncertainty and quality of the data in a yearly bulletin."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from ..analysis.key_categories import key_categories
from ..core.completeness import state_of
from ..core.rounding import shown
from ..policy.present import pct
from .blocks import Block, DocumentTable, Picture, figures
from .bulletin_material import Bulletin
from .bulletin_overview import chart

MOST_KEY = 10
MOST_NAMED = 3


def key_table(n: Bulletin) -> Iterator[Block]:
    t, b = n.basis.t, n.basis
    result = key_categories(n.ledger, n.region, n.year, n.before or None, with_lucf=False)
    level = next(a for a in result if a.criterion == "level")
    trend = {k for a in result if a.criterion == "trend" for k in a.key}
    rows = [r for r in level.rows if r.key][:MOST_KEY]
    amounts = figures([r.later / 1e4 for r in rows])
    texts = tuple(
        (
            n.ledger.edition.label_of_category(r.category, b.lang),
            r.gas,
            amount,
            pct(r.share, 1),
            pct(r.cumulative, 1),
            t("bulletin.yes") if (r.category, r.gas) in trend else "",
        )
        for r, amount in zip(rows, amounts, strict=True)
    )
    head = (
        t("column.category"),
        t("column.gas"),
        t("bulletin.emission"),
        t("bulletin.share"),
        t("bulletin.cumulative"),
        t("bulletin.also_trend"),
    )
    yield DocumentTable(
        t("bulletin.key_table", year=n.year),
        head,
        texts,
        (2, 3, 4),
        (),
        t("bulletin.table_unit", unit=t("bulletin.unit_small")),
    )
    yield Picture(t("bulletin.chart"), chart(n))


def uncertainty(n: Bulletin) -> str:
    t = n.basis.t
    try:
        listed = n.basis.uncertainty.of("total", n.region, n.year)
    except KeyError:
        return t("bulletin.uncertainty_none")
    if listed.guideline_pct is None or not listed.covered:
        return t("bulletin.uncertainty_partial", covered=pct(listed.covered, 0))
    total, half = listed.emission / 1e4, abs(listed.emission) / 1e4 * listed.guideline_pct / 100
    least = t("bulletin.least") if listed.lower_bound else ""
    return t(
        "bulletin.uncertainty_line",
        least=least,
        pct=shown(listed.guideline_pct, 1),
        low=n.amount(total - half),
        high=n.amount(total + half),
        covered=pct(listed.covered, 0),
        unit=n.unit,
    )


def quality(n: Bulletin) -> Iterator[str]:
    t = n.basis.t
    lines = n.basis.lines(region=n.region, year=n.year)
    whole = math.fsum(abs(n.ledger.co2e_t(x)) for x in lines)

    def part(*flags: str) -> str:
        return (
            pct(math.fsum(abs(n.ledger.co2e_t(x)) for x in lines if set(flags) & set(x.flags)) / whole, 0)
            if whole
            else "—"
        )

    yield t(
        "bulletin.quality_basis",
        own=part("measured", "provincial"),
        fallback=part("fallback"),
        unverified=part("unverified", "conflict"),
        illustrative=part("illustrative"),
    )
    yield t("bulletin.quality_lines", **state_of(n.ledger).summary(n.region, n.year))
    quality = n.basis.quality
    mine = [f for f in quality.findings if f.place.split("|")[0] in (n.region, "")]
    waiting = [f for f in mine if f.answer is None]
    named = _most_open(n, [f.place for f in waiting])
    yield t("bulletin.quality_checks", made=len({f.check for f in mine}), found=len(mine), open=len(waiting))
    if named:
        yield t("bulletin.quality_named", named=t.comma.join(named[:MOST_NAMED]))


def _most_open(n: Bulletin, places: Sequence[str]) -> list[str]:
    """Names of the categories with most open findings."""
    edition = n.ledger.edition
    counts = Counter(
        edition.label_of_category(part, n.basis.lang)
        for place in places
        for part in place.split("|")[2:3]
        if part in edition.categories
    )
    return [name for name, _ in counts.most_common(MOST_NAMED)]
