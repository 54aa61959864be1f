"""The floors hold: every package is on one, a forbidden import is refused, a package on no floor is refused, and no
file imports itself by a detour."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytest.importorskip("importlinter")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("floors")
    shutil.copytree(ROOT / "inventory", place / "inventory", ignore=shutil.ignore_patterns("__pycache__", "static"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def _lint(place: Path) -> subprocess.CompletedProcess[str]:
    command = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=place,
        capture_output=True,
        text=True,
        timeout=120,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(place), "PYTHONSAFEPATH": ""},
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/units.py", "from ..edition import load\n"),
        ("enterprise/industries.py", "from ..cli import app\n"),
        ("analysis/limits.py", "from ..workbook import trace\n"),
        ("newcomer.py", "x = 1\n"),
    ],
)
def test_what_must_not_be_is_refused(copy: Path, file: str, line: str) -> None:
    path = copy / "inventory" / file
    kept = path.read_text("utf-8") if path.exists() else None
    path.write_text((kept or "") + "\n" + line, "utf-8")
    try:
        answer = _lint(copy)
        assert answer.returncode == 1 and "BROKEN" in answer.stdout, answer.stdout + answer.stderr
    finally:
        path.unlink() if kept is None else path.write_text(kept, "utf-8")


@pytest.mark.slow
def test_the_floors_as_they_are_hold(copy: Path) -> None:
    answer = _lint(copy)
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr


def test_no_circle_of_files() -> None:
    grimp = pytest.importorskip("grimp")
    graph = grimp.build_graph("inventory", exclude_type_checking_imports=True)
    arrows = {m: graph.find_modules_directly_imported_by(m) - {"inventory"} for m in graph.modules}
    done: dict[str, int] = {}

    def visit(module: str, path: tuple[str, ...]) -> None:
        if done.get(module) == 1:
            raise AssertionError(" → ".join((*path[path.index(module) :], module)))
        if module not in done:
            done[module] = 1
            for other in sorted(arrows[module]):
                visit(other, (*path, module))
            done[module] = 2

    for module in sorted(arrows):
        visit(module, ())
