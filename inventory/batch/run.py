"""The batch itself: units cut into tasks, tasks that were committed before left out, the others run, the files joined
in the order of the units.

Every task commits its own result (`inventory.store.dataset`), named by what went into it: a process that dies, a
machine that is switched off, a second run of the same command cost nothing that was finished. The files are the same
for any number of processes, machines and chunks.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import __version__
from ..core.executors import Pool, TaskLost, Workers, run_tasks
from ..core.files import replacing
from ..core.ledger import RESULT_COLUMNS
from ..core.problems import Collector, InventoryError, Origin, problem
from ..edition import default
from ..regions import built_in, tree_of
from ..sheets.csvfile import csv_text
from ..store.dataset import Dataset, Receipt
from ..store.places import Folder, Place, is_remote, place_of
from .chunk import ChunkResult, RegionBlock, compile_chunk, lost_unit, problem_row
from .cluster import workers_of
from .inputs import localized, setting_key
from .setting import SettingKey, setting_of
from .units import BatchUnit, units_of

CHUNK = 40  # units compiled together: enough that the fixed cost of a compilation does not show
SUMMARY_COLUMNS = ("region", "year", "total_co2e_t", "without_lucf_co2e_t", "gwp_set", "lines")
PROBLEM_COLUMNS = ("unit", "region", "severity", "code", "place", "message")
FORMATS = ("csv", "parquet")
WORK = ".batch"  # below the output folder, until the files are complete
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What to compile and where to put it. workers: processes, 0 for one a processor; scheduler: address of a dask
    scheduler instead.

    format: `csv` (results.csv, summary.csv, problems.csv) or `parquet` (a data set that `inventory query` reads, with
    summary.csv and problems.csv). folder and output may be fsspec URLs; run names the run within a data set (default:
    the edition).
    """

    folder: str
    output: str
    workers: int = 0
    scheduler: str = ""
    years: tuple[int, ...] = ()
    edition: str | None = None
    gwp: str | None = None
    lang: str = "zh"
    format: str = "csv"
    run: str = ""
    chunk: int = CHUNK


@dataclass(frozen=True)
class BatchResult:
    """Counts, and the first message of every unit that failed."""

    regions: int
    region_years: int
    failed: dict[str, str]
    output: str
    resumed: int = 0  # units that an earlier run had finished


@dataclass(frozen=True, slots=True)
class Task:
    """A chunk of units, by paths relative to the folder, and where its result is committed."""

    key: str
    units: tuple[tuple[str, tuple[str, ...]], ...]
    folder: str
    setting: SettingKey
    place: str
    format: str
    run: str


def run_batch(request: BatchRequest, progress: Progress | None = None) -> BatchResult:
    """Compile every unit of the folder. Raises `InventoryError` where there is nothing to compile, or the files for all
    regions are faulty."""
    if request.format not in FORMATS:
        raise InventoryError([problem("batch.format", format=request.format, known="、".join(FORMATS))])
    edition = request.edition or default("province")
    request = replace(request, edition=edition, run=request.run or edition)
    folder = localized(request.folder)
    units, shared = units_of(folder)
    if not units:
        raise InventoryError([problem("levels.region_not_in_data")])
    key = setting_key(folder, shared, edition, request.gwp, request.years, request.lang)
    setting_of(key)  # faults of the shared files are errors before anything is computed
    if not is_remote(request.output):
        Path(request.output).mkdir(parents=True, exist_ok=True)
    work = str(Path(request.output) / WORK) if request.format == "csv" else request.output
    if request.format == "csv" and is_remote(request.output):
        work = tempfile.mkdtemp(prefix="batch-")
    tasks = [
        _task(n, units[i : i + request.chunk], folder, key, request, work)
        for n, i in enumerate(range(0, len(units), max(1, request.chunk)))
    ]
    dataset = Dataset(place_of(work))
    keys, resumed = _run(tasks, dataset, request, progress, len(units))
    receipts = _unique(dataset, [r for k in keys if (r := dataset.receipt(k)) is not None], request.lang)
    _write(dataset, receipts, request, key)
    if request.format == "csv":
        shutil.rmtree(work, ignore_errors=True)
    failed = {unit: text for r in receipts for unit, text in r.facts["failed"]}
    blocks = [b for r in receipts for b in r.facts["blocks"] if b["years"]]
    return BatchResult(
        len({b["region"] for b in blocks}), sum(b["years"] for b in blocks), failed, request.output, resumed
    )


