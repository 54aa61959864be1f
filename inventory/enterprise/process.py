"""Process data and equipment made into the year's data: rows of lines and months, and equipment one by one.

A quantity that can be added (mass, volume, hours, counts) is summed over its months; one that cannot (per cent,
concentration, temperature) is averaged, weighted by the quantity that drives its method where that has the same months.
What is given once holds for all lines.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core import units
from ..core.activity import Datum, Term
from ..core.declarations import Quantity
from ..core.problems import Collector, Origin
from .industries import Industry, methods_of, quantities_of
from .model import Enterprise, Equipment, Process, place
from .tables import item_text, items_of, parse_item, quantity_of

ADDABLE = (
    "t",
    "kg",
    "万Nm3",
    "m3",
    "MWh",
    "GJ",
    "h",
    "1",
    "km",
    "个",
    "亿Nm3",
    "亿t",
    "t CO2",
    "t HFC-23",
    "kg COD",
    "kg CH4",
    "kg SF6",
)
Item = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnnualFigure:
    """What was entered for a datum: value and unit, its cell, who says so, the terms it is the sum of, a remark."""

    value: float
    unit: str
    origin: Origin
    source: str
    terms: tuple[Term, ...] = ()
    note: str = ""


def datum(e: Enterprise, quantity: str, item: Mapping[str, str], entry: AnnualFigure) -> Datum:
    """A datum of the enterprise for its year."""
    p = e.profile
    return Datum(
        p.name,
        p.year,
        quantity,
        tuple(sorted(item.items())),
        entry.value,
        entry.unit,
        entry.source,
        None,
        entry.note,
        p.kind,
        entry.origin,
        entry.terms,
    )


def process_data(e: Enterprise, industry: Industry, problems: Collector) -> list[Datum]:
    """The sheet of process data as annual data, one for each quantity, item and line."""
    held: dict[tuple[str, Item], list[Process]] = {}
    quantities: dict[str, Quantity] = {}
    for r in e.process:
        quantity = quantity_of(r.quantity, r.source, industry)
        if quantity is None:
            known = [q.label["zh"] for p, q in quantities_of(industry) if p == r.source]
            problems.add(
                "enterprise.unknown_quantity",
                place(r, "quantity"),
                quantity=r.quantity,
                source=r.source,
                known="、".join(dict.fromkeys(known)) or "—",
            )
            continue
        item = parse_item(r.item, industry.edition)
        if item is None:
            example = item_text({k: "…" for k in quantity.keys if k != "category"}, industry.edition) or "、".join(
                items_of(industry)[:2]
            )
            problems.add("enterprise.item", place(r, "item"), item=r.item, example=example or "（留空）")
            continue
        if "category" in quantity.keys:
            item["category"] = r.source
        if r.line:
            if "line" not in quantity.all_keys:
                problems.add("enterprise.no_lines", place(r, "line"), label=quantity.label, line=r.line)
                continue
            item["line"] = r.line
        quantities[quantity.id] = quantity
        row = dataclasses.replace(r, unit=named_unit(r.unit, quantity))
        held.setdefault((quantity.id, tuple(sorted(item.items()))), []).append(row)
    data = []
    for (name, item_), rows in held.items():
        data += _year(e, quantities[name], item_, rows, (held, industry), problems)
    return _on_every_line(data, industry)


def named_unit(unit: str, quantity: Quantity) -> str:
    """The unit with the substance that the quantity is of anyway: mg/L of COD is mg COD/L, t of purchased CO2 is t CO2,
    % of carbon is % C. Any other unit stays as it is."""
    try:
        have, wanted = dict(units.parse(unit).dims), dict(units.parse(quantity.unit[0]).dims)
    except units.UnitError:
        return unit
    substance = [d for d in wanted if d not in have]
    if len(substance) != 1 or {**have, substance[0]: wanted[substance[0]]} != wanted:
        return unit
    first, stroke, rest = unit.partition("/")
    named = f"{first.strip()} {substance[0]}{stroke}{rest}"
    return named if units.is_known(named) and units.same_dimension(named, quantity.unit[0]) else unit


def _year(
    e: Enterprise,
    quantity: Quantity,
    item: Item,
    rows: list[Process],
    context: tuple[dict[tuple[str, Item], list[Process]], Industry],
    problems: Collector,
) -> list[Datum]:
    """One datum of rows that differ in the month only; rows without a month, or with one month twice, stay as they are
    (the engine names duplicates)."""
    months = [r.month for r in rows]
    if len(rows) == 1 or None in months or len(set(months)) < len(months):
        return [
            datum(e, quantity.id, dict(item), AnnualFigure(r.value, r.unit, r.origin, r.note or "企业填报"))
            for r in rows
        ]
    unit = rows[0].unit
    values = [_in_unit(r, unit, problems) for r in rows]
    if any(v is None for v in values):
        return []
    figures = [float(v) for v in values if v is not None]
    if addable(quantity):
        terms = tuple(Term(f"{r.month}月", v, r.origin) for r, v in zip(rows, figures, strict=True))
        _gaps(quantity, rows, problems)
        return [
            datum(e, quantity.id, dict(item), AnnualFigure(math.fsum(figures), unit, rows[0].origin, "逐月合计", terms))
        ]
    weights = _weights(quantity, item, rows, *context)
    mean = math.fsum(w * v for w, v in zip(weights, figures, strict=True)) / math.fsum(weights)
    how = "按月加权平均" if len(set(weights)) > 1 else "各月算术平均"
    return [datum(e, quantity.id, dict(item), AnnualFigure(mean, unit, rows[0].origin, how))]


def addable(quantity: Quantity) -> bool:
    """Is the year the sum of its months?"""
    return (
        any(units.same_dimension(quantity.unit[0], u) for u in ADDABLE)
        and not units.same_dimension(quantity.unit[0], "%")
    ) or (quantity.unit[0] == "1" and "usage" not in quantity.id)


def _in_unit(r: Process, unit: str, problems: Collector) -> float | None:
    try:
        return units.scaled(r.value, units.ratio(r.unit, unit))
    except (units.UnitError, units.DimensionError):
        problems.add(
            "enterprise.unit_wrong",
            place(r, "unit"),
            label={"zh": r.quantity, "en": r.quantity},
            unit=r.unit,
            expected=unit,
        )
        return None


def _gaps(quantity: Quantity, rows: Sequence[Process], problems: Collector) -> None:
    gone = [m for m in range(1, 13) if m not in {r.month for r in rows}]
    if gone:
        problems.add(
            "enterprise.process_months", rows[0].origin, label=quantity.label, months="、".join(map(str, gone))
        )


def _weights(
    quantity: Quantity,
    item: Item,
    rows: Sequence[Process],
    held: dict[tuple[str, Item], list[Process]],
    industry: Industry,
) -> list[float]:
    """The driver of the quantity's method in the same months; 1 where it has none."""
    source = dict(item).get("category") or quantity.category
    for m in methods_of(source, industry.edition):
        if quantity.id not in {a.quantity for a in m.activity}:
            continue
        for driver in m.activity:
            monthly = {r.month: abs(r.value) for r in held.get((driver.quantity, item), ()) if r.month is not None}
            if (
                driver.quantity != quantity.id
                and addable(industry.edition.declared.quantities[driver.quantity])
                and all(monthly.get(r.month or 0) for r in rows)
            ):
                return [monthly[r.month or 0] for r in rows]
    return [1.0] * len(rows)


