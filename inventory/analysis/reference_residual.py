"""Why the reference approach differs from the sectoral one, by solid, liquid and gas.

Apparent consumption = losses + statistical difference + net input to transformation (other than power and heat)
− recovered energy + fuel burnt + non-energy use + bunkers + uses that the allocation does not count (gases whose carbon
is in the coke, feedstock counted as a process). Each item is valued with the fuel's factors of the reference approach,
and what the kinds of a split column differ in from the column is an item of its own (composition), so that the items
add up to the difference. Uses are those of the allocation, not the printed row 用作原料: a product that is never burnt
(bitumen) stands in other rows too. What figures outside the balance table add is the rest. Guideline chapter 1,
comparison of the two approaches.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ..core.ledger import Ledger, StepTable
from ..energy_balance import Allocation, balance_of
from ..energy_balance.table import BalanceTable, Layout, read_layout

CAUSES = (
    *("losses", "difference", "transformation", "recovery", "non_energy"),
    *("bunkers", "excluded", "composition", "factors", "rest"),
)
NO_USE = ("total", "part", "loss", "transformation")  # rules that book no use: sums, parts of rows, what is above
POWER_AND_HEAT = "转换投入"  # class of rows whose input is burnt
SUPPLY = "可供量"  # the row that the rows of supply add up to
SUPPLIED = ("production_energy", "inflow_energy", "outflow_energy", "stock_energy")  # steps of the reference approach


@dataclass(frozen=True)
class Residual:
    """`causes`: t CO2 by name of `CAUSES`, adding up to `reference_t - sectoral_t`."""

    fuel_class: str
    year: int
    reference_t: float
    sectoral_t: float
    causes: Mapping[str, float]


def residuals(ledger: Ledger, region: str) -> tuple[Residual, ...]:
    """Per class of fuel and year; empty where there is no reference approach or no balance table of the year."""
    balance = balance_of(ledger.project)
    tables = {
        t.year: (t, a)
        for t, a in (zip(balance.tables, balance.allocations, strict=True) if balance is not None else ())
        if t.region == region
    }
    methods = dict.fromkeys(x.method for x in ledger.lines if x.account == "check" and x.region == region)
    if not tables or len(methods) != 1:
        return ()
    steps = {t.name: t for t in ledger.tables if t.method.id == next(iter(methods))}
    if not {"carbon", "net", "co2"} <= set(steps):
        return ()
    layout = ledger.edition.derived(read_layout)
    out: list[Residual] = []
    for _, (table, allocation) in sorted(tables.items()):
        out += _of_year(ledger, allocation, table, layout, steps)
    return tuple(out)


def _of_year(
    ledger: Ledger, allocation: Allocation, table: BalanceTable, layout: Layout, steps: Mapping[str, StepTable]
) -> list[Residual]:
    region, year = table.region, table.year
    place = (region, str(year))
    stored = _stored(steps, place)
    burnt, sectoral, reference = _sides(ledger, region, year)
    # a product that is never supplied, only used: its whole line in the reference approach is carbon stored
    stored = {**{f: -v for f, v in reference.items() if f not in _values(steps["carbon"], place)}, **stored}
    # a secondary fuel that is neither supplied nor stocked has no factor there: the sectoral one
    per_unit = {fuel: sectoral[fuel] / amount for fuel, amount in burnt.items() if amount} | _per_unit(steps, place)
    by_class: dict[str, dict[str, list[float]]] = {}

    def add(fuel: str, cause: str, value: float) -> None:
        by_class.setdefault(_class(ledger, fuel), {}).setdefault(cause, []).append(value)

    uses = _uses(ledger, allocation)
    for name, column in layout.columns.items():
        if column.kind != "fuel" or not column.fuel:
            continue
        factor = _factor(ledger, column.fuel, per_unit, burnt)
        for cause, amount in _amounts(table, layout, name).items():
            add(column.fuel, cause, amount * factor)
        add(column.fuel, "composition", -_supply(table, layout, name) * factor)
        for (fuel, use), amount in uses.get(name, {}).items():
            own = per_unit.get(fuel, factor)
            add(fuel, "composition", (factor - own) * amount)
            if use != "burnt":
                add(fuel, use, own * amount)
    for fuel, amount in _taken_off(ledger, allocation).items():  # bunkers of final rows, off the reference approach too
        add(fuel, "bunkers", -amount * per_unit.get(fuel, 0.0))
        add(fuel, "composition", amount * per_unit.get(fuel, 0.0))
    for fuel, value in stored.items():
        add(fuel, "non_energy", -value)
    for fuel, value in reference.items():  # apparent consumption as valued, before carbon is stored
        add(fuel, "composition", value + stored.get(fuel, 0.0))
    for fuel, amount in burnt.items():
        add(fuel, "factors", amount * per_unit.get(fuel, 0.0) - sectoral.get(fuel, 0.0))
    out = []
    sides: dict[str, list[list[float]]] = {}
    for k, side in enumerate((reference, sectoral)):
        for fuel, value in side.items():
            sides.setdefault(_class(ledger, fuel), [[], []])[k].append(value)
    for name, (r, s) in sides.items():
        causes = {cause: math.fsum(by_class.get(name, {}).get(cause, ())) for cause in CAUSES[:-1]}
        whole = math.fsum(r) - math.fsum(s)
        causes["rest"] = whole - math.fsum(causes.values())
        out.append(Residual(name, year, math.fsum(r), math.fsum(s), causes))
    return out


def _class(ledger: Ledger, fuel: str) -> str:
    word = ledger.edition.word("fuel", fuel)
    return word.classes[-1] if word is not None and word.classes else fuel


def _sides(ledger: Ledger, region: str, year: int) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Fuel burnt (in the unit of the steps), t CO2 of the sectoral and of the reference approach, by fuel."""
    check = next(x for x in ledger.lines if x.account == "check" and x.region == region)
    below = ledger.edition.descendants(check.category)
    burnt: dict[str, float] = {}
    sectoral: dict[str, float] = {}
    reference: dict[str, float] = {}
    for x in ledger.lines:
        fuel = dict(x.item).get("fuel", "")
        if (x.region, x.year, x.gas) != (region, year, check.gas) or not fuel:
            continue
        if x.account == "check" and x.method == check.method:
            reference[fuel] = reference.get(fuel, 0.0) + x.mass_t
        elif x.account == "total" and x.category in below:
            sectoral[fuel] = sectoral.get(fuel, 0.0) + x.mass_t
            table = ledger.tables[x.table]
            amounts = [c.values[x.row] for c in table.columns.values() if c.kind == "activity"]
            burnt[fuel] = burnt.get(fuel, 0.0) + float(sum(amounts))
    return burnt, sectoral, reference


