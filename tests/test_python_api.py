"""What a Python user may count on: words of both languages, typed problems instead of bare errors, frames both ways,
enterprises from plain values, catalogues as frames, results read back from every form, types for mypy --strict."""

from __future__ import annotations

import pickle
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import inventory

ROOT = Path(__file__).resolve().parents[1]
datum = inventory.datum


def project(*data: inventory.Datum) -> inventory.Project:
    return inventory.Project(data=data)


@pytest.fixture(scope="module")
def jiangsu() -> inventory.Ledger:
    return inventory.compile(ROOT / "examples" / "jiangsu")


# ---- words and types of data given by programs ----


def test_data_of_a_program_may_use_the_words_of_either_language() -> None:
    chinese = inventory.compile(project(datum("江苏", 2010, "rice_area", 2209.3, "千公顷", {"season": "单季稻"})))
    for region in ("Jiangsu", "江苏省", "320000", "jiangsu"):
        for key, season in (("season", "Single rice"), ("season", "单季稻")):
            other = inventory.compile(project(datum(region, 2010, "rice_area", 2209.3, "千公顷", {key: season})))
            assert [(x.region, x.item, x.mass_t) for x in other.lines] == [
                (x.region, x.item, x.mass_t) for x in chinese.lines
            ]
    by_label = inventory.compile(
        project(datum("Jiangsu", 2010, "水稻播种面积", 2209.3, "千公顷", {"season": "单季稻"}))
    )
    assert by_label.mass_t(gas="CH4") == chinese.mass_t(gas="CH4") > 0


@pytest.mark.parametrize("year", ["2010", 2010.0, np.int64(2010), np.float32(2010)])
@pytest.mark.parametrize("value", [5, 5.0, np.int32(5), np.float32(5), np.float64(5), Fraction(5)])
def test_numbers_of_any_numeric_type(year: Any, value: Any) -> None:
    made = inventory.compile(project(datum("江苏", year, "clinker_production", value, "万吨")))
    assert made.mass_t(category="2.1") == pytest.approx(5e4 * 0.538) and made.years == (2010,)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("program.year", ("江苏", None, "clinker_production", 1, "万吨")),
        ("program.year", ("江苏", "x", "clinker_production", 1, "万吨")),
        ("program.year", ("江苏", 2010.5, "clinker_production", 1, "万吨")),
        ("program.year", ("江苏", True, "clinker_production", 1, "万吨")),
        ("program.value", ("江苏", 2010, "clinker_production", None, "万吨")),
        ("program.value", ("江苏", 2010, "clinker_production", "220", "万吨")),
        ("program.value", ("江苏", 2010, "clinker_production", True, "万吨")),
        ("program.unit", ("江苏", 2010, "clinker_production", 1, None)),
    ],
)
def test_a_wrong_type_is_a_problem_of_ours(code: str, given: tuple[Any, ...]) -> None:
    with pytest.raises(inventory.InventoryError) as error:
        inventory.compile(project(datum("江苏", 2010, "lime_production", 1, "万吨"), datum(*given)))
    told = next(p for p in error.value.problems if p.code == code)
    assert "1" in told.text("zh") and told.text("en")


@pytest.mark.parametrize("source", [5, None, object(), [5], 2.5])
def test_no_input_at_all_is_named(source: Any) -> None:
    for act in (inventory.compile, inventory.read):
        with pytest.raises(inventory.InventoryError) as error:
            act(source)
        assert error.value.problems[0].code == "program.source"


def test_other_arguments_of_a_wrong_type(jiangsu: inventory.Ledger) -> None:
    wrong: dict[str, Any] = {
        "program.edition": lambda: inventory.compile(project(), edition=5),  # type: ignore[arg-type]
        "program.draws": lambda: inventory.monte_carlo(jiangsu, draws="x"),  # type: ignore[arg-type]
        "program.gwp": lambda: jiangsu.with_gwp(5),  # type: ignore[arg-type]
        "program.value": lambda: inventory.own_factor("clinker_ef", "x", "t/t", "s"),  # type: ignore[arg-type]
    }
    for code, act in wrong.items():
        with pytest.raises(inventory.InventoryError) as error:
            act()
        assert error.value.problems[0].code == code
        assert pickle.loads(pickle.dumps(error.value)).problems == error.value.problems
    assert inventory.monte_carlo(jiangsu, draws=1e2, seed=np.int64(1)).draws == 100  # type: ignore[arg-type]


# ---- projects as frames ----


