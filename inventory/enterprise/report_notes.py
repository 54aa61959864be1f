"""The end of a report: products, intensities and energy by carrier, and what the firm and the office should look at,
with its weight in tonnes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..core import units
from ..sheets.model import Book
from .compute import Result, figures_to_check
from .english import dictionary as english_of
from .model import GeneratingUnit


@dataclass(frozen=True, slots=True)
class Intensity:
    """A figure per product, or of a generating unit: what it is, its value and unit, and how it was made."""

    label: str
    value: float
    unit: str
    how: str


_UNIT_LABELS = {
    "power": {"zh": "{name} 供电碳排放强度", "en": "{name}: carbon intensity of electricity supplied"},
    "power_how": {
        "zh": "燃烧排放×（1－供热比）÷供电量",
        "en": "combustion × (1 − share of heat) ÷ electricity supplied",
    },
    "heat": {"zh": "{name} 供热碳排放强度", "en": "{name}: carbon intensity of heat supplied"},
    "heat_how": {"zh": "燃烧排放×供热比÷供热量", "en": "combustion × share of heat ÷ heat supplied"},
    "cems": {"zh": "{name} 在线监测CO2（仅供核对）", "en": "{name}: CO2 by continuous monitoring (for comparison)"},
    "cems_how": {
        "zh": "计算值 {share:,.0f} t，相差 {apart:+.1f}%",
        "en": "computed {share:,.0f} t, {apart:+.1f} % apart",
    },
}


def products(result: Result) -> list[tuple[str, float, str]]:
    """Output of the year by product, in the unit of its first month."""
    held: dict[str, tuple[float, str]] = {}
    for r in result.enterprise.production:
        total, unit = held.get(r.product, (0.0, r.unit))
        try:
            held[r.product] = (total + units.scaled(r.output, units.ratio(r.unit, unit)), unit)
        except (units.UnitError, units.DimensionError):
            if r.unit == unit:
                held[r.product] = (total + r.output, unit)
    return [(name, total, unit) for name, (total, unit) in held.items()]


def intensities(result: Result, lang: str = "zh") -> list[Intensity]:
    """Emission per product, and of generating units per electricity and heat supplied."""
    total = result.total(True)

    def named(name: str) -> str:
        return english_of(result.ledger.edition).english(name) or name

    listed = [
        Intensity(
            f"单位{name}排放" if lang == "zh" else f"Emission per unit of {named(name)}",
            total / amount,
            f"tCO2e/{unit}",
            "排放总量÷产量" if lang == "zh" else "total emissions ÷ output",
        )
        for name, amount, unit in products(result)
        if amount > 0
    ]
    return listed + _of_units(result, lang)


POWER = "01"  # the guideline under which all fuel is the units'


def by_line(result: Result, source: str = "") -> list[tuple[str, float]]:
    """t CO2e of every boiler, unit, kiln or mine that has lines of its own, of one source line or of all."""
    held: dict[str, float] = {}
    for x in result.ledger.lines:
        line = dict(x.item).get("line", "")
        if line and x.account == "total" and source in ("", x.category):
            held[line] = held.get(line, 0.0) + result.ledger.co2e_t(x)
    return list(held.items())


def _of_units(result: Result, lang: str) -> list[Intensity]:
    """Supply and heat intensity: fuel CO2 shared by the units' metered fuel (by supply where that is unknown), parted
    by the share of heat."""
    rows = result.enterprise.units
    source = result.industry.fuel_source
    if not rows or source is None:
        return []
    co2 = math.fsum(t.mass_t for t in result.totals if t.source.id == source.id)
    metered: dict[str, float] = {}
    for r in result.enterprise.readings:
        if r.facility and r.metered:
            metered[r.facility] = metered.get(r.facility, 0.0) + r.metered
    names = list(dict.fromkeys(r.unit for r in rows))
    by = (
        metered
        if all(n in metered for n in names)
        else {n: math.fsum(r.supplied or 0.0 for r in rows if r.unit == n) for n in names}
    )
    whole = math.fsum(by[n] for n in names)
    own = dict(by_line(result, source.id))
    listed: list[Intensity] = []
    for name in names:
        share = own.get(name, co2 * by[name] / whole if whole and result.industry.code == POWER else 0.0)
        listed += _of_unit(name, [r for r in rows if r.unit == name], share, lang)
    return listed


def _of_unit(name: str, rows: Sequence[GeneratingUnit], co2: float, lang: str) -> Iterator[Intensity]:
    """The intensities of one unit from its fuel CO2 (t), and what continuous monitoring measured beside it."""
    supplied, heat = math.fsum(r.supplied or 0.0 for r in rows), math.fsum(r.heat or 0.0 for r in rows)
    shares = [(r.supplied or 0.0, r.heat_share) for r in rows if r.heat_share is not None]
    weight = math.fsum(w for w, _ in shares)
    ratio = 0.0
    if shares:
        ratio = math.fsum(w * v for w, v in shares) / weight if weight else sum(v for _, v in shares) / len(shares)
        ratio /= 100

    def intensity(kind: str, value: float, unit: str, **facts: float) -> Intensity:
        how = _UNIT_LABELS[f"{kind}_how"][lang]
        return Intensity(_UNIT_LABELS[kind][lang].format(name=name), value, unit, how.format(**facts) if facts else how)

    if supplied:
        yield intensity("power", co2 * (1 - ratio) / supplied, "tCO2/MWh")
    if heat:
        yield intensity("heat", co2 * ratio / heat, "tCO2/GJ")
    cems = math.fsum(r.cems or 0.0 for r in rows)
    if cems:
        yield intensity("cems", cems, "t", share=co2, apart=(cems / co2 - 1) * 100 if co2 else 0.0)


def energy(result: Result) -> list[tuple[str, float, float]]:
    """Energy by carrier: (carrier, GJ, share of all). Fuels by their NCV, electricity at 3.6 GJ/MWh, heat as
    entered."""
    held: dict[str, float] = {}
    for t in result.ledger.tables:
        if t.method.id in ("fuel_combustion", "aviation_combustion") or (
            t.method.id == "coal_by_ash" and t.step.name == "carbon_in"
        ):
            fuels = t.keys.index("fuel") if "fuel" in t.keys else -1
            amount, ncv = t.columns.get("fuel"), t.columns.get("ncv")
            for r, row in enumerate(t.rows):
                if fuels >= 0 and amount is not None and ncv is not None:
                    scale = units.parse(amount.units[r]) * units.parse(ncv.units[r])
                    gj = float(amount.values[r]) * float(ncv.values[r]) * float(scale.scale / units.parse("GJ").scale)
                    held[row[fuels]] = held.get(row[fuels], 0.0) + gj
    for d, value in zip(result.ledger.data, result.ledger.data_values, strict=True):
        sign = {"electricity_purchased": 1, "electricity_sold": -1}.get(d.quantity, 0)
        if sign:
            held["净购入电力"] = held.get("净购入电力", 0.0) + sign * float(value) * 3.6
        sign = {"heat_purchased": 1, "heat_sold": -1}.get(d.quantity, 0)
        if sign:
            held["净购入热力"] = held.get("净购入热力", 0.0) + sign * float(value)
    whole = math.fsum(held.values())
    return [(name, gj, gj / whole if whole else 0.0) for name, gj in held.items()]


def add_supplement(book: Book, result: Result, lang: str = "zh") -> None:
    """补充数据: products, intensities, energy by carrier."""
    s = book.add("补充数据", "产品、强度和分品种能源")
    s.text(0, 0, s.title, "page_title")
    row = 2
    s.row(row, 0, ("产品", "年产量", "单位"), "head")
    for name, amount, unit in products(result):
        row += 1
        s.text(row, 0, name, "text")
        s.number(row, 1, amount, "num:2")
        s.text(row, 2, unit, "center")
    row += 2
    s.row(row, 0, ("指标", "数值", "单位", "计算"), "head")
    for x in intensities(result, lang):
        row += 1
        s.text(row, 0, x.label, "wrap")
        s.number(row, 1, x.value, "num:4")
        s.text(row, 2, x.unit, "center")
        s.text(row, 3, x.how, "wrap")
    row += 2
    s.row(row, 0, ("能源品种", "热量（GJ，电力按3.6 GJ/MWh）", "占比"), "head")
    for name, gj, share in energy(result):
        row += 1
        s.text(row, 0, name, "text")
        s.number(row, 1, gj, "num:1")
        s.number(row, 2, share, "percent")
    parts = by_line(result)
    if parts:
        row += 2
        s.row(row, 0, ("生产线（锅炉、机组、窑、矿）", "排放量（tCO2e）"), "head")
        for line, amount in parts:
            row += 1
            s.text(row, 0, line, "text")
            s.number(row, 1, amount, "num:2")
    s.widths = {0: 34, 1: 30, 2: 14, 3: 44}


def add_remarks(book: Book, result: Result, lang: str = "zh") -> None:
    """其他说明: open questions with grade, effect and the firm's reason; substituted and unverified figures."""
    s = book.add("其他说明", "五、其他希望说明的情况")
    s.text(0, 0, s.title, "page_title")
    s.widths = {0: 10, 1: 80, 2: 16, 3: 34}
    s.row(2, 0, ("等级", "提醒和提示", "影响约（tCO2e）", "企业说明的原因"), "head")
    row = 3
    for f in result.findings:
        s.text(row, 0, f.grade, "center")
        s.text(row, 1, f.problem.text(lang), "wrap")
        if abs(f.size_t) >= 0.5:
            s.number(row, 2, f.size_t, "num:0")
        else:
            s.text(row, 2, "", "center")
        s.text(row, 3, f.reason, "wrap")
        row += 1
    for kind, text in figures_to_check(result.ledger, lang):
        s.text(row, 0, kind, "center")
        s.text(row, 1, text, "wrap")
        row += 1
    if row == 3:
        s.text(row, 1, "没有需要说明的情况。", "wrap")
