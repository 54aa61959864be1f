"""Key categories: level and trend by hand, thresholds, with and without LUCF, approach 2, levels of aggregation."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mini import ledger, own_factor, plants, province

from inventory import api
from inventory.analysis.key_categories import all_assessments, key_categories, summary
from inventory.core.activity import datum
from inventory.uncertainty.propagation import approach_1

ROOT = Path(__file__).resolve().parents[1]


def places(values, year=2010):
    """Activity data of one plant a category: emission = value."""
    return [
        datum("甲省", year, "plant_output", abs(v), "t", {"category": c, "plant": f"{c}"}, uncertainty=u)
        for c, v, u in values
    ]


def made(*years):
    """Ledger of (year, [(category, t CO2, % uncertainty)])."""
    data = [d for year, values in years for d in places(values, year)]
    return ledger(data, [own_factor("*", 1.0, 0.0)])


def test_level_by_hand():
    """700, 200, 60, 40: shares 70, 20, 6, 4 %; up to 95 % are the first three."""
    (level,) = key_categories(
        made((2010, [("1.1", 700, 5), ("1.2", 200, 5), ("2.1", 60, 5), ("4.1", 40, 5)])), "甲省", 2010
    )
    assert [(r.category, round(r.share, 12), r.key) for r in level.rows] == [
        ("1.1", 0.7, True),
        ("1.2", 0.2, True),
        ("2.1", 0.06, True),
        ("4.1", 0.04, False),
    ]
    assert [r.cumulative for r in level.rows] == pytest.approx([0.7, 0.9, 0.96, 1.0])
    assert level.code == "L1" and level.threshold == 0.95


def test_exactly_at_the_threshold_the_next_is_not_key():
    (level,) = key_categories(made((2010, [("1.1", 70, 5), ("1.2", 25, 5), ("2.1", 5, 5)])), "甲省", 2010)
    assert level.key == (("1.1", "CO2"), ("1.2", "CO2"))


def test_trend_by_hand():
    """First year 60, 40; later 90, 30: total grows 20 %. 0.6·|0.5 - 0.2| = 0.18, 0.4·|-0.25 - 0.2| = 0.18: half each."""
    _, trend = key_categories(
        made((2005, [("1.1", 60, 5), ("1.2", 40, 5)]), (2010, [("1.1", 90, 5), ("1.2", 30, 5)])), "甲省", 2010, 2005
    )
    assert {r.category: r.value for r in trend.rows} == {"1.1": pytest.approx(0.18), "1.2": pytest.approx(0.18)}
    assert [r.share for r in trend.rows] == pytest.approx([0.5, 0.5])
    assert set(trend.key) == {("1.1", "CO2"), ("1.2", "CO2")}


def test_a_source_that_grows_with_the_total_has_no_trend():
    _, trend = key_categories(
        made(
            (2005, [("1.1", 60, 5), ("1.2", 30, 5), ("2.1", 10, 5)]),
            (2010, [("1.1", 60, 5), ("1.2", 40, 5), ("2.1", 0.0, 5)]),
        ),
        "甲省",
        2010,
        2005,
    )
    by = {r.category: r for r in trend.rows}
    assert by["1.1"].value == pytest.approx(0.0) and not by["1.1"].key
    assert by["2.1"].value == pytest.approx(0.1)


def test_a_new_source_counts_by_its_size():
    _, trend = key_categories(
        made((2005, [("1.1", 100, 5)]), (2010, [("1.1", 100, 5), ("2.1", 50, 5)])), "甲省", 2010, 2005
    )
    assert {r.category: r.value for r in trend.rows} == {"1.1": pytest.approx(0.5), "2.1": pytest.approx(0.5)}


def test_approach_2_ranks_by_uncertainty():
    """The small uncertain source passes the large certain one: 900·1 % = 9, 100·50 % = 50."""
    book = made((2010, [("1.1", 900, 1), ("1.2", 100, 50)]))
    (level,) = key_categories(book, "甲省", 2010, uncertainty=approach_1(book))
    assert [(r.category, round(r.share, 6), r.uncertainty_pct) for r in level.rows] == [
        ("1.2", round(50 / 59, 6), pytest.approx(50.0)),
        ("1.1", round(9 / 59, 6), pytest.approx(1.0)),
    ]
    assert level.code == "L2" and level.threshold == 0.90 and level.key == (("1.2", "CO2"), ("1.1", "CO2"))


def test_unknown_uncertainty_is_listed_not_ranked():
    book = plants([(100.0, None, 1.0, None)])
    (level,) = key_categories(book, "甲省", 2010, uncertainty=approach_1(book))
    assert level.unknown == (("1.1", "CO2"),) and level.key == ()


def test_lucf_in_and_out():
    book = province()
    with_it, without = (key_categories(book, "甲省", 2010, with_lucf=w)[0] for w in (True, False))
    assert "4.1" in {r.category for r in with_it.rows} and "4.1" not in {r.category for r in without.rows}
    sink = next(r for r in with_it.rows if r.category == "4.1")
    assert sink.later < 0 < sink.share


def test_categories_are_compared_at_the_third_level():
    jiangsu = api.compile(ROOT / "examples" / "jiangsu")
    level, *_ = key_categories(jiangsu, "江苏", 2010)
    assert {r.category.count(".") for r in level.rows} == {1, 2}
    assert sum(r.later for r in level.rows) == pytest.approx(float(jiangsu.co2e(region="江苏", year=2010)))


def test_no_such_year():
    with pytest.raises(ValueError, match="1999"):
        key_categories(province(), "甲省", 1999)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4),
    st.lists(st.floats(0.01, 1e6), min_size=4, max_size=4),
    st.floats(1e-3, 1e3),
)
def test_shares_add_up_and_do_not_depend_on_the_unit(first, later, scale):
    names = ("1.1", "1.2", "2.1", "4.1")
    for factor in (1.0, scale):
        book = made(
            *(
                (year, [(c, v * factor, 5) for c, v in zip(names, values, strict=True)])
                for year, values in ((2005, first), (2010, later))
            )
        )
        result = key_categories(book, "甲省", 2010, 2005)
        for a in result:
            shares = [r.share for r in a.rows]
            assert shares == sorted(shares, reverse=True)
            assert sum(shares) == pytest.approx(1.0) or sum(shares) == 0.0
            assert sum(r.share for r in a.rows if r.key) >= min(a.threshold, sum(shares)) - 1e-9
    assert result[0].region == "甲省"


def test_everything_a_filing_shows():
    book = province()
    result = all_assessments(book, approach_1(book))
    codes = [(a.year, a.code, a.with_lucf) for a in result]
    assert len(codes) == len(set(codes)) == 4 + 8  # first year: L1, L2 twice; second: and T1, T2
    found = summary(result)
    assert "L1" in found["1.1", "CO2"] and "L1*" in found["1.1", "CO2"]
    assert np.all([codes == tuple(sorted(codes)) for codes in found.values()])
