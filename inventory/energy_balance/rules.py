"""The allocation table: which balance cell becomes which activity datum, through which shares, and why.

Read from the edition (`energy_balance_allocation.csv`, `energy_balance_splits.csv`,
`energy_balance_default_shares.csv`). A project's own
`allocation.csv` has the same columns: a row with the id of an edition's rule replaces it, any other row is added.

Stages: `source` deducts a part of a row before anything else; `composition` splits a printed column into fuels; `use`,
`boiler` and `supply` send amounts to quantities (sectoral approach, N2O of power boilers, reference approach and
electricity). A rule without quantity says why a cell is not counted.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.edition import Edition, pairs
from ..core.problems import Collector, DeclarationError, Origin
from ..edition.parts import BalanceSplitRow, texts
from ..edition.parts import rows as table_rows
from ..forms.balance import SIGNS, STAGES
from ..spreadsheets.cells import Sheet
from .entries import EntryLine, read_entries
from .files import FORMS, RULES
from .shares import ShareRow, Split, read_share
from .table import Layout, read_layout, split

TARGETS = ("use", "boiler", "supply")
ANY, ANY_FUEL = "*", "燃料"


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """One line of the allocation table.

    `rows` and `fuels` are patterns: ids, classes (rows: 供应, 终端 …; fuels: 煤炭, 液体燃料 …), `燃料` (any column that
    is a fuel) or `*`. `where` keeps only the named parts of a split. `own` tells that it comes from the project.
    """

    id: str
    stage: str
    rows: tuple[str, ...]
    fuels: tuple[str, ...]
    layout: str
    years: tuple[str, ...]
    choice: tuple[tuple[str, str], ...]
    minus_row: str
    sign: int
    splits: tuple[str, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...]
    quantity: str
    keys: tuple[tuple[str, str], ...]
    reason: Mapping[str, str]
    standing: str
    source: str
    own: bool = False
    origin: Origin = Origin()


@dataclass(frozen=True)
class Rules:
    """The allocation table in force: rules, the parts of each split, and the edition's default shares."""

    layout: Layout
    rules: tuple[AllocationRule, ...]
    splits: Mapping[str, Split]
    defaults: tuple[ShareRow, ...]
    chosen: dict[tuple[Any, ...], dict[tuple[Any, ...], AllocationRule | None]] = field(
        default_factory=dict, compare=False, repr=False
    )


def read_rules(edition: Edition, layout: Layout, own: Iterable[Path | Sheet], problems: Collector) -> Rules:
    """The edition's allocation table with a project's own rows. Faults of the edition raise `DeclarationError`; those
    of the project go to `found`."""
    base = edition.derived(_edition_rules)
    splits, rules = base.splits, {rule.id: rule for rule in base.rules}
    own = tuple(own)
    if not own:
        return base
    for source in own:
        seen: dict[str, Origin] = {}
        for entry in read_entries(source, FORMS[RULES], problems):
            if entry["id"] in seen:
                problems.add(
                    "balance.entry_twice", entry.origin("id"), other=str(seen[entry["id"]]), what_for=entry["id"]
                )
                continue
            seen[entry["id"]] = entry.origin("id")
            count = problems.count
            rule = _rule(entry.fields, layout, splits, edition, (entry, problems))
            if entry.row is not None and problems.count == count:
                rules[rule.id] = rule
    return Rules(layout, tuple(rules.values()), splits, base.defaults)


def _edition_rules(edition: Edition) -> Rules:
    """What the edition itself says, read once."""
    layout, splits = edition.derived(read_layout), _splits(edition)
    read = [_rule(fields, layout, splits, edition, None) for fields in texts(edition, "energy_balance_allocation")]
    defaults = [
        read_share(fields, layout, splits, edition, None) for fields in texts(edition, "energy_balance_default_shares")
    ]
    rules = {rule.id: rule for rule in read}
    return Rules(layout, tuple(rules.values()), splits, tuple(d for d in defaults if d is not None))


def _splits(edition: Edition) -> dict[str, Split]:
    result: dict[str, Split] = {}
    for r in table_rows(edition, BalanceSplitRow):
        old = result.get(r.split)
        part = {r.part: (r.sets, r.next, {"zh": r.label_zh, "en": r.label_en})}
        if old is None:
            result[r.split] = Split(r.split, part, {"zh": r.ask_zh, "en": r.ask_en}, r.supplier)
        else:
            result[r.split] = Split(old.id, {**old.parts, **part}, old.ask, old.supplier)
    for s in result.values():
        for name, (_, following, _) in s.parts.items():
            if following and following != "end" and following not in result:
                raise DeclarationError(f"energy_balance_splits: {s.id}.{name}: unknown split {following!r}")
    return result


