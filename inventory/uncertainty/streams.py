"""Random streams keyed by name: the draws of an input depend on the seed, its name and the draw number, and on nothing
else.

A stream is a counter run through a 64-bit mixing function (the finaliser of splitmix64), so any block of it can be made
at any time, by any thread, in any order. Draws 2c and 2c+1 come from counter c. That has three consequences which tests
hold: adding an input changes no other input's draws; 1,000 draws are the first 1,000 of 10,000; the number of threads
cannot show.

Everything is float32 and handled a group of inputs at a time: small numpy calls would spend their time passing the
interpreter lock about.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Keys = NDArray[np.uint64]

BLOCK = 4096  # draws made at once; a constant, because sums differ in their last digits with it
GROUP = 32  # inputs handled in one numpy call

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)  # which half of a 64-bit word a uint32 view shows first
_UNIT_24 = np.float32(2.0**-24)
_TURN_24 = np.float32(2.0 * np.pi * 2.0**-24)
_MINUS_TWO = np.float32(-2.0)


def stream_keys(names: Sequence[str], seed: int) -> Keys:
    """One 64-bit key a name. Names and seed are hashed together, so that seeds do not merely shift a stream."""
    digests = (blake2b(f"{seed}\0{name}".encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


class Streams:
    """Draws of several named streams, block by block.

    Holds scratch memory (about 2 MiB) and is therefore used by one thread at a time; two objects of the same names and
    seed give the same draws. `names` may be in any order and any number.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        pairs = BLOCK // 2
        self._words = np.empty((GROUP, pairs), np.uint64)
        self._shifted = np.empty((GROUP, pairs), np.uint64)
        self._radius = np.empty((GROUP, pairs), np.float32)
        self._angle = np.empty((GROUP, pairs), np.float32)
        self._turned = np.empty((GROUP, pairs), np.float32)
        self._counter = np.empty(pairs, np.uint64)

    def __len__(self) -> int:
        return len(self.keys)

    def normals(self, block: int, out: Float32) -> None:
        """Standard normal draws (Box-Muller) of block `block` into `out`, shape (streams, draws ≤ BLOCK).

        The uniform behind the radius has 24 bits, so that |z| ends at 5.8: enough for 10⁷ draws.
        """
        for first, words in self._groups(block, out.shape[1]):
            rows, pairs = words.shape
            halves = words.view(np.uint32)
            np.right_shift(halves, np.uint32(8), out=halves)
            radius, angle = self._radius[:rows, :pairs], self._angle[:rows, :pairs]
            np.copyto(radius, halves[:, _LOW::2], casting="unsafe")
            np.copyto(angle, halves[:, _HIGH::2], casting="unsafe")
            radius += np.float32(1.0)  # 1 … 2²⁴: the logarithm of zero cannot occur
            radius *= _UNIT_24
            np.log(radius, out=radius)
            radius *= _MINUS_TWO
            np.sqrt(radius, out=radius)
            angle *= _TURN_24
            target = out[first : first + rows]
            odd = out.shape[1] // 2
            turned = self._turned[:rows, :pairs]  # cos and sin are slow into every second place; a product is not
            np.cos(angle, out=turned)
            np.multiply(turned, radius, out=target[:, 0::2])
            np.sin(angle, out=turned)
            np.multiply(turned[:, :odd], radius[:, :odd], out=target[:, 1::2])

    def uniforms(self, block: int, draws: int) -> NDArray[np.float64]:
        """Uniform draws strictly inside (0, 1), 32 bits each, shape (streams, draws ≤ BLOCK). Draw 2c is the low half
        of word c."""
        out = np.empty((len(self), draws), np.float64)
        for first, words in self._groups(block, draws):
            rows, _ = words.shape
            halves = words.view(np.uint32)
            target = out[first : first + rows]
            target[:, 0::2] = halves[:, _LOW::2]
            target[:, 1::2] = halves[:, _HIGH::2][:, : draws // 2]
        out += 0.5
        out *= 2.0**-32
        return out

    def _groups(self, block: int, draws: int) -> Iterator[tuple[int, Keys]]:
        """Mixed 64-bit words of one block, GROUP streams at a time: (index of the first stream, words (streams,
        pairs))."""
        if not 0 < draws <= BLOCK:
            raise ValueError(f"a block holds 1 to {BLOCK} draws, not {draws}")
        pairs = (draws + 1) // 2
        counter = self._counter[:pairs]
        start = block * (BLOCK // 2)
        counter[:] = np.arange(start, start + pairs, dtype=np.uint64)
        counter *= _GOLDEN
        for first in range(0, len(self.keys), GROUP):
            keys = self.keys[first : first + GROUP]
            words = self._contiguous(self._words, len(keys), pairs)
            shifted = self._contiguous(self._shifted, len(keys), pairs)
            np.add(counter, keys[:, None], out=words)
            np.right_shift(words, _SHIFTS[0], out=shifted)
            words ^= shifted
            words *= _MIX_1
            np.right_shift(words, _SHIFTS[1], out=shifted)
            words ^= shifted
            words *= _MIX_2
            np.right_shift(words, _SHIFTS[2], out=shifted)
            words ^= shifted
            yield first, words

    @staticmethod
    def _contiguous(scratch: NDArray[np.uint64], rows: int, pairs: int) -> NDArray[np.uint64]:
        """Part of the scratch memory as a whole array: a view of halves needs the last axis unbroken."""
        return scratch.reshape(-1)[: rows * pairs].reshape(rows, pairs)
