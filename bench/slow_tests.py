"""Which tests the inner loop leaves out: `tests/slow.txt`, written from a measured run.

    python -m pytest -n 2 --junitxml=build/suite.xml
    python bench/slow_tests.py build/suite.xml [SECONDS]

Every test function that takes longer than SECONDS (0.5) with any of its parameters is listed; `tests/conftest.py` marks
what is listed `slow`. A test that says so itself (`@pytest.mark.slow`) need not be here. Measure on idle cores.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

LIST = Path(__file__).resolve().parent.parent / "tests" / "slow.txt"


def slow(report: Path, limit: float) -> list[str]:
    """`file::function` of each test of a JUnit report that took longer than `limit` seconds."""
    names = set()
    for case in ElementTree.parse(report).iter("testcase"):
        if float(case.get("time", "0")) > limit:
            file = f"{case.get('classname', '').replace('.', '/')}.py"
            names.add(f"{file}::{case.get('name', '').partition('[')[0]}")
    return sorted(names)


def main(arguments: list[str]) -> None:
    listed = slow(Path(arguments[0]), float(arguments[1]) if len(arguments) > 1 else 0.5)
    LIST.write_text("\n".join(listed) + "\n", "utf-8")
    print(f"{len(listed)} tests")


if __name__ == "__main__":
    main(sys.argv[1:])
