"""The roll-up as text and as a CSV: nothing is computed here, figures are rounded at output by the one rule of
`core.rounding`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..core.gwp import set_label
from ..core.rounding import column_decimals, shown
from ..regions import region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from .comparison import Comparison
from .project import LevelsProject
from .rollup import Rollup
from .words import LevelWords


def text(rollup: Rollup, levels: LevelsProject, lang: str = "zh") -> list[str]:
    """The report a person reads: totals, coverage, ranked differences with causes, enterprises, what lies outside,
    statements of the boundary."""
    said = _RollupSentences(rollup, levels, LevelWords(lang))
    out = [said.total(year) for year in rollup.years]
    for part in (said.differences, said.below, said.coverage, said.enterprises, said.outside):
        out.extend(part())
    if levels.boundary:
        out.append(said.t("rollup.boundary"))
        out.extend(
            f"  {b.region} {b.category} {b.matter}：{b.rule}" + (f"（{b.reason}）" if b.reason else "")
            for b in levels.boundary
        )
    return out


def _percent(value: float) -> str:
    return "—" if math.isinf(value) else f"{shown(100 * value, 2)}%"


def reported(c: Comparison) -> float:
    """Sum of the enterprises' reports on a line, an enterprise listed twice counted once."""
    return math.fsum({r.identity: r.mass_t for r in c.reports}.values())


@dataclass(frozen=True, slots=True)
class _RollupSentences:
    """The sentences of a roll-up in one language."""

    rollup: Rollup
    levels: LevelsProject
    t: LevelWords

    def _region(self, name: str) -> str:
        return region_label(name, self.t.lang)

    def _regions(self, names: Iterable[str]) -> str:
        return self.t.listed(self._region(n) for n in names)

    def _facts(self, c: Comparison) -> dict[str, object]:
        label = self.levels.edition.label_of_category(c.category, self.t.lang)
        return {"year": c.year, "category": c.category, "label": label, "gas": c.gas}

    def total(self, year: int) -> str:
        rollup = self.rollup
        whole, parts = rollup.total_co2e_t(year) / 1e4, rollup.total_co2e_t(year, "parts") / 1e4
        places, difference = column_decimals((whole, parts)), whole - parts
        return self.t(
            "rollup.total",
            region=self._region(rollup.whole),
            year=year,
            gwp=set_label(next(c.gwp.name for c in rollup.lines), self.t.lang, short=True),
            whole=shown(whole, places),
            n=len(rollup.parts),
            parts=shown(parts, places),
            difference=shown(difference, places),
            percent=f"{shown(100 * difference / whole, 2)}%" if whole else "—",
        )

    def differences(self) -> Iterator[str]:
        t, rollup, ranked = self.t, self.rollup, self.rollup.ranked()
        limit = _percent(rollup.tolerance)
        if rollup.parks_only:
            yield t("rollup.parks_only")
        if not ranked:
            yield t("rollup.agrees", limit=limit)
            return
        yield t("rollup.differs", limit=limit, n=len(ranked), all=len(rollup.lines))
        decimals = column_decimals([c.difference_co2e_t / 1e4 for c in ranked])
        for n, c in enumerate(ranked, start=1):
            difference = shown(c.difference_co2e_t / 1e4, decimals)
            yield t("rollup.line", n=n, difference=difference, percent=_percent(c.relative), **self._facts(c))
            for cause in c.causes:
                certain = t.of("certain", str(cause.weight if cause.weight in (2, 3) else 1))
                yield f"   [{certain}] {cause.text.text(t.lang)}"

    def below(self) -> Iterator[str]:
        """Parts against their own parts: what differs one level down."""
        t, rollup = self.t, self.rollup
        for b in rollup.below:
            if not b.compiled or all(self.levels.tree[p].level == "园区" for p in b.parts):
                continue
            apart = [c for c in b.lines if abs(c.relative) > rollup.tolerance]
            if not apart:
                continue
            whole, parts, limit = self._region(b.whole), self._regions(b.parts), _percent(rollup.tolerance)
            yield t("rollup.below", whole=whole, parts=parts, n=len(apart), limit=limit)
            for c in sorted(apart, key=lambda c: -abs(c.difference_co2e_t))[:10]:
                own, below = shown(c.whole_t / 1e4, 2), shown(c.sum_t / 1e4, 2)
                yield t("rollup.line_below", own=own, parts=below, **self._facts(c))

    def coverage(self) -> Iterator[str]:
        t = self.t
        yield t("rollup.coverage")
        for c in self.rollup.lines:
            if c.coverage < 1 or c.shared_t:
                count = len(c.parts) + len(c.missing)
                kinds = dict.fromkeys(f.how for f in c.parts.values())
                how = t.listed(f"{t.of('how', h)} {sum(1 for f in c.parts.values() if f.how == h)}" for h in kinds)
                yield (
                    "  {year} {category} {label} {gas}: ".format(**self._facts(c))
                    + t("rollup.covered", own=round(c.coverage * count), count=count, how=how or "—")
                    + (t("rollup.lacking", regions=self._regions(c.missing)) if c.missing else "")
                )

    def enterprises(self) -> Iterator[str]:
        lines = [c for c in self.rollup.lines if c.reports]
        if lines:
            yield self.t("rollup.enterprises")
        for c in lines:
            total = reported(c)
            yield self.t(
                "rollup.reports",
                n=len({r.identity for r in c.reports}),
                total=shown(total / 1e4, 2),
                share=_percent(total / c.whole_t) if c.whole_t else "—",
                **self._facts(c),
            )

    def outside(self) -> Iterator[str]:
        outside = self.rollup.outside
        if outside:
            yield self.t("rollup.outside")
            decimals = column_decimals([v / 1e4 for v in outside.values()])
            places = self.t.listed(
                f"{self._region(region)} {year} {shown(v / 1e4, decimals)}" for (region, year), v in outside.items()
            )
            yield self.t("rollup.outside_unit", places=places)


