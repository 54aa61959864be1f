"""Queries over a data set of results: seconds by any two columns, memory, bytes a row, and pandas beside it on the same
files.

    python bench/bench_store.py [--rows 10000000] [--threads 2]

The rows are made up: counties x categories x gases x years x editions, lognormal masses, sorted as a ledger is, in parts
of 40 counties as `batch` writes them. Bars (two free cores): 10^7 rows joined to their factors (GWP, region, category)
and summed by any two columns 0.3 s (DESIGN) and 1 s (issue), 10^8 rows 3.5 s, below 700 MiB, at most 10 bytes a row.
Every query runs in a process of its own, so that its memory is its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

GASES = ("CO2", "CH4", "N2O", "HFC-23", "CF4", "C2F6", "SF6")
CATEGORIES, YEARS, EDITIONS = 108, 15, 2
QUESTIONS: dict[str, list[str]] = {
    "region x year": ["region", "year"],
    "category x gas": ["category", "gas"],
    "region x category": ["region", "category"],
    "province x year": ["province", "year"],
    "edition x sector": ["edition", "sector"],
    "gas x year": ["gas", "year"],
}


def make(folder: Path, rows: int) -> int:
    """A data set of about `rows` rows in parts as `batch` writes them: 40 counties with all years a part, for each
    edition; returns the rows written."""
    import numpy as np
    import pyarrow as pa

    from inventory.batch.run import CHUNK
    from inventory.edition import load
    from inventory.store.dataset import Dataset
    from inventory.store.parquet import COLUMNS, NUMBERS, encode, schema
    from inventory.store.places import Folder

    categories = [c.id for c in load("prov2011").categories.values()][:CATEGORIES]
    of_county = YEARS * CATEGORIES * len(GASES)
    counties = max(1, round(rows / (EDITIONS * of_county)))
    rng = np.random.default_rng(1)
    dataset, keys, written = Dataset(Folder(folder)), [], 0
    gwps = np.array([1.0, 21.0, 310.0, 11700.0, 6500.0, 9200.0, 23900.0])
    for edition in range(EDITIONS):
        for first in range(0, counties, CHUNK):
            count = min(CHUNK, counties - first)
            gas = np.tile(np.arange(len(GASES), dtype=np.int32), count * YEARS * CATEGORIES)
            codes = {
                "region": np.repeat(np.arange(count, dtype=np.int32), of_county),
                "category": np.tile(np.repeat(np.arange(CATEGORIES, dtype=np.int32), len(GASES)), count * YEARS),
                "gas": gas,
            }
            words = {"region": [f"县{first + i:05d}" for i in range(count)], "category": categories, "gas": list(GASES)}
            constants = {
                "edition": f"e{edition}",
                "run": "bench",
                "item": "",
                "gwp_set": "guideline",
                "account": "total",
                "method": "m",
                "tier": "1",
                "flags": "",
            }
            numbers = {
                "year": np.tile(
                    np.repeat(np.arange(2005, 2005 + YEARS, dtype=np.int16), CATEGORIES * len(GASES)), count
                ),
                "gwp": gwps[gas],
                "mass_t": np.round(rng.lognormal(8, 2, len(gas)), 3),
            }
            columns: list[Any] = []
            for name in COLUMNS:
                if name in NUMBERS:
                    columns.append(pa.array(numbers[name]))
                else:
                    of = codes.get(name, np.zeros(len(gas), np.int32))
                    columns.append(
                        pa.DictionaryArray.from_arrays(pa.array(of), pa.array(words.get(name) or [constants[name]]))
                    )
            key = f"{edition}-{first:06d}"
            dataset.commit(key, "parquet", encode(pa.Table.from_arrays(columns, schema=schema())), len(gas))
            keys.append(key)
            written += len(gas)
    dataset.close_run("bench", keys, {"edition": "prov2011"})
    return written


def ask(folder: Path, by: list[str], threads: int) -> dict[str, float]:
    import resource

    from inventory.store.dataset import Dataset
    from inventory.store.places import Folder
    from inventory.store.query import Query, QueryLimits

    clocks = []
    with Query(Dataset(Folder(folder)), limits=QueryLimits(threads=threads, memory_mb=600)) as query:
        for _ in range(3):
            before, start = time.process_time(), time.perf_counter()
            answer = query.sums(by)
            clocks.append((time.perf_counter() - start, time.process_time() - before))
    best = min(clocks)
    return {
        "clock": best[0],
        "cpu": best[1],
        "groups": len(answer.rows),
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def in_pandas(folder: Path, by: list[str]) -> dict[str, float]:
    """The obvious way: all parts into one frame, then groupby."""
    import resource

    from inventory.exports.results import read_results

    start = time.perf_counter()
    frame = read_results(folder)
    read = time.perf_counter() - start
    start = time.perf_counter()
    groups = len(frame.groupby(by, observed=True).co2e_t.sum())
    return {
        "read": read,
        "clock": time.perf_counter() - start,
        "groups": groups,
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def child(folder: Path, *arguments: str) -> dict[str, float]:
    out = subprocess.run(
        [sys.executable, __file__, "--folder", str(folder), *arguments], capture_output=True, text=True, check=True
    ).stdout
    return dict(json.loads(out.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--ask")
    parser.add_argument("--pandas")
    options = parser.parse_args()
    if options.folder and (options.ask or options.pandas):
        print(
            json.dumps(
                ask(options.folder, options.ask.split(","), options.threads)
                if options.ask
                else in_pandas(options.folder, options.pandas.split(","))
            )
        )
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start = time.perf_counter()
        rows = make(folder, options.rows)
        size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        print(f"{rows:,} rows, {size / rows:.2f} bytes a row, made and written in {time.perf_counter() - start:.0f} s")
        for name, by in QUESTIONS.items():
            r = child(folder, "--ask", ",".join(by), "--threads", str(options.threads))
            print(f"{name:20} {r['clock']:6.2f} s ({r['cpu']:5.2f} cpu) {r['groups']:9,.0f} groups {r['mib']:6.0f} MiB")
        if rows <= 20_000_000:
            r = child(folder, "--pandas", "region,category")
            print(f"pandas, region x category: reading {r['read']:.2f} s + {r['clock']:.2f} s, {r['mib']:.0f} MiB")


if __name__ == "__main__":
    main()
