"""Why is it this number? Walks from a cell of a filed workbook down to activity data, factors and GWP, with nothing but
the file.

The hidden sheet 溯源 says what each cell is made of; the sheets themselves hold the values. `explain_line` does the
same for a ledger, `explain_filed` for a cell of the filing set that a ledger gives (the sealed book has no trace).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .core.explanation import Explainer, as_dict
from .core.ledger import Ledger
from .core.problems import InventoryError, Origin, problem
from .filing.book import filed_figures
from .filing.figures import FiledFigure
from .sheets.address import a1, from_a1
from .sheets.model import Book, OutputCell
from .workbook.narrate import Narrator, TraceSource
from .workbook.texts import Words
from .workbook.trace import SHEET, RecordIndex, parse, records_of
from .workbook.trace_data import TraceData
from .workbook.tree_text import TreeText, shown

EXAMPLE = "清单汇总表!D6"
WAN = 1e4
_REFS = re.compile(r"(?:'((?:[^']|'')+)'!)?\$?([A-Z]{1,3}\$?[0-9]+)")


class _SheetValues:
    """Sheets as rows of values, each made when it is first asked for."""

    def __init__(self) -> None:
        self._kept: dict[str, list[list[Any]]] = {}

    def rows(self, sheet: str) -> list[list[Any]]:
        """All values of a sheet; "" where nothing stands."""
        if sheet not in self._kept:
            self._kept[sheet] = self._rows_of(sheet)
        return self._kept[sheet]

    def _rows_of(self, sheet: str) -> list[list[Any]]:
        raise NotImplementedError

    def value(self, sheet: str, row: int, col: int) -> Any:
        rows = self.rows(sheet)
        return rows[row][col] if row < len(rows) and col < len(rows[row]) else ""

    def values(self, sheet: str, row: int, columns: Iterable[int]) -> list[Any]:
        rows = self.rows(sheet)
        line = rows[row] if row < len(rows) else []
        width = len(line)
        return [line[c] if c < width else "" for c in columns]

    def extent(self, sheet: str) -> tuple[int, int]:
        rows = self.rows(sheet)
        return len(rows), max((len(r) for r in rows), default=0)


class FileSource(_SheetValues):
    """A filed workbook on disk, read without any office program; hidden sheets too."""

    def __init__(self, path: str | Path) -> None:
        import python_calamine

        super().__init__()
        try:
            with open(path, "rb") as stream:
                self._book = python_calamine.CalamineWorkbook.from_filelike(stream)  # type: ignore[arg-type]
                self.sheets = [s for s in self._book.sheet_names if s != SHEET]
                self.facts, self.records = parse(self.rows(SHEET))
                self.index = RecordIndex(self.records)
        except (OSError, ValueError, KeyError, python_calamine.CalamineError) as error:
            raise InventoryError([problem("explain.not_a_filing", Origin(str(path)), reason=error)]) from error

    def _rows_of(self, sheet: str) -> list[list[Any]]:
        return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


class BookSource(_SheetValues):
    """A workbook that was laid out but not written."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self._book = book
        self.sheets = [name for name in book.sheets if name != SHEET]
        self.records = records_of(book)
        self.index = RecordIndex(self.records)
        self.facts = {"lang": book.lang}

    def _rows_of(self, sheet: str) -> list[list[Any]]:
        of = self._book.sheets[sheet]
        height, width = of.rows, of.columns
        rows: list[list[Any]] = [[""] * width for _ in range(height)]
        for (row, col), cell in of.cells.items():
            rows[row][col] = cell.value
        return rows


def explain_cell(path: str | Path, address: str, lang: str = "zh") -> str:
    """Everything a reviewer asks of one cell, as text.

    `address` is 'SHEET!CELL'. Raises `InventoryError` when the file is no filed workbook, or has no such sheet or cell.
    """
    source = FileSource(path)
    sheet, row, col = _place(source, address, path)
    return "\n".join(Narrator(source, lang).cell(sheet, row, col))


def explain_cell_data(path: str | Path, address: str) -> dict[str, Any]:
    """The same as data: equation, inputs, cells, factors, GWP, down to the bottom. Raises `InventoryError` as
    `explain_cell` does."""
    source = FileSource(path)
    return TraceData(source).cell(*_place(source, address, path))


def _place(source: TraceSource, address: str, path: str | Path) -> tuple[str, int, int]:
    """A sheet of the workbook and a cell within what it uses."""
    plain = address.strip().replace("！", "!")
    name, mark, cell = plain.rpartition("!")
    name = re.sub(r"^'(.*)'$", r"\1", name.strip()).replace("''", "'")
    if not mark:
        raise InventoryError([problem("explain.cell", Origin(str(path)), cell=address, example=EXAMPLE)])
    if name not in source.sheets:
        near = difflib.get_close_matches(name, source.sheets, n=5, cutoff=0.3) or source.sheets
        raise InventoryError(
            [problem("explain.sheet", Origin(str(path)), sheet=name, near="、".join(near), example=EXAMPLE)]
        )
    try:
        row, col = from_a1(cell)
    except ValueError:
        raise InventoryError([problem("explain.cell", Origin(str(path)), cell=cell, example=EXAMPLE)]) from None
    rows, columns = source.extent(name)
    if row >= rows or col >= columns:
        area = f"A1:{a1(max(rows - 1, 0), max(columns - 1, 0))}"
        raise InventoryError([problem("explain.outside", Origin(str(path), name), cell=cell, sheet=name, area=area)])
    return name, row, col


def explain_filed(ledger: Ledger, address: str, region: str = "", lang: str = "zh") -> tuple[str, dict[str, Any]]:
    """A cell of the filing set of a ledger, as text and as data; of several cells ask one `FiledSet`.

    Raises `InventoryError` when the set has no such sheet or cell, or several regions could be meant.
    """
    return FiledSet(ledger, region, lang).explain(address)


