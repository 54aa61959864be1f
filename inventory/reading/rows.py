"""One row of a table -> activity data, notation keys, or problems. The same for a long CSV, a long table on a sheet, and a template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..core import units
from ..core.activity import DATA_KINDS, MEASURED, NOTATION, NOTATION_KEYS, Datum, Notation
from ..core.declarations import Quantity
from ..core.problems import Collector, Origin
from .cells import Cell, Sheet, address
from .headers import FIELDS, PRINTED, split_unit
from .lexicon import Lexicon, fold, near
from .numbers import BLANK_MARKS, NotNumber, Number, Year, parse_number, parse_year, plain

TOTALS = frozenset(fold(w) for w in ("合计", "总计", "小计", "总和", "累计", "全省合计", "合计数", "total", "subtotal", "sum"))
EXAMPLE_MARKS = frozenset(fold(w) for w in ("示例", "例", "填写示例", "example", "e.g."))
_KINDS = {fold(k): k for k in DATA_KINDS} | {
    fold(a): k for k, names in {"统计": ("统计数据", "statistics", "统计局"), "部门": ("部门数据", "department"), "调查": ("调查数据", "survey"),
                                "估算": ("估计", "估算数据", "estimate"), "示例": ("示例数据", "illustrative", "example")}.items() for a in names}


@dataclass(frozen=True, slots=True)
class RowNotation:
    """A notation key on one row of a table (one quantity and key combination) instead of a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    key: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell of a template that waits for a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    unit: str
    origin: Origin


@dataclass
class Found:
    """What was read so far; filled by the readers, frozen into a `Project` at the end."""

    data: list[Datum] = field(default_factory=list)
    notations: list[Notation] = field(default_factory=list)
    row_notations: list[RowNotation] = field(default_factory=list)
    open_cells: list[OpenCell] = field(default_factory=list)
    problems: Collector = field(default_factory=Collector)
    marks: list[str] = field(default_factory=list)          # cells of the present sheet that hold —, … or /
    without_source: list[str] = field(default_factory=list)  # rows of the present sheet without a source


@dataclass(frozen=True, slots=True)
class Row:
    """A row by meaning: cells of the named columns, of the key columns, and the figures with their years. `above` is what stands over the table."""

    sheet: Sheet
    number: int
    fields: Mapping[str, Cell]
    keys: Mapping[str, Cell]
    figures: tuple[tuple[int | Cell, Cell], ...]
    above: Mapping[str, str]
    figure_units: Mapping[int, str]
    above_at: Mapping[str, Origin] = field(default_factory=dict)

    def cell(self, name: str) -> Cell | None:
        found = self.fields.get(name)
        return None if found is None or is_blank(found) else found

    def text(self, name: str) -> str:
        found = self.cell(name)
        return found.text if found is not None else ""

    def origin(self, cell: Cell | None = None) -> Origin:
        """A cell's place; without a cell the row's."""
        return self.sheet.row_origin(self.number, cell.column if cell is not None else min((c.column for c in self.fields.values()), default=1))


def is_blank(cell: Cell) -> bool:
    """Nothing, or a mark that means nothing: —, …, /."""
    return cell.kind == "empty" or (cell.kind == "text" and plain(str(cell.value)).lower() in BLANK_MARKS)


def take_row(row: Row, lexicon: Lexicon, found: Found) -> None:
    """Read one row into `found`. Every figure on it becomes a datum or leaves a problem."""
    named = row.cell("quantity")
    text = named.text if named is not None else row.above.get("quantity", "")
    if not text:
        found.problems.add("row.no_quantity", row.origin(row.fields.get("quantity")), found=_first_text(row))
        return
    name, printed_unit = lexicon.quantity(text), ""
    if name is None:
        bare, printed_unit = split_unit(text)
        name = lexicon.quantity(bare) if printed_unit else None
    if name is None:
        if fold(text) in TOTALS:
            found.problems.add("row.total", row.origin(named), word=text)
        else:
            found.problems.add("word.quantity", row.origin(named), found=text, near=lexicon.near_quantities(text))
        return
    if name == NOTATION:
        _take_notation(row, lexicon, found)
        return
    _take_figures(row, lexicon.quantities[name], printed_unit, lexicon, found)


