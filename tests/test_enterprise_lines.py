"""Several kilns, potlines, pieces of equipment and months: rows with their own parameters, summed and shown, by hand;
and through report and verify."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import Result, compute
from inventory.enterprise.model import Enterprise, Equipment, OwnParameter, Process, Profile, Reading
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import verify_file


def made(industry: str, **tables: object) -> Result:
    return compute(Enterprise(profile=Profile(name="示例厂", industry=industry, year=2015, kind="示例"), **tables))  # type: ignore[arg-type]


def rows(source: str, *entries: tuple) -> tuple[Process, ...]:
    """(quantity, value, unit, line, month) as process data."""
    return tuple(Process(source, q, value, unit, line=line, month=month) for q, value, unit, line, month in entries)


def mass(result: Result, source: str, gas: str) -> float:
    return sum(t.mass_t for t in result.totals if t.source.id == source and t.gas == gas)


KILNS = rows(
    "08-05",
    ("熟料产量", 600_000, "t", "1号窑", None),
    ("熟料产量", 400_000, "t", "2号窑", None),
    ("熟料CaO含量", 65.4, "%", "1号窑", None),
    ("熟料CaO含量", 64.0, "%", "2号窑", None),
    ("熟料MgO含量", 1.9, "%", "", None),
)


def test_two_kilns_with_different_cao() -> None:
    result = made("08", process=KILNS)
    assert mass(result, "08-05", "CO2") == pytest.approx(
        600_000 * (0.654 * 0.7857 + 0.019 * 1.1) + 400_000 * (0.64 * 0.7857 + 0.019 * 1.1), rel=1e-12
    )
    assert [dict(x.item)["line"] for x in result.ledger.lines if x.category == "08-05"] == ["1号窑", "2号窑"]


def test_lines_go_through_report_and_verification(tmp_path: Path) -> None:
    write_report(made("08", process=KILNS), tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert v.total_filed == pytest.approx(v.total_recomputed) and {f.problem.code for f in v.findings} <= {
        "enterprise.no_code"
    }


def test_a_line_where_the_guideline_has_none_is_said() -> None:
    with pytest.raises(InventoryError) as caught:
        made("08", process=(*KILNS, Process("08-06", "生料数量", 1e6, "t", "配料=普通原料", line="1号窑")))
    assert "enterprise.no_lines" in {p.code for p in caught.value.problems}


def test_monthly_process_data_are_summed_or_weighted() -> None:
    output, cao = [10_000.0 + 500 * m for m in range(12)], [64.0 + 0.1 * m for m in range(12)]
    data = rows(
        "08-05",
        *(("熟料产量", v, "t", "", m) for m, v in enumerate(output, 1)),
        *(("熟料CaO含量", v, "%", "", m) for m, v in enumerate(cao, 1)),
        ("熟料MgO含量", 1.9, "%", "", None),
    )
    mean = sum(a * b for a, b in zip(output, cao, strict=True)) / sum(output) / 100
    assert mass(made("08", process=data), "08-05", "CO2") == pytest.approx(
        sum(output) * (mean * 0.7857 + 0.019 * 1.1), rel=1e-12
    )
    assert "enterprise.process_months" in {p.code for p in made("08", process=data[1:]).problems}


def test_two_potlines_by_anode_effect_minutes() -> None:
    """Slope method: output x AEM x 0.143 kg CF4/(t min); C2F6 a tenth of it; a potline without minutes is asked for."""
    data = rows("05-04", ("原铝产量", 60_000, "t", "一系列", None), ("原铝产量", 40_000, "t", "二系列", None))
    slope = rows(
        "05-05",
        ("每槽日阳极效应分钟数（AEM）", 0.4, "min", "一系列", None),
        ("每槽日阳极效应分钟数（AEM）", 0.9, "min", "二系列", None),
    )
    result = made("05", process=(*data, *slope))
    cf4 = (60_000 * 0.4 + 40_000 * 0.9) * 0.143 / 1000
    assert mass(result, "05-05", "CF4") == pytest.approx(cf4, rel=1e-12) and mass(
        result, "05-05", "C2F6"
    ) == pytest.approx(cf4 / 10, rel=1e-12)
    assert mass(made("05", process=data), "05-05", "CF4") == pytest.approx(100_000 * 0.034 / 1000, rel=1e-12)
    with pytest.raises(InventoryError):
        made("05", process=(*data, *slope[:1]))


def test_vented_methane_by_concentration_flow_and_hours() -> None:
    shafts = tuple(
        Process("12-06", q, v, u, f"序号={n}")
        for n, flow, share in (("1", 480_000.0, 0.32), ("2", 360_000.0, 0.21))
        for q, v, u in (
            ("风井风量（标准状况）", flow, "Nm3/h"),
            ("风井CH4浓度", share, "%"),
            ("风井运行小时数", 8760.0, "h"),
        )
    )
    wanted = 8760 * (480_000 * 0.0032 + 360_000 * 0.0021) / 1e4 * 7.17
    assert mass(made("12", process=shafts), "12-06", "CH4") == pytest.approx(wanted, rel=1e-12)


def test_equipment_one_by_one() -> None:
    grid = made(
        "02",
        equipment=(
            Equipment("修理", "甲站1号", "SF6", 182.5, 171.2),
            Equipment("修理", "甲站2号", "SF6", 96.4, 90.3),
            Equipment("退役", "乙站3号", "SF6", 58.6, 55.9),
        ),
    )
    assert mass(grid, "02-01", "SF6") == pytest.approx(0.0174) and mass(grid, "02-02", "SF6") == pytest.approx(0.0027)
    machines = made("18", equipment=(Equipment("充注", "冰箱", "HFC-134a", fillings=40_000),))
    assert mass(machines, "18-04", "HFC-134a") == pytest.approx(40_000 * 0.342 * 102.03 / 1e6)


def steelworks(*sold: tuple[str, float, str]) -> Enterprise:
    """An integrated works: cleaned coal bought, by-products sold."""
    coal = tuple(Reading("洗精煤", m, "t", purchased=100_000.0) for m in range(1, 13))
    out = tuple(Reading(fuel, m, unit, sold=amount) for fuel, amount, unit in sold for m in range(1, 13))
    return Enterprise(profile=Profile(name="示例钢铁", industry="03", year=2015, kind="示例"), readings=(*coal, *out))


def test_an_integrated_steelworks_sells_its_by_products_net() -> None:
    """Net outward fuels count negative, by the defaults of the steel guideline: tar 33.453 x 0.0220 x 98 %, coke-oven
    gas 173.540 x 0.0121 x 99 %."""
    result = compute(steelworks(("焦油", 7_000.0, "t"), ("焦炉煤气", 900.0, "万Nm3")))
    by_fuel = {dict(x.item)["fuel"]: x.mass_t for x in result.ledger.lines}
    assert by_fuel["焦油"] == pytest.approx(-84_000 * 33.453 * 0.0220 * 0.98 * 44 / 12, rel=1e-12)
    gas = next(t for t in result.ledger.tables if t.method.id == "fuel_combustion")
    row = next(r for r in range(len(gas.rows)) if "焦炉煤气" in gas.rows[r])
    ncv, cc, of = (float(gas.columns[n].values[row]) for n in ("ncv", "cc", "of"))
    assert by_fuel["焦炉煤气"] == pytest.approx(-10_800 * ncv * cc * of / 100 * 44 / 12, rel=1e-12)
    assert sum(p.code == "enterprise.net_sold" for p in result.problems) == 2


@pytest.mark.parametrize("industry", ["06", "16", "24"])
def test_other_works_with_a_carbonising_plant_sell_tar_net(industry: str, tmp_path: Path) -> None:
    """Magnesium with semi-coke, other non-ferrous metals, other industry: no carbon balance of their own, so
    by-products count net as the guideline's 净消耗量 says (reading of the term, unverified)."""
    e = steelworks(("焦油", 7_000.0, "t"))
    result = compute(dataclasses.replace(e, profile=dataclasses.replace(e.profile, industry=industry)))
    by_fuel = {dict(x.item)["fuel"]: x.mass_t for x in result.ledger.lines}
    assert by_fuel["焦油"] == pytest.approx(-84_000 * 33.453 * 0.0220 * 0.98 * 44 / 12, rel=1e-12)
    write_report(result, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert v.total_filed == pytest.approx(v.total_recomputed) == pytest.approx(result.total(True))


def test_a_coking_plant_has_its_by_products_in_the_carbon_balance() -> None:
    e = steelworks(("焦油", 7_000.0, "t"))
    with pytest.raises(InventoryError) as caught:
        compute(dataclasses.replace(e, profile=dataclasses.replace(e.profile, industry="11")))
    assert "enterprise.negative_consumption" in {p.code for p in caught.value.problems}


def test_sales_beyond_purchases_are_refused_where_the_guideline_has_no_net(tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as caught:
        compute(steelworks(("柴油", 10.0, "t")))
    assert "enterprise.negative_consumption" in {p.code for p in caught.value.problems}
    glass = dataclasses.replace(steelworks(("焦油", 10.0, "t")), profile=Profile(name="示例", industry="07", year=2015))
    with pytest.raises(InventoryError):
        compute(glass)


def test_an_integrated_report_verifies(tmp_path: Path) -> None:
    write_report(compute(steelworks(("焦油", 7_000.0, "t"))), tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert v.total_filed == pytest.approx(v.total_recomputed) and not [
        f for f in v.findings if f.grade in ("重大", "较大")
    ]


def test_own_parameters_of_one_kiln_stay_apart_from_defaults() -> None:
    own = OwnParameter("氧化物与CO2分子量比", "检测", 0.78, "t CO2/t", "氧化物=CaO", "甲", "", "2016-01-01")
    assert mass(made("08", process=KILNS, parameters=(own,)), "08-05", "CO2") < mass(
        made("08", process=KILNS), "08-05", "CO2"
    )
