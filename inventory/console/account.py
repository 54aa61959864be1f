"""The account of figures on the terminal and in files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from .phrases import inform

if TYPE_CHECKING:
    from ..core.account import FigureAccount

MOST = 20  # files named one by one; the others are in the total
ENTRY_COLUMNS = ("file", "sheet", "cell", "destination", "reason", "text")


def tell_account(account: FigureAccount | None, lang: str, whole: bool = True) -> None:
    """One line a file (where `whole`) and the total, on standard error."""
    from ..core.account import line_of

    if account is None:
        return
    files = [f for f in account.files if f.read]
    for f in files[:MOST] if whole else ():
        inform("account.line", lang, file=f.file, line_of=line_of(f, lang))
    if whole and len(files) > MOST:
        inform("account.and_more_files", lang, count=len(files) - MOST)
    if len(files) != 1 or not whole:
        inform("account.total", lang, line_of=line_of(account.total, lang))


def write_account(account: FigureAccount | None, path: Path, lang: str) -> None:
    """As JSON (totals, files, every figure that is not counted), or as CSV (the figures that are not counted)."""
    from ..core.account import FigureAccount, records
    from ..core.files import write_bytes
    from ..sheets.csvfile import write_csv

    result = records(account or FigureAccount(), lang)
    if path.suffix.lower() == ".json":
        write_bytes(path, (json.dumps(result, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
    else:
        write_csv(path, ([e[c] for c in ENTRY_COLUMNS] for e in result["entries"]), ENTRY_COLUMNS)  # type: ignore[attr-defined]
