"""Reads what an enterprise filled in: the workbook made by `template.py`, a file's bytes, a draft, or a TOML file of
the same tables.

All problems are collected; a figure that cannot be read is left out of the computation and told with file, sheet and
cell, and the draft keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ..core import units
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..forms.form import Field, Form
from ..reading.row import number_problem
from ..spreadsheets.account import tell_aside
from ..spreadsheets.cells import Unreadable, read_sheets, sheets_from_bytes
from ..spreadsheets.numbers import Number, parse_number, plain
from ..spreadsheets.places import position
from .draft import EMPTY, Draft, DraftCell, DraftRow, DraftTable, draft_of
from .industries import Industry, default_edition, edition_for, find
from .model import Enterprise, Profile
from .tables import BY_NAME, FIXED, PROFILE, PROFILE_SHEET, TABLES, fold, lists_of, source_code, word_of

NOT_WORKBOOKS = frozenset({".csv", ".txt", ".tsv", ".docx", ".doc", ".pdf", ".json", ".md", ".zip"})
# of the provincial templates and the filed inventory
PROVINCIAL_SHEETS = frozenset({"填报符号", "命名选择", "清单汇总", "清单汇总表"})
# what the template writes on a line of process data that waits for a figure
SUGGESTED = frozenset({"source", "quantity", "item", "unit", "line"})


def read_draft(source: Path | str | bytes | BinaryIO, name: str = "") -> Draft:
    """The draft of a filled workbook: by path, or by bytes or an open file with the `name` that messages shall use.

    Raises `InventoryError` when the file cannot be read at all, or is plainly of another kind.
    """
    try:
        if isinstance(source, bytes):
            sheets = sheets_from_bytes(source, name)
        elif isinstance(source, str | Path):
            path = Path(source)
            name = name or display_name(path)
            if path.is_dir():
                raise InventoryError([problem("enterprise.folder", Origin(name))])
            if path.suffix.lower() in NOT_WORKBOOKS:
                raise InventoryError([problem("enterprise.not_workbook", Origin(name), found=path.suffix.lower())])
            sheets = read_sheets(path, name)
        else:
            sheets = sheets_from_bytes(source.read(), name)
    except Unreadable as error:
        raise InventoryError([error.problem]) from error
    _other_kind({plain(s.name) for s in sheets}, name)
    return draft_of(sheets, name)


def read_enterprise(path: Path | str) -> tuple[Enterprise, list[Problem]]:
    """An enterprise's data with the problems found. Raises `InventoryError` when the file cannot be read at all."""
    if Path(path).suffix.lower() == ".toml" and not Path(path).is_dir():
        from .read_tables import from_toml

        return from_toml(Path(path))
    return enterprise_of(read_draft(path))


def _other_kind(names: set[str], file: str) -> None:
    """Raises `InventoryError` for a workbook that is plainly of another kind: a filed report (its process data stand in
    附表, not in the sheet that is read here), a provincial template or inventory."""
    if {"封面", "附表1"} <= names or {"Cover", "Table 1"} <= names:
        raise InventoryError([problem("enterprise.is_report", Origin(file))])
    if PROFILE_SHEET not in names and names & PROVINCIAL_SHEETS:
        raise InventoryError(
            [problem("enterprise.is_provincial", Origin(file), found="、".join(sorted(names & PROVINCIAL_SHEETS)))]
        )


def enterprise_of(draft: Draft) -> tuple[Enterprise, list[Problem]]:
    """The values of a draft, with everything that is wrong with it; rows with a fault are left out of the values and
    stay in the draft."""
    problems = Collector()
    if not draft.has_profile:
        found = "、".join([*(t.sheet for t in draft.tables), *(title for title, _ in draft.others)])
        problems.add("enterprise.no_profile", Origin(draft.file), sheet=PROFILE_SHEET, found=found)
        return Enterprise(file=draft.file), list(problems)
    profile = _read_profile(draft, problems)
    industry = industry_named(profile)
    values: dict[str, tuple[Any, ...]] = {}
    for table in draft.tables:
        values[table.name] = _rows(table, BY_NAME[table.name], RowContext(draft.file, table.sheet, industry, problems))
    _tell_aside(draft, problems)
    for title, cells in draft.others:
        if any(c.kind == "number" for c in cells.values()):
            problems.add(
                "enterprise.sheet_not_read",
                Origin(draft.file, title),
                n=sum(c.kind == "number" for c in cells.values()),
            )
    return Enterprise(profile=profile, file=draft.file, **values), list(problems)


def _tell_aside(draft: Draft, problems: Collector) -> None:
    """Figures in hidden columns and struck out, named by the one rule that the province's reader has."""
    groups: dict[tuple[str, str], list[str]] = {}
    for a in draft.aside:
        groups.setdefault((a.sheet, a.reason), []).append(a.place)
    for (sheet, reason), cells in groups.items():
        tell_aside(Origin(draft.file, sheet), reason, [position(c) for c in cells], problems)


