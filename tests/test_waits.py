"""No wait without an end: programs that are run, processes, threads, futures, queues and connections that are waited for,
in the package, its tests and the checks, each say how long."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDS_TIMEOUT = {"run", "call", "check_call", "check_output", "urlopen", "HTTPConnection", "create_connection"}
OF = {"run": "subprocess", "call": "subprocess", "check_call": "subprocess", "check_output": "subprocess"}
NEEDS_ARGUMENT = {"wait", "join", "communicate", "result", "recv", "accept", "acquire"}
# What waits for as long as its purpose lasts, with the reason.
FOR_EVER = {
    ("inventory/batch/node.py", "process.wait"): "a scheduler runs until it is stopped",
    ("inventory/core/executors.py", "parent.join"): "a process of a pool lives as long as its parent",
    ("inventory/core/executors.py", "future.result"): "of a future that is done",
    (
        "inventory/core/executors.py",
        "executor.submit(work, task).result",
    ): "work takes its time; a dead process ends it",
    ("inventory/service/page/apart.py", "here.recv"): "something is there: it was looked for with a bound",
}


def waits(path: Path) -> list[tuple[str, int]]:
    """(call, line) of every wait of a file that gives no bound."""
    named = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        keywords = {k.arg for k in node.keywords}
        program = name in NEEDS_TIMEOUT and owner == OF.get(name, owner) and not keywords & {"timeout", None}
        if program or (name in NEEDS_ARGUMENT and not node.args and not node.keywords):
            named.append((f"{owner}.{name}", node.lineno))
    return named


def test_every_wait_has_an_end() -> None:
    files = [p for folder in ("inventory", "tests", ".ci") for p in sorted((ROOT / folder).rglob("*.py"))]
    unbounded = [
        f"{p.relative_to(ROOT).as_posix()}:{line} {call}"
        for p in files
        for call, line in waits(p)
        if (p.relative_to(ROOT).as_posix(), call) not in FOR_EVER
    ]
    assert not unbounded, "\n".join(unbounded)


def test_what_it_looks_for(tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(
        "subprocess.run(['x'])\nsubprocess.run(['x'], timeout=3)\np.wait()\np.wait(timeout=3)\n', '.join(x)\nt.join()\n"
        "f.result()\nurllib.request.urlopen('x')\nclient.run('x')\n",
        "utf-8",
    )
    assert [line for _, line in waits(tmp_path / "x.py")] == [1, 3, 6, 7, 8]
