"""Batch of many regions: seconds and memory for 30 to 30,000 region-years, the cost of one, and one compilation a
county beside it.

    python bench/bench_levels.py [--full] [--workers N]

Counties and their figures are made up here. The bar of 3,000 counties x 10 years is 60 s on two cores and 2 GiB (--full
runs it). Processor seconds are printed beside the clock, because a shared machine lends only part of its cores.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

YEARS = range(2005, 2015)
HEADINGS = (
    "region",
    "year",
    "category",
    "item",
    "quantity",
    "value",
    "unit",
    "source",
    "uncertainty",
    "note",
    "data_kind",
)
ROWS = (
    ("1.1.1.1", "equipment=发电锅炉;fuel=烟煤", "fuel_consumption", 50, "万吨"),
    ("1.1.3.4", "equipment=水泥回转窑;fuel=烟煤", "fuel_consumption", 8, "万吨"),
    ("1.1.3.5", "equipment=工业锅炉;fuel=烟煤", "fuel_consumption", 12, "万吨"),
    ("1.1.4.2", "equipment=道路车辆;fuel=汽油", "fuel_consumption", 3, "万吨"),
    ("1.1.4.2", "equipment=道路车辆;fuel=柴油", "fuel_consumption", 4, "万吨"),
    ("1.1.5", "equipment=其他设备;fuel=液化石油气", "fuel_consumption", 0.4, "万吨"),
    ("1.1.6", "equipment=其他设备;fuel=天然气", "fuel_consumption", 0.1, "亿m3"),
    ("2.1", "", "clinker_production", 30, "万吨"),
    ("2.2", "", "lime_production", 3, "万吨"),
    ("3.1", "season=单季稻", "rice_area", 1.2, "万公顷"),
    ("", "animal=非奶牛;scale=农户散养", "livestock", 2, "万头"),
    ("", "animal=山羊;scale=农户散养", "livestock", 5, "万头"),
    ("", "animal=猪;scale=农户散养", "livestock", 30, "万头"),
    ("5.1.3", "incinerated_waste=城市固体废弃物", "waste_incinerated", 2, "万吨"),
)
PROVINCES = ("江苏", "湖南", "四川", "河北")


def counties(folder: Path, number: int) -> None:
    """`number` counties of four provinces, one CSV each, ten years, fourteen data a year."""
    with (folder / "regions.csv").open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(("code", "name", "level", "parent"))
        writer.writerows(("", f"县{i:04d}", "区县", PROVINCES[i % 4]) for i in range(number))
    for i in range(number):
        with (folder / f"县{i:04d}.csv").open("w", encoding="utf-8", newline="") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow(HEADINGS)
            for year in YEARS:
                growth = 1 + 0.03 * (year - 2005) + i % 7 / 50
                writer.writerows(
                    (
                        f"县{i:04d}",
                        year,
                        category,
                        item,
                        quantity,
                        round(value * growth, 3),
                        unit,
                        "bench",
                        "",
                        "",
                        "示例",
                    )
                    for category, item, quantity, value, unit in ROWS
                )


def batch(number: int, workers: int) -> dict:
    import resource

    from inventory.batch import BatchRequest, run_batch

    with tempfile.TemporaryDirectory() as place:
        folder, output = Path(place) / "in", Path(place) / "out"
        folder.mkdir()
        counties(folder, number)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        start = time.perf_counter()
        result = run_batch(BatchRequest(str(folder), str(output), workers=workers))
        clock = time.perf_counter() - start
        mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        assert result.region_years == number * len(YEARS) and not result.failed
        return {
            "clock": clock,
            "cpu": mine.ru_utime - before + mine.ru_stime + theirs.ru_utime + theirs.ru_stime,
            "mib": mine.ru_maxrss / 1024 + workers * theirs.ru_maxrss / 1024,
        }


def on_cluster(number: int, workers: int) -> dict:
    """The same batch on `inventory cluster` with `workers` worker processes of this machine: processor time after they
    are up, of the processes that run tasks and of scheduler, supervisor and client. The imports of
    the pool's processes and of the workers are in both figures."""
    import socket

    import psutil

    from inventory.batch import BatchRequest, run_batch

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    command = [sys.executable, "-m", "inventory", "cluster"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
    scheduler = subprocess.Popen([*command, "scheduler", "--port", str(port)], **quiet)
    nodes = subprocess.Popen([*command, "worker", address, "--processes", str(workers), "--host", "127.0.0.1"], **quiet)

    def spent() -> tuple[float, float]:
        top = psutil.Process(nodes.pid)
        rest = [psutil.Process(scheduler.pid), *psutil.Process(scheduler.pid).children(recursive=True), top]
        of = [
            sum(p.cpu_times().user + p.cpu_times().system for p in group)
            for group in (top.children(recursive=True), [*rest, psutil.Process()])
        ]
        return of[0], of[1]

    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=60)
        with tempfile.TemporaryDirectory() as place:
            folder, output = Path(place) / "in", Path(place) / "out"
            folder.mkdir()
            counties(folder, number)
            start = time.perf_counter()
            before = spent()
            result = run_batch(BatchRequest(str(folder), str(output), scheduler=address))
            clock, (tasks, rest) = time.perf_counter() - start, (b - a for a, b in zip(before, spent(), strict=True))
            assert result.region_years == number * len(YEARS) and not result.failed
            return {"clock": clock, "cpu": tasks + rest, "tasks": tasks, "mib": 0}
    finally:
        for process in (nodes, scheduler):
            process.terminate()
        for process in (nodes, scheduler):
            process.wait()


