"""What is written to a console or into another program: never a character lost without a sign of it.

A console of an office PC speaks cp936, one of a Western PC cp1252. What a stream cannot show stands there as its escape
(`\\u6e05`), not as a question mark; a redirected stream whose encoding has no Chinese at all is written as UTF-8. Data
(CSV, JSON) that go to another program or a file are always UTF-8.
"""

from __future__ import annotations

import os
import sys
from typing import Any, TextIO

CHINESE = "清单"
BOM = "\ufeff"  # Excel takes a CSV without it for the code page of the system


def prepare(stream: Any) -> None:
    """Set up one of the process's streams once."""
    if not hasattr(stream, "reconfigure"):
        return
    if not _holds(stream, CHINESE) and not _terminal(stream):
        stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors="backslashreplace")


def data(text: str, bom: bool = False) -> None:
    """Data on standard output: to a person's terminal as any text, else UTF-8 whatever the code page is (`bom`: with
    the mark that Excel on Windows needs)."""
    stream: TextIO = sys.stdout
    raw = getattr(stream, "buffer", None)
    if raw is None or _terminal(stream):
        stream.write(text)
        return
    stream.flush()
    raw.write((BOM + text if bom and os.name == "nt" else text).encode("utf-8"))
    raw.flush()


def _terminal(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def _holds(stream: Any, text: str) -> bool:
    try:
        text.encode(stream.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
