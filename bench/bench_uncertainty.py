"""Uncertainty: Monte Carlo and error propagation on whole ledgers, beside plain numpy and beside a generator called
once a draw. Scenarios: one at a time and 10,000 at once, beside the whole compilation of each.

    python bench/bench_uncertainty.py [--large] [--threads N]

Prints times, ratios to the bars of DESIGN.md and to the two comparisons, and the peak memory of each job, which runs in
a process of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: the library's own threads would fight with ours

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BARS = {"400 x 10,000": 0.1, "2,000 x 100,000": 0.8, "approach 1 + key categories": 0.02}
SCENARIOS = 10_000
MEMORY_BAR = 150


def ledger_of(plants: int, years: tuple[int, ...] = (2010,)):
    """A ledger of `plants` lines a year, each activity times its own factor: 2 x plants inputs for one year."""
    from inventory.core.activity import Project, UserFactor, datum
    from inventory.core.engine import compile_ledger
    from inventory.edition import load

    edition = load(ROOT / "tests" / "data" / "mini_edition")
    places = ("1.1", "1.2", "2.1", "4.1")
    data = [
        datum(
            "甲省",
            year,
            "plant_output",
            1000.0 + n,
            "t",
            {"category": places[n * 4 // plants], "plant": f"p{n:05d}"},
            uncertainty=3 + n % 10,
            data_kind="示例",
        )
        for year in years
        for n in range(plants)
    ]
    factors = [
        UserFactor(
            "plant_ef", (("plant", f"p{n:05d}"),), 0.5 + n % 7 / 10, "tCO2/t", "bench", "实测", uncertainty=5 + n % 20
        )
        for n in range(plants)
    ]
    return compile_ledger(Project(tuple(data), tuple(factors)), edition)


def best(job, times: int, clock=time.perf_counter) -> float:
    seconds = []
    for _ in range(times):
        start = clock()
        job()
        seconds.append(clock() - start)
    return min(seconds)


def ours(plants: int, draws: int, threads: int | None, times: int) -> dict:
    from inventory.uncertainty.inputs import inputs_of
    from inventory.uncertainty.montecarlo import DrawingResources, monte_carlo

    ledger = ledger_of(plants)
    inputs = inputs_of(ledger)
    seconds, memory = [], 0.0
    for n in range(times):
        start = time.perf_counter()
        result = monte_carlo(ledger, draws, inputs=inputs, resources=DrawingResources(threads=threads))
        seconds.append(time.perf_counter() - start)
        memory = memory or peak()  # of one run; a result kept while the next runs is the caller's memory
        if n < times - 1:
            del result
    total = next(n for n, t in enumerate(result.tree.items) if t.level == "total")
    return {
        "s": min(seconds),
        "mib": memory,
        "shares": sum(c.share for c in result.contributions[total]),
        "inputs_s": best(lambda: inputs_of(ledger), 2),
    }


def plain(plants: int, draws: int) -> dict:
    """numpy's own generator, a loop over lines, no intervals of lines, no contributions, no names."""
    import numpy as np

    rng = np.random.default_rng(1)

    def job() -> None:
        total = np.zeros(draws)
        for n in range(plants):
            total += rng.normal(1000.0 + n, (1000.0 + n) * (3 + n % 10) / 196, draws) * rng.normal(
                0.6, 0.6 * (5 + n % 20) / 196, draws
            )
        np.quantile(total, (0.025, 0.975))

    return {"s": best(job, 1), "mib": peak()}


