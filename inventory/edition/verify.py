"""What is wrong with an edition although it loads: lines that do not add up, names that nobody declares, rows that
nobody reads.

`inventory edition check DIR` prints it; the products build on an edition in which nothing is an error.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields

from ..core.declarations import Method
from ..core.edition import Edition
from ..core.problems import Problem, in_order, problem
from .manifest import NAME
from .measures import units_that_do_not_fit, unknown_gases
from .parts import EXPECTED, TABLES, ReportLineRow, rows
from .places import declared_place, place, row_place
from .references import ANY, NOTHING, unknown_names, word_is_known
from .uses import BUILT_IN_KEYS, own_files, unused


def verify(edition: Edition, elsewhere: Mapping[str, Collection[str]] = NOTHING) -> list[Problem]:
    """Every fault and every doubt, errors first; `elsewhere` are names that its tables may use beside its own, by kind.
    An empty list is an edition without a remark."""
    problems: list[Problem] = []
    looks = (_expected_parts, _categories, _layout, _words, _factor_rows, _english)
    for look in (*looks, unused, units_that_do_not_fit, unknown_gases):
        problems.extend(look(edition))
    return in_order([*problems, *unknown_names(edition, elsewhere)])


def off_report(edition: Edition) -> frozenset[str]:
    """Leaves of the category tree that are on no line of a filed table, or inside a total whose lines leave them
    out."""
    return frozenset(leaf for gap in _gaps(edition) for leaf in gap.leaves)


def _expected_parts(edition: Edition) -> Iterator[Problem]:
    for part in EXPECTED[edition.kind]:
        if part not in edition.tables:
            yield problem("edition.part_missing", place(edition, NAME), part=part)
    if edition.kind == "province":
        for role in ("lucf", "combustion", "power", "imported_power", "sectors", "gases"):
            if not getattr(edition.roles, role):
                yield problem("edition.role_missing", place(edition, NAME), role=role)


# ---- category tree and report lines ----


def leaves(edition: Edition, categories: tuple[str, ...]) -> frozenset[str]:
    """Categories without children, among these and what is below them."""
    parents = edition.derived(_parents)
    return edition.descendants(tuple(c for c in categories if c in edition.categories)) - parents


def _parents(edition: Edition) -> frozenset[str]:
    return frozenset(c.parent for c in edition.categories.values() if c.parent)


def _results_of(edition: Edition, method: Method) -> Iterator[tuple[str, str]]:
    """(step, category) of every result of a method, as far as its declaration says."""
    for step in method.steps:
        if step.category.startswith("@"):
            key, _, attribute = step.category[1:].partition(".")
            values = (word.attributes.get(attribute, "") for word in edition.vocabulary.get(key, {}).values())
            yield from ((step.name, value) for value in values if value)
        elif step.category and step.category != "category":
            yield step.name, step.category


def _categories(edition: Edition) -> Iterator[Problem]:
    for method in edition.declared.methods.values():
        for step, category in dict.fromkeys(_results_of(edition, method)):
            if category not in edition.categories:
                yield problem(
                    "edition.unknown_category",
                    declared_place(edition, "method", method.id),
                    what=f"{method.id}.{step}",
                    category=category,
                )
    for quantity in edition.declared.quantities.values():
        for category in (*filter(None, (quantity.category,)), *quantity.key_values.get("category", ())):
            if category not in edition.categories:
                yield problem(
                    "edition.unknown_category",
                    declared_place(edition, "quantity", quantity.id),
                    what=quantity.id,
                    category=category,
                )


@dataclass(frozen=True, slots=True)
class LineGap:
    """Leaves that a total of a table holds and its lines do not; `line` is empty where no line of any table has
    them."""

    table: str
    line: str
    label: Mapping[str, str]
    leaves: tuple[str, ...]


def _gaps(edition: Edition) -> Iterator[LineGap]:
    lines = rows(edition, ReportLineRow)
    if not lines:
        return
    of = {id(line): leaves(edition, line.categories) for line in lines}
    everywhere = frozenset().union(*of.values())
    order = {c: n for n, c in enumerate(edition.categories)}
    nowhere = [
        c
        for c in leaves(edition, tuple(c.id for c in edition.categories.values() if not c.parent))
        if c not in everywhere
    ]
    if nowhere:
        yield LineGap("", "", {"zh": "", "en": ""}, tuple(sorted(nowhere, key=order.__getitem__)))
    for line in lines:
        inside = [of[id(x)] for x in lines if x.table == line.table and of[id(x)] < of[id(line)]]
        printed = leaves(edition, edition.unlisted.get(f"{line.table} {line.line}", ()))
        missing = of[id(line)] - frozenset().union(printed, *inside) if inside else frozenset()
        if missing:
            yield LineGap(
                line.table,
                line.line,
                {"zh": line.label_zh, "en": line.label_en},
                tuple(sorted(missing, key=order.__getitem__)),
            )


def _layout(edition: Edition) -> Iterator[Problem]:
    for gap in _gaps(edition):
        for leaf in gap.leaves:
            code = "edition.off_report" if not gap.table else "edition.total_does_not_add_up"
            yield problem(
                code,
                row_place(edition, "report_lines", *filter(None, (gap.table, gap.line))),
                category=leaf,
                name=edition.categories[leaf].label,
                table=gap.table,
                line=gap.line,
                label=gap.label,
            )
    lines = rows(edition, ReportLineRow)
    sets = [(line, leaves(edition, line.categories)) for line in lines if not line.item]
    for n, (a, inside) in enumerate(sets):
        for b, other in sets[n + 1 :]:
            if a.table == b.table and inside & other and not (inside <= other or other <= inside):
                both = "、".join(sorted(inside & other))
                yield problem(
                    "edition.lines_overlap",
                    row_place(edition, "report_lines", a.table, a.line),
                    table=a.table,
                    first=f"{a.line} {a.label_zh}",
                    second=f"{b.line} {b.label_zh}",
                    categories=both,
                )


# ---- keys and words ----


def _words(edition: Edition) -> Iterator[Problem]:
    """Words that a declaration or another word names and that there are none of."""
    for quantity in edition.declared.quantities.values():
        for key, values in quantity.key_values.items():
            if key not in (*quantity.all_keys, "category"):
                yield problem(
                    "edition.unknown_value",
                    declared_place(edition, "quantity", quantity.id),
                    what=quantity.id,
                    key=key,
                    value="",
                )
            for value in values if key in edition.vocabulary else ():
                if not word_is_known(edition, key, value):
                    yield problem(
                        "edition.unknown_value",
                        declared_place(edition, "quantity", quantity.id),
                        what=quantity.id,
                        key=key,
                        value=value,
                    )
    for key, attribute, wanted in dict.fromkeys(_attributes_looked_up(edition)):
        of_year = re.compile(rf"{re.escape(attribute)}(_\d{{4}})?")  # `grid`, or `grid_2005` of that year
        for word in edition.vocabulary.get(key, {}).values():
            for name, value in word.attributes.items():
                if of_year.fullmatch(name) and not word_is_known(edition, wanted, value):
                    what = f"{key} {word.value} {name}"
                    yield problem(
                        "edition.unknown_value",
                        row_place(edition, "vocabulary", key, word.value),
                        what=what,
                        key=wanted,
                        value=value,
                    )


def _attributes_looked_up(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """(key, attribute of its words, key of factors that it is looked up as)."""
    for method in edition.declared.methods.values():
        for factor in method.factor:
            for wanted, source in factor.keys.items():
                key, _, attribute = source.removeprefix("@").partition(".")
                if source.startswith("@") and attribute:
                    yield key, attribute, wanted


def _is_option(edition: Edition, key: str, value: str, options: tuple[str, ...]) -> bool:
    """An option of the choice that fills a key, or a class that one of its words belongs to."""
    words = (edition.word(key, option) for option in options)
    return value in (*options, ANY) or any(word is not None and value in word.classes for word in words)


def _factor_rows(edition: Edition) -> Iterator[Problem]:
    """Rows whose keys no method looks up by, or whose values are no words: they can never be found."""
    requested: dict[str, set[str]] = {}
    own = own_files(edition)
    by_choice: dict[tuple[str, str], tuple[str, ...]] = {}  # keys that a named choice fills
    for method in edition.declared.methods.values():
        for factor in method.factor:
            requested.setdefault(factor.parameter, set()).update(factor.keys)
            for key, source in factor.keys.items():
                if source.startswith("?") and source[1:] in edition.declared.choices:
                    by_choice[factor.parameter, key] = edition.declared.choices[source[1:]].options
    for row in edition.by_id.values():
        if row.role == "information":
            continue
        known = requested.get(row.parameter)
        for key, value in row.keys:
            options = by_choice.get((row.parameter, key)) if row.file in own else None
            if options is not None and not _is_option(edition, key, value, options):
                yield problem(
                    "edition.unknown_value", row_place(edition, "factors", row.id), what=row.id, key=key, value=value
                )
            if known is not None and key not in known and key not in BUILT_IN_KEYS:
                yield problem(
                    "edition.key_nobody_reads", row_place(edition, "factors", row.id), id=row.id, key=key, value=value
                )
            elif key in edition.vocabulary and not word_is_known(edition, key, value):
                yield problem(
                    "edition.unknown_value", row_place(edition, "factors", row.id), what=row.id, key=key, value=value
                )


def _english(edition: Edition) -> Iterator[Problem]:
    """Columns of English words that a table may lack and does."""
    for part, table in TABLES.items():
        raw = edition.tables[part].rows if part in edition.tables else ()
        for field in fields(table.row):
            optional = field.name.endswith("_en") and field.default is not MISSING
            if optional and raw and not any(line.get(field.name) for line in raw):
                yield problem("edition.no_english", place(edition, part), column=field.name)
