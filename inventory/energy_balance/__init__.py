"""The provincial energy balance table (地区能源平衡表·实物量): read as printed, corrected only by entries, checked, allocated to activity data.

`load(paths, edition, collector)` is the entry: files of a project folder in, activity data and what the workbook shows out.

Files of a project folder: any file whose name contains 能源平衡表 (csv, xlsx, xls) is a balance table, and so is a sheet of another workbook that
looks like one; `corrections.csv`, `balance_precision.csv`, `allocation_shares.csv` and `allocation.csv` go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.activity import Datum
from ..core.edition import Edition
from ..core.names import display_name
from ..core.problems import Collector, Origin
from ..reading.cells import Sheet, Unreadable, read_sheets
from .allocate import Allocation, AllocationLine, allocate
from .check import VERDICTS, BalanceCheck, check_signs, report_breaks, run_checks
from .entries import correct, with_precision
from .read import is_balance_sheet, read_table
from .rules import Rules, read_rules
from .shares import Shares, read_shares
from .table import BalanceCell, BalanceTable, Layout, read_layout

TABLE_MARK = "能源平衡表"
CORRECTIONS, PRECISION, SHARES, ALLOCATION = "corrections.csv", "balance_precision.csv", "allocation_shares.csv", "allocation.csv"
ENTRY_FILES = (CORRECTIONS, PRECISION, SHARES, ALLOCATION)
SUFFIXES = (".csv", ".xlsx", ".xls", ".et", ".xlsm")


@dataclass(frozen=True)
class EnergyBalance:
    """What the workbook shows of the balance tables (`Project.tables["energy_balance"]`): tables, identities, allocation lines, rules in force.

    `allocations` are in the order of `tables` (region, year); an `AllocationLine.datum` counts within its own allocation's data.
    """

    layout: Layout
    tables: tuple[BalanceTable, ...]
    checks: tuple[BalanceCheck, ...]
    allocations: tuple[Allocation, ...]
    rules: Rules
    shares: Shares


def handles(path: Path | str) -> bool:
    """Whether a file of a project folder is read here: a balance table or one of its entry files."""
    name = display_name(path)
    return name in ENTRY_FILES or (TABLE_MARK in name and Path(name).suffix.lower() in SUFFIXES and not name.startswith("~$"))


def holds_table(sheet: Sheet, edition: Edition) -> bool:
    """Whether a sheet of some other workbook is a balance table: by its name, or by its fuels and row labels."""
    layout = edition.derived(read_layout)
    return bool(layout.rows) and (TABLE_MARK in sheet.name or is_balance_sheet(sheet, layout))


def load(paths: Iterable[Path | str], edition: Edition, collector: Collector, choices: Mapping[str, tuple[str, str]] | None = None,
         sheets: Iterable[Sheet] = ()) -> tuple[tuple[Datum, ...], dict[str, EnergyBalance]]:
    """Reads, corrects, checks and allocates the balance tables among `paths` (others are left alone) and on `sheets` of other workbooks.

    Problems go to `collector`; with errors among them the data are incomplete and nothing must be compiled. Returns the activity data of all tables and
    what the workbook shows as `{"energy_balance": EnergyBalance}`, or `((), {})` when there is no balance table.
    """
    files = sorted((Path(p) for p in paths if handles(p)), key=lambda p: p.name)
    layout = edition.derived(read_layout)
    sheets = tuple(sheets)
    if not layout.rows or not (sheets or any(TABLE_MARK in display_name(p) for p in files)):
        return (), {}
    tables = _tables([p for p in files if TABLE_MARK in display_name(p)], sheets, layout, edition, collector)
    for path in files:
        if path.name == CORRECTIONS:
            tables = correct(tables, path, layout, collector)
    for path in files:
        if path.name == PRECISION:
            tables = with_precision(tables, path, layout, collector)
    rules = read_rules(edition, layout, [p for p in files if p.name == ALLOCATION], collector)
    shares = read_shares([p for p in files if p.name == SHARES], layout, rules.splits, edition, rules.defaults, collector)
    in_force = {k: v[0] if isinstance(v, tuple) else str(v) for k, v in (choices or {}).items()}
    checks: list[BalanceCheck] = []
    allocations: list[Allocation] = []
    for _, table in sorted(tables.items()):
        check_signs(table, layout, collector)
        checks.extend(run_checks(table, layout))
        made = allocate(table, rules, shares, edition, in_force)
        allocations.append(made)
        collector.extend(made.problems)
        if in_force.get("steel_gases") == "as_fuel":
            collector.add("balance.steel_gas_counted", Origin(table.file, table.sheet), region=table.region, year=table.year)
    report_breaks(checks, collector)
    _unused(shares, collector)
    ordered = tuple(table for _, table in sorted(tables.items()))
    shown = EnergyBalance(layout, ordered, tuple(checks), tuple(allocations), rules, shares)
    return tuple(d for a in allocations for d in a.data), {"energy_balance": shown}


def allocate_again(balance: EnergyBalance, edition: Edition, choices: Mapping[str, str]) -> tuple[Datum, ...]:
    """The activity data that the same tables and shares give under other choices (id -> option)."""
    return tuple(d for table in balance.tables for d in allocate(table, balance.rules, balance.shares, edition, choices).data)


def _tables(paths: list[Path], beside: tuple[Sheet, ...], layout: Layout, edition: Edition, collector: Collector
            ) -> dict[tuple[str, int], BalanceTable]:
    regions = [(w.value, w.aliases) for w in edition.vocabulary.get("region", {}).values()]
    tables: dict[tuple[str, int], BalanceTable] = {}
    found = [sheet for path in paths for sheet in _usable(path, layout, collector)]
    for sheet in (*found, *beside):
        table = read_table(sheet, layout, regions, collector)
        if table is None:
            continue
        key = (table.region, table.year)
        if key in tables:
            collector.add("balance.two_tables", Origin(table.file, table.sheet), region=table.region, year=table.year,
                          other=str(Origin(tables[key].file, tables[key].sheet)))
        else:
            tables[key] = table
    return tables


def _usable(path: Path, layout: Layout, collector: Collector) -> list[Sheet]:
    """The sheets of a file that are balance tables; a file without any is a problem."""
    try:
        sheets = read_sheets(path)
    except Unreadable as unreadable:
        collector.extend([unreadable.problem])
        return []
    usable = [s for s in sheets if is_balance_sheet(s, layout)]
    if not usable:
        collector.add("balance.no_table", Origin(sheets[0].file, sheets[0].name))
    return usable


def _unused(shares: Shares, collector: Collector) -> None:
    for s in shares.sets:
        if s.own and (s.split, s.scope) not in shares.used:
            collector.add("balance.share_unused", s.rows[0].origin, split=s.split, scope=str(s.scope))


__all__ = ["VERDICTS", "Allocation", "AllocationLine", "BalanceCell", "BalanceCheck", "BalanceTable", "EnergyBalance", "allocate_again", "handles",
           "holds_table", "load"]
