"""Results outside the total (information items, checks such as the reference approach) that lack a factor: not
estimated, with a warning, so that they never stop a compilation.

An item is computed whole or not at all for a region and year: electricity moved in without electricity sent out would
be worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from .activity import Notation
from .context import Context
from .declarations import Method
from .problems import Collector, Problem

Place = tuple[str, str]  # region, year
Run = Callable[[Method, Context, "set[Place] | None"], object]
CHECK = "check "
MISSING_CODES = ("factor.missing", "data.attribute")


def information_category(method: Method, context: Context) -> str:
    """The information item that all results of a method go to, or `check METHOD` where they are checks beside the
    total; empty for any other method."""
    results = [s for s in method.steps if s.gas]
    if results and all(s.account == "check" for s in results):
        return f"{CHECK}{method.id}"
    categories = {s.category for s in results}
    (only,) = categories if len(categories) == 1 else ("",)
    category = context.edition.categories.get(only)
    return only if category is not None and category.memo else ""


def held_back(methods: Iterable[Method], run: Run, context: Context) -> dict[str, set[Place]]:
    """By information item, the places where one of its methods lacks a factor. Warnings go to the context's problems,
    NE to its notations.

    `run` computes one method for the given places; it is tried here on a copy of the context, so that nothing of the
    trial remains.
    """
    places: dict[str, set[Place]] = {}
    for method in methods:
        if not any(a.quantity in context.prepared.tables for a in method.drivers):
            continue
        category = information_category(method, context)
        if not category or not _missing(method, run, None, context):
            continue
        for place in sorted({(row[0], row[1]) for table in context.prepared.tables.values() for row in table.rows}):
            missing = _missing(method, run, {place}, context)
            if missing:
                _say(missing, category, context)
                _note(place, category, missing[0], context)
                places.setdefault(category, set()).add(place)
    return places


def _missing(method: Method, run: Run, places: set[Place] | None, context: Context) -> list[Problem]:
    """What a trial of the method on a copy of the context misses, in the order it was found."""
    trial = replace(context, problems=Collector(), factors=[], superseded={}, flags={}, _factor_at={})
    run(method, trial, places)
    return [p for p in trial.problems if p.code in MISSING_CODES]


def _say(missing: list[Problem], category: str, context: Context) -> None:
    check = category.startswith(CHECK)
    label = (
        context.edition.declared.methods[category.removeprefix(CHECK)].label
        if check
        else context.edition.categories[category].label
    )
    for p in missing:
        context.problems.add(
            "factor.check_missing" if check else "factor.information_missing",
            p.origin,
            what=p.part("what"),
            what_en=p.part("what", "en"),
            label=label,
        )


def _note(place: Place, category: str, missing: Problem, context: Context) -> None:
    """NE for an information item, unless the person has said something about it already; a check has no line of its
    own."""
    if category.startswith(CHECK):
        return
    said = context.prepared.notations
    if not any((n.region, str(n.year), n.category) == (*place, category) for n in said):
        result = Notation(place[0], int(place[1]), category, "", "NE", missing.part("what"), missing.origin)
        context.prepared = replace(context.prepared, notations=(*said, result))
