"""Scenarios against whole compilations of the changed input: the same figures, for data, factors, several steps and
computed factors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import inventory
from inventory.analysis.scenarios import Scenarios
from inventory.core import units

INPUTS = [  # quantity and keys of data in different kinds of methods
    ("clinker_production", {}),
    ("rice_area", {"season": "单季稻"}),
    ("livestock", {"animal": "猪"}),
    ("msw_generated", {}),
    ("lime_production", {}),
]


@pytest.fixture(scope="module")
def project() -> inventory.Project:
    return inventory.read("examples/jiangsu")[0]


@pytest.fixture(scope="module")
def ledger(project: inventory.Project) -> inventory.Ledger:
    return inventory.compile(project)


def totals(ledger: inventory.Ledger) -> dict[tuple[str, int, str], float]:
    return {(r.region, r.year, r.sector): r.co2e_t for r in ledger.totals().itertuples()}


def agree(one: dict[tuple[str, int, str], float], other: dict[tuple[str, int, str], float]) -> None:
    assert set(one) == set(other)
    for key, value in one.items():
        assert other[key] == pytest.approx(value, rel=1e-10, abs=1e-6), key


@pytest.mark.slow
def test_data_doubled_one_by_one_gives_what_a_compilation_gives(
    project: inventory.Project, ledger: inventory.Ledger
) -> None:
    """Doubling may break a declared limit: what cannot be compiled is left out, but most can."""
    compared = 0
    for at in range(0, len(ledger.data), 25):
        d = ledger.data[at]
        if not any(
            (x.region, x.year, x.quantity, x.item) == (d.region, d.year, d.quantity, d.item) for x in project.data
        ):
            continue  # made by the compilation (interpolated surveys)
        sweep = Scenarios(ledger)
        try:
            sweep.activity(d.quantity, region=d.region, year=d.year, **d.keys)
        except inventory.InventoryError as error:
            # makes other data; or a wider datum matches the keys too
            assert error.problems[0].code in ("scenario.source", "query.datum")
            continue
        sweep._values["activity", at] = np.array([float(ledger.data_values[at]) * 2, float(ledger.data_values[at])])
        data = tuple(
            x.edited(x.value * 2)
            if (x.region, x.year, x.quantity, x.item) == (d.region, d.year, d.quantity, d.item)
            else x
            for x in project.data
        )
        try:
            again = inventory.compile(replace(project, data=data))
        except inventory.InventoryError:
            continue
        found = sweep.run()
        agree({k: float(v[0]) for k, v in found.totals.items()}, totals(again))
        agree({k: float(v[1]) for k, v in found.totals.items()}, totals(ledger))
        compared += 1
    assert compared >= 10


def test_a_factor_in_many_scenarios(project: inventory.Project, ledger: inventory.Ledger) -> None:
    sweep = Scenarios(ledger, names=("now", "half"))
    handle = next(
        sweep.factor(f.parameter, id=f.id) for f in ledger.factors if f.parameter == "lime_ef" or "lime" in f.parameter
    )
    frame = sweep.scale(handle, [1.0, 0.5]).run().to_frame()
    lime = float(ledger.co2e(category="2.2", year=2010))
    sums = frame[(frame.sector == "total") & (frame.year == 2010)].set_index("scenario").co2e_t
    assert sums["now"] == pytest.approx(float(ledger.co2e(year=2010)), rel=1e-12)
    assert sums["now"] - sums["half"] == pytest.approx(lime / 2, rel=1e-6)


def test_a_factor_that_many_lines_share_is_one_input(ledger: inventory.Ledger) -> None:
    """The oxidation of power boilers is one figure for several fuels and years: named by its id it moves all of them,
    by as much as its uses moved one by one."""
    handle = Scenarios(ledger).factor("oxidation", id="energy.oxidation.sec.pwr.coal_boiler")
    assert handle.shared
    together = Scenarios(ledger).set(handle, [0.95, handle.value]).run()
    alone = [
        Scenarios(ledger).set(replace(handle, index=at, shared=()), [0.95]).run()
        for at in (handle.index, *handle.shared)
    ]
    base = totals(ledger)
    agree({k: float(v[1]) for k, v in together.totals.items()}, base)
    for key, before in base.items():
        moved = sum(float(run.totals[key][0]) - before for run in alone)
        assert float(together.totals[key][0]) - before == pytest.approx(moved, rel=1e-9, abs=1e-3)
    assert float(together.totals["江苏", 2010, "total"][0]) < base["江苏", 2010, "total"]


def test_scenarios_one_at_a_time_search_the_ledger_once(ledger: inventory.Ledger) -> None:
    """What a scenario needs of the ledger (names of data, sums as computed) is worked out once for all of them: that is
    what keeps one scenario below 5 ms (bench/bench_uncertainty.py has the time)."""
    for value in (0.9, 1.1):
        sweep = Scenarios(ledger)
        sweep.scale(sweep.activity("clinker_production", year=2010), [value]).run()
    from inventory.analysis.scenarios import _searched, _standing

    assert ledger.derived(_searched) is ledger.derived(_searched)
    assert ledger.derived(_standing) is ledger.derived(_standing)


def test_linear_inputs_move_the_total_linearly_and_in_any_unit(ledger: inventory.Ledger) -> None:
    sweep = Scenarios(ledger)
    handle = sweep.activity("clinker_production", year=2010)
    scaled = Scenarios(ledger).scale(handle, np.linspace(0, 2, 11)).run().totals["江苏", 2010, "total"]
    assert np.allclose(np.diff(scaled), np.diff(scaled)[0], rtol=1e-9)
    kg = float(units.ratio(handle.unit, "kg"))
    in_kg = (
        Scenarios(ledger)
        .set(handle, np.linspace(0, 2, 11) * handle.value * kg, unit="kg")
        .run()
        .totals["江苏", 2010, "total"]
    )
    assert np.allclose(scaled, in_kg, rtol=1e-12)


def test_what_cannot_be_meant_is_refused(ledger: inventory.Ledger) -> None:
    sweep = Scenarios(ledger)
    handle = sweep.activity("clinker_production", year=2010)
    for call in (
        lambda: sweep.activity("clinker_production"),
        lambda: sweep.activity("nothing"),
        lambda: sweep.factor("ncv"),
        sweep.run,
        lambda: sweep.set(handle, [float("nan")]),
        lambda: sweep.set(handle, [1.0], unit="GJ"),
        lambda: sweep.set(handle, [1.0, 2.0]).set(sweep.activity("clinker_production", year=2005), [1.0]),
    ):
        with pytest.raises(inventory.InventoryError):
            call()
