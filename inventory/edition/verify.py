"""What is wrong with an edition although it loads: lines that do not add up, names that nobody declares, rows that
nobody reads.

`inventory edition check DIR` prints it; the products build on an edition in which nothing is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields

from ..core.declarations import Method
from ..core.edition import Edition
from ..core.problems import Origin, Problem, in_order, problem
from .manifest import NAME
from .measures import units_that_do_not_fit, unknown_gases
from .parts import EXPECTED, TABLES, KeyName, LevelRow, ReportLineRow, rows

BUILT_IN_KEYS = frozenset({"region", "category", "gas", "year"})
ANY = "*"


def verify(edition: Edition) -> list[Problem]:
    """Every fault and every doubt, errors first. An empty list is an edition without a remark."""
    problems: list[Problem] = []
    looks = (_expected_parts, _categories, _layout, _keys, _factor_rows, _parameters, _levels, _english)
    for look in (*looks, units_that_do_not_fit, unknown_gases):
        problems.extend(look(edition))
    return in_order(problems)


def off_report(edition: Edition) -> frozenset[str]:
    """Leaves of the category tree that are on no line of a filed table, or inside a total whose lines leave them
    out."""
    return frozenset(leaf for gap in _gaps(edition) for leaf in gap.leaves)


def _place(edition: Edition, part: str) -> Origin:
    return Origin(f"{edition.path.name}/{part}")


def _expected_parts(edition: Edition) -> Iterator[Problem]:
    for part in EXPECTED[edition.kind]:
        if part not in edition.tables:
            yield problem("edition.part_missing", _place(edition, NAME), part=part)
    if edition.kind == "province":
        for role in ("lucf", "combustion", "power", "imported_power", "sectors", "gases"):
            if not getattr(edition.roles, role):
                yield problem("edition.role_missing", _place(edition, NAME), role=role)


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
                    _place(edition, "methods"),
                    what=f"{method.id}.{step}",
                    category=category,
                )
    for quantity in edition.declared.quantities.values():
        for category in (*filter(None, (quantity.category,)), *quantity.key_values.get("category", ())):
            if category not in edition.categories:
                yield problem(
                    "edition.unknown_category", _place(edition, "methods"), what=quantity.id, category=category
                )
    for line in rows(edition, ReportLineRow):
        for category in line.categories:
            if category not in edition.categories:
                yield problem(
                    "edition.unknown_category",
                    _place(edition, "report_lines"),
                    what=f"{line.table} {line.line}",
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
                _place(edition, "report_lines"),
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
                    _place(edition, "report_lines"),
                    table=a.table,
                    first=f"{a.line} {a.label_zh}",
                    second=f"{b.line} {b.label_zh}",
                    categories=both,
                )


# ---- keys and words ----


def _keys(edition: Edition) -> Iterator[Problem]:
    declared = edition.declared
    entered = {k for q in declared.quantities.values() for k in q.all_keys}
    looked_up = {
        source.lstrip("@").partition(".")[0]
        for m in declared.methods.values()
        for f in m.factor
        for source in f.keys.values()
        if source[:1] not in ("=", "?")
    }
    known = (
        entered | looked_up | BUILT_IN_KEYS | {k for m in declared.methods.values() for f in m.factor for k in f.keys}
    )
    balance = (
        {k for row in edition.tables["energy_balance_splits"].typed for k, _ in row.sets}
        if "energy_balance_splits" in edition.tables
        else set()
    )
    named = {r.key for r in rows(edition, KeyName)}
    for key in sorted(named - known - balance - set(edition.vocabulary)):
        yield problem("edition.unused_key", _place(edition, "keys"), key=key)
    for key in sorted(set(edition.vocabulary) - known - balance):
        yield problem("edition.unused_words", _place(edition, "vocabulary"), key=key)
    if named:
        for key in sorted(entered - named - BUILT_IN_KEYS):
            yield problem("edition.key_without_name", _place(edition, "keys"), key=key)
    for quantity in declared.quantities.values():
        for key, values in quantity.key_values.items():
            for value in values:
                if key in edition.vocabulary and not _is_word(edition, key, value):
                    yield problem(
                        "edition.unknown_value", _place(edition, "methods"), what=quantity.id, key=key, value=value
                    )
        for key in quantity.key_values:
            if key not in (*quantity.all_keys, "category"):
                yield problem("edition.unknown_value", _place(edition, "methods"), what=quantity.id, key=key, value="")


def _is_word(edition: Edition, key: str, value: str) -> bool:
    words = edition.vocabulary[key]
    return value == ANY or value in words or any(value in w.classes for w in words.values())


def _factor_rows(edition: Edition) -> Iterator[Problem]:
    """Rows whose keys no method looks up by, or whose values are no words: they can never be found."""
    requested: dict[str, set[str]] = {}
    for method in edition.declared.methods.values():
        for factor in method.factor:
            requested.setdefault(factor.parameter, set()).update(factor.keys)
    for row in edition.by_id.values():
        if row.role == "information" or row.parameter not in requested:
            continue
        for key, value in row.keys:
            if key not in requested[row.parameter] and key not in BUILT_IN_KEYS:
                yield problem("edition.key_nobody_reads", _place(edition, row.file), id=row.id, key=key, value=value)
            elif key in edition.vocabulary and not _is_word(edition, key, value):
                yield problem("edition.unknown_value", _place(edition, row.file), what=row.id, key=key, value=value)


def _parameters(edition: Edition) -> Iterator[Problem]:
    substitutes = {f.use_parameter for group in edition.fallbacks.values() for f in group}
    used = {f.parameter for m in edition.declared.methods.values() for f in m.factor} | substitutes
    for parameter in edition.declared.parameters:
        if parameter not in used:
            yield problem("edition.unused_parameter", _place(edition, "methods"), parameter=parameter)
    for fallback in (f for group in edition.fallbacks.values() for f in group):
        if fallback.factor_id and fallback.factor_id not in edition.by_id:
            yield problem(
                "edition.unknown_factor", _place(edition, "fallbacks"), what=fallback.id, id=fallback.factor_id
            )
        for parameter in filter(None, (fallback.parameter, fallback.use_parameter)):
            if parameter not in edition.declared.parameters:
                yield problem(
                    "edition.unknown_parameter", _place(edition, "fallbacks"), what=fallback.id, parameter=parameter
                )


def _english(edition: Edition) -> Iterator[Problem]:
    """Columns of English words that a table may lack and does."""
    for part, table in TABLES.items():
        raw = edition.tables[part].rows if part in edition.tables else ()
        for field in fields(table.row):
            optional = field.name.endswith("_en") and field.default is not MISSING
            if optional and raw and not any(line.get(field.name) for line in raw):
                yield problem("edition.no_english", _place(edition, part), column=field.name)


def _levels(edition: Edition) -> Iterator[Problem]:
    for row in rows(edition, LevelRow):
        if row.quantity not in edition.declared.quantities:
            yield problem("edition.unknown_quantity", _place(edition, "levels"), quantity=row.quantity)
