"""Recalculation: two versions of an inventory compared line by line, every change told apart by cause, the causes
adding up to the change.

The causes of a line are found by putting the new version's inputs into the old version's own arithmetic one kind after
another, in this order (`ORDER`): the old line against its own arithmetic (error), new activity data, new factors, then
what is left (the equation, a choice or the method: method), and last the new GWP set on the new mass. The order matters
where several kinds change at once, which is why it is stated. Lines in one version only are told as category when the
other has nothing of that category and gas, as method when it has it by another method, and as activity when data of the
same method came or went. A line that moved to another category keeps its own causes and is marked as moved. What no
input explains is an error of one version. Results read from CSV carry no arithmetic: changes of mass are then unknown,
not guessed.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inventory.core.ledger import RESULT_COLUMNS, Ledger
from inventory.core.problems import Collector, Origin

from .substitution import InputDifference, Substitution

CAUSES = ("error", "category", "activity", "factor", "method", "gwp", "unknown")
ORDER = ("error", "activity", "factor", "method", "gwp")
LABELS = {
    "error": {"zh": "更正错误", "en": "error corrected"},
    "category": {"zh": "类别增减", "en": "category added or dropped"},
    "activity": {"zh": "活动水平", "en": "activity data"},
    "factor": {"zh": "排放因子", "en": "factor"},
    "method": {"zh": "方法", "en": "method"},
    "gwp": {"zh": "GWP", "en": "GWP"},
    "unknown": {"zh": "未区分", "en": "not told apart"},
}
_ROUNDING = 1e-9  # relative: differences of the last bits belong to whatever else changed


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One line of one version, from a ledger or a results CSV. `number` is its place in the ledger, -1 without one."""

    region: str
    year: int
    category: str
    item: str
    gas: str
    mass_t: float
    gwp: float | None
    account: str
    method: str
    number: int = -1

    @property
    def key(self) -> tuple[str, int, str, str, str, str]:
        return (self.region, self.year, self.category, self.method, self.item, self.gas)


@dataclass(frozen=True, slots=True)
class StatedCause:
    """What the compiler says about a line's change. Cause `error` moves the whole change there; any other keeps what
    was found."""

    cause: str
    text: str
    name: str
    date: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """One line in both versions. Amounts in t CO2e, each version under its own GWP set; `causes` add up to `change`."""

    region: str
    year: int
    category: str
    item: str
    gas: str
    method: str
    account: str
    old: float
    new: float
    causes: Mapping[str, float]
    moved_from: str = ""
    differences: tuple[InputDifference, ...] = ()
    explanation: StatedCause | None = None

    @property
    def change(self) -> float:
        return self.new - self.old

    @property
    def main_cause(self) -> str:
        """The cause that weighs most; empty when nothing changed."""
        weight = max((abs(v) for v in self.causes.values()), default=0.0)
        return next((c for c in CAUSES if abs(self.causes.get(c, 0.0)) == weight), "") if weight else ""

    @property
    def place(self) -> str:
        """How an explanation names this line."""
        return "|".join((self.region, str(self.year), self.category, self.gas, self.method, self.item))


@dataclass(frozen=True)
class Recalculation:
    """All lines of the regions and years that both versions have; `only_old`, `only_new` are (region, year) that were
    not compared."""

    changes: tuple[LineChange, ...]
    only_old: tuple[tuple[str, int], ...]
    only_new: tuple[tuple[str, int], ...]
    gwp_old: str = ""
    gwp_new: str = ""
    order: tuple[str, ...] = field(default=ORDER)

    @property
    def changed(self) -> tuple[LineChange, ...]:
        """Lines that differ, largest change first."""
        return tuple(
            sorted(
                (c for c in self.changes if c.change or c.moved_from or any(c.causes.values())),
                key=lambda c: (-abs(c.change), c.place),
            )
        )

    def totals(self, region: str, year: int, account: str = "total") -> dict[str, float]:
        """old, new, change and every cause of one region and year, in t CO2e."""
        own = [c for c in self.changes if (c.region, c.year, c.account) == (region, year, account)]
        sums = {cause: math.fsum(c.causes.get(cause, 0.0) for c in own) for cause in CAUSES}
        old, new = math.fsum(c.old for c in own), math.fsum(c.new for c in own)
        return {"old": old, "new": new, "change": new - old, **sums}

    @property
    def places(self) -> tuple[tuple[str, int], ...]:
        return tuple(dict.fromkeys((c.region, c.year) for c in self.changes))


