"""The one writer of CSV files for people, and its undoing on reading.

A person opens such a file in Excel or WPS, which take text that begins with `=`, `+`, `-`, `@`, a tab or a carriage
return for a formula: an enterprise named `=HYPERLINK(…)` would run on the desk of the province. Such text gets an
apostrophe in front; the readers take it off again (`unguarded`), so that every text comes back as it was. Numbers stay
numbers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from ..core.files import write_bytes

BOM = "utf-8-sig"  # Excel and WPS show Chinese only with it
_FIRST = frozenset("'=+-@\t\r＝＋－＠")
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?%?")


def guarded(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula; plain numbers (`-5.2`) and everything harmless stay as they
    are."""
    return f"'{text}" if _RISKY.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text that was guarded: for every text, `unguarded(guarded(text)) == text`."""
    return text[1:] if _GUARDED.match(text) else text


class _Lines:
    """Takes one row at a call, as csv.writer hands it over. Its line end is CR and LF, so that the writer quotes both;
    the text ends lines with LF."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.write = self.lines.append

    def text(self) -> str:
        return "".join([f"{line[:-2]}\n" for line in self.lines])


def _guarded(rows: Sequence[Sequence[object]]) -> Iterable[Sequence[object]]:
    """The rows with their texts guarded. Mostly none needs it: the different values are looked at first."""
    begun = [v for v in set(chain.from_iterable(rows)) if isinstance(v, str) and v[:1] in _FIRST]
    guards = {text: safe for text in begun if (safe := guarded(text)) != text}
    if not guards:
        return rows
    return ([guards.get(v, v) if isinstance(v, str) else v for v in row] for row in rows)


def csv_text(rows: Iterable[Sequence[object]], heading: Sequence[object] = ()) -> str:
    """Rows as CSV text with `\\n` ends; None is an empty cell, a float has all its digits."""
    out = _Lines()
    writer = csv.writer(out, lineterminator="\r\n")
    if heading:
        writer.writerow(heading)
    writer.writerows(_guarded(list(rows)))
    return out.text()


def machine_csv(rows: Iterable[Sequence[object]], heading: Sequence[object] = ()) -> str:
    """Rows as CSV text with `\\n` ends for another program, which would take an apostrophe for part of the text:
    nothing is guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    if heading:
        writer.writerow(heading)
    writer.writerows(rows)
    return out.getvalue()


def csv_bytes(rows: Iterable[Sequence[object]], heading: Sequence[object] = ()) -> bytes:
    """The bytes of a whole file: UTF-8 with BOM."""
    return csv_text(rows, heading).encode(BOM)


def write_csv(path: Path | str, rows: Iterable[Sequence[object]], heading: Sequence[object] = ()) -> None:
    """Write such a file; an older one is replaced only when the new one is complete. Raises `InventoryError` when it
    cannot be written."""
    write_bytes(path, csv_bytes(rows, heading))
