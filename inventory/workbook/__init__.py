"""The filed workbook: `write_filing(ledger, path)`; `plan(ledger)` gives the same workbook as data, before any file is
written.

Both are loaded when they are asked for: who reads filed workbooks (`workbook.trace`) needs no writer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .filing import plan, write_filing

__all__ = ["plan", "write_filing"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from . import filing

    return getattr(filing, name)
