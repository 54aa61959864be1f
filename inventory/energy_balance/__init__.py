"""The provincial energy balance table (地区能源平衡表·实物量): read as printed, corrected only by entries, checked,
allocated to activity data.

`load(paths, edition, collector)` is the entry: files of a project folder in, activity data and what the workbook shows
out.

Files of a project folder: any file whose name contains 能源平衡表 is a balance table, and so is any other file or sheet
that looks like one; corrections, precision of cells, shares and own rules go with it (`files.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.activity import BalanceTables, Datum, Notation, Project
from ..core.edition import Edition
from ..core.memo import recalled, unified
from ..core.problems import Collector, Origin, Problem
from ..spreadsheets.account import Tally, keeping, shown_sheets, take_over
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from .account import settle_sheets
from .allocate import allocate
from .allocation import Allocation, AllocationLine
from .check import check_signs, report_breaks
from .entries import correct, with_precision
from .fates import figures_not_read, figures_of
from .figures import PrintedFigure
from .files import CORRECTIONS, PRECISION, RULES, SHARES, TABLE_MARK, entry_kind, is_table, sheet_kind
from .identities import VERDICTS, BalanceCheck, run_checks
from .kinds import count_figures, may_be
from .printed import PrintedWords, read_words
from .read import is_balance_sheet, merged, read_table
from .rules import Rules, read_rules
from .settle import settle
from .shares import Shares, ShareSet, read_shares, with_parts
from .table import BalanceCell, BalanceTable, Layout, read_layout

MOST_UNUSED = 8  # unused sets of shares named in one message


@dataclass(frozen=True)
class EnergyBalance(BalanceTables):
    """What the workbook shows of the balance tables (`balance_of(project)`): tables, identities, allocation lines,
    rules in force.

    `figures` says of every figure on the sheets where it went and why. `allocations` are in the order of `tables`
    (region, year); an `AllocationLine.datum` counts within its own allocation's data.
    """

    layout: Layout
    tables: tuple[BalanceTable, ...]
    checks: tuple[BalanceCheck, ...]
    allocations: tuple[Allocation, ...]
    rules: Rules
    shares: Shares
    figures: tuple[PrintedFigure, ...] = ()


@dataclass(frozen=True)
class Loaded:
    """Activity data of all tables, NE of information items that could not be formed, and what the workbook shows
    (`Project.balance`)."""

    data: tuple[Datum, ...] = ()
    notations: tuple[Notation, ...] = ()
    shown: EnergyBalance | None = None


def balance_of(project: Project) -> EnergyBalance | None:
    """The balance tables of a project; None when it was read without any."""
    return project.balance if isinstance(project.balance, EnergyBalance) else None


def handles(path: Path | str) -> bool:
    """Whether a file of a project folder is read here: a balance table or one of its entry files."""
    return bool(entry_kind(path)) or is_table(path)


def holds_table(sheet: Sheet, edition: Edition) -> bool:
    """Whether a sheet of some other workbook is a balance table: by its name, or by its fuels and row labels."""
    layout = edition.derived(read_layout)
    if not layout.rows:
        return False
    return TABLE_MARK in sheet.name or (
        may_be(sheet, layout) and is_balance_sheet(sheet, layout, edition.derived(read_words))
    )


def load(
    paths: Iterable[Path | str],
    edition: Edition,
    collector: Collector,
    choices: Mapping[str, tuple[str, str]] | None = None,
    sheets: Iterable[Sheet] = (),
) -> Loaded:
    """Reads, corrects, checks and allocates the balance tables among `paths` (others are left alone) and on `sheets` of
    other workbooks.

    Problems go to `collector`; with errors among them the data are incomplete and nothing must be compiled. Nothing is
    loaded when there is no table.
    """
    files = sorted((Path(p) for p in paths if handles(p)), key=lambda p: p.name)
    layout = edition.derived(read_layout)
    given = tuple(sheets)
    kinds: list[tuple[Path | Sheet, str]] = [(p, entry_kind(p)) for p in files]
    kinds += [(s, sheet_kind(s.name)) for s in given]
    sheets = tuple(s for s in given if not sheet_kind(s.name))
    printed = [p for p in files if is_table(p)]
    if not layout.rows or not (sheets or printed):
        return Loaded()
    seen = _Seen()
    tables = _tables(printed, sheets, _Context(layout, edition.derived(read_words), edition), collector, seen)
    entries = {kind: [source for source, of in kinds if of == kind] for kind in (CORRECTIONS, PRECISION, SHARES, RULES)}
    tables = _corrected(tables, entries, layout, collector)
    rules = read_rules(edition, layout, entries[RULES], collector)
    shares = _shares(entries[SHARES], layout, rules, edition, collector)
    in_force = {k: v[0] if isinstance(v, tuple) else str(v) for k, v in (choices or {}).items()}
    ordered = tuple(table for _, table in sorted(tables.items()))
    checks: list[BalanceCheck] = []
    allocations: list[Allocation] = []
    for table in ordered:
        of_table, faults = _checked(table, layout)
        checks.extend(of_table)
        collector.extend(faults)
        allocations.append(_allocated(table, rules, shares, edition, in_force))
        collector.extend(allocations[-1].problems)
        if in_force.get("steel_gases") == "as_fuel":
            place = Origin(table.file, table.sheet)
            collector.add("balance.steel_gas_counted", place, region=table.region, year=table.year)
    report_breaks(checks, tables, layout, collector)
    _unused(shares, collector)
    for table, result in zip(ordered, allocations, strict=True):
        seen.figures.extend(figures_of(table, result))
    settle_sheets(seen.sheets, seen.figures, collector)
    figures = tuple(sorted(seen.figures, key=lambda f: f.origin))
    shown = EnergyBalance(layout, ordered, tuple(checks), tuple(allocations), rules, shares, figures)
    return Loaded(
        tuple(d for a in allocations for d in a.data), tuple(n for a in allocations for n in a.notations), shown
    )


def _corrected(
    tables: Mapping[tuple[str, int], BalanceTable],
    entries: Mapping[str, Sequence[Path | Sheet]],
    layout: Layout,
    collector: Collector,
) -> dict[tuple[str, int], BalanceTable]:
    """The tables with the entries of corrections and precision, their signs and totals settled."""
    for source in entries[CORRECTIONS]:
        tables = correct(tables, source, layout, collector)
    for source in entries[PRECISION]:
        tables = with_precision(tables, source, layout, collector)
    return {key: _settled(table, layout, collector) for key, table in tables.items()}


def _shares(
    sources: Sequence[Path | Sheet], layout: Layout, rules: Rules, edition: Edition, collector: Collector
) -> Shares:
    """`read_shares`, with a note of its own of which sets are used."""

    def make() -> tuple[tuple[ShareSet, ...], Collector, Tally]:
        problems = Collector()
        with keeping(Tally()) as tally:
            return read_shares(sources, layout, rules.splits, edition, rules.defaults, problems).sets, problems, tally

    try:
        sheets = [s for source in sources for s in (read_sheets(source) if isinstance(source, Path) else (source,))]
    except Unreadable:  # what is wrong with the file is said by who reads it
        sets, reported, tally = make()
    else:
        sets, reported, tally = recalled(make, "balance.shares", (rules, edition, *sheets))
    collector.extend(reported.reported)
    take_over(tally)
    return Shares(sets)


def _settled(table: BalanceTable, layout: Layout, collector: Collector) -> BalanceTable:
    def make() -> tuple[BalanceTable, Collector]:
        problems = Collector()
        return settle(table, layout, problems), problems

    table = unified(table, "balance.table", table.region, table.year)
    result, remarks = recalled(make, "balance.settled", (table, layout))
    collector.extend(remarks.reported)
    return result


def _checked(table: BalanceTable, layout: Layout) -> tuple[tuple[BalanceCheck, ...], tuple[Problem, ...]]:
    """The identities of a table and what its signs say."""

    def make() -> tuple[tuple[BalanceCheck, ...], tuple[Problem, ...]]:
        problems = Collector()
        check_signs(table, layout, problems)
        return run_checks(table, layout), tuple(problems.reported)

    return recalled(make, "balance.checked", (table, layout))


def _allocated(
    table: BalanceTable, rules: Rules, shares: Shares, edition: Edition, choices: Mapping[str, str]
) -> Allocation:
    """`allocate`, with the sets of shares that it used noted in `shares`."""

    def make() -> tuple[Allocation, Shares]:
        apart = Shares(shares.sets)
        return allocate(table, rules, apart, edition, choices), apart

    result, apart = recalled(
        make, "balance.allocated", (table, rules, edition, shares.sets), (tuple(sorted(choices.items())),)
    )
    shares.used.update(apart.used)
    return result


def allocate_again(
    balance: EnergyBalance, edition: Edition, choices: Mapping[str, str], instead: Mapping[str, str] | None = None
) -> tuple[Datum, ...]:
    """The activity data that the same tables and shares give under other choices (id -> option).

    `instead`: split -> part that takes the place of the edition's starting point for it; shares of the project stay.
    """
    shares = balance.shares if not instead else with_parts(balance.shares, instead)
    return tuple(d for table in balance.tables for d in allocate(table, balance.rules, shares, edition, choices).data)


@dataclass
class _Seen:
    """The sheets that were looked at and what is known of their figures, for the account."""

    sheets: list[Sheet] = field(default_factory=list)
    figures: list[PrintedFigure] = field(default_factory=list)


@dataclass(frozen=True)
class _Context:
    """What reading a table needs to know of the edition."""

    layout: Layout
    words: PrintedWords
    edition: Edition

    @property
    def regions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((w.value, (*w.aliases, w.label_en)) for w in self.edition.vocabulary.get("region", {}).values())


def _tables(
    paths: list[Path], neighbours: tuple[Sheet, ...], context: _Context, collector: Collector, seen: _Seen
) -> dict[tuple[str, int], BalanceTable]:
    """The tables by region and year; a continued table of the same file is put to the one it continues. Sheets and
    figures that are not read go to `seen`."""
    tables: dict[tuple[str, int], BalanceTable] = {}
    sheets = [sheet for path in paths for sheet in _usable(path, context, collector, seen)]
    seen.sheets.extend(neighbours)
    last: dict[str, BalanceTable] = {}
    for sheet in (*sheets, *neighbours):
        table = _read(sheet, context, last.get(sheet.file), collector)
        if table is None:
            seen.figures.extend(figures_not_read(sheet))
            continue
        key = (table.region, table.year)
        if key in tables and (table.continued or tables[key].continued) and tables[key].file == table.file:
            table = tables[key] = merged(tables[key], table, context.layout, collector)
        elif key in tables:
            collector.add(
                "balance.two_tables",
                Origin(table.file, table.sheet),
                region=table.region,
                year=table.year,
                other=str(Origin(tables[key].file, tables[key].sheet)),
            )
            seen.figures.extend(figures_not_read(sheet))
        else:
            tables[key] = table
        last[sheet.file] = table
    return tables


def _read(sheet: Sheet, context: _Context, before: BalanceTable | None, collector: Collector) -> BalanceTable | None:
    def make() -> tuple[BalanceTable | None, Collector]:
        problems = Collector()
        return read_table(sheet, context.layout, context.words, context.regions, problems, before), problems

    result, remarks = recalled(make, "balance.read", (sheet, context.edition, before))
    collector.extend(remarks.reported)
    return result


def _is_table(sheet: Sheet, context: _Context) -> bool:
    return recalled(
        lambda: is_balance_sheet(sheet, context.layout, context.words), "balance.is_table", (sheet, context.edition)
    )


def _usable(path: Path, context: _Context, collector: Collector, seen: _Seen) -> list[Sheet]:
    """The sheets of a file that are balance tables or look like one; a file without any is a problem, other sheets with
    figures are a hint."""
    try:
        sheets = read_sheets(path)
    except Unreadable as unreadable:
        collector.extend([unreadable.problem])
        return []
    seen.sheets.extend(sheets)
    usable = [s for s in shown_sheets(sheets, collector) if _is_table(s, context)]
    if not usable:
        collector.add(
            "balance.no_table", Origin(sheets[0].file, sheets[0].name), figures=sum(count_figures(s) for s in sheets)
        )
    for sheet in sheets:
        if not any(sheet is s for s in usable):
            seen.figures.extend(figures_not_read(sheet))
    return usable


def _unused(shares: Shares, collector: Collector) -> None:
    """One hint a file for the sets of shares that no amount of any table took."""
    unused: dict[str, list[ShareSet]] = {}
    for s in shares.sets:
        if s.own and (s.split, s.scope) not in shares.used:
            unused.setdefault(s.rows[0].origin.file, []).append(s)
    for sets in unused.values():
        listed = [f"{s.split}（{s.scope}）" for s in sets[:MOST_UNUSED]]
        collector.add(
            "balance.share_unused",
            sets[0].rows[0].origin,
            count=len(sets),
            sets="、".join(listed) + ("…" if len(sets) > MOST_UNUSED else ""),
        )


__all__ = [
    "VERDICTS",
    "Allocation",
    "AllocationLine",
    "BalanceCell",
    "BalanceCheck",
    "BalanceTable",
    "EnergyBalance",
    "PrintedFigure",
    "allocate_again",
    "balance_of",
    "handles",
    "holds_table",
    "load",
]
