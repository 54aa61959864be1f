"""Results of a batch rolled up the region tree: cities to provinces, provinces to the nation."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core.files import write_bytes
from ..core.problems import Collector, InventoryError, Origin, problem
from ..levels.results import TOLERANCE, ResultLine, ResultsRollUp, roll_results
from ..regions import Tree, tree_of
from ..store.dataset import Dataset
from ..store.places import place_of
from ..store.query import Query

NAME = "results.csv"  # what a batch writes into its folder
BY = ("region", "year", "category", "gas", "gwp")


@dataclass(frozen=True, slots=True)
class ResultsRollUpRequest:
    """`results`: folders of a batch (data set or results.csv), or CSV files of results; `inputs`: a project whose own
    regions count; `whole`: this region and what is below it."""

    results: tuple[str, ...]
    inputs: tuple[Path, ...] = ()
    whole: str = ""
    years: tuple[int, ...] = ()
    tolerance: float = TOLERANCE
    output: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ResultsRollUpResult:
    """The sums of every region with parts, and the tree they follow."""

    rollup: ResultsRollUp
    tree: Tree


def roll_up_results(request: ResultsRollUpRequest) -> ResultsRollUpResult:
    """Raises `InventoryError` for a place without results, or a faulty region tree."""
    from ..levels.results_text import to_csv

    problems = Collector()
    tree = tree_of(list(request.inputs), problems)
    problems.raise_errors()
    if request.whole and request.whole not in tree:
        raise InventoryError([problem("levels.no_parts", region=request.whole, known="—")])
    lines = (x for place in request.results for x in results_at(place))
    rollup = roll_results(lines, tree, request.whole, request.years, request.tolerance)
    if request.output is not None:
        write_bytes(request.output, to_csv(rollup, tree, request.lang).encode("utf-8-sig"))
    return ResultsRollUpResult(rollup, tree)


def results_at(place: str) -> Iterator[ResultLine]:
    """Lines of the total at a place: sums of a data set exact to the gram, or those of a CSV of results."""
    path = Path(place)
    if "://" not in place and path.is_dir() and (path / NAME).is_file():
        path = path / NAME
    if "://" not in place and path.is_file():
        yield from _from_csv(path)
        return
    with Query(Dataset(place_of(place))) as query:
        answer = query.sums(BY)
    for region, year, category, gas, gwp, mass, co2e, _ in answer.rows:
        yield ResultLine(region, int(year), category, gas, gwp, mass, co2e)


def _from_csv(path: Path) -> Iterator[ResultLine]:
    sums: dict[tuple[str, int, str, str, str], list[tuple[float, float]]] = {}
    with path.open(encoding="utf-8-sig", newline="") as f:
        reader = csv.DictReader(f)
        needed = {"region", "year", "category", "gas", "gwp_set", "mass_t", "co2e_t", "account"}
        if not needed <= set(reader.fieldnames or ()):
            raise InventoryError([problem("results.columns", Origin(path.name), needed="、".join(sorted(needed)))])
        for row in reader:
            if row["account"] == "total":
                key = (row["region"], int(row["year"]), row["category"], row["gas"], row["gwp_set"])
                sums.setdefault(key, []).append((float(row["mass_t"]), float(row["co2e_t"])))
    for key, amounts in sums.items():
        yield ResultLine(*key, math.fsum(m for m, _ in amounts), math.fsum(c for _, c in amounts))
