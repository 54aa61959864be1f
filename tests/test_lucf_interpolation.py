"""Forest surveys brought to the inventory year: worked values, flags, refusals, and the way through the engine to the
ledger."""

from __future__ import annotations

import math

import pytest

from inventory.core.activity import Datum, Project, UserFactor, datum
from inventory.core.engine import compile_ledger
from inventory.core.problems import Origin
from inventory.edition import load
from inventory.lucf_interpolation import interpolate, survey_years, with_surveys

VOLUME = "survey_volume"


def volume(region: str, survey: int, value: float, unit: str = "万m3", **more: object) -> Datum:
    return datum(
        region,
        survey,
        VOLUME,
        value,
        unit,
        {"survey_year": str(survey)},
        origin=Origin("清查.csv", "", f"row {survey}"),
        **more,
    )


def area(survey: int, value: float, kind: str = "竹林") -> Datum:
    keys = {"survey_year": str(survey), "forest_type": kind}
    return datum("广东", survey, "survey_area", value, "公顷", keys, origin=Origin("清查.csv", "", f"row {survey}"))


def codes(problems: tuple) -> list[str]:
    return [p.code for p in problems]


def test_sichuan_2010_between_2007_and_2012() -> None:
    project = Project(data=(volume("四川", 2007, 168753.49), volume("四川", 2012, 177576.04)))
    (made,), problems = interpolate(project, load(), [2010])
    assert round(made.value, 2) == 174047.02  # check value of the reference notes
    assert (made.quantity, made.unit, made.item, made.year) == ("arbour_volume", "万m3", (), 2010)
    assert [t.value for t in made.terms] == [168753.49, 177576.04]
    assert [t.cell.cell for t in made.terms] == ["row 2007", "row 2012"]
    assert math.isclose(sum(t.amount for t in made.terms), made.value, rel_tol=1e-15)
    assert problems == ()


def test_units_of_the_two_surveys_may_differ() -> None:
    project = Project(data=(volume("四川", 2007, 1687534900, "m3"), volume("四川", 2012, 17.757604, "亿立方米")))
    (made,), _ = interpolate(project, load(), [2010])
    assert round(made.value, 2) == 174047.02
    assert math.isclose(sum(t.amount for t in made.terms), made.value, rel_tol=1e-12)


def test_area_gives_the_yearly_change_with_both_cells() -> None:
    project = Project(data=(area(2002, 390000), area(2007, 400000), area(2012, 420000)))
    made, problems = interpolate(project, load(), [2005, 2010])
    assert [(d.year, d.quantity, d.value) for d in made] == [
        (2005, "forest_area_change", 2000.0),
        (2010, "forest_area_change", 4000.0),
    ]
    assert [(t.sign, t.value) for t in made[1].terms] == [(1, 420000), (-1, 400000)]
    assert made[0].item == (("forest_type", "竹林"),)
    assert problems == ()


def test_in_a_survey_year_the_volume_is_the_survey_and_the_change_is_that_of_the_interval_before() -> None:
    project = Project(
        data=(volume("广东", 2007, 100), volume("广东", 2012, 200), area(2002, 10), area(2007, 20), area(2012, 120))
    )
    made, problems = interpolate(project, load(), [2007])
    assert [(d.quantity, d.value) for d in made] == [("arbour_volume", 100.0), ("forest_area_change", 2.0)]
    assert problems == ()


@pytest.mark.parametrize(("year", "expected"), [(2014, 240.0), (2000, -40.0 + 0.0)])
def test_outside_the_surveys_is_prolonged_and_flagged_and_never_below_zero(year: int, expected: float) -> None:
    project = Project(data=(volume("广东", 2007, 100), volume("广东", 2012, 200)))
    made, problems = interpolate(project, load(), [year])
    assert "lucf.extrapolated" in codes(problems)
    if expected < 0:
        assert made == () and "lucf.below_zero" in codes(problems)
    else:
        assert made[0].value == expected and "lucf.below_zero" not in codes(problems)


def test_an_area_that_shrinks_below_zero_is_an_error() -> None:
    made, problems = interpolate(Project(data=(area(2002, 100), area(2007, 20))), load(), [2010])
    assert made == ()
    (below,) = [p for p in problems if p.code == "lucf.below_zero"]
    assert below.severity == "error" and "小于零" in below.text() and "-28" in below.text()


