"""A pandas frame as input: its columns become the cells of a sheet as they are, and the one tolerant reader takes the
sheet, so that a program's words, units and gaps meet the same rules (Chinese and English names, spellings, notation
keys) as a department's file.
"""

from __future__ import annotations

import datetime as dt
import numbers
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Problem
from ..spreadsheets.cells import Cell, Sheet, Value, as_text
from .headers import means
from .lexicon import lexicon
from .project import read_tables

if TYPE_CHECKING:
    import pandas as pd

NAME, FACTORS = "DataFrame", "DataFrame factors"  # in messages; row 1 is the heading, `row 2` the frame's first row
WHOLE = 2**53  # whole numbers from here on are names (codes): a float would round them


def read_frame(
    data: pd.DataFrame, edition: Edition, factors: pd.DataFrame | None = None, source: str = "Python"
) -> tuple[Project, list[Problem]]:
    """A project out of a frame in the long layout: region, year, category, item, quantity, value, unit, source,
    uncertainty, note, data_kind.

    Keys may stand in columns of their own (`season`, `animal`) instead of `item`; a missing `source` becomes `source`;
    a pint quantity as value brings its unit. factors: own factors with the columns of `factors.csv` (parameter, keys,
    gas, value, unit, source, kind). Problems are returned, not raised; their `row 2` is the first row of the frame, as
    in a CSV of it.
    """
    frame = _with_units(data.reset_index() if data.index.names != [None] else data)
    sheet = _sheet(_with_item(_with_source(frame, source, edition), edition), NAME)
    own = None if factors is None else _sheet(factors, FACTORS)
    project, problems = read_tables(sheet, own, edition)
    return replace(project, title=source), problems


def _with_units(frame: pd.DataFrame) -> pd.DataFrame:
    """Quantities as value and unit."""
    if list(frame.columns).count("value") == 1 and frame["value"].dtype == object:
        values = frame["value"].tolist()
        if any(hasattr(v, "magnitude") for v in values):
            printed = frame["unit"].tolist() if "unit" in frame.columns else [""] * len(values)
            both = zip(values, printed, strict=True)
            frame = frame.assign(
                unit=[f"{v.units:~}" if hasattr(v, "magnitude") else u for v, u in both],
                value=[getattr(v, "magnitude", v) for v in values],
            )
    return frame


def _with_source(frame: pd.DataFrame, source: str, edition: Edition) -> pd.DataFrame:
    """The program named as source of data that name none."""
    known = lexicon(edition)
    fields = {means(Cell(c, 1, 1, "text"), known) for c in frame.columns if isinstance(c, str)}
    of_data = ("field", "quantity") in fields
    return frame.assign(source=source) if of_data and ("field", "source") not in fields else frame


def _with_item(frame: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Columns called like a key (`no`) whose heading means something else on a sheet, as part of `item`."""
    keys = {k for q in edition.declared.quantities.values() for k in q.all_keys} - {"category"}
    known = lexicon(edition)
    own = [c for c in frame.columns if c in keys and means(Cell(c, 1, 1, "text"), known) != ("key", c)]
    if not own or frame.columns.has_duplicates:  # the reader names a heading that stands twice
        return frame
    given = [as_text(v) for v in _cells(frame["item"])] if "item" in frame.columns else [""] * len(frame)
    columns = [[f"{k}={as_text(v)}" if v is not None else "" for v in _cells(frame[k])] for k in own]
    return frame.drop(columns=own).assign(
        item=[";".join(filter(None, row)) for row in zip(given, *columns, strict=True)]
    )


def _sheet(frame: pd.DataFrame, name: str) -> Sheet:
    """A frame as the one table of a text file: the heading on row 1."""
    columns = [_cells(frame.iloc[:, i]) for i in range(frame.shape[1])]
    heading = tuple([_cell(label) for label in frame.columns])
    return Sheet(name, "", (heading, *zip(*columns, strict=True)), csv=True)


def _cells(column: pd.Series[Any]) -> Iterable[Value]:
    """A column as cells: numbers as floats, gaps empty, anything else as a person would type it."""
    kind = column.dtype.kind
    if kind == "f":
        return [v if v == v else None for v in column.to_numpy(dtype=float, na_value=float("nan")).tolist()]
    gaps = column.isna().tolist()
    return [None if gap else _cell(v) for v, gap in zip(column.tolist(), gaps, strict=True)]


def _cell(value: Any) -> Value:
    if type(value) is str:
        return value or None
    if isinstance(value, bool | dt.datetime | dt.date | dt.time):
        return value
    if isinstance(value, numbers.Integral):
        return float(value) if abs(int(value)) < WHOLE else str(value)
    return float(value) if isinstance(value, numbers.Real) else str(value)
