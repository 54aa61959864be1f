"""Why is it this number? Walks from a cell of a filed workbook down to activity data, factors and GWP, with nothing but
the file.

The hidden sheet 溯源 says what each cell is made of; the sheets themselves hold the values. `explain_line` does the
same for a ledger, `explain_filed` for a cell of the filing set that a ledger gives (the sealed book has no trace).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .core.explanation import Explainer, as_dict
from .core.ledger import Ledger
from .core.problems import InventoryError, Origin, problem
from .filing.book import filed_figures
from .sheets.address import a1, from_a1
from .sheets.model import Book, OutputCell
from .workbook.narrate import Narrator, TraceSource
from .workbook.texts import Words
from .workbook.trace import SHEET, parse, records_of
from .workbook.trace_data import TraceData
from .workbook.tree_text import TreeText, shown

EXAMPLE = "清单汇总表!D6"
WAN = 1e4
_REFS = re.compile(r"(?:'((?:[^']|'')+)'!)?\$?([A-Z]{1,3}\$?[0-9]+)")


class FileSource:
    """A filed workbook on disk, read without any office program; hidden sheets too."""

    def __init__(self, path: str | Path) -> None:
        import python_calamine

        try:
            with open(path, "rb") as stream:
                self._book = python_calamine.CalamineWorkbook.from_filelike(stream)  # type: ignore[arg-type]
                self.sheets = [s for s in self._book.sheet_names if s != SHEET]
                self._rows: dict[str, list[list[Any]]] = {}
                self.facts, self.records = parse(self._sheet(SHEET))
        except (OSError, ValueError, KeyError, python_calamine.CalamineError) as error:
            raise InventoryError([problem("explain.not_a_filing", Origin(str(path)), reason=error)]) from error

    def _sheet(self, name: str) -> list[list[Any]]:
        if name not in self._rows:
            self._rows[name] = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        return self._rows[name]

    def value(self, sheet: str, row: int, col: int) -> Any:
        rows = self._sheet(sheet)
        return rows[row][col] if row < len(rows) and col < len(rows[row]) else ""

    def extent(self, sheet: str) -> tuple[int, int]:
        rows = self._sheet(sheet)
        return len(rows), max((len(r) for r in rows), default=0)


class BookSource:
    """A workbook that was laid out but not written."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.sheets = [name for name in book.sheets if name != SHEET]
        self.records = records_of(book)
        self.facts = {"lang": book.lang}

    def value(self, sheet: str, row: int, col: int) -> Any:
        cell = self._book.sheets[sheet].cells.get((row, col))
        return "" if cell is None else cell.value

    def extent(self, sheet: str) -> tuple[int, int]:
        held = self._book.sheets[sheet]
        return held.rows, held.columns


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
    """A cell of the filing set of a ledger, as text and as data: a figure of the guideline's tables down to its cells
    and factors, another formula to the cells it refers to.

    Raises `InventoryError` when the set has no such sheet or cell, or several regions could be meant.
    """
    book, figures = filed_figures(ledger, region, lang)
    place = _place(BookSource(book), address, "")
    words, where = Words(lang), f"{place[0]}!{a1(*place[1:])}"
    cells = book.sheets[place[0]].cells
    cell = cells.get(place[1:])
    data: dict[str, Any] = {"kind": "cell", "cell": where, "value": "" if cell is None else cell.value}
    if cell is None or cell.value == "":
        return words("explain.empty", cell=where), data
    label = _row_label(cells, place[1])
    figure = figures.get(place)
    if figure is not None:
        tree = as_dict(Explainer(ledger).figure(sorted(figure.lines), {"zh": label, "en": label}, figure.gas))
        scale = float(figure.scale)
        times = {1.0: "", WAN: "万" if lang == "zh" else "10^4 "}.get(scale, f"{scale:g} ")
        unit = times + tree["unit"]
        data |= {**tree, "unit": unit, "of_unit": tree["unit"], "scale": scale, "value": cell.value, "kind": "figure"}
        head = words("explain.is", cell=where, value=shown(cell.value), unit=unit, what=label)
        return "\n".join([head, *TreeText(lang, [data]).figure(data, 1)]), data
    if cell.formula is None:
        name = "not_figure" if isinstance(cell.value, (str, bool)) else "filed_number"
        return words(f"explain.{name}", cell=where, value=shown(cell.value), label=label), data
    refs = [r if r[0] else (place[0], r[1]) for r in _REFS.findall(cell.formula)]
    data |= {"kind": "formula", "formula": cell.formula, "refs": [f"{name}!{at}" for name, at in refs]}
    lines = [words("explain.filed_formula", cell=where, value=shown(cell.value), label=label, formula=cell.formula)]
    for name, at in refs:
        sheet = book.sheets[name.replace("''", "'")].cells
        row, col = from_a1(at)
        value = sheet[row, col].value if (row, col) in sheet else ""
        lines.append(
            "  " + words("explain.is", cell=f"{name}!{at}", value=shown(value), unit="", what=_row_label(sheet, row))
        )
    return "\n".join(lines), data


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
