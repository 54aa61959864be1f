"""The sum of enterprise reports against the provincial inventory: direct emissions only, line by line, and factors that
the reports could offer.

Electricity and heat are dropped (they are indirect); a source without a line in the provincial guideline is listed, not
forced into one. Gases of
fuels are at 0 °C in the reports and at 20 °C in the statistics: offered calorific values are converted.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import units
from ..core.edition import Edition, pairs
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, problem
from ..edition.parts import ProvincialLineRow, rows
from ..sheets.csvfile import write_csv
from ..sheets.model import Book, OutputSheet
from ..sheets.write import save
from .industries import industries
from .queries import counted
from .store import opened
from .tables import source_text

STATISTICAL_STATE = 273.15 / 293.15  # Nm3 (0 °C) in one m3 (20 °C) at the same pressure


@dataclass(frozen=True, slots=True)
class LineReconciliation:
    """One provincial line (or lines that can only be compared together) and gas. Masses in t; coverage = reports /
    inventory."""

    lines: tuple[str, ...]
    label: str
    gas: str
    firms: int
    reports_t: float
    inventory_t: float | None
    remark: str

    @property
    def difference_t(self) -> float:
        return self.reports_t - (self.inventory_t or 0.0)

    @property
    def coverage(self) -> float | None:
        return self.reports_t / self.inventory_t if self.inventory_t else None


@dataclass(frozen=True, slots=True)
class FuelComparison:
    """CO2 of one statistical fuel in one provincial combustion line, t; `inventory_t` is None where the inventory has
    no such fuel there."""

    line: str
    fuel: str
    firms: int
    reports_t: float
    inventory_t: float | None
    comparable: str = ""  # what was taken together, where kinds are not known on both sides


@dataclass(frozen=True, slots=True)
class Offer:
    """An enterprise-weighted factor of a statistical fuel in the provincial edition's parameter and unit; `low`-`high`
    is the spread between firms."""

    parameter: str
    fuel: str
    value: float
    unit: str
    low: float
    high: float
    deviation: float
    firms: int
    measured: int
    weight: float


@dataclass(frozen=True, slots=True)
class Reconciled:
    comparisons: tuple[LineReconciliation, ...]
    unmatched: tuple[tuple[str, str, int, float, str], ...]  # source, gas, firms, t, why
    offers: tuple[Offer, ...]
    fuels: tuple[FuelComparison, ...] = ()


def provincial_lines(edition: Edition) -> dict[str, tuple[tuple[str, ...], str]]:
    """Source line -> (provincial lines, remark)."""
    return {r.source: (r.line, r.remark) for r in rows(edition, ProvincialLineRow)}


def _results(source: Path | str) -> list[dict[str, str]]:
    """Rows of a results CSV. Raises `InventoryError` for another kind of file."""
    try:
        with Path(source).open(encoding="utf-8-sig", newline="") as f:
            rows = list(csv.DictReader(f))
        for r in rows:
            int(r["year"]), float(r["mass_t"]), r["region"], r["category"], r["gas"], r["account"]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise InventoryError([problem("enterprise.not_results", Origin(str(source)))]) from error
    if not rows:
        raise InventoryError([problem("enterprise.not_results", Origin(str(source)))])
    return rows


def inventory_of(source: Ledger | Path | str, region: str, year: int) -> dict[tuple[str, str], float]:
    """Mass in t of every provincial category and gas: from a compiled ledger, or from its results CSV. Only lines that
    count in the total."""
    found: dict[tuple[str, str], float] = {}
    if isinstance(source, Ledger):
        rows: Iterable[tuple[str, int, str, str, float, str]] = (
            (x.region, x.year, x.category, x.gas, x.mass_t, x.account) for x in source.lines
        )
    else:
        rows = [
            (r["region"], int(r["year"]), r["category"], r["gas"], float(r["mass_t"]), r["account"])
            for r in _results(source)
        ]
    for place, when, category, gas, mass, account in rows:
        if place == region and when == year and account == "total":
            found[category, gas] = found.get((category, gas), 0.0) + mass
    return found


def inventory_fuels_of(source: Ledger | Path | str, region: str, year: int) -> dict[tuple[str, str], float]:
    """CO2 in t by provincial category and statistical fuel, from a ledger or its results CSV."""
    found: dict[tuple[str, str], float] = {}
    if isinstance(source, Ledger):
        rows: Iterable[tuple[str, int, str, str, str, float, str]] = (
            (x.region, x.year, x.category, x.gas, x.item_text, x.mass_t, x.account) for x in source.lines
        )
    else:
        rows = [
            (
                r["region"],
                int(r["year"]),
                r["category"],
                r["gas"],
                r.get("item") or "",
                float(r["mass_t"]),
                r["account"],
            )
            for r in _results(source)
        ]
    for place, when, category, gas, item, mass, account in rows:
        fuel = dict(pairs(item)).get("fuel", "")
        if fuel and place == region and when == year and account == "total" and gas == "CO2":
            found[category, fuel] = found.get((category, fuel), 0.0) + mass
    return found


@dataclass(frozen=True, slots=True)
class Reported:
    """What the reports of a year say, as plain rows, whatever holds them: lines (source, gas, firm, t), fuels (fuel,
    amount, unit, NCV, its unit and
    tick, carbon, tick, oxidation, tick, firm) and burnt (industry, fuel, firm, t CO2)."""

    lines: tuple[tuple[Any, ...], ...]
    fuels: tuple[tuple[Any, ...], ...]
    burnt: tuple[tuple[Any, ...], ...]


def reported(db: Path | str, year: int) -> Reported:
    """The submissions of a collection that count."""
    join = "join submission s on s.id = x.submission join temp.counting c on c.submission = s.id where s.year = ?"
    with opened(db) as connection:
        counted(connection)
        return Reported(
            tuple(
                connection.execute(
                    f"select x.source, x.gas, c.firm, x.mass_t from line x {join} order by x.source, x.gas, c.firm",
                    (year,),
                )
            ),
            tuple(
                connection.execute(
                    "select x.fuel, x.amount, x.unit, x.ncv, x.ncv_unit, x.ncv_tick, x.cc, "
                    "x.cc_tick, x.oxidation, x.oxidation_tick, "
                    f"c.firm from fuel x {join} order by x.fuel, c.firm",
                    (year,),
                )
            ),
            tuple(
                connection.execute(
                    f"select s.industry, x.fuel, c.firm, x.co2_t from fuel x {join} order by "
                    "s.industry, x.fuel, c.firm",
                    (year,),
                )
            ),
        )


def reconcile(
    db: Path | str,
    inventory: Mapping[tuple[str, str], float],
    year: int,
    edition: Edition,
    fuels: Mapping[tuple[str, str], float] | None = None,
) -> Reconciled:
    """Compare the submissions of a year that count with the inventory's masses (and its CO2 by fuel); largest
    differences first."""
    return reconcile_rows(reported(db, year), inventory, edition, fuels or {})


def reconcile_rows(
    rows: Reported, inventory: Mapping[tuple[str, str], float], edition: Edition, fuels: Mapping[tuple[str, str], float]
) -> Reconciled:
    """The same over rows from any store."""
    lines = provincial_lines(edition)
    scope = {s.id: s.scope for i in industries(edition).values() for s in i.sources}
    sums: dict[tuple[tuple[str, ...], str], list[tuple[str, float]]] = {}
    remarks: dict[tuple[str, ...], set[str]] = {}
    unmatched: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for source, gas, firm, mass in rows.lines:
        if scope.get(source) != "direct" or source == "02-03":
            continue
        wanted, remark = lines.get(source, ((), ""))
        if wanted:
            sums.setdefault((wanted, gas), []).append((firm, mass))
            if remark:
                remarks.setdefault(wanted, set()).add(remark)
        else:
            unmatched.setdefault((source, gas), []).append((firm, mass))
    compared = [
        LineReconciliation(
            wanted,
            "＋".join(wanted),
            gas,
            len({f for f, _ in held}),
            math.fsum(m for _, m in held),
            _inventory_mass(inventory, wanted, gas),
            "；".join(sorted(remarks.get(wanted, ()))),
        )
        for (wanted, gas), held in sums.items()
    ]
    compared.sort(key=lambda c: (-abs(c.difference_t), c.lines, c.gas))
    rest = tuple(
        (s, g, len({f for f, _ in held}), math.fsum(m for _, m in held), lines.get(s, ((), ""))[1])
        for (s, g), held in sorted(unmatched.items())
    )
    held_fuels = {fuel for _, fuel in fuels}
    return Reconciled(
        tuple(compared), rest, _offers(edition, rows.fuels, held_fuels), _fuels(rows.burnt, lines, fuels, edition)
    )


def _fuels(
    burnt: Iterable[tuple[Any, ...]],
    lines: Mapping[str, tuple[tuple[str, ...], str]],
    inventory: Mapping[tuple[str, str], float],
    edition: Edition,
) -> tuple[FuelComparison, ...]:
    """Fuels under their statistical names, line by line. Coals are compared kind by kind where both sides know the
    kinds, else all raw coal together."""
    groups: dict[tuple[str, str], list[tuple[str, float]]] = {}
    group_of = {
        w.attributes.get("statistical", ""): w.attributes["group"]
        for w in edition.vocabulary["fuel"].values()
        if w.attributes.get("group")
    }
    for industry, fuel, firm, mass in burnt:
        source = industries(edition)[industry].fuel_source
        wanted = lines.get(source.id, ((), ""))[0] if source else ()
        if len(wanted) == 1:
            groups.setdefault((wanted[0], edition.attribute("fuel", fuel, "statistical") or fuel), []).append(
                (firm, mass)
            )
    made = []
    for line in dict.fromkeys(line for line, _ in groups):
        mine = {fuel: rows for (at, fuel), rows in groups.items() if at == line}
        theirs = {fuel: t for (at, fuel), t in inventory.items() if at == line}
        mixed = {g for fuel, g in group_of.items() if fuel == g and (fuel in mine or fuel in theirs)}
        for fuel, held in mine.items():
            if group_of.get(fuel) not in mixed:
                made.append(
                    FuelComparison(
                        line, fuel, len({f for f, _ in held}), math.fsum(m for _, m in held), theirs.get(fuel)
                    )
                )
        for group in sorted(mixed):
            together = [r for fuel, held in mine.items() if group_of.get(fuel) == group for r in held]
            values = {fuel: t for fuel, t in theirs.items() if group_of.get(fuel) == group or fuel == "炼焦煤"}
            if together:
                made.append(
                    FuelComparison(
                        line,
                        group,
                        len({f for f, _ in together}),
                        math.fsum(m for _, m in together),
                        math.fsum(values.values()) if values else None,
                        f"煤种合并比较：企业{'、'.join(f for f in mine if group_of.get(f) == group)}；"
                        f"清单{'、'.join(values) or '没有'}",
                    )
                )
    made.sort(key=lambda c: (-abs(c.reports_t - (c.inventory_t or 0.0)), c.line, c.fuel))
    return tuple(made)


def _inventory_mass(inventory: Mapping[tuple[str, str], float], wanted: tuple[str, ...], gas: str) -> float | None:
    """Sum of the lines and of what stands below them in the provincial tree."""
    values = [m for (c, g), m in inventory.items() if g == gas and any(c == w or c.startswith(w + ".") for w in wanted)]
    return math.fsum(values) if values else None


# ---- factors
# -----------------------------------------------------------------------------------------------------------------


def _offers(edition: Edition, rows: Iterable[tuple[Any, ...]], held: set[str]) -> tuple[Offer, ...]:
    """NCV weighted by amount, carbon per heat by heat, oxidation by carbon. Where any firm measured, only measured
    figures count. Only fuels that the
    inventory holds (`held`; all where that is not known): another would never be used there."""
    groups: dict[tuple[str, str, str], list[tuple[float, float, str, str]]] = {}
    for fuel, amount, unit, ncv, ncv_unit, ncv_tick, cc, cc_tick, oxidation, oxidation_tick, firm in rows:
        name = edition.attribute("fuel", fuel, "statistical")
        if not name or amount <= 0 or ncv is None or (held and name not in held):
            continue
        volume = not units.same_dimension(unit, "t")
        base = units.scaled(amount, units.ratio(unit, "万Nm3" if volume else "t"))
        heat = base * units.scaled(ncv, units.ratio(ncv_unit, "GJ/万Nm3" if volume else "GJ/t"))
        per = units.scaled(ncv, units.ratio(ncv_unit, "kJ/Nm3" if volume else "kJ/kg")) * (
            STATISTICAL_STATE if volume else 1.0
        )
        groups.setdefault(("ncv", name, "kJ/m3" if volume else "kJ/kg"), []).append((base, per, firm, ncv_tick))
        if cc is not None:
            groups.setdefault(("carbon_content", name, "tC/TJ"), []).append((heat, cc * 1000, firm, cc_tick))
            if oxidation is not None:
                groups.setdefault(("oxidation", name, "%"), []).append((heat * cc, oxidation, firm, oxidation_tick))
    made = []
    for (parameter, fuel, unit), everything in sorted(groups.items()):
        entries = [x for x in everything if x[3] == "检测"] or everything
        low, high = min(v for _, v, _, _ in entries), max(v for _, v, _, _ in entries)
        weight = math.fsum(w for w, _, _, _ in entries)
        mean = min(max(math.fsum(w * v for w, v, _, _ in entries) / weight, low), high)
        deviation = math.sqrt(math.fsum(w * (v - mean) ** 2 for w, v, _, _ in entries) / weight)
        made.append(
            Offer(
                parameter,
                fuel,
                mean,
                unit,
                low,
                high,
                deviation,
                len({f for _, _, f, _ in everything}),
                len({f for _, _, f, t in everything if t == "检测"}),
                weight,
            )
        )
    return tuple(made)


def write_offers(result: Reconciled, path: Path | str, least_measured: int = 1) -> int:
    """A `factors.csv` for the provincial project, of factors that rest on measurements of at least so many firms.
    Returns how many rows."""
    rows = [o for o in result.offers if o.measured >= least_measured]
    heading = ("parameter", "keys", "value", "unit", "kind", "source", "lower", "upper", "note")
    write_csv(
        path,
        (
            (
                o.parameter,
                f"fuel={o.fuel}",
                f"{o.value:.6g}",
                o.unit,
                "省级",
                f"重点企业直报{o.measured}家实测值的加权平均（报告该燃料的共{o.firms}家）",
                f"{o.low:.6g}",
                f"{o.high:.6g}",
                _spread(o),
            )
            for o in rows
        ),
        heading,
    )
    return len(rows)


def _spread(o: Offer) -> str:
    """How far the firms lie apart; one firm has no spread to show."""
    weight = {"ncv": "按用量", "carbon_content": "按热量", "oxidation": "按碳量"}[o.parameter]
    spread = "只有一家，没有离散程度" if o.measured == 1 else f"加权标准差{o.deviation:.3g}，{o.low:.5g}—{o.high:.5g}"
    return f"{weight}加权，权重合计{o.weight:.4g}；{spread}"


def write_reconciliation(
    result: Reconciled, path: Path | str, edition: Edition, labels: Mapping[str, str] | None = None
) -> None:
    """The comparison as a workbook: 对比, 无对应行, 企业加权因子."""
    book = Book("重点企业直报与省级清单对比", "zh")
    names = labels or {}
    s = _titled(
        book,
        "对比",
        ("省级清单行", "名称", "气体", "企业数", "企业合计（t）", "省级清单（t）", "差值（t）", "覆盖率", "说明"),
    )
    for r, c in enumerate(result.comparisons, 3):
        s.text(r, 0, c.label, "text")
        s.text(r, 1, "＋".join(names.get(x, "") for x in c.lines), "wrap")
        s.text(r, 2, c.gas, "center")
        s.number(r, 3, c.firms, "year")
        s.number(r, 4, c.reports_t, "num:1")
        if c.inventory_t is None:
            s.text(r, 5, "清单没有这一行", "missing")
            s.text(r, 6, "", "text")
            s.text(r, 7, "", "text")
        else:
            s.number(r, 5, c.inventory_t, "num:1")
            s.formula(r, 6, f"=E{r + 1}-F{r + 1}", c.difference_t, "num:1")
            if c.inventory_t:
                s.formula(r, 7, f"=E{r + 1}/F{r + 1}", c.reports_t / c.inventory_t, "percent")
        s.text(
            r,
            8,
            ("企业合计超过清单，请核对重复、口径和活动水平；" if c.coverage and c.coverage > 1 else "") + c.remark,
            "wrap",
        )
    s.widths = {1: 30, 8: 60}
    s = _titled(
        book,
        "分燃料对比",
        ("省级清单行", "名称", "统计燃料", "企业数", "企业合计CO2（t）", "省级清单CO2（t）", "差值（t）", "比较口径"),
    )
    for r, x in enumerate(result.fuels, 3):
        s.row(r, 0, (x.line, names.get(x.line, ""), x.fuel), "text")
        s.number(r, 3, x.firms, "year")
        s.number(r, 4, x.reports_t, "num:1")
        if x.inventory_t is None:
            s.text(r, 5, "清单没有", "missing")
        else:
            s.number(r, 5, x.inventory_t, "num:1")
            s.formula(r, 6, f"=E{r + 1}-F{r + 1}", x.reports_t - x.inventory_t, "num:1")
        s.text(r, 7, x.comparable, "wrap")
    s.widths = {1: 30, 7: 50}
    s = _titled(book, "无对应行", ("排放源", "气体", "企业数", "企业合计（t）", "说明"))
    for r, (source, gas, firms, mass, why) in enumerate(result.unmatched, 3):
        s.text(r, 0, source_text(source, edition), "text")
        s.text(r, 1, gas, "center")
        s.number(r, 2, firms, "year")
        s.number(r, 3, mass, "num:1")
        s.text(r, 4, why, "wrap")
    s = _titled(
        book,
        "企业加权因子",
        ("参数", "统计燃料", "加权平均", "单位", "最小", "最大", "加权标准差", "企业数", "其中检测"),
    )
    for r, o in enumerate(result.offers, 3):
        s.row(r, 0, (o.parameter, o.fuel, o.value, o.unit, o.low, o.high, o.deviation), "text")
        s.number(r, 7, o.firms, "year")
        s.number(r, 8, o.measured, "year")
    save(book, path)


def _titled(book: Book, name: str, heading: tuple[str, ...]) -> OutputSheet:
    s = book.add(name, name)
    s.text(0, 0, name, "title")
    s.row(2, 0, heading, "head")
    s.freeze = (3, 0)
    return s
