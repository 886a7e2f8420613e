"""Coverage of the 95 % intervals: how often they contain the value of the population.

``python -m benchmarks.coverage [--trials 1000] [--seed 0] [--only TEXT]`` simulates systems on data
sets with the subjects and expressions of those of the field. The unequal numbers of expressions per
subject are drawn so that the effective number of subjects is that of the data set. Subjects differ
in difficulty: recall, false positives and the confusions of emotions vary between them. The value
of the population is that of all trials' subjects together.

The script prints, per setting and metric, the share of intervals that contain this value, the
median width, and the share of trials without an interval.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from tabulate import tabulate

from mebench.matching.iou import THRESHOLDS
from mebench.metrics.metric import Metric
from mebench.metrics.ratios import Undefined
from mebench.metrics.registry import METRICS_BY_ID
from mebench.metrics.replicates import ClassSums, RankedRows, SubjectSums
from mebench.models.annotation_table import FloatColumn
from mebench.statistics.intervals import IntervalEstimator
from mebench.statistics.jackknife import effective_subjects

SPOTTING = ("spotting_f1", "ap")
RECOGNITION = ("uf1", "uar")
BOTH = ("spotting_f1", "ap", "uf1", "strs")


@dataclass(frozen=True)
class Sizes:
    """Subjects, expressions, effective subjects, and the shares of the classes."""

    subjects: int
    expressions: int
    effective: float
    classes: tuple[float, ...]


DATASETS = {
    "CASME II": Sizes(26, 244, 17.1, (0.25, 0.13, 0.10, 0.11, 0.41)),
    "CAS(ME)²": Sizes(22, 57, 9.0, (0.55, 0.21, 0.24)),
    "SAMM-LV": Sizes(29, 159, 17.0, (0.69, 0.20, 0.11)),
    "SMIC-HS": Sizes(16, 157, 10.0, (0.42, 0.32, 0.26)),
    "composite": Sizes(68, 442, 40.0, (0.57, 0.24, 0.19)),
}


@dataclass(frozen=True)
class Setting:
    """A system on a data set.

    ``recall`` and ``accuracy`` are means over subjects; ``spread`` is the correlation of the
    outcomes within a subject; ``false_positives`` are per true expression.
    """

    dataset: str
    recall: float
    accuracy: float
    spread: float
    metrics: tuple[str, ...]
    false_positives: float = 0.6


SETTINGS = [
    *(Setting(name, 0.3, 0.5, 0.1, SPOTTING) for name in DATASETS),
    *(Setting(name, 0.65, 0.6, 0.1, BOTH) for name in DATASETS),
    *(Setting(name, 0.65, 0.6, 0.3, BOTH) for name in DATASETS),
    *(Setting(name, 0.9, 0.8, 0.1, BOTH, 0.2) for name in DATASETS),
    *(Setting(name, 1.0, 0.7, 0.1, RECOGNITION) for name in DATASETS),
    Setting("composite", 1.0, 0.5, 0.3, RECOGNITION),
]
"""The 26 settings."""


def draw_sizes(sizes: Sizes, generator: Generator) -> FloatColumn:
    """Return a number of expressions per subject with about the effective number of subjects."""
    # For shares from a gamma distribution with shape a, K / S is about a / (a + 1).
    ratio = min(0.97, sizes.effective / sizes.subjects)
    shares = generator.gamma(ratio / (1 - ratio), size=sizes.subjects) + 1e-9
    return generator.multinomial(sizes.expressions, shares / shares.sum()).astype(np.float64)


def rates(mean: float, spread: float, number: int, generator: Generator) -> FloatColumn:
    """Return a rate per subject, whose outcomes correlate by ``spread`` within a subject."""
    if mean in (0, 1):
        return np.full(number, mean)
    total = 1 / spread - 1
    return generator.beta(mean * total, (1 - mean) * total, size=number)


def draw_trial(setting: Setting, truths: FloatColumn, generator: Generator) -> SubjectSums:
    """Return the counts of a system on one sample of subjects."""
    subjects, classes = len(truths), DATASETS[setting.dataset].classes
    hits = generator.binomial(
        truths.astype(int), rates(setting.recall, setting.spread, subjects, generator)
    )
    rate = setting.false_positives * truths * generator.gamma(4, 1 / 4, size=subjects)
    false = generator.poisson(rate)
    of_hit = np.repeat(np.arange(subjects), hits)
    label = generator.choice(len(classes), p=classes, size=len(of_hit))
    right = (
        generator.random(len(of_hit))
        < rates(setting.accuracy, setting.spread, subjects, generator)[of_hit]
    )
    other = (label + generator.integers(1, len(classes), size=len(label))) % len(classes)
    predicted = np.where(right, label, other)
    columns = np.zeros((subjects, 3 * len(classes)))
    np.add.at(columns, (of_hit[right], label[right]), 1)
    np.add.at(columns, (of_hit, len(classes) + label), 1)
    np.add.at(columns, (of_hit, 2 * len(classes) + predicted), 1)
    return SubjectSums(
        spotting=np.stack([truths, hits + false, hits], axis=1).astype(np.float64),
        micro_truths=truths,
        analyzed=ClassSums(columns, len(classes)),
        top_predictions=None,
        top_labels=None,
        ranking=draw_ranking(hits, false, generator),
        predicts=True,
        spots=setting.metrics != RECOGNITION,
    )


def draw_ranking(hits: np.ndarray, false: np.ndarray, generator: Generator) -> RankedRows:
    """Return predictions by score: hits have higher scores, and an IoU between 1/2 and 1."""
    subject = np.concatenate([np.repeat(np.arange(len(n)), n) for n in (hits, false)])
    is_hit = np.arange(len(subject)) < hits.sum()
    order = np.argsort(-generator.normal(is_hit * 1.0))
    iou = np.where(is_hit, 0.5 + 0.5 * generator.beta(2, 2, size=len(subject)), 0.0)[order]
    reached = np.stack([iou >= hundredths / 100 for hundredths in THRESHOLDS])
    return RankedRows(subject[order], np.arange(len(subject)), reached)


def pooled(trials: Sequence[SubjectSums], setting: Setting, generator: Generator) -> SubjectSums:
    """Return the population: the subjects of all trials together."""
    merged = trials[0]
    for trial in trials[1:]:
        merged = merged.stacked(trial)
    hits = np.rint(merged.spotting[:, 2]).astype(int)
    false = np.rint(merged.spotting[:, 1]).astype(int) - hits
    merged.ranking = draw_ranking(hits, false, generator)
    return merged


def value_of(sums: SubjectSums, metric: Metric) -> float | None:
    """Return the value of a metric over all subjects; None if it is undefined."""
    value = metric.value(sums.pool(np.ones((1, len(sums)))))
    number = np.nan if isinstance(value, Undefined) else float(np.ravel(np.asarray(value))[0])
    return None if np.isnan(number) else number


def cover(setting: Setting, trials: int, seed: int) -> list[list[str]]:
    """Return a row per metric: setting, coverage, median width, trials without an interval."""
    generator = np.random.default_rng([seed, SETTINGS.index(setting)])
    sizes = DATASETS[setting.dataset]
    metrics = [METRICS_BY_ID[name] for name in setting.metrics]
    drawn = [draw_trial(setting, draw_sizes(sizes, generator), generator) for _ in range(trials)]
    population = pooled(drawn, setting, generator)
    truth = {metric: value_of(population, metric) for metric in metrics}
    held = {metric: list[bool]() for metric in metrics}
    widths = {metric: list[float]() for metric in metrics}
    for sums in drawn:
        values = {metric: value_of(sums, metric) for metric in metrics}
        known = {metric: value for metric, value in values.items() if value is not None}
        for metric, interval in IntervalEstimator(sums).intervals(known).items():
            if interval.low is None or interval.high is None:
                continue
            expected = truth[metric]
            assert expected is not None
            held[metric].append(interval.low <= expected <= interval.high)
            widths[metric].append(interval.high - interval.low)
    effective = float(np.mean([effective_subjects(sums.truths) for sums in drawn]))
    rows = []
    for metric in metrics:
        count = len(held[metric])
        covered = f"{np.mean(held[metric]):.3f}" if count else "–"
        width = f"{np.median(widths[metric]):.3f}" if count else "–"
        rows.append(
            [
                *(setting.dataset, f"{effective:.1f}", f"{setting.recall:g}"),
                *(f"{setting.accuracy:g}", f"{setting.spread:g}", metric.id),
                *(f"{truth[metric]:.3f}", covered, width, f"{1 - count / trials:.2f}"),
            ]
        )
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="data sets whose name contains this")
    given = parser.parse_args()
    header = ["data set", "K", "recall", "accuracy", "within", "metric", "value", "coverage"]
    rows = []
    for setting in SETTINGS:
        if given.only in setting.dataset:
            rows += cover(setting, given.trials, given.seed)
    print(tabulate(rows, [*header, "width", "none"], disable_numparse=True))
    shares = [float(row[7]) for row in rows if row[7] != "–"]
    print(f"coverage {min(shares):.3f} to {max(shares):.3f}; {given.trials} trials per setting")


if __name__ == "__main__":
    main()
