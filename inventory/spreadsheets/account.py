"""Keeping the account of figures while files are read (`core/account.py` says what it is).

Whoever reads a sheet settles it once: `settle(sheet, verdict)` goes through every number on it and asks where it went.
The verdict comes from what the reader did (data made, errors told), not from what it meant to do: a number that nobody
can account for is an error of this program and is told as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from ..core.account import ASIDE, CHECK, COUNTED, LABEL, OPEN, REFUSED, FigureAccount, FileAccount, UncountedFigure
from ..core.activity import LARGEST
from ..core.places import address
from ..core.problems import Collector, Origin, Problem
from .cells import Sheet
from .hidden import SHEET, is_figure

Verdict = Callable[[int, int], tuple[str, str]]  # (row, column) -> (destination, reason)
_DIGIT = re.compile(r"[0-9０-９]")
MESSAGES = {"hidden_row": "table.hidden_rows", "hidden_column": "table.hidden_columns", "struck": "table.struck"}
UNCLEAR = "unclear"  # text with digits that is no plain number: 约12, 3-5, 1,23
NAMED = 12  # cells named in one message


@dataclass
class _File:
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((COUNTED, CHECK, ASIDE, REFUSED, LABEL, OPEN), 0)
    )
    entries: list[UncountedFigure] = field(default_factory=list)


@dataclass
class Tally:
    """The account while it is kept: counts and entries by file, and which sheets are settled."""

    files: dict[str, _File] = field(default_factory=dict)
    settled: set[tuple[str, str]] = field(default_factory=set)

    def account(self) -> FigureAccount:
        out = []
        for name, kept in sorted(self.files.items()):
            n = kept.counts
            read = n[COUNTED] + n[CHECK] + n[ASIDE] + n[REFUSED] + n[OPEN]
            out.append(
                FileAccount(
                    name, read, n[COUNTED], n[CHECK], n[ASIDE], n[REFUSED], n[LABEL], tuple(sorted(kept.entries))
                )
            )
        return FigureAccount(tuple(out))

    def take(self, other: Tally) -> None:
        """Add what was kept apart."""
        for name, kept in other.files.items():
            mine = self.files.setdefault(name, type(kept)())
            for destination, count in kept.counts.items():
                mine.counts[destination] += count
            mine.entries += kept.entries
        self.settled |= other.settled


_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


@contextmanager
def keeping(tally: Tally) -> Iterator[Tally]:
    """Everything settled inside this block goes to `tally`."""
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


def take_over(other: Tally) -> None:
    """Add what was kept apart to the account that is being kept here."""
    tally = _tally.get()
    if tally is not None:
        tally.take(other)


def settle(sheet: Sheet, verdict: Verdict, problems: Collector) -> None:
    """Account for every number on a sheet, once; hidden, struck-out and filtered content and open figures are told to
    `problems`."""
    tally = _tally.get()
    if tally is None or (sheet.file, sheet.name) in tally.settled:
        return
    tally.settled.add((sheet.file, sheet.name))
    kept = tally.files.setdefault(sheet.file, _File())
    counts = kept.counts
    put_aside: dict[str, list[tuple[int, int]]] = {}
    filtered: set[int] = set()
    whole = verdict.whole if isinstance(verdict, TableVerdict | PartsVerdict) else {}
    for r, columns in whole.items():
        counts[COUNTED] += len(columns)
        if r in sheet.probe.filtered_rows:
            filtered.add(r)
    for r, c, reason in _numbers(sheet, whole):
        where, why = verdict(r, c)
        if reason == UNCLEAR:
            if where != REFUSED:
                continue  # words that hold digits are figures only where a figure was refused
            reason = ""
        if reason and where != LABEL:
            where, why = ASIDE, reason
            put_aside.setdefault(reason, []).append((r, c))
        counts[where] += 1
        if where in (ASIDE, CHECK, REFUSED, OPEN):
            kept.entries.append(UncountedFigure(_place(sheet, r, c), where, why))
        elif where == COUNTED and r in sheet.probe.filtered_rows:
            filtered.add(r)
    _tell(sheet, put_aside, filtered, problems)
    open_at = [e.origin.cell for e in kept.entries if e.destination == OPEN and e.origin.sheet == sheet.name]
    if open_at:
        problems.add("account.open", Origin(sheet.file, sheet.name), cells=_few(open_at))


def _numbers(sheet: Sheet, whole: Mapping[int, tuple[int, ...]] | None = None) -> Iterator[tuple[int, int, str]]:
    """Every number of a sheet, without those of `whole` (row -> columns): (row, column, why it was set aside before
    anybody read it)."""
    known = whole or {}
    others: dict[tuple[int, ...], list[int]] = {}
    reason_of = _TextKinds()
    for r, row in enumerate(sheet.values, 1):
        cells: Iterable[tuple[int, object]] = enumerate(row, 1)
        if r in known:
            columns = known[r]
            if columns not in others:
                others[columns] = sorted({*range(1, sheet.width + 1)} - {*columns})
            cells = [(c, row[c - 1]) for c in others[columns] if c <= len(row)]
        for c, value in cells:
            if type(value) is float:
                yield r, c, "" if abs(value) <= LARGEST else UNCLEAR
            elif type(value) is str and (reason := reason_of[value]) is not None:
                yield r, c, reason
    for r, c in sheet.probe.errors:
        yield r, c, ""
    for (r, c), (reason, _) in sheet.aside.items():
        yield r, c, reason


class _TextKinds(dict[str, str | None]):
    """What each text of a sheet is, looked at once: "" a number, `UNCLEAR` one with digits, None no figure."""

    def __missing__(self, text: str) -> str | None:
        kind = None if not _DIGIT.search(text) else "" if is_figure(text) else UNCLEAR
        self[text] = kind
        return kind


def _place(sheet: Sheet, row: int, column: int) -> Origin:
    return sheet.row_origin(row, column)


def _few(cells: list[str]) -> str:
    return "、".join(dict.fromkeys(cells[:NAMED])) + ("…" if len(cells) > NAMED else "")


def tell_aside(place: Origin, reason: str, cells: Iterable[tuple[int, int]], problems: Collector) -> None:
    """The warning about the figures of a sheet that were set aside for one reason (hidden rows, hidden columns, struck
    out)."""
    cells = sorted(cells)
    rows = "、".join(str(r) for r in sorted({r for r, _ in cells})[:NAMED])
    columns = "、".join(address(1, c)[:-1] for c in sorted({c for _, c in cells})[:NAMED])
    problems.add(
        MESSAGES[reason],
        place,
        rows=rows,
        columns=columns,
        count=len(cells),
        cells=_few([address(r, c) for r, c in cells]),
    )


def _tell(
    sheet: Sheet, put_aside: dict[str, list[tuple[int, int]]], filtered: Iterable[int], problems: Collector
) -> None:
    for reason, places in sorted(put_aside.items()):
        tell_aside(Origin(sheet.file, sheet.name), reason, places, problems)
    shown = sorted(filtered)
    if shown:
        problems.add(
            "table.filtered",
            Origin(sheet.file, sheet.name),
            rows="、".join(str(r) for r in shown[:NAMED]) + ("…" if len(shown) > NAMED else ""),
        )


def always(destination: str, reason: str = "") -> Verdict:
    """One destination for every number of a sheet."""
    return lambda row, column: (destination, reason)


def settle_hidden_sheet(
    sheet: Sheet, problems: Collector, labels: Callable[[int, int], bool] = lambda row, column: False
) -> None:
    """A sheet that is hidden as a whole: not read, and its figures named. `labels` says which numbers would be no
    figures if it were read."""
    figures = sum(1 for r, c, why in _numbers(sheet) if why != UNCLEAR and not labels(r, c))
    if figures or sheet.height:
        problems.add("table.hidden", Origin(sheet.file, sheet.name), count=figures)
    settle(sheet, lambda r, c: (LABEL, "") if labels(r, c) else (ASIDE, SHEET), Collector())


def shown_sheets(sheets: Iterable[Sheet], problems: Collector) -> tuple[Sheet, ...]:
    """The sheets that are not hidden; the others are set aside by name. Sheets of the program's own lists (`_…`) are
    nobody's figures."""
    shown = []
    for sheet in sheets:
        if sheet.visible:
            shown.append(sheet)
        elif sheet.name.startswith("_"):
            settle(sheet, always(LABEL), Collector())
        else:
            settle_hidden_sheet(sheet, problems)
    return tuple(shown)


