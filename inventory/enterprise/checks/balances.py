"""Nothing comes out of a source that did not go in: declared balances of quantities, signs of source lines, one gas
counted twice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ...core import units
from ...core.activity import Datum
from ...core.edition import Edition
from ...core.ledger import Ledger
from ...core.problems import Problem, problem
from ...core.rounding import in_digits
from ..industries import Industry
from ..model import Enterprise, place
from ..tables import fold, item_text, source_text

OWN_PLANT = ("自备", "本厂", "本公司", "自产", "自建", "自发", "余热电站", "动力车间")
SAME = 1e-3  # relative: the same amount entered in two places


def quantity_balances(data: Sequence[Datum], edition: Edition) -> list[Problem]:
    """Each declared balance, per combination of the keys that its quantities share. Both cells are named."""
    by_quantity: dict[str, list[Datum]] = {}
    for d in data:
        by_quantity.setdefault(d.quantity, []).append(d)
    problems = []
    for rule in edition.quality.get("balance", ()):
        out = [d for q in rule["out"] for d in by_quantity.get(q, ())]
        if not out:
            continue
        into = [d for q in rule["into"] for d in by_quantity.get(q, ())]
        shared = _shared_keys((*rule["out"], *rule["into"]), edition)
        groups: dict[tuple[tuple[str, str], ...], tuple[list[Datum], list[Datum]]] = {}
        for side, rows in enumerate((out, into)):
            for d in rows:
                key = tuple(sorted((k, v) for k, v in d.item if k in shared))
                groups.setdefault(key, ([], []))[side].append(d)
        for key, (given, taken) in groups.items():
            if given:
                problems += _unbalanced(given, taken, key, edition)
    return problems


def _shared_keys(quantities: Sequence[str], edition: Edition) -> frozenset[str]:
    declared = edition.declared.quantities
    keys = [frozenset(declared[q].all_keys) for q in quantities]
    return frozenset.intersection(*keys)


def _unbalanced(
    given: list[Datum], taken: list[Datum], key: Sequence[tuple[str, str]], edition: Edition
) -> list[Problem]:
    unit = edition.declared.quantities[given[0].quantity].unit[0]
    out, into = _sum(given, unit), _sum(taken, unit)
    if out is None or into is None or out <= into * (1 + 1e-9):
        return []
    labels = edition.declared.quantities

    def names(rows: Sequence[Datum], lang: str) -> str:
        return ("＋" if lang == "zh" else " + ").join(dict.fromkeys(labels[d.quantity].label[lang] for d in rows))

    def cells(rows: Sequence[Datum]) -> str:
        return "、".join(dict.fromkeys(d.origin.cell for d in rows if d.origin.cell)) or "—"

    missing = {"zh": "（没有填写）", "en": "(not entered)"}
    return [
        problem(
            "check.balance",
            given[0].origin,
            out={"zh": names(given, "zh"), "en": names(given, "en")},
            out_value=f"{in_digits(out, 8)} {unit}",
            out_cells=cells(given),
            into={"zh": names(taken, "zh"), "en": names(taken, "en")} if taken else missing,
            into_value=f"{in_digits(into, 8)} {unit}",
            into_cells=cells(taken),
            item=item_text(tuple(k for k in key if k[0] != "category"), edition) or "—",
        )
    ]


def _sum(rows: Sequence[Datum], unit: str) -> float | None:
    try:
        return math.fsum(units.scaled(d.value, units.ratio(d.unit, unit)) for d in rows)
    except (units.UnitError, units.DimensionError):
        return None


def signs(ledger: Ledger, industry: Industry, net_fuel: bool) -> list[Problem]:
    """A source line below nothing, or a deduction that adds. Electricity and heat may be net sold, fuels net where the
    guideline says so."""
    problems = []
    for source in industry.sources:
        for gas in source.gases:
            lines = [x for x in ledger.lines if x.category == source.id and x.gas == gas and x.account == "total"]
            mass = math.fsum(x.mass_t for x in lines)
            wrong = mass < 0 if source.sign == "+" else mass > 0
            if (
                not lines
                or not wrong
                or abs(mass) < 1e-9
                or source.scope != "direct"
                or (net_fuel and source is industry.fuel_source)
            ):
                continue
            cells = cells_of(ledger, lines)
            first = cells[0] if cells else None
            shown = "、".join(dict.fromkeys(f"{o.sheet}!{o.cell}" if o.sheet else o.cell for o in cells)) or "—"
            problems.append(
                problem(
                    "check.sign",
                    first,
                    source={lang: source_text(source.id, industry.edition, lang) for lang in ("zh", "en")},
                    gas=gas,
                    mass=in_digits(mass),
                    cells=shown,
                )
            )
    return problems


def cells_of(ledger: Ledger, lines: Sequence[Any]) -> list[Any]:
    """Cells of the data that make these lines, in the order of the lines."""
    origins: dict[Any, Any] = {}
    for line in lines:
        if line.table < 0:
            continue
        table = ledger.tables[line.table]
        for t in (x for x in ledger.tables if x.method.id == table.method.id):
            for column in t.columns.values():
                if column.kind == "activity":
                    for ref in column.refs:
                        if ref >= 0 and ledger.data[ref].origin.cell:
                            origins[ledger.data[ref].origin] = None
    return list(origins)


def is_feedstock(quantity: str, edition: Edition) -> bool:
    """Does a datum say what is fed into a carbon balance?"""
    declared = edition.declared.quantities["carbon_input"]
    return fold(quantity) in (declared.id, fold(declared.label["zh"]), fold(declared.label["en"]))


def twice(e: Enterprise, data: Sequence[Datum], edition: Edition) -> list[tuple[Problem, Datum | None]]:
    """The same amount of one substance as fuel and as feedstock."""
    pairs: list[tuple[Problem, Datum | None]] = []
    fuels: Mapping[str, Datum] = {
        d.keys["fuel"]: d for d in data if d.quantity in ("fuel_consumption", "fuel_measured", "gas_with_composition")
    }
    for d in data:
        if d.quantity != "carbon_input" or d.keys.get("material") not in fuels:
            continue
        fuel = fuels[d.keys["material"]]
        if units.same_dimension(d.unit, fuel.unit) and math.isclose(
            units.scaled(d.value, units.ratio(d.unit, fuel.unit)), fuel.value, rel_tol=SAME
        ):
            pairs.append(
                (
                    problem(
                        "check.fuel_and_feedstock",
                        d.origin,
                        fuel=d.keys["material"],
                        value=f"{in_digits(d.value, 8)} {d.unit}",
                        other=str(fuel.origin),
                    ),
                    d,
                )
            )
    return pairs


def own_plant(e: Enterprise) -> list[tuple[Problem, str, list[Any]]]:
    """Electricity or heat "bought" from the firm's own plant: (message, table, rows)."""
    bought: list[tuple[Problem, str, list[Any]]] = []
    for table, name in (("power", {"zh": "电", "en": "electricity"}), ("heat", {"zh": "热", "en": "heat"})):
        rows = [
            r for r in getattr(e, table) if any(w in r.supplier for w in OWN_PLANT) and getattr(r, "sold", "") != "是"
        ]
        if rows:
            bought.append(
                (
                    problem(
                        "check.own_plant", place(rows[0], "supplier"), what=name, supplier=rows[0].supplier, n=len(rows)
                    ),
                    table,
                    rows,
                )
            )
    return bought
