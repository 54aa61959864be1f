"""Named sets of uncertainties: published ranges that are used only when somebody names them.

The edition's table `uncertainty` has
`set,range,applies_to,name,category,gas,keys,low_pct,high_pct,distribution,shared_over,source,note`. `range` is the id
of a row of the factor tables whose lower and upper are the range (the figures stand once); without it `low_pct` and
`high_pct` are given. A set is taken by its end, `SET-low` or `SET-high`, so that nobody invents a figure in between.
`printed-range` takes the bounds printed beside a factor as its 95 % interval. What a project states itself is read by
inventory/reading/statements.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from inventory.core.activity import MEASURED
from inventory.core.edition import Edition
from inventory.core.problems import Collector, DeclarationError, Origin
from inventory.core.statements import Assumption
from inventory.edition.parts import UncertaintySetRow, rows

PRINTED_RANGE = "printed-range"
ASSUMED = "assumed"  # the edition's declared defaults: taken where nobody states anything, and listed first
NOT_ASSUMED = "not-assumed"  # a project that names this set wants none of them


def set_names(edition: Edition) -> tuple[str, ...]:
    """Names that may be given as `sets`."""
    result = dict.fromkeys(row.set for row in rows(edition, UncertaintySetRow))
    return (
        PRINTED_RANGE,
        *(f"{name}-{end}" for name in result if name != ASSUMED for end in ("low", "high")),
        *([NOT_ASSUMED] if ASSUMED in result else []),
    )


def sets_in_force(edition: Edition, chosen: Sequence[str]) -> tuple[str, ...]:
    """The sets a project names, and the edition's declared defaults behind them unless it wants none."""
    declared = any(row.set == ASSUMED for row in rows(edition, UncertaintySetRow))
    return (*chosen, ASSUMED) if declared and NOT_ASSUMED not in chosen else tuple(chosen)


def named_set(edition: Edition, name: str, problems: Collector) -> tuple[Assumption, ...]:
    """The assumptions of a set of the edition (`printed-range` has none: it is the factor rows' own bounds). An unknown
    name is a problem."""
    if name in (PRINTED_RANGE, NOT_ASSUMED):
        return ()
    if name != ASSUMED and name not in set_names(edition):
        problems.add("uncertainty.unknown_set", set=name, known="、".join(set_names(edition)))
        return ()
    which, _, end = (ASSUMED, "", "high") if name == ASSUMED else name.rpartition("-")
    return tuple(
        _assumption(row, number, name, end, edition)
        for number, row in enumerate(rows(edition, UncertaintySetRow), start=2)
        if row.set == which
    )


def _assumption(row: UncertaintySetRow, number: int, name: str, end: str, edition: Edition) -> Assumption:
    """One row of a set. A row that is not as it should be is a fault of the edition: `DeclarationError`."""
    where = f"uncertainty.csv row {number}"
    known: object = edition.declared.quantities if row.applies_to == "activity" else edition.declared.parameters
    if row.applies_to != "share" and row.name and row.name not in known and row.name != MEASURED:  # type: ignore[operator]
        raise DeclarationError(f"{where}: {row.applies_to} {row.name} is not declared")
    if any(c not in edition.categories for c in row.category):
        raise DeclarationError(f"{where}: unknown category in {'|'.join(row.category)}")
    value, source, note = row.low_pct if end == "low" else row.high_pct, row.source, row.note
    if row.range:
        range_row = edition.by_id.get(row.range)
        if range_row is None or range_row.lower is None or range_row.upper is None:
            raise DeclarationError(f"{where}: {row.range} is no range of the factor tables")
        value, source, note = (
            range_row.lower if end == "low" else range_row.upper,
            f"{range_row.table}；{range_row.source}",
            note or range_row.note,
        )
    if value is None or not source:
        raise DeclarationError(f"{where}: neither range nor figures with a source")
    return Assumption(
        row.applies_to,
        row.name,
        row.category,
        row.gas,
        row.keys,
        float(value),
        row.distribution,
        row.shared_over,
        source,
        note,
        name,
        Origin("uncertainty.csv", "", f"row {number}"),
    )
