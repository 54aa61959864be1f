"""Reads what an enterprise filled in: the workbook made by `template.py` (or its copy inside a report), or a TOML file of the same tables.

All problems are collected; a figure that cannot be read is left out and told with file, sheet and cell.
"""

from __future__ import annotations

import csv
import datetime as dt
import functools
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..reading.cells import Cell, Sheet, Unreadable, read_sheets
from ..reading.numbers import NotNumber, Number, parse_number, plain
from .industries import default_edition, find
from .model import Enterprise, Profile
from .tables import BY_NAME, PROFILE, PROFILE_SHEET, TABLES, Field, TableSpec, fold, lists_of, word_of

HEADER_DEPTH = 12
NOT_WORKBOOKS = frozenset({".csv", ".txt", ".tsv", ".docx", ".doc", ".pdf", ".json", ".md", ".zip"})
PROVINCIAL_SHEETS = frozenset({"填报符号", "命名选择", "清单汇总", "清单汇总表"})  # of the provincial templates and the filed inventory


def read_enterprise(path: Path | str) -> tuple[Enterprise, list[Problem]]:
    """An enterprise's data with the problems found. Raises `InventoryError` when the file cannot be read at all."""
    path = Path(path)
    if path.is_dir():
        raise InventoryError([problem("enterprise.folder", Origin(display_name(path)))])
    if path.suffix.lower() == ".toml":
        return from_toml(path)
    if path.suffix.lower() in NOT_WORKBOOKS:
        raise InventoryError([problem("enterprise.not_workbook", Origin(display_name(path)), found=path.suffix.lower())])
    try:
        sheets = read_sheets(path)
    except Unreadable as error:
        raise InventoryError([error.problem]) from error
    _other_kind({plain(s.name) for s in sheets}, display_name(path))
    return from_sheets(sheets, display_name(path))


def _other_kind(names: set[str], file: str) -> None:
    """Raises `InventoryError` for a workbook that is plainly of another kind: a filed report (its process data stand in 附表, not in the sheet that is
    read here), a provincial template or inventory."""
    if {"封面", "附表1"} <= names:
        raise InventoryError([problem("enterprise.is_report", Origin(file))])
    if PROFILE_SHEET not in names and names & PROVINCIAL_SHEETS:
        raise InventoryError([problem("enterprise.is_provincial", Origin(file), found="、".join(sorted(names & PROVINCIAL_SHEETS)))])


def from_sheets(sheets: Sequence[Sheet], file: str) -> tuple[Enterprise, list[Problem]]:
    """The same from sheets already read (a filed report carries them)."""
    problems = Collector()
    named = {plain(s.name): s for s in sheets}
    profile_sheet = named.get(PROFILE_SHEET)
    if profile_sheet is None:
        problems.add("enterprise.no_profile", Origin(file), sheet=PROFILE_SHEET, found="、".join(named))
        return Enterprise(file=file), list(problems)
    profile = read_profile(profile_sheet, problems)
    values: dict[str, tuple] = {}
    for spec in TABLES:
        sheet = named.get(spec.sheet)
        values[spec.name] = _table(sheet, spec, profile, problems) if sheet is not None else ()
    return Enterprise(profile=profile, file=file, **values), list(problems)


def read_profile(sheet: Sheet, problems: Collector) -> Profile:
    """Label and value side by side, in any order."""
    labels = {fold(f.label): f for f in PROFILE}
    found: dict[str, Any] = {}
    places: dict[str, Origin] = {}
    for r, row in enumerate(sheet.values, 1):
        for c, text in enumerate(row[:-1], 1):
            field = labels.get(fold(text)) if isinstance(text, str) else None
            if field is not None and field.id not in found:
                beside = sheet.shown(r, c + 1)
                places[field.id] = sheet.origin(beside.row, beside.column)
                value = _value(beside, field, places[field.id], problems)
                if value is not None:
                    found[field.id] = value
    return _profile(found, places, Origin(sheet.file, sheet.name), problems)