@dataclass(frozen=True, slots=True)
class _Part:
    """A line of the roll-up in one region: the whole itself, or a part (its figure None where it has none)."""

    line: Comparison
    region: str
    how: str
    mass_t: float | None
    levels: LevelsProject


LINES: Listing[_Part] = Listing(
    (
        ListColumn("year", lambda x, lang: x.line.year),
        ListColumn("category", lambda x, lang: x.line.category),
        ListColumn("label", lambda x, lang: x.levels.edition.label_of_category(x.line.category, lang)),
        ListColumn("gas", lambda x, lang: x.line.gas),
        ListColumn("region", lambda x, lang: x.levels.tree.label(x.region, lang)),
        ListColumn("how", lambda x, lang: LevelWords(lang).of("how", x.how)),
        ListColumn("mass_t", lambda x, lang: x.mass_t),
        ListColumn("whole_t", lambda x, lang: x.line.whole_t),
        ListColumn("sum_t", lambda x, lang: x.line.sum_t),
        ListColumn("difference_t", lambda x, lang: x.line.difference_t),
        ListColumn("difference_co2e_t", lambda x, lang: x.line.difference_co2e_t),
        ListColumn("relative_pct", lambda x, lang: None if math.isinf(x.line.relative) else 100 * x.line.relative),
        ListColumn("coverage_pct", lambda x, lang: 100 * x.line.coverage),
        ListColumn("gwp_set", lambda x, lang: x.line.gwp.name),
        ListColumn("causes", lambda x, lang: " | ".join(k.text.text(lang) for k in x.line.causes)),
    )
)


def _of_line(c: Comparison, rollup: Rollup, levels: LevelsProject) -> Iterator[_Part]:
    yield _Part(c, rollup.whole, "whole", c.whole_t, levels)
    for part in rollup.parts:
        figure = c.parts.get(part)
        yield _Part(c, part, figure.how if figure else "missing", figure.mass_t if figure else None, levels)


def to_csv(rollup: Rollup, levels: LevelsProject, lang: str = "zh") -> str:
    """One row per line and part (and one of the whole), full precision."""
    return listing_csv(LINES, (part for c in rollup.lines for part in _of_line(c, rollup, levels)), lang)