def compare(
    old: Ledger | Sequence[VersionLine],
    new: Ledger | Sequence[VersionLine],
    explanations: Mapping[str, StatedCause] | None = None,
) -> Recalculation:
    """Compare two versions: ledgers (causes told apart), or entries of a results CSV (`read_results`: only GWP, method
    and category are told apart).

    `explanations` by `LineChange.place`. Changes are t CO2e under the GWP set of each version; the parts of the causes add
    up to them. Regions and years of one version only are listed (`only_old`, `only_new`) and not compared.
    """
    substitution = Substitution(old, new) if isinstance(old, Ledger) and isinstance(new, Ledger) else None
    a, b = entries_of(old), entries_of(new)
    common = {(e.region, e.year) for e in a} & {(e.region, e.year) for e in b}
    left = {e.key: e for e in a if (e.region, e.year) in common}
    right = {e.key: e for e in b if (e.region, e.year) in common}
    pairs: list[tuple[VersionLine | None, VersionLine | None]] = [
        (left.pop(k), right.pop(k)) for k in list(left) if k in right
    ]
    pairs += _moved(left, right)
    pairs += [(e, None) for e in left.values()] + [(None, e) for e in right.values()]
    have = (
        {(e.region, e.year, e.category, e.gas): e for e in a},
        {(e.region, e.year, e.category, e.gas): e for e in b},
    )
    methods = (
        {(e.region, e.year, e.category, e.gas, e.method) for e in a},
        {(e.region, e.year, e.category, e.gas, e.method) for e in b},
    )
    changes = [_change(x, y, substitution, have, methods) for x, y in pairs]
    if explanations:
        changes = [_explained(c, explanations[c.place]) if c.place in explanations else c for c in changes]
    changes.sort(key=lambda c: (c.region, c.year, c.category, c.method, c.item, c.gas))
    return Recalculation(tuple(changes), _only(a, common), _only(b, common), _gwp_name(old), _gwp_name(new))


def entries_of(version: Ledger | Sequence[VersionLine]) -> list[VersionLine]:
    if not isinstance(version, Ledger):
        return list(version)
    return [
        VersionLine(
            x.region, x.year, x.category, x.item_text, x.gas, x.mass_t, version.gwp[x.gas], x.account, x.method, n
        )
        for n, x in enumerate(version.lines)
    ]


def read_results(path: Path, problems: Collector) -> list[VersionLine]:
    """Entries of a results CSV (`--results`). Rows that cannot be read, or two rows of one line, are problems with
    their place."""
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    missing = [c for c in RESULT_COLUMNS if c not in (rows.fieldnames or []) and c not in ("tier", "flags")]
    if missing:
        problems.add("quality.results_columns", Origin(path.name), missing="、".join(missing))
        return []
    entries: dict[tuple[Any, ...], VersionLine] = {}
    for number, row in enumerate(rows, start=2):
        origin = Origin(path.name, "", f"row {number}")
        try:
            mass, co2e, year = float(row["mass_t"]), float(row["co2e_t"]), int(row["year"])
            if not (math.isfinite(mass) and math.isfinite(co2e)):
                raise ValueError
        except (TypeError, ValueError):
            problems.add("quality.results_number", origin, mass=row["mass_t"], co2e=row["co2e_t"], year=row["year"])
            continue
        result = VersionLine(
            row["region"],
            year,
            row["category"],
            row["item"],
            row["gas"],
            mass,
            co2e / mass if mass else None,
            row["account"],
            row["method"],
        )
        if result.key in entries:
            problems.add("quality.results_twice", origin, line="|".join(map(str, result.key)))
        entries.setdefault(result.key, result)
    return list(entries.values())


CAUSE_COLUMNS = ("place", "cause", "text", "name", "date")


def read_causes(path: Path, problems: Collector) -> dict[str, StatedCause]:
    """Causes given by the compiler, by `LineChange.place`; rows without a cause are still to be answered. What is wrong
    with a row is a problem."""
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    missing = [c for c in CAUSE_COLUMNS if c not in (rows.fieldnames or [])]
    if missing:
        problems.add("recalculation.causes_columns", Origin(path.name), missing="、".join(missing))
        return {}
    words = {word: cause for cause, label in LABELS.items() for word in (cause, *label.values())}
    result: dict[str, StatedCause] = {}
    for number, row in enumerate(rows, start=2):
        given = {c: (row[c] or "").strip() for c in CAUSE_COLUMNS}
        if not any(given[c] for c in CAUSE_COLUMNS[1:]):
            continue
        origin = Origin(path.name, "", f"row {number}")
        if given["cause"] not in words or not all(given.values()):
            problems.add(
                "recalculation.causes_row",
                origin,
                found=given["cause"],
                known="、".join(label["zh"] for label in LABELS.values()),
            )
        elif given["place"] in result:
            problems.add("recalculation.causes_twice", origin, place=given["place"])
        else:
            result[given["place"]] = StatedCause(words[given["cause"]], given["text"], given["name"], given["date"])
    return result


