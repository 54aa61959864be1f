"""How cells look: named styles as XlsxWriter properties. A style is `name` or `name:decimals` (-1: scientific);
anything else is refused."""

from __future__ import annotations

import functools
from typing import Any

from .look import DOTTED, LATIN, Look
from .look import RULE as RULE_COLOUR

BODY, HEAD = "宋体", "黑体"
INK, GREY, RULE = "#1F1F1F", "#6B6B6B", "#BFBFBF"
BLUE, PALE_BLUE, PALE_GREY, PALE_GREEN, PALE_YELLOW, PALE_RED, RED = (
    "#1F4E79",
    "#DCE6F1",
    "#F2F2F2",
    "#EAF3E6",
    "#FFF6DB",
    "#FBE5E1",
    "#A61C00",
)

_BASE: dict[str, Any] = {"font_name": BODY, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_BOX: dict[str, Any] = {"border": 1, "border_color": RULE}
_NUMBER: dict[str, Any] = {**_BOX, "align": "right"}

STYLES: dict[str, dict[str, Any]] = {
    "bare": {},
    "title": {"font_name": HEAD, "font_size": 16, "font_color": BLUE},
    "cover_title": {"font_name": HEAD, "font_size": 20, "font_color": BLUE, "align": "center", "text_wrap": True},
    "subtitle": {"font_color": GREY},
    "section": {"font_name": HEAD, "font_size": 12, "font_color": BLUE},
    "step": {"font_name": HEAD, "font_size": 11},
    "banner": {
        "font_name": HEAD,
        "font_size": 11,
        "font_color": RED,
        "bg_color": PALE_YELLOW,
        "border": 1,
        "border_color": RED,
        "text_wrap": True,
    },
    "head": {**_BOX, "font_name": HEAD, "bg_color": PALE_BLUE, "align": "center", "text_wrap": True},
    "text": {**_BOX},
    "wrap": {**_BOX, "text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top", "font_color": GREY},
    "formula": {"font_color": BLUE, "text_wrap": True, "valign": "top"},
    "center": {**_BOX, "align": "center"},
    "line0": {**_BOX, "font_name": HEAD, "bg_color": PALE_GREY},
    "line1": {**_BOX, "font_name": HEAD},
    "line2": {**_BOX, "indent": 1},
    "line3": {**_BOX, "indent": 2},
    "link": {**_BOX, "font_color": BLUE, "underline": 1},
    "notation": {**_BOX, "align": "center", "font_color": GREY},
    "missing": {**_BOX, "align": "center", "font_color": RED, "bg_color": PALE_RED},
    "warn": {**_BOX, "font_color": RED, "text_wrap": True, "valign": "top"},
    "good": {**_BOX, "align": "center", "bg_color": PALE_GREEN},
    "year": {**_BOX, "align": "center", "num_format": "0"},
    "percent": {**_NUMBER, "num_format": "0.00%"},
    "num": _NUMBER,
    "total": {**_NUMBER, "font_name": HEAD, "bg_color": PALE_GREY},
    "bold": {**_NUMBER, "font_name": HEAD},
    "result": {**_NUMBER, "bg_color": PALE_GREEN},
    "corrected": {**_NUMBER, "bg_color": PALE_YELLOW},
    "changed": {**_NUMBER, "font_color": RED},
}
NUMERIC = ("num", "total", "bold", "result", "corrected", "changed")


@functools.lru_cache(maxsize=256)
def number_format(decimals: int) -> str:
    return "0.0000E+00" if decimals < 0 else "#,##0" + ("." + "0" * decimals if decimals else "")


def properties(style: str) -> dict[str, Any]:
    """XlsxWriter properties of a style. Raises KeyError for an unknown one."""
    name, _, places = style.partition(":")
    found = {**_BASE, **STYLES[name]}
    if name in NUMERIC:
        found["num_format"] = number_format(int(places or 2))
    return found


def shown(value: float | int | str | bool, style: str) -> str:
    """The text a cell shows under a style, for widths."""
    if isinstance(value, (str, bool)):
        return str(value)
    name, _, places = style.partition(":")
    if name == "percent":
        return f"{value:.2%}"
    if name in NUMERIC:
        n = int(places or 2)
        return f"{value:.4E}" if n < 0 else f"{value:,.{n}f}"
    return f"{value:g}"


def look_properties(look: Look) -> dict[str, Any]:
    """XlsxWriter properties of a `Look`; figures stand in the Latin face, texts in the Chinese one (the writer splits
    mixed texts)."""
    result: dict[str, Any] = {
        "font_name": LATIN if look.number else look.face,
        "font_size": look.size,
        "font_color": look.colour,
        "align": look.align,
        "valign": look.valign,
        "locked": look.locked,
    }
    optional = {
        "bold": look.bold,
        "indent": look.indent,
        "text_wrap": look.wrap,
        "num_format": look.number,
        "bg_color": look.fill,
    }
    result |= {name: value for name, value in optional.items() if value}
    for side, kind in (("top", look.top), ("bottom", look.bottom), ("left", look.left), ("right", look.right)):
        if kind:
            result[side] = kind
            result[f"{side}_color"] = RULE_COLOUR if kind == DOTTED else INK
    return result