def rows_with_errors(problems: Iterable[Problem], sheet: Sheet, heading: int = 0) -> tuple[frozenset[int], bool]:
    """(rows of this sheet at which an error stands, whether an error stands at the sheet as a whole or in its
    heading)."""
    rows: set[int] = set()
    whole = False
    for p in problems:
        if p.severity != "error" or p.origin.file != sheet.file or p.origin.sheet != sheet.name:
            continue
        digits = "".join(ch for ch in p.origin.cell if ch.isdigit())
        row = int(digits) if digits else 0
        rows.add(row)
        whole = whole or row <= heading
    return frozenset(rows), whole


@dataclass
class TableVerdict:
    """Where the numbers of a table went: labels by their column, the rest by what was made of its row."""

    sheet: Sheet
    heading: int  # last row of the heading
    labels: frozenset[int]  # columns that name or describe
    counted: frozenset[tuple[int, int]]  # row and column of the data; column 0 in a CSV
    rows_aside: dict[int, str] = field(default_factory=dict)
    columns_aside: dict[int, str] = field(default_factory=dict)
    errors: frozenset[int] = frozenset()
    all_refused: bool = False
    rows_label: frozenset[int] = frozenset()
    whole: Mapping[int, tuple[int, ...]] = field(
        default_factory=dict
    )  # rows with the columns whose numbers are all data

    def __call__(self, row: int, column: int) -> tuple[str, str]:
        if row <= self.heading or column in self.labels or row in self.rows_label:
            return LABEL, ""
        if column in self.columns_aside:
            return (REFUSED if self.columns_aside[column] == "unknown_column" else ASIDE), self.columns_aside[column]
        if (row, 0 if self.sheet.csv else column) in self.counted:
            return COUNTED, ""
        if row in self.rows_aside:
            return ASIDE, self.rows_aside[row]
        if self.all_refused or row in self.errors:
            return REFUSED, "error"
        return OPEN, "open"


@dataclass(frozen=True)
class PartsVerdict:
    """The verdicts of the tables of one sheet, from top to bottom."""

    parts: tuple[TableVerdict, ...]

    @property
    def whole(self) -> Mapping[int, tuple[int, ...]]:
        return {row: columns for part in self.parts for row, columns in part.whole.items()}

    def __call__(self, row: int, column: int) -> tuple[str, str]:
        return next((p for p in self.parts if row <= p.sheet.height), self.parts[-1])(row, column)
