"""Pictures by matplotlib for documents.

Word documents take PNG at 220 dpi (python-docx cannot place SVG or EMF); the same chart can be had as SVG. matplotlib
is optional (extra `report`) and imported when a picture is made.
"""

from __future__ import annotations

import functools
import io
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..core.problems import InventoryError, problem
from .model import COLOURS, DASHES, FEW, HATCHES, MARKERS, MOST_DIRECT, PAIR, Chart, ChartSeries

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
END_WIDTH, END_LINES = 26, 3  # of a name beside what it names: columns, lines


def png(chart: Chart, width_cm: float = 15.5, height_cm: float = 8.2) -> bytes:
    """The chart as a PNG at 220 dpi; the same chart gives the same bytes with the same libraries and fonts.

    Raises `InventoryError` where matplotlib, or a Chinese font for Chinese texts, is missing.
    """
    return _picture(chart, "png", width_cm, height_cm)


def svg(chart: Chart, width_cm: float = 15.5, height_cm: float = 8.2) -> bytes:
    """The chart as an SVG with its letters as shapes, so that it needs no font where it is shown."""
    return _picture(chart, "svg", width_cm, height_cm)


def _picture(chart: Chart, kind: str, width_cm: float, height_cm: float) -> bytes:
    def paint(figure: Any) -> None:
        axes = figure.add_subplot()
        ends = {"line": _line, "stacked": _stacked, "columns": _columns, "bars": _bars}[chart.kind](axes, chart)
        _dress(axes, chart)
        if ends is not None and 1 < len(chart.series) <= MOST_DIRECT:
            _name_at_ends(axes, *ends)

    return figure_bytes(paint, chart.texts, kind, (width_cm, height_cm))


