"""The examples are whole filings: every line of the guideline is computed or carries a notation key, and what is made
up says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from some import some

import inventory
from inventory.core.completeness import completeness

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module", params=["jiangsu", "guangdong", "hunan"])
def ledger(request: pytest.FixtureRequest) -> inventory.Ledger:
    return inventory.compile(EXAMPLES / request.param)


def test_no_line_is_missing(ledger: inventory.Ledger) -> None:
    assert [(s.year, s.category, s.gas) for s in completeness(ledger) if s.status == "missing"] == []


def test_both_years_and_the_removals_are_there(ledger: inventory.Ledger) -> None:
    assert ledger.years == (2005, 2010)
    for year in ledger.years:
        assert ledger.mass_t(category="4.1.1", gas="CO2", year=year) < 0
        for sector in ("2", "3", "5"):
            assert ledger.co2e(category=sector, year=year) > 0


def test_every_datum_says_what_it_is_and_where_it_comes_from(ledger: inventory.Ledger) -> None:
    for d in some(ledger.data):
        assert d.source and d.data_kind, d
        assert d.data_kind != "示例" or d.terms or "示例" in d.source, d
    for f in ledger.project.factors:
        assert f.source and f.kind


def test_real_statistics_are_in(ledger: inventory.Ledger) -> None:
    for year in some(ledger.years):
        real = {(d.quantity, d.keys.get("animal", "")) for d in ledger.data if d.data_kind == "统计" and d.year == year}
        assert ("livestock", "猪") in real, real
        assert any("population" in quantity for quantity, _ in real), real


def test_the_one_workbook_of_hunan_says_that_its_balance_table_is_made_up() -> None:
    ledger = inventory.compile(EXAMPLES / "hunan")
    derived = [d for d in ledger.data if d.terms and d.source.startswith("能源平衡表")]
    assert len(derived) > 100 and {d.data_kind for d in derived} == {"示例"}
    pigs = {d.year: d.value for d in ledger.data if d.quantity == "livestock" and d.keys["animal"] == "猪"}
    assert pigs == {2005: 4435.01, 2010: 4044.8573}
    cattle = sum(
        d.value
        for d in ledger.data
        if d.quantity == "livestock" and d.year == 2005 and d.keys["animal"] in ("奶牛", "非奶牛", "水牛")
    )
    assert cattle == pytest.approx(606.51, rel=1e-3)