def python(plants: int, draws: int) -> dict:
    """A generator of the standard library called once a draw; timed on part of the draws and scaled."""
    import random

    part = max(draws // 100, 100)
    rng = random.Random(1)

    def job() -> None:
        for n in range(plants):
            ad, ef = 1000.0 + n, 0.6
            [rng.normalvariate(ad, ad * 0.03) * rng.normalvariate(ef, ef * 0.05) for _ in range(part)]

    return {"s": best(job, 1) * draws / part, "mib": peak()}


def propagation(plants: int) -> dict:
    from inventory.analysis.key_categories import key_categories
    from inventory.uncertainty.inputs import inputs_of
    from inventory.uncertainty.propagation import approach_1

    ledger = ledger_of(plants, (2005, 2010))
    inputs = inputs_of(ledger)

    def job() -> None:
        result = approach_1(ledger, inputs=inputs)
        for lucf in (True, False):
            key_categories(ledger, "甲省", 2010, 2005, with_lucf=lucf)
            key_categories(ledger, "甲省", 2010, 2005, with_lucf=lucf, uncertainty=result)

    job()
    return {"s": best(job, 5), "mib": peak(), "inputs_s": best(lambda: inputs_of(ledger), 2)}


def province() -> dict:
    """The example of 江苏, two years, all sectors, every input given an uncertainty (a named set, 10 % for the
    rest)."""
    from inventory.analysis.key_categories import all_assessments
    from inventory.api import compile
    from inventory.core.statements import Assumption
    from inventory.uncertainty.inputs import inputs_of
    from inventory.uncertainty.montecarlo import monte_carlo
    from inventory.uncertainty.propagation import approach_1

    ledger = compile(ROOT / "examples" / "jiangsu")
    rest = [Assumption(kind, uncertainty=10.0, source="bench") for kind in ("activity", "factor")]
    inputs = inputs_of(ledger, rest, ["printed-range"])
    return {
        "lines": len(ledger.lines),
        "inputs": len(inputs.variables),
        "read_s": best(lambda: inputs_of(ledger, rest, ["printed-range"]), 3),
        "first_s": best(lambda: approach_1(ledger, inputs=inputs), 5),
        "key_s": best(lambda: all_assessments(ledger, approach_1(ledger, inputs=inputs)), 5),
        "second_s": best(lambda: monte_carlo(ledger, 10_000, inputs=inputs), 3),
        "mib": peak(),
    }


def scenarios(count: int) -> dict:
    """Three inputs of 江苏 (clinker, pigs, an oxidation that several fuels share) changed together: a scenario at a
    time, `count` of them at once, and, the naive way, the project with the two new data compiled whole. Processor time;
    `apart`: relative difference of the total of 2010 to the naive way, the two data changed alone."""
    import numpy as np

    import inventory
    from inventory.analysis.scenarios import Scenarios

    project = inventory.read(ROOT / "examples" / "jiangsu")[0]
    ledger = inventory.compile(project)
    data = ({"quantity": "clinker_production"}, {"quantity": "livestock", "animal": "猪"})

    def sweep(shares, with_factor: bool = True):
        s = Scenarios(ledger)
        for where in data:
            s.scale(s.activity(year=2010, **where), shares)
        if with_factor:
            s.scale(s.factor("oxidation", id="energy.oxidation.sec.pwr.coal_boiler"), shares)
        return s.run()

    def naive(share: float):
        changed = project
        for where in data:
            value = Scenarios(ledger).activity(year=2010, **where).value
            changed = changed.with_value(value * share, year=2010, **where)
        return inventory.compile(changed)

    whole = naive(0.95)
    quick = sweep([0.95], with_factor=False).totals["江苏", 2010, "total"][0]
    shares = np.linspace(0.9, 1.0, count)
    return {
        "one_s": best(lambda: sweep([0.95]), 20, time.process_time),
        "many_s": best(lambda: sweep(shares), 3, time.process_time),
        "naive_s": best(lambda: naive(0.95), 5, time.process_time),
        "apart": abs(quick / float(whole.co2e(year=2010)) - 1),
        "mib": peak(),
    }


def peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(*call) -> dict:
    """A job in a process of its own, for its peak memory."""
    done = subprocess.run(
        [sys.executable, __file__, "--job", json.dumps(call)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true", help="also 2,000 inputs x 100,000 draws")
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--job", default="")
    args = parser.parse_args()
    if args.job:
        name, *rest = json.loads(args.job)
        print(json.dumps(globals()[name](*rest)))
        return
    jobs = [("400 x 10,000", 200, 10_000, 5)] + ([("2,000 x 100,000", 1000, 100_000, 5)] if args.large else [])
    print(f"{'job':<34}{'seconds':>9}{'of bar':>8}{'MiB':>7}")
    for name, plants, draws, times in jobs:
        mine, numpy_, stdlib = (
            alone("ours", plants, draws, args.threads, times),
            alone("plain", plants, draws),
            alone("python", plants, draws),
        )
        print(
            f"{name + ', contributions':<34}{mine['s']:>9.3f}{mine['s'] / BARS[name]:>8.2f}{mine['mib']:>7.0f} "
            f"  (memory bar {MEMORY_BAR} MiB; "
            f"shares sum to {mine['shares']:.3f}; inputs read in {mine['inputs_s']:.3f} s)"
        )
        print(
            f"{'  plain numpy, total only':<34}{numpy_['s']:>9.3f}{'':>8}{numpy_['mib']:>7.0f}   "
            f"{numpy_['s'] / mine['s']:.1f} x ours"
        )
        print(
            f"{'  standard library, a call a draw':<34}{stdlib['s']:>9.1f}{'':>8}{stdlib['mib']:>7.0f}   "
            f"{stdlib['s'] / mine['s']:.0f} x ours (scaled up)"
        )
    first = alone("propagation", 200)
    name = "approach 1 + key categories"
    print(
        f"{name + ', 400 lines':<34}{first['s']:>9.4f}{first['s'] / BARS[name]:>8.2f}{first['mib']:>7.0f}   "
        f"(inputs read in {first['inputs_s']:.3f} s)"
    )
    whole = alone("province")
    print(
        f"{'江苏, 2 years: inputs':<34}{whole['read_s']:>9.4f}{'':>8}{whole['mib']:>7.0f}   {whole['lines']} "
        f"lines, {whole['inputs']} variables"
    )
    print(f"{'  approach 1':<34}{whole['first_s']:>9.4f}{whole['first_s'] / BARS[name]:>8.2f}")
    print(f"{'  approach 1, all key categories':<34}{whole['key_s']:>9.4f}{whole['key_s'] / BARS[name]:>8.2f}")
    print(f"{'  Monte Carlo, 10,000 draws':<34}{whole['second_s']:>9.3f}")
    print_scenarios(alone("scenarios", SCENARIOS))


def print_scenarios(took: dict) -> None:
    """Processor time, a scenario alone, all at once and compiled whole, with how far the two ways are apart."""
    print(
        f"{'  a scenario of three inputs':<34}{took['one_s']:>9.4f}{'':>8}{took['mib']:>7.0f}   "
        f"(processor; totals {took['apart']:.1e} apart from the whole compilation)"
    )
    print(f"{f'  {SCENARIOS:,} at once':<34}{took['many_s']:>9.4f}")
    print(
        f"{'  the project compiled whole':<34}{took['naive_s']:>9.4f}{'':>15}   {took['naive_s'] / took['one_s']:.0f} x "
        f"one scenario, {took['naive_s'] * SCENARIOS / took['many_s']:,.0f} x all at once (scaled up)"
    )


if __name__ == "__main__":
    main()
