"""Plausibility with a scale: a slip of 10, 10³, 10⁴ either way is asked about for nearly every quantity, a right figure
is not, an answer stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import inventory
from inventory.analysis import ranges
from inventory.compiling import compile_project
from inventory.core.activity import Datum, Project, Term, datum
from inventory.core.edition import Edition
from inventory.core.gwp import GwpSet
from inventory.core.prepare import prepare
from inventory.core.problems import Collector, Origin, Problem
from inventory.core.statements import FindingAnswer
from inventory.edition import load
from inventory.edition.parts import PlausibleRow, ProvinceStatisticRow, rows
from inventory.reading.plausible import check_plausible

EXAMPLE = Path(__file__).parent.parent / "examples" / "jiangsu"
FACTORS = (1e-4, 1e-3, 0.1, 10.0, 1e3, 1e4)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("prov2011")


@pytest.fixture(scope="module")
def jiangsu() -> Project:
    return inventory.read(EXAMPLE)[0]


def statistic(edition: Edition, region: str, year: int, name: str) -> float:
    return next(
        (
            r.value
            for r in rows(edition, ProvinceStatisticRow)
            if (r.region, r.year, r.statistic) == (region, year, name)
        ),
        0.0,
    )


@pytest.fixture(scope="module")
def hunan(jiangsu: Project, edition: Edition) -> Project:
    """A province like 湖南: population, livestock, cement and forest as published; everything else the example's per
    head."""
    herds = {a: f"{a}存栏" for a in ("猪", "山羊", "绵羊", "马", "驴", "骡")} | dict.fromkeys(
        ("奶牛", "非奶牛", "水牛"), "牛存栏"
    )

    def moved(d: Datum) -> Datum:
        year = min((2005, 2010), key=lambda y: abs(y - d.year))
        name = herds.get(dict(d.item).get("animal", ""), "常住人口")
        name = {"clinker_production": "水泥产量", "gdp": "地区生产总值"}.get(d.quantity, name)
        year = {"gdp": 2005}.get(d.quantity, year)
        if d.quantity in ("survey_volume", "survey_scattered_volume"):
            name, year = "森林蓄积量", 2008
        if d.quantity == "survey_scattered_volume":
            return replace(d, region="湖南", value=d.value)
        share = statistic(edition, "湖南", year, name) / (statistic(edition, "江苏", year, name) or 1.0)
        kept = edition.declared.quantities[d.quantity].unit[0] in ("%", "1", "kg 蛋白质/人")
        return replace(d, region="湖南", value=d.value if kept else d.value * share)

    return replace(jiangsu, data=tuple(moved(d) for d in jiangsu.data))


def asked(project: Project, edition: Edition) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    """Every warning and error that looking at the figures gives."""
    found = Collector()
    prepare(project, edition, found)
    check_plausible(project.columns, edition, found)
    return {(p.code, p.facts) for p in (*found.reported, *ranges.questions(project, edition)) if p.severity != "hint"}


@pytest.mark.slow
@pytest.mark.parametrize("province", ["jiangsu", "hunan"])
def test_slips_of_powers_of_ten_are_asked_about(
    province: str, edition: Edition, request: pytest.FixtureRequest
) -> None:
    """All years of one quantity × a factor, so that no jump between years gives it away: 34 of 37 are asked about, in
    either direction."""
    project: Project = request.getfixturevalue(province)
    before = asked(project, edition)
    quantities = sorted({d.quantity for d in project.data if d.value and not d.terms})
    assert len(quantities) >= 37
    for factor in FACTORS:
        missed = []
        for name in quantities:
            slipped = tuple(
                replace(d, value=d.value * factor) if d.quantity == name and not d.terms else d for d in project.data
            )
            if not asked(replace(project, data=slipped), edition) - before:
                missed.append(name)
        assert len(quantities) - len(missed) >= 34 / 37 * len(quantities), (factor, missed)


@pytest.mark.parametrize("example", ["jiangsu", "guangdong"])
def test_the_examples_are_asked_nothing(example: str, edition: Edition) -> None:
    project, _ = inventory.read(EXAMPLE.parent / example)
    assert [p.text() for p in ranges.questions(project, edition)] == []


def test_a_province_like_another_is_asked_little(hunan: Project, edition: Edition) -> None:
    assert len(ranges.questions(hunan, edition)) <= 4


def rice(area: float, harvest: float) -> Project:
    return Project(
        (
            datum("江西", 2010, "rice_area", area, "万公顷", {"season": "单季稻"}, origin=Origin("a.csv", "", "row 2")),
            datum("江西", 2010, "crop_yield", harvest, "万吨", {"crop": "水稻"}, origin=Origin("a.csv", "", "row 3")),
        )
    )


def codes(project: Project, edition: Edition) -> list[str]:
    return [p.code for p in ranges.questions(project, edition)]


def test_rice_is_held_against_its_harvest(edition: Edition) -> None:
    assert codes(rice(332, 1858), edition) == []
    found = ranges.questions(rice(33.2, 1858), edition)
    said = [p for p in found if "rice_yield" in p.text()]
    assert said and "大10倍" in said[0].text() and "10 times too large" in said[0].text("en")
    assert [p.origin.cell for p in found if "rice_area" in dict(p.facts)["question"]]


def test_pigs_are_held_against_the_provinces_own_statistics(edition: Edition) -> None:
    def pigs(value: float, unit: str = "万头") -> Project:
        return Project((datum("湖南", 2005, "livestock", value, unit, {"animal": "猪", "scale": "不分规模"}),))

    assert codes(pigs(4435), edition) == []
    assert codes(pigs(4435, "头"), edition) == ["plausible.range"]
    assert codes(pigs(443.5), edition) == ["plausible.range"]
    assert codes(pigs(0), edition) == []


def test_what_stands_for_no_province_has_no_scale(edition: Edition) -> None:
    assert codes(Project((datum("某市", 2005, "msw_generated", 5, "万吨"),)), edition) == []


def test_an_answer_stays(edition: Edition) -> None:
    project = Project((datum("湖南", 2005, "lime_production", 10000, "万吨"),))
    (asked_for,) = [p for p in compile_project(project, edition).warnings if p.code.startswith("plausible")]
    place = dict(asked_for.facts)["question"].partition("|")[2]
    said = FindingAnswer("plausible", place, "全国石灰生产基地", "张三", "2012-03-01")
    later = replace(project, answers=(said,))
    for _ in range(2):
        warnings = compile_project(later, edition).warnings
        assert [p.severity for p in warnings if "石灰" in p.text() and p.code == "question.answered"] == ["hint"]
        assert not [p for p in warnings if p.code.startswith("plausible") and "lime" in p.text()]


def test_years_of_a_table_are_compared_too(edition: Edition) -> None:
    def burnt(year: int, value: float, unit: str) -> Datum:
        item = {"category": "1.1.3.5", "equipment": "其他设备", "fuel": "烟煤"}
        return datum(
            "江西", year, "fuel_consumption", value, unit, item, terms=(Term("x", value, Origin("表.xls", "", "B3")),)
        )

    same = Project((burnt(2005, 3000, "万吨"), burnt(2010, 4000, "万吨")))
    assert "plausible.table_jump" not in codes(same, edition)
    wrong = Project((burnt(2005, 0.3, "万吨"), burnt(2010, 4000, "万吨")))
    (found,) = [p for p in ranges.questions(wrong, edition) if p.code == "plausible.table_jump"]
    assert found.origin.file == "表.xls" and "10^4" in found.text("en")


def test_a_fraction_for_a_percentage_of_uncertainty_is_asked_about(edition: Edition) -> None:
    def sure(value: float) -> list[Problem]:
        data = (datum("湖南", 2005, "clinker_production", 2000, "万吨", uncertainty=value),)
        return [p for p in ranges.questions(Project(data), edition) if p.code == "plausible.uncertainty"]

    assert not sure(3) and not sure(0.5)
    (found,) = sure(0.03)
    assert "3%" in found.text()


def test_an_own_gwp_ten_times_off_is_asked_about(edition: Edition) -> None:
    def own(value: float) -> list[Problem]:
        return [
            p
            for p in ranges.questions(Project(gwp_sets=(GwpSet("本省", {"CH4": value}),)), edition)
            if p.code == "plausible.gwp"
        ]

    assert not own(28) and not own(30)
    (found,) = own(2.8)
    assert "小10倍" in found.text()


def test_every_range_is_two_sided_and_names_what_exists(edition: Edition) -> None:
    names = {r.statistic for r in rows(edition, ProvinceStatisticRow)}
    for rule in rows(edition, PlausibleRow):
        assert 0 < rule.low < rule.high, rule.id
        assert rule.basis_en and bool(rule.per_en) == rule.per.startswith("stat:"), rule.id
        assert rule.quantity in edition.declared.quantities, rule.id
        if rule.per:
            assert rule.per.removeprefix("stat:") in names or rule.per in edition.declared.quantities, rule.id
        for region in filter(None, rule.regions.removeprefix("!").split("|")):
            assert region in edition.vocabulary["region"], rule.id
        for key, value in rule.keys:
            words = edition.vocabulary[key]
            assert all(v in words or any(v in w.classes for w in words.values()) for v in value.split("|")), rule.id


def test_none_of_a_product_is_an_answer_and_no_question(edition: Edition) -> None:
    """A province without HCFC-22 writes 0."""
    project = Project(
        (datum("甘肃", 2005, "hcfc22_production", 0, "吨"), datum("甘肃", 2005, "lime_production", 100, "万吨"))
    )
    assert not [p for p in compile_project(project, edition).warnings if "HCFC" in p.text()]
