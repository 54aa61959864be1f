"""Every wait has an end: processes whose parent was killed, a file that takes too long, sessions of PostgreSQL."""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
from pathlib import Path

import pytest
from process_help import started

ROOT = Path(__file__).resolve().parents[1]
WORKERS = """
import os, time
from inventory.core.executors import process_pool
if __name__ == "__main__":
    with process_pool(2) as pool:
        print(*{f.result() for f in [pool.submit(os.getpid) for _ in range(8)]}, flush=True)
        time.sleep(600)
"""
BOUNDED = {"run", "check_call", "check_output", "communicate", "join", "wait", "result", "urlopen", "get"}


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kill -9, processes looked up in /proc")
def test_processes_of_a_killed_parent_end(tmp_path: Path) -> None:
    program = tmp_path / "workers.py"
    program.write_text(WORKERS, "utf-8")
    with started([sys.executable, str(program)], 120) as process:
        assert process.stdout is not None
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert workers and all(lives(pid) for pid in workers)
        os.kill(process.pid, signal.SIGKILL)
        until = time.monotonic() + 20
        while time.monotonic() < until and any(lives(pid) for pid in workers):
            time.sleep(0.05)
        assert not any(lives(pid) for pid in workers)


class Deadly:
    """Ends the process that reads it."""

    def __reduce__(self) -> tuple[object, tuple[int]]:
        return os._exit, (9,)


@pytest.mark.slow
@pytest.mark.parametrize(("bound", "code"), [(0.01, "program.too_long"), (60.0, "program.ended")])
def test_a_file_in_the_making_has_an_end(tmp_path: Path, bound: float, code: str) -> None:
    pytest.importorskip("django")
    from inventory.core.problems import InventoryError
    from inventory.service.page.apart import FileOrder, write_apart

    path = tmp_path / "x.xlsx" if bound < 1 else Deadly()
    order = FileOrder("workbook", ROOT / "examples" / "jiangsu", "prov2011", "zh", path)  # type: ignore[arg-type]
    with pytest.raises(InventoryError) as caught:
        write_apart(order, bound)
    assert [p.code for p in caught.value.problems] == [code]


def test_sessions_of_postgresql_wait_for_nothing_for_ever() -> None:
    pytest.importorskip("django")
    from inventory.service.shared.service_settings import database

    for owner in (False, True):
        options = database("postgresql://a@127.0.0.1:1/b", ROOT, owner)["OPTIONS"]
        assert options["connect_timeout"] and options["keepalives_idle"]
        for limit in ("lock_timeout", "idle_in_transaction_session_timeout"):
            assert f"{limit}=" in options["options"] and f"{limit}=0" not in options["options"]


def test_no_wait_in_the_service_is_without_a_bound() -> None:
    """Waits for processes, threads and futures give a timeout (joining texts and looking up keys are no waits)."""
    endless = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "inventory" / "service").rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and _endless(call)
    ]
    assert endless == []


def _endless(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in BOUNDED:
        return False
    of_subprocess = isinstance(call.func.value, ast.Name) and call.func.value.id == "subprocess"
    if of_subprocess or call.func.attr in ("communicate", "urlopen"):
        return not any(k.arg == "timeout" for k in call.keywords)
    return call.func.attr in ("join", "wait", "result", "get") and not call.args and not call.keywords
