"""Gaps filled by a named method and never otherwise, editions of statistics compared, trends and their index."""

import math

import pytest
from mini import province
from series_project import DATA, GAPS, HEAD, write_project

from inventory import api
from inventory.analysis.time_series import changes, check_editions, filled_gaps, statistical_edition, trend
from inventory.core.activity import Project, datum
from inventory.core.problems import InventoryError
from inventory.edition import load


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return api.compile(write_project(tmp_path_factory.mktemp("p") / "江苏"))


def _datum(ledger, quantity, year):
    return next(d for d in ledger.data if d.quantity == quantity and d.year == year)


def test_interpolation_lies_on_the_line_and_shows_its_terms(ledger):
    d = _datum(ledger, "fuel_consumption", 2007)
    assert d.value == pytest.approx(100 + 50 * 2 / 5) == pytest.approx(math.fsum(t.amount for t in d.terms))
    assert [str(t.cell) for t in d.terms] == ["data.csv!row 2", "data.csv!row 3"]
    assert d.data_kind == "估算" and d.uncertainty == 12 and d.origin.file == "gapfill.csv" and "行业表缺失" in d.note


def test_proxy_follows_the_nearest_common_year(ledger):
    d = _datum(ledger, "clinker_production", 2007)
    assert d.value == pytest.approx(400 * 7724 / 7588)  # 2005 is nearer to 2007 than 2010
    assert d.terms[0].shares[0] == ("常住人口 2007/2005", pytest.approx(7724 / 7588))


def test_trend_prolongs_the_last_two_years_and_stays_illustrative(ledger):
    d = _datum(ledger, "rice_area", 2012)
    assert d.value == pytest.approx(210 + 10 * 2 / 5)
    assert d.data_kind == "示例"  # one of the two years was: an estimate from a made-up figure is no estimate


def test_every_line_of_a_filled_figure_is_flagged(ledger):
    lines = [x for x in ledger.lines if x.year == 2007 and x.category in ("1.1.3.1", "2.1")]
    assert len(lines) == 2 and all({"estimated", "derived"} <= set(x.flags) for x in lines)
    assert not any("estimated" in x.flags for x in ledger.lines if x.year in (2005, 2010))
    assert {(x.gap.quantity, x.gap.year) for x in filled_gaps(ledger)} == {
        ("fuel_consumption", 2007),
        ("clinker_production", 2007),
        ("rice_area", 2012),
    }
    assert sum(p.code == "series.filled" for p in ledger.warnings) == 3


def test_nothing_is_filled_without_being_declared(tmp_path):
    made = api.compile(write_project(tmp_path / "p", gaps=""))
    assert {x.year for x in made.lines if x.category in ("1.1.3.1", "2.1")} == {2005, 2010} and not filled_gaps(made)


HEADING = GAPS.split("\n")[0] + "\n"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("江苏,clinker_production,,,2012,内插,,r,", "series.not_between"),
        ("江苏,clinker_production,,,2007,趋势外推,,r,", "series.no_trend"),
        ("江苏,lime_production,,,2007,内插,,r,", "series.not_between"),
        ("江苏,clinker_production,,,2008,代用序列,resident_population,r,", "series.no_proxy"),
        ("江苏,clinker_production,,,2007,代用序列,,r,", "series.proxy_column"),
        ("江苏,clinker_production,,,2007,内插,resident_population,r,", "series.proxy_column"),
        ("江苏,clinker_production,,,2007,猜,,r,", "series.method"),
        ("江苏,clinker_production,,,2007,内插,,,", "row.needed"),
        ("江苏,rice_area,,,2007,内插,,r,", "series.keys"),
        ("江苏,rice_area,,season=五季稻,2007,内插,,r,", "word.value"),
        (
            "江苏,clinker_production,,,2007,内插,,r,\n江苏,clinker_production,,,2007,代用序列,resident_population,r,",
            "series.twice",
        ),
        ("天南,clinker_production,,,2007,内插,,r,", "word.region"),
        ("江苏,熟了,,,2007,内插,,r,", "word.quantity"),
    ],
)
def test_wrong_gaps_are_told(tmp_path, row, code):
    with pytest.raises(InventoryError) as error:
        api.compile(write_project(tmp_path / "p", gaps=HEADING + row + "\n"))
    found = {p.code: p for p in error.value.problems}
    assert code in found and found[code].origin.file == "gapfill.csv"


def test_a_trend_below_zero_is_refused(tmp_path):
    data = (
        HEAD
        + "江苏,2005,2.1,,clinker_production,400,万吨,s,,,统计\n江苏,2010,2.1,,clinker_production,100,万吨,s,,,统计\n"
    )
    with pytest.raises(InventoryError) as error:
        api.compile(
            write_project(
                tmp_path / "p", data=data, review="", gaps=HEADING + "江苏,clinker_production,,,2015,趋势外推,,r,\n"
            )
        )
    assert [p.code for p in error.value.problems if p.severity == "error"] == ["series.negative"]


