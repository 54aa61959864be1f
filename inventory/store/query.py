"""Questions to a data set: named sums and plain SQL, in DuckDB, over the committed parts only.

Two kinds of figures leave here. `sums` adds whole grams as integers, so that its bytes are the same for any number of
threads and any order of parts. A `sum()` over doubles in somebody's own SQL may differ in its last digits from run to
run; such results say so and are no filed figures.

SQL from outside is code: the connection reads no file but the committed parts and no network, settings cannot be
changed, one SELECT is accepted, and time is limited.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.problems import DeclarationError, InventoryError, Origin, problem
from ..edition import load
from ..regions import NATION, built_in
from .dataset import Dataset
from .parquet import COLUMNS
from .places import Folder

# a tonne in grams: the step in which exact sums are counted. A line is a 64-bit integer (up to 9·10¹² t, more is an
# error), a sum has 128 bits
GRAMS = 1_000_000
GROUPS = {
    "region": "region",
    "year": "year",
    "category": "category",
    "gas": "gas",
    "item": "item",
    "account": "account",
    "method": "method",
    "edition": "edition",
    "run": "run",
    "gwp": "gwp_set",
    "province": "province",
    "city": "city",
    "level": "level",
    "sector": "sector",
    "fuel": "fuel",
    "flags": "flags",
    "status": "status",
}
VIEWS: dict[str, tuple[str, ...]] = {  # sums that are asked for again and again, by name
    "regions": ("province", "city", "region", "year"),
    "categories": ("sector", "category", "year"),
    "gases": ("gas", "year"),
    "fuels": ("fuel", "year"),
    "years": ("year",),
    "editions": ("edition", "run", "year"),
    "status": ("status", "year"),
}
# of the marks of a line the one that weighs most; `sound` for none of them
STATUSES = ("conflict", "missing-default", "fallback", "unverified")
_STATUS = "case " + " ".join(f"when contains(l.flags, '{s}') then '{s}'" for s in STATUSES) + " else 'sound' end"
FUEL = "regexp_extract(item, '(?:^|;)fuel=([^;]*)', 1)"


@dataclass(frozen=True)
class QueryResult:
    """Columns, rows in a stated order, and whether the sums are exact (whole grams)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    exact: bool


@dataclass(frozen=True)
class QueryLimits:
    """What a query may use: threads (0: all), memory in MB, seconds."""

    threads: int = 0
    memory_mb: int = 600
    seconds: float = 60.0


