"""附表1 of a filed report against the recomputation: source lines, totals, GWP, with the likely cause of a
difference."""

from __future__ import annotations

import math

from ..core import units
from ..core.ledger import Ledger
from ..core.problems import Origin, problem
from ..core.rounding import in_digits
from .causes import cause_of, cause_text
from .checks import Finding
from .checks.grading import grade_of
from .filed_model import Filed, FiledLine
from .tables import item_texts

TOLERANCE = 1e-4  # relative: reports round
ABSOLUTE = 0.02  # t: two printed decimals of two terms


def line_findings(filed: Filed, ledger: Ledger, total: float) -> list[Finding]:
    findings = []
    for x in filed.lines:
        if x.line.sources:
            findings.extend(_source_line(x, ledger, total))
        else:
            direct = x.line.kind == "direct"
            scope = {s.id: s.scope for s in filed.industry.sources}
            computed = math.fsum(
                ledger.co2e_t(y) for y in ledger.lines if not direct or scope.get(y.category) == "direct"
            )
            of_lines = math.fsum(
                y.co2e_t or 0
                for y in filed.lines
                if y.line.sources and (not direct or all(scope[s] == "direct" for s in y.line.sources))
            )
            value = x.co2e_t or 0.0
            slack = sum(_half_unit(y.co2e_t or 0.0) for y in filed.lines if y.line.sources) + _half_unit(value)
            if abs(value - of_lines) > slack + 1e-9 * abs(of_lines):
                findings.append(
                    _finding(
                        "verify.total",
                        x.co2e_origin,
                        value,
                        of_lines,
                        total,
                        value - of_lines,
                        label=x.line.labels,
                        cause=cause_of(value, of_lines, ()),
                    )
                )
            elif differs(value, computed):
                findings.append(
                    _finding(
                        "verify.total_recomputed",
                        x.co2e_origin,
                        value,
                        computed,
                        total,
                        value - computed,
                        label=x.line.labels,
                        cause=cause_text("in_the_lines"),
                    )
                )
    return findings


def _source_line(x: FiledLine, ledger: Ledger, total: float) -> list[Finding]:
    lines = [y for s in x.line.sources for y in ledger.lines if y.category == s and (not x.gas or y.gas == x.gas)]
    computed = math.fsum(y.mass_t for y in lines)
    gwp = ledger.gwp[x.gas] if x.gas else 1.0
    mass = x.mass_t or 0.0
    findings = []
    if differs(mass, computed):
        findings.append(
            _finding(
                "verify.line",
                x.mass_origin,
                mass,
                computed,
                total,
                (mass - computed) * gwp,
                label=x.line.labels,
                gas=x.gas or "—",
                cause=cause_of(mass, computed, [y.mass_t for y in lines]),
            )
        )
    if (
        x.co2e_t is not None
        and x.mass_t is not None
        and x.co2e_origin != x.mass_origin
        and differs(x.co2e_t, mass * gwp)
    ):
        findings.append(
            _finding(
                "verify.gwp",
                x.co2e_origin,
                x.co2e_t,
                mass * gwp,
                total,
                x.co2e_t - mass * gwp,
                label=x.line.labels,
                gas=x.gas,
                gwp=f"{gwp:g}",
            )
        )
    return findings


def result_findings(filed: Filed, ledger: Ledger) -> list[Finding]:
    """Results printed beside their data in the tables of the sources, row by row."""
    findings = []
    tables = {(t.method.id, t.step.name): t for t in ledger.tables}
    edition = filed.industry.edition
    for x in filed.results:
        table = tables.get((x.method, x.step))
        if table is None or not units.is_known(x.unit) or not units.same_dimension(x.unit, table.unit):
            continue
        item = dict(x.item)
        rows = [
            r
            for r, row in enumerate(table.rows)
            if all(item.get(k, "") == v for k, v in zip(table.keys[2:], row[2:], strict=True))
        ]
        if len(rows) != 1:
            continue
        expected = units.scaled(float(table.values[rows[0]]), units.ratio(table.unit, x.unit))
        if abs(x.value - expected) > max(TOLERANCE * abs(expected), _half_unit(x.value)):
            facts = {"label": table.step.label, "item": item_texts(x.item, edition), "unit": x.unit}
            facts |= {"filed": in_digits(x.value, 8), "expected": in_digits(expected, 8)}
            cause = cause_of(x.value, expected, ())
            findings.append(Finding(problem("verify.result", x.origin, cause=cause, **facts), "一般", 0.0, x.value))
    return findings


def differs(a: float, b: float) -> bool:
    return abs(a - b) > max(ABSOLUTE, TOLERANCE * max(abs(a), abs(b)))


def _half_unit(value: float) -> float:
    """Half a unit of the last printed digit: 0.5 for a whole number."""
    text = repr(value)
    return 0.5 * 10.0 ** -len(text.partition(".")[2].rstrip("0")) if "e" not in text else 0.0


def _finding(
    code: str, origin: Origin, filed: float, expected: float, total: float, size: float, **facts: object
) -> Finding:
    return Finding(
        problem(code, origin, filed=in_digits(filed), expected=in_digits(expected), **facts),
        grade_of(size / total),
        size,
        filed,
        expected,
    )
