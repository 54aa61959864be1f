"""The page stays quick and small: processor time and memory of the server, measured from outside on the example.

Bars of processor time stand at twice the aim, because a machine that is busy with other things counts each second for
more; memory does not depend on that and has the aim itself. Figures of a quiet machine: `bench/page.py`.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytest.importorskip("django")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are measured by /proc"),
]
BUSY = 2.0
READY_S, DROP_S, CORRECTED_S, EXPLAINED_S, MEMORY_MIB = 3.0, 1.0, 0.15, 0.1, 150.0
OF_THIS_ENVIRONMENT_MIB = 15.0  # what pint loads of dask and its friends where these are installed, as for the tests


@pytest.fixture(scope="module")
def bench() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("bench_page", ROOT / "bench" / "page.py")
    assert spec is not None and spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    yield loaded


def test_quick_and_small(bench: ModuleType, tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "项 目"
    home.mkdir()
    folder.mkdir()
    files = sorted((ROOT / "examples" / "jiangsu").glob("*.csv"))
    server = bench.Server(folder, home, sys.executable)
    try:
        assert server.cpu() < BUSY * READY_S
        assert server.cost(lambda: (server.page.drop(files), server.page.get("inventory"))) < BUSY * DROP_S
        bench.corrected(server, 2)
        assert min(bench.corrected(server, 3) for _ in range(3)) < BUSY * CORRECTED_S
        cells = bench.cells(server.page)
        spent = server.cost(lambda: [server.page.get("api/reasons", **cell) for cell in cells])
        assert spent / len(cells) < BUSY * EXPLAINED_S
        for screen in bench.SCREENS:
            server.page.get(screen)
        bench.corrected(server, 15)
        for kind in ("filing", "workbook"):
            bench.delivered(server.page, kind)
        assert server.memory() < MEMORY_MIB + (OF_THIS_ENVIRONMENT_MIB if importlib.util.find_spec("dask") else 0)
    finally:
        bench.stopped(server)
