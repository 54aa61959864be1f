"""Matrices: one quantity with the values of one key across (fuels), the other keys down (sectors, equipment), as
departments hold them and the guideline prints them.

`find_matrix` tells such a heading from the edition's declarations alone, whatever key lies across; `matrix_rows` cuts
a line of it into rows as every other table has them, each with the cell of its figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.declarations import Quantity
from ..spreadsheets.cells import Cell, Sheet
from .headers import HEADER_DEPTH, TableHeading, is_unit, means, split_unit
from .lexicon import Lexicon
from .row import Row, is_blank

LEAST = 2  # columns that name values of the key across
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_WORD = re.compile(r"(19|20)\d\d\s*年?度?")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that may head a matrix: what its cells mean, and the words that mean no column."""

    fields: dict[str, int]
    keys: dict[str, int]
    words: dict[int, str]


def find_matrix(sheet: Sheet, lexicon: Lexicon) -> TableHeading | None:
    """The heading of a matrix; None where the sheet has none. Its quantity is the one named over the table, else the
    only one that has exactly these keys."""
    for number in range(1, min(sheet.height, HEADER_DEPTH) + 1):
        line = _line(sheet, number, lexicon)
        if line is None:
            continue
        matrix = _matrix(line, _named(sheet, number, lexicon), lexicon)
        if matrix is not None:
            quantity, across, columns = matrix
            bottom, below = _units_below(sheet, number, columns)
            units = {c: unit for c in columns if (unit := split_unit(line.words[c])[1] or below.get(c, ""))}
            others = tuple((text, c) for c, text in line.words.items() if c not in columns)
            return TableHeading(
                number, bottom, line.fields, line.keys, {}, units, (), others, quantity.id, across, tuple(columns)
            )
    return None


def _line(sheet: Sheet, number: int, lexicon: Lexicon) -> _Line | None:
    """What a row would mean as a heading; None where it cannot head a matrix."""
    texts = [(c, cell) for c in range(1, sheet.width + 1) if (cell := sheet.cell(number, c)).kind == "text"]
    if len(texts) <= LEAST:
        return None
    fields: dict[str, int] = {}
    keys: dict[str, int] = {}
    words: dict[int, str] = {}
    for column, cell in texts:
        what = means(cell, lexicon)
        if what is None or what[0] == "year":
            words[column] = cell.text
        else:
            (fields if what[0] == "field" else keys).setdefault(what[1], column)
    ready = (keys or "category" in fields) and len(words) >= LEAST
    return _Line(fields, keys, words) if ready else None


def _named(sheet: Sheet, top: int, lexicon: Lexicon) -> Quantity | None:
    """The quantity named in a cell over the heading, or by the sheet."""
    texts = [c.text for row in sheet.rows[: top - 1] for c in row if c.kind == "text"]
    for text in (*texts, sheet.name):
        plain = split_unit(text)[0]
        bare = (_YEAR_WORD.sub("", plain).strip(), _YEAR.sub("", re.sub(r"年", "", plain)))
        name = lexicon.quantity(text) or next((q for b in bare if (q := lexicon.quantity(b))), None)
        if name is not None and name in lexicon.quantities:
            return lexicon.quantities[name]
    return None


def _matrix(line: _Line, named: Quantity | None, lexicon: Lexicon) -> tuple[Quantity, str, dict[int, str]] | None:
    down = {*line.keys} | ({"category"} if "category" in line.fields else set())
    fits: list[tuple[Quantity, str, dict[int, str]]] = []
    for quantity in (named,) if named is not None else lexicon.quantities.values():
        if len(quantity.all_keys) < 2:
            continue
        for key in quantity.all_keys:
            if key in down or not lexicon.allowed(quantity, key):
                continue
            if named is None and down & {*quantity.all_keys} != {*quantity.keys} - {key}:
                continue
            columns = {
                c: value
                for c, text in line.words.items()
                if (value := _value(quantity, key, text, lexicon)) is not None
            }
            if len(columns) >= max(LEAST, len(line.words) / 2):
                fits.append((quantity, key, columns))
    most = max((len(columns) for _, _, columns in fits), default=0)
    best = [f for f in fits if len(f[2]) == most]
    computing = lexicon.edition.declared.computing  # the figure itself before the structure that divides it
    best = [f for f in best if f[0].id in computing] or best
    return best[0] if len(best) == 1 else None


def _value(quantity: Quantity, key: str, text: str, lexicon: Lexicon) -> str | None:
    """The member of a key that a heading means, with or without a unit in brackets; None when it means none."""
    for word in (text, split_unit(text)[0]):
        value = lexicon.value(quantity, key, word)
        if value:
            return value
    return None


def _units_below(sheet: Sheet, top: int, columns: dict[int, str]) -> tuple[int, dict[int, str]]:
    """The last row of the heading, and the units of a row of units below it."""
    cells = {c: sheet.cell(top + 1, c) for c in columns if top < sheet.height}
    texts = {c: cell.text for c, cell in cells.items() if not cell.blank}
    if texts and all(cells[c].kind == "text" and is_unit(text) for c, text in texts.items()):
        return top + 1, texts
    return top, {}


def year_over(sheet: Sheet, top: int) -> str:
    """The one year that the title or the name of the sheet names; empty where there is none, or several."""
    texts = [sheet.name, *(c.text for row in sheet.rows[: top - 1] for c in row if c.kind == "text")]
    years = {y for text in texts for y in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else ""


def names_a_line(row: Row, heading: TableHeading) -> bool:
    """Whether a row says what it is a line of: a sector, an equipment."""
    cells = [*row.keys.values(), *(row.fields[name] for name in ("category",) if name in row.fields)]
    return any(not is_blank(c) for c in cells)


def matrix_rows(row: Row, heading: TableHeading) -> Iterator[Row]:
    """The rows that a line of a matrix stands for: one a figure; the empty cells too where a notation key answers
    them."""
    year: int | Cell = row.fields["year"] if "year" in row.fields else int(row.above["year"])
    fields = {name: cell for name, cell in row.fields.items() if name != "year"}
    plain = {name: cell for name, cell in fields.items() if name != "notation"}
    cells = [row.sheet.cell(row.number, c) for c in heading.columns]
    empty = all(map(is_blank, cells))
    answered = "notation" in fields and not is_blank(fields["notation"])
    for cell in cells:
        if is_blank(cell) and not answered and not (empty and row.above.get("rest")):
            continue  # no figure: this sector does not burn this fuel
        keys = {**row.keys, heading.across: _head(row.sheet, heading, cell.column)}
        yield replace(row, fields=fields if is_blank(cell) else plain, keys=keys, figures=((year, cell),))


def _head(sheet: Sheet, heading: TableHeading, column: int) -> Cell:
    """The heading of a column as a key cell, without the unit printed in it."""
    cell = sheet.cell(heading.top, column)
    bare = split_unit(cell.text)[0]
    return cell._replace(value=bare)
