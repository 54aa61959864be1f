"""The files that go with a balance table, by name and, where a name means two things, by their headings; in English or
Chinese, CSV or workbook."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ..core.names import display_name
from ..forms.files import ALLOCATION as LEVEL_ALLOCATION
from ..forms.files import holds_balance_rules, kind_of_level_file
from ..forms.form import Form
from ..forms.province import form

TABLE_MARK = "能源平衡表"
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".et", ".xlsm", ".ods", ".xlsb")
CORRECTIONS, PRECISION, SHARES, RULES = "corrections", "balance_precision", "allocation_shares", "balance_allocation"
FORMS = {kind: form(kind) for kind in (CORRECTIONS, PRECISION, SHARES, RULES)}
NAMES = {kind: f.files for kind, f in FORMS.items()}  # the first is the one that the documentation names


def entry_kind(path: Path | str) -> str:
    """Which of the entry files a path is (`corrections`, `balance_precision`, `allocation_shares`,
    `balance_allocation`); empty for any other file.

    A file named `allocation` (分摊规则) is the levels' or the balance table's: its headings decide.
    """
    path = Path(path)
    stem, suffix = Path(display_name(path)).stem, path.suffix.lower()
    if suffix not in SUFFIXES or stem.startswith("~$"):
        return ""
    plain = unicodedata.normalize("NFKC", stem).strip().lower()
    for kind, names in NAMES.items():
        if plain in names:
            return kind
    return RULES if kind_of_level_file(stem) == LEVEL_ALLOCATION and holds_balance_rules(path) else ""


def sheet_kind(name: str) -> str:
    """The same for the name of a sheet of a larger workbook."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return next((kind for kind, names in NAMES.items() if plain in names), "")


def is_table(path: Path | str) -> bool:
    """Whether a file says by its name that it is a balance table."""
    name = display_name(path)
    return (
        TABLE_MARK in name
        and Path(name).suffix.lower() in SUFFIXES
        and not name.startswith("~$")
        and not entry_kind(path)
    )


def heading(text: str, entries: Form) -> str:
    """The column that a heading means; the text itself (lower case) where it is none of the form's."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return next((f.id for f in entries.fields if plain in {h.lower() for h in f.headings}), plain)
