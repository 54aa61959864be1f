"""Headings of tables: which column is what, whatever its order, width of writing or number of header rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from ..core import units
from ..core.spelling import FOOTNOTES, fold
from ..core.unit_words import ONE
from ..forms.province import form
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import FIRST_YEAR, LAST_YEAR, Year, parse_year
from .lexicon import Lexicon

ACTIVITY = form("activity")
PRINTED = {f.id: f.labels for f in ACTIVITY.fields}
_FIELD = {fold(word): f.id for f in reversed(ACTIVITY.fields) for word in f.headings}
_UNIT_IN_BRACKETS = re.compile(
    r"^(.*?)\s*[(（\[【]([^()（）\[\]【】]*(?:\([^()]*\))?[^()（）\[\]【】]*)[)）\]】]\s*$", re.DOTALL
)
# what stands behind a year and leaves it that year: a stock at its end, a figure that was revised
_YEAR_REMARK = re.compile(
    r"\s*[(（\[【]\s*(?:修订|修订数|修订后|修正|修正数|调整后|核实|核实数|最终|最终数|终报|实际|实际数|年报|年末|年底|年末数|"
    r"revised|final|year[- ]end)\s*[)）\]】]\s*$",
    re.IGNORECASE,
)
_YEAR_WORD = re.compile(r"(?:19|20)\d\d\s*年?度?")
HEADER_DEPTH = 40  # rows looked at for a heading
_YEARS_APART = re.compile(
    r"^\s*(?:表\s*)?\d+(?:[-－—.．]\d+)*\s+|[(（][^()（）]*(?:19|20)\d\d[^()（）]*[)）]"
)  # `12-15 `, `（2005—2010年）`
_TITLE_WORDS = re.compile(r"(?:各|分|按)(?:地区|省|市|地市|县)|历年|主要|(?:情况)?(?:统计|一览)?表$|情况$")
LONGEST_REGION = 8
MAX_HEADER_ROWS = 3
KEPT_HEADINGS = 20_000


@dataclass(frozen=True)
class TableHeading:
    """Where the columns of a table are, columns counted from 1. `units` are units printed in year or value headings."""

    top: int
    bottom: int
    fields: dict[str, int]
    keys: dict[str, int]
    years: dict[int, int]
    units: dict[int, str] = field(default_factory=dict)
    doubles: tuple[tuple[str, int, int], ...] = ()  # heading that stands over two columns
    unknown: tuple[tuple[str, int], ...] = ()  # headings nobody knows
    # the quantity that a title over the table names; of a matrix also the key whose values lie across, and the columns
    # of figures
    quantity: str = ""
    across: str = ""
    columns: tuple[int, ...] = ()

    @cached_property
    def figure_units(self) -> dict[int, str]:
        """Units printed over the columns that hold figures."""
        figures = {*self.figure_columns}
        return {column: unit for column, unit in self.units.items() if column in figures}

    @cached_property
    def figure_columns(self) -> tuple[int, ...]:
        """Columns that hold figures."""
        value = (self.fields["value"],) if "value" in self.fields else ()
        return (*self.years.values(), *value, *self.columns)

    @cached_property
    def year_columns(self) -> tuple[tuple[int, int], ...]:
        """(year, column), earliest first."""
        return tuple(sorted(self.years.items()))

    @cached_property
    def years_and_columns(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The same as two rows: the years, and the column of each."""
        return tuple(y for y, _ in self.year_columns), tuple(c for _, c in self.year_columns)

    @cached_property
    def known_columns(self) -> tuple[int, ...]:
        """Every column whose heading was understood."""
        return (*self.fields.values(), *self.keys.values(), *self.years.values(), *self.columns)

    def meaning_of(self, column: int) -> tuple[str, str] | None:
        """(`field`, `key` or `year`; its name) of a column."""
        return self._meanings.get(column)

    @cached_property
    def _meanings(self) -> dict[int, tuple[str, str]]:
        return {
            **{c: ("year", str(y)) for y, c in self.years.items()},
            **{c: ("key", k) for k, c in self.keys.items()},
            **{c: ("field", f) for f, c in self.fields.items()},
        }

    @property
    def is_long(self) -> bool:
        return "value" in self.fields and not self.years


