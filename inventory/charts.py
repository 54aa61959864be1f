"""All charts in one place: pictures by matplotlib for documents, native charts by XlsxWriter for workbooks; one
palette, one look.

Colours are Okabe and Ito's, told apart by colour-blind readers; hatches, markers and dashes tell the series apart in
grey. Word documents take PNG at
220 dpi (python-docx cannot place SVG or EMF); the same chart can be had as SVG. Workbooks get native charts: vector,
live, editable.
matplotlib is optional (extra `report`) and imported when a picture is made.
"""

from __future__ import annotations

import functools
import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .core.problems import InventoryError, problem

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo", "++")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)))
FONTS = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "SimSun",
    "Songti SC",
    "Noto Sans CJK JP",
    "Noto Serif CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)
DPI = 220
KINDS = ("line", "stacked", "columns", "bars")


@dataclass(frozen=True, slots=True)
class Series:
    """One named row of figures; None where there is none. `low` and `high` draw an interval around each."""

    label: str
    values: tuple[float | None, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data. kind: line, stacked (columns, negative parts below zero), columns (side by side) or bars (lying,
    first on top).

    `labels` stand along the axis of years or names; every series has as many values.
    """

    kind: str
    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    value_title: str = ""
    label_title: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind of chart {self.kind!r}: one of {', '.join(KINDS)}")
        if any(len(s.values) != len(self.labels) for s in self.series):
            raise ValueError(f"{self.title}: a series has not as many values as there are labels")

    @property
    def texts(self) -> str:
        return "".join((self.title, self.value_title, self.label_title, *self.labels, *(s.label for s in self.series)))


# ---- pictures ----


def png(chart: Chart, width_cm: float = 15.5, height_cm: float = 8.2) -> bytes:
    """The chart as a PNG at 220 dpi; the same chart gives the same bytes with the same libraries and fonts.

    Raises `InventoryError` where matplotlib, or a Chinese font for Chinese texts, is missing.
    """
    return _picture(chart, "png", width_cm, height_cm)


def svg(chart: Chart, width_cm: float = 15.5, height_cm: float = 8.2) -> bytes:
    """The chart as an SVG with its letters as shapes, so that it needs no font where it is shown."""
    return _picture(chart, "svg", width_cm, height_cm)


def _picture(chart: Chart, kind: str, width_cm: float, height_cm: float) -> bytes:
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise InventoryError([problem("charts.no_library")]) from None
    font = chinese_font() if has_chinese(chart.texts) else None
    rules: Any = {
        "font.family": [*([font] if font else []), "DejaVu Sans"],
        "axes.unicode_minus": False,
        "svg.hashsalt": "inventory",
        "font.size": 9,
        "hatch.linewidth": 0.6,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "path.simplify": False,
    }
    with matplotlib.rc_context(rules):
        figure = Figure(figsize=(width_cm / 2.54, height_cm / 2.54), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        {"line": _line, "stacked": _stacked, "columns": _columns, "bars": _bars}[chart.kind](axes, chart)
        _dress(axes, chart)
        out = io.BytesIO()
        figure.savefig(
            out, format=kind, dpi=DPI, metadata={"Software": None} if kind == "png" else {"Date": None, "Creator": None}
        )
    return out.getvalue()


def has_chinese(text: str) -> bool:
    return any("CJK" in unicodedata.name(c, "") for c in text)


@functools.cache
def chinese_font() -> str:
    """A family that has Chinese characters. Raises `InventoryError` naming those looked for where there is none."""
    from matplotlib import font_manager

    for known in (font_manager.fontManager.ttflist, None):
        if known is None:  # the list is kept between runs: a font installed since is not on it
            for path in sorted(font_manager.findSystemFonts()):
                if any(
                    word in path.lower()
                    for word in ("cjk", "hei", "han", "song", "sim", "msyh", "wqy", "pingfang", "fallback")
                ):
                    try:
                        font_manager.fontManager.addfont(path)
                    except (OSError, RuntimeError):
                        continue
            known = font_manager.fontManager.ttflist
        names = {entry.name for entry in known}
        for family in FONTS:
            if family in names:
                return family
    raise InventoryError([problem("charts.no_font", fonts="、".join(FONTS[:8]))])


def _plain(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else float(v) for v in values]


PAIR = ("#B8B8B8", "#0072B2")  # an older and a newer year beside each other


def _style(n: int, count: int = 0) -> dict[str, Any]:
    if count == 2:
        return {"facecolor": PAIR[n], "edgecolor": "white", "linewidth": 0.4}
    if count == 1:
        return {"facecolor": PAIR[1], "edgecolor": "white", "linewidth": 0.4}
    return {
        "facecolor": COLOURS[n % len(COLOURS)],
        "hatch": HATCHES[n % len(HATCHES)],
        "edgecolor": "white",
        "linewidth": 0.4,
    }


def _line(axes: Any, chart: Chart) -> None:
    years = all(label.isascii() and label.isdigit() for label in chart.labels)
    # five years apart are drawn five years apart
    at = [int(label) for label in chart.labels] if years else list(range(len(chart.labels)))
    for n, s in enumerate(chart.series):
        axes.plot(
            at,
            _plain(s.values),
            color=COLOURS[n % len(COLOURS)],
            marker=MARKERS[n % len(MARKERS)],
            linestyle=DASHES[n % len(DASHES)],
            linewidth=1.6,
            markersize=5,
            label=s.label,
        )
        if s.low:
            axes.fill_between(at, s.low, s.high, color=COLOURS[n % len(COLOURS)], alpha=0.15, linewidth=0)
    axes.set_xticks(at, chart.labels)


def _stacked(axes: Any, chart: Chart) -> None:
    at = range(len(chart.labels))
    above, below = [0.0] * len(chart.labels), [0.0] * len(chart.labels)
    for n, s in enumerate(chart.series):
        values = [0.0 if v is None else float(v) for v in s.values]
        bottoms = [above[i] if v >= 0 else below[i] for i, v in enumerate(values)]
        axes.bar(at, values, 0.5, bottom=bottoms, label=s.label, **_style(n))
        for i, v in enumerate(values):
            if v >= 0:
                above[i] += v
            else:
                below[i] += v
    axes.set_xticks(list(at), chart.labels)
    axes.set_xlim(-0.7, len(chart.labels) - 0.3)


def _columns(axes: Any, chart: Chart) -> None:
    count = max(1, len(chart.series))
    width = 0.8 / count
    for n, s in enumerate(chart.series):
        at = [i - 0.4 + width * (n + 0.5) for i in range(len(chart.labels))]
        axes.bar(at, _plain(s.values), width * 0.94, label=s.label, **_style(n, count), **_interval(s))
    axes.set_xticks(list(range(len(chart.labels))), chart.labels)


def _bars(axes: Any, chart: Chart) -> None:
    count = max(1, len(chart.series))
    width = 0.8 / count
    for n, s in enumerate(chart.series):
        at = [i - 0.4 + width * (n + 0.5) for i in range(len(chart.labels))]
        axes.barh(at, _plain(s.values), width * 0.94, label=s.label, **_style(n, count), **_interval(s, "x"))
    axes.set_yticks(list(range(len(chart.labels))), chart.labels)
    axes.invert_yaxis()


def _interval(s: Series, axis: str = "y") -> dict[str, Any]:
    if not s.low:
        return {}
    values = _plain(s.values)
    spread = [[v - a for v, a in zip(values, s.low, strict=True)], [b - v for v, b in zip(values, s.high, strict=True)]]
    return {f"{axis}err": spread, "ecolor": "#333333", "capsize": 2}


def _dress(axes: Any, chart: Chart) -> None:
    from matplotlib.ticker import FuncFormatter

    lying = chart.kind == "bars"
    number_axis = axes.xaxis if lying else axes.yaxis
    number_axis.set_major_formatter(
        FuncFormatter(lambda v, _: f"{v:,.0f}" if abs(v) >= 10 or v == round(v) else f"{v:g}")
    )
    axes.grid(axis="x" if lying else "y", color="#D9D9D9", linewidth=0.6)
    axes.set_axisbelow(True)
    (axes.axvline if lying else axes.axhline)(0, color="#444444", linewidth=0.7)
    axes.set_title(chart.title, fontsize=10)
    (axes.set_xlabel if lying else axes.set_ylabel)(chart.value_title)
    (axes.set_ylabel if lying else axes.set_xlabel)(chart.label_title)
    if len(chart.series) > 1:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)


# ---- native charts of workbooks ----

Area = tuple[str, int, int, int, int]  # sheet, first row, first column, last row, last column


@dataclass(frozen=True, slots=True)
class NativeSeries:
    """A series of cells. `name` is shown in the legend."""

    name: str
    labels: Area
    values: Area


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart of cells, placed with its corner at (row, col). Kinds as of `Chart`; the labels of a `line` are the
    numbers of years `span` covers."""

    kind: str
    title: str
    series: tuple[NativeSeries, ...]
    row: int
    col: int
    value_title: str = ""
    width: int = 640
    height: int = 320
    span: tuple[int, int] | None = None


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
    made = workbook.add_chart(_XLSX_KINDS[chart.kind])
    for n, s in enumerate(chart.series):
        made.add_series(
            {"name": s.name, "categories": list(s.labels), "values": list(s.values), **_native_style(chart.kind, n)}
        )
    font = {"name": "宋体", "size": 9}
    made.set_title({"name": chart.title, "name_font": {"name": "黑体", "size": 11, "bold": False}, "overlay": False})
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
    made.set_x_axis(figures if lying else names)
    made.set_y_axis(names if lying else figures)
    made.set_legend({"position": "right", "font": font} if len(chart.series) > 1 else {"none": True})
    made.set_size({"width": chart.width, "height": chart.height})
    if worksheet.insert_chart(chart.row, chart.col, made):
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
