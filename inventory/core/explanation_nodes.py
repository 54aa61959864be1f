"""The nodes of an explanation: figure, ledger line, step, inputs, data with their terms, factors, conversions, GWP."""

from __future__ import annotations

from dataclasses import dataclass

from .declarations import Text
from .problems import Origin


@dataclass(frozen=True, slots=True)
class Key:
    """A key with its value: what the figure is about."""

    key: str
    label: Text
    value: str
    value_label: Text


@dataclass(frozen=True, slots=True)
class TermNode:
    """A term of a derived datum: a source cell times shares."""

    label: str
    value: float
    shares: tuple[tuple[str, float], ...]
    sign: int
    amount: float
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class DatumNode:
    """An activity datum: as entered, as counted (`value`, `unit`), the scale between them, and where it stands."""

    quantity: str
    label: Text
    region: str
    year: int
    keys: tuple[Key, ...]
    value: float
    unit: str
    entered: float
    entered_unit: str
    scale: str
    origin: Origin
    source: str
    data_kind: str
    uncertainty_pct: float | None
    note: str
    terms: tuple[TermNode, ...] = ()
    kind: str = "datum"


@dataclass(frozen=True, slots=True)
class FactorNode:
    """A factor in use: value, standing, the step of the resolution chain that gave it and why; `computed` where a step
    computed it."""

    id: str
    parameter: str
    label: Text
    gas: str
    keys: tuple[Key, ...]
    value: float
    unit: str
    step: str
    reason: Text
    standing: str
    role: str
    table: str
    source: str
    note: str
    lower: float | None
    upper: float | None
    uncertainty_pct: float | None
    checked_by: str
    checked_date: str
    origin: Origin
    computed: StepNode | None = None
    kind: str = "factor"


@dataclass(frozen=True, slots=True)
class NumberNode:
    """A number made of keys (`text` is its formula), or the declared default of what was not entered (`reason`)."""

    value: float
    unit: str
    text: str = ""
    reason: Text | None = None
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class SumNode:
    """`sum(name)`: the finer values that are added up."""

    value: float
    unit: str
    parts: tuple[DatumNode | StepNode | NumberNode, ...]
    kind: str = "sum"


@dataclass(frozen=True, slots=True)
class InputNode:
    """One name of an equation with its value in the printed unit, and what is behind it."""

    name: str
    label: Text
    value: float
    unit: str
    of: DatumNode | FactorNode | NumberNode | SumNode | StepNode


@dataclass(frozen=True, slots=True)
class StepNode:
    """One row of arithmetic. `equation` is the text that was computed, scale included; its names are those of `inputs`,
    sums as `sum NAME`."""

    method: str
    method_label: Text
    step: str
    label: Text
    tier: str
    reference: str
    keys: tuple[Key, ...]
    equation: str
    value: float
    unit: str
    inputs: tuple[InputNode, ...]
    kind: str = "step"


@dataclass(frozen=True, slots=True)
class GwpNode:
    """The global warming potential of a line, t CO2e per t of the gas."""

    set: str
    gas: str
    value: float
    id: str
    standing: str
    note: str


@dataclass(frozen=True, slots=True)
class LineNode:
    """A ledger line. `of` is None where only a summary was asked for."""

    index: int
    region: str
    year: int
    category: str
    label: Text
    keys: tuple[Key, ...]
    gas: str
    account: str
    mass_t: float
    co2e_t: float
    flags: tuple[str, ...]
    method: str
    tier: str
    gwp: GwpNode
    of: StepNode | DatumNode | None
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class FigureNode:
    """A figure of a table: the sum of its lines, in tonnes of one gas, or in t CO2e. The largest parts come first."""

    label: Text
    unit: str
    value: float
    parts: tuple[LineNode, ...]
    kind: str = "figure"
