"""The layout of CEADs' provincial tables: 47 sectors by 17 fuels and a column of process emission; out as CO2 and as
energy, in as activity data.

The ledger alone cannot fill it (retail and other services, town and country share a line): the terms of the balance
table's allocation do, each with the row and fuel it was printed at. What a project does not divide (most branches of
industry) stands in rows of its own behind the 47, and a cell that cannot be known is empty, never 0. Blast-furnace gas
and the like share a column, as CEADs has them.
"""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import resources
from ..core.activity import Datum
from ..core.files import write_bytes
from ..core.ledger import Ledger, Line
from ..core.problems import Collector, Origin, problem
from ..sheets.csvfile import csv_bytes, machine_csv
from .formats import ExportFormat
from .interchange import area_of, number_in

PROCESS, TOTAL = "Process", "Total"
MT = 1e6
LONG = ("region", "year", "category", "item", "quantity", "value", "unit", "source", "note", "data_kind")
HEAD = ("region", "area", "year", "unit", "sector")
# in every row of the tables: the layout was written down from memory, its original was never at hand
LAYOUT, STANDING = "layout", "recalled, unverified 凭记忆列出，未核实"


@dataclass(frozen=True, slots=True)
class CeadsSector:
    """One row. `rows`: rows of the balance table that belong to it whole; `categories`: provincial categories that do
    where no row says more; `category` and `equipment`: what its fuel becomes when read in."""

    name: str
    rows: tuple[str, ...]
    categories: tuple[str, ...]
    category: str
    equipment: str


@dataclass(frozen=True, slots=True)
class CeadsFuel:
    """One column: the balance table's columns in it, and fuel and unit when read in."""

    name: str
    columns: tuple[str, ...]
    fuel: str
    unit: str


@dataclass(frozen=True, slots=True)
class CeadsLayout:
    """Sectors in order, the rows for what is not divided behind them, fuels in order; of `processes` the categories
    stand in the column of process emission of the sector of that name."""

    sectors: tuple[CeadsSector, ...]
    rest: tuple[CeadsSector, ...]
    fuels: tuple[CeadsFuel, ...]
    processes: tuple[CeadsSector, ...]

    def sector_of(self, row: str, category: str) -> CeadsSector | None:
        every = (*self.sectors, *self.rest)
        by_row = next((s for s in every if row in s.rows), None)
        by_category = next((s for s in every if category in s.categories), None)
        divided = by_category is not None and by_category not in self.rest
        return by_category if divided and by_row in (None, *self.rest) else by_row or by_category

    def fuel_of(self, column: str) -> CeadsFuel | None:
        return next((f for f in self.fuels if column in f.columns), None)


