"""What an edition declares, as frozen values: quantities a person enters, parameters, choices, constraints, methods and
their steps.

Read from `methods/*.toml` by inventory/edition/methods.py (see docs/editions.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from . import equation, units

Text = Mapping[str, str]  # {"zh": …, "en": …}


@dataclass(frozen=True)
class Division:
    """How a figure for the whole of a key (不分规模) becomes figures of its members, where `where` fits: by the shares
    entered as the quantity `shares`, else all of it to the member of the option in force of `choice` (an option
    without a member: not divided)."""

    key: str
    whole: str
    shares: str
    choice: str
    members: Mapping[str, str]
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Quantity:
    """What a person enters: one datum per region, year and combination of `keys`."""

    id: str
    label: Text
    unit: tuple[str, ...]
    keys: tuple[str, ...] = ()
    optional_keys: tuple[str, ...] = ()
    category: str = ""
    key_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min: float | None = None
    max: float | None = None
    warn_min: float | None = None
    warn_max: float | None = None
    supplier: str = ""
    help: Text = field(default_factory=dict)
    example: float | None = None
    sheet: str = ""
    accounting_year: bool = True
    across: str = ""  # the key whose values lie across the matrix this quantity is entered in
    lines: tuple[tuple[str, ...], ...] = ()  # lines of that matrix: values of the other keys; all of them where empty
    # rows that statistics do not have: laid out folded and never asked for; each names values of some keys
    folded: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    below_province: bool = False  # of cities, counties and parks only: a province is not asked for it
    as_listed: bool = False  # its source says which rows there are: with one figure given, empty rows are no gap
    division: Division | None = None

    def is_folded(self, item: Mapping[str, str]) -> bool:
        """Whether statistics have no figure for this row."""
        return any(all(item.get(k) in values for k, values in rule.items()) for rule in self.folded)

    @property
    def all_keys(self) -> tuple[str, ...]:
        return (*self.keys, *self.optional_keys)


@dataclass(frozen=True)
class Parameter:
    """A factor's name, the dimension its rows must have, and physical bounds in `unit[0]`."""

    id: str
    label: Text
    unit: tuple[str, ...]
    min: float | None = None
    max: float | None = None
    help: Text = field(default_factory=dict)
    own: str = ""  # the parameter that a project's own figure for one of these rows belongs to, where it is another


@dataclass(frozen=True)
class Choice:
    """A question the printed text leaves open, or an option of method: named, with a default and a reason."""

    id: str
    label: Text
    options: tuple[str, ...]
    default: str
    reason: Text
    labels: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class Constraint:
    """A rule between data: `sum_to_one` of a quantity over keys, `not_above` another quantity, or `categories_within`:
    what the `deducted` categories take away (negative results) is not more than what the `whole` categories have, gas
    by gas."""

    id: str
    kind: str
    message: Text
    quantity: str = ""
    deducted: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    other: str = ""
    tolerance: float = 0.005
    severity: str = "error"


@dataclass(frozen=True)
class ActivityVar:
    name: str
    quantity: str
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: bool = True
    driver: bool | None = None
    default: float | None = None
    reason: Text = field(default_factory=dict)
    nonzero: bool = False  # data of zero are left out: what is not there has no part in a mix
    unit: str = ""  # only data in this canonical unit, where the quantity has several
    weight: bool = False  # only a weight within a mix: its error is not carried on


@dataclass(frozen=True)
class FactorVar:
    """`keys` maps the factor table's keys to where the value comes from: key, @key.attribute, =literal or ?choice."""

    name: str
    parameter: str
    keys: Mapping[str, str] = field(default_factory=dict)
    gas: str = ""
    relative: bool = False  # only its ratios between rows matter: doubt about its level is not handed on


