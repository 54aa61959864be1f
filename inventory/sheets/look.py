"""The printed look, once for province, enterprise, templates and documents: faces, sizes, colours, rules, language
tags, chemical subscripts.

A `Look` is one combination of properties; tables compose them (`NUMBER.with_(bold=True)`). Chinese in 宋体 or 黑体,
Latin letters and figures in Times New Roman: names that Windows and WPS have and that Linux maps to Chinese faces and
Liberation Serif.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

SONG, HEI, KAI, FANG, TITLE = "宋体", "黑体", "楷体", "仿宋", "方正小标宋简体"
LATIN = "Times New Roman"
# the face a machine without the first one should take: written into the font tables of documents, where offices look it
# up
ALTERNATIVES = {
    TITLE: "宋体",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
    "仿宋": "FangSong",
    "楷体": "KaiTi",
    "宋体": "SimSun",
    "黑体": "SimHei",
}
LANGUAGE = {"zh": "zh-CN", "en": "en-GB"}

INK, BLUE, GREY, FALL, WARNING = "#1F1F1F", "#0072B2", "#8A8A8A", "#D55E00", "#A61C00"
SHADE, ENTRY, RULE = "#F2F2F2", "#FFF2CC", "#B8B8B8"
THICK, THIN, DOTTED, NONE = 2, 1, 4, 0  # Excel's border numbers: 1.5 pt, 0.75 pt, dotted

MINUS = "−"
LEAST_POINTS = 8.0  # nothing that is printed is smaller


@dataclass(frozen=True, slots=True)
class Look:
    """Properties of a cell. `face` is the Chinese face; figures and Latin letters are always Times New Roman."""

    face: str = SONG
    size: float = 9.5
    bold: bool = False
    colour: str = INK
    align: str = "left"
    valign: str = "vcenter"
    indent: int = 0
    wrap: bool = False
    number: str = ""
    top: int = NONE
    bottom: int = NONE
    left: int = NONE
    right: int = NONE
    fill: str = ""
    locked: bool = True

    def with_(self, **changes: Any) -> Look:
        return replace(self, **changes)


TEXT = Look()
CENTER = Look(align="center")
NUMBER = Look(align="right")
HEAD = Look(align="center", bold=True, wrap=True)
NOTE = Look(size=8.5, wrap=True, valign="top")
PAGE_TITLE = Look(face=HEI, size=16, align="center")


def figure(decimals: int, least: bool = False) -> str:
    """Number format with a true minus; `least`: what is smaller than half the last decimal shows as `…` (zero itself
    stays zero)."""
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    if not least:
        return f'{plain};"{MINUS}"{plain}'
    half = f"{0.5 * 10**-decimals:.{decimals + 1}f}"
    return f'[>={half}]{plain};[<=-{half}]"{MINUS}"{plain};"…"'


def change(decimals: int = 1) -> str:
    """Number format of a change: with its sign."""
    plain = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f'+{plain};"{MINUS}"{plain};{plain}'


def percent(decimals: int = 1) -> str:
    return f'0.{"0" * decimals}"%";"{MINUS}"0.{"0" * decimals}"%"'


def page_number(size: int = 9) -> str:
    """The number at the foot of every printed page, in Excel's codes."""
    return f'&C&"Times New Roman,Regular"&{size}— &P —'


# ---- texts: which letters in which face, which digits below the line ----

_FORMULA = re.compile(r"(?<![A-Za-z0-9])(?:CO2e|CO2|CH4|N2O|SF6|NF3|CF4|C2F6|C3F8)(?![0-9])")
EAST, WEST, BELOW = "east", "west", "below"


@functools.lru_cache(maxsize=65_536)
def runs(text: str) -> tuple[tuple[str, str], ...]:
    """Pieces of a text with what each is: east (Chinese), west (Latin letters, digits), below (the digits of a chemical
    formula)."""
    marked = ["" for _ in text]
    for match in _FORMULA.finditer(text):
        for i in range(match.start(), match.end()):
            marked[i] = BELOW if text[i].isdigit() else WEST
    out: list[tuple[str, str]] = []
    last = EAST if any(wide(c) for c in text) else WEST
    for i, letter in enumerate(text):
        kind = marked[i] or (
            EAST if wide(letter) else WEST if letter.isalnum() or letter in "%.,()+/:-±²³·&'\"" else last
        )
        last = kind if kind != BELOW else WEST
        if out and out[-1][1] == kind:
            out[-1] = (out[-1][0] + letter, kind)
        else:
            out.append((letter, kind))
    return tuple(out)


def wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF" or letter in "“”‘’…—〔〕×÷≥≤"


# advance widths of Times New Roman (and Liberation Serif) in parts of the letter height; 0.5 where not listed
TIMES = {
    letter: width
    for letters, width in (
        (" .,", 0.25),
        ("ijlt:;/\\", 0.278),
        ("fr()[]-!`I", 0.333),
        ("Js", 0.389),
        ("acez", 0.444),
        ("FPS", 0.556),
        ("+<>=", 0.564),
        ("ELTZ", 0.611),
        ("BCR", 0.667),
        ("ADGHKNOQUVXYw", 0.722),
        ("m&", 0.778),
        ("%", 0.833),
        ("M", 0.889),
        ("W", 0.944),
        ("'", 0.18),
        ("|", 0.2),
        ("—", 1.0),
    )
    for letter in letters
}


@functools.lru_cache(maxsize=65_536)
def measure(text: str, size: float, bold: bool = False) -> float:
    """Width of a line of text in points, about: Chinese letters are square, Latin ones of Times New Roman half as wide
    (capitals more)."""
    return sum(1.0 if wide(letter) else TIMES.get(letter, 0.5) for letter in text) * size * (1.06 if bold else 1.0)


def column_points(width: float) -> float:
    """Room of a column of `width` characters (default font Calibri 11) in points, its margins taken off."""
    return (int(width * 7 + 5)) * 0.75 - 4.5


def lines_needed(text: str, size: float, room: float, bold: bool = False) -> int:
    """Lines a text takes when it breaks within `room` points: words of Latin letters stay whole, Chinese breaks
    anywhere."""
    safe = 0.96 * room - 2.0  # offices break a little earlier than we measure
    return sum(_broken(part, size, safe, bold) for part in text.split("\n"))


def _broken(text: str, size: float, room: float, bold: bool) -> int:
    count, used = 1, 0.0
    for word in _words(text):
        width = measure(word, size, bold)
        if used + width > room and used:
            count, used = count + 1, 0.0
        if width > room:
            more = int(width // room)
            count, used = count + more, width - more * room
        else:
            used += width
    return count


def _words(text: str) -> Iterator[str]:
    word = ""
    for letter in text:
        if wide(letter):
            if word:
                yield word
                word = ""
            yield letter
        elif letter == " ":
            yield word + letter
            word = ""
        else:
            word += letter
    if word:
        yield word
