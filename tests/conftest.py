"""Makes the helper modules of tests/ importable by name; the processor time of the suite."""

from __future__ import annotations

import functools
import gc
import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
import typer.testing

sys.path.insert(0, str(Path(__file__).parent))
import watchdog

# compiled code is kept, also where the environment says otherwise: some hundred programs that the tests start would
# compile the package anew, each of them
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# openpyxl reads as it does for users: with defusedxml, which only a tool of CI brings along, it parses in plain Python
os.environ.setdefault("OPENPYXL_DEFUSEDXML", "False")
# the collector looks less often through what a process of some thousand tests keeps: a tenth of the time
gc.set_threshold(50_000, 20, 50)
# the tree of all commands is put together once a process, not once a command that a test types: a sixtieth of a second
# each, of some thousand
setattr(typer.testing, "_get_command", functools.cache(typer.testing._get_command))  # noqa: B010

WATCH = pytest.StashKey[watchdog.Watchdog]()
USED = pytest.StashKey[float]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[WATCH] = watchdog.Watchdog()


def _limit(item: pytest.Item) -> float:
    """The seconds that pytest-timeout gives a test; 0 for no limit: without that plugin, or with a debugger."""
    if not item.config.pluginmanager.hasplugin("timeout") or item.config.getoption("usepdb", False):
        return 0.0
    mark = item.get_closest_marker("timeout")
    given = (mark.args or (mark.kwargs.get("timeout"),))[0] if mark else None
    return float(given or item.config.getoption("timeout", None) or item.config.getini("timeout") or 0)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Every test ends, or its process does (`watchdog`)."""
    item.config.stash[WATCH].begin(item.nodeid, _limit(item))
    try:
        return (yield)
    finally:
        item.config.stash[WATCH].end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test that took too long has started is killed with all its children; the processor time of every test goes
    into the JUnit report (`bench/slow_tests.py` reads it)."""
    used, item.stash[USED] = item.stash.get(USED, item.config.stash[WATCH].used), watchdog.processor_seconds()
    item.user_properties.append((f"processor_seconds_{call.when}", round(item.stash[USED] - used, 3)))
    report = yield
    if call.excinfo is not None and "from pytest-timeout" in str(call.excinfo.value):
        pids = watchdog.kill_started(item.config.stash[WATCH].begun)
        report.sections.append(("processes of this test that were killed", ", ".join(map(str, pids)) or "none"))
    return report


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


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `bench/slow_tests.py` measured as slow is left out by `-m "not slow"`, as what says so itself; the files that
    take longest come first, so that all processes end at the same time."""
    listed = set((HERE / "slow.txt").read_text("utf-8").split())
    for item in items:
        if item.nodeid.partition("[")[0] in listed:
            item.add_marker("slow")
    order = {name: n for n, name in enumerate((HERE / "longest.txt").read_text("utf-8").split())}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """`-n auto` is one process more than there are cores: a fifth of the time a test waits for a browser, a server or a
    killed process, and another one works meanwhile."""
    given = os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS", "")
    return None if given else len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Of several processes (`-n`) each takes whole files, in the order above, where nothing else is wanted."""
    if config.getoption("dist") != "load":
        return None
    from whole_files import WholeFiles

    return WholeFiles(config, log)
