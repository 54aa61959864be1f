"""The service's own checks (`tests/service/check_*.py`) on SQLite, in a process of their own: Django is set up once a
process. On PostgreSQL: `test_service_postgresql.py`, so that the two stand beside each other. `INVENTORY_CHECKS` names
some of the files instead of all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from process_help import ran

pytest.importorskip("django")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(960)]
HERE = Path(__file__).resolve().parent


def run(env: dict[str, str]) -> None:
    done = ran(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-o",
            "python_files=check_*.py",
            "-o",
            "addopts=",
            "-o",
            "testpaths=",
            "-o",
            "faulthandler_timeout=240",
            *(str(HERE / "service" / name) for name in os.environ.get("INVENTORY_CHECKS", "").split() or ("",)),
        ],
        900,
        env,
        HERE.parent,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_on_sqlite() -> None:
    run({"INVENTORY_TEST_PG": ""})
