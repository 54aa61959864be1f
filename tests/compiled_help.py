"""Data compiled with the national edition, or refused."""

from __future__ import annotations

import pytest

from inventory.compiling import compile_project
from inventory.core.activity import Datum, Project
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Problem
from inventory.edition import load


def compiled(*data: Datum, **more: object) -> Ledger:
    return compile_project(Project(tuple(data), **more), load("prov2011"))  # type: ignore[arg-type]


def errors(*data: Datum, **more: object) -> list[Problem]:
    """The errors for which the data are refused."""
    with pytest.raises(InventoryError) as caught:
        compiled(*data, **more)
    return [p for p in caught.value.problems if p.severity == "error"]