@dataclass(frozen=True)
class NumberVar:
    """A number made of keys, such as `year - deposit_year`."""

    name: str
    text: str
    unit: str = "1"
    label: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    name: str
    label: Text
    text: str | Mapping[str, str]  # one text, or {"choice": id, option: text, …}
    unit: str
    by: tuple[str, ...] | None = None
    gas: str = ""
    category: str = ""
    account: str = ""
    min: float | None = None  # a smaller result is an error: more deducted than there was
    warn_min: float | None = None  # outside these the result is asked about
    warn_max: float | None = None
    rows: str = ""  # the activity or earlier step whose rows this step has, where its text names none of that grain

    def text_under(self, choices: Mapping[str, tuple[str, str]]) -> str:
        if isinstance(self.text, str):
            return self.text
        return self.text[choices[self.text["choice"]][0]]

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text,) if isinstance(self.text, str) else tuple(v for k, v in self.text.items() if k != "choice")


@dataclass(frozen=True)
class Method:
    id: str
    label: Text
    sheet: str
    reference: str
    tier: str
    activity: tuple[ActivityVar, ...]
    factor: tuple[FactorVar, ...]
    number: tuple[NumberVar, ...]
    steps: tuple[Step, ...]
    when: Mapping[str, str] = field(default_factory=dict)
    supersedes: Mapping[str, Any] = field(default_factory=dict)
    note: Text = field(default_factory=dict)

    @cached_property
    def drivers(self) -> tuple[ActivityVar, ...]:
        """Activity data whose presence says that this source exists in a region and year."""
        chosen = tuple(a for a in self.activity if a.driver)
        return (
            chosen
            or tuple(a for a in self.activity if a.required and a.default is None and a.driver is not False)
            or self.activity
        )

    @cached_property
    def choices_used(self) -> frozenset[str]:
        """Named choices that decide anything about this method: whether it holds, a text of a step, a key of a
        factor."""
        texts = {s.text["choice"] for s in self.steps if not isinstance(s.text, str)}
        keys = {source[1:] for f in self.factor for source in f.keys.values() if source.startswith("?")}
        return frozenset({*self.when, *texts, *keys})

    def in_use(self, choices: Mapping[str, tuple[str, str]]) -> frozenset[str]:
        """Names that matter under the choices in force: what the emission steps, and steps that no text refers to, are
        made of."""
        options = tuple([choices[name][0] for name in self._texts_chosen])
        if options not in self._used:
            self._used[options] = self._in_use(choices)
        return self._used[options]

    @cached_property
    def _used(self) -> dict[tuple[str, ...], frozenset[str]]:
        """`in_use` by the options of the choices that decide about it, filled as it is asked for."""
        return {}

    @cached_property
    def _texts_chosen(self) -> tuple[str, ...]:
        return tuple(sorted({s.text["choice"] for s in self.steps if not isinstance(s.text, str)}))

    def _in_use(self, choices: Mapping[str, tuple[str, str]]) -> frozenset[str]:
        steps = {s.name: s for s in self.steps}
        referred = {name for s in self.steps for text in s.texts for name in _names(text)} | {
            s.rows for s in self.steps
        }
        todo = [s.name for s in self.steps if s.gas or s.name not in referred]
        used: set[str] = set()
        while todo:
            name = todo.pop()
            if name not in used:
                used.add(name)
                todo.extend(
                    (*_names(steps[name].text_under(choices)), *filter(None, [steps[name].rows]))
                    if name in steps
                    else ()
                )
        return frozenset(used)


def _names(text: str) -> tuple[str, ...]:
    parsed = equation.parse(text)
    return (*parsed.names, *parsed.summed)


@dataclass(frozen=True)
class Declarations:
    """All declarations of one edition, by id, in file order."""

    quantities: Mapping[str, Quantity]
    parameters: Mapping[str, Parameter]
    choices: Mapping[str, Choice]
    constraints: tuple[Constraint, ...]
    methods: Mapping[str, Method]

    @cached_property
    def computing(self) -> frozenset[str]:
        """Quantities that some method reads: a year with one of them is an inventory year; GDP and the like make
        none."""
        return frozenset(a.quantity for m in self.methods.values() for a in m.activity)

    @cached_property
    def looked_up(self) -> frozenset[str]:
        """Parameters that some method looks up."""
        return frozenset(f.parameter for m in self.methods.values() for f in m.factor)


