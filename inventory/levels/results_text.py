"""The roll-up of results for a screen and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.rounding import shown
from ..forms.levels import level_name
from ..regions import Tree, region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from .results import RegionSum, ResultsRollUp

MOST = 40  # regions on the screen
HOW = {
    "own": ("自己的结果", "own result"),
    "rolled": ("由下级汇总", "rolled up"),
    "partial": ("只有部分下级", "some parts only"),
}


def text(rollup: ResultsRollUp, lang: str = "zh") -> Iterator[str]:
    """A line a region: its own total, the sum of its parts, how many of them there are."""
    zh = lang == "zh"
    yield (
        f"{rollup.regions} 个地区有结果，{len(rollup.sums)} 个上级地区年（万吨CO2e）："
        if zh
        else f"results of {rollup.regions} regions, {len(rollup.sums)} region-years above them (10^4 t CO2e):"
    )
    for one in rollup.sums[:MOST]:
        yield f"  {_line(one, lang)}"
    if len(rollup.sums) > MOST:
        yield (
            f"  …其余 {len(rollup.sums) - MOST} 个，用 -o 写到文件"
            if zh
            else f"  ... {len(rollup.sums) - MOST} more, write them with -o"
        )


def _line(one: RegionSum, lang: str) -> str:
    zh = lang == "zh"
    count = f"{len(one.used)}/{len(one.used) + len(one.missing)}"
    own = one.own_t
    head = f"{region_label(one.region, lang)} {one.year}"
    parts = shown(one.parts_t / 1e4, 1)
    if own is None:
        word = HOW[one.how][0 if zh else 1]
        return f"{head}：{word} {parts}（下级 {count}）" if zh else f"{head}: {word} {parts} ({count} parts)"
    percent = f"{shown(100 * (one.parts_t - own) / abs(own), 2)}%" if own else "—"
    whole = shown(own / 1e4, 1)
    if not one.complete:
        share = f"{shown(100 * one.parts_t / own, 1)}%" if own else "—"
        return (
            f"{head}：本级 {whole}，已有下级 {parts}（{count}，占 {share}）"
            if zh
            else f"{head}: itself {whole}, the parts there are {parts} ({count}, {share})"
        )
    return (
        f"{head}：本级 {whole}，下级合计 {parts}（{count}，相差 {percent}）"
        if zh
        else f"{head}: itself {whole}, its parts {parts} ({count}, {percent})"
    )


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
