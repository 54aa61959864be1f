"""Screens for figures that should be asked about: patterns known from fraud cases, which honest figures can show as
well.

Every screen says what was seen and what to ask, and accuses nobody. Thresholds are the constants below, so that they
can be argued about.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from ..core import units
from ..core.edition import Edition
from ..core.problems import Collector, Origin, Problem
from .model import Enterprise, Lab

SAME_MONTHS = 6  # as many months with one and the same figure
DIGIT_NUMBERS = 30  # figures needed before their last digits are judged
ROUND_SHARE = 0.5  # share of figures with two or more zeros at the end, of those with at least three digits
CHI2_LAST = 33.72  # chi-square, 9 degrees of freedom, p = 0.0001
BENFORD_NUMBERS = 300  # figures needed for Benford's law
BENFORD_SPAN = 3.0  # and orders of magnitude they must span
CHI2_FIRST = 31.83  # 8 degrees of freedom, p = 0.0001
CARBON_RANGE = 0.15  # carbon per heat against the middle of what the guidelines print for the fuel
INTENSITY = 2.0  # electricity per product of a month against the year's median, factor up or down
MONTHS_NEEDED = 8
LARGE_GROUP = 50  # holders of one value beyond which neighbours are compared instead of all pairs


def screen(e: Enterprise, edition: Edition) -> list[Problem]:
    """All screens for one enterprise."""
    problems = Collector()
    held = series(e)
    identical_months(held, problems)
    last_digits(e, held, problems)
    repeated_labs(e.labs, problems)
    dates(e, problems)
    carbon(e.labs, edition, problems)
    production(e, problems)
    return list(problems)


Series = Mapping[str, list[tuple[int, float, Origin]]]


def series(e: Enterprise) -> Series:
    """Every monthly series with its name: purchases, sales, metered consumption, electricity, output."""
    held: dict[str, list[tuple[int, float, Origin]]] = {}
    for r in e.readings:
        for name, value in (("购入量", r.purchased), ("外销量", r.sold), ("计量消耗量", r.metered)):
            if value is not None:
                held.setdefault(f"{r.fuel} {r.facility} {name}".replace("  ", " "), []).append(
                    (r.month, value, r.origin)
                )
    for p in e.power:
        if p.purchased is not None:
            held.setdefault(f"购入电量 {p.supplier}".strip(), []).append((p.month, p.purchased, p.origin))
    for q in e.production:
        held.setdefault(f"{q.product} 产量", []).append((q.month, q.output, q.origin))
    return held


def identical_months(held: Series, problems: Collector) -> None:
    """One figure, other than zero, in many months of a series."""
    for name, rows in held.items():
        counts = Counter(v for _, v, _ in rows if v)
        value, n = max(counts.items(), key=lambda x: (x[1], x[0]), default=(0.0, 0))
        if n >= SAME_MONTHS:
            problems.add("screen.same_months", rows[0][2], name=name, n=n, value=f"{value:g}")


def numbers_of(e: Enterprise) -> list[float]:
    """All figures a person wrote month by month."""
    out = [v for rows in series(e).values() for _, v, _ in rows if v]
    out += [v for r in e.readings for v in (r.opening, r.closing) if v]
    return [abs(v) for v in out]


def last_digits(e: Enterprise, held: Series, problems: Collector) -> None:
    """Last written digits: too many round figures, or digits that are far from even."""
    columns = [[v for _, v, _ in rows if v] for rows in held.values()]
    columns += [[v for r in e.readings for v in (r.opening, r.closing) if v]]
    written = []
    for column in columns:
        places = max(map(_places, column), default=0)
        written += [_as_written(abs(v), places) for v in sorted(set(column))]
    long = [t for t in written if len(t.lstrip("0")) >= 3]
    if len(long) < DIGIT_NUMBERS:
        return
    rounded = sum(t.endswith("00") for t in long)
    if rounded / len(long) > ROUND_SHARE:
        problems.add("screen.round", _first(e), n=rounded, of=len(long))
        return
    last = Counter(t[-1] for t in long)
    total = len(long)
    chi2 = sum((last.get(str(d), 0) - total / 10) ** 2 / (total / 10) for d in range(10))
    if chi2 > CHI2_LAST:
        digit, n = max(last.items(), key=lambda x: (x[1], x[0]))
        problems.add("screen.last_digit", _first(e), digit=digit, n=n, of=total, chi2=f"{chi2:.0f}")


def _places(v: float) -> int:
    """Decimals a figure was written with, as far as its value shows."""
    text = repr(v)
    if "e" in text:
        exponent = Decimal(text).normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    return len(text.partition(".")[2].rstrip("0"))


def _as_written(v: float, places: int) -> str:
    """The digits of a figure with the decimals of its column, without the point: 12.5 beside 3.25 -> 1250."""
    return f"{v:.{min(places, 6)}f}".replace(".", "")


@dataclass(frozen=True, slots=True)
class FirstDigits:
    """How often each first digit (1 to 9) stands among figures, and their span: all that Benford's law asks of a
    group, so that no figure has to be kept."""

    counts: tuple[int, ...] = (0,) * 9
    low: float = math.inf
    high: float = 0.0

    @classmethod
    def of(cls, numbers: Iterable[float]) -> FirstDigits:
        held = [abs(v) for v in numbers if v and math.isfinite(v)]
        first = Counter(f"{v:e}"[0] for v in held)
        return cls(tuple(first.get(str(d), 0) for d in range(1, 10)), min(held, default=math.inf), max(held, default=0))

    def __add__(self, other: FirstDigits) -> FirstDigits:
        counts = tuple(a + b for a, b in zip(self.counts, other.counts, strict=True))
        return FirstDigits(counts, min(self.low, other.low), max(self.high, other.high))

    @property
    def n(self) -> int:
        return sum(self.counts)

    def chi2(self) -> float | None:
        """Chi-square against Benford's law; None where the law cannot be expected to hold."""
        if self.n < BENFORD_NUMBERS or math.log10(self.high / self.low) < BENFORD_SPAN:
            return None
        expected = [self.n * math.log10(1 + 1 / d) for d in range(1, 10)]
        return sum((n - e) ** 2 / e for n, e in zip(self.counts, expected, strict=True))


