"""The grid of a sheet as it comes from a file: its text, its empty ends, its holes."""

from __future__ import annotations

import csv
import itertools
from typing import TypeVar

from .probe import Probe

V = TypeVar("V")
Grid = tuple[tuple[V, ...], ...]
SAMPLED = 30  # lines of a CSV that its separator is judged by


def trimmed(values: Grid[V]) -> Grid[V]:
    """Without the empty rows at the end; addresses stay, they count from the top."""
    end = len(values)
    while end and all(v is None for v in values[end - 1]):
        end -= 1
    return values[:end]


def with_holes(values: Grid[V], probe: Probe) -> Grid[V | None]:
    """Made large enough to hold the cells that calamine took for empty."""
    if not probe.holes:
        return values
    height, width = max(r for r, _ in probe.holes), max(c for _, c in probe.holes)
    rows = [row + (None,) * (width - len(row)) for row in values]
    return (*rows, *(((None,) * width,) * max(height - len(rows), 0)))


def decoded(data: bytes) -> str | None:
    """UTF-8 with or without BOM, UTF-16 with BOM, else GB18030: what Excel and WPS write in China. None for anything
    else."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[:3] == b"\xef\xbb\xbf":
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def delimiter_of(text: str) -> str:
    """Comma, tab or semicolon: by which most of the first lines fall apart (a title stands alone on its line, decimal
    commas and lists stand in some cells only); then by which the first line that does has more fields."""
    sample = list(itertools.islice((line for line in text.splitlines() if line.strip()), SAMPLED))

    def score(delimiter: str) -> tuple[int, int, bool]:
        fields = [len(row) for row in csv.reader(sample, delimiter=delimiter)]
        return sum(n > 1 for n in fields), next((n for n in fields if n > 1), 0), delimiter == ","

    try:
        return max((",", "\t", ";"), key=score)
    except csv.Error:  # reported where the rows are read
        return ","
