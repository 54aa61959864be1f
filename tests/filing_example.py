"""A small inventory for the tests of the filed workbook: few data, but every kind of line (several gases, a sink, a
measured emission, notation keys, derived data, an information item, own factors, two years)."""

from __future__ import annotations

import functools

from inventory.core.activity import Datum, Notation, Project, Term, UserFactor
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.core.problems import Origin
from inventory.edition import load


def _datum(
    year: int,
    quantity: str,
    value: float,
    unit: str,
    cell: str,
    kind: str = "统计",
    terms: tuple[Term, ...] = (),
    note: str = "",
    **keys: str,
) -> Datum:
    origin = Origin("江苏.xlsx", "数据", cell)
    return Datum(
        "江苏", year, quantity, tuple(sorted(keys.items())), value, unit, "江苏省统计局", 5.0, note, kind, origin, terms
    )


def _term(year: int, name: str, value: float, share: float) -> Term:
    shares = (("煤种", share), ("设备", 0.5))
    return Term(
        f"终端消费量·原煤·{name}", value, Origin(f"能源平衡表{year}.csv", "", "row 9"), shares, 1, "按煤种构成拆分"
    )


def project(*, note: str = "") -> Project:
    """The project; `note` goes into the note of one datum (for texts that look like formulas)."""
    data = []
    for year, up in ((2005, 1.0), (2010, 1.25)):
        column = "D" if year == 2005 else "E"
        split = (_term(year, "甲", 120.0 * up, 0.25), _term(year, "乙", 120.0 * up, 0.75))
        coal = sum(t.amount for t in split)
        data += [
            _datum(
                year,
                "fuel_consumption",
                coal,
                "万吨",
                f"{column}2",
                "示例",
                split,
                category="1.1.3.1",
                equipment="其他设备",
                fuel="烟煤",
            ),
            _datum(
                year,
                "fuel_consumption",
                3.1 * up,
                "亿立方米",
                f"{column}3",
                category="1.1.6",
                equipment="其他设备",
                fuel="天然气",
            ),
            _datum(
                year,
                "fuel_consumption",
                12.5 * up,
                "万吨",
                f"{column}4",
                category="1.1.4.2",
                equipment="道路车辆",
                fuel="汽油",
            ),
            _datum(
                year,
                "fuel_consumption",
                0.7 * up,
                "万吨",
                f"{column}5",
                category="M.1",
                equipment="国际航班",
                fuel="喷气煤油",
            ),
            _datum(year, "clinker_production", 4_000_000 * up, "t", f"{column}6", note=note),
            _datum(year, "rice_area", 2209.3 * up, "千公顷", f"{column}7", "示例", season="单季稻"),
            _datum(year, "measured_emission", 120.5 * up, "t", f"{column}8", "调查", category="2.6", gas="N2O"),
        ]
    keys = (("agri_region", "华东"), ("season", "单季稻"))
    own = (
        UserFactor(
            "rice_ef",
            keys,
            201.5,
            "kg CH4/hm2",
            "省农科院实测",
            "省级",
            "",
            "CH4",
            origin=Origin("factors.csv", "", "row 2"),
        ),
    )
    notations = tuple(
        Notation("江苏", year, category, "", key, reason, Origin("notes.csv", "", "row 3"))
        for year in (2005, 2010)
        for category, key, reason in (("2.5", "NO", "省内没有己二酸生产"), ("5", "NE", "数据尚未收齐"))
    )
    return Project(tuple(data), own, notations)


@functools.cache
def ledger() -> Ledger:
    return compile_ledger(project(), load("prov2011"))
