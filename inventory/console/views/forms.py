"""The forms on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..phrases import show

if TYPE_CHECKING:
    from ...app.declared_forms import FormLine


def show_forms(lines: Iterable[FormLine], lang: str) -> None:
    """One line a form: title, id, file names, columns with the required ones starred."""
    for f in lines:
        columns = ",".join(f"{c}*" if c in f.required else c for c in f.columns)
        show("forms.line", lang, name=f.name, title=f.title[lang], columns=columns)
