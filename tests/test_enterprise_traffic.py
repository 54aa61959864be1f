"""Civil aviation with its flights apart, land transport by turnover and distance: from the sheets to the report, its
verification and the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import Result, compute
from inventory.enterprise.fuel_amounts import fuel_amounts
from inventory.enterprise.model import Enterprise, Lab, Process, Profile, Reading
from inventory.enterprise.report import plan_report, write_report
from inventory.enterprise.verify import verify_file

JET = 44.1 * 0.0195 * 44 / 12  # t CO2 per t of jet fuel, all carbon oxidised
QUIET = {"enterprise.no_code", "enterprise.code_length", "enterprise.family_unconfirmed", "enterprise.flights_rest"}


def airline(*readings: Reading, labs: tuple[Lab, ...] = ()) -> Enterprise:
    return Enterprise(
        profile=Profile(name="示例航空", code="SLHK", industry="10", year=2015, kind="示例"),
        readings=readings,
        labs=labs,
    )


def flights(domestic: float, abroad: float) -> tuple[Reading, ...]:
    return tuple(
        Reading("航空煤油", m, "t", name, metered=amount)
        for m in range(1, 13)
        for name, amount in (("国内航班", domestic), ("国际航班", abroad))
    )


def stock(opening: float, purchased: float, closing: float) -> tuple[Reading, ...]:
    return tuple(
        Reading("航空煤油", m, "t", opening=opening, purchased=purchased, closing=closing) for m in range(1, 13)
    )


def masses(result: Result) -> dict[str, float]:
    return {dict(x.item).get("flight", ""): x.mass_t for x in result.ledger.lines}


def test_metered_flights_are_lines_of_their_own() -> None:
    result = compute(
        airline(*flights(1000, 500), *(Reading("航空煤油", m, "t", "地面保障", metered=2) for m in range(1, 13)))
    )
    assert masses(result) == pytest.approx({"国内": 12_000 * JET, "国际": 6_000 * JET, "": 24 * JET})
    hint = next(p for p in result.problems if p.code == "enterprise.flights_rest")
    assert "18,000" in hint.text() and "其余 24 t" in hint.text()


def test_with_a_stock_the_flights_and_the_rest_add_up_to_the_balance() -> None:
    result = compute(airline(*stock(300, 1510, 300), *flights(1000, 500)))
    assert masses(result) == pytest.approx({"国内": 12_000 * JET, "国际": 6_000 * JET, "": 120 * JET})
    assert result.total(True) == pytest.approx(18_120 * JET)


def test_flights_beyond_the_balance_are_told_and_set_off() -> None:
    result = compute(airline(*stock(300, 1495, 300), *flights(1000, 500)))
    assert masses(result)[""] == pytest.approx(-60 * JET) and result.total(True) == pytest.approx(17_940 * JET)
    assert "enterprise.flights_exceed" in {p.code for p in result.problems}


def test_flights_alone_leave_no_rest() -> None:
    result = compute(airline(*flights(1000, 500)))
    assert set(masses(result)) == {"国内", "国际"} and not {p.code for p in result.problems} & {
        "enterprise.flights_rest",
        "enterprise.flights_exceed",
    }


def test_measured_carbon_with_flights_apart_is_refused_in_words() -> None:
    labs = tuple(
        Lab(
            fuel="航空煤油",
            month=m,
            carbon=0.86,
            carbon_unit="tC/t",
            lab="示例检测",
            method="方法",
            sampled=f"2015-{m:02}-10",
            reported=f"2015-{m:02}-20",
        )
        for m in range(1, 13)
    )
    with pytest.raises(InventoryError) as caught:
        compute(airline(*flights(1000, 500), labs=labs))
    assert "enterprise.flights_carbon" in {p.code for p in caught.value.problems}


def test_another_industry_takes_such_facilities_as_names_only() -> None:
    e = airline(*(Reading("柴油", m, "t", "国内航班", metered=1) for m in range(1, 13)))
    e = Enterprise(profile=Profile(name="示例", industry="22", year=2015), readings=e.readings)
    assert masses(compute(e)) == pytest.approx({"": 12 * 43.33 * 0.0202 * 0.98 * 44 / 12})


def test_the_airline_report_shows_flights_and_verifies(tmp_path: Path) -> None:
    result = compute(airline(*stock(300, 1510, 300), *flights(1000, 500)))
    first = plan_report(result).sheets["附表1"]
    shown = {
        c.value: first.cells[row, 2] for (row, col), c in first.cells.items() if col == 0 and "航班" in str(c.value)
    }
    assert {k: v.value for k, v in shown.items()} == pytest.approx(
        {"其中：国内航班燃料燃烧": 12_000 * JET, "其中：国际航班燃料燃烧": 6_000 * JET}
    )
    assert all(str(v.formula).startswith("=SUM(") for v in shown.values())
    write_report(result, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert {f.problem.code for f in v.findings} <= {*QUIET, "screen.same_months"}, [
        f.problem.text() for f in v.findings
    ]
    assert v.filed is not None
    assert sorted(a for _, a, _ in fuel_amounts(v.filed.data)) == pytest.approx([120, 6_000, 12_000])


def test_a_flight_figure_that_left_the_ledger_is_found(tmp_path: Path) -> None:
    import openpyxl

    write_report(compute(airline(*flights(1000, 500))), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cell = next(c for row in book["附表2"].iter_rows() for c in row if c.value == 6000)
    cell.value = 600
    book.save(tmp_path / "r.xlsx")
    assert "verify.ledger" in {f.problem.code for f in verify_file(tmp_path / "r.xlsx").findings}


def transport(*rows: tuple[str, str, float, str]) -> Enterprise:
    return Enterprise(
        profile=Profile(name="示例运输", industry="22", year=2015, kind="示例"),
        process=tuple(
            Process(source="22-01", quantity=quantity, item=item, value=value, unit=unit)
            for quantity, item, value, unit in rows
        ),
    )


TRAFFIC = (
    ("运输周转量", "燃料=柴油；运输类别=货运", 12000, "万t·km"),
    ("单位周转量能耗", "燃料=柴油；运输类别=货运", 2.5, "kg/(百t·km)"),
    ("车队行驶里程", "燃料=天然气；车型=重型车", 300, "万km"),
    ("单位行驶里程能耗", "燃料=天然气；车型=重型车", 40, "Nm3/百km"),
)


def test_traffic_gives_fuel_and_emission(tmp_path: Path) -> None:
    result = compute(transport(*TRAFFIC))
    diesel, gas = 3000 * 43.33 * 0.0202 * 0.98 * 44 / 12, 120 * 389.31 * 0.0153 * 0.99 * 44 / 12
    assert result.total(True) == pytest.approx(diesel + gas)
    write_report(result, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert {f.problem.code for f in v.findings} <= QUIET, [f.problem.text() for f in v.findings]
    assert v.filed is not None
    assert sorted((unit, round(a, 9)) for _, a, unit in fuel_amounts(v.filed.data)) == [("t", 3000), ("万Nm3", 120)]


def test_traffic_without_its_rate_is_asked_for() -> None:
    with pytest.raises(InventoryError) as caught:
        compute(transport(TRAFFIC[0]))
    assert any("单位周转量能耗" in p.text() for p in caught.value.problems)
