"""Words of the fill-in workbook, Chinese and English."""

from __future__ import annotations

from ..reading.to_correct import LAST_SHEET, SHEET
from ..texts import text_of

HERE = "inventory.templates_xlsx"
TITLES = {"unread": SHEET, "unread_last": LAST_SHEET}  # sheets that the reader knows by their names


def text(name: str, lang: str, **facts: str) -> str:
    """A word or sentence of the template."""
    return TITLES[name][lang] if name in TITLES else text_of(HERE, f"form.{name}", lang, facts)
