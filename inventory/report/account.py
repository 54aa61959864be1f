"""年度核算通报: the yearly account of CO2 of energy from the energy statistics, for the years between inventories, as
an official document.

The figures are those of the assessment's way of computing (edition `policy`). They are not the inventory's: where an
inventory year is at hand, both stand side by side with their ratio, and the two are never joined into one series
without that break being said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..policy.data import inventory_co2
from ..policy.evaluation import Evaluation
from ..policy.present import pct
from ..policy.targets import TargetReport
from ..policy.words import PolicyWords
from . import package
from .blocks import Block, DocumentTable, Heading, Paragraph
from .official import Official
from .plan_sections import plan_blocks
from .region_sections import PolicyMaterial, region_blocks

ELECTRICITY = "electricity"
NAMES = {"煤炭": "coal", "油品": "oil", "天然气": "natural gas", ELECTRICITY: "net electricity"}


@dataclass(frozen=True)
class Account:
    """The material. `ledgers`: inventories of the region, if any, for the comparison in the years that both have."""

    region: str
    year: int
    material: PolicyMaterial
    ledgers: Mapping[str, Ledger]
    lang: str = "zh"

    @property
    def report(self) -> TargetReport:
        assert self.material.assessed is not None
        return self.material.assessed

    @property
    def levels(self) -> LevelsProject:
        assert self.material.levels is not None
        return self.material.levels

    @property
    def evaluations(self) -> tuple[Evaluation, ...]:
        return self.material.evaluations

    def phrase(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    @property
    def place(self) -> str:
        word = self.levels.edition.word("region", self.region)
        if self.lang == "en":
            return word.label_en if word and word.label_en else self.region
        return next(
            (a for a in (word.aliases if word else ()) if a.startswith(self.region) and len(a) > len(self.region)),
            self.region,
        )

    def by_source(self, year: int) -> dict[str, float]:
        """CO2 in 10^4 t by fuel and net electricity; empty without figures."""
        ledger = self.report.assessed.ledger
        out: dict[str, float] = {}
        for line in ledger.lines if ledger else ():
            if (line.region, line.year, line.account) == (self.region, year, "total"):
                name = dict(line.item).get("assessed_fuel", ELECTRICITY)
                out[name] = out.get(name, 0.0) + line.mass_t / 1e4
        return out


def account(
    material: PolicyMaterial, ledgers: Mapping[str, Ledger], region: str, year: int, lang: str = "zh"
) -> Account:
    """The account of a region and year. Raises `InventoryError` when there are no energy data of that year, naming
    those there are."""
    result = Account(region, year, material, ledgers, lang)
    if not result.by_source(year):
        ledger = result.report.assessed.ledger
        known = sorted({(x.region, x.year) for x in ledger.lines}) if ledger else []
        raise InventoryError(
            [
                problem(
                    "targets.not_assessed",
                    region=region or "—",
                    year=year,
                    known="、".join(f"{r} {y}" for r, y in known[:20]) or "—",
                )
            ]
        )
    return result


def blocks(n: Account) -> Iterator[Block]:
    """The whole text as plain data: what happened, by source, the targets, the parts, how it was computed."""
    now, before = n.by_source(n.year), n.by_source(n.year - 1)
    yield Heading(1, n.phrase("总体情况", "Overview"))
    yield Paragraph(_overview(n, now, before))
    yield _sources(n, now, before)
    own = [e for e in n.evaluations if (e.assessment.region, e.year) == (n.region, n.year)]
    if own:
        yield Heading(1, n.phrase("目标进展", "Progress towards the targets"))
        for e in own:
            yield Paragraph(_progress(n, e))
    yield from region_blocks(n.material, n.ledgers, n.region, n.year, n.lang)
    yield from plan_blocks(n.material.plan, n.region, n.year, n.lang, n.levels)
    yield Heading(1, n.phrase("核算方法", "How it was computed"))
    yield from (Paragraph(text) for text in _method(n))


def _amount(value: float, lang: str) -> str:
    """亿吨 with two decimals where it is that large, else 万吨, as the ministries write."""
    if lang == "zh":
        return f"{shown(value / 1e4, 2)} 亿吨" if abs(value) >= 1e4 else f"{shown(value, 1)} 万吨"
    return f"{shown(value / 100, 1)} Mt"


def _overview(n: Account, now: Mapping[str, float], before: Mapping[str, float]) -> str:
    total, last = math.fsum(now.values()), math.fsum(before.values())
    zh = f"{n.year} 年，{n.place}能源活动二氧化碳排放量（含净调入电力）为 {_amount(total, 'zh')}"
    en = f"In {n.year} CO2 of energy in {n.place}, net electricity included, was {_amount(total, 'en')}"
    if last:
        change = total / last - 1
        moved = {k: now.get(k, 0.0) - before.get(k, 0.0) for k in dict.fromkeys((*now, *before))}
        top = max(moved, key=lambda k: abs(moved[k]))
        zh += (
            f"，比上年{'增长' if change >= 0 else '下降'} {pct(abs(change), 1)}；变化最大的是{_name(top, 'zh')}，"
            f"{'增加' if moved[top] >= 0 else '减少'} {_amount(abs(moved[top]), 'zh')}"
        )
        en += (
            f", {pct(abs(change), 1)} {'more' if change >= 0 else 'less'} than the year before; "
            f"{_name(top, 'en')} changed most, "
            f"by {'+' if moved[top] >= 0 else '−'}{_amount(abs(moved[top]), 'en')}"
        )
    return n.phrase(zh + "。", en + ".")


def _name(source: str, lang: str) -> str:
    return ("净调入电力" if source == ELECTRICITY else source) if lang == "zh" else NAMES.get(source, source)


def _sources(n: Account, now: Mapping[str, float], before: Mapping[str, float]) -> DocumentTable:
    head = (
        ("来源", f"{n.year - 1} 年", f"{n.year} 年", "变化", "变化率", "占比")
        if n.lang == "zh"
        else ("Source", str(n.year - 1), str(n.year), "Change", "Change, %", "Share")
    )
    total, last = math.fsum(now.values()), math.fsum(before.values())
    rows = []
    for name in [*(k for k in NAMES if k in now or k in before), *(k for k in now if k not in NAMES)]:
        a, b = before.get(name), now.get(name, 0.0)
        rows.append(
            (
                _name(name, n.lang),
                "—" if a is None else shown(a, 1),
                shown(b, 1),
                "—" if a is None else shown(b - a, 1),
                "—" if not a else pct(b / a - 1, 1),
                pct(b / total, 1) if total else "—",
            )
        )
    rows.append(
        (
            n.phrase("合计", "Total"),
            shown(last, 1) if before else "—",
            shown(total, 1),
            shown(total - last, 1) if before else "—",
            pct(total / last - 1, 1) if last else "—",
            "100.0%",
        )
    )
    caption = n.phrase("能源活动二氧化碳排放量（考核口径）", "CO2 of energy, as assessed")
    return DocumentTable(
        caption, head, tuple(rows), (1, 2, 3, 4, 5), (len(rows) - 1,), n.phrase("单位：万吨", "Unit: 10^4 t")
    )


def _progress(n: Account, e: Evaluation) -> str:
    label, base = PolicyWords(n.lang).of("indicator", e.assessment.target.indicator), e.assessment.target.base_year
    on = e.cumulative_rate is not None and e.cumulative_rate >= 1
    verdict = "达到" if on else "没有达到"
    return n.phrase(
        f"{label}比上年下降 {pct(e.annual)}，比 {base} 年累计下降 {pct(e.cumulative)}，{verdict}进度要求（{pct(e.scheduled)}）。",
        f"{label[0].upper()}{label[1:]} fell by {pct(e.annual)} in the year and by "
        f"{pct(e.cumulative)} since {base}, "
        f"{'on' if on else 'behind'} the schedule of {pct(e.scheduled)}.",
    )


def _method(n: Account) -> Iterator[str]:
    ledger = n.report.assessed.ledger
    assert ledger is not None
    declared = ledger.edition.declared.choices
    options = {k: declared[k].labels.get(option, {}).get(n.lang, option) for k, (option, _) in ledger.choices.items()}
    chosen = n.phrase("；", "; ").join(
        f"{declared[k].label[n.lang]}{n.phrase('：', ': ')}{option}" for k, option in options.items()
    )
    yield n.phrase(
        f"按煤、油、气消费量（标准煤）乘以考核因子，加净调入电力计算，不含工业生产过程。{chosen}。",
        "Coal, oil and gas (in coal equivalent) times the factors of the assessment, plus net electricity; "
        f"industrial processes are not in it. {chosen}.",
    )
    inventory = inventory_co2(n.ledgers, n.region)
    both = [y for y in inventory if y in n.report.assessed.co2(n.region)]
    for year in both:
        mine, theirs = n.report.assessed.co2(n.region)[year], inventory[year]
        yield n.phrase(
            f"与清单的衔接：{year} 年清单的能源活动二氧化碳为 {_amount(theirs, 'zh')}，本口径为 {_amount(mine, 'zh')}，"
            f"相差 {pct(mine / theirs - 1, 1)}；两个口径包含的内容不同，不能接成一个序列。",
            f"Beside the inventory: for {year} the inventory has {_amount(theirs, 'en')}, this "
            f"account {_amount(mine, 'en')} "
            f"({pct(mine / theirs - 1, 1)}); they count different things and are not one series.",
        )
    if not both:
        yield n.phrase("没有与清单共同的年份，两个口径不能对照。", "No year is in both the inventory and this account.")


def document_bytes(n: Account) -> bytes:
    """The document in the format of GB/T 9704; the same input gives the same bytes. Raises `InventoryError` without
    python-docx."""
    result = Official(n.lang)
    title = n.phrase(f"{n.place}{n.year}年能源活动二氧化碳排放核算情况通报", f"CO2 of energy in {n.place}, {n.year}")
    illustrative = any(d.data_kind == "示例" for d in n.levels.project.data)
    result.title(
        title,
        n.phrase("含示例数据，非统计数据，只作演示", "contains illustrative data, no statistics")
        if illustrative
        else "",
    )
    result.add(blocks(n), False)
    result.close(n.phrase("（发布单位）", "(issuing office)"), n.phrase("（日期）", "(date)"))
    return result.content(title)


def write_account(n: Account, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    package.write(document_bytes(n), path)
