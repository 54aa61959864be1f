"""All benches, one after the other: `python bench/run.py [core|uncertainty|…]`."""

from __future__ import annotations

import importlib
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> None:
    sys.path.insert(0, str(HERE))
    names = sorted(p.stem for p in HERE.glob("bench_*.py"))
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    for name in names:
        if not wanted or name.removeprefix("bench_") in wanted:
            print(f"\n## {name.removeprefix('bench_')}")
            sys.argv = [name]  # what follows belongs to this runner, not to the bench
            importlib.import_module(name).main()


if __name__ == "__main__":
    main(sys.argv[1:])
