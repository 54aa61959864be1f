"""Numbers of the tables that stand behind the guideline's own."""

from __future__ import annotations

from . import checks
from .basis import FilingBasis

AFTER_TABLES = ("reference", "memo", "indicators", "key", "uncertainty", "substitutes", "missing", "quality", "changes")


def number_of(b: FilingBasis, what: str) -> int:
    """Number of one of the tables behind the guideline's own; the reference approach has one only where it was
    computed."""
    wanted = [k for k in AFTER_TABLES if k != "reference" or checks.has_reference(b)]  # changes stand last
    return len(b.tables) + 1 + wanted.index(what)
