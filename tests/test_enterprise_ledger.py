"""From monthly readings to annual data: balances, weighted means, steam, and every kind of bad input with a clear
answer."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.core.problems import Collector, InventoryError
from inventory.enterprise import fuels, steam
from inventory.enterprise.compute import compute, compute_file
from inventory.enterprise.evidence import with_hashes
from inventory.enterprise.industries import default_edition, find, industries
from inventory.enterprise.labs import lab_means
from inventory.enterprise.ledger import project_of
from inventory.enterprise.model import (
    Enterprise,
    Evidence,
    Facility,
    Heat,
    Lab,
    OwnParameter,
    Power,
    Process,
    Profile,
    Reading,
)
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.template import write_template

EXAMPLES = Path(__file__).parents[1] / "tests" / "data" / "enterprise"


def codes(problems: object) -> set[str]:
    return {p.code for p in problems}  # type: ignore[attr-defined]


def enterprise(industry: str = "03", **tables: object) -> Enterprise:
    return Enterprise(profile=Profile(name="示例厂", industry=industry, year=2015, kind="示例"), **tables)  # type: ignore[arg-type]


def fuel_years(rows: list, problems: Collector, outside: frozenset[str] = frozenset()) -> list:
    places = tuple(Facility(name, inside="否") for name in outside)
    return fuels.fuel_years(
        enterprise(readings=tuple(rows), facilities=places), find("03", default_edition()), problems
    )


def means(labs: list, years: list) -> tuple:
    return lab_means(enterprise(labs=tuple(labs)), years, (), find("03", default_edition()), Collector())


# ---- steam: verification values of the IAPWS-97 release ----


@pytest.mark.parametrize(
    ("pressure", "kelvin", "expected"),
    [
        (3.0, 300.0, 0.115331273e3),
        (80.0, 300.0, 0.184142828e3),
        (3.0, 500.0, 0.975542239e3),  # region 1
        (0.0035, 300.0, 0.254991145e4),
        (0.0035, 700.0, 0.333568375e4),
        (30.0, 700.0, 0.263149474e4),  # region 2
    ],
)
def test_enthalpy_agrees_with_the_release(pressure: float, kelvin: float, expected: float) -> None:
    assert steam.enthalpy(pressure, kelvin - 273.15) == pytest.approx(expected, rel=1e-8)


def test_saturation_agrees_with_the_release() -> None:
    assert steam.saturation_temperature(0.1) == pytest.approx(372.755919 - 273.15, abs=1e-5)
    assert steam.saturation_temperature(10.0) == pytest.approx(584.149488 - 273.15, abs=1e-5)


def test_saturated_steam_by_dryness() -> None:
    dry, wet, water = (steam.enthalpy(1.0, None, q) for q in (100, 90, 0))
    assert dry == pytest.approx(2777.1, abs=0.1) and water == pytest.approx(762.7, abs=0.1)
    assert wet == pytest.approx(water + 0.9 * (dry - water))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((1.0, 179.9, None), "saturated"),
        ((None, 250, None), "incomplete"),
        ((1.0, None, None), "incomplete"),
        ((250.0, 200, None), "pressure"),
        ((1.0, 900, None), "temperature"),
        ((1.0, None, 120), "quality"),
        ((1.0, 250, 95), "not_saturated"),
    ],
)
def test_impossible_states_are_told(arguments: tuple, code: str) -> None:
    with pytest.raises(steam.SteamError, match=f"^{code}$"):
        steam.enthalpy(*arguments)
    medium = Heat("蒸汽", "甲", 100, "t", arguments[1], arguments[0], arguments[2])
    problems = project_of(enterprise(heat=(medium,)), find("03", default_edition()))[1]
    assert codes(problems) == {f"enterprise.steam_{code}"}
    assert all("{" not in p.text(lang) for p in problems for lang in ("zh", "en"))


# ---- the ledger ----


def month(m: int, opening: float, bought: float, closing: float, **more: float) -> Reading:
    return Reading("烟煤", m, "t", "", opening, bought, more.get("sold"), closing, more.get("metered"))


def test_opening_plus_purchases_less_sales_less_closing() -> None:
    problems = Collector()
    rows = [month(m, 100 + m, 50, 101 + m, sold=5) for m in range(1, 13)]
    (year,) = fuel_years(rows, problems)
    assert year.value == 101 + 12 * 50 - 12 * 5 - 113
    assert sum(v for _, v in year.monthly) == pytest.approx(year.value)
    assert sum(t.amount for t in year.terms) == year.value
    assert not problems.reported


@given(st.permutations(list(range(12))))
def test_the_order_of_rows_makes_no_difference(order: list[int]) -> None:
    rows = [month(m, 10.5 * m, 33.25 + m, 10.5 * (m + 1)) for m in range(1, 13)]
    (a,) = fuel_years(rows, Collector())
    (b,) = fuel_years([rows[i] for i in order], Collector())
    assert a.value == b.value and a.monthly == b.monthly


def test_a_unit_is_converted_and_the_year_stays_the_same() -> None:
    rows = [month(m, 0, 50, 0) for m in range(1, 13)]
    other = [*rows[:6], *(dataclasses.replace(r, unit="kg", opening=0, purchased=50_000, closing=0) for r in rows[6:])]
    assert fuel_years(rows, Collector())[0].value == fuel_years(other, Collector())[0].value == 600


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([month(1, -5, 10, 0)], "enterprise.negative"),
        ([month(1, 0, 10, 40)], "enterprise.negative_consumption"),
        ([month(1, 0, 10, 5), month(2, 9, 10, 0)], "enterprise.stock_gap"),
        ([month(1, 0, 10, 0), month(1, 0, 12, 0)], "enterprise.month_twice"),
        ([month(1, 0, 100, 0, metered=80)], "enterprise.closure"),
        ([month(1, 0, 10, 0)], "enterprise.months_missing"),
        ([month(1, 0, 10, 0), dataclasses.replace(month(2, 0, 10, 0), unit="m3")], "enterprise.unit_mixed"),
    ],
)
def test_readings_that_cannot_be_right(rows: list[Reading], code: str) -> None:
    problems = Collector()
    fuel_years(rows, problems)
    assert code in codes(problems)


def test_what_is_used_outside_the_boundary_is_taken_off() -> None:
    rows = [month(m, 0, 100, 0) for m in range(1, 13)]
    rows += [Reading("烟煤", m, "t", "职工食堂", metered=2) for m in range(1, 13)] + [
        Reading("烟煤", m, "t", "锅炉", metered=98) for m in range(1, 13)
    ]
    problems = Collector()
    (year,) = fuel_years(rows, problems, frozenset({"职工食堂"}))
    assert year.value == 1176 and year.metered == 1176 and sum(t.amount for t in year.terms) == 1176
    assert codes(problems) == {"enterprise.outside"}
    (meters,) = fuel_years(rows[12:], Collector(), frozenset({"职工食堂"}))
    assert meters.value == 1176


def test_lab_means_are_weighted_by_consumption() -> None:
    rows = [month(1, 0, 300, 0), month(2, 0, 100, 0)]
    labs = [
        Lab("烟煤", 1, 20.0, "GJ/t", 50.0, "% C", "甲", "", "", "2015-02-01"),
        Lab("烟煤", 2, 24.0, "GJ/t", 62.0, "% C", "甲", "", "", "2015-03-01"),
    ]
    problems = Collector()
    factors, carbon = means(labs, fuel_years(rows, problems))
    by_name = {f.parameter: f.value for f in factors}
    assert by_name["fuel_ncv"] == pytest.approx((300 * 20 + 100 * 24) / 400)
    assert by_name["fuel_cc"] == pytest.approx((300 * 0.50 + 100 * 0.62) / (300 * 20 + 100 * 24))
    assert not carbon


def test_two_samples_of_a_month_count_once() -> None:
    rows = [month(1, 0, 100, 0), month(2, 0, 100, 0)]
    labs = [Lab("烟煤", 1, 20.0), Lab("烟煤", 1, 22.0), Lab("烟煤", 2, 30.0)]
    factors, _ = means(labs, fuel_years(rows, Collector()))
    assert factors[0].value == pytest.approx((21 + 30) / 2)


def test_carbon_without_a_calorific_value_goes_its_own_way() -> None:
    e = enterprise(
        "04",
        readings=(month(1, 0, 1000, 0),),
        labs=(Lab("烟煤", 1, None, "", 0.6, "tC/t", "甲", "", "", "2015-02-01"),),
    )
    result = compute(e)
    assert result.total(True) == pytest.approx(1000 * 0.6 * 0.93 * 44 / 12)


def test_oxidation_from_slag_and_ash_takes_the_coal_of_the_ledger() -> None:
    rows = [
        Process("01-01", q, v, u, "燃料=燃煤")
        for q, v, u in (
            ("炉渣产量", 4, "t"),
            ("炉渣含碳量", 3, "% C"),
            ("收集的飞灰量", 16, "t"),
            ("飞灰含碳量", 2, "% C"),
            ("除尘效率", 99.5, "%"),
        )
    ]
    own = (
        OwnParameter("低位发热量", "检测", 20.9, "GJ/t", "燃料=燃煤", "甲", "", "2015-01-01"),
        OwnParameter("单位热值含碳量", "检测", 0.0268, "tC/GJ", "燃料=燃煤", "甲", "", "2015-01-01"),
    )
    coal = tuple(dataclasses.replace(month(m, 0, 10, 0), fuel="燃煤") for m in range(1, 13))
    result = compute(enterprise("01", readings=coal, process=tuple(rows), parameters=own))
    carbon = 120 * 20.9 * 0.0268
    assert result.total(True) == pytest.approx((carbon - (4 * 0.03 + 16 * 0.02 / 0.995)) * 44 / 12)


def test_hot_water_and_steam_go_to_the_right_source() -> None:
    hot = Heat("热水", "甲", 1000, "t", 90)
    vapour = Heat("蒸汽", "甲", 1000, "t", 250, 1.0)
    steel = compute(enterprise("03", heat=(hot, vapour)))
    assert {t.source.id for t in steel.totals} == {"03-03"}
    coking = compute(enterprise("11", heat=(hot, vapour)))
    assert {t.source.id for t in coking.totals} == {"11-03", "11-04"}
    assert steel.total(True) == pytest.approx(coking.total(True))
    assert steel.total(True) == pytest.approx((1000 * 70 * 4.1868 + 1000 * (2943.222165 - 83.74)) / 1000 * 0.11)


def test_heat_sold_is_deducted() -> None:
    rows = (Heat("热量", "甲", 100, "GJ"), Heat("热量", "乙", 40, "GJ", sold="是"))
    assert compute(enterprise("03", heat=rows)).total(True) == pytest.approx(60 * 0.11)
    assert compute(enterprise("03", heat=rows[1:])).total(True) == pytest.approx(-40 * 0.11)


# ---- bad input of an enterprise ----

GAS = tuple(Reading("天然气", m, "万Nm3", "炉", metered=10) for m in range(1, 13))


@pytest.mark.parametrize(
    ("e", "code"),
    [
        (enterprise("02", readings=GAS), "enterprise.no_source"),
        (enterprise("09", heat=(Heat("热量", "甲", 1, "GJ"),)), "enterprise.no_source"),
        (enterprise("03", process=(Process("08-05", "熟料产量", 1, "t"),)), "enterprise.unknown_quantity"),
        (enterprise("03", process=(Process("03-04", "熔剂净消耗量", 1, "t", "石灰石"),)), "enterprise.item"),
        (
            enterprise(
                "03", readings=GAS, parameters=(OwnParameter("低位发热量", "缺省", 389.3, "GJ/万Nm3", "燃料=天然气"),)
            ),
            "enterprise.family_mixed",
        ),
        (
            enterprise(
                "03", readings=GAS, parameters=(OwnParameter("低位发热量", "缺省", 350, "GJ/万Nm3", "燃料=天然气"),)
            ),
            "enterprise.default_differs",
        ),
        (
            enterprise(
                "03", readings=GAS, parameters=(OwnParameter("低位发热量", "检测", None, "GJ/万Nm3", "燃料=天然气"),)
            ),
            "enterprise.no_value",
        ),
        (
            enterprise("03", readings=GAS, parameters=(OwnParameter("密度", "检测", 1, "kg", ""),)),
            "enterprise.unknown_parameter",
        ),
        (enterprise("03", power=(Power(1, "华东", "甲", -5),)), "enterprise.negative_value"),
        (enterprise("03", power=(Power(1, "华东", "甲", 5, unit="t"),)), "enterprise.unit_wrong"),
        (
            enterprise("03", readings=tuple(dataclasses.replace(r, unit="民国94年") for r in GAS)),
            "enterprise.unit_mixed",
        ),
        (
            enterprise(
                "03",
                readings=GAS,
                parameters=(
                    OwnParameter("单位热值含碳量", "检测", 15.3, "tC/GJ", "燃料=天然气", "甲", "", "2015-01-01"),
                ),
            ),
            "form.factor_bounds",
        ),
        (
            enterprise(
                "03",
                readings=GAS,
                parameters=(OwnParameter("碳氧化率", "检测", 0.99, "%", "燃料=天然气", "甲", "", "2015-01-01"),),
            ),
            "form.factor_bounds",
        ),
        (enterprise("03", power=(Power(1, "华东区", "甲", 5),)), "enterprise.grid_word"),
    ],
)
def test_bad_input_has_a_clear_answer(e: Enterprise, code: str) -> None:
    with pytest.raises(InventoryError) as caught:
        compute(e)
    assert code in codes(caught.value.problems)
    for p in caught.value.problems:
        assert p.part("what", "zh") and p.part("what", "en") and p.part("fix", "zh")


def test_gas_at_20_degrees_is_taken_to_0_degrees_and_said() -> None:
    at_20 = compute(enterprise("03", readings=tuple(dataclasses.replace(r, unit="万m3") for r in GAS)))
    assert at_20.total(False) == pytest.approx(
        compute(enterprise("03", readings=GAS)).total(False) * 273.15 / 293.15, rel=1e-12
    )
    assert "enterprise.gas_20c" in codes(at_20.problems)


def test_gas_that_looks_like_cubic_metres_is_asked_about() -> None:
    big = tuple(dataclasses.replace(r, metered=100_000) for r in GAS)
    assert "enterprise.big_gas" in codes(compute(enterprise("03", readings=big)).problems)
    assert "enterprise.big_gas" not in codes(compute(enterprise("03", readings=GAS)).problems)


def test_disputed_defaults_warn_with_their_candidates() -> None:
    water_gas = tuple(dataclasses.replace(r, fuel="水煤气") for r in GAS)
    found = [p for p in compute(enterprise("09", readings=water_gas)).problems if p.code == "enterprise.conflict"]
    assert len(found) == 1 and "104.54" in found[0].text() and "10.4" in found[0].text()
    aluminium = compute(enterprise("05", process=(Process("05-04", "原铝产量", 1000, "t"),)))
    assert any("0.034" in p.text() for p in aluminium.problems if p.code == "enterprise.conflict")


@pytest.mark.parametrize(("industry", "own", "other"), [("04", "0.0153", "0.0172"), ("03", "0.0172", "0.0153")])
def test_a_fuel_that_guidelines_print_differently_warns_with_the_other_figures(
    industry: str, own: str, other: str
) -> None:
    lng = tuple(dataclasses.replace(r, fuel="液化天然气", unit="t") for r in GAS)
    found = [
        p.text()
        for p in compute(enterprise(industry, readings=lng)).problems
        if p.code == "enterprise.printed_differently" and "含碳量" in p.text()
    ]
    assert (
        len(found) == 1
        and f"采用本行业指南的 {own} tC/GJ" in found[0]
        and f"候选：{other}（" in found[0]
        and "GB/T" not in found[0]
    )
    assert not [
        p for p in compute(enterprise(industry, readings=GAS)).problems if p.code == "enterprise.printed_differently"
    ]


def test_unknown_industry_names_the_near_ones() -> None:
    with pytest.raises(InventoryError) as caught:
        find("金融", default_edition())
    assert codes(caught.value.problems) == {"enterprise.unknown_industry"}
    assert (
        find("8", default_edition()).code
        == find("水泥", default_edition()).code
        == find("水泥生产企业", default_edition()).code
        == "08"
    )


# ---- reading back ----


def without_origin(rows: tuple) -> list:
    return [dataclasses.replace(r, origin=None) for r in rows]


@pytest.mark.parametrize("name", [p.stem for p in sorted(EXAMPLES.glob("*.toml"))])
def test_a_filled_template_reads_back_the_same(name: str, tmp_path: Path) -> None:
    e, problems = read_enterprise(EXAMPLES / f"{name}.toml")
    assert not problems
    write_template(tmp_path / "t.xlsx", find(e.profile.industry, default_edition()), e)
    again, problems = read_enterprise(tmp_path / "t.xlsx")
    assert not problems and again.profile == e.profile
    for field in dataclasses.fields(Enterprise):
        if field.name not in ("profile", "file"):
            assert without_origin(getattr(again, field.name)) == without_origin(getattr(e, field.name)), field.name
    assert compute(again).total(True) == compute_file(EXAMPLES / f"{name}.toml").total(True)


@pytest.mark.parametrize("code", [i.code for i in industries(default_edition()).values()])
def test_an_empty_template_asks_for_name_and_year_only(code: str, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", industries(default_edition())[code])
    _, problems = read_enterprise(tmp_path / "t.xlsx")
    assert [p.code for p in problems] == ["enterprise.profile_missing"] * 2


def test_templates_are_the_same_bytes(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx", industries(default_edition())["08"])
    write_template(tmp_path / "b.xlsx", industries(default_edition())["08"])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


# ---- evidence ----


def test_evidence_is_hashed_and_compared(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"bill")
    (tmp_path / "b.pdf").write_bytes(b"other")
    (tmp_path / "x.pdf").write_bytes(b"nobody named me")
    digest = hashlib.sha256(b"bill").hexdigest()
    e = enterprise(
        "03",
        evidence=(
            Evidence("a.pdf"),
            Evidence("a.pdf", sha256=digest.upper()),
            Evidence("b.pdf", sha256=digest),
            Evidence("c.pdf"),
        ),
    )
    made, problems = with_hashes(e, tmp_path)
    assert [x.sha256 for x in made.evidence] == [digest, digest, digest, ""]
    assert sorted(p.code for p in problems) == [
        "enterprise.evidence_changed",
        "enterprise.evidence_missing",
        "enterprise.evidence_unnamed",
    ]


def test_one_file_with_two_hashes_is_asked_about() -> None:
    from inventory.enterprise.model import Evidence

    def codes(second: str) -> set[str]:
        labs = (
            Lab(
                fuel="天然气",
                month=1,
                ncv=389.0,
                ncv_unit="GJ/万Nm3",
                lab="站",
                reported="2015-02-01",
                file="a.pdf",
                sha256="aa11",
            ),
        )
        e = dataclasses.replace(enterprise("04", readings=GAS, labs=labs), evidence=(Evidence("a.pdf", sha256=second),))
        return {p.code for p in compute(e).problems if p.code.startswith("enterprise.evidence")}

    assert codes("bb22") == {"enterprise.evidence_two_hashes"} and codes("AA11") == codes("") == set()
