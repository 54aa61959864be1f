"""Streams and samplers: draws depend on seed, name and number alone; their distribution is what it should be."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.uncertainty.distributions import distribution
from inventory.uncertainty.sampler import Sampler, arranged, blocks
from inventory.uncertainty.streams import BLOCK, Streams, stream_keys

KNOWN = [-0.5775655, 0.3030621, 0.4822517, 1.2073394]
NAMES = [f"输入{i}" for i in range(70)]
MIXED = {
    "a": distribution(10.0, uncertainty=10),
    "b": distribution(5.0, uncertainty=150, limits=(0, None)),
    "c": distribution(0.98, uncertainty=5, limits=(0, 1)),
    "d": distribution(5.0, lower=2, upper=12),
    "e": distribution(5.0, lower=2, upper=12, kind="三角"),
    "f": distribution(5.0, lower=2, upper=12, kind="均匀"),
}


def normals(names, draws=BLOCK, seed=1, block=0):
    out = np.empty((len(names), draws), np.float32)
    Streams(stream_keys(names, seed)).normals(block, out)
    return out


def test_known_draws_stay_as_they_are():
    """Fixed figures: a change of the generator changes every published interval and must be noticed."""
    got = normals(["factor|agriculture.rice.ch4.nc.single"], 4, seed=2011)[0]
    assert np.allclose(got, KNOWN, rtol=1e-5)


def test_a_name_has_its_draws_wherever_it_stands():
    alone = normals(["x"])
    among = normals([*NAMES[:40], "x", *NAMES[40:]])
    assert among[40].tobytes() == alone[0].tobytes()


def test_draws_are_a_prefix_of_more_draws():
    full = normals(NAMES)
    for count in (1, 2, 7, 1000, 4095):
        assert np.array_equal(normals(NAMES, count), full[:, :count])


def test_blocks_continue_the_stream():
    assert not np.array_equal(normals(NAMES, block=0), normals(NAMES, block=1))
    s = Streams(stream_keys(["u"], 3))
    joined = np.concatenate([s.uniforms(0, BLOCK), s.uniforms(1, 100)], axis=1)
    assert len(np.unique(joined)) == joined.size


def test_seeds_are_different_streams():
    a, b = normals(["x"], seed=1)[0], normals(["x"], seed=2)[0]
    assert abs(float(np.corrcoef(a, b)[0, 1])) < 0.08
    assert not np.intersect1d(a, b).size > 5  # not the same sequence shifted


def test_block_size_is_checked():
    with pytest.raises(ValueError, match="block"):
        normals(["x"], BLOCK + 1)


def test_moments_tails_and_independence():
    """200 streams of 20,480 draws: standardised moments spread as they should, tails beyond 3 sigma, even and odd draws
    uncorrelated."""
    s = Streams(stream_keys([f"q{i}" for i in range(200)], 7))
    z = np.concatenate([_block(s, b) for b in range(5)], axis=1).astype(np.float64)
    n = z.shape[1]
    mean_z = z.mean(1) * np.sqrt(n)
    var_z = (z.var(1) - 1) / np.sqrt(2 / n)
    kurt_z = ((z**4).mean(1) - 3) / np.sqrt(96 / n)
    even_odd = (z[:, 0::2] * z[:, 1::2]).mean(1) * np.sqrt(n / 2)
    cross = (z[:-1] * z[1:]).mean(1) * np.sqrt(n)
    for score in (mean_z, var_z, kurt_z, even_odd, cross):
        assert abs(score.mean()) < 4 / np.sqrt(score.size)
        assert 0.8 < score.std() < 1.2
        assert np.abs(score).max() < 5.5
    beyond = (np.abs(z) > 3).mean()
    assert abs(beyond - 0.0026998) < 5 * np.sqrt(0.0027 / z.size)
    assert (np.abs(z) > 4).sum() == pytest.approx(6.334e-5 * z.size, abs=5 * np.sqrt(6.334e-5 * z.size))


def _block(streams, block):
    out = np.empty((len(streams), BLOCK), np.float32)
    streams.normals(block, out)
    return out


def test_uniforms_fill_the_open_interval_evenly():
    u = Streams(stream_keys(NAMES, 5)).uniforms(0, BLOCK)
    assert u.min() > 0 and u.max() < 1
    counts = np.histogram(u, 20, (0, 1))[0]
    expected = u.size / 20
    assert ((counts - expected) ** 2 / expected).sum() < 45  # chi-square, 19 degrees of freedom: 45 is beyond 99.9 %


@pytest.mark.parametrize("name", MIXED)
def test_deviates_are_standardised_and_follow_their_quantiles(name):
    d = MIXED[name]
    x = d.mean + d.sd * Sampler([name], [d], 11).draws(100_000)[0].astype(np.float64)
    assert x.mean() == pytest.approx(d.mean, abs=5 * d.sd / np.sqrt(x.size))
    assert x.std() == pytest.approx(d.sd, rel=0.03)
    p = np.array([0.025, 0.25, 0.5, 0.75, 0.975])
    below = np.array([(x <= q).mean() for q in d.quantile(p)])
    assert np.abs(below - p).max() < 5 * np.sqrt(0.25 / x.size)


@settings(max_examples=15, deadline=None)
@given(st.permutations(sorted(MIXED)), st.integers(1, 9000))
def test_order_of_inputs_and_number_of_draws_do_not_show(order, count):
    reference = Sampler(sorted(MIXED), [MIXED[n] for n in sorted(MIXED)], 4).draws(9000)
    got = Sampler(order, [MIXED[n] for n in order], 4).draws(count)
    for row, name in enumerate(order):
        assert got[row].tobytes() == reference[sorted(MIXED).index(name), :count].tobytes()


def test_arranged_is_the_same_for_any_order():
    names = list(MIXED)
    one = [names[i] for i in arranged(names, [MIXED[n] for n in names])]
    back = names[::-1]
    assert [back[i] for i in arranged(back, [MIXED[n] for n in back])] == one


def test_a_variable_may_occur_once():
    d = distribution(1.0, uncertainty=5)
    with pytest.raises(ValueError, match="only once"):
        Sampler(["x", "x"], [d, d], 1)


def test_blocks_cover_every_draw_once():
    for count in (1, BLOCK, BLOCK + 1, 10_000):
        spans = blocks(count)
        assert spans[0][0] == 0 and spans[-1][1] == count
        assert all(a[1] == b[0] for a, b in itertools.pairwise(spans))
