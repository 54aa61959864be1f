"""One file -> what was read so far: what it is decides its content, a few names have a meaning of their own.

Whatever one file sets off stays with this file: a fault of ours is named and does not stop the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..core.account import ASIDE, LABEL
from ..core.edition import Edition
from ..core.memo import in_force, recalled
from ..core.names import display_name
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..forms.files import kind_of_level_title
from ..forms.province import form
from ..spreadsheets.account import Tally, always, keeping, settle, settle_hidden_sheet, take_over
from ..spreadsheets.cells import Sheet, Unreadable, as_text, read_sheets
from ..spreadsheets.hidden import is_figure, is_year
from .contents import Contents, read_contents
from .extras import kind_of, read_extra
from .inputs import stem_of
from .level_sheets import level_verdict
from .lexicon import lexicon
from .matrix import find_matrix, find_table
from .outputs import GAP_TITLES, is_filed
from .state import ReadingState
from .tables import SKIPPED_SHEETS, labels_of, read_table
from .to_correct import is_to_correct, read_to_correct

FACTOR_FILES, CHOICE_FILES = form("factors").files, form("choices").files
RESULT_COLUMNS = ("mass_t", "co2e_t", "gwp_set")
SHOWN_COLUMNS = 6  # of a table that a program gave
BALANCE_FORM = re.compile(r"(能源平衡表|Energy balance )\d{4}$")  # sheets of the template
_DIGIT = re.compile(r"\d")


def _superseded(names: Callable[[int, int], bool]) -> Callable[[int, int], tuple[str, str]]:
    return lambda r, c: (LABEL, "") if names(r, c) else (ASIDE, "superseded")


def set_aside(path: Path, name: str, reading: ReadingState) -> None:
    """The figures of a file that a workbook beside it was filled from: named, not counted twice."""
    try:
        for sheet in read_sheets(path, name):
            names = labels_of(sheet, reading.lexicon)
            settle(sheet, _superseded(names), reading.problems)
    except Unreadable as unreadable:
        reading.problems.extend([unreadable.problem])


def _choose(reading: ReadingState, choice: str, chosen: tuple[str, str], place: Origin) -> None:
    if choice in reading.choices and reading.choices[choice] != chosen:
        label = reading.edition.declared.choices[choice].label
        reading.problems.add("option.twice", place, choice=label, other=reading.choice_places[choice])
    reading.choices[choice], reading.choice_places[choice] = chosen, place


def read_or_recall(path: Path, name: str, reading: ReadingState) -> None:
    """Read one file, or take what it gave before where a memo is in force and its cells are the same."""
    part, tally = None, Tally()
    if in_force():
        try:
            sheets = read_sheets(path, name)
        except Unreadable:
            sheets = ()
        if sheets:
            part, tally = recalled(
                lambda: _read_apart(path, name, reading.edition),
                "project.file",
                (*sheets, reading.edition),
                (str(path), name),
            )
    if part is None:
        _read_file(path, name, reading)
    else:
        _join(part, tally, reading)


def _read_apart(path: Path, name: str, edition: Edition) -> tuple[ReadingState | None, Tally]:
    """What one file gives by itself; nothing where it holds statements (factors, choices, …), which are few and are
    read among the others."""
    part = ReadingState(edition, lexicon(edition))
    with keeping(Tally()) as tally:
        _read_file(path, name, part)
    stated = part.factors or part.choices or part.checks or part.stated
    return (None if stated else part), tally


def _join(part: ReadingState, tally: Tally, reading: ReadingState) -> None:
    """Put what one file gave to the rest; `part` is left as it is."""
    take_over(tally)
    rows_read, mine = reading.rows_read, part.rows_read
    rows_read.columns.extend(mine.data)
    for file, quantities in mine.quantities.items():
        rows_read.quantities.setdefault(file, set()).update(quantities)
    rows_read.notations.extend(mine.notations)
    rows_read.row_notations.extend(mine.row_notations)
    rows_read.waiting.extend(mine.waiting)
    rows_read.refused.extend(mine.refused)
    rows_read.problems.extend(mine.problems.reported)
    for place, unread in part.unread.items():
        reading.unread.setdefault(place, []).extend(unread)
    reading.balance_sheets.extend(part.balance_sheets)


def read_given(sheet: Sheet, what: str, reading: ReadingState) -> None:
    """Read a table that a program gives: own factors (`what` is `factors`), or whatever its heading says."""
    with _net(sheet.file, reading):
        try:
            head = [as_text(value) for row in sheet.values[:1] for value in row if value is not None]
            if set(RESULT_COLUMNS) <= {fold(text) for text in head}:
                shown = "、".join(head[:SHOWN_COLUMNS])
                reading.problems.add("program.results", sheet.row_origin(1, 1), columns=shown)
                settle(sheet, always(LABEL), reading.problems)
            elif what:
                _read_own(sheet, what, reading)
            else:
                _read_csv(sheet, Path(sheet.file), reading)
        finally:
            settle(sheet, always(ASIDE, "not_read"), reading.problems)


def _read_file(path: Path, name: str, reading: ReadingState) -> None:
    """Read one file; whatever it sets off stays with this file."""
    with _net(name, reading):
        _read_one(path, name, reading)


@contextmanager
def _net(name: str, reading: ReadingState) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the net of this door: a fault of ours on one file is told and does not stop the others
        reading.problems.add(
            "file.failed", Origin(name), kind=type(error).__name__, reason=" ".join(str(error).split())[:200]
        )


def _read_one(path: Path, name: str, reading: ReadingState) -> None:
    try:
        sheets = read_sheets(path, name)
    except Unreadable as unreadable:
        reading.problems.extend([unreadable.problem])
        return
    if path.suffix.lower() == ".xlsb":
        reading.problems.add("file.xlsb", Origin(name))
    try:
        _read_sheets(sheets, path, name, reading)
    finally:
        waiting = {(s.file, s.name) for s in reading.balance_sheets}
        for sheet in sheets:
            if (sheet.file, sheet.name) not in waiting:
                settle(sheet, always(ASIDE, "not_read"), reading.problems)


def _read_sheets(sheets: tuple[Sheet, ...], path: Path, name: str, reading: ReadingState) -> None:
    extra = kind_of(path)
    if extra:
        read_extra(sheets[0], extra, reading.edition, reading.problems, reading.stated)
    elif any(stem_of(path).startswith(fold(w)) for w in FACTOR_FILES):
        _read_own(sheets[0], "factors", reading)
    elif any(stem_of(path).startswith(fold(w)) for w in CHOICE_FILES):
        _read_own(sheets[0], "choices", reading)
    elif sheets[0].csv:
        _read_csv(sheets[0], path, reading)
    else:
        _read_workbook(sheets, name, reading)


def _read_own(sheet: Sheet, what: str, reading: ReadingState) -> None:
    from .own import read_choices, read_factors

    if what == "factors":
        reading.factors.extend(read_factors(sheet, reading.edition, reading.problems))
        return
    for choice, chosen in read_choices(sheet, reading.edition, reading.problems).items():
        _choose(reading, choice, chosen, Origin(sheet.file, sheet.name))


def _read_csv(sheet: Sheet, path: Path, reading: ReadingState) -> None:
    head = {fold(as_text(value)) for row in sheet.values[:1] for value in row if value is not None}
    if set(RESULT_COLUMNS) <= head:
        settle(sheet, always(LABEL), reading.problems)
        reading.unread.setdefault(display_name(path.parent), []).append(display_name(path))
        return
    if {"parameter", "kind", "value"} <= head:
        _read_own(sheet, "factors", reading)
    elif {"choice", "option"} <= head:
        _read_own(sheet, "choices", reading)
    elif {fold("因子编号"), fold("印本数值")} <= head:
        _read_checklist([sheet], reading)
    elif _is_balance_sheet(sheet, reading.edition):
        reading.balance_sheets.append(sheet)
    elif path.suffix.lower() == ".txt" and find_table(sheet, reading.lexicon) is None:
        settle(sheet, always(LABEL), reading.problems)
        # a remark somebody left in the folder
        reading.unread.setdefault(display_name(path.parent), []).append(display_name(path))
    else:
        read_table(sheet, reading.lexicon, reading.rows_read, expected=True)


def _read_workbook(sheets: Iterable[Sheet], name: str, reading: ReadingState) -> None:
    sheets = tuple(sheets)
    titles = {s.name for s in sheets}
    if is_filed(titles):
        reading.problems.add("project.filed", Origin(name))
        for sheet in sheets:
            settle(sheet, always(LABEL), Collector())
        return
    contents = read_contents(sheets, reading.lexicon)
    checklists: list[Sheet] = []
    filled: set[str] = set()
    outcomes = [_read_sheet(sheet, contents, reading, checklists, filled) for sheet in sheets]
    read_any = True in outcomes
    skipped = [s.name for s, read in zip(sheets, outcomes, strict=True) if read is False]
    if checklists:
        _read_checklist(checklists, reading)
    for line in contents.wanted:
        if line.title in skipped:
            skipped.remove(line.title)
            read_table(
                next(s for s in sheets if s.name == line.title), reading.lexicon, reading.rows_read, expected=True
            )
        if line.title not in titles and not _was_read(line.holds, name, reading):
            reading.problems.add("table.missing_sheet", line.place, sheet=line.title)
    for line in contents.listed:
        if line.wanted is False and line.title in filled:
            reading.problems.add("contents.filled", line.place, sheet=line.title)
    listed = contents.wanted
    if skipped and (read_any or listed):
        _report_skipped([s for s in sheets if s.name in skipped], reading)
    elif not read_any and not listed:
        reading.problems.add("file.no_table", Origin(name), sheets="、".join(s.name for s in sheets))


def _report_skipped(sheets: Sequence[Sheet], reading: ReadingState) -> None:
    """The sheets that hold no table we know: a warning for each with figures, a hint that names the others."""
    words = []
    for sheet in sheets:
        figures = [c for row in sheet.rows for c in row if is_figure(c.value) and not is_year(c.value)]
        if figures:
            place = Origin(sheet.file, sheet.name, figures[0].address)
            reading.problems.add("table.figures_not_read", place, count=len(figures))
        else:
            words.append(sheet.name)
    if words:
        reading.problems.add("table.sheets_not_read", Origin(sheets[0].file), sheets="、".join(words))


def _read_sheet(
    sheet: Sheet, contents: Contents, reading: ReadingState, checklists: list[Sheet], filled: set[str]
) -> bool | None:
    """One sheet of a workbook, by what it is: True where it was read, False where it holds something that was not
    understood, None where it has nothing to say. A checklist goes to `checklists`: they are read together."""
    from .checklist import is_checklist

    title = fold(sheet.name)
    if sheet.name.startswith("_") or title in SKIPPED_SHEETS:
        settle(sheet, always(LABEL), Collector())
        return None
    if not sheet.visible:
        settle_hidden_sheet(sheet, reading.problems, labels_of(sheet, reading.lexicon))
        return None
    if _is_gap_list(sheet):
        settle(sheet, always(LABEL), Collector())
    elif is_to_correct(sheet):
        read_to_correct(sheet, reading.problems)
    elif is_checklist(sheet):
        checklists.append(sheet)
    elif title in {fold(w) for w in CHOICE_FILES}:
        _read_own(sheet, "choices", reading)
    elif title in {fold(w) for w in FACTOR_FILES}:
        _read_own(sheet, "factors", reading)
    elif kind_of_level_title(sheet.name):  # read by inventory.levels and inventory.policy
        settle(sheet, level_verdict(sheet, labels_of(sheet, reading.lexicon)), reading.problems)
    elif kind := kind_of(sheet.name):
        read_extra(sheet, kind, reading.edition, reading.problems, reading.stated)
    elif _is_balance_entry(sheet):
        if _has_figures(sheet) or _holds_words(sheet):  # an empty form says nothing
            reading.balance_sheets.append(sheet)
    elif BALANCE_FORM.match(sheet.name) and not _is_written(sheet):
        return None  # the form of the balance table, left empty: the printed file lies beside it
    elif BALANCE_FORM.match(sheet.name) or (sheet.height and _is_balance_sheet(sheet, reading.edition)):
        reading.balance_sheets.append(sheet)
    elif not _read_filled(sheet, contents, reading, filled):
        return False if sheet.height else None
    return True


def _read_filled(sheet: Sheet, contents: Contents, reading: ReadingState, filled: set[str]) -> bool:
    """Read a sheet's table under what the contents sheet says; its name goes to `filled` when it holds figures."""
    known = len(reading.rows_read.columns)
    if not read_table(sheet, reading.lexicon, reading.rows_read, contents=contents):
        return False
    if len(reading.rows_read.columns) > known:
        filled.add(sheet.name)
    return True


