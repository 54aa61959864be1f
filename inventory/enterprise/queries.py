"""Questions to a collection: sums of what counts, states with their history, two versions cell by cell, firms whose
report is wanted again."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..core.problems import InventoryError, Origin, both_texts, problem
from .english import state_named
from .standing import COUNTED, Standings, standings
from .store import ACCEPTED, STATES, SUPERSEDED, insert, opened, writing

QUERIES = {
    "city": ("地市", "s.city"),
    "industry": ("行业", "s.industry"),
    "source": ("排放源", "l.source"),
    "gas": ("气体", "l.gas"),
    "year": ("年度", "s.year"),
    "firm": ("企业", "s.name"),
}


def counted(connection: sqlite3.Connection, accepted_only: bool = False) -> Standings:
    """Work out which submissions count and keep their numbers in the temporary table `counting` for the statements of
    this connection."""
    now = standings(connection)
    connection.execute("create temp table if not exists counting (submission integer primary key, firm text)")
    connection.execute("delete from temp.counting")
    states = dict(connection.execute("select id, state from submission"))
    connection.executemany(
        "insert into temp.counting (submission, firm) values (?, ?)",
        [
            (n, now.firm[n])
            for n, word in now.of.items()
            if word == COUNTED and (not accepted_only or states[n] == ACCEPTED)
        ],
    )
    return now


def query(
    db: Path | str, by: Sequence[str], year: int | None = None, accepted_only: bool = False
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Heading and rows: firms, CO2e (t) of the submissions that count, and how many of them could not be recomputed
    whole, by any of city, industry, source, gas, year, firm; `fuel` lists fuels instead."""
    fuel = bool(by) and by[0] == "fuel"
    names = [QUERIES[b] for b in (by[1:] if fuel else by) if not fuel or b not in ("source", "gas")]
    columns = [c for _, c in names]
    table, figures = ("fuel", ["sum(l.amount)", "sum(l.co2_t)"]) if fuel else ("line", ["sum(l.co2e_t)"])
    if fuel:
        columns = ["l.fuel", "l.unit", *columns]
    where = "where s.year = ?" if year is not None else ""
    group = f"group by {', '.join(columns)} order by {', '.join(columns)}" if columns else ""
    select = ", ".join(
        [*columns, "count(distinct c.firm)", *figures, "count(distinct case when s.incomplete then c.firm end)"]
    )
    sql = f"select {select} from {table} l join submission s on s.id = l.submission join temp.counting c on c.submission = s.id {where} {group}"
    heading = (
        ["燃料", "单位", *(n for n, _ in names), "企业数", "消耗量", "CO2（t）"]
        if fuel
        else [*(n for n, _ in names), "企业数", "排放量（tCO2e）"]
    )
    with opened(db) as connection:
        counted(connection, accepted_only)
        return [*heading, "其中复算不完整"], [
            tuple(r) for r in connection.execute(sql, [year] if year is not None else [])
        ]


