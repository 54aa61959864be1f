"""Which tests the inner loop leaves out, and which files come first: `tests/slow.txt` and `tests/longest.txt`, written
from a measured run.

    python -m pytest -n 2 --junitxml=build/suite.xml
    python bench/slow_tests.py build/suite.xml [SECONDS]

Every test function that takes more than SECONDS (0.3) of a processor with any of its parameters, or more than
ALTOGETHER (1.5) with all of them, is listed; `tests/conftest.py` marks what is listed `slow`, and puts the processor time
of each test (children included) into the report, so that other work on the machine does not matter. A test that says so
itself (`@pytest.mark.slow`) need not be here. Files of more than FILE seconds by the clock are begun in the order of
their time, the longest first.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
LIST, ORDER = TESTS / "slow.txt", TESTS / "longest.txt"

ALTOGETHER = 1.5
FILE = 4.0
PREFIX = "processor_seconds_"


def times(report: Path) -> tuple[dict[str, list[float]], dict[str, float]]:
    """`file::function` of each test of a JUnit report with the processor seconds of its parameters (the clock's where the
    report has no others), and by file the seconds of all set-ups, which another test pays where one is left out."""
    out: dict[str, list[float]] = {}
    around: dict[str, float] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        given = {
            p.get("name", ""): float(p.get("value", 0)) for p in case.iter("property") if PREFIX in p.get("name", "")
        }
        file = f"{case.get('classname', '').replace('.', '/')}.py"
        name = f"{file}::{case.get('name', '').partition('[')[0]}"
        out.setdefault(name, []).append(given.get(f"{PREFIX}call", 0 if given else float(case.get("time", 0))))
        around[file] = around.get(file, 0.0) + sum(given.get(f"{PREFIX}{x}", 0) for x in ("setup", "teardown"))
    return out, around


def slow(measured: dict[str, list[float]], limit: float) -> list[str]:
    """The names of the tests that take longer than `limit`, or than `ALTOGETHER` with all their parameters."""
    return sorted(name for name, each in measured.items() if max(each) > limit or sum(each) > ALTOGETHER)


def longest(report: Path) -> list[str]:
    """The files that take more than `FILE` seconds by the clock, the longest first: waiting for a browser counts too."""
    whole: dict[str, float] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = case.get("classname", "").rpartition(".")[2]
        whole[name] = whole.get(name, 0.0) + float(case.get("time", 0))
    return [name for name, seconds in sorted(whole.items(), key=lambda x: -x[1]) if seconds > FILE]


def main(arguments: list[str]) -> None:
    measured, around = times(Path(arguments[0]))
    listed = slow(measured, float(arguments[1]) if len(arguments) > 1 else 0.3)
    LIST.write_text("\n".join(listed) + "\n", "utf-8")
    ORDER.write_text("\n".join(longest(Path(arguments[0]))) + "\n", "utf-8")
    rest = sum(sum(each) for name, each in measured.items() if name not in listed) + sum(around.values())
    print(f"{len(listed)} tests; the others take {rest:.0f} s of one processor")


if __name__ == "__main__":
    main(sys.argv[1:])
