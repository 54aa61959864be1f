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

from ..core.files import write_bytes
from ..core.gwp import GwpSet
from ..core.problems import InventoryError, problem
from ..core.rounding import shown
from ..levels.project import LevelsProject, ReportedMass
from ..policy.present import pct
from .blocks import Block, DocumentTable, Heading, Paragraph
from .words import ReportWords, official_bytes

MOST = 20


@dataclass(frozen=True)
class ParkYear:
    """The material: the reports of one park and year."""

    park: str
    year: int
    levels: LevelsProject
    gwp: GwpSet
    lang: str = "zh"

    @property
    def t(self) -> ReportWords:
        return ReportWords(self.lang)

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
    t, direct, before = n.t, n.total(n.year) / 1e4, n.total(n.year - 1) / 1e4
    firms = list(dict.fromkeys(r.identity for r in n.reports(n.year)))
    districts = n.levels.tree[n.park].within or (n.levels.tree[n.park].parent,)
    yield Heading(1, t("official.overview"))
    yield Paragraph(
        t(
            "park.overview",
            year=n.year,
            park=n.park,
            where=t.listed(n.levels.tree.label(d, n.lang) for d in districts),
            n=len(firms),
            direct=shown(direct, 1),
            change=t.change(direct / before - 1) if before else "",
        )
    )
    indirect = n.total(n.year, memo=True) / 1e4
    if indirect:
        yield Paragraph(t("park.indirect", amount=shown(indirect, 1)))
    yield Heading(1, t("park.by_source"))
    yield _sources(n, direct)
    yield Heading(1, t("park.by_enterprise"))
    yield _firms(n, direct)
    yield Heading(1, t("park.how"))
    yield Paragraph(t("park.method"))


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
    rows.append((n.t("official.total"), "", shown(direct, 2), "100.0%"))
    heads = tuple(n.t.heads("park.source_heads"))
    return DocumentTable(n.t("park.sources"), heads, tuple(rows), (2, 3), (len(rows) - 1,), n.t("official.unit"))


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
                n.t("park.others", n=len(rest)),
                shown(other, 2),
                pct(other / direct, 1) if direct else "—",
                shown(bought, 2),
            )
        )
    heads = tuple(n.t.heads("park.firm_heads"))
    return DocumentTable(n.t("park.firms"), heads, tuple(rows), (1, 2, 3), (), n.t("official.unit"))


def document_bytes(n: ParkYear) -> bytes:
    """The document (see `official_bytes`)."""
    illustrative = any(r.data_kind == "示例" for r in n.reports(n.year))
    return official_bytes(n.t("park.title", park=n.park, year=n.year), blocks(n), n.t, illustrative, "issuing")


def write_park(n: ParkYear, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    write_bytes(path, document_bytes(n))
