"""自评估报告: a region's own assessment of its targets for one year, and for an office with parts the table of all of
them, as a Word document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.files import write_bytes
from ..core.problems import InventoryError, Problem, problem
from ..levels.project import LevelsProject
from ..policy.evaluation import Evaluation
from ..policy.present import pct, ranks
from ..policy.recalled import recalled
from ..policy.targets import TargetReport
from ..policy.words import PolicyWords
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph
from .plan_sections import PlanStatus, plan_blocks
from .words import ReportWords, official_bytes


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

    @property
    def t(self) -> ReportWords:
        return ReportWords(self.lang)

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
        yield Heading(1, n.t("self.targets"))
        yield Bullets(tuple(_sentence(n, e) for e in own))
        yield _completion(n, own)
        yield Heading(1, n.t("self.figures"))
        yield from (_figures(n, e) for e in own)
        yield Heading(1, n.t("self.points"))
        yield from (_points_table(n, e) for e in own)
        yield from (Paragraph(note, "note") for note in recalled(own, (), n.lang))
    yield from plan_blocks(n.plan, n.region, n.year, n.lang, n.levels)
    if below:
        yield Heading(1, n.t("self.parts"))
        yield from _parts(n, below)
    about = [
        p
        for p in n.problems
        if not own or dict(p.facts).get("region") in (n.region, *parts) or dict(p.facts).get("whole") == n.region
    ]
    yield Heading(1, n.t("self.questions"))
    if about:
        yield Bullets(tuple(_grouped(n, about)))
    else:
        yield Paragraph(n.t("self.none"))


def _grouped(n: SelfAssessment, about: Sequence[Problem], most: int = 3) -> Iterator[str]:
    """What was found, the first few of a kind, the rest counted."""
    kinds: dict[str, list[Problem]] = {}
    for p in about:
        kinds.setdefault(p.code, []).append(p)
    for listed in kinds.values():
        yield from (n.t("self.said", what=p.part("what", n.lang)) for p in listed[:most])
        if len(listed) > most:
            yield n.t("self.more", n=len(listed) - most)


def _sentence(n: SelfAssessment, e: Evaluation) -> str:
    met = e.cumulative_rate is not None and e.cumulative_rate >= 1
    return n.t(
        "self.on_schedule" if met else "self.behind",
        year=e.year,
        label=PolicyWords(n.lang).of("indicator", e.assessment.target.indicator),
        annual=pct(e.annual),
        plan=pct(e.plan),
        source=e.plan_source or n.t("self.even"),
        rate=pct(e.annual_rate, 1),
        base=e.assessment.target.base_year,
        cumulative=pct(e.cumulative),
        scheduled=pct(e.scheduled),
    )


def _completion(n: SelfAssessment, own: Sequence[Evaluation]) -> DocumentTable:
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
    heads = tuple(n.t.heads("self.completion_heads"))
    return DocumentTable(n.t("self.completion", year=n.year), heads, rows, tuple(range(1, 8)))


def _figures(n: SelfAssessment, e: Evaluation) -> DocumentTable:
    a = e.assessment
    words = PolicyWords(n.lang)
    unit = words.of("self_unit", a.target.indicator)
    heads = tuple(h.format(unit=unit, price_year=a.price_year) for h in n.t.heads("self.figures_heads"))
    rows = tuple(
        (str(y.year), f"{y.amount:,.1f}", f"{y.gdp:,.1f}", f"{y.intensity:.4f}", pct(y.annual), pct(y.cumulative))
        for y in a.years
        if y.year <= n.year
    )
    return DocumentTable(words.of("indicator", a.target.indicator), heads, rows, tuple(range(1, 6)))


def _points_table(n: SelfAssessment, e: Evaluation) -> DocumentTable:
    rows = [
        (
            s.label[n.lang],
            f"{s.most:g}",
            pct(s.rate, 1),
            "—" if s.got is None else f"{s.got:.1f}",
            n.t("self.yes") if s.vetoed else n.t("self.no"),
        )
        for s in e.scores
    ]
    total = n.t("self.not_whole") if e.total is None else f"{e.total:.1f}"
    rows.append(
        (n.t("official.total"), f"{sum(s.most for s in e.scores):g}", "", total, (e.grade or {}).get(n.lang, ""))
    )
    return DocumentTable(
        PolicyWords(n.lang).of("indicator", e.assessment.target.indicator),
        tuple(n.t.heads("self.points_heads")),
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
                n.t.region(e.assessment.region),
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
        head = tuple(n.t.heads("self.parts_heads"))
        yield DocumentTable(PolicyWords(n.lang).of("indicator", indicator), head, tuple(rows), tuple(range(2, 8)))


def document_bytes(n: SelfAssessment) -> bytes:
    """The document (see `official_bytes`). Raises `InventoryError` for a region that was not assessed."""
    place = n.levels.edition.full_name_of_region(n.region, n.lang)
    illustrative = any(d.data_kind == "示例" for d in n.levels.project.data)
    title = n.t("self.title", place=place, year=n.year)
    return official_bytes(title, list(blocks(n)), n.t, illustrative, "compiling")


def write_self_assessment(n: SelfAssessment, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    write_bytes(path, document_bytes(n))
