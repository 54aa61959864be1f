"""Prints energy balance tables with figures of our own in the many ways in which yearbooks and departments print them.

`base()` makes one consistent table (all identities close); `grid(figures, style)` lays it out as rows of cells; `save`
writes a CSV or a workbook. A style is a set of independent choices: languages, how names and units stand in the
heading, what stands above, order, signs, dust, parts, misprints.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import xlsxwriter

Figures = dict[tuple[str, str], Decimal]
ZERO = Decimal("0.00")

ROWS = [  # id, as printed, English
    ("可供量", "一.可供本地区消费的能源量", "Total Primary Energy Supply"),
    ("一次能源生产量", "  1.一次能源生产量", "  Indigenous Production"),
    ("水电", "    #水电", "      Hydro Power"),
    ("核电", "      核电", "      Nuclear Power"),
    ("回收能", "  2.回收能", "  Recovery of Energy"),
    ("外省调入量", "  3.外省(区、市)调入量", "  Moving In from Other Provinces"),
    ("进口量", "  4.进口量", "  Import"),
    ("我轮机在外国加油量", "  5.我轮、机在外国加油量", "  Chinese Airplanes & Ships in Refueling Abroad"),
    ("本省调出量", "  6.本省(区、市)调出量(-)", "  Sending Out to Other Provinces(-)"),
    ("出口量", "  7.出口量(-)", "  Export(-)"),
    ("外轮机在我国加油量", "  8.外轮、机在我国加油量(-)", "  Foreign Airplanes & Ships in Refueling in China"),
    ("库存变化", "  9.库存增(-)、减(+)量", "  Stock Change"),
    ("加工转换", "二.加工转换投入(-)产出(+)量", "Input(-) & Output(+) of Transformation"),
    ("火力发电", "  1.火力发电", "  Thermal Power"),
    ("供热", "  2.供热", "  Heating Supply"),
    ("洗选煤", "  3.洗选煤", "  Coal Washing"),
    ("炼焦", "  4.炼焦", "  Coking"),
    ("炼油", "  5.炼油", "  Petroleum Refineries"),
    ("制气", "  6.制气", "  Gas Works"),
    ("焦炭再投入量", "    #焦炭再投入量(-)", "      Coke Input(-)"),
    ("煤制品加工", "  7.煤制品加工", "  Briquettes"),
    ("损失量", "三.损失量", "Loss"),
    ("终端消费量", "四.终端消费量", "Total Final Consumption"),
    (
        "农林牧渔水利业",
        "  1.农、林、牧、渔、水利业",
        "  Farming, Forestry, Animal Husbandry, Fishery & Water Conservancy",
    ),
    ("工业", "  2.工业", "  Industry"),
    ("用作原料材料", "    #用作原料、材料", "      Non-Energy Use"),
    ("建筑业", "  3.建筑业", "  Construction"),
    ("交通运输仓储和邮政业", "  4.交通运输、仓储和邮政业", "  Transport, Storage and Post"),
    ("批发零售和住宿餐饮业", "  5.批发、零售业和住宿、餐饮业", "  Wholesale,Retail Trade and Hotel,Restaurants"),
    ("生活消费", "  6.生活消费", "  Residential Consumption"),
    ("城镇", "     城镇", "     Urban"),
    ("乡村", "     乡村", "     Rural"),
    ("其他", "  7.其他", "  Other"),
    ("平衡差额", "五.平衡差额", "Statistical Difference"),
    ("消费量合计", "六.消费量合计", "Sum of Consumption "),
]
COLUMNS = {  # id: (lines of the English name, unit, English unit)
    "煤合计": (("Coal Total",), "万吨", "104 tn"),
    "原煤": (("Raw Coal",), "万吨", "104 tn"),
    "洗精煤": (("Cleaned", "Coal"), "万吨", "104 tn"),
    "其他洗煤": (("Other", "Washed", "Coal"), "万吨", "104 tn"),
    "型煤": (("Briquettes",), "万吨", "104 tn"),
    "焦炭": (("Coke",), "万吨", "104 tn"),
    "焦炉煤气": (("Coke Oven", "Gas"), "亿立方米", "108 cu.m"),
    "其他煤气": (("Other Gas",), "亿立方米", "108 cu.m"),
    "油品合计": (("Petroleum", "Products", "Total"), "万吨", "104 tn"),
    "原油": (("Crude Oil",), "万吨", "104 tn"),
    "汽油": (("Gasoline",), "万吨", "104 tn"),
    "煤油": (("Kerosene",), "万吨", "104 tn"),
    "柴油": (("Diesel Oil",), "万吨", "104 tn"),
    "燃料油": (("Fuel Oil",), "万吨", "104 tn"),
    "液化石油气": (("LPG",), "万吨", "104 tn"),
    "炼厂干气": (("Refinery", "Gas"), "万吨", "104 tn"),
    "天然气": (("Natural Gas",), "亿立方米", "108 cu.m"),
    "其他石油制品": (("Other", "Petroleum", "Products"), "万吨", "104 tn"),
    "其他焦化产品": (("Other", "Coking", "Products"), "万吨", "104 tn"),
    "热力": (("Heat",), "百亿千焦", "1010 kJ"),
    "电力": (("Electricity",), "亿千瓦小时", "108 kW•h"),
    "其他能源": (("Other", "Energy"), "万吨标煤", "104 tce"),
}
NEWER = {
    "煤矸石": (("Gangue",), "万吨", "104 tn"),
    "高炉煤气": (("Blast Furnace", "Gas"), "亿立方米", "108 cu.m"),
    "石脑油": (("Naphtha",), "万吨", "104 tn"),
    "液化天然气": (("LNG",), "万吨", "104 tn"),
}
COAL, OIL = (
    ("原煤", "洗精煤", "其他洗煤", "型煤"),
    ("原油", "汽油", "煤油", "柴油", "燃料油", "液化石油气", "炼厂干气", "其他石油制品"),
)
FINAL = ("农林牧渔水利业", "工业", "建筑业", "交通运输仓储和邮政业", "批发零售和住宿餐饮业", "生活消费", "其他")
SUPPLY = (
    "一次能源生产量",
    "回收能",
    "外省调入量",
    "进口量",
    "我轮机在外国加油量",
    "本省调出量",
    "出口量",
    "外轮机在我国加油量",
    "库存变化",
)
TRANSFORM = ("火力发电", "供热", "洗选煤", "炼焦", "炼油", "制气", "焦炭再投入量", "煤制品加工")
GROUPS = {"煤合计": "煤炭", **dict.fromkeys(COAL, "煤炭"), "油品合计": "油品", **dict.fromkeys(OIL, "油品")}


def base(newer: bool = False, seed: int = 2007) -> Figures:
    """Figures of a table whose identities all close: supply is chosen last, so that the difference is zero."""
    draw = random.Random(seed)
    columns = [c for c in (*COLUMNS, *(NEWER if newer else ())) if c not in ("煤合计", "油品合计")]
    found: Figures = {}
    for column in columns:
        _fuel(found, column, draw)
    for total, parts in (
        ("煤合计", (*COAL, *(("煤矸石",) if newer else ()))),
        ("油品合计", (*OIL, *(("石脑油",) if newer else ()))),
    ):
        for row, _, _ in ROWS:
            figures = [found[row, c] for c in parts if (row, c) in found]
            if figures and row not in ("消费量合计", "水电", "核电"):
                found[row, total] = sum(figures, ZERO)
        found["消费量合计", total] = sum((found["消费量合计", c] for c in parts), ZERO) * Decimal("0.93").quantize(ZERO)
        found["消费量合计", total] = found["消费量合计", total].quantize(ZERO)
    return found


def _fuel(found: Figures, column: str, draw: random.Random) -> None:
    def figure(low: float, high: float) -> Decimal:
        return Decimal(str(draw.uniform(low, high))).quantize(ZERO)

    carrier = column in ("热力", "电力")
    for row in FINAL:
        if row != "生活消费":
            found[row, column] = figure(1, 90) if row != "工业" else figure(300, 900)
    found["城镇", column], found["乡村", column] = figure(5, 40), figure(5, 40)
    found["生活消费", column] = found["城镇", column] + found["乡村", column]
    if not carrier:
        found["用作原料材料", column] = figure(1, 60)
        found["火力发电", column] = -figure(50, 500)
        found["供热", column] = -figure(5, 90)
    else:
        found["火力发电" if column == "电力" else "供热", column] = figure(100, 200)
    if column in ("原煤", "洗精煤", "其他洗煤"):
        found["洗选煤", column] = figure(10, 80) * (-1 if column == "原煤" else 1)
    if column in ("原煤", "洗精煤", "焦炭", "焦炉煤气", "其他焦化产品"):
        found["炼焦", column] = figure(20, 90) * (-1 if column in ("原煤", "洗精煤") else 1)
    if column in OIL:
        found["炼油", column] = figure(20, 90) * (-1 if column == "原油" else 1)
    if column == "焦炭":
        found["焦炭再投入量", column] = -figure(3, 9)
    if column == "型煤":
        found["煤制品加工", column] = figure(10, 20)
    if column == "电力":
        found["一次能源生产量", column], found["水电", column], found["核电", column] = (
            Decimal("88.40"),
            Decimal("55.15"),
            Decimal("33.25"),
        )
    elif column in ("原煤", "原油", "天然气"):
        found["一次能源生产量", column] = figure(100, 300)
    if column in ("其他煤气", "其他能源"):
        found["回收能", column] = figure(100, 300)
    found["进口量", column], found["本省调出量", column] = figure(10, 90), -figure(10, 90)
    found["出口量", column], found["库存变化", column] = -figure(1, 40), figure(2, 20) * draw.choice((1, -1))
    if column in ("煤油", "柴油", "燃料油"):
        found["我轮机在外国加油量", column], found["外轮机在我国加油量", column] = figure(1, 9), -figure(1, 9)
    found["损失量", column] = figure(0.5, 9)
    found["终端消费量", column] = sum((found[r, column] for r in FINAL), ZERO)
    found["加工转换", column] = sum((found.get((r, column), ZERO) for r in TRANSFORM), ZERO)
    wanted = found["终端消费量", column] + found["损失量", column] - found["加工转换", column]
    found["外省调入量", column] = wanted - sum((found.get((r, column), ZERO) for r in SUPPLY), ZERO)
    found["可供量", column] = wanted
    found["消费量合计", column] = (
        found["终端消费量", column]
        + found["损失量", column]
        - sum((found[r, column] for r in TRANSFORM if found.get((r, column), ZERO) < 0), ZERO)
    )


@dataclass(frozen=True)
class Style:
    """How a table is printed. Each field is one choice; the defaults are the plain Chinese table with units in a row of
    their own."""

    languages: str = "zh"  # zh, both, en
    # rows: name, unit; one: name(unit) in one cell; lines: in one cell with line breaks; six: as the yearbook; groups:
    # under 煤炭, 油品
    heading: str = "rows"
    units: str = "row"  # row, brackets, line, broken, none
    title: str = "江苏能源平衡表(实物量)-2007"
    above: tuple[tuple[str, ...], ...] = ()
    blanks: str = ""
    text_figures: bool = False
    numbering: bool = False
    remarks: bool = False
    right_labels: bool = False
    parts: int = 1
    turned: tuple[str, ...] = ()  # rows printed with the opposite sign
    dust: bool = False
    without_rows: tuple[str, ...] = ()
    without_columns: tuple[str, ...] = ()
    shuffled: int = 0
    row_names: Mapping[str, str] | None = None
    english_rows: Mapping[str, str] | None = None
    unit_names: Mapping[str, str] | None = None
    english_units: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    wrapped_labels: bool = False
    scale: int = 1  # figures are printed times this


def grid(figures: Figures, style: Style = Style()) -> list[list[object]]:
    """The table as rows of cells: text, float or None."""
    columns = [c for c in (*COLUMNS, *NEWER) if any(col == c for _, col in figures) and c not in style.without_columns]
    if style.shuffled:
        random.Random(style.shuffled).shuffle(columns)
    size = -(-len(columns) // style.parts)
    out: list[list[object]] = [[style.title], *([*line] for line in style.above)]
    for n in range(style.parts):
        if n:
            out += [["续表"]]
        out += _part(figures, columns[n * size : (n + 1) * size], style)
    return out + [[note] for note in style.notes]


def _part(figures: Figures, columns: list[str], style: Style) -> list[list[object]]:
    left = (
        (["序号"] if style.numbering else [])
        + (["项        目"] if style.languages != "en" else [])
        + (["Item"] if style.languages != "zh" else [])
    )
    head = [[*cells] for cells in _headings(columns, style)]
    rows: list[list[object]] = [[*(left if i == 0 else [None] * len(left)), *line] for i, line in enumerate(head)]
    if style.right_labels:
        rows = [[*r, "项目" if i == 0 else None] for i, r in enumerate(rows)]
    if style.remarks:
        rows = [[*r, "备注" if i == 0 else None] for i, r in enumerate(rows)]
    for i, (name, label, english) in enumerate((r for r in ROWS if r[0] not in style.without_rows), 1):
        label, english = (style.row_names or {}).get(name, label), (style.english_rows or {}).get(name, english)
        labels: list[object] = [float(i)] if style.numbering else []
        labels += ([label] if style.languages != "en" else []) + ([english] if style.languages != "zh" else [])
        line: list[object] = [*labels, *(_figure(figures, name, c, style) for c in columns)]
        line += ([label] if style.right_labels else []) + (
            ["见注"] if style.remarks and i == 3 else [None] if style.remarks else []
        )
        if style.wrapped_labels and len(label) > 14 and style.languages == "zh":
            rows.append([*labels[:-1], label[:9]])
            line[len(labels) - 1] = label[9:]
        rows.append(line)
    return rows


def _figure(figures: Figures, row: str, column: str, style: Style) -> object:
    value = figures.get((row, column))
    if value is None:
        return 1e-05 if style.dust and row in ("建筑业", "平衡差额", "进口量") else style.blanks or None
    printed = -value if row in style.turned else value
    printed *= style.scale
    return f"{printed:,}" if style.text_figures else float(printed)


def _headings(columns: list[str], style: Style) -> list[list[object]]:
    named = {**COLUMNS, **NEWER}
    unit = {c: (style.unit_names or {}).get(c, named[c][1]) for c in columns}
    english_unit = {c: (style.english_units or {}).get(c, named[c][2]) for c in columns}
    names: list[object] = list(columns) if style.languages != "en" else [" ".join(named[c][0]) for c in columns]
    units = [unit[c] if style.languages != "en" else english_unit[c] for c in columns]
    if style.heading == "six":
        return _six(columns, unit, english_unit, style)
    if style.heading == "one":
        return [
            [
                f"{n}({u})" if style.units != "none" and style.units != "line" else n
                for n, u in zip(names, units, strict=True)
            ]
        ]
    if style.heading == "lines":
        return [[f"{n}\n{' '.join(named[c][0])}\n({u})" for n, c, u in zip(names, columns, units, strict=True)]]
    lines = [names]
    if style.heading == "groups":
        groups = [GROUPS.get(c, "") for c in columns]
        own: list[object] = [{"煤合计": "合计", "油品合计": "合计"}.get(c, c) for c in columns]
        lines = [[g if i == 0 or groups[i - 1] != g else None for i, g in enumerate(groups)], own]
    if style.units == "row":
        lines.append(list(units))
    elif style.units == "brackets":
        lines.append([f"({u})" for u in units])
    elif style.units == "broken":
        lines += [[f"({u[:2]}" for u in units], [f"{u[2:]})" for u in units]]
    if style.languages == "both" and style.heading == "rows":
        lines += [list(line) for line in _english(columns)] + [[f"({english_unit[c]})" for c in columns]]
    return lines


def _six(
    columns: list[str], unit: Mapping[str, str], english_unit: Mapping[str, str], style: Style
) -> list[list[object]]:
    """Two Chinese rows, three rows of English names, one of English units, one blank row."""
    chinese: list[list[object]] = [list(columns), [f"({unit[c]})" for c in columns]] if style.languages != "en" else []
    return [*chinese, *_english(columns), [f"({english_unit[c]})" for c in columns], [None] * len(columns)]


def _english(columns: list[str]) -> list[list[object]]:
    """English names over three lines, the last line filled first where a name is short."""
    named = {**COLUMNS, **NEWER}
    lines = {
        c: ("",) * (3 - len(named[c][0])) + named[c][0] if len(named[c][0]) != 1 else ("", named[c][0][0], "")
        for c in columns
    }
    return [[lines[c][i] or None for c in columns] for i in range(3)]


def save(path: Path, rows: list[list[object]], sheet: str = "Sheet1") -> Path:
    """A CSV or a workbook with merged title and label cells, as a yearbook's spreadsheet has them."""
    if path.suffix == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(
            [["" if c is None else repr(c) if isinstance(c, float) else c for c in row] for row in rows]
        )
        path.write_text(text.getvalue(), "utf-8")
        return path
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        width = max(len(r) for r in rows)
        page.merge_range(0, 0, 0, width - 1, rows[0][0])
        for r, row in enumerate(rows[1:], 1):
            for c, value in enumerate(row):
                if value is not None:
                    page.write(r, c, value)
    return path


def count(rows: list[list[object]]) -> int:
    """How many figures were printed (numbers in cells, and figures written as text)."""
    return sum(isinstance(c, float) or (isinstance(c, str) and _is_figure(c)) for row in rows for c in row)


def _is_figure(text: str) -> bool:
    try:
        float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return False
    return True
