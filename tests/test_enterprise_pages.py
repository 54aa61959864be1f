"""The sheets of enterprise reports as the province's filed tables look and print: one paper, three-line tables in black, no
letter below eight points, repeated heads, every 附表 with its line to sign, in both languages."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from printed import all_printed, need_printing, pages_of

from inventory.enterprise.compute import compute_file
from inventory.enterprise.report import plan_report
from inventory.sheets.look import ENTRY, GREY, INK, LEAST_POINTS, SHADE, THICK, WARNING, column_points
from inventory.sheets.model import Book, OutputSheet, width_of
from inventory.sheets.paper import room
from inventory.sheets.rules import ruled
from inventory.sheets.style import look_of, shown
from inventory.sheets.write import save

EXAMPLES = sorted((Path(__file__).parents[1] / "examples" / "enterprise").glob("*.xlsx"))
LANGUAGES = ("zh", "en")
SIGNED = {"zh": "法定代表人（签字）", "en": "Legal representative (signature)"}


@functools.cache
def book(path: Path, lang: str) -> Book:
    return plan_report(compute_file(path), lang)


def paged(path: Path, lang: str) -> list[OutputSheet]:
    """All sheets but the hidden one of the trace."""
    sheets = [s for s in book(path, lang).sheets.values() if not s.hidden]
    assert len(sheets) > 5 and all(s.page is not None for s in sheets)
    return sheets


def scale_of(sheet: OutputSheet) -> float:
    """How far a sheet is reduced to be one page wide."""
    assert sheet.page is not None
    return min(1.0, room(sheet.page.landscape) / sum(column_points(w) + 4.5 for w in sheet.widths.values()))


CASES = [pytest.param(path, lang, id=f"{path.stem}-{lang}") for path in EXAMPLES for lang in LANGUAGES]


@pytest.mark.parametrize(("path", "lang"), CASES)
def test_no_letter_is_smaller_than_eight_points(path: Path, lang: str) -> None:
    for sheet in paged(path, lang):
        scale = scale_of(sheet)
        for cell in sheet.cells.values():
            assert look_of(cell.style).size * scale >= LEAST_POINTS, f"{sheet.name}: {cell.value}"
        assert sorted(sheet.widths) == list(range(sheet.columns)) and sheet.page is not None
        assert "— &P —" in sheet.page.footer and sheet.page.header


@pytest.mark.parametrize(("path", "lang"), CASES)
def test_tables_have_three_lines_in_black_ink(path: Path, lang: str) -> None:
    for sheet in paged(path, lang):
        changed, _ = ruled(sheet)
        looks = {place: changed[place] for place in sheet.cells}
        for place, look in looks.items():
            assert look.colour in (INK, GREY, WARNING) and look.fill in ("", SHADE, ENTRY)
            boxed = sheet.cells[place].style == "banner"
            assert boxed or not (look.left or look.right), f"{sheet.name}{place}: a grid"
        heads = [p for p, c in sheet.cells.items() if c.style == "head" and looks[p].bold and looks[p].top == THICK]
        ends = [p for p, look in looks.items() if look.bottom == THICK]
        assert not any(c.style == "head" for c in sheet.cells.values()) or ends
        assert all(any(r >= row for r, _ in ends) for row, _ in heads), sheet.name


@pytest.mark.parametrize(("path", "lang"), CASES)
def test_every_annex_has_its_line_to_sign(path: Path, lang: str) -> None:
    annexes = [s for s in paged(path, lang) if re.match(r"附表\d|Annex \d", s.name)]
    assert len(annexes) >= 2
    for sheet in annexes:
        below = [c.value for (row, _), c in sheet.cells.items() if row == sheet.rows - 1]
        assert len(below) == 1 and str(below[0]).startswith(SIGNED[lang]), sheet.name


@pytest.mark.parametrize(("path", "lang"), CASES)
def test_heads_of_long_tables_repeat_and_figures_fit_their_columns(path: Path, lang: str) -> None:
    for sheet in paged(path, lang):
        heads = {row for (row, _), c in sheet.cells.items() if c.style == "head"}
        if len(heads) == 1 and sheet.rows > 30:
            assert sheet.head is not None and heads <= set(range(sheet.head[0], sheet.head[1] + 1)), sheet.name
        for (row, col), c in sheet.cells.items():
            if not isinstance(c.value, str):
                assert sheet.widths[col] >= width_of(shown(c.value, str(c.style))) + 1, f"{sheet.name}{row, col}"


def test_small_source_tables_share_a_page_in_their_order() -> None:
    """The ten source tables of an oil and gas field stand on four pages, each one page high; none is left out."""
    path = next(p for p in EXAMPLES if p.stem == "油气田")
    sheets = [s for s in paged(path, "zh") if re.match(r"附表([2-9]|1\d)", s.name)]
    numbers = [
        int(str(c.value)[2:].split()[0]) for s in sheets for _, c in sorted(s.cells.items()) if c.style == "page_title"
    ]
    assert numbers == list(range(2, 12)) and [s.name.split()[0] for s in sheets] == [
        "附表2-4",
        "附表5-6",
        "附表7-9",
        "附表10-11",
    ]
    assert all(s.page is not None and s.page.one_high and not s.breaks for s in sheets)


PRINTED = [(path, lang) for path in EXAMPLES if path.stem in ("水泥厂", "油气田", "发电厂") for lang in LANGUAGES]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[Path, str], Path]:
    """The reports as they are printed."""
    need_printing()
    folder = tmp_path_factory.mktemp("printed")
    books = [folder / f"{path.stem}-{lang}.xlsx" for path, lang in PRINTED]
    for (path, lang), target in zip(PRINTED, books, strict=True):
        save(book(path, lang), target)
    return dict(zip(PRINTED, all_printed(books, folder), strict=True))


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize(("path", "lang"), PRINTED, ids=[f"{path.stem}-{lang}" for path, lang in PRINTED])
def test_pages_print_as_laid_out(path: Path, lang: str, printed: dict[tuple[Path, str], Path]) -> None:
    pages = pages_of(printed[path, lang])
    assert len(pages) >= len(paged(path, lang))
    small = [
        (n, line)
        for n, page in enumerate(pages, 1)
        for line in page
        if line.size < LEAST_POINTS - 0.5 and not re.fullmatch(r"[0-9 ,e]+", line.text)
    ]
    assert not small
    for n, page in enumerate(pages, 1):
        whole = "".join("".join(line.text.split()) for line in page)
        assert f"—{n}—" in whole, f"page {n} has no number"
        assert "###" not in whole, f"page {n}: a column too narrow for its figures"
