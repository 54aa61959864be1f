"""The way of a report with each newer method: template printed, filled by its headings, read, reported, verified,
collected, set against the inventory; the mistakes of a clerk in one workbook; and a province with 200 reports."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from enterprise_forms import filled, months, own, process
from test_enterprise_verify import row_of, tampered

from inventory.core.problems import InventoryError
from inventory.enterprise.collect import collect
from inventory.enterprise.compute import Result, compute, compute_file
from inventory.enterprise.industries import default_edition
from inventory.enterprise.queries import query, set_status
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.reconcile import reconcile
from inventory.enterprise.reconcile_inputs import Inventory
from inventory.enterprise.report import write_report
from inventory.enterprise.standing import COUNTED, OLDER, standings
from inventory.enterprise.store import opened
from inventory.enterprise.verify import verify_file

DATA = Path(__file__).parent / "data" / "enterprise"
C = 44 / 12
VM = 22.4
PROFILE = {
    "企业名称": "示例厂",
    "统一社会信用代码": "91320000MA1MX0001X",
    "报告年度": "2015年",
    "省（区、市）": "江苏",
    "地市": "南京市",
    "编制日期": "2016-03-10",
    "数据性质": "示例",
}


def coal(amount: float, facility: str = "") -> list[dict[str, Any]]:
    return months(燃料品种="烟煤", 单位="t", 设施=facility or None, 计量消耗量=lambda m: amount + m)


def year(amount: float) -> float:
    return 12 * amount + 78


GAS = {"CH4": 85.0, "C2H6": 6.0, "C3H8": 2.0, "CO2": 3.0, "N2": 4.0}
BURNT_CARBON = (0.85 + 2 * 0.06 + 3 * 0.02) * 12 / VM * 10  # tC in 万Nm3 without CO2
ACID = "工艺=中压法；尾气处理=非选择性催化还原(NSCR)"


def components(source: str, quantity: str, first: str) -> list[dict[str, Any]]:
    return [process(source, quantity, v, "%", f"{first}；气体组分={c}") for c, v in GAS.items()]


# industry, sheets, source line, gas, t by hand, provincial line
WALKS: dict[str, tuple[str, dict[str, list[dict[str, Any]]], str, str, float, str]] = {
    "flare by composition": (
        "13",
        {
            "过程数据": [
                process("13-05", "火炬气流量（正常工况）", 186.0, "万Nm3", "序号=1"),
                *components("13-05", "火炬气组分体积浓度", "序号=1"),
            ]
        },
        "13-05",
        "CO2",
        186 * (BURNT_CARBON * 0.98 * C + 0.03 * 19.7),
        "",
    ),
    "fuel gas by composition": (
        "03",
        {
            "台账": months(燃料品种="天然气", 单位="万Nm3", 计量消耗量=lambda m: 100.0 + m),
            "过程数据": components("03-01", "气体燃料组分体积浓度", "燃料=天然气"),
        },
        "03-01",
        "CO2",
        1278 * (BURNT_CARBON + 0.03 * 12 / VM * 10) * 0.99 * C,
        "1.1.3.1",
    ),
    "waste fuels with a fossil share": (
        "01",
        {
            "台账": [
                *months(燃料品种="废轮胎", 单位="t", 计量消耗量=lambda m: 100.0 + m),
                *months(燃料品种="生活垃圾", 单位="t", 计量消耗量=lambda m: 900.0 + m),
            ],
            "自有参数": [
                own(p, f"燃料={f}", v, u)
                for f, ncv, cc in (("废轮胎", 31.4, 0.0232), ("生活垃圾", 7.0, 0.025))
                for p, v, u in (("低位发热量", ncv, "GJ/t"), ("单位热值含碳量", cc, "tC/GJ"), ("碳氧化率", 98.0, "%"))
            ],
            "过程数据": [
                process("01-01", "燃料化石碳比例", 80.0, "%", "燃料=废轮胎"),
                process("01-01", "燃料化石碳比例", 40.0, "%", "燃料=生活垃圾"),
            ],
        },
        "01-01",
        "CO2",
        (year(100) * 31.4 * 0.0232 * 0.8 + year(900) * 7.0 * 0.025 * 0.4) * 0.98 * C,
        "1.1.1.1",
    ),
    "own parameters by line": (
        "04",
        {
            "过程数据": [
                process("04-06", q, v, u, ACID, line)
                for line, output, usage in (("甲线", 20_000, 95.0), ("乙线", 10_000, 90.0))
                for q, v, u in (("硝酸产量", output, "t"), ("硝酸尾气处理设备使用率", usage, "%"))
            ],
            "自有参数": [
                own("硝酸N2O生成因子", f"工艺=中压法；生产线={line}", v, "kg N2O/t")
                for line, v in (("甲线", 7.9), ("乙线", 8.3))
            ],
        },
        "04-06",
        "N2O",
        20_000 * 0.0079 * (1 - 0.85 * 0.95) + 10_000 * 0.0083 * (1 - 0.85 * 0.9),
        "2.6",
    ),
    "ceramic utilisation": (
        "09",
        {
            "过程数据": [
                process("09-03", q, v, u, f"序号={n}")
                for n, amount, ca, mg in (("1", 60_000, 6.0, 1.0), ("2", 40_000, 4.0, 2.0))
                for q, v, u in (("陶瓷原料消耗量", amount, "t"), ("原料CaCO3含量", ca, "%"), ("原料MgCO3含量", mg, "%"))
            ],
            "自有参数": [own("原料利用率", f"序号={n}", v, "%") for n, v in (("1", 92.0), ("2", 88.0))],
        },
        "09-03",
        "CO2",
        60_000 * 0.92 * (0.440 * 0.06 + 0.524 * 0.01) + 40_000 * 0.88 * (0.440 * 0.04 + 0.524 * 0.02),
        "",
    ),
    "boilers": (
        "24",
        {
            "台账": [*coal(3000.0, "1号炉"), *coal(2000.0, "2号炉"), *coal(10.0, "食堂")],
            "自有参数": [
                own("低位发热量", "燃料=烟煤", 20.0, "GJ/t"),
                own("单位热值含碳量", "燃料=烟煤", 0.026, "tC/GJ"),
                own("碳氧化率", "燃料=烟煤；生产线=1号炉", 96.0, "%"),
                own("碳氧化率", "燃料=烟煤；生产线=2号炉", 91.0, "%"),
            ],
        },
        "24-01",
        "CO2",
        (year(3000) * 0.96 + year(2000) * 0.91 + year(10) * 0.93) * 20.0 * 0.026 * C,
        "",
    ),
    "mines": (
        "12",
        {
            "过程数据": [
                process("12-08", "露天开采原煤产量", 2e6, "t", line="东矿"),
                process("12-08", "露天开采原煤产量", 1e6, "t", line="西矿"),
            ],
            "自有参数": [own("原煤CH4逃逸排放因子", "生产线=东矿", 2.0, "kg CH4/t")],
        },
        "12-08",
        "CH4",
        2e6 * 0.002 + 1e6 * 0.00134,
        "",
    ),
    "concentration as laboratories write it": (
        "20",
        {
            "过程数据": [
                process("20-06", "厌氧处理废水量", 386_000, "m3", "处理方式=厌氧反应器"),
                process("20-06", "厌氧处理进口COD浓度", 8600, "mg/L", "处理方式=厌氧反应器"),
                process("20-06", "厌氧处理出口COD浓度", 0.9, "kg/m3", "处理方式=厌氧反应器"),
                process("20-06", "以污泥方式清除的COD", 182_000, "kg", "处理方式=厌氧反应器"),
                process("20-06", "废水处理甲烷回收量", 265_000, "kg", "处理方式=厌氧反应器"),
            ],
            "自有参数": [own("甲烷修正因子MCF", "处理方式=厌氧反应器", 0.7, "1")],
        },
        "20-06",
        "CH4",
        ((386_000 * (8.6 - 0.9) - 182_000) * 0.25 * 0.7 - 265_000) / 1000,
        "",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(WALKS))
def test_from_the_printed_template_to_the_reconciliation(name: str, tmp_path: Path) -> None:
    industry, sheets, source, gas, tonnes, line = WALKS[name]
    result = compute_file(filled(tmp_path / "填报.xlsx", industry, PROFILE, sheets))
    of = [t.mass_t for t in result.totals if t.source.id == source and t.gas == gas]
    assert of == pytest.approx([tonnes], rel=1e-9)
    (tmp_path / "in").mkdir()
    write_report(result, tmp_path / "in" / "报告.xlsx")
    v = verify_file(tmp_path / "in" / "报告.xlsx")
    assert v.total_recomputed == pytest.approx(v.total_filed) == pytest.approx(result.total(True))
    assert not [f.problem.text() for f in v.findings if f.grade in ("重大", "较大")]
    done = collect(tmp_path / "in", tmp_path / "c.db")
    assert (done.added, done.failed) == (1, ())
    inventory = {(line, gas): tonnes * 4} if line else {}
    against = reconcile(tmp_path / "c.db", 2015, default_edition(), Inventory(inventory))
    shown = {(c.label, c.gas): c for c in against.comparisons}
    rest = {(s, g): m for s, g, _, m, _ in against.unmatched}
    if line:
        assert shown[line, gas].reports_t == pytest.approx(tonnes) and shown[line, gas].coverage == pytest.approx(0.25)
    else:  # named with the provincial line it would go to, or with the reason why there is none
        assert any(c.gas == gas and c.reports_t == pytest.approx(tonnes) for c in against.comparisons) or rest


# ---- a clerk ----


SLIPS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "unit of another kind": ("台账", "C10", ("“L”", "密度")),
    "a month twice": ("台账", "E15", ("两行", "合并")),
    "a fuel misspelt": ("台账", "I16", ("天燃气", "天然气")),
    "steam without pressure": ("热力", "C4", ("温度", "压力")),
    "an approximate figure": ("电力", "D11", ("约1200", "结算单")),
    "an item without its name": ("自有参数", "B4", ("“烟煤”", "燃料=烟煤")),
    "a percentage of tonnes": ("过程数据", "F4", ("85%", "“t”")),
    "a missing concentration": ("", "", ("厌氧处理出口COD浓度", "过程数据")),
    "a month in 万": ("台账", "F8", ("5月", "万")),
    "power of a month in 万": ("电力", "D7", ("4月", "万")),
    "months left out": ("台账", "E4", ("7、9 月", "12个月")),
}


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    """One workbook of a paper mill with a clerk's eleven mistakes, and everything that is said of it."""
    ledger = months(燃料品种="烟煤", 单位="t", 期初库存=500, 购入量=lambda m: 5000 + 13 * m, 期末库存=500)
    ledger[4]["购入量"], ledger[6]["单位"] = "5065万", "L"
    ledger += [dict(ledger[2]), {"燃料品种": "天燃气", "月份": 1, "单位": "m3", "计量消耗量": 20_000}]
    del ledger[8]
    power = months(区域电网="华东", 供电方="供电公司", 购入电量=lambda m: 1200 + m, 单位="MWh")
    power[3]["购入电量"], power[5]["购入电量"], power[7]["购入电量"] = 0.1204, "１２０６", "约1200"
    treatment = "处理方式=厌氧反应器"
    data = [
        process("15-04", "石灰石原料消耗量（造纸）", "85%", "t"),
        process("15-05", "厌氧处理废水量", 386_000, "m3", treatment),
        process("15-05", "厌氧处理进口COD浓度", 8600, "mg/L", treatment),
    ]
    heat = [{"介质": "蒸汽", "供热方": "某热电", "数量": 1200, "单位": "吨", "温度（℃）": 180}]
    parameters = [own("碳氧化率", "烟煤", 95, "%"), own("甲烷修正因子MCF", treatment, 0.5, "1")]
    sheets = {"台账": ledger, "电力": power, "过程数据": data, "热力": heat, "自有参数": parameters}
    path = filled(tmp_path_factory.mktemp("clerk") / "填报.xlsx", "15", PROFILE, sheets)
    with pytest.raises(InventoryError) as caught:
        compute_file(path)
    return caught.value.problems


