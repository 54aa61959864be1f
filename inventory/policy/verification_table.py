"""核查表: the assessment as a workbook with live formulas, one block a region and target, and a table of all regions
for the office above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..regions import region_label
from ..sheets.address import Ref
from ..sheets.model import Book, OutputSheet
from ..sheets.paper import on_paper, sign
from .evaluation import Evaluation
from .present import LABELS
from .recalled import recalled
from .targets import Assessment

TEXTS: Any = {
    "title": {
        "zh": "单位国内生产总值二氧化碳和能源消耗降低核查表",
        "en": "Verification table of the decline of CO2 and energy per unit of GDP",
    },
    "all": {"zh": "各地区汇总", "en": "All regions"},
    "one": {"zh": "核查表", "en": "Verification"},
    "heads": {
        "zh": (
            "年份",
            "排放量或能耗",
            "不变价GDP（亿元）",
            "强度",
            "年度下降率",
            "年度计划",
            "年度完成率",
            "累计下降率（认定后链接）",
            "累计下降率（现行数据）",
            "累计进度要求",
            "累计完成率",
        ),
        "en": (
            "Year",
            "Amount",
            "GDP, constant prices (10^8 yuan)",
            "Intensity",
            "Decline in the year",
            "Plan of the year",
            "Completion",
            "Cumulative (chained with the accepted)",
            "Cumulative (today's data)",
            "Cumulative schedule",
            "Completion",
        ),
    },
    "summary": {
        "zh": (
            "地区",
            "指标",
            "年份",
            "年度下降率",
            "年度计划",
            "年度完成率",
            "累计下降率",
            "累计进度要求",
            "累计完成率",
            "得分",
            "满分",
            "等级",
            "一票否决",
        ),
        "en": (
            "Region",
            "Indicator",
            "Year",
            "Decline",
            "Plan",
            "Completion",
            "Cumulative",
            "Schedule",
            "Completion",
            "Points",
            "Of",
            "Grade",
            "Veto",
        ),
    },
    "note": {
        "zh": "GDP 为 {price} 年价；“年度计划”没有下达文件时按目标的均匀进度；认定后链接 = 1 −（1 − 上年认定）×（1 − 本年下降率）。",
        "en": "GDP in prices of {price}; without a document the plan of the year is the even schedule; "
        "chained = 1 - (1 - accepted last year)(1 - this year's decline).",
    },
    "sign": {
        "zh": ("单位负责人：", "审核人：", "填表人：", "填表日期："),
        "en": ("Head of unit: ", "Checked by: ", "Compiled by: ", "Date: "),
    },
    "open": {"zh": "待评", "en": "open"},
    "yes": {"zh": "是", "en": "yes"},
    "no": {"zh": "否", "en": "no"},
    "unit": {"co2_per_gdp": {"zh": "万t CO2", "en": "10^4 t CO2"}, "energy_per_gdp": {"zh": "万tce", "en": "10^4 tce"}},
}
PERCENT = "percent"


def book(evaluations: Sequence[Evaluation], lang: str = "zh") -> Book:
    """The workbook as plain data: the summary first, then the blocks of all regions below each other."""
    result = Book(TEXTS["title"][lang], lang)
    summary, sheet = (
        result.add(TEXTS[name]["zh"] if lang == "zh" else TEXTS[name]["en"], TEXTS["title"][lang])
        for name in ("all", "one")
    )
    places = _blocks(sheet, evaluations, lang)
    _summary(summary, evaluations, places, lang)
    for one in (summary, sheet):
        sign(one, TEXTS["sign"][lang], lang)
        on_paper(one, "", lang)
    return result


def _blocks(
    sheet: OutputSheet, evaluations: Sequence[Evaluation], lang: str
) -> dict[tuple[str, str, int, int], dict[str, Ref]]:
    """Yearly figures of each assessment; returns where the shares of each (region, indicator, target year, year)
    stand."""
    sheet.text(0, 0, TEXTS["title"][lang], "page_title")
    sheet.widths.update({0: 9, **dict.fromkeys(range(1, 11), 14)})
    by_assessment: dict[int, tuple[Assessment, dict[int, Evaluation]]] = {}
    for one in evaluations:
        by_assessment.setdefault(id(one.assessment), (one.assessment, {}))[1][one.year] = one
    out: dict[tuple[str, str, int, int], dict[str, Ref]] = {}
    row = 2
    for a, years in by_assessment.values():
        t = a.target
        unit = TEXTS["unit"].get(t.indicator, {}).get(lang, "")
        sheet.text(
            row,
            0,
            f"{region_label(a.region, lang)} {LABELS[t.indicator][lang]} {t.base_year}—{t.target_year} "
            f"{100 * t.reduction:g}%（{t.source}）",
            "section",
        )
        sheet.text(row + 1, 0, TEXTS["note"][lang].format(price=a.price_year), "subtitle")
        heads = list(TEXTS["heads"][lang])
        heads[1] = f"{heads[1]}（{unit}）" if lang == "zh" else f"{heads[1]} ({unit})"
        for c, head in enumerate(heads):
            sheet.text(row + 2, c, head, "head")
        sheet.heights[row + 2] = 42
        first = row + 3
        for n, y in enumerate(a.years):
            r = first + n
            sheet.number(r, 0, y.year, "year")
            sheet.number(r, 1, y.amount, "num:1")
            sheet.number(r, 2, y.gdp, "num:1")
            sheet.formula(r, 3, f"=B{r + 1}/C{r + 1}", y.intensity, "num:4")
            evaluation = years.get(y.year)
            if evaluation is None or evaluation.annual is None:
                continue
            e: Any = evaluation
            cells = {
                "annual": sheet.formula(r, 4, f"=1-D{r + 1}/D{r}", e.annual, PERCENT),
                "plan": sheet.number(r, 5, e.plan, PERCENT),
            }
            if e.annual_rate is not None:
                cells["annual_rate"] = sheet.formula(r, 6, f"=E{r + 1}/F{r + 1}", e.annual_rate, PERCENT)
            if e.accepted_before is not None:
                cells["cumulative"] = sheet.formula(
                    r, 7, f"=1-(1-{e.accepted_before!r})*(1-E{r + 1})", e.cumulative, PERCENT
                )
            else:
                cells["cumulative"] = sheet.formula(r, 7, f"=1-D{r + 1}/D{first + 1}", e.cumulative, PERCENT)
            sheet.formula(r, 8, f"=1-D{r + 1}/D{first + 1}", e.recomputed, PERCENT)
            cells["scheduled"] = sheet.formula(
                r, 9, f"=1-(1-{t.reduction!r})^({e.year - t.base_year}/{t.years})", e.scheduled, PERCENT
            )
            if e.cumulative_rate is not None:
                cells["cumulative_rate"] = sheet.formula(r, 10, f"=H{r + 1}/J{r + 1}", e.cumulative_rate, PERCENT)
            out[a.region, t.indicator, t.target_year, e.year] = cells
        row = first + len(a.years) + 1
    return out


def _summary(
    sheet: OutputSheet,
    evaluations: Sequence[Evaluation],
    places: dict[tuple[str, str, int, int], dict[str, Ref]],
    lang: str,
) -> None:
    """One row a region, target and year, the figures by formula from the blocks."""
    sheet.text(0, 0, TEXTS["all"][lang], "page_title")
    sheet.text(1, 0, "".join(recalled(evaluations, (), lang)), "subtitle")
    sheet.widths.update({0: 14 if lang == "zh" else 32, 1: 22, 2: 8, **dict.fromkeys(range(3, 13), 12)})
    for c, head in enumerate(TEXTS["summary"][lang]):
        sheet.text(2, c, head, "head")
    sheet.freeze = (3, 1)
    for n, e in enumerate(evaluations):
        r, t = 3 + n, e.assessment.target
        cells = places.get((e.assessment.region, t.indicator, t.target_year, e.year), {})
        sheet.text(r, 0, region_label(e.assessment.region, lang), "text")
        sheet.text(r, 1, LABELS[t.indicator][lang], "text")
        sheet.number(r, 2, e.year, "year")
        values = {
            "annual": e.annual,
            "plan": e.plan,
            "annual_rate": e.annual_rate,
            "cumulative": e.cumulative,
            "scheduled": e.scheduled,
            "cumulative_rate": e.cumulative_rate,
        }
        for c, (name, value) in enumerate(values.items(), start=3):
            if name in cells and value is not None:
                sheet.formula(r, c, f"={cells[name].seen_from(sheet.name)}", value, PERCENT)
            else:
                sheet.text(r, c, "—", "notation")
        known = [s for s in e.scores if s.got is not None]
        if known:
            sheet.number(r, 9, sum(s.got or 0.0 for s in known), "num:1")
        sheet.number(r, 10, sum(s.most for s in (e.scores if e.total is not None else known)), "num:0")
        sheet.text(r, 11, e.grade[lang] if e.grade else TEXTS["open"][lang], "center")
        sheet.text(r, 12, TEXTS["yes" if e.vetoed else "no"][lang], "missing" if e.vetoed else "center")
