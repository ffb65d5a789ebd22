"""Random numbers that start anew for every picture."""

import random
from typing import Any

import numpy as np
from numpy.random import SFC64, Generator
from numpy.typing import NDArray

_WORDS = 4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class PictureStream:
    """Both generators that albumentations asks for, over one stream that a seed starts.

    SFC64 is the fastest generator of numpy, and writing its four words of state costs a tenth of
    what a new generator costs.

    Source: C. Doty-Humphrey, PractRand 0.94, 2018 (sfc64).
    """

    def __init__(self) -> None:
        self._bits = SFC64(0)
        self._start: Any = self._bits.state
        self.generator = Generator(self._bits)
        self.python = _PythonRandom(self._bits)

    def restart(self, words: NDArray[np.uint64]) -> None:
        """Begin a stream from a row of ``starts``; nothing is left of the one before."""
        self._start["state"]["state"] = words
        self._bits.state = self._start
        self.python.gauss_next = None


def starts(seeds: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return where the streams of seeds (N,) begin: (N, 4) words, however near the seeds are.

    Three words are what SplitMix64 draws from the seed, the fourth is the generator's counter.

    Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, OOPSLA 2014.
    """
    steps = np.arange(1, _WORDS + 1, dtype=np.uint64)
    mixed = seeds[:, None] + steps * _GOLDEN
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    mixed[:, -1] = 1
    return mixed


class _PythonRandom(random.Random):
    """The interface of the standard library over a numpy bit generator."""

    def __init__(self, bits: SFC64) -> None:
        self._raw = bits.random_raw
        self.gauss_next: float | None = None

    def random(self) -> float:
        """Return the next number of [0, 1), a multiple of 2^-53."""
        return (self._raw() >> 11) * 2.0**-53

    def getrandbits(self, k: int, /) -> int:
        """Return k random bits."""
        value, more = self._raw(), k - 64
        while more > 0:
            value, more = value << 64 | self._raw(), more - 64
        return int(value >> -more)
