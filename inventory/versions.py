"""One version of an inventory, whatever it is kept as: a project (computed anew), a results CSV, or a filed workbook
(its lines, read back).

Only a project carries its arithmetic; of a results CSV or a filed workbook nothing is guessed that they do not hold.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .analysis.recalculation import VersionLine, read_results
from .core.edition import Edition
from .core.ledger import RESULT_COLUMNS, Ledger
from .core.problems import Collector, InventoryError, Origin, problem

if TYPE_CHECKING:
    from .explain import FileSource

Version = Ledger | list[VersionLine]
BLOCK = "uline"  # where workbooks of earlier versions listed their lines: with the sheet 不确定性


def read_version(path: Path, edition: Edition | str | Path | None = None, gwp: str | None = None) -> Version:
    """A ledger for a project, entries for a results CSV or a filed workbook.

    Raises `InventoryError` with every problem: of the project, of rows that cannot be read, of a filed workbook without
    its lines, of a GWP set that is asked for where nothing is computed.
    """
    from . import api

    problems = Collector()
    if is_results(path):
        entries = read_results(path, problems)
    elif is_filed(path):
        entries = read_filed(path, problems)
    else:
        return api.compile([path], edition=edition, gwp=gwp)
    if gwp is not None:
        problems.add("recalculation.version_gwp", Origin(path.name), gwp=gwp)
    problems.raise_errors()
    return entries


def is_results(path: Path) -> bool:
    """Whether a file is a CSV with the columns that `--results` writes."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open("rb") as stream:
        first = stream.readline().decode("utf-8-sig", "replace")
    head = next(csv.reader([first]), [])
    return set(RESULT_COLUMNS[:7]) <= set(head)


def is_filed(path: Path) -> bool:
    """Whether a file is a workbook that this program has filed: it has the trace sheet."""
    import python_calamine

    from .workbook.trace import SHEET

    if path.suffix.lower() != ".xlsx" or not path.is_file():
        return False
    try:
        with path.open("rb") as stream:
            return SHEET in python_calamine.CalamineWorkbook.from_filelike(stream).sheet_names  # type: ignore[arg-type]
    except (OSError, ValueError, python_calamine.CalamineError):
        return False


def read_filed(path: Path, problems: Collector) -> list[VersionLine]:
    """The lines of a filed workbook as entries, from the cells as they stand now; a figure typed over counts as it
    reads."""
    from .explain import FileSource

    return lines_of(FileSource(path), path, problems)


def gwp_of(source: FileSource) -> str:
    """The GWP set that a filed workbook states; empty where it has none."""
    return next(
        (str(r.what["set"]) for records in source.records.values() for r in records if r.what["k"] == "gwp"), ""
    )


def lines_of(source: FileSource, path: Path, problems: Collector) -> list[VersionLine]:
    """The lines of an opened workbook."""
    entries: dict[tuple[Any, ...], VersionLine] = {}
    for line, gwp in _listed(source, path):
        result = _entry(source, line, gwp, path.name, problems)
        if result is not None:
            entries[result.key] = result
    return list(entries.values())


def _listed(source: FileSource, path: Path) -> Iterator[tuple[Sequence[Any], Mapping[str, str]]]:
    """What the trace says of each ledger line (region, year, category, keys, gas, account, method, cell of the mass, its
    scale as a fraction), and the cells of the GWPs. Raises `InventoryError` where it lists none."""
    from .workbook.trace import LINES

    records = [r for records in source.records.values() for r in records]
    own = [r.what for r in records if r.what["k"] == LINES]
    for what in own:
        yield from ((line, what["gwp"]) for line in what["lines"])
    earlier = [] if own else [r for r in records if r.what["k"] == BLOCK and "ids" in r.what]
    if not own and not earlier:
        raise InventoryError([problem("recalculation.version_no_lines", Origin(path.name))])
    for record in earlier:
        what = record.what
        for n, (region, category, item, account, method) in enumerate(what["ids"]):
            year, gas = (source.value(record.sheet, record.top + n, col) for col in (1, 4))
            yield (
                (region, year, category, item, str(gas), account, method, what["masses"][n], *what["scales"][n]),
                what["gwp"],
            )


def _entry(
    source: FileSource, line: Sequence[Any], gwp: Mapping[str, str], name: str, problems: Collector
) -> VersionLine | None:
    from .sheets.address import from_a1

    region, year, category, item, gas, account, method, mass, up, down = line
    amounts = []
    for place in (mass, gwp.get(gas, "")):
        at, _, cell = place.rpartition("!")
        value = source.value(at, *from_a1(cell)) if cell else ""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.add("recalculation.version_cell", Origin(name, at, cell), found=value, gas=gas)
            return None
        amounts.append(float(value))
    return VersionLine(region, int(year), category, item, gas, amounts[0] * up / down, amounts[1], account, method)
