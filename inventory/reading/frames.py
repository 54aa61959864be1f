"""A pandas frame as input: written as the long CSV that people send and read by the one tolerant reader, so that a
program's words, units and gaps meet the same rules (Chinese and English names, spellings, notation keys) as a
department's file.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Problem
from ..sheets.csvfile import machine_csv
from .project import read_project

if TYPE_CHECKING:
    import pandas as pd

NAME = "DataFrame.csv"  # the name in messages; `row 2` is the frame's first row


def read_frame(
    data: pd.DataFrame, edition: Edition, factors: pd.DataFrame | None = None, source: str = "Python"
) -> tuple[Project, list[Problem]]:
    """A project out of a frame in the long layout: region, year, category, item, quantity, value, unit, source,
    uncertainty, note, data_kind.

    Keys may stand in columns of their own (`season`, `animal`) instead of `item`; a missing `source` becomes `source`;
    a pint quantity as value brings its unit. factors: own factors with the columns of `factors.csv` (parameter, keys,
    gas, value, unit, source, kind). Problems are returned, not raised.
    """
    with tempfile.TemporaryDirectory() as place:
        _write(_long(data, edition, source), Path(place) / NAME)
        if factors is not None:
            _write(factors, Path(place) / "factors.csv")
        project, problems = read_project([place], edition)
    return replace(project, title=source), problems


def _long(data: pd.DataFrame, edition: Edition, source: str) -> pd.DataFrame:
    frame = data.reset_index() if data.index.names != [None] else data.copy()
    keys = {k for q in edition.declared.quantities.values() for k in q.all_keys} - {"category"}
    own = [c for c in frame.columns if c in keys]
    if own:
        given = frame["item"].fillna("").astype(str) if "item" in frame.columns else [""] * len(frame)
        pairs = [
            ";".join(f"{k}={v}" for k, v in zip(own, row, strict=True) if cell_text(v))
            for row in frame[own].itertuples(index=False)
        ]
        frame["item"] = [";".join(filter(None, both)) for both in zip(given, pairs, strict=True)]
        frame = frame.drop(columns=own)
    if "value" in frame.columns and any(hasattr(v, "magnitude") for v in frame["value"]):
        frame["unit"] = [
            f"{v.units:~}" if hasattr(v, "magnitude") else u
            for v, u in zip(frame["value"], frame.get("unit", [""] * len(frame)), strict=True)
        ]
        frame["value"] = [getattr(v, "magnitude", v) for v in frame["value"]]
    if "source" not in frame.columns:
        frame["source"] = source
    return frame


def _write(frame: pd.DataFrame, path: Path) -> None:
    rows = ([cell_text(v) for v in row] for row in frame.itertuples(index=False))
    path.write_text(machine_csv(rows, list(frame.columns)), encoding="utf-8", newline="")


def cell_text(value: Any) -> str:
    """A cell as a person would type it: nothing for a gap, 2010 for 2010.0 (a column with a gap turns years into
    floats)."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)