class Query:
    """A locked connection over one data set; use as a context manager. `run` limits it to one run. Raises
    `InventoryError` where there is no data set."""

    def __init__(self, dataset: Dataset, run: str | None = None, limits: QueryLimits | None = None) -> None:
        self.limits = limits or QueryLimits()
        parts = [r.part for r in dataset.receipts(run) if r.part.endswith(".parquet") and r.rows]
        if not parts:
            raise InventoryError([problem("store.no_run", Origin(dataset.place.url))])
        self.connection = _connect(self.limits)
        try:
            self._ledger(dataset, parts)
            self._tables(dataset)
            self._lock()
        except BaseException:
            self.connection.close()
            raise

    def __enter__(self) -> Query:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def _ledger(self, dataset: Dataset, parts: Sequence[str]) -> None:
        """The view `ledger` over the parts: files of a folder, or Arrow over an object store."""
        if isinstance(dataset.place, Folder):
            paths = [str((dataset.place.path / p).resolve()) for p in parts]
            listed = ", ".join(_text(p) for p in paths)
            self.connection.execute(f"set allowed_paths = [{listed}]")
            source = f"read_parquet([{listed}])"
        else:
            import pyarrow.dataset

            from .places import ObjectStore

            place = dataset.place
            assert isinstance(place, ObjectStore)
            self._arrow = pyarrow.dataset.dataset(
                [f"{place.root}/{p}" for p in parts], filesystem=place.fs, format="parquet"
            )
            self.connection.register("ledger_parts", self._arrow)
            source = "ledger_parts"
        self.connection.execute(
            f"create view ledger as select {', '.join(COLUMNS)}, mass_t * gwp as co2e_t from {source}"
        )

    def _tables(self, dataset: Dataset) -> None:
        columns = ("name", "code", "level", "parent", "province", "city")
        self._table("regions", ", ".join(f"{c} varchar" for c in columns), _regions(dataset))
        rows: list[tuple[Any, ...]] = []
        for name in sorted({str(b["facts"].get("edition", "")) for b in dataset.runs().values()} - {""}):
            try:
                edition = load(name)
            except (DeclarationError, InventoryError, FileNotFoundError):
                continue  # an edition that this machine does not have: its categories stay without labels
            for c in edition.categories.values():
                top = c.id
                while edition.categories[top].parent:
                    top = edition.categories[top].parent
                rows.append((name, c.id, c.parent, top, c.label["zh"], c.label.get("en", "")))
        self._table(
            "categories",
            "edition varchar, id varchar, parent varchar, sector varchar, label varchar, label_en varchar",
            rows,
        )

    def _table(self, name: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
        self.connection.execute(f"create table {name} ({columns})")
        if rows:
            self.connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)

    def _lock(self) -> None:
        self.connection.execute("set enable_external_access = false")
        self.connection.execute("set autoinstall_known_extensions = false")
        self.connection.execute("set autoload_known_extensions = false")
        self.connection.execute("set lock_configuration = true")

    # ---- questions ----

    def sums(
        self, by: Sequence[str], where: Mapping[str, Any] | None = None, account: str | None = "total"
    ) -> QueryResult:
        """t and t CO2e by the columns of `GROUPS`, exact to the gram, ordered by the groups. mass_t stands only where
        one gas is meant.

        where: columns and the value (or list of values) they must have. Raises `InventoryError` for a column that is no
        group.
        """
        conditions = dict(where or {})
        for column in (*by, *conditions):
            if column not in GROUPS:
                raise InventoryError([problem("store.column", column=column, known="、".join(GROUPS))])
        one_gas = "gas" in by or isinstance(conditions.get("gas"), str)
        wanted = set(by) | set(conditions)
        source = "ledger l"
        if wanted & {"province", "city", "level"}:
            source += " left join regions r on r.name = l.region"
        if "sector" in wanted:
            source += " left join categories c on c.edition = l.edition and c.id = l.category"
        names = [f"{_column(b)} as {b}" for b in by]
        amounts = ([f"sum(cast(round(l.mass_t * {GRAMS}) as bigint)) as mass_g"] if one_gas else []) + [
            f"sum(cast(round(l.co2e_t * {GRAMS}) as bigint)) as co2e_g",
            "count(*) as lines",
        ]
        tests, values = _conditions(conditions)
        if account is not None:
            tests.append("l.account = ?")
            values.append(account)
        order = ", ".join(str(i + 1) for i in range(len(by)))
        text = (
            f"select {', '.join([*names, *amounts])} from "
            f"{source}"
            + (f" where {' and '.join(tests)}" if tests else "")
            + (f" group by {order} order by {order}" if by else "")
        )
        columns, rows = self._run(text, values)
        grams = [i for i, c in enumerate(columns) if c.endswith("_g")]
        out = tuple(tuple(_tonnes(v) if i in grams else v for i, v in enumerate(row)) for row in rows)
        return QueryResult(tuple(c.removesuffix("_g") + "_t" if c.endswith("_g") else c for c in columns), out, True)

    def sql(self, statement: str) -> QueryResult:
        """The rows of one SELECT over `ledger`, `regions` and `categories`. Sums of doubles in it are not exact in
        their last digits."""
        import duckdb

        try:
            statements = duckdb.extract_statements(statement)
        except duckdb.Error as error:
            raise InventoryError([problem("store.query", reason=_first_line(error))]) from error
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise InventoryError([problem("store.statement", statement=" ".join(statement.split())[:80])])
        columns, rows = self._run(statement, [])
        return QueryResult(columns, rows, False)

    def _run(self, text: str, values: Sequence[Any]) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
        import duckdb

        expired = threading.Event()

        def stop() -> None:
            expired.set()
            self.connection.interrupt()

        timer = threading.Timer(self.limits.seconds, stop)
        timer.daemon = True
        timer.start()
        self.connection.execute("begin transaction read only")  # a SELECT may hide a DELETE in a WITH
        try:
            cursor = self.connection.execute(text, list(values))
            columns = tuple(d[0] for d in cursor.description or ())
            return columns, tuple(cursor.fetchall())
        except duckdb.Error as error:
            if expired.is_set():
                raise InventoryError([problem("store.timeout", seconds=f"{self.limits.seconds:g}")]) from error
            raise InventoryError([problem("store.query", reason=_first_line(error))]) from error
        finally:
            timer.cancel()
            with contextlib.suppress(duckdb.Error):  # an error may have ended the transaction already
                self.connection.execute("rollback")

    def tables(self) -> Iterator[tuple[str, str, str]]:
        """(table, column, type) of everything a query can name."""
        text = (
            "select table_name, column_name, data_type from duckdb_columns() where not internal and "
            "table_name <> 'ledger_parts' "
            "order by table_name, column_index"
        )
        yield from self._run(text, [])[1]  # type: ignore[misc]


def _connect(limits: QueryLimits) -> Any:
    try:
        import duckdb
    except ImportError as error:
        raise InventoryError([problem("store.no_library", library="duckdb", part="cluster")]) from error
    settings: dict[str, Any] = {
        "memory_limit": f"{limits.memory_mb}MB",
        "temp_directory": "",
        "preserve_insertion_order": "false",
    }
    if limits.threads:
        settings["threads"] = limits.threads
    return duckdb.connect(":memory:", config=settings)


def _column(name: str) -> str:
    where = {
        "province": "coalesce(r.province, l.region)",
        "city": "coalesce(r.city, '')",
        "level": "r.level",
        "sector": "c.sector",
        "fuel": FUEL,
        "status": _STATUS,
    }
    return where.get(name, f"l.{GROUPS[name]}")


def _conditions(where: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    tests: list[str] = []
    values: list[Any] = []
    for name, value in where.items():
        given = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        if name == "category":  # a category means everything below it
            tests.append("(" + " or ".join(["l.category = ? or starts_with(l.category, ?)"] * len(given)) + ")")
            values.extend(x for v in given for x in (str(v), f"{v}."))
        else:
            tests.append(f"{_column(name)} in ({', '.join('?' * len(given))})")
            values.extend(int(v) if name == "year" else str(v) for v in given)
    return tests, values


def _regions(dataset: Dataset) -> list[tuple[str, ...]]:
    """The regions of this program's tree and those that the runs brought: name, code, level, parent, the province and
    the city it is or belongs to."""
    known = {r.name: (r.code, r.level, r.parent) for r in built_in().regions.values()}
    for run in dataset.runs().values():
        known.update({name: (code, level, parent) for name, code, level, parent in run["facts"].get("regions", ())})

    def above(name: str, levels: tuple[str, ...]) -> str:
        seen: set[str] = set()
        while name in known and name not in seen:
            seen.add(name)
            if known[name][1] in levels:
                return name
            name = known[name][2]
        return ""

    return [(name, *of, above(name, ("省级", NATION)) or name, above(name, ("地级市",))) for name, of in known.items()]


def _tonnes(grams: Any) -> float | None:
    return None if grams is None else int(grams) / GRAMS


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
