"""核查表: the assessment as a workbook with live formulas, one block a region and target, and a table of all regions
for the office above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..sheets.address import Ref
from ..sheets.model import Book, OutputSheet
from ..sheets.paper import on_paper, sign
from .evaluation import Evaluation
from .recalled import recalled
from .targets import Assessment
from .words import PolicyWords

PERCENT = "percent"


def book(evaluations: Sequence[Evaluation], lang: str = "zh") -> Book:
    """The workbook as plain data: the summary first, then the blocks of all regions below each other."""
    t = PolicyWords(lang)
    result = Book(t("verification.title"), lang)
    summary, sheet = (result.add(t(f"verification.{name}"), t("verification.title")) for name in ("all", "one"))
    places = _blocks(sheet, evaluations, t)
    _summary(summary, evaluations, places, t)
    for one in (summary, sheet):
        sign(one, t.heads("verification.sign"), lang)
        on_paper(one, "", lang)
    return result


def _blocks(
    sheet: OutputSheet, evaluations: Sequence[Evaluation], t: PolicyWords
) -> dict[tuple[str, str, int, int], dict[str, Ref]]:
    """Yearly figures of each assessment; returns where the shares of each (region, indicator, target year, year)
    stand."""
    sheet.text(0, 0, t("verification.title"), "page_title")
    sheet.widths.update({0: 9, **dict.fromkeys(range(1, 11), 14)})
    by_assessment: dict[int, tuple[Assessment, dict[int, Evaluation]]] = {}
    for one in evaluations:
        by_assessment.setdefault(id(one.assessment), (one.assessment, {}))[1][one.year] = one
    out: dict[tuple[str, str, int, int], dict[str, Ref]] = {}
    row = 2
    for a, years in by_assessment.values():
        target = a.target
        sheet.text(
            row,
            0,
            f"{t.region(a.region)} {t.of('indicator', target.indicator)} {target.base_year}—{target.target_year} "
            f"{100 * target.reduction:g}%（{target.source}）",
            "section",
        )
        sheet.text(row + 1, 0, t("verification.note", price=a.price_year), "subtitle")
        heads = t.heads("verification.heads")
        heads[1] = heads[1].format(unit=t.of("verification_unit", target.indicator))
        sheet.row(row + 2, 0, heads, "head")
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
                r, 9, f"=1-(1-{target.reduction!r})^({e.year - target.base_year}/{target.years})", e.scheduled, PERCENT
            )
            if e.cumulative_rate is not None:
                cells["cumulative_rate"] = sheet.formula(r, 10, f"=H{r + 1}/J{r + 1}", e.cumulative_rate, PERCENT)
            out[a.region, target.indicator, target.target_year, e.year] = cells
        row = first + len(a.years) + 1
    return out


def _summary(
    sheet: OutputSheet,
    evaluations: Sequence[Evaluation],
    places: dict[tuple[str, str, int, int], dict[str, Ref]],
    t: PolicyWords,
) -> None:
    """One row a region, target and year, the figures by formula from the blocks."""
    sheet.text(0, 0, t("verification.all"), "page_title")
    sheet.text(1, 0, "".join(recalled(evaluations, (), t.lang)), "subtitle")
    sheet.widths.update({0: 14 if t.lang == "zh" else 32, 1: 22, 2: 8, **dict.fromkeys(range(3, 13), 12)})
    sheet.row(2, 0, t.heads("verification.summary"), "head")
    sheet.freeze = (3, 1)
    for n, e in enumerate(evaluations):
        r, target = 3 + n, e.assessment.target
        cells = places.get((e.assessment.region, target.indicator, target.target_year, e.year), {})
        sheet.text(r, 0, t.region(e.assessment.region), "text")
        sheet.text(r, 1, t.of("indicator", target.indicator), "text")
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
        sheet.text(r, 11, e.grade[t.lang] if e.grade else t("verification.open"), "center")
        sheet.text(r, 12, t("verification.yes" if e.vetoed else "verification.no"), "missing" if e.vetoed else "center")
