"""The report: examples against figures worked out apart, layouts as canonical dumps, live formulas recalculated, the
text as .docx."""

from __future__ import annotations

import math
import os
import tomllib
from pathlib import Path

import office
import pytest

from inventory.enterprise.compute import Result, compute_file
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.industries import default_edition, industries, report_lines
from inventory.enterprise.report import plan_report, write_report
from inventory.sheets.address import a1

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests" / "data" / "enterprise"
EXPECTED = tomllib.loads((ROOT / "tests" / "enterprise_examples.toml").read_text("utf-8"))
GOLDEN = ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    return {name: compute_file(EXAMPLES / f"{name}.toml") for name in EXPECTED}


@pytest.mark.parametrize("name", list(EXPECTED))
def test_examples_give_the_figures_worked_out_by_hand(name: str, results: dict[str, Result]) -> None:
    found = {f"{t.source.id} {t.gas}": t for t in results[name].totals}
    for source, wanted in EXPECTED[name].items():
        assert math.isclose(found[source].mass_t, wanted["t"], rel_tol=1e-9, abs_tol=1e-6), f"{source}: {wanted['how']}"
    assert set(found) == set(EXPECTED[name])


@pytest.mark.parametrize("name", list(EXPECTED))
def test_examples_are_marked_as_illustrative(name: str, results: dict[str, Result]) -> None:
    assert all("illustrative" in line.flags for line in results[name].ledger.lines)
    cover = plan_report(results[name]).sheets["封面"]
    assert any("示例数据" in str(c.value) for c in cover.cells.values())


def test_every_source_line_stands_once_in_its_table_of_totals() -> None:
    for industry in industries(default_edition()).values():
        sources = [s for line in report_lines(industry) for s in line.sources]
        assert sorted(sources) == sorted(s.id for s in industry.sources)
        kinds = [line.kind for line in report_lines(industry)]
        assert kinds.count("total") == 1 and (industry.report_type == "P" or kinds.count("direct") == 1)


def dump(result: Result) -> str:
    """Every cell of the report, one a line: address, style, formula or text or rounded number. Monthly copies are left
    to their own test."""
    out = []
    for name, sheet in plan_report(result).sheets.items():
        if name in ("台账", "化验", "电力", "热力", "产量", "证明材料", "边界与设施", "自有参数", "溯源"):
            continue
        out.append(f"== {name} | {sheet.title}")
        for (row, col), cell in sorted(sheet.cells.items()):
            value = f"{cell.value:.6g}" if isinstance(cell.value, float) else str(cell.value)
            out.append(
                f"{a1(row, col)}\t{cell.style.partition(':')[0]}\t{value}"
                + (f"\t{cell.formula}" if cell.formula else "")
            )
    return "\n".join(out) + "\n"


@pytest.mark.parametrize("name", ["steelworks", "chemical_plant", "food_factory"])
def test_layout_is_the_golden_one(name: str, results: dict[str, Result]) -> None:
    """Run with UPDATE_GOLDEN=1 after a change that was meant, and read the difference."""
    path = GOLDEN / f"enterprise_{name}.txt"
    text = dump(results[name])
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


def test_totals_of_the_sheet_are_those_of_the_ledger(results: dict[str, Result]) -> None:
    for result in results.values():
        sheet = plan_report(result).sheets["附表1"]
        shown = [c.value for c in sheet.cells.values() if c.style.startswith("total")]
        assert any(math.isclose(float(v), result.total(True)) for v in shown)
        assert math.isclose(result.total(True), result.ledger.co2e(), rel_tol=1e-12)


def test_gwp_can_be_switched_without_touching_a_mass() -> None:
    a, b = compute_file(EXAMPLES / "food_factory.toml"), compute_file(EXAMPLES / "food_factory.toml", gwp="AR4")
    assert [t.mass_t for t in a.totals] == [t.mass_t for t in b.totals]
    ch4 = next(t for t in a.totals if t.gas == "CH4").mass_t
    assert b.total(True) - a.total(True) == pytest.approx(ch4 * (25 - 21))