def test_one_survey_serves_its_own_year_only() -> None:
    made, problems = interpolate(Project(data=(volume("广东", 2007, 100), area(2007, 20))), load(), [2007, 2010])
    assert [(d.year, d.quantity) for d in made] == [(2007, "arbour_volume")]
    assert codes(problems) == ["lucf.one_survey"] * 3


def test_the_same_survey_twice() -> None:
    twice = (
        volume("广东", 2007, 100),
        datum("广东", 2010, VOLUME, 101, "万m3", {"survey_year": "2007"}),
        volume("广东", 2012, 200),
    )
    assert "lucf.survey_twice" in codes(interpolate(Project(data=twice), load(), [2010])[1])
    alike = (
        volume("广东", 2007, 100),
        datum("广东", 2010, VOLUME, 1000000, "m3", {"survey_year": "2007"}),
        volume("广东", 2012, 200),
    )
    made, problems = interpolate(Project(data=alike), load(), [2010])
    assert made[0].value == 160.0 and problems == ()


def test_a_survey_year_that_is_none_or_not_of_the_province() -> None:
    wrong = datum("广东", 2005, VOLUME, 100, "万m3", {"survey_year": "第七次"})
    assert codes(interpolate(Project(data=(wrong,)), load(), [2005])[1]) == ["lucf.survey_year"]
    middle = (volume("广东", 2006, 100), volume("广东", 2012, 200))
    assert "lucf.unknown_survey" in codes(interpolate(Project(data=middle), load(), [2010])[1])


def test_a_figure_entered_for_the_year_is_kept() -> None:
    own = datum("广东", 2010, "arbour_volume", 777, "万m3")
    made, problems = interpolate(
        Project(data=(own, volume("广东", 2007, 100), volume("广东", 2012, 200))), load(), [2005, 2010]
    )
    assert [d.year for d in made] == [2005]
    assert "lucf.entered" in codes(problems)


def test_uncertainty_and_kind_of_data_come_with_it() -> None:
    data = (
        volume("广东", 2007, 100, uncertainty=10.0, data_kind="示例"),
        volume("广东", 2012, 200, uncertainty=5.0, data_kind="统计"),
    )
    (made,), _ = interpolate(Project(data=data), load(), [2010])
    assert made.data_kind == "示例"
    assert made.uncertainty is not None and math.isclose(made.uncertainty, math.hypot(40 * 10, 120 * 5) / 160)


def test_order_of_the_input_does_not_matter() -> None:
    data = (volume("广东", 2012, 200), area(2012, 5), volume("广东", 2007, 100), area(2002, 9), area(2007, 7))
    assert interpolate(Project(data=data), load(), [2010, 2005]) == interpolate(
        Project(data=data[::-1]), load(), [2005, 2010]
    )


def test_known_survey_years_cover_the_provinces_that_are_known() -> None:
    years = survey_years(load())
    assert years["广东"] == (2002, 2007, 2012) and "天津" not in years and "重庆" not in years
    assert len(years) == 29


def test_through_the_engine_and_only_for_years_with_data() -> None:
    own = tuple(
        UserFactor(p, (("region", "四川"),), 4.0, "%", "test", "省级") for p in ("growth_rate", "consumption_rate")
    )
    data = (
        volume("四川", 2007, 168753.49),
        volume("四川", 2012, 177576.04),
        datum("四川", 2010, "scattered_volume", 0, "万m3"),
    )
    project, problems = with_surveys(Project(data=data, factors=own), load())
    ledger = compile_ledger(project, load(), read_problems=problems)
    assert ledger.years == (2010,)
    line = next(x for x in ledger.lines if x.category == "4.1.1")
    by_hand = -174047.02 * 0.04 * 0.425 * 1.744 * 0.5 * 44 / 12 * 10000
    assert math.isclose(line.mass_t, by_hand, rel_tol=1e-8)


def test_surveys_alone_have_no_inventory_year() -> None:
    project, problems = with_surveys(Project(data=(volume("四川", 2007, 1), volume("四川", 2012, 2))), load())
    assert codes(problems) == ["lucf.no_inventory_year"] and len(project.data) == 2
    untouched = Project(data=(datum("四川", 2010, "scattered_volume", 0, "万m3"),))
    assert with_surveys(untouched, load()) == (untouched, ())
