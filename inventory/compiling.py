"""From a project that has been read to its Ledger: gaps filled by named methods, surveys brought to the inventory year,
own GWP sets, then the engine.

`inventory.api` reads and calls this; whoever has a project already (levels, targets) calls it directly.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .analysis import ranges
from .analysis.time_series import check_editions, fill_gaps
from .core.activity import Project
from .core.division import with_divisions
from .core.edition import Edition
from .core.engine import compile_ledger
from .core.ledger import Ledger
from .core.problems import Problem, in_order, problem
from .data_availability import with_unavailable
from .edition.verify import off_report
from .lucf_interpolation import with_surveys


def compile_project(
    project: Project,
    edition: Edition,
    *,
    gwp: str | None = None,
    allow_fallback: bool = True,
    strict: bool = False,
    read_problems: Iterable[Problem] = (),
) -> Ledger:
    """The ledger of a project under an edition that knows its regions. Raises `InventoryError` with every problem
    found, those of reading included."""
    project, of_gaps = fill_gaps(with_unavailable(project, edition), edition)
    project, of_surveys = with_surveys(project, edition)
    project, of_divisions = with_divisions(project, edition)
    problems = (
        *read_problems,
        *of_gaps,
        *of_surveys,
        *of_divisions,
        *check_editions(project, edition),
        *ranges.questions(project, edition),
    )
    if not allow_fallback:
        problems += tuple(
            problem("balance.default_forbidden", p.origin, **dict(p.facts))
            for p in problems
            if p.code == "balance.share_default"
        )
    ledger = compile_ledger(
        project,
        _with_own_gwp(edition, project),
        gwp=gwp,
        allow_fallback=allow_fallback,
        strict=strict,
        read_problems=problems,
    )
    missing = edition.derived(off_report) & {line.category for line in ledger.lines}
    if not missing:
        return ledger
    reported = (problem("edition.not_on_report", category=c, name=edition.categories[c].label) for c in sorted(missing))
    return replace(ledger, warnings=tuple(in_order((*ledger.warnings, *reported))))


def _with_own_gwp(edition: Edition, project: Project) -> Edition:
    """The edition with the project's own GWP sets beside its own; the edition itself when the project has none."""
    own = {s.name: s for s in project.gwp_sets}
    return replace(edition, gwp_sets={**edition.gwp_sets, **own}) if own else edition
