"""Random streams: reproducible, and with the right distributions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mebench.util.random_streams import RandomStream


def test_golden_values() -> None:
    """Computed once; they change only with ``RandomStream.VERSION``, and with them every truth."""
    assert RandomStream.VERSION == 1
    stream = RandomStream(7, "a", 3)
    assert [stream.integer(0, 9) for _ in range(20)] == [
        *(4, 9, 8, 7, 4, 0, 1, 2, 0, 7, 1, 3, 0, 3, 4, 0, 9, 1, 5, 9),
    ]
    assert RandomStream(7, "a", 3).substream("octets").random_bytes(8).tolist() == OCTETS


OCTETS = [163, 96, 32, 122, 249, 179, 81, 194]


def test_philox_is_numpys_raw_output() -> None:
    """Philox4x64-10 (Salmon et al. 2011); the counter's upper half numbers the arrays."""
    stream = RandomStream(1, "x")
    assert stream.random_bytes(64).tolist() != stream.random_bytes(64, part=1).tolist()
    assert stream.random_bytes(64, part=3).tolist() == stream.random_bytes(64, part=3).tolist()
    assert stream.random_bytes(10).tolist() == stream.random_bytes(64).tolist()[:10]


@given(st.integers(), st.text(), st.integers(-1000, 1000), st.integers(0, 10**6))
def test_integers_are_in_range(seed: int, name: str, low: int, span: int) -> None:
    stream = RandomStream(seed, name)
    assert all(low <= stream.integer(low, low + span) <= low + span for _ in range(20))


@given(st.integers(0, 10**9), st.lists(st.integers(), max_size=30))
def test_shuffled_is_a_permutation(seed: int, items: list[int]) -> None:
    assert sorted(RandomStream(seed).shuffled(items)) == sorted(items)


def test_different_paths_give_different_streams() -> None:
    """A number and its text, a joined and a split name: different streams."""
    streams = [
        RandomStream(0, 1),
        RandomStream(0, "1"),
        RandomStream(0, "ab"),
        RandomStream(0, "a", "b"),
        RandomStream(1),
        RandomStream(0),
    ]
    assert len({stream.next_uint64() for stream in streams}) == len(streams)


def test_distributions() -> None:
    stream = RandomStream(3, "test")
    counts = np.bincount([stream.integer(0, 5) for _ in range(6000)])
    assert stats.chisquare(counts).pvalue > 1e-4
    assert stats.kstest([stream.unit_float() for _ in range(4000)], "uniform").pvalue > 1e-4
    normals = stream.standard_normal(200, 100).ravel()
    assert stats.kstest(normals, "norm").pvalue > 1e-4
    assert abs(float(normals.std()) - 1) < 0.02
    orders = {tuple(stream.shuffled("abc")) for _ in range(200)}
    assert len(orders) == 6
