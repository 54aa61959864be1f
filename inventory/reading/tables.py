"""Tables on sheets and in CSV files: find the heading, cut the rows, tell data from notes, examples and totals. Nothing
is dropped in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..core.account import REFUSED
from ..core.activity import MEASURED
from ..core.places import address
from ..core.problems import Origin
from ..core.spelling import fold
from ..spreadsheets.account import PartsVerdict, TableVerdict, always, rows_with_errors, settle
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.hidden import is_figure
from ..spreadsheets.numbers import NotNumber, Year, parse_year
from .captions import Captions, by_titles, over_table, stated
from .contents import Contents, SheetRead, check_sheet
from .headers import PRINTED, TableHeading
from .lexicon import Lexicon
from .matrix import QUANTITIES, find_table, matrix_rows, names_a_line
from .repeats import left, repeats_of
from .row import YearFigures
from .row_kinds import check_example, is_example, is_note, is_repeat_of_heading
from .rows import Row, RowsRead, take_row
from .sections import TablePart, parts_of

SKIPPED_SHEETS = frozenset(
    fold(n)
    for n in (
        "目录",
        "Contents",
        "_lists",
        "词表",
        "填写说明",
        "说明",
        "Instructions",
        "检查结果",
        "函",
        "上次的因子和选择",
        "Letter",
        "Last factors and choices",
        "上次的待改内容",
        "Last faulty rows",
    )
)
_NUMBERS, _NOTHING = {float}, {type(None)}
# columns that a yearbook prints beside the figures: `2010年比2005年增长（%）`, `指数（上年＝100）`
_RATIO = re.compile(r"增长|增减|增幅|增速|同比|指数|比上年|为上年|growth|change on|index", re.IGNORECASE)
NATION = "全国"
TOTAL_ENDS = ("合计", "总计", "小计", "total")


def read_table(
    sheet: Sheet, lexicon: Lexicon, rows_read: RowsRead, expected: bool = False, contents: Contents | None = None
) -> bool:
    """Read a sheet's table into `found`. False when the sheet holds none (with an error if one was `expected`).

    `contents` is what the contents sheet of the workbook says of region and years: another one is an error.
    """
    contents = contents or Contents()
    heading = find_table(sheet, lexicon)
    if heading is None:
        if expected:
            rows_read.problems.add(
                "table.unknown",
                sheet.row_origin(1),
                found="、".join(_first_cells(sheet)) or {"zh": "（空）", "en": "(empty)"},
                columns=_names("region", "year", "quantity", "value", "unit"),
            )
            settle(sheet, always(REFUSED, "no_table"), rows_read.problems)
        return False
    above = over_table(sheet, heading, lexicon)
    titled = by_titles(sheet, heading, lexicon)
    verdicts: list[TableVerdict] = []
    for part in parts_of(sheet, heading, lexicon):
        above = above.below(part.own)
        verdicts.append(_read_part(part, above, titled, lexicon, rows_read, contents))
    settle(sheet, verdicts[0] if len(verdicts) == 1 else PartsVerdict(tuple(verdicts)), rows_read.problems)
    return True


def _read_part(
    part: TablePart, above: Captions, titled: Captions, lexicon: Lexicon, rows_read: RowsRead, contents: Contents
) -> TableVerdict:
    """One table of a sheet; `titled` is what the titles of the sheet say of what is stated nowhere."""
    sheet, heading = part.sheet, part.heading
    before, known = rows_read.problems.count, len(rows_read.columns)
    passed = _Passed()
    over = _complemented(above, titled, heading, contents)
    if part.unclear is not None:
        rows_read.problems.add(
            "table.second_title",
            sheet.row_origin(heading.bottom, part.unclear.column),
            found=part.unclear.text,
            above=lexicon.quantities[lexicon.quantity(over.texts.get("quantity", "")) or MEASURED].label,
        )
    elif _read_rows(sheet, heading, lexicon, rows_read, over, passed):
        _tell(sheet, heading, passed.notes, passed.rows, rows_read)
        region = (over.texts["region"], over.places["region"]) if "region" in over.places else None
        figures = tuple(rows_read.columns.since(known))
        check_sheet(SheetRead(sheet, heading, region, figures), contents, lexicon, rows_read.problems)
        if part.own == Captions():  # the titles over the first table are none of those below
            _check_titles(titled, {(r, y) for r, y, *_ in figures}, sheet, lexicon, rows_read)
    errors, whole = rows_with_errors(rows_read.problems.since(before), sheet, heading.bottom)
    totals = {_row_number(p.origin.cell): "total" for p in rows_read.problems.since(before) if p.code == "row.total"}
    return TableVerdict(
        sheet,
        heading.bottom,
        frozenset(heading.known_columns) - {*heading.figure_columns},
        frozenset(rows_read.columns.cells(known)),
        {**dict.fromkeys(passed.notes, "note"), **dict.fromkeys(passed.examples, "example"), **totals},
        passed.unread,
        errors,
        whole,
        frozenset(passed.repeats),
        rows_read.whole,
    )


def _check_titles(
    titled: Captions, read: set[tuple[str, int]], sheet: Sheet, lexicon: Lexicon, rows_read: RowsRead
) -> None:
    """A title that names another province, or another year, than all the figures below it."""
    provinces = lexicon.edition.vocabulary.get("region", {})
    named, regions = titled.texts.get("region", ""), {r for r, _ in read}
    if named and named != NATION and regions and regions <= provinces.keys() - {named}:
        place = titled.places["region"]
        rows_read.problems.add("table.title_region", place, found=named, regions="、".join(sorted(regions)))
    year, years = titled.texts.get("year", ""), {str(y) for _, y in read}
    if year and years and year not in years:
        place = titled.places.get("year", Origin(sheet.file, sheet.name))
        rows_read.problems.add("table.title_year", place, found=year, years="、".join(sorted(years)))


def _complemented(above: Captions, titled: Captions, heading: TableHeading, contents: Contents) -> Captions:
    """What is stated over a table, and for what is not: the contents sheet, then the titles."""
    texts, places = dict(above.texts), dict(above.places)
    if "region" not in texts and contents.region:
        texts["region"] = contents.region
    if "region" not in heading.fields and "region" not in texts and "region" in titled.texts:
        texts["region"], places["region"] = titled.texts["region"], titled.places["region"]
    if heading.quantity:
        texts["quantity"] = heading.quantity
    if "year" in titled.texts and not heading.years:
        texts.setdefault("year", titled.texts["year"])
    return Captions(texts, places)


def labels_of(sheet: Sheet, lexicon: Lexicon) -> Callable[[int, int], bool]:
    """Which numbers of a sheet name or describe figures, by its heading; none where it holds no table. For sheets that
    are not read."""
    heading = find_table(sheet, lexicon)
    if heading is None:
        return lambda row, column: False
    figures = {*heading.figure_columns}
    return lambda row, column: row <= heading.bottom or column not in figures


@dataclass
class _Passed:
    """Rows and columns of a table that make no data: numbers of notes, worked examples, headings again; columns under
    headings nobody knows."""

    notes: list[int] = field(default_factory=list)
    examples: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    rows: int = 0


def _row_number(cell: str) -> int:
    digits = "".join(c for c in cell if c.isdigit())
    return int(digits) if digits else 0


def _read_rows(
    sheet: Sheet, heading: TableHeading, lexicon: Lexicon, rows_read: RowsRead, over: Captions, passed: _Passed
) -> bool:
    """The rows below the heading; False when the heading lacks what a table needs (an error says so) and nothing was
    read."""
    if not _complete(sheet, heading, over.texts, rows_read):
        return False
    rows_read.marks, rows_read.without_source, rows_read.whole = [], [], {}
    repeats = repeats_of(sheet, heading)
    for number in range(heading.bottom + 1, sheet.height + 1):
        if repeats is not None and repeats.take(number, rows_read):
            passed.rows += 1
            continue
        row = _row(sheet, heading, number, over)
        if _is_empty(row, sheet, number):
            continue
        passed.rows += 1
        if is_example(row):
            check_example(row, lexicon, rows_read)
            passed.examples.append(number)
        elif is_repeat_of_heading(sheet, heading, number, lexicon):
            passed.repeats.append(number)
        elif heading.across and names_a_line(row, heading):
            _take_line(row, heading, lexicon, rows_read)
        elif is_note(row, sheet, number, lexicon):
            passed.notes.append(number)
            again = over.below(stated(sheet, range(number, number + 1), heading, lexicon))
            if again.texts != over.texts:  # `单位：千公顷` between the rows rules those below
                over, repeats = again, repeats_of(sheet, heading)
        elif repeats is None:
            take_row(row, lexicon, rows_read)
        else:
            before = left(rows_read)
            take_row(row, lexicon, rows_read)
            repeats.learn(number, before, rows_read)
    rows_read.without_source = list(dict.fromkeys(rows_read.without_source))
    _remark_columns(sheet, heading, passed, rows_read)
    return True


def _take_line(row: Row, heading: TableHeading, lexicon: Lexicon, rows_read: RowsRead) -> None:
    """A line of a matrix. What is wrong with the line as a whole (a total, an unknown sector) is said once."""
    for one in matrix_rows(row, heading):
        before = rows_read.problems.count
        take_row(one, lexicon, rows_read)
        place = one.origin(one.figures[0][1])
        if any(p.origin != place for p in rows_read.problems.since(before)):
            return


def _names(*fields: str) -> dict[str, str]:
    """Columns as a message names them, in both languages."""
    return _listed([PRINTED[f] for f in fields])


def _listed(names: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {"zh": "、".join(n["zh"] for n in names), "en": ", ".join(n["en"] for n in names)}


YEARS_OR_VALUE = {"zh": "年份列（2005、2010…）或“数值”列", "en": "columns of years (2005, 2010 …) or a column Value"}


def _first_cells(sheet: Sheet) -> list[str]:
    for number in range(1, min(sheet.height, 5) + 1):
        texts = [c.text for c in sheet.row(number) if not c.blank]
        if texts:
            return [t[:20] for t in texts[:8]]
    return []


def _complete(sheet: Sheet, heading: TableHeading, above: dict[str, str], rows_read: RowsRead) -> bool:
    """Every column that a table needs is there; otherwise an error names the missing ones, and the sheet is not
    read."""
    missing: list[Mapping[str, str]] = []
    if "quantity" not in heading.fields and "quantity" not in above and heading.across != QUANTITIES:
        missing.append(PRINTED["quantity"])
    if not heading.years and "value" not in heading.fields and not heading.across:
        missing.append(YEARS_OR_VALUE)
    elif not heading.years and "year" not in heading.fields and not above.get("year"):
        missing.append(PRINTED["year"])
    for text, first, second in heading.doubles:
        rows_read.problems.add(
            "table.double_column",
            sheet.row_origin(heading.bottom, second),
            heading=text,
            first=address(heading.bottom, first),
        )
    if missing:
        rows_read.problems.add(
            "table.missing_column",
            sheet.row_origin(heading.bottom),
            missing=_listed(missing),
            found="、".join(_heading_texts(sheet, heading)),
        )
    several = [
        (text, c)
        for text, c in heading.unknown
        if (y := parse_year(text)) and isinstance(y, NotNumber) and y.reason == "several" and not _RATIO.search(text)
    ]
    for text, column in several:
        rows_read.problems.add("year.several", sheet.row_origin(heading.bottom, column), found=text)
    for year, column in heading.years.items():
        given = parse_year(sheet.shown(heading.bottom, column))
        if isinstance(given, Year) and (given.from_date or given.from_serial):
            rows_read.problems.add(
                "year.date" if given.from_date else "year.serial",
                sheet.row_origin(heading.bottom, column),
                found=sheet.shown(heading.bottom, column).text,
                year=year,
            )
    return not missing and not heading.doubles and not several


def _heading_texts(sheet: Sheet, heading: TableHeading) -> list[str]:
    return [c.text for c in (sheet.cell(heading.bottom, c) for c in range(1, sheet.width + 1)) if not c.blank][:12]


def _remark_columns(sheet: Sheet, heading: TableHeading, passed: _Passed, rows_read: RowsRead) -> None:
    """Columns with content that nobody reads are named; with figures on the rows of data it is an error."""
    known = {*heading.known_columns} - ({heading.fields.get("value", 0)} if heading.years else set())
    texts = {column: text for text, column in heading.unknown}
    skip = {*passed.notes, *passed.examples, *passed.repeats}
    words: list[str] = []
    figures: list[str] = []
    for c in range(1, sheet.width + 1):
        if c in known:
            continue
        cells = [
            (r, row[c - 1])
            for r, row in enumerate(sheet.values[heading.bottom :], heading.bottom + 1)
            if len(row) >= c and row[c - 1] is not None
        ]
        held = [r for r, value in cells if r not in skip and is_figure(value)]
        passed.unread[c] = "unknown_column" if held else "unread_column"
        if held and _RATIO.search(texts.get(c, "")):
            passed.unread[c] = "ratio"
            rows_read.problems.add("table.ratio", sheet.origin(heading.bottom, c), heading=texts[c])
        elif held and heading.across and fold(texts.get(c, "")).endswith(TOTAL_ENDS):
            passed.unread[c] = "total"
            rows_read.problems.add("row.total", sheet.origin(heading.top, c), word=texts[c])
        elif held:
            figures.append(f"{texts.get(c) or address(heading.bottom, c)}（{address(held[0], c)}）")
        elif any(str(value).strip() for _, value in cells):
            words.append(texts.get(c) or address(heading.bottom, c))
    if words:
        rows_read.problems.add("table.unread_columns", sheet.row_origin(heading.bottom), columns="、".join(words))
    if figures:
        rows_read.problems.add("table.unread_figures", sheet.row_origin(heading.bottom), columns="、".join(figures))


def _row(sheet: Sheet, heading: TableHeading, number: int, over: Captions) -> Row:
    shown = sheet.cell if sheet.plain else sheet.shown
    fields = {name: shown(number, column) for name, column in heading.fields.items() if name not in ("value", "year")}
    for name in ("value", "year"):
        if name in heading.fields:
            fields[name] = (
                sheet.cell(number, heading.fields[name]) if name == "value" else shown(number, heading.fields[name])
            )
    keys = {key: shown(number, column) for key, column in heading.keys.items()}
    figures: Sequence[tuple[int | Cell, Cell]]
    if heading.across:
        figures = tuple((0, sheet.cell(number, c)) for c in heading.columns)
    elif heading.years:
        figures = _figures(sheet, heading, number)
        fields.pop("value", None)
        fields.pop("year", None)
    else:
        year_cell: int | Cell = fields["year"] if "year" in fields else int(over.texts["year"])
        figures = ((year_cell, fields["value"]),)
    return Row(sheet, number, fields, keys, figures, over.texts, heading.figure_units, over.places)


def _figures(sheet: Sheet, heading: TableHeading, number: int) -> Sequence[tuple[int, Cell]]:
    """The cells under the year headings. On a plain sheet a row of numbers only, or of nothing, stays as it is."""
    if sheet.plain:
        line = sheet.values[number - 1]
        years, columns = heading.years_and_columns
        width = len(line)
        values = tuple([line[c - 1] if c <= width else None for c in columns])
        kinds = set(map(type, values))
        if kinds in (_NUMBERS, _NOTHING):
            return YearFigures(years, columns, values, number, kinds == _NUMBERS)
    return tuple((year, sheet.cell(number, column)) for year, column in heading.year_columns)


def _is_empty(row: Row, sheet: Sheet, number: int) -> bool:
    return sheet.row_is_blank(number)


def _tell(sheet: Sheet, heading: TableHeading, notes: list[int], rows: int, rows_read: RowsRead) -> None:
    place = Origin(sheet.file, sheet.name)
    if notes:
        rows_read.problems.add(
            "table.notes", place, rows="、".join(str(n) for n in notes[:20]) + ("…" if len(notes) > 20 else "")
        )
    if rows_read.marks:
        rows_read.problems.add(
            "table.marks",
            place,
            cells="、".join(rows_read.marks[:12]) + ("…" if len(rows_read.marks) > 12 else ""),
            count=len(rows_read.marks),
        )
    if rows_read.without_source:
        rows_text = "、".join(rows_read.without_source[:12]) + ("…" if len(rows_read.without_source) > 12 else "")
        rows_read.problems.add("table.no_source", place, rows=rows_text, count=len(rows_read.without_source))
    if not rows and heading.is_long:
        rows_read.problems.add("table.no_rows", sheet.row_origin(heading.bottom))
