"""Verification: an honest report has no finding; every planted fault is found with its cause; every screen has an
honest case beside it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from inventory.core.problems import Collector
from inventory.enterprise import screens
from inventory.enterprise.compute import compute_file
from inventory.enterprise.findings import write_findings
from inventory.enterprise.industries import default_edition, industries
from inventory.enterprise.model import Enterprise, Lab, Power, Production, Profile, Reading
from inventory.enterprise.report import write_report
from inventory.enterprise.template import write_template
from inventory.enterprise.verify import Verified, verify_file

EXAMPLES = Path(__file__).parents[1] / "tests" / "data" / "enterprise"
NAMES = [p.stem for p in sorted(EXAMPLES.glob("*.toml"))]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name in NAMES:
        write_report(compute_file(EXAMPLES / f"{name}.toml"), folder / f"{name}.xlsx")
    return {name: folder / f"{name}.xlsx" for name in NAMES}


def codes(v: Verified) -> set[str]:
    return {f.problem.code for f in v.findings}


# told to the firm as well, no fault of the report
DISPUTED = {"enterprise.family_unconfirmed", "enterprise.conflict", "enterprise.printed_differently"}


def tampered(source: Path, target: Path, change: Callable[[openpyxl.Workbook], None]) -> Verified:
    """The report as a portal saves it (values without formulas), changed and verified."""
    book = openpyxl.load_workbook(source, data_only=True)
    change(book)
    book.save(target)
    return verify_file(target)


def row_of(sheet: object, *texts: str) -> int:
    """The row whose first cells contain these texts."""
    for row in sheet.iter_rows():  # type: ignore[attr-defined]
        values = [str(c.value or "") for c in row]
        if all(any(t in v for v in values) for t in texts):
            return row[0].row
    raise AssertionError(texts)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_an_honest_report_has_no_finding_and_the_same_total(name: str, reports: dict[str, Path]) -> None:
    v = verify_file(reports[name])
    assert [f.problem.text() for f in v.findings if f.problem.code not in DISPUTED] == []
    assert not [f for f in v.findings if f.grade in ("重大", "较大")]
    told = {f.problem.code for f in compute_file(EXAMPLES / f"{name}.toml").findings}
    assert {f.problem.code for f in v.findings} == told & DISPUTED  # the province hears of disputed defaults as well
    assert v.total_filed == pytest.approx(v.total_recomputed, rel=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_values_without_formulas_verify_the_same(name: str, reports: dict[str, Path], tmp_path: Path) -> None:
    v = tampered(reports[name], tmp_path / "v.xlsx", lambda book: None)
    assert {f.problem.code for f in v.findings} <= DISPUTED and v.total_recomputed == pytest.approx(v.total_filed or 0)


@pytest.mark.parametrize(
    ("factor", "cause"),
    [
        (44 / 12, "44/12"),
        (12 / 44, "44/12"),
        (10, "大10倍"),
        (1e-3, "小1,000倍"),
        (-1, "符号"),
        (1 / 0.98, "98%"),
        (1.37, "算术"),
    ],
)
def test_a_wrong_line_is_found_with_its_cause(
    factor: float, cause: str, reports: dict[str, Path], tmp_path: Path
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["附表1"]
        cell = sheet.cell(row_of(sheet, "脱硫过程"), 3)
        cell.value *= factor

    v = tampered(reports["power_plant"], tmp_path / "v.xlsx", change)
    found = next(f for f in v.findings if f.problem.code == "verify.line")
    assert cause in found.problem.text()
    assert found.size_t == pytest.approx(9309.96 * (factor - 1), rel=1e-6)
    assert found.problem.origin.sheet == "附表1" and found.problem.origin.cell.startswith("C")
    assert "verify.total" in codes(v)


def test_a_total_that_leaves_a_line_out_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["附表1"]
        total = sheet.cell(row_of(sheet, "总量"), 3)
        total.value -= sheet.cell(row_of(sheet, "脱硫"), 3).value

    v = tampered(reports["power_plant"], tmp_path / "v.xlsx", change)
    assert codes(v) == {"verify.total"}


def test_an_emptied_line_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["附表1"].cell(row_of(book["附表1"], "脱硫"), 3).value = None

    v = tampered(reports["power_plant"], tmp_path / "v.xlsx", change)
    assert "漏填" in next(f.problem.text() for f in v.findings if f.problem.code == "verify.line")


def fuel_cell(book: openpyxl.Workbook, sheet: str, fuel: str, column: int) -> openpyxl.cell.Cell:
    row = next(r[0].row for r in book[sheet].iter_rows() if r[0].value == fuel)
    return book[sheet].cell(row, column)


def test_a_default_of_another_family_is_found_and_named(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "无烟煤", 4).value = 24.515  # the chemical table's

    v = tampered(reports["steelworks"], tmp_path / "v.xlsx", change)
    found = next(f for f in v.findings if f.problem.code == "verify.default")
    assert "2013—2015年化工类参数表" in found.problem.text() and found.expected == 20.304
    assert found.size_t == pytest.approx(640_000 * (24.515 - 20.304) * 0.02749 * 0.94 * 44 / 12, rel=1e-3)
    assert found.grade in ("重大", "较大")


def test_a_grid_factor_of_another_year_is_found_and_named(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["附表3"]
        sheet.cell(row_of(sheet, "电力供应"), 4).value = 0.7182  # 华东, 2010

    v = tampered(reports["steelworks"], tmp_path / "v.xlsx", change)
    text = next(f.problem.text() for f in v.findings if f.problem.code == "verify.default")
    assert "华东电网2010年" in text and "年份" in text


def test_a_default_called_measured_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "无烟煤", 6).value = "检测"

    v = tampered(reports["steelworks"], tmp_path / "v.xlsx", change)
    assert "verify.measured_default" in codes(v)


@pytest.mark.parametrize(
    ("column", "value", "code"), [(2, 27.49, "verify.factor_scale"), (5, 0.94, "verify.factor_scale")]
)
def test_units_off_by_a_power_of_ten_are_found(
    column: int, value: float, code: str, reports: dict[str, Path], tmp_path: Path
) -> None:
    """tC/TJ as tC/GJ, and 98 % written as a fraction."""

    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表3", "无烟煤", column).value = value
        fuel_cell(book, "附表3", "无烟煤", column + 2).value = "检测"

    v = tampered(reports["steelworks"], tmp_path / "v.xlsx", change)
    assert code in codes(v) and "form.factor_bounds" in codes(v)


def test_a_gross_calorific_value_is_asked_about(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "天然气", 4).value = 389.31 * 1.11
        fuel_cell(book, "附表2", "天然气", 6).value = "检测"

    assert "verify.ncv_basis" in codes(tampered(reports["steelworks"], tmp_path / "v.xlsx", change))


def test_gwp_of_another_report_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["附表1"]
        r = row_of(sheet, "硝酸")
        sheet.cell(r, 4).value = sheet.cell(r, 3).value * 298

    v = tampered(reports["chemical_plant"], tmp_path / "v.xlsx", change)
    assert "verify.gwp" in codes(v)


def test_consumption_that_is_not_the_ledgers_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "燃煤", 2).value *= 0.9

    assert {"verify.ledger", "verify.line"} <= codes(tampered(reports["power_plant"], tmp_path / "v.xlsx", change))


def test_a_lab_mean_that_is_not_the_labs_is_found(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "燃煤", 4).value *= 0.97

    assert "verify.lab" in codes(tampered(reports["power_plant"], tmp_path / "v.xlsx", change))


def test_findings_do_not_accuse(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "燃煤", 2).value *= 0.9

    v = tampered(reports["power_plant"], tmp_path / "v.xlsx", change)
    for f in v.findings:
        for lang in ("zh", "en"):
            assert not any(word in f.problem.text(lang) for word in ("造假", "虚报", "作弊", "fraud", "fake"))
        assert f.problem.part("fix")
    write_findings([v], tmp_path / "f.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["发现"]
    assert sheet.max_row == 3 + len(v.findings)


# ---- files that are no reports ----


def test_what_is_no_report_is_told(reports: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "damaged.xlsx").write_bytes(reports["food_factory"].read_bytes()[:4000])
    (tmp_path / "text.xlsx").write_text("年份,数值\n2015,1\n", "utf-8")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "password.xlsx").write_bytes(
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 4096
    )
    write_template(tmp_path / "template.xlsx", industries(default_edition())["20"])
    for name in ("damaged", "text", "empty", "password", "template"):
        v = verify_file(tmp_path / f"{name}.xlsx")
        assert v.filed is None and v.ledger is None and v.findings, name
        assert all(f.problem.part("what") for f in v.findings)


def test_another_version_year_or_industry_is_told(reports: dict[str, Path], tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["封面"]
        sheet.cell(row_of(sheet, "指南版本"), 2).value = "enterprise2024"

    v = tampered(reports["food_factory"], tmp_path / "v.xlsx", change)
    assert codes(v) == {"enterprise.version"}
    assert all(default_edition().label[lang] in v.findings[0].problem.text(lang) for lang in ("zh", "en"))
    assert codes(verify_file(reports["food_factory"], 2016)) - DISPUTED == {"enterprise.other_year"}
    assert codes(verify_file(reports["food_factory"], 2015, "08")) - DISPUTED == {"enterprise.other_industry"}
    assert codes(verify_file(reports["food_factory"], 2015, "20")) - DISPUTED == set()


@pytest.mark.parametrize("printed", ["enterprise2013", "zh", "en"])
def test_the_cover_names_the_edition_and_earlier_reports_read(
    reports: dict[str, Path], tmp_path: Path, printed: str
) -> None:
    """The cover prints the edition's label, no id; reports of earlier versions, which print the id, count alike."""
    label = default_edition().label
    before: list[str] = []

    def change(book: openpyxl.Workbook) -> None:
        cell = book["封面"].cell(row_of(book["封面"], "指南版本"), 2)
        before.append(cell.value)
        cell.value = label.get(printed, printed)

    v = tampered(reports["food_factory"], tmp_path / "v.xlsx", change)
    assert before == [label["zh"]] and "enterprise2013" not in before[0]
    assert v.filed is not None and v.filed.industry.edition is default_edition() and codes(v) <= DISPUTED


