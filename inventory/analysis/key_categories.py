"""Key categories: the sources and sinks that make up most of the level or of the trend, by emission (approach 1) or
with uncertainty (approach 2).

Level: |E| over the sum of |E|. Trend: share in the first year times the distance of the category's growth from the total's growth. Approach 2
multiplies either by the relative uncertainty. In descending order the categories up to the threshold (95 %, approach 2:
90 %) are key; the
one that crosses it is among them. Sinks count by size. A category of unknown uncertainty cannot be placed by approach
2: it is listed as such.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from inventory.core.completeness import ancestors
from inventory.core.edition import Edition
from inventory.core.ledger import Ledger, Line
from inventory.uncertainty.approach1 import Approach1
from inventory.uncertainty.propagation import group_half_widths

Groups = dict[tuple[str, str], list[tuple[int, Line]]]  # (category, gas) -> ledger lines with their numbers
THRESHOLD = {1: 0.95, 2: 0.90}
_NOISE = 1e-12  # a category that moves with the total leaves the last bits of a difference, which must not be ranked
DEPTH = 3  # of the tree, at which categories are compared: 1.1.3, 2.1, 3.4.1: fine enough to choose methods by, coarse enough to compare provinces


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One category and gas. `value` is what is ranked, `share` its part, `cumulative` the sum of shares down to here;
    None where unknown."""

    category: str
    gas: str
    first: float  # t CO2e in the base year (0 without one)
    later: float  # t CO2e in the year
    uncertainty_pct: float | None
    value: float | None
    share: float | None
    cumulative: float | None
    key: bool


@dataclass(frozen=True, slots=True)
class KeyCategoryRanking:
    """One ranking: `criterion` level or trend, `approach` 1 or 2. Rows in descending order; those of unknown
    uncertainty at the end."""

    region: str
    year: int
    base_year: int | None
    criterion: str
    approach: int
    with_lucf: bool
    threshold: float
    rows: tuple[KeyRow, ...]

    @property
    def code(self) -> str:
        """L1, T1, L2 or T2."""
        return f"{'L' if self.criterion == 'level' else 'T'}{self.approach}"

    @property
    def key(self) -> tuple[tuple[str, str], ...]:
        return tuple((r.category, r.gas) for r in self.rows if r.key)

    @property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        return tuple((r.category, r.gas) for r in self.rows if r.value is None)


def key_categories(
    ledger: Ledger,
    region: str,
    year: int,
    base_year: int | None = None,
    *,
    with_lucf: bool = True,
    uncertainty: Approach1 | None = None,
) -> tuple[KeyCategoryRanking, ...]:
    """Rankings for one region and year: level, and with a base year trend; approach 2 when `uncertainty` is given, else
    approach 1. Raises ValueError when the ledger has no such region and year."""
    groups = _groups(ledger, region, {year, base_year} - {None}, with_lucf)
    if not any(line.year == year for lines in groups.values() for _, line in lines):
        raise ValueError(f"no emissions of {region} in {year}")
    return _assess(ledger, groups, _Ranked(region, year, base_year, with_lucf), uncertainty, _co2e(ledger))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What is ranked: a region and year, the year it is compared with, with or without LUCF."""

    region: str
    year: int
    base_year: int | None
    with_lucf: bool


def _assess(
    ledger: Ledger, groups: Groups, place: _Ranked, uncertainty: Approach1 | None, co2e: Sequence[float]
) -> tuple[KeyCategoryRanking, ...]:
    region, year, base_year, with_lucf = place.region, place.year, place.base_year, place.with_lucf
    approach = 2 if uncertainty is not None else 1
    limit = THRESHOLD[approach]
    later = {key: math.fsum(co2e[n] for n, line in lines if line.year == year) for key, lines in groups.items()}
    first = {key: math.fsum(co2e[n] for n, line in lines if line.year == base_year) for key, lines in groups.items()}
    relative = _relative(uncertainty, groups, year, base_year) if uncertainty else {}
    criteria = ["level"] + (["trend"] if base_year is not None and any(first.values()) else [])
    result = []
    for criterion in criteria:
        size = _level(later) if criterion == "level" else _trend(first, later)
        values: dict[tuple[str, str], float | None] = dict(size)
        if uncertainty is not None:
            values = {key: None if relative[key] is None else value * relative[key] for key, value in size.items()}  # type: ignore[operator]
        result.append(
            KeyCategoryRanking(
                region,
                year,
                base_year,
                criterion,
                approach,
                with_lucf,
                limit,
                _ranked(values, first, later, relative, limit, ledger.edition),
            )
        )
    return tuple(result)


def all_assessments(ledger: Ledger, uncertainty: Approach1 | None = None) -> tuple[KeyCategoryRanking, ...]:
    """Every ranking a filing shows: each region and year (trend against the first year), with and without LUCF, both
    approaches."""
    result: list[KeyCategoryRanking] = []
    lucf, co2e = ledger.edition.lucf, _co2e(ledger)
    for region in ledger.regions:
        years = sorted({line.year for line in ledger.lines if line.region == region and line.account == "total"})
        has_lucf = any(
            line.category in lucf for line in ledger.lines if line.region == region and line.account == "total"
        )
        for year in years:
            base = years[0] if year != years[0] else None
            for with_lucf in (True, False) if has_lucf else (False,):
                groups = _groups(ledger, region, {year, base} - {None}, with_lucf)
                for known in (None, uncertainty) if uncertainty is not None else (None,):
                    result += _assess(ledger, groups, _Ranked(region, year, base, with_lucf), known, co2e)
    return tuple(result)


def group_lines(ledger: Ledger, region: str, years: Collection[int]) -> Groups:
    """The lines of a region that count, by category at `DEPTH` and gas, in the order of the tree (what the rankings
    compare)."""
    return _groups(ledger, region, years, True)


def summary(assessments: Iterable[KeyCategoryRanking]) -> dict[tuple[str, str], tuple[str, ...]]:
    """(category, gas) -> criteria by which it is key (L1, T1, L2, T2; with a trailing * where LUCF is counted), in
    order of first appearance."""
    result: dict[tuple[str, str], dict[str, None]] = {}
    for a in assessments:
        for key in a.key:
            result.setdefault(key, {})[f"{a.code}{'*' if a.with_lucf else ''}"] = None
    return {key: tuple(sorted(codes)) for key, codes in result.items()}


def _co2e(ledger: Ledger) -> list[float]:
    """t CO2e of every line under the ledger's one GWP set, as plain numbers."""
    return [line.mass_t * ledger.gwp[line.gas] for line in ledger.lines]


