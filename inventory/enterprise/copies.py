"""Copies of the monthly sheets, own parameters and evidence at the end of a report: what its figures rest on, and what
verification reads again."""

from __future__ import annotations

from ..sheets.model import Book, decimals
from .model import Enterprise
from .tables import BY_NAME

EVIDENCE_SHEETS = (
    "facilities",
    "readings",
    "labs",
    "power",
    "heat",
    "process",
    "equipment",
    "parameters",
    "production",
    "units",
    "meters",
    "evidence",
    "answers",
)


def add_copies(book: Book, enterprise: Enterprise) -> None:
    """One sheet a table, as entered; long texts (methods, files, SHA-256) are wrapped so that they print whole."""
    for name in EVIDENCE_SHEETS:
        spec, rows = BY_NAME[name], getattr(enterprise, name)
        if not rows:
            continue
        s = book.add(spec.sheet, spec.sheet)
        s.text(0, 0, spec.sheet, "title")
        s.row(2, 0, [f.label for f in spec.fields], "head")
        s.widths = {c: max(f.width, 10) for c, f in enumerate(spec.fields)}
        for r, entry in enumerate(rows, 3):
            for c, field in enumerate(spec.fields):
                value = getattr(entry, field.id)
                if isinstance(value, int | float):
                    s.number(r, c, value, "year" if field.kind == "month" else f"num:{decimals(float(value))}")
                else:
                    s.text(r, c, value or "", "wrap" if len(str(value or "")) >= field.width else "text")
