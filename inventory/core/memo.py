"""Results of pure functions, kept for whoever computes the same thing again with one part changed (the local page: one
corrected cell, everything else as before).

Without a memo in force (the command, the API) nothing is kept and nothing changes. What is kept is matched by the very
objects it was made of, which live as long as the entry, and by values that are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Result = TypeVar("Result")


class Memo:
    """Kept results. An entry that a whole pass (`using`) did not ask for is dropped. Not for several threads at once:
    the owner takes turns."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], tuple[tuple[object, ...], Any]] = {}
        self._used: set[tuple[Any, ...]] = set()
        self._unified: dict[tuple[Hashable, ...], object] = {}

    def recall(
        self, make: Callable[[], Result], name: str, same: tuple[object, ...], equal: tuple[Hashable, ...]
    ) -> Result:
        key = (name, *map(id, same), *equal)
        if key not in self._kept:
            self._kept[key] = (same, make())  # `same` is held, so that no other object takes its id
        self._used.add(key)
        result: Result = self._kept[key][1]
        return result

    def unify(self, value: Result, place: tuple[Hashable, ...]) -> Result:
        if self._unified.get(place) != value:
            self._unified[place] = value
        return self._unified[place]  # type: ignore[return-value]

    @contextmanager
    def using(self) -> Iterator[None]:
        """Keep and recall inside this block."""
        self._used = set()
        token = _memo.set(self)
        try:
            yield
        finally:
            _memo.reset(token)
            self._kept = {k: v for k, v in self._kept.items() if k in self._used}


_memo: ContextVar[Memo | None] = ContextVar("memo", default=None)


def recalled(
    make: Callable[[], Result], name: str, same: tuple[object, ...] = (), equal: tuple[Hashable, ...] = ()
) -> Result:
    """What `make` gives; its earlier result when a memo is in force and it was called for the same objects and equal
    values.

    `name` tells functions apart. `make` must depend on `same` and `equal` alone, and nobody may change its result.
    """
    memo = _memo.get()
    return make() if memo is None else memo.recall(make, name, same, equal)


def unified(value: Result, *place: Hashable) -> Result:
    """The equal object that stood at this place the time before, so that what was made of it is recognised."""
    memo = _memo.get()
    return value if memo is None else memo.unify(value, place)


def in_force() -> bool:
    """Whether anything is kept at present."""
    return _memo.get() is not None
