"""What would narrow the total most: the 95 % interval of a figure if an input, or all inputs of one measurement, were
known to a stated precision.

From the draws of one Monte Carlo run. With z the standardised deviate of an input, the part of the total that follows
it is f(z), fitted to the draws (polynomials up to z³: any distribution, curved or straight response). Measured, the
input moves only ρ z, ρ being the stated precision over today's half-width; the total then is y − f(z) + f(ρ z), and its
interval is read from these draws. Inputs of one stream (`shared_over`) are measured together. What measuring means
stands in the edition's table `measurements`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from inventory.core.declarations import Text
from inventory.core.ledger import FloatArray, Ledger
from inventory.edition.parts import MeasurementRow, rows

from .inputs import Input, usage_of
from .labels import label_of
from .propagation import approach_1
from .results import MonteCarlo
from .sampler import Sampler

LEAST_SHARE = 5e-4  # inputs with a smaller part of the variance cannot narrow anything visibly
LOW, HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True)
class Gain:
    """Measuring `inputs`: the 95 % interval of the figure now and then (t CO2e wide), and what measuring means.

    `precision` and `current` are 95 % half-widths in percent of the value: to be reached, and (the widest of the
    inputs) today's.
    """

    label: Text
    kind: str  # activity | factor | measured
    inputs: tuple[Input, ...]
    current: float
    precision: float
    now: float
    then: float
    form: Text
    place: Text

    @property
    def saved(self) -> float:
        """By how much the interval gets narrower, t CO2e."""
        return self.now - self.then

    @property
    def saved_pct(self) -> float:
        """The same in percent of today's interval."""
        return 100.0 * self.saved / self.now if self.now else 0.0


@dataclass(frozen=True)
class Improvements:
    """Gains of one figure (its place in `MonteCarlo.tree.items`): whole measurements (all inputs of a parameter or
    quantity) and single inputs."""

    target: int
    groups: tuple[Gain, ...]
    single: tuple[Gain, ...]


def improvements(ledger: Ledger, result: MonteCarlo, target: int, precision: float | None = None) -> Improvements:
    """Gains for a total or sector of a Monte Carlo run, largest first.

    `precision`: the half-width in percent that every measurement would reach; None takes the edition's table
    `measurements`. Raises KeyError for a target whose draws were not kept (see `MonteCarlo.samples`).
    """
    whole = result.samples[target].astype(np.float64)
    ways = _Ways(ledger, precision)
    streams = _streams(result, target, approach_1(ledger, inputs=result.inputs).sensitivity(target))
    parts = {v: _response(result, v, whole) for v in streams}
    single: list[Gain] = []
    groups: dict[tuple[str, str], list[tuple[int, list[Input]]]] = {}
    for v, members in streams.items():
        way = ways.of(members[0])
        gain = _gain(members, [(parts[v], _ratio(result, v, way.precision))], whole, way, label_of(ledger, members[0]))
        single.append(gain)
        groups.setdefault(ways.group(members[0]), []).append((v, members))
    together = []
    for (kind, name), streams_of in groups.items():
        chosen = [(parts[v], _ratio(result, v, ways.of(members[0]).precision)) for v, members in streams_of]
        inputs = [i for _, members in streams_of for i in members]
        together.append(_gain(inputs, chosen, whole, ways.of(inputs[0]), ways.label(kind, name, len(inputs))))

    def order(gains: Iterable[Gain]) -> tuple[Gain, ...]:
        return tuple(sorted((g for g in gains if g.saved > 0), key=lambda g: (-g.saved, g.inputs[0].name)))

    return Improvements(target, order(together), order(single))


# ---- what is known of a measurement ----


@dataclass(frozen=True, slots=True)
class _Way:
    precision: float
    form: Text
    place: Text


