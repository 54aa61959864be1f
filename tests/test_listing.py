"""A table of results is declared once: screen, CSV, sheet and page show the same columns and values, in both languages."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest

from inventory.app.listings import APPROACH_1, KEY_ROWS, SPREADS
from inventory.console.tables import write_listing
from inventory.service.shared.figures import shown_rows
from inventory.sheets.listing import ListColumn, Listing, flat, listing_csv
from inventory.sheets.model import OutputSheet
from inventory.workbook.context import Reader
from inventory.workbook.default_shares_sheet import SHARES
from inventory.workbook.improve_sheet import GAINS
from inventory.workbook.quality_sheet import CHECKS, FINDINGS, STALE


@dataclass(frozen=True)
class Row:
    name: str
    mass_t: float | None


TABLE: Listing[Row] = Listing(
    (
        ListColumn("name", lambda x, r: x.name, "column.name"),
        ListColumn("mass", lambda x, r: x.mass_t, "uncertainty.emission_wan", "num:1"),
        ListColumn("large", lambda x, r: "●" if (x.mass_t or 0) > 10 else "", "column.remark", lambda x: "good"),
    )
)
ROWS = (Row("水泥", 12.34), Row("=1+1", None))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_view_shows_the_same(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    reader = Reader(lang)
    heads = TABLE.flat_heads(reader.t)
    assert heads[1] == {"zh": "排放量(万t CO2e)", "en": "Emission (10^4 t CO2e)"}[lang]
    write_listing(TABLE, ROWS, reader, None)
    first, one, two = (line.split() for line in capsys.readouterr().out.splitlines())
    assert first == " ".join(heads).split() and one[-2:] == ["12.34", "●"] and two == ["=1+1", "—"]
    page = shown_rows(TABLE, ROWS, reader, [True])
    assert [h for h, _ in page.heads] == heads and [n for _, n in page.heads] == [False, True, False]
    assert page.rows[0] == ((("水泥", False), ("12.3", True), ("●", False)), True) and page.rows[1][1] is False
    sheet = OutputSheet("a", "a")
    assert TABLE.fill(sheet, 3, ROWS, reader) == 5
    shown = {place: (c.value, c.style) for place, c in sheet.cells.items()}
    assert shown[3, 1] == (12.34, "num:1") and shown[4, 1] == ("—", "notation") and shown[3, 2] == ("●", "good")


def test_a_csv_calls_columns_by_their_keys_and_keeps_every_digit() -> None:
    rows = list(csv.reader(io.StringIO(listing_csv(TABLE, ROWS, Reader("zh")))))
    assert rows == [["name", "mass", "large"], ["水泥", "12.34", "●"], ["'=1+1", "", ""]]


def test_columns_are_chosen_by_key_in_the_order_wanted() -> None:
    assert TABLE.only("large", "name").keys == ("large", "name")
    with pytest.raises(KeyError):
        TABLE.only("weight")
    assert set(APPROACH_1.keys) < set(SPREADS.keys)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_heading_stands_in_the_catalogue_once(lang: str) -> None:
    for listing in (SPREADS, KEY_ROWS, SHARES, GAINS, CHECKS, FINDINGS, STALE):
        heads = listing.flat_heads(Reader(lang).t)
        assert all(heads) and len(set(heads)) == len(heads) and not any("\n" in h for h in heads)


def test_a_unit_stands_apart_in_english() -> None:
    assert (flat("区间变窄\n(%)"), flat("Narrower by\n(%)")) == ("区间变窄(%)", "Narrower by (%)")
