"""The factors of a filed report and their ticks against the edition's defaults."""

from __future__ import annotations

import math

from ..core import units
from ..core.declarations import Text
from ..core.edition import Edition
from ..core.problems import Collector, Problem, problem
from ..core.resolve import Resolver
from ..core.resolved import Resolved
from .causes import of_other_families, of_other_grids, said, scale_of
from .checks import Finding
from .compute import disputed
from .filed_model import Filed, FiledFactor
from .industries import entered_under, methods_of
from .ledger import grid_choice
from .tables import item_texts


def factor_findings(filed: Filed) -> list[Finding]:
    """Ticks against the edition: a 缺省 that is not the industry's default, a 检测 that equals one to the last digit,
    units out of bounds."""
    edition = filed.industry.edition
    resolver = Resolver(edition)
    found: list[Finding] = []
    for f in filed.factors:
        label = edition.declared.parameters[f.parameter].label
        facts = {"label": label, "item": item_texts(f.keys, edition), "tick": f.tick, "unit": f.unit}
        default = default_of(f, filed, resolver)
        expected = in_unit(default, f.unit) if default else None
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
        elif f.tick == "检测" and (scale := scale_of(f.value, expected)):
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


def disputed_defaults(filed: Filed) -> list[Problem]:
    """What the firm was told of disputed defaults, said to the province as well: for factors ticked 缺省 that hold the
    default's figure."""
    edition = filed.industry.edition
    resolver = Resolver(edition)
    taken = []
    for f in filed.factors:
        default = default_of(f, filed, resolver) if f.tick == "缺省" else None
        value = in_unit(default, f.unit) if default is not None else None
        if default is not None and value is not None and math.isclose(value, f.value, rel_tol=1e-6):
            taken.append(default)
    return disputed(taken, edition)


def takes_defaults(filed: Filed) -> bool:
    """Does the report take fuel parameters from its industry's table?"""
    return any(f.tick == "缺省" and f.parameter.startswith("fuel_") for f in filed.factors)


def default_of(f: FiledFactor, filed: Filed, resolver: Resolver) -> Resolved | None:
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
        return of_other_families(families)
    return scale_of(f.value, expected) or said("unknown_source")


def _gross(f: FiledFactor, expected: float, edition: Edition) -> bool:
    """Gross over net is about 1.05 for coal and oil and 1.11 for gas: a hint only, a better coal looks the same."""
    word = edition.word("fuel", dict(f.keys).get("fuel", ""))
    ratio = f.value / expected
    return bool(word) and (1.09 < ratio < 1.13 if word and "气体燃料" in word.classes else 1.035 < ratio < 1.075)
