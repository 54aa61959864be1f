"""Checks of what went in: activity data over the years, their sources, own factors against defaults, the energy
balance."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator

from inventory.core import units
from inventory.core.activity import Datum
from inventory.core.declarations import Text
from inventory.core.edition import Edition, FactorRow
from inventory.core.ledger import Ledger
from inventory.core.questions import FACT
from inventory.core.resolved import Resolved
from inventory.core.subjects import MEASURED_QUANTITY

from .findings import QualityFinding, finding
from .limits import Limits

Series = dict[tuple[str, str, tuple[tuple[str, str], ...]], dict[int, int]]


def factor_range(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """A measured or provincial factor outside the range of the edition's defaults for the same thing."""
    for f in ledger.factors:
        if f.role != "own":
            continue
        rows = [
            r
            for r in ledger.edition.factors.get(f.parameter, ())
            if r.value is not None and r.role == "default" and _comparable(ledger.edition, f, r)
        ]
        if not rows:
            continue
        bounds = [_bounds(r, f.unit, limits) for r in rows]
        low, high = min(b[0] for b in bounds), max(b[1] for b in bounds)
        if not low <= f.value <= high:
            label = ledger.edition.declared.parameters[f.parameter].label
            yield finding(
                "factor_range",
                (f.parameter, ";".join(f"{k}={v}" for k, v in f.keys), f.gas),
                f.origin,
                label=label,
                id=f.id,
                value=f"{f.value:g}",
                unit=f.unit,
                low=f"{low:.5g}",
                high=f"{high:.5g}",
                source=f.source,
                defaults="、".join(r.id for r in rows[:3]) + ("…" if len(rows) > 3 else ""),
            )


def _comparable(edition: Edition, f: Resolved, row: FactorRow) -> bool:
    """A default row that speaks of the same thing: no gas or key contradicts, directly or by class."""
    if f.gas and row.gas and f.gas != row.gas:
        return False
    required = dict(f.keys)
    for key, value in row.keys:
        have = required.get(key)
        if have is None or value in ("*", have) or have == "*":
            continue
        word, other = edition.word(key, have), edition.word(key, value)
        if not (word and value in word.classes) and not (other and have in other.classes):
            return False
    return units.same_dimension(f.unit, row.unit)


def _bounds(row: FactorRow, unit: str, limits: Limits) -> tuple[float, float]:
    assert row.value is not None
    scale = float(units.ratio(row.unit, unit))
    low = row.lower if row.lower is not None else row.value - abs(row.value) * limits.factor_band
    high = row.upper if row.upper is not None else row.value + abs(row.value) * limits.factor_band
    return low * scale, high * scale


def _series(ledger: Ledger) -> Series:
    """Data of the same region, quantity and keys by year."""
    result: Series = {}
    for n, d in enumerate(ledger.data):
        result.setdefault((d.region, d.quantity, tuple(sorted(d.item))), {})[d.year] = n
    return result


def _name(ledger: Ledger, d: Datum) -> Text:
    keys = "；".join(f"{k}={v}" for k, v in sorted(d.item))
    return {lang: f"{label}（{keys}）" if keys else label for lang, label in _quantity(ledger, d.quantity).items()}


def _quantity(ledger: Ledger, quantity: str) -> Text:
    return ledger.edition.declared.quantities.get(quantity, MEASURED_QUANTITY).label


def _place(d: Datum) -> tuple[object, ...]:
    return (d.region, d.year, d.quantity, ";".join(f"{k}={v}" for k, v in sorted(d.item)))


