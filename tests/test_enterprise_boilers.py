"""Boilers and mines with parameters of their own, and purity where the guideline's equation has none: by hand, and
through report and verification."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import Result, compute
from inventory.enterprise.model import Enterprise, Heat, Lab, OwnParameter, Power, Process, Profile, Reading
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import verify_file

C = 44 / 12
NCV, CC, OF = 19.57, 0.02618, 0.93  # 烟煤, family ndrc_a


def made(industry: str, **tables: object) -> Result:
    profile = Profile("示例厂", "91320000MA1MX0001X", industry, 2015, "江苏", kind="示例")
    return compute(Enterprise(profile=profile, **tables))  # type: ignore[arg-type]


def mass(result: Result, source: str, gas: str = "CO2") -> float:
    return sum(t.mass_t for t in result.totals if t.source.id == source and t.gas == gas)


def own(parameter: str, item: str, value: float, unit: str) -> OwnParameter:
    return OwnParameter(parameter, "检测", value, unit, item, "示例检测中心", "GB/T", "2016-01-18")


def proved(result: Result, folder: Path) -> None:
    """The filed report recomputes to what it was filed with, in either language; nothing of weight is asked."""
    for lang in ("zh", "en"):
        write_report(result, folder / f"{lang}.xlsx", lang)
        v = verify_file(folder / f"{lang}.xlsx")
        assert v.total_filed == pytest.approx(result.total(True), rel=1e-12)
        assert v.total_recomputed == pytest.approx(result.total(True), rel=1e-12)
        assert not [f.problem.text() for f in v.findings if f.grade in ("重大", "较大")]


def metered(fuel: str, *amounts: tuple[str, float]) -> tuple[Reading, ...]:
    return tuple(Reading(fuel, m, "t", facility=f, metered=a + m) for f, a in amounts for m in range(1, 13))


def year(amount: float) -> float:
    return 12 * amount + 78


@pytest.mark.parametrize("industry", ["03", "24"])
def test_two_boilers_with_their_own_oxidation_and_the_rest_by_default(industry: str, tmp_path: Path) -> None:
    """Both report families. 1号炉 and 2号炉 have measured oxidation, 食堂灶 none."""
    rows = metered("烟煤", ("1号炉", 3000.0), ("2号炉", 2000.0), ("食堂灶", 10.0))
    result = made(
        industry,
        readings=rows,
        parameters=(
            own("碳氧化率", "燃料=烟煤；生产线=1号炉", 96.0, "%"),
            own("碳氧化率", "燃料=烟煤；生产线=2号炉", 91.0, "%"),
            own("低位发热量", "燃料=烟煤", 20.0, "GJ/t"),
            own("单位热值含碳量", "燃料=烟煤", 0.026, "tC/GJ"),
        ),
    )
    burnt = year(3000) * 0.96 + year(2000) * 0.91 + year(10) * 0.93
    assert mass(result, f"{industry}-01") == pytest.approx(burnt * 20.0 * 0.026 * C, rel=1e-12)
    assert [dict(x.item)["line"] for x in result.ledger.lines] == ["1号炉", "2号炉", "其余"]
    proved(result, tmp_path)


def test_boilers_share_what_the_stock_taking_says(tmp_path: Path) -> None:
    """All meters belong to named boilers: the balance of the stock (60,300 t) is the year, shared by the meters."""
    stock = tuple(Reading("烟煤", m, "t", opening=500.0, purchased=5025.0, closing=500.0) for m in range(1, 13))
    result = made(
        "03",
        readings=(*stock, *metered("烟煤", ("1号炉", 3000.0), ("2号炉", 2000.0))),
        parameters=tuple(
            own("碳氧化率", f"燃料=烟煤；生产线={line}", of, "%") for line, of in (("1号炉", 96.0), ("2号炉", 91.0))
        ),
    )
    first, second = year(3000), year(2000)
    burnt = 60_300 * (first * 0.96 + second * 0.91) / (first + second)
    assert mass(result, "03-01") == pytest.approx(burnt * NCV * CC * C, rel=1e-12)
    proved(result, tmp_path)


def test_laboratory_results_of_a_boiler_hold_for_it(tmp_path: Path) -> None:
    """Units of a power plant with their own coal, slag and ash: each its own calorific value, carbon and oxidation."""
    units = {"1号机": (30_000.0, 21.0, 55.0, 9_000.0), "2号机": (20_000.0, 18.0, 48.0, 7_000.0)}
    labs = tuple(
        Lab("燃煤", m, ncv, "GJ/t", carbon, "% C", "示例检测中心", reported=f"2015-{m:02}-25", facility=line)
        for line, (_, ncv, carbon, _) in units.items()
        for m in range(1, 13)
    )
    ash = tuple(
        Process("01-01", q, v, u, "燃料=燃煤", line=line)
        for line, (_, _, _, slag) in units.items()
        for q, v, u in (("炉渣产量", slag, "t"), ("炉渣含碳量", 4.0, "% C"), ("收集的飞灰量", 4 * slag, "t"))
    )
    shared = tuple(
        Process("01-01", q, v, u, "燃料=燃煤") for q, v, u in (("飞灰含碳量", 2.0, "% C"), ("除尘效率", 99.5, "%"))
    )
    readings = metered("燃煤", *((line, v[0]) for line, v in units.items()))
    result = made("01", readings=readings, labs=labs, process=(*ash, *shared))
    carbon = {line: year(v[0]) * v[2] / 100 for line, v in units.items()}
    lost = {line: v[3] * 0.04 + 4 * v[3] * 0.02 / 0.995 for line, v in units.items()}
    assert mass(result, "01-01") == pytest.approx(sum(carbon[x] - lost[x] for x in units) * C, rel=1e-12)
    proved(result, tmp_path)


def test_a_boiler_without_a_meter_is_asked_for() -> None:
    with pytest.raises(InventoryError) as caught:
        made(
            "03",
            readings=metered("烟煤", ("1号炉", 3000.0)),
            parameters=(own("碳氧化率", "燃料=烟煤；生产线=3号炉", 96.0, "%"),),
        )
    (p,) = [p for p in caught.value.problems if p.code == "enterprise.boiler_unmetered"]
    assert "3号炉" in p.text() and "计量消耗量" in p.text() and "ledger" in p.text("en")


def test_boilers_beyond_the_stock_are_set_off_and_said() -> None:
    stock = tuple(Reading("烟煤", m, "t", opening=0.0, purchased=4000.0, closing=0.0) for m in range(1, 13))
    rows = (*stock, *metered("烟煤", ("1号炉", 4100.0), ("食堂灶", 1.0)))
    result = made("03", readings=rows, parameters=(own("碳氧化率", "燃料=烟煤；生产线=1号炉", 96.0, "%"),))
    rest = 48_000 - year(4100)
    assert mass(result, "03-01") == pytest.approx((year(4100) * 0.96 + rest * OF) * NCV * CC * C, rel=1e-12)
    assert "enterprise.boilers_exceed" in {p.code for p in result.problems}


def test_mines_with_their_own_methane_factors(tmp_path: Path) -> None:
    result = made(
        "12",
        process=(
            Process("12-08", "露天开采原煤产量", 2e6, "t", line="东矿"),
            Process("12-08", "露天开采原煤产量", 1e6, "t", line="西矿"),
            Process("12-09", "矿后活动原煤产量", 2e6, "t", "矿井类型=露天煤矿 矿后活动", line="东矿"),
            Process("12-09", "矿后活动原煤产量", 1e6, "t", "矿井类型=露天煤矿 矿后活动", line="西矿"),
            Process("12-05", "瓦斯火炬燃烧量", 100.0, "万Nm3", line="东矿"),
            Process("12-05", "瓦斯火炬燃烧量", 50.0, "万Nm3", line="西矿"),
            Process("12-05", "瓦斯中除CO2外的总含碳量", 2.1, "tC/万Nm3", line="东矿"),
            Process("12-05", "瓦斯中除CO2外的总含碳量", 1.7, "tC/万Nm3", line="西矿"),
        ),
        parameters=(
            own("原煤CH4逃逸排放因子", "生产线=东矿；矿井类型=露天煤矿", 2.0, "kg CH4/t"),
            own("火炬燃烧碳氧化率", "生产线=西矿", 97.0, "%"),
        ),
    )
    assert mass(result, "12-08", "CH4") == pytest.approx(2e6 * 0.002 + 1e6 * 0.00134, rel=1e-12)
    assert mass(result, "12-09", "CH4") == pytest.approx(3e6 * 0.00034, rel=1e-12)
    assert mass(result, "12-05") == pytest.approx((100 * 2.1 * 0.98 + 50 * 1.7 * 0.97) * C, rel=1e-12)
    proved(result, tmp_path)


def test_purity_where_the_equation_has_none(tmp_path: Path) -> None:
    """20-04: AD × EF; a purity is taken where one is entered, 100 % (as the guideline's equation) where none is."""
    used = (
        Process("20-04", "碳酸盐消耗量（不计纯度）", 300.0, "t", "碳酸盐=CaCO3"),
        Process("20-04", "碳酸盐消耗量（不计纯度）", 200.0, "t", "碳酸盐=Na2CO3"),
    )
    pure = made("20", process=used)
    factors = {dict(f.keys)["carbonate"]: f.value for f in pure.ledger.factors if f.parameter == "carbonate_ef"}
    assert mass(pure, "20-04") == pytest.approx(300 * factors["CaCO3"] + 200 * factors["Na2CO3"], rel=1e-12)
    mixed = made("20", process=(*used, Process("20-04", "碳酸盐纯度", 95.0, "%", "碳酸盐=CaCO3")))
    assert mass(mixed, "20-04") == pytest.approx(300 * factors["CaCO3"] * 0.95 + 200 * factors["Na2CO3"], rel=1e-12)
    proved(mixed, tmp_path)


def test_ceramic_utilisation_by_material(tmp_path: Path) -> None:
    clays = {"1": (60_000.0, 6.0, 1.0, 92.0), "2": (40_000.0, 4.0, 2.0, 88.0)}
    result = made(
        "09",
        process=tuple(
            Process("09-03", q, v, u, f"序号={n}")
            for n, (amount, ca, mg, _) in clays.items()
            for q, v, u in (("陶瓷原料消耗量", amount, "t"), ("原料CaCO3含量", ca, "%"), ("原料MgCO3含量", mg, "%"))
        ),
        parameters=tuple(own("原料利用率", f"序号={n}", v[3], "%") for n, v in clays.items()),
    )
    factors = {dict(f.keys)["carbonate"]: f.value for f in result.ledger.factors if f.parameter == "carbonate_ef"}
    expected = sum(
        a * used / 100 * (factors["CaCO3"] * ca + factors["MgCO3"] * mg) / 100 for a, ca, mg, used in clays.values()
    )
    assert mass(result, "09-03") == pytest.approx(expected, rel=1e-12)
    proved(result, tmp_path)


def test_buildings_as_rows_with_their_own_parameters_and_meters(tmp_path: Path) -> None:
    """Guideline 21 (public buildings): 甲楼 has a measured heating value of its gas, 乙楼 the default; power and heat of each
    by its meter (east grid 2012: 0.7035 kg/kWh; 0.11 t/GJ)."""
    months = range(1, 13)
    result = made(
        "21",
        readings=tuple(
            Reading("天然气", m, "万Nm3", facility=f, metered=a)
            for f, a in (("甲楼", 2.0), ("乙楼", 3.0))
            for m in months
        ),
        power=tuple(
            Power(m, grid, f, a) for f, grid, a in (("甲楼", "华东", 100.0), ("乙楼", "华东", 50.0)) for m in months
        ),
        heat=(Heat("热量", "甲楼", 4_000.0, "GJ"), Heat("热量", "乙楼", 1_500.0, "GJ")),
        parameters=(own("低位发热量", "燃料=天然气；生产线=甲楼", 380.0, "GJ/万Nm3"),),
    )
    gas = {"甲楼": 24 * 380.0 * 0.0153 * 0.99 * C, "其余": 36 * 389.31 * 0.0153 * 0.99 * C}
    rows = {dict(x.item).get("line"): x.mass_t for x in result.ledger.lines if x.category == "21-01"}
    assert rows == {line: pytest.approx(mass_t, rel=1e-12) for line, mass_t in gas.items()}
    power, heat = 1_800 * 0.7035, 5_500 * 0.11
    assert mass(result, "21-02") == pytest.approx(power, rel=1e-12)
    assert mass(result, "21-03") == pytest.approx(heat, rel=1e-12)
    assert result.total(True) == pytest.approx(sum(gas.values()) + power + heat, rel=1e-12)
    proved(result, tmp_path)
