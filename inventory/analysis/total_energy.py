"""Total energy of a region and year in coal equivalent, from the columns of its balance table.

The yearbook's coefficients come first, a project's own before them; a fuel for which the yearbook lists none (型煤,
其他焦化产品 …) is converted by its calorific value, and that is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..core import units
from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Origin
from ..core.resolve import Resolver
from ..core.resolved import Resolved

FINAL, TRANSFORMATION, LOSS, RECOVERED = "终端消费量", "加工转换", "损失量", "回收能"
EQUIVALENT = {"heat": "热力(当量)", "electricity": "电力(当量)"}
BY_CALORIFIC = {
    "zh": "没有列出折标准煤系数：按该品种平均低位发热量除以标准煤热值折算",
    "en": "no coefficient listed: mean net calorific value over the energy of standard coal",
}


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """One column of the balance table: consumption = final use + losses − net output of transformation − recovered
    energy, in the printed unit.

    `tce` is None where the edition and the project have no coefficient. `absent` are cells marked as not given. `parts`
    are the cells with their sign; `scale` brings amount x coefficient to tce.
    """

    column: str
    label_en: str
    amount: float
    unit: str
    coefficient: Resolved | None
    tce: float | None
    absent: tuple[str, ...] = ()
    parts: tuple[tuple[Origin, int], ...] = ()
    scale: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Energy:
    """Total energy of a region and year in tce (heat and electricity by their calorific equivalent), with what is not
    in it."""

    rows: tuple[EnergyRow, ...]

    @property
    def total_tce(self) -> float:
        return math.fsum(r.tce for r in self.rows if r.tce is not None)

    @property
    def by_calorific_value(self) -> tuple[EnergyRow, ...]:
        """Columns with a figure that have no coefficient of the yearbook and were converted by calorific value."""
        return tuple(
            r for r in self.rows if r.amount and r.coefficient is not None and r.coefficient.step == "fallback"
        )

    @property
    def uncounted(self) -> tuple[EnergyRow, ...]:
        """Columns with a figure but without a coefficient: the total is too small (or too large) by these."""
        return tuple(r for r in self.rows if r.tce is None and r.amount)


def total_energy(edition: Edition, project: Project, table: Any, layout: Any) -> Energy:
    """The columns of one balance table (`energy_balance.BalanceTable`, `Layout`) in coal equivalent, with the
    coefficients of edition and project."""
    coefficient_of = edition.roles.coal_equivalent
    own = [
        f
        for f in project.factors
        if coefficient_of
        and coefficient_of in (f.parameter, edition.by_id[f.id].parameter if f.id in edition.by_id else "")
    ]
    resolver = Resolver(edition, own, project.checks)
    rows = []
    for column in layout.columns.values():
        if column.kind in ("sum", "ignore") or column.id not in table.columns:
            continue
        parts, absent = _consumption(table, layout, column.id)
        if not parts:
            continue
        values = [sign * table.cells[cell].value for cell, sign in parts]
        amount, size = math.fsum(values), math.fsum(abs(v) for v in values)
        amount = amount if abs(amount) > 1e-12 * size else 0.0  # what cancels is nothing, not a residue of the last bit
        unit = table.units.get(column.id) or column.unit
        coefficient = _coefficient(
            resolver, column, {"region": table.region, "year": str(table.year)}, {k for f in own for k, _ in f.keys}
        )
        scale = _scale(unit, column.kind, coefficient)
        per_unit = 1.0 if column.kind == "other" else coefficient.value if coefficient else 0.0
        tce = None if scale is None else units.scaled(amount * per_unit, scale)
        origins = tuple((table.cells[cell].origin, sign) for cell, sign in parts)
        rows.append(
            EnergyRow(column.id, column.label_en, amount, unit, coefficient, tce, absent, origins, scale or Fraction(1))
        )
    return Energy(tuple(rows))


def _consumption(table: Any, layout: Any, column: str) -> tuple[list[tuple[tuple[str, str], int]], tuple[str, ...]]:
    """Cells with their signs: final use + losses − (transformation output − input) − recovered energy; detail rows
    before their printed total."""
    cells: list[tuple[tuple[str, str], int]] = []
    absent: list[str] = []
    for total, sign in ((FINAL, 1), (TRANSFORMATION, -1), (LOSS, 1)):
        parts = layout.parts(total) if total != LOSS else ()
        keys = [(p, column) for p in parts if (p, column) in table.cells]
        if keys:
            cells.extend((cell, sign) for cell in keys)
            absent.extend(p for p in parts if (p, column) in table.unavailable)
        elif (total, column) in table.cells:
            cells.append(((total, column), sign))
        elif (total, column) in table.unavailable:
            absent.append(total)
    if (RECOVERED, column) in table.cells:
        cells.append(((RECOVERED, column), -1))
    return cells, tuple(absent)


def _coefficient(resolver: Resolver, column: Any, place: Mapping[str, str], used_keys: set[str]) -> Resolved | None:
    """`place` joins the keys only where an own coefficient is given per region or year; else the edition's row would
    seem a wider one."""
    parameter = resolver.edition.roles.coal_equivalent
    if column.kind == "other" or not parameter:
        return None
    keys = {"fuel": column.fuel} if column.kind == "fuel" else {"energy": EQUIVALENT[column.kind]}
    result = resolver(
        parameter, "", tuple(sorted({**keys, **{k: v for k, v in place.items() if k in used_keys}}.items()))
    )
    if isinstance(result, Resolved) or column.kind != "fuel":
        return result if isinstance(result, Resolved) else None
    return _by_calorific_value(resolver, column.fuel)


def _by_calorific_value(resolver: Resolver, fuel: str) -> Resolved | None:
    """The declared substitute of a coefficient that the yearbook does not list."""
    roles = resolver.edition.roles
    ncv, coal = resolver(roles.calorific_value, "", (("fuel", fuel),)), resolver(roles.standard_coal, "", ())
    if not (isinstance(ncv, Resolved) and isinstance(coal, Resolved)):
        return None
    per = ncv.unit.partition("/")[2]
    ratio = ncv.value / coal.value
    name = roles.coal_equivalent
    return replace(ncv, parameter=name, value=ratio, unit=f"kgce/{per}", step="fallback", reason=BY_CALORIFIC)


def _scale(unit: str, kind: str, coefficient: Resolved | None) -> Fraction | None:
    """What brings amount x coefficient to tce (for other energy, which is printed in coal equivalent: the amount
    itself); None without a coefficient."""
    if kind == "other":
        return units.ratio(unit, "tce")
    if coefficient is None:
        return None
    per, _, physical = coefficient.unit.partition("/")
    return units.ratio(unit, physical) * units.ratio(per, "tce")
