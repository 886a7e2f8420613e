"""Score every level by its own truth, and compare it with the standard level by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult, build_report, metrics_of_group
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.metrics.metric import Metric
from mebench.models.report import Report
from mebench.models.stress import LevelDifference, StressFactor, StressLevel, StressResult
from mebench.models.submission import Submission
from mebench.protocols.protocol_file import protocol_as_toml
from mebench.statistics.comparison import Difference, compare
from mebench.stress.levels import LevelData
from mebench.stress.measure import Measured
from mebench.stress.stress_config import STANDARD, ChosenFactor, Level, StressConfig
from mebench.util.atomic_write import make_folder, to_json_text, write_text

SHOWN = {
    "spot-then-recognize": ("spotting_f1", "ap", "analysis_f1", "strs"),
    "spot": ("spotting_f1", "ap"),
    "recognize": ("uf1", "uar", "accuracy"),
}
"""The metrics of the curves by task."""


@dataclass(frozen=True, slots=True)
class LevelScore:
    """The score of a level: the counts per subject, and the report."""

    result: EvaluationResult
    report: Report


def score_levels(config: StressConfig, measured: Measured) -> StressResult:
    """Score all measured levels, and write the files of each into its folder.

    The paired test of a level needs the same people as the standard level, not the same truth:
    a level can have other frames.
    """
    scores = {
        level: _score(data, measured.submissions[level]) for level, data in measured.levels.items()
    }
    for level, score in scores.items():
        folder = config.run.folder / "levels" / level.name
        _write(folder, measured.levels[level], measured.submissions[level], score)
    standard = scores[STANDARD]
    task = config.run.protocol.task
    known = {metric.id: metric for metric in metrics_of_group(standard.result, "overall")}
    metrics = [
        known[name]
        for name in SHOWN[task]
        if any(score.report.metrics[name].value is not None for score in scores.values())
    ]
    units = standard.report.units
    system = standard.report.system
    assert system is not None
    return StressResult(
        baseline=" ".join(filter(None, (system.name, system.version))),
        protocol=config.run.protocol.id,
        protocol_title=config.run.protocol.title,
        trained_on="level" if config.retrain else "standard",
        seed=config.run.seed,
        subjects=units.subjects,
        effective_subjects=units.effective_subjects,
        videos=len(measured.levels[STANDARD].tested.distinct_videos),
        metrics=[metric.id for metric in metrics],
        standard=_level(STANDARD, 0.0, "standard", standard, metrics, None),
        factors=[_factor(chosen, scores, metrics) for chosen in config.factors],
        missing=[level.name for level in measured.missing],
    )


def _score(data: LevelData, submission: Mapping[str, object]) -> LevelScore:
    protocol, findings = data.tested.protocol, Findings()
    options = ScoringOptions(allow_missing=not protocol.spots)
    checked = Submission.model_validate(submission)
    result = evaluate_predictions(checked, data.tested.truth, protocol, options, findings)
    return LevelScore(result, build_report(result, findings))


def _write(
    folder: Path, data: LevelData, submission: Mapping[str, object], score: LevelScore
) -> None:
    """Write what `mebench score` needs to compute the score again."""
    make_folder(folder)
    write_text(folder / "predictions.json", to_json_text(submission))
    write_text(folder / "truth.json", to_json_text(data.tested.truth.to_json()))
    write_text(folder / "protocol.toml", protocol_as_toml(data.tested.protocol))
    write_text(folder / "report.json", to_json_text(score.report.to_json()))


def _factor(
    chosen: ChosenFactor, scores: Mapping[Level, LevelScore], metrics: Sequence[Metric]
) -> StressFactor:
    factor = chosen.factor
    levels = dict(zip(chosen.values, chosen.levels(), strict=True))
    others = [level for level in levels.values() if level != STANDARD and level in scores]
    differences = _differences(scores[STANDARD], [scores[level] for level in others], metrics)
    by_level = dict(zip(others, differences, strict=True))
    return StressFactor(
        name=factor.name,
        title=factor.title,
        unit=factor.unit,
        standard=factor.label(factor.standard),
        levels=[
            _level(
                level, value, factor.label(value), scores.get(level), metrics, by_level.get(level)
            )
            for value, level in levels.items()
        ],
    )


def _differences(
    standard: LevelScore, others: Sequence[LevelScore], metrics: Sequence[Metric]
) -> list[dict[str, LevelDifference]]:
    """Compare levels with the standard level; the levels of a factor are a family."""
    people = [subject.subject for subject in standard.result.truth.subjects]
    for other in others:
        assert [subject.subject for subject in other.result.truth.subjects] == people
    systems = [standard.result.sums, *(other.result.sums for other in others)]
    pairs = [(0, position) for position in range(1, len(systems))]
    compared = compare(systems, metrics, pairs, swaps=False) if pairs else {}
    return [
        {metric.id: _difference(found) for metric, found in compared[pair].items()}
        for pair in pairs
    ]


def _difference(found: Difference) -> LevelDifference:
    verdict: Literal["lower", "higher", "not-distinguishable"] | None = None
    if found.adjusted_p is not None and found.value is not None:
        verdict = "not-distinguishable"
        if found.is_significant:
            verdict = "lower" if found.value < 0 else "higher"
    return LevelDifference.model_construct(
        difference=found.value,
        low=found.low,
        high=found.high,
        adjusted_p=found.adjusted_p,
        detectable=found.detectable,
        verdict=verdict,
        reason=found.reason or None,
    )


def _level(
    level: Level,
    value: float,
    label: str,
    score: LevelScore | None,
    metrics: Sequence[Metric],
    differences: dict[str, LevelDifference] | None,
) -> StressLevel:
    report = None if score is None else score.report
    return StressLevel(
        name=level.name,
        value=value,
        label=label,
        is_standard=level == STANDARD,
        signature=None if report is None else report.signature,
        truths=None if report is None else report.units.truths,
        metrics=None
        if report is None
        else {metric.id: report.metrics[metric.id] for metric in metrics},
        differences=differences,
    )
