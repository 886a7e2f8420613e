"""The search for a confusion matrix, beside random matrices and trying every one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mebench.audit.arithmetic import ValueRange
from mebench.audit.confusions import MatrixSearch, RateRanges
from mebench.metrics.counts import harmonic_mean
from mebench.published.rounded_numbers import parse_rounded_number
from tests.audit.rows import codes, only, row

MEVIEW = "meview-str@1"
GAN: dict[str, Any] = {"analysis_all_f1": ".6758", "uf1_all": ".6575", "uar_all": ".6852"}

Rates = tuple[Fraction, Fraction, Fraction, Fraction, Fraction]


def rates_of(matrix: list[list[int]]) -> Rates:
    """Return accuracy, recall, precision, F1 and UF1 of a matrix, by definition."""
    classes = len(matrix)
    hits = [matrix[index][index] for index in range(classes)]
    truths = [sum(line) for line in matrix]
    guesses = [sum(line[index] for line in matrix) for index in range(classes)]

    def mean(above: list[int], below: list[int]) -> Fraction:
        shares = (Fraction(a, b) if b else 0 for a, b in zip(above, below, strict=True))
        return Fraction(sum(shares)) / classes

    recall, precision = mean(hits, truths), mean(hits, guesses)
    both = [2 * hit for hit in hits], [t + g for t, g in zip(truths, guesses, strict=True)]
    accuracy = Fraction(sum(hits), sum(truths))
    return accuracy, recall, precision, harmonic_mean(precision, recall), mean(*both)


def printed(value: Fraction, digits: int, truncated: bool) -> str:
    scaled = value * 10**digits
    number = int(scaled) if truncated else int(scaled + Fraction(1, 2))
    return f"{number // 10**digits}.{number % 10**digits:0{digits}d}"


def ranges_of(text: str) -> ValueRange:
    number = parse_rounded_number(text)
    assert number is not None
    return ValueRange(number.low, number.high)


MATRICES = st.integers(1, 4).flatmap(
    lambda classes: st.lists(
        st.lists(st.integers(0, 5), min_size=classes + 1, max_size=classes + 1),
        min_size=classes,
        max_size=classes,
    ).filter(lambda matrix: any(map(sum, matrix)))
)


@given(
    matrix=MATRICES,
    digits=st.integers(1, 6),
    truncated=st.lists(st.booleans(), min_size=5, max_size=5),
    known=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_a_true_matrix_is_found(
    matrix: list[list[int]], digits: int, truncated: list[bool], known: list[bool]
) -> None:
    texts = [
        printed(value, digits, cut) for value, cut in zip(rates_of(matrix), truncated, strict=True)
    ]
    ranges = (ranges_of(text) if here else None for text, here in zip(texts, known, strict=True))
    search = MatrixSearch(list(map(sum, matrix)), RateRanges(*ranges))
    assert search.is_too_long or search.finds_one()


@pytest.mark.parametrize("sizes", [(4,), (3, 0), (4, 2), (2, 2, 1)])
def test_the_search_vs_trying_all(sizes: tuple[int, ...]) -> None:
    """Rates of two matrices, mixed; the search says whether a third one has all of them."""
    lines = [
        [line for line in product(range(size + 1), repeat=len(sizes) + 1) if sum(line) == size]
        for size in sizes
    ]
    known = {rates_of(list(map(list, matrix))) for matrix in product(*lines)}
    some = sorted(known)[:: len(known) // 10 + 1]
    found = set()
    for first, second in product(some, some):
        for mixed in (
            (None, first[1], None, None, second[4]),
            (None, first[1], second[2], None, first[4]),
            (first[0], None, None, second[3], second[4]),
        ):
            exact = (None if rate is None else ValueRange(rate, rate) for rate in mixed)
            exists = any(
                all(rate in (None, own) for rate, own in zip(mixed, rates, strict=True))
                for rates in known
            )
            assert MatrixSearch(sizes, RateRanges(*exact)).finds_one() == exists, mixed
            found.add(exists)
    assert found == {True, False} or len(sizes) == 1


def test_the_published_one() -> None:
    found = only(row(MEVIEW, **GAN))
    assert found.rule.id == "matrix-unreachable"
    assert found.violation.consistent == (
        "Without uar_all, or without analysis_all_f1, or without uf1_all, the others are possible."
    )
    for left_out in GAN:
        others = {name: text for name, text in GAN.items() if name != left_out}
        assert codes(row(MEVIEW, **others)) == []


def test_fewer_numbers_explain_it() -> None:
    """With a UAR that no numbers of correct predictions give, nothing is said of matrices."""
    assert codes(row(MEVIEW, **GAN | {"uar_all": ".6850"})) == ["uar-unreachable"]


def test_large_classes_are_left_out() -> None:
    ranges = RateRanges(uf1=ranges_of(".5766"), recall=ranges_of(".5872"))
    assert MatrixSearch([61, 32, 25, 27, 99], ranges).is_too_long
    assert MatrixSearch([10**9], ranges).is_too_long
    assert MatrixSearch([70, 51, 43], RateRanges(uf1=ranges_of(".5766"))).is_too_long
    assert not MatrixSearch([70, 51, 43], ranges).is_too_long
