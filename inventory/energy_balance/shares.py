"""Shares that split an amount: own power plants, branches of industry, kinds of coal, transport modes … They come from
the project, never from nowhere.

`allocation_shares.csv` of a project folder, one part a line: region, year, split, row, fuel, within, part, value,
source, data_kind, note. `*` means any. The lines of one scope (region, year, row, fuel, within) are one set and must
sum to 1; the most specific set that fits an amount is used. `within` is `key=value` of what earlier splits have set,
such as `category=1.1.3.1` (steel only).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ..core.activity import DATA_KINDS
from ..core.edition import Edition, pairs
from ..core.problems import Collector, DeclarationError, Origin
from ..forms.words import kind_of_data
from ..sheets.english import named
from ..spreadsheets.cells import Sheet
from ..spreadsheets.numbers import Number, Year, parse_number, parse_year
from .entries import EntryLine, read_entries
from .files import FORMS, SHARES
from .table import Layout

ANY = "*"
TOLERANCE = 1e-6  # of the sum of a set: shares are written with a finite number of digits


@dataclass(frozen=True, slots=True)
class Split:
    """A named division. `parts`: name -> (keys it sets, what follows: nothing, `end` or another split, label)."""

    id: str
    parts: Mapping[str, tuple[tuple[tuple[str, str], ...], str, Mapping[str, str]]]
    ask: Mapping[str, str]
    supplier: str

    def part_named(self, text: str) -> str:
        """The part that a text names: its id, or its English label."""
        plain = text.casefold()
        named = (p for p, (_, _, label) in self.parts.items() if plain == label.get("en", "").casefold())
        return text if text in self.parts else next(named, text)


@dataclass(frozen=True, slots=True)
class ShareScope:
    """Where a set of shares applies; `*` anywhere."""

    region: str
    year: str
    row: str
    fuel: str
    within: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        inner = ";".join(f"{k}={v}" for k, v in self.within) or ANY
        return f"{self.region} {self.year} {self.row} {self.fuel} {inner}"


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One line of a share file."""

    split: str
    scope: ShareScope
    part: str
    value: float
    source: str
    data_kind: str
    note: str
    origin: Origin = Origin()
    refine: bool = False


@dataclass(frozen=True)
class ShareSet:
    """All parts of one split in one scope. `own` is False for the edition's declared defaults.

    A default with `refine` is a starting point (不拆分: a printed row stays on the line it is on): it is marked
    wherever used, and asked to be replaced. A part `@region.grid` of a default is the region's own attribute.
    """

    split: str
    scope: ShareScope
    rows: tuple[ShareRow, ...]
    own: bool = True


@dataclass
class Shares:
    """All share sets of a project, the edition's defaults behind them; remembers which were used."""

    sets: tuple[ShareSet, ...]
    used: set[tuple[str, ShareScope]] = field(default_factory=set)

    @cached_property
    def divided(self) -> Mapping[tuple[str, str], ShareSet]:
        """The sets that divide anything (two parts or more), by split and scope as text."""
        return {(s.split, str(s.scope)): s for s in self.sets if sum(1 for r in s.rows if r.value) > 1}


def read_shares(
    sources: Iterable[Path | Sheet],
    layout: Layout,
    splits: Mapping[str, Split],
    edition: Edition,
    defaults: tuple[ShareRow, ...],
    problems: Collector,
) -> Shares:
    """A project's shares and the edition's defaults, with every set checked: known parts, values from 0 to 1, sum 1,
    nothing twice."""
    rows: list[ShareRow] = []
    for source in sources:
        for entry in read_entries(source, FORMS[SHARES], problems, _Carried()):
            row = read_share(entry.fields, layout, splits, edition, (entry, problems))
            if row is not None:
                rows.append(row)
    return Shares((*_sets(rows, True, problems), *_sets(list(defaults), False, problems)))


def with_parts(shares: Shares, instead: Mapping[str, str]) -> Shares:
    """The same shares with other parts as starting points of some splits (split -> part, all of the amount)."""
    changed = tuple(
        replace(s, rows=(replace(s.rows[0], part=instead[s.split], value=1.0),))
        if s.split in instead and not s.own and s.rows[0].refine
        else s
        for s in shares.sets
    )
    return Shares(changed)


class _Carried:
    """Source and kind of data stand on the first line of a set and hold for the lines below it that leave them
    blank."""

    def __init__(self) -> None:
        self._above: Mapping[str, str] = {}

    def __call__(self, fields: Mapping[str, str]) -> Mapping[str, str]:
        above, same = self._above, ("region", "split", "row", "fuel", "within")
        if not fields.get("source") and all(fields.get(k, "") == above.get(k, "") for k in same):
            kind = fields.get("data_kind") or above.get("data_kind", "")
            fields = {**fields, "source": above.get("source", ""), "data_kind": kind}
        self._above = fields
        return fields


