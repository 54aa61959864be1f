"""Collection: a folder of filed reports into one database, each verified on the way.

Every report is one transaction: a crash loses nothing that was told as received, and running again takes up where it
stopped. A file is known by its SHA-256, so that nothing is added twice; several collectors may run at once. Whatever
breaks one file costs that file alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import units
from ..core.executors import Pool, Workers, isolated, run_tasks
from ..core.ledger import Ledger
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..spreadsheets.cells import Sheet
from .checks import GRADES
from .filed import FiledDatum
from .identity import folded
from .model import Lab
from .screens import benford_screen, labs_between, numbers_of
from .standing import COUNTED, standings
from .store import RECEIVED, insert, opened, writing
from .verify import Verified, verify_sheets
from .verify_monthly import FUEL_QUANTITIES

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb")
EMISSION_LIMIT, ENERGY_LIMIT = 13_000.0, 5_000.0  # tCO2e, tce in 2010: who must report
# land transport: traffic, and what it takes
FUEL_PER = {"transport_turnover": "fuel_per_turnover", "fleet_distance": "fuel_per_distance"}
PARALLEL_FROM = 64
CHUNK = 16


@dataclass(frozen=True, slots=True)
class CollectedRow:
    """What is kept of one file, ready to be written; made in a worker, so plain values only. `reason` is set when the
    file is no report."""

    sha256: str
    file: str
    reason: str = ""
    head: tuple[tuple[str, Any], ...] = ()
    lines: tuple[Any, ...] = ()
    fuels: tuple[Any, ...] = ()
    labs: tuple[Any, ...] = ()
    findings: tuple[Any, ...] = ()
    numbers: tuple[float, ...] = ()
    cells: bytes = b""


@dataclass(frozen=True, slots=True)
class Collected:
    """Outcome of one run: files added, known already, failed (file, reason), skipped (file, kind), findings across
    firms and questions of identity."""

    added: int
    known: int
    failed: tuple[tuple[str, str], ...]
    across: tuple[Problem, ...]
    skipped: tuple[tuple[str, str], ...] = ()


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
        added, failed, numbers = _take(_rows(new, workers), connection, moment)
        across = _after(connection, paths, failed, skipped, numbers, moment)
    return Collected(added, known + len(new) - added - len(failed), tuple(failed), across, skipped)


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


def _take(
    rows: Iterable[CollectedRow], connection: sqlite3.Connection, moment: str
) -> tuple[int, list[tuple[str, str]], dict[str, array[float]]]:
    added = 0
    failed: list[tuple[str, str]] = []
    numbers: dict[str, array[float]] = {}  # eight bytes a figure: ten thousand reports have millions
    for row in rows:
        with writing(connection):
            if row.reason:
                failed.append((row.file, row.reason))
                insert(
                    connection,
                    "failure",
                    {"sha256": row.sha256, "file": row.file, "at": moment, "reason": row.reason},
                    "insert or replace",
                )
            elif _store(connection, row, moment):
                added += 1
                numbers.setdefault(dict(row.head)["industry"], array("d")).extend(row.numbers)
    return added, failed, numbers


def _after(
    connection: sqlite3.Connection,
    paths: Sequence[Path],
    failed: Sequence[tuple[str, str]],
    skipped: Sequence[tuple[str, str]],
    numbers: dict[str, array[float]],
    moment: str,
) -> tuple[Problem, ...]:
    """What is known only when all files are in: files that can be read now, what was skipped, findings across firms,
    questions of identity."""
    across = (*_across(connection, numbers), *standings(connection).questions)
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
            "insert into across (code, text, at) values (?, ?, ?)", [(p.code, p.text(), moment) for p in across]
        )
    return across


# ---- reading, each file by itself ----


def _rows(files: Sequence[tuple[Path, str]], workers: int | Workers) -> Iterable[CollectedRow]:
    pool = Pool(workers) if isinstance(workers, int) else workers
    if len(files) < PARALLEL_FROM or pool.count(len(files)) <= 1:
        return map(row_of_file, files)
    return _parallel(files, pool)


def _parallel(files: Sequence[tuple[Path, str]], pool: Workers) -> Iterator[CollectedRow]:
    """All files over the workers, rows in the order of the files. A worker that dies (memory, a crash in a library)
    costs the file it died of; the others of its chunk are read again, each by itself."""
    chunks = [tuple(files[i : i + CHUNK]) for i in range(0, len(files), CHUNK)]
    waiting: dict[int, list[CollectedRow]] = {}
    following = 0
    for at, result in run_tasks(chunks, _rows_of_files, pool):
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
            rows[n] = CollectedRow(entry[1], display_name(entry[0]), reason.text())
        else:
            rows[n] = result[0]
    return [rows[n] for n in sorted(rows)]


def _rows_of_files(files: tuple[tuple[Path, str], ...]) -> list[CollectedRow]:
    return [row_of_file(entry) for entry in files]


def row_of_file(entry: tuple[Path, str]) -> CollectedRow:
    """One file. Whatever happens while it is read becomes the reason of this file's failure."""
    path, digest = entry
    try:
        verified, sheets = verify_sheets(path)
        return row_of(verified, digest, sheets)
    except Exception as error:  # one net: a damaged file must not stop the province's collection
        reason = problem(
            "collect.broken",
            Origin(display_name(path)),
            reason=f"{type(error).__name__}: {' '.join(str(error).split())[:160]}",
        )
        return CollectedRow(digest, display_name(path), reason.text())


