"""Counter-based random streams, reproducible across platforms and releases.

The streams of numerical libraries change between releases, so the numbers that a truth depends on
are generated here: the n-th number of a stream is the integer ``BLAKE2b(generator, seed, path,
n)``. Pixels need millions of numbers; for them the raw output of the Philox generator is used,
with a key made from the same path.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar, TypeVar

from mebench.util.arguments import check_argument

if TYPE_CHECKING:
    from numpy import float32, uint8
    from numpy.typing import NDArray


Item = TypeVar("Item")


class RandomStream:
    """A stream of numbers, and the root of further streams.

    Parameters
    ----------
    seed : int
        The seed.
    path : str or int
        The name of the stream: ``RandomStream(7, "person", 3)``. Streams with different paths are
        independent, so drawing a number from one leaves the others unchanged.

    Attributes
    ----------
    VERSION : int
        Increased when a change of the code changes the numbers; part of the key of every stream.
    """

    VERSION: ClassVar[int] = 1

    def __init__(self, seed: int, *path: str | int) -> None:
        check_argument("seed", seed, type(seed) is int, "an integer")
        for name in path:
            check_argument("path", name, type(name) in {str, int}, "strings and integers")
        self._seed, self._path, self._drawn = seed, path, 0
        self._key = blake2b(
            json.dumps([self.VERSION, seed, *path]).encode(),
            digest_size=16,
            person=b"mebench-draws",
        ).digest()

    def substream(self, *names: str | int) -> RandomStream:
        """Return the stream whose path continues with these names, from its beginning."""
        return RandomStream(self._seed, *self._path, *names)

    def next_uint64(self) -> int:
        """Draw an unsigned 64-bit integer."""
        counter = self._drawn.to_bytes(8, "big")
        self._drawn += 1
        return int.from_bytes(blake2b(self._key + counter, digest_size=8).digest(), "big")

    def integer(self, low: int, high: int) -> int:
        """Draw an integer from ``low`` to ``high``, both included."""
        return low + (self.next_uint64() * (high - low + 1) >> 64)

    def unit_float(self) -> float:
        """Draw a float in [0, 1): a multiple of 2**-53, exact everywhere."""
        return (self.next_uint64() >> 11) * 2.0**-53

    def uniform(self, low: float, high: float) -> float:
        """Draw a float from ``low`` to ``high``."""
        return low + (high - low) * self.unit_float()

    def happens(self, per_mille: int) -> bool:
        """Return True with a probability of ``per_mille`` / 1000."""
        return self.integer(0, 999) < per_mille

    def choice(self, items: Sequence[Item]) -> Item:
        """Draw one of the items."""
        return items[self.integer(0, len(items) - 1)]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """Return the items in random order (Fisher-Yates)."""
        order = list(items)
        for last in range(len(order) - 1, 0, -1):
            other = self.integer(0, last)
            order[last], order[other] = order[other], order[last]
        return order

    def random_bytes(self, count: int, part: int = 0) -> NDArray[uint8]:
        """Return an array of random bytes; ``part`` numbers the arrays of a stream."""
        import numpy as np

        philox = np.random.Philox(key=int.from_bytes(self._key, "big"), counter=part << 128)
        words: NDArray[np.uint64] = philox.random_raw(-(-count // 8))
        return words.astype("<u8", copy=False).view(np.uint8)[:count]

    def standard_normal(self, *shape: int, part: int = 0) -> NDArray[float32]:
        """Return an array of standard normal numbers, quantized to 65,536 levels."""
        import numpy as np

        count = int(np.prod(shape))
        levels = self.random_bytes(2 * count, part).view("<u2")
        numbers: NDArray[float32] = _quantiles()[levels].reshape(shape)
        return numbers


@cache
def _quantiles() -> NDArray[float32]:
    """Return the normal quantiles of 65,536 equal parts, scaled to variance 1."""
    from statistics import NormalDist

    import numpy as np

    inverse = NormalDist().inv_cdf
    half = np.array([inverse((2 * level + 1) / 2**17) for level in range(2**15)])
    values = np.concatenate([half, -half[::-1]])
    quantiles: NDArray[float32] = (values / values.std()).astype(np.float32)
    return quantiles
