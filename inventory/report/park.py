"""园区排放通报: what the enterprises of a park reported for one year, by source and by enterprise, as an official
document.

A park has no statistics of its own: it is the sum of the reports of the enterprises that stand in it. Electricity and
heat bought stand beside the direct emissions and are not added to them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core.gwp import GwpSet
from ..core.problems import InventoryError, problem
from ..core.rounding import shown
from ..levels.project import LevelsProject, ReportedMass
from ..policy.present import pct
from . import package
from .blocks import Block, DocumentTable, Heading, Paragraph
from .official import Official

MOST = 20


@dataclass(frozen=True)
class ParkYear:
    """The material: the reports of one park and year."""

    park: str
    year: int
    levels: LevelsProject
    gwp: GwpSet
    lang: str = "zh"

    def phrase(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def reports(self, year: int) -> list[ReportedMass]:
        return [r for r in self.levels.reports if self.park in (r.region, r.park) and r.year == year]

    def memo(self, r: ReportedMass) -> bool:
        return self.levels.edition.categories[r.category].memo

    def total(self, year: int, memo: bool = False) -> float:
        """Sum of the direct (or of the indirect) emissions in t CO2e."""
        return math.fsum(r.mass_t * self.gwp[r.gas] for r in self.reports(year) if self.memo(r) == memo)


def park_year(levels: LevelsProject, park: str, year: int, gwp: GwpSet, lang: str = "zh") -> ParkYear:
    """Raises `InventoryError` where no enterprise of the park reported for the year, naming the years there are."""
    result = ParkYear(park, year, levels, gwp, lang)
    if not result.reports(year):
        known = sorted({r.year for r in levels.reports if park in (r.region, r.park)})
        raise InventoryError(
            [problem("bulletin.year", region=park, year=year, known="、".join(map(str, known)) or "—")]
        )
    return result


def blocks(n: ParkYear) -> Iterator[Block]:
    """The whole text as plain data."""
    direct, before = n.total(n.year) / 1e4, n.total(n.year - 1) / 1e4
    firms = list(dict.fromkeys(r.identity for r in n.reports(n.year)))
    yield Heading(1, n.phrase("总体情况", "Overview"))
    change = ""
    if before:
        rate = direct / before - 1
        change = n.phrase(
            f"，比上年{'增长' if rate >= 0 else '下降'} {pct(abs(rate), 1)}",
            f", {pct(abs(rate), 1)} {'more' if rate >= 0 else 'less'} than the year before",
        )
    districts = n.levels.tree[n.park].within or (n.levels.tree[n.park].parent,)
    where = n.phrase("、", ", ").join(n.levels.tree.label(d, n.lang) for d in districts)
    yield Paragraph(
        n.phrase(
            f"{n.year} 年，{n.park}（{where}）{len(firms)} 家企业报告的直接排放合计 {shown(direct, 1)} 万吨二氧化碳当量{change}。",
            f"In {n.year} the {len(firms)} enterprises of {n.park} ({where}) reported direct emissions of "
            f"{shown(direct, 1)} x10^4 t CO2e{change}.",
        )
    )
    indirect = n.total(n.year, memo=True) / 1e4
    if indirect:
        yield Paragraph(
            n.phrase(
                f"外购电力和热力的间接排放 {shown(indirect, 1)} 万吨二氧化碳，单列，不与直接排放相加。",
                f"Purchased electricity and heat: {shown(indirect, 1)} x10^4 t CO2, beside the direct emissions.",
            )
        )
    yield Heading(1, n.phrase("分排放源", "By source"))
    yield _sources(n, direct)
    yield Heading(1, n.phrase("分企业", "By enterprise"))
    yield _firms(n, direct)
    yield Heading(1, n.phrase("说明", "How it was made"))
    yield Paragraph(
        n.phrase(
            "园区的数值是园区内企业报告之和；没有报告的企业和居民、农业、废弃物不在其中，因此不是园区范围内的全部排放。",
            "A park is the sum of the reports of its enterprises. Enterprises without a report, households, agriculture "
            "and waste are not in it: it is not all that is emitted within the park.",
        )
    )


def _unit(n: ParkYear) -> str:
    return n.phrase("单位：万吨二氧化碳当量", "Unit: 10^4 t CO2e")


def _sources(n: ParkYear, direct: float) -> DocumentTable:
    edition = n.levels.edition
    sums: dict[tuple[str, str], float] = {}
    for r in n.reports(n.year):
        if not n.memo(r):
            key = (r.category, r.gas)
            sums[key] = sums.get(key, 0.0) + r.mass_t * n.gwp[r.gas] / 1e4
    order = {c: i for i, c in enumerate(edition.categories)}
    rows = [
        (edition.label_of_category(c, n.lang), gas, shown(v, 2), pct(v / direct, 1) if direct else "—")
        for (c, gas), v in sorted(sums.items(), key=lambda x: (order[x[0][0]], x[0][1]))
    ]
    rows.append((n.phrase("合计", "Total"), "", shown(direct, 2), "100.0%"))
    head = ("排放源", "气体", "排放量", "占比") if n.lang == "zh" else ("Source", "Gas", "Emissions", "Share")
    caption = n.phrase("分排放源的直接排放", "Direct emissions by source")
    return DocumentTable(caption, head, tuple(rows), (2, 3), (len(rows) - 1,), _unit(n))


def _firms(n: ParkYear, direct: float) -> DocumentTable:
    names: dict[str, str] = {}
    sums: dict[str, list[float]] = {}
    for r in n.reports(n.year):
        names.setdefault(r.identity, r.enterprise)
        of = sums.setdefault(r.identity, [0.0, 0.0])
        of[1 if n.memo(r) else 0] += r.mass_t * n.gwp[r.gas] / 1e4
    ranked = sorted(sums, key=lambda i: (-sums[i][0], names[i]))
    rows = [
        (
            names[i],
            shown(sums[i][0], 2),
            pct(sums[i][0] / direct, 1) if direct else "—",
            shown(sums[i][1], 2) if sums[i][1] else "—",
        )
        for i in ranked[:MOST]
    ]
    rest = ranked[MOST:]
    if rest:
        other = math.fsum(sums[i][0] for i in rest)
        bought = math.fsum(sums[i][1] for i in rest)
        rows.append(
            (
                n.phrase(f"其余 {len(rest)} 家", f"{len(rest)} others"),
                shown(other, 2),
                pct(other / direct, 1) if direct else "—",
                shown(bought, 2),
            )
        )
    head = (
        ("企业", "直接排放", "占比", "外购电力热力")
        if n.lang == "zh"
        else ("Enterprise", "Direct", "Share", "Purchased")
    )
    return DocumentTable(n.phrase("企业排放", "Enterprises"), head, tuple(rows), (1, 2, 3), (), _unit(n))


def document_bytes(n: ParkYear) -> bytes:
    """The document in the format of GB/T 9704; the same input gives the same bytes. Raises `InventoryError` without
    python-docx."""
    result = Official(n.lang)
    title = n.phrase(f"{n.park}{n.year}年企业温室气体排放情况通报", f"Emissions reported in {n.park}, {n.year}")
    illustrative = any(r.data_kind == "示例" for r in n.reports(n.year))
    remark = n.phrase("含示例数据，非统计数据，只作演示", "contains illustrative data, no statistics")
    result.title(title, remark if illustrative else "")
    result.add(blocks(n), False)
    result.close(n.phrase("（发布单位）", "(issuing office)"), n.phrase("（日期）", "(date)"))
    return result.content(title)


def write_park(n: ParkYear, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    package.write(document_bytes(n), path)
