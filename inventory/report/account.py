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

from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..policy.data import inventory_co2
from ..policy.evaluation import Evaluation
from ..policy.present import pct
from ..policy.targets import TargetReport
from ..policy.words import PolicyWords
from .blocks import Block, DocumentTable, Heading, Paragraph
from .plan_sections import plan_blocks
from .region_sections import PolicyMaterial, region_blocks
from .words import ReportWords, official_bytes

ELECTRICITY = "electricity"


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

    @property
    def t(self) -> ReportWords:
        return ReportWords(self.lang)

    @property
    def place(self) -> str:
        return self.levels.edition.full_name_of_region(self.region, self.lang)

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
    t, now, before = n.t, n.by_source(n.year), n.by_source(n.year - 1)
    yield Heading(1, t("official.overview"))
    yield Paragraph(_overview(n, now, before))
    yield _sources(n, now, before)
    own = [e for e in n.evaluations if (e.assessment.region, e.year) == (n.region, n.year)]
    if own:
        yield Heading(1, t("account.targets"))
        for e in own:
            yield Paragraph(_progress(n, e))
    yield from region_blocks(n.material, n.ledgers, n.region, n.year, n.lang)
    yield from plan_blocks(n.material.plan, n.region, n.year, n.lang, n.levels)
    yield Heading(1, t("account.how"))
    yield from (Paragraph(text) for text in _method(n))


def _overview(n: Account, now: Mapping[str, float], before: Mapping[str, float]) -> str:
    t, total, last = n.t, math.fsum(now.values()), math.fsum(before.values())
    change = ""
    if last:
        moved = {k: now.get(k, 0.0) - before.get(k, 0.0) for k in dict.fromkeys((*now, *before))}
        top = max(moved, key=lambda k: abs(moved[k]))
        most = {"name": t.of("source", top), "amount": t.wan(abs(moved[top]))}
        change = t.change(total / last - 1) + t("account.rose_most" if moved[top] >= 0 else "account.fell_most", **most)
    return t("account.overview", year=n.year, place=n.place, total=t.wan(total), change=change)


def _sources(n: Account, now: Mapping[str, float], before: Mapping[str, float]) -> DocumentTable:
    t = n.t
    total, last = math.fsum(now.values()), math.fsum(before.values())
    rows = []
    named = t.group("source")
    for name in [*(k for k in named if k in now or k in before), *(k for k in now if k not in named)]:
        a, b = before.get(name), now.get(name, 0.0)
        rows.append(
            (
                t.of("source", name),
                "—" if a is None else shown(a, 1),
                shown(b, 1),
                "—" if a is None else shown(b - a, 1),
                "—" if not a else pct(b / a - 1, 1),
                pct(b / total, 1) if total else "—",
            )
        )
    rows.append(
        (
            t("official.total"),
            shown(last, 1) if before else "—",
            shown(total, 1),
            shown(total - last, 1) if before else "—",
            pct(total / last - 1, 1) if last else "—",
            "100.0%",
        )
    )
    heads = tuple(h.format(before=n.year - 1, now=n.year) for h in t.heads("account.heads"))
    numeric, last_row = (1, 2, 3, 4, 5), (len(rows) - 1,)
    return DocumentTable(t("account.caption"), heads, tuple(rows), numeric, last_row, t("official.unit_co2"))


def _progress(n: Account, e: Evaluation) -> str:
    label = PolicyWords(n.lang).of("indicator", e.assessment.target.indicator)
    on = e.cumulative_rate is not None and e.cumulative_rate >= 1
    return n.t(
        "account.on_schedule" if on else "account.behind",
        label=label[0].upper() + label[1:],
        annual=pct(e.annual),
        base=e.assessment.target.base_year,
        cumulative=pct(e.cumulative),
        scheduled=pct(e.scheduled),
    )


def _method(n: Account) -> Iterator[str]:
    t, ledger = n.t, n.report.assessed.ledger
    assert ledger is not None
    declared = ledger.edition.declared.choices
    options = {k: declared[k].labels.get(option, {}).get(n.lang, option) for k, (option, _) in ledger.choices.items()}
    chosen = (t("account.choice", label=declared[k].label[n.lang], option=option) for k, option in options.items())
    yield t("account.method", chosen=t.semicolon.join(chosen))
    inventory = inventory_co2(n.ledgers, n.region)
    both = [y for y in inventory if y in n.report.assessed.co2(n.region)]
    for year in both:
        mine, theirs = n.report.assessed.co2(n.region)[year], inventory[year]
        facts = {"theirs": t.wan(theirs), "mine": t.wan(mine), "rate": pct(mine / theirs - 1, 1)}
        yield t("account.beside", year=year, **facts)
    if not both:
        yield t("account.no_common")


def document_bytes(n: Account) -> bytes:
    """The document (see `official_bytes`)."""
    illustrative = any(d.data_kind == "示例" for d in n.levels.project.data)
    return official_bytes(n.t("account.title", place=n.place, year=n.year), blocks(n), n.t, illustrative, "issuing")


def write_account(n: Account, path: Path) -> None:
    """Write it; an older file is replaced only when the new one is complete."""
    write_bytes(path, document_bytes(n))
