"""Native charts of the printed set: few series, labelled at the data, two blues and a grey, zero on the axis unless the
title says otherwise.

Kinds: `bars` (lying, side by side), `change` (lying, falls in their own colour), `range` (a bar from low to high with
its point), `line` (years, labelled at their end).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .model import Area

BLUE, PALE_BLUE, GREY, FALL, INK = "#0072B2", "#9CC8E3", "#B8B8B8", "#D55E00", "#1F1F1F"
COLOURS = (BLUE, GREY, "#56A5CE", "#5F5F5F")


@dataclass(frozen=True, slots=True)
class PrintSeries:
    """`colours` per point where they differ; a hidden series only holds its place."""

    name: str
    labels: Area
    values: Area
    colours: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class PrintChart:
    """A chart of cells with its corner at (row, col). `least` and `most` are the ends of the axis of figures (None: by
    the office)."""

    kind: str
    title: str
    series: tuple[PrintSeries, ...] = ()
    col: int = 0
    row: int = 0
    width: int = 640
    height: int = 260
    least: float | None = None
    most: float | None = None
    face: str = "宋体"


def insert(workbook: Any, worksheet: Any, chart: PrintChart) -> None:
    """Put it on an XlsxWriter worksheet. Raises ValueError when the library refuses it."""
    kind = {"line": {"type": "line"}, "range": {"type": "bar", "subtype": "stacked"}}.get(chart.kind, {"type": "bar"})
    result = workbook.add_chart(kind)
    for n, s in enumerate(chart.series):
        result.add_series(_series(chart, n, s))
    font = {"name": chart.face, "size": 9, "color": INK}
    figures: dict[str, Any] = {
        "visible": chart.kind in ("line", "range"),
        "major_gridlines": {"visible": chart.kind == "range", "line": {"color": "#D9D9D9", "width": 0.5}},
        "num_font": font,
        "num_format": '#,##0;"−"#,##0',
        "line": {"none": True},
    }
    if chart.least is not None:
        figures["min"] = chart.least
    if chart.most is not None:
        figures["max"] = chart.most
    names: dict[str, Any] = {
        "num_font": font,
        "label_position": "low",
        "major_tick_mark": "none",
        "line": {"color": INK, "width": 0.75},
    }
    if chart.kind == "line":
        result.set_x_axis(names)
        result.set_y_axis(figures)
    else:
        result.set_x_axis(figures)
        result.set_y_axis({**names, "reverse": True, "num_font": font})
    result.set_title({"none": True})
    shown = [n for n, s in enumerate(chart.series) if not s.hidden]
    if len(shown) > 1 and chart.kind != "range":
        hidden = [n for n, s in enumerate(chart.series) if s.hidden]
        result.set_legend({"position": "top", "font": font, **({"delete_series": hidden} if hidden else {})})
    else:
        result.set_legend({"none": True})
    result.set_size({"width": chart.width, "height": chart.height})
    result.set_chartarea({"border": {"none": True}})
    if worksheet.insert_chart(chart.row, chart.col, result, {"description": chart.title, "object_position": 1}):
        raise ValueError(f"the chart {chart.title!r} was refused")


def _series(chart: PrintChart, n: int, s: PrintSeries) -> dict[str, Any]:
    font = {"name": chart.face, "size": 9, "color": INK}
    result: dict[str, Any] = {
        "name": s.name,
        "categories": list(s.labels),
        "values": list(s.values),
        "gap": 45,
        "overlap": 100 if chart.kind == "range" else 0,
    }
    if s.hidden:
        return {**result, "fill": {"none": True}, "border": {"none": True}}
    colour = COLOURS[n % len(COLOURS)]
    labels: dict[str, Any] = {
        "value": True,
        "font": font,
        "num_format": '+#,##0;"−"#,##0' if chart.kind == "change" else '#,##0;"−"#,##0',
    }
    if chart.kind == "line":
        return {**result, "line": {"color": colour, "width": 2}, "data_labels": {**labels, "position": "above"}}
    if chart.kind == "range":
        result["fill"] = {"color": PALE_BLUE}
        result["border"] = {"color": "#FFFFFF", "width": 1.5}
        return result
    result["fill"] = {"color": colour}
    if s.colours:
        result["points"] = [{"fill": {"color": c}} for c in s.colours]
    return {**result, "data_labels": {**labels, "position": "outside_end"}}
