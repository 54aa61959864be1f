"""Cell addresses: the one A1 library. Rows and columns are counted from 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..core.places import COLUMNS, LETTERS

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
MAX_ARGUMENTS = 250  # Excel takes 255 arguments of SUM


class PlanError(Exception):
    """The layout itself is wrong (a programming error): a value that no cell can hold, a cell written twice."""


def letters(col: int) -> str:
    """0 -> A, 26 -> AA."""
    return LETTERS[col + 1]


def a1(row: int, col: int) -> str:
    return f"{letters(col)}{row + 1}"


def area(first_row: int, first_col: int, last_row: int, last_col: int) -> str:
    """`A1:B7`; a single cell stands alone."""
    one, two = a1(first_row, first_col), a1(last_row, last_col)
    return one if one == two else f"{one}:{two}"


def from_a1(text: str) -> tuple[int, int]:
    """`B12` or `$B$12` -> (11, 1). Raises ValueError for anything else."""
    plain = text.replace("$", "").strip().upper()
    head = plain.rstrip("0123456789")
    if not head.isascii() or not head.isalpha() or not plain[len(head) :]:
        raise ValueError(text)
    col = COLUMNS[head]
    row = int(plain[len(head) :])
    if not 1 <= row <= MAX_ROWS or col > MAX_COLUMNS:
        raise ValueError(text)
    return row - 1, col - 1


def quoted(sheet: str) -> str:
    """A sheet name as it stands in a formula: always in quotes, inner quotes doubled."""
    return "'" + sheet.replace("'", "''") + "'"


class Ref(NamedTuple):
    """One cell of one sheet."""

    sheet: str
    row: int
    col: int

    def seen_from(self, home: str) -> str:
        """Address for a formula that stands on sheet `home`."""
        return a1(self.row, self.col) if self.sheet == home else f"{quoted(self.sheet)}!{a1(self.row, self.col)}"

    def __str__(self) -> str:
        return f"{self.sheet}!{a1(self.row, self.col)}"


class Span(NamedTuple):
    """Cells below each other: rows `first`..`last` of one column."""

    sheet: str
    col: int
    first: int
    last: int

    def seen_from(self, home: str) -> str:
        place = a1(self.first, self.col)
        if self.last > self.first:
            place += ":" + a1(self.last, self.col)
        return place if self.sheet == home else f"{quoted(self.sheet)}!{place}"

    def __str__(self) -> str:
        return f"{self.sheet}!{a1(self.first, self.col)}" + (
            f":{a1(self.last, self.col)}" if self.last > self.first else ""
        )


def spans(refs: Iterable[Ref]) -> list[Span]:
    """Cells gathered into runs, in the order sheet, column, row of first appearance."""
    columns: dict[tuple[str, int], list[int]] = {}
    for ref in refs:
        columns.setdefault((ref.sheet, ref.col), []).append(ref.row)
    out: list[Span] = []
    for (sheet, col), rows in columns.items():
        rows.sort()
        first = last = rows[0]
        for row in rows[1:]:
            if row == last + 1:
                last = row
                continue
            if row == last:
                raise PlanError(f"{sheet}!{a1(row, col)} would be added twice")
            out.append(Span(sheet, col, first, last))
            first = last = row
        out.append(Span(sheet, col, first, last))
    return out


def sum_arguments(runs: Sequence[Span], home: str) -> str:
    """The argument text of SUM(); too many runs for one SUM become SUMs in a SUM."""
    texts = [run.seen_from(home) for run in runs]
    while len(texts) > MAX_ARGUMENTS:
        texts = [f"SUM({','.join(texts[i : i + MAX_ARGUMENTS])})" for i in range(0, len(texts), MAX_ARGUMENTS)]
    return ",".join(texts)


def scale_text(scale: Fraction) -> str:
    """`*10000` or `/1000` to hang onto a term; empty for 1."""
    return (f"*{scale.numerator}" if scale.numerator != 1 else "") + (
        f"/{scale.denominator}" if scale.denominator != 1 else ""
    )


def sheet_name(name: str, taken: Iterable[str]) -> str:
    """A legal sheet name of at most 31 characters that nobody has taken."""
    clean = "".join("-" if c in "[]:*?/\\" or ord(c) < 32 else c for c in name).strip("'").strip() or "表"
    lower = {t.lower() for t in taken}
    short, n = clean[:31], 1
    while short.lower() in lower:
        n += 1
        short = f"{clean[: 31 - len(str(n)) - 1]}_{n}"
    return short
