"""What changed since the version before and why: totals by cause, then the lines that changed most."""

from __future__ import annotations

from ..analysis.recalculation import CAUSES, LABELS, LineChange, Recalculation
from ..sheets.layout import spread
from ..sheets.look import NUMBER, TEXT, Look, change, figure
from ..sheets.table import At, Entry, Table, TableColumn, TableRow, formula
from .basis import WAN, FilingBasis
from .frame import BODY, Pages, heading, notes, paragraph, section, signatures
from .labels import tiny, years_text
from .words import chinese

MOST_LINES = 20
WRAPPED = Look(size=9, wrap=True, valign="top")


def changes(b: FilingBasis, pages: Pages, number: int) -> None:
    """One page; only where a version before was given."""
    t, result = b.t, b.recalculation
    assert result is not None
    years = [y for r, y in result.places if r == b.region]
    by_cause = _by_cause(b, result, years)
    widths, lying = spread(by_cause, False, 0)
    widths = tuple(max(w, 9.5) for w in widths)
    plan = pages.page(t("sheet.changes", n=number), t("title.changes"), widths, number, landscape=lying)
    heading(b, plan, t("title.changes"), years_text(b, years), number, t.unit("万t CO2e"))
    lines = [c for c in result.changed if c.region == b.region and c.account == "total"]
    if not lines:
        plan.add(paragraph(t("changes.none"), plan, BODY))
    else:
        plan.add(by_cause, section(t("changes.lines", n=len(lines)), plan))
        for c in lines[:MOST_LINES]:
            plan.add(paragraph(_sentence(b, c), plan, WRAPPED))
    notes(plan, t("changes.note", order=t.listed(t.label(LABELS[c]) for c in result.order)))
    signatures(b, plan)


def _by_cause(b: FilingBasis, result: Recalculation, years: list[int]) -> Table:
    t, ident = b.t, "changes"
    sums = {y: result.totals(b.region, y) for y in years}
    causes = [c for c in CAUSES if any(sums[y][c] for y in years)]
    rows = []
    for y in years:
        entries: dict[str, Entry] = {"name": Entry(t("column.year", year=y))}
        for what in ("old", "new"):
            value = sums[y][what] / WAN
            entries[what] = Entry(value, None, NUMBER.with_(number=figure(1, tiny(value, 1))))
        parts = [At(ident, str(y), c) for c in causes]
        for c in causes:
            value = sums[y][c] / WAN
            entries[c] = Entry(value, None, NUMBER.with_(number=figure(1, True) if tiny(value, 1) else change(1)))
        whole = formula("SUM({p})", p=parts) if parts else None
        entries["change"] = Entry(sums[y]["change"] / WAN, whole, NUMBER.with_(number=change(1)))
        rows.append(TableRow(str(y), entries))
    columns = [TableColumn("name", (t("column.years_of"),), TEXT)]
    columns += [TableColumn(k, (t(f"changes.{k}"),), NUMBER) for k in ("old", "new", "change")]
    columns += [TableColumn(c, (t.label(LABELS[c]),), NUMBER) for c in causes]
    return Table(ident, tuple(columns), tuple(rows), row_height=16)


def _sentence(b: FilingBasis, c: LineChange) -> str:
    """1.1.1 电力生产 CO2 2010年：100.0 → 103.0（+3.0），活动水平；产量 5000 → 5200."""
    t = b.t
    result = [f"{t.label(d.label)} {d.old} → {d.new}" for d in c.differences[:3]]
    if c.explanation is not None:
        result.append(c.explanation.text)
    if b.lang == "en":
        result = [x for x in result if not chinese(x)]
    return t(
        "changes.line",
        name=b.label(c.category),
        gas=c.gas,
        year=c.year,
        old=f"{c.old / WAN:,.1f}",
        new=f"{c.new / WAN:,.1f}",
        change=f"{c.change / WAN:+,.1f}".replace("-", "−"),
        cause=t.label(LABELS[c.main_cause]) if c.main_cause else "",
        told=t.semicolon.join(result),
    )
