"""Why is it this number: the tree behind a sum of ledger lines, of a report and of an inventory alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..shared.reasons import tree_of as tree_of
from ..shared.texts import text
from ..store.provenance import EnteredCells, FigureEntry


def entered_words(entered: FigureEntry, lang: str, organisation: str = "") -> str:
    """How a cell came by its figure: which file or hand, who, when, in which version; empty where nobody knows."""
    if not entered.person:
        return ""
    how = entered.how if entered.how != "upload" or entered.file else "upload_unnamed"
    facts = {"file": entered.file, "person": entered.person, "at": entered.at}
    words = [organisation, text(f"entered.{how or 'handed'}", lang, **facts)]
    if entered.version:
        words.append(text("report.version", lang, n=entered.version))
    return " · ".join(filter(None, words))


def with_provenance(tree: dict[str, Any], by_file: Mapping[str, tuple[str, EnteredCells]], lang: str) -> dict[str, Any]:
    """The tree with `entered` at every figure that stands in one of these files: its organisation, the workbook it was
    uploaded with or that it was typed, by whom and when."""
    out = dict(tree)
    if (place := tree.get("place")) and place[0] in by_file:
        organisation, provenance = by_file[place[0]]
        if words := entered_words(provenance.of(place[1], place[2]), lang, organisation):
            out["entered"] = words
    if children := tree.get("children"):
        out["children"] = [with_provenance(c, by_file, lang) for c in children]
    return out


def files_of(tree: Mapping[str, Any]) -> set[str]:
    """Files in which figures of the tree stand; of an edition's factors, their own."""
    own = {tree["place"][0]} if tree.get("place") and tree["kind"] == "data" else set()
    return own.union(*(files_of(c) for c in tree.get("children", ())))
