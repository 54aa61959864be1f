"""Something to look at: a test that looks at each of many things must not pass because there are none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

Thing = TypeVar("Thing")


def some(things: Iterable[Thing], least: int = 1) -> list[Thing]:
    """All of them; at least as many as given."""
    given = list(things)
    assert len(given) >= least, f"{len(given)} of at least {least}: nothing would be looked at"
    return given
