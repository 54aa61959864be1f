"""What offices send in the walk of the page, made from what the page itself gives out: the yearbook's printed tables,
and the letters' workbooks filled in as departments fill them. Figures are those of the example of Jiangsu."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "jiangsu"
YEARS = (2005, 2010)
MISPRINT = ("X31", -1.08, 1.08)  # sign of a figure of 2010, as printed and as it is
MATRIX_TOP = 7  # first row of a sheet across two keys, with the units of its columns
COPIED = ("填报符号", "数据来源", "不确定度(%)", "数据性质", "说明")


@dataclass(frozen=True)
class Office:
    """An office that answers: the letter it was handed (part of a department's name), the sheets that are its affair
    (all by default)."""

    name: str
    letter: str
    sheets: tuple[str, ...] = ()
    splits: tuple[str, ...] = ("",)  # of the balance table's shares, by the ends of their names; all by default


OFFICES = (
    Office(
        "省统计局",
        "统计",
        ("外购电力热力", "工业生产过程", "废水氧化亚氮", "分摊比例"),
        ("煤种", "行业", "构成", "用途"),
    ),
    Office("国家统计局调查总队", "统计", ("稻田甲烷", "农用地氧化亚氮", "动物肠道发酵")),
    Office("省交通运输厅", "统计", ("分摊比例",), ("运输方式", "道路用油")),
    Office("省电力公司", "统计", ("分摊比例",), ("归属", "调入电力来源", "锅炉类型")),
    Office("省农业农村厅", "农业农村", ("农用地氧化亚氮",)),
    Office("省农村能源站", "农业农村", ("生物质燃烧",)),
    Office("省林业局", "林业"),
    Office("省生态环境厅", "生态环境"),
    Office("省住房城乡建设厅", "住房城乡"),
    Office("省工业和信息化厅", "工业和信息化"),
    Office("省能源局", "能源部门"),
)


def printed_table(year: int, path: Path, *, misprint: bool = True) -> Path:
    """The yearbook's table as a workbook: title, heading, figures as numbers, … where nothing is printed. The table of
    2010 holds the misprint of the example, unless it is the one that the bureau printed again."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    with (EXAMPLE / f"能源平衡表{year}.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            sheet.append([_number(text) for text in row])
    cell, wrong, right = MISPRINT
    if year == 2010:
        assert sheet[cell].value == wrong
        sheet[cell].value = wrong if misprint else right
    book.save(path)
    return path


def _number(text: str) -> float | str | None:
    try:
        return float(text)
    except ValueError:
        return text or None


class Answers:
    """What is known in the province: every figure of the example, as the product writes it into its own template."""

    def __init__(self, whole: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl of drop-downs it does not keep
            self.book = openpyxl.load_workbook(whole)

    def fill(self, letter: Path, target: Path, office: Office) -> int:
        """The letter's workbook with the figures of this office; the number of figures typed."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(letter)
        typed = 0
        for sheet in book.worksheets:
            if office.sheets and sheet.title not in office.sheets:
                continue
            if sheet.title == "分摊比例":
                typed += self._shares(sheet, office.splits)
            elif "指标" in (names := _names(sheet)) and "行" in names:
                typed += self._rows(sheet, names)
            elif sheet.title[-4:].isdigit():
                typed += self._matrix(sheet)
        book.save(target)
        return typed

    def _rows(self, sheet: Any, names: dict[str, int]) -> int:
        """Rows of the sheet by what they ask for. The template keeps a row a source where the sources of two years
        differ: the letter has one row."""
        source = self.book[sheet.title]
        known = _names(source)
        labels = [n for n in names if n not in (*COPIED, "", "行", "单位", "提供部门", *map(str, YEARS))]
        rows: dict[tuple[object, ...], list[int]] = {}
        for r in _body(source, known):
            if any(source.cell(r, known[str(y)]).value is not None for y in YEARS):
                rows.setdefault(_key(source, r, known, labels), []).append(r)
        typed = 0
        for r in _body(sheet, names):
            of = rows.get(_key(sheet, r, names, labels), ())
            for name in ("单位", *map(str, YEARS), *COPIED):
                value = next((v for x in of if (v := source.cell(x, known[name]).value) is not None), None)
                if value is not None:
                    sheet.cell(r, names[name]).value = value
                    typed += name in map(str, YEARS)
        _rest(sheet)
        return typed

    def _matrix(self, sheet: Any) -> int:
        """A sheet with a column for every value of a key: the letter's has the rows and columns of the template's."""
        typed = 0
        for row in self.book[sheet.title].iter_rows(min_row=MATRIX_TOP):
            for cell in row[2:]:
                if cell.value is not None and row[1].value == sheet.cell(cell.row, 2).value:
                    sheet[cell.coordinate].value = cell.value
                    typed += isinstance(cell.value, float)
        _rest(sheet)
        return typed

    def _shares(self, sheet: Any, splits: tuple[str, ...]) -> int:
        """Sets of shares that hold everywhere, as the example has them; of the others the default is accepted."""
        source = self.book[sheet.title]
        names, known = _names(sheet, "分摊项目"), _names(source, "分摊项目")
        labels = ("分摊项目", "平衡表行", "能源品种", "限于", "部分")
        columns = [n for n in names if n.endswith("占比") and n[:4].isdigit()]
        rows = {_key(source, r, known, labels): r for r in range(known[""] + 1, source.max_row + 1)}
        typed = 0
        for r in range(names[""] + 1, sheet.max_row + 1):
            at = rows.get(_key(sheet, r, names, labels))
            if at is None or not str(sheet.cell(r, names["分摊项目"]).value or "").endswith(splits):
                continue
            values = {n: source.cell(at, known[n]).value for n in columns if n in known}
            if all(v is None for v in values.values()):
                continue
            for name in (*columns, "数据来源", "数据性质"):
                sheet.cell(r, names[name]).value = source.cell(at, known[name]).value
            typed += sum(v is not None for v in values.values())
        return typed

    def factors(self, form: Path, target: Path) -> int:
        """The form of factors that are lacking, filled by the office that compiles."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(form)
        sheet, source = book["自有因子"], self.book["自有因子"]
        names, known = _names(sheet, "参数"), _names(source, "参数")
        given = [
            {n: source.cell(r, c).value for n, c in known.items() if n}
            for r in range(known[""] + 1, source.max_row + 1)
        ]
        typed = 0
        for r in range(names[""] + 1, sheet.max_row + 1):
            parameter, keys = (sheet.cell(r, names[n]).value for n in ("参数", "适用范围"))
            asked = set(str(keys or "").split(";"))
            own = next(
                (g for g in given if g["参数"] == parameter and set(str(g["适用范围"] or "").split(";")) <= asked), None
            )
            if parameter and own:
                for name in ("数值", "单位", "来源", "性质"):
                    sheet.cell(r, names[name]).value = own[name]
                typed += 1
        book.save(target)
        return typed


def _rest(sheet: Any) -> None:
    """What else the form asks for does not occur."""
    rest = next((c for c in sheet[2] if c.value == "其余填"), None)
    if rest is not None:
        sheet.cell(2, rest.column + 1).value = "NO"


def _names(sheet: Any, mark: str = "指标") -> dict[str, int]:
    """Columns of a data sheet by heading; empty for a sheet that has none."""
    for row in sheet.iter_rows(min_row=1, max_row=9):
        names = {_text(c.value): c.column for c in row if c.value not in (None, "")}
        if mark in names:
            return {**names, "": row[0].row}
    return {}


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _body(sheet: Any, names: dict[str, int]) -> Iterable[int]:
    """Rows below the heading that are numbered."""
    return (r for r in range(names[""] + 1, sheet.max_row + 1) if _text(sheet.cell(r, names["行"]).value).isdigit())


def _key(sheet: Any, row: int, names: dict[str, int], labels: Iterable[str]) -> tuple[object, ...]:
    return tuple(sheet.cell(row, names[n]).value for n in labels if n and n in names)
