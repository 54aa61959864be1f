"""Draws of many inputs at once, standardised: mean 0, variance 1 whatever the distribution, so that an input is `mean +
sd * deviate`.

Inputs are grouped by kind: normal ones cost a Box-Muller pair, lognormal ones an exponential more, all others go
through their inverse cumulative distribution. The order of the result is the order of the names given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .distributions import Distribution
from .streams import BLOCK, Float32, Streams, stream_keys

# kinds in the order in which `arranged` puts them: the cheap ones are contiguous and need no scatter
_ORDER = ("normal", "lognormal", "truncated", "asymmetric", "triangular", "uniform")


def arranged(names: Sequence[str], distributions: Sequence[Distribution]) -> list[int]:
    """Positions of the inputs by kind and name: the same for any order they come in."""
    return sorted(
        range(len(names)), key=lambda i: (_ORDER.index(distributions[i].kind), names[i], distributions[i].shape)
    )


class Sampler:
    """Standardised draws of named inputs with given distributions (all with sd > 0). One object a thread."""

    def __init__(self, names: Sequence[str], distributions: Sequence[Distribution], seed: int) -> None:
        if len(names) != len(distributions):
            raise ValueError("as many distributions as names")
        if len({(n, d.shape) for n, d in zip(names, distributions, strict=True)}) != len(names):
            raise ValueError("a name stands for one random variable and may occur only once")
        if any(not d.sd > 0 for d in distributions):
            raise ValueError("an input without spread is not drawn")
        self.count = len(names)
        keys = stream_keys(names, seed) if names else np.empty(0, np.uint64)
        self._groups: list[tuple[str, slice, Streams, list[Distribution]]] = []
        for kind, part in _runs([d.kind for d in distributions]):
            self._groups.append((kind, part, Streams(keys[part]), list(distributions[part])))
        self._shape = {
            part.start: np.array([d.parameters[:2] for d in members])
            for kind, part, _, members in self._groups
            if kind == "lognormal"
        }

    def fill(self, block: int, out: Float32) -> None:
        """Deviates of block `block` into `out`, shape (inputs, draws ≤ BLOCK)."""
        for kind, part, streams, members in self._groups:
            target = out[part]
            if kind in ("normal", "lognormal"):
                streams.normals(block, target)
                if kind == "lognormal":
                    _lognormal(self._shape[part.start], target)
                continue
            uniforms = streams.uniforms(block, out.shape[1])
            for row, (member, p) in enumerate(zip(members, uniforms, strict=True)):
                target[row] = (member.quantile(p) - member.mean) / member.sd

    def draws(self, count: int) -> Float32:
        """The first `count` deviates of every input, shape (inputs, count); for tests and small jobs."""
        out = np.empty((self.count, count), np.float32)
        for block, (start, stop) in enumerate(blocks(count)):
            self.fill(block, out[:, start:stop])
        return out


def blocks(draws: int) -> list[tuple[int, int]]:
    """First and last-but-one draw of each block."""
    return [(start, min(start + BLOCK, draws)) for start in range(0, draws, BLOCK)]


def _runs(kinds: Sequence[str]) -> Iterator[tuple[str, slice]]:
    """Stretches of one kind, as slices."""
    start = 0
    for i in range(1, len(kinds) + 1):
        if i == len(kinds) or kinds[i] != kinds[start]:
            yield kinds[start], slice(start, i)
            start = i


def _lognormal(shape: np.ndarray, z: Float32) -> None:
    """z to (exp(±sigma z - sigma²/2) - 1) / sd, the sign being that of the value; in place, a few rows at a time
    (cache)."""
    sigma, sign = shape[:, :1], shape[:, 1:2]
    slope = (sigma * sign).astype(np.float32)
    offset = (0.5 * sigma * sigma).astype(np.float32)
    scale = (sign / np.sqrt(np.expm1(sigma * sigma))).astype(np.float32)
    for first in range(0, len(z), 16):
        rows = slice(first, first + 16)
        part = z[rows]
        part *= slope[rows]
        part -= offset[rows]
        np.exp(part, out=part)
        part -= np.float32(1.0)
        part *= scale[rows]