def _task(
    number: int, units: Sequence[BatchUnit], folder: Path, key: SettingKey, request: BatchRequest, work: str
) -> Task:
    parts = (
        key.digest,
        key.gwp,
        key.years,
        key.lang,
        request.format,
        request.run,
        [(u.name, u.digest()) for u in units],
    )
    digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    named = tuple((u.name, tuple(p.relative_to(folder).as_posix() for p in u.paths)) for u in units)
    return Task(
        f"{number:06d}-{digest}",
        named,
        request.folder if is_remote(request.folder) else str(folder),
        key,
        work,
        request.format,
        request.run,
    )


# ---- running ----


def work_on(task: Task) -> tuple[str, int, str]:
    """Compile one task and commit its part, in whatever process this is; returns a small receipt (key, rows,
    sha256)."""
    dataset = Dataset(place_of(task.place))
    known = dataset.receipt(task.key)
    if known is not None and dataset.place.exists(known.part):
        return known.key, known.rows, known.sha256  # committed before the process or the scheduler died
    folder = localized(task.folder)
    setting = setting_of(
        replace(task.setting, folder=folder, shared=tuple(folder / p.name for p in task.setting.shared))
    )
    units = [BatchUnit(name, tuple(folder / p for p in paths)) for name, paths in task.units]
    receipt = _commit(dataset, task, compile_chunk(units, setting))
    return receipt.key, receipt.rows, receipt.sha256


def _run(
    tasks: list[Task], dataset: Dataset, request: BatchRequest, progress: Progress | None, total: int
) -> tuple[list[str], int]:
    """The keys of the run in order, and how many units an earlier run had finished already."""
    ready = {t.key for t in tasks if (r := dataset.receipt(t.key)) is not None and dataset.place.exists(r.part)}
    waiting = [t for t in tasks if t.key not in ready]
    resumed = finished = sum(len(t.units) for t in tasks if t.key in ready)
    keys: dict[str, list[str]] = {t.key: [t.key] for t in tasks}
    with (
        workers_of(request.workers, request.scheduler) as workers,
        closing(run_tasks(waiting, work_on, workers)) as ended,
    ):
        for at, result in ended:
            task = waiting[at]
            if isinstance(result, TaskLost):
                keys[task.key] = _one_by_one(task, dataset, request, workers)
            elif isinstance(result, BaseException):
                raise result
            finished += len(task.units)
            if progress is not None:
                progress(finished, total)
    if progress is not None and not waiting:
        progress(finished, total)
    return [k for t in tasks for k in keys[t.key]], resumed


def _one_by_one(task: Task, dataset: Dataset, request: BatchRequest, workers: Workers) -> list[str]:
    """The units of a chunk whose process died, each as a task of its own: only the one that kills its process is
    lost."""
    single = [replace(task, key=f"{task.key}-{n:03d}", units=(unit,)) for n, unit in enumerate(task.units)]
    with closing(run_tasks(single, work_on, Pool(2))) as ended:
        for at, result in ended:
            if isinstance(result, TaskLost):
                name = single[at].units[0][0]
                message, row = lost_unit(name, request.lang)
                _commit(dataset, single[at], ChunkResult((), ((name, message),), (row,)))
            elif isinstance(result, BaseException):
                raise result
    return [t.key for t in single]


# ---- parts ----


def _commit(dataset: Dataset, task: Task, result: ChunkResult) -> Receipt:
    content, blocks = _part(task, result.blocks)
    facts = {
        "blocks": blocks,
        "failed": [list(f) for f in result.failed],
        "problems": [list(p) for p in result.problems],
        "versions": {"inventory": __version__},
    }
    return dataset.commit(task.key, task.format, content, sum(len(b.records) for b in result.blocks), facts)


def _part(task: Task, blocks: Sequence[RegionBlock]) -> tuple[bytes, list[dict[str, Any]]]:
    """The bytes of a part, and per block its unit, region, years, summary rows and where its rows stand (bytes of a
    CSV, rows of a Parquet part)."""
    facts: list[dict[str, Any]] = []
    at, chunks = 0, []
    for block in blocks:
        body = _csv(block.records) if task.format == "csv" else b""
        size = len(body) if task.format == "csv" else len(block.records)
        chunks.append(body)
        facts.append(
            {
                "unit": block.unit,
                "region": block.region,
                "years": block.years,
                "summary": [list(r) for r in block.summary],
                "start": at,
                "end": at + size,
            }
        )
        at += size
    if task.format == "csv":
        return b"".join(chunks), facts
    from ..store import parquet

    return parquet.encode(
        parquet.joined([parquet.table_of(b.records, b.gwp, task.setting.edition, task.run) for b in blocks])
    ), facts


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    return csv_text(rows).encode("utf-8", "surrogatepass")


