"""Uncertainty, key categories, the QC log and recalculation as sheets of the filing: live formulas, textbook values,
same bytes, explained."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from filing_example import ledger as small
from mini import ledger, plants, province, province_data
from office import all_recalculated, differences

from inventory.analysis.key_categories import all_assessments
from inventory.analysis.recalculation import CAUSES, StatedCause, compare
from inventory.core.statements import FindingAnswer
from inventory.explain import FileSource, explain_cell
from inventory.sheets.address import a1
from inventory.uncertainty.montecarlo import DrawingResources, monte_carlo
from inventory.uncertainty.propagation import approach_1
from inventory.uncertainty.results import figures
from inventory.workbook import plan, write_filing
from inventory.workbook.narrate import Narrator
from inventory.workbook.recalculation_sheet import write_recalculation
from inventory.workbook.uncertainty_lines import ACTIVITY, COMBINED, EMISSION, FACTOR, HALF, UNKNOWN
from inventory.workbook.uncertainty_sums import PERCENT


def cells(book, sheet):
    return book.sheets[sheet].cells


def line_rows(book):
    """First row of the block of lines on 不确定性, and its record."""
    return next(
        (int(place[1:].split(":")[0]) - 1, what)
        for name, place, what in book.trace
        if name == "不确定性" and what["k"] == "uline"
    )


def row_of(book, sheet, col, text):
    return next(row for (row, c), cell in sorted(cells(book, sheet).items()) if c == col and cell.value == text)


# ---- 不确定性 ----


def test_textbook_values_stand_on_the_sheet():
    """5 % and 10 % give 11.1803 %; 100 ± 11.1803 % plus 50 ± 20 % give 10.0 %."""
    book = plan(plants([(100.0, 5.0, 1.0, 10.0), (50.0, 12.0, 1.0, 16.0)]))
    first, _ = line_rows(book)
    sheet = cells(book, "不确定性")
    assert [sheet[first, c].value for c in (ACTIVITY, FACTOR, COMBINED)] == pytest.approx(
        [5.0, 10.0, 11.1803], abs=5e-5
    )
    total = row_of(book, "不确定性", 2, "总量")
    assert sheet[total, PERCENT].value == pytest.approx(10.0, abs=5e-3)
    assert (
        all(sheet[first, c].formula for c in (EMISSION, ACTIVITY, FACTOR, COMBINED, HALF))
        and sheet[total, PERCENT].formula
        and sheet[total, HALF].formula
    )


def test_lines_refer_to_inputs_and_sums_to_what_is_below():
    """Input, line, category, sector, total: a formula names the level below it and no figure of its own."""
    book = plan(plants([(100.0, 5.0, 1.0, 10.0), (50.0, 12.0, 1.0, 16.0)]))
    first, _ = line_rows(book)
    sheet = cells(book, "不确定性")
    assert "活动数据" in sheet[first, ACTIVITY].formula and "排放因子" in sheet[first, FACTOR].formula
    sums = [row for (row, c), cell in sorted(sheet.items()) if c == HALF and cell.formula and row < first]
    above = {
        row: {
            line
            for line in (first, first + 1)
            if f"{a1(first, HALF)}:{a1(first + 1, HALF)}" in sheet[row, HALF].formula
        }
        for row in sums
    }
    # the category alone refers to the lines, sector and total to what is between
    assert [len(lines) for lines in above.values()].count(2) == 1
    assert len(sums) == 3


def test_every_figure_of_approach_1_is_on_the_sheet():
    made, book = approach_1(province()), plan(province())
    first, _ = line_rows(book)
    sheet = cells(book, "不确定性")
    for n, u in enumerate(made.lines):
        assert sheet[first + n, EMISSION].value == pytest.approx(u.emission, rel=1e-12)
        assert sheet[first + n, COMBINED].value == pytest.approx(u.combined_pct, rel=1e-12)
    shown = sorted(
        round(c.value, 9)
        for (row, col), c in sheet.items()
        if col == PERCENT and row < first and isinstance(c.value, float)
    )
    told = sorted(round(t.guideline_pct, 9) for t in made.targets)
    assert set(told) <= set(shown)


def test_unknown_is_said_and_asked_for_not_taken_as_zero():
    book = plan(province(unknown=True))
    texts = [str(c.value) for c in cells(book, "不确定性").values()]
    assert any("请补充不确定性的输入" in x for x in texts) and any(x.startswith("≥") for x in texts)
    empty = [c for c in cells(book, "活动数据").values() if c.value == "未给出，请补充"]
    assert len(empty) == 2  # slag clinker of both years
    nothing = plan(plants([(100.0, None, 1.0, None)]))
    first, _ = line_rows(nothing)
    sheet = cells(nothing, "不确定性")
    assert (
        sheet[first, COMBINED].value == UNKNOWN
        and sheet[row_of(nothing, "不确定性", 2, "总量"), PERCENT].value == UNKNOWN
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """The missing half-widths entered on 活动数据, as the compiler does."""
    folder = tmp_path_factory.mktemp("filled")
    path, filled = folder / "w.xlsx", folder / "filled.xlsx"
    write_filing(province(unknown=True), path)
    with_formulas = openpyxl.load_workbook(path)
    data = with_formulas["活动数据"]
    head = {c.value: c.column for c in data[3] if c.value} or {c.value: c.column for c in data[4] if c.value}
    basis = next(v for k, v in head.items() if "依据" in str(k))
    asked = [row for row in range(1, data.max_row + 1) if data.cell(row, basis).value == "未给出，请补充"]
    assert len(asked) == 2
    for row in asked:
        data.cell(row, basis - 1).value = 10.0
    with_formulas.save(filled)
    return filled


@pytest.fixture(scope="module")
def computed(everything, filled, tmp_path_factory) -> list[Path]:
    """What LibreOffice makes of these two."""
    return all_recalculated([(everything, {}), (filled, {})], tmp_path_factory.mktemp("computed"))


@pytest.mark.slow
@pytest.mark.office
def test_what_is_entered_into_an_empty_cell_is_counted(computed):
    """Every figure above what was entered becomes what a new compilation would give."""
    found = openpyxl.load_workbook(computed[1], data_only=True)["不确定性"]
    book, wanted = plan(province(unknown=True)), approach_1(province())
    first, _ = line_rows(book)
    for n, u in enumerate(wanted.lines):
        assert found.cell(first + n + 1, COMBINED + 1).value == pytest.approx(u.combined_pct, rel=1e-9)
    total = [
        found.cell(row + 1, PERCENT + 1).value
        for (row, c), cell in cells(book, "不确定性").items()
        if c == 2 and cell.value == "总量" and row < first and isinstance(found.cell(row + 1, PERCENT + 1).value, float)
    ]
    assert {round(t.guideline_pct, 6) for t in wanted.targets if t.target.level == "total"} <= {
        round(t, 6) for t in total
    }


def test_a_set_is_used_only_when_named():
    from inventory.app.source import with_sets

    made = small()
    before, after = (
        approach_1(x).of("total", "江苏", 2010)
        for x in (with_sets(made, ["not-assumed"]), with_sets(made, ["not-assumed", "ipcc2006-high"]))
    )
    assert before.covered < after.covered
    texts = [str(c.value) for c in cells(plan(with_sets(made, ["ipcc2006-high"])), "排放因子").values()]
    assert any("ipcc2006-high" in x for x in texts) and not any(
        "ipcc2006-high" in str(c.value) for c in cells(plan(made), "排放因子").values()
    )


# ---- all sheets at once: recalculated, explained, the same bytes ----


@pytest.fixture(scope="module")
def everything(tmp_path_factory) -> Path:
    """A filing with all sheets of this part: Monte Carlo run, compared with an older version of every kind of change,
    one finding answered."""
    new = province(unknown=True)
    old = ledger([replace(d, value=d.value * 1.3) if d.quantity == "clinker" else d for d in province_data()]).with_gwp(
        "other"
    )
    path = tmp_path_factory.mktemp("filing") / "全部.xlsx"
    write_filing(new, path, montecarlo=monte_carlo(new, 2000, 7), recalculation=compare(old, new))
    return path


@pytest.mark.slow
@pytest.mark.office
def test_the_new_formulas_recalculate(everything, computed):
    count, wrong = differences(everything, computed[0])
    assert count > 400
    assert wrong == []


def test_every_new_formula_is_explained(everything):
    source = FileSource(everything)
    formulas = openpyxl.load_workbook(everything)
    asked = 0
    for name in ("不确定性", "蒙特卡洛", "关键类别", "重新计算"):
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type == "f" and "图的数据" not in str(cell.value):
                    text = "\n".join(Narrator(source, "zh").cell(name, cell.row - 1, cell.column - 1))
                    assert len(text) > 15, f"{name}!{cell.coordinate}: {text}"
                    asked += 1
    assert asked > 200


def test_an_explanation_walks_from_the_total_to_the_inputs(everything):
    source = openpyxl.load_workbook(everything)["不确定性"]
    row = next(r for r in range(1, source.max_row) if source.cell(r, 3).value == "总量")
    text = explain_cell(everything, f"不确定性!{a1(row - 1, PERCENT)}")
    assert "平方和开方" in text and "活动数据!" in text and "±5%" in text
    assert "square" in explain_cell(everything, f"不确定性!{a1(row - 1, HALF)}", "en")


def test_same_bytes_for_one_and_two_threads(tmp_path):
    made = province()
    one, two = (tmp_path / f"{n}.xlsx" for n in (1, 2))
    for path, threads in ((one, 1), (two, 2)):
        write_filing(made, path, montecarlo=monte_carlo(made, 20_000, 7, resources=DrawingResources(threads=threads)))
    assert one.read_bytes() == two.read_bytes()
    other = tmp_path / "3.xlsx"
    write_filing(made, other, montecarlo=monte_carlo(made, 20_000, 8))
    assert other.read_bytes() != one.read_bytes()


# ---- 蒙特卡洛 ----


def test_monte_carlo_states_seed_draws_and_intervals():
    made = province()
    sampled = monte_carlo(made, 3000, 11)
    book = plan(made, montecarlo=sampled)
    texts = [str(c.value) for c in cells(book, "蒙特卡洛").values()]
    assert any("3000" in x and "11" in x for x in texts)
    (n,) = [n for n, t in enumerate(sampled.tree.items) if t.level == "total" and t.year == 2010]
    numbers = {c.value for c in cells(book, "蒙特卡洛").values() if isinstance(c.value, float)}
    assert {figures(sampled.targets[n].low / 1e4), figures(sampled.targets[n].high / 1e4)} <= numbers
    first, _ = line_rows(book)
    assert [cells(book, "不确定性")[first, c].value for c in (11, 12)] == [
        figures(sampled.lines[0].low),
        figures(sampled.lines[0].high),
    ]


def test_charts_are_native(everything):
    with zipfile.ZipFile(everything) as file:
        charts = b"".join(file.read(n) for n in file.namelist() if n.startswith("xl/charts/chart"))
    assert "龙卷风图".encode() in charts and "抽样分布".encode() in charts and "重新计算的原因".encode() in charts


def test_histogram_counts_every_draw():
    made = province()
    book = plan(made, montecarlo=monte_carlo(made, 2000, 3))
    sheet = cells(book, "蒙特卡洛")
    heads = [row for (row, c), cell in sheet.items() if c == 3 and cell.value == "次数"]
    assert heads
    for head in heads:
        assert sum(sheet[row, 3].value for row in range(head + 1, head + 31)) == 2000


def test_without_draws_there_is_no_monte_carlo():
    assert "蒙特卡洛" not in plan(province()).sheets and "重新计算" not in plan(province()).sheets


# ---- 关键类别 ----


def test_rankings_are_those_of_the_analysis():
    made = province()
    book = plan(made)
    sheet = cells(book, "关键类别")
    wanted = [a for a in all_assessments(made, approach_1(made)) if any(r.value for r in a.rows)]
    keys = sum(cell.value == "●" for cell in sheet.values())
    assert keys == sum(len(a.key) for a in wanted)
    titles = [str(c.value) for (_, col), c in sheet.items() if col == 0 and c.style == "section"]
    assert {code for code in ("L1", "L2", "T1", "T2") if any(f"（{code}）" in x for x in titles)} == {
        "L1",
        "L2",
        "T1",
        "T2",
    }
    assert any("不包括土地利用变化和林业" in x for x in titles) and any("，包括土地利用变化和林业" in x for x in titles)
    last = [
        cell.value
        for (row, col), cell in sorted(sheet.items())
        if col == 8 and isinstance(cell.value, float) and (row + 1, 8) not in sheet
    ]
    assert all(x == pytest.approx(1.0) for x in last) and len(last) == len(wanted)


# ---- 质量控制 ----


def test_the_log_shows_findings_answers_and_stale_answers():
    made = small()
    answers = (
        FindingAnswer("illustrative", "*", "演示用", "张三", "2012-03-01"),
        FindingAnswer("jump", "江苏|1999|x|y", "旧答复", "李四", "2012-03-02"),
    )
    answered = replace(made, project=replace(made.project, answers=answers))
    texts = [str(c.value) for c in cells(plan(answered), "质量控制").values()]
    assert "演示用" in texts and "张三" in texts and "2012-03-01" in texts and "已答复" in texts and "待答复" in texts
    assert "旧答复" in texts and any("已无对应发现" in x for x in texts)
    from inventory.analysis.quality import REGISTER

    assert {c.id for c in REGISTER} <= set(texts) and "通过" in texts


# ---- 重新计算 ----


def test_the_sheet_adds_up_and_asks(tmp_path):
    new, old = (
        province(),
        ledger([replace(d, value=d.value * 1.3) if d.quantity == "clinker" else d for d in province_data()]),
    )
    made = compare(old, new)
    path = tmp_path / "diff.xlsx"
    write_recalculation(made, new.edition, path)
    sheet = openpyxl.load_workbook(path, data_only=True)["重新计算"]
    rows = [r for r in range(1, sheet.max_row + 1) if sheet.cell(r, 3).value == "合计"]
    assert len(rows) == 2
    for r in rows:
        old_t, new_t, change, *causes, total, left = (sheet.cell(r, c).value for c in range(6, 9 + len(CAUSES) + 2))
        assert (
            new_t - old_t == pytest.approx(change, abs=1e-6)
            and sum(causes) == pytest.approx(change, abs=1e-6) == total
            and left == 0
        )
    heads = [str(c.value) for row in sheet.iter_rows() for c in row if c.value]
    assert any("请填写" in x for x in heads)


def test_a_cause_that_was_given_is_printed():
    new, old = (
        province(),
        ledger([replace(d, value=d.value * 1.3) if d.quantity == "clinker" else d for d in province_data()]),
    )
    place = compare(old, new).changed[0].place
    made = compare(old, new, {place: StatedCause("activity", "普查修订", "张三", "2012-03-01")})
    texts = [str(c.value) for c in cells(plan(new, recalculation=made), "重新计算").values()]
    assert "活动水平：普查修订" in texts and "张三" in texts


def test_nothing_changed():
    texts = [
        str(c.value)
        for c in cells(plan(province(), recalculation=compare(province(), province())), "重新计算").values()
    ]
    assert "没有变化。" in texts
