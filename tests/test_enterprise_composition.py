"""Carbon from a gas's composition, fuels with a fossil share, purity and calcination by material, own parameters by
line: by hand, and through report and verification."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import Result, compute, compute_file
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.model import Enterprise, OwnParameter, Process, Profile, Reading
from inventory.enterprise.report import BIOMASS, write_report
from inventory.enterprise.tables import lists_of
from inventory.enterprise.template import write_template
from inventory.enterprise.verify import verify_file

VM = 22.4  # m3/kmol at 0 °C
GAS = {"CH4": 85.0, "C2H6": 6.0, "C3H8": 2.0, "CO2": 3.0, "N2": 4.0}
ATOMS = {"CH4": 1, "C2H6": 2, "C3H8": 3}
FLARED = 186.0  # 万Nm3


def made(industry: str, **tables: object) -> Result:
    profile = Profile(
        name="示例厂", code="91320000MA1MX0001X", industry=industry, year=2015, province="江苏", kind="示例"
    )
    return compute(Enterprise(profile=profile, **tables))  # type: ignore[arg-type]


def mass(result: Result, source: str, gas: str = "CO2") -> float:
    return sum(t.mass_t for t in result.totals if t.source.id == source and t.gas == gas)


def own(parameter: str, item: str, value: float, unit: str) -> OwnParameter:
    return OwnParameter(parameter, "检测", value, unit, item, "示例检测中心", "GB/T", "2016-01-18")


def proved(result: Result, folder: Path) -> None:
    """The filed report recomputes to the figures it was filed with, and nothing of weight is asked."""
    write_report(result, folder / "r.xlsx")
    v = verify_file(folder / "r.xlsx")
    assert v.total_filed == pytest.approx(result.total(True), rel=1e-12)
    assert v.total_recomputed == pytest.approx(result.total(True), rel=1e-12)
    assert not [f.problem.text() for f in v.findings if f.grade in ("重大", "较大")]


def components(source: str, quantity: str, first: str, gas: dict[str, float] = GAS) -> tuple[Process, ...]:
    return tuple(Process(source, quantity, v, "%", f"{first}；气体组分={c}") for c, v in gas.items())


def carbon_of(gas: dict[str, float]) -> float:
    """tC in 万Nm3 without CO2."""
    return sum(v / 100 * ATOMS.get(c, 0) * 12 / VM * 10 for c, v in gas.items())


def test_a_flare_from_its_composition(tmp_path: Path) -> None:
    flow = Process("13-05", "火炬气流量（正常工况）", FLARED, "万Nm3", "序号=1")
    result = made("13", process=(flow, *components("13-05", "火炬气组分体积浓度", "序号=1")))
    assert mass(result, "13-05") == pytest.approx(FLARED * (carbon_of(GAS) * 0.98 * 44 / 12 + 0.03 * 19.7), rel=1e-12)
    assert mass(result, "13-07", "CH4") == pytest.approx(FLARED * 0.85 * 0.02 * 7.17, rel=1e-12)
    proved(result, tmp_path)


def test_an_accident_flare_from_its_composition_beside_one_with_entered_carbon(tmp_path: Path) -> None:
    rate = tuple(Process("13-06", "事故火炬气流速度", v, "万Nm3/h", f"序号={n}") for n, v in ((1, 2.0), (2, 1.0)))
    hours = tuple(Process("13-06", "事故火炬持续时间", 5.0, "h", f"序号={n}") for n in (1, 2))
    entered = (
        Process("13-06", "火炬气除CO2外的总含碳量", 5.2, "tC/万Nm3", "序号=2"),
        Process("13-06", "火炬气CO2体积浓度", 1.0, "%", "序号=2"),
        Process("13-06", "火炬气CH4体积浓度", 90.0, "%", "序号=2"),
    )
    result = made("13", process=(*rate, *hours, *entered, *components("13-06", "火炬气组分体积浓度", "序号=1")))
    first = 10 * (carbon_of(GAS) * 0.98 * 44 / 12 + 0.03 * 19.7)
    second = 5 * (5.2 * 0.98 * 44 / 12 + 0.01 * 19.7)
    assert mass(result, "13-06") == pytest.approx(first + second, rel=1e-12)
    assert mass(result, "13-08", "CH4") == pytest.approx((10 * 0.85 + 5 * 0.9) * 0.02 * 7.17, rel=1e-12)
    proved(result, tmp_path)


@pytest.mark.parametrize(("industry", "source"), [("03", "03-01"), ("14", "14-01")])
def test_a_fuel_gas_from_its_composition(industry: str, source: str, tmp_path: Path) -> None:
    """Both report families; CO2 in the gas is carbon that is burnt with it."""
    burnt = tuple(Reading("天然气", m, "万Nm3", metered=100.0 + m) for m in range(1, 13))
    result = made(industry, readings=burnt, process=components(source, "气体燃料组分体积浓度", "燃料=天然气"))
    carbon = carbon_of(GAS) + 0.03 * 12 / VM * 10
    assert mass(result, source) == pytest.approx(1278 * carbon * 0.99 * 44 / 12, rel=1e-12)
    proved(result, tmp_path)


def test_components_that_do_not_add_up_are_said() -> None:
    short = {c: v for c, v in GAS.items() if c != "C2H6"}
    burnt = (Reading("天然气", 1, "万Nm3", metered=100.0),)

    with pytest.raises(InventoryError, match="100%"):
        made("03", readings=burnt, process=components("03-01", "气体燃料组分体积浓度", "燃料=天然气", short))


def test_three_waste_fuels_with_their_fossil_shares(tmp_path: Path) -> None:
    fuels = {
        "废轮胎": (100.0, 31.4, 0.0232, 80.0),
        "生活垃圾": (900.0, 7.0, 0.025, 40.0),
        "生物质燃料": (500.0, 15.0, 0.0275, 0.0),
    }
    readings = tuple(Reading(f, m, "t", metered=v[0]) for f, v in fuels.items() for m in range(1, 13))
    parameters = tuple(
        p
        for f, (_, ncv, cc, _) in fuels.items()
        for p in (
            own("低位发热量", f"燃料={f}", ncv, "GJ/t"),
            own("单位热值含碳量", f"燃料={f}", cc, "tC/GJ"),
            own("碳氧化率", f"燃料={f}", 98.0, "%"),
        )
    )
    shares = tuple(Process("01-01", "燃料化石碳比例", v[3], "%", f"燃料={f}") for f, v in fuels.items())
    result = made("01", readings=readings, parameters=parameters, process=shares)
    whole = {f: 12 * a * ncv * cc * 0.98 * 44 / 12 for f, (a, ncv, cc, _) in fuels.items()}
    fossil = sum(whole[f] * v[3] / 100 for f, v in fuels.items())
    assert mass(result, "01-01") == pytest.approx(fossil, rel=1e-12)
    proved(result, tmp_path)
    first = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)["附表1"]
    shown = {r[0].value: r[2].value for r in first.iter_rows()}
    assert shown[BIOMASS] == pytest.approx(sum(whole.values()) - fossil, rel=1e-9)


def test_calcination_and_utilisation_by_material(tmp_path: Path) -> None:
    glass = made(
        "07",
        process=(
            Process("07-05", "玻璃原料碳酸盐消耗量", 20_000, "t", "碳酸盐=CaCO3"),
            Process("07-05", "玻璃原料碳酸盐消耗量", 10_000, "t", "碳酸盐=Na2CO3"),
        ),
        parameters=(
            own("碳酸盐煅烧比例", "碳酸盐=CaCO3", 97.0, "%"),
            own("碳酸盐煅烧比例", "碳酸盐=Na2CO3", 99.0, "%"),
        ),
    )
    factors = {dict(f.keys)["carbonate"]: f.value for f in glass.ledger.factors if f.parameter == "carbonate_ef"}
    assert mass(glass, "07-05") == pytest.approx(
        20_000 * factors["CaCO3"] * 0.97 + 10_000 * factors["Na2CO3"] * 0.99, rel=1e-12
    )
    proved(glass, tmp_path)


def test_nitric_lines_with_their_own_factors(tmp_path: Path) -> None:
    item = "工艺=中压法；尾气处理=非选择性催化还原(NSCR)"
    result = made(
        "04",
        process=tuple(
            Process("04-06", q, v, u, item, line=line)
            for line, output, usage in (("甲线", 20_000, 95.0), ("乙线", 10_000, 90.0))
            for q, v, u in (("硝酸产量", output, "t"), ("硝酸尾气处理设备使用率", usage, "%"))
        ),
        parameters=(own("硝酸N2O生成因子", "工艺=中压法；生产线=甲线", 7.9, "kg N2O/t"),),
    )
    factors = {(f.parameter, dict(f.keys).get("line", "")): f.value for f in result.ledger.factors}
    removal = next(v for (p, _), v in factors.items() if p == "n2o_removal") / 100
    default = next(v for (p, line), v in factors.items() if p == "nitric_ef" and not line)
    assert mass(result, "04-06", "N2O") == pytest.approx(
        20_000 * 0.0079 * (1 - removal * 0.95) + 10_000 * default * (1 - removal * 0.9), rel=1e-12
    )
    proved(result, tmp_path)


def test_the_template_offers_them(tmp_path: Path) -> None:
    industry = find("13", default_edition())
    offered = lists_of(industry)
    assert {"火炬气组分体积浓度", "气体燃料组分体积浓度", "燃料化石碳比例"} <= set(offered["quantity"])
    assert {"序号=1；气体组分=C2H6"} <= set(offered["item"]) and {"废轮胎", "沼气"} <= set(offered["fuel"])
    write_template(tmp_path / "t.xlsx", industry)
    assert (tmp_path / "t.xlsx").exists()


def test_the_examples_are_unmoved_by_what_they_do_not_use() -> None:
    assert compute_file(Path(__file__).parent / "data" / "enterprise" / "oil_gas_field.toml").total(True) > 0
