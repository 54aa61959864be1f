"""Checks of the ledger's figures: complete, consistent over the years, plausible, and equal to their own arithmetic."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from inventory.core import equation
from inventory.core.completeness import completeness as statuses
from inventory.core.completeness import state_of
from inventory.core.declarations import Text
from inventory.core.ledger import Ledger, Line, StepTable
from inventory.core.questions import FACT
from inventory.core.required_cells import cell_problems
from inventory.uncertainty.approach1 import Approach1
from inventory.uncertainty.labels import label_of
from inventory.uncertainty.requests import label_of_kind, named

from .findings import QualityFinding, finding
from .limits import Limits
from .rules import may_be_negative

_FLAGS = ("unverified", "conflict", "fallback")


def completeness(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Every line of the guideline is computed or carries a notation key, gases of one category together; every required
    cell has a figure or a key."""
    state = state_of(ledger)
    missing: dict[tuple[str, int, str], list[str]] = {}
    for s in state.unanswered():
        if s.state == "missing":
            missing.setdefault((s.region, s.year, s.category), []).append(s.gas)
    for (region, year, category), gases in missing.items():
        yield finding(
            "completeness",
            (region, year, category),
            region=region,
            year=year,
            category=_label(ledger, category),
            gases="、".join(gases),
        )
    for p in cell_problems(state.cells, ledger.edition):
        yield QualityFinding("completeness", dict(p.facts)[FACT].partition("|")[2], p)


