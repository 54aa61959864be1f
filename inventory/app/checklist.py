"""The factor checklist of a project: taken in (single rows, ranges, other provinces' checks adopted by name), and
shared with another province."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .. import api
from ..analysis.doubt import doubtful, lines_for
from ..core.edition import Edition
from ..core.files import write_bytes
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..reading.checklist import CHECKLIST_SHEET, CheckedEntry, adopted, as_csv, is_checklist, read_entries, settled
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from ..templates_xlsx.checklist import progress_text, write_checklist
from .acts import Around
from .source import Source, compiled


@dataclass(frozen=True, slots=True)
class ChecklistRequest:
    """The defaults that these inputs use, to be compared with the printed guideline."""

    source: Source
    output: Path
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ChecklistResult:
    """How many defaults are listed, how many of the first settle 90 % of the doubtful tonnes, and the tonnes by
    standing before and after checking."""

    output: Path
    defaults: int
    settles: int
    progress: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoadChecklistRequest:
    """A filled-in checklist and the project folder that keeps it; `adopt` and `date`: who takes over what another
    province shared, and when."""

    checklist: Path
    project: Path
    edition: str | Path | None = None
    adopt: str = ""
    date: str = ""
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class LoadChecklistResult:
    """Defaults found as printed, and those corrected, with earlier ones of the project; `progress` is empty where the
    project cannot be compiled."""

    file: Path
    checked: int
    corrected: int
    problems: tuple[Problem, ...]
    progress: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """A project folder whose checks go to other provinces, and the file that carries them."""

    project: Path
    output: Path
    edition: str | Path | None = None


def make_checklist(request: ChecklistRequest) -> ChecklistResult:
    """Raises `InventoryError` as compiling does."""
    ledger = compiled(request.source)
    count = write_checklist(ledger, request.output, request.lang)
    return ChecklistResult(request.output, count, lines_for(doubtful(ledger)), progress_text(ledger, request.lang))


def load_checklist(request: LoadChecklistRequest, around: Around | None = None) -> LoadChecklistResult:
    """Add a checklist's entries to 核对表.csv of the project; newer entries replace older ones. Raises `InventoryError`
    with every fault."""
    if not request.project.is_dir():
        raise InventoryError([problem("file.missing", Origin(str(request.project)))])
    problems, edition = Collector(), api.load_edition(request.edition)
    target = request.project / f"{CHECKLIST_SHEET}.csv"
    entries: dict[str, CheckedEntry] = {}
    for path in ([target] if target.exists() and target.resolve() != request.checklist.resolve() else []) + [
        request.checklist
    ]:
        entries.update({e.factor_id: e for e in _entries(path, edition, problems)})
    today = (around or Around()).clock().date().isoformat()
    given = tuple(entries.values())
    kept = adopted(given, request.adopt, request.date or today) if request.adopt else given
    checks, corrected = settled(kept, edition, problems)
    problems.raise_errors()
    if not checks and not corrected:
        problems.add("check.nothing")
        return LoadChecklistResult(target, 0, 0, tuple(problems))
    # what nobody adopted is not stored: no standing rises in silence
    stored = tuple(e for e in kept if not (e.shared_from and not e.adopted_by))
    write_bytes(target, as_csv(stored).encode("utf-8-sig"), "template.not_writable")
    progress: tuple[str, ...]
    try:
        progress = progress_text(api.compile([request.project], edition=edition), request.lang)
    except InventoryError:
        progress = ()
    return LoadChecklistResult(target, len(checks), len(corrected), tuple(problems), progress)


@dataclass(frozen=True, slots=True)
class ShareResult:
    """The file, and how many figures it holds."""

    output: Path
    count: int


def share_checklist(request: ShareRequest) -> ShareResult:
    """Write what a project has checked, signed by who checked it. Raises `InventoryError` where nothing is checked."""
    problems, edition = Collector(), api.load_edition(request.edition)
    held = request.project / f"{CHECKLIST_SHEET}.csv"
    entries = _entries(held, edition, problems) if held.exists() else ()
    problems.raise_errors()
    if not entries:
        raise InventoryError([problem("check.nothing_to_share", Origin(str(held)))])
    region = "、".join(compiled(Source((request.project,), request.edition)).regions)
    shared = [e if e.shared_from else replace(e, shared_from=region) for e in entries]
    write_bytes(
        request.output,
        as_csv(replace(e, adopted_by="", adopted_date="") for e in shared).encode("utf-8-sig"),
        "template.not_writable",
    )
    return ShareResult(request.output, len(shared))


def _entries(path: Path, edition: Edition, problems: Collector) -> Sequence[CheckedEntry]:
    try:
        sheets: Iterable[Sheet] = read_sheets(path)
    except Unreadable as unreadable:
        problems.extend([unreadable.problem])
        return ()
    required = [s for s in sheets if s.csv or is_checklist(s)]
    if not required:
        problems.add("file.no_table", Origin(path.name), sheets=CHECKLIST_SHEET)
    return read_entries(required, edition, problems)
