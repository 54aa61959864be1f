"""What every use case is given besides its request, and how every result becomes JSON.

A use case is one function `act(request, around)`: a frozen request, a frozen result, no printing, no exit status, no
clock and no progress bar of its own. Facts stay data in a result; sentences are made by the faces (command line, page,
service) from `Problem.text`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.problems import Origin, Problem, data_of

Progress = Callable[[int, int], None]  # (done, of)


def silent(done: int, of: int) -> None:
    """No progress is shown."""


def unnamed(stage: str) -> None:
    """No stage is shown."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a face hands in: a place for how far the work is (`progress`) and what is being done (`stage`: compile,
    write …), and the clock."""

    progress: Progress = silent
    stage: Callable[[str], None] = unnamed
    clock: Callable[[], datetime] = datetime.now


def as_data(value: Any) -> Any:
    """A request, a result or any part of one as what JSON can hold. A ledger and an edition are named, not written out.

    Problems keep code, place, severity and facts with their values, and bring their sentences in both languages.
    """
    if isinstance(value, Problem):
        return problem_data(value)
    if isinstance(value, Ledger):
        return {
            "regions": list(value.regions),
            "years": sorted({x.year for x in value.lines}),
            "lines": len(value.lines),
            "gwp": value.gwp.name,
            "edition": value.edition.id,
        }
    if isinstance(value, Edition):
        return value.id
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, float | Fraction):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, Origin):
        return {"file": value.file, "sheet": value.sheet, "cell": value.cell}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            f.name: as_data(getattr(value, f.name)) for f in dataclasses.fields(value) if not f.name.startswith("_")
        }
    if isinstance(value, Mapping):
        return {_key(k): as_data(v) for k, v in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((as_data(v) for v in value), key=str)
    if isinstance(value, tuple | list):
        return [as_data(v) for v in value]
    if isinstance(value, np.ndarray | np.generic):
        return as_data(value.tolist())
    if isinstance(value, Exception):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def problem_data(problems: Problem) -> dict[str, Any]:
    """A problem with its facts as values and its sentences in both languages."""
    texts = {lang: {part: problems.part(part, lang) for part in ("what", "expected", "fix")} for lang in ("zh", "en")}
    place = {"file": problems.origin.file, "sheet": problems.origin.sheet, "cell": problems.origin.cell}
    return {
        "code": problems.code,
        "severity": problems.severity,
        "place": place,
        "facts": {k: _fact_data(v) for k, v in problems.facts},
        "text": texts,
    }


def _fact_data(fact: str) -> Any:
    try:
        return as_data(data_of(fact))
    except TypeError:  # a value of no use to a program: its text
        return str(fact)


def _key(key: Any) -> str:
    return "|".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
