"""The activity database: every datum, source line and fuel of every version handed over, each with its organisation,
cell, author, time and standing; compared over years and versions, and written out whole."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from inventory.core.problems import InventoryError, problem
from inventory.core.questions import item_text
from inventory.sheets.csvfile import csv_bytes
from inventory.sheets.model import Book
from inventory.sheets.write import save

from .models import Version
from .provenance import EnteredCells, FigureEntry, provenance_of

IN_FORCE, SUBMITTED, OLDER = "in_force", "submitted", "older"
SHEET_ROWS = 900_000  # of one sheet of the workbook


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One figure. kind: `datum` (activity data of a department), `line` (t CO2e of a source line and gas of an
    enterprise, mass beside it), `fuel`. `year` is that of the figure, `round_year` that of the round. `author` and
    `created`: who handed the version over and when; `entered`, `entered_by`, `entered_at`, `file`: how the figure came
    into its cell (upload, save: typed in the grid, import; empty: not a single cell's), by whom, when, with which
    workbook."""

    round_year: int
    organisation: str
    name: str
    kind: str
    quantity: str
    item: str
    gas: str
    year: int
    value: float
    unit: str
    source: str
    sheet: str
    cell: str
    version: int
    standing: str
    author: str
    created: str
    sha256: str
    report: int
    entered: str
    file: str
    entered_by: str
    entered_at: str


COLUMNS = tuple(f.name for f in fields(SeriesRow))


def rows_of(versions: QuerySet[Version]) -> Iterator[SeriesRow]:
    """The figures of these versions, in the order of organisation, round and version."""
    chosen = versions.select_related("report__obligation__organisation", "report__round", "author").defer("draft")
    for some in batched(chosen.order_by("path", "report__round__year", "number").iterator(chunk_size=50), 50):
        entered = provenance_of(some)
        for v in some:
            yield from _of_version(v, entered[v.pk])


def batched(rows: Iterable[Version], size: int) -> Iterator[list[Version]]:
    held = iter(rows)
    while some := list(itertools.islice(held, size)):
        yield some


def _of_version(v: Version, entered: EnteredCells) -> Iterator[SeriesRow]:
    organisation, year = v.report.obligation.organisation, v.report.round.year
    standing = IN_FORCE if v.report.in_force_id == v.pk else SUBMITTED if v.report.current_id == v.pk else OLDER

    def row(kind: str, quantity: str, value: float, unit: str, at: int = year, **more: str) -> SeriesRow:
        given = {"item": "", "gas": "", "source": "", "sheet": "", "cell": "", **more}
        came = entered.of(given["sheet"], given["cell"]) if given["cell"] else FigureEntry("", "", "", "", v.number)
        return SeriesRow(
            round_year=year,
            organisation=organisation.code,
            name=organisation.name,
            kind=kind,
            quantity=quantity,
            year=at,
            value=float(value),
            unit=unit,
            version=v.number,
            standing=standing,
            author=v.author.name,
            created=v.created.isoformat(timespec="seconds"),
            sha256=v.sha256,
            report=v.report_id,
            entered=came.how,
            file=came.file,
            entered_by=came.person if came.how else "",
            entered_at=came.at if came.how else "",
            **given,
        )

    for d in v.verdict.get("data", ()):
        place = {k: str(d[k]) for k in ("source", "sheet", "cell")}
        item = item_text(tuple(sorted(d["item"].items())))
        yield row("datum", d["quantity"], d["value"], d["unit"], int(d["year"]), item=item, **place)
    for x in v.verdict.get("lines", ()):
        yield row("line", x["source"], x["co2e_t"], "t CO2e", gas=x["gas"], source=x["label"]["zh"])
    for f in v.verdict.get("fuels", ()):
        yield row("fuel", "fuel", f["amount"], f["unit"], item=f"fuel={f['fuel']}")


# ---- comparisons ----