def _rows(table: StepTable, place: tuple[str, str]) -> dict[str, int]:
    """Fuel -> its row of a region and year."""
    at = table.keys.index("fuel")
    return {r[at]: i for i, r in enumerate(table.rows) if r[:2] == place}


def _per_unit(steps: Mapping[str, StepTable], place: tuple[str, str]) -> dict[str, float]:
    """t CO2 per unit of fuel with the factors of the reference approach, carbon storage left out."""
    energy: dict[str, float] = {}
    for name in SUPPLIED:
        table = steps.get(name)
        for column in table.columns.values() if table is not None else ():
            if table is None or column.kind != "activity":
                continue
            at = table.keys.index("fuel")
            for i, row in enumerate(table.rows):
                if row[:2] == place and column.values[i]:
                    energy[row[at]] = abs(float(table.values[i] / column.values[i]))
    carbon, net, co2 = (_values(steps[n], place) for n in ("carbon", "net", "co2"))
    apparent = _values(steps["apparent"], place) if "apparent" in steps else {}
    out = {}
    for fuel, value in carbon.items():
        if apparent.get(fuel) and net.get(fuel) and fuel in energy and fuel in co2:
            out[fuel] = energy[fuel] * value / apparent[fuel] * co2[fuel] / net[fuel] * 1e4  # steps are in 万t
    return out


