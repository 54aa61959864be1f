"""Shares that sum to one as random variables, and declared defaults for what nobody states: the interval covers
everything, the assumed stands first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inventory import api
from inventory.core.activity import Project
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.core.statements import Assumption
from inventory.energy_balance import EnergyBalance, allocate_again, balance_of
from inventory.uncertainty.assumptions import ASSUMED, NOT_ASSUMED, set_names
from inventory.uncertainty.inputs import inputs_of
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.propagation import approach_1

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"


def certain(pct: float) -> tuple[Assumption, ...]:
    """Only shares are uncertain."""
    return (
        Assumption("activity", "", uncertainty=0.0, source="t"),
        Assumption("factor", "", uncertainty=0.0, source="t"),
        Assumption("share", "", uncertainty=pct, source="t"),
    )


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return api.compile(EXAMPLE)


def test_a_set_is_one_group_for_all_years_it_covers(ledger: Ledger) -> None:
    found = inputs_of(ledger, certain(10.0), ()).shares
    kinds = [p for p in found.parts if p.split == "煤种" and "火力发电" in p.scope]
    assert sorted(p.part for p in kinds) == ["无烟煤", "烟煤"] and sum(p.value for p in kinds) == pytest.approx(1)
    assert all(abs(sum(found.parts[n].value for n in s) - 1) < 1e-6 and len(s) > 1 for s in found.sets)
    assert sum(len(p.parts) for pieces in found.pieces.values() for p in pieces) > 500


@pytest.mark.slow
@pytest.mark.parametrize("split", ["煤种", "火电归属", "工业设备"])
def test_derivatives_are_those_of_allocating_again(ledger: Ledger, split: str) -> None:
    """Another weight for one part, the set normalised, the table allocated and everything computed again."""
    # heat values of raw coal for every kind: under the scaled ones the weights of the mix stay at their values, by
    # declaration
    plain = compile_ledger(
        replace(ledger.project, choices={**ledger.project.choices, "coal_heat": ("raw", "")}), ledger.edition
    )
    made = approach_1(plain, inputs_of(plain, assumptions=certain(10.0), sets=()))
    balance = balance_of(ledger.project)
    assert isinstance(balance, EnergyBalance)
    use, total = (
        made.inputs.shares,
        next(n for n in made.targets_tree.select("total") if made.targets_tree.items[n].year == 2010),
    )
    slopes = made.sensitivity(total)
    n = max(
        (i for i, p in enumerate(use.parts) if p.split == split), key=lambda i: abs(slopes[made.inputs.of_share[i]])
    )
    part = use.parts[n]

    def at(weight: float) -> float:
        sets = []
        for s in balance.shares.sets:
            if (s.split, str(s.scope)) == (part.split, part.scope):
                values = {r.part: weight if r.part == part.part else r.value for r in s.rows}
                whole = sum(values.values())
                s = replace(s, rows=tuple(replace(r, value=values[r.part] / whole) for r in s.rows))
            sets.append(s)
        again = allocate_again(
            replace(balance, shares=type(balance.shares)(tuple(sets))),
            ledger.edition,
            {k: v[0] for k, v in ledger.choices.items()},
        )
        others = ledger.project.columns.without(d for a in balance.allocations for d in a.data)
        project: Project = replace(
            ledger.project, data=others + again, choices={**ledger.project.choices, "coal_heat": ("raw", "")}
        )
        return float(compile_ledger(project, ledger.edition).co2e(year=2010))

    slope = slopes[made.inputs.of_share[n]]
    step = 1e-3 * part.value
    assert slope == pytest.approx((at(part.value + step) - at(part.value - step)) / (2 * step), rel=2e-3, abs=1.0)


def test_draws_agree_with_propagation_and_stay_shares(ledger: Ledger) -> None:
    first = approach_1(ledger, inputs_of(ledger, assumptions=certain(8.0), sets=()))
    drawn = monte_carlo(ledger, 4000, 2, inputs=inputs_of(ledger, assumptions=certain(8.0), sets=()))
    for n in drawn.tree.select("total"):
        assert drawn.targets[n].half_width_pct == pytest.approx(first.targets[n].shared_pct, rel=0.06)
        assert 0 < drawn.targets[n].half_width_pct < 2.0  # shares move fuel between lines, they make none
    wide = monte_carlo(ledger, 2000, 2, inputs=inputs_of(ledger, assumptions=certain(150.0), sets=()))
    lines = [
        n
        for n, line in enumerate(ledger.lines)
        if line.account == "total" and line.category.startswith("1.1") and wide.lines[n] is not None
    ]
    assert all(wide.lines[n].low >= 0 for n in lines)  # no share below zero however wide


def test_the_interval_covers_everything(ledger: Ledger) -> None:
    made = approach_1(ledger)
    assert all(t.covered == pytest.approx(1.0) for t in made.targets) and not made.requests()
    assert {i.kind for i, _ in made.assumed()} == {"factor", "share"}  # the example states all of its activity data
    reaches = [r for _, r in made.assumed()]
    assert reaches == sorted(reaches, reverse=True)
    known = [i for i in made.inputs.items if i.basis not in (ASSUMED, "")]
    assert len(known) > 100  # what the project states comes first


def test_a_project_may_want_no_assumptions(ledger: Ledger) -> None:
    project = replace(
        ledger.project, uncertainty=(*ledger.project.uncertainty, Assumption("set", NOT_ASSUMED, source="t"))
    )
    made = approach_1(replace(ledger, project=project))
    assert (
        any(t.covered < 1 for t in made.targets)
        and made.requests()
        and not made.assumed()
        and not made.inputs.shares.parts
    )
    assert NOT_ASSUMED in set_names(ledger.edition)


@pytest.mark.slow
def test_the_assumed_stands_first_on_the_sheet(ledger: Ledger) -> None:
    from inventory.workbook.filing import plan

    book = plan(ledger)
    cells = book.sheets["不确定性"].cells
    where = {str(c.value): row for (row, col), c in cells.items() if col == 0 and c.style == "section"}
    ordered = sorted(where, key=lambda x: where[x])
    assert ordered[0].startswith("先看这里") and len(ordered) >= 3
    shares = book.sheets["份额不确定性"]
    assert any(c.value == "煤种" for c in shares.cells.values())
    totals = [
        c.value
        for (row, col), c in cells.items()
        if col == 7 and isinstance(c.value, float) and where[ordered[0]] < row < where[ordered[2]]
    ]
    assert np.isfinite(totals).all()


def test_a_province_states_its_own(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "jiangsu"
    shutil.copytree(EXAMPLE, folder)
    with (folder / "uncertainty.csv").open("a", encoding="utf-8") as f:
        f.write("share,煤种,,,,2,,,煤炭购进台账（示例）,\n份额,火电归属,,,part=公用,1,,,直报汇总（示例）,\n")
    made = inputs_of(api.compile(folder))
    basis = {(p.split, p.part): made.items[int(made.of_share[n])].basis for n, p in enumerate(made.shares.parts)}
    assert (
        basis["煤种", "烟煤"] == "project"
        and basis["火电归属", "公用"] == "project"
        and basis["火电归属", "自备"] == ASSUMED
    )
    with (folder / "uncertainty.csv").open("a", encoding="utf-8") as f:
        f.write("share,煤质,,,,2,,,没有这个份额,\n")
    with pytest.raises(Exception, match="煤质"):
        api.compile(folder)
