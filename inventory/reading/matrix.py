"""Matrices: one quantity with the values of one key across (fuels), the other keys down (sectors, equipment), as
departments hold them and the guideline prints them.

`find_matrix` tells such a heading from the edition's declarations alone, whatever key lies across; `matrix_rows` cuts
a line of it into rows as every other table has them, each with the cell of its figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.declarations import Quantity
from ..spreadsheets.cells import Cell, Sheet
from .headers import HEADER_DEPTH, TableHeading, find_heading, is_unit, means, split_unit, titled_quantity
from .lexicon import Lexicon
from .row import Row, is_blank

TITLE_CELLS = 3  # a line with more cells is no title
LEAST = 2  # columns that name values of the key across
QUANTITIES = "quantity"  # what lies across where the columns are quantities


@dataclass(frozen=True, slots=True)
class _Line:
    """A row that may head a matrix: what its cells mean, and the words that mean no column."""

    fields: dict[str, int]
    keys: dict[str, int]
    words: dict[int, str]


def find_matrix(sheet: Sheet, lexicon: Lexicon, first: int = 1) -> TableHeading | None:
    """The heading of a matrix from row `first` on; None where the sheet has none. Its quantity is the one named over the
    table, else the only one that has exactly these keys; or quantities lie across (`年份 | 石灰产量（万吨） | …`)."""
    for number in range(first, min(sheet.height, first - 1 + HEADER_DEPTH) + 1):
        line = _line(sheet, number, lexicon)
        if line is None:
            continue
        matrix = _quantities_across(line, lexicon) or _matrix(line, _named(sheet, number, first, lexicon), lexicon)
        if matrix is not None:
            quantity, across, columns = matrix
            bottom, below = _units_below(sheet, number, columns)
            units = {c: unit for c in columns if (unit := split_unit(line.words[c])[1] or below.get(c, ""))}
            others = tuple((text, c) for c, text in line.words.items() if c not in columns)
            return TableHeading(
                number, bottom, line.fields, line.keys, {}, units, (), others, quantity, across, tuple(columns)
            )
    return None


def find_table(sheet: Sheet, lexicon: Lexicon, first: int = 1) -> TableHeading | None:
    """The heading of the first table from row `first` on: one with a column of quantities, a matrix, or a table that
    only its title names the quantity of."""
    return (
        find_heading(sheet, lexicon, first)
        or find_matrix(sheet, lexicon, first)
        or (find_heading(sheet, lexicon, first, titled=True) if _has_title(sheet, first, lexicon) else None)
    )


def _has_title(sheet: Sheet, first: int, lexicon: Lexicon) -> bool:
    """Whether a line of a few cells, or the sheet's name, names a quantity."""
    lines = sheet.values[first - 1 : first - 1 + HEADER_DEPTH]
    few = (row for row in lines if 0 < len(row) - row.count(None) <= TITLE_CELLS)
    texts = (value for row in few for value in row if isinstance(value, str))
    return any(titled_quantity(text, lexicon)[0] for text in (sheet.name, *texts))


def _quantities_across(line: _Line, lexicon: Lexicon) -> tuple[str, str, dict[int, str]] | None:
    """The columns of a table whose headings are quantities, years or regions going down."""
    if "quantity" in line.fields or not line.fields.keys() & {"year", "region"}:
        return None
    named = {c: lexicon.quantity(text) or lexicon.quantity(split_unit(text)[0]) for c, text in line.words.items()}
    columns = {c: name for c, name in named.items() if name is not None and name in lexicon.quantities}
    return ("", QUANTITIES, columns) if len(columns) >= LEAST else None


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
    ready = (keys or fields.keys() & {"category", "year", "region"}) and len(words) >= LEAST
    return _Line(fields, keys, words) if ready else None


def _named(sheet: Sheet, top: int, first: int, lexicon: Lexicon) -> Quantity | None:
    """The quantity named in a cell over the heading, or by the sheet."""
    texts = [c.text for r in range(first, top) for c in sheet.row(r) if c.kind == "text"]
    for text in (*texts, sheet.name):
        name = titled_quantity(text, lexicon)[0]
        if name in lexicon.quantities:
            return lexicon.quantities[name]
    return None


def _matrix(line: _Line, named: Quantity | None, lexicon: Lexicon) -> tuple[str, str, dict[int, str]] | None:
    down = {*line.keys} | ({"category"} if "category" in line.fields else set())
    fits: list[tuple[Quantity, str, dict[int, str]]] = []
    for quantity in (named,) if named is not None else lexicon.quantities.values():
        if len(quantity.all_keys) < 2 and named is None:
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
    return (best[0][0].id, *best[0][1:]) if len(best) == 1 else None


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


def names_a_line(row: Row, heading: TableHeading) -> bool:
    """Whether a row says what it is a line of: a sector, an equipment."""
    naming = ("category",) if heading.keys or "category" in heading.fields else ("year", "region")
    cells = [*row.keys.values(), *(row.fields[name] for name in naming if name in row.fields)]
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
        head = _head(row.sheet, heading, cell.column)
        said = fields if is_blank(cell) else plain
        if heading.across == QUANTITIES:
            yield replace(row, fields={**said, QUANTITIES: head}, figures=((year, cell),))
        else:
            yield replace(row, fields=said, keys={**row.keys, heading.across: head}, figures=((year, cell),))


def _head(sheet: Sheet, heading: TableHeading, column: int) -> Cell:
    """The heading of a column as a key cell, without the unit printed in it."""
    cell = sheet.cell(heading.top, column)
    bare = split_unit(cell.text)[0]
    return cell._replace(value=bare)
