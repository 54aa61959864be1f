"""The random variables of a ledger: every activity datum, factor and measured emission in use, once, with its
distribution or "unknown".

An input is one variable however many lines use it. A factor is identified by its id, so that it is shared across lines,
gases and years; a datum by region, year, quantity and keys, so that activity data are independent unless an assumption
says `shared_over`. Order of precedence: stated with the figure itself, the project's assumptions, the named sets in the
order given. Otherwise it is unknown: it stays at its value, the lines that use it say so, and `asks` lists what to find
out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from inventory.core.activity import MEASURED, Datum
from inventory.core.ledger import Column, FloatArray, IntArray, Ledger, StepTable
from inventory.core.problems import Collector, Origin
from inventory.core.resolved import Resolved
from inventory.core.statements import Assumption

from .assumptions import PRINTED_RANGE, named_set, sets_in_force
from .distributions import Distribution
from .layers import DataStatements, Layers, distribution_of, factor_layers, layer_of, share_layers
from .sampler import arranged
from .shares import NOTHING, ShareUse, shares_of


@dataclass(frozen=True, slots=True)
class Input:
    """One uncertain (or not) figure. `ref` is its place in `Ledger.data` or `Ledger.factors`; `variable` its row among
    the drawn variables, or -1.

    basis: own (stated with the figure), project, a set's name, or "" when nothing is known.
    """

    name: str
    kind: str  # activity | factor | measured | share
    ref: int
    value: float
    unit: str
    distribution: Distribution | None
    basis: str
    variable: int
    origin: Origin

    @property
    def known(self) -> bool:
        return self.distribution is not None


@dataclass(frozen=True)
class Inputs:
    """All inputs of a ledger in name order, where data and factors find theirs (-1: not used), and the variables to
    draw."""

    items: tuple[Input, ...]
    of_datum: IntArray
    of_factor: IntArray
    variables: tuple[str, ...]
    distributions: tuple[Distribution, ...]  # of the variables: only their shape counts
    sets: tuple[str, ...]
    shares: ShareUse = NOTHING
    of_share: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    @functools.cached_property
    def half_widths(self) -> FloatArray:
        """95 % half-width of each input in its unit; 0 where it is unknown."""
        return np.array([item.distribution.half_width if item.distribution else 0.0 for item in self.items])

    @functools.cached_property
    def known(self) -> NDArray[np.bool_]:
        return np.array([item.known for item in self.items], dtype=bool)

    @functools.cached_property
    def are_factors(self) -> NDArray[np.bool_]:
        return np.array([item.kind == "factor" for item in self.items], dtype=bool)

    @functools.cached_property
    def drawn(self) -> IntArray:
        """The variable behind each input; -1 where it is certain or unknown."""
        return np.array([item.variable for item in self.items], dtype=np.intp)

    @functools.cached_property
    def means(self) -> FloatArray:
        """Mean of each input in its unit; its value where nothing is known."""
        return np.array([item.distribution.mean if item.distribution else item.value for item in self.items])

    @functools.cached_property
    def deviations(self) -> FloatArray:
        """Standard deviation of each input in its unit; 0 where nothing is known."""
        return np.array([item.distribution.sd if item.distribution else 0.0 for item in self.items])

    @functools.cached_property
    def streams(self) -> IntArray:
        """Per input the number of its stream: inputs with one error (`shared_over`) have one number; certain and
        unknown ones have -1."""
        number: dict[str, int] = {}
        out = np.full(len(self.items), -1, dtype=np.intp)
        for n, item in enumerate(self.items):
            if item.variable >= 0:
                out[n] = number.setdefault(self.variables[item.variable], len(number))
        return out


def inputs_of(
    ledger: Ledger,
    assumptions: Sequence[Assumption] | None = None,
    sets: Sequence[str] | None = None,
    problems: Collector | None = None,
) -> Inputs:
    """Inputs of a ledger with their distributions.

    `assumptions` are the project's own and `sets` names from `assumptions.set_names`; None takes what the project
    itself states (`uncertainty.csv`). Uncertainties that make no sense are collected in `problems`, or raised as one
    `InventoryError` without a collector.
    """
    collector = problems if problems is not None else Collector()
    assumptions = ledger.project.assumptions if assumptions is None else assumptions
    sets = sets_in_force(ledger.edition, ledger.project.chosen_sets) if sets is None else sets
    layers = Layers(
        layer_of(ledger, given)
        for given in (assumptions, *(named_set(ledger.edition, name, collector) for name in sets))
    )
    use = usage_of(ledger)
    drafts, of_data = _data_drafts(ledger, use, layers, collector)
    names_of_factors = _factor_names(ledger.factors)
    drafts |= _factor_drafts(ledger, use, layers, names_of_factors, sets, collector)
    used = shares_of(ledger, use.data) if layers.speaks_of("share") else NOTHING
    for n, part in enumerate(used.parts):
        stated, basis = distribution_of(*share_layers(part, layers), collector)
        drafts[part.name] = _Draft("share", n, part.value, "1", stated, basis, part.name, part.origin)
    if problems is None:
        collector.raise_errors()
    items, variables = _number(drafts)
    where = {item.name: n for n, item in enumerate(items)}
    of_datum = np.full(len(ledger.data), -1, np.intp)
    of_factor = np.full(len(ledger.factors), -1, np.intp)
    for i, name in of_data.items():
        of_datum[i] = where[name]
    for i in use.factors:
        of_factor[i] = where[names_of_factors[i]]
    of_share = np.array([where[part.name] for part in used.parts], dtype=np.intp)
    return Inputs(
        items,
        of_datum,
        of_factor,
        tuple(n for n, _ in variables),
        tuple(d for _, d in variables),
        tuple(sets),
        used,
        of_share,
    )


class _Draft(NamedTuple):
    """An input before the variables are numbered; `stream` names the variable behind it."""

    kind: str
    ref: int
    value: float
    unit: str
    stated: Distribution | None
    basis: str
    stream: str
    origin: Origin


def _data_drafts(
    ledger: Ledger, use: Usage, layers: Layers, problems: Collector
) -> tuple[dict[str, _Draft], dict[int, str]]:
    """The activity data in use by name, and the name of each (place among the data)."""
    drafts: dict[str, _Draft] = {}
    names: dict[int, str] = {}
    used = sorted(use.data)
    statements, texts = DataStatements(ledger, layers), _KeyTexts()
    for i, d in zip(used, ledger.data.take(np.array(used, dtype=np.intp)), strict=True):
        kind = "measured" if d.quantity == MEASURED else "activity"
        own, fits = statements.of(i, d)
        stated, basis = distribution_of(own, fits, problems)
        names[i] = name = f"{kind}|{d.region}|{d.year}|{d.quantity}|{texts[d.item]}"
        stream = _stream(kind, d, fits.shared_over) if fits.shared_over else name
        drafts[name] = _Draft(kind, i, own.value, ledger.data_units[i], stated, basis, stream, d.origin)
    return drafts, names


def _factor_drafts(
    ledger: Ledger, use: Usage, layers: Layers, names: Sequence[str], sets: Sequence[str], problems: Collector
) -> dict[str, _Draft]:
    """The factors in use by name, each once."""
    drafts: dict[str, _Draft] = {}
    for i in sorted(use.factors):
        f, name = ledger.factors[i], names[i]
        if name not in drafts:
            own, fits = factor_layers(ledger, f, use.categories.get(i, ()), layers, PRINTED_RANGE in sets)
            stated, basis = distribution_of(own, fits, problems)
            drafts[name] = _Draft("factor", i, f.value, f.unit, stated, basis, name, f.origin)
    return drafts


# ---- what is used ----


@dataclass(frozen=True)
class Usage:
    data: set[int]
    factors: set[int]
    categories: dict[int, tuple[str, ...]]  # of each factor


def usage_of(ledger: Ledger) -> Usage:
    data = {line.datum for line in ledger.lines if line.datum >= 0}
    factors: set[int] = set()
    categories: dict[int, dict[str, None]] = {}
    ends: dict[str, dict[str, None]] = {}
    for table in ledger.tables:
        ends.setdefault(table.method.id, {}).update(
            (ledger.lines[n].category, None) for n in table.lines.tolist() if n >= 0
        )
    for table in ledger.tables:
        own = ends[table.method.id]  # an intermediate step's factors belong to where the method ends
        weights = weights_of(table)
        columns: list[Column] = [*table.columns.values(), *(s.column for s in table.sums.values())]
        for column in columns:
            if column.kind == "activity" and column.name not in weights:
                data.update(r for r in column.refs.tolist() if r >= 0)
            elif column.kind == "factor":
                per_row = len(column.refs) == len(table.lines) and bool((table.lines >= 0).any())
                for row, ref in enumerate(column.refs.tolist()):
                    if ref < 0 or ledger.factors[ref].computed:
                        continue
                    factors.add(ref)
                    line = int(table.lines[row]) if per_row else -1
                    categories.setdefault(ref, {}).update({ledger.lines[line].category: None} if line >= 0 else own)
    return Usage(data, factors, {k: tuple(v) for k, v in categories.items()})


def weights_of(table: StepTable) -> frozenset[str]:
    """Activity variables of a method that are only weights of a mix: they stay at their values."""
    return frozenset(a.name for a in table.method.activity if a.weight)


def _factor_names(factors: Sequence[Resolved]) -> list[str]:
    """`factor|ID`; where one id stands for several figures (own factors by year), the keys keep them apart."""
    values: dict[str, set[tuple[float, str]]] = {}
    for f in factors:
        values.setdefault(f.id, set()).add((f.value, f.unit))
    return [f"factor|{f.id}" if len(values[f.id]) == 1 else f"factor|{f.id}|{f.value!r} {f.unit}" for f in factors]


class _KeyTexts(dict[tuple[tuple[str, str], ...], str]):
    """The text of each combination of keys, written once."""

    def __missing__(self, item: tuple[tuple[str, str], ...]) -> str:
        self[item] = text = ";".join(f"{k}={v}" for k, v in sorted(item))
        return text


def _stream(kind: str, d: Datum, shared: Iterable[str]) -> str:
    """Name of the variable behind a datum: its identity, without the keys over which its error is shared."""
    drop = set(shared)
    parts = [
        kind,
        "" if "region" in drop else d.region,
        "" if "year" in drop else str(d.year),
        d.quantity,
        ";".join(f"{k}={v}" for k, v in sorted(d.item) if k not in drop),
    ]
    return "|".join(parts) + (f"|over {'+'.join(sorted(drop))}" if drop else "")


# ---- numbering ----


def _number(drafts: dict[str, _Draft]) -> tuple[tuple[Input, ...], list[tuple[str, Distribution]]]:
    """Inputs in name order and the variables to draw, in the sampler's order. Inputs of one stream and one shape are
    one variable."""
    drawn: dict[tuple[Any, ...], tuple[str, Distribution]] = {}
    variable_of: dict[str, tuple[Any, ...]] = {}  # of inputs that are uncertain
    names = sorted(drafts)
    for name in names:
        draft = drafts[name]
        if draft.stated is not None and draft.stated.sd > 0:
            variable_of[name] = key = (draft.stream, draft.stated.shape)
            drawn.setdefault(key, (draft.stream, draft.stated))
    keys = list(drawn)
    order = arranged([k[0] for k in keys], [drawn[k][1] for k in keys])
    place = {keys[i]: n for n, i in enumerate(order)}
    items = []
    for name in names:
        d = drafts[name]
        variable = place[variable_of[name]] if name in variable_of else -1
        items.append(Input(name, d.kind, d.ref, d.value, d.unit, d.stated, d.basis, variable, d.origin))
    return tuple(items), [drawn[keys[i]] for i in order]
