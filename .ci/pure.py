"""The checks that need nothing but Python: on Linux, macOS and Windows alike.

    python .ci/pure.py [--quick]

Makes a fresh environment, installs the package with its tests, runs lint, types, layers and the tests that need no
other program.
--quick leaves out slow tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OTHERS = "not office and not browser and not postgres"


def run(*command: str) -> None:
    print("+", " ".join(command), flush=True)
    subprocess.run(command, cwd=ROOT, check=True, timeout=3600)


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        run(sys.executable, "-m", "venv", place)
        python = str(Path(place) / ("Scripts" if os.name == "nt" else "bin") / "python")
        run(python, "-m", "pip", "install", "-q", "-e", ".[test]")
        run(python, "-m", "pytest", "-q", "-n", "auto", "-m", OTHERS + (" and not slow" if quick else ""))
        if not quick:
            run(python, "-m", "ruff", "check", ".")
            run(python, "-m", "mypy")


if __name__ == "__main__":
    main()
