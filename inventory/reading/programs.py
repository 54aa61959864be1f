"""A project made by a program brought to the edition's own words: regions, quantities and keys as a person may spell
them (Jiangsu, 320000, Single rice), years as any whole number, values as any real one.

Data that a reader made are passed through untouched. What is no year, number or unit becomes a problem, never a bare
TypeError.
"""

from __future__ import annotations

import math
from dataclasses import replace
from numbers import Real
from typing import Any

from ..core.activity import EDITED, Datum, Notation, Project, UserFactor
from ..core.edition import Edition
from ..core.problems import Collector, Problem
from .lexicon import Lexicon, lexicon


def of_program(project: Project, edition: Edition) -> tuple[Project, list[Problem]]:
    """The project in the edition's words, and what is wrong with the types of its data. Words that nobody knows stay
    as they are: the engine names them with near ones."""
    problems, words = Collector(), lexicon(edition)
    changed: dict[str, Any] = {}
    if any(_is_given_here(d) for d in project.data):
        data = [_datum(d, n, words, problems) if _is_given_here(d) else d for n, d in enumerate(project.data)]
        changed["data"] = tuple(d for d in data if d is not None)
    if any(_is_given_here(n) for n in project.notations):
        changed["notations"] = tuple(
            replace(n, region=words.region(str(n.region)) or n.region) if _is_given_here(n) else n
            for n in project.notations
        )
    if any(_is_given_here(f) for f in project.factors):
        changed["factors"] = tuple(_factor(f, words) if _is_given_here(f) else f for f in project.factors)
    return (replace(project, **changed) if changed else project), list(problems)


def _is_given_here(row: Datum | Notation | UserFactor) -> bool:
    return not row.origin.file or row.origin == EDITED


def _datum(given: Datum, number: int, words: Lexicon, problems: Collector) -> Datum | None:
    year, value = whole(given.year), real(given.value)
    wrong = {
        "year": (given.year, year is None),
        "value": (given.value, value is None),
        "unit": (given.unit, not isinstance(given.unit, str)),
    }
    for name, (given_value, bad) in wrong.items():
        if bad:
            problems.add(
                f"program.{name}",
                given.origin,
                found=repr(given_value),
                quantity=str(given.quantity),
                number=str(number),
            )
    if year is None or value is None or not isinstance(given.unit, str):
        return None
    name = words.quantity(str(given.quantity)) or given.quantity
    declared = words.quantities.get(name)
    item = given.item
    if declared is not None:
        named = [(words.key(str(k)) or str(k), v) for k, v in given.item]
        item = tuple(sorted((k, words.value(declared, k, str(v)) or str(v)) for k, v in named))
    region = words.region(str(given.region)) or given.region
    return replace(given, year=year, value=value, quantity=name, item=item, region=region)


def _factor(given: UserFactor, words: Lexicon) -> UserFactor:
    named = [(words.key(k) or k, v) for k, v in given.keys]
    return replace(given, keys=tuple(sorted((k, words.member(k, str(v)) or v) for k, v in named)))


def whole(value: object) -> int | None:
    """A year as an int: 2010, "2010", 2010.0, numpy's numbers; None for anything else."""
    if isinstance(value, str):
        return int(value) if value.strip().isdecimal() else None
    number = real(value)
    return int(number) if number is not None and math.isfinite(number) and number == int(number) else None


def real(value: object) -> float | int | None:
    """A value as given where it is a real number (numpy's included); None for text, None, truth values and
    quantities with units. NaN stays: the engine names it."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    return value if isinstance(value, int | float) else float(value)
