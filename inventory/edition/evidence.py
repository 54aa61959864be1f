"""What a newer national database prints for the figures of a guideline: evidence beside a default, never a replacement
of it.

The database is a table of an edition of its own (`database`), whose rows name the guideline figures of the same
definition.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from ..core.edition import Edition, FactorRow
from .build import load
from .parts import DatabaseRow, rows
from .source import available, locate, manifest_of

PART = "database"
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Newer:
    """A newer figure in the unit of the guideline's, its ratio to it, and where it stands. `questioned`: the default
    lies outside the stated variation."""

    value: float
    unit: str
    ratio: float | None
    row: DatabaseRow
    questioned: bool
    year: str  # of the database

    def text(self, lang: str = "zh") -> str:
        """`2026: 25.8 tC/TJ（0.985 倍）` – the figure and the newer one over the guideline's."""
        times = (
            "" if self.ratio is None else f"（{self.ratio:.4g} 倍）" if lang == "zh" else f" ({self.ratio:.4g} times)"
        )
        requested = (
            ""
            if not self.questioned
            else "？超出其变异系数"
            if lang == "zh"
            else "? outside its coefficient of variation"
        )
        return f"{self.year}: {self.value:.6g} {self.unit}{times}{requested}"


def scale_of(text: str) -> float:
    """`12/44`, `1/0.25`, `1` as a number."""
    up, _, down = text.partition("/")
    return float(up or 1) / float(down or 1)


@functools.cache
def _rows() -> dict[str, tuple[DatabaseRow, str]]:
    """Rows of the databases by the guideline factor they are about, each with the year of its database."""
    databases = [load(name) for name in available("province") if PART in manifest_of(locate(name)).tables]
    return {
        factor: (row, max(_YEAR.findall(database.label["zh"]), default=""))
        for database in databases
        for row in rows(database, DatabaseRow)
        for factor in row.factors
    }


def newer(edition: Edition, factor: FactorRow | str) -> Newer | None:
    """The newer figure for a factor of a provincial edition, by its row or id; None where the database has none of the
    same definition."""
    factor_row = edition.by_id.get(factor) if isinstance(factor, str) else factor
    known = (
        _rows().get(factor_row.id)
        if factor_row is not None and edition.kind == "province" and PART not in edition.tables
        else None
    )
    if factor_row is None or known is None:
        return None
    row, year = known
    value = float(row.value) * scale_of(row.scale)
    ratio = value / factor_row.value if factor_row.value else None
    outside = (
        row.cv_pct is not None
        and factor_row.value is not None
        and abs(factor_row.value - value) > abs(value) * row.cv_pct / 100.0
    )
    return Newer(value, factor_row.unit, ratio, row, outside, year)
