"""Questions to a data set of results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.names import near
from ..core.problems import InventoryError, problem
from ..core.selection import WHAT, meant
from ..edition import load
from ..regions import built_in, extended
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
