"""Every table of a round that an office may see, whole: for archives, for other programs, to be read again. Each table
as long CSV and as Parquet, all of them in one workbook; cells as they were typed, so that a version can be made again to
the last byte and its hash checked."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models import Model, QuerySet

from inventory.core.problems import InventoryError, problem
from inventory.sheets.csvfile import csv_bytes, unguarded
from inventory.sheets.model import Book
from inventory.sheets.write import save

from ..domain.states import SUBMITTED
from . import models, series
from .scope import subtree
from .sums import unsigned
from .verdicts import Draft

SHEET_ROWS = 900_000
# Columns that leave a table out: cells stand in a table of their own; drafts and their totals are their own people's.
WITHOUT: Mapping[type[Model], frozenset[str]] = {
    models.Report: frozenset({"draft", "verdict", "total_t", "blocking"}),
    models.Version: frozenset({"draft"}),
    models.RoundFile: frozenset({"content"}),
    models.Round: frozenset({"published"}),
}
# Tables that stay, and where what they hold is to be had.
NOT_EXPORTED: Mapping[type[Model], str] = {
    models.Person: "names stand beside what they did; passwords and keys leave nowhere",
    models.Membership: "the security administrator's page",
    models.Invitation: "hashes of links",
    models.Attempt: "throttling of logins",
    models.SessionRecord: "each person's own page",
    models.Token: "hashes of keys",
    models.Explanation: "those of a draft are its own people's; those of a version stand in its verdict",
    models.Event: "the audit administrator's log",
    models.Anchor: "on every receipt",
    models.ChainHead: "the last event's hash, once more",
    models.Notice: "messages to people",
    models.Job: "the products themselves",
    models.FormerDraft: "cells of a draft are its own people's; they are on the page of the report",
    models.Scan: "what the scanner said stands beside each evidence file; an infected one is in the log",
}
CELL_COLUMNS = ("report", "version", "place", "sheet", "row", "column", "number", "text")


@dataclass(frozen=True, slots=True)
class RoundTable:
    """One table: its name, columns, and rows of plain values."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]


def round_tables(chosen: models.Round, path: str) -> Iterator[RoundTable]:
    """The tables of a round below a path. What is not signed yet stays with its own people."""
    below = subtree(path)
    versions = models.Version.objects.filter(below, report__round=chosen).exclude(unsigned()).order_by("pk")
    reports = models.Report.objects.filter(below, round=chosen).order_by("pk")
    signed = reports.filter(pk__in=versions.values("report")) | reports.filter(state__in=[s.value for s in SUBMITTED])
    of_reports = {"report__in": signed.values("pk")}
    yield _of("organisations", models.Organisation.objects.filter(below).order_by("path"))
    yield _of("rounds", models.Round.objects.filter(pk=chosen.pk))
    yield _of("obligations", models.Obligation.objects.filter(below, round=chosen).order_by("pk"))
    yield _of("reports", reports)
    yield _of("versions", versions)
    yield RoundTable("cells", CELL_COLUMNS, list(_cells(versions)))
    yield _of("remarks", models.Remark.objects.filter(**of_reports).order_by("pk"))
    yield _of("attachments", models.Attachment.objects.filter(**of_reports).order_by("pk"))
    yield _of("round_files", models.RoundFile.objects.filter(below, round=chosen).order_by("pk"))
    yield _of("factor_checks", models.FactorCheck.objects.filter(below).order_by("pk"))
    yield RoundTable("figures", series.COLUMNS, [series.as_row(r) for r in series.rows_of(versions)])


def _of(name: str, rows: QuerySet[Any]) -> RoundTable:
    """A table of the database: keys of other tables as numbers, persons by name."""
    model = rows.model
    fields = [f for f in model._meta.concrete_fields if f.name not in WITHOUT.get(model, ())]
    places = [f"{f.name}__name" if f.related_model is models.Person else f.attname for f in fields]
    columns = tuple(f.name for f in fields)
    return RoundTable(name, columns, [tuple(map(plain, row)) for row in rows.values_list(*places)])


def plain(value: Any) -> str | int | float | None:
    """A value as every format can hold it: moments as ISO text, structures as canonical JSON."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def _cells(versions: QuerySet[models.Version]) -> Iterator[tuple[Any, ...]]:
    for v in versions.defer("verdict").iterator(chunk_size=20):
        for place, sheet in enumerate(v.draft):
            for r, row in enumerate(sheet["rows"], 1):
                if not row:
                    yield (v.report_id, v.number, place, sheet["name"], r, 0, None, None)
                for c, value in enumerate(row, 1):
                    text = value if isinstance(value, str) else None
                    if value is not None or c == len(row):  # the last of a row keeps its length
                        yield (v.report_id, v.number, place, sheet["name"], r, c, None if text else value, text)


def drafts_of(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int], Draft]:
    """The cells of each (report, version) again, from the rows of `cells.csv`."""
    out: dict[tuple[int, int], Draft] = {}
    for row in rows:
        draft = out.setdefault((int(row["report"]), int(row["version"])), [])
        while len(draft) <= int(row["place"]):
            draft.append({"name": row["sheet"], "rows": []})
        lines = draft[int(row["place"])]["rows"]
        while len(lines) < int(row["row"]):
            lines.append([])
        line, column = lines[int(row["row"]) - 1], int(row["column"])
        line.extend([None] * (column - len(line)))
        if row["number"] not in (None, ""):
            line[column - 1] = float(row["number"])
        elif row["text"] not in (None, ""):
            line[column - 1] = unguarded(row["text"])
    return out


# ---- out ----


def write_tables(tables: Iterator[RoundTable], path: Path) -> None:
    """One archive: `NAME.csv`, `NAME.parquet` for each table, and `tables.xlsx`. The same tables give the same bytes.
    Raises `InventoryError` where pyarrow is not installed."""
    book = Book("报送系统数据", "zh")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, content: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

        for table in tables:
            add(f"{table.name}.csv", csv_bytes(table.rows, table.columns))
            add(f"{table.name}.parquet", parquet_bytes(table))
            for start in range(0, max(len(table.rows), 1), SHEET_ROWS):
                sheet = book.add(table.name + (str(start // SHEET_ROWS + 1) if start else ""), "数据")
                sheet.freeze = (1, 0)
                sheet.row(0, 0, table.columns, "head")
                for r, row in enumerate(table.rows[start : start + SHEET_ROWS], 1):
                    sheet.row(r, 0, [v[:32_000] if isinstance(v, str) else v for v in row])  # a cell takes no more
        whole = path.with_suffix(".xlsx")
        save(book, whole)
        add("tables.xlsx", whole.read_bytes())
        whole.unlink()


def parquet_bytes(table: RoundTable) -> bytes:
    """A table as Parquet, each column of the kind of its values."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise InventoryError([problem("store.no_library", library="pyarrow", part="cluster")]) from error
    columns = list(zip(*table.rows, strict=True)) if table.rows else [() for _ in table.columns]
    arrays = [pa.array(c, _kind(c, pa)) for c in columns]
    out = io.BytesIO()
    parquet.write_table(pa.table(dict(zip(table.columns, arrays, strict=True))), out, compression="zstd")
    return out.getvalue()


def _kind(values: Sequence[Any], pa: Any) -> Any:
    kinds = {type(v) for v in values if v is not None}
    if kinds <= {int} and kinds:
        return pa.int64()
    return pa.float64() if kinds and kinds <= {int, float} else pa.string()
