"""Verification (复算): everything in a filed report is computed again from its own activity data and factors, and
compared cell by cell.

A finding says what was seen, how large the difference is and what to ask; it never says why somebody did it.
Likely causes are read off the ratio of the filed to the recomputed figure, and off other tables' printings of a
default.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core import units
from ..core.activity import Datum, Project, UserFactor
from ..core.edition import Edition
from ..core.engine import compile_ledger
from ..core.equation import CONSTANTS
from ..core.ledger import Ledger
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..core.resolve import Resolver
from ..core.resolved import Resolved
from ..reading.cells import Sheet, Unreadable, read_sheets
from .checks import GRADES, Finding, check, hard_limits
from .checks.grading import grade_of
from .compute import compute
from .filed import Filed, FiledFactor, FiledLine, filed_from_sheets
from .fuels import flights_apart, fuel_years
from .industries import entered_under, methods_of
from .labs import lab_means
from .ledger import grid_choice
from .ledger import project_of as monthly_project
from .tables import item_text
from .wording import in_form_words

TOLERANCE = 1e-4  # relative: reports round
ABSOLUTE = 0.02  # t: two printed decimals of two terms
MOLAR = CONSTANTS["M_CO2"][0] / CONSTANTS["M_C"][0]  # what a forgotten or doubled 44/12 looks like
FUEL_QUANTITIES = (
    "fuel_consumption",
    "fuel_measured",
    "coal_with_ash",
    "gas_with_composition",
    "fuel_part_fossil",
    "aviation_fuel",
)
# every filed factor is given to the engine as an own one: what it says of them is compared here instead
SAID_BY_ENGINE = ("factor.", "measured.")


@dataclass(frozen=True)
class Verified:
    """A report with its recomputation; `ledger` is None when it could not be computed."""

    file: str
    filed: Filed | None
    ledger: Ledger | None
    findings: tuple[Finding, ...]

    @property
    def total_filed(self) -> float | None:
        return next((x.co2e_t for x in self.filed.lines if x.line.kind == "total"), None) if self.filed else None

    @property
    def incomplete(self) -> bool:
        """A figure of the tables could not be read, or nothing could be recomputed: the recomputed total is not the
        whole."""
        unread = ("number.", "verify.unknown_row", "verify.unknown_table", "enterprise.not_a_number")
        return self.ledger is None or any(f.problem.code.startswith(unread) for f in self.findings)

    @property
    def total_recomputed(self) -> float | None:
        return self.ledger.co2e() if self.ledger is not None else None


def verify_file(path: Path | str, year: int | None = None, industry: str = "") -> Verified:
    """Verify one file. A file that is no report, or that breaks whatever reads it, gives a `Verified` with the reasons
    as findings; nothing is raised."""
    try:
        return verify_sheets(path, year, industry)[0]
    except Exception as error:  # one net: the other files of the command go on
        reason = problem(
            "collect.broken",
            Origin(display_name(path)),
            reason=f"{type(error).__name__}: {' '.join(str(error).split())[:160]}",
        )
        return Verified(display_name(path), None, None, (Finding(reason, "重大"),))


def verify_sheets(path: Path | str, year: int | None = None, industry: str = "") -> tuple[Verified, tuple[Sheet, ...]]:
    """The same with the sheets that were read."""
    sheets: tuple[Sheet, ...] = ()
    try:
        sheets = read_sheets(path)
        filed = filed_from_sheets(sheets, display_name(path))
    except Unreadable as error:
        return Verified(display_name(path), None, None, (Finding(error.problem, "重大"),)), sheets
    except InventoryError as error:
        return Verified(display_name(path), None, None, tuple(Finding(p, "重大") for p in error.problems)), sheets
    expected = Collector()
    if year is not None and filed.enterprise.profile.year != year:
        expected.add("enterprise.other_year", Origin(filed.file), found=filed.enterprise.profile.year, expected=year)
    if industry and filed.industry.code != industry:
        expected.add("enterprise.other_industry", Origin(filed.file), found=filed.industry.name, expected=industry)
    return verify(filed, tuple(expected)), sheets


def verify(filed: Filed, more: Iterable[Problem] = ()) -> Verified:
    """Recompute a filed report, and put to it the same list of checks that the firm was asked."""
    e, industry = filed.enterprise, filed.industry
    read = in_form_words((*more, *filed.problems), industry.edition)
    findings = [Finding(p, "重大" if p.severity == "error" else "一般") for p in read]
    project = project_of(filed)
    findings.extend(_factor_findings(filed))
    try:
        ledger: Ledger | None = compile_ledger(project, industry.edition)
    except InventoryError as error:
        ledger = None
        findings.extend(
            Finding(p, "重大" if p.severity == "error" else "一般")
            for p in in_form_words(error.problems, industry.edition)
        )
    monthly = list(monthly_project(e, industry)[1])
    warned = [p for p in ledger.warnings if not p.code.startswith(SAID_BY_ENGINE)] if ledger is not None else []
    if ledger is not None:
        total = max(abs(ledger.co2e()), 1.0)
        findings.extend(_line_findings(filed, ledger, total))
        findings = [_weighed(f, filed, ledger, total) for f in findings]
        findings.extend(_monthly_findings(filed, total))
    findings.extend(Finding(p, "重大") for p in hard_limits(e, industry, project, ledger))
    asked = check(e, industry, ledger, in_form_words((*monthly, *warned), industry.edition))
    findings.extend(_once(asked, findings))
    findings.sort(key=lambda f: f.sort_key)
    return Verified(filed.file, filed, ledger, tuple(dict.fromkeys(findings)))


def _once(asked: Iterable[Finding], known: Sequence[Finding]) -> list[Finding]:
    """The checks without what has been said: a factor compared with its default above, a sheet's error told when it was
    read."""
    said = {(f.problem.code, f.problem.origin) for f in known}
    scaled = {
        dict(f.problem.facts).get("filed")
        for f in known
        if f.problem.code.startswith(("verify.default", "verify.factor_scale"))
    }
    return [
        f
        for f in asked
        if (f.problem.code, f.problem.origin) not in said
        and not (f.problem.code.startswith("check.range") and dict(f.problem.facts)["value"].split(" ")[0] in scaled)
    ]


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


# ---- 附表1
# -------------------------------------------------------------------------------------------------------------------


def _line_findings(filed: Filed, ledger: Ledger, total: float) -> list[Finding]:
    found = []
    for x in filed.lines:
        if x.line.sources:
            found.extend(_source_line(x, ledger, total))
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
                found.append(
                    _finding(
                        "verify.total",
                        x.co2e_origin,
                        value,
                        of_lines,
                        total,
                        value - of_lines,
                        label=x.line.label,
                        cause=_cause(value, of_lines, ()),
                    )
                )
            elif _differs(value, computed):
                found.append(
                    _finding(
                        "verify.total_recomputed",
                        x.co2e_origin,
                        value,
                        computed,
                        total,
                        value - computed,
                        label=x.line.label,
                        cause="见分项",
                    )
                )
    return found


def _source_line(x: FiledLine, ledger: Ledger, total: float) -> list[Finding]:
    lines = [y for s in x.line.sources for y in ledger.lines if y.category == s and (not x.gas or y.gas == x.gas)]
    computed = math.fsum(y.mass_t for y in lines)
    gwp = ledger.gwp[x.gas] if x.gas else 1.0
    mass = x.mass_t or 0.0
    found = []
    if _differs(mass, computed):
        found.append(
            _finding(
                "verify.line",
                x.mass_origin,
                mass,
                computed,
                total,
                (mass - computed) * gwp,
                label=x.line.label,
                gas=x.gas or "—",
                cause=_cause(mass, computed, [y.mass_t for y in lines]),
            )
        )
    if (
        x.co2e_t is not None
        and x.mass_t is not None
        and x.co2e_origin != x.mass_origin
        and _differs(x.co2e_t, mass * gwp)
    ):
        found.append(
            _finding(
                "verify.gwp",
                x.co2e_origin,
                x.co2e_t,
                mass * gwp,
                total,
                x.co2e_t - mass * gwp,
                label=x.line.label,
                gas=x.gas,
                gwp=f"{gwp:g}",
            )
        )
    return found


def _differs(a: float, b: float) -> bool:
    return abs(a - b) > max(ABSOLUTE, TOLERANCE * max(abs(a), abs(b)))


def _half_unit(value: float) -> float:
    """Half a unit of the last printed digit: 0.5 for a whole number."""
    text = repr(value)
    return 0.5 * 10.0 ** -len(text.partition(".")[2].rstrip("0")) if "e" not in text else 0.0


def _finding(
    code: str, origin: Origin, filed: float, expected: float, total: float, size: float, **facts: object
) -> Finding:
    return Finding(
        problem(code, origin, filed=f"{filed:,.6g}", expected=f"{expected:,.6g}", **facts),
        grade_of(size / total),
        size,
        filed,
        expected,
    )


def _cause(filed: float, expected: float, parts: Sequence[float]) -> str:
    """What the ratio or the difference looks like."""
    if filed == 0:
        return "漏填或漏算"
    if expected == 0:
        return "活动水平表中没有对应数据"
    ratio = filed / expected
    for value, text in (
        (MOLAR, "44/12可能乘了两次"),
        (1 / MOLAR, "可能漏乘44/12（碳未折成CO2）"),
        (-1.0, "符号相反：扣减项应为负"),
        (100.0, "百分数可能当小数用"),
        (0.01, "小数可能当百分数用"),
        (1 / 0.98, "可能漏乘氧化率98%"),
        (1 / 0.93, "可能漏乘氧化率93%"),
        (1 / 0.99, "可能漏乘氧化率99%"),
    ):
        if math.isclose(ratio, value, rel_tol=2e-4):
            return text
    power = math.log10(abs(ratio)) if ratio else 0.0
    if abs(power) > 0.5 and abs(power - round(power)) < 1e-4:
        return f"单位：相差10的{round(power):+d}次方"
    for n, part in enumerate(parts, 1):
        if part and math.isclose(filed, expected - part, rel_tol=1e-4):
            return f"可能漏加第{n}项（{part:,.6g}）"
        if part and math.isclose(filed, expected + part, rel_tol=1e-4):
            return f"第{n}项（{part:,.6g}）可能加了两次"
    return "算术不符"


# ---- factors
# -----------------------------------------------------------------------------------------------------------------


def _factor_findings(filed: Filed) -> list[Finding]:
    """Ticks against the edition: a 缺省 that is not the industry's default, a 检测 that equals one to the last digit,
    units out of bounds."""
    edition = filed.industry.edition
    resolver = Resolver(edition)
    found: list[Finding] = []
    for f in filed.factors:
        label = edition.declared.parameters[f.parameter].label["zh"]
        facts = {"label": label, "item": item_text(f.keys, edition) or "—", "tick": f.tick, "unit": f.unit}
        default = _default(f, filed, resolver)
        expected = _in_unit(default, f.unit) if default else None
        if expected is None:
            if f.tick == "缺省" and default is None:
                found.append(
                    Finding(
                        problem("verify.no_default", f.origin, value=f"{f.value:g}", **facts),
                        "较大",
                        0.0,
                        f.value,
                        None,
                    )
                )
            elif default is not None:
                found.append(
                    Finding(
                        problem(
                            "verify.factor_unit",
                            f.origin,
                            value=f"{f.value:g}",
                            default=f"{default.value:g} {default.unit}",
                            **facts,
                        ),
                        "较大",
                        0.0,
                        f.value,
                    )
                )
            continue
        same = math.isclose(f.value, expected, rel_tol=1e-9, abs_tol=1e-12)
        if f.tick == "缺省" and not same:
            cause = _default_cause(f, expected, edition)
            found.append(
                Finding(
                    problem(
                        "verify.default", f.origin, filed=f"{f.value:g}", expected=f"{expected:g}", cause=cause, **facts
                    ),
                    "较大",
                    0.0,
                    f.value,
                    expected,
                )
            )
        elif f.tick == "检测" and same and f.value not in (0.0, 100.0):
            found.append(
                Finding(
                    problem("verify.measured_default", f.origin, filed=f"{f.value:g}", **facts),
                    "一般",
                    0.0,
                    f.value,
                    expected,
                )
            )
        elif f.tick == "检测" and (scale := _scale(f.value, expected)):
            found.append(
                Finding(
                    problem(
                        "verify.factor_scale",
                        f.origin,
                        filed=f"{f.value:g}",
                        expected=f"{expected:g}",
                        cause=scale,
                        **facts,
                    ),
                    "较大",
                    0.0,
                    f.value,
                    expected,
                )
            )
        elif (
            f.tick == "检测"
            and f.parameter == "fuel_ncv"
            and 1.03 < f.value / expected < 1.13
            and _gross(f, expected, edition)
        ):
            found.append(
                Finding(
                    problem("verify.ncv_basis", f.origin, filed=f"{f.value:g}", expected=f"{expected:g}", **facts),
                    "提示",
                    0.0,
                    f.value,
                    expected,
                )
            )
    return found


def _default(f: FiledFactor, filed: Filed, resolver: Resolver) -> Resolved | None:
    """What the edition would have taken for this factor: family and choices of the source line added to the filed
    keys."""
    edition = filed.industry.edition
    grid = grid_choice(filed.enterprise, filed.industry, Collector()).get("grid_year", ("",))[0]
    for m in methods_of(f.category, edition):
        for var in m.factor:
            if var.parameter != f.parameter:
                continue
            keys = dict(f.keys)
            for key, source in var.keys.items():
                if key == "family":
                    keys[key] = (
                        source[1:]
                        if source.startswith("=")
                        else edition.attribute(
                            "category", entered_under(m, f.category, edition), source.rpartition(".")[2]
                        )
                    )
                elif key == "grid_year":
                    keys[key] = grid or edition.declared.choices["grid_year"].default
            optional = {k for a in m.activity for k in edition.declared.quantities[a.quantity].optional_keys}
            if set(keys) - set(var.keys) or set(var.keys) - set(keys) - optional or not all(keys.values()):
                continue
            made = resolver(f.parameter, "", tuple(sorted(keys.items())))
            if isinstance(made, Resolved):
                return made
    return None


def _in_unit(default: Resolved, unit: str) -> float | None:
    try:
        return units.scaled(default.value, units.ratio(default.unit, unit))
    except (units.UnitError, units.DimensionError):
        return None


def _default_cause(f: FiledFactor, expected: float, edition: Edition) -> str:
    """Where the filed figure is printed instead, or what the ratio looks like."""
    keys = dict(f.keys)
    elsewhere = []
    for row in edition.factors.get(f.parameter, ()):
        other = dict(row.keys)
        if row.value is None or not math.isclose(row.value, f.value, rel_tol=1e-6):
            continue
        same = all(other.get(k, v) == v for k, v in keys.items() if k in ("fuel", "material", "carbonate"))
        if same or f.parameter == "grid_ef":
            elsewhere.append(other)
    if f.parameter == "grid_ef" and elsewhere:
        return (
            "这是"
            + "、".join(sorted({f"{o.get('grid')}电网{o.get('grid_year')}年" for o in elsewhere}))
            + "的数值：电网或年份不对"
        )
    families = sorted({o["family"] for o in elsewhere if "family" in o})
    if families:
        return f"这是另一套参数表（{'、'.join(families)}）的数值"
    return _scale(f.value, expected) or "与本行业缺省值不同，出处不明"


def _scale(value: float, expected: float) -> str:
    if not value or not expected or value * expected < 0:
        return ""
    power = math.log10(value / expected)
    if abs(power) > 0.9 and abs(power - round(power)) < 0.12:
        return f"单位：约差10的{round(power):+d}次方（如tC/TJ写成tC/GJ、百分数写成小数）"
    return ""


def _gross(f: FiledFactor, expected: float, edition: Edition) -> bool:
    """Gross over net is about 1.05 for coal and oil and 1.11 for gas: a hint only, a better coal looks the same."""
    word = edition.word("fuel", dict(f.keys).get("fuel", ""))
    ratio = f.value / expected
    return bool(word) and (1.09 < ratio < 1.13 if word and "气体燃料" in word.classes else 1.035 < ratio < 1.075)


def _weighed(finding: Finding, filed: Filed, ledger: Ledger, total: float) -> Finding:
    """A factor finding with its effect: the lines that use the factor, times the relative difference."""
    if (
        finding.filed is None
        or finding.expected is None
        or finding.size_t
        or not finding.problem.code.startswith(("verify.default", "verify.factor_scale"))
    ):
        return finding
    share = 1 - finding.expected / finding.filed if finding.filed else 0.0
    affected = 0.0
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind != "factor":
                continue
            for r, ref in enumerate(column.refs):
                line = table.lines[r]
                if line >= 0 and ledger.factors[ref].origin == finding.problem.origin:
                    affected += ledger.co2e_t(ledger.lines[line])
    size = affected * share
    return Finding(
        finding.problem,
        min(finding.grade, grade_of(size / total), key=GRADES.index) if size else finding.grade,
        size,
        finding.filed,
        finding.expected,
    )


# ---- monthly sheets against the tables
# ---------------------------------------------------------------------------------------


def _monthly_findings(filed: Filed, total: float) -> list[Finding]:
    """Annual figures of the tables against those that follow from the monthly sheets of the same file."""
    edition = filed.industry.edition
    problems = Collector()
    found: list[Finding] = []
    years = {y.fuel: y for y in fuel_years(filed.enterprise, filed.industry, problems)}
    factors, _ = lab_means(
        filed.enterprise.labs, list(years.values()), filed.industry, filed.enterprise.profile.year, problems
    )
    rest, flying = flights_apart(filed.enterprise, filed.industry, list(years.values()), Collector())
    parts = {(y.fuel, ""): y for y in rest} | {(y.fuel, flight): y for flight, y in flying}
    for d in filed.data:
        year = parts.get((dict(d.keys).get("fuel", ""), dict(d.keys).get("flight", "")))
        if d.quantity not in FUEL_QUANTITIES or year is None or not units.same_dimension(year.unit, d.unit):
            continue
        expected = units.scaled(year.value, units.ratio(year.unit, d.unit))
        if _differs(d.value, expected):
            found.append(
                Finding(
                    problem(
                        "verify.ledger",
                        d.origin,
                        fuel=year.fuel,
                        filed=f"{d.value:,.8g}",
                        expected=f"{expected:,.8g}",
                        unit=d.unit,
                        cause=_cause(d.value, expected, [v for _, v in year.monthly]),
                    ),
                    "较大",
                    0.0,
                    d.value,
                    expected,
                )
            )
    filed_factors = {(f.parameter, f.keys): f for f in filed.factors}
    for mean in factors:
        own = filed_factors.get((mean.parameter, mean.keys))
        if own is not None and units.same_dimension(own.unit, mean.unit):
            expected = units.scaled(mean.value, units.ratio(mean.unit, own.unit))
            if not math.isclose(own.value, expected, rel_tol=1e-4):
                found.append(
                    Finding(
                        problem(
                            "verify.lab",
                            own.origin,
                            label=edition.declared.parameters[own.parameter].label["zh"],
                            item=item_text(own.keys, edition),
                            filed=f"{own.value:.6g}",
                            expected=f"{expected:.6g}",
                            unit=own.unit,
                        ),
                        "一般",
                        0.0,
                        own.value,
                        expected,
                    )
                )
    return found


__all__ = ["Finding", "Verified", "compute", "project_of", "verify", "verify_file"]
