"""The heading of one column: which fuel it names, in one language or two, over one row or several, and which unit it
prints.

A name wrapped over lines is put together again: first all its pieces, then without the group above it (煤炭 over 原煤),
then with the group behind it (煤气 over 焦炉). No single piece of a longer name is ever taken for a name: *Coke* of
*Coke Ovn Gas* is not coke.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..core import units
from ..spreadsheets.cells import Sheet
from .find import TableBlock
from .printed import PrintedWords, without_units
from .table import Layout, plain_label


@dataclass(frozen=True)
class ColumnHeading:
    """What stands above one column. `column` is empty when no name is understood; `other` is what the second language
    says when it says something else.

    `units` are all units printed for the column, in reading order; `odd` is a text that stands where a unit should and
    is none.
    """

    column: str
    other: str
    units: tuple[str, ...]
    odd: str
    text: str
    broken: str = ""  # the first language is not understood, the second is: what the first one says


def heading_of(sheet: Sheet, layout: Layout, words: PrintedWords, block: TableBlock, c: int) -> ColumnHeading:
    """The heading of column `c` of a block."""
    pieces = _pieces(sheet, block, c)
    joined = _closed(pieces)
    result = tuple(dict.fromkeys(u for text in joined for u in words.units_in(text)))
    if not result:
        result = _split_unit(joined, words)
    names = [t for text in joined if not words.unit_of(text) and (t := without_units(text, words))]
    meant = [t for t in names if not layout.column_id(t) and _in_unit_row(sheet, block, t, words)]
    names = [t for t in names if t not in meant and t not in _parts_of_unit(joined, words)]
    chinese, english = [_han(t) for t in names], [_latin(t) for t in names]
    first, second = (
        _name([t for t in chinese if t], layout, words, ""),
        _name([t for t in english if t], layout, words, " "),
    )
    odd = "" if result or not meant else meant[0]
    broken = "".join(chinese) if any(chinese) and second and not first else ""
    return ColumnHeading(
        first or second, second if first and second and first != second else "", result, odd, " ".join(pieces), broken
    )


def _pieces(sheet: Sheet, block: TableBlock, c: int) -> list[str]:
    """Texts above a column from top to bottom, a merged cell once; lines of one cell are pieces of their own."""
    seen: set[tuple[int, int]] = set()
    pieces: list[str] = []
    for r in range(block.top, block.data):
        cell = sheet.shown(r, c)
        if cell.kind != "text" or cell.blank or (cell.row, cell.column) in seen:
            continue
        seen.add((cell.row, cell.column))
        pieces.extend(part.strip() for part in cell.text.splitlines() if part.strip())
    return pieces


def _closed(pieces: Sequence[str]) -> list[str]:
    """Pieces with an open bracket put together with the next until it closes: a unit broken over two rows."""
    out: list[str] = []
    for piece in pieces:
        flat = piece.replace("（", "(").replace("）", ")")
        if out and out[-1].count("(") > out[-1].count(")"):
            out[-1] += flat
        else:
            out.append(flat)
    return out


def _split_unit(pieces: Sequence[str], words: PrintedWords) -> tuple[str, ...]:
    """百亿 / 千焦 in two rows without brackets."""
    for upper, lower in itertools.pairwise(pieces):
        unit = words.unit_of(upper + lower)
        if unit:
            return (unit,)
    return ()


def _parts_of_unit(pieces: Sequence[str], words: PrintedWords) -> set[str]:
    return {t for upper, lower in itertools.pairwise(pieces) if words.unit_of(upper + lower) for t in (upper, lower)}


def _han(text: str) -> str:
    return "".join(c for c in text if "\u4e00" <= c <= "\u9fff" or c in "()（）")


def _latin(text: str) -> str:
    return " ".join("".join(c if c.isascii() and (c.isalpha() or c in "-&") else " " for c in text).split())


def _name(pieces: list[str], layout: Layout, words: PrintedWords, glue: str) -> str:
    """The column that the pieces of one language name together; a group above may be left out, or read behind its
    members."""
    while pieces:
        whole = layout.column_id(glue.join(pieces))
        if whole:
            return whole
        if len(pieces) > 1:
            turned = layout.column_id(glue.join([*pieces[1:], pieces[0]]))
            if turned:
                return turned
        if plain_label(pieces[0]) not in words.groups:
            return ""
        pieces = pieces[1:]
    return ""


def _in_unit_row(sheet: Sheet, block: TableBlock, text: str, words: PrintedWords) -> bool:
    """Whether a text stands in a row whose other texts are units: then it is meant as one."""
    for r in range(block.top, block.data):
        line = sheet.values[r - 1] if r <= sheet.height else ()
        cells = [sheet.cell(r, c) for c, value in enumerate(line, 1) if isinstance(value, str)]
        texts = [cell.text for cell in cells if cell.kind == "text" and not cell.blank]
        if text in texts and sum(bool(words.unit_of(t)) for t in texts) * 2 >= len(texts):
            return True
    return False


@dataclass(frozen=True)
class UnitChoice:
    """The unit a column is read in, and what is to be said about it (`code` of a problem, or empty)."""

    unit: str
    code: str = ""
    printed: str = ""


def choose_unit(heading: ColumnHeading, own: str, above: Iterable[str]) -> UnitChoice:
    """One unit out of what the heading and the unit line print; `own` is the yearbook's unit of the column.

    A unit of another kind than the column's is an error unless the second language prints the right one; two of one
    kind that differ in size too, unless one of them is the yearbook's.
    """
    fitting = [u for u in heading.units if same_kind(u, own)]
    if heading.units:
        if not fitting:
            return UnitChoice(own, "balance.unit_dimension", heading.units[0])
        sizes = {units.ratio(u, own) for u in fitting}
        if len(sizes) > 1:
            code = "balance.units_disagree_yearbook" if 1 in sizes else "balance.units_disagree"
            return UnitChoice(own, code, " / ".join(heading.units))
        chosen = own if units.ratio(fitting[0], own) == 1 else fitting[0]
        return UnitChoice(
            chosen, "balance.unit_misprint" if len(fitting) < len(heading.units) else "", " / ".join(heading.units)
        )
    if heading.odd:
        return UnitChoice(own, "balance.unknown_unit", heading.odd)
    line = [u for u in above if same_kind(u, own)]
    if any(units.ratio(u, own) == 1 for u in line):
        return UnitChoice(own)
    if len(line) == 1:
        return UnitChoice(line[0])
    return UnitChoice(own, "balance.unit_not_printed")


def same_kind(unit: str, own: str) -> bool:
    """Whether figures in `unit` can stand in a column of `own`: the same dimension, and coal equivalent only where the
    yearbook prints it."""
    try:
        return units.same_dimension(unit, own) and (is_coal_equivalent(unit) == is_coal_equivalent(own))
    except units.UnitError:
        return False


def is_coal_equivalent(unit: str) -> bool:
    return "标准煤" in unit or "标煤" in unit or "ce" in unit.lower()


__all__ = ["ColumnHeading", "UnitChoice", "choose_unit", "heading_of", "is_coal_equivalent", "same_kind"]
