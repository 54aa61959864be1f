"""The filing set: the book of some twenty pages that is printed, signed and sealed. `write_filing_set(ledger, path)`
writes it."""

from .book import filing_book, write_filing_set
from .code import Sealed, read_sealed

__all__ = ["Sealed", "filing_book", "read_sealed", "write_filing_set"]
