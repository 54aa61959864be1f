"""Places of cells on a sheet: `D7`, rows and columns counted from 1."""

from __future__ import annotations

import re


def column_letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    return LETTERS[column]


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class _Letters(dict[int, str]):
    """Letters by column, made when first asked for: looked up for every figure."""

    def __missing__(self, column: int) -> str:
        return self.setdefault(column, _letters(column))


class _Columns(dict[str, int]):
    """Columns by letters, the other way round."""

    def __missing__(self, letters: str) -> int:
        column = 0
        for letter in letters:
            column = column * 26 + ord(letter) - 64
        return self.setdefault(letters, column)


LETTERS = _Letters()
COLUMNS = _Columns()


def address(row: int, column: int) -> str:
    """Address of a cell, rows and columns counted from 1."""
    return f"{LETTERS[column]}{row}"


def position(a1: str) -> tuple[int, int]:
    """`D7` -> (7, 4). Raises ValueError for anything else."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", a1)
    if not match:
        raise ValueError(f"not a cell address: {a1!r}")
    return int(match[2]), COLUMNS[match[1].upper()]
