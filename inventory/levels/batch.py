"""Many regions and years in one command: units of input compiled in chunks by parallel processes, one faulty region never stopping the others.

A unit is a sub-folder, or the CSVs and workbooks of the top folder that concern the same region. Files with a meaning for all (regions.csv, factors*,
choices*, gwp.csv) apply to every unit. Chunks are cut by the order of the units, never by the number of processes, and results are written in that order.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from ..compiling import compile_project
from ..core.activity import Project
from ..core.edition import Edition, load
from ..core.ledger import RESULT_COLUMNS, Ledger
from ..core.problems import Collector, InventoryError, Origin, Problem, in_order, problem
from ..reading import read_project
from ..reading.beside import kind_of_level_file
from ..reading.extras import kind_of as extra_kind
from ..reading.lexicon import fold
from ..reading.project import CHOICE_FILES, FACTOR_FILES, TABLE_SUFFIXES
from ..regions import Tree, extended, tree_of
from .plain import PlainReader

CHUNK = 40  # units compiled together: enough that the fixed cost of a compilation does not show
SUMMARY_COLUMNS = ("region", "year", "total_co2e_t", "without_lucf_co2e_t", "gwp_set", "lines")
PROBLEM_COLUMNS = ("unit", "region", "severity", "code", "place", "message")


@dataclass(frozen=True, slots=True)
class Unit:
    """One region's input (or that of several which share files)."""

    name: str
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A chunk of units for one process, and where its results go."""

    number: int
    units: tuple[Unit, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one region of one unit: its years, and [start, end) in bytes in the part file of each kind."""

    unit: str
    region: str
    years: int
    spans: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a chunk gave: failures (unit, first message), and per region its years and where its rows stand in the part files."""

    number: int
    failed: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class BatchResult:
    regions: int
    region_years: int
    failed: dict[str, str]
    folder: Path


@dataclass
class _Setting:
    """What every process of the batch knows; set once when it starts."""

    edition: Edition
    gwp: str | None
    years: tuple[int, ...]
    shared: tuple[Path, ...]
    lang: str
    common: Project = field(default_factory=Project)
    common_problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        self.reader = PlainReader(self.edition)
        if self.shared:
            self.common, found = read_project(self.shared, self.edition)
            self.common_problems = tuple(p for p in found if p.code != "project.empty")


_setting: _Setting | None = None


def run_batch(folder: Path, output: Path, *, workers: int = 0, years: Sequence[int] = (), edition: str = "prov2011", gwp: str | None = None,
              lang: str = "zh", progress: Callable[[int, int], None] | None = None) -> BatchResult:
    """Compile every unit of `folder` and write `results.csv`, `summary.csv` and `problems.csv` to `output`.

    workers: processes, 0 for one a processor; the files are the same for any number. Raises `InventoryError` where there is nothing to compile, or the
    files for all regions are faulty.
    """
    problems = Collector()
    tree = tree_of([folder], problems)
    units, shared = units_of(folder)
    if not units:
        problems.add("levels.region_not_in_data")
    problems.raise_errors()
    known = extended(load(edition), tree)
    if gwp is not None:
        known.gwp_set(gwp)  # an unknown name is told before anything is computed
    setting = _Setting(known, gwp, tuple(years), shared, lang)
    faults = [p for p in setting.common_problems if p.severity == "error"]
    if faults:
        raise InventoryError(setting.common_problems)
    output.mkdir(parents=True, exist_ok=True)
    parts = Path(tempfile.mkdtemp(prefix=".parts-", dir=output))
    try:
        jobs = [Job(n, tuple(units[i:i + CHUNK]), parts) for n, i in enumerate(range(0, len(units), CHUNK))]
        done = list(_run(jobs, workers or os.cpu_count() or 1, (edition, tree, gwp, tuple(years), shared, lang), setting, progress, len(units)))
        twice = _repeated(done)
        kept = {d.number: [b for b in d.blocks if (b.unit, b.region) not in twice] for d in done}
        for name, columns in (("results", RESULT_COLUMNS), ("summary", SUMMARY_COLUMNS)):
            _join(parts, name, columns, kept, output / f"{name}.csv")
        _join_problems(parts, len(jobs), twice, lang, output / "problems.csv")
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    failed = {unit: text for d in done for unit, text in d.failed} | {unit: p.text(lang) for (unit, _), p in twice.items()}
    blocks = [b for rest in kept.values() for b in rest if b.years]
    return BatchResult(len({b.region for b in blocks}), sum(b.years for b in blocks), failed, output)


def _repeated(done: Sequence[Done]) -> dict[tuple[str, str], Problem]:
    """(unit, region) of regions that an earlier unit gave already; their rows are left out."""
    first: dict[str, str] = {}
    out: dict[tuple[str, str], Problem] = {}
    for d in done:
        for b in d.blocks:
            if first.setdefault(b.region, b.unit) != b.unit:
                out[(b.unit, b.region)] = problem("levels.region_twice", Origin(b.unit), region=b.region, other=first[b.region])
    return out


def _run(jobs: list[Job], workers: int, start: tuple, setting: _Setting, progress: Callable[[int, int], None] | None, total: int) -> Iterator[Done]:
    finished = 0
    if workers < 2 or len(jobs) < 2:
        results: Iterable[Done] = (compile_chunk(job, setting) for job in jobs)
        pool = None
    else:
        pool = ProcessPoolExecutor(min(workers, len(jobs)), initializer=_start, initargs=start)
        results = pool.map(_work, jobs)
    try:
        for job, done in zip(jobs, results, strict=True):
            finished += len(job.units)
            if progress is not None:
                progress(finished, total)
            yield done
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _start(edition: str, tree: Tree, gwp: str | None, years: tuple[int, ...], shared: tuple[Path, ...], lang: str) -> None:
    global _setting
    _setting = _Setting(extended(load(edition), tree), gwp, years, shared, lang)


def _work(job: Job) -> Done:
    assert _setting is not None
    return compile_chunk(job, _setting)


# ---- units ----

def _for_all(path: Path) -> bool:
    return any(fold(path.stem).startswith(fold(w)) for w in (*FACTOR_FILES, *CHOICE_FILES)) or bool(extra_kind(path))


def units_of(folder: Path) -> tuple[list[Unit], tuple[Path, ...]]:
    """Units in name order, and the files for all regions. Files of the top folder that name the same region belong together."""
    inside = sorted((p for p in folder.iterdir() if not p.name.startswith((".", "~$"))), key=lambda p: p.name)
    files = [p for p in inside if p.is_file() and p.suffix.lower() in TABLE_SUFFIXES and not kind_of_level_file(p.stem)]
    shared = tuple(p for p in files if _for_all(p))
    groups: dict[Path, list[Path]] = {}
    home: dict[str, Path] = {}  # region -> first file of its group
    for file in files:
        if file in shared:
            continue
        names = _regions_in(file)
        first = {home[n] for n in names if n in home}
        root = min(first, key=lambda p: p.name) if first else file
        members = [file]
        for other in sorted(first - {root}, key=lambda p: p.name):
            members = [*groups.pop(other), *members]
        groups[root] = [*groups.get(root, []), *members]
        moved = first - {root}
        for n in [n for n, p in home.items() if p in moved] if moved else ():
            home[n] = root
        home.update(dict.fromkeys(names, root))
    units = [Unit(root.name, tuple(sorted(members, key=lambda p: p.name))) for root, members in groups.items()]
    units += [Unit(p.name, (p,)) for p in inside if p.is_dir()]
    return sorted(units, key=lambda u: u.name), shared


def _regions_in(file: Path) -> tuple[str, ...]:
    """Regions named in the first columns of a CSV with a plain heading; nothing for other files, which then stand alone."""
    if file.suffix.lower() != ".csv":
        return ()
    try:
        rows = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
        head = next(rows, [])
        at = next((i for i, name in enumerate(head) if name.strip().lower() in ("region", "地区")), None)
        return () if at is None else tuple(dict.fromkeys(row[at].strip() for row in rows if len(row) > at and row[at].strip()))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()


# ---- one chunk ----

def compile_chunk(job: Job, setting: _Setting) -> Done:
    """Read and compile the units of a chunk: together, and each alone where that fails; write its three part files."""
    read = [(unit, *_read(unit, setting)) for unit in job.units]
    ready: list[tuple[Unit, Project]] = []
    failed: dict[str, tuple[Problem, ...]] = {}
    told: list[tuple[str, str, Problem]] = []
    for unit, project, found in read:
        errors = [p for p in found if p.severity == "error"]
        if errors or not project.data:
            failed[unit.name] = tuple(errors) or (problem("levels.region_not_in_data"),)
        else:
            ready.append((unit, project))
        told.extend((unit.name, "", p) for p in found)
    out = _Out(job, setting)
    for group in _compilable(ready, setting, failed, told):
        for unit, project, ledger in group:
            out.write(unit.name, ledger, _places(project))
    out.close(told, failed)
    return Done(job.number, tuple((u.name, failed[u.name][0].text(setting.lang)) for u in job.units if u.name in failed), tuple(out.blocks))


def _read(unit: Unit, setting: _Setting) -> tuple[Project, list[Problem]]:
    if len(unit.paths) == 1 and unit.paths[0].suffix.lower() == ".csv":
        quick = setting.reader.project(unit.paths[0])
        if quick is not None:
            return _chosen(quick[0], setting), quick[1]
    project, found = read_project(unit.paths, setting.edition)
    return _chosen(project, setting), found


def _chosen(project: Project, setting: _Setting) -> Project:
    """The wanted years only."""
    if not setting.years:
        return project
    return Project(tuple(d for d in project.data if d.year in setting.years), project.factors, tuple(n for n in project.notations if n.year in setting.years),
                   project.choices, project.checks, project.tables, project.title)


def _compilable(ready: list[tuple[Unit, Project]], setting: _Setting, failed: dict[str, tuple[Problem, ...]],
                told: list[tuple[str, str, Problem]]) -> Iterator[list[tuple[Unit, Project, Ledger]]]:
    """Groups of units with their common ledger. Units with factors, choices or tables of their own are compiled alone: those hold for them only."""
    plain = [(u, p) for u, p in ready if not (p.factors or p.choices or p.tables or p.checks)]
    together: Ledger | None = None
    if len(plain) > 1:
        try:
            together = _compile(Project(tuple(d for _, p in plain for d in p.data), notations=tuple(n for _, p in plain for n in p.notations)), setting)
        except InventoryError:
            together = None
    shared = {u.name for u, _ in plain} if together is not None else set()
    owners = {region: u.name for u, p in plain for region in dict.fromkeys(d.region for d in p.data)}
    if together is not None:
        told.extend((_owner(p, owners, plain), "", p) for p in together.warnings)
    for unit, project in ready:
        if unit.name in shared and together is not None:
            yield [(unit, project, together)]
            continue
        try:
            ledger = _compile(project, setting)
        except InventoryError as error:
            failed[unit.name] = tuple(p for p in error.problems if p.severity == "error")
            told.extend((unit.name, "", p) for p in error.problems)
            continue
        told.extend((unit.name, "", p) for p in ledger.warnings)
        yield [(unit, project, ledger)]


def _owner(p: Problem, owners: dict[str, str], plain: list[tuple[Unit, Project]]) -> str:
    """The unit a warning of a common compilation belongs to: by its region, else by the file it names."""
    region = dict(p.facts).get("region", "")
    return owners.get(region) or next((u.name for u, _ in plain if p.origin.file and any(x.name == p.origin.file for x in u.paths)), "")


def _compile(project: Project, setting: _Setting) -> Ledger:
    return compile_project(setting.common.merged(project), setting.edition, gwp=setting.gwp)


def _places(project: Project) -> tuple[str, ...]:
    return tuple(dict.fromkeys([d.region for d in project.data] + [n.region for n in project.notations]))


class _Out:
    """The part files of one chunk."""

    def __init__(self, job: Job, setting: _Setting) -> None:
        self.job, self.setting = job, setting
        self.blocks: list[Block] = []
        self._ends = {"results": 0, "summary": 0}
        self._files = {name: (job.folder / f"{job.number:06d}.{name}").open("wb") for name in self._ends}
        self._lines: dict[int, dict[str, list[tuple]]] = {}
        self._kept: list[Ledger] = []

    def write(self, unit: str, ledger: Ledger, regions: Iterable[str]) -> None:
        by_region = self._grouped(ledger)
        lucf = ledger.edition.descendants("4") if "4" in ledger.edition.categories else frozenset()
        for region in regions:
            records = by_region.get(region, [])
            totals: dict[int, list[float]] = {}
            for r in records:
                if r[8] == "total":
                    sums = totals.setdefault(r[1], [0.0, 0.0, 0])
                    sums[0] += r[6]
                    sums[1] += 0.0 if r[2] in lucf else r[6]
                    sums[2] += 1
            rows = {"results": records, "summary": [(region, y, *sums[:2], ledger.gwp.name, sums[2]) for y, sums in sorted(totals.items())]}
            spans = tuple((name, *self._put(name, block)) for name, block in rows.items())
            self.blocks.append(Block(unit, region, len({r[1] for r in records}), spans))

    def _put(self, name: str, rows: list[tuple]) -> tuple[int, int]:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        start = self._ends[name]
        self._ends[name] += self._files[name].write(text.getvalue().encode("utf-8"))
        return start, self._ends[name]

    def _grouped(self, ledger: Ledger) -> dict[str, list[tuple]]:
        if id(ledger) not in self._lines:
            self._lines = {id(ledger): {}}
            self._kept = [ledger]
            for record in ledger.records():
                self._lines[id(ledger)].setdefault(record[0], []).append((*record[:6], float(record[6]), *record[7:]))
        return self._lines[id(ledger)]

    def close(self, told: list[tuple[str, str, Problem]], failed: dict[str, tuple[Problem, ...]]) -> None:
        for f in self._files.values():
            f.close()
        order = {u.name: i for i, u in enumerate(self.job.units)}
        seen: dict[str, list[Problem]] = {}
        for unit, _, p in told:
            seen.setdefault(unit, []).append(p)
        for unit, problems in failed.items():
            seen.setdefault(unit, []).extend(problems)
        with (self.job.folder / f"{self.job.number:06d}.problems").open("w", encoding="utf-8", newline="") as table:
            writer = csv.writer(table, lineterminator="\n")
            for unit in sorted(seen, key=lambda u: order.get(u, -1)):
                writer.writerows(_told(unit, p, self.setting.lang) for p in in_order(seen[unit]))


def _told(unit: str, p: Problem, lang: str) -> tuple[str, ...]:
    return (unit, dict(p.facts).get("region", ""), p.severity, p.code, str(p.origin), p.text(lang))


def _join(parts: Path, name: str, columns: Sequence[str], kept: dict[int, list[Block]], target: Path) -> None:
    """The kept blocks behind one another under their heading; the target is replaced only when all is written."""
    temporary = parts / f"{name}.csv"
    with temporary.open("wb") as out:
        out.write(("\ufeff" + ",".join(columns) + "\n").encode("utf-8"))
        for number, blocks in sorted(kept.items()):
            with (parts / f"{number:06d}.{name}").open("rb") as part:
                for block in blocks:
                    start, end = next((a, b) for kind, a, b in block.spans if kind == name)
                    part.seek(start)
                    out.write(part.read(end - start))
    os.replace(temporary, target)


def _join_problems(parts: Path, count: int, twice: dict[tuple[str, str], Problem], lang: str, target: Path) -> None:
    temporary = parts / "problems.csv"
    with temporary.open("wb") as out:
        out.write(("\ufeff" + ",".join(PROBLEM_COLUMNS) + "\n").encode("utf-8"))
        for number in range(count):
            out.write((parts / f"{number:06d}.problems").read_bytes())
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(_told(unit, p, lang) for (unit, _), p in twice.items())
        out.write(text.getvalue().encode("utf-8"))
    os.replace(temporary, target)