def row_of(v: Verified, digest: str, sheets: Sequence[Sheet] = ()) -> CollectedRow:
    """The figures of a verified report that the database keeps: recomputed lines and fuels, findings, laboratory
    values, and its cells as filed."""
    if v.filed is None:
        return CollectedRow(digest, v.file, "；".join(f.problem.text() for f in v.findings))
    p = v.filed.enterprise.profile
    scope = {s.id: s.scope for s in v.filed.industry.sources}
    sums: dict[tuple[str, str], float] = {}
    for x in v.ledger.lines if v.ledger else ():
        if x.account == "total":
            sums[x.category, x.gas] = sums.get((x.category, x.gas), 0.0) + x.mass_t
    lines = tuple((s, g, m, m * v.ledger.gwp[g]) for (s, g), m in sums.items()) if v.ledger else ()
    direct = sum(x[3] for x in lines if scope.get(x[0]) == "direct")
    worst = min((f.grade for f in v.findings), key=GRADES.index, default="")
    head = {
        "code": p.code,
        "firm": folded(p.code) or p.name,
        "name": p.name,
        "industry": v.filed.industry.code,
        "year": p.year,
        "city": p.city,
        "province": p.province,
        "compiled": p.date,
        "kind": p.kind,
        "edition": v.filed.edition,
        "filed_total": v.total_filed,
        "total": sum(x[3] for x in lines) if v.ledger else None,
        "direct": direct if v.ledger else None,
        "must_report": _must_report(p.emission_2010_t, p.energy_2010_tce),
        "emission_2010": p.emission_2010_t,
        "energy_2010": p.energy_2010_tce,
        "findings": len(v.findings),
        "worst": worst,
        "incomplete": int(v.incomplete),
    }
    findings = tuple(
        (
            f.grade,
            f.problem.code,
            f.size_t,
            f.problem.text(),
            f"{f.problem.origin.sheet}!{f.problem.origin.cell}",
            f.reason,
        )
        for f in v.findings
    )
    labs = tuple(
        (r.fuel, r.month, r.ncv, r.carbon, r.origin.sheet, r.origin.cell, r.lab) for r in v.filed.enterprise.labs
    )
    return CollectedRow(
        digest,
        v.file,
        "",
        tuple(head.items()),
        lines,
        _fuels(v),
        labs,
        findings,
        tuple(numbers_of(v.filed.enterprise)),
        cells_of(sheets),
    )


def cells_of(sheets: Sequence[Sheet]) -> bytes:
    """Every filled cell of a report, small: {sheet: [rows of values as they read]}. For comparing two versions."""
    body = {
        s.name: [["" if v is None else v if isinstance(v, float) else str(v) for v in row] for row in s.values]
        for s in sheets
    }
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _must_report(emission: float | None, energy: float | None) -> int | None:
    """1 or 0 by the limits of 2010; None where neither figure is known."""
    if emission is None and energy is None:
        return None
    return int((emission or 0.0) >= EMISSION_LIMIT or (energy or 0.0) >= ENERGY_LIMIT)


def _fuels(v: Verified) -> tuple[tuple[Any, ...], ...]:
    """Fuel, amount, and the parameters as filed with their ticks; CO2 as recomputed."""
    assert v.filed is not None
    factors = {(f.parameter, f.keys): f for f in v.filed.factors}
    made = []
    for d, amount, unit in fuel_amounts(v.filed.data):
        fuel = dict(d.keys).get("fuel", "")
        keys = tuple((k, v) for k, v in sorted(dict(d.keys).items()) if k in ("fuel", "line"))
        ncv, cc, of = (factors.get((name, keys)) for name in ("fuel_ncv", "fuel_cc", "fuel_of"))
        made.append(
            (
                fuel,
                amount,
                unit,
                ncv.value if ncv else None,
                ncv.unit if ncv else None,
                ncv.tick if ncv else None,
                cc.value if cc else None,
                cc.tick if cc else None,
                of.value if of else None,
                of.tick if of else None,
                _co2_of(v.ledger, dict(d.keys)) if v.ledger else 0.0,
            )
        )
    return tuple(made)


def fuel_amounts(data: Sequence[FiledDatum]) -> Iterator[tuple[FiledDatum, float, str]]:
    """Every datum that stands for fuel burnt, with the amount in t or 万Nm3: as filed, or traffic times the fuel it
    takes (land transport)."""
    rates = {(d.quantity, d.keys): d for d in data}
    for d in data:
        if d.quantity in FUEL_QUANTITIES:
            yield d, d.value, d.unit
        rate = rates.get((FUEL_PER.get(d.quantity, ""), d.keys))
        if rate is not None:
            unit = "万Nm3" if rate.unit.startswith("Nm3") else "t"
            scale = units.parse(d.unit) * units.parse(rate.unit)
            yield d, d.value * rate.value * float(scale.scale / units.parse(unit).scale), unit


def _co2_of(ledger: Ledger, keys: dict[str, str]) -> float:
    """CO2 of the line that a fuel datum made: flights, services and vehicles have lines of their own."""
    wanted = {k: keys.get(k, "") for k in ("fuel", "flight", "service", "vehicle", "line")}
    return math.fsum(
        x.mass_t
        for x in ledger.lines
        if x.category == keys.get("category") and all(dict(x.item).get(k, "") == value for k, value in wanted.items())
    )


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


def _across(connection: sqlite3.Connection, numbers: dict[str, array[float]]) -> list[Problem]:
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
    benford_screen({f"行业{k}": v for k, v in numbers.items()}, problems)
    return list(problems)
