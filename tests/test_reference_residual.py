"""The difference of the two approaches as the sum of its causes, from the balance table."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path

import pytest
from some import some

import inventory
from inventory.analysis.reference_residual import CAUSES, residuals
from inventory.core.ledger import Ledger
from inventory.energy_balance import balance_of

ROOT = Path(__file__).parents[1]


@cache
def jiangsu() -> Ledger:
    return inventory.compile([ROOT / "examples" / "jiangsu"])


def test_the_causes_add_up_to_the_difference_of_the_ledger() -> None:
    ledger = jiangsu()
    found = residuals(ledger, "江苏")
    assert {(r.fuel_class, r.year) for r in found} == {
        (c, y) for c in ("固体燃料", "液体燃料", "气体") for y in (2005, 2010)
    }
    for r in found:
        assert set(r.causes) == set(CAUSES)
        assert math.fsum(r.causes.values()) == pytest.approx(r.reference_t - r.sectoral_t, rel=1e-9)
    for year in (2005, 2010):
        lines = [x for x in ledger.lines if x.year == year and x.gas == "CO2" and dict(x.item).get("fuel")]
        checks = sum(x.mass_t for x in lines if x.account == "check")
        sectoral = sum(
            x.mass_t for x in lines if x.account == "total" and x.category in ledger.edition.descendants("1.1")
        )
        assert sum(r.reference_t for r in found if r.year == year) == pytest.approx(checks, rel=1e-9)
        assert sum(r.sectoral_t for r in found if r.year == year) == pytest.approx(sectoral, rel=1e-9)


def test_nothing_of_the_example_stays_unexplained() -> None:
    """All fuel of the example comes of the balance tables: each tonne of the difference has its cause."""
    for r in some(residuals(jiangsu(), "江苏"), 4):
        assert abs(r.causes["rest"]) < 1.0, f"{r.fuel_class} {r.year}: {r.causes['rest']:.0f} t"


def test_gases_of_steelworks_are_recovered_and_left_out_by_rule() -> None:
    """2005: what the table recovers as 其他煤气 is counted in the coke, so the two causes cancel; by hand from the
    shares of the allocation."""
    ledger = jiangsu()
    gas = next(r for r in residuals(ledger, "江苏") if r.year == 2005 and r.fuel_class == "气体")
    balance = balance_of(ledger.project)
    lines = [
        x
        for a in balance.allocations
        for x in a.lines
        if x.year == 2005 and x.rule == "steel_gas" and x.column == "其他煤气"
    ]
    recovered = next(t for t in balance.tables if t.year == 2005).value("回收能", "其他煤气")
    assert gas.causes["excluded"] / -gas.causes["recovery"] == pytest.approx(
        sum(abs(x.amount) for x in lines) / recovered, rel=1e-9
    )


def test_losses_of_natural_gas_by_hand() -> None:
    """Losses printed in the table × NCV × carbon content × oxidation × 44/12 of the gas, and nothing else has losses
    among the gases."""
    ledger = jiangsu()
    balance = balance_of(ledger.project)
    table = next(t for t in balance.tables if t.year == 2010)
    amount = table.value("损失量", "天然气")
    factor = {f.parameter: f.value for f in ledger.factors if dict(f.keys).get("fuel") == "天然气"}
    by_hand = (
        amount * 1e8 * 38931e3 / 1e12 * factor["carbon_content_reference"] * factor["oxidation_reference"] * 44 / 12
    )
    gas = next(r for r in residuals(ledger, "江苏") if r.year == 2010 and r.fuel_class == "气体")
    others = sum(table.value("损失量", c) or 0 for c in ("焦炉煤气", "高炉煤气", "转炉煤气", "其他煤气", "液化天然气"))
    assert others == 0 and gas.causes["losses"] == pytest.approx(by_hand, rel=1e-6)


def test_without_a_balance_table_there_is_nothing_to_tell() -> None:
    assert residuals(inventory.compile([ROOT / "examples" / "guangdong"]), "广东") == ()
