"""The paired test: against scipy and brute force, and that it never contradicts its interval."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mebench.metrics.expressions import Expressions
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined
from mebench.metrics.registry import METRICS, METRICS_BY_ID
from mebench.metrics.replicates import ClassSums, SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject, count_recognition, count_spotting
from mebench.metrics.unit_rows import ALL
from mebench.models.annotation_table import NO_FRAME
from mebench.models.base import KINDS
from mebench.statistics.comparison import Difference, compare, holm, indistinguishable
from mebench.statistics.jackknife import effective_subjects
from mebench.statistics.student import t_quantile

CLASSES = 3
RECOGNITION = [METRICS_BY_ID[name] for name in ("accuracy", "analysis_f1", "uf1", "uar")]
ACCURACY = METRICS_BY_ID["accuracy"]


def recognized(
    rng: np.random.Generator, sizes: list[int], systems: int = 2
) -> list[CountsPerSubject]:
    """Return the counts of random systems on the same samples."""
    subject = np.repeat(np.arange(len(sizes)), sizes)
    truth = rng.integers(0, CLASSES, len(subject))
    return [
        count_recognition(
            truth,
            np.where(rng.random(len(subject)) < 0.6, truth, rng.integers(0, CLASSES, len(subject))),
            subject,
            units=len(sizes),
            classes=CLASSES,
        )
        for _ in range(systems)
    ]


def sums_of(counts: CountsPerSubject) -> SubjectSums:
    return SubjectSums.of(counts, ("micro",))


def expressions(rng: np.random.Generator, video: np.ndarray) -> Expressions:
    """Return an expression of 10 frames in every 30 of each video."""
    rows = len(video)
    onset = 30 * (np.arange(rows) % 6)
    return Expressions(
        video,
        np.full(rows, KINDS.index("micro"), np.int8),
        onset,
        onset + 9,
        np.full(rows, NO_FRAME),
        rng.integers(0, CLASSES, rows),
    )


def detected(rng: np.random.Generator, truths: Expressions) -> Expressions:
    """Return predictions that miss some truths, overlap others, and are sometimes elsewhere."""
    found = truths.take(rng.random(len(truths)) < 0.8)
    shift = rng.integers(-4, 12, len(found))
    found.onset, found.offset = found.onset + shift, found.offset + shift
    wrong = rng.random(len(found)) < 0.4
    found.label = np.where(wrong, rng.integers(0, CLASSES, len(found)), found.label)
    found.score = rng.integers(0, 20, len(found)) / 20
    return found


def test_equal_subjects_give_the_paired_t_test_of_scipy() -> None:
    # With n samples of each of S subjects, accuracy is a mean over subjects, K is S, and the
    # jackknife of a mean has the standard error s / sqrt(S).
    first, second = recognized(np.random.default_rng(5), [7] * 12)
    found = compare([sums_of(first), sums_of(second)], [ACCURACY])[0, 1][ACCURACY]
    rates = [
        np.array([float(_value(counts, ACCURACY, [subject])) for subject in range(12)])
        for counts in (first, second)
    ]
    expected = stats.ttest_rel(rates[1], rates[0])
    interval = expected.confidence_interval()
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-9)
    assert found.value == pytest.approx(float(np.mean(rates[1] - rates[0])), rel=1e-9)


def _value(counts: CountsPerSubject, metric: Metric, units: list[int] | slice) -> float:
    """Return a metric of some subjects, from integers."""
    value = metric.value(counts.pool(("micro",), units))
    return float("nan") if isinstance(value, Undefined) else float(value)


def test_the_jackknife_is_that_of_exact_counts() -> None:
    """Every metric, AP included, with each subject left out in turn, from integers."""
    rng = np.random.default_rng(2)
    truths = expressions(rng, np.repeat(np.arange(12), 6))
    subject = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4, 5])
    counts = [
        count_spotting(truths, detected(rng, truths), subject, units=6, classes=CLASSES)
        for _ in range(2)
    ]
    metrics = [metric for metric in METRICS if "one-per-video" not in metric.needs]
    found = compare([sums_of(one) for one in counts], metrics)[0, 1]
    effective = effective_subjects(counts[0].spotting[:, :, 0].sum(axis=1).astype(float))
    tested = 0
    for metric, difference in found.items():
        value = _value(counts[1], metric, ALL) - _value(counts[0], metric, ALL)
        left_out = np.array(
            [
                _value(counts[1], metric, others) - _value(counts[0], metric, others)
                for others in ([unit for unit in range(6) if unit != out] for out in range(6))
            ]
        )
        error = float(np.sqrt(5 / 6 * ((left_out - left_out.mean()) ** 2).sum()))
        assert difference.value == pytest.approx(value, abs=1e-12)
        half = t_quantile(0.975, effective - 1) * error
        assert difference.low == pytest.approx(max(-1, value - half), abs=1e-9), metric.id
        assert difference.high == pytest.approx(min(1, value + half), abs=1e-9), metric.id
        tested += 1
    assert tested == len(metrics) > 10


def test_the_swap_test_is_exact_for_few_subjects() -> None:
    counts = recognized(np.random.default_rng(1), [4, 2, 6, 3, 5])
    found = compare([sums_of(one) for one in counts], RECOGNITION)[0, 1]
    rows = [one.analyzed for one in counts]
    for metric in RECOGNITION:
        observed = abs(_value(counts[1], metric, ALL) - _value(counts[0], metric, ALL))
        extreme = 0
        for kept in product((0, 1), repeat=5):
            values = []
            for swap in (0, 1):
                cells = np.concatenate(
                    [
                        rows[keep ^ swap].cell[rows[0].rows.unit == at]
                        for at, keep in enumerate(kept)
                    ]
                )
                truth, prediction = cells // (CLASSES + 1), cells % (CLASSES + 1)
                pooled = count_recognition(
                    truth, prediction, np.zeros(len(cells), np.int64), units=1, classes=CLASSES
                )
                values.append(_value(pooled, metric, ALL))
            extreme += abs(values[1] - values[0]) >= observed - 1e-12
        assert found[metric].swap_p == extreme / 2**5, metric.id


def test_random_swaps_agree_with_the_enumeration(monkeypatch: pytest.MonkeyPatch) -> None:
    systems = [sums_of(one) for one in recognized(np.random.default_rng(3), [5] * 10)]
    exact = compare(systems, RECOGNITION)[0, 1]
    monkeypatch.setattr("mebench.statistics.comparison.ENUMERATED_SUBJECTS", 9)
    drawn, again = (compare(systems, RECOGNITION, seed=seed)[0, 1] for seed in (0, 1))
    for metric in RECOGNITION:
        assert drawn[metric].swap_p == pytest.approx(exact[metric].swap_p, abs=0.03)
    assert drawn != again
    assert drawn == compare(systems, RECOGNITION, seed=0)[0, 1]


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_it_never_contradicts_itself(seed: int, sizes: list[int]) -> None:
    if not any(sizes):
        sizes = [1, *sizes]
    rng = np.random.default_rng(seed)
    systems = [sums_of(one) for one in recognized(rng, sizes, 3)]
    forward, backward = (compare(order, RECOGNITION) for order in (systems, systems[::-1]))
    for (first, second), of_pair in forward.items():
        for metric, found in of_pair.items():
            _assert_sound(found)
            other = backward[2 - second, 2 - first][metric]
            if found.value is not None:
                assert other.value == pytest.approx(-found.value, abs=1e-12)
                assert (other.wins, other.ties, other.losses) == (
                    found.losses,
                    found.ties,
                    found.wins,
                )
            assert other.p == pytest.approx(found.p, abs=1e-9)
            assert other.swap_p == found.swap_p


def _assert_sound(found: Difference) -> None:
    """Check for a number or a reason; the interval excludes 0 if and only if p is below .05."""
    assert (found.p is None) == bool(found.reason)
    assert (found.low is None) == (found.high is None) == (found.p is None)
    numbers = [found.value, found.low, found.high, found.p, found.adjusted_p, found.detectable]
    assert not any(number is not None and np.isnan(number) for number in numbers)
    if found.p is not None and found.low is not None and found.high is not None:
        assert found.value is not None and found.low <= found.value <= found.high
        assert found.low < 0 < found.high or found.p < 0.05 + 1e-9
        assert not found.low < 0 < found.high or found.p > 0.05 - 1e-9
        assert found.adjusted_p is not None and found.p <= found.adjusted_p <= 1


def test_holm() -> None:
    assert holm([0.01, None, 0.04, 0.03, 0.005]) == pytest.approx([0.03, None, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([]) == []
    assert holm([None]) == [None]


def test_chosen_pairs_are_the_family() -> None:
    systems = [sums_of(one) for one in recognized(np.random.default_rng(8), [5] * 9, 4)]
    every = compare(systems, [ACCURACY])
    assert list(every) == [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    p_values = [found[ACCURACY].p for found in every.values()]
    assert [found[ACCURACY].adjusted_p for found in every.values()] == holm(p_values)
    some = compare(systems, [ACCURACY], [(2, 0), (2, 1), (2, 3)], swaps=False)
    assert some[2, 0][ACCURACY].p == pytest.approx(every[0, 2][ACCURACY].p)
    assert some[2, 0][ACCURACY].value == pytest.approx(-(every[0, 2][ACCURACY].value or 0))
    adjusted = [found[ACCURACY].adjusted_p for found in some.values()]
    assert adjusted == holm([found[ACCURACY].p for found in some.values()])
    assert some[2, 0][ACCURACY].swap_p is None


def test_many_systems_at_once_are_those_of_the_comparison() -> None:
    rng = np.random.default_rng(4)
    found = recognized(rng, [6, 9, 4, 7, 8, 5, 10, 3, 6, 7], 6)
    systems = [sums_of(one) for one in (*found, found[2])]
    metric = METRICS_BY_ID["uf1"]
    # Nothing is right in the last one, so that some pairs are distinguishable.
    wrong = ClassSums(systems[0].analyzed.columns.copy(), CLASSES)
    wrong.columns[:, :CLASSES] = 0
    systems.append(replace(systems[0], analyzed=wrong))
    alike = indistinguishable(systems, metric)
    pairs = compare(systems, [metric], swaps=False)
    expected = {
        pair
        for pair, found in pairs.items()
        if found[metric].reason == "identical"
        or (found[metric].p is not None and not found[metric].is_significant)
    }
    assert {(first, second) for first, second in pairs if alike[first, second]} == expected
    assert (alike == alike.T).all()
    assert 7 <= len(expected) < len(pairs)
    assert not indistinguishable([sums_of(one) for one in recognized(rng, [9])], metric).any()