@dataclass(frozen=True, slots=True)
class ReportSeries:
    """One datum of one organisation over the years: by year the value that stands, and the one of the version before
    where that said otherwise. `changes` are the relative changes from year to year."""

    name: str
    quantity: str
    item: str
    unit: str
    values: tuple[float | None, ...]
    before: tuple[float | None, ...]
    changes: tuple[float | None, ...]
    rows: tuple[tuple[SeriesRow, ...], ...] = ()

    @property
    def cells(self) -> tuple[tuple[float | None, float | None, float | None, tuple[SeriesRow, ...]], ...]:
        """For each year: value, value before, change, and every figure reported, the one that stands first."""
        return tuple(zip(self.values, self.before, self.changes, self.rows, strict=True))

    @property
    def largest(self) -> float:
        """The largest change over a year or between versions, for ranking."""
        between = [_change(b, v) or 0.0 for b, v in zip(self.before, self.values, strict=True)]
        return max((abs(c) for c in (*self.changes, *between) if c is not None), default=0.0)


def compared(rows: Iterable[SeriesRow]) -> tuple[tuple[int, ...], tuple[ReportSeries, ...]]:
    """(years, series), the series that change most first. Of several versions and rounds the newest round's highest
    version stands, a version in force before any other."""
    held: dict[tuple[str, str, str, str], dict[int, list[SeriesRow]]] = {}
    for r in rows:
        key = (r.name, f"{r.quantity} {r.gas}".strip(), r.item, r.unit)
        held.setdefault(key, {}).setdefault(r.year, []).append(r)
    years = tuple(sorted({year for of_years in held.values() for year in of_years}))
    compared = [_series(key, of_years, years) for key, of_years in held.items()]
    compared.sort(key=lambda s: (-s.largest, s.name, s.quantity, s.item))
    return years, tuple(compared)


def _series(key: tuple[str, str, str, str], of_years: dict[int, list[SeriesRow]], years: Sequence[int]) -> ReportSeries:
    values: list[float | None] = []
    before: list[float | None] = []
    rows: list[tuple[SeriesRow, ...]] = []
    for year in years:
        ranked = sorted(of_years.get(year, ()), key=lambda r: (r.standing == IN_FORCE, r.round_year, r.version))
        rows.append(tuple(reversed(ranked)))
        values.append(ranked[-1].value if ranked else None)
        older = ranked[-2].value if len(ranked) > 1 else None
        before.append(older if older != values[-1] else None)
    changes = [None, *(_change(a, b) for a, b in itertools.pairwise(values))]
    return ReportSeries(*key, tuple(values), tuple(before), tuple(changes), tuple(rows))


def _change(old: float | None, new: float | None) -> float | None:
    return (new - old) / abs(old) if old and new is not None else None


# ---- everything out ----


def as_row(row: SeriesRow) -> tuple[Any, ...]:
    return astuple(row)


def write_rows(rows: Iterable[SeriesRow], path: Path) -> int:
    """Write to `path` by its ending: .csv (long), .parquet, .xlsx; gives how many. Raises ValueError for another
    ending, `InventoryError` where pyarrow is not installed."""
    body = [astuple(r) for r in rows]
    if path.suffix == ".csv":
        path.write_bytes(csv_bytes(body, COLUMNS))
    elif path.suffix == ".parquet":
        path.write_bytes(_parquet(body))
    elif path.suffix == ".xlsx":
        _workbook(body, path)
    else:
        raise ValueError(path.suffix)
    return len(body)


def _parquet(body: Sequence[tuple[Any, ...]]) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise InventoryError([problem("store.no_library", library="pyarrow", part="cluster")]) from error
    kinds = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}
    schema = pa.schema([(f.name, kinds[str(f.type)]) for f in fields(SeriesRow)])
    columns = list(zip(*body, strict=True)) if body else [() for _ in COLUMNS]
    table = pa.Table.from_arrays([pa.array(c, t) for c, t in zip(columns, schema.types, strict=True)], schema=schema)
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd", store_schema=False)
    return out.getvalue()


def _workbook(body: Sequence[tuple[Any, ...]], path: Path) -> None:
    book = Book("活动水平数据库", "zh")
    for start in range(0, max(len(body), 1), SHEET_ROWS):
        sheet = book.add(f"数据{start // SHEET_ROWS + 1}", "数据")
        sheet.freeze = (1, 0)
        sheet.row(0, 0, COLUMNS, "head")
        for r, row in enumerate(body[start : start + SHEET_ROWS], 1):
            sheet.row(r, 0, row)
    save(book, path)
