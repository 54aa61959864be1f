"""A thousand enterprise reports: read, checked, recomputed, stored; ten million rows joined and summed. Beside them the
naive ways."""

from __future__ import annotations

import dataclasses
import resource
import sys
import tempfile
import time
from pathlib import Path

from common import row, timed

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "tests" / "data" / "enterprise"
REPORTS = 1_000
RUNS = 3  # each into a database of its own
NAIVE = 30  # measured and scaled up


def main() -> None:
    from inventory.enterprise.collect import collect
    from inventory.enterprise.store import opened

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        began = time.perf_counter()
        make_reports(folder / "in", REPORTS)
        print(f"# {REPORTS} reports written in {time.perf_counter() - began:.1f} s", file=sys.stderr)
        files = sorted((folder / "in").glob("*.xlsx"))
        naive = timed(lambda: [naive_reading(f) for f in files[:NAIVE]], 1)[1] * (REPORTS / NAIVE)
        for workers in (1, 2):
            fresh = iter([folder / f"{workers}.{n}.db" for n in range(RUNS)])
            before = processor_seconds()
            seconds = timed(
                lambda fresh=fresh, workers=workers: collect(folder / "in", next(fresh), workers=workers), RUNS, 0
            )[1]  # type: ignore[misc]
            row(
                f"{REPORTS} reports collected: read, checked, recomputed, stored ({workers} "
                f"process{'es' if workers > 1 else ''})",
                seconds,
                8.0,
                naive,
                f"{(processor_seconds() - before) / RUNS:.1f} s of processor; median of {RUNS}; naive: "
                f"openpyxl reading alone, {NAIVE} measured and scaled up",
            )
        with opened(folder / "2.0.db") as connection:
            assert connection.execute("select count(*) from submission").fetchone()[0] == REPORTS
        row("the same folder again: nothing new", timed(lambda: collect(folder / "in", folder / "2.0.db"), 3)[1], None)
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"# peak memory {own:.0f} MiB, of workers {workers:.0f} MiB", file=sys.stderr)


def processor_seconds() -> float:
    """User and system time of this process and of workers that have ended: what a machine busy with other work cannot
    blur as much."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(x.ru_utime + x.ru_stime for x in both)


def make_reports(folder: Path, count: int) -> None:
    """Variations of the six examples: every firm its own name, code and amounts (illustrative)."""
    from inventory.enterprise.compute import compute
    from inventory.enterprise.read import read_enterprise
    from inventory.enterprise.report import write_report

    folder.mkdir()
    bases = [read_enterprise(p)[0] for p in sorted(EXAMPLES.glob("*.toml"))]
    for n in range(count):
        base = bases[n % len(bases)]
        scale = 0.5 + (n * 0.618034) % 1
        profile = dataclasses.replace(base.profile, name=f"示例企业{n:04d}", code=f"SL{n:06d}", city=f"示例市{n % 13}")
        readings = tuple(
            dataclasses.replace(
                r,
                **{
                    k: None if getattr(r, k) is None else round(getattr(r, k) * scale, 2)
                    for k in ("opening", "purchased", "sold", "closing", "metered")
                },
            )
            for r in base.readings
        )
        labs = tuple(
            dataclasses.replace(r, ncv=None if r.ncv is None else round(r.ncv * (0.95 + scale / 10), 3))
            for r in base.labs
        )
        write_report(
            compute(dataclasses.replace(base, profile=profile, readings=readings, labs=labs)), folder / f"{n:04d}.xlsx"
        )


def naive_reading(path: Path) -> int:
    """What a first script does: load with openpyxl and walk over the cells, nothing checked or computed."""
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)
    return sum(1 for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None)


if __name__ == "__main__":
    main()
