"""The yearly bulletin (年度信息通报): two to four pages for decision makers, from one ledger and, where it is there,
the assessment of the targets.

Nothing is computed anew: totals, key categories, uncertainty, indicators and quality come from the parts that make
them; the change on the previous
inventory year is split in `bulletin_changes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..analysis.key_categories import key_categories
from ..analysis.time_series import is_lucf
from ..charts import Chart, ChartSeries
from ..core.completeness import state_of
from ..core.gases import group_of
from ..core.ledger import Ledger
from ..core.problems import InventoryError, problem
from ..core.rounding import shown
from ..policy.present import LABELS, STANDINGS, WAYS, pct
from ..policy.published import Target
from ..policy.targets import Assessment, TargetReport
from . import package
from .basis import Basis
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph, Picture, figures
from .bulletin_changes import changes
from .official import Official

MOST_CHANGES = 6
MOST_KEY = 10


@dataclass(frozen=True)
class Bulletin:
    """What a bulletin is made of: one region and year of a ledger, the year before it that was compiled (0: none), the
    assessed and the set targets."""

    basis: Basis
    region: str
    year: int
    before: int
    assessed: TargetReport | None
    targets: tuple[Target, ...]

    @property
    def ledger(self) -> Ledger:
        return self.basis.ledger

    @property
    def large(self) -> bool:
        """Whether figures stand in 亿吨: a total of 10⁸ t and more."""
        return self.total(self.year, with_lucf=False) >= 1e4

    def amount(self, wan_t: float) -> str:
        """A figure of the text: 亿吨 with two decimals, or 万吨 with one."""
        return shown(wan_t / 1e4, 2) if self.large else shown(wan_t, 1)

    @property
    def unit(self) -> str:
        return self.basis.t("bulletin.unit_large" if self.large else "bulletin.unit_small")

    def total(self, year: int, with_lucf: bool = True, gas: str = "", sector: str = "") -> float:
        """Sum in 10^4 t CO2e; `gas` is a group of gases."""
        b = self.basis
        lucf = frozenset().union(
            *(b.ledger.edition.descendants(s.id) for s in b.sectors if is_lucf(b.ledger.edition, s.id))
        )
        lines = [
            x
            for x in b.lines(sector, self.region, year)
            if (with_lucf or x.category not in lucf) and (not gas or group_of(x.gas) == gas)
        ]
        return b.co2e_wan_t(lines)


def bulletin(
    ledger: Ledger,
    year: int,
    region: str = "",
    lang: str = "zh",
    assessed: TargetReport | None = None,
    targets: tuple[Target, ...] = (),
) -> Bulletin:
    """The bulletin's material. Raises `InventoryError` where the ledger has no such region or year, or several regions
    and none was named."""
    regions = tuple(dict.fromkeys(x.region for x in ledger.lines if x.account == "total"))
    chosen = region or (regions[0] if len(regions) == 1 else "")
    if chosen not in regions:
        raise InventoryError([problem("bulletin.region", region=region or "—", known="、".join(regions[:40]) or "—")])
    years = sorted({x.year for x in ledger.lines if x.region == chosen and x.account == "total"})
    if year not in years:
        raise InventoryError([problem("bulletin.year", region=chosen, year=year, known="、".join(map(str, years)))])
    return Bulletin(
        Basis(ledger, lang), chosen, year, max((y for y in years if y < year), default=0), assessed, targets
    )


def blocks(n: Bulletin) -> Iterator[Block]:
    """The whole text as plain data."""
    t = n.basis.t
    yield Heading(1, t("bulletin.main"))
    yield Paragraph("".join(_summary(n)) if n.basis.lang == "zh" else " ".join(_summary(n)))
    yield Heading(1, t("bulletin.by"))
    yield from _sectors_and_gases(n)
    yield Heading(1, t("bulletin.causes"))
    yield from _causes(n)
    yield Heading(1, t("bulletin.targets"))
    yield from _targets(n)
    yield Heading(1, t("bulletin.key"))
    yield from _key(n)
    yield Heading(1, t("bulletin.uncertainty"))
    yield Paragraph(_uncertainty(n))
    yield Heading(1, t("bulletin.quality"))
    yield Paragraph("".join(_quality(n)) if n.basis.lang == "zh" else " ".join(_quality(n)))


def bulletin_bytes(n: Bulletin, charts: bool = True) -> bytes:
    """The bulletin as a `.docx` in the format of GB/T 9704; the same input gives the same bytes.

    Raises `InventoryError`: no python-docx, no matplotlib or Chinese font.
    """
    t = n.basis.t
    made = Official(n.basis.lang)
    title = t("bulletin.title", region=_place(n), year=n.year)
    illustrative = sum(d.data_kind == "示例" and d.region == n.region for d in n.ledger.data)
    made.title(title, t("bulletin.illustrative", n=illustrative) if illustrative else "")
    made.add(blocks(n), charts)
    office = next((s.organisation for s in n.ledger.project.signatures if s.organisation), "") or t("bulletin.office")
    made.close(office, t("bulletin.date"))
    return made.content(title)


def _place(n: Bulletin) -> str:
    """江苏省; in English the name of the vocabulary."""
    word = n.ledger.edition.word("region", n.region)
    if n.basis.lang == "en":
        return n.basis.region(n.region)
    return next(
        (a for a in (word.aliases if word else ()) if a.startswith(n.region) and len(a) > len(n.region)), n.region
    )


def write_bulletin(n: Bulletin, path: str | Path, charts: bool = True) -> None:
    """Write the bulletin; an older file is replaced only when the new one is complete."""
    package.write(bulletin_bytes(n, charts), path)


# ---- sections ----


def _summary(n: Bulletin) -> Iterator[str]:
    t, b = n.basis.t, n.basis
    total, without = n.total(n.year), n.total(n.year, with_lucf=False)
    yield t(
        "bulletin.total", year=n.year, total=n.amount(total), without=n.amount(without), unit=n.unit, place=_place(n)
    )
    old = n.total(n.before, with_lucf=False) if n.before else 0.0
    if n.before and old > 0:
        change = without - old
        yearly = pct((without / old) ** (1 / (n.year - n.before)) - 1) if without > 0 else "—"
        yield t(
            "bulletin.change",
            before=n.before,
            direction=t("bulletin.up" if change >= 0 else "bulletin.down"),
            amount=n.amount(abs(change)),
            percent=pct(change / old, 1),
            yearly=yearly,
            unit=n.unit,
        )
    else:
        yield t("bulletin.no_before")
    counted = [(n.total(n.year, sector=s.id), s) for s in b.sectors if not is_lucf(n.ledger.edition, s.id)]
    sector = max(counted, key=lambda x: x[0], default=None)
    gas = max(((n.total(n.year, with_lucf=False, gas=g), g) for g in n.ledger.edition.roles.gases), key=lambda x: x[0])
    if sector is not None and without > 0:
        yield t(
            "bulletin.largest",
            sector=t.label(sector[1].label),
            share=pct(sector[0] / without, 1),
            gas=gas[1],
            gas_share=pct(gas[0] / without, 1),
        )
    yield from _ratios(n)


def _ratios(n: Bulletin) -> Iterator[str]:
    t = n.basis.t
    found = [v for v in n.basis.indicators.values if v.region == n.region]
    earlier = {v.id: v for v in found if v.year == n.before}
    for v in found:
        if v.year != n.year:
            continue
        if v.value is None:
            yield t("bulletin.per_none", label=t.label(v.label), why=t.label(v.missing) if v.missing else "—")
            continue
        old = earlier.get(v.id)
        before = (
            t("bulletin.per_before", year=n.before, value=figures([old.value], 4)[0])
            if old is not None and old.value is not None
            else ""
        )
        yield t(
            "bulletin.per",
            label=t.label(v.label),
            value=figures([v.value], 4)[0],
            unit=_unit(v.unit, n.basis.lang),
            before=before,
        )


_UNITS = {
    "tCO2e/人": "吨二氧化碳当量/人",
    "tCO2e/万元": "吨二氧化碳当量/万元",
    "tCO2/万元": "吨二氧化碳/万元",
    "tCO2/tce": "吨二氧化碳/吨标准煤",
}


def _unit(unit: str, lang: str) -> str:
    """The unit of an indicator in words."""
    if lang == "zh":
        return _UNITS.get(unit, unit)
    return unit.replace("万元", "10^4 yuan").replace("人", "person")


def _sectors_and_gases(n: Bulletin) -> Iterator[Block]:
    t, b = n.basis.t, n.basis
    without = n.total(n.year, with_lucf=False)
    years = [y for y in (n.before, n.year) if y]

    def row(label: str, sums: list[float], share: bool) -> tuple[str, list[float], str, str]:
        change = pct(sums[1] / sums[0] - 1, 1) if len(sums) == 2 and sums[0] > 0 else "—"
        return label, sums, change, pct(sums[-1] / without, 1) if share and without > 0 else "—"

    sectors = [
        row(t.label(s.label), [n.total(y, sector=s.id) for y in years], not is_lucf(n.ledger.edition, s.id))
        for s in b.sectors
    ]
    sectors += [
        row(t("column.total"), [n.total(y) for y in years], False),
        row(t("bulletin.without_lucf"), [n.total(y, with_lucf=False) for y in years], True),
    ]
    present = [g for g in n.ledger.edition.roles.gases if any(n.total(y, with_lucf=False, gas=g) for y in years)]
    by_gas = [row(g, [n.total(y, with_lucf=False, gas=g) for y in years], True) for g in present]
    bold_rows = (len(sectors) - 2, len(sectors) - 1)
    for caption, first, rows, bold in (
        ("bulletin.sectors", "column.name", sectors, bold_rows),
        ("bulletin.gases", "column.gas", by_gas, ()),
    ):
        amounts = [[n.amount(r[1][k]) for r in rows] for k in range(len(years))]
        lines = tuple((r[0], *(a[i] for a in amounts), r[2], r[3]) for i, r in enumerate(rows))
        yield DocumentTable(
            t(caption),
            (t(first), *map(str, years), t("bulletin.change_head"), t("bulletin.share")),
            lines,
            tuple(range(1, len(years) + 3)),
            bold,
            t("bulletin.table_unit", unit=n.unit),
        )
    yield Paragraph(t("bulletin.share_note"), "note")


def _causes(n: Bulletin) -> Iterator[Block]:
    t, b = n.basis.t, n.basis
    if not n.before:
        yield Paragraph(t("bulletin.no_before"))
        return
    found = [c for c in changes(n.ledger, n.region, n.before, n.year) if c.amount][:MOST_CHANGES]
    amounts = figures([c.amount / 1e4 for c in found])
    rows: list[tuple[str, ...]] = []
    for c, amount in zip(found, amounts, strict=True):
        label = f"{n.ledger.edition.label_of_category(c.category, b.lang)} {c.gas}"
        if c.activity is None or c.rest is None:
            why = "bulletin.new" if not c.before else "bulletin.gone" if not c.after else "bulletin.not_split"
            rows.append((label, amount, "—", "—", t(why)))
        else:
            parts = [
                x
                for x in (
                    b.join(b.filing.value_label(k, v) for k, v in c.item) if c.item else "",
                    b.filing.quantity_label(c.quantity),
                )
                if x
            ]
            rows.append(
                (label, amount, *figures([c.activity / 1e4, c.rest / 1e4]), f"{t.comma.join(parts)} {_signed(c.ratio)}")
            )
    head = (
        t("column.category"),
        t("bulletin.change_head"),
        t("bulletin.by_activity"),
        t("bulletin.by_factor"),
        t("bulletin.driver"),
    )
    yield DocumentTable(
        t("bulletin.causes_table", before=n.before, year=n.year),
        head,
        tuple(rows),
        (1, 2, 3),
        (),
        t("bulletin.table_unit", unit=t("bulletin.unit_small")),
    )
    yield Paragraph(t("bulletin.split_note"), "note")


def _signed(ratio: float | None) -> str:
    return "—" if ratio is None else f"{'+' if ratio >= 1 else ''}{pct(ratio - 1, 1)}"


def _cited(n: Bulletin, source: str) -> str:
    """A source as cited; in English a Chinese one by what it is."""
    return source if n.basis.lang == "zh" or source.isascii() else n.basis.t("bulletin.circular")


def _standing(n: Bulletin, target: Target) -> str:
    return STANDINGS.get(target.standing, target.standing) if n.basis.lang == "zh" else target.standing


def _targets(n: Bulletin) -> Iterator[Block]:
    t, lang = n.basis.t, n.basis.lang
    lines = []
    told = set()
    for a in n.assessed.assessments if n.assessed else ():
        if a.region == n.region and a.target.base_year < n.year <= a.target.target_year:
            line = _target_line(n, a)
            if line:
                told.add((a.target.indicator, a.target.target_year))
                lines.append(line)
    for target in n.targets:
        if (
            target.region == n.region
            and target.base_year <= n.year <= target.target_year
            and (target.indicator, target.target_year) not in told
        ):
            lines.append(
                t(
                    "bulletin.target_set",
                    label=LABELS[target.indicator][lang],
                    base=target.base_year,
                    last=target.target_year,
                    target=pct(target.reduction, 1),
                    source=_cited(n, target.source),
                    standing=_standing(n, target),
                )
            )
            lines.append(
                t("bulletin.targets_later", base=target.base_year, year=n.year)
                if target.base_year == n.year
                else t("bulletin.no_targets")
            )
    yield Bullets(tuple(dict.fromkeys(lines))) if lines else Paragraph(t("bulletin.no_targets"))


def _target_line(n: Bulletin, a: Assessment) -> str:
    t, lang = n.basis.t, n.basis.lang
    at = next((y for y in a.years if y.year == n.year), None)
    if at is None:
        return ""
    upto = Assessment(a.region, a.target, a.way, tuple(y for y in a.years if y.year <= n.year), a.price_year)
    rest = (
        t("bulletin.rest", left=upto.left, needed=pct(upto.needed))
        if upto.left
        else t("bulletin.met" if upto.met else "bulletin.missed")
    )
    return t(
        "bulletin.target_line",
        label=LABELS[a.target.indicator][lang],
        base=a.target.base_year,
        last=a.target.target_year,
        target=pct(a.target.reduction, 1),
        standing=_standing(n, a.target),
        way=WAYS[a.way][lang],
        year=n.year,
        done=pct(at.cumulative),
        scheduled=pct(at.scheduled),
        rest=rest,
    )


def _key(n: Bulletin) -> Iterator[Block]:
    t, b = n.basis.t, n.basis
    made = key_categories(n.ledger, n.region, n.year, n.before or None, with_lucf=False)
    level = next(a for a in made if a.criterion == "level")
    trend = {k for a in made if a.criterion == "trend" for k in a.key}
    rows = [r for r in level.rows if r.key][:MOST_KEY]
    amounts = figures([r.later / 1e4 for r in rows])
    texts = tuple(
        (
            n.ledger.edition.label_of_category(r.category, b.lang),
            r.gas,
            amount,
            pct(r.share, 1),
            pct(r.cumulative, 1),
            t("bulletin.yes") if (r.category, r.gas) in trend else "",
        )
        for r, amount in zip(rows, amounts, strict=True)
    )
    head = (
        t("column.category"),
        t("column.gas"),
        t("bulletin.emission"),
        t("bulletin.share"),
        t("bulletin.cumulative"),
        t("bulletin.also_trend"),
    )
    yield DocumentTable(
        t("bulletin.key_table", year=n.year),
        head,
        texts,
        (2, 3, 4),
        (),
        t("bulletin.table_unit", unit=t("bulletin.unit_small")),
    )
    yield Picture(t("bulletin.chart"), _chart(n))


def _chart(n: Bulletin) -> Chart:
    """Sectors of the two years beside each other, in the unit of the text."""
    years = [y for y in (n.before, n.year) if y]
    names = tuple(n.basis.t.label(s.label) for s in n.basis.sectors)
    scale = 1e4 if n.large else 1.0
    series = tuple(ChartSeries(str(y), tuple(n.total(y, sector=s.id) / scale for s in n.basis.sectors)) for y in years)
    return Chart("bars", "", names, series, n.unit)


def _uncertainty(n: Bulletin) -> str:
    t = n.basis.t
    try:
        found = n.basis.uncertainty.of("total", n.region, n.year)
    except KeyError:
        return t("bulletin.uncertainty_none")
    if found.guideline_pct is None or not found.covered:
        return t("bulletin.uncertainty_partial", covered=pct(found.covered, 0))
    total, half = found.emission / 1e4, abs(found.emission) / 1e4 * found.guideline_pct / 100
    least = t("bulletin.least") if found.lower_bound else ""
    return t(
        "bulletin.uncertainty_line",
        least=least,
        pct=shown(found.guideline_pct, 1),
        low=n.amount(total - half),
        high=n.amount(total + half),
        covered=pct(found.covered, 0),
        unit=n.unit,
    )


def _quality(n: Bulletin) -> Iterator[str]:
    t = n.basis.t
    lines = n.basis.lines(region=n.region, year=n.year)
    whole = math.fsum(abs(n.ledger.co2e_t(x)) for x in lines)

    def part(*flags: str) -> str:
        return (
            pct(math.fsum(abs(n.ledger.co2e_t(x)) for x in lines if set(flags) & set(x.flags)) / whole, 0)
            if whole
            else "—"
        )

    yield t(
        "bulletin.quality_basis",
        own=part("measured", "provincial"),
        fallback=part("fallback"),
        unverified=part("unverified", "conflict"),
        illustrative=part("illustrative"),
    )
    yield t("bulletin.quality_lines", **state_of(n.ledger).summary(n.region, n.year))
    quality = n.basis.quality
    mine = [f for f in quality.findings if f.place.split("|")[0] in (n.region, "")]
    yield t(
        "bulletin.quality_checks",
        made=len({f.check for f in mine}),
        found=len(mine),
        open=sum(f.answer is None for f in mine),
    )