def benford_screen(groups: Mapping[str, FirstDigits], problems: Collector) -> None:
    """Benford's law for groups of figures (a city, an industry); one enterprise seldom has figures enough."""
    for name, digits in sorted(groups.items()):
        chi2 = digits.chi2()
        if chi2 is not None and chi2 > CHI2_FIRST:
            problems.add("screen.benford", Origin(name), chi2=f"{chi2:.0f}", n=digits.n, limit=f"{CHI2_FIRST:.0f}")


# ---- laboratory ----


def lab_values(r: Lab) -> tuple[str, float, float] | None:
    return (r.fuel, r.ncv, r.carbon) if r.ncv is not None and r.carbon is not None else None


def repeated_labs(labs: Sequence[Lab], problems: Collector) -> None:
    """Calorific value and carbon the same to the last digit in several months: one question for each group of months of
    one supplier's or facility's results, not one a pair."""
    groups: dict[tuple[str, float, float], list[Lab]] = {}
    for r in labs:
        values = lab_values(r)
        if values is not None:
            groups.setdefault(values, []).append(r)
    for held in groups.values():
        months = sorted({r.month for r in held})
        if len(months) > 1:
            later = next(r for r in held if r.month != held[0].month)
            problems.add(
                "screen.lab_repeated",
                later.origin,
                fuel=later.fuel,
                months="、".join(map(str, months)),
                count=len(months),
                ncv=f"{later.ncv:g}",
                carbon=f"{later.carbon:g}",
            )


def labs_between(firms: Mapping[str, Sequence[Lab]], problems: Collector) -> None:
    """The same pairs of values in several firms, at least two of them (one alone happens by chance): one finding for
    each group of firms."""
    owners: dict[tuple[str, float, float], dict[str, Lab]] = {}
    for firm, labs in firms.items():
        for r in labs:
            values = lab_values(r)
            if values is not None:
                owners.setdefault(values, {}).setdefault(firm, r)
    group: dict[str, str] = {}

    def root(firm: str) -> str:
        while group.setdefault(firm, firm) != firm:
            firm = group[firm]
        return firm

    shared: dict[tuple[str, str], int] = {}
    for holders in owners.values():
        names = sorted(holders)
        for a, b in itertools.pairwise(names) if len(names) > LARGE_GROUP else itertools.combinations(names, 2):
            shared[a, b] = shared.get((a, b), 0) + 1
    for (a, b), n in shared.items():
        if n >= 2:
            first, second = sorted((root(a), root(b)))
            group[second] = first
    members: dict[str, list[str]] = {}
    for firm in sorted(group):
        members.setdefault(root(firm), []).append(firm)
    for names in (m for _, m in sorted(members.items()) if len(m) > 1):
        same = [h for h in owners.values() if sum(n in h for n in names) > 1]
        common = next(h[n] for h in same for n in names if n in h)
        laboratories = (
            "、".join(dict.fromkeys(r.lab for h in same for n, r in h.items() if n in names and r.lab)) or "—"
        )
        shown = "、".join(names[:6]) + ("…" if len(names) > 6 else "")
        problems.add(
            "screen.lab_shared",
            common.origin,
            firms=shown,
            n=len(names),
            values=len(same),
            fuel=common.fuel,
            laboratory=laboratories,
        )


