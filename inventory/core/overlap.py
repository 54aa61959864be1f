"""Two figures of which one is the whole, or a part, of the other: both cannot be counted.

A word of the vocabulary names what it is the whole of (attribute `covers`: members joined by `+`, or `*` for all); an
optional key left empty is the whole of its key; a category is the whole of everything below it. Holds for every
quantity, measured emissions included.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .columns import ActivityColumns, ActivitySubject
from .datum import EDITED, Datum, Item
from .declarations import Quantity
from .edition import Edition
from .problems import Collector, bracketed, figure
from .questions import FACT, TABLE_SHEET, WHOLE_PART, item_text, question

COVERS = "covers"


def covers(edition: Edition, key: str, whole: str, part: str) -> bool:
    """Whether one value of a key is the whole of another."""
    if whole == part:
        return False
    if not whole:
        return True
    if not part:
        return False
    if key == "category":
        return whole in edition.categories and part in edition.descendants(whole)
    members = edition.attribute(key, whole, COVERS)
    return members == "*" or part in members.split("+")


def refuse_overlaps(data: ActivityColumns, edition: Edition, problems: Collector) -> None:
    """Errors for data of one region, year and quantity that contain each other, and for typed data beside those of a
    balance table."""
    groups: dict[tuple[str, int, str], list[int]] = {}
    for i, (value, region, year, subject) in enumerate(data.scan("value", "region", "year", "subject")):
        if value:
            groups.setdefault((region, year, subject[0]), []).append(i)
    wholes, quantities, known = edition.derived(_wholes), edition.declared.quantities, edition.derived(_broad)
    for s in data.subjects:
        if s not in known:
            known[s] = _may_be_whole(s.item, quantities.get(s.quantity), wholes)
    broad = data.per_subject(known.__getitem__, np.bool_).tolist()
    derived = data.terms
    for (_, _, name), rows in groups.items():
        quantity = quantities.get(name)
        if len(rows) > 1 and any(broad[i] for i in rows):
            members = [data[i] for i in rows if i not in derived]
            _whole_and_part(members, wholes, quantity, edition, problems)
        mixed = any(i in derived for i in rows) and not all(i in derived for i in rows)
        if mixed and quantity is not None and quantity.division is None:
            _table_and_sheet([data[i] for i in rows], quantity, problems)


def _broad(edition: Edition) -> dict[ActivitySubject, bool]:
    """Whether a subject may be the whole of others, filled as they are met."""
    return {}


def _may_be_whole(item: Item, quantity: Quantity | None, wholes: Mapping[str, set[str]]) -> bool:
    """Whether these keys may be the whole of others: an optional one is left empty, or a word has parts."""
    have = dict(item)
    optional = quantity.optional_keys if quantity else ()
    return any(not have.get(k) for k in optional) or any(v in wholes.get(k, ()) for k, v in item)


def _wholes(edition: Edition) -> dict[str, set[str]]:
    """The words of each key that may be the whole of others."""
    wholes = {key: {v for v, w in words.items() if COVERS in w.attributes} for key, words in edition.vocabulary.items()}
    return {**wholes, "category": {c.parent for c in edition.categories.values()}}


def _whole_and_part(
    members: list[Datum],
    wholes: Mapping[str, set[str]],
    quantity: Quantity | None,
    edition: Edition,
    problems: Collector,
) -> None:
    for whole in members:
        if not _may_be_whole(whole.item, quantity, wholes):
            continue
        have = dict(whole.item)
        parts = [d for d in members if d is not whole and _contains(edition, have, dict(d.item))]
        if parts:
            label = quantity.label if quantity else {"zh": "实测排放量", "en": "measured emission"}
            asked = question(WHOLE_PART, whole.region, whole.year, whole.quantity, item_text(whole.item))
            problems.add(
                "data.whole_and_part",
                whole.origin,
                label=label,
                region=whole.region,
                year=whole.year,
                keys=bracketed(item_text(whole.item)),
                value=figure(whole.value, whole.unit, ".10g"),
                n=len(parts),
                other=parts[0].origin,
                other_keys=bracketed(item_text(parts[0].item)),
                other_value=figure(parts[0].value, parts[0].unit, ".10g"),
                **{FACT: asked},
            )


def _contains(edition: Edition, whole: Mapping[str, str], part: Mapping[str, str]) -> bool:
    """Every key agrees or is the whole of the other's, in either direction, and one at least is."""
    pairs = [(k, whole.get(k, ""), part.get(k, "")) for k in {**whole, **part}]
    downward = [x == y or covers(edition, k, x, y) for k, x, y in pairs]
    either = [down or covers(edition, k, y, x) for down, (k, x, y) in zip(downward, pairs, strict=True)]
    return all(either) and any(down and x != y for down, (_, x, y) in zip(downward, pairs, strict=True))


def _table_and_sheet(members: list[Datum], quantity: Quantity, problems: Collector) -> None:
    """Typed figures beside those that a balance table gives for the same category (or quantity, where it has none)."""
    groups: dict[str, list[Datum]] = {}
    for d in members:
        groups.setdefault(dict(d.item).get("category", ""), []).append(d)
    for category, own in groups.items():
        # EDITED: was the table's own figure
        result, typed = [d for d in own if d.terms], [d for d in own if not d.terms and d.origin != EDITED]
        if result and typed:
            first = typed[0]
            problems.add(
                "data.table_and_sheet",
                first.origin,
                label=quantity.label,
                region=first.region,
                year=first.year,
                category=bracketed(category),
                keys=bracketed(item_text(first.item)),
                value=figure(first.value, first.unit, ".10g"),
                n=len(typed),
                made=len(result),
                table=result[0].terms[0].cell.file or result[0].origin,
                **{FACT: question(TABLE_SHEET, first.region, first.year, first.quantity, category)},
            )