def unsettled(db: Path | str, year: int | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Submissions that do not count although they are the newest: 待重报 and 待确认, with the questions of identity
    after them."""
    with opened(db) as connection:
        now = standings(connection)
        where, values = ("where year = ?", [year]) if year is not None else ("", [])
        rows = [
            (n, now.of[n], name, y, file, compiled)
            for n, name, y, file, compiled in connection.execute(
                f"select id, name, year, file, compiled from submission {where} order by name, id", values
            )
            if now.of[n] in ("待重报", "待确认")
        ]
        rows += [("", "问题", both_texts(p), "", "", "") for p in now.questions]
    return ["编号", "情况", "企业", "年度", "文件", "编制日期"], rows


# ---- states ----


def set_status(db: Path | str, submission: int, status: str, note: str = "", at: str = "", who: str = "") -> None:
    """收到, 退回, 接受, 被替代 or 撤回 (received, returned, accepted, superseded, withdrawn), with who, when and why
    kept. Accepting a version supersedes the one accepted
    before.

    Raises ValueError for another word, an unknown submission, or a return without a reason.
    """
    status = state_named(status)
    if status not in STATES:
        raise ValueError(f"{status!r}：{'、'.join(STATES)}")
    moment = at or dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    with opened(db) as connection, writing(connection):
        if connection.execute("select 1 from submission where id = ?", (submission,)).fetchone() is None:
            raise ValueError(f"{submission}：没有这份报送 / no such submission")
        if status == ACCEPTED:
            now = standings(connection)
            year = connection.execute("select year from submission where id = ?", (submission,)).fetchone()[0]
            for other, y in connection.execute(
                "select id, year from submission where state = ? and id <> ?", (ACCEPTED, submission)
            ).fetchall():
                if now.firm[other] == now.firm[submission] and y == year:
                    _write_state(connection, other, SUPERSEDED, moment, who, f"由 {submission} 替代")
        _write_state(connection, submission, status, moment, who, note)


def _write_state(connection: sqlite3.Connection, submission: int, state: str, at: str, who: str, reason: str) -> None:
    connection.execute("update submission set state = ? where id = ?", (state, submission))
    insert(connection, "history", {"submission": submission, "state": state, "at": at, "who": who, "reason": reason})


def settle(db: Path | str, code: str, names: Sequence[str], who: str = "", at: str = "") -> None:
    """The office says that these names are one firm under a code."""
    moment = at or dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    with opened(db) as connection, writing(connection):
        for name in names:
            insert(connection, "same_firm", {"code": code, "name": name, "at": moment, "who": who}, "insert or replace")


def history(db: Path | str, submission: int | None = None, firm: str = "") -> tuple[list[str], list[tuple[Any, ...]]]:
    """Who did what when and why, of one submission, of a firm (part of its name, or its code), or of all."""
    sql = (
        "select h.submission, s.name, s.year, h.state, h.at, h.who, h.reason, s.file from history h join "
        "submission s on s.id = h.submission "
        "where (? is null or h.submission = ?) and (? = '' or s.name like '%' || ? || '%' or s.code = ?) "
        "order by s.name, s.year, h.rowid"
    )
    with opened(db) as connection:
        rows = [tuple(r) for r in connection.execute(sql, (submission, submission, firm, firm, firm))]
    return ["编号", "企业", "年度", "状态", "时间", "经手人", "原因", "文件"], rows


# ---- two versions ----


def differences(db: Path | str, a: int, b: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Cells in which two submissions differ: sheet, cell, what the first and the second hold. Raises `InventoryError`
    for one without kept cells."""
    with opened(db) as connection:
        first, second = _cells(connection, a, db), _cells(connection, b, db)
    rows: list[tuple[Any, ...]] = []
    for sheet in dict.fromkeys((*first, *second)):
        left, right = first.get(sheet, {}), second.get(sheet, {})
        for place in sorted({*left, *right}):
            old, new = left.get(place, ""), right.get(place, "")
            if old != new:
                rows.append((sheet, _address(place), old, new))
    return ["表", "单元格", f"{a}", f"{b}"], rows


def _cells(connection: sqlite3.Connection, submission: int, db: Path | str) -> dict[str, dict[tuple[int, int], Any]]:
    kept = connection.execute("select cells from content where submission = ?", (submission,)).fetchone()
    if kept is None or not kept[0]:
        raise InventoryError([problem("collect.no_cells", Origin(str(db)), submission=submission)])
    body: dict[str, Iterable[Any]] = json.loads(zlib.decompress(kept[0]))
    return {
        sheet: {(r, c): v for r, row in enumerate(rows, 1) for c, v in enumerate(row, 1) if v is not None and v != ""}
        for sheet, rows in body.items()
    }


def _address(place: tuple[int, int]) -> str:
    from ..core.places import address

    return address(*place)
