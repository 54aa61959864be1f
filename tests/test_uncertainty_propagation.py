"""Approach 1 on ledgers: the textbook values, shared inputs, sinks, chains of steps, unknown uncertainties, trends."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import EDITION, ledger, own_factor, plants, province

from inventory.core.activity import datum
from inventory.core.engine import compile_ledger
from inventory.core.problems import Collector, InventoryError
from inventory.core.statements import Assumption
from inventory.edition import load
from inventory.reading import read_project
from inventory.uncertainty.approach1 import Approach1
from inventory.uncertainty.assumptions import named_set, set_names
from inventory.uncertainty.branches import branch_derivative
from inventory.uncertainty.inputs import Input, inputs_of
from inventory.uncertainty.labels import label_of
from inventory.uncertainty.propagation import approach_1


def combined(result, level="total", category="", year=2010):
    return result.of(level, "甲省", year, category)


def test_textbook_product():
    """U of activity 5 %, of the factor 10 %: 11.1803 %."""
    (line,) = approach_1(plants([(100.0, 5.0, 1.0, 10.0)])).lines
    assert line.activity_pct == pytest.approx(5.0) and line.factor_pct == pytest.approx(10.0)
    assert line.combined_pct == pytest.approx(11.1803, abs=5e-5)
    assert line.complete


def test_textbook_sum():
    """100 ± 11.1803 % and 50 ± 20 %: 10.0 %."""
    result = approach_1(plants([(100.0, 5.0, 1.0, 10.0), (50.0, 12.0, 1.0, 16.0)]))
    assert result.lines[1].combined_pct == pytest.approx(20.0)
    assert combined(result).guideline_pct == pytest.approx(10.0, abs=5e-3)
    assert combined(result).shared_pct == pytest.approx(combined(result).guideline_pct, rel=1e-12)


def test_order_of_combination_does_not_matter():
    """Input, line, category, sector, total: squares add, so every level can be formed from the one below."""
    result = approach_1(province())
    by_category = [t for t in result.targets if t.target.year == 2010 and t.target.level == "sector"]
    squares = sum((t.guideline_pct / 100 * t.emission) ** 2 for t in by_category)
    total = combined(result)
    assert total.guideline_pct == pytest.approx(100 * np.sqrt(squares) / abs(total.emission), rel=1e-12)


@pytest.mark.parametrize("rows", [4, 25, 100])
def test_a_shared_factor_does_not_shrink(rows):
    """The same factor in n rows: the total keeps its uncertainty; the guideline's rule alone would divide it by
    sqrt(n)."""
    result = approach_1(plants([(100.0, 0.0, 1.0, 10.0)] * rows, shared=True))
    assert combined(result).shared_pct == pytest.approx(10.0)
    assert combined(result).guideline_pct == pytest.approx(10.0 / np.sqrt(rows))


def test_a_sink_keeps_its_sign_in_the_denominator():
    result = approach_1(province())
    total, without = combined(result), combined(result, "total_without_lucf")
    forest = combined(result, "sector", "4")
    assert forest.emission < 0 < forest.guideline_pct
    assert total.emission == pytest.approx(without.emission + forest.emission)
    variance = (without.guideline_pct * without.emission) ** 2 + (forest.guideline_pct * forest.emission) ** 2
    assert total.guideline_pct == pytest.approx(np.sqrt(variance) / abs(total.emission))


def test_chain_with_sum():
    """-sum(volume * density) * rate: two stands of 10 % each, one density of 8 % for both, one rate of 20 %."""
    line = next(
        u
        for u, x in zip(approach_1(province()).lines, province().lines, strict=True)
        if x.category == "4.1" and x.year == 2010
    )
    stands = np.hypot(1000 * 10, 3000 * 10) / 4000
    assert line.activity_pct == pytest.approx(np.hypot(stands, 20))
    assert line.factor_pct == pytest.approx(8.0)


def test_min_and_max_take_the_branch_in_force():
    made = branch_derivative(
        "max(a - b, 0 * a) * c", "a", {"a": np.array([3.0, 1.0]), "b": np.array([1.0, 2.0]), "c": 5.0}
    )
    assert made.tolist() == [5.0, 0.0]
    assert branch_derivative("exp(-k) * sum(x) ^ 2 / 3", "sum_x", {"k": 0.5, "sum_x": 4.0}) == pytest.approx(
        np.exp(-0.5) * 8 / 3
    )
    assert branch_derivative("a / b", "b", {"a": 6.0, "b": 2.0}) == pytest.approx(-1.5)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 5), st.floats(0.5, 5), st.floats(0.5, 5), st.floats(-2, 2))
def test_branch_derivatives_equal_a_complex_step(a, b, c, d):
    """Where there is no kink the complex step is exact to rounding."""
    text = "(a * b - c) ^ 3 / (c + 2) * exp(d) - a"
    values = {"a": a, "b": b, "c": c, "d": d}
    for name in values:
        z = {**values, name: complex(values[name], 1e-30)}
        exact = ((z["a"] * z["b"] - z["c"]) ** 3 / (z["c"] + 2) * np.exp(z["d"]) - z["a"]).imag / 1e-30
        assert branch_derivative(text, name, values) == pytest.approx(exact, rel=1e-11, abs=1e-11)


def test_every_derivative_against_moving_the_input():
    """Recompile the ledger with each datum 0.01 % up: the change of every line is what the sensitivities say."""
    base = province()
    result = approach_1(base)
    for place, d in enumerate(base.project.data):
        moved = list(base.project.data)
        moved[place] = datum(d.region, d.year, d.quantity, d.value * 1.0001, d.unit, d.keys, uncertainty=d.uncertainty)
        changed = ledger(moved, base.project.factors)
        item = next(n for n, i in enumerate(result.inputs.items) if i.kind == "activity" and same(base.data[i.ref], d))
        s = result.sensitivities
        expected = np.zeros(len(base.lines))
        expected[s.rows[s.inputs == item]] = s.values[s.inputs == item] * result.inputs.items[item].value * 0.0001
        got = [changed.co2e_t(b) - base.co2e_t(a) for a, b in zip(base.lines, changed.lines, strict=True)]
        assert np.allclose(got, expected, rtol=2e-4, atol=1e-3)


def same(a, b):
    return (a.region, a.year, a.quantity, sorted(a.item)) == (b.region, b.year, b.quantity, sorted(b.item))


def test_unknown_is_told_and_asked_for():
    result = approach_1(province(unknown=True))
    incomplete = [u for u in result.lines if not u.complete]
    assert incomplete and all(u.unknown for u in incomplete)
    assert combined(result).covered < 1.0
    asked = [item.name for item, reach in result.requests() if reach > 0]
    assert "factor|cc.diesel" in asked  # has a printed range, which is not an uncertainty unless chosen
    reach = [r for _, r in result.requests()]
    assert reach == sorted(reach, reverse=True)


def test_line_without_any_statement_is_unknown_not_certain():
    (line,) = approach_1(plants([(100.0, None, 1.0, None)])).lines
    assert line.combined_pct is None and line.activity_pct is None and line.factor_pct is None and not line.complete


def test_printed_range_is_used_only_when_named():
    silent = {i.name: i for i in inputs_of(province()).items}
    named = {i.name: i for i in inputs_of(province(), sets=["printed-range"]).items}
    assert silent["factor|cc.diesel"].distribution is None
    assert named["factor|cc.diesel"].basis == "printed-range"
    assert named["factor|cc.diesel"].distribution.interval() == pytest.approx((19.0, 21.5))
    assert named["factor|cc.coal"].basis == "own"


def test_factors_are_shared_between_years_in_the_trend():
    """One factor, doubled activity without error: the change is as uncertain as the factor, the percentage change is
    certain."""
    data = [
        datum("甲省", y, "plant_output", v, "t", {"category": "1.1", "plant": "p"}, uncertainty=0)
        for y, v in ((2005, 100.0), (2010, 200.0))
    ]
    result = approach_1(ledger(data, [own_factor("p", 1.0, 10.0, region="*")]))
    trend = next(t for t in result.trends if t.later.level == "total")
    assert trend.change == pytest.approx(100.0) and trend.half_width == pytest.approx(10.0)
    assert trend.change_pct == pytest.approx(100.0) and trend.half_width_points == pytest.approx(0.0, abs=1e-9)


def test_activity_is_independent_between_years_unless_declared():
    data = [
        datum("甲省", y, "plant_output", 100.0, "t", {"category": "1.1", "plant": "p"}, uncertainty=10)
        for y in (2005, 2010)
    ]
    made = ledger(data, [own_factor("p", 1.0, 0.0)])
    apart = next(t for t in approach_1(made).trends if t.later.level == "total")
    assert apart.half_width == pytest.approx(10 * np.sqrt(2))
    rule = Assumption("activity", "plant_output", shared_over=("year",), source="同一调查")
    together = next(t for t in approach_1(made, inputs_of(made, assumptions=[rule])).trends if t.later.level == "total")
    assert together.half_width == pytest.approx(0.0, abs=1e-9)


def test_contributions_add_up():
    result = approach_1(province())
    for n, t in enumerate(result.targets):
        shares = [s for _, s in result.contributions(n)]
        assert sum(shares) == pytest.approx(1.0)
        assert shares == sorted(shares, reverse=True)
        assert t.shared_pct is not None


def test_the_narrowest_assumption_counts_and_a_tie_is_an_error():
    wide = Assumption("activity", uncertainty=30.0, source="s")
    narrow = Assumption("activity", "slag_clinker", categories=("2",), uncertainty=7.0, source="s")
    found = {i.name: i for i in inputs_of(province(unknown=True), [wide, narrow]).items}
    assert found["activity|甲省|2010|slag_clinker|"].distribution.relative_pct == pytest.approx(7.0)
    assert found["activity|甲省|2010|clinker|"].basis == "own"
    problems = Collector()
    inputs_of(province(unknown=True), [wide, Assumption("activity", uncertainty=20.0, source="t")], problems=problems)
    assert {p.code for p in problems} == {"uncertainty.two_assumptions"}


def test_problems_are_told_with_their_place_and_all_at_once():
    bad = [
        datum("甲省", 2010, "plant_output", 1.0, "t", {"category": "1.1", "plant": n}, uncertainty=u, distribution=k)
        for n, u, k in (("a", -3.0, ""), ("b", 5.0, "贝塔"))
    ]
    with pytest.raises(InventoryError) as caught:
        inputs_of(ledger(bad, [own_factor("a", 1.0, 5.0), own_factor("b", 1.0, 5.0)]))
    assert sorted(p.code for p in caught.value.problems) == ["uncertainty.negative", "uncertainty.unknown_kind"]


HEAD = "applies_to,name,category,gas,keys,uncertainty,distribution,shared_over,source,note"


def read(folder: Path, rows, data=True):
    """A project folder with an uncertainty.csv of these rows."""
    (folder / "uncertainty.csv").write_text("\n".join([HEAD, *rows]), "utf-8-sig")
    lines = [
        "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind",
        "甲省,2010,,,clinker,300,万吨,x,,,统计",
    ]
    if data:
        (folder / "data.csv").write_text("\n".join(lines), "utf-8-sig")
    project, problems = read_project([folder], EDITION)
    return project, [p for p in problems if p.severity == "error"]


def test_a_project_states_uncertainties_for_many_inputs(tmp_path: Path):
    rows = [
        "活动水平,燃料消费量,1.1,,fuel=原煤,5,,year,专家判断：张三 2012-03,",
        "factor,clinker_ef,,,,±7%,lognormal,,文献,",
        "activity,,2,,,3,,,部门,",
        "文献范围,printed-range,,,,,,,省级决定,",
    ]
    project, problems = read(tmp_path, rows)
    assert not problems
    first, second, third = project.assumptions
    assert (first.applies_to, first.name, first.uncertainty, first.shared_over, first.keys) == (
        "activity",
        "fuel_use",
        5.0,
        ("year",),
        (("fuel", "原煤"),),
    )
    assert (second.name, second.uncertainty, second.distribution) == ("clinker_ef", 7.0, "lognormal")
    assert third.categories == ("2",) and project.chosen_sets == ("printed-range",)
    made = compile_ledger(project, EDITION)
    found = {i.name: i for i in inputs_of(made).items}
    # without being asked: the project says so
    assert found["activity|甲省|2010|clinker|"].distribution.relative_pct == pytest.approx(3.0)
    assert inputs_of(made).sets == ("printed-range",)
    assert found["factor|clinker"].basis == "own"  # what stands with the figure comes first


def test_statements_that_cannot_be_understood(tmp_path: Path):
    rows = [
        "both,,,,,5,,,x,",
        "factor,nothing,,,,5,,,x,",
        "factor,,9.9,,,5,,,x,",
        "factor,ncv,,,,5,,,,",
        "factor,ncv,,,,五,,,x,",
        "set,,,,,,,,x,",
        "factor,ncv,,,,,,,x,",
        "factor,ncv,,CO9,,5,,,x,",
    ]
    _, problems = read(tmp_path, rows)
    assert [(p.code, p.origin.cell) for p in problems] == [
        ("uncertainty.applies_to", "row 2"),
        ("uncertainty.unknown_name", "row 3"),
        ("uncertainty.unknown_category", "row 4"),
        ("row.needed", "row 5"),
        ("number.digits", "row 6"),
        ("uncertainty.set_nameless", "row 7"),
        ("uncertainty.says_nothing", "row 8"),
        ("word.gas", "row 9"),
    ]
    for p in problems:
        assert p.text("zh") and p.text("en")


def test_a_set_that_does_not_exist_is_told(tmp_path: Path):
    project, problems = read(tmp_path, ["set,ipcc1066,,,,,,,x,"])
    assert not problems
    with pytest.raises(InventoryError) as caught:
        approach_1(compile_ledger(project, EDITION))
    assert [p.code for p in caught.value.problems] == ["uncertainty.unknown_set"]


def test_unknown_set_names_those_there_are():
    problems = Collector()
    assert named_set(EDITION, "ipcc", problems) == ()
    assert [p.code for p in problems] == ["uncertainty.unknown_set"]
    assert set_names(EDITION)[0] == "printed-range"


def test_sets_of_the_guideline_edition():
    """Every row points at a range that exists, both ends can be named, and the carbon content carries the CO2 factor's
    range."""
    edition = load("prov2011")
    names = set_names(edition)
    assert {"ipcc2006-low", "ipcc2006-high"} <= set(names)
    problems = Collector()
    low, high = named_set(edition, "ipcc2006-low", problems), named_set(edition, "ipcc2006-high", problems)
    assert not list(problems) and len(low) == len(high) > 10
    for a, b in zip(low, high, strict=True):
        assert a.uncertainty <= b.uncertainty and a.source and a.basis == "ipcc2006-low"
    assert next(a.uncertainty for a in high if a.name == "carbon_content") == 7.0


def elasticities(result: Approach1, line: int) -> list[tuple[Input, float]]:
    """How many percent a line changes when an input changes by 1 %."""
    s, emission = result.sensitivities, result.lines[line].emission
    first, last = np.searchsorted(s.rows, (line, line + 1)).tolist()
    slopes = zip(s.inputs[first:last].tolist(), s.values[first:last].tolist(), strict=True)
    items = [(result.inputs.items[n], slope) for n, slope in slopes] if emission else []
    return [(item, slope * item.value / emission) for item, slope in items]


def test_what_a_line_depends_on():
    """Elasticities: 1 for factors of a product; clinker - slag weighs 420/406 and -14/406; a line's uncertainty follows
    from them."""
    made = province()
    result = approach_1(made)
    at = next(n for n, x in enumerate(made.lines) if x.category == "2.1" and x.year == 2010)
    found = {item.name: e for item, e in elasticities(result, at)}
    assert found == {
        "activity|甲省|2010|clinker|": pytest.approx(420 / 406),
        "activity|甲省|2010|slag_clinker|": pytest.approx(-14 / 406),
        "factor|clinker": pytest.approx(1.0),
    }
    for u in result.lines:
        squares = sum(
            (e * item.distribution.relative_pct) ** 2 for item, e in elasticities(result, u.line) if item.distribution
        )
        assert np.sqrt(squares) == pytest.approx(u.combined_pct)


def test_targets_in_reading_order():
    result = approach_1(province())
    shown = [
        (t.year, t.category or t.level)
        for t in (result.targets_tree.items[n] for n in result.targets_tree.in_order(EDITION))
    ]
    one_year = ["1", "1.1", "1.2", "2", "2.1", "4", "4.1", "total", "total_without_lucf"]
    assert shown == [(2005, c) for c in one_year] + [(2010, c) for c in one_year]


def test_inputs_have_names_for_people():
    made = province()
    names = {item.name: label_of(made, item) for item in inputs_of(made).items}
    assert names["factor|cc.coal"] == {"zh": "单位热值含碳量（cc.coal）", "en": "Carbon content (cc.coal)"}
    assert names["activity|甲省|2010|fuel_use|category=1.1;fuel=原煤"] == {
        "zh": "甲省 2010 燃料消费量 1.1 原煤",
        "en": "甲省 2010 Fuel use 1.1 Raw coal",
    }
