"""Copies of the monthly sheets, own parameters and evidence at the end of a report: what its figures rest on, and what
verification reads again."""

from __future__ import annotations

from ..sheets.model import Book, decimals
from .industries import Industry
from .model import Enterprise
from .tables import BY_NAME, item_text, parameter_of, parse_item, quantity_of, source_text, word_text

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
WIDEST = 150  # characters on one lying page


def add_copies(book: Book, enterprise: Enterprise, industry: Industry, lang: str = "zh") -> None:
    """One sheet a table, as entered; long texts (methods, files, SHA-256) are wrapped so that they print whole. Of a table
    too wide for a page the columns that no row fills are left out."""
    for name in EVIDENCE_SHEETS:
        spec, rows = BY_NAME[name], getattr(enterprise, name)
        if not rows:
            continue
        s = book.add(spec.sheet, spec.sheet)
        s.text(0, 0, spec.sheet, "page_title")
        fields = spec.fields
        if sum(max(f.width, 10) for f in fields) > WIDEST:
            fields = tuple(f for f in fields if any(getattr(x, f.id) not in (None, "") for x in rows))
        s.row(2, 0, [f.text(lang) for f in fields], "head")
        s.widths = {c: max(f.width, 10) for c, f in enumerate(fields)}
        for r, entry in enumerate(rows, 3):
            for c, field in enumerate(fields):
                value = getattr(entry, field.id)
                if isinstance(value, int | float):
                    s.number(r, c, value, "year" if field.kind == "month" else f"num:{decimals(float(value))}")
                else:
                    shown = str(value or "") if lang == "zh" else _english(field.choices, str(value or ""), industry)
                    s.text(r, c, shown, "wrap" if len(shown) >= field.width else "text")


def _english(choices: str, value: str, industry: Industry) -> str:
    """A word of a list in English, as the form in English offers it; another text as it was entered."""
    edition = industry.edition
    if choices == "parameter":
        parameter = edition.declared.parameters.get(parameter_of(value, industry))
        return parameter.label["en"] if parameter is not None else value
    if choices == "quantity":
        quantity = quantity_of(value, "", industry)
        return str(quantity.label["en"]) if quantity is not None else value
    if choices == "item":
        item = parse_item(value, edition)
        return item_text(item, edition, "en", ()) if item else value
    if choices == "source":
        return source_text(value[:5], edition, "en") if value[:5] in edition.categories else value
    return word_text(choices, value, edition, "en") if choices else value
