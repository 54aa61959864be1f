"""Writes examples/chongqing: illustrative statistics (示例) of 重庆 and its districts, made from simple weights; the
targets of the plan come with the package. Run it after a change: `python tests/make_chongqing_example.py`."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from inventory.regions import built_in

TARGET = Path(__file__).resolve().parents[1] / "examples" / "chongqing"
YEARS = (2010, 2011, 2012, 2013)
SOURCE, NOTE, KIND = "示例数据，非统计数据", "示例", "示例"
DATA = ("region", "year", "category", "item", "quantity", "value", "unit", "source", "uncertainty", "note", "data_kind")
MERGED = {"大足区": (("大足县", 7), ("双桥区", 3))}  # tenths of the region before the merger
FUELS = (("煤炭", 560), ("油品", 100), ("天然气", 80))  # of 1,000 parts of the energy of a district
Rows = list[tuple[object, ...]]


def districts() -> list[str]:
    """The 39 districts and counties of the plan's annex."""
    return [r.name for r in built_in().children("重庆") if r.level != "园区"]


def weight(n: int) -> int:
    """An illustrative size of the n-th district, 20 to 116."""
    return 20 + (n * 37) % 97


def gdp(n: int, year: int) -> int:
    """GDP at constant prices in tenths of 10^8 yuan: growth of 10 to 14 % a year."""
    value = weight(n) * 26
    for _ in range(2010, year):
        value = value * (1100 + (n * 7) % 41) // 1000
    return value


def energy(n: int, year: int) -> int:
    """Total energy in tenths of 10^4 tce: slower than GDP by 2 to 5 points a year."""
    value = weight(n) * 26
    for _ in range(2010, year):
        value = value * (1100 + (n * 7) % 41 - 20 - (n * 11) % 31) // 1000
    return value


def row(
    region: str, year: int, quantity: str, tenths: int, unit: str, item: str = "", category: str = ""
) -> tuple[object, ...]:
    return (region, year, category, item, quantity, f"{tenths / 10:g}", unit, SOURCE, "", NOTE, KIND)


def spread(name: str, year: int, values: dict[str, int]) -> dict[str, int]:
    """Figures as the statistics have them: of a merged district before the merger apart; 綦江区 with 万盛经开区 in
    it."""
    if name in MERGED and year <= 2010:
        parts = MERGED[name]
        first = values[name] * parts[0][1] // 10
        return {parts[0][0]: first, parts[1][0]: values[name] - first}
    if name == "綦江区":
        return {name: values[name] + values["万盛经开区"]}
    return {name: values[name]}


def series(quantity: str, unit: str, of: dict[int, dict[str, int]], item: str = "", category: str = "") -> Rows:
    """Rows of the municipality (the sum) and of its districts."""
    out: Rows = []
    for year, values in of.items():
        out.append(row("重庆", year, quantity, sum(values.values()), unit, item, category))
        for name in values:
            out += [
                row(place, year, quantity, tenths, unit, item, category)
                for place, tenths in spread(name, year, values).items()
            ]
    return out


def every(value: object) -> dict[int, dict[str, int]]:
    return {y: {name: value(n, y) for n, name in enumerate(districts())} for y in YEARS}  # type: ignore[operator]


