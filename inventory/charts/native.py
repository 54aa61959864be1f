"""Native charts by XlsxWriter for workbooks: vector, live, editable."""

from __future__ import annotations

from typing import Any

from .model import COLOURS, NativeChart

_XLSX_KINDS = {
    "line": {"type": "scatter", "subtype": "straight_with_markers"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "columns": {"type": "column"},
    "bars": {"type": "bar"},
    "tornado": {"type": "bar", "subtype": "stacked"},
}
_XLSX_MARKERS = ("circle", "square", "triangle", "diamond", "x", "star", "plus", "short_dash")
_XLSX_DASHES = (
    "solid",
    "dash",
    "dash_dot",
    "square_dot",
    "long_dash",
    "round_dot",
    "long_dash_dot",
    "long_dash_dot_dot",
)
_XLSX_PATTERNS = (
    "",
    "wide_upward_diagonal",
    "percent_25",
    "wide_downward_diagonal",
    "large_grid",
    "dark_horizontal",
    "large_confetti",
    "small_grid",
)


def insert(workbook: Any, worksheet: Any, chart: NativeChart) -> None:
    """Put a native chart on an XlsxWriter worksheet. Raises ValueError when the library refuses it."""
    result = workbook.add_chart(_XLSX_KINDS[chart.kind])
    for n, s in enumerate(chart.series):
        result.add_series(
            {"name": s.name, "categories": list(s.labels), "values": list(s.values), **_native_style(chart.kind, n)}
        )
    font = {"name": "宋体", "size": 9}
    result.set_title({"name": chart.title, "name_font": {"name": "黑体", "size": 11, "bold": False}, "overlay": False})
    names: dict[str, Any] = {"num_font": font, "label_position": "low"}
    figures: dict[str, Any] = {
        "num_font": font,
        "num_format": "#,##0.##",
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9", "width": 0.6}},
    }
    if chart.value_title:
        figures["name"], figures["name_font"] = chart.value_title, {**font, "bold": False}
    lying = chart.kind in ("bars", "tornado")
    if lying:
        names["reverse"] = True
    if chart.span:
        names |= {
            "min": chart.span[0],
            "max": chart.span[1],
            "major_unit": max(1, (chart.span[1] - chart.span[0]) // 10),
            "num_format": "0",
        }
    # XlsxWriter's x axis of a lying chart is the horizontal one, with the figures
    result.set_x_axis(figures if lying else names)
    result.set_y_axis(names if lying else figures)
    result.set_legend({"position": "right", "font": font} if len(chart.series) > 1 else {"none": True})
    result.set_size({"width": chart.width, "height": chart.height})
    if worksheet.insert_chart(chart.row, chart.col, result):
        raise ValueError(f"the chart {chart.title!r} was refused")


def _native_style(kind: str, n: int) -> dict[str, Any]:
    colour = COLOURS[n % len(COLOURS)]
    if kind == "line":
        return {
            "line": {"color": colour, "width": 2, "dash_type": _XLSX_DASHES[n % len(_XLSX_DASHES)]},
            "marker": {
                "type": _XLSX_MARKERS[n % len(_XLSX_MARKERS)],
                "size": 6,
                "fill": {"color": colour},
                "border": {"color": colour},
            },
        }
    pattern = _XLSX_PATTERNS[n % len(_XLSX_PATTERNS)]
    look: dict[str, Any] = (
        {"pattern": {"pattern": pattern, "fg_color": "white", "bg_color": colour}}
        if pattern
        else {"fill": {"color": colour}}
    )
    return {**look, "border": {"color": "#444444", "width": 0.5}, "gap": 80}