def industry_named(profile: Profile) -> Industry | None:
    return find(profile.industry, edition_for(profile.industry, profile.year)) if profile.industry else None


@dataclass(frozen=True, slots=True)
class RowContext:
    """Where a row stands and what its words are checked against."""

    file: str
    sheet: str
    industry: Industry | None
    problems: Collector

    def origin(self, place: str) -> Origin:
        return Origin(self.file, self.sheet, place)


# ---- profile ----


def _read_profile(draft: Draft, problems: Collector) -> Profile:
    context = RowContext(draft.file, PROFILE_SHEET, None, problems)
    found: dict[str, Any] = {}
    for field in PROFILE:
        cell = draft.profile.get(field.id)
        if cell is not None and cell.kind != "empty":
            value = _value(_year_alone(cell) if field.id == "year" else cell, field, {}, context)
            if value is not None:
                found[field.id] = value
    places = {name: context.origin(cell.place) for name, cell in draft.profile.items()}
    return profile_of(found, places, Origin(draft.file, PROFILE_SHEET), problems)


def _year_alone(cell: DraftCell) -> DraftCell:
    """`2015年`, `2015年度`: what everybody writes for a year."""
    match = re.fullmatch(r"(\d{4})\s*年度?", plain(str(cell.value))) if cell.kind == "text" else None
    return cell._replace(value=match[1]) if match else cell


def profile_of(found: dict[str, Any], places: Mapping[str, Origin], where: Origin, problems: Collector) -> Profile:
    for field in PROFILE:
        refused = any(p.origin == places.get(field.id) for p in problems.errors)
        if field.required and field.id not in found and not refused:
            problems.add("enterprise.profile_missing", places.get(field.id, where), label=field.labels)
    if "year" in found:
        year = found["year"]
        if year != int(year) or not 2005 <= year <= 2100:
            problems.add("enterprise.year", places.get("year", where), year=f"{year:g}")
            del found["year"]
        else:
            found["year"] = int(year)
    if "industry" in found:
        try:
            text = str(found["industry"])
            code = re.match(r"\s*(\d{1,2})(?!\d)", text)
            found["industry"] = find(code[1] if code else text, default_edition()).code
        except InventoryError as error:
            problems.extend(Problem(p.code, places.get("industry", where), p.facts) for p in error.problems)
            del found["industry"]
    if "grid_year" in found:
        found["grid_year"] = (
            f"{found['grid_year']:g}" if isinstance(found["grid_year"], float) else str(found["grid_year"])
        )
    return Profile(**found)


# ---- rows ----


def _rows(table: DraftTable, spec: Form, context: RowContext) -> tuple[Any, ...]:
    problems = context.problems
    if table.hidden:
        if any(not is_suggestion(r, spec) for r in table.rows):
            problems.add(
                "table.hidden",
                Origin(context.file, table.sheet),
                count=sum(c.kind == "number" for r in table.rows for c in r.cells.values()),
            )
        return ()
    missing = [f.label for f in spec.fields if f.required and f.id not in table.columns]
    if missing or not table.headed:
        if table.rows:
            problems.add("enterprise.no_header", Origin(context.file, table.sheet), labels="、".join(missing))
        return ()
    unread: dict[str, int] = {}
    made = []
    for r in table.rows:
        if is_suggestion(r, spec) or is_remark(r, spec):
            continue
        if r.hidden:
            problems.add(
                "enterprise.hidden_row",
                Origin(context.file, table.sheet, f"{next(iter(table.columns.values()), 'A')}{r.number}"),
                row=r.number,
            )
            continue
        for head, cell in r.more.items():
            if cell.kind == "number":
                unread[head] = unread.get(head, 0) + 1
        row = row_of(r.cells, spec, context)
        if row is not None:
            made.append(row)
    for head, n in unread.items():
        problems.add("enterprise.column_not_read", Origin(context.file, table.sheet), heading=head, n=n)
    return tuple(made)


def is_suggestion(row: DraftRow, spec: Form) -> bool:
    """A row in which nobody wrote anything: blank, or a suggested line of process data that still waits for its
    figure."""
    filled = {name for name, c in row.cells.items() if not c.blank and not c.merged}
    if spec.name == "process":
        filled -= SUGGESTED
    return not filled and not any(c.kind == "number" for c in row.more.values())


def is_remark(row: DraftRow, spec: Form) -> bool:
    """A line of totals or a derived line, which nobody entered: its first field says so."""
    first = str(row.cells.get(spec.fields[0].id, EMPTY).value or "")
    return first.startswith(("合计", "年合计", "小计", "说明", "年消耗量"))


