"""Distributions: kinds chosen, moments and quantiles, and what is refused."""

import statistics

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.problems import InventoryError
from inventory.uncertainty import normal
from inventory.uncertainty.distributions import KINDS, distribution, kind_of

P = (np.arange(200_000) + 0.5) / 200_000


def test_inverse_normal_against_the_standard_library():
    exact = statistics.NormalDist()
    p = np.concatenate([np.logspace(-300, -1, 200), np.linspace(0.01, 0.99, 99), 1 - np.logspace(-15, -2, 50)])
    assert np.allclose(normal.inverse(p), [exact.inv_cdf(float(v)) for v in p], rtol=1e-14, atol=1e-15)
    assert normal.cumulative(1.959963984540054) == pytest.approx(0.975, abs=1e-15)


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ({"value": 10, "uncertainty": 10}, "normal"),
        ({"value": 10, "uncertainty": 60, "limits": (0, None)}, "normal"),
        ({"value": 10, "uncertainty": 61, "limits": (0, None)}, "lognormal"),
        ({"value": -10, "uncertainty": 150, "limits": (None, 0)}, "lognormal"),
        # may change its sign: nothing is known against it
        ({"value": 10, "uncertainty": 150}, "normal"),
        ({"value": 0.98, "uncertainty": 5, "limits": (0, 1)}, "truncated"),
        ({"value": 0.3, "uncertainty": 100, "limits": (0, 1)}, "truncated"),  # a lognormal would leave 0–1
        # bounds within 5 % of symmetric
        ({"value": 234.0, "lower": 134.4, "upper": 341.9, "limits": (0, None)}, "normal"),
        ({"value": 223.7, "lower": 169.5, "upper": 387.2, "limits": (0, None)}, "asymmetric"),
        ({"value": 0.0, "lower": 0.0, "upper": 1.0}, "asymmetric"),
        ({"value": 5, "lower": 2, "upper": 12, "kind": "对数正态"}, "lognormal"),
        ({"value": 5, "lower": 2, "upper": 12, "kind": "三角分布"}, "triangular"),
        ({"value": 5, "uncertainty": 30, "kind": "均匀"}, "uniform"),
    ],
)
def test_kind_and_moments(stated, kind):
    d = distribution(**stated)
    assert d.kind == kind
    x = d.quantile(P)
    assert x.mean() == pytest.approx(d.mean, rel=2e-4, abs=1e-6)
    assert x.std() == pytest.approx(d.sd, rel=2e-3)
    assert np.all(np.diff(x) >= 0)
    minimum, maximum = stated.get("limits", (None, None))
    if minimum is not None:
        # a normal is left whole when three sd fit
        assert (x < minimum).mean() <= (0.00135 if kind == "normal" else 0)
    if maximum is not None:
        assert x.max() <= maximum


def test_unknown_is_not_certain():
    assert distribution(10.0) is None
    certain = distribution(10.0, uncertainty=0)
    assert certain is not None and certain.sd == 0 and certain.relative_pct == 0


def test_stated_half_width_is_the_95_percent_interval():
    for kind in ("normal", "uniform", "triangular"):
        d = distribution(200.0, uncertainty=12, kind=kind)
        assert d.interval() == pytest.approx((176.0, 224.0), rel=1e-12)
        assert d.relative_pct == pytest.approx(12.0)


def test_asymmetric_bounds_are_the_percentiles_and_the_value_the_median():
    d = distribution(273.2, lower=185.3, upper=399.9)
    assert d.interval() == pytest.approx((185.3, 399.9), rel=1e-12)
    assert float(d.quantile(0.5)) == pytest.approx(273.2)
    assert d.mean > 273.2


def test_lognormal_keeps_the_value_as_its_mean():
    d = distribution(7.0, uncertainty=200, limits=(0, None))
    assert d.mean == 7.0 and d.interval()[0] > 0
    assert d.sd == pytest.approx(7.0 * 2 / normal.Z95)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 1e9), st.floats(0.1, 300), st.sampled_from(["", *KINDS]))
def test_scaling_the_unit_scales_the_distribution(value, pct, kind):
    """万吨 or t: the relative shape is the same."""
    p = np.array([0.01, 0.5, 0.99])
    a = distribution(value, uncertainty=pct, kind=kind, limits=(0, None))
    b = distribution(value * 1e4, uncertainty=pct, kind=kind, limits=(0, None))
    assert a.kind == b.kind
    assert np.allclose(a.quantile(p) * 1e4, b.quantile(p), rtol=1e-9)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ({"value": 1, "uncertainty": -5}, "uncertainty.negative"),
        ({"value": 1, "uncertainty": float("nan")}, "uncertainty.not_finite"),
        ({"value": 1, "lower": 2, "upper": 3}, "uncertainty.bounds_order"),
        ({"value": 1, "lower": 0.5}, "uncertainty.one_bound"),
        ({"value": 1, "lower": -1, "upper": 3, "kind": "lognormal"}, "uncertainty.lognormal_sign"),
        ({"value": 1, "uncertainty": 5, "kind": "beta"}, "uncertainty.unknown_kind"),
        ({"value": 98, "uncertainty": 5, "limits": (0, 1)}, "uncertainty.outside_limits"),
    ],
)
def test_refused(stated, code):
    with pytest.raises(InventoryError) as caught:
        distribution(**stated)
    assert [p.code for p in caught.value.problems] == [code]
    assert all(p.text(lang) for p in caught.value.problems for lang in ("zh", "en"))


def test_spellings():
    for kind, spellings in KINDS.items():
        for s in spellings:
            assert kind_of(s) == kind
    assert kind_of(" ") == ""
