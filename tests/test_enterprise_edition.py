"""The enterprise edition: all 24 industries and 160 source lines are there, covered by hand-computed cases, and
families do not mix."""

from __future__ import annotations

import csv
import tomllib

import pytest
from casefile import Case, cases, expectation

from inventory.core.activity import Project, UserFactor, datum
from inventory.core.edition import Edition
from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError
from inventory.edition import load

MINE = [c for c in cases() if c.edition == "enterprise2013"]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load("enterprise2013")


def sources(edition: Edition) -> list[str]:
    return [c.id for c in edition.categories.values() if c.parent]


def test_24_industries_and_160_source_lines(edition: Edition) -> None:
    assert len([c for c in edition.categories.values() if not c.parent]) == 24
    assert len(sources(edition)) == 160


def test_every_source_line_has_a_hand_computed_case(edition: Edition) -> None:
    covered = {expectation(text).what for case in MINE for text in case.expect}
    assert [s for s in sources(edition) if s not in covered] == []


def test_reference_parameters_are_all_loaded(edition: Edition) -> None:
    head = tomllib.loads((edition.path / "edition.toml").read_text("utf-8"))
    names = [f for f in (*head["factors"], "gwp.csv") if f != "grid.csv"]
    rows = [r for name in names for r in csv.DictReader((edition.path / name).read_text("utf-8").splitlines())]
    assert (
        len([r for r in rows if not r["id"].startswith("enterprise.definition.") and r["id"] not in EXTRA_GWP]) == 775
    )
    assert len({r["id"] for r in rows}) == len(rows)


EXTRA_GWP = {"enterprise.gwp.sar.c3f8", "enterprise.gwp.sar.c_c4f8", "enterprise.gwp.sar.nf3"}


def family_of(edition: Edition, category: str) -> str:
    return edition.attribute("category", category, "family")


def test_fuel_factors_stay_in_the_family_of_the_industry(edition: Edition) -> None:
    """Every fuel line of every case takes its default from the industry's own family, or from the wider one that family
    names."""
    seen = 0
    for case in MINE:
        ledger = compile_ledger(case.project(), edition)
        for table in ledger.tables:
            if "ncv" not in table.columns or table.method.id != "fuel_combustion":
                continue
            for r, row in enumerate(table.rows):
                factor = ledger.factors[table.columns["ncv"].refs[r]]
                if factor.step in ("measured", "provincial"):
                    continue
                family = family_of(edition, row[table.keys.index("category")])
                word = edition.word("family", family)
                assert word is not None
                assert dict(factor.keys)["family"] in (family, *word.classes)
                seen += 1
    assert seen > 30


def test_later_regimes_are_never_asked_for(edition: Edition) -> None:
    later = {w.value for w in edition.vocabulary["family"].values() if w.attributes.get("later")}
    assert later
    asked = {family_of(edition, c) for c in sources(edition)} | {
        source[1:]
        for m in edition.declared.methods.values()
        for f in m.factor
        for source in f.keys.values()
        if source.startswith("=")
    }
    assert not asked & later


def test_same_fuel_differs_between_families(edition: Edition) -> None:
    """LNG has three printings; each industry takes its own."""

    def co2(category: str) -> float:
        data = (datum("甲", 2015, "fuel_consumption", 100, "t", {"category": category, "fuel": "液化天然气"}),)
        return compile_ledger(Project(data), edition).mass_t(gas="CO2")

    assert co2("03-01") == pytest.approx(100 * 41.868 * 0.0172 * 0.98 * 44 / 12)
    assert co2("04-01") == pytest.approx(100 * 41.868 * 0.0153 * 0.99 * 44 / 12)
    assert co2("09-01") == pytest.approx(100 * 51.4 * 0.0153 * 0.98 * 44 / 12)


