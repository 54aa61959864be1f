"""Collection: a folder of filed reports into one database, each verified on the way.

A chunk of reports is one transaction: a crash loses nothing that was reported as received, and running again takes up
where it stopped. A file is known by its SHA-256, so that nothing is added twice; several collectors may run at once. Whatever
breaks one file costs that file alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ..core.executors import Pool, Workers, isolated, run_tasks
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, both_texts, problem
from .checks import WEIGHTY
from .collected import CollectedRow, row_of_file
from .model import Lab
from .screens import FirstDigits, benford_screen, labs_between
from .standing import COUNTED, standings
from .store import RECEIVED, insert, opened, writing

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb")
PARALLEL_FROM = 64
CHUNK = 16


@dataclass(frozen=True, slots=True)
class Collected:
    """Outcome of one run: files added, known already, failed (file, reason), skipped (file, kind), findings across
    firms and questions of identity; `weighty`: how many of the added have findings of weight (重大, 较大)."""

    added: int
    known: int
    failed: tuple[tuple[str, str], ...]
    across: tuple[Problem, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    weighty: int = 0


def collect(folder: Path | str, db: Path | str, *, at: str = "", workers: int | Workers = 1) -> Collected:
    """Read, verify and store every report below `folder`. Files that fail are listed and the others go on.

    `at` is the time written as received (default: now, UTC). `workers` processes (or the workers of a
    cluster, which must see the folder) read and verify; the database is written by one.
    """
    if not Path(folder).is_dir():
        raise InventoryError([problem("enterprise.not_a_folder", Origin(display_name(str(folder))))])
    moment = at or dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    everything = sorted(p for p in Path(folder).rglob("*") if p.is_file() and not p.name.startswith(("~$", ".")))
    paths = [p for p in everything if p.suffix.lower() in SUFFIXES]
    skipped = tuple((display_name(p), p.suffix.lower() or "—") for p in everything if p.suffix.lower() not in SUFFIXES)
    with opened(db) as connection:
        new, known = _new(paths, connection)
        with closing(_rows(new, workers)) as rows:
            taken = _take(rows, connection, moment)
        across = _after(connection, paths, taken.failed, skipped, taken.digits, moment)
    again = known + len(new) - taken.added - len(taken.failed)
    return Collected(taken.added, again, tuple(taken.failed), across, skipped, taken.weighty)


def _new(paths: Sequence[Path], connection: sqlite3.Connection) -> tuple[list[tuple[Path, str]], int]:
    """Files that the database does not hold, with their SHA-256, and how many it holds. Hashed before any lock is
    taken."""
    have = {r[0] for r in connection.execute("select sha256 from submission")}
    new: list[tuple[Path, str]] = []
    known = 0
    for path in paths:
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            digest = f"unreadable:{display_name(path)}:{error.errno}"
        if digest in have:
            known += 1
        else:
            have.add(digest)
            new.append((path, digest))
    return new, known


@dataclass
class _Taken:
    """What a run has stored so far; of the figures only the counts of their first digits by industry."""

    added: int = 0
    weighty: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    digits: dict[str, FirstDigits] = field(default_factory=dict)


def _take(rows: Iterable[CollectedRow], connection: sqlite3.Connection, moment: str) -> _Taken:
    """Stores the rows, `CHUNK` a transaction: each waits for the disk, and a crash costs no more than a chunk that is
    read again."""
    taken = _Taken()
    held: list[CollectedRow] = []

    def store() -> None:
        with writing(connection):
            for row in held:
                _take_row(row, connection, moment, taken)
        held.clear()

    try:
        for row in rows:
            held.append(row)
            if len(held) == CHUNK:
                store()
    finally:  # also when reading was broken off
        store()
    return taken


def _take_row(row: CollectedRow, connection: sqlite3.Connection, moment: str, taken: _Taken) -> None:
    if row.reason:
        taken.failed.append((row.file, row.reason))
        failure = {"sha256": row.sha256, "file": row.file, "at": moment, "reason": row.reason}
        insert(connection, "failure", failure, "insert or replace")
    elif _store(connection, row, moment):
        head = dict(row.head)
        taken.added += 1
        taken.weighty += head["worst"] in WEIGHTY
        taken.digits[head["industry"]] = taken.digits.get(head["industry"], FirstDigits()) + row.digits


def _after(
    connection: sqlite3.Connection,
    paths: Sequence[Path],
    failed: Sequence[tuple[str, str]],
    skipped: Sequence[tuple[str, str]],
    digits: dict[str, FirstDigits],
    moment: str,
) -> tuple[Problem, ...]:
    """What is known only when all files are in: files that can be read now, what was skipped, findings across firms,
    questions of identity."""
    across = (*_across(connection, digits), *standings(connection).questions)
    bad = {file for file, _ in failed}
    with writing(connection):
        connection.executemany(
            "delete from failure where file = ?", [(n,) for p in paths if (n := display_name(p)) not in bad]
        )
        connection.executemany(
            "insert or replace into skipped (file, at, kind) values (?, ?, ?)",
            [(f, moment, kind) for f, kind in skipped],
        )
        connection.execute("delete from across")
        connection.executemany(
            "insert into across (code, text, at) values (?, ?, ?)", [(p.code, both_texts(p), moment) for p in across]
        )
    return across


# ---- reading, each file by itself ----


def _rows(files: Sequence[tuple[Path, str]], workers: int | Workers) -> Generator[CollectedRow, None, None]:
    pool = Pool(workers) if isinstance(workers, int) else workers
    if len(files) < PARALLEL_FROM or pool.count(len(files)) <= 1:
        yield from map(row_of_file, files)
        return
    with closing(_parallel(files, pool)) as rows:
        yield from rows


def _parallel(files: Sequence[tuple[Path, str]], pool: Workers) -> Generator[CollectedRow, None, None]:
    """All files over the workers, rows in the order of the files. A worker that dies (memory, a crash in a library)
    costs the file it died of; the others of its chunk are read again, each by itself."""
    chunks = [tuple(files[i : i + CHUNK]) for i in range(0, len(files), CHUNK)]
    waiting: dict[int, list[CollectedRow]] = {}
    following = 0
    with closing(run_tasks(chunks, _rows_of_files, pool)) as ended:
        for at, result in ended:
            waiting[at] = _each_alone(chunks[at]) if isinstance(result, BaseException) else result
            while following in waiting:
                yield from waiting.pop(following)
                following += 1


def _each_alone(files: Sequence[tuple[Path, str]]) -> list[CollectedRow]:
    """The files of a chunk that was lost, a process each, so that only the one that kills its process is missing."""
    rows: dict[int, CollectedRow] = {}
    for n, entry in enumerate(files):
        result = isolated(_rows_of_files, (entry,))
        if isinstance(result, BaseException):
            reason = problem("collect.worker_died", Origin(display_name(entry[0])))
            rows[n] = CollectedRow(entry[1], display_name(entry[0]), both_texts(reason))
        else:
            rows[n] = result[0]
    return [rows[n] for n in sorted(rows)]


def _rows_of_files(files: tuple[tuple[Path, str], ...]) -> list[CollectedRow]:
    return [row_of_file(entry) for entry in files]


# ---- storing ----

COLUMNS = {
    "line": ("source", "gas", "mass_t", "co2e_t"),
    "fuel": (
        "fuel",
        "amount",
        "unit",
        "ncv",
        "ncv_unit",
        "ncv_tick",
        "cc",
        "cc_tick",
        "oxidation",
        "oxidation_tick",
        "co2_t",
    ),
    "lab": ("fuel", "month", "ncv", "carbon", "sheet", "cell", "laboratory"),
    "finding": ("grade", "code", "size_t", "text", "place", "reason"),
}


def _store(connection: sqlite3.Connection, row: CollectedRow, at: str) -> bool:
    """One submission with all its rows; False when another collector stored the same file meanwhile."""
    if connection.execute("select 1 from submission where sha256 = ?", (row.sha256,)).fetchone():
        return False
    number = insert(
        connection,
        "submission",
        {"sha256": row.sha256, "file": row.file, "received": at, "receipt": at, "state": RECEIVED, **dict(row.head)},
    )
    for table, entries in (("line", row.lines), ("fuel", row.fuels), ("lab", row.labs), ("finding", row.findings)):
        names = COLUMNS[table]
        connection.executemany(
            f"insert into {table} (submission, {', '.join(names)}) values ({', '.join('?' * (len(names) + 1))})",
            [(number, *e) for e in entries],
        )
    insert(connection, "content", {"submission": number, "cells": row.cells})
    insert(connection, "history", {"submission": number, "state": RECEIVED, "at": at, "reason": row.file})
    return True


def _across(connection: sqlite3.Connection, digits: dict[str, FirstDigits]) -> list[Problem]:
    """What can be seen only across firms: shared laboratory values, first digits by industry."""
    problems = Collector()
    firms: dict[str, list[Lab]] = {}
    now = standings(connection)
    sql = (
        "select s.id, s.name, s.year, s.file, l.fuel, l.month, l.ncv, l.carbon, l.sheet, l.cell, "
        "l.laboratory from lab l "
        "join submission s on s.id = l.submission "
        "join (select fuel, ncv, carbon from lab where ncv is not null and carbon is not null "
        "group by fuel, ncv, carbon having count(distinct submission) > 1) shared "
        "on shared.fuel = l.fuel and shared.ncv = l.ncv and shared.carbon = l.carbon order by s.id, l.rowid"
    )
    for number, name, year, file, fuel, month, ncv, carbon, sheet, cell, laboratory in connection.execute(sql):
        if now.of[number] == COUNTED:
            firms.setdefault(f"{name}（{year}）", []).append(
                Lab(fuel, month, ncv, "", carbon, "", laboratory, origin=Origin(file, sheet or "", cell or ""))
            )
    labs_between(firms, problems)
    benford_screen({f"行业{k}": v for k, v in digits.items()}, problems)
    return list(problems)
