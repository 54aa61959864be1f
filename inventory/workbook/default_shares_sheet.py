"""缺省分摊: the splits that rest on declared starting points, what stands under each and what another answer could
change; the first to refine on top."""

from __future__ import annotations

from ..analysis.default_shares import DefaultShare, default_shares
from ..sheets.model import OutputSheet, shared_decimals
from .context import Filing, header, heading, note_rows

WAN = 1e4
COLUMNS = (
    "region",
    "year",
    "split",
    "booked_as",
    "booked_co2",
    "largest_change",
    "other_part",
    "places",
    "ask",
    "share_options",
    "share_supplier",
)


def rests_on_defaults(f: Filing) -> bool:
    """Whether any derived datum carries a default that waits for the province's own share."""
    return any(term.assumed for d in f.ledger.data for term in d.terms)


def default_shares_sheet(f: Filing, sheet: OutputSheet) -> None:
    """One row a split, region and year."""
    t = f.t
    row = first = header(sheet, heading(sheet, t, t("balance.default_note")), [t(f"column.{c}") for c in COLUMNS])
    sheet.freeze, sheet.head = (row, 3), (row - 1, row - 1)
    sheet.widths.update({0: 8, 1: 6, 2: 16, 3: 22, 4: 14, 5: 16, 6: 18, 7: 60, 8: 44, 9: 50, 10: 24})
    for share in default_shares(f.ledger):
        _row(f, sheet, row, share)
        row += 1
    note_rows(f, sheet, first, row, len(COLUMNS))


def _row(f: Filing, sheet: OutputSheet, row: int, share: DefaultShare) -> None:
    joiner = "、" if f.lang == "zh" else ", "
    sheet.text(row, 0, f.value_label("region", share.region))
    sheet.number(row, 1, share.year, "year")
    sheet.text(row, 2, share.split, "wrap")
    sheet.text(row, 3, joiner.join(share.parts), "warn")
    for col, value in ((4, share.co2_t / WAN), (5, share.change_t / WAN)):
        sheet.number(row, col, value, f"num:{shared_decimals([value])}")
    sheet.text(row, 6, share.other, "wrap")
    sheet.text(row, 7, share.shown_places(f.lang), "wrap")
    sheet.text(row, 8, f.t.label(share.ask), "wrap")
    sheet.text(row, 9, joiner.join(share.options), "wrap")
    sheet.text(row, 10, share.supplier, "wrap")