def _first_text(row: Row) -> str:
    cells = [*row.fields.values(), *row.keys.values(), *(c for _, c in row.figures)]
    return next((c.text for c in sorted(cells, key=lambda c: c.column) if not c.blank), "")


# ---- figures ----

def _take_figures(row: Row, quantity: Quantity, printed_unit: str, lexicon: Lexicon, found: Found) -> None:
    if not any(not is_blank(c) for _, c in row.figures) and row.cell("notation") is None and "value" not in row.fields:
        _wait(row, quantity, lexicon, found)
        return
    before = len(found.problems.found)
    total = _total_cell(row, quantity)
    if total is not None:
        found.problems.add("row.total", row.origin(total), word=total.text)
        return
    region = _region(row, lexicon, found)
    item = _item(row, quantity, lexicon, found)
    uncertainty = _uncertainty(row, found)
    kind = _kind(row, found)
    notation = _notation_of_row(row, found)
    source, note = row.text("source"), row.text("note")
    sound = not any(p.severity == "error" for p in found.problems.found[before:])
    filled, unit = 0, ""
    for year_cell, cell in row.figures:
        value = parse_number(cell)
        if isinstance(value, NotNumber) and value.blank:
            if value.reason == "mark":
                found.marks.append(address(cell.row, cell.column))
            if row.sheet.covered(cell.row, cell.column) and not row.sheet.shown(cell.row, cell.column).blank:
                found.problems.add("row.merged_value", row.origin(cell), cells=row.sheet.shown(cell.row, cell.column).address)
            continue
        filled += not _is_notation(value)
        year = _year(row, year_cell, found)
        if not _is_notation(value) and (not unit or cell.column in row.figure_units):
            unit = _unit(row, quantity, cell, item, printed_unit, found)
        if isinstance(value, NotNumber):
            if _is_notation(value) and year is not None and region and item is not None:
                found.row_notations.append(RowNotation(region, year, quantity.id, item, value.hint, note, row.origin(cell)))
            elif not _is_notation(value):
                number_problem(value, row.origin(cell), found.problems, quantity.label["zh"])
            continue
        made = _with_marks(value, unit, quantity, row, cell, found) if unit else None
        if cell.column in row.figure_units or not row.text("unit"):
            unit = ""  # holds for this figure only
        if made is not None and sound and year is not None and region and item is not None:
            found.data.append(Datum(region, year, quantity.id, item, made[0], made[1], source, uncertainty, note, kind, row.origin(cell)))
    _after(row, quantity, region, item, filled, notation, found)
    if filled and not source:
        found.without_source.append(str(row.number))


def _wait(row: Row, quantity: Quantity, lexicon: Lexicon, found: Found) -> None:
    """A row of a wide table without figures: its cells wait to be filled if the row says what for; an empty spare row says nothing."""
    aside = Found()
    region, item = _region(row, lexicon, aside), _item(row, quantity, lexicon, aside)
    _marks(row, found)
    if region and item is not None:
        unit = row.text("unit") or quantity.unit[0]
        found.open_cells.extend(OpenCell(region, y, quantity.id, item, unit, row.origin(c)) for y, c in row.figures if isinstance(y, int))


def _marks(row: Row, found: Found) -> None:
    found.marks.extend(address(c.row, c.column) for _, c in row.figures if not c.blank and is_blank(c))


def _after(row: Row, quantity: Quantity, region: str, item: tuple | None, filled: int, notation: str, found: Found) -> None:
    """Empty cells of the row: notation keys of the row, cells waiting for a figure, or a row of a long table without a value."""
    empty = [(y, c) for y, c in row.figures if is_blank(c)]
    if notation and not empty:
        found.problems.add("row.notation_and_value", row.origin(row.fields["notation"]), notation=notation)
    elif notation:
        for year_cell, cell in empty:
            year = _year(row, year_cell, found)
            if year is not None and region and item is not None:
                found.row_notations.append(RowNotation(region, year, quantity.id, item, notation, row.text("note"), row.origin(cell)))
    elif row.sheet.csv or "value" in row.fields:
        if not filled:
            found.problems.add("row.no_value", row.origin(row.figures[0][1] if row.figures else None), label=quantity.label["zh"])
    elif region and item is not None:
        unit = row.text("unit") or quantity.unit[0]
        found.open_cells.extend(OpenCell(region, y, quantity.id, item, unit, row.origin(c)) for y, c in empty if isinstance(y, int))