def notation_computed(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """A notation key says that a figure is not there; a computed figure beside it is a contradiction."""
    for n in ledger.notations:
        lines = [
            x
            for x in ledger.select(category=n.category, gas=n.gas or None, region=n.region, year=n.year)
            if x.mass_t != 0.0
        ]
        if lines:
            yield finding(
                "notation_computed",
                (n.region, n.year, n.category, n.gas),
                n.origin,
                region=n.region,
                year=n.year,
                category=_label(ledger, n.category),
                gas=n.gas,
                key=n.key,
                mass=f"{math.fsum(x.mass_t for x in lines):.6g}",
            )


def series_gap(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """A category and gas computed in one year of a region is computed, or carries a notation key, in every other."""
    have = {(s.region, s.year, s.category, s.gas): s.status for s in statuses(ledger)}
    for region in ledger.regions:
        years = sorted({x.year for x in ledger.lines if x.region == region})
        for category, gas in dict.fromkeys((c, g) for r, _, c, g in have if r == region):
            there = [y for y in years if have.get((region, y, category, gas)) == "computed"]
            gone = [y for y in years if have.get((region, y, category, gas)) == "missing"]
            if there and gone:
                yield finding(
                    "series_gap",
                    (region, category, gas),
                    region=region,
                    category=_label(ledger, category),
                    gas=gas,
                    there="、".join(map(str, there)),
                    gone="、".join(map(str, gone)),
                )


def jump(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """A category's emission grows or falls faster a year than the limit, or changes its sign."""
    sums = _by_category(ledger)
    totals: dict[tuple[str, int], float] = {}
    for (region, _, _), by_year in sums.items():
        for year, value in by_year.items():
            totals[region, year] = totals.get((region, year), 0.0) + abs(value)
    for (region, category, gas), by_year in sums.items():
        years = sorted(by_year)
        for first, later in itertools.pairwise(years):
            a, b = by_year[first], by_year[later]
            if (
                max(abs(a) / (totals[region, first] or 1.0), abs(b) / (totals[region, later] or 1.0)) < limits.share
                or a == b
            ):
                continue
            rate = math.inf if a == 0.0 or a * b <= 0.0 else (b / a) ** (1.0 / (later - first)) - 1.0
            if abs(rate) > limits.yearly_change:
                shown = "—" if math.isinf(rate) else f"{100 * rate:+.1f} %"
                yield finding(
                    "jump",
                    (region, later, category, gas),
                    region=region,
                    category=_label(ledger, category),
                    gas=gas,
                    first=first,
                    later=later,
                    a=f"{a / 1e4:.6g}",
                    b=f"{b / 1e4:.6g}",
                    rate=shown,
                    limit=f"{100 * limits.yearly_change:g}",
                )


def implied_factor(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Emission over activity of the same line in two years differs by more than the limit."""
    series: dict[tuple[Any, ...], dict[int, tuple[float, str]]] = {}
    for line in ledger.lines:
        activity = activity_of(ledger, line)
        if activity is not None and activity[0] > 0.0 and line.account == "total":
            series.setdefault((line.region, line.category, line.method, line.item, line.gas), {})[line.year] = (
                line.mass_t / activity[0],
                activity[1],
            )
    for (region, category, method, item, gas), by_year in series.items():
        years = sorted(by_year)
        for first, later in itertools.pairwise(years):
            (a, unit), (b, other) = by_year[first], by_year[later]
            if unit == other and a != 0.0 and abs(b / a - 1.0) > limits.implied_factor:
                text = ";".join(f"{k}={v}" for k, v in item)
                yield finding(
                    "implied_factor",
                    (region, later, category, gas, method, text),
                    region=region,
                    category=_label(ledger, category),
                    gas=gas,
                    item=f"（{text}）" if text else "",
                    first=first,
                    later=later,
                    a=f"{a:.5g}",
                    b=f"{b:.5g}",
                    unit=f"t {gas}/{unit}",
                    change=f"{100 * (b / a - 1):+.1f} %",
                    limit=f"{100 * limits.implied_factor:g}",
                )


def activity_of(ledger: Ledger, line: Line) -> tuple[float, str] | None:
    """The first activity datum behind a line (value, unit), looked for in its step and then in the steps before; None
    when there is none."""
    if line.table < 0:
        return None
    numbers = {(t.method.id, t.name): n for n, t in enumerate(ledger.tables) if t.method.id == line.method}
    return _activity(ledger, line.table, line.row, numbers)


def _activity(ledger: Ledger, table: int, row: int, numbers: dict[tuple[str, str], int]) -> tuple[float, str] | None:
    columns = ledger.tables[table].columns.values()
    for column in columns:
        if column.kind == "activity" and column.refs[row] >= 0:
            return float(column.values[row]), column.units[row]
    for column in columns:
        if column.kind == "step" and column.refs[row] >= 0:
            result = _activity(
                ledger, numbers[ledger.tables[table].method.id, column.source], int(column.refs[row]), numbers
            )
            if result is not None:
                return result
    return None


def illustrative(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Figures made of illustrative data are no statistics, and a filing that holds them is an example."""
    for region, year, _, count, share in _flagged(ledger, ("illustrative",)):
        yield finding("illustrative", (region, year), region=region, year=year, count=count, share=f"{100 * share:.1f}")


def standing(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """How much of the total rests on factors that nobody compared with the print, that sources dispute, or that stand
    in for missing ones."""
    for region, year, flag, count, share in _flagged(ledger, _FLAGS):
        yield finding(
            "standing",
            (region, year, flag),
            code=f"quality.standing_{flag}",
            region=region,
            year=year,
            count=count,
            share=f"{100 * share:.1f}",
        )


def _flagged(ledger: Ledger, flags: tuple[str, ...]) -> Iterator[tuple[str, int, str, int, float]]:
    for region in ledger.regions:
        for year in ledger.years:
            lines = list(ledger.select(region=region, year=year))
            whole = math.fsum(abs(ledger.co2e_t(x)) for x in lines)
            for flag in flags:
                own = [x for x in lines if flag in x.flags]
                if own:
                    yield (
                        region,
                        year,
                        flag,
                        len(own),
                        math.fsum(abs(ledger.co2e_t(x)) for x in own) / whole if whole else 0.0,
                    )


def negative(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Only removals and the deductions the edition names may be below zero."""
    allowed = ledger.edition.lucf | may_be_negative(ledger.edition)
    for line in ledger.select():
        if line.mass_t < 0.0 and line.category not in allowed:
            yield finding(
                "negative",
                (line.region, line.year, line.category, line.gas, line.item_text),
                region=line.region,
                year=line.year,
                category=_label(ledger, line.category),
                gas=line.gas,
                item=f"（{line.item_text}）" if line.item else "",
                mass=f"{line.mass_t:.6g}",
            )


def arithmetic(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Every step recomputed from its columns, every line compared with its row: a ledger changed by hand does not
    pass."""
    for table in ledger.tables:
        again = _recomputed(table)
        scale = np.maximum(np.abs(table.values), np.abs(again))
        for row in np.flatnonzero(np.abs(again - table.values) > limits.relative * scale).tolist():
            yield _wrong(ledger, table, row, float(table.values[row]), float(again[row]), table.unit)
        ratios = [(row, int(n)) for row, n in enumerate(table.lines.tolist()) if n >= 0 and table.values[row] != 0.0]
        # one step has one unit: the ratio of line to row is the same everywhere, and known from the most common one
        if ratios:
            scales = np.array([ledger.lines[n].mass_t / table.values[row] for row, n in ratios])
            usual = float(np.median(scales))
            for (row, n), got in zip(ratios, scales.tolist(), strict=True):
                if abs(got - usual) > limits.relative * abs(usual):
                    yield _wrong(ledger, table, row, ledger.lines[n].mass_t, usual * float(table.values[row]), "t")


def _wrong(ledger: Ledger, table: StepTable, row: int, stands: float, should: float, unit: str) -> QualityFinding:
    keys = ";".join(f"{k}={v}" for k, v in zip(table.keys, table.rows[row], strict=True))
    return finding(
        "arithmetic",
        (table.method.id, table.name, keys),
        method=table.method.label,
        step=table.step.label,
        keys=keys,
        stands=f"{stands:.12g}",
        should=f"{should:.12g}",
        unit=unit,
    )


def _recomputed(table: StepTable) -> np.ndarray:
    totals = {
        equation.sum_name(n): np.array([math.fsum(s.column.values[list(g)]) for g in s.groups])
        for n, s in table.sums.items()
    }
    out = np.array(table.values, dtype=float)
    for number, text in enumerate(table.texts):
        rows = np.flatnonzero(table.variants == number)
        if len(rows):
            out[rows] = equation.evaluate(
                text, {n: c.values[rows] for n, c in table.columns.items()} | {n: t[rows] for n, t in totals.items()}
            )
    return out


def sums(ledger: Ledger, limits: Limits) -> Iterator[QualityFinding]:
    """Lines that count add up to the sectors, gas by gas; a line under an information item would be in the total and in
    no sector."""
    sectors = [c.id for c in ledger.edition.categories.values() if not c.parent and not c.memo]
    for region in ledger.regions:
        for year in ledger.years:
            for gas in dict.fromkeys(x.gas for x in ledger.lines):
                whole = math.fsum(x.mass_t for x in ledger.select(region=region, year=year, gas=gas))
                parts = math.fsum(
                    x.mass_t for s in sectors for x in ledger.select(category=s, region=region, year=year, gas=gas)
                )
                if abs(whole - parts) > limits.relative * max(abs(whole), abs(parts)):
                    yield finding(
                        "sums",
                        (region, year, gas),
                        region=region,
                        year=year,
                        gas=gas,
                        whole=f"{whole:.12g}",
                        parts=f"{parts:.12g}",
                    )


def uncertainty_unknown(ledger: Ledger, result: Approach1 | None) -> Iterator[QualityFinding]:
    """How much of a total has no complete uncertainty, and the inputs that would tell most."""
    assert result is not None
    requests = [item for item, _ in result.requests()]
    for t in result.targets:
        if t.target.level == "total" and t.lower_bound:
            place = (t.target.region, t.target.year)
            here = [u for u in result.lines if (ledger.lines[u.line].region, ledger.lines[u.line].year) == place]
            unknown = {result.inputs.items[n].name for u in here for n in u.unknown}
            own = [item for item in requests if item.name in unknown]
            labels = [label_of(ledger, item) for item in own[:5]]
            yield finding(
                "uncertainty_unknown",
                (t.target.region, t.target.year),
                region=t.target.region,
                year=t.target.year,
                share=f"{100 * (1 - t.covered):.1f}",
                count=len(own),
                names={lang: mark.join(label[lang] for label in labels) for lang, mark in (("zh", "、"), ("en", "; "))},
            )


def uncertainty_assumed(ledger: Ledger, result: Approach1 | None) -> Iterator[QualityFinding]:
    """Quantities, parameters and shares whose uncertainty is the edition's declared default, by the emission that
    depends on them."""
    assert result is not None
    groups: dict[tuple[str, str], list[float]] = {}
    for item, reach in result.assumed():
        groups.setdefault(named(ledger, item), []).append(reach)
    if groups:
        ordered = sorted(groups, key=lambda g: (-sum(groups[g]), g))
        labels = [label_of_kind(ledger, *g) for g in ordered[:5]]
        yield finding(
            "uncertainty_assumed",
            ("",),
            count=sum(len(v) for v in groups.values()),
            groups=len(groups),
            names={lang: mark.join(label[lang] for label in labels) for lang, mark in (("zh", "、"), ("en", "; "))},
        )


def _by_category(ledger: Ledger) -> dict[tuple[str, str, str], dict[int, float]]:
    """t CO2e of (region, category, gas) by year, lines that count."""
    result: dict[tuple[str, str, str], dict[int, float]] = {}
    for line in ledger.select():
        by_year = result.setdefault((line.region, line.category, line.gas), {})
        by_year[line.year] = by_year.get(line.year, 0.0) + ledger.co2e_t(line)
    return result


def _label(ledger: Ledger, category: str) -> Text:
    return {lang: f"{category} {ledger.edition.label_of_category(category, lang)}" for lang in ("zh", "en")}
