"""What the quick way to write rows (`quick`) is given: the formats of the cells, and what is left to the library.

`quick` needs the library itself and is loaded late; this module is not.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from .look import Look
from .model import OutputCell

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Formats:
    """The format of every cell of a sheet: `changed` by place, else `named` by the style of the cell (a dictionary that
    makes what is missing)."""

    named: Mapping[str | Look, Any]
    changed: Mapping[Place, Any]

    def of(self, place: Place, style: str | Look) -> Any:
        return self.changed.get(place) or self.named[style]


@dataclass(frozen=True, slots=True)
class Apart:
    """What is left to the library: the first cells of merged areas, links, truth values, very long texts; all texts
    where those of the sheet have `faces` of their own for Chinese and Latin letters. `write` takes it in its turn."""

    merged: Container[Place]
    faces: bool
    write: Callable[[Place, OutputCell, Any], None]


class ExactFloat(float):
    """A float that every format spec prints in full, so that it reads back as the same double."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)