def _rule(
    fields: Mapping[str, str],
    layout: Layout,
    splits: Mapping[str, Split],
    edition: Edition,
    own: tuple[EntryLine, Collector] | None,
) -> AllocationRule:
    classes = {d.cls for d in layout.rows.values()}
    fuel_words = edition.vocabulary.get("fuel", {})
    fuel_classes = {c for w in fuel_words.values() for c in w.classes}
    rows = tuple(
        r if r in layout.rows or r in classes or r == ANY else layout.row_id(r) or r
        for r in split(fields.get("row", ""))
    )
    fuels = split(fields.get("fuel", ""))
    where = tuple((k, tuple(sorted(split(v)))) for k, v in pairs(fields.get("where", "")))
    minus = fields.get("minus_row", "")
    checks = [
        ("row", rows, (*layout.rows, *sorted(classes), ANY)),
        ("fuel", fuels, (*layout.columns, *fuel_words, *sorted(fuel_classes), ANY_FUEL, ANY)),
        ("splits", split(fields.get("splits", "")), tuple(splits)),
        ("minus_row", [minus] if minus else [], tuple(layout.rows)),
        (
            "to_quantity",
            [fields["to_quantity"]] if fields.get("to_quantity") else [],
            tuple(edition.declared.quantities),
        ),
        ("choice", [k for k, _ in pairs(fields.get("choice", ""))], tuple(edition.declared.choices)),
        ("where", [k for k, _ in where], tuple(splits)),
    ]
    if own is None:  # what the model of the form checks in a project's own rows
        checks += [("stage", [fields.get("stage", "")], STAGES), ("sign", [fields.get("sign", "")], SIGNS)]
    for name, values, known in checks:
        for value in values:
            if value not in known:
                _fault(fields, name, value, known, own)
    return AllocationRule(
        fields["id"],
        fields.get("stage", ""),
        rows,
        fuels,
        fields.get("layout", ""),
        split(fields.get("year", "")),
        pairs(fields.get("choice", "")),
        minus,
        -1 if fields.get("sign") == "-" else 1,
        split(fields.get("splits", "")),
        where,
        fields.get("to_quantity", ""),
        pairs(fields.get("to_keys", "")),
        {"zh": fields.get("reason_zh", ""), "en": fields.get("reason_en", "") or fields.get("reason_zh", "")},
        fields.get("standing", ""),
        fields.get("source", ""),
        own is not None,
        own[0].origin("id") if own else Origin(),
    )


def _fault(
    fields: Mapping[str, str], name: str, value: str, known: Iterable[str], own: tuple[EntryLine, Collector] | None
) -> None:
    near = difflib.get_close_matches(value, list(known), n=4, cutoff=0.2) or list(known)[:8]
    if own is None:
        raise DeclarationError(f"energy_balance_allocation.csv: {fields.get('id')}: unknown {name} {value!r}")
    own[1].add("balance.entry_unknown", own[0].origin(name), field=name, value=value, near="、".join(near))


def fuel_rank(pattern: str, fuel: str, column: str, rules: Rules, edition: Edition) -> int:
    """How closely a fuel pattern fits: 9 the fuel itself, 8 its column, then its classes from narrow to wide, 2 any
    fuel, 1 anything, 0 not at all."""
    if pattern == fuel:
        return 9
    if pattern == column:
        return 8
    word = edition.word("fuel", fuel)
    if word and pattern in word.classes:
        return 7 - min(word.classes.index(pattern), 4)
    if pattern == ANY_FUEL:
        return 2 if rules.layout.columns[column].kind == "fuel" else 0
    return 1 if pattern == ANY else 0


def row_rank(pattern: str, row: str, layout: Layout) -> int:
    """3 the row itself, 2 its class, 1 anything, 0 not at all."""
    return 3 if pattern == row else 2 if pattern == layout.rows[row].cls else 1 if pattern == ANY else 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides between rules besides the cell: edition, year, layout of the table, named choices."""

    edition: Edition
    year: int
    layout: str
    choices: Mapping[str, str]


def best_rule(
    key: tuple[str, str, str, str], rules: Rules, given: Circumstances, problems: Collector
) -> AllocationRule | None:
    """The most specific rule for a cell (stage, row, fuel, column): by fuel first, then by row; a project's own rule wins a
    tie.

    Two of the edition's (or two of the project's) rules that fit alike are an error. None when no rule fits.
    """
    stage, row, fuel, column = key
    ranked: list[tuple[tuple[int, int, bool], AllocationRule]] = []
    for rule in rules.rules:
        if (
            rule.stage != stage
            or (rule.layout and rule.layout != given.layout)
            or (rule.years and not _in_years(given.year, rule.years))
        ):
            continue
        if any(given.choices.get(k) != v for k, v in rule.choice):
            continue
        by_row = max((row_rank(p, row, rules.layout) for p in rule.rows), default=0)
        by_fuel = (
            max((fuel_rank(p, fuel, column, rules, given.edition) for p in rule.fuels), default=0) if by_row else 0
        )
        if by_fuel:
            ranked.append(((by_fuel, by_row, rule.own), rule))
    if not ranked:
        return None
    top = max(rank for rank, _ in ranked)
    best = [rule for rank, rule in ranked if rank == top]
    if len(best) > 1:
        problems.add("balance.rule_ambiguous", best[1].origin, row=row, fuel=fuel, first=best[0].id, second=best[1].id)
    return best[0]


def _in_years(year: int, years: tuple[str, ...]) -> bool:
    for part in years:
        first, _, last = part.replace("–", "-").partition("-")
        if first.strip().isdigit() and int(first) <= year <= int(last or first):
            return True
    return False