def dates(e: Enterprise, problems: Collector) -> None:
    """Reported before sampled, sampled in another month than the row's, reports later than the enterprise's own
    report."""
    final = _date(e.profile.date)
    for r in e.labs:
        sampled, reported = _date(r.sampled), _date(r.reported)
        if sampled and reported and reported < sampled:
            problems.add(
                "screen.date_order", r.origin, fuel=r.fuel, month=r.month, sampled=r.sampled, reported=r.reported
            )
        if sampled and (sampled.month != r.month or (e.profile.year and sampled.year != e.profile.year)):
            problems.add("screen.date_month", r.origin, fuel=r.fuel, month=r.month, sampled=r.sampled)
        if reported and final and reported > final:
            problems.add(
                "screen.date_late", r.origin, fuel=r.fuel, month=r.month, reported=r.reported, final=e.profile.date
            )
    by_day: dict[str, list[Lab]] = {}
    for r in e.labs:
        if r.reported:
            by_day.setdefault(r.reported, []).append(r)
    for day, rows in by_day.items():
        months = sorted({r.month for r in rows})
        if len(months) >= 3:
            problems.add("screen.date_same", rows[0].origin, day=day, months="、".join(map(str, months)))


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.replace("/", "-").replace(".", "-")) if text else None
    except ValueError:
        return None


def carbon(labs: Sequence[Lab], edition: Edition, problems: Collector) -> None:
    """Elemental carbon that does not go with the calorific value: carbon per heat far from what every guideline prints
    for the fuel."""
    for r in labs:
        if r.ncv is None or r.carbon is None or not r.ncv_unit or not r.carbon_unit:
            continue
        coals = ("烟煤", "无烟煤", "褐煤") if r.fuel == "燃煤" else (r.fuel,)
        printed = [v for fuel in coals for v in edition.derived(_printed_carbon).get(fuel, ())]
        try:
            volume = units.same_dimension(r.ncv_unit, "GJ/万Nm3")
            heat = r.ncv * float(units.ratio(r.ncv_unit, "GJ/万Nm3" if volume else "GJ/t"))
            if units.same_dimension(r.carbon_unit, "tC/GJ"):
                per_heat = r.carbon * float(units.ratio(r.carbon_unit, "tC/GJ"))
            else:
                per_heat = r.carbon * float(units.ratio(r.carbon_unit, "tC/万Nm3" if volume else "tC/t")) / heat
        except (units.UnitError, units.DimensionError, ZeroDivisionError):
            continue
        if printed and not min(printed) * (1 - CARBON_RANGE) <= per_heat <= max(printed) * (1 + CARBON_RANGE):
            problems.add(
                "screen.carbon",
                r.origin,
                fuel=r.fuel,
                month=r.month,
                value=f"{per_heat:.4f}",
                low=f"{min(printed):.4f}",
                high=f"{max(printed):.4f}",
            )


def _printed_carbon(edition: Edition) -> dict[str, list[float]]:
    """Fuel -> carbon per heat as each guideline prints it."""
    held: dict[str, list[float]] = {}
    for x in edition.factors["fuel_cc"]:
        if x.value:
            held.setdefault(dict(x.keys).get("fuel", ""), []).append(x.value)
    return held


# ---- production ----


def production(e: Enterprise, problems: Collector) -> None:
    """Months in which electricity per product is far from the year's median, in either direction."""
    power: dict[int, float] = {}
    for p in e.power:
        power[p.month] = power.get(p.month, 0.0) + (p.purchased or 0.0)
    products: dict[str, dict[int, float]] = {}
    places: dict[str, Origin] = {}
    for q in e.production:
        products.setdefault(q.product, {})[q.month] = products.get(q.product, {}).get(q.month, 0.0) + q.output
        places.setdefault(q.product, q.origin)
    for name, output in products.items():
        ratio = {m: power[m] / v for m, v in output.items() if v > 0 and power.get(m)}
        if len(ratio) < MONTHS_NEEDED:
            continue
        middle = median(ratio.values())
        odd = sorted(m for m, v in ratio.items() if v > middle * INTENSITY or v < middle / INTENSITY)
        if odd:
            problems.add(
                "screen.production",
                places[name],
                product=name,
                months="、".join(map(str, odd)),
                values="、".join(f"{ratio[m]:.4g}" for m in odd),
                middle=f"{middle:.4g}",
            )


def _first(e: Enterprise) -> Origin:
    origins = [r.origin for r in e.readings] + [r.origin for r in e.power] + [r.origin for r in e.production]
    return Origin(origins[0].file, origins[0].sheet) if origins else Origin(e.file)
