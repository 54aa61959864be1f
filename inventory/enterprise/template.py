"""The workbook an enterprise fills in: profile, facilities, monthly ledger, laboratory, electricity, heat, process data, own parameters, output, evidence.

Made from `tables.py` and the declarations of its industry, so that it cannot drift from what is read. The annual figures are live formulas.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from ..core.files import replacing
from ..core.problems import Collector
from ..templates_xlsx.book import Lists, Pen, Styles, letters_of
from . import ledger
from .industries import Industry, quantities_of
from .labs import monthly_means, weighted_mean
from .model import Enterprise, FuelYear, Profile
from .tables import BY_NAME, PROFILE, PROFILE_SHEET, TABLES, Field, TableSpec, fuel_in_family, item_text, key_labels, lists_of, source_text

CREATED = datetime.datetime(2013, 10, 15)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
HEAD_ROW = 2
ANNUAL = "年度汇总"
PAGE = "第 &P 页，共 &N 页"
FLIGHT_NOTE = "航班用油按月计量，设施写“国内航班”或“国际航班”，两者分别报告。"
WARN = "不在列表中：可以填写，读取时会核对"


def write_template(path: str | Path, industry: Industry, enterprise: Enterprise | None = None) -> None:
    """Write the template, filled with an enterprise's data when given. Same input, same bytes. Raises `InventoryError` when it cannot be written."""
    import xlsxwriter

    with replacing(path, "workbook.not_writable") as temporary:
        book = xlsxwriter.Workbook(str(temporary), OPTIONS)
        book.set_properties({"title": f"{industry.name} 温室气体排放填报", "created": CREATED})
        _sheets(book, industry, enterprise or Enterprise(profile=Profile(industry=industry.code)))
        book.close()


def _sheets(book: Any, industry: Industry, e: Enterprise) -> None:
    styles, lists = Styles(book), Lists("列表")
    sheets = {PROFILE_SHEET: book.add_worksheet(PROFILE_SHEET)}
    specs = [t for t in TABLES if _used(t, industry)]
    for spec in specs:
        sheets[spec.sheet] = book.add_worksheet(spec.sheet)
    annual = book.add_worksheet(ANNUAL)
    guide = book.add_worksheet("数据项说明")
    hidden = book.add_worksheet(lists.sheet)
    hidden.hide()
    words = lists_of(industry)
    _profile(Pen(sheets[PROFILE_SHEET], styles, "zh"), industry, e.profile, lists, words)
    for spec in specs:
        _table(Pen(sheets[spec.sheet], styles, "zh"), spec, getattr(e, spec.name), lists, words, industry, e)
    _annual(Pen(annual, styles, "zh"), industry, e)
    _guide(Pen(guide, styles, "zh"), industry)
    pen = Pen(hidden, styles, "zh")
    for column, (title, values) in enumerate(lists.columns.items()):
        pen.text(0, column, title, "head")
        for r, value in enumerate(values, 1):
            pen.text(r, column, value, "plain", measure=False)
    sheets[PROFILE_SHEET].activate()


def _used(spec: TableSpec, industry: Industry) -> bool:
    """Sheets that the guideline has a use for: no ledger of fuels for a grid company, no heat for ceramics."""
    if spec.name in ("readings", "labs"):
        return industry.fuel_source is not None
    if spec.name == "power":
        return industry.source("electricity") is not None
    return industry.source("heat") is not None if spec.name == "heat" else True


def _profile(pen: Pen, industry: Industry, p: Profile, lists: Lists, words: dict[str, tuple[str, ...]]) -> None:
    pen.text(0, 0, f"{industry.name} 温室气体排放填报工作簿", "title", measure=False)
    pen.text(1, 0, f"依据：{industry.document}；排放源：{'、'.join(s.label for s in industry.sources)}", "plain", measure=False)
    for r, field in enumerate(PROFILE, 3):
        pen.text(r, 0, field.label + ("*" if field.required else ""), "label")
        value = getattr(p, field.id)
        if field.id == "industry":
            value = words["industry"][0]
        if isinstance(value, int | float) and value:
            pen.number(r, 1, float(value), "number")
        else:
            pen.text(r, 1, str(value or ""), "word")
        if field.choices:
            pen.choose(r, 1, lists.add(field.choices, words[field.choices]), WARN)
    pen.limits[1] = 46
    pen.widths[1] = max(pen.widths.get(1, 0), 40)
    pen.finish(PAGE, landscape=False)


