"""The example of a whole province, compiled and filed once a process for all tests that look at the same book."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from inventory import api
from inventory.core.ledger import Ledger
from inventory.workbook import write_filing

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "jiangsu"


@functools.cache
def example() -> Ledger:
    return api.compile(EXAMPLE)


@functools.cache
def example_book() -> bytes:
    """The workbook as `inventory compile` writes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "江苏.xlsx"
        write_filing(example(), path)
        return path.read_bytes()