# ---- screens: one case that trips each, one honest case that does not ----


def screened(**tables: object) -> set[str]:
    e = Enterprise(profile=Profile(name="示例", industry="03", year=2015, date="2016-03-10"), **tables)  # type: ignore[arg-type]
    return {p.code for p in screens.screen(e, default_edition())}


def readings(values: list[float]) -> tuple[Reading, ...]:
    return tuple(Reading("烟煤", m % 12 + 1, "t", f"炉{m // 12}", metered=v) for m, v in enumerate(values))


def honest(n: int, seed: int = 1) -> list[float]:
    r = random.Random(seed)
    return [round(r.uniform(900, 1300), 1) for _ in range(n)]


def test_twelve_identical_months() -> None:
    assert "screen.same_months" in screened(readings=readings([1000.5] * 12))
    assert "screen.same_months" not in screened(readings=readings(honest(12)))
    assert "screen.same_months" not in screened(readings=readings([0.0] * 9 + honest(3)))  # standing still is honest


def test_round_figures() -> None:
    assert "screen.round" in screened(readings=readings([1000.0 + 100 * n for n in range(36)]))
    assert "screen.round" not in screened(readings=readings(honest(36)))


def test_repeated_last_digits() -> None:
    assert "screen.last_digit" in screened(readings=readings([round(v) + 0.7 for v in honest(48)]))
    for seed in range(20):
        assert "screen.last_digit" not in screened(readings=readings(honest(48, seed)))