def _table(pen: Pen, spec: TableSpec, rows: tuple, lists: Lists, words: dict[str, tuple[str, ...]], industry: Industry, e: Enterprise) -> None:
    pen.text(0, 0, spec.sheet, "title", measure=False)
    pen.text(1, 0, spec.note + (FLIGHT_NOTE if spec.name == "readings" and ledger.has_flights(industry) else ""), "plain", measure=False)
    pen.header_row = HEAD_ROW
    for c, field in enumerate(spec.fields):
        pen.text(HEAD_ROW, c, field.label + ("*" if field.required else ""), "head")
        pen.widths[c] = max(pen.widths.get(c, 0), field.width - 2)
        pen.limits[c] = max(34, field.width)
    last = HEAD_ROW + max(spec.rows, len(rows) + 10)
    for c, field in enumerate(spec.fields):
        if field.choices:
            pen.choose(HEAD_ROW + 1, c, lists.add(field.choices, words[field.choices]), WARN, last)
        elif field.kind == "month":
            pen.sheet.data_validation(HEAD_ROW + 1, c, last, c, {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 12,
                                                                 "error_type": "warning", "error_message": "月份为1—12"})
    shown = rows or (_suggested(spec, industry) if spec.name == "process" else ())
    for r, row in enumerate(shown, HEAD_ROW + 1):
        for c, field in enumerate(spec.fields):
            _cell(pen, r, c, field, row, industry)
    for r in range(HEAD_ROW + 1 + len(shown), last + 1):
        for c, field in enumerate(spec.fields):
            pen.text(r, c, "", "number" if field.kind in ("number", "month") else "word", measure=False)
    pen.sheet.freeze_panes(HEAD_ROW + 1, 1)
    pen.finish(PAGE, landscape=True)


def _cell(pen: Pen, r: int, c: int, field: Field, row: Any, industry: Industry) -> None:
    value = row.get(field.id) if isinstance(row, dict) else getattr(row, field.id)
    if field.id == "source" and isinstance(value, str):
        value = source_text(value, industry.edition)
    if isinstance(value, int | float):
        pen.number(r, c, float(value), "number")
    else:
        pen.text(r, c, str(value or ""), "number" if field.kind in ("number", "month") else "word")


def _suggested(spec: TableSpec, industry: Industry) -> list[dict[str, str]]:
    """One line for every datum of the industry's own sources, value left open: the checklist of what the guideline asks for."""
    made = []
    labels = key_labels(industry.edition)
    for place, q in quantities_of(industry):
        keys = {k: "" for k in q.keys if k != "category"}
        made.append({"source": place, "quantity": q.label["zh"], "item": "；".join(f"{labels.get(k, k)}=" for k in keys), "unit": q.unit[0]})
    return made


def _guide(pen: Pen, industry: Industry) -> None:
    """What every datum means, its unit, its items and who has it."""
    words = industry.edition.vocabulary
    for c, head in enumerate(("排放源", "数据项", "单位", "分项的写法", "可选值", "数据来源", "说明")):
        pen.text(0, c, head, "head")
        pen.limits[c] = (24, 34, 14, 30, 60, 24, 50)[c]
    for r, (place, q) in enumerate(quantities_of(industry), 1):
        keys = [k for k in q.keys if k != "category"]
        options = "；".join("、".join(list(words.get(k, {}))[:12]) + ("…" if len(words.get(k, {})) > 12 else "") for k in keys)
        item = item_text(dict.fromkeys(keys, "…"), industry.edition)
        for c, value in enumerate((source_text(place, industry.edition), q.label["zh"], "、".join(q.unit), item, options, q.supplier,
                                   q.help.get("zh", ""))):
            pen.text(r, c, value, "cell")
    pen.finish(PAGE, landscape=True)


# ---- annual figures ----------------------------------------------------------------------------------------------------------

def _annual(pen: Pen, industry: Industry, e: Enterprise) -> None:
    """Live: consumption of every fuel of the family from the ledger, weighted means from the laboratory sheet."""
    pen.text(0, 0, "年度汇总（自动计算，不用填写）", "title", measure=False)
    pen.text(1, 0, "年消耗量＝年初库存＋购入－外销－年末库存－边界外设施的计量消耗量；没有库存的燃料为边界内计量消耗量之和。"
             "加权平均按有化验月份的消耗量加权。", "plain", measure=False)
    for c, head in enumerate(("燃料品种", "年消耗量", "其中计量消耗量合计", "差异", "加权平均低位发热量", "加权平均含碳量")):
        pen.text(HEAD_ROW, c, head, "head")
    if industry.fuel_source is None:
        pen.finish(PAGE, landscape=True)
        return
    problems = Collector()
    years = {y.fuel: y for y in ledger.fuel_years(e.readings, problems, ledger.outside_of(e))}
    means = _lab_values(e, years)
    own = [f for f in industry.edition.vocabulary["fuel"] if fuel_in_family(f, industry.family, industry.edition)]
    fuels = list(dict.fromkeys([*own, *years]))
    for r, fuel in enumerate(fuels, HEAD_ROW + 1):
        pen.text(r, 0, fuel, "fixed")
        y = years.get(fuel)
        metered = y.metered if y else None
        pen.formula(r, 1, _consumption(r), y.value if y else "", "fixed")
        count = f'COUNTIFS({_range("readings", "fuel")},$A{r + 1},{_range("readings", "metered")},"<>")-{_outside(r, True)}'
        pen.formula(r, 2, f'=IF({count}=0,"",{_sumifs("metered", r)}-{_outside(r)})', metered if metered is not None else "", "fixed")
        gap: float | str = metered - y.value if y and metered is not None else ""
        pen.formula(r, 3, f'=IF(OR(B{r + 1}="",C{r + 1}=""),"",C{r + 1}-B{r + 1})', gap, "fixed")
        for c, name in ((4, "ncv"), (5, "carbon")):
            pen.formula(r, c, _weighted(name, r), means.get((fuel, name), ""), "fixed")
    pen.finish(PAGE, landscape=True)


