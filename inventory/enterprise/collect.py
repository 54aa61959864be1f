"""Collection: a folder of filed reports into one SQLite file, each verified on the way.

Why SQLite and not DuckDB: it is in Python's standard library (nothing to install on an office PC), one file that other programs open, and what is
needed here is many small safe writes. A province's year is 10^4-10^5 figures, far below where a column store begins to pay.

Every report is one transaction: a crash loses nothing that was told as received, and running again takes up where it stopped. A file is known
by its SHA-256, so that nothing is added twice; a changed report of the same firm and year is a resubmission with the next sequence number.
"""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ..core import units
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from .filed import FiledDatum
from .model import Lab
from .screens import benford_screen, labs_between, numbers_of
from .verify import FUEL_QUANTITIES, GRADES, Verified, verify_file

STATUSES = ("收到", "退回", "接受")
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".et")
EMISSION_LIMIT, ENERGY_LIMIT = 13_000.0, 5_000.0  # tCO2e, tce in 2010: who must report
FUEL_PER = {"transport_turnover": "fuel_per_turnover", "fleet_distance": "fuel_per_distance"}  # land transport: traffic, and what it takes
PARALLEL_FROM = 64


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one file, ready to be written; made in a worker, so plain values only. `reason` is set when the file is no report."""

    sha256: str
    file: str
    reason: str = ""
    head: tuple = ()
    lines: tuple = ()
    fuels: tuple = ()
    labs: tuple = ()
    findings: tuple = ()
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """Outcome of one run: files added, known already, failed (file, reason), and findings across firms."""

    added: int
    known: int
    failed: tuple[tuple[str, str], ...]
    across: tuple[Problem, ...]


@contextmanager
def opened(db: Path | str) -> Iterator[sqlite3.Connection]:
    """The database, made when it is not there yet. Raises `InventoryError` for a file that is no database of reports, or a place that cannot be written."""
    try:
        connection = sqlite3.connect(str(db))
    except sqlite3.Error as error:
        raise InventoryError([problem("enterprise.not_a_database", Origin(str(db)), reason=error)]) from error
    with closing(connection):
        try:
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript((resources.files("inventory.enterprise") / "schema.sql").read_text("utf-8"))
        except sqlite3.Error as error:
            raise InventoryError([problem("enterprise.not_a_database", Origin(str(db)), reason=error)]) from error
        yield connection


def collect(folder: Path | str, db: Path | str, *, at: str = "", workers: int = 1) -> Collected:
    """Read, verify and store every report below `folder`. Files that fail are listed and the others go on.

    `at` is the time written as received (default: now, UTC). `workers` processes read and verify; the database is written by one.
    """
    if not Path(folder).is_dir():
        raise InventoryError([problem("enterprise.not_a_folder", Origin(str(folder)))])
    moment = at or dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    paths = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", ".")))
    added = known = 0
    failed: list[tuple[str, str]] = []
    numbers: dict[str, list[float]] = {}
    with opened(db) as connection:
        connection.executemany("delete from failure where file = ?", [(p.name,) for p in paths])
        have = {r[0] for r in connection.execute("select sha256 from submission")}
        new: list[tuple[Path, str]] = []
        for path in paths:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest in have:
                known += 1
            else:
                have.add(digest)
                new.append((path, digest))
        for row in _rows(new, workers):
            if row.reason:
                failed.append((row.file, row.reason))
                connection.execute("insert or replace into failure values (?, ?, ?, ?)", (row.sha256, row.file, moment, row.reason))
            else:
                _store(connection, row, moment)
                added += 1
                numbers.setdefault(row.head[2], []).extend(row.numbers)
            connection.commit()
        across = tuple(_across(connection, numbers))
    return Collected(added, known, tuple(failed), across)


def _rows(files: Sequence[tuple[Path, str]], workers: int) -> Iterable[Row]:
    if workers <= 1 or len(files) < PARALLEL_FROM:
        return map(_row_of, files)
    return _parallel(files, workers)


def _parallel(files: Sequence[tuple[Path, str]], workers: int) -> Iterator[Row]:
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(_row_of, files, chunksize=16)


def _row_of(entry: tuple[Path, str]) -> Row:
    """One file. The cyclic collector rests meanwhile (a quarter of the time): a report makes many small objects that die with it."""
    path, digest = entry
    running = gc.isenabled()
    gc.disable()
    try:
        return row_of(verify_file(path), digest)
    finally:
        if running:
            gc.enable()


def row_of(v: Verified, digest: str) -> Row:
    """The figures of a verified report that the database keeps: recomputed lines and fuels, findings, laboratory values."""
    if v.filed is None:
        return Row(digest, v.file, "；".join(f.problem.text() for f in v.findings))
    p = v.filed.enterprise.profile
    scope = {s.id: s.scope for s in v.filed.industry.sources}
    sums: dict[tuple[str, str], float] = {}
    for x in v.ledger.lines if v.ledger else ():
        sums[x.category, x.gas] = sums.get((x.category, x.gas), 0.0) + x.mass_t
    lines = tuple((s, g, m, m * v.ledger.gwp[g]) for (s, g), m in sums.items()) if v.ledger else ()
    direct = sum(x[3] for x in lines if scope.get(x[0]) == "direct")
    must = _must_report(p.emission_2010_t, p.energy_2010_tce)
    worst = min((f.grade for f in v.findings), key=GRADES.index, default="")
    head = (p.code or p.name, p.name, v.filed.industry.code, p.year, p.city, p.province, p.kind, v.total_filed, sum(x[3] for x in lines) if v.ledger else None,
            direct if v.ledger else None, must, p.emission_2010_t, p.energy_2010_tce, len(v.findings), worst)
    findings = tuple((f.grade, f.problem.code, f.size_t, f.problem.text()) for f in v.findings)
    labs = tuple((r.fuel, r.month, r.ncv, r.carbon, r.origin.sheet, r.origin.cell) for r in v.filed.enterprise.labs)
    return Row(digest, v.file, "", head, lines, _fuels(v), labs, findings, tuple(numbers_of(v.filed.enterprise)))


def _must_report(emission: float | None, energy: float | None) -> int | None:
    """1 or 0 by the limits of 2010; None where neither figure is known."""
    if emission is None and energy is None:
        return None
    return int((emission or 0.0) >= EMISSION_LIMIT or (energy or 0.0) >= ENERGY_LIMIT)


def _fuels(v: Verified) -> tuple[tuple, ...]:
    """Fuel, amount, and the parameters as filed with their ticks; CO2 as recomputed."""
    assert v.filed is not None
    factors = {(f.parameter, f.keys): f for f in v.filed.factors}
    made = []
    for d, amount, unit in fuel_amounts(v.filed.data):
        fuel = dict(d.keys).get("fuel", "")
        ncv, cc, of = (factors.get((name, (("fuel", fuel),))) for name in ("fuel_ncv", "fuel_cc", "fuel_of"))
        made.append((fuel, amount, unit, ncv.value if ncv else None, ncv.unit if ncv else None, ncv.tick if ncv else None, cc.value if cc else None,
                     cc.tick if cc else None, of.value if of else None, of.tick if of else None, _co2_of(v.ledger, dict(d.keys)) if v.ledger else 0.0))
    return tuple(made)


def fuel_amounts(data: Sequence[FiledDatum]) -> Iterator[tuple[FiledDatum, float, str]]:
    """Every datum that stands for fuel burnt, with the amount in t or 万Nm3: as filed, or traffic times the fuel it takes (land transport)."""
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
    wanted = {k: keys.get(k, "") for k in ("fuel", "flight", "service", "vehicle")}
    return math.fsum(x.mass_t for x in ledger.lines
                     if x.category == keys.get("category") and all(dict(x.item).get(k, "") == value for k, value in wanted.items()))


def _store(connection: sqlite3.Connection, row: Row, at: str) -> None:
    firm, year = row.head[0], row.head[3]
    sequence = connection.execute("select count(*) from submission where firm = ? and year = ?", (firm, year)).fetchone()[0] + 1
    h = row.head
    values = (row.sha256, row.file, at, h[0], h[1], h[2], h[3], h[4], h[5], sequence, "收到", *h[6:])
    cursor = connection.execute(f"insert into submission values (null, {', '.join('?' * len(values))})", values)
    number = cursor.lastrowid
    for table, entries in (("line", row.lines), ("fuel", row.fuels), ("lab", row.labs), ("finding", row.findings)):
        if entries:
            connection.executemany(f"insert into {table} values ({', '.join('?' * (len(entries[0]) + 1))})", [(number, *e) for e in entries])
    connection.execute("insert into history values (?, ?, ?, ?)", (number, "收到", at, f"第{sequence}次报送"))


def set_status(db: Path | str, submission: int, status: str, note: str = "", at: str = "") -> None:
    """收到, 退回 or 接受, with the history kept. Raises ValueError for another word or an unknown submission."""
    if status not in STATUSES:
        raise ValueError(f"{status!r}: {'、'.join(STATUSES)}")
    moment = at or dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    with opened(db) as connection:
        if connection.execute("update submission set status = ? where id = ?", (status, submission)).rowcount != 1:
            raise ValueError(f"no submission {submission}")
        connection.execute("insert into history values (?, ?, ?, ?)", (submission, status, moment, note))
        connection.commit()


def _across(connection: sqlite3.Connection, numbers: dict[str, list[float]]) -> list[Problem]:
    """What can be seen only across firms: shared laboratory values, first digits by industry."""
    from ..core.problems import Origin

    problems = Collector()
    firms: dict[str, list[Lab]] = {}
    sql = (f"select s.name, s.year, s.file, l.fuel, l.month, l.ncv, l.carbon, l.sheet, l.cell from lab l join ({LATEST}) s on s.id = l.submission "
           "order by s.id, l.rowid")
    for name, year, file, fuel, month, ncv, carbon, sheet, cell in connection.execute(sql):
        firms.setdefault(f"{name}（{year}）", []).append(Lab(fuel, month, ncv, "", carbon, "", origin=Origin(file, sheet or "", cell or "")))
    labs_between(firms, problems)
    benford_screen({f"行业{k}": v for k, v in numbers.items()}, problems)
    return list(problems)


# the last submission of every firm and year that was not returned
LATEST = """select * from submission s where status <> '退回'
  and sequence = (select max(sequence) from submission t where t.firm = s.firm and t.year = s.year and t.status <> '退回')"""

QUERIES = {
    "city": ("地市", "s.city"), "industry": ("行业", "s.industry"), "source": ("排放源", "l.source"), "gas": ("气体", "l.gas"), "year": ("年度", "s.year"),
    "firm": ("企业", "s.name"),
}


def query(db: Path | str, by: Sequence[str], year: int | None = None, accepted_only: bool = False) -> tuple[list[str], list[tuple]]:
    """Heading and rows: firms and CO2e (t) of the latest submissions by any of city, industry, source, gas, year, firm; `fuel` lists fuels instead."""
    if by and by[0] == "fuel":
        return _query_fuels(db, by[1:], year, accepted_only)
    names = [QUERIES[b] for b in by]
    columns = ", ".join(c for _, c in names)
    where, values = _where(year, accepted_only)
    sql = (f"select {columns + ', ' if columns else ''}count(distinct s.firm), sum(l.co2e_t) from line l join ({LATEST}) s on s.id = l.submission {where} "
           + (f"group by {columns} order by {columns}" if columns else ""))
    with opened(db) as connection:
        return [n for n, _ in names] + ["企业数", "排放量（tCO2e）"], [tuple(r) for r in connection.execute(sql, values)]


def _query_fuels(db: Path | str, by: Sequence[str], year: int | None, accepted_only: bool) -> tuple[list[str], list[tuple]]:
    names = [QUERIES[b] for b in by if b not in ("source", "gas")]
    columns = ", ".join(["f.fuel", "f.unit", *(c for _, c in names)])
    where, values = _where(year, accepted_only)
    sql = (f"select {columns}, count(distinct s.firm), sum(f.amount), sum(f.co2_t) from fuel f join ({LATEST}) s on s.id = f.submission {where} "
           f"group by {columns} order by {columns}")
    with opened(db) as connection:
        return ["燃料", "单位", *(n for n, _ in names), "企业数", "消耗量", "CO2（t）"], [tuple(r) for r in connection.execute(sql, values)]


def _where(year: int | None, accepted_only: bool) -> tuple[str, list]:
    parts, values = [], []
    if year is not None:
        parts.append("s.year = ?")
        values.append(year)
    if accepted_only:
        parts.append("s.status = '接受'")
    return ("where " + " and ".join(parts) if parts else ""), values

