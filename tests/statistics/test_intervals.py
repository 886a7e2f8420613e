"""Confidence intervals: golden values, the rules of the standard, and a small coverage."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

import mebench
from benchmarks.coverage import DATASETS, SETTINGS, cover, draw_sizes, draw_trial, value_of
from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS_BY_ID
from mebench.metrics.replicates import ClassSums, SubjectSums
from mebench.statistics.comparison import compare
from mebench.statistics.intervals import Interval, IntervalEstimator
from mebench.statistics.jackknife import effective_subjects
from mebench.statistics.student import t_quantile, t_tail
from tests.datasets.licensed.shared import SHARED, needs

CASME2 = SHARED / "strs-metric"
F1, AP, UF1, STRS = (METRICS_BY_ID[name] for name in ("spotting_f1", "ap", "uf1", "strs"))
ACCURACY, RECALL = METRICS_BY_ID["accuracy"], METRICS_BY_ID["spotting_recall"]

# Section 5 of the standard, for the released predictions of CASME II.
GOLDEN = {
    "spotting_f1": (0.652, 0.535, 0.753),
    "asr": (0.844, 0.762, 0.902),
    "analysis_f1": (0.593, 0.455, 0.717),
    "uf1": (0.577, 0.445, 0.698),
    "strs": (0.386, 0.309, 0.469),
}


def spotted(rows: Sequence[tuple[int, int, int]]) -> SubjectSums:
    """Return the counts of subjects: truths, predictions and hits."""
    spotting = np.array(rows, np.float64)
    classes = ClassSums(np.zeros((len(rows), 9)), 3)
    return SubjectSums(spotting, spotting[:, 0], classes, None, None, None, True, True)


def recognized(matrix: Sequence[Sequence[tuple[int, int]]]) -> SubjectSums:
    """Return the counts of subjects: correct and all samples of each class."""
    hits, truths = np.moveaxis(np.array(matrix, np.float64), 2, 0)
    subjects, classes = hits.shape
    predictions = hits.copy()
    predictions[:, 0] += (truths - hits).sum(axis=1)  # whatever is wrong is the first class
    columns = np.hstack([hits, truths, predictions])
    zeros = np.zeros((subjects, 3))
    sums = ClassSums(columns, classes)
    return SubjectSums(zeros, zeros[:, 0], sums, None, None, None, False, False)


def interval(sums: SubjectSums, metric: Metric) -> Interval:
    value = value_of(sums, metric)
    assert value is not None
    return IntervalEstimator(sums).intervals({metric: value})[metric]


@needs(CASME2 / "pred.csv", CASME2 / "gt.csv")
def test_golden_values_on_casme2() -> None:
    report = mebench.score(CASME2 / "pred.csv", CASME2 / "gt.csv", "casme2-str")
    for name, expected in GOLDEN.items():
        value = report.metrics[name]
        assert value.value is not None and value.ci95 is not None
        found = (value.value, value.ci95.low, value.ci95.high)
        assert found == pytest.approx(expected, abs=5e-4), name
    # 244 squared by the sum of squares of the subjects' samples; section 5 prints 17.2.
    assert report.units.effective_subjects == pytest.approx(17.147, abs=1e-3)


def test_a_rate_worked_by_hand() -> None:
    """The rule written out with numpy and scipy."""
    rows = [(4, 5, 3), (2, 2, 1), (7, 4, 3), (1, 3, 0)]
    found = interval(spotted(rows), F1)
    counts = np.array(rows, float)
    truths = counts[:, 0].sum()

    def g(without: Sequence[int]) -> float:
        m, n, a = np.delete(counts, list(without), axis=0).sum(axis=0)
        return float(special.logit((truths * (2 * a / (m + n)) + 0.5) / (truths + 1)))

    others = np.array([g([subject]) for subject in range(4)])
    k = truths**2 / (counts[:, 0] ** 2).sum()
    half = stats.t.ppf(0.975, k - 1) * np.sqrt(3 / 4 * ((others - others.mean()) ** 2).sum())
    bounds = ((truths + 1) * special.expit(g([]) + np.array([-half, half])) - 0.5) / truths
    assert (found.low, found.high) == pytest.approx(np.clip(bounds, 0, 1), abs=1e-12)
    assert found.method == "jackknife-logit"


@pytest.mark.parametrize(("hits", "expected"), [(0, (0, 0.60)), (1, (0.40, 1))])
def test_zero_and_one_are_exact_by_subjects(hits: int, expected: tuple[float, float]) -> None:
    found = interval(spotted([(2, 2, 2 * hits)] * 4), RECALL)
    assert found.method == "exact-by-subjects"
    assert (found.low, found.high) == pytest.approx(expected, abs=3e-3)  # .025 ** (1 / 4) = .398


def test_a_value_that_no_subject_changes() -> None:
    found = interval(spotted([(4, 4, 1)] * 5), RECALL)
    assert found.method == "exact-by-subjects"
    assert found.low == 0 and found.high == pytest.approx(1 - 0.025**0.2)


@pytest.mark.parametrize(
    ("sums", "metric", "reason"),
    [
        (spotted([(5, 5, 3)]), F1, "one-subject"),
        (spotted([(5, 5, 3), (0, 2, 0)]), F1, "one-subject"),
        (spotted([(5, 0, 0), (4, 0, 0)]), F1, ""),
        (
            recognized([[(1, 2), (1, 1)], [(1, 1), (0, 1)]]),
            ACCURACY,
            "few-analysed",
        ),
        (recognized([[(3, 4), (2, 3), (1, 2)]] * 2), UF1, "few-in-class"),
        (recognized([[(3, 4), (2, 3), (1, 2)]] * 3), UF1, ""),
        (recognized([[(3, 4), (2, 3), (1, 2)]] * 2), ACCURACY, ""),
    ],
)
def test_reasons(sums: SubjectSums, metric: Metric, reason: str) -> None:
    found = interval(sums, metric)
    assert found.reason == reason
    assert (found.low is None) == bool(reason)
    if reason == "few-in-class":
        assert found.few == ((0, 8, 2), (1, 6, 2), (2, 4, 2)), "class, truths, subjects"


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=12))
def test_an_interval_contains_its_value_or_has_a_reason(rows: list[tuple[int, int, int]]) -> None:
    sums = spotted([(m, n, min(m, n, a)) for m, n, a in rows])
    for metric in (F1, RECALL):
        value = value_of(sums, metric)
        if value is None:
            continue
        found = IntervalEstimator(sums).intervals({metric: value})[metric]
        if found.low is None or found.high is None:
            assert found.reason in {"one-subject", "undefined-without-a-subject"}
        else:
            assert 0 <= found.low <= value + 1e-12 and value - 1e-12 <= found.high <= 1


@given(st.permutations(range(8)), st.integers(0, 99))
def test_the_order_of_subjects_changes_no_digit(order: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    sums = draw_trial(SETTINGS[7], rng.integers(1, 9, 8).astype(float), rng)
    shuffled = SubjectSums(
        sums.spotting[order],
        sums.micro_truths[order],
        ClassSums(sums.analyzed.columns[order], sums.analyzed.classes),
        None,
        None,
        None,
        True,
        True,
    )
    for metric in (F1, UF1, STRS):
        value = value_of(sums, metric)
        assert value is not None
        first, second = (
            IntervalEstimator(one).intervals({metric: value})[metric] for one in (sums, shuffled)
        )
        assert (first.low, first.high, first.reason) == (second.low, second.high, second.reason)


def test_ap_is_widened_to_contain_its_value() -> None:
    rng = np.random.default_rng(5)
    for _ in range(30):
        sums = draw_trial(SETTINGS[5], draw_sizes(DATASETS["CASME II"], rng), rng)
        value, found = value_of(sums, AP), interval(sums, AP)
        assert value is not None and found.low is not None and found.high is not None
        assert found.method == "jackknife-logit-bias"
        assert found.low <= value <= found.high


def test_a_few_trials_of_the_coverage() -> None:
    """The benchmark runs 1,000 trials of 26 settings; here is one with 150."""
    rows = cover(SETTINGS[5], 150, 0)
    assert {row[5] for row in rows} == {"spotting_f1", "ap", "uf1", "strs"}
    # Three standard errors of a share of .95 in 150 trials.
    assert all(float(row[7]) >= 0.95 - 3 * (0.95 * 0.05 / 150) ** 0.5 for row in rows)


@pytest.mark.parametrize("degrees", [0.06, 0.3, 1, 1.7, 3.3, 7.05, 16.147, 67, 1000])
def test_students_distribution_is_that_of_scipy(degrees: float) -> None:
    for probability in (0.6, 0.8, 0.975, 0.999):
        expected = stats.t.ppf(probability, degrees)
        assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-11)
    for t in (0.0, 0.1, 1.0, 2.5, 10.0, 1e3):
        assert t_tail(t, degrees) == pytest.approx(2 * stats.t.sf(t, degrees), rel=1e-9, abs=1e-15)


def test_effective_subjects() -> None:
    assert effective_subjects(np.array([3.0, 3, 3])) == pytest.approx(3)
    assert effective_subjects(np.array([9.0, 0, 0])) == 1
    assert effective_subjects(np.zeros(3)) == 0


def test_subjects_alone_and_in_groups() -> None:
    rng = np.random.default_rng(3)
    sums = draw_trial(SETTINGS[5], draw_sizes(DATASETS["CASME II"], rng), rng)
    metrics, subjects = [F1, AP, UF1, STRS], len(sums)
    np.testing.assert_array_equal(sums.each(metrics), sums.values(metrics, np.eye(subjects)))
    groups = [[3, 0, 5], [], [1], list(range(6, subjects))]
    weights = np.array([np.isin(np.arange(subjects), group) for group in groups], float)
    counted = [F1, UF1, STRS]  # groups have no ranking
    np.testing.assert_array_equal(sums.grouped(groups).each(counted), sums.values(counted, weights))


def test_too_many_subjects_have_no_interval_and_take_no_memory() -> None:
    """A matrix of weights of 20,000 subjects takes 3 GB; videos without a subject are as many."""
    rows = [(1, 1, index % 2) for index in range(20_000)]
    tracemalloc.start()
    sums = spotted(rows)
    found = interval(sums, F1)
    each = sums.each([F1])
    compared = compare([sums, sums], [F1], swaps=False)[0, 1][F1]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.reason == compared.reason == "too-many-subjects"
    assert each.tolist() == [[index % 2 for index in range(20_000)]]
    assert peak < 100e6
