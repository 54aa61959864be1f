"""Everything that is wrong with an input, at once, and the input given back with its cells marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import api
from ..core.account import FigureAccount
from ..core.problems import Collector, InventoryError, Problem, in_order
from ..forms.files import ASSESSED, PLAN, TARGETS
from ..reading.level_sheets import level_sheets

ASSESSED_BY = frozenset({ASSESSED, PLAN, TARGETS})  # forms of the yearly assessment
WITHOUT_DATA = ("project.empty", "method.none")  # of an inventory; no fault of an assessment


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """`mark`: where the marked input goes; a file for one input, a folder for several."""

    inputs: tuple[Path, ...]
    edition: str | Path | None = None
    mark: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """All problems, errors first; where every figure went (None: not read from files); marked files."""

    problems: tuple[Problem, ...]
    account: FigureAccount | None
    marked: tuple[Path, ...] = ()

    @property
    def errors(self) -> int:
        return sum(p.severity == "error" for p in self.problems)


def check_inputs(request: CheckRequest) -> CheckResult:
    """An input that does not compile is a result, not an exception. Raises `InventoryError` for an unknown edition or a
    place not writable."""
    result = api.examine(list(request.inputs), edition=request.edition)
    problems = _with_assessment(request, result.problems)
    marked = _marked(request, problems) if request.mark is not None else ()
    return CheckResult(problems, result.account, marked)


def _with_assessment(request: CheckRequest, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What is wrong with the yearly assessment too, where the input holds its forms; an assessment needs no activity
    data."""
    from .levels import TargetsRequest, assess_targets

    if not any(s.sheet.height > 1 for s in level_sheets(request.inputs, Collector(), ASSESSED_BY)):
        return problems
    try:
        also = assess_targets(TargetsRequest(request.inputs, edition=request.edition, with_inventory=False)).problems
    except InventoryError as error:
        also = tuple(error.problems)
    return tuple(in_order(dict.fromkeys(p for p in (*problems, *also) if p.code not in WITHOUT_DATA)))


def _marked(request: CheckRequest, problems: Sequence[Problem]) -> tuple[Path, ...]:
    """Each input given back with its cells marked. One input: the target is the file; several: a folder with one file
    for each that something is said about."""
    from ..edition import load
    from ..reading.inputs import input_files
    from ..reading.mark import mark_workbook

    assert request.mark is not None
    files = input_files(list(request.inputs), load(request.edition))
    if len(files) == 1:
        mark_workbook(files[0][0], problems, request.mark, request.lang, files[0][1])
        return (request.mark,)
    request.mark.mkdir(parents=True, exist_ok=True)
    out = []
    remarked = {p.origin.file for p in problems}
    for path, name in files:
        if name not in remarked:
            continue
        target = request.mark / f"{name.replace('/', '-')}-检查结果.xlsx"
        mark_workbook(path, problems, target, request.lang, name)
        out.append(target)
    return tuple(out)