def _gwp_name(version: Ledger | Sequence[VersionLine]) -> str:
    return version.gwp.name if isinstance(version, Ledger) else ""


def _only(entries: Iterable[VersionLine], common: set[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({(e.region, e.year) for e in entries} - common, key=lambda p: (p[1], p[0])))


def _moved(
    left: dict[tuple[Any, ...], VersionLine], right: dict[tuple[Any, ...], VersionLine]
) -> list[tuple[VersionLine | None, VersionLine | None]]:
    """Lines that are the same but for their category, where that is beyond doubt: one on each side."""

    def by_rest(side: dict[tuple[Any, ...], VersionLine]) -> dict[tuple[Any, ...], list[VersionLine]]:
        result: dict[tuple[Any, ...], list[VersionLine]] = {}
        for e in side.values():
            result.setdefault((e.region, e.year, e.method, e.item, e.gas), []).append(e)
        return result

    olds, news = by_rest(left), by_rest(right)
    pairs: list[tuple[VersionLine | None, VersionLine | None]] = []
    for rest, (first, *more) in olds.items():
        other = news.get(rest, [])
        if not more and len(other) == 1:
            pairs.append((left.pop(first.key), right.pop(other[0].key)))
    return pairs


def _change(
    x: VersionLine | None,
    y: VersionLine | None,
    substitution: Substitution | None,
    have: tuple[Mapping[Any, Any], Mapping[Any, Any]],
    methods: tuple[set[Any], set[Any]],
) -> LineChange:
    shown = y or x
    assert shown is not None
    old_gwp, new_gwp = _gwp_pair(x, y, have)
    old_mass, new_mass = x.mass_t if x else 0.0, y.mass_t if y else 0.0
    old, new = old_mass * old_gwp, new_mass * new_gwp
    causes = dict.fromkeys(CAUSES, 0.0)
    differences: tuple[InputDifference, ...] = ()
    causes["gwp"] = new_mass * (new_gwp - old_gwp)
    if x is not None and y is not None:
        if substitution is not None:
            masses, differences = substitution.causes(x.number, y.number)
            for cause, mass in masses.items():
                causes[cause] += mass * old_gwp
        else:
            causes["unknown"] = (new_mass - old_mass) * old_gwp
    else:
        causes[_one_sided(shown, 1 if x is not None else 0, have, methods)] = (new_mass - old_mass) * old_gwp
    _close(causes, new - old, max(abs(old), abs(new)))
    moved = x.category if x is not None and y is not None and x.category != y.category else ""
    return LineChange(
        shown.region,
        shown.year,
        shown.category,
        shown.item,
        shown.gas,
        shown.method,
        shown.account,
        old,
        new,
        causes,
        moved,
        differences,
    )


def _gwp_pair(
    x: VersionLine | None, y: VersionLine | None, have: tuple[Mapping[Any, Any], Mapping[Any, Any]]
) -> tuple[float, float]:
    """GWP values of both versions; a line of one version borrows the other's value where that version has the gas, else
    its own."""

    def of_gas(side: Mapping[Any, Any], gas: str) -> float | None:
        return next((e.gwp for e in side.values() if e.gas == gas and e.gwp is not None), None)

    gas = (x or y).gas  # type: ignore[union-attr]
    a = x.gwp if x is not None and x.gwp is not None else of_gas(have[0], gas)
    b = y.gwp if y is not None and y.gwp is not None else of_gas(have[1], gas)
    return (a if a is not None else b or 0.0), (b if b is not None else a or 0.0)


def _one_sided(
    e: VersionLine, other: int, have: tuple[Mapping[Any, Any], Mapping[Any, Any]], methods: tuple[set[Any], set[Any]]
) -> str:
    place = (e.region, e.year, e.category, e.gas)
    if place not in have[other]:
        return "category"
    return "activity" if (*place, e.method) in methods[other] else "method"


def _close(causes: dict[str, float], change: float, size: float) -> None:
    """Make the causes add up to the change: the last bits go to the largest cause, anything more to `error`."""
    rest = change - math.fsum(causes.values())
    if rest == 0.0:
        return
    largest = max(CAUSES, key=lambda c: abs(causes[c]))
    causes[
        largest
        if abs(rest) <= _ROUNDING * size and causes[largest]
        else "error"
        if abs(rest) > _ROUNDING * size
        else "unknown"
    ] += rest


def _explained(change: LineChange, statement: StatedCause) -> LineChange:
    if statement.cause == "error":
        causes = dict.fromkeys(CAUSES, 0.0) | {"error": change.change}
        return replace(change, causes=causes, explanation=statement)
    return replace(change, explanation=statement)