class FiledSet:
    """The filing set of a ledger, laid out once: a figure of the guideline's tables is explained down to its cells and
    factors, another formula to the cells it refers to.

    Raises `InventoryError` when several regions could be meant.
    """

    def __init__(self, ledger: Ledger, region: str = "", lang: str = "zh") -> None:
        self.book, self.figures = filed_figures(ledger, region, lang)
        self._lang, self._words = lang, Words(lang)
        self._source, self._explainer = BookSource(self.book), Explainer(ledger)

    def explain(self, address: str) -> tuple[str, dict[str, Any]]:
        """A cell ('SHEET!CELL') as text and as data. Raises `InventoryError` when the set has no such sheet or cell."""
        place = _place(self._source, address, "")
        words, where = self._words, f"{place[0]}!{a1(*place[1:])}"
        cells = self.book.sheets[place[0]].cells
        cell = cells.get(place[1:])
        data: dict[str, Any] = {"kind": "cell", "cell": where, "value": "" if cell is None else cell.value}
        if cell is None or cell.value == "":
            return words("explain.empty", cell=where), data
        label = _row_label(cells, place[1])
        figure = self.figures.get(place)
        if figure is not None:
            data |= self._figure(figure, label) | {"value": cell.value, "kind": "figure"}
            head = words("explain.is", cell=where, value=shown(cell.value), unit=data["unit"], what=label)
            return "\n".join([head, *TreeText(self._lang, [data]).figure(data, 1)]), data
        if cell.formula is None:
            name = "not_figure" if isinstance(cell.value, (str, bool)) else "filed_number"
            return words(f"explain.{name}", cell=where, value=shown(cell.value), label=label), data
        refs = [r if r[0] else (place[0], r[1]) for r in _REFS.findall(cell.formula)]
        data |= {"kind": "formula", "formula": cell.formula, "refs": [f"{name}!{at}" for name, at in refs]}
        head = words("explain.filed_formula", cell=where, value=shown(cell.value), label=label, formula=cell.formula)
        return "\n".join([head, *(f"  {self._referred(name, at)}" for name, at in refs)]), data

    def _figure(self, figure: FiledFigure, label: str) -> dict[str, Any]:
        tree = as_dict(self._explainer.figure(sorted(figure.lines), {"zh": label, "en": label}, figure.gas))
        scale = float(figure.scale)
        times = {1.0: "", WAN: "万" if self._lang == "zh" else "10^4 "}.get(scale, f"{scale:g} ")
        return {**tree, "unit": times + tree["unit"], "of_unit": tree["unit"], "scale": scale}

    def _referred(self, name: str, at: str) -> str:
        """A cell that a formula refers to, in words."""
        cells = self.book.sheets[name.replace("''", "'")].cells
        row, col = from_a1(at)
        value = cells[row, col].value if (row, col) in cells else ""
        return self._words("explain.is", cell=f"{name}!{at}", value=shown(value), unit="", what=_row_label(cells, row))


def _row_label(cells: Mapping[tuple[int, int], OutputCell], row: int) -> str:
    """The first text of a row."""
    texts = sorted((c, x.value) for (r, c), x in cells.items() if r == row and isinstance(x.value, str) and x.value)
    return texts[0][1].strip() if texts else ""


def explain_line(
    ledger: Ledger,
    category: str,
    gas: str | None = None,
    region: str | None = None,
    year: int | None = None,
    lang: str = "zh",
) -> str:
    """The same for lines of a ledger: a category with everything below it, per gas, region and year.

    Raises `InventoryError` when nothing was computed for it.
    """
    words, explainer = Words(lang), Explainer(ledger)
    groups = lines_of(ledger, category, gas, region, year)
    out: list[str] = []
    for (place, when, what, account), members in groups.items():
        figure = as_dict(explainer.figure(members, ledger.edition.categories[category].label, what))
        text = TreeText(lang, [figure])
        named = ledger.edition.word("region", place)
        head = words(
            "explain.line_head",
            category=category,
            label=ledger.edition.label_of_category(category, lang),
            gas=what,
            year=when,
            region=named.label_en if named is not None and lang == "en" and named.label_en else place,
            mass=shown(figure["value"]),
            co2e=shown(figure["value"] * ledger.gwp[what]),
        )
        out += [f"{head}（{words.of('account', account)}）", *text.figure(figure, 1), ""]
    return "\n".join(out).rstrip()


def lines_of(
    ledger: Ledger, category: str, gas: str | None = None, region: str | None = None, year: int | None = None
) -> dict[tuple[str, int, str, str], list[int]]:
    """Positions of the lines of a category with everything below it, by region, year, gas and account. Raises
    `InventoryError` when there are none."""
    known = category in ledger.edition.categories
    required = [
        i
        for i, line in enumerate(ledger.lines)
        if known
        and line.category in ledger.edition.descendants(category)
        and gas in (None, line.gas)
        and region in (None, line.region)
        and year in (None, line.year)
    ]
    if not required:
        pool = [
            line for line in ledger.lines if known and line.category in ledger.edition.descendants(category)
        ] or list(ledger.lines)
        near = "；".join(dict.fromkeys(f"{x.category} {x.gas} {x.region} {x.year}" for x in pool[:200]))
        raise InventoryError(
            [
                problem(
                    "explain.no_line",
                    category=category,
                    gas=gas or "",
                    region=region or "",
                    year=year or "",
                    near=near[:300],
                )
            ]
        )
    groups: dict[tuple[str, int, str, str], list[int]] = {}
    for i in required:
        line = ledger.lines[i]
        groups.setdefault((line.region, line.year, line.gas, line.account), []).append(i)
    return groups
