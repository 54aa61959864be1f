"""Names in the tables of an edition that stand for something declared elsewhere: categories, quantities, parameters, rows
of factors, regions, units, words of a key. Which column names what is said where the column is (`Of` of
inventory/edition/cell_types.py); here each name is looked for.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from ..core import units
from ..core.activity import DATA_KINDS, MEASURED
from ..core.edition import Edition, pairs
from ..core.problems import Origin, Problem, problem
from .build import load
from .cell_types import Of
from .measures import is_gas
from .parts import (
    TABLES,
    BalanceColumnRow,
    BalanceRowRow,
    BalanceSplitRow,
    IndicatorRow,
    IndustryRow,
    PilotRow,
    ProvinceStatisticRow,
    ScoringRow,
    rows,
)
from .uses import BUILT_IN_KEYS

ANY = "*"
CODES = {  # kind of name -> code of the problem; the others are words of a key
    "category": "edition.unknown_category",
    "provincial_category": "edition.unknown_category",
    "quantity": "edition.unknown_quantity",
    "parameter": "edition.unknown_parameter",
    "factor": "edition.unknown_factor",
    "gas": "edition.unknown_gas",
}
FACTS = {
    "category": "category",
    "provincial_category": "category",
    "quantity": "quantity",
    "parameter": "parameter",
    "gas": "gas",
}


NOTHING: Mapping[str, Collection[str]] = {}


def unknown_names(edition: Edition, elsewhere: Mapping[str, Collection[str]] = NOTHING) -> Iterator[Problem]:
    """Every name in a table that there is no such thing of, with file and line. `elsewhere`: by kind, names that other
    parts of the program know (regions, levels of administration, indicators, distributions)."""
    for part, data in edition.tables.items():
        columns = naming_columns(TABLES[part].row)
        if not columns:
            continue
        for row, written, place in zip(data.typed, data.rows, data.places, strict=True):
            what = " ".join(written.get(column, "") for column in TABLES[part].key)
            for column, kind in columns:
                for key, name in _names(getattr(row, column), kind, column):
                    if not (_known(edition, kind, key, name) or name in elsewhere.get(kind, ())):
                        yield _problem(kind, what, (key, name), Origin(place))


def _problem(kind: str, what: str, named: tuple[str, str], place: Origin) -> Problem:
    code = CODES.get(kind, "edition.unknown_value")
    if code == "edition.unknown_value":
        return problem(code, place, what=what, key=named[0], value=named[1])
    return problem(code, place, **{"what": what, FACTS.get(kind, "id"): named[1]})


@functools.cache
def naming_columns(row: type) -> tuple[tuple[str, str], ...]:
    """(column, kind) of the columns that name something."""
    hints = typing.get_type_hints(row, include_extras=True)
    return tuple(
        (name, mark.kind)
        for name, hint in hints.items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Of)
    )


def _names(value: object, kind: str, column: str) -> Iterator[tuple[str, str]]:
    """(key, name) of everything a cell names."""
    if kind in PAIRED:
        given: Iterable[tuple[str, str]] = pairs(value) if isinstance(value, str) else value  # type: ignore[assignment]
        each = ((key, word) for key, text in given for word in text.split("|"))
        yield from ((key, word) for key, word in each if key != ANY and not word.startswith(LOOKED_UP))
    elif kind == "regions" and isinstance(value, str):
        yield from ((column, name) for name in value.removeprefix("!").split("|") if name)
    elif isinstance(value, str):
        yield from ((column, value),) if value else ()
    else:
        yield from ((column, name) for name in value)  # type: ignore[attr-defined]


def _known(edition: Edition, kind: str, key: str, name: str) -> bool:
    if kind == "words":
        return word_is_known(edition, key, name)
    if kind in PAIRED:
        return PAIRED[kind](edition, key, name)
    if kind in WORDS:
        return word_is_known(edition, WORDS[kind], name)
    return kind in KNOWN and KNOWN[kind](edition, name)


def word_is_known(edition: Edition, key: str, value: str) -> bool:
    """A word of the key, one of its classes, or `*`; anything for a key without words that something is looked up by."""
    if key == "category":
        return value == ANY or value in edition.categories
    if key in ELSEWHERE:
        return not value or value in ELSEWHERE[key](edition)
    if key not in edition.vocabulary:
        return key in BUILT_IN_KEYS or key in edition.derived(_free_keys)
    words = edition.vocabulary[key]
    return value == ANY or value in words or any(value in w.classes for w in words.values())


ELSEWHERE: Mapping[str, Callable[[Edition], Collection[str]]] = {  # what shares of the balance table set and narrow
    "quantity": lambda edition: edition.declared.quantities,
    "data_kind": lambda _: DATA_KINDS,
}


def _free_keys(edition: Edition) -> frozenset[str]:
    """Keys of quantities, look-ups and factor rows, whether they have words or not."""
    entered = {k for q in edition.declared.quantities.values() for k in q.all_keys}
    looked_up = {k for m in edition.declared.methods.values() for f in m.factor for k in f.keys}
    return frozenset(entered | looked_up | {k for r in edition.by_id.values() for k, _ in r.keys})


def _is_unit(_: Edition, text: str) -> bool:
    try:
        units.parse(text)
    except units.UnitError:
        return False
    return True


def _is_input(edition: Edition, name: str) -> bool:
    """A quantity, a parameter or a split of the balance table, which have an uncertainty."""
    declared = edition.declared
    splits = {r.split for r in rows(edition, BalanceSplitRow)}
    return name in (*declared.quantities, *declared.parameters, *splits, MEASURED)


def _is_scale(edition: Edition, name: str) -> bool:
    """What a quantity is compared with: `stat:` and a statistic of the provinces, or another quantity."""
    statistics = {r.statistic for r in rows(edition, ProvinceStatisticRow)}
    return name.removeprefix("stat:") in (statistics if name.startswith("stat:") else edition.declared.quantities)


def _is_option(edition: Edition, choice: str, option: str) -> bool:
    return choice in edition.declared.choices and option in edition.declared.choices[choice].options


def _is_part(edition: Edition, split: str, part: str) -> bool:
    return any((r.split, r.part) == (split, part) for r in rows(edition, BalanceSplitRow))


LOOKED_UP = "@"  # `@region.grid`: the attribute of another word
WORDS = {"region": "region", "regions": "region", "fuel": "fuel", "family": "family"}  # kinds that are words of a key
PAIRED: Mapping[str, Callable[[Edition, str, str], bool]] = {  # cells of `key=name`
    "words": word_is_known,
    "gas_unit": lambda e, gas, unit: is_gas(e, gas) and _is_unit(e, unit),
    "option": _is_option,
    "part": _is_part,
}
KNOWN: Mapping[str, Callable[[Edition, str], bool]] = {
    "category": lambda e, name: name in e.categories,
    "provincial_category": lambda e, name: name in (e if e.kind == "province" else load()).categories,
    "quantity": lambda e, name: name in e.declared.quantities,
    "parameter": lambda e, name: name in e.declared.parameters,
    "factor": lambda e, name: name in e.by_id,
    "industry": lambda e, name: any(name == r.code for r in rows(e, IndustryRow)),
    "unit": _is_unit,
    "input": _is_input,
    "scale": _is_scale,
    "gas": is_gas,
    "key": lambda e, name: name in BUILT_IN_KEYS or name in e.derived(_free_keys),
    "indicator": lambda e, name: any(name == r.id for r in rows(e, IndicatorRow)),
    "pilot": lambda e, name: any(name == r.region for r in rows(e, PilotRow)),
    "scoring_rule": lambda e, name: any(name == r.rule for r in rows(e, ScoringRow)),
    "balance_row": lambda e, name: any(name == r.id for r in rows(e, BalanceRowRow)),
    "balance_column": lambda e, name: any(name == r.id for r in rows(e, BalanceColumnRow)),
}