def _groups(ledger: Ledger, region: str, years: Collection[int | None], with_lucf: bool) -> Groups:
    """Ledger lines (with their numbers) of each category at `DEPTH` and gas, in the order of the tree."""
    lucf = frozenset() if with_lucf else ledger.edition.lucf
    place: dict[str, str] = {}
    groups: Groups = {}
    for number, line in enumerate(ledger.lines):
        if line.region != region or line.year not in years or line.account != "total" or line.category in lucf:
            continue
        if line.category not in place:
            above = list(ancestors(ledger.edition, line.category))[::-1]
            place[line.category] = above[min(DEPTH, len(above)) - 1]
        groups.setdefault((place[line.category], line.gas), []).append((number, line))
    rank = {category: n for n, category in enumerate(ledger.edition.categories)}
    return dict(sorted(groups.items(), key=lambda g: (rank[g[0][0]], g[0][1])))


def _level(later: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    whole = math.fsum(abs(v) for v in later.values())
    return {key: abs(v) / whole if whole else 0.0 for key, v in later.items()}


def _trend(first: dict[tuple[str, str], float], later: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """IPCC's trend assessment: |share in the first year| x |own growth - growth of the total|; a new source counts by its size."""
    size = math.fsum(abs(v) for v in first.values())
    total = math.fsum(first.values())
    growth = (math.fsum(later.values()) - total) / abs(total) if total else 0.0
    values = {
        key: (abs(v) / size * abs((later[key] - v) / abs(v) - growth) if v else abs(later[key]) / size)
        for key, v in first.items()
    }
    return {key: value if value > _NOISE else 0.0 for key, value in values.items()}


def _relative(
    uncertainty: Approach1, groups: Groups, year: int, base_year: int | None
) -> dict[tuple[str, str], float | None]:
    """Relative half-width of each group in its year (in the base year where it no longer exists); None when every line
    of it is unknown."""
    chosen: dict[tuple[str, str], list[int]] = {}
    for key, lines in groups.items():
        chosen[key] = [n for n, line in lines if line.year == year and line.mass_t] or [
            n for n, line in lines if line.year == base_year
        ]
    half = group_half_widths(uncertainty, list(chosen.values()))
    out: dict[tuple[str, str], float | None] = {}
    for (key, numbers), width in zip(chosen.items(), half.tolist(), strict=True):
        total = math.fsum(uncertainty.lines[n].emission for n in numbers)
        unknown = bool(numbers) and all(uncertainty.lines[n].combined_pct is None for n in numbers)
        out[key] = None if unknown else width / abs(total) if total else 0.0
    return out


def _ranked(
    values: dict[tuple[str, str], float | None],
    first: dict[tuple[str, str], float],
    later: dict[tuple[str, str], float],
    relative: dict[tuple[str, str], float | None],
    limit: float,
    edition: Edition,
) -> tuple[KeyRow, ...]:
    rank = {category: n for n, category in enumerate(edition.categories)}
    whole = math.fsum(v for v in values.values() if v is not None)
    rows: list[KeyRow] = []
    reached = 0.0
    for key in sorted(values, key=lambda k: (values[k] is None, -(values[k] or 0.0), rank[k[0]], k[1])):
        value = values[key]
        known = relative.get(key)
        pct = None if known is None else 100.0 * known
        if value is None:
            rows.append(KeyRow(*key, first[key], later[key], None, None, None, None, False))
            continue
        share = value / whole if whole else 0.0
        is_key = reached < limit - 1e-12 and value > 0.0
        reached += share
        rows.append(KeyRow(*key, first[key], later[key], pct, value, share, reached, is_key))
    return tuple(rows)
