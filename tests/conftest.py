"""Makes the helper modules of tests/ importable by name."""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """A test that draws Chinese letters is skipped, in words, on a machine that has no Chinese font: the product
    refuses there, as it should."""
    from inventory.core.problems import InventoryError

    try:
        return (yield)
    except InventoryError as error:
        if {p.code for p in error.problems} == {"charts.no_font"}:
            pytest.skip("no Chinese font on this machine (fonts-noto-cjk): charts with Chinese letters cannot be drawn")
        raise
