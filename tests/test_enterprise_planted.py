"""Planted faults: each is put into a clean example (before filing, or into the filed workbook) and `verify` must find
it, with its cause and, where it moves the total, its size in tonnes.

`TONNES` holds every size, worked out by hand from the data of the example and the printed defaults: t CO2e that the
fault adds (positive) or hides (negative) against what the figure should probably be; 0 where it moves nothing. Faults
that only leave a pattern have no size (`PATTERNS`)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_enterprise_verify import fuel_cell, row_of, tampered

from inventory.enterprise.compute import compute, compute_file
from inventory.enterprise.model import Answer, Enterprise, Heat, Lab, OwnParameter
from inventory.enterprise.read import read_enterprise
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import Verified, verify_file

DATA = Path(__file__).parent / "data" / "enterprise"
LOOSE = 0.34
C = 44 / 12
# 烟煤 of the textile mill by month, t: opening + purchases - closing
TEXTILE = (2927.6, 3321.5, 3268.3, 3279.3, 3108.3, 3272.0, 3368.0, 3157.3, 3318.0, 3069.6, 3272.3, 3267.9)
COAL = 19.57 * 0.02618 * 0.93 * C  # t CO2/t, 烟煤 of the cement works
GAS = 389.31 * 0.0153 * 0.99 * C  # t CO2/万Nm3, families a and c
STEEL_COAL = 640_000.0 * 20.304 * 0.02749 * 0.94 * C  # 无烟煤 of the steelworks
KCAL = sum((5050 + 7 * m) * x for m, x in enumerate(TEXTILE, 1)) / 1e6 * 0.02618 * 0.93 * C * 1000
TONNES: dict[str, float] = {
    "千卡当千焦": KCAL * (1 - 4.1868),
    "天然气热值差十倍": 1850.01 * GAS * (0.1 - 1),
    "含碳量按CO2填": 1850.01 * GAS * (C - 1),
    "氧化率62%": 204_999.9 * COAL * (62 - 93) / 93,
    "CaO按小数填": (1_461_446 + 310) * 0.7857 * (0.00654 - 0.654),
    "台账缺一个月": -(204_999.9 - 19_218.9) * COAL / 11 - (180.01 - 13.56) / 11 * 42.652 * 0.0202 * 0.98 * C,
    "库存不相接": -0.4 * 5528.1 * COAL,
    "购电一个月差一万倍": 3264.4 * (1e-4 - 1) * 0.7035,
    "用气一个月差千倍": 574.96 * 999 * 389.3 * 0.0153 * 0.99 * C,
    "产量一个月差百倍": 0.0,
    "电网与省份不符": 1_500_000 * (0.6671 - 0.7035),
    "自备电厂的热当外购": 300_000 * (95 - 20) * 4.1868 / 1000 * 0.11,
    "同一批气既作燃料又作原料": 21_400 * GAS,
    "报告早于采样": 0.0,
    "全部报告同一天": 0.0,
    "产量与用电不相称": 0.0,
    "化验没有机构": 0.0,
    "热值与元素不符": 0.0,  # the carbon is measured by mass: the heat cancels
    "信用代码校验位": 0.0,
    "附表1漏乘44/12": 9309.96 * (12 / 44 - 1),
    "附表1合计少加一行": -0.1 * 2_403_504.88,
    "别的参数表的缺省值": STEEL_COAL * (24.515 / 20.304 - 1),
    "别的电网的因子": 1_500_000 * (0.8843 - 0.7035),
    "附表2与台账不符": (99_999.0 - 180.01) * 42.652 * 0.0202 * 0.98 * C,
    "氧化率填成小数": STEEL_COAL * (0.01 - 1),
    "缺省值冒充检测": 0.0,
    "数写成汉字": -STEEL_COAL,
    "负的含碳量": -2 * STEEL_COAL,
}
# nothing says what the figures should be: a pattern is asked about, or the size is the widest it could be
PATTERNS = {"化验缺三个月", "化验逐月相同", "十二个月同一个数", "碳高而热值不高"}


def rows(
    e: Enterprise, table: str, change: Callable[[Any], Any], when: Callable[[Any], bool] = lambda r: True
) -> Enterprise:
    return dataclasses.replace(e, **{table: tuple(change(r) if when(r) else r for r in getattr(e, table))})


def times(
    e: Enterprise, table: str, field: str, factor: float, when: Callable[[Any], bool] = lambda r: True
) -> Enterprise:
    return rows(
        e,
        table,
        lambda r: dataclasses.replace(r, **{field: getattr(r, field) * factor}),
        lambda r: getattr(r, field) is not None and when(r),
    )


def own(parameter: str, item: str, value: float, unit: str) -> Callable[[Enterprise], Enterprise]:
    row = OwnParameter(parameter, "检测", value, unit, item, "示例检测中心", "GB/T", "2016-01-18")
    return lambda e: dataclasses.replace(e, parameters=(*(p for p in e.parameters if p.parameter != parameter), row))


def first(e: Enterprise, table: str, field: str, month: int) -> Any:
    return next(r for r in getattr(e, table) if r.month == month and getattr(r, field))


def in_month(table: str, field: str, month: int, factor: float) -> Callable[[Enterprise], Enterprise]:
    def change(e: Enterprise) -> Enterprise:
        row = first(e, table, field, month)
        return times(e, table, field, factor, lambda r: r is row)

    return change


def without(table: str, month: int) -> Callable[[Enterprise], Enterprise]:
    return lambda e: dataclasses.replace(e, **{table: tuple(r for r in getattr(e, table) if r.month != month)})


OWN_HEAT = Heat("热水", "本厂自备电厂", 300_000.0, "t", 95.0)


def cao_as_fraction(e: Enterprise) -> Enterprise:
    kept = dataclasses.replace(e, process=tuple(r for r in e.process if "非碳酸盐来源CaO" not in r.quantity))
    return rows(kept, "process", lambda r: dataclasses.replace(r, value=0.654), lambda r: r.quantity == "熟料CaO含量")


def gas_twice(e: Enterprise) -> Enterprise:
    """The gas of the ledger made as much as the gas entered as feedstock."""
    feed = next(r.value for r in e.process if "天然气" in r.item)
    field = "metered" if any(r.metered for r in e.readings if r.fuel == "天然气") else "purchased"
    burnt = sum(getattr(r, field) or 0.0 for r in e.readings if r.fuel == "天然气")
    return times(e, "readings", field, feed / burnt, lambda r: r.fuel == "天然气")


# example, what is done to the data, code of the finding, words of its cause, whether its size is the true one
BEFORE_FILING: dict[str, tuple[str, Callable[[Enterprise], Enterprise], str, str, bool]] = {
    "千卡当千焦": (
        "textile_mill",
        lambda e: dataclasses.replace(
            e,
            labs=tuple(
                Lab("烟煤", m, 5050.0 + 7 * m, "kJ/kg", lab="示例检测中心", reported=(f"2015-{m:02}-25"))
                for m in range(1, 13)
            ),
        ),
        "check.range_cause",
        "千卡",
        False,
    ),
    "天然气热值差十倍": (
        "steelworks",
        own("低位发热量", "燃料=天然气", 38.931, "GJ/万Nm3"),
        "check.range_cause",
        "10",
        True,
    ),
    "含碳量按CO2填": (
        "steelworks",
        own("单位热值含碳量", "燃料=天然气", 0.0153 * 44 / 12, "tC/GJ"),
        "check.range_cause",
        "CO2",
        True,
    ),
    "氧化率62%": ("cement_works", own("碳氧化率", "燃料=烟煤", 62, "%"), "check.range", "超出", False),
    "CaO按小数填": ("cement_works", lambda e: cao_as_fraction(e), "form.data_unusual", "通常范围", True),
    "台账缺一个月": ("cement_works", without("readings", 8), "enterprise.months_missing", "8", False),
    "化验缺三个月": (
        "power_plant",
        lambda e: dataclasses.replace(e, labs=tuple(r for r in e.labs if r.month not in (5, 6, 9))),
        "enterprise.lab_months",
        "5、6、9",
        False,
    ),
    "库存不相接": (
        "cement_works",
        lambda e: times(e, "readings", "opening", 0.6, lambda r: r.month == 6),
        "enterprise.stock_gap",
        "不相接",
        False,
    ),
    "购电一个月差一万倍": ("glass_works", in_month("power", "purchased", 3, 1e-4), "check.month_cause", "万", True),
    "用气一个月差千倍": ("glass_works", in_month("readings", "metered", 5, 1000.0), "check.month_cause", "", True),
    "产量一个月差百倍": ("magnesium_works", in_month("production", "output", 4, 0.01), "check.month_cause", "", False),
    "电网与省份不符": (
        "steelworks",
        lambda e: rows(e, "power", lambda r: dataclasses.replace(r, grid="西北")),
        "check.grid",
        "华东",
        True,
    ),
    "自备电厂的热当外购": (
        "chemical_plant",
        lambda e: dataclasses.replace(e, heat=(*e.heat, OWN_HEAT)),
        "check.own_plant",
        "自备",
        True,
    ),
    "同一批气既作燃料又作原料": ("chemical_plant", lambda e: gas_twice(e), "check.fuel_and_feedstock", "两次", False),
    "化验逐月相同": (
        "power_plant",
        lambda e: rows(e, "labs", lambda r: dataclasses.replace(r, ncv=20.9, carbon=55.1)),
        "screen.lab_repeated",
        "12个月",
        False,
    ),
    "报告早于采样": (
        "power_plant",
        lambda e: rows(e, "labs", lambda r: dataclasses.replace(r, reported="2015-01-01"), lambda r: r.month == 7),
        "screen.date_order",
        "",
        False,
    ),
    "全部报告同一天": (
        "power_plant",
        lambda e: rows(e, "labs", lambda r: dataclasses.replace(r, reported="2016-01-20")),
        "screen.date_same",
        "",
        False,
    ),
    "十二个月同一个数": (
        "glass_works",
        lambda e: rows(e, "power", lambda r: dataclasses.replace(r, purchased=3205.0)),
        "screen.same_months",
        "3205",
        False,
    ),
    "产量与用电不相称": (
        "magnesium_works",
        lambda e: times(e, "production", "output", 3.0, lambda r: r.month in (2, 3)),
        "screen.production",
        "",
        False,
    ),
    "化验没有机构": (
        "power_plant",
        lambda e: rows(e, "labs", lambda r: dataclasses.replace(r, lab="")),
        "enterprise.lab_evidence",
        "机构",
        False,
    ),
    "碳高而热值不高": ("power_plant", lambda e: times(e, "labs", "carbon", 1.35), "check.range", "含碳量", False),
    "热值与元素不符": (
        "power_plant",
        lambda e: rows(
            e,
            "labs",
            lambda r: dataclasses.replace(r, ncv=(r.ncv or 0) * 1.2, hydrogen=3.6, sulphur=0.8, ash=22.0, mt=8.0),
            lambda r: r.month == 3,
        ),
        "check.ncv_elements",
        "估算",
        False,
    ),
    "信用代码校验位": (
        "glass_works",
        lambda e: dataclasses.replace(e, profile=dataclasses.replace(e.profile, code="91320000MAX070000A")),
        "enterprise.code_digit",
        "校验位",
        False,
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BEFORE_FILING))
def test_a_fault_in_the_data_is_found_by_verify_and_was_told_to_the_firm(name: str, tmp_path: Path) -> None:
    example, plant, code, words, sized = BEFORE_FILING[name]
    clean, _ = read_enterprise(DATA / f"{example}.toml")
    faulty = compute(plant(clean))
    told = [f for f in faulty.findings if f.problem.code == code and words in f.problem.text()]
    assert told, [f.problem.text() for f in faulty.findings]  # the firm sees it when it compiles
    write_report(faulty, tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    # a power of ten against a default is told where it is filed
    same = (code, "verify.factor_scale") if code == "check.range_cause" else (code,)
    found = [f for f in v.findings if f.problem.code in same and words in f.problem.text()]
    assert found, [f.problem.text() for f in v.findings]
    sizes = [f.size_t for f in found]
    true = faulty.total(True) - compute(clean).total(True)
    if name in TONNES:
        assert sum(sizes) == pytest.approx(TONNES[name], rel=2e-3, abs=0.5), (true, sizes)
    if sized:
        assert sum(sizes) == pytest.approx(true, rel=LOOSE), (true, sizes)


def test_months_without_results_are_sized_by_the_widest_they_could_move_the_total(tmp_path: Path) -> None:
    clean, _ = read_enterprise(DATA / "power_plant.toml")
    faulty = compute(BEFORE_FILING["化验缺三个月"][1](clean))
    size = next(f.size_t for f in faulty.findings if f.problem.code == "enterprise.lab_months")
    assert abs(faulty.total(True) - compute(clean).total(True)) <= size < 0.02 * compute(clean).total(True)


def cell_times(sheet: str, texts: tuple[str, ...], column: int, factor: float) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet].cell(row_of(book[sheet], *texts), column).value *= factor

    return change


def cell_set(sheet: str, texts: tuple[str, ...], column: int, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet].cell(row_of(book[sheet], *texts), column).value = value

    return change


def fuel_set(sheet: str, fuel: str, column: int, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, sheet, fuel, column).value = value

    return change


# example, what is done to the filed workbook, code, words
AFTER_FILING: dict[str, tuple[str, Callable[[openpyxl.Workbook], None], str, str]] = {
    "附表1漏乘44/12": ("power_plant", cell_times("附表1", ("脱硫过程",), 3, 12 / 44), "verify.line", "44/12"),
    "附表1合计少加一行": ("power_plant", cell_times("附表1", ("总量",), 3, 0.9), "verify.total", ""),
    "别的参数表的缺省值": ("steelworks", fuel_set("附表2", "无烟煤", 4, 24.515), "verify.default", "化工类参数表"),
    "别的电网的因子": ("steelworks", cell_set("附表3", ("电力供应",), 4, 0.8843), "verify.default", "华北"),
    "附表2与台账不符": ("cement_works", fuel_set("附表2", "柴油", 2, 99999.0), "verify.ledger", ""),
    "氧化率填成小数": ("steelworks", fuel_set("附表3", "无烟煤", 5, 0.94), "form.factor_bounds", "物理范围"),
    "缺省值冒充检测": ("steelworks", fuel_set("附表2", "无烟煤", 6, "检测"), "verify.measured_default", ""),
    "数写成汉字": ("steelworks", fuel_set("附表2", "无烟煤", 2, "二十三万"), "enterprise.not_a_number", "二十三万"),
    "负的含碳量": ("steelworks", fuel_set("附表3", "无烟煤", 2, -0.02749), "form.factor_bounds", "正负号"),
}


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("filed")
    for name in {entry[0] for entry in AFTER_FILING.values()} | {"fluorochemical_works", "coal_mine"}:
        write_report(compute_file(DATA / f"{name}.toml"), folder / f"{name}.xlsx")
    return {p.stem: p for p in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(AFTER_FILING))
def test_a_fault_in_the_filed_workbook_is_found(name: str, filed: dict[str, Path], tmp_path: Path) -> None:
    example, change, code, words = AFTER_FILING[name]
    v = tampered(filed[example], tmp_path / "v.xlsx", change)
    found = [f for f in v.findings if f.problem.code == code and words in f.problem.text()]
    assert found, [f.problem.text() for f in v.findings]
    assert found[0].size_t == pytest.approx(TONNES[name], rel=2e-3, abs=0.5), [f.size_t for f in found]


def source_cell(book: openpyxl.Workbook, text: str) -> Any:
    """The figure beside a label in the tables of family S: the row below the heading that holds the label."""
    for sheet in book:
        for row in sheet.iter_rows():
            for c in row:
                if c.value == text and sheet.title.startswith("附表"):
                    return sheet.cell(c.row + 1, c.column)
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("example", "label", "value", "tonnes"),
    [
        ("fluorochemical_works", "HFC-23销毁量", 900.0, (218.4 + 18.6 - 900.0) * 11_700),
        ("coal_mine", "甲烷利用量", 5000.0, (1426.8 - 5212.4) * 7.17 * 21),
    ],
)
@pytest.mark.slow
def test_more_out_than_in_is_found_in_a_filed_workbook(
    example: str, label: str, value: float, tonnes: float, filed: dict[str, Path], tmp_path: Path
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        labels = {str(c.value) for s in book if s.title.startswith("附表") for r in s.iter_rows() for c in r if c.value}
        word = "销毁" if "销毁" in label else "利用"
        name = next(x for x in sorted(labels) if word in x and "量" in x and len(x) < 24)
        source_cell(book, name).value = value

    v: Verified = tampered(filed[example], tmp_path / "v.xlsx", change)
    found = [f for f in v.findings if f.grade == "重大" and f.problem.code in ("check.sign", "check.balance")]
    assert found, [f.problem.text() for f in v.findings]
    assert found[0].size_t == pytest.approx(tonnes, rel=1e-6)


def test_twelve_months_with_one_result_are_one_question() -> None:
    clean, _ = read_enterprise(DATA / "power_plant.toml")
    found = compute(BEFORE_FILING["化验逐月相同"][1](clean)).findings
    assert sum(f.problem.code == "screen.lab_repeated" for f in found) == 1


def test_there_are_thirty_and_each_has_its_size() -> None:
    assert {*BEFORE_FILING, *AFTER_FILING} == {*TONNES, *PATTERNS}
    assert len(BEFORE_FILING) + len(AFTER_FILING) + 2 >= 30


def test_the_firms_reason_goes_to_the_province(tmp_path: Path) -> None:
    clean, _ = read_enterprise(DATA / "steelworks.toml")
    odd = rows(clean, "power", lambda r: dataclasses.replace(r, grid="西北"))
    origin = next(f.problem.origin for f in compute(odd).findings if f.problem.code == "check.grid")
    answered = dataclasses.replace(
        odd,
        answers=(
            Answer(f"{origin.sheet}!{origin.cell}" if origin.sheet else "电力", "厂区由跨省专线供电，见供电合同"),
        ),
    )
    write_report(compute(answered), tmp_path / "r.xlsx")
    v = verify_file(tmp_path / "r.xlsx")
    assert "提醒说明" in openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames and any(
        f.problem.code == "check.grid" for f in v.findings
    )
