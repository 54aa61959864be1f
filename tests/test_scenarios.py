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