def activity_jump(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Two years' figures that differ like two units do."""
    weight = _emissions(ledger)
    for by_year in _series(ledger).values():
        years = sorted(by_year)
        for first, later in itertools.pairwise(years):
            if max(weight.get(by_year[y], math.inf) for y in (first, later)) < limits.share:
                continue
            a, b = float(ledger.data_values[by_year[first]]), float(ledger.data_values[by_year[later]])
            if a > 0.0 and b > 0.0 and max(b / a, a / b) > limits.activity_ratio:
                d, before = ledger.data[by_year[later]], ledger.data[by_year[first]]
                yield finding(
                    "activity_jump",
                    _place(d),
                    d.origin,
                    region=d.region,
                    name=_name(ledger, d),
                    first=first,
                    later=later,
                    a=f"{before.value:g} {before.unit}",
                    b=f"{d.value:g} {d.unit}",
                    ratio=f"{b / a:.3g}",
                    other=before.origin,
                )


def _emissions(ledger: Ledger) -> dict[int, float]:
    """Part of the total that each datum's own lines make up; data that reach a line only through further steps are left
    out (unknown)."""
    whole: dict[tuple[str, int], float] = {}
    for line in ledger.select():
        whole[line.region, line.year] = whole.get((line.region, line.year), 0.0) + abs(ledger.co2e_t(line))
    parts: dict[int, float] = {}
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind == "activity":
                for ref, n in zip(column.refs.tolist(), table.lines.tolist(), strict=True):
                    if ref >= 0 and n >= 0 and whole.get((ledger.lines[n].region, ledger.lines[n].year)):
                        own = ledger.lines[n]
                        parts[ref] = parts.get(ref, 0.0) + abs(ledger.co2e_t(own)) / whole[own.region, own.year]
    return parts


def repeated_value(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """The same figure, with three digits or more, for two years: a year may have been copied."""
    for by_year in _series(ledger).values():
        for first, later in itertools.pairwise(sorted(by_year)):
            a, d = ledger.data[by_year[first]], ledger.data[by_year[later]]
            same = ledger.data_values[by_year[first]] == ledger.data_values[by_year[later]]
            if same and _digits(d.value) >= 3 and not _is_share(ledger.data_units[by_year[later]]):
                yield finding(
                    "repeated_value",
                    _place(d),
                    d.origin,
                    region=d.region,
                    name=_name(ledger, d),
                    first=first,
                    later=later,
                    value=f"{d.value:g} {d.unit}",
                    other=a.origin,
                )


def copied_value(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """The same figure, with four digits or more, for two items of one quantity and year: a cell may have been
    copied."""
    seen: dict[tuple[str, int, str, float], int] = {}
    for n, d in enumerate(ledger.data):
        value = float(ledger.data_values[n])
        # equal shares of one cell give equal figures
        if d.terms or _digits(d.value) < 4 or _is_share(ledger.data_units[n]):
            continue
        before = seen.setdefault((d.region, d.year, d.quantity, value), n)
        if before != n:
            other = ledger.data[before]
            yield finding(
                "copied_value",
                _place(d),
                d.origin,
                region=d.region,
                year=d.year,
                name=_name(ledger, d),
                other_name=_name(ledger, other),
                value=f"{d.value:g} {d.unit}",
                other=other.origin,
            )


def _digits(value: float) -> int:
    """Significant digits of a figure as written."""
    mantissa = f"{abs(value):.15g}".partition("e")[0]
    return len(mantissa.replace(".", "").strip("0")) if value else 0


def _is_share(unit: str) -> bool:
    """Shares and rates are often the same in two years."""
    return units.same_dimension(unit, "1")


def source_missing(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Activity data without a source, told once a quantity and year."""
    gone: dict[tuple[str, int, str], list[Datum]] = {}
    for d in ledger.data:
        if not d.source.strip() and not d.terms:
            gone.setdefault((d.region, d.year, d.quantity), []).append(d)
    for (region, year, quantity), data in gone.items():
        declared = ledger.edition.declared.quantities.get(quantity)
        yield finding(
            "source_missing",
            (region, year, quantity),
            data[0].origin,
            region=region,
            year=year,
            count=len(data),
            name=_quantity(ledger, quantity),
            supplier=declared.supplier if declared and declared.supplier else "—",
        )


def source_differs(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """The years of one series name different sources; a year in the title does not count as a difference."""
    for by_year in _series(ledger).values():
        years = sorted(by_year)
        plain = {y: re.sub(r"[\d\s年度]+", "", ledger.data[by_year[y]].source) for y in years}
        for first, later in itertools.pairwise(years):
            a, d = ledger.data[by_year[first]], ledger.data[by_year[later]]
            if plain[first] and plain[later] and plain[first] != plain[later] and not a.terms and not d.terms:
                yield finding(
                    "source_differs",
                    _place(d),
                    d.origin,
                    region=d.region,
                    name=_name(ledger, d),
                    first=first,
                    later=later,
                    a=a.source,
                    b=d.source,
                )


def unused_data(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Figures somebody entered and no method took."""
    used = {line.datum for line in ledger.lines}
    for table in ledger.tables:
        for column in (*table.columns.values(), *(s.column for s in table.sums.values())):
            if column.kind == "activity":
                used.update(column.refs.tolist())
    # surveys and figures for indicators belong to no method and are used elsewhere
    required = {a.quantity for m in ledger.edition.declared.methods.values() for a in m.activity}
    for n, d in enumerate(ledger.data):
        if n not in used and d.value != 0.0 and d.quantity in required:
            yield finding(
                "unused_data",
                _place(d),
                d.origin,
                region=d.region,
                year=d.year,
                name=_name(ledger, d),
                value=f"{d.value:g} {d.unit}",
            )


def balance(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """What reading the energy balance found and left standing: broken identities, unusual signs, stale corrections."""
    for p in ledger.warnings:
        if p.code.startswith("balance.") and p.severity != "hint":
            # a fact in two languages is kept as one text, Chinese first
            names = {k: v.split("\x1f")[0] for k, v in p.facts}
            place = "|".join(
                [
                    p.code.partition(".")[2],
                    *(names[k] for k in ("region", "year", "column", "row", "check") if k in names),
                ]
            )
            yield QualityFinding("balance", place, p)


def questions(ledger: Ledger, limits: Limits, check: str) -> Iterator[QualityFinding]:
    """What reading and compiling asked under this name, answered or not: so that the list of findings is the list of
    everything to answer."""
    for p in ledger.warnings:
        requested, _, place = next((value for name, value in p.facts if name == FACT), "").partition("|")
        if requested == check:
            yield QualityFinding(check, place, p)
