"""Power: the simulation keeps what it promises, and says so of CASME II."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks.paired_test import SETTINGS, Setting, coverage, resized
from mebench.evaluation.estimate_power import estimate_power
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.registry import METRICS_BY_ID
from mebench.statistics.error_profile import Design, ErrorProfile, intraclass_correlation
from mebench.statistics.power import LEVELS, PowerCurve, power_curves
from mebench.statistics.simulation import simulate
from tests.datasets.licensed.shared import STRS_PREDICTIONS, STRS_TRUTH, needs

ROOT = Path(__file__).parents[2]
METRICS = [METRICS_BY_ID[name] for name in ("spotting_f1", "uf1", "strs")]
BY_NAME = {setting.name: setting for setting in SETTINGS}
CASME2 = BY_NAME["CASME II"]


@pytest.fixture(scope="module")
def curves() -> dict[str, PowerCurve]:
    """Return the power at CASME II size."""
    found = power_curves(CASME2.design, CASME2.profile(1.0), METRICS, trials=400)
    return {curve.metric.id: curve for curve in found}


@pytest.mark.parametrize("name", ["8 equal subjects", "CASME II", "MEGC2019"])
def test_size_and_coverage(name: str) -> None:
    """The complete table is that of ``benchmarks/paired_test.txt``."""
    setting = BY_NAME[name]
    for shared in (1.0, 0.0):
        found = simulate(
            setting.design, setting.profile(shared), setting.metrics, [0.0, 0.3], trials=1000
        )
        size = found.significant[0].mean(axis=-1)
        assert ((size >= 0.025) & (size <= 0.075)).all(), size
        held = coverage(found)[1]
        assert ((held >= 0.92) & (held <= 0.98)).all(), held


def test_the_kept_output_is_in_the_stated_range() -> None:
    lines = (ROOT / "benchmarks" / "paired_test.txt").read_text(encoding="utf-8").splitlines()
    bounds = {" size ": (0.03, 0.07), " coverage ": (0.92, 0.97), " power ": (0.75, 0.92)}
    for word, (low, high) in bounds.items():
        numbers = [
            float(cell)
            for line in lines
            if word in line
            for cell in line.split(word.strip())[1].replace("of AP", "").split()
            if cell != "–"
        ]
        assert len(numbers) > 25
        assert low <= min(numbers) <= max(numbers) <= high, word


def test_the_promised_subjects_show_the_difference(curves: dict[str, PowerCurve]) -> None:
    curve = curves["spotting_f1"]
    assert curve.detectable is not None
    wanted = curve.detectable / 1.5
    subjects = curve.subjects_for(wanted)
    assert subjects is not None and 1.8 * 26 < subjects < 2.8 * 26
    share = float(np.interp(wanted, curve.differences, LEVELS))
    design = resized(CASME2.design, subjects)
    found = simulate(design, CASME2.profile(1.0), METRICS[:1], [share], trials=600, seed=3)
    assert 0.74 < found.significant.mean() < 0.88


def test_what_is_detectable_needs_these_subjects(curves: dict[str, PowerCurve]) -> None:
    for curve in curves.values():
        assert curve.detectable is not None
        assert curve.subjects_for(curve.detectable) in (25, 26, 27)
        assert curve.detectable_with(26) == pytest.approx(curve.detectable, rel=1e-3)
        truths = curve.truths_for(curve.detectable)
        assert truths is not None and 240 <= truths <= 248
        sizes = [curve.detectable_with(number) for number in (8, 26, 100, 1000)]
        known = [size for size in sizes if size is not None]
        assert known == sorted(known, reverse=True)
        assert curve.subjects_for(1e-6) is None


def test_independent_difficulty_needs_more(curves: dict[str, PowerCurve]) -> None:
    profile = CASME2.profile(0.0)
    for other in power_curves(CASME2.design, profile, METRICS, trials=400):
        shared, independent = curves[other.metric.id].detectable, other.detectable
        assert shared is not None and independent is not None
        assert independent > 1.2 * shared
        # More expressions of the same subjects do not remove what differs between subjects.
        assert other.truths_for(0.03) is None


@needs(STRS_TRUTH, STRS_PREDICTIONS)
def test_golden_values_of_casme2() -> None:
    """Section 5 of the standard states about .115, .165 and .14."""
    found = estimate_power(
        str(STRS_PREDICTIONS), str(STRS_TRUTH), "casme2-str", ScoringOptions(), trials=1000
    )
    detectable = {name: power.detectable for name, power in found.metrics.items()}
    assert detectable == pytest.approx({"spotting_f1": 0.125, "uf1": 0.165, "strs": 0.14}, abs=0.01)
    profile = found.profile
    assert (profile.hit_correlation, profile.label_correlation) == pytest.approx(
        (0.1117, 0.1532), abs=1e-4
    )
    assert profile.false_positives is None


def test_the_correlation_is_that_of_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(0)
    sizes = np.array([12, 7, 9, 20, 4])
    events = [rng.random(size) < rate for size, rate in zip(sizes, rng.random(5), strict=True)]
    ratio = stats.f_oneway(*(event.astype(float) for event in events)).statistic
    size = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / 4
    expected = (ratio - 1) / (ratio - 1 + size)
    successes = np.array([event.sum() for event in events], float)
    assert intraclass_correlation(successes, sizes.astype(float)) == pytest.approx(expected)


def test_the_simulation_has_the_stated_errors() -> None:
    """A profile that is estimated from simulated counts is the profile again."""
    design = resized(CASME2.design, 2000)
    profile = replace(CASME2.profile(1.0), false_positives=1.5, false_positive_variation=0.4)
    recall, precision, accuracy = (
        METRICS_BY_ID[name] for name in ("spotting_recall", "spotting_precision", "accuracy")
    )
    found = simulate(design, profile, [recall, precision, accuracy], [0.0], trials=3)
    hits = profile.hit_rate * len(design.subject)
    false = 1.5 * design.videos.sum()
    expected = [profile.hit_rate, hits / (hits + false), 0.6]
    assert found.first.mean(axis=1) == pytest.approx(expected, abs=0.012)


def test_the_same_seed_gives_the_same_numbers() -> None:
    setting = BY_NAME["CAS(ME)2"]
    first, again, other = (
        simulate(setting.design, setting.profile(0.5), METRICS, [0.2], trials=50, seed=seed)
        for seed in (1, 1, 2)
    )
    assert first.differences.tobytes() == again.differences.tobytes()
    assert first.errors.tobytes() == again.errors.tobytes()
    assert first.differences.tobytes() != other.differences.tobytes()


@pytest.mark.parametrize(
    ("sizes", "classes", "hit_rate"),
    [
        ((1, 1), (2,), 0.5),
        ((40, 1), (20, 21), 0.5),
        ((5, 0, 5, 0), (10,), 1.0),
        ((5, 5, 5), (5, 5, 5), 0.0),
        ((5, 5, 5), (5, 5, 5), None),
        ((3, 3), (), 0.5),
        ((3, 3), (0, 0, 6), 0.999),
    ],
)
def test_small_and_extreme_data_sets_give_a_number_or_none(
    sizes: tuple[int, ...], classes: tuple[int, ...], hit_rate: float | None
) -> None:
    setting = Setting("", sizes, classes, hit_rate)
    metrics = METRICS if hit_rate is not None else METRICS[1:2]
    for profile in (setting.profile(1.0), _estimated(setting.design)):
        for curve in power_curves(
            setting.design, profile, metrics[: 1 if not classes else 3], trials=100
        ):
            assert np.isfinite(curve.differences).all()
            assert np.isfinite(curve.power).all()
            numbers = [curve.detectable, curve.detectable_with(100)]
            numbers += [curve.subjects_for(0.1), curve.truths_for(0.1)]
            assert not any(number is not None and np.isnan(number) for number in numbers)


def _estimated(design: Design) -> ErrorProfile:
    """Return the profile of a submission without any predictions."""
    truths, nothing = design.truths, np.zeros(len(design.videos))
    spotting = np.stack([truths, nothing, nothing], axis=1)
    confusion = np.zeros((design.classes, design.classes))
    return ErrorProfile.of(design, spotting, nothing, nothing, confusion)
