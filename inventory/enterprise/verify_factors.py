"""The factors of a filed report and their ticks against the edition's defaults."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core import units
from ..core.declarations import Text
from ..core.edition import Edition
from ..core.problems import Collector, Problem, problem
from ..core.resolve import Resolver
from ..core.resolved import Resolved
from .causes import cause_text, of_other_families, of_other_grids, scale_of
from .checks import Finding
from .compute import disputed
from .filed_model import Filed, FiledFactor
from .industries import entered_under, methods_of
from .ledger import grid_choice
from .tables import item_texts

Defaults = Sequence[Resolved | None]  # one for each filed factor, in order


def defaults_of(filed: Filed) -> Defaults:
    """What the edition would have taken for each filed factor; None where it has none."""
    resolver = Resolver(filed.industry.edition)
    return [default_of(f, filed, resolver) for f in filed.factors]


def factor_findings(filed: Filed, defaults: Defaults) -> list[Finding]:
    """Ticks against the edition: a 缺省 that is not the industry's default, a 检测 that equals one to the last digit,
    units out of bounds."""
    edition = filed.industry.edition
    pairs = zip(filed.factors, defaults, strict=True)
    return [x for f, default in pairs if (x := _finding_of(f, default, edition)) is not None]


def _finding_of(f: FiledFactor, default: Resolved | None, edition: Edition) -> Finding | None:
    facts: dict[str, Any] = {
        "label": edition.declared.parameters[f.parameter].label,
        "item": item_texts(f.keys, edition),
        "tick": f.tick,
        "unit": f.unit,
    }
    expected = in_unit(default, f.unit) if default else None
    if expected is not None:
        return _compared(f, expected, {**facts, "filed": f"{f.value:g}"}, edition)
    facts["value"] = f"{f.value:g}"
    if default is not None:
        facts["default"] = f"{default.value:g} {default.unit}"
        return Finding(problem("verify.factor_unit", f.origin, **facts), "较大", 0.0, f.value)
    return Finding(problem("verify.no_default", f.origin, **facts), "较大", 0.0, f.value) if f.tick == "缺省" else None


def _compared(f: FiledFactor, expected: float, facts: dict[str, Any], edition: Edition) -> Finding | None:
    """A filed figure against the default in its unit."""
    same = math.isclose(f.value, expected, rel_tol=1e-9, abs_tol=1e-12)
    measured, both = f.tick == "检测", {**facts, "expected": f"{expected:g}"}
    if f.tick == "缺省" and not same:
        p, grade = problem("verify.default", f.origin, cause=_default_cause(f, expected, edition), **both), "较大"
    elif measured and same and f.value not in (0.0, 100.0):
        p, grade = problem("verify.measured_default", f.origin, **facts), "一般"
    elif measured and (scale := scale_of(f.value, expected)):
        p, grade = problem("verify.factor_scale", f.origin, cause=scale, **both), "较大"
    elif measured and f.parameter == "fuel_ncv" and 1.03 < f.value / expected < 1.13 and _gross(f, expected, edition):
        p, grade = problem("verify.ncv_basis", f.origin, **both), "提示"
    else:
        return None
    return Finding(p, grade, 0.0, f.value, expected)


def disputed_defaults(filed: Filed, defaults: Defaults) -> list[Problem]:
    """What the firm was told of disputed defaults, said to the province as well: for factors ticked 缺省 that hold the
    default's figure."""
    taken = []
    for f, default in zip(filed.factors, defaults, strict=True):
        value = in_unit(default, f.unit) if default is not None and f.tick == "缺省" else None
        if default is not None and value is not None and math.isclose(value, f.value, rel_tol=1e-6):
            taken.append(default)
    return disputed(taken, filed.industry.edition)


def takes_defaults(filed: Filed) -> bool:
    """Does the report take fuel parameters from its industry's table?"""
    return any(f.tick == "缺省" and f.parameter.startswith("fuel_") for f in filed.factors)


def default_of(f: FiledFactor, filed: Filed, resolver: Resolver) -> Resolved | None:
    """What the edition would have taken for this factor: family and choices of the source line added to the filed
    keys."""
    edition = filed.industry.edition
    for look_up in edition.derived(_look_ups).get((f.category, f.parameter), ()):
        keys = {**dict(f.keys), **look_up.family}
        if "grid_year" in look_up.keys:
            grid = grid_choice(filed.enterprise, filed.industry, Collector()).get("grid_year", ("",))[0]
            keys["grid_year"] = grid or edition.declared.choices["grid_year"].default
        have = keys.keys()
        if have - look_up.keys or look_up.keys - have - look_up.optional or not all(keys.values()):
            continue
        resolved = resolver(f.parameter, "", tuple(sorted(keys.items())))
        if isinstance(resolved, Resolved):
            return resolved
    return None


@dataclass(frozen=True, slots=True)
class _LookUp:
    """How a method looks a parameter up: by which keys, the family of the source line, keys that may be left out."""

    keys: frozenset[str]
    family: Mapping[str, str]
    optional: frozenset[str]


def _look_ups(edition: Edition) -> dict[tuple[str, str], list[_LookUp]]:
    """(source line, parameter) -> how the methods of the line look it up, in their order."""
    held: dict[tuple[str, str], list[_LookUp]] = {}
    quantities = edition.declared.quantities
    for category in edition.categories:
        for m in methods_of(category, edition):
            optional = frozenset(k for a in m.activity for k in quantities[a.quantity].optional_keys)
            for var in m.factor:
                source = var.keys.get("family", "")
                family = (
                    source[1:]
                    if source.startswith("=")
                    else edition.attribute("category", entered_under(m, category, edition), source.rpartition(".")[2])
                )
                look_up = _LookUp(frozenset(var.keys), {"family": family} if source else {}, optional)
                held.setdefault((category, var.parameter), []).append(look_up)
    return held


def in_unit(default: Resolved, unit: str) -> float | None:
    try:
        return units.scaled(default.value, units.ratio(default.unit, unit))
    except (units.UnitError, units.DimensionError):
        return None


def _default_cause(f: FiledFactor, expected: float, edition: Edition) -> Text:
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
        return of_other_grids(elsewhere, edition)
    families = {o["family"] for o in elsewhere if "family" in o}
    if families:
        return of_other_families(families, edition)
    return scale_of(f.value, expected) or cause_text("unknown_source")


def _gross(f: FiledFactor, expected: float, edition: Edition) -> bool:
    """Gross over net is about 1.05 for coal and oil and 1.11 for gas: a hint only, a better coal looks the same."""
    word = edition.word("fuel", dict(f.keys).get("fuel", ""))
    ratio = f.value / expected
    return bool(word) and (1.09 < ratio < 1.13 if word and "气体燃料" in word.classes else 1.035 < ratio < 1.075)
