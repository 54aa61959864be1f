"""The region tree: its data, inheritance from the province, faults in a project's own regions, templates of each
level."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from inventory import api
from inventory.core.activity import Project, UserFactor, datum
from inventory.core.problems import Collector, InventoryError
from inventory.edition import load
from inventory.levels.knowable import for_level, on_request, unknown_at
from inventory.levels.project import read_levels
from inventory.levels.template import LevelTemplate, write_level_template
from inventory.policy.published import package_targets
from inventory.regions import Tree, built_in, extended, grown, tree_of

ROOT = Path(__file__).resolve().parents[1]
HEAD = "region,year,category,item,quantity,value,unit,source,data_kind\n"


def test_tree_has_the_nation_31_provinces_333_cities_and_39_districts():
    tree = built_in()
    levels = [r.level for r in tree.regions.values()]
    assert (levels.count("国家"), levels.count("省级"), levels.count("地级市"), levels.count("区县")) == (
        1,
        31,
        333,
        39,
    )
    assert len(tree.children("江苏")) == 13 and len(tree.children("重庆")) == 39
    assert tree["宿迁"].code == "321300" and tree["綦江区"].code == "500110"
    # an economic zone has no code of its own
    assert tree["万盛经开区"].code == "" and tree["万盛经开区"].standing == "unverified"
    codes = [r.code for r in tree.regions.values() if r.code]
    assert len(codes) == len(set(codes)) == 403


def test_provinces_carry_the_codes_of_the_edition():
    words = load("prov2011").vocabulary["region"]
    assert {name: w.attributes["code"] for name, w in words.items()} == {
        r.name: r.code for r in built_in().regions.values() if r.level in ("国家", "省级")
    }


def test_every_target_has_its_region_in_the_tree():
    assert {t.region for t in package_targets()} <= set(built_in().regions)


def test_city_takes_the_attributes_of_its_province_and_the_factors_as_wider_key():
    edition = extended(load("prov2011"), built_in())
    assert (
        edition.attribute("region", "苏州", "agriculture_six") == "华东"
        and edition.attribute("region", "苏州", "grid", 2010) == "华东"
    )
    assert edition.attribute("region", "苏州", "code") == "320500"
    own = UserFactor("heat_ef_province", (("region", "江苏"),), 110, "kg CO2/GJ", "测试", "省级")
    ledger = api.compile(
        Project(
            (
                datum("苏州", 2010, "heat_from_outside", 100, "万GJ"),
                datum("苏州", 2010, "electricity_from_outside", 2, "亿kWh"),
            ),
            (own,),
        )
    )
    by_method = {x.method: x for x in ledger.lines}
    assert by_method["heat_from_outside_co2"].mass_t == pytest.approx(110_000)
    power = by_method["electricity_from_outside_co2"]  # 2 x 10^8 kWh x 0.7356 kg, the factor of 江苏 2010
    assert power.mass_t == pytest.approx(147_120) and power.account == "memo"
    assert {f.step for f in ledger.factors} == {"provincial", "default-wider"}


def test_city_and_province_give_the_same_emission_for_the_same_data():
    def masses(region: str) -> list[float]:
        data = (
            datum(region, 2010, "rice_area", 12, "万公顷", {"season": "单季稻"}),
            datum(region, 2010, "clinker_production", 30, "万吨"),
        )
        return [x.mass_t for x in api.compile(Project(data)).lines]

    assert masses("南京") == masses("江苏") and masses("涪陵区") == masses("重庆") != masses("江苏")


def own_regions(tmp_path: Path, rows: str) -> tuple[Tree, list[str]]:
    (tmp_path / "regions.csv").write_text("code,name,level,parent,aliases,attributes,note\n" + rows, "utf-8")
    problems = Collector()
    return tree_of([tmp_path], problems), [p.code for p in problems]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (",某县,区县,,,,\n", "levels.no_parent"),
        (",某县,区县,不存在的市,,,\n", "levels.unknown_parent"),
        ("320500,苏州,地级市,浙江,,,\n", "levels.two_parents"),
        (",甲市,地级市,江苏,,,\n,甲市,地级市,浙江,,,\n", "levels.two_parents"),
        ("330100,甲市,地级市,江苏,,,\n", "levels.code_parent"),
        ("32A500,甲市,地级市,江苏,,,\n", "levels.code"),
        ("320500,甲市,地级市,江苏,,,\n", "levels.code_twice"),
        ("320599,苏州,地级市,江苏,,,\n", "levels.two_codes"),
        (",甲市,大区,江苏,,,\n", "levels.level"),
        (",甲市,地级市,涪陵区,,,\n", "levels.order"),
        (",甲县,区县,乙县,,,\n,乙县,区县,甲县,,,\n", "levels.circle"),
    ],
)
def test_faulty_regions_are_told(tmp_path, rows, code):
    _, codes = own_regions(tmp_path, rows)
    assert code in codes
    assert all(p.text(lang) for p in _problems(tmp_path) for lang in ("zh", "en"))


def _problems(tmp_path: Path) -> Collector:
    problems = Collector()
    tree_of([tmp_path], problems)
    return problems


def test_a_city_in_two_provinces_is_refused_by_compile_too(tmp_path):
    (tmp_path / "regions.csv").write_text("name,level,parent\n苏州,地级市,浙江\n", "utf-8")
    (tmp_path / "data.csv").write_text(f"{HEAD}苏州,2010,2.2,,lime_production,1,万吨,测试,示例\n", "utf-8")
    assert [p.code for p in api.check(tmp_path) if p.severity == "error"] == ["levels.two_parents"]


def test_regions_may_stand_in_any_order_and_below_each_other(tmp_path):
    tree, codes = own_regions(tmp_path, ",某园区,园区,昆山市,,,\n320583,昆山市,区县,苏州,,grid=华北,\n")
    assert codes == [] and [r.name for r in tree.ancestors("某园区")] == ["昆山市", "苏州", "江苏", "全国"]
    edition = extended(load("prov2011"), tree)
    assert (
        edition.attribute("region", "某园区", "grid") == "华北"
        and edition.attribute("region", "某园区", "n2o_zone") == "IV区"
    )


def test_a_region_named_again_keeps_its_place(tmp_path):
    tree, codes = own_regions(tmp_path, "320500,苏州,地级市,江苏,姑苏,climate=暖,\n")
    assert codes == [] and tree["苏州"].aliases == ("苏州市", "姑苏") and len(tree.regions) == len(built_in().regions)


def test_an_edition_without_these_regions_is_left_alone():
    mini = load(ROOT / "tests" / "data" / "mini_edition")
    assert extended(mini, built_in()) is mini
    # made once, so that look-ups are kept
    assert extended(load("prov2011"), built_in()) is extended(load("prov2011"), built_in())


def test_grown_leaves_the_given_tree_alone():
    before = dict(built_in().regions)
    grown(built_in(), [], Collector())
    assert built_in().regions == before


def test_templates_print_what_a_level_can_know():
    edition = load("prov2011")
    city, county, park = (set(for_level(edition, x).declared.quantities) for x in ("地级市", "区县", "园区"))
    everything = set(edition.declared.quantities)
    assert "electricity_from_outside" in city and "electricity_import" not in city and "survey_volume" not in city
    assert park < county < city < everything and "rice_area" in county and "rice_area" not in park
    assert "electricity_from_outside" not in for_level(edition, "省级").declared.quantities


def test_a_city_template_is_small_and_has_the_population(tmp_path):
    """What most cities do not have is printed on request only; population and GDP for the indicators stay."""
    edition = load("prov2011")
    small = set(for_level(edition, "地级市", ()).declared.quantities)
    whole = set(for_level(edition, "地级市").declared.quantities)
    assert {"resident_population", "gdp", "fuel_consumption", "electricity_from_outside"} <= small < whole
    assert whole - small == {q for r in on_request(edition, "地级市").values() for q in r.quantities} & whole
    assert "coal_output_underground" in for_level(edition, "地级市", ("coal",)).declared.quantities
    assert {q for r in on_request(edition, "园区").values() for q in r.quantities} <= set(edition.declared.quantities)
    full, narrow, mines = (tmp_path / f"{n}.xlsx" for n in ("full", "small", "mines"))
    write_level_template(edition, LevelTemplate("地级市", everything=True), full)
    write_level_template(edition, LevelTemplate("地级市"), narrow)
    write_level_template(edition, LevelTemplate("city", wanted=("煤矿",)), mines)
    sheets = [openpyxl.load_workbook(p, read_only=True).sheetnames for p in (full, narrow, mines)]
    assert len(sheets[1]) <= len(sheets[0]) - 6
    assert [any("煤炭开采" in name for name in names) for names in sheets] == [True, False, True]
    with pytest.raises(InventoryError, match="煤矿"):
        write_level_template(edition, LevelTemplate("地级市", wanted=("石油",)), narrow)


def test_levels_table_names_known_quantities_and_gives_reasons():
    edition = load("prov2011")
    with (edition.path / "levels.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    assert {r["quantity"] for r in rows} <= set(edition.declared.quantities)
    assert all(r["reason_zh"] and r["reason_en"] for r in rows)
    assert unknown_at(edition, "园区")["livestock"].reason["zh"]


def test_a_city_that_reports_what_it_cannot_know_is_warned(tmp_path):
    (tmp_path / "x.csv").write_text(f"{HEAD}南京,2010,M.3,grid=华东,electricity_import,1,亿kWh,测试,示例\n", "utf-8")
    from inventory.levels.knowable import unlikely_data

    assert [p.code for p in unlikely_data(read_levels([tmp_path]))] == ["levels.not_known_at"]
