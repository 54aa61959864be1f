"""Rules that the figures of a quantity must keep together: shares that add up to one, parts not above their whole."""

from __future__ import annotations

import math
from collections.abc import Mapping

from . import units
from .columns import ActivityColumns
from .declarations import Constraint
from .edition import Edition
from .problems import Collector, Origin, bracketed, figure
from .table import VariableTable, keys_text


def constrain(
    rule: Constraint, tables: Mapping[str, VariableTable], data: ActivityColumns, edition: Edition, problems: Collector
) -> None:
    table = tables.get(rule.quantity)
    if table is None:
        return
    kept = [i for i, k in enumerate(table.keys) if k not in rule.over]
    groups: dict[tuple[str, ...], list[int]] = {}
    for r, row in enumerate(table.rows):
        groups.setdefault(tuple(row[i] for i in kept), []).append(r)
    limits = _limits(rule, tables, [table.keys[i] for i in kept])
    for group, members in groups.items():
        total = math.fsum(
            units.scaled(
                float(table.values[r]),
                units.ratio(table.units[r], "1" if rule.kind == "sum_to_one" else table.units[members[0]]),
            )
            for r in members
        )
        limit = 1.0 if rule.kind == "sum_to_one" else limits.get(group)
        broken = limit is not None and (
            abs(total - limit) > rule.tolerance if rule.kind == "sum_to_one" else total > limit * (1 + rule.tolerance)
        )
        if broken:
            places = ", ".join(dict.fromkeys(str(data.origin(int(table.refs[r]))) for r in members))
            keys = keys_text(zip((table.keys[i] for i in kept[2:]), group[2:], strict=True))
            problems.add(
                "data.constraint" if rule.severity == "error" else "data.constraint_warning",
                Origin(places),
                region=group[0],
                year=group[1],
                keys=bracketed(keys),
                message=rule.message,
                total=figure(total, spec=".6g"),
                limit="1 (100%)" if rule.kind == "sum_to_one" else f"≤ {limit:.6g}",
            )


def _limits(rule: Constraint, tables: Mapping[str, VariableTable], keys: list[str]) -> dict[tuple[str, ...], float]:
    """Per group of a `not_above` rule, the sum of the other quantity over the keys both share."""
    other = tables.get(rule.other) if rule.other else None
    limits: dict[tuple[str, ...], float] = {}
    if other is not None:
        at = [other.keys.index(k) for k in keys if k in other.keys]
        if len(at) == len(keys):
            for r, row in enumerate(other.rows):
                group = tuple(row[i] for i in at)
                limits[group] = limits.get(group, 0.0) + float(other.values[r])
    return limits
