"""Small faults put into the heart of the engine, one at a time, and the tests asked: `python bench/mutants.py [--most
N] [--seed N] [--workers N] [--only FILE:LINE …]`. Out of CI; about a quarter of an hour of processor time.

Every place where a comparison, an `and`, a `not`, an operator, a number or a truth value could be another one is a
possible fault; a sample of them (the same for the same seed and sources) is tried, each in a copy of the tree. What no
test notices is listed with its line, and the score printed. (mutmut does the same, but cannot pass on test names in
Chinese.) `mutations.py` beside this holds the faults that a person thought of.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = tuple(
    f"core/{name}.py"
    for name in (
        *("engine", "method", "lines", "resolve", "prepare", "constraints", "variables"),
        *("columns", "origins", "datum", "duplicates"),
    )
)
TESTS = (
    *("resolve", "held", "own_factors", "optional_results", "refused_once", "cases", "engine_properties"),
    *("explanation", "completeness_state", "whole_and_part", "project", "core_rules"),
    "columns",
)
COPIED = ("inventory", "tests", "factors", "templates", "examples", "bench", "docs", "pyproject.toml", "README.md")
OTHER: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


@dataclass(frozen=True)
class Mutant:
    """The `number`-th fault that a file can have, where it stands and what it does."""

    file: str
    number: int
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.what}"


def faults(tree: ast.Module) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """(line, description, how to bring it about) of everything that could be otherwise; texts, annotations and raised
    faults of declarations aside."""
    for node in _walk(tree):
        line = getattr(node, "lineno", 0)
        shown = ast.unparse(node).replace("\n", " ")[:70] if isinstance(node, ast.expr) else type(node).__name__.lower()
        if isinstance(node, ast.Compare) and type(node.ops[0]) in OTHER:
            other = OTHER[type(node.ops[0])]
            yield line, f"{shown} -> {other.__name__}", lambda n=node, o=other: n.ops.__setitem__(0, o())
        elif isinstance(node, (ast.BoolOp, ast.BinOp, ast.AugAssign)) and type(node.op) in OTHER:
            other = OTHER[type(node.op)]
            yield line, f"{shown} -> {other.__name__}", lambda n=node, o=other: setattr(n, "op", o())
        elif isinstance(node, ast.Constant) and type(node.value) in (bool, int):
            value = not node.value if isinstance(node.value, bool) else node.value + 1
            yield line, f"{node.value} -> {value}", lambda n=node, v=value: setattr(n, "value", v)
        elif isinstance(node, (ast.If, ast.IfExp)):
            yield (
                line,
                f"if {ast.unparse(node.test)[:60]} -> not",
                lambda n=node: setattr(n, "test", ast.UnaryOp(ast.Not(), n.test)),
            )
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield line, f"{shown} -> without not", lambda n=node: setattr(n, "op", ast.UAdd())


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, (ast.Raise, ast.Import, ast.ImportFrom)):
                yield child
                yield from _walk(child)


def mutants(file: str) -> list[Mutant]:
    tree = ast.parse((ROOT / "inventory" / file).read_text("utf-8"))
    return [Mutant(file, n, line, what) for n, (line, what, _) in enumerate(faults(tree))]


def mutated(mutant: Mutant) -> str:
    tree = copy.deepcopy(ast.parse((ROOT / "inventory" / mutant.file).read_text("utf-8")))
    next(make for n, (_, _, make) in enumerate(faults(tree)) if n == mutant.number)()
    return ast.unparse(ast.fix_missing_locations(tree))


def survives(mutant: Mutant, tree: Path) -> bool:
    """True when the tests of the copied tree pass with the fault in it."""
    path = tree / "inventory" / mutant.file
    path.write_text(mutated(mutant), "utf-8")
    tests = [t for name in TESTS if (tree / (t := f"tests/test_{name}.py")).exists()]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *tests],
            cwd=tree,
            env={"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
            capture_output=True,
            timeout=240,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False  # it runs for ever: somebody would notice
    finally:
        shutil.copy(ROOT / "inventory" / mutant.file, path)
    return done.returncode == 0


def _round(chosen: list[Mutant]) -> list[Mutant]:
    """Those of a share of the sample that survive, tried in a copy of the tree of its own."""
    alive = []
    with tempfile.TemporaryDirectory() as place:
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(place) / name)
        for mutant in chosen:
            survived = survives(mutant, Path(place))
            alive += [mutant] if survived else []
            print(f"{'SURVIVED' if survived else 'killed'} {mutant}", flush=True)
    return alive


def main() -> None:
    given = argparse.ArgumentParser()
    given.add_argument("--most", type=int, default=150)
    given.add_argument("--seed", type=int, default=2011)
    given.add_argument("--workers", type=int, default=2)
    given.add_argument("--only", nargs="*", default=())
    options = given.parse_args()
    every = [m for file in FILES for m in mutants(file)]
    if options.only:
        chosen = [m for m in every if f"{m.file}:{m.line}" in options.only]
    else:
        chosen = random.Random(options.seed).sample(every, min(options.most, len(every)))
    shares = [chosen[i :: options.workers] for i in range(options.workers)]
    with ThreadPoolExecutor(options.workers) as pool:
        alive = [m for survivors in pool.map(_round, shares) for m in survivors]
    print(f"killed {len(chosen) - len(alive)} of {len(chosen)} (of {len(every)} possible)")


if __name__ == "__main__":
    main()
