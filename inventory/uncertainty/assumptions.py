"""Uncertainties stated for many inputs at once: a project's own `uncertainty.csv`, and named sets of the edition that are used only when named.

Columns: `applies_to` (activity | factor), `name` (quantity or parameter id, empty: any), `category` (ids, `|`-separated, with everything below
them), `gas`, `keys` (key=value;…), `uncertainty_pct`, `distribution`, `shared_over` (activity only: keys, such as year, over which the error is one and
the same), `source`, `note`. A set of the edition (its `uncertainty.csv`) has `set` beside them, and `low_pct`, `high_pct` in place of
`uncertainty_pct`, or `range`: the id of a row of the factor tables whose lower and upper are the range. It is taken by its end, `SET-low` or
`SET-high`, so that nobody invents a figure in between.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from inventory.core.edition import Edition, pairs
from inventory.core.problems import Collector, DeclarationError, Origin

PRINTED_RANGE = "printed-range"  # the bounds printed beside a factor, taken as its 95 % interval
_APPLIES = ("activity", "factor")


@dataclass(frozen=True, slots=True)
class Assumption:
    """An uncertainty for every input that fits. `uncertainty` is a relative 95 % half-width in percent, None to state `shared_over` only."""

    applies_to: str
    name: str = ""
    categories: tuple[str, ...] = ()
    gas: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    uncertainty: float | None = None
    distribution: str = ""
    shared_over: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    basis: str = "project"
    origin: Origin = Origin()

    @property
    def closeness(self) -> int:
        """How narrowly it is meant: the narrowest that fits an input is taken."""
        return 100 * bool(self.name) + 10 * len(self.keys) + 10 * bool(self.gas) + max((c.count(".") + 1 for c in self.categories), default=0)


def read_assumptions(path: Path, edition: Edition, problems: Collector) -> tuple[Assumption, ...]:
    """A project's `uncertainty.csv`. What cannot be understood is added to `problems` with its row."""
    text = path.read_bytes().decode("utf-8-sig")
    return tuple(_assumptions(csv.DictReader(io.StringIO(text)), path.name, edition, problems, "project", ("uncertainty_pct",)))


def set_names(edition: Edition) -> tuple[str, ...]:
    """Names that may be given as `sets`."""
    found = dict.fromkeys(row["set"] for row in _set_rows(edition))
    return (PRINTED_RANGE, *(f"{name}-{end}" for name in found for end in ("low", "high")))


def named_set(edition: Edition, name: str, problems: Collector) -> tuple[Assumption, ...]:
    """The assumptions of a set of the edition (`SET-low`, `SET-high`; `printed-range` has none: it is the factor rows' own bounds)."""
    if name == PRINTED_RANGE:
        return ()
    if name not in set_names(edition):
        problems.add("uncertainty.unknown_set", set=name, known="、".join(set_names(edition)))
        return ()
    which, _, end = name.rpartition("-")
    rows = [_with_range(row, edition) for row in _set_rows(edition) if row["set"] == which]
    return tuple(_assumptions(rows, "uncertainty.csv", edition, problems, name, (f"{end}_pct",)))


def _set_rows(edition: Edition) -> list[dict[str, str]]:
    path = edition.path / "uncertainty.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as f:
        return [{k: (v or "").strip() for k, v in row.items() if k} for row in csv.DictReader(f)]


def _with_range(row: dict[str, str], edition: Edition) -> dict[str, str]:
    """The range and source of the factor row that a set points at: the figures stand once."""
    if not row.get("range"):
        return row
    found = edition.by_id.get(row["range"])
    if found is None or found.lower is None or found.upper is None:
        raise DeclarationError(f"uncertainty.csv: {row['range']} is no range of the factor tables")
    return {**row, "low_pct": repr(found.lower), "high_pct": repr(found.upper), "source": f"{found.table}；{found.source}", "note": row["note"] or found.note}


def _assumptions(rows: Iterable[Mapping[str, str | None]], file: str, edition: Edition, problems: Collector, basis: str,
                 columns: tuple[str, ...]) -> Iterator[Assumption]:
    for number, raw in enumerate(rows, start=2):
        row = {k: (v or "").strip() for k, v in raw.items() if k}
        origin = Origin(file, "", f"row {number}")
        applies, name = row.get("applies_to", ""), row.get("name", "")
        known: Mapping[str, object] = edition.declared.quantities if applies == "activity" else edition.declared.parameters
        categories = tuple(filter(None, row.get("category", "").split("|")))
        wrong = [c for c in categories if c not in edition.categories]
        if applies not in _APPLIES:
            problems.add("uncertainty.applies_to", origin, found=applies)
        elif name and name not in known:
            problems.add("uncertainty.unknown_name", origin, found=name, kind=applies)
        elif wrong:
            problems.add("uncertainty.unknown_category", origin, found="、".join(wrong))
        elif not row.get("source"):
            problems.add("uncertainty.no_source", origin, found=name or applies)
        else:
            text = next((row[c] for c in columns if row.get(c)), "")
            try:
                value = float(text) if text else None
            except ValueError:
                problems.add("uncertainty.not_finite", origin, found=text)
                continue
            yield Assumption(applies, name, categories, row.get("gas", ""), pairs(row.get("keys", "")), value, row.get("distribution", ""),
                             tuple(filter(None, row.get("shared_over", "").replace("|", ";").split(";"))), row["source"], row.get("note", ""), basis, origin)