class _Ways:
    """The narrowest row of the edition's table `measurements` for an input; a quantity's own supplier where the table
    is silent."""

    def __init__(self, ledger: Ledger, precision: float | None) -> None:
        self.ledger, self.precision = ledger, precision
        self.rows: Sequence[MeasurementRow] = (
            rows(ledger.edition, MeasurementRow) if "measurements" in ledger.edition.tables else ()
        )
        self.categories = usage_of(ledger).categories

    def of(self, item: Input) -> _Way:
        kind = item.kind if item.kind in ("factor", "share") else "activity"
        name, categories = self._named(item)
        fits = [
            r
            for r in self.rows
            if r.applies_to == kind
            and r.name in ("", name)
            and (not r.category or (categories and self.ledger.edition.descendants(r.category).issuperset(categories)))
        ]
        best = max(fits, key=lambda r: (bool(r.name), r.category.count(".") + bool(r.category)), default=None)
        supplier = self._supplier(name) if kind == "activity" else ""
        if best is None:
            return _Way(
                self.precision if self.precision is not None else 5.0,
                {"zh": "", "en": ""},
                {"zh": supplier, "en": supplier},
            )
        place = {"zh": best.place_zh or supplier, "en": best.place_en or best.place_zh or supplier}
        return _Way(
            best.precision_pct if self.precision is None else self.precision,
            {"zh": best.form_zh, "en": best.form_en or best.form_zh},
            place,
        )

    def group(self, item: Input) -> tuple[str, str]:
        kind = item.kind
        name, _ = self._named(item)
        if kind == "share":
            return kind, name
        return kind, name if kind == "factor" else f"{name}|{self.ledger.data[item.ref].year}"

    def label(self, kind: str, name: str, count: int) -> Text:
        if kind == "share":
            return {"zh": f"份额“{name}”（{count} 个）", "en": f"shares '{name}' ({count})"}
        declared = self.ledger.edition.declared
        name, _, year = name.partition("|")
        named = declared.parameters.get(name) if kind == "factor" else declared.quantities.get(name)
        label = named.label if named else {"zh": name, "en": name}
        return {
            "zh": f"{label['zh']}{year and f' {year}年'}（{count} 个）",
            "en": f"{label.get('en', label['zh'])}{year and f' {year}'} ({count})",
        }

    def _named(self, item: Input) -> tuple[str, tuple[str, ...]]:
        if item.kind == "share":
            return item.name.split("|")[1], ()
        if item.kind == "factor":
            return self.ledger.factors[item.ref].parameter, self.categories.get(item.ref, ())
        d = self.ledger.data[item.ref]
        quantity = self.ledger.edition.declared.quantities.get(d.quantity)
        category = d.keys.get("category", quantity.category if quantity else "")
        return d.quantity, (category,) if category else ()

    def _supplier(self, name: str) -> str:
        quantity = self.ledger.edition.declared.quantities.get(name)
        return quantity.supplier if quantity else ""


# ---- from the draws ----


def _streams(result: MonteCarlo, target: int, slopes: FloatArray) -> dict[int, list[Input]]:
    """Variables that matter for a target, with the inputs that share each. What cannot move the target (another year's
    data) only correlates by chance."""
    required = (
        {c.input.variable for c in result.contributions.get(target, ()) if c.share >= LEAST_SHARE}
        if target in result.contributions
        else None
    )
    out: dict[int, list[Input]] = {}
    for n, item in enumerate(result.inputs.items):
        if item.variable >= 0 and slopes[n] and (required is None or item.variable in required):
            out.setdefault(item.variable, []).append(item)
    return out


@dataclass(frozen=True, slots=True)
class _Response:
    """f(z) = a z + b (z² − 1) + c (z³ − 3z) for the deviates of one variable."""

    deviates: FloatArray
    terms: FloatArray

    def at(self, scale: float) -> FloatArray:
        z = self.deviates * scale
        return np.asarray(self.terms @ _powers(z))


def _powers(z: FloatArray) -> FloatArray:
    return np.stack([z, z * z - 1.0, z * z * z - 3.0 * z])


def _response(result: MonteCarlo, variable: int, whole: FloatArray) -> _Response:
    z = (
        Sampler([result.inputs.variables[variable]], [result.inputs.distributions[variable]], result.seed)
        .draws(result.draws)[0]
        .astype(np.float64)
    )
    basis = _powers(z)
    centred = basis - basis.mean(axis=1, keepdims=True)
    terms, *_ = np.linalg.lstsq(centred.T, whole - whole.mean(), rcond=None)
    return _Response(z, terms)


def _ratio(result: MonteCarlo, variable: int, precision: float) -> float:
    """Precision over today's half-width, 1 where it is known better already."""
    widths = [
        i.distribution.relative_pct
        for i in result.inputs.items
        if i.variable == variable and i.distribution is not None
    ]
    widest = max(widths, default=0.0)
    return min(1.0, precision / widest) if widest > 0.0 and np.isfinite(widest) else 1.0


def _gain(
    inputs: Sequence[Input], chosen: Sequence[tuple[_Response, float]], whole: FloatArray, way: _Way, label: Text
) -> Gain:
    then = whole.copy()
    for response, ratio in chosen:
        if ratio < 1.0:
            then += response.at(ratio) - response.at(1.0)
    current = max(
        (
            i.distribution.relative_pct
            for i in inputs
            if i.distribution is not None and np.isfinite(i.distribution.relative_pct)
        ),
        default=0.0,
    )
    return Gain(
        label, inputs[0].kind, tuple(inputs), current, way.precision, _width(whole), _width(then), way.form, way.place
    )


def _width(values: FloatArray) -> float:
    low, high = np.quantile(values, (LOW, HIGH))
    return float(high - low)