def _profile(found: dict[str, Any], places: Mapping[str, Origin], where: Origin, problems: Collector) -> Profile:
    for field in PROFILE:
        if field.required and field.id not in found:
            problems.add("enterprise.profile_missing", places.get(field.id, where), label=field.label)
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
        found["grid_year"] = f"{found['grid_year']:g}" if isinstance(found["grid_year"], float) else str(found["grid_year"])
    return Profile(**found)


def _table(sheet: Sheet, spec: TableSpec, profile: Profile, problems: Collector) -> tuple:
    header = _header(sheet, spec)
    if header is None:
        problems.add("enterprise.no_header", Origin(sheet.file, sheet.name), labels="、".join(f.label for f in spec.fields if f.required))
        return ()
    top, columns = header
    missing = [f.label for f in spec.fields if f.required and f.id not in columns]
    if missing:
        problems.add("enterprise.no_header", sheet.origin(top, 1), labels="、".join(missing))
        return ()
    made = []
    holes = sheet.probe.holes
    for r in range(top + 1, sheet.height + 1):
        if not holes and not any(v is not None for v in sheet.values[r - 1]):
            continue
        cells = {f.id: sheet.cell(r, columns[f.id]) for f in spec.fields if f.id in columns}
        if all(c.blank for c in cells.values()) or _is_remark(cells, spec) or (spec.name == "process" and cells["value"].kind == "empty"):
            continue  # a suggested line of process data that nobody filled in
        row = _row(cells, _Places(sheet, cells), spec, profile, problems)
        if row is not None:
            made.append(row)
    return tuple(made)


@functools.lru_cache(maxsize=64)
def _labels(spec: TableSpec) -> dict[str, str]:
    return {fold(f.label): f.id for f in spec.fields}


class _Places(Mapping[str, Origin]):
    """Where the cells of a row stand, worked out only for those that are asked for."""

    def __init__(self, sheet: Sheet, cells: Mapping[str, Cell]) -> None:
        self.sheet, self.cells = sheet, cells

    def __getitem__(self, key: str) -> Origin:
        cell = self.cells[key]
        return self.sheet.origin(cell.row, cell.column)

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def _header(sheet: Sheet, spec: TableSpec) -> tuple[int, dict[str, int]] | None:
    """Row and columns of the heading: the row among the first dozen that names most fields."""
    labels = _labels(spec)
    best: tuple[int, dict[str, int]] | None = None
    for r in range(1, min(sheet.height, HEADER_DEPTH) + 1):
        columns: dict[str, int] = {}
        for c, value in enumerate(sheet.values[r - 1], 1):
            name = labels.get(fold(value)) if isinstance(value, str) else None
            if name is not None:
                columns.setdefault(name, c)
        if len(columns) >= 2 and (best is None or len(columns) > len(best[1])):
            best = (r, columns)
            if len(columns) == len(labels):
                break
    return best


def _is_remark(cells: Mapping[str, Cell], spec: TableSpec) -> bool:
    """A line of totals or a derived line, which nobody entered: its first field says so."""
    first = cells[spec.fields[0].id].text if spec.fields[0].id in cells else ""
    return first.startswith(("合计", "年合计", "小计", "说明", "年消耗量"))


def _row(cells: Mapping[str, Cell], origins: Mapping[str, Origin], spec: TableSpec, profile: Profile, problems: Collector) -> Any:
    values: dict[str, Any] = {}
    bad = False
    for field in spec.fields:
        if field.id not in cells:
            continue
        before = len(problems.found)
        value = None if cells[field.id].kind == "empty" else _value(cells[field.id], field, origins[field.id], problems)
        bad |= len(problems.found) > before
        if value is not None:
            values[field.id] = value
        elif field.required and len(problems.found) == before:
            problems.add("enterprise.required", origins[field.id], label=field.label)
            bad = True
    if bad:
        return None
    _known_words(values, origins, spec, profile, problems)
    place = origins[next((f.id for f in spec.fields if f.kind == "number" and f.id in values), next(iter(cells)))]
    return spec.make(**values, origin=place)


