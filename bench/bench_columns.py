"""Activity data in columns: what a project of many rows weighs, and what its reading, its checks and its preparation
for the engine take. Every line is a function that a command calls; processor time of this process alone.

`python bench/run.py columns` reads a file of 10^5 rows and checks 10^6 in memory; `python bench_columns.py --rows
10000000` checks 10^7.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
from common import row

READ = 100_000
YEARS = tuple(range(1995, 2025))
HEADINGS = ("region", "year", "category", "item", "quantity", "value", "unit", "source", "uncertainty", "note", "kind")


def processor(work, runs: int = 3) -> float:  # type: ignore[no-untyped-def]
    """Best processor seconds of some runs: the machine may be busy."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def rows_of(edition, n: int):  # type: ignore[no-untyped-def]
    """`n` rows of a made-up province (示例): every quantity under every first word of its keys, in turn by place and
    year, so that each row has a place of its own."""
    from inventory.core.columns import ActivitySubject

    subjects = []
    for q in edition.declared.quantities.values():
        keys = [(k, list(q.key_values.get(k) or edition.vocabulary.get(k) or ())[:4]) for k in sorted(q.keys)]
        if all(words for _, words in keys) and "category" not in q.keys and q.max is None and not q.division:
            for j in range(max((len(words) for _, words in keys), default=1)):
                item = tuple((k, words[j % len(words)]) for k, words in keys)
                subjects.append(ActivitySubject(q.id, item, q.unit[0]))
    regions = list(edition.vocabulary["region"])[:31]
    places = -(-n // (len(subjects) * len(YEARS)))
    number = np.arange(n)
    subject, year = number % len(subjects), number // len(subjects) % len(YEARS)
    region = number // (len(subjects) * len(YEARS))
    named = [regions[i] if i < len(regions) else f"{regions[i % 31]}{i:04d}县" for i in range(places)]
    return named, subjects, (region, subject, year, 10.0 + number % 97)


def columns_of(named, subjects, codes):  # type: ignore[no-untyped-def]
    """The same as the reader leaves it, without the file."""
    from inventory.core.columns import ActivityColumns, Provenance
    from inventory.core.origins import OriginColumns

    region, subject, year, value = codes
    n = len(value)
    origins = OriginColumns(
        (("示例.csv", ""),), (), np.zeros(n, np.int32), np.arange(2, n + 2, dtype=np.int32), np.zeros(n, np.int16)
    )
    return ActivityColumns(
        tuple(named),
        tuple(subjects),
        (Provenance("年鉴", None, "", "示例"),),
        region.astype(np.int32),
        subject.astype(np.int32),
        np.zeros(n, np.int32),
        np.array(YEARS, np.int16)[year],
        value,
        origins,
        {},
        {},
    )


def write(path: Path, named, subjects, codes) -> None:  # type: ignore[no-untyped-def]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow((*HEADINGS[:-1], "data_kind"))
        for r, s, y, v in zip(*(c.tolist() for c in codes), strict=True):
            quantity, item, unit = subjects[s]
            keys = ";".join(f"{k}={v}" for k, v in item)
            out.writerow((named[r], YEARS[y], "", keys, quantity, v, unit, "年鉴", "", "", "示例"))


def frame(named, subjects, codes):  # type: ignore[no-untyped-def]
    """The same rows as a pandas frame."""
    import pandas as pd

    region, subject, year, value = codes
    columns = {
        "region": [named[r] for r in region.tolist()],
        "year": [YEARS[y] for y in year.tolist()],
        "item": [";".join(f"{k}={v}" for k, v in subjects[s][1]) for s in subject.tolist()],
        "quantity": [subjects[s][0] for s in subject.tolist()],
        "value": value,
        "unit": [subjects[s][2] for s in subject.tolist()],
    }
    return pd.DataFrame({**columns, "source": "年鉴", "data_kind": "示例"})


def main(rows: int = 1_000_000) -> None:
    from inventory import api
    from inventory.core.prepare import prepare
    from inventory.core.problems import Collector
    from inventory.edition import load
    from inventory.reading import read_project
    from inventory.reading.plausible import check_plausible

    edition = load("prov2011")
    given = rows_of(edition, READ)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "示例.csv"
        write(file, *given)
        seconds = processor(lambda: read_project([file], edition), 2)
        project, problems = read_project([file], edition)
    assert len(project.data) == READ, problems[:3]
    print(f"read from a CSV, 10^5 rows: {seconds:.2f} s, {seconds / READ * 1e6:.1f} µs a row")
    table = frame(*given)
    frames = processor(lambda: api.read(table, edition), 2)
    assert len(api.read(table, edition)[0].data) == READ
    print(f"read from a pandas frame, 10^5 rows: {frames:.2f} s")
    print(f"  prepared for the engine: {processor(lambda: prepare(project, edition, Collector())):.2f} s")

    data = columns_of(*rows_of(edition, rows))
    o = data.origins
    arrays = (data.region, data.subject, data.provenance, data.year, data.value, o.sheet, o.row, o.column)
    weight = sum(a.nbytes for a in arrays) / rows
    tracemalloc.start()
    objects = [data[i] for i in range(20_000)]
    each = tracemalloc.get_traced_memory()[0] / len(objects)
    tracemalloc.stop()
    print(f"a row in columns {weight:.0f} bytes, as an object {each:.0f} ({each / weight:.1f} x)")
    del objects
    row(f"{rows:.0e} rows by quantity", processor(lambda: data.take(np.arange(rows)).by_quantity, 2))
    row(f"{rows:.0e} rows checked for plausibility", processor(lambda: check_plausible(data, edition, Collector()), 1))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(int(sys.argv[sys.argv.index("--rows") + 1]) if "--rows" in sys.argv else 1_000_000)