def test_benford() -> None:
    r = random.Random(7)
    natural = [10 ** r.uniform(0, 5) for _ in range(2000)]
    invented = [float(r.randint(4, 9)) * 10 ** r.randint(0, 4) for _ in range(2000)]
    problems = Collector()
    groups = {"甲": natural, "乙": invented, "丙": natural[:50]}
    screens.benford_screen({name: screens.FirstDigits.of(v) for name, v in groups.items()}, problems)
    assert [p.origin.file for p in problems] == ["乙"]


def test_first_digits_add_up_as_the_figures_do() -> None:
    r = random.Random(3)
    figures = [r.uniform(-1, 1) * 10 ** r.randint(-3, 6) for _ in range(500)] + [0.0]
    halves = screens.FirstDigits.of(figures[:200]) + screens.FirstDigits.of(figures[200:])
    assert halves == screens.FirstDigits.of(figures) and halves.n == 500
    assert screens.FirstDigits().chi2() is None


def labs(*rows: tuple[int, float, float, str, str]) -> tuple[Lab, ...]:
    return tuple(
        Lab("烟煤", m, ncv, "GJ/t", c, "% C", "甲", "", sampled, reported) for m, ncv, c, sampled, reported in rows
    )


GOOD = labs(
    (1, 21.203, 55.61, "2015-01-25", "2015-02-05"),
    (2, 21.377, 56.02, "2015-02-24", "2015-03-06"),
    (3, 20.981, 55.03, "2015-03-26", "2015-04-07"),
)