def files() -> dict[str, tuple[tuple[str, ...], Rows]]:
    """Name of each file -> (heading, rows)."""
    stated = ("region", "indicator", "year")
    own = ("source", "note")
    assessed: Rows = []
    for fuel, part in FUELS:
        assessed += series(
            "assessed_energy",
            "万tce",
            every(lambda n, y, part=part: energy(n, y) * part // 1000),
            f"assessed_fuel={fuel}",
        )
    assessed += series("net_electricity_in", "亿kWh", every(lambda n, y: energy(n, y) // 40))
    assessed += series("total_energy", "万tce", every(energy))
    inventory = {2010: {name: weight(n) * 6 for n, name in enumerate(districts())}}
    power = {2010: {name: weight(n) * 11 for n, name in enumerate(districts())}}
    activity = series("clinker_production", "万吨", inventory, "", "2.1")
    activity += series("fuel_consumption", "万吨", power, "equipment=发电锅炉;fuel=烟煤", "1.1.1.1")
    activity += [
        row("重庆", 2010, "resident_population", 28846, "万人"),
        row("重庆", 2010, "protein_supply", 260, "kg 蛋白质/人"),
    ]
    return {
        "regions.csv": (
            ("code", "name", "level", "parent", "attributes", "valid_from", "valid_to", "successors", "note"),
            [
                ("500225", "大足县", "区县", "重庆", "", "", 2010, "大足区", "2011年与双桥区合并设大足区"),
                ("500111", "双桥区", "区县", "重庆", "", "", 2010, "大足区", "方案附件1：双桥与大足合并考核"),
                ("500110", "綦江区", "区县", "重庆", "includes=万盛经开区", "", "", "", "统计含万盛，考核分列"),
                ("", "两江新区", "园区", "渝北区|江北区|北碚区", "", "", "", "", "跨三个区"),
            ],
        ),
        "重庆和区县.csv": (DATA, activity),
        "gdp.csv": (DATA, series("gdp", "亿元", every(gdp), "price_year=2010")),
        "assessed_energy.csv": (DATA, assessed),
        "plan_targets.csv": (
            (*stated, "reduction_pct", *own),
            [
                ("重庆", "单位GDP二氧化碳", 2012, "3.5", "示例年度计划", NOTE),
                ("重庆", "单位GDP二氧化碳", 2013, "3.6", "示例年度计划", NOTE),
            ],
        ),
        "accepted.csv": (
            (*stated, "cumulative_pct", *own),
            [("重庆", "单位GDP二氧化碳", 2012, "6.1", "示例认定函", NOTE)],
        ),
        "scores.csv": (("region", "item", "year", "score", *own), [("重庆", "tasks", 2013, "44", "示例评分", NOTE)]),
        "caps.csv": (
            ("region", "indicator", "year", "value", "unit", *own),
            [("重庆", "energy", 2015, 10500, "万tce", "示例，非正式文件", NOTE)],
        ),
        "subjects.csv": (
            ("name", "kind", "region", "note"),
            [("示例钢铁集团", "企业", "长寿区", NOTE), ("水泥行业", "行业", "重庆", NOTE)],
        ),
        "targets.csv": (
            ("region", "indicator", "base_year", "target_year", "reduction_pct", *own),
            [
                ("示例钢铁集团", "单位产品二氧化碳排放", 2010, 2015, "10", "示例责任书", NOTE),
                ("水泥行业", "单位增加值二氧化碳排放", 2010, 2015, "＞18", "示例方案", NOTE),
                ("重庆", "森林蓄积量增加量", 2010, 2015, "2700", "示例方案", NOTE),
            ],
        ),
        "indicator_data.csv": (
            ("region", "indicator", "year", "value", "unit", "source", "data_kind"),
            [
                (subject, indicator, year, value, unit, SOURCE, KIND)
                for subject, indicator, unit, values in (
                    ("重庆", "非化石能源占比", "%", {2010: 8, 2013: 10.8}),
                    ("重庆", "森林覆盖率", "%", {2010: 37, 2013: 42.1}),
                    ("重庆", "森林蓄积量", "万m3", {2010: 14000, 2013: 15500}),
                    ("示例钢铁集团", "单位产品二氧化碳排放", "t CO2/t", {2010: 2.05, 2013: 1.93}),
                    ("水泥行业", "单位增加值二氧化碳排放", "t CO2/万元", {2010: 31.5, 2013: 28.9}),
                )
                for year, value in values.items()
            ],
        ),
        "actions.csv": (
            ("id", "name", "kind", "region", "office", "first_year", "last_year", "effect", "unit", *own),
            [
                (
                    "A01",
                    "示例：重点企业节能改造",
                    "行动",
                    "重庆",
                    "示例单位甲",
                    2012,
                    2015,
                    60,
                    "万t CO2",
                    "示例",
                    NOTE,
                ),
                ("A02", "示例：公共机构节能", "行动", "重庆", "示例单位乙", 2012, 2015, 5, "万tce", "示例", NOTE),
                ("A03", "示例：低碳宣传", "行动", "重庆", "示例单位丙", 2012, 2015, "", "", "示例", NOTE),
                ("P01", "示例：水电站", "项目", "重庆", "示例单位丁", 2012, 2014, 80, "万t CO2", "示例", NOTE),
                ("P02", "示例：垃圾焚烧发电", "项目", "重庆", "示例单位戊", 2013, 2015, 12, "万t CO2", "示例", NOTE),
            ],
        ),
        "action_progress.csv": (
            ("id", "year", "percent", "effect", "state", "source"),
            [
                ("A01", 2012, 20, 12, "", "示例"),
                ("A01", 2013, 45, 27, "两家完成", "示例"),
                ("A02", 2013, 55, 2.6, "", "示例"),
                ("A03", 2013, 50, "", "", "示例"),
                ("P01", 2013, 70, "", "土建完成", "示例"),
                ("P02", 2013, 30, "", "", "示例"),
            ],
        ),
        "enterprises.csv": (
            ("region", "park", "year", "enterprise", "category", "gas", "value", "unit", "source", "data_kind", "note"),
            [
                ("渝北区", "两江新区", 2010, "示例水泥一厂", "2.1", "CO2", 6.2, "万t CO2", "示例报告", KIND, NOTE),
                ("江北区", "两江新区", 2010, "示例热电厂", "1.1.1.1", "CO2", 15.4, "万t CO2", "示例报告", KIND, NOTE),
            ],
        ),
    }


def write(folder: Path) -> None:
    """Write every file; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (heading, rows) in files().items():
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow(heading)
            writer.writerows(rows)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
