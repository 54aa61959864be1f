"""CO2 equivalents of two GWP sets never meet in one total; one ledger under several sets."""

import copy
import pickle
from dataclasses import replace

import pytest
from filing_example import ledger as small
from mini import province

from inventory.analysis.gwp_comparison import compare_gwp
from inventory.core.gwp import Co2e, GwpSet, MixedGwpError, one_set
from inventory.core.problems import InventoryError

SAR, AR4 = GwpSet("SAR", {"CH4": 21.0}), GwpSet("AR4", {"CH4": 25.0})


@pytest.mark.parametrize(
    "add",
    [
        lambda a, b: a + b,
        lambda a, b: b + a,
        lambda a, b: a - b,
        lambda a, b: sum([a, b]),
        lambda a, b: sum([a, a, b]),
        lambda a, b: a / b,
        lambda a, b: a * b,
        lambda a, b: (a / 1e4) + (b / 1e4),
        lambda a, b: -a + abs(b),
        lambda a, b: 2 * a + 3 * b,
        lambda a, b: (100.0 - a) + b,
    ],
)
def test_two_sets_never_add(add):
    a, b = Co2e(21.0, SAR), Co2e(25.0, AR4)
    with pytest.raises(MixedGwpError, match=r"SAR and AR4|AR4 and SAR"):
        add(a, b)


def test_one_set_adds_like_numbers():
    a, b = Co2e(21.0, SAR), Co2e(42.0, SAR)
    assert a + b == 63.0 and sum([a, b]) == 63.0 and b / a == 2.0 and (b - a) / 1e4 == 0.0021
    assert type(b / a) is float and isinstance(a / 2, Co2e) and repr(a) == "21.0" and f"{a:,.1f}" == "21.0"


def test_a_set_of_the_same_name_with_other_values_is_another_set():
    with pytest.raises(MixedGwpError, match="same name, other values"):
        Co2e(1.0, SAR) + Co2e(1.0, GwpSet("SAR", {"CH4": 22.0}))


def test_copies_keep_their_set():
    for made in (copy.deepcopy(Co2e(1.0, SAR)), pickle.loads(pickle.dumps(Co2e(1.0, SAR)))):
        with pytest.raises(MixedGwpError):
            made + Co2e(1.0, AR4)


def test_ledgers_and_their_figures_do_not_mix():
    one = small()
    other = one.with_gwp("AR4")
    with pytest.raises(MixedGwpError):
        one.co2e() + other.co2e()
    with pytest.raises(MixedGwpError):
        sum([one.co2e_t(one.lines[0]), other.co2e_t(other.lines[1])])
    with pytest.raises(MixedGwpError):
        one_set([one, other])
    assert one_set([one, one]).same(one.gwp)
    with pytest.raises(ValueError, match="no ledger"):
        one_set([])


def test_comparison_is_the_ledger_under_each_set():
    ledger = small()
    made = compare_gwp(ledger)
    assert made.sets[made.in_force].name == ledger.gwp.name
    for total in made.totals:
        for k, s in enumerate(made.sets):
            category = total.sector or None
            try:
                wanted = ledger.with_gwp(s).co2e(region=total.region, year=total.year, category=category)
            except InventoryError:
                assert total.co2e[k] is None and total.missing[k]
                continue
            assert total.co2e[k] == pytest.approx(wanted, rel=1e-12)


def test_moving_rows_are_those_of_other_gases_than_co2():
    made = compare_gwp(small())
    assert {r.gas for r in made.rows if not r.moves} == {"CO2"}
    assert {r.gas for r in made.moving()} == {r.gas for r in made.rows} - {"CO2"}
    reach = [max(abs(float(v) - float(r.co2e[made.in_force])) for v in r.co2e if v is not None) for r in made.moving()]
    assert reach == sorted(reach, reverse=True)


def test_a_set_without_an_emitted_gas_has_no_total():
    ledger = small()
    poor = GwpSet("poor", {"CO2": 1.0})
    edition = replace(ledger.edition, gwp_sets={**ledger.edition.gwp_sets, "poor": poor})
    made = compare_gwp(replace(ledger, edition=edition))
    k = next(i for i, s in enumerate(made.sets) if s.name == "poor")
    total = next(t for t in made.totals if not t.sector)
    assert total.co2e[k] is None and set(total.missing[k]) >= {"CH4", "N2O"}
    energy = [t for t in made.totals if t.sector == "2"]
    assert energy and all(t.co2e[made.in_force] is not None for t in energy)


def test_one_set_only_needs_no_sheet():
    from inventory.workbook.filing import plan

    alone = province()
    edition = replace(alone.edition, gwp_sets={alone.gwp.name: alone.gwp})
    assert "GWP比较" not in plan(replace(alone, edition=edition)).sheets
    assert "GWP比较" in plan(small()).sheets
