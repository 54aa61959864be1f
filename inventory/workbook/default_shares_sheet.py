"""缺省分摊: the splits that rest on declared starting points, what stands under each and what another answer could
change; the first to refine on top."""

from __future__ import annotations

from ..analysis.default_shares import DefaultShare, default_shares
from ..sheets.listing import ListColumn, Listing
from ..sheets.model import OutputSheet
from .context import Filing, fill_listing, heading

WAN = 1e4
SHARES: Listing[DefaultShare] = Listing(
    (
        ListColumn("region", lambda s, r: r.value_label("region", s.region), "column.region"),
        ListColumn("year", lambda s, r: s.year, "column.year", "year"),
        ListColumn("split", lambda s, r: s.split, "column.split", "wrap"),
        ListColumn("default", lambda s, r: r.listed(s.parts), "column.booked_as", "warn"),
        ListColumn("co2_wan_t", lambda s, r: s.co2_t / WAN, "column.booked_co2", "num"),
        ListColumn("largest_change_wan_t", lambda s, r: s.change_t / WAN, "column.largest_change", "num"),
        ListColumn("other_part", lambda s, r: s.other, "column.other_part", "wrap"),
        ListColumn("places", lambda s, r: s.shown_places(r.lang), "column.places", "wrap"),
        ListColumn("ask", lambda s, r: r.t.label(s.ask), "column.ask", "wrap"),
        ListColumn("parts", lambda s, r: r.listed(s.options), "column.share_options", "wrap"),
        ListColumn("supplier", lambda s, r: s.supplier, "column.share_supplier", "wrap"),
    )
)


def rests_on_defaults(f: Filing) -> bool:
    """Whether any derived datum carries a default that waits for the province's own share."""
    return any(term.assumed for d in f.ledger.data for term in d.terms)


def default_shares_sheet(f: Filing, sheet: OutputSheet) -> None:
    """One row a split, region and year."""
    row = heading(sheet, f.t, f.t("balance.default_note"))
    sheet.freeze, sheet.head = (row + 1, 3), (row, row)
    sheet.widths.update({0: 8, 1: 6, 2: 16, 3: 22, 4: 14, 5: 16, 6: 18, 7: 60, 8: 44, 9: 50, 10: 24})
    fill_listing(f, sheet, row, SHARES, default_shares(f.ledger))