@functools.cache
def layout() -> CeadsLayout:
    """The declared layout (`factors/ceads.csv`)."""
    with (resources.folder("factors") / "ceads.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))

    def sectors(kind: str) -> tuple[CeadsSector, ...]:
        return tuple(
            CeadsSector(r["name"], _split(r["rows"]), _split(r["categories"]), r["category"], r["equipment"])
            for r in rows
            if r["kind"] == kind
        )

    fuels = tuple(CeadsFuel(r["name"], _split(r["columns"]), r["fuel"], r["unit"]) for r in rows if r["kind"] == "fuel")
    return CeadsLayout(sectors("sector"), sectors("rest"), fuels, sectors("process"))


def _split(text: str) -> tuple[str, ...]:
    return tuple(t for t in text.split("|") if t)


@dataclass(frozen=True, slots=True)
class _Portion:
    """What one term of a datum gave: its row and column, the amount in the datum's unit, t CO2."""

    region: str
    year: int
    row: str
    column: str
    category: str
    amount: float
    co2_t: float
    datum: int


def _portions(ledger: Ledger) -> Iterator[_Portion]:
    """CO2 of combustion by the terms behind it: within a datum every term has the same factor."""
    for line in ledger.select(category=ledger.edition.roles.combustion, gas="CO2"):
        at = _datum_of(ledger, line)
        if at < 0:
            continue
        d = ledger.data[at]
        terms = d.terms
        whole = math.fsum(t.amount for t in terms)
        if not terms or not whole:
            yield _Portion(line.region, line.year, "", d.keys.get("fuel", ""), line.category, d.value, line.mass_t, at)
            continue
        for t in terms:
            row, _, column = t.label.partition("·")
            share = t.amount / whole
            yield _Portion(line.region, line.year, row, column, line.category, t.amount, line.mass_t * share, at)


def _datum_of(ledger: Ledger, line: Line) -> int:
    if line.datum >= 0 or line.table < 0:
        return line.datum
    columns = ledger.tables[line.table].columns.values()
    refs = [int(c.refs[line.row]) for c in columns if c.kind == "activity"]
    return refs[0] if len(refs) == 1 else -1


Cells = dict[tuple[str, int, str, str], float]  # region, year, sector, fuel


def tables(ledger: Ledger) -> tuple[Cells, Cells, list[tuple[str, int, str, str, float]]]:
    """(t CO2 by cell, energy in the columns' units by cell, what has no place: region, year, category, fuel, t CO2)."""
    co2: dict[tuple[str, int, str, str], list[float]] = {}
    energy: dict[tuple[str, int, str, str], list[float]] = {}
    unplaced: dict[tuple[str, int, str, str], list[float]] = {}
    counted: set[tuple[int, str, str]] = set()
    for p in _portions(ledger):
        sector, fuel = layout().sector_of(p.row, p.category), layout().fuel_of(p.column)
        if sector is None or fuel is None:
            unplaced.setdefault((p.region, p.year, p.category, p.column), []).append(p.co2_t)
            continue
        cell = (p.region, p.year, sector.name, fuel.name)
        co2.setdefault(cell, []).append(p.co2_t)
        if (p.datum, p.row, p.column) not in counted:  # one datum may stand behind several lines
            energy.setdefault(cell, []).append(p.amount * _scale(ledger.data[p.datum], fuel))
        counted.add((p.datum, p.row, p.column))
    for process in layout().processes:
        for line in ledger.select(category=process.categories, gas="CO2"):
            co2.setdefault((line.region, line.year, process.name, PROCESS), []).append(line.mass_t)
    rest = [(*key, math.fsum(v)) for key, v in sorted(unplaced.items())]
    return _summed(co2), _summed(energy), rest


def _scale(d: Datum, fuel: CeadsFuel) -> float:
    from ..core import units

    return float(units.ratio(d.unit, fuel.unit)) if units.same_dimension(d.unit, fuel.unit) else math.nan


def _summed(parts: Mapping[tuple[str, int, str, str], list[float]]) -> Cells:
    return {key: math.fsum(values) for key, values in parts.items()}


def write_ceads(ledger: Ledger, target: Path, _categories: str) -> tuple[Path, ...]:
    """CO2 in Mt (`target`), energy in the columns' units (`_energy`), and what has no place in the layout
    (`_unplaced`)."""
    co2, energy, rest = tables(ledger)
    fuels = [f.name for f in layout().fuels]
    units = {f.name: f.unit for f in layout().fuels}
    beside, without = (target.with_name(f"{target.stem}_{name}.csv") for name in ("energy", "unplaced"))
    write_bytes(target, _table(ledger, {k: v / MT for k, v in co2.items()}, [*fuels, PROCESS], "Mt CO2", True))
    named = [f"{name} ({units[name]})" for name in fuels]
    renamed = {(r, y, s, f"{f} ({units[f]})"): v for (r, y, s, f), v in energy.items()}
    write_bytes(beside, _table(ledger, renamed, named, "as headed", False))
    rows = [(r, y, c, f, repr(v), STANDING) for r, y, c, f, v in rest]
    write_bytes(without, machine_csv(rows, ("region", "year", "category", "fuel", "co2_t", LAYOUT)).encode("utf-8"))
    return target, beside, without


def _table(ledger: Ledger, cells: Cells, columns: list[str], unit: str, total: bool) -> bytes:
    """Every sector of every region and year, empty where nothing is known."""
    rows = []
    for region, year in dict.fromkeys((r, y) for r, y, _, _ in sorted(cells)):
        for sector in (*layout().sectors, *layout().rest):
            figures = [cells.get((region, year, sector.name, c)) for c in columns]
            known = [v for v in figures if v is not None]
            if not known and sector in layout().rest:
                continue
            values = ["" if v is None else repr(v) for v in figures]
            values += [repr(math.fsum(known)) if known else ""] if total else []
            rows.append((region, area_of(ledger, region), year, unit, sector.name, *values, STANDING))
    return machine_csv(rows, (*HEAD, *columns, *([TOTAL] if total else []), LAYOUT)).encode("utf-8")


# ---- in ----


def read_energy(path: Path) -> list[tuple[object, ...]]:
    """An energy table of this layout as rows of activity data (columns `LONG`): region, year, sector and the fuels with
    their unit in the heading.

    Raises `InventoryError` for a table without these columns, a sector or unit that is not of the layout, a cell that
    is no number; all at once.
    """
    problems = Collector()
    out: list[tuple[object, ...]] = []
    known = {s.name: s for s in (*layout().sectors, *layout().rest)}
    with path.open(encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        columns = {name: fuel for name in reader.fieldnames or () if (fuel := _heading(name)) is not None}
        missing = [c for c in ("region", "year", "sector") if c not in (reader.fieldnames or ())]
        if missing or not columns:
            problems.add("export.not_ceads", Origin(path.name), missing="、".join(missing) or "Raw Coal (万吨) …")
            problems.raise_errors()
        for number, row in enumerate(reader, start=2):
            place = Origin(path.name, cell=f"row {number}")
            sector = known.get(row["sector"].strip())
            if sector is None:
                problems.add("export.ceads_sector", place, name=row["sector"])
                continue
            out.extend(_rows_in(row, sector, columns, path.name, place, problems))
    problems.raise_errors()
    return out


def _heading(name: str) -> CeadsFuel | None:
    """`Raw Coal (万吨)`: the fuel, where the unit is the layout's."""
    return next((f for f in layout().fuels if name == f"{f.name} ({f.unit})"), None)


def _rows_in(
    row: Mapping[str, str],
    sector: CeadsSector,
    columns: Mapping[str, CeadsFuel],
    file: str,
    place: Origin,
    problems: Collector,
) -> Iterator[tuple[object, ...]]:
    for name, fuel in columns.items():
        value = number_in(row.get(name) or "", place, problems)
        if value is None:
            continue
        item = f"equipment={sector.equipment};fuel={fuel.fuel}"
        note = f"CEADs（表式未核实）: {sector.name} · {fuel.name}"
        yield (
            row["region"],
            row["year"],
            sector.category,
            item,
            "fuel_consumption",
            repr(value),
            fuel.unit,
            f"CEADs（{file}）",
            note,
            "",
        )


def write_activity(rows: Iterable[tuple[object, ...]], target: Path) -> Path:
    """The rows as a file of a project folder; sectors that become one line are added up."""
    grouped: dict[tuple[object, ...], list[tuple[object, ...]]] = {}
    for row in rows:
        grouped.setdefault((*row[:5], row[6]), []).append(row)
    merged = []
    for key, members in grouped.items():
        value = math.fsum(float(str(r[5])) for r in members)
        note = "；".join(dict.fromkeys(str(r[8]) for r in members))
        merged.append((*key[:5], repr(value), key[5], members[0][7], note, ""))
    write_bytes(target, csv_bytes(merged, LONG))
    return target


FORMATS = {"ceads": ExportFormat(write_ceads, remarks=lambda: (problem("export.ceads_recalled"),))}