def _range(table: str, field: str) -> str:
    spec = BY_NAME[table]
    column = letters_of([f.id for f in spec.fields].index(field))
    return f"'{spec.sheet}'!${column}${HEAD_ROW + 2}:${column}$2000"


def _sumifs(field: str, r: int, month: int | str | None = None) -> str:
    when = "" if month is None else f",{_range('readings', 'month')},{month}"
    return f"SUMIFS({_range('readings', field)},{_range('readings', 'fuel')},$A{r + 1}{when})"


def _consumption(r: int) -> str:
    """Balance where stocks, purchases or sales are entered, else the metered sum."""
    fuel = f"{_range('readings', 'fuel')},$A{r + 1}"
    has = "+".join(f'COUNTIFS({fuel},{_range("readings", f)},"<>")' for f in ("opening", "purchased", "sold", "closing"))
    month = _range("readings", "month")
    first, last = f"MINIFS({month},{fuel})", f"MAXIFS({month},{fuel})"
    first, last = first.replace("MINIFS", "_xlfn.MINIFS"), last.replace("MAXIFS", "_xlfn.MAXIFS")
    balance = f"{_sumifs('opening', r, first)}+{_sumifs('purchased', r)}-{_sumifs('sold', r)}-{_sumifs('closing', r, last)}"
    return f'=IF(COUNTIFS({fuel})=0,"",IF({has}=0,{_sumifs("metered", r)},{balance})-{_outside(r)})'


def _outside(r: int, count: bool = False) -> str:
    """Metered consumption (or the number of its rows) of facilities that the list of facilities puts outside the boundary."""
    names, inside, facility = _range("facilities", "name"), _range("facilities", "inside"), _range("readings", "facility")
    metered = _range("readings", "metered")
    rows = f'({_range("readings", "fuel")}=$A{r + 1})*({facility}<>"")*COUNTIFS({names},{facility},{inside},"否")'
    return f'SUMPRODUCT({rows}*({metered}<>""))' if count else f"SUMPRODUCT({rows},{metered})"


def _weighted(field: str, r: int) -> str:
    """Mean over the laboratory rows of a fuel, weighted by the month's consumption shared among the month's samples."""
    lab_fuel, lab_month, value = _range("labs", "fuel"), _range("labs", "month"), _range("labs", field)
    def month(name: str) -> str:
        return f"SUMIFS({_range('readings', name)},{_range('readings', 'fuel')},$A{r + 1},{_range('readings', 'month')},{lab_month})"
    stock = f"({month('opening')}+{month('purchased')}-{month('sold')}-{month('closing')})"
    fuel = f"{_range('readings', 'fuel')},$A{r + 1}"
    counts = "+".join(f'COUNTIFS({fuel},{_range("readings", name)},"<>")' for name in ("purchased", "opening"))
    has = f"({counts}>0)"
    samples = f"(COUNTIFS({lab_fuel},$A{r + 1},{lab_month},{lab_month},{value},\"<>\")+({value}=\"\"))"
    weight = f"({lab_fuel}=$A{r + 1})*({value}<>\"\")*({has}*{stock}+(1-{has})*{month('metered')})/{samples}"
    return f'=IF(COUNTIFS({lab_fuel},$A{r + 1},{value},"<>")=0,"",SUMPRODUCT({weight},{value})/SUMPRODUCT({weight}))'


def _lab_values(e: Enterprise, years: dict[str, FuelYear]) -> dict[tuple[str, str], float]:
    """The same means in Python, for the cached values (as entered, units of the first row)."""
    out: dict[tuple[str, str], float] = {}
    for fuel, year in years.items():
        weights = dict(year.monthly)
        for name in ("ncv", "carbon"):
            rows = [(r.month, getattr(r, name)) for r in e.labs if r.fuel == fuel and getattr(r, name) is not None]
            monthly = monthly_means(rows)
            mean = weighted_mean([(weights.get(m, 0.0), v) for m, v in monthly.items()])
            if mean is not None:
                out[fuel, name] = mean
    return out
