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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `bench/slow_tests.py` measured as slow is left out by `-m "not slow"`, as what says so itself."""
    listed = set((Path(__file__).parent / "slow.txt").read_text("utf-8").split())
    for item in items:
        if item.nodeid.partition("[")[0] in listed:
            item.add_marker("slow")
