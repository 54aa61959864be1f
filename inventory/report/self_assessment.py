"""自评估报告: a region's own assessment of its targets for one year, and for an office with parts the table of all of
them, as a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.problems import InventoryError, Problem, problem
from ..levels.project import LevelsProject
from ..policy.evaluation import Evaluation
from ..policy.present import pct, ranks
from ..policy.published import CO2
from ..policy.recalled import recalled
from ..policy.targets import TargetReport
from ..policy.words import PolicyWords
from ..regions import region_label
from . import package
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph
from .official import Official
from .plan_sections import PlanStatus, plan_blocks


@dataclass(frozen=True)
class SelfAssessment:
    """What the document says. `region` is the one that assesses itself; its parts are listed when they were assessed
    too."""

    region: str
    year: int
    evaluations: tuple[Evaluation, ...]
    report: TargetReport
    levels: LevelsProject
    problems: tuple[Problem, ...]
    plan: PlanStatus = PlanStatus()
    lang: str = "zh"

    def phrase(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def of(self, region: str) -> list[Evaluation]:
        return [e for e in self.evaluations if e.assessment.region == region and e.year == self.year]


def blocks(n: SelfAssessment) -> Iterator[Block]:
    """The whole text as plain data. Raises `InventoryError` when the region was not assessed in that year."""
    own, parts = n.of(n.region), [r.name for r in n.levels.tree.children(n.region)]
    below = [e for p in parts for e in n.of(p)]
    if not own and not below:
        known = sorted({(e.assessment.region, e.year) for e in n.evaluations})
        raise InventoryError(
            [
                problem(
                    "targets.not_assessed",
                    region=n.region,
                    year=n.year,
                    known="、".join(f"{r} {y}" for r, y in known[:20]) or "—",
                )
            ]
        )
    if own:
        yield Heading(1, n.phrase("目标完成情况", "Targets and their completion"))
        yield Bullets(tuple(_sentence(n, e) for e in own))
        yield _completion(n, own)
        yield Heading(1, n.phrase("核算数据", "Figures behind it"))
        yield from (_figures(n, e) for e in own)
        yield Heading(1, n.phrase("得分", "Points"))
        yield from (_points_table(n, e) for e in own)
        yield from (Paragraph(note, "note") for note in recalled(own, (), n.lang))
    yield from plan_blocks(n.plan, n.region, n.year, n.lang, n.levels)
    if below:
        yield Heading(1, n.phrase("各地区完成情况", "All parts"))
        yield from _parts(n, below)
    about = [
        p
        for p in n.problems
        if not own or dict(p.facts).get("region") in (n.region, *parts) or dict(p.facts).get("whole") == n.region
    ]
    yield Heading(1, n.phrase("需要说明的问题", "Open questions"))
    if about:
        yield Bullets(tuple(_grouped(n, about)))
    else:
        yield Paragraph(n.phrase("没有。", "None."))


def _grouped(n: SelfAssessment, about: Sequence[Problem], most: int = 3) -> Iterator[str]:
    """What was found, the first few of a kind, the rest counted."""
    kinds: dict[str, list[Problem]] = {}
    for p in about:
        kinds.setdefault(p.code, []).append(p)
    for listed in kinds.values():
        yield from (f"{p.part('what', n.lang)}{n.phrase('。', '.')}" for p in listed[:most])
        if len(listed) > most:
            yield n.phrase(
                f"同类问题另有 {len(listed) - most} 条，见核查结果。", f"{len(listed) - most} more of this kind."
            )


def _sentence(n: SelfAssessment, e: Evaluation) -> str:
    label, t = PolicyWords(n.lang).of("indicator", e.assessment.target.indicator), e.assessment.target
    met = e.cumulative_rate is not None and e.cumulative_rate >= 1
    plan = f"（{e.plan_source}）" if e.plan_source else "（按均匀进度）"
    zh = (
        f"{e.year} 年{label}下降 {pct(e.annual)}，计划 {pct(e.plan)}{plan}，完成率 {pct(e.annual_rate, 1)}；"
        f"{t.base_year} 年以来累计下降 {pct(e.cumulative)}，进度要求 {pct(e.scheduled)}，{'达到' if met else '未达到'}进度要求。"
    )
    en = (
        f"In {e.year} {label} fell by {pct(e.annual)} (plan {pct(e.plan)}, "
        f"{e.plan_source or 'even schedule'}; completion {pct(e.annual_rate, 1)}); "
        f"since {t.base_year} by {pct(e.cumulative)}, {'on' if met else 'behind'} the schedule of "
        f"{pct(e.scheduled)}."
    )
    return n.phrase(zh, en)


def _completion(n: SelfAssessment, own: Sequence[Evaluation]) -> DocumentTable:
    head = (
        ("指标", "年度下降", "年度计划", "完成率", "累计下降", "其中：上年认定", "进度要求", "完成率")
        if n.lang == "zh"
        else ("Indicator", "Decline", "Plan", "Done", "Since base year", "Accepted last year", "Schedule", "Done")
    )
    rows = tuple(
        (
            PolicyWords(n.lang).of("indicator", e.assessment.target.indicator),
            pct(e.annual),
            pct(e.plan),
            pct(e.annual_rate, 1),
            pct(e.cumulative),
            pct(e.accepted_before),
            pct(e.scheduled),
            pct(e.cumulative_rate, 1),
        )
        for e in own
    )
    return DocumentTable(
        n.phrase(f"{n.year} 年目标完成情况", f"Completion in {n.year}"), head, rows, tuple(range(1, 8))
    )


def _figures(n: SelfAssessment, e: Evaluation) -> DocumentTable:
    a = e.assessment
    unit = n.phrase("万t", "10^4 t") if a.target.indicator == CO2 else n.phrase("万tce", "10^4 tce")
    head = (
        ("年份", f"数量（{unit}）", f"GDP（亿元，{a.price_year}年价）", "强度", "年度下降", "累计下降（现行数据）")
        if n.lang == "zh"
        else (
            "Year",
            f"Amount ({unit})",
            f"GDP (10^8 yuan of {a.price_year})",
            "Intensity",
            "Decline",
            "Cumulative (today's data)",
        )
    )
    rows = tuple(
        (str(y.year), f"{y.amount:,.1f}", f"{y.gdp:,.1f}", f"{y.intensity:.4f}", pct(y.annual), pct(y.cumulative))
        for y in a.years
        if y.year <= n.year
    )
    return DocumentTable(PolicyWords(n.lang).of("indicator", a.target.indicator), head, rows, tuple(range(1, 6)))


def _points_table(n: SelfAssessment, e: Evaluation) -> DocumentTable:
    head = (
        ("项目", "满分", "完成率", "得分", "一票否决")
        if n.lang == "zh"
        else ("Item", "Of", "Completion", "Points", "Veto")
    )
    rows = [
        (
            s.label[n.lang],
            f"{s.most:g}",
            pct(s.rate, 1),
            "—" if s.got is None else f"{s.got:.1f}",
            n.phrase("是", "yes") if s.vetoed else n.phrase("否", "no"),
        )
        for s in e.scores
    ]
    total = n.phrase("待评项目齐全后得出", "when every item is scored") if e.total is None else f"{e.total:.1f}"
    rows.append(
        (n.phrase("合计", "Total"), f"{sum(s.most for s in e.scores):g}", "", total, (e.grade or {}).get(n.lang, ""))
    )
    return DocumentTable(
        PolicyWords(n.lang).of("indicator", e.assessment.target.indicator),
        head,
        tuple(rows),
        (1, 2, 3),
        (len(rows) - 1,),
    )


def _parts(n: SelfAssessment, below: Sequence[Evaluation]) -> Iterator[Block]:
    for indicator, target_year in dict.fromkeys(
        (e.assessment.target.indicator, e.assessment.target.target_year) for e in below
    ):
        ranked = n.report.ranking(indicator, n.region, n.levels, target_year)
        rank = {a.region: place for place, a in ranks(ranked)}
        rows = [
            (
                str(rank.get(e.assessment.region, "—")),
                region_label(e.assessment.region, n.lang),
                pct(e.annual),
                pct(e.plan),
                pct(e.annual_rate, 1),
                pct(e.cumulative),
                pct(e.scheduled),
                pct(e.cumulative_rate, 1),
            )
            for e in below
            if (e.assessment.target.indicator, e.assessment.target.target_year) == (indicator, target_year)
        ]
        rows.sort(key=lambda row: (not row[0].isdigit(), int(row[0]) if row[0].isdigit() else 0))
        head = (
            ("排序", "地区", "年度下降", "年度计划", "完成率", "累计下降", "进度要求", "完成率")
            if n.lang == "zh"
            else ("Rank", "Region", "Decline", "Plan", "Done", "Since base", "Schedule", "Done")
        )
        yield DocumentTable(PolicyWords(n.lang).of("indicator", indicator), head, tuple(rows), tuple(range(2, 8)))


def document_bytes(n: SelfAssessment) -> bytes:
    """The document in the format of GB/T 9704; the same input gives the same bytes. Raises `InventoryError`: no
    python-docx, a region not assessed."""
    body = list(blocks(n))
    result = Official(n.lang)
    word = n.levels.edition.word("region", n.region)
    place = next(
        (a for a in (word.aliases if word else ()) if a.startswith(n.region) and len(a) > len(n.region)), n.region
    )
    english = word.label_en if word and word.label_en else n.region
    title = n.phrase(
        f"{place}{n.year}年度控制温室气体排放目标责任自评估报告", f"Self-assessment of {english} for {n.year}"
    )
    illustrative = any(d.data_kind == "示例" for d in n.levels.project.data)
    result.title(
        title,
        n.phrase("含示例数据，非统计数据，只作演示", "contains illustrative data, no statistics")
        if illustrative
        else "",
    )
    result.add(body, False)
    result.close(n.phrase("（编制单位）", "(issuing office)"), n.phrase("（日期）", "(date)"))
    return result.content(title)


def write_self_assessment(n: SelfAssessment, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    package.write(document_bytes(n), path)
