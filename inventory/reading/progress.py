"""Who wants to hear how many files have been read: set by the command line, silent otherwise."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

listener: ContextVar[Callable[[int, int], None] | None] = ContextVar("listener", default=None)


def report(done: int, total: int) -> None:
    """Say that `done` of `total` files have been read."""
    advanced = listener.get()
    if advanced is not None:
        advanced(done, total)
