"""The filed workbook: `write_filing(ledger, path)`; `plan(ledger)` gives the same workbook as data, before any file is
written."""

from .filing import plan, write_filing

__all__ = ["plan", "write_filing"]