def test_a_project_to_a_frame_and_back_computes_the_same() -> None:
    rows = [
        datum("江苏", 2010, "rice_area", 2209.3, "千公顷", {"season": "单季稻"}, source="统计年鉴", uncertainty=3.0),
        datum("江苏", 2010, "clinker_production", 5000, "万吨", source="统计年鉴"),
        datum("江苏", 2010, "lime_production", 300.1 + 0.2, "万吨", source="统计年鉴", data_kind="示例", note="n"),
    ]
    given = project(*rows)
    frame = given.to_frame()
    assert list(frame.columns[:6]) == ["region", "year", "quantity", "item", "value", "unit"] and len(frame) == 3
    back = inventory.Project.from_frame(frame)
    assert [(d.region, d.year, d.quantity, d.item, d.value, d.unit, d.source, d.uncertainty) for d in back.data] == [
        (d.region, d.year, d.quantity, d.item, d.value, d.unit, d.source, d.uncertainty) for d in given.data
    ]
    first, second = inventory.compile(given), inventory.compile(back)
    assert [(x.category, x.item, x.mass_t) for x in first.lines] == [
        (x.category, x.item, x.mass_t) for x in second.lines
    ]
    with pytest.raises(inventory.InventoryError):
        inventory.Project.from_frame(frame.assign(quantity="nothing"))


def test_everything_shown_is_short_and_hashable(jiangsu: inventory.Ledger) -> None:
    read, _ = inventory.read(ROOT / "examples" / "jiangsu")
    firm = inventory.compute_enterprise(ROOT / "examples" / "enterprise" / "水泥厂.xlsx")
    shown = (jiangsu, read, jiangsu.edition, firm, firm.enterprise, inventory.monte_carlo(jiangsu, 100))
    for thing in (*shown, inventory.approach_1(jiangsu)):
        assert len(repr(thing)) < 250 and "\n" not in repr(thing), type(thing)
        assert "." in type(thing).__module__
    assert hash(read) == hash(inventory.read(ROOT / "examples" / "jiangsu")[0])
    assert hash(jiangsu.edition) == hash(inventory.load_edition())
    assert "<table" in firm._repr_html_()


# ---- enterprises ----

WORKS = {
    "profile": {"name": "示例水泥", "industry": "08", "year": 2015, "province": "江苏", "kind": "示例"},
    "power": [{"month": 1, "grid": "华东", "purchased": 1000.0}, {"month": 2, "grid": "华东", "purchased": 500}],
}


def test_an_enterprise_from_plain_values() -> None:
    made = inventory.compute_enterprise(WORKS)
    frame = made.to_frame()
    assert frame.set_index("source").co2e_t["08-02"] == pytest.approx(1500 * 0.7035)
    assert made.total(True) == pytest.approx(frame.co2e_t.sum())
    as_frame = {**WORKS, "power": pd.DataFrame(WORKS["power"])}
    as_text = {**WORKS, "power": "month,grid,purchased\n1,华东,1000\n2,华东,500\n"}
    for other in (as_frame, as_text):
        assert inventory.compute_enterprise(other).total(True) == made.total(True)
    assert inventory.enterprise_from_dict(WORKS).power == made.enterprise.power


def test_what_is_wrong_in_plain_values_is_named_at_once() -> None:
    with pytest.raises(inventory.InventoryError) as error:
        inventory.enterprise_from_dict(
            {**WORKS, "power": [{"month": "x", "grid": "华东", "purchased": 1, "purchase": 2}], "powr": []}
        )
    codes = {p.code for p in error.value.problems if p.severity == "error"}
    assert {"enterprise.unknown_field", "enterprise.unknown_table"} < codes and len(codes) >= 3


# ---- catalogues ----


def test_catalogues_as_frames_in_both_languages() -> None:
    zh, en = inventory.quantities(lang="zh"), inventory.quantities(lang="en")
    edition = inventory.load_edition()
    assert list(zh.quantity) == list(en.quantity) == list(edition.declared.quantities)
    assert len(inventory.factors()) == len(edition.by_id) and inventory.factors().id.is_unique
    assert inventory.factors().set_index("parameter").loc["clinker_ef"]["value"] == 0.538
    words = inventory.dictionary("words")
    assert (
        words.set_index("word").loc["江苏", "label_en"] == "Jiangsu"
        and "320000" in words.set_index("word").loc["江苏", "also"]
    )


# ---- results read back ----