def one_by_one(number: int) -> dict:
    """`inventory.compile` called for each county, in one process: the obvious way."""
    from inventory import api

    with tempfile.TemporaryDirectory() as place:
        counties(Path(place), number)
        files = sorted(Path(place).glob("县*.csv"))
        start = time.perf_counter()
        for file in files:
            api.write_results(api.compile([file, Path(place) / "regions.csv"]), Path(place) / f"{file.stem}.out")
        return {"clock": time.perf_counter() - start}


def alone(*call) -> dict:
    done = subprocess.run(
        [sys.executable, __file__, "--job", json.dumps(call)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="also 3,000 counties")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cluster", type=int, default=0, help="counties for processes and a dask cluster beside them")
    parser.add_argument("--job", default="")
    args, _ = parser.parse_known_args()
    if args.job:
        name, *rest = json.loads(args.job)
        print(json.dumps(globals()[name](*rest)))
        return
    print(f"{'batch':<36}{'s':>8}{'cpu s':>8}{'MiB':>7}{'ms cpu each':>13}")
    for number in () if args.cluster else (3, 30, 300, *((3000,) if args.full else ())):
        done = alone("batch", number, args.workers)
        years = number * len(YEARS)
        bar = f"   bar 60 s: {done['clock'] / 60:.2f}, 2 GiB: {done['mib'] / 2048:.2f}" if number == 3000 else ""
        name = f"{number:,} counties, {years:,} region-years"
        print(
            f"{name:<36}{done['clock']:>8.2f}{done['cpu']:>8.2f}{done['mib']:>7.0f}{1000 * done['cpu'] / years:>13.2f}{bar}",
            flush=True,
        )
    if args.cluster:
        name = f"{args.cluster:,} counties"
        pool, dask = (alone(job, args.cluster, args.workers) for job in ("batch", "on_cluster"))
        print(
            f"{name}: pool {pool['cpu']:.1f} s cpu, {pool['clock']:.1f} s; dask {dask['cpu']:.1f} s cpu, "
            f"{dask['clock']:.1f} s; {dask['tasks'] / pool['cpu'] - 1:+.0%} in the processes that run tasks (bar +15%), "
            f"{dask['cpu'] / pool['cpu'] - 1:+.0%} with scheduler, supervisor and client"
        )
        return
    naive = alone("one_by_one", 30)["clock"]
    print(f"{'one compilation a county, 30':<36}{naive:>8.2f}{'':>15}{1000 * naive / 300:>13.2f}")


if __name__ == "__main__":
    main()
