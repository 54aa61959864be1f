"""How many tonnes a finding of a verification moves: the filed report computed again with what the figure should be."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from ..core.activity import Datum, Project, UserFactor
from ..core.engine import compile_ledger
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, Problem
from ..core.resolve import Resolver
from .checks import GRADES, Finding
from .checks.grading import grade_of
from .filed_model import Filed
from .verify_factors import default_of, in_unit


def project_of(filed: Filed) -> Project:
    """The report's own data and factors, taken as they are (the defaults too: the arithmetic is checked first, the
    choice apart)."""
    p = filed.enterprise.profile
    data = tuple(
        Datum(p.name, p.year, d.quantity, d.keys, d.value, d.unit, "报告", None, "", p.kind, d.origin)
        for d in filed.data
    )
    factors = tuple(
        UserFactor(f.parameter, f.keys, f.value, f.unit, "报告", "实测", origin=f.origin) for f in filed.factors
    )
    return Project(data, factors, title=p.name)


FACTORS = ("verify.default", "verify.factor_scale")  # findings that compare one filed factor with its default
MONTHLY = (
    "verify.ledger",
    "verify.lab",
    "verify.sheet",
)  # findings that compare one filed figure with the monthly sheets
BOUNDS = ("form.factor_bounds", "factor.bounds")  # figures the engine refuses


def weighed(findings: Sequence[Finding], filed: Filed, ledger: Ledger, total: float) -> list[Finding]:
    """Findings about one figure with what it moves: the total as filed less the total with what the figure should
    be."""
    unread = [f for f in findings if f.problem.code == "enterprise.not_a_number"]
    sized = []
    for f in findings:
        size = f.size_t
        if not size and f.filed is not None and f.expected is not None:
            if f.problem.code.startswith(FACTORS):
                size = used(f.problem.origin, ledger) * (1 - f.expected / f.filed if f.filed else 0.0)
            elif f.problem.code.startswith(MONTHLY):
                size = _replaced(f, filed, ledger)
        elif not size and unread == [f]:
            size = _unread(filed, ledger)
        sized.append(_regraded(f, size, total))
    return sized


def _regraded(f: Finding, size: float, total: float) -> Finding:
    grade = min(f.grade, grade_of(size / total), key=GRADES.index) if size else f.grade
    return dataclasses.replace(f, grade=grade, size_t=size)


def used(origin: Origin, ledger: Ledger) -> float:
    """t CO2e of the lines that use the factor filed in a cell."""
    affected = 0.0
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind == "factor":
                affected += math.fsum(
                    ledger.co2e_t(ledger.lines[table.lines[r]])
                    for r, ref in enumerate(column.refs)
                    if table.lines[r] >= 0 and ledger.factors[ref].origin == origin
                )
    return affected


def _replaced(f: Finding, filed: Filed, ledger: Ledger) -> float:
    """The total as filed less the total with the expected figure in the cell; 0 where that cannot be computed."""
    expected = f.expected or 0.0
    other = _total(filed, lambda origin, value: expected if origin == f.problem.origin else value)
    return 0.0 if other is None else ledger.co2e() - other


def _total(filed: Filed, figure: Callable[[Origin, float], float]) -> float | None:
    project = project_of(filed)
    changed = dataclasses.replace(
        project,
        data=tuple(dataclasses.replace(d, value=figure(d.origin, d.value)) for d in project.data),
        factors=tuple(dataclasses.replace(x, value=figure(x.origin, x.value)) for x in project.factors),
    )
    try:
        return float(compile_ledger(changed, filed.industry.edition).co2e())
    except InventoryError:
        return None


def _unread(filed: Filed, ledger: Ledger) -> float:
    """What the recomputation lacks when one figure of the report cannot be read: recomputed less filed."""
    whole = next((x.co2e_t for x in filed.lines if x.line.kind == "total"), None)
    return 0.0 if whole is None else ledger.co2e() - whole


def beyond_bounds(findings: Sequence[Finding], filed: Filed) -> list[Finding]:
    """Factors beyond what is physically possible, of a report that cannot be computed with them: what each would move
    against the default in its place."""
    wrong = {f.problem.origin for f in findings if f.problem.code in BOUNDS}
    resolver = Resolver(filed.industry.edition)
    instead: dict[Origin, tuple[float, float]] = {}
    for x in filed.factors:
        default = default_of(x, filed, resolver) if x.origin in wrong else None
        value = in_unit(default, x.unit) if default is not None else None
        if value:
            instead[x.origin] = (x.value, value)
    if not instead:
        return list(findings)
    project = project_of(filed)
    mended = dataclasses.replace(
        project,
        factors=tuple(
            dataclasses.replace(x, value=instead[x.origin][1] if x.origin in instead else x.value)
            for x in project.factors
        ),
    )
    try:
        ledger = compile_ledger(mended, filed.industry.edition)
    except InventoryError:
        return list(findings)
    sized = []
    for f in findings:
        if f.problem.code in BOUNDS and f.problem.origin in instead:
            value, default_value = instead[f.problem.origin]
            size = used(f.problem.origin, ledger) * (value / default_value - 1)
            sized.append(dataclasses.replace(f, size_t=size, filed=value, expected=default_value))
        else:
            sized.append(f)
    return sized


def impossible(problems: Sequence[Problem], filed: Filed, ledger: Ledger | None) -> list[Finding]:
    """What cannot be, refused to the firm and 重大 to the province: a source line of the wrong sign by that line, more
    out than in by the excess."""
    return [Finding(p, "重大", _impossible(p, filed, ledger)) for p in problems]


def _impossible(p: Problem, filed: Filed, ledger: Ledger | None) -> float:
    if p.code == "check.sign" and ledger is not None:
        source = next((d for d in ledger.data if d.origin == p.origin), None)
        category = source.keys.get("category") if source is not None else None
        if source is not None and category is None:
            category = filed.industry.edition.declared.quantities[source.quantity].category
        return math.fsum(ledger.co2e_t(x) for x in ledger.lines if x.category == category and x.account == "total")
    if p.code == "check.balance":
        return _excess(p, filed)
    return 0.0


def _excess(p: Problem, filed: Filed) -> float:
    """What more out than in moves the total: from the totals with as much out as in, and with nothing out (the
    equations are linear in what is deducted)."""
    project = project_of(filed)
    first = next((d for d in project.data if d.origin == p.origin), None)
    rules = filed.industry.edition.quality.get("balance", ())
    rule = next((r for r in rules if first is not None and first.quantity in r["out"]), None)
    if first is None or rule is None:
        return 0.0
    out, into = (float(dict(p.facts)[k].split(" ")[0].replace(",", "")) for k in ("out_value", "into_value"))

    def total(scale: float) -> float | None:
        data = tuple(
            dataclasses.replace(d, value=d.value * scale) if d.quantity in rule["out"] and d.item == first.item else d
            for d in project.data
        )
        try:
            return float(compile_ledger(dataclasses.replace(project, data=data), filed.industry.edition).co2e())
        except InventoryError:
            return None

    none, level = total(0.0), total(into / out)
    return 0.0 if none is None or level is None or not into else (level - none) * (out / into - 1)
