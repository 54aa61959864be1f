"""How cells look: the named styles of sheets that are laid out by hand, each a `Look` of the one printed look. A style
is `name` or `name:decimals` (-1: scientific); anything else is refused."""

from __future__ import annotations

import functools
from typing import Any

from .look import BLUE, DOTTED, ENTRY, GREY, HEAD, HEI, INK, LATIN, PAGE_TITLE, RULE, SHADE, THIN, WARNING, Look, figure

_PLAIN = Look(size=10)
_ROW = _PLAIN.with_(bottom=DOTTED)
_CENTER = _ROW.with_(align="center")
_NUMBER = _ROW.with_(align="right")

NAMED: dict[str, Look] = {
    "bare": _PLAIN,
    "title": _PLAIN.with_(face=HEI, size=16),
    "page_title": PAGE_TITLE.with_(wrap=True),
    "cover_title": _PLAIN.with_(face=HEI, size=20, align="center", wrap=True),
    "subtitle": _PLAIN,
    "section": _PLAIN.with_(face=HEI, size=12),
    "step": _PLAIN.with_(face=HEI, size=11),
    "banner": _PLAIN.with_(face=HEI, size=11, colour=WARNING, wrap=True, top=THIN, bottom=THIN, left=THIN, right=THIN),
    "head": HEAD.with_(size=10),
    "label": _ROW.with_(bold=True, wrap=True),
    "text": _ROW,
    "wrap": _ROW.with_(wrap=True),
    "note": _PLAIN.with_(wrap=True, valign="top"),
    "sign": _PLAIN.with_(locked=False),
    "formula": _PLAIN.with_(wrap=True, valign="top"),
    "center": _CENTER,
    "line0": _ROW.with_(bold=True, fill=SHADE),
    "line_total": _ROW.with_(bold=True, fill=SHADE, wrap=True),
    "line1": _ROW.with_(bold=True),
    "line2": _ROW.with_(indent=1),
    "line3": _ROW.with_(indent=2),
    "link": _ROW.with_(colour=BLUE),
    "notation": _CENTER.with_(colour=GREY),
    "missing": _CENTER.with_(colour=WARNING, fill=SHADE),
    "warn": _ROW.with_(colour=WARNING, wrap=True, valign="top"),
    "good": _CENTER,
    "year": _CENTER.with_(number="0"),
    "percent": _NUMBER.with_(number="0.00%"),
    "num": _NUMBER,
    "total": _NUMBER.with_(bold=True, fill=SHADE),
    "bold": _NUMBER.with_(bold=True),
    "result": _NUMBER,
    "corrected": _NUMBER.with_(fill=ENTRY),
    "changed": _NUMBER.with_(colour=WARNING),
}
NUMERIC = ("num", "total", "bold", "result", "corrected", "changed")
# what stands in the rows of a table, below its heads
ROWS = frozenset(name for name, look in NAMED.items() if look.bottom == DOTTED)


@functools.lru_cache(maxsize=256)
def number_format(decimals: int) -> str:
    return "0.0000E+00" if decimals < 0 else figure(decimals)


@functools.lru_cache(maxsize=1024)
def look_of(style: str | Look) -> Look:
    """The look of a named style; a look itself stays. Raises KeyError for an unknown name."""
    if isinstance(style, Look):
        return style
    name, _, places = style.partition(":")
    look = NAMED[name]
    return look.with_(number=number_format(int(places or 2))) if name in NUMERIC else look


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
            result[f"{side}_color"] = RULE if kind == DOTTED else INK
    return result