def _sets(rows: list[ShareRow], own: bool, problems: Collector) -> list[ShareSet]:
    grouped: dict[tuple[str, ShareScope], dict[str, ShareRow]] = {}
    for row in rows:
        parts = grouped.setdefault((row.split, row.scope), {})
        if row.part in parts:
            problems.add(
                "balance.entry_twice",
                row.origin,
                other=str(parts[row.part].origin),
                what_for=f"{row.split} {row.part}（{row.scope}）",
            )
        else:
            parts[row.part] = row
    out = []
    for (name, scope), by_part in sorted(grouped.items(), key=lambda kv: (kv[0][0], str(kv[0][1]))):
        members = tuple(by_part[p] for p in sorted(by_part))
        total = sum(r.value for r in members)
        if abs(total - 1) > TOLERANCE:
            problems.add(
                "balance.share_sum",
                members[0].origin,
                split=name,
                scope=str(scope),
                total=f"{total:.6g}",
                parts="、".join(f"{r.part} {r.value:g}" for r in members),
            )
        out.append(ShareSet(name, scope, members, own))
    return out


def _member(edition: Edition, key: str, text: str) -> str:
    """A member of a key by its English name; the text itself where it is none."""
    return next((w.value for w in edition.vocabulary.get(key, {}).values() if text and w.label_en == text), text)


def _fuel_of(text: str, layout: Layout, edition: Edition) -> tuple[str, list[str]]:
    """A fuel, column or class of fuels by any of its names (the text itself where it is none), and the fuels and classes
    there are."""
    fuel_words = edition.vocabulary.get("fuel", {})
    fuel = layout.column_id(text) or next(
        (w.value for w in fuel_words.values() if text in (*w.aliases, w.label_en)), text
    )
    classes = sorted({c for w in fuel_words.values() for c in w.classes})
    known = fuel == ANY or fuel in fuel_words or fuel in layout.columns
    return fuel if known else named(fuel, classes, edition), [*fuel_words, *classes]


def read_share(
    fields: Mapping[str, str],
    layout: Layout,
    splits: Mapping[str, Split],
    edition: Edition,
    own: tuple[EntryLine, Collector] | None,
) -> ShareRow | None:
    """One line; faults of a project's file go to its collector, those of the edition raise `DeclarationError`."""
    before = own[1].count if own else 0

    def fault(name: str, value: str, known: Iterable[str]) -> None:
        if own is None:
            raise DeclarationError(f"energy_balance_default_shares.csv: unknown {name} {value!r}")
        options = list(known)
        near = difflib.get_close_matches(value, options, n=4, cutoff=0.2) or options[:8]
        own[1].add("balance.entry_unknown", own[0].origin(name), field=name, value=value, near="、".join(near))

    name, part = fields.get("split", ""), fields.get("part", "")
    name = name if name in splits else named(name, splits, edition)
    part = splits[name].part_named(part) if name in splits else part
    if name not in splits:
        fault("split", name, splits)
    elif part not in splits[name].parts and not (own is None and part.startswith("@region.")):
        fault("part", part, splits[name].parts)
    row = fields.get("row", "") or ANY
    row = row if row in layout.rows or row == ANY else layout.row_id(row) or row
    if row != ANY and row not in layout.rows:
        fault("row", row, layout.rows)
    fuel, known = _fuel_of(fields.get("fuel", "") or ANY, layout, edition)
    if fuel != ANY and fuel not in known and fuel not in layout.columns:
        fault("fuel", fuel, known)
    year = fields.get("year", "") or ANY
    parsed = parse_year(year)
    year = str(parsed.value) if isinstance(parsed, Year) else year
    kind = kind_of_data(fields.get("data_kind", ""))
    if kind not in DATA_KINDS:
        fault("data_kind", kind, DATA_KINDS)
    number = parse_number(fields.get("value", ""))
    value = number.fraction if isinstance(number, Number) else -1.0
    if own is not None and (own[0].row is None or own[1].count > before):
        return None
    within = fields.get("within", "")
    region = fields.get("region", "") or ANY
    inner = () if within in ("", ANY) else tuple((k, _member(edition, k, v)) for k, v in pairs(within))
    scope = ShareScope(layout.regions.get(region.casefold(), region), year, row, fuel, inner)
    return ShareRow(
        name,
        scope,
        part,
        value,
        fields.get("source", ""),
        kind,
        fields.get("note", ""),
        own[0].origin("value") if own else Origin(),
        own is None and fields.get("refine") == "是",
    )
