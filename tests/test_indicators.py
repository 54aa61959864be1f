"""Indicators: ratios worked by hand, total energy from a balance table, and what is said when something is lacking."""

from pathlib import Path

import pytest
from series_project import DATA, HEAD, write_project

from inventory import api
from inventory.analysis.indicators import indicators

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    return api.compile(write_project(tmp_path_factory.mktemp("p") / "江苏", gaps=""))


def _of(made, name, year):
    return next(v for v in made.values if v.id == name and v.year == year)


def test_per_head_and_per_gdp_by_hand(ledger):
    made = indicators(ledger)
    total = float(ledger.co2e(year=2005))  # no LUCF here
    assert _of(made, "per_head", 2005).value == pytest.approx(total / 75_880_000)
    assert _of(made, "per_gdp_2005", 2005).value == pytest.approx(total / 185_986_900)  # 万元
    burnt = ledger.mass_t(year=2005, category="1.1", gas="CO2")
    assert _of(made, "co2_per_gdp_2005", 2005).value == pytest.approx(burnt / 185_986_900)


def test_an_illustrative_denominator_is_told(ledger):
    made = indicators(ledger)
    assert _of(made, "per_gdp_2005", 2010).illustrative and not _of(made, "per_gdp_2005", 2005).illustrative


def test_what_is_lacking_is_said(tmp_path):
    data = "\n".join(x for x in DATA.split("\n") if not any(w in x for w in ("population", "gdp", "protein")))
    made = indicators(api.compile(write_project(tmp_path / "p", gaps="", data=data)))
    for name in ("per_head", "per_gdp", "co2_per_energy"):
        v = _of(made, name, 2005)
        assert v.value is None and v.missing and v.missing["zh"].startswith("没有")


def test_gdp_of_different_price_years_is_not_compared(tmp_path):
    data = DATA.replace("2010,,price_year=2005,gdp", "2010,,price_year=2010,gdp")
    made = indicators(api.compile(write_project(tmp_path / "p", gaps="", data=data)))
    assert _of(made, "per_gdp_2005", 2010).value is None and _of(made, "per_gdp_2010", 2005).value is None
    assert _of(made, "per_gdp_2005", 2005).value and _of(made, "per_gdp_2010", 2010).value


def test_shares_add_up_to_100(ledger):
    made = indicators(ledger)
    for kind in ("sector", "gas"):
        for year in (2005, 2010):
            assert sum(s.percent for s in made.shares if s.kind == kind and s.year == year) == pytest.approx(100)


BALANCE = """江苏能源平衡表（实物量）2005年
项目,原煤,型煤,焦炉煤气,热力,电力,其他能源
,万吨,万吨,亿立方米,百亿千焦,亿千瓦小时,万吨标准煤
1.火力发电,-100,,,,250,
2.供热,-20,,,3000,,
三.损失量,1,,,10,20,
2.工业,50,2,3,2500,180,5
6.生活消费,10,1,,400,60,
"""


def _with_balance(tmp_path):
    folder = write_project(tmp_path / "p", gaps="", data=HEAD + "江苏,2005,2.1,,clinker_production,400,万吨,s,,,统计\n")
    (folder / "能源平衡表2005.csv").write_text(BALANCE, "utf-8")
    return folder


def test_total_energy_by_hand(tmp_path):
    """Raw coal 50+10+1+120, heat 2500+400+10-3000, electricity 180+60+20-250, other 5; coke oven gas and briquettes,
    without a coefficient of the yearbook, by calorific value."""
    from inventory.analysis.total_energy import total_energy
    from inventory.core.activity import Project
    from inventory.core.problems import Collector
    from inventory.edition import load
    from inventory.energy_balance import load as load_balance

    folder = _with_balance(tmp_path)
    collector = Collector()
    shown = load_balance(sorted(folder.iterdir()), load("prov2011"), collector).shown
    balance = shown
    made = total_energy(load("prov2011"), Project(), balance.tables[0], balance.layout)
    by = {r.column: r for r in made.rows}
    assert by["原煤"].amount == 181 and by["原煤"].tce == pytest.approx(1_810_000 * 0.7143)
    # 百亿千焦 = 10^7 MJ
    assert by["热力"].amount == -90 and by["热力"].tce == pytest.approx(-90 * 1e7 * 0.03412 / 1000)
    assert by["电力"].amount == 10 and by["电力"].tce == pytest.approx(10e8 * 0.1229 / 1000)
    assert by["其他能源"].tce == pytest.approx(50_000)
    assert not made.uncounted and {r.column for r in made.by_calorific_value} == {"型煤", "焦炉煤气"}
    briquettes = by["型煤"]
    assert briquettes.tce == pytest.approx(briquettes.amount * 1e4 * 17460 / 29307, rel=1e-12)
    assert made.total_tce == pytest.approx(sum(r.tce for r in made.rows if r.tce is not None))


def test_energy_of_the_example_stands_beside_the_published_figure():
    ledger = api.compile(EXAMPLE)
    made = indicators(ledger)
    for year in (2005, 2010):
        energy = made.energy["江苏", year]
        (published,) = made.published["江苏", year]
        assert 0.7 < energy.total_tce / 1e4 / ledger.data[published].value < 1.3
        assert not energy.uncounted and "型煤" in {r.column for r in energy.by_calorific_value}
    assert _of(made, "co2_per_energy", 2005).value == pytest.approx(
        ledger.mass_t(year=2005, category="1.1", gas="CO2") / made.energy["江苏", 2005].total_tce
    )


def test_own_coefficient_completes_the_total():
    """The example supplies one for coke oven gas; the edition has only a range for it."""
    made = indicators(api.compile(EXAMPLE))
    gas = next(r for r in made.energy["江苏", 2005].rows if r.column == "焦炉煤气")
    assert gas.coefficient is not None and gas.coefficient.step == "provincial" and gas.tce is not None
