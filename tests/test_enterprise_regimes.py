"""The reporting year chooses the grid set and the guideline; the later power regime stands over the first edition, by
hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.enterprise.compute import Result, compute
from inventory.enterprise.model import Enterprise, Lab, Power, Profile, Reading
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import verify_file


def office(year: int, grid: str = "华东", grid_year: str = "") -> Result:
    p = Profile(name="示例", industry="21", year=year, kind="示例", grid_year=grid_year)
    return compute(Enterprise(profile=p, power=(Power(1, grid, "甲", 1000.0),)))


@pytest.mark.parametrize(
    ("year", "factor"), [(2010, 0.7182), (2011, 0.7129), (2012, 0.7035), (2015, 0.7035), (2018, 0.7035)]
)
def test_the_reporting_year_chooses_the_grid_set(year: int, factor: float) -> None:
    result = office(year)
    assert result.total(True) == pytest.approx(1000 * factor, rel=1e-12)
    assert "enterprise.not_in_force" not in {p.code for p in result.problems}


def test_the_enterprise_may_choose_another_set_and_the_whole_country() -> None:
    assert office(2015, grid_year="2011").total(True) == pytest.approx(712.9)
    assert office(2015, "全国").total(True) == pytest.approx(610.1)


def test_a_year_out_of_force_is_said_with_what_is_held() -> None:
    found = next(p for p in office(2021).problems if p.code == "enterprise.not_in_force")
    assert "2010—2018" in found.text() and "in force" in found.text("en")


def plant(year: int, months: int) -> Enterprise:
    coal = tuple(Reading("燃煤", m, "t", purchased=10_000.0) for m in range(1, 13))
    labs = tuple(
        Lab("燃煤", m, 21.0, "GJ/t", 55.0, "% C", "甲", "", f"{year}-01-05", f"{year}-01-20")
        for m in range(1, months + 1)
    )
    return Enterprise(profile=Profile(name="示例电厂", industry="01", year=year, kind="示例"), readings=coal, labs=labs)


@pytest.mark.parametrize(("year", "limit_ncv", "limit_cc"), [(2021, 21.0, 0.03356), (2022, 26.7, 0.03085)])
def test_months_without_results_take_the_limit_value(
    year: int, limit_ncv: float, limit_cc: float, tmp_path: Path
) -> None:
    """9 months measured (21.0 GJ/t, 55 % C), 3 by the limit; oxidation 99 %. Carbon per heat is weighted by heat."""
    result = compute(plant(year, 9))
    carbon = 90_000 * 0.55 + 30_000 * limit_ncv * limit_cc
    assert result.edition.id == "power2021" and result.total(False) == pytest.approx(carbon * 0.99 * 44 / 12, rel=1e-9)
    assert "enterprise.limit_value" in {p.code for p in result.problems}
    write_report(result, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert v.total_recomputed == pytest.approx(result.total(False)) and not [
        f.problem.text() for f in v.findings if f.grade == "重大"
    ]


def test_a_plant_without_any_result_takes_the_single_value_of_its_year() -> None:
    assert compute(plant(2022, 0)).total(False) == pytest.approx(120_000 * 26.7 * 0.03085 * 0.99 * 44 / 12, rel=1e-12)


def test_figures_of_the_later_regime_carry_their_standing() -> None:
    assert {f.standing for f in compute(plant(2022, 0)).ledger.factors} <= {"single-source", "unverified"}
