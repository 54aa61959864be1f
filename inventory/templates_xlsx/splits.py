"""分摊比例: the form for exactly the splits that a project's balance tables need.

One block a split and scope: its parts with the declared default, an empty share for every year, a sum check that is
live, how much fuel it divides (10⁴ t and coal equivalent), the CO2 that rests on it, and the department that knows.
What the project has given is filled in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core import units
from ..core.activity import DATA_KINDS, Project
from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.resolve import Resolver
from ..core.resolved import Resolved
from ..energy_balance import AllocationLine, EnergyBalance, balance_of
from ..energy_balance.rules import fuel_rank
from ..energy_balance.shares import ANY, ShareScope, ShareSet
from ..sheets.address import area, letters
from .book import Lists, SheetWriter
from .texts import text

HEAD, FIRST = 5, 6


@dataclass
class SplitBlock:
    """One split in one scope. Amounts and emissions by year; `given` holds shares of the project by (year, part)."""

    region: str
    split: str
    scope: ShareScope
    defaults: dict[str, float] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)  # part -> label
    mass: dict[int, float] = field(default_factory=dict)  # 10⁴ t
    tce: dict[int, float] = field(default_factory=dict)  # 10⁴ tce
    co2: dict[int, float] = field(default_factory=dict)  # t CO2
    given: dict[tuple[int, str], float] = field(default_factory=dict)
    source: str = ""
    data_kind: str = ""
    note: str = ""
    ask: str = ""
    supplier: str = ""


def blocks(project: Project, edition: Edition, ledger: Ledger | None = None, lang: str = "zh") -> list[SplitBlock]:
    """The splits the tables of a project need, in the order of the edition. `ledger` of the same project gives the
    emissions that rest on them."""
    balance = balance_of(project)
    if balance is None:
        return []
    emission = _emissions(ledger) if ledger is not None else {}
    measure = _Measure(edition, project)
    by_split: dict[tuple[str, str, ShareScope], SplitBlock] = {}
    for allocation in balance.allocations:
        for line in allocation.lines:
            for used in line.shares:
                chosen = _set_of(line, used.split, used.part, used.default, balance, edition)
                scope = ShareScope(line.region, ANY, chosen.scope.row, chosen.scope.fuel, chosen.scope.within)
                block = by_split.setdefault(
                    (line.region, used.split, scope), SplitBlock(line.region, used.split, scope)
                )
                _fill(block, chosen, line, balance)
                if line.stage == "use" or used.split not in {
                    u.split for x in allocation.lines if x.stage == "use" for u in x.shares
                }:
                    mass, tce = measure.of(line)
                    block.mass[line.year] = block.mass.get(line.year, 0.0) + mass
                    block.tce[line.year] = block.tce.get(line.year, 0.0) + tce
                    share = emission.get((line.region, line.year, line.quantity, line.item), 0.0)
                    block.co2[line.year] = block.co2.get(line.year, 0.0) + share * line.amount
    order = list(balance.rules.splits)
    for block in by_split.values():
        split = balance.rules.splits[block.split]
        block.parts = {p: label.get(lang) or label["zh"] for p, (_, _, label) in split.parts.items()}
        block.ask, block.supplier = split.ask.get(lang) or split.ask["zh"], split.supplier
        block.defaults = _defaults(block, balance)
    return sorted(
        by_split.values(),
        key=lambda b: (b.region, order.index(b.split), b.scope.row != ANY, b.scope.fuel != ANY, str(b.scope)),
    )


def _set_of(
    line: AllocationLine, split: str, part: str, default: bool, balance: EnergyBalance, edition: Edition
) -> ShareSet:
    """The share set a line went through."""
    fitting = [
        s
        for s in balance.shares.sets
        if s.split == split
        and s.own != default
        and s.scope.row in (ANY, line.row)
        and s.scope.region in (ANY, line.region)
        and s.scope.year in (ANY, str(line.year))
        and (fuel_rank(s.scope.fuel, line.fuel, line.column, balance.rules, edition) or s.scope.fuel == line.column)
    ]
    item = dict(line.item)
    fitting = [s for s in fitting if all(item.get(k, v) == v for k, v in s.scope.within)]
    return max(
        fitting,
        key=lambda s: (
            any(r.part == part or r.part.startswith("@") for r in s.rows),
            len(s.scope.within),
            fuel_rank(s.scope.fuel, line.fuel, line.column, balance.rules, edition),
            s.scope.row != ANY,
            s.scope.year != ANY,
        ),
    )


def _fill(block: SplitBlock, chosen: ShareSet, line: AllocationLine, balance: EnergyBalance) -> None:
    if not chosen.own:
        return
    for row in chosen.rows:
        block.given[line.year, row.part] = row.value
    first = chosen.rows[0]
    block.source, block.data_kind, block.note = first.source, first.data_kind, first.note


def _defaults(block: SplitBlock, balance: EnergyBalance) -> dict[str, float]:
    """The declared default of this scope, else of any."""
    own = [s for s in balance.shares.sets if s.split == block.split and not s.own]
    same = [
        s
        for s in own
        if (s.scope.row, s.scope.fuel, s.scope.within) == (block.scope.row, block.scope.fuel, block.scope.within)
    ]
    chosen = same or [s for s in own if (s.scope.row, s.scope.fuel, s.scope.within) == (ANY, ANY, ())]
    return {r.part: r.value for s in chosen[:1] for r in s.rows if not r.part.startswith("@")}


class _Measure:
    """Amounts of allocation lines in 10⁴ t (fuels measured by mass) and in 10⁴ tce."""

    def __init__(self, edition: Edition, project: Project) -> None:
        self.coefficient = edition.roles.coal_equivalent
        own = [f for f in project.factors if self.coefficient and f.parameter == self.coefficient]
        self.resolver = Resolver(edition, own, project.checks)
        self.kept: dict[tuple[str, str], float] = {}

    def of(self, line: AllocationLine) -> tuple[float, float]:
        amount = abs(line.amount)
        mass = amount * float(units.ratio(line.unit, "万t")) if units.same_dimension(line.unit, "t") else 0.0
        key = (line.column, line.unit)
        if key not in self.kept:
            result = self.resolver(self.coefficient, "", (("fuel", line.column),))
            self.kept[key] = 0.0
            if isinstance(result, Resolved):
                per, _, physical = result.unit.partition("/")
                if units.same_dimension(line.unit, physical):
                    self.kept[key] = (
                        result.value * float(units.ratio(line.unit, physical) * units.ratio(per, "tce")) / 1e4
                    )
        return mass, amount * self.kept[key]


def _emissions(ledger: Ledger) -> dict[tuple[str, int, str, tuple[tuple[str, str], ...]], float]:
    """t CO2 per unit (as entered) of every datum that came from a balance table: emission of the lines of its category
    and item over its value."""
    lines: dict[tuple[str, int, str], list[tuple[dict[str, str], float]]] = {}
    for x in ledger.lines:
        if x.gas == "CO2" and x.account == "total":
            lines.setdefault((x.region, x.year, x.category), []).append((dict(x.item), x.mass_t))
    out = {}
    for d in ledger.data:
        if d.terms and d.value:
            item = dict(d.item)
            mine = [
                (own, m)
                for own, m in lines.get((d.region, d.year, item.get("category", "")), ())
                if all(item.get(k, v) == v for k, v in own.items())
            ]
            out[d.region, d.year, d.quantity, d.item] = math.fsum(m for _, m in mine) / d.value
    return out


# ---- the sheet ----

HEADS = {
    "zh": {
        "region": "地区",
        "split": "分摊项目",
        "row": "平衡表行",
        "fuel": "能源品种",
        "within": "限于",
        "part": "部分",
        "label": "部分名称",
        "default": "缺省占比",
        "share": "{year}年占比",
        "sum": "{year}年合计",
        "accept": "采用缺省",
        "source": "数据来源",
        "data_kind": "数据性质",
        "note": "说明",
        "mass": "{year}年数量（万吨）",
        "tce": "{year}年折标准煤（万吨）",
        "co2": "{year}年涉及排放（吨CO2）",
        "supplier": "提供部门",
        "ask": "要回答的问题",
    },
    "en": {
        "region": "region",
        "split": "split",
        "row": "row",
        "fuel": "fuel",
        "within": "within",
        "part": "part",
        "label": "Part",
        "default": "default",
        "share": "Share {year}",
        "sum": "Sum {year}",
        "accept": "accept",
        "source": "source",
        "data_kind": "data_kind",
        "note": "note",
        "mass": "10^4 t {year}",
        "tce": "10^4 tce {year}",
        "co2": "t CO2 {year}",
        "supplier": "Department",
        "ask": "Question",
    },
}
ABOUT = {
    "zh": "每组各部分的占比之和为100%。知道的填“占比”（如 85%），并写来源和数据性质（每组写第一行即可）；不知道的在“采用缺省”选“是”，或留空由缺省计算并标明。"
    "需要更细时可在末尾空行另加（写明平衡表行或能源品种）。",
    "en": "The shares of a block add up to 100 %. Enter what you know (such as 85%) with source and data_kind "
    "(first row of a block is enough); else choose yes "
    "under accept, or leave blank: the default is used and marked. Finer sets may be added in the empty rows "
    "at the end.",
}
SPARE = 24


def write_splits(
    writer: SheetWriter, result: Iterable[SplitBlock], years: tuple[int, ...], lists: Lists, lang: str = "zh"
) -> None:
    """The sheet. The formulas of the sum check stand on the first row of a block."""
    words = HEADS[lang]
    columns: list[tuple[str, str]] = [
        (k, words[k]) for k in ("region", "split", "row", "fuel", "within", "part", "label", "default")
    ]
    columns += [(f"share:{y}", words["share"].format(year=y)) for y in years]
    columns += [(f"sum:{y}", words["sum"].format(year=y)) for y in years]
    columns += [(k, words[k]) for k in ("accept", "source", "data_kind", "note")]
    columns += [(f"{k}:{y}", words[k].format(year=y)) for k in ("mass", "tce", "co2") for y in years]
    columns += [(k, words[k]) for k in ("supplier", "ask")]
    at = {what: n for n, (what, _) in enumerate(columns)}
    writer.text(0, 0, text("splits", lang), "title", measure=False)
    writer.text(2, 0, ABOUT[lang], "plain", measure=False)
    for what, n in at.items():
        writer.text(HEAD, n, dict(columns)[what], "head")
    row = FIRST
    for block in result:
        first, last = row, row + len(block.parts) - 1
        for part, label in block.parts.items():
            _part(writer, row, at, block, (part if lang == "zh" else label, label, part), years)
            row += 1
        _checks(writer, (first, last), at, block, (years, lang))
    for r in range(row, row + SPARE):
        for what, n in at.items():
            writer.text(
                r,
                n,
                "",
                "word"
                if what.partition(":")[0]
                in ("region", "split", "row", "fuel", "within", "part", "share", "source", "data_kind", "note")
                else "fixed",
            )
    end = row + SPARE - 1
    warn = text("list_warn", lang)
    writer.choose(FIRST, at["accept"], lists.add("accept", (text("yes", lang),)), warn, end)
    writer.choose(FIRST, at["data_kind"], lists.add("kind", DATA_KINDS), warn, end)
    writer.limits.update(
        {n: 11 for what, n in at.items() if what.partition(":")[0] in ("share", "sum", "mass", "tce", "co2")}
    )
    writer.limits.update(
        {at["source"]: 24, at["note"]: 22, at["ask"]: 40, at["supplier"]: 18, at["label"]: 22, at["within"]: 16}
    )
    writer.header_row = HEAD
    writer.sheet.freeze_panes(FIRST, at["default"])


def _part(
    writer: SheetWriter,
    row: int,
    at: Mapping[str, int],
    block: SplitBlock,
    names: tuple[str, str, str],
    years: tuple[int, ...],
) -> None:
    """One line. `names`: the part as the sheet prints it, its label, its id."""
    shown, label, part = names
    inner = ";".join(f"{k}={v}" for k, v in block.scope.within) or ANY
    first = part == next(iter(block.parts))
    for what, value in (
        ("region", block.region),
        ("split", block.split),
        ("row", block.scope.row),
        ("fuel", block.scope.fuel),
        ("within", inner),
        ("part", shown),
        ("label", label),
    ):
        writer.text(row, at[what], value, "fixed")
    if part in block.defaults or (block.defaults and part in block.parts):
        writer.number(row, at["default"], block.defaults.get(part, 0.0), "share_fixed")
    else:
        writer.text(row, at["default"], "", "fixed")
    given = {y for y, _ in block.given}
    for y in years:
        if y in given and block.given.get((y, part)):
            writer.number(row, at[f"share:{y}"], block.given[y, part], "share")
        else:
            writer.text(row, at[f"share:{y}"], "", "share")
        writer.text(row, at[f"sum:{y}"], "", "fixed") if not first else None
        for kind in ("mass", "tce", "co2"):
            amount: Any = getattr(block, kind).get(y)
            if first and amount:
                writer.number(row, at[f"{kind}:{y}"], round(amount, 0 if kind == "co2" else 2), "amount")
            else:
                writer.text(row, at[f"{kind}:{y}"], "", "fixed")
    writer.text(row, at["accept"], "", "word")
    for what, value in (("source", block.source), ("data_kind", block.data_kind), ("note", block.note)):
        reported = value if given and any((y, part) in block.given for y in given) else ""
        (writer.text if what == "data_kind" else writer.own)(row, at[what], reported, "word")
    writer.text(row, at["supplier"], block.supplier if first else "", "small")
    writer.text(row, at["ask"], block.ask if first else "", "small")


def _checks(
    writer: SheetWriter,
    rows: tuple[int, int],
    at: Mapping[str, int],
    block: SplitBlock,
    shown: tuple[tuple[int, ...], str],
) -> None:
    (first, last), (years, lang) = rows, shown
    for y in years:
        col = at[f"share:{y}"]
        cells = area(first, col, last, col)
        accept = f"${letters(at['accept'])}${first + 1}:${letters(at['accept'])}${last + 1}"
        values = [v for (year, _), v in block.given.items() if year == y]
        cached: str | float = "" if not values else "✓" if abs(math.fsum(values) - 1) < 1e-6 else math.fsum(values)
        accepted = f'IF(COUNTIF({accept},"{text("yes", lang)}")>0,"✓","")'
        text_ = f'=IF(COUNT({cells})=0,{accepted},IF(ABS(SUM({cells})-1)<0.000001,"✓",SUM({cells})))'
        writer.formula(first, at[f"sum:{y}"], text_, cached, "check")