@pytest.mark.slow
def test_the_filed_workbook_and_the_csv_read_back_to_the_same(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    inventory.write_results(jiangsu, tmp_path / "r.csv")
    inventory.write_workbook(jiangsu, tmp_path / "w.xlsx")
    from_csv, filed = inventory.read_results(tmp_path / "r.csv"), inventory.read_results(tmp_path / "w.xlsx")
    keys = ["region", "year", "category", "item", "gas", "method", "account"]
    assert list(from_csv.columns) == list(filed.columns) and len(from_csv) == len(filed) == len(jiangsu.lines)
    both = from_csv.merge(filed, on=keys, suffixes=("", "_filed"), validate="1:1")
    assert len(both) == len(filed) and set(filed.gwp_set) == {"guideline"}
    for column in ("mass_t", "co2e_t"):
        assert np.allclose(both[column], both[f"{column}_filed"], rtol=1e-12, atol=0)
    total = inventory.read_results(tmp_path / "w.xlsx", account="total")
    assert total[total.year == 2010].co2e_t.sum() == pytest.approx(float(jiangsu.co2e(year=2010)), rel=1e-12)


def test_a_workbook_that_was_not_filed_by_us_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK nothing")
    with pytest.raises(inventory.InventoryError):
        inventory.read_results(tmp_path / "x.xlsx")


@pytest.mark.slow
def test_primap2_with_units_by_gas_and_the_gwp_in_the_metadata(jiangsu: inventory.Ledger) -> None:
    pytest.importorskip("xarray")
    data = inventory.to_primap2(jiangsu.with_gwp("SAR"))
    assert data["CH4"].attrs["units"] == "Gg CH4 / yr" and data["CH4"].attrs["gwp100"] == 21
    assert data.attrs["gwp_set"] == "SAR" and '"CH4": 21' in data.attrs["gwp100"]
    basket = data["KYOTOGHG (SARGWP100)"]
    assert basket.attrs["gwp_context"] == "SARGWP100"
    in_2010 = float(basket.sel(time="2010-01-01").sum())
    assert in_2010 == pytest.approx(float(jiangsu.with_gwp("SAR").co2e(year=2010)) / 1e3, rel=1e-9)
    assert not [
        v for v in inventory.to_primap2(jiangsu) if "KYOTOGHG" in str(v)
    ]  # the guideline's set is not primap2's
    pytest.importorskip("primap2")
    quantified = data.pr.quantify()
    quantified.pr.ensure_valid()
    assert str(quantified["CH4"].pint.units) == "CH4 * gigagram / year" or "CH4" in str(quantified["CH4"].pint.units)


# ---- types ----

USER = """
import inventory

ledger = inventory.compile("examples/jiangsu", gwp="AR5")
total: float = float(ledger.co2e(year=2010))
frame = ledger.to_frame(account="total")
project, problems = inventory.read(frame)
codes: list[str] = [p.code for p in problems]
changed: inventory.Project = project.with_value(1.0, region="江苏", quantity="rice_area")
own = inventory.own_factor("clinker_ef", 0.53, "t/t", "source", region="江苏")
again: inventory.Ledger = inventory.compile(changed.with_factors(own))
draws = inventory.monte_carlo(ledger, 1000).to_frame()
sweep = inventory.Scenarios(ledger)
sweep.scale(sweep.factor("clinker_ef"), [1.0, 0.9])
result = inventory.compute_enterprise({"profile": {"name": "x"}})
tonnes: float = result.total(True)
tables = [inventory.quantities(), inventory.factors(lang="en"), inventory.dictionary("words")]
data = inventory.to_primap2(ledger)
try:
    inventory.freeze
except inventory.InventoryError as error:
    texts: list[str] = [p.text("en") for p in error.problems]
"""


@pytest.mark.slow
def test_scripts_of_users_pass_mypy_strict(tmp_path: Path) -> None:
    """As a user runs it, away from the checkout: a script of nearly every public name and those of examples/python are
    right, in one that is not every fault is seen. What mypy has read of this package and of pandas is kept for the next
    run."""
    pytest.importorskip("mypy")
    (tmp_path / "user.py").write_text(USER, "utf-8")
    (tmp_path / "wrong.py").write_text("import inventory\ninventory.compile(1, gwp=2)\ninventory.nothing\n", "utf-8")
    examples = sorted((ROOT / "examples" / "python").glob("*.py"))
    assert len(examples) >= 10
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--config-file=", "--cache-dir"]
    done = subprocess.run(
        [*command, str(ROOT / ".mypy_cache" / "users"), "user.py", "wrong.py", *map(str, examples)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert done.returncode == 1 and len(errors) == 3, done.stdout + done.stderr
    assert all(line.startswith("wrong.py:") for line in errors), done.stdout


def test_every_public_name_exists_and_says_what_it_is() -> None:
    assert sorted(inventory.__all__) == dir(inventory)
    for name in inventory.__all__:
        thing = getattr(inventory, name)
        assert name == "__version__" or (thing.__doc__ or "").strip(), name
