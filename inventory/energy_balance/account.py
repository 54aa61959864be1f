"""The account of figures for balance tables: what the reading says of each figure (`fates.py`), handed to the account
of the whole project."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.account import ASIDE, CHECK, COUNTED, LABEL, OPEN, REFUSED, own_words
from ..core.problems import Collector
from ..spreadsheets.account import Verdict, settle
from ..spreadsheets.cells import Sheet
from . import figures as fates
from .figures import REASONS, PrintedFigure

_WENT = {fates.COUNTED: COUNTED, fates.CHECK: CHECK, fates.SET_ASIDE: ASIDE, fates.REFUSED: REFUSED}
_LABELS = tuple(REASONS[why] for why in ("numbering", "heading"))


def settle_sheets(sheets: Iterable[Sheet], figures: Iterable[PrintedFigure], collector: Collector) -> None:
    """Account for every number on the sheets that hold balance tables, or were taken for one."""
    went = {(f.origin.file, f.origin.sheet, f.origin.cell): _destination(f) for f in figures}
    for p in collector.reported:
        if p.severity == "error":  # of a cell that is no plain number there is no figure, but an error
            went.setdefault((p.origin.file, p.origin.sheet, p.origin.cell), (REFUSED, "error"))
    for sheet in sheets:
        settle(sheet, _verdict(sheet, went), collector)


def _destination(figure: PrintedFigure) -> tuple[str, str]:
    if figure.reason in _LABELS:
        return LABEL, ""
    if figure.reason == REASONS["no_place"]:
        return OPEN, "open"
    return _WENT[figure.fate], "" if figure.fate == fates.COUNTED else own_words(figure.reason)


def _verdict(sheet: Sheet, went: dict[tuple[str, str, str], tuple[str, str]]) -> Verdict:
    def verdict(row: int, column: int) -> tuple[str, str]:
        if (row, column) in sheet.probe.errors:
            return REFUSED, "error"
        place = sheet.origin(row, column)
        return went.get((place.file, place.sheet, place.cell), (OPEN, "open"))

    return verdict
