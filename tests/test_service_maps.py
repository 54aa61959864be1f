"""The map of the public page: tiles, outlines of GeoJSON with what they must state, shades of the figures."""

from __future__ import annotations

import json
import re

import pytest

from inventory.regions import built_in
from inventory.service.maps import drawing
from inventory.service.maps.drawing import WrongMap, known_tiles, read_outline, read_tiles, shaded, steps

SQUARES = {
    "type": "FeatureCollection",
    "source": "示例图形",
    "licence": "CC0-1.0",
    "map_number": "示例号",
    "features": [
        {
            "properties": {"name": "甲市"},
            "geometry": {"type": "Polygon", "coordinates": [[[118, 32], [119, 32], [119, 33], [118, 33], [118, 32]]]},
        },
        {
            "properties": {"name": "乙市"},
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [[[[119, 32], [120, 32], [120, 34], [119, 34], [119, 32]]]],
            },
        },
    ],
}


def outline(**changes: object) -> bytes:
    return json.dumps({**SQUARES, **changes}, ensure_ascii=False).encode()


def test_every_known_tile_is_a_city_of_its_province() -> None:
    tree = built_in()
    for code, places in drawing._known().items():
        province = next(r for r in tree.regions.values() if r.level == "省级" and r.code.startswith(code))
        cities = {r.name for r in tree.children(province.name) if r.level == "地级市"}
        assert set(places) == cities
        assert len({tuple(p) for p in places.values()}) == len(places)
    assert known_tiles("99") is None


def test_tiles_of_ones_own() -> None:
    drawn = read_tiles("地区,行,列\n乙市,0,1\n甲市,0,0\n".encode("utf-8-sig"))
    assert [(s.name, s.x, s.y) for s in drawn.shapes] == [("乙市", 138.0, 0.0), ("甲市", 0.0, 0.0)]
    assert (drawn.width, drawn.height) == (268.0, 130.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "地区,行,列\n",
        "地区,行,列\n甲,0,0\n乙,0,0\n",
        "地区,行,列\n甲,-1,0\n",
        "地区,行,列\n甲,x,0\n",
        "地区,行,列\n甲,99,0\n",
    ],
)
def test_a_grid_that_cannot_be_drawn_is_refused(text: str) -> None:
    with pytest.raises(WrongMap):
        read_tiles(text.encode())


def test_an_outline_is_drawn_north_up_with_true_proportions() -> None:
    drawn = read_outline(outline())
    assert drawn.credit == "示例图形 · CC0-1.0 · 示例号" and drawn.width == 1000.0
    # two degrees of longitude at 33° against two of latitude
    assert drawn.height == pytest.approx(1000 / 0.838670567945424, rel=1e-3)
    first, second = drawn.shapes
    assert (first.name, second.name) == ("甲市", "乙市")
    assert re.fullmatch(r"M0\.0 \d+\.\dL500\.0 \d+\.\dL500\.0 \d+\.\dL0\.0 \d+\.\d(L0\.0 \d+\.\d)?Z", first.path)
    assert first.x < second.x and second.y < first.y  # the one that reaches further north stands higher


@pytest.mark.parametrize("missing", ["source", "licence", "map_number"])
def test_an_outline_without_its_licence_or_map_number_is_refused(missing: str) -> None:
    with pytest.raises(WrongMap) as wrong:
        read_outline(outline(**{missing: ""}))
    assert wrong.value.code == "outline_stated" and wrong.value.detail == missing


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        outline(features=[]),
        outline(features=[{"properties": {}, "geometry": None}]),
        outline(features=[{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]),
        outline(features=[{"properties": {"name": "x"}, "geometry": {"type": "Polygon", "coordinates": [[[500, 2]]]}}]),
    ],
)
def test_what_is_no_outline_is_refused(content: bytes) -> None:
    with pytest.raises(WrongMap):
        read_outline(content)


def test_shades_go_by_equal_steps_and_withheld_is_no_figure() -> None:
    drawn = read_tiles("地区,行,列\n甲,0,0\n乙,0,1\n丙,0,2\n丁,0,3\n".encode())
    found = {s["name"]: s for s in shaded(drawn, {"甲市": 100.0, "乙": 39.9, "丙": None})}
    assert {k: v["shade"] for k, v in found.items()} == {"甲": 5, "乙": 2, "丙": 0, "丁": 0}
    assert found["丙"]["withheld"] and not found["丁"]["withheld"]
    assert steps([100.0, None]) == [(k + 1, 20.0 * k, 20.0 * (k + 1)) for k in range(5)] and steps([None]) == []
