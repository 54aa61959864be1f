"""The filed workbook: same bytes, live formulas that give the cached figures, texts that stay texts, replacement only
when complete."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
from example_book import example, example_book
from filing_example import ledger, project
from office import all_recalculated, differences

from inventory.core.activity import Notation
from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.sheets.address import PlanError, Ref, a1, from_a1, letters, sheet_name, spans, sum_arguments
from inventory.sheets.model import Book, OutputSheet, decimals, width_of
from inventory.sheets.write import save
from inventory.texts import catalogue
from inventory.workbook import plan, write_filing


@pytest.fixture(scope="module")
def filed(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("filed") / "江苏 清单.xlsx"
    write_filing(ledger(), path)
    return path


# ---- same ledger, same bytes ----


def test_same_bytes_when_written_again(filed, tmp_path):
    again = tmp_path / "b.xlsx"
    write_filing(ledger(), again)
    assert again.read_bytes() == filed.read_bytes()


def test_same_bytes_for_shuffled_input(filed, tmp_path):
    given = project()
    shuffled = replace(given, data=tuple(reversed(given.data)), notations=tuple(reversed(given.notations)))
    path = tmp_path / "c.xlsx"
    write_filing(compile_ledger(shuffled, load("prov2011")), path)
    assert path.read_bytes() == filed.read_bytes()


@pytest.mark.slow
def test_same_bytes_under_other_hash_seeds(filed, tmp_path):
    code = (
        "import sys, hashlib; sys.path.insert(0, sys.argv[1])\nfrom filing_example import ledger\nfrom "
        "inventory.workbook import write_filing\n"
        "write_filing(ledger(), sys.argv[2]); print(hashlib.sha256(open(sys.argv[2], 'rb').read()).hexdigest())"
    )
    here = Path(__file__).parent
    for seed in ("7",):  # beside that of this process; the example under others: test_determinism
        environment = {"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": str(here.parent)}
        done = subprocess.run(
            [sys.executable, "-c", code, str(here), str(tmp_path / f"{seed}.xlsx")],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        )
        assert done.stdout.strip() == hashlib.sha256(filed.read_bytes()).hexdigest()


# ---- formulas and cached values ----


class Recalculated(NamedTuple):
    """What LibreOffice made of the small inventory, of the example, and of the small one with a wrong formula, in one
    start; the example itself."""

    small: Path
    example: Path
    planted: Path
    source: Path


@pytest.fixture(scope="module")
def computed(filed, tmp_path_factory) -> Recalculated:
    folder = tmp_path_factory.mktemp("computed")
    source = folder / "江苏.xlsx"
    source.write_bytes(example_book())
    books = all_recalculated([(filed, {}), (source, {}), (filed, _planted(filed))], folder)
    return Recalculated(*books, source)


def _planted(filed: Path) -> dict[bytes, bytes]:
    """One formula of the small inventory, and what falsifies it."""
    with zipfile.ZipFile(filed) as book:
        cement = next(
            n
            for n in book.namelist()
            if n.startswith("xl/worksheets/sheet") and b"D8*E8" not in book.read(n) and b"C8-D8" in book.read(n)
        )
        formula = re.search(rb"<f>([^<]*C8-D8[^<]*)</f>", book.read(cement)).group(1)  # type: ignore[union-attr]
    return {b"<f>" + formula + b"</f>": b"<f>" + formula + b"*1.0001</f>"}


@pytest.mark.slow
@pytest.mark.office
def test_every_formula_recalculates_to_its_cached_value(filed, computed):
    count, wrong = differences(filed, computed.small)
    assert count > 300
    assert wrong == []


@pytest.mark.slow
@pytest.mark.office
def test_the_example_recalculates(computed):
    """The whole example, every formula; slow, because it is what is filed."""
    count, wrong = differences(computed.source, computed.example)
    assert count > 10_000
    assert wrong == []


@pytest.mark.slow
@pytest.mark.office
def test_a_planted_wrong_formula_is_caught(filed, computed):
    """One formula of the copy is falsified: the comparison must name that cell (and what depends on it), or it proves
    nothing."""
    _, wrong = differences(filed, computed.planted)
    assert any(w.startswith("水泥!") for w in wrong) and any(w.startswith("清单汇总表!") for w in wrong)


def test_every_formula_has_a_cached_value(filed):
    formulas, cached = openpyxl.load_workbook(filed), openpyxl.load_workbook(filed, data_only=True)
    found = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found += 1
                    assert cached[sheet.title][cell.coordinate].value is not None, f"{sheet.title}!{cell.coordinate}"
    assert found == sum(c.formula is not None for s in plan(ledger()).sheets.values() for c in s.cells.values())


def test_numbers_read_back_exactly(filed):
    """XlsxWriter alone keeps 16 digits; one number in four would come back changed in its last bit."""
    sheets = openpyxl.load_workbook(filed)
    for sheet in plan(ledger()).sheets.values():
        for (row, col), cell in sheet.cells.items():
            if cell.formula is None and isinstance(cell.value, float):
                assert sheets[sheet.name].cell(row + 1, col + 1).value == cell.value


def test_totals_are_those_of_the_ledger():
    made = ledger()
    book = plan(made)
    sheet = book.sheets["清单汇总表"]
    by_line = {cell.value: row for (row, col), cell in sheet.cells.items() if col == 0}
    heads = {
        col: cell.value
        for (row, col), cell in sheet.cells.items()
        if row == by_line["00"] - 2 and isinstance(cell.value, int)
    }
    width = max(heads) - min(heads)
    for col, year in heads.items():
        total = sheet.cells[by_line["00"], col + width - 1].value
        assert total == pytest.approx(sum(made.co2e(year=year, category=c) for c in "1235") / 1e4, rel=1e-12)


def test_a_total_refers_to_the_cells_it_is_made_of():
    """No figure of a report is computed twice: summary cells are references, subtotals add the lines shown."""
    sheet = plan(ledger()).sheets["清单汇总表"]
    formulas = [c.formula for c in sheet.cells.values() if c.formula and "变化" not in str(c.value)]
    assert formulas and all(re.fullmatch(r"=[A-Z0-9'!:*/+(),.\u4e00-\u9fff-]+", f) for f in formulas)
    assert not any(re.search(r"\d{4,}\.\d", f) for f in formulas)


def test_gwp_of_another_set_changes_only_co2e(tmp_path):
    sar, ar4 = plan(ledger()), plan(ledger().with_gwp("AR4"))
    changed = {
        name for name in sar.sheets if name not in ("溯源", "封面") and sar.sheets[name].cells != ar4.sheets[name].cells
    }
    arithmetic = {t.method.sheet for t in ledger().tables}
    assert changed and not changed & (arithmetic | {"活动数据", "排放因子"})


# ---- what it shows ----


def _texts(book: Book, name: str) -> list[str]:
    return [c.value for c in book.sheets[name].cells.values() if isinstance(c.value, str)]


def test_cover_names_illustrative_data_fallbacks_and_totals():
    book = plan(ledger())
    texts = _texts(book, "封面")
    assert any("示例数据 4 项" in x for x in texts)
    fallbacks = {f.id for f in ledger().factors if f.step == "fallback"}
    assert fallbacks and all(any(i in x for x in _texts(book, "替代值")) for i in fallbacks)
    assert any(x.startswith("生效的声明替代值") for x in texts)


def test_cover_without_illustrative_data_has_no_banner():
    given = project()
    honest = compile_ledger(
        replace(given, data=tuple(replace(d, data_kind="统计") for d in given.data)), load("prov2011")
    )
    assert not any("示例数据" in x for x in _texts(plan(honest), "封面"))


def test_notation_keys_and_missing_lines_are_printed():
    book = plan(ledger())
    assert {"NO", "NE", "缺"} <= set(_texts(book, "清单汇总表"))
    status = _texts(book, "完整性")
    assert "省内没有己二酸生产" in status and "已计算" in status and "缺" in status


def test_factors_show_standing_step_and_own_source():
    texts = _texts(plan(ledger()), "排放因子")
    assert {"省农科院实测", "2 省级", "5 声明的替代值"} <= set(texts) and any(x.startswith("3 ") for x in texts)


def test_measured_emission_stands_without_arithmetic():
    book = plan(ledger())
    process = book.sheets["工业生产过程清单"]
    assert any(c.formula and "活动数据" in c.formula for c in process.cells.values())


def test_derived_data_are_sums_of_their_terms():
    book = plan(ledger())
    entered = [c for c in book.sheets["活动数据"].cells.values() if c.formula and "推算数据" in c.formula]
    assert [c.value for c in entered] == [60.0, 75.0]


def test_years_stand_side_by_side_and_every_table_of_the_edition_has_a_sheet():
    book = plan(ledger())
    for table in dict.fromkeys(r["table"] for r in ledger().edition.report_lines):
        sheet = book.sheets[table.removeprefix("省级温室气体")]
        years = [
            (row, cell.value)
            for (row, _), cell in sheet.cells.items()
            if cell.style == "head" and isinstance(cell.value, int)
        ]
        assert {v for _, v in years} == {2005, 2010} and len({r for r, _ in years}) == 1


def test_english_workbook_has_the_same_figures():
    zh, en = plan(ledger()), plan(ledger(), "en")
    for one, two in zip(zh.sheets.values(), en.sheets.values(), strict=True):
        if one.name in ("溯源", "封面"):
            continue
        numbers = [{k: c.value for k, c in s.cells.items() if not isinstance(c.value, str)} for s in (one, two)]
        assert numbers[0] == numbers[1], two.name


def test_every_key_and_flag_has_a_word():
    """A key without a label would show as an English identifier on a Chinese sheet."""
    from inventory.core.table import FLAGS
    from inventory.workbook.context import Filing
    from inventory.workbook.texts import Words

    edition = load("prov2011")
    f = Filing(ledger(), "zh", Book("", "zh"), Words("zh"))
    keys = {k for q in edition.declared.quantities.values() for k in q.all_keys}
    keys |= {k for r in edition.by_id.values() for k, _ in r.keys if r.role != "information"}
    for method in edition.declared.methods.values():
        keys |= {k for s in method.steps for k in s.by or ()} | {k for v in method.factor for k in v.keys}
    assert [k for k in sorted(keys) if f.key_label(k) == k] == []
    assert sorted(set(FLAGS) - set(catalogue("inventory.workbook")["flag"])) == []


# ---- never a formula, never NaN ----


LIKE_FORMULAS = (
    "=1+1", "+86 10 1234", "-12", "@SUM(A1)", '=HYPERLINK("http://x")', "http://example.org", "1234", "{=A1}",
)  # fmt: skip


def test_text_never_becomes_a_formula_or_a_link(tmp_path):
    path = tmp_path / "t.xlsx"
    given = project()
    noted = [replace(d, note=text) for d, text in zip(given.data, LIKE_FORMULAS, strict=False)]
    assert len(noted) == len(LIKE_FORMULAS)
    write_filing(compile_ledger(replace(given, data=(*noted, *given.data[len(noted) :])), load("prov2011")), path)
    sheet = openpyxl.load_workbook(path)["活动数据"]
    for text in LIKE_FORMULAS:
        cells = [c for row in sheet.iter_rows() for c in row if c.value == text]
        assert cells and all(c.data_type == "s" and c.hyperlink is None for c in cells), text


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_a_formula_needs_a_finite_cached_value(value):
    with pytest.raises(PlanError):
        OutputSheet("a", "a").formula(0, 0, "=1+1", value)
    with pytest.raises(PlanError):
        OutputSheet("a", "a").number(0, 0, value)


def test_too_long_a_text_is_an_error_not_cut():
    with pytest.raises(PlanError):
        OutputSheet("a", "a").text(0, 0, "长" * 40_000)


def test_a_warning_of_the_library_is_an_error(tmp_path):
    book = Book("t", "zh")
    book.add("a", "a").text(0, 0, "x" * 10)
    book.sheets["a"].cells[0, 0] = book.sheets["a"].cells[0, 0]._replace(value="x" * 40_000)
    with warnings.catch_warnings(), pytest.raises(PlanError):
        warnings.simplefilter("ignore")
        save(book, tmp_path / "a.xlsx")


# ---- atomic ----


def test_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "old.xlsx"
    path.write_bytes(b"old")
    broken = plan(ledger())
    broken.sheets["GWP"].cells[5, 1] = broken.sheets["GWP"].cells[5, 1]._replace(style="no such style")
    with pytest.raises(KeyError):
        save(broken, path)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_replaced_is_told_in_words(tmp_path, monkeypatch):
    path = tmp_path / "open.xlsx"
    path.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(InventoryError) as told:
        save(plan(ledger()), path)
    assert (
        told.value.problems[0].code == "workbook.not_writable"
        and path.read_bytes() == b"old"
        and list(tmp_path.iterdir()) == [path]
    )


def test_a_missing_folder_is_told_in_words(tmp_path):
    with pytest.raises(InventoryError) as told:
        write_filing(ledger(), tmp_path / "none" / "x.xlsx")
    assert told.value.problems[0].code == "workbook.not_writable"


# ---- small parts ----


def test_addresses():
    assert [letters(c) for c in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert from_a1("$AB$12") == (11, 27) and a1(11, 27) == "AB12"
    for wrong in ("", "12", "A", "A0", "甲1", "A1:B2"):
        with pytest.raises(ValueError):
            from_a1(wrong)


def test_spans_and_long_sums():
    refs = [Ref("s", r, 2) for r in (1, 2, 3, 7)] + [Ref("t", 1, 2)]
    assert [str(x) for x in spans(refs)] == ["s!C2:C4", "s!C8", "t!C2"]
    with pytest.raises(PlanError):
        spans([Ref("s", 1, 2), Ref("s", 1, 2)])
    many = spans([Ref("s", 2 * r, 0) for r in range(600)])
    text = sum_arguments(many, "s")
    assert text.count("SUM(") == 3 and len(re.findall(r"A\d+", text)) == 600


def test_sheet_names_are_legal_and_distinct():
    taken: dict[str, OutputSheet] = {}
    for name in ("a/b:c", "a-b-c", "表" * 40, "表" * 40, "'x'"):
        made = sheet_name(name, taken)
        taken[made] = OutputSheet(made, name)
        assert 0 < len(made) <= 31 and not re.search(r"[\[\]:*?/\\]", made)
    assert len(taken) == 5


def test_widths_and_decimals():
    assert width_of("CO2当量") == 7 and width_of("一\n二三") == 4
    assert [decimals(x) for x in (0, 5000, 0.538, 1 / 3, 123456.789, 1e-9)] == [0, 0, 3, 6, 1, -1]


# ---- several regions, other editions ----


def test_two_regions_stand_below_each_other():
    given = project()
    other = tuple(
        replace(d, region="广东", origin=replace(d.origin, file="广东.xlsx"))
        for d in given.data
        if d.quantity != "rice_area"
    )
    own = tuple(replace(f, keys=(*f.keys, ("region", "江苏"))) for f in given.factors)
    made = compile_ledger(replace(given, data=given.data + other, factors=own), load("prov2011"))
    sheet = plan(made).sheets["清单汇总表"]
    sections = {c.value: row for (row, _), c in sheet.cells.items() if c.style == "section"}
    assert list(sections) == ["江苏", "广东"] and sheet.breaks == [sections["广东"]]
    top = {region: row + 3 for region, row in sections.items()}
    first = min(col for (row, col), c in sheet.cells.items() if row == top["江苏"] and isinstance(c.value, float))
    for region, row in top.items():
        co2 = made.mass_t(region=region, year=2005, gas="CO2", category=("1", "2", "3", "5")) / 1e4
        assert sheet.cells[row, first].value == pytest.approx(co2, rel=1e-12)


def test_an_edition_without_report_lines_gets_its_tree():
    made = ledger()
    bare = replace(made, edition=replace(made.edition, report_lines=()))
    sheet = plan(bare).sheets["排放汇总"]
    assert {c.value for (_, col), c in sheet.cells.items() if col == 0} >= {"1", "1.1", "2.1", "3.1"}


def test_information_items_that_were_not_computed_carry_their_notation_key():
    """Every information item of the guideline has its row, with NE, NO … or the word for missing where there is no
    figure."""
    n = Notation("江苏", 2005, "M.3", "", "NE", "没有资料")
    sheet = plan(replace(ledger(), notations=(n,))).sheets["信息项"]
    rows = {
        (c.value, sheet.cells[row, 2].value): sheet.cells[row, 4].value
        for (row, col), c in sheet.cells.items()
        if col == 1 and row > 3
    }
    assert rows["M.3 电力调入(出)二氧化碳间接排放", "CO2"] == "NE" and isinstance(
        rows["M.1 国际燃料舱-国际航空", "CO2"], float
    )
    assert rows["M.2 国际燃料舱-国际航海", "CH4"] == "缺"
    assert {text[:3] for text, _ in rows} == {"M.1", "M.2", "M.3", "M.4"}


def test_english_titles_name_the_sector_not_its_first_line():
    book = plan(ledger(), "en")
    titles = [s.cells[0, 0].value for name, s in book.sheets.items() if name.startswith("Table")]
    sectors = ("Energy", "Industrial processes", "Agriculture", "Land-use change and forestry", "Waste")
    assert titles == [f"Table, {x}" for x in sectors]


def test_no_page_of_the_working_book_is_printed_below_eight_points():
    """Ten-point letters scaled to the pages a sheet is given stay at eight points or more (columns break whole, so a
    little room is left)."""
    from inventory.sheets.widths import PRINTED, column_widths, pages_wide

    for sheet in plan(ledger()).sheets.values():
        if sheet.hidden or not sheet.cells:
            continue
        widths = column_widths(sheet)
        points = {c: (int(w * 7 + 5)) * 0.75 for c, w in widths.items()}
        pages = pages_wide(widths, sheet.portrait, sheet.freeze[1])
        kept = sum(p for c, p in points.items() if c < sheet.freeze[1])
        needed = (sum(points.values()) + (pages - 1) * kept) / pages
        assert needed * 0.8 <= PRINTED[sheet.portrait], sheet.name


def test_long_blocks_repeat_their_heads():
    sheets = plan(ledger()).sheets
    assert all(sheets[name].head is not None for name in ("不确定性", "关键类别") if name in sheets)


def test_the_cover_is_one_page_and_its_lists_stand_on_their_own_sheets():
    """Totals and contents first; substitutes and warnings are counted here and listed on their sheets."""
    book = plan(example())
    cover = book.sheets["封面"]
    texts = {row: str(c.value) for (row, col), c in cover.cells.items() if col == 0}
    contents = next(r for r, x in texts.items() if x == "目录")
    assert contents < 25 and not [x for x in texts.values() if re.search(r"[a-z]+\.[a-z_]+\.[a-z]", x)]
    listed = {c.link for c in cover.cells.values() if c.link}
    assert {"替代值", "提示", "分项·能源活动"} <= listed
    ids = [str(c.value) for (row, col), c in book.sheets["替代值"].cells.items() if col == 3]
    assert any("energy." in x for x in ids)
