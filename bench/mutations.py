"""Breaks rules of the core on purpose, one at a time, and asks the tests: `python bench/mutations.py [NUMBER …]`. Out
of CI; minutes, not seconds.

Each mutation is a text that stands once in a file, what it becomes, and the test files that should notice. The score is
printed at the end.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CASES = "tests/test_cases.py tests/test_explanation.py"
MUTATIONS: tuple[tuple[str, str, str, str], ...] = (
    (
        "core/equation.py",
        "return left, _times(right, v.scale / u.scale), u",
        "return left, _times(right, u.scale / v.scale), u",
        "tests/test_equation.py",
    ),
    (
        "core/equation.py",
        "return to_text(_times(tree, unit.scale / wanted.scale))",
        "return to_text(_times(tree, wanted.scale / unit.scale))",
        CASES,
    ),
    (
        "core/equation.py",
        "(strength == above and right) else text",
        "(strength == above and not right) else text",
        "tests/test_equation.py",
    ),
    ("core/resolve.py", "levels += 1 + classes.index(wanted)", "levels += 1", "tests/test_held.py"),
    (
        "core/resolve.py",
        'if wanted == "*":\n                continue',
        'if wanted == "*":\n                fixed += 1\n                continue',
        "tests/test_held.py",
    ),
    ("core/resolve.py", "if check is None or check.value != row.value:", "if check is None:", "tests/test_resolve.py"),
    (
        "core/resolve.py",
        'row, tied, _ = self._row(fb.use_parameter or fb.parameter, gas, pairs, keys, ("fallback",))',
        "pass",
        "tests/test_held.py",
    ),
    (
        "core/resolve.py",
        'for step in ("measured", "provincial"):',
        'for step in ("provincial", "measured"):',
        "tests/test_resolve.py",
    ),
    (
        "core/resolve.py",
        "if isinstance(resolved, Resolved) and allow_fallback:",
        "if isinstance(resolved, Resolved):",
        "tests/test_resolve.py",
    ),
    (
        "core/constraints.py",
        "else total > limit * (1 + rule.tolerance)",
        "else total > limit * (1 + 10 * rule.tolerance)",
        "tests/test_held.py",
    ),
    (
        "core/constraints.py",
        "abs(total - limit) > rule.tolerance if",
        "abs(total - limit) > 10 * rule.tolerance if",
        "tests/test_held.py",
    ),
    (
        "core/variables.py",
        "        np.bitwise_or.at(flags, inside[inside >= 0], table.flags[inside >= 0])\n",
        "",
        CASES,
    ),
    ("core/variables.py", "        flags[there] = table.flags[refs[there]]\n", "", CASES),
    (
        "core/variables.py",
        "        flags |= int(context.flags[result.computed[:2]][result.computed[2]])\n",
        "        pass\n",
        CASES,
    ),
    ("core/variables.py", "    flags = BIT.get(result.step, 0) |", "    flags = 0 |", CASES),
    ("core/variables.py", '        flags[absent] |= BIT["default-zero"]\n', "", CASES),
    (
        "core/explanation.py",
        "order = sorted(amounts, key=lambda i: (-abs(amounts[i]), i))",
        "order = sorted(amounts)",
        "tests/test_explanation.py",
    ),
    (
        "levels/lines.py",
        'return max(fits, key=lambda r: r.category.count("."), default=None)',
        'return min(fits, key=lambda r: r.category.count("."), default=None)',
        "tests/test_held.py",
    ),
    ("enterprise/fuels.py", "if abs(gap) > STOCK_GAP *", "if gap > STOCK_GAP *", "tests/test_held.py"),
    (
        "edition/verify.py",
        "missing = of[id(line)] - frozenset().union(printed, *inside) if inside else frozenset()",
        "missing = frozenset()",
        "tests/test_own_edition.py",
    ),
)


def survives(file: str, old: str, new: str, tests: str) -> bool:
    """True when the tests pass although the rule is broken."""
    path = ROOT / "inventory" / file
    text = path.read_text("utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"{file}: the text stands {text.count(old)} times: {old!r}")
    try:
        path.write_text(text.replace(old, new), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests.split()],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
    finally:
        path.write_text(text, "utf-8")
    return done.returncode == 0


def main() -> None:
    chosen = [int(a) for a in sys.argv[1:]] or range(len(MUTATIONS))
    alive = []
    for n in chosen:
        file, old, new, tests = MUTATIONS[n]
        alive += [n] if survives(file, old, new, tests) else []
        print(f"{n:3d} {'SURVIVED' if n in alive else 'killed'}  {file}: {old.strip()[:90]}", flush=True)
    print(f"killed {len(chosen) - len(alive)} of {len(chosen)}")


if __name__ == "__main__":
    main()
