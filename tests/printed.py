"""Printed pages for tests: a workbook through LibreOffice to PDF, and what poppler reads off the pages (words with
their places, sizes of letters).

Chinese and metric-compatible Latin faces are given by a fontconfig of the test's own, so that the pages are those an
office would print. Where LibreOffice, poppler or those faces are absent the test is skipped, saying so.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from office import all_converted, need_office

_FACES = {
    "宋体": "Noto Serif CJK SC",
    "仿宋": "Noto Serif CJK SC",
    "楷体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "方正小标宋简体": "Noto Serif CJK SC",
    "仿宋_GB2312": "Noto Serif CJK SC",
    "楷体_GB2312": "Noto Serif CJK SC",
}
_NEEDED = ("Liberation Serif", "Carlito", "Noto Serif CJK SC")


@dataclass(frozen=True)
class Line:
    """One run of letters on a page: text, size in points, place from the top left in points."""

    text: str
    size: float
    left: float
    top: float


def need_printing() -> None:
    """Skip where pages cannot be judged."""
    need_office()
    for program in ("pdftohtml", "fc-list"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: the printed pages are not judged here")
    fonts = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False, timeout=240).stdout
    missing = [f for f in _NEEDED if f not in fonts]
    if missing:
        pytest.skip(f"no metric-compatible faces ({', '.join(missing)}): the printed pages are not judged here")


def all_printed(books: Sequence[Path], folder: Path) -> list[Path]:
    """Workbooks or documents as LibreOffice prints them, in one start."""
    need_printing()
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{a}</string></test>'
        f'<edit name="family" mode="assign" binding="same"><string>{b}</string></edit></match>'
        for a, b in _FACES.items()
    )
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}</fontconfig>',
        "utf-8",
    )
    return all_converted(books, "pdf", folder, env={"FONTCONFIG_FILE": str(config)})


def pages_of(pdf: Path) -> list[list[Line]]:
    """The lines of every page, with the sizes of their letters."""
    text = subprocess.run(
        ["pdftohtml", "-xml", "-stdout", "-i", "-zoom", "1", "-fontfullname", str(pdf)],
        capture_output=True,
        check=True,
        timeout=240,
    ).stdout.decode("utf-8")
    sizes = {m[1]: float(m[2]) for m in re.finditer(r'<fontspec id="(\d+)" size="(-?\d+)"', text)}
    out = []
    for page in text.split("<page ")[1:]:
        lines = []
        for m in re.finditer(
            r'<text top="(-?\d+)" left="(-?\d+)" width="(-?\d+)" height="(-?\d+)" font="(\d+)">(.*?)</text>', page
        ):
            plain = re.sub(r"<[^>]+>", "", m[6]).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").strip()
            if plain:
                lines.append(Line(plain, sizes.get(m[5], 0.0), float(m[2]), float(m[1])))
        out.append(lines)
    return out