def _is_balance_sheet(sheet: Sheet, edition: Edition) -> bool:
    """An energy balance table among the sheets of a larger workbook; a matrix of sectors and fuels is none."""
    from .. import energy_balance

    return energy_balance.holds_table(sheet, edition) and find_matrix(sheet, lexicon(edition)) is None


def _has_figures(sheet: Sheet) -> bool:
    """Whether any number stands beside a label (not in the first column, not a year in a title)."""
    return any(cell.kind == "number" or is_figure(cell.value) for row in sheet.rows for cell in row[1:])


def _is_written(sheet: Sheet) -> bool:
    """Whether anything stands beside a label that is a figure or was meant as one (`12.3*`, a formula that was never
    calculated, an error): a form nobody wrote into has none."""
    return any(
        _DIGIT.search(cell.text) if cell.kind == "text" else cell.kind != "empty"
        for row in sheet.rows
        for cell in row[1:]
    )


def _holds_words(sheet: Sheet) -> bool:
    """Whether an entry sheet without figures of its own (precision of cells, rules) has a row below its heading."""
    from ..energy_balance.files import PRECISION, RULES, sheet_kind

    return (
        sheet_kind(sheet.name) in (PRECISION, RULES)
        and sum(sum(not c.blank for c in row) > 2 for row in sheet.rows) > 1
    )


def _is_gap_list(sheet: Sheet) -> bool:
    """A list of what is missing, which this program wrote: it names quantities and holds none."""
    return sheet.height > 0 and sheet.cell(1, 1).text.startswith(GAP_TITLES)


def _is_balance_entry(sheet: Sheet) -> bool:
    """A sheet with shares, corrections or rules of the balance table, by its name."""
    from ..energy_balance.files import sheet_kind

    return bool(sheet_kind(sheet.name))


def _read_checklist(sheets: Sequence[Sheet], reading: ReadingState) -> None:
    from .checklist import read_checklist

    checks, corrected = read_checklist(sheets, reading.edition, reading.problems)
    reading.checks.extend(checks)
    reading.factors.extend(corrected)


def _was_read(holds: str, file: str, reading: ReadingState) -> bool:
    """Whether the quantities that a sheet should hold were met in this file all the same (the sheet was renamed, or put
    together with another)."""
    names = {q for text in re.split("[、;]", holds) if (q := reading.lexicon.quantity(text))}
    rows_read = reading.rows_read
    met = rows_read.quantities.get(file, set()) | {x.quantity for x in rows_read.waiting if x.file == file}
    return bool(names) and names <= met | {x.quantity for x in rows_read.row_notations if x.origin.file == file}
