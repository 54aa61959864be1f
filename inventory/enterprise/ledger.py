"""Monthly readings and laboratory results made into annual data and weighted means: the arithmetic between the sheets
and the engine.

Fuels are in `fuel_data.py`, laboratory results in `labs.py`. Every annual datum keeps its monthly terms, so that it can be
recomputed and shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..core import units
from ..core.activity import Datum, Project, Term, UserFactor
from ..core.edition import Edition
from ..core.names import near
from ..core.problems import Collector, Origin, Problem, bracketed
from . import steam
from .causes import family_names
from .fuel_data import FuelParts, flight_data, fuel_data, fuel_parts
from .industries import Industry
from .model import Enterprise, Heat, OwnParameter, Power, place, place_of_profile
from .process import AnnualFigure, datum, equipment_data, process_data
from .tables import items_of, parameter_of, parameters_of, parse_item


@dataclass(frozen=True, slots=True)
class Entered:
    """What an enterprise entered, ready for the engine, with the problems of the way there; and its fuels, which the
    check of a filed report compares with the tables."""

    project: Project
    problems: tuple[Problem, ...]
    fuels: FuelParts


def project_of(enterprise: Enterprise, industry: Industry) -> tuple[Project, list[Problem]]:
    """Data, own factors and choices of one enterprise for the engine, with the problems of the way there."""
    entered = entered_by(enterprise, industry)
    return entered.project, list(entered.problems)


def entered_by(enterprise: Enterprise, industry: Industry) -> Entered:
    problems = Collector()
    p = enterprise.profile
    if not p.industry or not p.year or not p.name:
        return Entered(Project(), (), FuelParts((), (), (), {}))
    fuels = fuel_parts(enterprise, industry, problems)
    data = [
        *fuel_data(enterprise, industry, fuels, problems),
        *flight_data(enterprise, industry, fuels, problems),
        *_power_data(enterprise, industry, problems),
        *_heat_data(enterprise, industry, problems),
        *process_data(enterprise, industry, problems),
        *equipment_data(enterprise, industry, problems),
    ]
    own = [f for _, f in own_parameters(enterprise, industry, fuels.factors, problems)]
    choices = grid_choice(enterprise, industry, problems)
    project = Project(tuple(data), (*fuels.factors, *own), choices=choices, title=p.name)
    return Entered(project, tuple(problems), fuels)


def grid_choice(e: Enterprise, industry: Industry, problems: Collector) -> dict[str, tuple[str, str]]:
    """The set of grid factors: as the enterprise chose it, else the one that the reporting year asks for. Says so when
    the year is outside the guideline."""
    p, quality = e.profile, industry.edition.quality
    force = quality.get("in_force", {})
    if force and not force["first"] <= p.year <= force["last"]:
        problems.add(
            "enterprise.not_in_force",
            place_of_profile(e, "报告年度"),
            year=p.year,
            first=force["first"],
            last=force["last"],
            edition=industry.edition.id,
        )
    if p.grid_year:
        return {"grid_year": (p.grid_year, "企业填报的电网排放因子年份")}
    rows = quality.get("national_set" if e.power and all(r.grid == "全国" for r in e.power) else "grid_set", ())
    fits = [r["set"] for r in rows if r["from"] <= p.year]
    return {"grid_year": (fits[-1], f"{p.year}年度报告采用的电网排放因子")} if fits else {}


# ---- data ----


def _power_data(e: Enterprise, industry: Industry, problems: Collector) -> list[Datum]:
    source = industry.source("electricity")
    if e.power and source is None:
        problems.add("enterprise.no_source", e.power[0].origin, what="净购入电力", industry=industry.name)
        return []
    data = []
    known = industry.edition.vocabulary["grid"]
    meant = {r.grid: _grid_meant(r.grid, e, industry) for r in e.power if r.grid not in known}
    for r in e.power:
        if r.grid in meant:
            shown = bracketed(meant[r.grid])
            problems.add("enterprise.grid_word", place(r, "grid"), found=r.grid, right=shown, known="、".join(known))
    picks: tuple[tuple[str, str, Callable[[Power], float | None]], ...] = (
        ("electricity_purchased", "购入电量", lambda r: r.purchased),
        ("electricity_sold", "外供电量", lambda r: r.sold),
    )
    for quantity, name, pick in picks:
        grids: dict[str, list[Power]] = {}
        for r in e.power:
            if pick(r) is not None:
                grids.setdefault(meant.get(r.grid, r.grid) or next(iter(known)), []).append(r)
        for grid, rows in grids.items():
            data.append(
                _summed(
                    e,
                    _Summed(quantity, name, "MWh"),
                    [
                        (f"{r.month}月 {r.supplier}".strip(), float(pick(r) or 0), r.unit or "MWh", r.origin)
                        for r in rows
                    ],
                    {"category": source.id if source else "", "grid": grid},
                    problems,
                )
            )
    bought = {d.keys.get("grid") for d in data if d and d.quantity == "electricity_purchased"}
    data.extend(
        [
            datum(
                e,
                "electricity_purchased",
                dict(d.item),
                AnnualFigure(0.0, "MWh", d.origin, "台账", note="只有外供，没有购入"),
            )
            for d in data
            if d and d.quantity == "electricity_sold" and d.keys.get("grid") not in bought
        ]
    )
    return [d for d in data if d is not None]


def _grid_meant(text: str, e: Enterprise, industry: Industry) -> str:
    """The grid that a word which is none probably means: one that it names, else the one that supplies the firm's
    province; empty where neither is known."""
    named = next((g for g in industry.edition.vocabulary["grid"] if g in text), "")
    supplied = industry.edition.quality.get("province_grid", {})
    return named or next((str(grids[0]) for p, grids in supplied.items() if e.profile.province.startswith(p)), "")


@dataclass(frozen=True, slots=True)
class _Summed:
    """A quantity that is the sum of rows: what it is called where a row is wrong, and its unit."""

    quantity: str
    name: str
    unit: str


def _summed(
    e: Enterprise, of: _Summed, rows: list[tuple[str, float, str, Origin]], item: dict[str, str], problems: Collector
) -> Datum | None:
    terms = []
    for label, value, own_unit, origin in rows:
        if value < 0:
            problems.add("enterprise.negative_value", origin, label=of.name, value=f"{value:g}", unit=own_unit)
        try:
            terms.append(Term(f"{label} {of.name}", units.scaled(value, units.ratio(own_unit, of.unit)), origin))
        except (units.UnitError, units.DimensionError):
            problems.add("enterprise.unit_wrong", origin, label=of.name, unit=own_unit, expected=of.unit)
    return (
        datum(
            e,
            of.quantity,
            item,
            AnnualFigure(math.fsum(t.amount for t in terms), of.unit, rows[0][3], "台账", tuple(terms)),
        )
        if terms
        else None
    )


def _heat_data(e: Enterprise, industry: Industry, problems: Collector) -> list[Datum]:
    source = industry.source("heat")
    if e.heat and source is None:
        problems.add("enterprise.no_source", e.heat[0].origin, what="净购入热力", industry=industry.name)
        return []
    hot = industry.source("E_hot") or source
    vapour = industry.source("E_steam") or hot
    assert hot is None or vapour is not None
    data: list[Datum | None] = []
    for quantity, name, wanted in (("heat_purchased", "购入热量", False), ("heat_sold", "外供热量", True)):
        rows = [h for h in e.heat if h.medium == "热量" and (h.sold == "是") == wanted]
        if rows:
            data.append(
                _summed(
                    e,
                    _Summed(quantity, name, "GJ"),
                    [(h.supplier, float(h.amount or 0), h.unit, h.origin) for h in rows],
                    {"category": hot.id if hot else ""},
                    problems,
                )
            )
    if any(d and d.quantity == "heat_sold" for d in data) and not any(
        d and d.quantity == "heat_purchased" for d in data
    ):
        data.append(
            datum(
                e,
                "heat_purchased",
                {"category": hot.id if hot else ""},
                AnnualFigure(0.0, "GJ", e.heat[0].origin, "台账", note="只有外供，没有购入"),
            )
        )
    for n, h in enumerate((h for h in e.heat if h.medium in ("热水", "蒸汽")), start=1):
        data.extend(
            _fluid(e, h, str(n), (hot if h.medium == "热水" else vapour).id if hot and vapour else "", problems)
        )
    return [d for d in data if d is not None]


def _fluid(e: Enterprise, h: Heat, number: str, category: str, problems: Collector) -> list[Datum]:
    """Hot water or steam: mass (negative when sold), and temperature or enthalpy."""
    item = {"category": category, "no": number}
    amount = float(h.amount or 0) * (-1 if h.sold == "是" else 1)
    if h.medium == "热水":
        if h.temperature is None:
            problems.add("enterprise.steam_incomplete", h.origin, medium=h.medium)
            return []
        return [
            datum(e, "hot_water", item, AnnualFigure(amount, h.unit, h.origin, h.supplier)),
            datum(e, "hot_water_temperature", item, AnnualFigure(h.temperature, "℃", h.origin, h.supplier)),
        ]
    try:
        enthalpy = steam.enthalpy(h.pressure, h.temperature, h.quality)
    except steam.SteamError as error:
        problems.add(
            f"enterprise.steam_{error}",
            h.origin,
            medium=h.medium,
            pressure=h.pressure,
            temperature=h.temperature,
            quality=h.quality,
        )
        return []
    state = ((h.pressure, "MPa"), (h.temperature, "℃"), (h.quality, "% 干度"))
    note = "IAPWS-97：" + "、".join(f"{value:g} {unit}" for value, unit in state if value is not None)
    return [
        datum(e, "steam", item, AnnualFigure(amount, h.unit, h.origin, h.supplier)),
        datum(e, "steam_enthalpy", item, AnnualFigure(enthalpy, "kJ/kg", h.origin, h.supplier, note=note)),
    ]


# ---- own parameters ----


def own_parameters(
    e: Enterprise, industry: Industry, lab: Sequence[UserFactor] = (), problems: Collector | None = None
) -> list[tuple[OwnParameter, UserFactor]]:
    """The measured and calculated parameters of the sheet 自有参数 as factors, each with its row; what is wrong with
    the others goes to `problems`."""
    problems = Collector() if problems is None else problems
    taken = {(f.parameter, f.keys) for f in lab}
    used = []
    for r in e.parameters:
        parameter = parameter_of(r.parameter, industry)
        item = parse_item(r.item, industry.edition)
        if not parameter or item is None:
            _unknown_parameter(r, parameter, industry, problems)
            continue
        keys = tuple(sorted(item.items()))
        if r.tick == "缺省":
            _check_default(r, parameter, keys, industry, problems)
            continue
        if r.value is None:
            problems.add("enterprise.no_value", place(r, "tick"), parameter=r.parameter, tick=r.tick)
            continue
        if r.tick == "检测" and not (r.lab and r.date):
            problems.add("enterprise.measured_evidence", r.origin, parameter=r.parameter)
        if (parameter, keys) in taken:
            problems.add("enterprise.parameter_twice", r.origin, parameter=r.parameter, item=r.item)
            continue
        taken.add((parameter, keys))
        source = f"{r.tick}值 {r.lab} {r.method} {r.date} {r.file}".strip()
        used.append(
            (
                r,
                UserFactor(
                    parameter,
                    keys,
                    r.value,
                    r.unit,
                    source,
                    "实测" if r.tick == "检测" else "省级",
                    origin=place(r, "value"),
                ),
            )
        )
    return used


def _unknown_parameter(r: OwnParameter, parameter: str, industry: Industry, problems: Collector) -> None:
    """Either the name is none of the industry's parameters, or the item cannot be read: each with what is known."""
    edition = industry.edition
    if not parameter:
        known = [edition.declared.parameters[p].label["zh"] for p in parameters_of(industry)]
        problems.add(
            "enterprise.unknown_parameter",
            place(r, "parameter"),
            parameter=r.parameter,
            near=near(r.parameter, known, 6),
        )
    else:
        problems.add(
            "enterprise.item", place(r, "item"), item=r.item, example="、".join(items_of(industry)[:3]) or "（留空）"
        )


