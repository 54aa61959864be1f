"""Counties and districts of GB/T 2260 with the years in which their codes were in force (tables of 2002 to 2013), to
answer an unknown region name.

They are not in the region tree: a project names the few it needs in its `regions.csv`, and the message gives the row to
add.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass

from .. import resources

FIRST, LAST = 2002, 2013  # years of the tables


@dataclass(frozen=True, slots=True)
class AdministrativeDivision:
    """A county or district. `first`, `last` are the first and last year of its code; 0 where it was there before or
    still is after the tables."""

    code: str
    name: str
    province: str
    first: int
    last: int
    successors: str = ""

    @property
    def row(self) -> str:
        """The row of `regions.csv` that makes it known."""
        return f"{self.code},{self.name},区县,{self.province},,{self.first or ''},{self.last or ''}" + (
            f",{self.successors}" if self.successors else ""
        )


@functools.cache
def _by_name() -> dict[str, tuple[AdministrativeDivision, ...]]:
    by_name: dict[str, list[AdministrativeDivision]] = {}
    with (resources.folder("factors") / "divisions.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            d = AdministrativeDivision(
                r["code"],
                r["name"],
                r["province"],
                int(r["first_year"] or 0),
                int(r["last_year"] or 0),
                r["successors"],
            )
            by_name.setdefault(d.name, []).append(d)
            by_name.setdefault(d.code, []).append(d)
    return {name: tuple(rows) for name, rows in by_name.items()}


@functools.cache
def mergers() -> dict[str, tuple[AdministrativeDivision, ...]]:
    """Divisions that went into another one within the tables' years, by that other one."""
    by_successor: dict[str, dict[str, AdministrativeDivision]] = {}
    for rows in _by_name().values():
        for d in rows:
            if d.successors and d.last:
                by_successor.setdefault(d.successors, {})[d.code] = d
    return {name: tuple(rows[code] for code in sorted(rows)) for name, rows in by_successor.items()}


def divisions(text: str) -> tuple[AdministrativeDivision, ...]:
    """Divisions of that name or code, of all provinces and years."""
    return _by_name().get(text.strip(), ())
