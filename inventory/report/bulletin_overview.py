"""Overview of a yearly bulletin: the total and its change, sectors and gases, the chart."""

from __future__ import annotations

from collections.abc import Iterator

from ..analysis.time_series import is_lucf
from ..charts import Chart, ChartSeries
from ..policy.present import pct
from .blocks import Block, DocumentTable, Paragraph, figures
from .bulletin_material import Bulletin


def summary(n: Bulletin) -> Iterator[str]:
    t, b = n.basis.t, n.basis
    total, without = n.total(n.year), n.total(n.year, with_lucf=False)
    yield t("bulletin.total", year=n.year, total=n.amount(total), without=n.amount(without), unit=n.unit, place=n.place)
    if n.missing(n.year):
        yield t("bulletin.part_of_total", n=n.missing(n.year))
    old = n.total(n.before, with_lucf=False) if n.before else 0.0
    if n.before and old > 0:
        change = without - old
        yearly = pct((without / old) ** (1 / (n.year - n.before)) - 1) if without > 0 else "—"
        yield t(
            "bulletin.change",
            before=n.before,
            direction=t("bulletin.up" if change >= 0 else "bulletin.down"),
            amount=n.amount(abs(change)),
            percent=pct(abs(change / old), 1),
            direction_word=t("bulletin.grew" if change >= 0 else "bulletin.fell"),
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
    listed = [v for v in n.basis.indicators.values if v.region == n.region]
    earlier = {v.id: v for v in listed if v.year == n.before}
    for v in listed:
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


def sectors_and_gases(n: Bulletin) -> Iterator[Block]:
    t = n.basis.t
    without = n.total(n.year, with_lucf=False)
    years = [y for y in (n.before, n.year) if y]

    def row(label: str, sums: list[float | str], share: bool) -> tuple[str, list[float | str], str, str]:
        """A row whose sums are figures or notation keys; a change or share is only of figures."""
        first, last = sums[0], sums[-1]
        known = len(sums) == 2 and isinstance(first, float) and isinstance(last, float) and first > 0
        change = pct(last / first - 1, 1) if known and isinstance(first, float) and isinstance(last, float) else "—"
        part = pct(last / without, 1) if share and without > 0 and isinstance(last, float) else "—"
        return label, sums, change, part

    sectors = [
        row(t.label(s.label), [n.figure(y, s.id) for y in years], not is_lucf(n.ledger.edition, s.id))
        for s in n.sectors
    ]
    part = "bulletin.total_computed" if any(n.missing(y) for y in years) else "column.total"
    sectors += [
        row(t(part), [n.total(y) for y in years], False),
        row(t("bulletin.without_lucf"), [n.total(y, with_lucf=False) for y in years], True),
    ]
    present = [g for g in n.ledger.edition.roles.gases if any(n.total(y, with_lucf=False, gas=g) for y in years)]
    by_gas = [row(g, [n.total(y, with_lucf=False, gas=g) for y in years], True) for g in present]
    bold_rows = (len(sectors) - 2, len(sectors) - 1)
    for caption, first, rows, bold in (
        ("bulletin.sectors", "column.name", sectors, bold_rows),
        ("bulletin.gases", "column.gas", by_gas, ()),
    ):
        amounts = [[_shown(n, r[1][k]) for r in rows] for k in range(len(years))]
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


def _shown(n: Bulletin, value: float | str) -> str:
    return value if isinstance(value, str) else n.amount(value)


def chart(n: Bulletin) -> Chart:
    """Sectors of the two years beside each other, in the unit of the text."""
    years = [y for y in (n.before, n.year) if y]
    names = tuple(n.basis.t.label(s.label) for s in n.basis.sectors)
    scale = 1e4 if n.large else 1.0
    series = tuple(ChartSeries(str(y), tuple(n.total(y, sector=s.id) / scale for s in n.basis.sectors)) for y in years)
    return Chart("bars", "", names, series, n.unit)