def _is_notation(value: Number | NotNumber) -> bool:
    return isinstance(value, NotNumber) and value.reason == "notation"


def number_problem(value: NotNumber, origin: Origin, problems: Collector, label: str) -> None:
    """The message for a text that is no number."""
    problems.add(f"number.{value.reason}", origin, found=value.found, hint=value.hint, label=label)


def _with_marks(value: Number, unit: str, quantity: Quantity, row: Row, cell: Cell, found: Found) -> tuple[float, str] | None:
    """Value and unit, with %, ‰ and 万 written behind the figure brought together with the unit cell."""
    if value.suffix and units.tidy(unit)[:1] in "百千万亿十":
        found.problems.add("number.suffix_unit", row.origin(cell), found=cell.text, unit=unit)
        return None
    if value.mark:
        if not units.same_dimension(unit, "%"):
            found.problems.add("number.percent_unit", row.origin(cell), found=f"{value.value:.10g}{value.mark}", unit=unit, label=quantity.label["zh"])
            return None
        return value.value, value.mark
    return value.value, unit


def _unit(row: Row, quantity: Quantity, cell: Cell, item: tuple | None, printed: str, found: Found) -> str:
    """The unit of a figure: its row's unit cell, else the heading's, else the one over the table. Empty after a problem."""
    own = row.text("unit")
    candidates = tuple(t for t in (own, row.figure_units.get(cell.column, ""), printed, row.above.get("unit", "")) if t)
    gas = dict(item or ()).get("gas", "CO2") if quantity.id == MEASURED else ""
    unit, code, facts = _unit_verdict(candidates, quantity.unit, bool(own) and candidates[-1] != row.above.get("unit"), gas)
    if not code:
        return unit
    if code == "unit.missing":
        value = parse_number(cell)
        if isinstance(value, Number) and value.mark and units.same_dimension(quantity.unit[0], "%"):
            return value.mark
    place = row.origin(row.cell("unit") or row.fields.get("unit", cell))
    found.problems.add(code, place, label=quantity.label["zh"], **dict(facts))
    return ""


