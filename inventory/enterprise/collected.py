"""What the database keeps of one report, read from its file: plain values, made in whatever process reads it."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.ledger import Ledger
from ..core.names import display_name
from ..core.problems import Origin, both_texts, problem
from ..spreadsheets.cells import Sheet
from .checks import GRADES
from .filed_model import Filed
from .fuel_amounts import fuel_amounts
from .identity import folded
from .screens import FirstDigits, numbers_of
from .verify import Verified, verify_sheets

EMISSION_LIMIT, ENERGY_LIMIT = 13_000.0, 5_000.0  # tCO2e, tce in 2010: who must report


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
    digits: FirstDigits = FirstDigits()
    cells: bytes = b""


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
        return CollectedRow(digest, display_name(path), both_texts(reason))


def row_of(v: Verified, digest: str, sheets: Sequence[Sheet] = ()) -> CollectedRow:
    """The figures of a verified report that the database keeps: recomputed lines and fuels, findings, laboratory
    values, and its cells as filed."""
    if v.filed is None:
        both = [f.problem for f in v.findings]
        reason = "；".join(p.text("zh") for p in both) + "\x1f" + "; ".join(p.text("en") for p in both)
        return CollectedRow(digest, v.file, reason)
    sums: dict[tuple[str, str], float] = {}
    for x in v.ledger.lines if v.ledger else ():
        if x.account == "total":
            sums[x.category, x.gas] = sums.get((x.category, x.gas), 0.0) + x.mass_t
    lines = tuple((s, g, m, m * v.ledger.gwp[g]) for (s, g), m in sums.items()) if v.ledger else ()
    findings = tuple(
        (
            f.grade,
            f.problem.code,
            f.size_t,
            both_texts(f.problem),
            f"{f.problem.origin.sheet}!{f.problem.origin.cell}",
            f.reason,
        )
        for f in v.findings
    )
    enterprise = v.filed.enterprise
    labs = tuple((r.fuel, r.month, r.ncv, r.carbon, r.origin.sheet, r.origin.cell, r.lab) for r in enterprise.labs)
    return CollectedRow(
        digest,
        v.file,
        "",
        tuple(_head(v, v.filed, lines).items()),
        lines,
        _fuels(v),
        labs,
        findings,
        FirstDigits.of(numbers_of(enterprise)),
        cells_of(sheets),
    )


def _head(v: Verified, filed: Filed, lines: Sequence[tuple[str, str, float, float]]) -> dict[str, Any]:
    """What is known of the report as a whole: who, which year, the totals filed and recomputed, how it stands."""
    p = filed.enterprise.profile
    scope = {s.id: s.scope for s in filed.industry.sources}
    return {
        "code": p.code,
        "firm": folded(p.code) or p.name,
        "name": p.name,
        "industry": filed.industry.code,
        "year": p.year,
        "city": p.city,
        "province": p.province,
        "compiled": p.date,
        "kind": p.kind,
        "edition": filed.edition,
        "filed_total": v.total_filed,
        "total": sum(x[3] for x in lines) if v.ledger else None,
        "direct": sum(x[3] for x in lines if scope.get(x[0]) == "direct") if v.ledger else None,
        "must_report": _must_report(p.emission_2010_t, p.energy_2010_tce),
        "emission_2010": p.emission_2010_t,
        "energy_2010": p.energy_2010_tce,
        "findings": len(v.findings),
        "worst": min((f.grade for f in v.findings), key=GRADES.index, default=""),
        "incomplete": int(v.incomplete),
    }


def cells_of(sheets: Sequence[Sheet]) -> bytes:
    """Every filled cell of a report, small: {sheet: [rows of values as they read]}. For comparing two versions."""
    body = {s.name: s.values for s in sheets}
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str).encode(), 1)


def _must_report(emission: float | None, energy: float | None) -> int | None:
    """1 or 0 by the limits of 2010; None where neither figure is known."""
    if emission is None and energy is None:
        return None
    return int((emission or 0.0) >= EMISSION_LIMIT or (energy or 0.0) >= ENERGY_LIMIT)


def _fuels(v: Verified) -> tuple[tuple[Any, ...], ...]:
    """Fuel, amount, and the parameters as filed with their ticks; CO2 as recomputed."""
    assert v.filed is not None
    factors = {(f.parameter, f.keys): f for f in v.filed.factors}
    rows = []
    for d, amount, unit in fuel_amounts(v.filed.data):
        fuel = dict(d.keys).get("fuel", "")
        keys = tuple((k, v) for k, v in sorted(dict(d.keys).items()) if k in ("fuel", "line"))
        ncv, cc, of = (factors.get((name, keys)) for name in ("fuel_ncv", "fuel_cc", "fuel_of"))
        rows.append(
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
    return tuple(rows)


def _co2_of(ledger: Ledger, keys: dict[str, str]) -> float:
    """CO2 of the line that a fuel datum made: flights, services and vehicles have lines of their own."""
    wanted = {k: keys.get(k, "") for k in ("fuel", "flight", "service", "vehicle", "line")}
    return math.fsum(
        x.mass_t
        for x in ledger.lines
        if x.category == keys.get("category") and all(dict(x.item).get(k, "") == value for k, value in wanted.items())
    )