def test_lab_values_copied_between_months() -> None:
    copied = dataclasses.replace(GOOD[1], ncv=GOOD[0].ncv, carbon=GOOD[0].carbon)
    assert "screen.lab_repeated" in screened(labs=(GOOD[0], copied))
    assert screened(labs=GOOD) == set()


def test_lab_values_copied_between_firms() -> None:
    other = [dataclasses.replace(r, ncv=(r.ncv or 0) + 0.1) for r in GOOD]
    problems = Collector()
    screens.labs_between({"甲厂": GOOD, "乙厂": GOOD[:2], "丙厂": other, "丁厂": GOOD[:1]}, problems)
    found = [p.text() for p in problems]
    # one shared pair alone (丁厂) is chance
    assert len(found) == 1 and "乙厂、甲厂" in found[0] and "丁厂" not in found[0]


def test_dates_out_of_order() -> None:
    assert "screen.date_order" in screened(labs=labs((1, 21, 55, "2015-01-25", "2015-01-20")))
    assert "screen.date_month" in screened(labs=labs((1, 21, 55, "2015-03-25", "2015-04-20")))
    assert "screen.date_late" in screened(labs=labs((12, 21, 55, "2015-12-25", "2016-05-01")))
    same = labs(*((m, 21 + m / 10, 55 + m / 10, f"2015-{m:02d}-20", "2016-01-10") for m in range(1, 7)))
    assert "screen.date_same" in screened(labs=same)
    assert screened(labs=GOOD) == set()


def test_carbon_that_does_not_go_with_the_calorific_value() -> None:
    assert "screen.carbon" in screened(labs=labs((1, 21, 80, "2015-01-25", "2015-02-05")))
    assert "screen.carbon" in screened(labs=labs((1, 21, 40, "2015-01-25", "2015-02-05")))
    assert "screen.carbon" not in screened(labs=GOOD)


def test_production_not_in_line_with_electricity() -> None:
    power = tuple(Power(m, "华东", "甲", 1000 + 7.3 * m) for m in range(1, 13))
    output = [Production("熟料", m, 5000 + 31.7 * m, "t") for m in range(1, 13)]
    assert "screen.production" not in screened(power=power, production=tuple(output))
    output[6] = dataclasses.replace(output[6], output=output[6].output * 3)
    assert "screen.production" in screened(power=power, production=tuple(output))


def test_a_date_cell_reads_as_a_date() -> None:
    assert screens._date(dt.date(2015, 3, 1).isoformat()) == dt.date(2015, 3, 1) and screens._date("昨天") is None
