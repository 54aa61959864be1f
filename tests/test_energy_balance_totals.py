"""Jiangsu through the whole engine: where the fuel CO2 lands, and that the carbon of steel gases is what the choice
moves."""

from __future__ import annotations

import shutil

import pytest
from balance_help import BALANCE_FILES, JIANGSU

from inventory import api
from inventory.core.ledger import Ledger

FILES = (*BALANCE_FILES, "factors.csv", "energy.csv")


def compiled(folder, choice: str = "") -> Ledger:
    for name in FILES:
        shutil.copy(JIANGSU / name, folder / name)
    if choice:
        (folder / "choices.csv").write_text(f"choice,option,reason\nsteel_gases,{choice},试算\n", "utf-8")
    return api.compile(str(folder))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory) -> Ledger:
    return compiled(tmp_path_factory.mktemp("jiangsu"))


def fuel_co2(ledger: Ledger, year: int) -> float:
    return ledger.mass_t(category="1.1", gas="CO2", year=year) / 1e6


@pytest.mark.parametrize(("year", "band"), [(2005, 402), (2010, 547)])
def test_fuel_co2_is_near_the_plausibility_band(ledger, year, band):
    assert fuel_co2(ledger, year) == pytest.approx(band, rel=0.04)


@pytest.mark.parametrize("year", [2005, 2010])
def test_the_reference_approach_agrees_within_five_percent(ledger, year):
    reference = sum(line.mass_t for line in ledger.lines if line.account == "check" and line.year == year) / 1e6
    assert reference == pytest.approx(fuel_co2(ledger, year), rel=0.05)


def test_counting_steel_gases_again_would_add_fifty_megatonnes(ledger, tmp_path):
    twice = compiled(tmp_path, "as_fuel")
    assert fuel_co2(twice, 2010) - fuel_co2(ledger, 2010) == pytest.approx(50, abs=1)
    assert any(w.code == "balance.steel_gas_counted" for w in twice.warnings)


def test_bunkers_and_electricity_are_information_items(ledger):
    accounts = {line.category: line.account for line in ledger.lines if line.category.startswith("M.")}
    assert {"M.1", "M.2", "M.3"} <= set(accounts) and set(accounts.values()) == {"memo"}
