"""Files that take the largest libraries and most memory, made by a process of its own that ends with them: the page
stays small and goes on answering. They are made of the project's files as the command makes them."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from inventory.core.executors import prepare_process
from inventory.core.problems import InventoryError, problem

KINDS = ("workbook", "report", "archive")
BOUND_S = 30 * 60.0  # the largest file of a nation takes minutes; what takes longer will not end


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file to be made of a project folder: one of `KINDS`, in a language, at a place."""

    kind: str
    folder: Path
    edition: str | None
    lang: str
    path: Path


def write_apart(order: FileOrder, bound_s: float = BOUND_S) -> str:
    """Make the file and wait for it; the code of an archive, else empty. Raises `InventoryError` as compiling does, and
    where the process ended without a word or was ended after `bound_s`."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(order, there), name=f"inventory {order.kind}")
    process.start()
    there.close()
    try:
        if not here.poll(bound_s):
            raise InventoryError([problem("program.too_long", minutes=f"{bound_s / 60:g}")])
        outcome = here.recv()
    except EOFError:
        raise InventoryError([problem("program.ended")]) from None
    finally:
        here.close()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join(5)
    if isinstance(outcome, BaseException):
        raise outcome
    return str(outcome)


def _answer(order: FileOrder, there: Connection) -> None:
    prepare_process()
    try:
        outcome: object = make(order)
    except Exception as error:
        outcome = error
    there.send(outcome)


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
