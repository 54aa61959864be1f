"""A table of results declared once: what its columns are called and what a row has in each. The terminal, a CSV, a
sheet, a document and a page are views of it.

    SHARES = Listing((ListColumn("year", lambda s, r: s.year, "column.year", "year"), …))
    SHARES.heads(words), SHARES.rows(shares, reader)   # the screen, a CSV, a document, a page
    SHARES.fill(sheet, row, shares, reader)            # a sheet
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .csvfile import csv_text

if TYPE_CHECKING:
    from .model import OutputSheet, Value

R = TypeVar("R")
Words = Callable[[str], str]
NONE = "—"  # what a sheet shows for a figure that there is not


@dataclass(frozen=True, slots=True)
class ListColumn(Generic[R]):
    """`key`: its name for programs. `value`: what a row has there, for a reader (edition, language); None is no figure.
    `head`: the name of its heading in a catalogue of texts, where people see one. `look`: how a sheet shows it, by the column or by the row: a style, or
    `num` for as many decimals as the figure needs."""

    key: str
    value: Callable[[R, Any], Value | None]
    head: str = ""
    look: str | Callable[[R], str] = "text"


@dataclass(frozen=True, slots=True)
class Listing(Generic[R]):
    """Columns in their order."""

    columns: tuple[ListColumn[R], ...]

    def only(self, *keys: str) -> Listing[R]:
        """These columns, in this order."""
        by_key = {c.key: c for c in self.columns}
        return Listing(tuple(by_key[k] for k in keys))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(c.key for c in self.columns)

    def heads(self, words: Words) -> list[str]:
        """Headings; a unit stands on a line of its own."""
        return [words(c.head) for c in self.columns]

    def flat_heads(self, words: Words) -> list[str]:
        """Headings on one line."""
        return [flat(head) for head in self.heads(words)]

    def rows(self, items: Iterable[R], reader: Any) -> list[list[Value | None]]:
        """The values of every row; None is no figure."""
        return [[c.value(item, reader) for c in self.columns] for item in items]

    def fill(self, sheet: OutputSheet, row: int, items: Iterable[R], reader: Any, first: int = 0) -> int:
        """Write the rows from column `first` on; gives the row below."""
        for item in items:
            for col, column in enumerate(self.columns, first):
                look = column.look if isinstance(column.look, str) else column.look(item)
                _put(sheet, row, col, column.value(item, reader), look)
            row += 1
        return row


def listing_csv(listing: Listing[R], items: Iterable[R], reader: Any) -> str:
    """The table as CSV text; its columns are called by their keys, in every language."""
    return csv_text(listing.rows(items, reader), listing.keys)


def flat(head: str) -> str:
    """A heading on one line."""
    return head.replace("\n(", "(" if not head.isascii() else " (").replace("\n", "")


def _put(sheet: OutputSheet, row: int, col: int, value: Value | None, look: str) -> None:
    from .model import shared_decimals  # the whole of a workbook: not for a terminal

    if value is None:
        sheet.text(row, col, NONE, "notation")
    elif isinstance(value, str):
        sheet.text(row, col, value, look)
    else:
        sheet.number(row, col, value, f"num:{shared_decimals([value])}" if look == "num" else look)