@pytest.mark.parametrize("name", list(SLIPS))
def test_every_slip_of_a_clerk_is_said_at_its_cell_all_at_once(name: str, slips: tuple[Any, ...]) -> None:
    sheet, cell, words = SLIPS[name]
    here = [p for p in slips if (p.origin.sheet, p.origin.cell) == (sheet, cell)]
    assert any(all(w in p.text() for w in words) for p in here), [p.text() for p in here or slips]
    assert all(p.part("what", "en") for p in here)


def test_nothing_else_is_called_an_error(slips: tuple[Any, ...]) -> None:
    errors = [p.text() for p in slips if p.severity == "error"]
    assert len(errors) == 8 and not any("factors.csv" in t or "choices.csv" in t for t in errors)


# ---- a province ----


@pytest.mark.slow
def test_a_province_collects_seventy_verifies_and_reconciles(tmp_path: Path) -> None:
    """70 reports of one textile mill's kind in 13 cities, enough for two processes; five with a fault each, two revisions, one file broken, one
    of another kind."""
    base, _ = read_enterprise(DATA / "textile_mill.toml")
    folder = tmp_path / "in"
    folder.mkdir()

    def report(n: int, scale: float, date: str = "2016-03-10") -> Result:
        p = dataclasses.replace(base.profile, name=f"示例印染{n:03d}", code="", city=f"示例市{n % 13}", date=date)
        readings = tuple(
            dataclasses.replace(
                r,
                **{
                    k: v * scale for k in ("opening", "purchased", "sold", "closing", "metered") if (v := getattr(r, k))
                },
            )
            for r in base.readings
        )
        return compute(dataclasses.replace(base, profile=p, readings=readings))

    totals = {}
    for n in range(70):
        result = report(n, 0.5 + n / 70)
        totals[n] = result.total(True)
        write_report(result, folder / f"{n:03d}.xlsx")
    for n in range(5):  # the total of 附表1 less a tenth

        def less(book: Any) -> None:
            sheet = book["附表1"]
            cell = sheet.cell(row_of(sheet, "排放总量"), 4)
            cell.value = cell.value * 0.9

        tampered(folder / f"{n:03d}.xlsx", folder / f"{n:03d}.xlsx", less)
    for n in (10, 11):
        revised = report(n, 2.0, "2016-04-20")
        totals[n] = revised.total(True)
        write_report(revised, folder / f"{n:03d}-修订.xlsx")
    (folder / "坏.xlsx").write_bytes((folder / "020.xlsx").read_bytes()[:5000])
    (folder / "说明.pdf").write_bytes(b"%PDF-1.4")
    db = tmp_path / "c.db"
    done = collect(folder, db, at="2016-05-01 09:00:00", workers=2)
    assert (done.added, len(done.failed), len(done.skipped), done.weighty) == (72, 1, 1, 5)
    heads, rows = query(db, ["year"])
    (whole,) = (dict(zip(heads, row, strict=True)) for row in rows)
    assert whole["排放量（tCO2e）"] == pytest.approx(
        sum(totals.values()), rel=1e-9
    )  # the revisions, not their originals
    with opened(db) as connection:
        severe = connection.execute("select count(distinct submission) from finding where code = 'verify.total'")
        assert severe.fetchone()[0] == 5
        states = list(standings(connection).of.values())
    assert (states.count(COUNTED), states.count(OLDER)) == (70, 2)
    again = collect(folder, db)
    assert (again.added, again.known) == (0, 72)
    set_status(db, 1, "接受", "复核通过", who="省级")
    against = reconcile(db, 2015, default_edition(), Inventory({("1.1.3.4", "CO2"): 1e8}))
    assert sum(c.reports_t for c in against.comparisons) > 0 and len({x.region for x in against.regions}) == 13
