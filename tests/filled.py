"""Fills a workbook of the program by script as a person would: a figure in the cell where row and column meet, rows
under a heading."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from inventory.core.edition import Edition
from inventory.reading.lexicon import lexicon


class FilledBook:
    """A workbook opened for filling; `save` writes it back. Where things stand is looked up once: a form's headings and
    labels are there before anything is typed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl drops the extensions of data bars
            self.book = openpyxl.load_workbook(path)
        self._pages = {page.title: _Page.of(page) for page in self.book}

    def save(self) -> None:
        self.book.save(self.path)

    def cell(self, sheet: str, where: Mapping[str, str], column: str) -> Any:
        """The cell under a heading on the row whose cells begin with these texts."""
        page, seen = self.book[sheet], self._pages[sheet]
        top, heads = seen.headings((*where, column))
        for row in range(top + 1, seen.last + 1):
            if str(page.cell(row, 1).value) == "示例":
                continue
            if all(str(page.cell(row, heads[name]).value or "").startswith(text) for name, text in where.items()):
                return page.cell(row, heads[column])
        raise AssertionError(f"{sheet}: no row {dict(where)}")

    def enter(self, sheet: str, where: Mapping[str, str], values: Mapping[str, object]) -> None:
        """Figures and words on one row of a form."""
        row = self.cell(sheet, where, next(iter(values))).row
        _, heads = self._pages[sheet].headings((*where, *values))
        for column, value in values.items():
            self.book[sheet].cell(row, heads[column]).value = value

    def add(self, sheet: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Rows on the first empty lines under a heading."""
        page, seen = self.book[sheet], self._pages[sheet]
        top, heads = seen.headings(tuple(rows[0]))
        row = top + 1
        for values in rows:
            while any(page.cell(row, heads[name]).value not in (None, "") for name in values):
                row += 1
            for name, value in values.items():
                page.cell(row, heads[name]).value = value
                seen.labels.add(value)
            seen.last = max(seen.last, row)

    def rest(self, sheet: str, key: str) -> None:
        """One notation key for everything else on the sheet (其余填)."""
        page = self.book[sheet]
        at = next(c.column for c in page[2] if c.value == "其余填")
        page.cell(2, at + 1).value = key

    def type_datum(self, edition: Edition, row: Mapping[str, str], with_region: bool = False) -> None:
        """One row of a long CSV typed where the forms ask for it: into the matrix of its year, or on the row of its
        quantity and keys; where the forms have no such row, on an empty line of the sheet that holds the quantity."""
        if row["quantity"] == "notation":
            key = {"排放源类别": row["category"], row["year"]: row["value"], "说明": row["note"]}
            self.add("填报符号", [key])
            return
        quantity = edition.declared.quantities[row["quantity"]]
        words = lexicon(edition)
        item = dict(pair.split("=", 1) for pair in filter(None, row["item"].split(";")))
        if "category" in quantity.all_keys and row["category"]:
            item["category"] = row["category"]
        where = {words.label(key, "zh"): value for key, value in item.items()}
        if with_region:
            where["地区"] = row["region"]
        label, value = quantity.label["zh"], float(row["value"])
        if quantity.across:
            across = where.pop(words.label(quantity.across, "zh"))
            pages = [p.title for p in self.book if p["B3"].value == label and str(p["B4"].value) == row["year"]]
            self.enter(pages[0], where, {across: value})
            return
        where["指标"] = label
        values = {row["year"]: value, "单位": row["unit"], "数据来源": row["source"], "数据性质": row["data_kind"]}
        pages = [title for title, page in self._pages.items() if label in page.labels]
        for title in pages:
            try:
                self.enter(title, where, values)
                return
            except AssertionError:
                continue
        self.add(pages[0], [{**where, **values}])


@dataclass
class _Page:
    """What stands on a form: the texts of its first rows by column, what is written in its first four columns (the
    second from its first row), its last row."""

    title: str
    rows: list[dict[str, int]]
    labels: set[Any]
    last: int

    @classmethod
    def of(cls, page: Any) -> _Page:
        rows = [
            {str(int(c.value) if isinstance(c.value, float) else c.value): c.column for c in page[row] if c.value}
            for row in range(1, 13)
        ]
        labels = {c.value for row in page.iter_rows(min_row=6, max_col=4) for c in row}
        labels |= {c.value for row in page.iter_rows(min_col=2, max_col=2) for c in row}
        return cls(page.title, rows, labels, page.max_row)

    def headings(self, names: Sequence[str]) -> tuple[int, dict[str, int]]:
        """The row that has all these headings, and their columns."""
        for row, heads in enumerate(self.rows, 1):
            if all(name in heads for name in names):
                return row, heads
        raise AssertionError(f"{self.title}: no heading {list(names)}")