class _Places(Mapping[str, Origin]):
    """Where the cells of a row stand, worked out only for those that are asked for."""

    __slots__ = ("cells", "context")

    def __init__(self, cells: Mapping[str, DraftCell], context: RowContext) -> None:
        self.cells, self.context = cells, context

    def __getitem__(self, key: str) -> Origin:
        return self.context.origin(self.cells[key].place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def row_of(cells: Mapping[str, DraftCell], spec: Form, context: RowContext) -> Any:
    values: dict[str, Any] = {}
    problems = context.problems
    before = len(problems.found)
    places = _Places(cells, context)
    first = next(iter(cells.values())).place if cells else ""
    for field in spec.fields:
        cell = cells.get(field.id)
        value = None if cell is None or cell.kind == "empty" else _value(cell, field, cells, context)
        if value is not None:
            values[field.id] = value
        elif field.required and not any(
            p.origin == places[field.id] for p in problems.found[before:] if cell is not None
        ):
            place = cell.place if cell is not None else first
            problems.add("enterprise.required", context.origin(place), label=field.labels)
    if len(problems.found) > before:
        return None
    _known_words(values, places, spec, context)
    figure = next((f.id for f in spec.fields if f.kind == "number" and f.id in values), next(iter(cells)))
    return spec.row(**values, origin=places[figure], at=places)


def _known_words(values: dict[str, Any], places: Mapping[str, Origin], spec: Form, context: RowContext) -> None:
    """Aliases and English words made canonical, source lines cut to their id; other unknown words are told by the
    engine, which knows what is near."""
    industry = context.industry
    edition = industry.edition if industry else default_edition()
    for field in spec.fields:
        text = values.get(field.id)
        if not isinstance(text, str) or not field.choices:
            continue
        if field.choices in ("fuel", "grid"):
            values[field.id] = word_of(field.choices, text, edition)
        elif field.choices == "source":
            code = source_code(text)
            values[field.id] = code
            if industry and re.fullmatch(r"\d{2}-\d{2}", code) and code[:2] != industry.code:
                context.problems.add(
                    "enterprise.foreign_source",
                    places[field.id],
                    source=text,
                    industry={"zh": industry.name, "en": industry.name_en},
                )
        elif field.choices in ("yes_no", "tick", "medium", "basis", "event"):
            known = FIXED.get((field.choices, fold(text)))
            if known is None and industry:
                context.problems.add(
                    "enterprise.word",
                    places[field.id],
                    label=field.labels,
                    found=text,
                    known="、".join(lists_of(industry)[field.choices]),
                )
            values[field.id] = known or text
        else:
            values[field.id] = FIXED.get((field.choices, fold(text)), text)


def _value(cell: DraftCell, field: Field, row: Mapping[str, DraftCell], context: RowContext) -> Any:
    origin, problems = context.origin(cell.place), context.problems
    if field.kind == "month":
        return _month(cell, field, origin, problems)
    if field.kind == "number":
        number = parse_number(cell.cell() if cell.kind in ("date", "error", "uncached") or cell.percent else cell.value)
        if isinstance(number, Number):
            return _in_its_unit(number, cell, field, row, origin, problems)
        if not number.blank:
            number_problem(number, origin, problems, field.labels)
        return None
    if cell.kind in ("error", "uncached"):
        problems.add(f"number.{cell.kind}", origin, label=field.labels, found=str(cell.value or ""), hint="")
        return None
    if field.kind == "date" and cell.kind == "date":
        return str(cell.value)
    if cell.kind == "number":
        return cell.cell().text
    return plain(str(cell.value)) or None


def _in_its_unit(
    number: Number, cell: DraftCell, field: Field, row: Mapping[str, DraftCell], origin: Origin, problems: Collector
) -> float | None:
    """A percent sign must go with the unit of the cell, as in the provincial reader: 85 % of tonnes is no number of
    tonnes."""
    if not number.mark:
        return number.value
    unit = field.unit[1:] if field.unit.startswith("=") else str(row.get(field.unit, EMPTY).value or "")
    if number.mark == "%" and plain(unit).startswith("%"):
        return number.value
    try:
        return units.scaled(number.value, units.ratio(number.mark, plain(unit)))
    except (units.UnitError, units.DimensionError):
        problems.add(
            "number.percent_unit",
            origin,
            found=f"{number.value:.10g}{number.mark}",
            unit=unit or "—",
            label=field.labels,
        )
        return None


def _month(cell: DraftCell, field: Field, origin: Origin, problems: Collector) -> int | None:
    """1-12, `3月`, `2015年3月`, or a date in that month."""
    if cell.kind == "date":
        return int(str(cell.value)[5:7])
    text = plain(str(cell.value or "")) if cell.kind == "text" else ""
    match = re.fullmatch(r"(?:20\d\d\s*[年.\-/])?\s*(\d{1,2})\s*月?(?:份)?", text)
    if match and 1 <= int(match[1]) <= 12:
        return int(match[1])
    number = parse_number(cell.cell())
    if isinstance(number, Number) and number.value == int(number.value) and 1 <= number.value <= 12 and not number.mark:
        return int(number.value)
    if not isinstance(number, Number) and number.blank:
        return None
    problems.add("enterprise.month", origin, label=field.labels, found=text or f"{cell.value}")
    return None


__all__ = ["TABLES", "enterprise_of", "read_draft", "read_enterprise"]
