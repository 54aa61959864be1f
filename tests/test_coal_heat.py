"""The kinds of coal add up to raw coal: the identity for any shares of any province, own values first, and how the
error of the heat value is carried."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from coal_explained import lines, terms
from example_book import example, example_book
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.activity import Project, UserFactor, datum
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.core.statements import Assumption
from inventory.edition import load
from inventory.uncertainty.inputs import inputs_of
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.propagation import approach_1

EDITION = load("prov2011")
KINDS = ("无烟煤", "烟煤", "褐煤")
PUBLISHED = {"无烟煤": 20304.0, "烟煤": 19570.0, "褐煤": 14080.0}
PLACES = (("1.1.1.1", "发电锅炉"), ("1.1.3.1", "工业锅炉"), ("1.1.3.4", "水泥回转窑"), ("1.1.6", "其他设备"))
PROVINCES = sorted(r for r in EDITION.vocabulary["region"] if EDITION.attribute("region", r, "agriculture_six"))
RAW = 20908.0

masses = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(KINDS), st.floats(0.001, 9000)),
    min_size=1,
    max_size=8,
    unique_by=lambda m: (m[0], m[1]),
)


def burnt(region: str, found: list, year: int = 2005) -> tuple:
    return tuple(
        datum(region, year, "fuel_consumption", mass, "万t", {"category": c, "equipment": e, "fuel": k})
        for (c, e), k, mass in found
    )


def own(value: float, fuel: str, kind: str = "实测") -> UserFactor:
    return UserFactor("ncv", (("fuel", fuel),), value, "kJ/kg", "化验单", kind)


def compiled(project: Project, option: str = "scaled") -> Ledger:
    return compile_ledger(replace(project, choices={"coal_heat": (option, "test")}), EDITION)


def heat(ledger: Ledger) -> tuple[float, float]:
    """Mass of coal burnt (万t) and its energy with the heat values used (万t × kJ/kg)."""
    table = next(t for t in ledger.tables if t.method.id == "fuel_combustion_co2")
    mass, ncv = table.columns["fuel"].values, table.columns["ncv"].values
    return math.fsum(mass), math.fsum(mass * ncv)


def values(ledger: Ledger) -> dict[str, float]:
    table = next(t for t in ledger.tables if t.method.id == "fuel_combustion_co2")
    at = table.keys.index("fuel")
    return {row[at]: float(v) for row, v in zip(table.rows, table.columns["ncv"].values, strict=True)}


def test_every_province_is_among_those_tested() -> None:
    assert len(PROVINCES) == 31


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PROVINCES), masses)
def test_the_mix_of_any_shares_has_the_heat_value_of_raw_coal(region: str, found: list) -> None:
    mass, energy = heat(compiled(Project(burnt(region, found))))
    assert energy == pytest.approx(RAW * mass, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(masses, st.floats(12000, 28000))
def test_a_better_value_of_raw_coal_is_the_target(found: list, raw: float) -> None:
    mass, energy = heat(compiled(Project(burnt("山西", found), (own(raw, "原煤", "省级"),))))
    assert energy == pytest.approx(raw * mass, rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(masses)
def test_kinds_keep_their_ratios(found: list) -> None:
    seen = values(compiled(Project(burnt("贵州", found))))
    scale = {k: v / PUBLISHED[k] for k, v in seen.items()}
    assert max(scale.values()) == pytest.approx(min(scale.values()), rel=1e-12)


@pytest.mark.parametrize("region", PROVINCES)
def test_each_province_and_year_is_scaled_by_itself(region: str) -> None:
    other = next(p for p in PROVINCES if p != region)
    data = (
        *burnt(region, [(PLACES[0], "烟煤", 10.0), (PLACES[3], "褐煤", 5.0)]),
        *burnt(region, [(PLACES[0], "烟煤", 3.0), (PLACES[3], "褐煤", 0.0)], 2010),
        *burnt(other, [(PLACES[0], "无烟煤", 4.0), (PLACES[3], "烟煤", 5.0)]),
    )
    table = next(t for t in compiled(Project(data)).tables if t.method.id == "fuel_combustion_co2")
    energy: dict[tuple[str, ...], list[float]] = {}
    for row, mass, ncv in zip(table.rows, table.columns["fuel"].values, table.columns["ncv"].values, strict=True):
        energy.setdefault(row[:2], []).append(mass * (ncv - RAW))
    assert len(energy) == 3
    assert all(math.fsum(parts) == pytest.approx(0, abs=1e-7) for parts in energy.values())


def test_measured_values_are_not_scaled() -> None:
    found = [(PLACES[0], "烟煤", 10.0), (PLACES[3], "无烟煤", 5.0)]
    seen = values(compiled(Project(burnt("江苏", found), (own(22000, "烟煤"),))))
    assert seen["烟煤"] == 22000
    assert seen["无烟煤"] == pytest.approx(20304 * RAW * 15 / (19570 * 10 + 20304 * 5), rel=1e-12)


@pytest.mark.parametrize(
    ("option", "wanted"),
    [("study2005", (20304, 19570, 14080)), ("chemicals2013", (24515, 23204, 14449)), ("raw", (RAW, RAW, RAW))],
)
def test_options(option: str, wanted: tuple[float, ...]) -> None:
    found = [(PLACES[0], kind, 1.0 + i) for i, kind in enumerate(KINDS)]
    assert values(compiled(Project(burnt("江苏", found)), option)) == dict(zip(KINDS, wanted, strict=True))


def test_a_fallback_that_is_forbidden_is_asked_for() -> None:
    project = Project(burnt("江苏", [(PLACES[0], "烟煤", 10.0)]))
    with pytest.raises(Exception, match=r"fb\.ncv\.coal_kind|coal_kind_heat|energy\.ncv\.bituminous"):
        compile_ledger(project, EDITION, allow_fallback=False)


def assumed(name: str, pct: float, keys: tuple = ()) -> Assumption:
    return Assumption("factor", name, keys=keys, uncertainty=pct, source="test")


def test_the_error_of_the_raw_value_runs_through_all_kinds_and_that_of_the_ratios_hardly() -> None:
    found = [(PLACES[0], "烟煤", 10.0), (PLACES[3], "无烟煤", 5.0)]
    ledger = compiled(Project(burnt("江苏", found)))
    rest = (
        assumed("carbon_content", 0),
        assumed("oxidation", 0),
        assumed("carbon_content_reference", 0),
        assumed("oxidation_reference", 0),
        Assumption("activity", "", uncertainty=0, source="test"),
    )
    by_raw = approach_1(
        ledger, inputs_of(ledger, assumptions=(*rest, assumed("ncv", 5), assumed("coal_kind_heat", 0)), sets=())
    )
    assert by_raw.of("total", "江苏", 2005).shared_pct == pytest.approx(5.0, rel=1e-9)
    by_ratio = approach_1(
        ledger, inputs_of(ledger, assumptions=(*rest, assumed("ncv", 0), assumed("coal_kind_heat", 20)), sets=())
    )
    assert 0 < by_ratio.of("total", "江苏", 2005).shared_pct < 1.5
    drawn = monte_carlo(
        ledger,
        20_000,
        1,
        inputs=inputs_of(ledger, assumptions=(*rest, assumed("ncv", 5), assumed("coal_kind_heat", 0)), sets=()),
    )
    total = next(s for n, s in zip(drawn.tree.items, drawn.targets, strict=True) if n.level == "total")
    assert total.half_width_pct == pytest.approx(5.0, rel=0.02)


def test_own_and_computed_values_in_one_column_are_both_drawn() -> None:
    found = [(PLACES[0], "烟煤", 10.0), (PLACES[3], "无烟煤", 10.0), (PLACES[3], "褐煤", 10.0)]
    ledger = compiled(Project(burnt("江苏", found), (replace(own(20000, "烟煤"), uncertainty=10.0),)))
    rest = (
        assumed("carbon_content", 0),
        assumed("oxidation", 0),
        assumed("carbon_content_reference", 0),
        assumed("oxidation_reference", 0),
        Assumption("activity", "", uncertainty=0, source="test"),
        assumed("ncv", 5),
        assumed("coal_kind_heat", 3),
    )
    first = approach_1(ledger, inputs_of(ledger, assumptions=rest, sets=())).of("total", "江苏", 2005).shared_pct
    drawn = monte_carlo(ledger, 20_000, 1, inputs=inputs_of(ledger, assumptions=rest, sets=()))
    total = next(s for n, s in zip(drawn.tree.items, drawn.targets, strict=True) if n.level == "total")
    assert total.half_width_pct == pytest.approx(first, rel=0.02)


@pytest.mark.slow
def test_explanation_of_a_scaled_value_walks_to_raw_coal(tmp_path: Path) -> None:
    from inventory.explain import explain_cell
    from inventory.spreadsheets.cells import read_sheets

    path = tmp_path / "w.xlsx"
    path.write_bytes(example_book())
    sheet = next(s for s in read_sheets(path) if s.name == "排放因子")
    rows = range(1, sheet.height + 1)
    row = next(r for r in rows if sheet.cell(r, 2).text.startswith("fb.ncv.coal_kind["))
    text = explain_cell(path, f"排放因子!F{row}")
    assert "折算系数" in text and "20,908" in text and "19,570" in text and "20,304" in text


def test_the_page_says_what_the_program_gives() -> None:
    ledger = example()
    page = (Path(__file__).parents[1] / "docs" / "coal.md").read_text("utf-8")
    for line in lines(ledger):
        assert line in page, line
    for option in ("scaled", "study2005", "chemicals2013", "raw"):
        other = compile_ledger(
            replace(ledger.project, choices={**ledger.project.choices, "coal_heat": (option, "试算")}), ledger.edition
        )
        totals = [f"{other.mass_t(category='1.1', gas='CO2', year=year) / 1e6:.1f}" for year in (2005, 2010)]
        row = next(x for x in page.splitlines() if x.startswith(f"| `{option}`"))
        assert [c.strip() for c in row.split("|")[3:5]] == totals, option


def test_the_heat_value_itself_moves_nothing_in_the_whole() -> None:
    ledger = example()
    for year in (2005, 2010):
        found = terms(ledger, year)
        assert math.fsum(p[1] for p in found.values()) == pytest.approx(0, abs=1e-9)


def test_a_method_tried_beforehand_does_not_settle_the_heat_value() -> None:
    """The reference approach is tried before anything is computed; the scaled value must not be lost in what it had
    looked up."""
    data = (
        *burnt("江苏", [(PLACES[0], "烟煤", 10.0)]),
        datum("江苏", 2005, "reference_production", 10.0, "万t", {"fuel": "烟煤"}),
    )
    ledger = compiled(Project(data))
    for method, name in (("fuel_combustion_co2", "ncv"), ("reference_approach_co2", "ncv")):
        columns = [t.columns[name] for t in ledger.tables if t.method.id == method and name in t.columns]
        assert columns and all(v == pytest.approx(RAW) for c in columns for v in c.values), method


@pytest.mark.parametrize(("kind", "asked"), [("烟煤", False), ("褐煤", True)])
def test_a_province_of_lignite_is_asked_for_its_raw_coal(kind: str, asked: bool) -> None:
    """20908 is the nation's value: scaling lignite up to it by half is a question."""
    warnings = compiled(Project(burnt("内蒙古", [(PLACES[0], kind, 10.0)]))).warnings
    assert any(p.code == "step.unusual" and "内蒙古" in p.text() for p in warnings) is asked
    own_raw = compiled(Project(burnt("内蒙古", [(PLACES[0], kind, 10.0)]), (own(14500.0, "原煤", "省级"),))).warnings
    assert any(p.code == "step.unusual" for p in own_raw) is not asked


def test_doubt_about_the_ratios_is_no_doubt_about_the_level() -> None:
    project = Project(burnt("江苏", [(PLACES[0], "烟煤", 10.0), (PLACES[3], "无烟煤", 5.0)]))
    assert {f.standing for f in compiled(project).factors if f.computed} == {"corroborated"}
    assert {f.standing for f in compiled(project, "study2005").factors if f.computed} == {"conflict"}
