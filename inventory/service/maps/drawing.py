"""Shapes of a map with what each shows, as data that a template draws: tiles by row and column, or outlines of a GeoJSON
file. Nothing is loaded from elsewhere."""

from __future__ import annotations

import csv
import io
import json
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

SHADES = 5
TILE, GAP, WIDTH = 130.0, 8.0, 1000.0
NEAR = 0.8  # of the drawing's 1000 units: points nearer to the last one are not seen
MOST_SHAPES, MOST_POINTS = 200, 400_000
STATED = ("source", "licence", "map_number")
Ring = Sequence[Sequence[float]]


class WrongMap(ValueError):
    """A map file that cannot be drawn or may not be shown. `code` names the text, `detail` what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A region: its outline as an SVG path or its tile's corner, where its name stands, whether it is a tile."""

    name: str
    path: str
    x: float
    y: float
    tile: bool


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """Shapes in a box of `width` by `height` units; `credit`: source, licence and map number of an outline."""

    shapes: tuple[Shape, ...]
    width: float
    height: float
    credit: str = ""


def folded(name: str) -> str:
    """A city's name as forms write it, with or without 市."""
    return name.strip().removesuffix("市")


# ---- tiles ----


@cache
def _known() -> Mapping[str, Mapping[str, Sequence[int]]]:
    return tomllib.loads(files(__package__).joinpath("tiles.toml").read_text("utf-8"))


def known_tiles(code: str) -> MapDrawing | None:
    """The grid that the program knows of a province, by its code's first two digits."""
    places = _known().get(code[:2])
    return tiles((name, row, column) for name, (row, column) in places.items()) if places else None


def tiles(places: Iterable[tuple[str, int, int]]) -> MapDrawing:
    shapes = tuple(
        Shape(name, "", column * (TILE + GAP), row * (TILE + GAP), True) for name, row, column in sorted(places)
    )
    width = max((s.x for s in shapes), default=0.0) + TILE
    return MapDrawing(shapes, width, max((s.y for s in shapes), default=0.0) + TILE)


def read_tiles(content: bytes) -> MapDrawing:
    """A grid of one's own: CSV with the columns 地区, 行, 列 (region, row, column). Raises `WrongMap`."""
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        places = [(name, int(row), int(column)) for name, row, column in (r[:3] for r in rows[1:] if any(r))]
    except ValueError as error:
        raise WrongMap("tiles", str(error)[:80]) from error
    spots = [(row, column) for _, row, column in places]
    if not places or len(places) > MOST_SHAPES or len(set(spots)) < len(spots) or min(map(min, spots)) < 0:
        raise WrongMap("tiles")
    if max(map(max, spots)) > 40:
        raise WrongMap("tiles")
    return tiles(places)


# ---- outlines ----


def read_outline(content: bytes) -> MapDrawing:
    """Outlines of a GeoJSON FeatureCollection in degrees: every feature a `name`, the collection itself its `source`,
    `licence` and `map_number`. Raises `WrongMap`."""
    try:
        given: Any = json.loads(content.decode("utf-8-sig"))
        stated = [str(given.get(key) or "").strip() for key in STATED]
        features = [(str(f["properties"]["name"]), _rings(f["geometry"])) for f in given["features"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WrongMap("outline", str(error)[:80]) from error
    if not all(stated):
        raise WrongMap("outline_stated", ", ".join(k for k, v in zip(STATED, stated, strict=True) if not v))
    points = sum(len(ring) for _, rings in features for ring in rings)
    if not features or len(features) > MOST_SHAPES or points > MOST_POINTS or not points:
        raise WrongMap("outline", f"{len(features)} / {points}")
    return _projected(features, " · ".join(stated))


def _rings(geometry: Any) -> list[Ring]:
    kind, held = geometry["type"], geometry["coordinates"]
    polygons = {"Polygon": [held], "MultiPolygon": held}.get(kind)
    if polygons is None:
        raise ValueError(kind)
    rings: list[Ring] = [[(float(p[0]), float(p[1])) for p in ring] for polygon in polygons for ring in polygon]
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for ring in rings for x, y in ring):
        raise ValueError("degrees")
    return rings


def _projected(features: Sequence[tuple[str, list[Ring]]], credit: str) -> MapDrawing:
    """Degrees on a plane: longitudes shortened by the cosine of the middle latitude."""
    every = [p for _, rings in features for ring in rings for p in ring]
    west, east = min(p[0] for p in every), max(p[0] for p in every)
    south, north = min(p[1] for p in every), max(p[1] for p in every)
    short = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * short, 1e-6)

    def place(p: Sequence[float]) -> tuple[float, float]:
        return (p[0] - west) * short * scale, (north - p[1]) * scale

    shapes = []
    for name, rings in features:
        drawn = [[place(p) for p in ring] for ring in rings]
        largest = max(drawn, key=_size)
        middle = [sum(p[k] for p in largest) / len(largest) for k in (0, 1)]
        path = "".join(_path(ring) for ring in drawn if len(ring) > 2)
        shapes.append(Shape(name, path, round(middle[0], 1), round(middle[1], 1), False))
    return MapDrawing(tuple(shapes), WIDTH, round(max((north - south) * scale, 1.0), 1), credit)


def _size(ring: Sequence[tuple[float, float]]) -> float:
    return (max(p[0] for p in ring) - min(p[0] for p in ring)) * (max(p[1] for p in ring) - min(p[1] for p in ring))


def _path(ring: Sequence[tuple[float, float]]) -> str:
    kept = [ring[0]]
    for p in ring[1:]:
        if math.dist(p, kept[-1]) >= NEAR:
            kept.append(p)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


# ---- what it shows ----


def shaded(drawing: MapDrawing, values: Mapping[str, float | None]) -> list[dict[str, Any]]:
    """Each shape with its value and shade: 1 to 5 in equal steps of the largest value, 0 without a figure. `values`: by
    name, None where withheld."""
    by_name = {folded(k): v for k, v in values.items()}
    largest = max((v for v in by_name.values() if v), default=0.0)
    out = []
    for s in drawing.shapes:
        value = by_name.get(folded(s.name))
        shade = 0 if value is None or largest <= 0 else min(SHADES, 1 + int(SHADES * value / largest))
        known = folded(s.name) in by_name
        out.append(
            {
                "name": s.name,
                "path": s.path,
                "x": s.x,
                "y": s.y,
                "tile": s.tile,
                "value": value,
                "shade": shade,
                "withheld": known and value is None,
            }
        )
    return out


def steps(values: Iterable[float | None]) -> list[tuple[int, float, float]]:
    """The legend: shade, from, to."""
    largest = max((v for v in values if v), default=0.0)
    return [(k + 1, largest * k / SHADES, largest * (k + 1) / SHADES) for k in range(SHADES)] if largest > 0 else []
