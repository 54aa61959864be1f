"""What changed since the previous inventory and why, in a yearly bulletin."""

from __future__ import annotations

from collections.abc import Iterator

from ..policy.present import pct
from .blocks import Block, DocumentTable, Paragraph, figures
from .bulletin_changes import changes
from .bulletin_material import Bulletin

MOST_CHANGES = 6


def causes(n: Bulletin) -> Iterator[Block]:
    t, b = n.basis.t, n.basis
    if not n.before:
        yield Paragraph(t("bulletin.no_before"))
        return
    listed = [c for c in changes(n.ledger, n.region, n.before, n.year) if c.amount][:MOST_CHANGES]
    amounts = figures([c.amount / 1e4 for c in listed])
    rows: list[tuple[str, ...]] = []
    for c, amount in zip(listed, amounts, strict=True):
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