def figure_bytes(paint: Callable[[Any], None], texts: str, kind: str, size_cm: tuple[float, float]) -> bytes:
    """What `paint` puts on an empty figure, as `png` or `svg`: one set of fonts and rules for every picture, the same
    bytes for the same content. `texts` is all that will be written on it.

    Raises `InventoryError` where matplotlib, or a Chinese font for Chinese texts, is missing.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise InventoryError([problem("charts.no_library")]) from None
    font = chinese_font() if has_chinese(texts) else None
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
        figure = Figure(figsize=(size_cm[0] / 2.54, size_cm[1] / 2.54), dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        paint(figure)
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
        # nor is every font of that list still there
        names = {entry.name for entry in known if entry.name in FONTS and Path(entry.fname).exists()}
        for family in FONTS:
            if family in names:
                return family
    raise InventoryError([problem("charts.no_font", fonts="、".join(FONTS[:8]))])


def _plain(values: Sequence[float | None]) -> list[float]:
    return [math.nan if v is None else float(v) for v in values]


def _style(n: int, count: int = 0) -> dict[str, Any]:
    if count == 2:  # the older one hatched: told apart in black and white too
        return {"facecolor": PAIR[n], "hatch": ("//", "")[n], "edgecolor": "white", "linewidth": 0.4}
    if count == 1:
        return {"facecolor": PAIR[1], "edgecolor": "white", "linewidth": 0.4}
    return {"facecolor": _colour(n, count), "hatch": HATCHES[n % len(HATCHES)], "edgecolor": "white", "linewidth": 0.4}


def _colour(n: int, count: int) -> str:
    return FEW[n] if count <= MOST_DIRECT else COLOURS[n % len(COLOURS)]


Ends = tuple[float, list[tuple[str, float]]]  # where the names of series stand: x, and (name, y) of each


def _line(axes: Any, chart: Chart) -> Ends:
    count = len(chart.series)
    years = all(label.isascii() and label.isdigit() for label in chart.labels)
    # five years apart are drawn five years apart
    at = [int(label) for label in chart.labels] if years else list(range(len(chart.labels)))
    for n, s in enumerate(chart.series):
        axes.plot(
            at,
            _plain(s.values),
            color=_colour(n, count),
            marker=MARKERS[n % len(MARKERS)],
            linestyle=DASHES[n % len(DASHES)],
            linewidth=1.6,
            markersize=5,
            label=s.label,
        )
        if s.low:
            axes.fill_between(at, s.low, s.high, color=_colour(n, count), alpha=0.15, linewidth=0)
    axes.set_xticks(at, chart.labels)
    axes.set_xlim(at[0] - 0.04 * (at[-1] - at[0]), at[-1] + 0.2 * (at[-1] - at[0]) if count > 1 else None)
    return at[-1], [(s.label, v) for s in chart.series if (v := _plain(s.values)[-1]) == v]


def _name_at_ends(axes: Any, x: float, ends: Sequence[tuple[str, float]], gap: float = 0.06) -> None:
    """Names of the series at the right of what they name, moved apart where they would touch."""
    low, high = axes.get_ylim()
    line, at, before = gap * (high - low), -math.inf, 1
    for label, value in sorted(ends, key=lambda e: e[1]):
        lines = in_lines(label)
        at, before = max(value, at + line * (before + len(lines)) / 2), len(lines)
        axes.annotate(
            "\n".join(lines),
            (x, at),
            xytext=(8, 0),
            textcoords="offset points",
            fontsize=8,
            va="center",
            annotation_clip=False,
        )


def in_lines(label: str, width: int = END_WIDTH, most: int = END_LINES) -> list[str]:
    """A name in lines of at most `width` columns (a Chinese character takes two), the rest cut off with …: a name as
    long as the picture would leave no room for what it names."""
    lines, now = [""], 0
    for piece in re.findall(r"[!-~]+[ ]?|.", label):  # Latin words stay whole
        columns = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in piece)
        if now + columns > width and now:
            lines.append("")
            now = 0
        lines[-1] += piece
        now += columns
    lines = [text.strip() for text in lines]
    return lines if len(lines) <= most else [*lines[: most - 1], lines[most - 1][: width // 2 - 1] + "…"]


def _stacked(axes: Any, chart: Chart) -> Ends:
    at = range(len(chart.labels))
    above, below = [0.0] * len(chart.labels), [0.0] * len(chart.labels)
    middles: list[tuple[str, float]] = []
    for n, s in enumerate(chart.series):
        values = [0.0 if v is None else float(v) for v in s.values]
        bottoms = [above[i] if v >= 0 else below[i] for i, v in enumerate(values)]
        axes.bar(at, values, 0.5, bottom=bottoms, label=s.label, **_style(n, len(chart.series)))
        middles.append((s.label, bottoms[-1] + values[-1] / 2))
        for i, v in enumerate(values):
            if v >= 0:
                above[i] += v
            else:
                below[i] += v
    axes.set_xticks(list(at), chart.labels)
    axes.set_xlim(-0.7, len(chart.labels) - 0.3)
    return len(chart.labels) - 0.75, middles


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


def _interval(s: ChartSeries, axis: str = "y") -> dict[str, Any]:
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
    if chart.kind in ("columns", "bars") and 1 < len(chart.series) <= MOST_DIRECT:
        _name_bars(axes, chart)
    elif len(chart.series) > MOST_DIRECT:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)


def _name_bars(axes: Any, chart: Chart) -> None:
    """The name of each series at its bar of the largest group; a chart of bars needs no key then."""
    count, lying = len(chart.series), chart.kind == "bars"
    sizes = [max(abs(v) for s in chart.series if (v := _plain(s.values)[i]) == v) for i in range(len(chart.labels))]
    group = sizes.index(max(sizes))
    for n, s in enumerate(chart.series):
        at = group - 0.4 + 0.8 / count * (n + 0.5)
        value = _plain(s.values)[group]
        if value != value:
            continue
        value = (s.high[group] if value >= 0 else s.low[group]) if s.low else value
        sign = 1 if value >= 0 else -1
        place, offset = ((value, at), (4 * sign, 0)) if lying else ((at, value), (0, 3 * sign))
        axes.annotate(
            s.label,
            place,
            xytext=offset,
            textcoords="offset points",
            fontsize=8,
            ha=("left" if sign > 0 else "right") if lying else "center",
            va="center" if lying else ("bottom" if sign > 0 else "top"),
            annotation_clip=False,
        )
    axes.margins(**({"x": 0.08} if lying else {"y": 0.08}))
