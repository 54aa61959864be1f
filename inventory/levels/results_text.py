"""The roll-up of results for a screen and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.rounding import shown
from ..forms.levels import level_name
from ..regions import Tree, region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from .results import RegionSum, ResultsRollUp
from .words import LevelWords

MOST = 40  # regions on the screen


def text(rollup: ResultsRollUp, lang: str = "zh") -> Iterator[str]:
    """A line a region: its own total, the sum of its parts, how many of them there are."""
    t = LevelWords(lang)
    yield t("results.head", regions=rollup.regions, sums=len(rollup.sums))
    for one in rollup.sums[:MOST]:
        yield _line(one, t)
    if len(rollup.sums) > MOST:
        yield t("results.more", n=len(rollup.sums) - MOST)


def _line(one: RegionSum, t: LevelWords) -> str:
    own, parts = one.own_t, one.parts_t
    facts = {
        "head": f"{region_label(one.region, t.lang)} {one.year}",
        "count": f"{len(one.used)}/{len(one.used) + len(one.missing)}",
        "parts": shown(parts / 1e4, 1),
    }
    if own is None:
        return t("results.without_own", how=t(f"results.{one.how}"), **facts)
    facts["own"] = shown(own / 1e4, 1)
    if not one.complete:
        return t("results.some_parts", percent=f"{shown(100 * parts / own, 1)}%" if own else "—", **facts)
    return t("results.all_parts", percent=f"{shown(100 * (parts - own) / abs(own), 2)}%" if own else "—", **facts)


@dataclass(frozen=True, slots=True)
class _RegionLine:
    """A category and gas of one region and year."""

    of: RegionSum
    line: tuple[str, str]
    tree: Tree

    @property
    def parts(self) -> tuple[float, float]:
        return self.of.parts.get(self.line, (0.0, 0.0))


LINES: Listing[_RegionLine] = Listing(
    (
        ListColumn("year", lambda x, lang: x.of.year),
        ListColumn("region", lambda x, lang: x.tree.label(x.of.region, lang)),
        ListColumn("level", lambda x, lang: level_name(x.tree[x.of.region].level, lang)),
        ListColumn("how", lambda x, lang: x.of.how),
        ListColumn("category", lambda x, lang: x.line[0]),
        ListColumn("gas", lambda x, lang: x.line[1]),
        ListColumn("own_t", lambda x, lang: x.of.own[x.line].mass_t if x.line in x.of.own else None),
        ListColumn("parts_t", lambda x, lang: x.parts[0]),
        ListColumn("parts_co2e_t", lambda x, lang: x.parts[1]),
        ListColumn("parts_used", lambda x, lang: len(x.of.used)),
        ListColumn("parts_all", lambda x, lang: len(x.of.used) + len(x.of.missing)),
        ListColumn("missing", lambda x, lang: "|".join(x.tree.label(r, lang) for r in x.of.missing)),
    )
)


def to_csv(rollup: ResultsRollUp, tree: Tree, lang: str = "zh") -> str:
    """One row a region, year, category and gas; full precision."""
    lines = (_RegionLine(one, line, tree) for one in rollup.sums for line in sorted({*one.own, *one.parts}))
    return listing_csv(LINES, lines, lang)
