"""What to refine first: every declared default share that an inventory rests on, with the CO2 that stands under it and
what another answer could change.

Two figures for each: the CO2 of the amounts that the default books (it may stand on the wrong line), and the largest
change of the total that any other single answer would make (all of the amount under one other part). Both in t CO2; the
list is ordered by the second, then by the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..core.activity import Datum
from ..core.edition import Edition
from ..core.engine import compile_ledger
from ..core.ledger import Ledger
from ..core.part import only_methods
from ..core.problems import InventoryError
from ..energy_balance import AllocationLine, EnergyBalance, allocate_again, balance_of
from ..texts import LIST

Key = tuple[str, int, str, tuple[tuple[str, str], ...]]  # region, year, quantity, item
MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class DefaultShare:
    """One split of one region and year that rests on defaults. `parts` are the defaults in use; `options` all parts the
    split knows.

    `co2_t`: CO2 of the amounts booked by it (information items included); `change_t`: largest change of the total by
    another part (`other`), 0 where none can be computed. `places`: (row, fuel, amount, unit), the largest CO2 first is
    not promised: table order.
    """

    region: str
    year: int
    split: str
    parts: tuple[str, ...]
    options: tuple[str, ...]
    ask: Mapping[str, str]
    supplier: str
    places: tuple[tuple[str, str, float, str], ...]
    co2_t: float
    change_t: float
    other: str

    def shown_places(self, lang: str = "zh") -> str:
        """The first cells that rest on it, and how many there are."""
        listed = [f"{row}·{fuel} {amount:.6g} {unit}" for row, fuel, amount, unit in self.places[:MOST_PLACES]]
        more = f"等 {len(self.places)} 处" if lang == "zh" else f" … ({len(self.places)} cells)"
        return LIST[lang].join(listed) + (more if len(self.places) > MOST_PLACES else "")


def default_shares(ledger: Ledger) -> tuple[DefaultShare, ...]:
    """Every split that rests on a declared starting point, the one that could change the total most first; none without
    a balance table."""
    balance = balance_of(ledger.project)
    if balance is None:
        return ()
    co2 = _co2_of_data(ledger)
    totals = {(table.region, table.year): _total(ledger, table.region, table.year) for table in balance.tables}
    out = []
    for table, result in zip(balance.tables, balance.allocations, strict=True):
        amounts = {_key(line): 0.0 for line in result.lines if line.counted}
        for line in result.lines:
            if line.counted:
                amounts[_key(line)] += line.amount
        lines: dict[str, list[AllocationLine]] = {}
        for line in result.lines:
            for name in {u.split for u in line.shares if u.refine}:
                lines.setdefault(name, []).append(line)
        for name, mine in lines.items():
            booked = sum(
                co2.get(_key(x), 0.0) * x.amount / amounts[_key(x)] for x in mine if x.counted and amounts[_key(x)]
            )
            change, other = _largest_change(ledger, balance, name, (table.region, table.year), totals)
            split = balance.rules.splits[name]
            parts = dict.fromkeys(u.part for x in mine for u in x.shares if u.split == name)
            out.append(
                DefaultShare(
                    table.region,
                    table.year,
                    name,
                    tuple(parts),
                    tuple(split.parts),
                    split.ask,
                    split.supplier,
                    _places(mine),
                    booked,
                    change,
                    other,
                )
            )
    return tuple(sorted(out, key=lambda d: (-abs(d.change_t), -abs(d.co2_t), d.region, d.year, d.split)))


def _key(line: AllocationLine) -> Key:
    return line.region, line.year, line.quantity, line.item


def _places(lines: Iterable[AllocationLine]) -> tuple[tuple[str, str, float, str], ...]:
    result: dict[tuple[str, str, str], float] = {}
    for x in lines:
        key = (x.row, x.column, x.unit)
        result[key] = max(result.get(key, 0.0), abs(x.cell_value))
    return tuple((row, fuel, amount, unit) for (row, fuel, unit), amount in result.items())


def _co2_of_data(ledger: Ledger) -> dict[Key, float]:
    """CO2 of the lines that a datum alone stands behind (fuel burnt, non-energy use, electricity), t."""
    result: dict[Key, float] = {}
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind != "activity" or len(column.refs) != len(table.lines):
                continue
            for ref, at in zip(column.refs.tolist(), table.lines.tolist(), strict=True):
                if ref >= 0 and at >= 0 and ledger.lines[at].gas == "CO2" and ledger.lines[at].account != "check":
                    d = ledger.data[ref]
                    key = (d.region, d.year, d.quantity, d.item)
                    result[key] = result.get(key, 0.0) + ledger.lines[at].mass_t
    return result


# ---- another answer ----


def _largest_change(
    ledger: Ledger, balance: EnergyBalance, split: str, place: tuple[str, int], totals: Mapping[tuple[str, int], float]
) -> tuple[float, str]:
    best = (0.0, "")
    for part in balance.rules.splits[split].parts:
        total = _under(ledger, balance, split, part, place)
        if total is not None and abs(total - totals[place]) > abs(best[0]):
            best = (total - totals[place], part)
    return best if abs(best[0]) >= 0.5 else (0.0, "")


def _under(ledger: Ledger, balance: EnergyBalance, split: str, part: str, place: tuple[str, int]) -> float | None:
    """The total of the place, t CO2e, with all that rests on the default under another part; None when that cannot be
    computed."""
    one = replace(balance, tables=tuple(t for t in balance.tables if (t.region, t.year) == place))
    again = allocate_again(one, ledger.edition, {k: v[0] for k, v in ledger.choices.items()}, {split: part})
    before = [d for a in balance.allocations for d in a.data]
    others = (d for d in ledger.project.columns.without(before) if (d.region, d.year) == place)
    edition = _only_methods_of(ledger.edition, (*before, *again))
    required = {a.quantity for m in edition.declared.methods.values() for a in m.activity}
    project = replace(ledger.project, data=tuple(d for d in (*others, *again) if d.quantity in required))
    try:
        result = compile_ledger(project, edition, gwp=ledger.gwp.name)
    except InventoryError:
        return None
    named = set(edition.declared.methods)
    return _total(ledger, *place) - _total(ledger, *place, named) + _total(result, *place)


def _only_methods_of(edition: Edition, data: Iterable[Datum]) -> Edition:
    quantities = {d.quantity for d in data}
    methods = {
        k
        for k, m in edition.declared.methods.items()
        if any(a.quantity in quantities for a in m.activity)
        and any(s.gas and s.account in ("", "total") for s in m.steps)
    }
    return only_methods(edition, methods)


def _total(ledger: Ledger, region: str, year: int, methods: set[str] | None = None) -> float:
    return sum(
        x.mass_t * ledger.gwp[x.gas]
        for x in ledger.lines
        if x.account == "total" and x.region == region and x.year == year and (methods is None or x.method in methods)
    )
