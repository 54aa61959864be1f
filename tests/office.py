"""LibreOffice for tests: a workbook is stripped of its cached values, really recalculated, and read back.

By default LibreOffice trusts the cached values of a file; the profile used here tells it to recalculate always, and
`strip` removes them as well.
"""

from __future__ import annotations

import html
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries
from process_help import ran

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def need_office() -> str:
    """The soffice program; the test is skipped, saying so, where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: the recalculation of the workbook is not checked here")
    return program


def all_converted(
    sources: Sequence[Path], kind: str, folder: Path, profile: Path | None = None, env: Mapping[str, str] | None = None
) -> list[Path]:
    """Files that one start of LibreOffice (a second and a half of a processor, whatever it does) wrote from `sources` in
    another format, in `folder`; with a profile of its own below it, so that nothing of one run stands in the way of
    another. Killed with all its processes where it does not end."""
    profile = profile or folder / "profile"
    words = [need_office(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", kind]
    done = ran([*words, "--outdir", str(folder), *map(str, sources)], 240, env)
    targets = [folder / f"{source.stem}.{kind.partition(':')[0]}" for source in sources]
    assert len(set(targets)) == len(sources), "files of one name would be written over each other"
    assert done.returncode == 0 and all(t.exists() for t in targets), done.stdout + done.stderr
    return targets


def converted(
    source: Path, kind: str, folder: Path, profile: Path | None = None, env: Mapping[str, str] | None = None
) -> Path:
    """As `all_converted`, of one file."""
    return all_converted([source], kind, folder, profile, env)[0]


def saved_as(source: Path, kind: str, folder: Path) -> Path:
    """A workbook saved by LibreOffice in another format (`xls`, `ods`)."""
    return converted(source, {"xls": "xls:MS Excel 97", "ods": "ods"}[kind], folder)


_TITLES = re.compile(rb'<definedName name="_xlnm.Print_Titles"[^>]*>[^<]*</definedName>')


def strip(source: Path, target: Path, replace: dict[bytes, bytes] | None = None) -> None:
    """A copy without cached values of formulas, and without the rows and columns that repeat on every page (for which
    LibreOffice lays out all pages as it opens the book: ten seconds for a province's); `replace` changes bytes of the sheets (to
    plant a fault)."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                for a, b in (replace or {}).items():
                    content = content.replace(a, b)
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            elif entry.filename == "xl/workbook.xml":
                content = _TITLES.sub(b"", content)
            new.writestr(entry, content)


def all_recalculated(sources: Sequence[tuple[Path, dict[bytes, bytes]]], folder: Path) -> list[Path]:
    """The workbooks, each with these bytes of its sheets changed, as LibreOffice computes them from the formulas alone."""
    need_office()
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    (folder / "in").mkdir()
    stripped = [folder / "in" / f"{n}.xlsx" for n in range(len(sources))]
    for (source, replace), target in zip(sources, stripped, strict=True):
        strip(source, target, replace)
    return all_converted(stripped, "xlsx", folder / "out", profile)


def recalculated(source: Path, folder: Path) -> Path:
    """As `all_recalculated`, of one workbook as it is."""
    return all_recalculated([(source, {})], folder)[0]


_CELL = re.compile(r"(?:'((?:[^']|'')+)'!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


class _Values:
    """The values of a workbook's cells as they are stored, by sheet and place; read by the fast reader."""

    def __init__(self, path: Path) -> None:
        from python_calamine import CalamineWorkbook

        book = CalamineWorkbook.from_path(str(path))
        self.rows = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}

    def at(self, sheet: str, row: int, column: int) -> object:
        """Of a cell, counted from 1; "" where there is none."""
        rows = self.rows[sheet]
        return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""

    def area(self, sheet: str, place: str) -> Iterator[object]:
        left, top, right, bottom = range_boundaries(place)
        return (self.at(sheet, r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))


def _formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """(sheet, place, formula) of every cell with a formula."""
    with zipfile.ZipFile(path) as book:
        links = dict(_LINK.findall(book.read("xl/_rels/workbook.xml.rels").decode()))
        links |= {n: target for target, n in _LINK_TURNED.findall(book.read("xl/_rels/workbook.xml.rels").decode())}
        for name, number in _SHEET.findall(book.read("xl/workbook.xml").decode()):
            for place, formula in _FORMULA.findall(book.read(f"xl/{links[number].removeprefix('/xl/')}").decode()):
                yield html.unescape(name), place, html.unescape(formula)


_SHEET = re.compile(r'<sheet name="([^"]*)"[^>]* r:id="([^"]*)"')
_LINK = re.compile(r'<Relationship Id="([^"]*)"[^>]* Target="([^"]*)"')
_LINK_TURNED = re.compile(r'<Relationship [^>]*Target="([^"]*)"[^>]* Id="([^"]*)"')
_FORMULA = re.compile(r'<c r="([A-Z]+[0-9]+)"[^>]*><f[^>]*>([^<]*)</f>')


def _largest_term(formula: str, home: str, cached: _Values) -> float:
    """The largest figure a formula refers to: where terms cancel, their last bits are all that is left of the
    difference."""
    found = 0.0
    for sheet, col, row, col2, row2 in _CELL.findall(formula):
        area = cached.area(sheet.replace("''", "'") or home, f"{col}{row}:{col2 or col}{row2 or row}")
        found = max([found, *(abs(v) for v in area if isinstance(v, (int, float)))])
    return found


def differences(source: Path, computed: Path) -> tuple[int, list[str]]:
    """(number of formulas, cells whose recalculated value is not the cached one: 1e-9 relative; 1e-12, or 1e-14 of the
    terms, where these cancel)."""
    cached, computed_values = _Values(source), _Values(computed)
    count, wrong = 0, []
    for sheet, place, formula in _formulas(source):
        count += 1
        row, column = coordinate_to_tuple(place)
        a, b = cached.at(sheet, row, column), computed_values.at(sheet, row, column)
        numbers = isinstance(a, (int, float)) and isinstance(b, (int, float))
        alike = a == b
        if numbers and not alike:
            alike = abs(a - b) <= 1e-9 * max(abs(a), abs(b)) or abs(a - b) <= max(
                1e-12, 1e-14 * _largest_term(formula, sheet, cached)
            )
        if not alike:
            wrong.append(f"{sheet}!{place} ={formula}: {a!r} -> {b!r}")
    return count, wrong
