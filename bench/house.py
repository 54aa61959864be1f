"""The house in figures, of two checkouts side by side: `python bench/house.py BEFORE [AFTER]`, each a folder or a commit
of this repository (after: this folder).

Lines per room (Python and the declarations that moved out of it), files, longest function, functions with seven or more
parameters (commands of the command line left out: their parameters are options), class names used for two things, what
`mypy --strict` says (`--mypy`), and with `--speed` the time of one compilation in memory and of the working book, each in
a process of its own, the two versions by turns. Nothing is written but the printed table (Markdown).
"""

from __future__ import annotations

import argparse
import ast
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANY = 7
RUNS = 7
MOST_SECONDS = 900  # of any process started here
DECLARED = (".toml", ".csv", ".sql", ".html", ".js", ".css")
SPEED = """
import gc, sys, time, zipfile
gc.set_threshold(200_000, 20, 100)  # as the command has it
from inventory import api
ledger = api.compile({example!r})
def timed(work):
    times = []
    for _ in range({runs}):
        start = time.process_time(); work(); times.append(time.process_time() - start)
    return min(times[1:])
from inventory.core.engine import compile_ledger
from inventory.workbook.filing import write_filing
book = timed(lambda: write_filing(ledger, {out!r}))
with zipfile.ZipFile({out!r}) as parts:
    cells = sum(parts.read(n).count(b"<c ") for n in parts.namelist() if "/worksheets/" in n)
print(timed(lambda: compile_ledger(ledger.project, ledger.edition)), book, cells)
"""


@dataclass
class House:
    """What is counted of one checkout."""

    lines: Counter[str] = field(default_factory=Counter)
    declared: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    longest: tuple[int, str] = (0, "")
    longest_file: tuple[int, str] = (0, "")
    many: list[str] = field(default_factory=list)
    doubled: int = 0


def counted(root: Path) -> House:
    """Counts of the package below `root`; migrations are left out."""
    house, classes = House(), defaultdict(set)
    for path in sorted((root / "inventory").rglob("*")):
        if not path.is_file() or {"migrations", "vendor", "__pycache__"} & set(path.parts):
            continue
        inside = path.relative_to(root / "inventory")
        room = inside.parts[0] if len(inside.parts) > 1 else "."
        if path.suffix in DECLARED:
            house.declared[room] += len(path.read_text("utf-8").splitlines())
        if path.suffix != ".py":
            continue
        text = path.read_text("utf-8")
        house.lines[room] += len(text.splitlines())
        house.files[room] += 1
        house.longest_file = max(house.longest_file, (len(text.splitlines()), inside.as_posix()))
        tree = ast.parse(text)
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                classes[node.name].add(inside.as_posix())
        for function in _functions(tree):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            house.longest = max(house.longest, (length, f"{inside.as_posix()} {function.name}"))
            if _parameters(function) >= MANY and not _is_command(function):
                house.many.append(f"{inside.as_posix()}:{function.lineno} {function.name}")
    house.doubled = sum(len(places) > 1 for places in classes.values())
    return house


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    a = function.args
    return len([x for x in a.posonlyargs + a.args + a.kwonlyargs if x.arg not in ("self", "cls")])


def _is_command(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return function.name.endswith("_command") or any("command(" in ast.unparse(d) for d in function.decorator_list)


def strict_errors(root: Path) -> str:
    """How many errors `mypy --strict` finds in the package, with the settings of this repository's plugins left out."""
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-incremental", "inventory"],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
    )
    return run.stdout.strip().splitlines()[-1] if run.stdout.strip() else run.stderr.strip()[-200:]


def speeds(roots: list[Path]) -> list[tuple[float, float, float]]:
    """(compilation in memory, working book written, its cells) of the example of 江苏 in processor seconds: the best of
    each process, the median of processes that take turns."""
    times: list[list[tuple[float, float, float]]] = [[] for _ in roots]
    with tempfile.TemporaryDirectory() as place:
        for _ in range(3):
            for root, kept in zip(roots, times, strict=True):
                script = SPEED.format(
                    example=str(ROOT / "examples" / "jiangsu"), runs=RUNS, out=str(Path(place) / "book.xlsx")
                )
                run = subprocess.run(
                    [sys.executable, "-c", script],
                    cwd=root,
                    env={"PYTHONPATH": str(root), "PATH": ""},
                    capture_output=True,
                    text=True,
                    timeout=MOST_SECONDS,
                    check=True,
                )
                first, second, cells = map(float, run.stdout.split())
                kept.append((first, second, cells))
    return [
        (statistics.median(a for a, _, _ in kept), statistics.median(b for _, b, _ in kept), kept[0][2])
        for kept in times
    ]


def table(before: House, after: House) -> str:
    """The two side by side, as Markdown."""
    rooms = sorted(set(before.lines) | set(after.lines) | set(before.declared) | set(after.declared))
    out = [
        "| room | files | lines | declared | files now | lines now | declared now |",
        "|---|---|---|---|---|---|---|",
    ]
    for room in rooms:
        cells = (
            h[room] or ""
            for h in (before.files, before.lines, before.declared, after.files, after.lines, after.declared)
        )
        out.append(f"| {room} | " + " | ".join(map(str, cells)) + " |")
    sums = (
        sum(h.values()) for h in (before.files, before.lines, before.declared, after.files, after.lines, after.declared)
    )
    out.append("| whole | " + " | ".join(map(str, sums)) + " |")
    out += ["", "| | before | now |", "|---|---|---|"]
    facts = (
        ("longest function", *(f"{h.longest[0]} ({h.longest[1]})" for h in (before, after))),
        ("longest file", *(f"{h.longest_file[0]} ({h.longest_file[1]})" for h in (before, after))),
        (f"functions with {MANY} or more parameters", *(str(len(h.many)) for h in (before, after))),
        ("class names used for two things", *(str(h.doubled) for h in (before, after))),
    )
    return "\n".join([*out, *(f"| {name} | {a} | {b} |" for name, a, b in facts)])


def checkout(name: str, place: Path) -> Path:
    """A folder as it is; a commit is unpacked into `place`."""
    if Path(name).is_dir():
        return Path(name).resolve()
    target = place / name
    target.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", name], cwd=ROOT, capture_output=True, check=True, timeout=MOST_SECONDS
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(target)], input=archive, check=True, timeout=MOST_SECONDS)
    return target


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("before")
    given.add_argument("after", nargs="?", default=str(ROOT))
    given.add_argument("--mypy", action="store_true")
    given.add_argument("--speed", action="store_true")
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as name:
        roots = [checkout(options.before, Path(name)), checkout(options.after, Path(name))]
        houses = [counted(root) for root in roots]
        print(table(*houses))
        if options.mypy:
            print("| strict mypy | " + " | ".join(strict_errors(root) for root in roots) + " |")
        if options.speed:
            both = speeds(roots)
            shown = (
                ("compile in memory, ms", lambda x: f"{x[0] * 1000:.1f}"),
                ("working book written, s", lambda x: f"{x[1]:.2f}"),
                ("cells of the working book", lambda x: f"{x[2]:,.0f}"),
                ("µs a cell of it", lambda x: f"{1e6 * x[1] / x[2]:.1f}"),
            )
            for what, text in shown:
                figures = map(text, both)
                print(f"| {what} | " + " | ".join(figures) + " |")


if __name__ == "__main__":
    main()
