"""Files that take the largest libraries and most memory, made by a process of its own that ends with them: the page
stays small and goes on answering. They are made of the project's files as the command makes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from inventory.core.executors import process_pool

KINDS = ("workbook", "report", "archive")


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file to be made of a project folder: one of `KINDS`, in a language, at a place."""

    kind: str
    folder: Path
    edition: str
    lang: str
    path: Path


def made_apart(order: FileOrder) -> str:
    """Make the file and wait for it; the code of an archive, else empty. Raises `InventoryError` as compiling does."""
    with process_pool(1) as pool:
        return pool.submit(make, order).result()


def make(order: FileOrder) -> str:
    """What that process does."""
    if order.kind == "archive":
        from inventory.archive import FilingSettings, freeze

        return freeze([order.folder], order.path, edition=order.edition, settings=FilingSettings(lang=order.lang)).code
    from inventory import api

    ledger = api.compile([order.folder], edition=order.edition)
    if order.kind == "report":
        api.write_report(ledger, order.path, order.lang)
    else:
        api.write_workbook(ledger, order.path, order.lang)
    return ""
