"""Questions to a data set of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.names import near
from ..core.problems import InventoryError, problem
from ..core.selection import WHAT, meant
from ..edition import load
from ..regions import built_in, extended
from ..sheets.csvfile import write_csv
from ..store.dataset import Dataset
from ..store.places import place_of
from ..store.query import GROUPS, VIEWS, Query, QueryLimits, QueryResult

PLACES = ("region", "province", "city")


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """by: groups of `store.query.GROUPS`; view: a name of `store.query.VIEWS` instead; where: conditions `column=value`;
    account: total, memo, check or all; sql: one SELECT instead of all these."""

    dataset: str
    by: tuple[str, ...] = ("region", "year")
    where: tuple[str, ...] = ()
    account: str = "total"
    sql: str = ""
    run: str = ""
    columns: bool = False
    seconds: float = 60.0
    view: str = ""
    threads: int = 0
    memory_mb: int = 600


def run_query(request: QueryRequest) -> QueryResult:
    """Sums by the columns asked for, or the rows of a SELECT, or the list of tables. Raises `InventoryError` for what
    cannot be answered."""
    limits = QueryLimits(request.threads, request.memory_mb, request.seconds)
    with Query(Dataset(place_of(request.dataset)), request.run or None, limits) as query:
        if request.columns:
            return QueryResult(("table", "column", "type"), tuple(query.tables()), True)
        if request.sql:
            return query.sql(request.sql)
        return query.sums(
            _by(request), _in_words(_conditions(request.where)), None if request.account == "all" else request.account
        )


def _in_words(conditions: dict[str, list[str]]) -> dict[str, Any]:
    """The conditions in the words of the tables: a region or fuel in English, or by its code, means the same. Raises
    `InventoryError` for a province or city that no table has, with near matches."""
    edition = extended(load(), built_in())
    regions = edition.vocabulary["region"]
    out: dict[str, Any] = {}
    for column, values in conditions.items():
        key = "region" if column in PLACES else column
        words = [meant({key: v}, edition)[key] for v in values]
        unknown = [w for w in words if column in ("province", "city") and w not in regions]
        if unknown:
            names = near(unknown[0], [*regions, *(w.label_en for w in regions.values())])
            raise InventoryError([problem("query.unknown", what=WHAT["region"], value=unknown[0], near=names)])
        out[column] = words[0] if len(words) == 1 else words
    return out


def _by(request: QueryRequest) -> tuple[str, ...]:
    if request.view and request.view not in VIEWS:
        raise InventoryError([problem("store.view", view=request.view, known="、".join(VIEWS))])
    return VIEWS[request.view] if request.view else request.by


def _conditions(texts: tuple[str, ...]) -> dict[str, list[str]]:
    """`column=value` texts; a column named again adds a value."""
    out: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise InventoryError([problem("store.column", column=text, known="、".join(f"{g}=…" for g in GROUPS))])
        out.setdefault(name.strip(), []).append(value.strip())
    return out


def write_answer(answer: QueryResult, path: Path) -> None:
    """The rows as CSV for a spreadsheet."""
    write_csv(path, answer.rows, answer.columns)


def table_text(answer: QueryResult, lang: str, most: int = 60) -> Iterator[str]:
    """The rows in columns for a screen, the first `most` of them."""
    shown = [list(answer.columns), *([_cell(v) for v in row] for row in answer.rows[:most])]
    widths = [max(_width(row[i]) for row in shown) for i in range(len(answer.columns))]
    numeric = [
        all(isinstance(row[i], (int, float)) and not isinstance(row[i], bool) for row in answer.rows[:most])
        for i in range(len(answer.columns))
    ]
    for row in shown:
        cells = [
            " " * (w - _width(c)) + c if n else c + " " * (w - _width(c))
            for c, w, n in zip(row, widths, numeric, strict=True)
        ]
        yield "  ".join(cells).rstrip()
    if not answer.rows:
        yield "没有符合条件的行" if lang == "zh" else "no rows meet these conditions"
    if len(answer.rows) > most:
        yield (
            f"…共 {len(answer.rows)} 行，用 -o 写到文件"
            if lang == "zh"
            else f"… {len(answer.rows)} rows; write them with -o"
        )


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,.3f}" if isinstance(value, float) else str(value)


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)
