"""What would narrow the total most: against the closed form of a linear total, against drawing again with the better
input, and for skewed inputs."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import api
from inventory.core.activity import Project, UserFactor, datum
from inventory.core.edition import Edition
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.core.statements import Assumption
from inventory.edition import load
from inventory.uncertainty.improve import Gain, improvements
from inventory.uncertainty.inputs import inputs_of
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.results import MonteCarlo

EDITION: Edition = load("prov2011")
EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
Z95 = 1.959964
NITRIC = ("低压法", "双加压法", "中压法")


def linear(amounts: tuple[float, ...], pct: tuple[float, ...]) -> tuple[Ledger, tuple[Assumption, ...]]:
    """A total that is a sum of products with certain factors: linear in the activity data."""
    data = tuple(
        replace(datum("江苏", 2005, "nitric_acid_production", a, "万t", {"nitric_process": k}), uncertainty=u)
        for a, k, u in zip(amounts, NITRIC, pct, strict=True)
    )
    return compile_ledger(Project(data), EDITION), (Assumption("factor", "", uncertainty=0.0, source="test"),)


def total(made: MonteCarlo) -> int:
    return next(n for n in made.tree.select("total") if made.tree.items[n].year == 2005)


def of(gains: tuple[Gain, ...], word: str) -> Gain:
    return next(g for g in gains if word in g.label["zh"])


@settings(max_examples=8, deadline=None)
@given(st.tuples(*[st.floats(5, 50)] * 3), st.tuples(*[st.floats(5, 30)] * 3))
def test_closed_form_of_a_linear_total(amounts: tuple[float, ...], pct: tuple[float, ...]) -> None:
    ledger, certain = linear(amounts, pct)
    made = monte_carlo(ledger, 40_000, 3, inputs=inputs_of(ledger, assumptions=certain, sets=()))
    found = improvements(ledger, made, total(made), precision=2.0)
    masses = [line.mass_t * ledger.gwp[line.gas] for line in ledger.lines]
    by_process = {dict(line.item)["nitric_process"]: m for line, m in zip(ledger.lines, masses, strict=True)}
    half = [by_process[k] * u / 100 for k, u in zip(NITRIC, pct, strict=True)]
    now = math.sqrt(math.fsum(h * h for h in half))
    for k, u, h in zip(NITRIC, pct, half, strict=True):
        then = math.sqrt(now * now - h * h * (1 - (2.0 / u) ** 2))
        gain = next((g for g in found.single if k in g.label["zh"]), None)
        saved = gain.saved / gain.now if gain else 0.0
        assert saved == pytest.approx(1 - then / now, abs=1e-2)
    assert found.groups[0].inputs and len(found.groups) == 1  # one quantity and year: one form
    assert found.groups[0].then / found.groups[0].now == pytest.approx(
        math.sqrt(math.fsum((h * 2.0 / u) ** 2 for h, u in zip(half, pct, strict=True))) / now, abs=1e-2
    )


@pytest.mark.parametrize("pct", [30.0, 150.0])
def test_brute_force_with_a_factor_of_any_distribution(pct: float) -> None:
    """Drawing again with the factor known to 10 % gives the interval that was foretold from the first draws."""
    data = (
        datum("江苏", 2005, "nitric_acid_production", 20.0, "万t", {"nitric_process": "低压法"}),
        datum("江苏", 2005, "adipic_acid_production", 1.0, "万t"),
    )
    data = tuple(replace(d, uncertainty=8.0) for d in data)

    def drawn(u: float) -> MonteCarlo:
        own = UserFactor(
            "nitric_acid_ef", (("nitric_process", "低压法"),), 5.0, "kg N2O/t", "实测", "实测", uncertainty=u
        )
        certain = (Assumption("factor", "adipic_acid_ef", uncertainty=20.0, source="test"),)
        ledger = compile_ledger(Project(data, (own,)), EDITION)
        return monte_carlo(ledger, 60_000, 5, inputs=inputs_of(ledger, assumptions=certain, sets=()))

    made, again = drawn(pct), drawn(10.0)
    foretold = of(
        improvements(compile_ledger(Project(data, made_factor(pct)), EDITION), made, total(made), 10.0).single, "硝酸"
    )
    spread = again.targets[total(again)]
    assert foretold.then / (spread.high - spread.low) == pytest.approx(1.0, abs=3e-2 if pct > 100 else 1e-2)


def made_factor(u: float) -> tuple[UserFactor, ...]:
    return (
        UserFactor("nitric_acid_ef", (("nitric_process", "低压法"),), 5.0, "kg N2O/t", "实测", "实测", uncertainty=u),
    )


def test_deviates_are_those_of_the_run() -> None:
    ledger, certain = linear((10.0, 20.0, 30.0), (10.0, 20.0, 15.0))
    made = monte_carlo(ledger, 5000, 3, inputs=inputs_of(ledger, assumptions=certain, sets=()))
    found = improvements(ledger, made, total(made), precision=0.0)
    measured = sum(1 - (g.then / g.now) ** 2 for g in found.single)
    assert measured == pytest.approx(1.0, abs=0.03)  # parts of the variance of independent inputs add up
    for gain in found.single:
        share = next(c.share for c in made.contributions[total(made)] if c.input == gain.inputs[0])
        assert 1 - (gain.then / gain.now) ** 2 == pytest.approx(share, abs=0.03)


def test_what_is_known_well_enough_gains_nothing() -> None:
    ledger, certain = linear((10.0, 20.0, 30.0), (1.0, 20.0, 15.0))
    made = monte_carlo(ledger, 5000, 3, inputs=inputs_of(ledger, assumptions=certain, sets=()))
    found = improvements(ledger, made, total(made), precision=5.0)
    assert not any("低压法" in g.label["zh"] for g in found.single) and len(found.single) == 2


@pytest.mark.slow
def test_the_example_names_what_to_measure_and_how() -> None:
    ledger = api.compile(EXAMPLE)
    made = monte_carlo(ledger, 4000, 1)
    found = improvements(ledger, made, total(made))
    assert found.groups[0].saved_pct > 3 and list(found.groups) == sorted(found.groups, key=lambda g: -g.saved)
    top = {g.label["zh"].split("（")[0]: g for g in found.groups[:8]}
    assert any("煤质" in g.place["zh"] or "GB/T" in g.form["zh"] for g in top.values())
    assert all(g.form["zh"] and g.form["en"] and g.place["zh"] for g in (*found.groups, *found.single))
    assert np.all([g.then <= g.now for g in found.single])
