"""Two checkouts against each other, job by job: `python bench/against.py BEFORE [AFTER] [--rounds N]`, each a folder or a
commit of this repository (after: this folder).

Every job runs in both, by turns, in one process a checkout and round; processor seconds, the best of a process, the
median of the rounds: on a shared machine the ratio of such pairs moves least. A job that a checkout does not have yet
is a dash. Inputs are those of this folder for both.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from house import MOST_SECONDS, ROOT, checkout

SLOWER = 1.05  # more than this is marked
JOBS = """
import gc, json, sys, time
gc.set_threshold(200_000, 20, 100)  # as the command has it
root, place, runs = sys.argv[1], sys.argv[2], 5
times = {}

def timed(name, prepare, most=runs):
    try:
        work = prepare()
        best = []
        for _ in range(most):
            start = time.process_time(); work(); best.append(time.process_time() - start)
        times[name] = min(best[1:] or best)
    except Exception as error:  # the other checkout has no such job
        print(name, repr(error)[:200], file=sys.stderr)

from inventory import api
try:
    from inventory.edition import load
except ImportError:
    from inventory.core.edition import load
example = root + "/examples/jiangsu"
edition = load("prov2011")
ledger = api.compile(example)

def compiled():
    from inventory.core.engine import compile_ledger
    return lambda: compile_ledger(ledger.project, ledger.edition)

def working():
    from inventory.workbook.filing import write_filing
    return lambda: write_filing(ledger, place + "/book.xlsx")

def filed():
    from inventory.filing.book import write_filing_set
    return lambda: write_filing_set(ledger, place + "/filed.xlsx")

def explained():
    from inventory.explain import explain_line
    return lambda: explain_line(ledger, "1.1", "CO2")

def key():
    from inventory.analysis.key_categories import all_assessments
    from inventory.uncertainty.propagation import approach_1
    return lambda: all_assessments(ledger, approach_1(ledger))

def drawn():
    from inventory.uncertainty.montecarlo import monte_carlo
    return lambda: monte_carlo(ledger, 2_000)

# what the project itself states: the same inputs for every version, without declared defaults and shares

def key_of_stated():
    from inventory.analysis.key_categories import all_assessments
    from inventory.uncertainty.propagation import approach_1
    return lambda: all_assessments(ledger, approach_1(ledger, sets=getattr(ledger.project, 'chosen_sets', None)))

def drawn_of_stated():
    from inventory.uncertainty.montecarlo import monte_carlo
    return lambda: monte_carlo(ledger, 2_000, sets=getattr(ledger.project, 'chosen_sets', None))

def plant():
    from inventory.enterprise.compute import compute_file
    file = sorted(p for p in __import__("pathlib").Path(root, "examples", "enterprise").glob("*.xlsx"))[0]
    return lambda: compute_file(file)

def many():
    sys.path.insert(0, root + "/bench")
    from pathlib import Path
    import bench_levels
    folder = Path(place, "counties"); folder.mkdir(exist_ok=True)
    bench_levels.counties(folder, 20)
    number = iter(range(100))
    try:
        from inventory.batch import BatchRequest, run_batch
        return lambda: run_batch(BatchRequest(str(folder), place + f"/out{next(number)}", workers=1))
    except ImportError:
        from inventory.levels.batch import run_batch
        return lambda: run_batch(folder, Path(place, f"out{next(number)}"), workers=1)

timed("江苏 compiled in memory", compiled, 9)
timed("江苏 read from its folder", lambda: lambda: api.read(example, edition))
timed("working book written", working)
timed("filing set written", filed)
timed("1.1 CO2 explained, all lines", explained)
timed("approach 1 and all key categories", key, 9)
timed("Monte Carlo, 2,000 draws", drawn, 3)
timed("approach 1 and key categories, stated inputs", key_of_stated, 9)
timed("Monte Carlo, stated inputs", drawn_of_stated, 3)
timed("an enterprise workbook read and assessed", plant)
timed("batch of 20 counties, 10 years, one process", many, 3)
print(json.dumps(times, ensure_ascii=False))
"""


def times_of(checkout_root: Path) -> dict[str, float]:
    """Processor seconds of each job in a process of its own."""
    with tempfile.TemporaryDirectory() as place:
        run = subprocess.run(
            [sys.executable, "-c", JOBS, str(ROOT), place],
            cwd=checkout_root,
            env={"PYTHONPATH": str(checkout_root), "PATH": "", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=MOST_SECONDS,
            check=True,
        )
    times: dict[str, float] = json.loads(run.stdout.splitlines()[-1])
    return times


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("before")
    given.add_argument("after", nargs="?", default=str(ROOT))
    given.add_argument("--rounds", type=int, default=3)
    options = given.parse_args()
    with tempfile.TemporaryDirectory() as name:
        roots = [checkout(options.before, Path(name)), checkout(options.after, Path(name))]
        rounds = [[times_of(root) for root in roots] for _ in range(options.rounds)]
    print(f"| job | {options.before}, ms | now, ms | ratio |")
    print("|---|---|---|---|")
    for job in rounds[0][1]:
        now = statistics.median(after[job] for _, after in rounds)
        if not all(job in before for before, _ in rounds):
            print(f"| {job} | — | {1000 * now:.1f} | — |")
            continue
        then = statistics.median(before[job] for before, _ in rounds)
        ratio = statistics.median(after[job] / before[job] for before, after in rounds)
        mark = "**" if ratio > SLOWER else ""
        print(f"| {job} | {1000 * then:.1f} | {1000 * now:.1f} | {mark}{ratio:.2f}{mark} |")


if __name__ == "__main__":
    main()