def test_a_fuel_outside_the_family_is_asked_for_and_not_borrowed(edition: Edition) -> None:
    """The steel family prints no petroleum coke; the glass and chemical families do."""
    data = (datum("甲", 2015, "fuel_consumption", 100, "t", {"category": "03-01", "fuel": "石油焦"}),)
    with pytest.raises(InventoryError) as caught:
        compile_ledger(Project(data), edition)
    assert {p.code for p in caught.value.problems} == {"factor.missing"}
    own = tuple(
        UserFactor(parameter, (("fuel", "石油焦"),), value, unit, "化验单", "实测")
        for parameter, value, unit in (("fuel_ncv", 32, "GJ/t"), ("fuel_cc", 0.0275, "tC/GJ"), ("fuel_of", 98, "%"))
    )
    assert compile_ledger(Project(data, own), edition).mass_t(gas="CO2") == pytest.approx(
        100 * 32 * 0.0275 * 0.98 * 44 / 12
    )


def test_power_coal_must_be_measured(edition: Edition) -> None:
    data = (datum("甲", 2015, "fuel_consumption", 100, "t", {"category": "01-01", "fuel": "燃煤"}),)
    with pytest.raises(InventoryError) as caught:
        compile_ledger(Project(data), edition)
    texts = [p.text() for p in caught.value.problems]
    assert (
        any("低位发热量" in t for t in texts)
        and any("单位热值含碳量" in t for t in texts)
        and not any("碳氧化率" in t for t in texts)
    )


@pytest.mark.parametrize("case", MINE, ids=lambda c: c.id)
def test_deductions_are_negative_and_sources_otherwise_positive(case: Case, edition: Edition) -> None:
    with (edition.path / "categories.csv").open(encoding="utf-8") as f:
        sign = {r["id"]: r["sign"] for r in csv.DictReader(f)}
    ledger = compile_ledger(case.project(), edition)
    totals: dict[tuple[str, str], float] = {}
    for line in ledger.lines:
        totals[line.category, line.gas] = totals.get((line.category, line.gas), 0) + line.mass_t
    for (category, _), mass in totals.items():
        assert mass <= 0 if sign[category] == "-" else mass >= 0, category


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "keys", "code"),
    [
        ("fuel_consumption", 100, "GJ", {"category": "03-01", "fuel": "烟煤"}, "unit.dimension"),
        ("fuel_consumption", 100, "t", {"category": "02-01", "fuel": "烟煤"}, "data.unknown_value"),
        ("fuel_consumption", 100, "t", {"category": "03-01", "fuel": "木柴"}, "data.unknown_value"),
        ("clinker_cao", 165, "%", {}, "data.above"),
        ("slag", -3, "t", {"category": "01-01", "fuel": "燃煤"}, "data.below"),
    ],
)
def test_bad_input_is_told(
    edition: Edition, quantity: str, value: float, unit: str, keys: dict[str, str], code: str
) -> None:
    with pytest.raises(InventoryError) as caught:
        compile_ledger(Project((datum("甲", 2015, quantity, value, unit, keys),)), edition)
    assert code in {p.code for p in caught.value.problems}


def test_cubic_metres_are_not_taken_for_normal_cubic_metres(edition: Edition) -> None:
    """天然气 as m3 (20 °C) is another dimension than Nm3 (0 °C); Nm3 against 万Nm3 is converted."""
    keys = {"category": "03-01", "fuel": "天然气"}
    with pytest.raises(InventoryError):
        compile_ledger(Project((datum("甲", 2015, "fuel_consumption", 1e4, "m3", keys),)), edition)
    a = compile_ledger(Project((datum("甲", 2015, "fuel_consumption", 10000, "Nm3", keys),)), edition).mass_t(gas="CO2")
    b = compile_ledger(Project((datum("甲", 2015, "fuel_consumption", 1, "万Nm3", keys),)), edition).mass_t(gas="CO2")
    assert a == pytest.approx(b) == pytest.approx(389.31 * 0.0153 * 0.99 * 44 / 12)