def _stored(steps: Mapping[str, StepTable], place: tuple[str, str]) -> dict[str, float]:
    """t CO2 that the reference approach takes off for carbon stored in products."""
    carbon, net, co2 = (_values(steps[n], place) for n in ("carbon", "net", "co2"))
    return {
        fuel: (value - net[fuel]) * co2[fuel] / net[fuel] * 1e4
        for fuel, value in carbon.items()
        if net.get(fuel) and fuel in co2
    }


def _values(table: StepTable, place: tuple[str, str]) -> dict[str, float]:
    return {fuel: float(table.values[i]) for fuel, i in _rows(table, place).items()}


def _factor(ledger: Ledger, fuel: str, per_unit: Mapping[str, float], burnt: Mapping[str, float]) -> float:
    """The factor of a column; of raw coal that is split into kinds the mean of the kinds burnt."""
    if fuel in per_unit:
        return per_unit[fuel]
    kinds = [
        w.value
        for w in ledger.edition.vocabulary.get("fuel", {}).values()
        if any(c.startswith(fuel) for c in w.classes) and w.value in per_unit and burnt.get(w.value)
    ]
    amount = sum(burnt[k] for k in kinds)
    return sum(per_unit[k] * burnt[k] for k in kinds) / amount if amount else 0.0


def _uses(ledger: Ledger, allocation: Allocation) -> dict[str, dict[tuple[str, str], float]]:
    """Column -> (fuel, use) -> amount: burnt, bunkers, non-energy, or excluded by a rule of the allocation."""
    check = next(x for x in ledger.lines if x.account == "check")
    below = ledger.edition.descendants(check.category)
    rows = ledger.edition.derived(read_layout).rows
    out: dict[str, dict[tuple[str, str], float]] = {}
    for line in allocation.lines:
        if rows[line.row].part_of == SUPPLY:  # bunkers taken off the supply already
            continue
        if line.stage != "use" or (not line.counted and line.rule.partition(".")[0] in NO_USE):
            continue
        category = dict(line.item).get("category", "")
        use = "excluded"
        if category:
            use = "burnt" if category in below else "bunkers"
        elif line.counted:
            use = "non_energy"
        of_column = out.setdefault(line.column, {})
        # what is not counted keeps its printed sign: an input to power and heat is printed negative
        turned = not line.counted and rows[line.row].cls == POWER_AND_HEAT
        amount = abs(line.amount) if turned else line.amount
        of_column[line.fuel, use] = of_column.get((line.fuel, use), 0.0) + amount
    return out


def _taken_off(ledger: Ledger, allocation: Allocation) -> dict[str, float]:
    """Fuel -> what the reference approach takes off beside the rows of supply: bunkers inside final consumption."""
    rows = ledger.edition.derived(read_layout).rows
    out: dict[str, float] = {}
    for line in allocation.lines:
        if line.stage == "supply" and line.counted and dict(line.item).get("fuel") and rows[line.row].part_of != SUPPLY:
            out[line.fuel] = out.get(line.fuel, 0.0) + line.amount
    return out


def _supply(table: BalanceTable, layout: Layout, column: str) -> float:
    return sum(table.value(r.id, column) or 0.0 for r in layout.rows.values() if r.part_of == SUPPLY)


def _amounts(table: BalanceTable, layout: Layout, column: str) -> dict[str, float]:
    """What of a column explains the difference, in its printed unit."""
    value = {row: table.value(row, column) or 0.0 for row in layout.rows}
    supply = sum(value[r.id] for r in layout.rows.values() if r.part_of == SUPPLY)
    turned = {r.id: value[r.id] for r in layout.rows.values() if r.part_of == "加工转换"}
    final = sum(value[r.id] for r in layout.rows.values() if r.part_of == "终端消费量")
    recovered, losses = value.get("回收能", 0.0), value.get("损失量", 0.0)
    burnt_in_plants = sum(v for r, v in turned.items() if layout.rows[r].cls == POWER_AND_HEAT)
    return {
        "losses": losses,
        "difference": supply + recovered + sum(turned.values()) - losses - final,
        "transformation": -(sum(turned.values()) - burnt_in_plants),
        "recovery": -recovered,
    }