def _check_default(
    r: OwnParameter, parameter: str, keys: tuple[tuple[str, str], ...], industry: Industry, problems: Collector
) -> None:
    """A row ticked 缺省 must repeat the industry's own default: another family's figure is told with where it comes
    from."""
    if r.value is None or parameter not in ("fuel_ncv", "fuel_cc", "fuel_of"):
        return
    fuel = dict(keys).get("fuel", "")
    own, others = defaults_of_fuel(parameter, fuel, industry.family, industry.edition)
    if own is not None and not math.isclose(own, r.value, rel_tol=1e-6):
        families = [f for f, v in others.items() if math.isclose(v, r.value, rel_tol=1e-6)]
        code = "enterprise.family_mixed" if families else "enterprise.default_differs"
        problems.add(
            code,
            r.origin,
            parameter=r.parameter,
            fuel=fuel,
            value=f"{r.value:g}",
            own=f"{own:g}",
            families=family_names(families, industry.edition),
            industry=industry.name,
        )


def defaults_of_fuel(parameter: str, fuel: str, family: str, ed: Edition) -> tuple[float | None, dict[str, float]]:
    """The family's own default of a fuel parameter, and the figures that other families print for it."""
    word = ed.word("family", family)
    mine = (family, *(word.classes if word else ()))
    own: float | None = None
    best = len(mine)
    others: dict[str, float] = {}
    for row in ed.factors.get(parameter, ()):
        keys = dict(row.keys)
        if keys.get("fuel") != fuel or row.value is None:
            continue
        if keys.get("family") in mine:
            at = mine.index(keys["family"])
            if at < best:
                own, best = row.value, at
        else:
            others[keys.get("family", "")] = row.value
    return own, others