def _on_every_line(data: list[Datum], industry: Industry) -> list[Datum]:
    """A figure given without a line beside data that name lines holds for each of them, when it is none that could be
    added."""
    lined: dict[str, list[Datum]] = {}
    declared = industry.edition.declared.quantities
    for d in data:
        if "line" in d.keys:
            lined.setdefault(_source(d, declared), []).append(d)
    spread = []
    for d in data:
        quantity = declared[d.quantity]
        others = (x.keys for x in lined.get(_source(d, declared), ()))
        wanted = list(dict.fromkeys(o["line"] for o in others if all(o.get(k, v) == v for k, v in d.item)))
        if wanted and "line" in quantity.all_keys and "line" not in d.keys and not addable(quantity):
            spread += [_with_line(d, line) for line in wanted]
        else:
            spread.append(d)
    return spread


def _source(d: Datum, declared: object) -> str:
    return d.keys.get("category") or declared[d.quantity].category  # type: ignore[index]


def _with_line(d: Datum, line: str) -> Datum:
    item = tuple(sorted({**d.keys, "line": line}.items()))
    return Datum(
        d.region,
        d.year,
        d.quantity,
        item,
        d.value,
        d.unit,
        d.source,
        d.uncertainty,
        "各生产线相同",
        d.data_kind,
        d.origin,
        d.terms,
    )


# ---- equipment ----

GRID = {
    "修理": ("sf6_repair_capacity", "sf6_repair_recovered"),
    "退役": ("sf6_retired_capacity", "sf6_retired_recovered"),
}


def equipment_data(e: Enterprise, industry: Industry, problems: Collector) -> list[Datum]:
    """Repairs and retirements of the grid's equipment summed, fillings counted, each with its pieces as terms."""
    mine = {q.id for _, q in quantities_of(industry)}
    data: list[Datum] = []
    for event, (capacity, recovered) in GRID.items():
        rows = [r for r in e.equipment if r.event == event]
        if rows and capacity in mine:
            for name, field in ((capacity, "capacity"), (recovered, "recovered")):
                data.append(_equipment_sum(e, name, rows, field, "kg SF6", {}))
        elif rows:
            problems.add(
                "enterprise.equipment_unused",
                rows[0].origin,
                event=event,
                industry={"zh": industry.name, "en": industry.name_en},
            )
    filled: dict[str, list[Equipment]] = {}
    for r in e.equipment:
        if r.event == "充注":
            filled.setdefault(r.gas, []).append(r)
    for gas, rows in filled.items():
        if "gas_fillings" in mine:
            data.append(_equipment_sum(e, "gas_fillings", rows, "fillings", "1", {"gas": gas}))
        else:
            problems.add(
                "enterprise.equipment_unused",
                rows[0].origin,
                event="充注",
                industry={"zh": industry.name, "en": industry.name_en},
            )
    return data


def _equipment_sum(
    e: Enterprise, quantity: str, rows: Sequence[Equipment], field: str, unit: str, item: dict[str, str]
) -> Datum:
    terms = tuple(Term(r.equipment, float(getattr(r, field) or 0.0), place(r, field)) for r in rows)
    return datum(
        e, quantity, item, AnnualFigure(math.fsum(t.amount for t in terms), unit, rows[0].origin, "气体设备台账", terms)
    )
