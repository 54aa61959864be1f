"""Workbooks that are drawn cell by cell (fill-in forms with drop-downs, marked copies): opened and closed here, so that
every book of the product has the same options, a fixed day of making and no text that becomes a formula."""

from __future__ import annotations

import datetime
import io
from typing import Any

from . import write
from .write import CREATED, OPTIONS


class Drawing:
    """A workbook under construction. `book` takes sheets and formats; `data()` closes it and gives its bytes: the same
    drawing gives the same bytes."""

    def __init__(self, title: str, comments: str | None = None, created: datetime.datetime = CREATED) -> None:
        import xlsxwriter

        self._buffer = io.BytesIO()
        self.book: Any = xlsxwriter.Workbook(self._buffer, {k: v for k, v in OPTIONS.items() if k in _DRAWN})
        self.book.worksheet_class = write.worksheet_class()
        noted = {} if comments is None else {"comments": comments}
        self.book.set_properties({"title": title, "created": created, **noted})

    def data(self) -> bytes:
        self.book.close()
        return self._buffer.getvalue()


# a NaN in a form is a fault of the program and stays an error, so `nan_inf_to_errors` is left out
_DRAWN = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers", "in_memory")
