"""What a column of an enterprise's sheet takes, from the forms: for the grids of the page and of the service."""

from __future__ import annotations

import functools
from typing import Any

from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.tables import BY_SHEET, fold, lists_of

MOST_CHOICES = 80


def heads_of(name: str, rows: list[list[Any]], industry: str, lang: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """The row of headings (from 0, -1 without one) and what each column takes: label, kind, choices."""
    spec = BY_SHEET.get(fold(name))
    if spec is None:
        return -1, {}
    labels = {fold(text): f for f in spec.fields for text in (f.label, f.label_en)}
    for r, row in enumerate(rows[:12]):
        fields = {c: labels[fold(str(v))] for c, v in enumerate(row) if isinstance(v, str) and fold(v) in labels}
        if len(fields) >= min(2, len(spec.fields)):
            lists = _lists(industry, lang)
            return r, {
                str(c): {
                    "label": f.text(lang),
                    "kind": f.kind,
                    "required": f.required,
                    "choices": list(lists.get(f.choices, ()))[:MOST_CHOICES],
                }
                for c, f in fields.items()
            }
    return -1, {}


@functools.lru_cache(maxsize=64)
def _lists(industry: str, lang: str) -> dict[str, tuple[str, ...]]:
    return dict(lists_of(find(industry, default_edition()), lang)) if industry else {}
