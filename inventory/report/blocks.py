"""What stands in a chapter of the report, as plain data: headings, paragraphs, lists, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..charts import Chart
from ..core.rounding import column_decimals, shown


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`style` is text, warning (boxed, to be minded) or note (small)."""

    text: str
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """Texts only. `numeric` columns stand right; `bold` rows are totals; `unit` stands above the table at the right."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    bold: tuple[int, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    caption: str
    chart: Chart


Block = Heading | Paragraph | Bullets | DocumentTable | Picture


def figures(values: Sequence[float | None], digits: int = 5) -> tuple[str, ...]:
    """A column of figures as texts under the rule of rounding; empty for None."""
    places = column_decimals((v for v in values if v is not None), digits)
    return tuple("" if v is None else shown(v, places) for v in values)


def columns(*given: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Columns side by side as rows."""
    return tuple(zip(*given, strict=True))
