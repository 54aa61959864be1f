"""Which defaults to compare with the print first: the emission that depends on each, times how doubtful it is; and how
far the checking has come.

The reach of a factor is the change of the totals (t CO2e, all regions and years, without sign) per unit change of the
factor, times its value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..core.ledger import Ledger
from ..core.resolved import Resolved
from ..uncertainty.inputs import usage_of
from ..uncertainty.propagation import approach_1

# how doubtful a figure is before anybody has compared it with the print; a declared substitute is a little more so than
# its own row
DOUBT: Mapping[str, float] = {
    "conflict": 1.0,
    "unverified": 0.5,
    "single-source": 0.2,
    "corroborated": 0.05,
    "missing": 1.0,
}
SUBSTITUTE = 0.1
STANDINGS = ("own", "checked", "corroborated", "single-source", "unverified", "conflict")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A default or fallback row of the edition in use. `reach`: t CO2e that depend on it; `doubt`: its part that is
    doubtful; `share`: cumulative."""

    factor: Resolved
    uses: int
    reach: float
    doubt: float
    share: float
    sector: str


def doubtful(ledger: Ledger) -> tuple[Doubtful, ...]:
    """Rows of the edition that the ledger uses, the most doubtful tonnes first; those already checked stand last with
    no doubt."""
    reach = _reach(ledger)
    uses: dict[str, int] = {}
    kept: dict[str, tuple[int, Resolved]] = {}
    for table in ledger.tables:
        for column in table.columns.values():
            if column.kind == "factor":
                for ref in column.refs.tolist():
                    f = ledger.factors[ref]
                    if f.id in ledger.edition.by_id and f.step not in ("measured", "provincial"):
                        uses[f.id] = uses.get(f.id, 0) + 1
                        kept.setdefault(f.id, (ref, f))
    sectors = _sectors(ledger)
    rows = []
    for name, (ref, f) in kept.items():
        weight = 0.0 if f.checked_by else DOUBT.get(f.standing, 0.5) + (SUBSTITUTE if f.step == "fallback" else 0.0)
        rows.append((f, uses[name], reach.get(name, 0.0), reach.get(name, 0.0) * weight, sectors.get(ref, "")))
    rows.sort(key=lambda r: (-r[3], bool(r[0].checked_by), -r[2], r[0].id))
    whole, passed, out = sum(r[3] for r in rows), 0.0, []
    for f, n, amount, doubt, sector in rows:
        passed += doubt
        out.append(Doubtful(f, n, amount, doubt, passed / whole if whole else 1.0, sector))
    return tuple(out)


def lines_for(rows: tuple[Doubtful, ...], share: float = 0.9) -> int:
    """How many of the first rows settle that share of the doubtful tonnes."""
    return (
        next((n for n, row in enumerate(rows, 1) if row.share >= share - 1e-12), len(rows))
        if any(r.doubt for r in rows)
        else 0
    )


def tonnes_by_standing(ledger: Ledger, checked: bool = True) -> dict[str, float]:
    """t CO2e (without sign) of the lines that count, by the least certain factor each rests on; `checked` False: as
    before any checking.

    A line without factors of the edition is `own`.
    """
    order = {s: n for n, s in enumerate(STANDINGS)}
    out = dict.fromkeys(STANDINGS, 0.0)
    for line in ledger.lines:
        if line.account != "total" or line.table < 0:
            continue
        worst = "own"
        for f in _factors_behind(ledger, line.table, line.row):
            standing = "own" if f.role == "own" else "checked" if f.checked_by and checked else f.standing
            worst = max(worst, standing if standing in order else "unverified", key=order.__getitem__)
        out[worst] += abs(line.mass_t * ledger.gwp[line.gas])
    return out


def _factors_behind(ledger: Ledger, table: int, row: int) -> list[Resolved]:
    """Factors of a row, with those of the earlier steps of its method that it is made of."""
    out: list[Resolved] = []
    todo, seen = [(table, row)], set()
    place = {(t.method.id, t.name): n for n, t in enumerate(ledger.tables)}
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        result = ledger.tables[at[0]]
        for column in result.columns.values():
            ref = int(column.refs[at[1]]) if len(column.refs) else -1
            if ref >= 0 and column.kind == "factor":
                out.append(ledger.factors[ref])
            elif ref >= 0 and column.kind == "step":
                todo.append((place[result.method.id, column.source], ref))
        for s in result.sums.values():
            if s.column.kind == "step":
                todo += [(place[result.method.id, s.column.source], int(s.column.refs[m])) for m in s.groups[at[1]]]
    return out


def _reach(ledger: Ledger) -> dict[str, float]:
    result = approach_1(ledger)
    totals = result.targets_tree.select("total")
    slopes = np.zeros(len(result.inputs.items))
    for n in totals:
        slopes += np.abs(result.sensitivity(n))
    out: dict[str, float] = {}
    for n, item in enumerate(result.inputs.items):
        if item.kind == "factor":
            name = ledger.factors[item.ref].id
            out[name] = out.get(name, 0.0) + float(slopes[n] * abs(item.value))
    return out


def _sectors(ledger: Ledger) -> dict[int, str]:
    """Sector (top category) of each factor by the first of the categories that use it."""
    out = {}
    for ref, categories in usage_of(ledger).categories.items():
        top = next(iter(categories), "")
        while top in ledger.edition.categories and ledger.edition.categories[top].parent:
            top = ledger.edition.categories[top].parent
        out[ref] = top
    return out
