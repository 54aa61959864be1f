"""An edition with some of its methods only: what an analysis computes again, with everything that does not depend on
the methods taken over."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

from .edition import Edition
from .order import KeyOrder
from .resolve import plain_results
from .subjects import subject_plans
from .variables import factor_readings

# derived of the tables and words of an edition, never of the list of its methods
SHARED: tuple[Callable[[Edition], Any], ...] = (KeyOrder, subject_plans, plain_results, factor_readings)


def only_methods(edition: Edition, wanted: Container[str]) -> Edition:
    """The edition with the wanted methods (ids), in their order."""
    kept = {name: method for name, method in edition.declared.methods.items() if name in wanted}
    return edition.with_methods(kept, SHARED)
