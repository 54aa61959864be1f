"""Properties that must hold for every declared method: the hand-computed cases serve as inputs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from casefile import Case, cases

from inventory.core import units
from inventory.core.activity import Datum, Project, UserFactor
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.edition import load

GOOD = [c for c in cases() if not c.problems]
OTHER_UNITS = [
    "kg",
    "t",
    "万吨",
    "千克",
    "亩",
    "公顷",
    "千公顷",
    "万公顷",
    "m3",
    "万m3",
    "亿立方米",
    "头",
    "万头",
    "千头",
    "人",
    "万人",
    "千人",
    "kWh",
    "万千瓦时",
    "亿千瓦时",
    "GJ",
    "TJ",
    "%",
    "1",
    "‰",
    "个",
    "百个",
    "tCOD",
    "kgCOD",
    "万tCOD",
    "tBOD",
    "kgBOD",
    "t N",
    "kg N",
]


def ledger_of(case: Case, project: Project) -> Ledger:
    return compile_ledger(project, load(case.edition))


def figures(ledger: Ledger) -> list[tuple]:
    return [(x.region, x.year, x.category, x.item, x.gas, x.mass_t, x.account, x.method) for x in ledger.lines]


@pytest.mark.parametrize("case", GOOD, ids=lambda c: c.id)
def test_the_order_of_rows_changes_nothing(case: Case) -> None:
    project = case.project()
    expected = figures(ledger_of(case, project))
    shuffled = list(project.data)
    for seed in range(3):
        random.Random(seed).shuffle(shuffled)
        assert figures(ledger_of(case, replace(project, data=tuple(shuffled)))) == expected


def in_another_unit(d: Datum, pick: random.Random) -> Datum:
    """The same figure in another unit of its dimension."""
    fits = [u for u in OTHER_UNITS if units.same_dimension(u, d.unit)]
    if not fits:
        return d
    unit = pick.choice(fits)
    return replace(d, unit=unit, value=units.scaled(d.value, units.ratio(d.unit, unit)))


@pytest.mark.parametrize("case", GOOD, ids=lambda c: c.id)
def test_the_unit_of_entry_changes_nothing(case: Case) -> None:
    project = case.project()
    expected = {(x.category, x.item, x.gas, x.method): x.mass_t for x in ledger_of(case, project).lines}
    for seed in range(3):
        pick = random.Random(seed)
        got = ledger_of(case, replace(project, data=tuple(in_another_unit(d, pick) for d in project.data)))
        assert {(x.category, x.item, x.gas, x.method): x.mass_t for x in got.lines} == pytest.approx(
            expected, rel=1e-12
        )


@pytest.mark.parametrize("case", GOOD, ids=lambda c: c.id)
def test_children_sum_to_their_parent_and_gases_to_the_total(case: Case) -> None:
    ledger = ledger_of(case, case.project())
    edition = ledger.edition
    for category in edition.categories.values():
        below = [c.id for c in edition.children(category.id)]
        if below:
            own = sum(ledger.co2e_t(x) for x in ledger.lines if x.category == category.id and x.account == "total")
            assert ledger.co2e(category=category.id) == pytest.approx(
                own + sum(ledger.co2e(category=c) for c in below), rel=1e-12, abs=1e-9
            )
    known = {x.gas for x in ledger.lines}
    for name, gwp in edition.gwp_sets.items():
        if known <= set(gwp.values):
            view = ledger.with_gwp(name)
            by_gas = sum(gwp[g] * view.mass_t(gas=g) for g in sorted(known))
            assert view.co2e() == pytest.approx(by_gas, rel=1e-12, abs=1e-9)


PROVINCIAL = [c for c in GOOD if c.edition == "prov2011"]


def amount(d: Datum) -> bool:
    """Something that can be doubled (tonnes, heads, hectares), not a share or a rate."""
    return "/" not in d.unit.removesuffix("/年") and not units.same_dimension(d.unit, "%")


@pytest.mark.parametrize("case", PROVINCIAL, ids=lambda c: c.id)
def test_every_line_is_proportional_to_the_amounts(case: Case) -> None:
    """All methods of the guideline, options and decay included, are linear in the amounts taken together; shares and
    rates stay."""
    project = case.project()
    assert any(amount(d) for d in project.data)
    tripled = replace(project, data=tuple(replace(d, value=3 * d.value) if amount(d) else d for d in project.data))
    expected = {f[:5] + f[6:]: 3 * f[5] for f in figures(ledger_of(case, project))}
    assert {f[:5] + f[6:]: f[5] for f in figures(ledger_of(case, tripled))} == pytest.approx(
        expected, rel=1e-12, abs=1e-9
    )


OF_ONE_PROVINCE = [case for case in PROVINCIAL if len({d.region for d in case.project().data}) <= 1]


def own_factors_of(project: Project, region: str, other: str) -> tuple[UserFactor, ...]:
    """The project's own factors that hold for its province only, for the other one."""
    return tuple(
        replace(f, keys=tuple((k, other if v == region else v) for k, v in f.keys))
        for f in project.factors
        if region in dict(f.keys).values()
    )


@pytest.mark.parametrize("case", OF_ONE_PROVINCE, ids=lambda c: c.id)
def test_two_provinces_at_once_are_as_each_alone(case: Case) -> None:
    project = case.project()
    region = project.data[0].region if project.data else ""
    other = "安徽" if region != "安徽" else "浙江"
    moved = replace(
        project,
        data=tuple(replace(d, region=other) for d in project.data),
        notations=tuple(replace(n, region=other) for n in project.notations),
        factors=project.factors + own_factors_of(project, region, other),
    )
    alone = figures(ledger_of(case, moved))
    both = ledger_of(
        case, replace(moved, data=project.data + moved.data, notations=project.notations + moved.notations)
    )
    assert [f for f in figures(both) if f[0] == other] == alone
    assert [f for f in figures(both) if f[0] != other] == figures(ledger_of(case, project))