def _known_words(values: dict[str, Any], origins: Mapping[str, Origin], spec: TableSpec, profile: Profile, problems: Collector) -> None:
    """Aliases made canonical, source lines cut to their id; other unknown words are told by the engine, which knows what is near."""
    for field in spec.fields:
        text = values.get(field.id)
        if not isinstance(text, str):
            continue
        if field.choices == "fuel":
            values[field.id] = word_of("fuel", text, default_edition())
        elif field.choices == "source":
            code = re.match(r"\d{2}-\d{2}", text)
            values[field.id] = code[0] if code else text
            if profile.industry and code and code[0][:2] != profile.industry:
                problems.add("enterprise.foreign_source", origins[field.id], source=text, industry=find(profile.industry, default_edition()).name)
        elif field.choices in ("yes_no", "tick", "medium") and profile.industry:
            known = lists_of(find(profile.industry, default_edition()))[field.choices]
            if text not in known:
                problems.add("enterprise.word", origins[field.id], label=field.label, found=text, known="、".join(known))


def _value(cell: Cell, field: Field, origin: Origin, problems: Collector) -> Any:
    if field.kind in ("number", "month"):
        number = parse_number(cell)
        if isinstance(number, Number):
            if field.kind == "month":
                return _month(number.value, origin, problems)
            return number.value
        if field.kind == "month" and cell.kind == "text":
            return _month_text(cell.text, origin, problems)
        if number.blank:
            return None
        problems.add("enterprise.not_a_number", origin, label=field.label, found=_found(number, cell), reason=number.reason)
        return None
    if cell.kind in ("error", "uncached"):
        problems.add("enterprise.not_a_number", origin, label=field.label, found=cell.text or cell.kind, reason=cell.kind)
        return None
    if field.kind == "date" and isinstance(cell.value, dt.datetime | dt.date):
        return cell.value.strftime("%Y-%m-%d")
    text = plain(cell.text)
    return text or None


def _found(number: NotNumber, cell: Cell) -> str:
    return number.found or cell.text or cell.kind


def _month(value: float, origin: Origin, problems: Collector) -> int | None:
    if value == int(value) and 1 <= value <= 12:
        return int(value)
    problems.add("enterprise.month", origin, found=f"{value:g}")
    return None


def _month_text(text: str, origin: Origin, problems: Collector) -> int | None:
    match = re.fullmatch(r"(?:20\d\d\s*[年.\-/])?\s*(\d{1,2})\s*月?", plain(text))
    if match and 1 <= int(match[1]) <= 12:
        return int(match[1])
    if not plain(text):
        return None
    problems.add("enterprise.month", origin, found=text)
    return None


# ---- TOML --------------------------------------------------------------------------------------------------------------------

def from_toml(path: Path) -> tuple[Enterprise, list[Problem]]:
    """`[profile]` and CSV blocks named like the tables, headed by field ids. The form of the definitions behind `examples/enterprise`."""
    problems = Collector()
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InventoryError([problem("file.damaged", Origin(display_name(path)), reason=str(error))]) from error
    where = Origin(display_name(path), "profile")
    found = {k: (float(v) if isinstance(v, int | float) and not isinstance(v, bool) else str(v)) for k, v in body.get("profile", {}).items()}
    profile = _profile(found, {}, where, problems)
    values: dict[str, tuple] = {}
    for name, text in body.items():
        if name == "profile":
            continue
        if name not in BY_NAME:
            problems.add("enterprise.unknown_table", Origin(display_name(path)), name=name, known="、".join(BY_NAME))
            continue
        values[name] = _csv_block(text, BY_NAME[name], profile, display_name(path), problems)
    return Enterprise(profile=profile, file=display_name(path), **values), list(problems)


def _csv_block(text: str, spec: TableSpec, profile: Profile, file: str, problems: Collector) -> tuple:
    made = []
    for n, row in enumerate(csv.DictReader(io.StringIO(text.strip() + "\n")), start=2):
        cells = {f.id: Cell(row[f.id], n, i, "text" if row[f.id] else "empty") for i, f in enumerate(spec.fields, 1) if row.get(f.id) is not None}
        origin = Origin(file, spec.name, f"row {n}")
        made_row = _row(cells, dict.fromkeys(cells, origin), spec, profile, problems)
        if made_row is not None:
            made.append(made_row)
    return tuple(made)
