"""The filing set: what its pages say, that they add up, that nothing of the program shows on them, and how they
print."""

from __future__ import annotations

import functools
import math
import re
from pathlib import Path

import filing_example
import openpyxl
import pytest
from office import all_recalculated, differences
from printed import all_printed, need_printing, pages_of
from some import some
from typer.testing import CliRunner

import inventory
from inventory.cli.app import app
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError
from inventory.filing import filing_book, read_sealed, write_filing_set
from inventory.filing.basis import FilingBasis
from inventory.sheets.layout import page_points, shown
from inventory.sheets.look import LEAST_POINTS, Look, column_points, measure
from inventory.sheets.model import Book

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
IDS = re.compile(r"[a-z]+\.[a-z_.]+|--[a-z]|guideline\b(?!s)|\.csv|（编制单位可在此")
CHINESE = re.compile(r"[\u3400-\u9fff]")
LANGUAGES = ("zh", "en")


@functools.cache
def jiangsu() -> Ledger:
    return inventory.compile(EXAMPLE)


@functools.cache
def book(lang: str) -> tuple[Book, str]:
    return filing_book(jiangsu(), lang=lang)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The filing set of the example in each language, written once."""
    folder = tmp_path_factory.mktemp("sets")
    files = {lang: folder / f"{lang}.xlsx" for lang in LANGUAGES}
    for lang, path in files.items():
        write_filing_set(jiangsu(), path, lang=lang)
    return files


def texts(found: Book) -> list[tuple[str, str]]:
    return [
        (s.name, c.value)
        for s in found.sheets.values()
        for c in s.cells.values()
        if isinstance(c.value, str) and c.value
    ]


# ---- what stands on the pages ----


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_of_the_set_in_their_order(lang: str) -> None:
    names = list(book(lang)[0].sheets)
    assert len(names) == 19
    assert names[0] == {"zh": "封面", "en": "Cover"}[lang] and names[-1] == {"zh": "签署页", "en": "Signatures"}[lang]
    numbers = [int(m[1]) for n in names if (m := re.match(r"(?:清|T)(\d+) ", n))]
    assert numbers == sorted(numbers) and set(numbers) == set(range(1, 15))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_of_the_program_shows(lang: str) -> None:
    shown_texts = [(s, t.replace("IPCC 2006", "")) for s, t in texts(book(lang)[0])]
    allowed = (
        "values of the guideline",
        "against the guideline",
        "the guideline does not give",
        "guideline (trial)",
        "printed guideline",
        "enterprise guidelines",
    )
    wrong = [(s, t) for s, t in shown_texts if (m := IDS.search(t)) and not any(a in t for a in allowed) and m]
    assert not wrong


def test_the_english_book_is_wholly_english() -> None:
    found = book("en")[0]
    assert not [(s, t) for s, t in texts(found) if CHINESE.search(t)]
    assert not [
        s.name
        for s in found.sheets.values()
        if CHINESE.search(s.name + s.title + (s.page.header + s.page.footer if s.page else "").replace("宋体", ""))
    ]
    charts = [x.name for s in found.sheets.values() for c in s.charts for x in c.series]
    assert not [c for c in charts if CHINESE.search(c)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_letter_is_smaller_than_eight_points_and_no_text_wider_than_its_cell(lang: str) -> None:
    narrow = []
    for sheet in book(lang)[0].sheets.values():
        merged = {(r, c): c1 for r, c, _, c1 in sheet.merges}
        for (row, col), cell in sheet.cells.items():
            look = cell.style
            assert isinstance(look, Look) and look.size >= LEAST_POINTS
            if cell.value == "" or look.wrap:
                continue
            room = sum(column_points(sheet.widths[c]) + 4.5 for c in range(col, merged.get((row, col), col) + 1)) - 3.0
            if measure(shown(cell.value, look), look.size, look.bold) + 10 * look.indent > room:
                narrow.append((sheet.name, row, col, cell.value))
    assert not narrow


@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_stand_within_a_page(lang: str) -> None:
    sheets = book(lang)[0].sheets.values()
    for sheet, chart in some((s, chart) for s in sheets for chart in s.charts):
        top = sum(sheet.heights.get(r, 15.0) for r in range(chart.row))
        assert top + chart.height * 0.75 <= page_points(sheet.page)
        assert chart.width * 0.75 <= sum(column_points(w) + 4.5 for w in sheet.widths.values()) + 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_are_no_wider_than_the_paper(lang: str) -> None:
    for sheet in book(lang)[0].sheets.values():
        room = ((297 if sheet.page.landscape else 210) - sheet.page.left - sheet.page.right) / 25.4 * 72
        assert sum(column_points(w) + 4.5 for w in sheet.widths.values()) <= room, sheet.name


# ---- that they add up ----


@pytest.mark.parametrize("year", [2005, 2010])
def test_printed_totals_are_the_same_on_every_page(year: int) -> None:
    ledger, (found, _) = jiangsu(), book("zh")
    lucf = ledger.edition.lucf
    want = (
        math.fsum(
            ledger.co2e_t(x) for x in ledger.lines if x.year == year and x.account == "total" and x.category not in lucf
        )
        / 1e4
    )
    summary = found.sheets[f"清1 汇总 {year}"]
    total = next(
        v.value
        for (r, c), v in summary.cells.items()
        if summary.cells.get((r, 0))
        and "不包括土地利用" in str(summary.cells[r, 0].value)
        and c == max(col for row, col in summary.cells if row == r) - 1
    )
    cover = found.sheets["封面"]
    at = next(c for (r, c), v in cover.cells.items() if v.value == f"{year}年")
    on_cover = next(
        cover.cells[r, at].value for (r, c), v in cover.cells.items() if str(v.value).startswith("排放总量（不含")
    )
    uncertain = found.sheets["清11 不确定性"]
    rows = [
        uncertain.cells[r, 1].value
        for (r, c), v in uncertain.cells.items()
        if c == 0 and v.value == "总量（不含土地利用变化和林业）"
    ]
    assert total == pytest.approx(want, rel=1e-12)
    assert on_cover == pytest.approx(want / 1e4, rel=1e-12)
    assert rows[[2005, 2010].index(year)] == pytest.approx(want, rel=1e-9)


def test_sector_tables_are_live_down_to_their_lines() -> None:
    """Only figures at the bottom are numbers: every line with lines below it, every total and every equivalent is a
    formula."""
    energy = book("zh")[0].sheets["清2 能源活动"]
    plain = {
        str(energy.cells[r, 0].value)
        for (r, c), v in energy.cells.items()
        if c == 4 and isinstance(v.value, float) and v.formula is None
    }
    assert not plain  # column of equivalents
    masses = {
        str(energy.cells[r, 0].value)
        for (r, c), v in energy.cells.items()
        if c == 1 and isinstance(v.value, float) and v.formula
    }
    assert {"能源活动总计", "1.化石燃料燃烧", "能源工业", "工业和建筑业", "交通运输"} <= masses


def test_several_regions_ask_for_one() -> None:
    with pytest.raises(InventoryError) as caught:
        filing_book(jiangsu(), region="海南")
    assert [p.code for p in caught.value.problems] == ["filing.region"]


def test_a_small_inventory_without_balance_table_or_uncertainty_files_too(tmp_path: Path) -> None:
    code = write_filing_set(filing_example.ledger(), tmp_path / "f.xlsx")
    assert read_sealed(tmp_path / "f.xlsx").stated == code.replace(" ", "")
    names = openpyxl.load_workbook(tmp_path / "f.xlsx").sheetnames
    assert "封面" in names and "签署页" in names


# ---- the file ----


def test_same_ledger_same_bytes_and_every_sheet_protected_without_a_password(
    sets: dict[str, Path], tmp_path: Path
) -> None:
    write_filing_set(jiangsu(), tmp_path / "b.xlsx")
    assert sets["zh"].read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    for sheet in openpyxl.load_workbook(sets["zh"]):
        assert sheet.protection.sheet and not sheet.protection.password
        assert sheet.page_setup.paperSize == 9


def test_the_code_fits_until_a_protected_cell_is_changed(sets: dict[str, Path], tmp_path: Path) -> None:
    path = sets["zh"]
    assert read_sealed(path).fits
    changed = openpyxl.load_workbook(path, data_only=True)
    changed["封面"]["A1"] = None
    sheet = changed["清3 工业生产过程"]
    cell = next(c for row in sheet.iter_rows() for c in row if isinstance(c.value, float) and c.value > 100)
    open_cell = next(
        c for row in sheet.iter_rows() for c in row if isinstance(c.value, str) and c.value.startswith("单位负责人")
    )
    open_cell.value = "单位负责人：某某"
    changed.save(tmp_path / "signed.xlsx")
    assert read_sealed(tmp_path / "signed.xlsx").fits  # signing changes nothing
    cell.value *= 1.0001
    changed.save(tmp_path / "forged.xlsx")
    assert not read_sealed(tmp_path / "forged.xlsx").fits


def test_the_code_survives_the_last_bits_an_office_changes() -> None:
    from inventory.filing.code import _plain

    for value in (1.75316435e-05, 122.75825630458748, 2.5, 1e-300, 0.1 + 0.2, -3358.3):
        assert {_plain(value * (1 + k * 2.0**-52)) for k in (-1, 0, 1)} == {_plain(value)}
    assert _plain(100.0) != _plain(100.00001)


def test_a_working_book_is_no_sealed_book(tmp_path: Path) -> None:
    from inventory.workbook import write_filing

    write_filing(filing_example.ledger(), tmp_path / "w.xlsx")
    with pytest.raises(InventoryError) as caught:
        read_sealed(tmp_path / "w.xlsx")
    assert [p.code for p in caught.value.problems] == ["filing.not_sealed"]


def test_the_command_files_and_verifies(tmp_path: Path) -> None:
    target = tmp_path / "江苏清单-上报.xlsx"
    done = CliRunner().invoke(app, ["file", str(EXAMPLE), "-o", str(target), "--no-pdf"])
    assert done.exit_code == 0 and len(done.stdout.splitlines()) <= 15
    assert "校验码" in done.stdout
    same = CliRunner().invoke(app, ["verify", str(target), "--project", str(EXAMPLE)])
    assert same.exit_code == 0 and "否" not in same.stdout
    assert not [p for p in tmp_path.iterdir() if p != target]


def test_a_filing_set_in_a_project_folder_is_not_read_as_input(sets: dict[str, Path], tmp_path: Path) -> None:
    for source in EXAMPLE.iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    (tmp_path / "江苏清单-上报.xlsx").write_bytes(sets["zh"].read_bytes())
    again = inventory.compile(tmp_path)
    assert [x.mass_t for x in again.lines] == [x.mass_t for x in jiangsu().lines]


# ---- recalculated and printed ----


@pytest.fixture(scope="module")
def computed(sets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    books = all_recalculated([(path, {}) for path in sets.values()], tmp_path_factory.mktemp("computed"))
    return dict(zip(sets, books, strict=True))


@pytest.fixture(scope="module")
def printed(sets: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    need_printing()
    return dict(zip(sets, all_printed(list(sets.values()), tmp_path_factory.mktemp("printed")), strict=True))


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_formulas_recalculate_to_the_engines_figures(
    sets: dict[str, Path], computed: dict[str, Path], lang: str
) -> None:
    count, wrong = differences(sets[lang], computed[lang])
    assert count > 700 and not wrong


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_print_as_laid_out(printed: dict[str, Path], lang: str) -> None:
    _, code = book(lang)
    pages = pages_of(printed[lang])
    assert 18 <= len(pages) <= 25
    below = [
        (n, line)
        for n, page in enumerate(pages, 1)
        for line in page
        if line.size < LEAST_POINTS - 0.5 and not re.fullmatch(r"[0-9 ,e]+", line.text)
    ]  # digits of formulas stand below the line
    assert not below
    for n, page in enumerate(pages, 1):
        assert len({round(line.top / 4) for line in page}) >= 8, f"page {n} is nearly empty"
        whole = "".join(line.text for line in page)
        assert code.replace(" ", "") in whole.replace(" ", ""), f"page {n} has no check code"
        assert f"—{n}—" in whole.replace(" ", ""), f"page {n} has no number"
    heads = [
        ["".join(str(c.value).split()) for (r, _), c in s.cells.items() if s.head[0] <= r <= s.head[1] and c.value]
        for s in book(lang)[0].sheets.values()
        if s.head is not None
    ]
    for n, page in enumerate(pages, 1):
        whole = "".join("".join(line.text.split()) for line in page)
        begun = any("".join(s.title.split()) in whole for s in book(lang)[0].sheets.values()) or bool(
            re.search(r"图1|Fig(ure|\.)1", whole)
        )
        assert begun or any(all(h in whole for h in head) for head in heads), f"page {n} begins without heads"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_heads_that_repeat_are_those_of_every_table_below(lang: str) -> None:
    """Where two tables of one sheet run over its pages, the repeated heads must be right for both."""
    sheet = next(s for n, s in book(lang)[0].sheets.items() if re.search(r"清12|T12", n))
    rows: dict[int, list[str]] = {}
    for (r, _), c in sorted(sheet.cells.items()):
        if isinstance(c.value, str):
            rows.setdefault(r, []).append(c.value)
    head = rows[sheet.head[0]]
    assert [tuple(v) for v in rows.values()].count(tuple(head)) == 2


def test_typed_names_and_reasons_in_english() -> None:
    """People's words: their own English, words and reasons of the program in English, else that they are in Chinese."""
    b = FilingBasis(jiangsu(), "江苏", "en")
    assert b.given("湖南省统计局 / Hunan Bureau of Statistics") == "Hunan Bureau of Statistics"
    assert b.given("编制") == "Compiled by"
    assert (
        b.given("没有“工业行业”的资料，按缺省计入“其他工业”")
        == "no data of ‘Industry’: by default within ‘Other industries’"
    )
    assert b.given("表头“其余填”一格：没有填写的行为 NO") == "head of the sheet: rows that are not filled in are NO"
    assert b.given("本省没有这种企业") == "(in Chinese)"
    assert b.name("张三") == "" and b.name("张三 / Zhang San") == "Zhang San"
    zh = FilingBasis(jiangsu(), "江苏", "zh")
    assert zh.given("本省没有这种企业") == "本省没有这种企业" and zh.name("张三") == "张三"
