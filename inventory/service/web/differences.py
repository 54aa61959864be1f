"""Two versions of a report compared for people: sheet, what the cell is, unit, old and new, and what the change does to
the total."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inventory.core.places import position
from inventory.core.problems import InventoryError

from ..domain.roles import Level
from ..store import kinds, verdicts
from ..store.models import Report
from ..store.verdicts import Draft

MOST_EFFECTS = 40  # each is one computation of the report
LABEL_COLUMNS, LONGEST_LABEL = 4, 24


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One changed cell. `row`: what its row is (month, fuel, ...); `column`: its heading or field; `effect_t`: the change
    of the total, in t CO2e, if this cell alone were changed (None: not computed, or there is no total)."""

    sheet: str
    cell: str
    row: str
    column: str
    unit: str
    before: str
    after: str
    effect_t: float | None


def changed_cells(report: Report, old: Draft, new: Draft, lang: str) -> list[ChangedCell]:
    """Every changed cell in the order of the sheets."""
    cells = verdicts.differences(old, new)
    effects = _effects(report, old, cells)
    grids = {s["name"]: (s["rows"], kinds.grid_of(report, s, lang)) for s in (*old, *new)}
    return [
        ChangedCell(c["sheet"], c["cell"], *_words(*grids[c["sheet"]], c["cell"]), c["before"], c["after"], effect)
        for c, effect in zip(cells, effects, strict=True)
    ]


def _words(rows: list[list[Any]], grid: Mapping[str, Any], cell: str) -> tuple[str, str, str]:
    """What the row is, what the column is, and the unit."""
    r, c = (n - 1 for n in position(cell))
    field = grid["cells"].get(f"{r},{c}")
    line = rows[r] if r < len(rows) else []
    if field is not None:  # a sheet of single answers: the field says it all
        return "", field["title"], field["unit"]
    column = grid["columns"].get(str(c)) if r > grid["head"] >= 0 else None
    if column is None:
        return "", "", ""
    at = column.get("unit_at", -1)
    unit = column["unit"] or (verdicts.text_of(line[at]) if 0 <= at < len(line) else "")
    labels = [
        verdicts.text_of(line[n])[:LONGEST_LABEL]
        for n, other in ((int(k), v) for k, v in grid["columns"].items())
        if n != c and n < len(line) and line[n] is not None and other["kind"] not in ("number", "share")
    ]
    return " · ".join(labels[:LABEL_COLUMNS]), column["title"], unit


def _effects(report: Report, old: Draft, cells: list[dict[str, str]]) -> list[float | None]:
    if kinds.kind_of(report) is not Level.enterprise or (before := _total(report, old)) is None:
        return [None] * len(cells)
    out: list[float | None] = []
    for change in cells[:MOST_EFFECTS]:
        draft = copy.deepcopy(old)
        try:
            verdicts.put(draft, change["sheet"], change["cell"], change["after"])
        except KeyError:  # a sheet that only the newer version has
            out.append(None)
            continue
        total = _total(report, draft)
        out.append(None if total is None else total - before)
    return out + [None] * (len(cells) - len(out))


def _total(report: Report, draft: Draft) -> float | None:
    try:
        return float(verdicts.result_of(draft, report.obligation.organisation.name).total(True))
    except InventoryError:
        return None