def split_unit(text: str) -> tuple[str, str]:
    """`水稻播种面积（万公顷）` -> (`水稻播种面积`, `万公顷`); an empty unit when the brackets hold something else."""
    for pattern in (_UNIT_IN_BRACKETS, re.compile(r"^(.*?)\s*[,，:：/]\s*(?:单位[:：])?\s*([^,，:：/]+)$", re.DOTALL)):
        match = pattern.match(text.strip())
        if match and match[2].strip() and is_unit(match[2]):
            return match[1].strip(), match[2].strip()
    return text.strip(), ""


@lru_cache(maxsize=4096)
def is_unit(text: str) -> bool:
    try:
        return bool(units.parse(text)) and units.tidy(text) not in ONE
    except units.UnitError:
        return False


def titled_quantity(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """(quantity, unit) of a title that names nothing else than one quantity, its year, region and unit; empty
    otherwise."""
    whole = lexicon.quantity(text)
    if whole is not None:
        return whole, ""
    plain, unit = split_unit(text)
    bare = _TITLE_WORDS.sub("", _YEAR_WORD.sub("", _YEARS_APART.sub("", plain))).strip()
    for start in range(min(len(bare), LONGEST_REGION)):
        if start == 0 or lexicon.region(bare[:start]):
            name = lexicon.quantity(bare[start:])
            if name is not None:
                return name, unit
    return "", ""


def find_heading(sheet: Sheet, lexicon: Lexicon, first: int = 1, titled: bool = False) -> TableHeading | None:
    """The heading of the first table on a sheet, from row `first` on, that has a quantity (or value) column, or with
    `titled` is named after its quantity; None when there is none.

    Headings may take up to three rows, with merged cells; the lower rows win. A row of units below belongs to it, and a
    column is known by what stands in it where its heading is not (`品种` over wheat and maize).
    """
    best: TableHeading | None = None
    for row in range(first, min(sheet.height, first - 1 + HEADER_DEPTH) + 1):
        if best is not None and (
            row > best.bottom + 1 or (not sheet.merged and _at_most(sheet, row) < _worth(best)[0])
        ):
            break
        for depth in range(1, MAX_HEADER_ROWS + 1):
            if row + depth - 1 > sheet.height or (depth > 1 and not _continues(sheet, row, row + depth - 1)):
                break
            heading = _read(sheet, row, row + depth - 1, lexicon)
            if titled and not _usable(heading) and (heading.years or "value" in heading.fields):
                heading = _under_title(sheet, heading, _named_over(sheet, row, first, lexicon), lexicon)
            if _usable(heading) and (best is None or _worth(heading) > _worth(best)):
                best = heading
    return None if best is None else _with_units_below(sheet, _known_by_content(sheet, best, first, lexicon))


def _named_over(sheet: Sheet, row: int, first: int, lexicon: Lexicon) -> str:
    """The quantity that a title over a row, or the sheet's name, names; empty where none does."""
    titles = (c.text for r in range(first, row) for c in sheet.row(r) if c.kind == "text")
    return next((q for text in (*titles, sheet.name) if (q := titled_quantity(text, lexicon)[0])), "")


def _under_title(sheet: Sheet, heading: TableHeading, quantity: str, lexicon: Lexicon) -> TableHeading:
    """The heading as one of a table that a title names the quantity of, where it has any column but figures."""
    if not quantity or "quantity" in heading.fields or ("year" in heading.fields and heading.years):
        return heading  # `年份 | 2010` is a caption
    known = by_content(sheet, heading, quantity, lexicon)
    describes = known.keys or known.fields.keys() - {"value", "year"}
    return replace(known, quantity=quantity) if describes else heading


def _known_by_content(sheet: Sheet, heading: TableHeading, first: int, lexicon: Lexicon) -> TableHeading:
    """The heading with the columns that only their content tells, by the quantities that its rows or its title name.
    A column headed `指标` that names no quantity but members of the titled one (`猪`, `山羊`) is a column of these."""
    column = heading.fields.get("quantity", 0)
    if heading.quantity or not (heading.unknown or column):
        return heading
    named = {row[column - 1] for row in sheet.values[heading.bottom :] if len(row) >= column > 0}
    quantities = sorted({q for text in named if isinstance(text, str) and (q := lexicon.quantity(text))})
    if quantities or not column:
        for quantity in quantities or [_named_over(sheet, heading.top, first, lexicon)]:
            heading = by_content(sheet, heading, quantity, lexicon)
        return heading
    titled = _named_over(sheet, heading.top, first, lexicon)
    others = {name: c for name, c in heading.fields.items() if name != "quantity"}
    words = (*heading.unknown, (sheet.shown(heading.bottom, column).text, column))
    known = by_content(sheet, replace(heading, fields=others, unknown=words), titled, lexicon)
    return replace(known, quantity=titled) if column in known.keys.values() else heading


def by_content(sheet: Sheet, heading: TableHeading, quantity: str, lexicon: Lexicon) -> TableHeading:
    """The heading with each unknown column under which most texts are members of one key of the quantity, and of no
    other key."""
    declared = lexicon.quantities.get(quantity)
    if declared is None:
        return heading
    keys, unknown = dict(heading.keys), []
    for text, column in heading.unknown:
        below = {row[column - 1] for row in sheet.values[heading.bottom :] if len(row) >= column}
        said = [v for v in below if isinstance(v, str) and v.strip() and v != text and not _YEAR_WORD.fullmatch(v)]
        fits = {
            key: sum(lexicon.value(declared, key, v) is not None for v in said)
            for key in declared.all_keys
            if key not in keys and lexicon.allowed(declared, key) and lexicon.value(declared, key, text) is None
        }
        meant = [key for key, count in fits.items() if count]
        if len(meant) == 1 and 2 * fits[meant[0]] >= len(said):
            keys[meant[0]] = column
        else:
            unknown.append((text, column))
    return replace(heading, keys=keys, unknown=tuple(unknown))


def _with_units_below(sheet: Sheet, heading: TableHeading) -> TableHeading:
    """The heading with the row of units printed below it, where there is one."""
    row = heading.bottom + 1
    cells = [c for k in range(1, sheet.width + 1) if not (c := sheet.cell(row, k)).blank]
    below = {c.column: unit for c in cells if c.kind == "text" and (unit := _unit_alone(c.text))}
    if not cells or len(below) < len(cells) or not below.keys() & {*heading.figure_columns}:
        return heading
    return replace(heading, bottom=row, units={**heading.units, **below})


def _unit_alone(text: str) -> str:
    """The unit that is all a cell holds, with or without brackets; empty for anything else."""
    bare, unit = split_unit(text)
    return unit if unit and not bare else text if is_unit(text) else ""


def _at_most(sheet: Sheet, row: int) -> int:
    """How many headings a row can hold: texts, dates and numbers that may be years. Rows of figures are told from
    headings by it, quickly."""
    return sum(
        1 for v in sheet.values[row - 1] if v is not None and (type(v) is not float or FIRST_YEAR <= v <= LAST_YEAR)
    )


def _usable(h: TableHeading) -> bool:
    return (
        (("quantity" in h.fields or bool(h.quantity)) and ("value" in h.fields or bool(h.years)))
        or ("value" in h.fields and "year" in h.fields)
        or ("quantity" in h.fields and "unit" in h.fields)
    )


def _worth(h: TableHeading) -> tuple[int, int, int]:
    return len(h.fields) + len(h.keys) + len(h.years), -len(h.unknown), -(h.bottom - h.top)


def _continues(sheet: Sheet, top: int, row: int) -> bool:
    """A second header row exists only under a merged cell of the first, or where the first has gaps that the second
    fills with headings."""
    spans = any(t <= row - 1 and (r > left or b >= row) and top <= t for t, left, b, r in sheet.merged)
    return spans and any(not sheet.cell(row, c).blank for c in range(1, sheet.width + 1))


def _read(sheet: Sheet, top: int, bottom: int, lexicon: Lexicon) -> TableHeading:
    fields: dict[str, int] = {}
    keys: dict[str, int] = {}
    years: dict[int, int] = {}
    found_units: dict[int, str] = {}
    doubles: list[tuple[str, int, int]] = []
    unknown: list[tuple[str, int]] = []
    for column in range(1, sheet.width + 1):
        cells = [sheet.shown(r, column) for r in range(bottom, top - 1, -1)]
        named = [t for t in dict.fromkeys(c.text for c in cells) if t]
        if not named:
            continue
        what, unit = _meaning(cells, lexicon)
        if unit:
            found_units[column] = unit
        if what is None:
            if any(not sheet.cell(r, column).blank for r in range(top, bottom + 1)):
                unknown.append((named[0], column))
            continue
        kind, name = what
        first = (
            years.setdefault(int(name), column)
            if kind == "year"
            else (fields if kind == "field" else keys).setdefault(name, column)
        )
        if first != column:
            doubles.append((named[0], first, column))
    if "category" in keys and "category" not in fields:
        fields["category"] = keys.pop("category")
    keys.pop("category", None)
    if "region" in keys:
        fields.setdefault("region", keys.pop("region"))
    return TableHeading(top, bottom, fields, keys, years, found_units, tuple(doubles), tuple(unknown))


def _meaning(cells: list[Cell], lexicon: Lexicon) -> tuple[tuple[str, str] | None, str]:
    """The same as `_meaning_of`, worked out once for the same texts."""
    texts = tuple((c.kind, c.value) for c in cells)
    if texts not in lexicon.headings:
        if len(lexicon.headings) > KEPT_HEADINGS:
            lexicon.headings.clear()
        lexicon.headings[texts] = _meaning_of(cells, lexicon)
    return lexicon.headings[texts]


def _meaning_of(cells: list[Cell], lexicon: Lexicon) -> tuple[tuple[str, str] | None, str]:
    """What a column is, from the lowest of its header cells that says anything; and a unit printed beside it."""
    unit = ""
    for cell in cells:
        text = cell.text
        if not text:
            continue
        year = _heading_year(cell)
        if year is not None:
            return ("year", str(year[0])), unit or year[1]
        if cell.kind != "text":
            continue  # a figure, no word
        name = _FIELD.get(fold(text))
        key = lexicon.key(text)
        bare, in_brackets = split_unit(text)
        if name is None and key is None and in_brackets:
            name, key = _FIELD.get(fold(bare)), lexicon.key(bare)
        unit = unit or in_brackets
        if name is None and key is None:
            stripped = re.sub(r"[(（].*?[)）]|[*※★]", "", text)
            name, key = _FIELD.get(fold(stripped)), lexicon.key(stripped)
        if name is not None:
            return ("field", name), unit
        if key is not None:
            return ("key", key), unit
        if is_unit(text):
            unit = unit or text
    return None, unit


def means(cell: Cell, lexicon: Lexicon) -> tuple[str, str] | None:
    """What one cell would mean as a heading; `category` and `region` are fields, whatever list they are looked up
    in."""
    what, _ = _meaning([cell], lexicon)
    return ("field", what[1]) if what is not None and what[1] in ("category", "region") else what


def _heading_year(cell: Cell) -> tuple[int, str] | None:
    """A year heading: 2005, `2005年`, `2005年（万吨）`, `2005年数值`, `2005年末`, `2005(修订)`."""
    year = parse_year(cell)
    if isinstance(year, Year):
        return year.value, ""
    if cell.kind != "text":
        return None
    bare, unit = split_unit(FOOTNOTES.sub("", cell.text))
    bare = _YEAR_REMARK.sub("", bare)
    bare = re.sub(r"(年末|年底|年终|末)$", "年", bare.strip())
    bare = re.sub(r"(数值|数据|填报值|实际|合计|value|data)$", "", bare.strip(), flags=re.IGNORECASE).strip()
    bare = re.sub(r"^(数值|数据|value)", "", bare, flags=re.IGNORECASE).strip()
    again = parse_year(bare)
    return (again.value, unit) if isinstance(again, Year) and not again.from_date else None