def _unique(dataset: Dataset, receipts: list[Receipt], lang: str) -> list[Receipt]:
    """The receipts with the blocks of regions that an earlier unit gave already taken out, and said so among the
    failures."""
    first: dict[str, str] = {}
    out: list[Receipt] = []
    for receipt in receipts:
        twice = [b for b in receipt.facts["blocks"] if first.setdefault(b["region"], b["unit"]) != b["unit"]]
        if not twice:
            out.append(receipt)
            continue
        problems = {
            b["unit"]: problem("levels.region_twice", Origin(b["unit"]), region=b["region"], other=first[b["region"]])
            for b in twice
        }
        facts = dict(receipt.facts)
        facts["blocks"] = [b for b in receipt.facts["blocks"] if b not in twice]
        facts["failed"] = [*receipt.facts["failed"], *([u, p.text(lang)] for u, p in problems.items())]
        facts["problems"] = [*receipt.facts["problems"], *(list(problem_row(u, p, lang)) for u, p in problems.items())]
        out.append(_without(dataset, receipt, facts))
    return out


def _without(dataset: Dataset, receipt: Receipt, facts: dict[str, Any]) -> Receipt:
    """A part with some blocks taken out, under a key of its own; the first stays as it was for another run."""
    kept = facts["blocks"]
    if receipt.part.endswith(".csv"):
        return replace(receipt, facts=facts)  # the blocks are cut out when the files are joined
    import pyarrow.parquet as pq

    from ..store import parquet

    table = pq.read_table(io.BytesIO(dataset.read(receipt)), schema=parquet.schema())
    cut = parquet.joined([table.slice(b["start"], b["end"] - b["start"]) for b in kept])
    digest = hashlib.sha256(
        repr([(b["unit"], b["region"]) for b in kept]).encode("utf-8", "surrogatepass")
    ).hexdigest()[:8]
    return dataset.commit(f"{receipt.key}-without-{digest}", "parquet", parquet.encode(cut), cut.num_rows, facts)


# ---- files ----


def _write(dataset: Dataset, receipts: list[Receipt], request: BatchRequest, key: SettingKey) -> None:
    place = place_of(request.output)
    if request.format == "csv":
        _join(dataset, receipts, place)
    rows = [r for receipt in receipts for b in receipt.facts["blocks"] for r in b["summary"]]
    place.write("summary.csv", _table(SUMMARY_COLUMNS, rows))
    place.write("problems.csv", _table(PROBLEM_COLUMNS, [p for receipt in receipts for p in receipt.facts["problems"]]))
    if request.format == "parquet":
        facts = {
            "edition": request.edition,
            "setting": key.digest,
            "gwp": request.gwp or "",
            "inventory": __version__,
            "rows": sum(r.rows for r in receipts),
            "regions": _added_regions(key.folder),
        }
        dataset.close_run(request.run, [r.key for r in receipts], facts)


def _added_regions(folder: Path) -> list[list[str]]:
    """Regions of the folder's own tables, so that questions can go up the tree: name, code, level, parent."""
    known = built_in()
    tree = tree_of([folder], Collector())
    return [[r.name, r.code, r.level, r.parent] for r in tree.regions.values() if r.name not in known]


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    return b"\xef\xbb\xbf" + _csv([columns, *rows])


def _join(dataset: Dataset, receipts: list[Receipt], place: Place) -> None:
    """The kept blocks behind one another under their heading; the old file stays until all is written."""
    head = b"\xef\xbb\xbf" + _csv([RESULT_COLUMNS])
    if not isinstance(place, Folder):
        place.write("results.csv", head + b"".join(piece for r in receipts for piece in _pieces(dataset, r)))
        return
    with replacing(place.path / "results.csv") as temporary, temporary.open("wb") as out:
        out.write(head)
        for receipt in receipts:
            out.writelines(_pieces(dataset, receipt))


def _pieces(dataset: Dataset, receipt: Receipt) -> list[bytes]:
    content = dataset.read(receipt)
    return [content[b["start"] : b["end"]] for b in receipt.facts["blocks"]]