def test_an_entered_figure_stays(tmp_path):
    made = api.compile(write_project(tmp_path / "p", gaps=HEADING + "江苏,clinker_production,,,2010,内插,,r,\n"))
    assert (
        any(p.code == "series.entered" for p in made.warnings) and _datum(made, "clinker_production", 2010).value == 600
    )


def test_units_of_a_series_must_go_together(tmp_path):
    data = DATA.replace("fuel_consumption,150,万吨", "fuel_consumption,15,亿立方米")
    with pytest.raises(InventoryError) as error:
        api.compile(write_project(tmp_path / "p", data=data))
    assert "series.units" in {p.code for p in error.value.problems}


def test_units_of_the_same_kind_are_converted(tmp_path):
    data = DATA.replace("fuel_consumption,100,万吨", "fuel_consumption,1000,kt")
    made = api.compile(write_project(tmp_path / "p", data=data))
    d = _datum(made, "fuel_consumption", 2007)
    assert (d.value, d.unit) == (pytest.approx(120), "万吨")


def test_order_of_rows_does_not_matter(tmp_path):
    lines = GAPS.strip().split("\n")
    turned = "\n".join([lines[0], *reversed(lines[1:])]) + "\n"
    one, two = (api.compile(write_project(tmp_path / n / "p", gaps=g)) for n, g in (("a", GAPS), ("b", turned)))
    assert list(one.records()) == list(two.records())


# ---- editions of statistics ----


@pytest.mark.parametrize(
    ("source", "note", "wanted"),
    [
        ("江苏统计年鉴2011", "", "江苏统计年鉴2011"),
        ("《中国统计年鉴》（2006）", "", "中国统计年鉴2006"),
        ("统计局", "版本：普查后；x", "普查后"),
        ("统计局", "", ""),
        ("中国统计年鉴2006", "版本=普查后", "普查后"),
    ],
)
def test_edition_of_a_datum(source, note, wanted):
    assert statistical_edition(datum("江苏", 2005, "gdp", 1.0, "亿元", source=source, note=note)) == wanted


def _series(first, later, kind="统计"):
    return Project(
        tuple(
            datum("江苏", y, "resident_population", 7000.0, "万人", source=s, data_kind=kind)
            for y, s in ((2005, first), (2010, later))
        )
    )


def test_years_from_different_editions_are_warned_of():
    edition = load("prov2011")
    (found,) = check_editions(_series("江苏统计年鉴2006", "江苏统计年鉴2011"), edition)
    assert found.code == "series.editions" and "江苏统计年鉴2006" in found.text() and "常住人口" in found.text()
    assert check_editions(_series("江苏统计年鉴2006", "统计局"), edition)  # one year says, the other does not
    assert not check_editions(_series("江苏统计年鉴2011", "江苏统计年鉴2011"), edition)
    assert not check_editions(_series("统计局", "统计局"), edition)
    assert not check_editions(_series("江苏统计年鉴2006", "江苏统计年鉴2011", "示例"), edition)


# ---- trends ----


def test_trend_rows_are_sums_of_lines_and_the_base_is_100():
    ledger = province()
    made = trend(ledger, "甲省")
    assert made.years == (2005, 2010) and made.base_year == 2005
    total = made.of("total")[0]
    assert total.values == tuple(pytest.approx(ledger.co2e(year=y)) for y in made.years)
    assert [math.fsum(r.values[k] for r in made.of("sector")) for k in range(2)] == [
        pytest.approx(v) for v in total.values
    ]
    assert [math.fsum(r.values[k] for r in made.of("gas")) for k in range(2)] == [
        pytest.approx(v) for v in total.values
    ]
    for row in made.rows:
        assert row.index[0] == 100 if row.values[0] > 0 else row.index == (None, None)


def test_another_base_year_and_an_unknown_one():
    made = trend(province(), "甲省", 2010)
    assert made.of("total")[0].index[1] == 100
    with pytest.raises(KeyError):
        trend(province(), "甲省", 2007)
    with pytest.raises(KeyError):
        trend(province(), "乙省")


def test_a_sink_has_no_index():
    sinks = [r for r in trend(province(), "甲省").rows if min(r.values) < 0]
    assert sinks and all(r.index == (None, None) for r in sinks)


def test_changes_from_year_to_year():
    assert changes((100.0, 110.0, 99.0)) == (None, pytest.approx(10.0), pytest.approx(-10.0))
    assert changes((-1.0, 2.0)) == (None, None)
