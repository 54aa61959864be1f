"""The size of the whole: the total against the emission that put the firm on the list, a source larger than any works
has, and a month of the stock ledger that does not go with the others. A slip of 万 over a whole column leaves every
ratio inside it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from ...core.ledger import Ledger
from ...core.problems import Problem, problem
from ...core.rounding import in_digits
from ..industries import Industry
from ..model import Enterprise, place
from ..tables import source_text
from .balances import cells_of
from .effects import Effects
from .grading import Finding, graded


def whole(e: Enterprise, industry: Industry, ledger: Ledger | None, total: float) -> list[Finding]:
    """One finding at most: sources that are too large, or else the total far from the emission of 2010."""
    if ledger is None or not ledger.lines:
        return []
    limits = industry.edition.quality["size"]
    by_source: dict[str, float] = {}
    for line in ledger.lines:
        if line.account == "total":
            by_source[line.category] = by_source.get(line.category, 0.0) + float(ledger.co2e_t(line))
    largest = max(by_source, key=lambda s: abs(by_source[s]), default="")
    if not largest:
        return []
    lines = [x for x in ledger.lines if x.category == largest and x.account == "total"]
    cells = cells_of(ledger, lines)
    facts = {
        "source": {lang: source_text(largest, industry.edition, lang) for lang in ("zh", "en")},
        "mass": in_digits(by_source[largest]),
    }
    where = cells[0] if cells else None
    before = e.profile.emission_2010_t or 0.0
    if abs(by_source[largest]) > float(limits["source_t"]):
        p = problem("check.source_size", where, limit=in_digits(float(limits["source_t"])), **facts)
        return [graded(p, by_source[largest], total)]
    if before > 0 and not before / float(limits["fewer"]) < total < before * float(limits["more"]):
        times = total / before
        shown = f"{times:.3g}" if times >= 1 else f"1/{1 / times:.3g}"
        p = problem("check.total_2010", where, total=in_digits(total), before=in_digits(before), times=shown, **facts)
        return [graded(p, total - before, total)]
    return []


def stock_months(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """Months of a stock ledger that leave hardly anything, or far too much, as used: a purchase that was forgotten, or
    typed in another unit. A month in which nothing at all was used is a standstill."""
    return [graded(p, size, total) for p, size in _odd_months(e, industry, effects)]


def _odd_months(e: Enterprise, industry: Industry, effects: Effects) -> Iterator[tuple[Problem, float | None]]:
    rules = industry.edition.quality["series"]
    limit, needed = float(rules["factor"]), int(rules["months"])
    for fuel, year in sorted(effects.fuel_years.items()):
        rows = {r.month: r for r in e.readings if r.fuel == fuel and r.opening is not None and r.closing is not None}
        used = [(month, value) for month, value in year.monthly if month in rows]
        middle = median(value for _, value in used) if len(used) >= needed else 0.0
        if middle <= 0:
            continue
        odd = [(m, v) for m, v in used if v and not 1 / limit < v / middle < limit]
        if len(odd) * 3 > len(used):
            continue
        for month, value in odd:
            size = effects.fuel_co2(fuel) * (value - middle) / year.value if year.value else None
            yield (
                problem(
                    "check.stock_month",
                    place(rows[month], "purchased"),
                    fuel=fuel,
                    month=month,
                    value=in_digits(value),
                    middle=in_digits(middle),
                    unit=year.unit,
                ),
                size,
            )
