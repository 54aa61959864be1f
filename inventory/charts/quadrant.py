"""Quadrant charts: points in a plane divided by two thresholds, each with its name; fonts, colours and size are those
of `inventory.charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .draw import DPI, figure_bytes, has_chinese
from .model import COLOURS, MARKERS

LABEL = 7.0  # points
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Point:
    label: str
    x: float
    y: float
    group: int = 0


@dataclass(frozen=True, slots=True)
class QuadrantChart:
    """Points with the thresholds; `corners` are the names of the quadrants: lower left, lower right, upper left, upper
    right; `groups` name the markers."""

    title: str
    x_title: str
    y_title: str
    points: tuple[Point, ...]
    x_threshold: float
    y_threshold: float
    corners: tuple[str, str, str, str]
    groups: tuple[str, ...] = ()

    @property
    def texts(self) -> str:
        return "".join(
            (self.title, self.x_title, self.y_title, *self.corners, *self.groups, *(p.label for p in self.points))
        )


SIZE_CM = (15.5, 10.5)


def picture(chart: QuadrantChart, kind: str = "png") -> bytes:
    """PNG or SVG. Raises `InventoryError` where matplotlib, or a Chinese font for Chinese texts, is missing."""
    return figure_bytes(lambda figure: _paint(figure, chart), chart.texts, kind, SIZE_CM)


def _paint(figure: Any, chart: QuadrantChart) -> None:
    axes = figure.add_subplot()
    for g in sorted({p.group for p in chart.points}):
        mine = [p for p in chart.points if p.group == g]
        axes.scatter(
            [p.x for p in mine],
            [p.y for p in mine],
            marker=MARKERS[g % len(MARKERS)],
            color=COLOURS[g % len(COLOURS)],
            s=22,
            zorder=3,
            label=chart.groups[g] if g < len(chart.groups) else None,
        )
    axes.axvline(chart.x_threshold, color="#404040", linewidth=0.8, linestyle="--")
    axes.axhline(chart.y_threshold, color="#404040", linewidth=0.8, linestyle="--")
    for name, (x, y, ha, va) in zip(
        chart.corners,
        (
            (0.01, 0.01, "left", "bottom"),
            (0.99, 0.01, "right", "bottom"),
            (0.01, 0.99, "left", "top"),
            (0.99, 0.99, "right", "top"),
        ),
        strict=True,
    ):
        axes.text(x, y, name, transform=axes.transAxes, ha=ha, va=va, color="#404040", fontsize=8)
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.set_title(chart.title, fontsize=10)
    axes.set_xlabel(chart.x_title)
    axes.set_ylabel(chart.y_title)
    if chart.groups:
        figure.legend(frameon=False, fontsize=8, loc="outside lower right", ncols=len(chart.groups))
    figure.draw_without_rendering()  # the layout has to be settled before labels are placed beside their points
    pixels = [tuple(axes.transData.transform((p.x, p.y)) * 72 / DPI) for p in chart.points]
    for p, (dx, dy, far) in zip(chart.points, _offsets(pixels, [p.label for p in chart.points]), strict=True):
        axes.annotate(
            p.label,
            (p.x, p.y),
            xytext=(dx, dy),
            textcoords="offset points",
            fontsize=LABEL,
            ha="left",
            va="bottom",
            arrowprops={"arrowstyle": "-", "linewidth": 0.4, "color": "#808080"} if far else None,
        )


def _offsets(pixels: Sequence[tuple[float, float]], labels: Sequence[str]) -> list[tuple[float, float, bool]]:
    """For each point the offset (points) of its label's lower left corner, the first place that covers no other label
    and no point; whether it is far off."""
    dots: list[Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in pixels]
    taken: list[Box] = []
    out = []
    for (x, y), label in zip(pixels, labels, strict=True):
        width, height = LABEL * sum(1.0 if has_chinese(c) else 0.6 for c in label), LABEL * 1.1
        places = [
            (dx, dy)
            for ring in (0.0, 8.0, 16.0, 26.0)
            for dx, dy in (
                (3 + ring, 1 + ring / 2),
                (3 + ring, -height - 1 - ring / 2),
                (-width - 3 - ring, 1 + ring / 2),
                (-width - 3 - ring, -height - 1 - ring / 2),
                (-width / 2, 4 + ring),
                (-width / 2, -height - 4 - ring),
            )
        ]
        boxes = [(x + dx, y + dy, x + dx + width, y + dy + height) for dx, dy in places]
        best = min(range(len(places)), key=lambda i: (sum(_overlap(boxes[i], b) for b in (*taken, *dots)), i))
        taken.append(boxes[best])
        out.append((*places[best], best >= 6))
    return out


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
