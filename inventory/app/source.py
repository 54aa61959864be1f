"""What an act compiles and how, written once for all acts: inputs, edition, GWP set, substitutes, sets of
uncertainties, draws, an older version."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import api
from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.problems import Collector, Origin, Problem, problem
from ..core.statements import Assumption
from .acts import Around

if TYPE_CHECKING:
    from ..analysis.recalculation import Recalculation, StatedCause
    from ..uncertainty.results import MonteCarlo
    from ..uncertainty.spread import Where


@dataclass(frozen=True, slots=True)
class Source:
    """Inputs (project folders, workbooks, long CSVs) with the settings of a compilation.

    gwp: a set of the edition, None for its default. allow_fallback False forbids declared substitutes; strict refuses
    defaults that nobody checked. sets: published ranges of uncertainty by name.
    """

    inputs: tuple[Path, ...]
    edition: str | Path | None = None
    gwp: str | None = None
    allow_fallback: bool = True
    strict: bool = False
    sets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawingPlace:
    """Blocks of draws on other processes: how many (0: one a processor), or the workers of a dask scheduler; `folder`
    (path or URL, for a cluster one that all machines see) keeps what is drawn until the run is whole."""

    workers: int = 0
    scheduler: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Draws:
    """A Monte Carlo run: how many draws (None: no run), the seed (None: the usual one), and where (None: threads of this
    process)."""

    draws: int | None = None
    seed: int | None = None
    elsewhere: DrawingPlace | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """An older version to compare with (filed workbook, results CSV or project), and the causes somebody gave for
    changed lines."""

    version: Path | None = None
    causes: Path | None = None


def compiled(source: Source) -> Ledger:
    """The ledger of a source. Raises `InventoryError` with every problem of the input."""
    ledger = api.compile(
        list(source.inputs),
        edition=source.edition,
        gwp=source.gwp,
        allow_fallback=source.allow_fallback,
        strict=source.strict,
    )
    return with_sets(ledger, source.sets)


def with_sets(ledger: Ledger, sets: Sequence[str]) -> Ledger:
    """The ledger with sets of published ranges chosen by name, as if the project had named them. An unknown name is a
    problem of approach 1."""
    if not sets:
        return ledger
    named = tuple(
        Assumption("set", name, source="--uncertainty-set", origin=Origin("--uncertainty-set")) for name in sets
    )
    project = replace(ledger.project, uncertainty=(*ledger.project.uncertainty, *named))
    return replace(ledger, project=project)


def drawn(ledger: Ledger, draws: Draws, around: Around) -> MonteCarlo | None:
    """Approach 2; None where no draws are asked for."""
    from ..uncertainty.montecarlo import DEFAULT_SEED, DrawingResources, monte_carlo

    if draws.draws is None:
        return None
    seed = DEFAULT_SEED if draws.seed is None else draws.seed
    with _placed(draws.elsewhere) as where:
        return monte_carlo(ledger, draws.draws, seed, progress=around.progress, resources=DrawingResources(where=where))


@contextmanager
def _placed(elsewhere: DrawingPlace | None) -> Iterator[Where | None]:
    """The workers and the folder of a run; what it kept there is removed once the run is whole."""
    from ..batch.cluster import workers_of
    from ..store.dataset import Dataset
    from ..store.places import is_remote, place_of
    from ..uncertainty.spread import Where

    if elsewhere is None:
        yield None
        return
    own = tempfile.mkdtemp(prefix="draws-") if not (elsewhere.folder or elsewhere.scheduler) else ""
    folder = own or elsewhere.folder or "."
    place = (folder if is_remote(folder) else str(Path(folder).resolve())) + "/.draws"
    with workers_of(elsewhere.workers, elsewhere.scheduler) as workers:
        yield Where(workers, place)
    if own:
        shutil.rmtree(own, ignore_errors=True)
    else:
        Dataset(place_of(place)).collect_garbage()


def compared(
    ledger: Ledger, previous: Previous, edition: Edition | str | Path | None
) -> tuple[Recalculation | None, tuple[Problem, ...]]:
    """The comparison with an older version, and causes that fit no changed line. Raises `InventoryError` as reading
    either does."""
    from ..analysis.recalculation import compare
    from ..versions import read_version

    if previous.version is None:
        return None, ()
    statement = causes_of(previous.causes)
    result = compare(read_version(previous.version, edition), ledger, statement)
    return result, stale(result, statement, previous.causes)


def causes_of(path: Path | None) -> dict[str, StatedCause]:
    """What the compiler says about changed lines. Raises `InventoryError` for rows that are not as they should be."""
    from ..analysis.recalculation import read_causes

    if path is None:
        return {}
    problems = Collector()
    result = read_causes(path, problems)
    problems.raise_errors()
    return result


def stale(result: Recalculation, statement: dict[str, StatedCause], path: Path | None) -> tuple[Problem, ...]:
    """Causes that were given for lines that did not change."""
    changed = {c.place for c in result.changed}
    return tuple(
        problem("recalculation.causes_stale", Origin(path.name if path else ""), place=place)
        for place in statement
        if place not in changed
    )
