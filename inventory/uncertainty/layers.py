"""What is stated about the uncertainty of an input, layer upon layer: its own row, the project's assumptions, named
sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from inventory.core import units
from inventory.core.datum import Datum
from inventory.core.ledger import Ledger
from inventory.core.problems import Collector, InventoryError, Origin
from inventory.core.resolved import Resolved
from inventory.core.statements import Assumption

from .assumptions import PRINTED_RANGE
from .distributions import Distribution, distribution
from .shares import SharePart


@dataclass(frozen=True)
class Layer:
    """The assumptions of one basis, by what they apply to and name, each with the categories it covers (None: all)."""

    members: dict[tuple[str, str], list[tuple[Assumption, frozenset[str] | None]]]

    def speaks_of(self, applies: str) -> bool:
        return any(kind == applies for kind, _ in self.members)


Layers = list[Layer]  # in order of precedence


def layer_of(ledger: Ledger, assumptions: Iterable[Assumption]) -> Layer:
    members: dict[tuple[str, str], list[tuple[Assumption, frozenset[str] | None]]] = {}
    for a in assumptions:
        covered = ledger.edition.descendants(a.categories) if a.categories else None
        members.setdefault((a.applies_to, a.name), []).append((a, covered))
    return Layer(members)


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """What stands with the figure itself, and the hard limits of its quantity or parameter in the figure's unit."""

    value: float
    uncertainty: float | None
    lower: float | None
    upper: float | None
    kind: str
    minimum: float | None
    maximum: float | None
    origin: Origin
    basis: str = "own"


def datum_layers(ledger: Ledger, i: int, d: Datum, layers: Layers) -> tuple[OwnStatement, list[Assumption]]:
    """What is stated with datum number `i`, and the assumptions that fit it."""
    quantity = ledger.edition.declared.quantities.get(d.quantity)
    keys = {"region": d.region, "year": str(d.year), **d.keys}
    category = keys.get("category", quantity.category if quantity else "")
    low, high = limits(quantity.unit[0], ledger.data_units[i], quantity.min, quantity.max) if quantity else (None, None)
    value = float(ledger.data_values[i])
    own = OwnStatement(value, d.uncertainty, None, None, d.distribution, low, high, d.origin)
    subject = _Subject("activity", d.quantity, (category,) if category else (), keys.get("gas", ""), keys)
    fits = _fitting(layers, subject)
    return own, fits


def factor_layers(
    ledger: Ledger, f: Resolved, categories: tuple[str, ...], layers: Layers, printed: bool
) -> tuple[OwnStatement, list[Assumption]]:
    parameter = ledger.edition.declared.parameters.get(f.parameter)
    low, high = limits(parameter.unit[0], f.unit, parameter.min, parameter.max) if parameter else (None, None)
    # bounds of an edition's row are a range of what was seen; they are an uncertainty only where the row names a
    # distribution
    bounds = (
        f.lower is not None
        and f.upper is not None
        and (f.role == "own" or bool(f.distribution) or (printed and f.uncertainty is None))
    )
    basis = PRINTED_RANGE if bounds and f.role != "own" and not f.distribution else "own"
    own = OwnStatement(
        f.value,
        f.uncertainty,
        f.lower if bounds else None,
        f.upper if bounds else None,
        f.distribution,
        low,
        high,
        f.origin,
        basis,
    )
    return own, _fitting(layers, _Subject("factor", f.parameter, categories, f.gas, dict(f.keys)))


def share_layers(part: SharePart, layers: Layers) -> tuple[OwnStatement, list[Assumption]]:
    """A part of a set of shares: lognormal weight about the share. `keys` of an assumption may name its data kind or
    part."""
    own = OwnStatement(part.value, None, None, None, "lognormal", None, None, part.origin)
    keys = {"data_kind": "" if part.default else part.data_kind, "part": part.part}
    out: list[Assumption] = []
    for layer in layers:
        fits = [
            a
            for a, _ in (*layer.members.get(("share", part.split), ()), *layer.members.get(("share", ""), ()))
            if all(keys.get(k) == v for k, v in a.keys)
        ]
        out += sorted(fits, key=lambda a: -a.closeness)
    return own, out


@dataclass(frozen=True, slots=True)
class _Subject:
    """The figure an assumption is sought for: a quantity or parameter, with where it is used and its keys."""

    applies_to: str
    name: str
    categories: tuple[str, ...]
    gas: str
    keys: Mapping[str, str]


def _fitting(layers: Layers, subject: _Subject) -> list[Assumption]:
    """Assumptions that fit, the narrowest of each layer first, layers in order."""
    out: list[Assumption] = []
    for layer in layers:
        fits = [
            a
            for name in (subject.name, "")
            for a, covered in layer.members.get((subject.applies_to, name), ())
            if a.gas in ("", subject.gas)
            and (not a.keys or all(subject.keys.get(k) == v for k, v in a.keys))
            and (covered is None or (subject.categories and covered.issuperset(subject.categories)))
        ]
        out += sorted(fits, key=lambda a: -a.closeness) if len(fits) > 1 else fits
    return out


def distribution_of(own: OwnStatement, fits: list[Assumption], problems: Collector) -> tuple[Distribution | None, str]:
    uncertainty, kind, basis, origin = own.uncertainty, own.kind, own.basis, own.origin
    if uncertainty is None and own.lower is None:
        chosen = [a for a in fits if a.uncertainty is not None]
        if not chosen:
            return None, ""
        best = chosen[0]
        if any(
            a.basis == best.basis and a.closeness == best.closeness and a.uncertainty != best.uncertainty
            for a in chosen[1:]
        ):
            problems.add("uncertainty.two_assumptions", best.origin, name=best.name or best.applies_to)
            return None, ""
        uncertainty, kind, basis, origin = best.uncertainty, best.distribution or kind, best.basis, best.origin
    try:
        return distribution(
            own.value,
            uncertainty=uncertainty,
            lower=own.lower,
            upper=own.upper,
            kind=kind,
            minimum=own.minimum,
            maximum=own.maximum,
        ), basis
    except InventoryError as error:
        problems.extend(replace(p, origin=origin) for p in error.problems)
        return None, ""


def limits(declared: str, printed: str, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Hard limits of a quantity or parameter in the unit of the figure; none where the dimension is another one."""
    if (low is None and high is None) or not units.same_dimension(declared, printed):
        return None, None
    scale = float(units.ratio(declared, printed))
    return None if low is None else low * scale, None if high is None else high * scale
