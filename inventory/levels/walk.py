"""From a ledger line back to the activity data it was made of, through steps and sums."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.activity import Datum
from ..core.ledger import Column, Ledger, Line, StepTable


def data_of(ledger: Ledger, line: Line) -> tuple[Datum, ...]:
    """Activity data behind a line, each once, in the ledger's order."""
    return tuple(ledger.data[i] for i in rows_of(ledger, line))


def rows_of(ledger: Ledger, line: Line) -> tuple[int, ...]:
    """The same as places in `Ledger.data`."""
    if line.table < 0:
        return (line.datum,)
    return tuple(sorted(set(_refs(ledger, ledger.tables[line.table], line.row))))


def _refs(ledger: Ledger, table: StepTable, row: int) -> Iterator[int]:
    for column in table.columns.values():
        yield from _of(ledger, table, column, int(column.refs[row]))
    for total in table.sums.values():
        for position in total.groups[row]:
            yield from _of(ledger, table, total.column, int(total.column.refs[position]))


def _of(ledger: Ledger, table: StepTable, column: Column, ref: int) -> Iterator[int]:
    if column.kind == "activity" and ref >= 0:
        yield ref
    elif column.kind == "step" and ref >= 0:
        earlier = next((t for t in ledger.tables if t.method is table.method and t.name == column.source), None)
        if earlier is not None:
            yield from _refs(ledger, earlier, ref)
