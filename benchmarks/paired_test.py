"""The paired test of ``mebench compare``, and the power that ``mebench power`` promises.

``python -m benchmarks.paired_test [--trials 2000] [--ap-trials 600] [--seed 0]`` simulates pairs of
systems on data sets with the subject sizes of the field. It prints how often the test finds a
difference where there is none (``size``; it should be .05), how often the interval holds the
difference where there is one (``coverage``; .95), and how often a difference is found with the
number of subjects that the power analysis asks for (``power``; .80). Errors vary between subjects.
In the rows ``shared 1`` both systems find the same subjects difficult, in ``shared 0`` that is
independent.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mebench.metrics.metric import Metric
from mebench.metrics.registry import METRICS_BY_ID
from mebench.metrics.replicates import ClassSums, RankedRows, SubjectSums
from mebench.models.annotation_table import NO_CLASS
from mebench.statistics.comparison import compare
from mebench.statistics.error_profile import Design, ErrorProfile
from mebench.statistics.jackknife import TAIL
from mebench.statistics.power import LEVELS, power_curves
from mebench.statistics.simulation import Trials, simulate
from mebench.statistics.student import t_quantile

METRICS = ("spotting_f1", "accuracy", "uf1", "analysis_f1", "strs")
IMPROVEMENT = 0.3
"""The share of errors that the second system avoids where there is a difference."""

_MEGC2019 = (
    *(31, 11, 11, 11, 10, 9, 8, 6, 5, 5, 5, 4, 4, 3, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1),
    *(39, 22, 19, 13, 10, 10, 9, 7, 7, 6, 6, 4, 4, 4, 2, 2),
    *(20, 11, 10, 9, 8, 8, 6, 5, 5, 5, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 1, 1, 1, 1, 1, 1),
)


@dataclass(frozen=True)
class Setting:
    """A data set to simulate: expressions per subject and per class, and the share of hits."""

    name: str
    subjects: tuple[int, ...]
    classes: tuple[int, ...]
    hit_rate: float | None
    one_per_video: bool = False

    @property
    def design(self) -> Design:
        """The data set; classes are dealt to the subjects at random, the rest has none."""
        sizes = np.array(self.subjects)
        subject = np.repeat(np.arange(len(sizes)), sizes)
        label = np.full(len(subject), NO_CLASS)
        label[: sum(self.classes)] = np.repeat(np.arange(len(self.classes)), self.classes)
        label = np.random.default_rng(1).permutation(label)
        videos = sizes if self.one_per_video else np.maximum(1, sizes // 2)
        is_given = self.hit_rate is None
        return Design(
            subject,
            label,
            videos.astype(np.float64),
            len(self.classes),
            not is_given,
            self.one_per_video,
        )

    def profile(self, shared: float) -> ErrorProfile:
        """Return errors that vary between subjects about as in published predictions."""
        profile = ErrorProfile.default(self.design)
        hit_rate = profile.hit_rate if self.hit_rate is None else self.hit_rate
        return replace(
            profile,
            hit_rate=hit_rate,
            hit_correlation=0.15,
            label_correlation=0.15,
            shared=shared,
        )

    @property
    def metrics(self) -> list[Metric]:
        """The metrics of its task."""
        metrics = [METRICS_BY_ID[name] for name in METRICS]
        return [m for m in metrics if self.hit_rate is not None or "spotting" not in m.needs]


SETTINGS = (
    Setting("8 equal subjects", (10,) * 8, (30, 28, 22), 0.6, True),
    Setting("8 small subjects", (4,) * 8, (12, 10, 10), 0.5),
    Setting("SMIC-VIS", (15, 12, 10, 9, 8, 7, 6, 4), (24, 28, 19), 0.6, True),
    Setting("CAS(ME)2", (11, 8, 8, 6, 6, 4, 3, 2, 2, 2, 2, 1, 1, 1), (21, 8, 9), 0.35),
    Setting(
        "SMIC-HS",
        (39, 22, 19, 13, 10, 10, 9, 7, 7, 6, 6, 4, 4, 4, 2, 2),
        (66, 51, 40),
        0.6,
        True,
    ),
    Setting(
        "CASME II",
        (
            *(34, 19, 16, 15, 13, 13, 13, 12, 11, 11, 10, 9, 9, 8),
            *(7, 7, 7, 5, 4, 4, 4, 3, 3, 3, 2, 2),
        ),
        (61, 32, 25, 27, 99),
        0.65,
        True,
    ),
    Setting(
        "SAMM-LV",
        (
            *(20, 13, 12, 11, 10, 9, 9, 6, 6, 6, 5, 5, 5, 4, 4, 4, 4),
            *(3, 3, 3, 3, 3, 3, 3, 2, 1, 1, 1, 1),
        ),
        (92, 26, 15),
        0.35,
    ),
    Setting("MEGC2019", _MEGC2019, (250, 109, 83), None),
)


def coverage(trials: Trials) -> np.ndarray:
    """Return how often the intervals hold the mean difference, shape (L, M)."""
    half = t_quantile(1 - TAIL, trials.degrees) * trials.errors
    means = trials.differences.mean(axis=-1, keepdims=True)
    held: np.ndarray = (np.abs(trials.differences - means) <= half).mean(axis=-1)
    return held


def rows(setting: Setting, shared: float, trials: int, seed: int) -> Iterator[str]:
    """Yield the size of the test and the coverage of its intervals."""
    found = simulate(
        setting.design,
        setting.profile(shared),
        setting.metrics,
        [0.0, IMPROVEMENT],
        trials=trials,
        seed=seed,
    )
    head = (
        f"{setting.name:16} {len(setting.subjects):3} {found.degrees + 1:5.1f}  shared {shared:g}"
    )
    yield row(f"{head}  size    ", setting.metrics, found.significant[0].mean(axis=-1))
    yield row(f"{head}  coverage", setting.metrics, coverage(found)[1])


def row(head: str, metrics: Sequence[Metric], numbers: Sequence[float | None] | np.ndarray) -> str:
    by_id = {metric.id: number for metric, number in zip(metrics, numbers, strict=True)}
    known = {name: number for name, number in by_id.items() if number is not None}
    cells = [f"{known[name]:.3f}" if name in known else "–" for name in METRICS]
    return f"{head}  {'  '.join(f'{cell:>11}' for cell in cells)}"


def promised_power(setting: Setting, trials: int, seed: int) -> Iterator[str]:
    """Yield the power with the subjects that are asked for to show half of what these show."""
    profile, metrics = setting.profile(1.0), setting.metrics
    curves = power_curves(setting.design, profile, metrics, trials=trials, seed=seed)
    powers: list[float | None] = []
    for curve in curves:
        if curve.detectable is None:
            powers.append(None)
            continue
        wanted = curve.detectable / 2
        subjects = curve.subjects_for(wanted)
        assert subjects is not None
        share = float(np.interp(wanted, curve.differences, LEVELS))
        design = resized(setting.design, subjects)
        found = simulate(design, profile, [curve.metric], [share], trials=400, seed=seed + 1)
        powers.append(float(found.significant.mean()))
    head = f"{setting.name:16} {len(setting.subjects):3}        shared 1  power   "
    yield row(head, metrics, powers)


def resized(design: Design, subjects: int) -> Design:
    """Return a data set with another number of subjects, drawn evenly from the given one."""
    own = len(design.videos)
    chosen = np.random.default_rng(2).permutation(own)[np.arange(subjects) % own]
    events = [np.flatnonzero(design.subject == subject) for subject in chosen]
    return replace(
        design,
        subject=np.repeat(np.arange(subjects), [len(one) for one in events]),
        label=design.label[np.concatenate(events)],
        videos=design.videos[chosen],
    )


def size_of_ap(setting: Setting, trials: int, seed: int) -> float:
    """Return how often the test finds a difference in AP between equally good systems."""
    rng = np.random.default_rng(seed)
    metric = METRICS_BY_ID["ap"]
    pairs = ([ranked_system(setting, rng) for _ in range(2)] for _ in range(trials))
    found = [compare(pair, [metric], swaps=False)[0, 1][metric] for pair in pairs]
    return sum(one.is_significant for one in found) / trials


def ranked_system(setting: Setting, rng: np.random.Generator) -> SubjectSums:
    """Draw a system with scores: hits score higher than false positives, with overlap."""
    sizes = np.array(setting.subjects)
    subjects = len(sizes)
    rate = rng.beta(3, 2, subjects)
    hits = rng.binomial(sizes, rate)
    false = rng.poisson(sizes * rng.gamma(2, 0.25, subjects))
    subject = np.repeat(np.tile(np.arange(subjects), 2), np.concatenate([hits, false]))
    is_hit = np.repeat([True, False], [hits.sum(), false.sum()])
    order = np.argsort(-(rng.standard_normal(len(subject)) + is_hit), kind="stable")
    reached = rng.integers(1, 11, len(subject))[order]
    at_threshold = is_hit[order] & (np.arange(10)[:, None] < reached)
    spotting = np.stack([sizes, hits + false, hits], axis=1).astype(np.float64)
    return SubjectSums(
        spotting,
        spotting[:, 0],
        ClassSums(np.zeros((subjects, 0)), 0),
        None,
        None,
        RankedRows(subject[order], np.arange(len(subject)), at_threshold),
        predicts=True,
        spots=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--ap-trials", type=int, default=600)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    titles = "  ".join(f"{name:>11}" for name in METRICS)
    print(f"{'data set':16}   S     K                    {titles}")
    for setting in SETTINGS:
        for shared in (1.0, 0.0):
            for line in rows(setting, shared, options.trials, options.seed):
                print(line, flush=True)
    print()
    for setting in SETTINGS:
        for line in promised_power(setting, options.trials // 2, options.seed):
            print(line, flush=True)
    print()
    for setting in (SETTINGS[0], SETTINGS[3], SETTINGS[5]):
        size = size_of_ap(setting, options.ap_trials, options.seed)
        print(f"{setting.name:16} {len(setting.subjects):3}  size of AP  {size:.3f}", flush=True)


if __name__ == "__main__":
    main()
