"""Same input, same bytes: under three hash seeds, that of this process among them, the example gives the same results
file and the same workbook."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest
from example_book import EXAMPLE, example, example_book

from inventory import api


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    here = tmp_path_factory.mktemp("这里") / "r.csv"
    api.write_results(example(), here)
    found = [(hashlib.sha256(example_book()).hexdigest(), hashlib.sha256(here.read_bytes()).hexdigest())]
    for seed in range(2):
        out = tmp_path_factory.mktemp(f"种子 {seed}")
        run = subprocess.run(
            [
                sys.executable,
                "-m",
                "inventory",
                "compile",
                str(EXAMPLE),
                "-o",
                str(out / "清单.xlsx"),
                "--results",
                str(out / "r.csv"),
            ],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=240,
        )
        assert run.returncode == 0, run.stderr[-2000:]
        book, results = (hashlib.sha256((out / name).read_bytes()).hexdigest() for name in ("清单.xlsx", "r.csv"))
        found.append((book, results))
    return found


@pytest.mark.slow
def test_workbook_is_the_same_under_every_hash_seed(digests: list[tuple[str, str]]) -> None:
    assert len({workbook for workbook, _ in digests}) == 1


@pytest.mark.slow
def test_results_are_the_same_under_every_hash_seed(digests: list[tuple[str, str]]) -> None:
    assert len({results for _, results in digests}) == 1
