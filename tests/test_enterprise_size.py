"""The whole of a report has a size: a column in 万t, a purchase left out of the stock ledger, a total far from that of
2010 are asked, and what is right is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inventory.console.common import Lang, also_at
from inventory.core.problems import Origin, over_cells, problem
from inventory.enterprise.checks import check
from inventory.enterprise.compute import compute
from inventory.enterprise.model import Enterprise, Power, Process, Profile, Reading

PROFILE = Profile(name="某陶瓷厂", industry="09", year=2015, province="江西", kind="示例", emission_2010_t=21_000.0)
STOCKS = (600.0, 640.0, 580.0, 610.0, 600.0, 590.0, 605.0, 615.0, 600.0, 620.0, 610.0, 600.0, 605.0)


def plant(**changes: object) -> Enterprise:
    """A kiln that burns about 900 t of bituminous coal a month and buys 400 MWh."""
    readings = tuple(
        Reading("烟煤", m, "t", opening=STOCKS[m - 1], purchased=900.0 + m, closing=STOCKS[m]) for m in range(1, 13)
    )
    power = tuple(Power(m, "华中", "甲", 400.0) for m in range(1, 13))
    return replace(Enterprise(profile=PROFILE, readings=readings, power=power), **changes)  # type: ignore[arg-type]


def asked(e: Enterprise) -> list[tuple[str, str]]:
    """(code, grade) of what the checks of this file ask."""
    result = compute(e)
    findings = check(e, result.industry, result.ledger)
    wanted = ("check.source_size", "check.total_2010", "check.stock_month")
    return [(f.problem.code, f.grade) for f in findings if f.problem.code in wanted]


def test_a_plant_in_order_is_asked_nothing() -> None:
    assert asked(plant()) == []


def test_a_ledger_in_ten_thousands_of_tonnes() -> None:
    e = plant()
    assert asked(replace(e, readings=tuple(replace(r, unit="万t") for r in e.readings))) == [
        ("check.source_size", "重大")
    ]


@pytest.mark.parametrize(
    ("before", "codes"), [(2_000.0, ["check.total_2010"]), (700_000.0, ["check.total_2010"]), (None, [])]
)
def test_the_total_against_2010(before: float | None, codes: list[str]) -> None:
    assert [c for c, _ in asked(plant(profile=replace(PROFILE, emission_2010_t=before)))] == codes


@pytest.mark.parametrize("purchased", [None, 0.0, 0.9])
def test_a_month_that_leaves_hardly_anything_as_used(purchased: float | None) -> None:
    e = plant()
    rows = tuple(replace(r, purchased=purchased) if r.month == 2 else r for r in e.readings)
    assert [c for c, _ in asked(replace(e, readings=rows))] == ["check.stock_month"]


def test_a_month_of_standstill_is_no_question() -> None:
    e = plant()
    still = tuple(replace(r, opening=600.0, purchased=0.0, closing=600.0) if r.month == 2 else r for r in e.readings)
    assert asked(replace(e, readings=still)) == []


def test_raw_material_in_another_unit() -> None:
    works = plant(profile=replace(PROFILE, industry="06", emission_2010_t=None))
    for unit, codes in (("t", []), ("万t", [("check.source_size", "重大")])):
        assert asked(replace(works, process=(Process("06-05", "白云石原料消耗量", 71_500.0, unit),))) == codes


def test_the_same_of_many_cells_is_said_once() -> None:
    given = [problem("enterprise.required", Origin("a.xlsx", "台账", f"B{r}"), label="燃料品种") for r in range(5, 9)]
    given.append(problem("enterprise.required", Origin("a.xlsx", "化验", "B5"), label="燃料品种"))
    shown = over_cells(given)
    assert [(p.origin.cell, cells) for p, cells in shown] == [("B5", ("B6", "B7", "B8")), ("B5", ())]
    assert also_at(shown[0][1], Lang.zh.value) == "（同样的还有 3 处：B6、B7、B8）" and also_at((), "en") == ""