RECALCULATED = ("steelworks", "oil_gas_field")
TEMPLATE = "template"


@pytest.fixture(scope="module")
def recalculated(
    results: dict[str, Result], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, list[str]]]:
    """Number of formulas, and those that come out otherwise, of two reports and of a template of a power plant: metered
    fuels, weighted laboratory means, and a facility outside the boundary."""
    import dataclasses

    from inventory.enterprise.industries import default_edition, find
    from inventory.enterprise.model import Facility, Reading
    from inventory.enterprise.read import read_enterprise
    from inventory.enterprise.template import write_template

    folder = tmp_path_factory.mktemp("recalculated")
    books = {name: folder / f"{name}.xlsx" for name in (*RECALCULATED, TEMPLATE)}
    for name in RECALCULATED:
        write_report(results[name], books[name])
    e, _ = read_enterprise(EXAMPLES / "power_plant.toml")
    more = tuple(Reading("燃煤", m, "t", "食堂", metered=3.5 * m) for m in range(1, 13))
    e = dataclasses.replace(e, facilities=(*e.facilities, Facility("食堂", inside="否")), readings=(*e.readings, *more))
    write_template(books[TEMPLATE], find("01", default_edition()), e)
    computed = office.all_recalculated([(book, {}) for book in books.values()], folder)
    return {name: office.differences(book, new) for (name, book), new in zip(books.items(), computed, strict=True)}


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.parametrize("name", RECALCULATED)
def test_formulas_recalculate_to_the_cached_values(name: str, recalculated: dict[str, tuple[int, list[str]]]) -> None:
    count, wrong = recalculated[name]
    assert count > 10 and wrong == []


def test_report_and_text_are_the_same_bytes(results: dict[str, Result], tmp_path: Path) -> None:
    for write, ending in ((write_report, "xlsx"), (write_docx, "docx")):
        for n in "ab":
            write(results["food_factory"], tmp_path / f"{n}.{ending}")
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()


def test_text_has_the_chapters_and_the_figures(results: dict[str, Result], tmp_path: Path) -> None:
    from docx import Document

    write_docx(results["chemical_plant"], tmp_path / "r.docx")
    doc = Document(str(tmp_path / "r.docx"))
    heads = [p.text for p in doc.paragraphs if p.style.name == "Heading 1"]
    assert [h[:2] for h in heads] == ["一、", "二、", "三、", "四、", "五、"]
    text = "\n".join(p.text for p in doc.paragraphs)
    assert f"{results['chemical_plant'].total(True):,.2f}" in text and "示例" in text
    cells = {c.text for t in doc.tables for row in t.rows for c in row.cells}
    assert {"燃料=烟煤", "检测", "缺省"} <= cells
    write_docx(results["cement_works"], tmp_path / "c.docx")
    last = [p.text for p in Document(str(tmp_path / "c.docx")).paragraphs]
    assert any(t.startswith("替代值：碳氧化率 93 %") for t in last) and any(t.startswith("待核对：") for t in last)
    assert {
        "示例天然气检测站",
        "GB/T 13610 组分分析",
        "2015-06-18",
        "a850146427ee60c475c9c0a074b5ad65a725a33ab817640b96b990f0ed5cdd2f",
    } <= cells


def test_a_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    import dataclasses

    import openpyxl

    from inventory.enterprise.compute import compute
    from inventory.enterprise.read import read_enterprise

    e, _ = read_enterprise(EXAMPLES / "food_factory.toml")
    e = dataclasses.replace(e, profile=dataclasses.replace(e.profile, name="=1+1", city="@x"))
    write_report(compute(e), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book["企业基本情况"]["B1"].value == "=1+1" and book["企业基本情况"]["B1"].data_type == "s"


@pytest.mark.slow
@pytest.mark.office
def test_annual_figures_of_the_template_recalculate(recalculated: dict[str, tuple[int, list[str]]]) -> None:
    """Balance, metered fuels, weighted laboratory means, and a facility outside the boundary."""
    count, wrong = recalculated[TEMPLATE]
    assert count > 20 and wrong == []
