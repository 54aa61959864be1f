"""The database of a collection: one SQLite file, its version, its migrations, its durable writes.

Why SQLite: it is in Python's standard library (nothing to install on an office PC), one file that other programs open,
and what is needed here is many small safe writes. A province's year is 10^4-10^5 figures, far below where a column
store begins to pay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

from ..core.names import display_name
from ..core.problems import InventoryError, Origin, problem
from ..core.systems import on_network

VERSION = 2
WAIT_S = 60.0  # how long one writer waits for another
STATES = ("收到", "退回", "接受", "被替代", "撤回")
RECEIVED, RETURNED, ACCEPTED, SUPERSEDED, WITHDRAWN = STATES


@contextmanager
def opened(db: Path | str) -> Iterator[sqlite3.Connection]:
    """The database, made or brought to this version when needed. Raises `InventoryError` for a file that is no database
    of reports, that a newer program wrote, or a place that cannot be written."""
    name = display_name(str(db))
    try:
        connection = sqlite3.connect(str(db), timeout=WAIT_S, isolation_level=None)
    except sqlite3.Error as error:
        raise InventoryError([problem("enterprise.not_a_database", Origin(name), reason=error)]) from error
    with closing(connection):
        try:
            # WAL needs memory that all its readers share: not on a network share
            connection.execute(f"pragma journal_mode = {'delete' if on_network(db) else 'wal'}")
            # a ledger of filings: what was told as received survives a power cut
            connection.execute("pragma synchronous = full")
            _migrate(connection, name)
        except sqlite3.Error as error:
            raise InventoryError([problem("enterprise.not_a_database", Origin(name), reason=error)]) from error
        yield connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction that holds the write lock from its beginning, so that what it reads first is still true when it
    writes."""
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Any], how: str = "insert") -> int:
    """Insert one row by column names; the new row's id."""
    names = ", ".join(values)
    cursor = connection.execute(
        f"{how} into {table} ({names}) values ({', '.join('?' * len(values))})", tuple(values.values())
    )
    return int(cursor.lastrowid or 0)


def _migrate(connection: sqlite3.Connection, name: str) -> None:
    version = int(connection.execute("pragma user_version").fetchone()[0])
    if version > VERSION:
        raise InventoryError([problem("enterprise.newer_database", Origin(name), found=version, known=VERSION)])
    if version == VERSION:
        return
    with writing(connection):
        if int(connection.execute("pragma user_version").fetchone()[0]) < VERSION:
            tables = {r[0] for r in connection.execute("select name from sqlite_master where type = 'table'")}
            if "submission" in tables:
                _from_first(connection)
            for statement in (resources.files("inventory.enterprise") / "schema.sql").read_text("utf-8").split(";"):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {VERSION}")


def _from_first(connection: sqlite3.Connection) -> None:
    """The first version had positions for columns, `status`, a sequence by file name, and a note for a reason; nothing
    of it is lost."""
    have = {r[1] for r in connection.execute("pragma table_info(submission)")}
    if "status" in have:
        connection.execute("alter table submission rename column status to state")
    for column, kind in (
        ("receipt", "text not null default ''"),
        ("code", "text not null default ''"),
        ("compiled", "text not null default ''"),
        ("edition", "text not null default ''"),
        ("incomplete", "integer not null default 0"),
    ):
        if column not in have:
            connection.execute(f"alter table submission add column {column} {kind}")
    connection.execute("update submission set receipt = received, code = case when firm <> name then firm else '' end")
    if "sequence" in have:
        connection.execute("drop index if exists submission_firm")
        connection.execute("alter table submission drop column sequence")
    log = {r[1] for r in connection.execute("pragma table_info(history)")}
    if "status" in log:
        connection.execute("alter table history rename column status to state")
        connection.execute("alter table history rename column note to reason")
        connection.execute("alter table history add column who text not null default ''")
    for table, column in (("finding", "place"), ("finding", "reason"), ("lab", "laboratory")):
        if column not in {r[1] for r in connection.execute(f"pragma table_info({table})")}:
            connection.execute(f"alter table {table} add column {column} text not null default ''")