@lru_cache(maxsize=4096)
def _unit_verdict(candidates: tuple[str, ...], wanted: tuple[str, ...], compare: bool, gas: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """(unit, "", ()) or ("", message code, facts). `compare`: the row's own unit and the heading's must be the same."""
    expected = "、".join(wanted)
    if not candidates:
        return "", "unit.missing", (("expected", expected),)
    try:
        first, *others = (units.parse(t) for t in candidates)
    except units.UnitError as error:
        return "", "unit.unknown", (("unit", error.text), ("near", "、".join(dict.fromkeys((*wanted, *error.near)))))
    other = next((t for t, u in zip(candidates[1:], others, strict=True) if (u.scale, u.dims) != (first.scale, first.dims)), "")
    if other and compare:
        return "", "unit.two", (("unit", candidates[0]), ("other", other))
    if not any(units.same_dimension(candidates[0], t) for t in (("t", f"t {gas}") if gas else wanted)):
        return "", "unit.dimension", (("unit", candidates[0]), ("expected", expected))
    return candidates[0], "", ()


def _year(row: Row, given: int | Cell, found: Found) -> int | None:
    if isinstance(given, int):
        return given
    year = parse_year(given)
    place = row.origin(given)
    if isinstance(year, Year):
        if year.from_date or year.from_serial:
            found.problems.add("year.date" if year.from_date else "year.serial", place, found=given.text, year=year.value)
        return year.value
    if year.blank and row.above.get("year"):
        return int(row.above["year"])
    reason = {"several": "several", "blank": "missing", "range": "range"}.get(year.reason, "text")
    found.problems.add(f"year.{reason}", place, found=year.found)
    return None


# ---- words ----

def _region(row: Row, lexicon: Lexicon, found: Found) -> str:
    cell = row.cell("region")
    text = cell.text if cell is not None else row.above.get("region", "")
    if not text:
        found.problems.add("region.missing", row.origin(row.fields["region"]) if "region" in row.fields else Origin(row.sheet.file, row.sheet.name))
        return ""
    name = lexicon.region(text)
    if name is None:
        place = row.origin(cell) if cell is not None else row.above_at.get("region", row.origin())
        found.problems.add("word.region", place, found=text, near=near(text, lexicon.edition.vocabulary.get("region", {})))
        return ""
    return name


def _total_cell(row: Row, quantity: Quantity) -> Cell | None:
    """The key cell that says 合计 instead of a member."""
    cells = [row.keys[k] for k in row.keys if k in quantity.all_keys]
    if "category" in quantity.all_keys and "category" in row.fields:
        cells.append(row.fields["category"])
    return next((c for c in cells if c.kind == "text" and fold(c.text) in TOTALS), None)


def _item(row: Row, quantity: Quantity, lexicon: Lexicon, found: Found) -> tuple[tuple[str, str], ...] | None:
    """The row's keys as sorted pairs, from key columns, the item column and the category column; None after a problem."""
    given: dict[str, tuple[str, Cell | None]] = {}
    right = True
    for key, cell in row.keys.items():
        if not cell.blank and (key in quantity.all_keys or not is_blank(cell)) and not _is_mark(cell, quantity, key, lexicon):
            given[key] = (cell.text, cell)
    item_cell = row.cell("item")
    for part in _parts(item_cell.text if item_cell is not None else ""):
        name, separator, text = part.partition("=")
        named = lexicon.key(name) if separator else lexicon.only_key(quantity, name)
        if not separator:
            text = name
        if named is None:
            found.problems.add("word.key", row.origin(item_cell), found=part, near=near(name, quantity.all_keys), keys=_key_names(quantity, lexicon))
            right = False
        elif named in given and given[named][0] != text.strip():
            found.problems.add("word.double_key", row.origin(item_cell), key=lexicon.label(named), first=given[named][0], second=text.strip())
            right = False
        else:
            given[named] = (text.strip(), item_cell)
    right = _category(row, quantity, given, lexicon, found) and right
    pairs: list[tuple[str, str]] = []
    for key, (text, place) in given.items():
        if key not in quantity.all_keys and quantity.id != MEASURED:
            if key in ("region", "category"):
                continue
            found.problems.add("word.extra_key", row.origin(place), label=quantity.label["zh"], key=lexicon.label(key), found=text,
                               keys=_key_names(quantity, lexicon))
            right = False
            continue
        value = lexicon.value(quantity, key, text)
        if value is None:
            _unknown_value(row, quantity, key, text, place, lexicon, found)
            right = False
        elif value:
            pairs.append((key, value))
    have = {k for k, _ in pairs}
    for key in quantity.keys:
        if key not in have and key not in given:
            found.problems.add("word.missing_key", row.origin(row.keys.get(key) or row.fields.get("category" if key == "category" else "item")),
                               label=quantity.label["zh"], key=lexicon.label(key), near=_few(lexicon.allowed(quantity, key)))
            right = False
    return tuple(sorted(pairs)) if right else None


def _is_mark(cell: Cell, quantity: Quantity, key: str, lexicon: Lexicon) -> bool:
    """— in a key column that does not apply; but a vocabulary may well know 无."""
    return is_blank(cell) and lexicon.value(quantity, key, cell.text) not in lexicon.allowed(quantity, key)


def _parts(text: str) -> list[str]:
    plain_text = text.replace("；", ";").replace("＝", "=").replace("\n", ";")
    return [p.strip() for p in plain_text.split(";") if p.strip()]


def _few(names: tuple[str, ...], n: int = 8) -> str:
    return "、".join(names[:n]) + ("…" if len(names) > n else "") or "—"


def _key_names(quantity: Quantity, lexicon: Lexicon) -> str:
    return "、".join(f"{lexicon.label(k)}({k})" for k in quantity.all_keys) or "—"


def _unknown_value(row: Row, quantity: Quantity, key: str, text: str, cell: Cell | None, lexicon: Lexicon, found: Found) -> None:
    members = lexicon.class_members(quantity, key, text)
    facts = {"label": quantity.label["zh"], "key": lexicon.label(key), "found": text}
    if members:
        found.problems.add("word.class", row.origin(cell), members=_few(members, 12), **facts)
    else:
        found.problems.add("word.value", row.origin(cell), near=lexicon.near_values(quantity, key, text), **facts)


def _category(row: Row, quantity: Quantity, given: dict[str, tuple[str, Cell | None]], lexicon: Lexicon, found: Found) -> bool:
    """The category column: a key of the quantity, or a statement that must agree with the quantity's home category."""
    cell = row.cell("category")
    if cell is None:
        return True
    if "category" in quantity.all_keys:
        given.setdefault("category", (_category_text(cell), cell))
        return True
    if not quantity.category:
        return True
    named = lexicon.category(_category_text(cell))
    if named is None:
        found.problems.add("word.category", row.origin(cell), found=cell.text, near=lexicon.near_categories(cell.text))
        return False
    home = quantity.category
    if named in lexicon.edition.descendants(home) or home in lexicon.edition.descendants(named):
        return True
    found.problems.add("category.not_home", row.origin(cell), label=quantity.label["zh"], found=f"{named} {lexicon.edition.label_of_category(named)}",
                       home=f"{home} {lexicon.edition.label_of_category(home)}")
    return False


def _category_text(cell: Cell) -> str:
    return f"{cell.value:g}" if isinstance(cell.value, float) else cell.text


def _uncertainty(row: Row, found: Found) -> float | None:
    cell = row.cell("uncertainty")
    if cell is None:
        return None
    value = parse_number(plain(cell.text).lstrip("±") if cell.kind == "text" else cell)
    if isinstance(value, NotNumber):
        number_problem(value, row.origin(cell), found.problems, PRINTED["uncertainty"]["zh"])
        return None
    if value.value < 0 or value.value > 1000:
        found.problems.add("row.uncertainty", row.origin(cell), found=cell.text)
        return None
    return value.value


def _kind(row: Row, found: Found) -> str:
    cell = row.cell("data_kind")
    if cell is None:
        return ""
    kind = _KINDS.get(fold(cell.text))
    if kind is None:
        found.problems.add("word.kind", row.origin(cell), found=cell.text, kinds="、".join(DATA_KINDS))
    return kind or ""


def _notation_of_row(row: Row, found: Found) -> str:
    cell = row.cell("notation")
    if cell is None:
        return ""
    key = plain(cell.text).upper()[:2].strip()
    if key not in NOTATION_KEYS:
        found.problems.add("word.notation", row.origin(cell), found=cell.text, keys="、".join(NOTATION_KEYS))
        return ""
    return key


# ---- rows that are a notation key as such ----

def _take_notation(row: Row, lexicon: Lexicon, found: Found) -> None:
    """`notation` rows: category, gas (empty: all gases of the category), the key as value, the reason as note."""
    if "value" not in row.fields and all(is_blank(c) for _, c in row.figures):
        return  # an empty row of the template
    region = _region(row, lexicon, found)
    cell = row.cell("category")
    text = _category_text(cell) if cell is not None else dict(p.partition("=")[::2] for p in _parts(row.text("item"))).get("category", "")
    category = lexicon.category(text) if text else None
    if category is None:
        found.problems.add("word.category", row.origin(cell or row.fields.get("category")), found=text or "（空）",
                           near=lexicon.near_categories(text))
    elif cell is not None and isinstance(cell.value, float) and f"{category}0" in lexicon.edition.categories:
        found.problems.add("category.number", row.origin(cell), found=category, other=f"{category}0")
        return
    gas = _gas_of(row, lexicon, found)
    for year_cell, figure in row.figures:
        if is_blank(figure) and len(row.figures) > 1:
            continue
        year = _year(row, year_cell, found)
        key = plain(figure.text).upper()
        if key not in NOTATION_KEYS:
            found.problems.add("word.notation", row.origin(figure), found=figure.text or "（空）", keys="、".join(NOTATION_KEYS))
        elif region and category is not None and year is not None and gas is not None:
            found.notations.append(Notation(region, year, category, gas, key, row.text("note"), row.origin(figure)))


def _gas_of(row: Row, lexicon: Lexicon, found: Found) -> str | None:
    """Gas of a notation row: empty for all, None after a problem."""
    cell = row.keys.get("gas")
    text = cell.text if cell is not None and not is_blank(cell) else ""
    item = row.cell("item")
    for part in _parts(item.text if item is not None else ""):
        name, _, value = part.partition("=")
        if lexicon.key(name) == "gas":
            text, cell = value.strip(), item
    if not text:
        return ""
    gas = lexicon.gas(text) or (text if text in lexicon.gases else None)
    if gas is None:
        found.problems.add("word.gas", row.origin(cell), found=text, near=near(text, lexicon.gases))
    return gas


FIELD_NAMES = tuple(FIELDS)
