"""The hidden sheet 溯源: what each figure is made of, as compact JSON, so that a reviewer can ask with nothing but the
file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..sheets.address import Ref, from_a1
from ..sheets.model import Book, OutputSheet

if TYPE_CHECKING:
    from .context import Filing

SHEET = "溯源"
LINES = "lines"  # the record of the ledger lines
FORMAT = "inventory-trace 1"
_PIECE = 32_000  # a cell holds 32,767 characters
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def fill(book: Book, sheet: OutputSheet, facts: dict[Any, Any]) -> None:
    """One row a record: sheet, range, JSON (over several cells where it is long)."""
    sheet.hidden = True
    sheet.text(0, 0, FORMAT, "bare")
    sheet.text(0, 2, _json(facts), "bare")
    sheet.widths.update({0: 16, 1: 16, 2: 80})
    for row, (name, place, record) in enumerate(book.trace, 1):
        sheet.text(row, 0, name, "bare")
        sheet.text(row, 1, place, "bare")
        text = _json(record)
        for i in range(0, len(text), _PIECE):
            sheet.text(row, 2 + i // _PIECE, text[i : i + _PIECE], "bare")


def note_lines(f: Filing) -> None:
    """One record of all ledger lines in their order: what identifies each (read by `diff`), the cell of its mass with
    the tonnes in one unit of that cell as a fraction, and the cell of each gas's GWP."""
    lines = [
        [x.region, x.year, x.category, x.item_text, x.gas, x.account, x.method, str(ref), *scale.as_integer_ratio()]
        for x, (ref, scale) in ((x, f.lines[n]) for n, x in enumerate(f.ledger.lines))
    ]
    f.book.note(Ref(SHEET, 0, 0), LINES, lines=lines, gwp={gas: str(ref) for gas, ref in f.gwp.items()})


def _json(value: dict[Any, Any]) -> str:
    return _COMPACT.encode(value)


@dataclass(frozen=True)
class Record:
    """What stands in rows `top`..`bottom`, columns `left`..`right` of a sheet."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    what: dict[Any, Any]

    @property
    def cells(self) -> int:
        """How many cells it holds."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)


class RecordIndex:
    """The records of a trace by the rows they hold, worked out sheet by sheet when first asked for."""

    def __init__(self, records: Mapping[str, Sequence[Record]]) -> None:
        self._records = records
        self._rows: dict[str, dict[int, list[Record]]] = {}

    def at(self, sheet: str, row: int, col: int) -> Record | None:
        """The most particular record that holds a cell."""
        rows = self._rows.get(sheet)
        if rows is None:
            rows = self._rows[sheet] = _by_row(self._records.get(sheet, ()))
        holding = [r for r in rows.get(row, ()) if r.left <= col <= r.right]
        return holding[0] if len(holding) == 1 else min(holding, key=lambda r: r.cells, default=None)

    @cached_property
    def _kinds(self) -> Mapping[str, list[Record]]:
        kinds: dict[str, list[Record]] = {}
        for records in self._records.values():
            for r in records:
                kinds.setdefault(r.what["k"], []).append(r)
        return kinds

    def of_kind(self, kind: str, row: int) -> Record | None:
        """The first record of a kind that holds a row."""
        return next((r for r in self._kinds.get(kind, ()) if r.top <= row <= r.bottom), None)


def _by_row(records: Iterable[Record]) -> dict[int, list[Record]]:
    rows: dict[int, list[Record]] = {}
    for r in records:
        for row in range(r.top, r.bottom + 1):
            rows.setdefault(row, []).append(r)
    return rows


def parse(rows: Iterable[Sequence[object]]) -> tuple[dict[Any, Any], dict[str, list[Record]]]:
    """Rows of the sheet back to (facts, records by sheet). Raises ValueError when it is not a trace of this format."""
    records: dict[str, list[Record]] = {}
    facts: dict[Any, Any] | None = None
    for row in rows:
        cells = [str(c) if c is not None else "" for c in row]
        if facts is None:
            if not cells or cells[0] != FORMAT:
                raise ValueError("not a trace sheet")
            facts = json.loads("".join(cells[2:]))
            continue
        if len(cells) < 3 or not cells[0]:
            continue
        first, _, last = cells[1].partition(":")
        top, left = from_a1(first)
        bottom, right = from_a1(last or first)
        records.setdefault(cells[0], []).append(
            Record(cells[0], top, left, bottom, right, json.loads("".join(cells[2:])))
        )
    if facts is None:
        raise ValueError("not a trace sheet")
    return facts, records


def records_of(book: Book) -> dict[str, list[Record]]:
    """The same from a plan that was never written."""
    out: dict[str, list[Record]] = {}
    for name, place, what in book.trace:
        first, _, last = place.partition(":")
        top, left = from_a1(first)
        bottom, right = from_a1(last or first)
        out.setdefault(name, []).append(Record(name, top, left, bottom, right, json.loads(_json(what))))
    return out
