"""What is stated about the uncertainty of an input, layer upon layer: its own row, the project's assumptions, named
sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from inventory.core import units
from inventory.core.datum import Datum
from inventory.core.ledger import Ledger
from inventory.core.problems import Collector, InventoryError, Origin
from inventory.core.resolved import Resolved
from inventory.core.statements import Assumption

from .assumptions import PRINTED_RANGE
from .distributions import Distribution, Limits, distribution
from .shares import SharePart


@dataclass(frozen=True)
class Layer:
    """The assumptions of one basis, by what they apply to and name, each with the categories it covers (None: all)."""

    members: dict[tuple[str, str], list[tuple[Assumption, frozenset[str] | None]]]

    def speaks_of(self, applies: str) -> bool:
        return any(kind == applies for kind, _ in self.members)


def layer_of(ledger: Ledger, assumptions: Iterable[Assumption]) -> Layer:
    members: dict[tuple[str, str], list[tuple[Assumption, frozenset[str] | None]]] = {}
    for a in assumptions:
        covered = ledger.edition.descendants(a.categories) if a.categories else None
        members.setdefault((a.applies_to, a.name), []).append((a, covered))
    return Layer(members)


@dataclass(frozen=True, slots=True)
class AssumptionSubject:
    """What an assumption is sought for: a quantity or parameter, with the categories and the gas it is used for."""

    applies_to: str
    name: str
    categories: tuple[str, ...]
    gas: str


class Fitting:
    """The assumptions that fit a figure, in order of precedence, and what follows from them."""

    __slots__ = ("best", "contradicted", "shared_over")

    def __init__(self, assumptions: Sequence[Assumption]) -> None:
        stating = [a for a in assumptions if a.uncertainty is not None]
        self.best = stating[0] if stating else None
        # another one says something else with the same right
        self.contradicted = any(
            a.basis == stating[0].basis
            and a.closeness == stating[0].closeness
            and a.uncertainty != stating[0].uncertainty
            for a in stating[1:]
        )
        self.shared_over = next((a.shared_over for a in assumptions if a.shared_over), ())


class Layers:
    """The layers in order of precedence. Which assumptions fit is worked out once a subject; only where one of them
    names keys does it depend on the single figure."""

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._layers = tuple(layers)
        self._of_subject: dict[AssumptionSubject, tuple[list[Assumption], Fitting | None]] = {}

    def speaks_of(self, applies: str) -> bool:
        return any(layer.speaks_of(applies) for layer in self._layers)

    def fitting(self, subject: AssumptionSubject, keys: Callable[[], Mapping[str, str]]) -> Fitting:
        """What fits a figure of this subject with these keys."""
        entry = self._of_subject.get(subject)
        if entry is None:
            fits = self._candidates(subject)
            entry = fits, None if any(a.keys for a in fits) else Fitting(fits)
            self._of_subject[subject] = entry
        candidates, settled = entry
        if settled is not None:
            return settled
        own = keys()
        return Fitting([a for a in candidates if all(own.get(k) == v for k, v in a.keys)])

    def _candidates(self, subject: AssumptionSubject) -> list[Assumption]:
        """Assumptions that fit but for their keys, the narrowest of each layer first, layers in order."""
        out: list[Assumption] = []
        for layer in self._layers:
            fits = [
                a
                for name in dict.fromkeys((subject.name, ""))
                for a, covered in layer.members.get((subject.applies_to, name), ())
                if subject.applies_to == "share"  # of a set of shares neither gas nor categories are asked
                or (
                    a.gas in ("", subject.gas)
                    and (covered is None or (subject.categories and covered.issuperset(subject.categories)))
                )
            ]
            out += sorted(fits, key=lambda a: -a.closeness) if len(fits) > 1 else fits
        return out


class OwnStatement(NamedTuple):
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


class DataStatements:
    """What is stated with the data of a ledger, worked out once for all data of one quantity and keys."""

    def __init__(self, ledger: Ledger, layers: Layers) -> None:
        self._ledger, self._layers = ledger, layers
        self._subjects: dict[tuple[str, tuple[tuple[str, str], ...]], AssumptionSubject] = {}
        self._limits: dict[tuple[str, str], Limits] = {}

    def of(self, i: int, d: Datum) -> tuple[OwnStatement, Fitting]:
        """What stands with datum number `i`, and the assumptions that fit it."""
        value = float(self._ledger.data_values[i])
        low, high = self._limits_of(d.quantity, self._ledger.data_units[i])
        own = OwnStatement(value, d.uncertainty, None, None, d.distribution, low, high, d.origin)
        subject = self._subjects.get((d.quantity, d.item))
        if subject is None:
            subject = self._subjects[d.quantity, d.item] = self._subject_of(d)
        return own, self._layers.fitting(subject, lambda: {"region": d.region, "year": str(d.year), **d.keys})

    def _subject_of(self, d: Datum) -> AssumptionSubject:
        quantity = self._ledger.edition.declared.quantities.get(d.quantity)
        category = d.keys.get("category", quantity.category if quantity else "")
        return AssumptionSubject("activity", d.quantity, (category,) if category else (), d.keys.get("gas", ""))

    def _limits_of(self, name: str, unit: str) -> Limits:
        known = self._limits.get((name, unit))
        if known is None:
            quantity = self._ledger.edition.declared.quantities.get(name)
            known = limits(quantity.unit[0], unit, quantity.min, quantity.max) if quantity else (None, None)
            self._limits[name, unit] = known
        return known


def factor_layers(
    ledger: Ledger, f: Resolved, categories: tuple[str, ...], layers: Layers, printed: bool
) -> tuple[OwnStatement, Fitting]:
    """What stands with a factor, and the assumptions that fit it where it serves these categories."""
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
    return own, layers.fitting(AssumptionSubject("factor", f.parameter, categories, f.gas), lambda: dict(f.keys))


def share_layers(part: SharePart, layers: Layers) -> tuple[OwnStatement, Fitting]:
    """A part of a set of shares: lognormal weight about the share. `keys` of an assumption may name its data kind or
    part."""
    own = OwnStatement(part.value, None, None, None, "lognormal", None, None, part.origin)
    keys = {"data_kind": "" if part.default else part.data_kind, "part": part.part}
    return own, layers.fitting(AssumptionSubject("share", part.split, (), ""), lambda: keys)


def distribution_of(own: OwnStatement, fits: Fitting, problems: Collector) -> tuple[Distribution | None, str]:
    uncertainty, kind, basis, origin = own.uncertainty, own.kind, own.basis, own.origin
    if uncertainty is None and own.lower is None:
        best = fits.best
        if best is None:
            return None, ""
        if fits.contradicted:
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
            limits=(own.minimum, own.maximum),
        ), basis
    except InventoryError as error:
        problems.extend(replace(p, origin=origin) for p in error.problems)
        return None, ""


def limits(declared: str, printed: str, low: float | None, high: float | None) -> Limits:
    """Hard limits of a quantity or parameter in the unit of the figure; none where the dimension is another one."""
    if (low is None and high is None) or not units.same_dimension(declared, printed):
        return None, None
    scale = float(units.ratio(declared, printed))
    return None if low is None else low * scale, None if high is None else high * scale