def verify(declarations: Declarations) -> Iterator[tuple[str, str, str]]:
    """What is wrong between declarations, as (group, id, reason): units, names and options that nobody declares."""
    for q in declarations.quantities.values():
        yield from (("quantity", q.id, reason) for u in q.unit for reason in _unit(u))
        if q.across and q.across not in q.keys:
            yield "quantity", q.id, f"across = {q.across} is none of its keys"
        if any(len(line) != len(q.keys) - 1 for line in q.lines):
            yield "quantity", q.id, "a line of the matrix names one value for each of the other keys"
        yield from (("quantity", q.id, reason) for reason in _division_faults(q, declarations))
        for rule in q.folded:
            yield from (("quantity", q.id, f"folded: {k} is none of its keys") for k in rule if k not in q.all_keys)
    for p in declarations.parameters.values():
        yield from (("parameter", p.id, reason) for u in p.unit for reason in _unit(u))
        if p.own and p.own not in declarations.parameters:
            yield "parameter", p.id, f"own = {p.own} is not declared"
    for c in declarations.choices.values():
        if c.default not in c.options:
            yield "choice", c.id, f"default {c.default!r} is not an option"
    for constraint in declarations.constraints:
        if constraint.kind == "categories_within":
            if not (constraint.deducted and constraint.whole):
                yield "constraint", constraint.id, "deducted and whole must name categories"
        elif constraint.quantity not in declarations.quantities or (
            constraint.other and constraint.other not in declarations.quantities
        ):
            yield "constraint", constraint.id, "unknown quantity"
    for m in declarations.methods.values():
        yield from (("method", m.id, reason) for reason in _method_faults(m, declarations))


def _division_faults(q: Quantity, declarations: Declarations) -> Iterator[str]:
    d = q.division
    if d is None:
        return
    shares, choice = declarations.quantities.get(d.shares), declarations.choices.get(d.choice)
    if d.key not in q.keys or any(k not in q.all_keys for k in d.where):
        yield "division: a key that is none of its keys"
    if shares is None or d.key not in shares.key_values:
        yield f"division: {d.shares} is no quantity that lists the members of {d.key}"
    elif any(m not in shares.key_values[d.key] for m in d.members.values()):
        yield "division: a member that the shares do not list"
    if choice is None or any(o not in choice.options for o in d.members):
        yield f"division: {d.choice} is no choice with these options"


def _unit(text: str, where: str = "") -> Iterator[str]:
    try:
        units.parse(text)
    except units.UnitError as error:
        yield f"{where}{error}"


def _method_faults(m: Method, declarations: Declarations) -> Iterator[str]:
    names = [v.name for v in m.activity] + [v.name for v in m.factor] + [v.name for v in m.number]
    known = set(names)
    if len(known) < len(names) or not m.steps:
        yield "a name is used twice, or there is no step"
    for a in m.activity:
        if a.quantity not in declarations.quantities:
            yield f"unknown quantity {a.quantity}"
        if a.default is not None and not a.reason:
            yield f"the default of {a.name} needs a reason"
    for f in m.factor:
        if f.parameter not in declarations.parameters:
            yield f"unknown parameter {f.parameter}"
        yield from (
            f"unknown choice {s[1:]}"
            for s in f.keys.values()
            if s.startswith("?") and s[1:] not in declarations.choices
        )
    for choice, option in m.when.items():
        if choice not in declarations.choices or option not in declarations.choices[choice].options:
            yield f"when {choice}={option} is not a declared option"
    for s in m.steps:
        yield from _unit(s.unit, f"{s.name}: ")
        for text in s.texts:
            try:
                parsed = equation.parse(text)
            except equation.EquationError as error:
                yield f"{s.name}: {error}"
                continue
            missing = sorted((set(parsed.names) | set(parsed.summed)) - known)
            if missing:
                yield f"{s.name}: {', '.join(missing)} is not declared before this step"
        if s.rows and s.rows not in known:
            yield f"{s.name}: rows = {s.rows} is not declared before this step"
        known.add(s.name)
