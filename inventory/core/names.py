"""Names as a person reads them: of files, whatever bytes the system keeps them in, and those that a mistyped word may
have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def display_name(path: Path | str) -> str:
    """A file's name as a person reads it, always printable.

    On Linux a name is bytes: one unpacked from a Chinese zip is GBK, and under LC_ALL=C even UTF-8 arrives as lone
    surrogates, which no output takes.
    """
    return printable(Path(path).name)


def printable(text: str) -> str:
    """`text` with bytes that were no text (lone surrogates) read as UTF-8 or GB18030; what is neither becomes `�`."""
    if not any("\ud800" <= c <= "\udfff" for c in text):
        return text
    with suppress(UnicodeEncodeError):
        raw = text.encode("utf-8", "surrogateescape")
        for encoding in ("utf-8", "gb18030"):
            with suppress(UnicodeDecodeError):
                return raw.decode(encoding)
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def near(word: str, known: Iterable[str], n: int = 5) -> str:
    """Names that look like `word`, or the first few, for a message."""
    pool = list(known)
    close = difflib.get_close_matches(word, pool, n=n, cutoff=0.4)
    if close:
        return "、".join(close)
    return "、".join(pool[:n]) + ("…" if len(pool) > n else "")
