"""份额不确定性: every share of the energy balance allocation that is drawn, with its half-width and whose statement
that is."""

from __future__ import annotations

from ..sheets.address import Ref
from ..sheets.model import OutputSheet, decimals
from .context import Filing, header, heading, note
from .tables import ReportSheets

COLUMNS = ("number", "split", "part", "scope", "share", "uncertainty", "uncertainty_basis", "data_kind", "source")


def applies(f: Filing) -> bool:
    return bool(f.uncertainty.inputs.shares.parts)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    result, t = f.uncertainty.inputs, f.t
    sheet.widths.update({0: 6, 1: 18, 2: 26, 3: 44, 4: 10, 5: 12, 6: 22, 7: 12, 8: 60})
    row = heading(sheet, t, t("shares.subtitle"))
    row = note(sheet, row, t("shares.note"), 8, "note", 160)
    at = {name: i for i, name in enumerate(COLUMNS)}
    first = row = header(
        sheet,
        row,
        [
            t(f"shares.{c}")
            if c not in ("number", "uncertainty", "uncertainty_basis", "data_kind", "source")
            else t(f"column.{c}")
            for c in COLUMNS
        ],
    )
    sheet.freeze, sheet.head = (row, 3), (row - 1, row - 1)
    for n, part in enumerate(result.shares.parts):
        item = result.items[int(result.of_share[n])]
        sheet.number(row, 0, n + 1, "year")
        for name, text in (("split", part.split), ("part", part.part), ("scope", part.scope)):
            sheet.text(row, at[name], text)
        sheet.number(row, at["share"], part.value, f"num:{decimals(part.value)}")
        if item.distribution is None:
            sheet.text(row, at["uncertainty"], "")
            sheet.text(row, at["uncertainty_basis"], t("uncertainty.ask"), "warn")
        else:
            half = item.distribution.relative_pct
            sheet.number(row, at["uncertainty"], half, f"num:{decimals(half, digits=3)}")
            sheet.text(
                row,
                at["uncertainty_basis"],
                t.of("uncertainty_basis", item.basis),
                "warn" if item.basis == "assumed" else "text",
            )
        sheet.text(row, at["data_kind"], part.data_kind, "warn" if part.data_kind == "示例" else "text")
        sheet.text(row, at["source"], part.source, "wrap")
        f.shares[n] = Ref(sheet.name, row, at["uncertainty"])
        row += 1
    if row > first:
        f.book.note(
            Ref(sheet.name, first, 0), "share", Ref(sheet.name, row - 1, len(COLUMNS) - 1), at=at, head=first - 1
        )
