"""The same row given twice: one figure from two departments, two figures that differ, one figure entered twice."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .columns import ActivityColumns
from .datum import Datum
from .declarations import Quantity
from .ledger import FloatArray, IntArray
from .problems import Collector, bracketed, figure
from .questions import item_text


def without_duplicates(
    order: IntArray,
    again: NDArray[np.bool_],
    data: ActivityColumns,
    values: FloatArray,
    quantities: Mapping[str, Quantity],
    problems: Collector,
) -> IntArray:
    """`order` without the rows that have the place and keys of the one before (`again`); each of these is named."""
    first = 0
    for n in np.flatnonzero(again).tolist():
        if not again[n - 1]:
            first = n - 1
        _name_duplicate(
            (data[int(order[first])], values[order[first]]),
            (data[int(order[n])], values[order[n]]),
            quantities,
            problems,
        )
    return order[~again]


Figure = tuple[Datum, float]  # a datum, its value as converted


def _name_duplicate(one: Figure, two: Figure, quantities: Mapping[str, Quantity], problems: Collector) -> None:
    (a, before), (b, after) = one, two
    problems.add(
        _kind_of_duplicate(one, two),
        b.origin,
        label=quantities[b.quantity].label,
        keys=bracketed(item_text(b.item)),
        region=b.region,
        year=b.year,
        value=figure(b.value, b.unit, ".10g"),
        other=a.origin,
        other_value=figure(a.value, a.unit, ".10g"),
        source=b.source or "—",
        other_source=a.source or "—",
        percent=f"{100 * (after / before - 1):+.3g}" if before else "—",
    )


def _kind_of_duplicate(one: Figure, two: Figure) -> str:
    """The same figure from two departments (files) counts once; different ones are a conflict of the two; in one file
    it is entered twice."""
    (a, x), (b, y) = one, two
    if a.origin.file == b.origin.file:
        return "data.duplicate"
    return "data.same_twice" if math.isclose(x, y, rel_tol=1e-9) else "data.files_differ"
