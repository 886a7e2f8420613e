"""The functions of ``import mebench``: score, validate, compare, diagnose, power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Unpack

from mebench.api.keywords import ScoringKeywords, scoring_options
from mebench.api.results import Comparison, Diagnosis, PowerAnalysis, Report
from mebench.api.validation import Validation
from mebench.diagnostics import Findings
from mebench.evaluation.build_report import PartUnit, build_report
from mebench.evaluation.inputs import PredictionsInput, ProtocolInput, TruthInput
from mebench.evaluation.score import evaluate_predictions
from mebench.metrics.metric import Metric
from mebench.util.arguments import check_argument, check_choice


def score(
    predictions: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    by: PartUnit | None = None,
    ci: bool = True,
    curves: str | Path | None = None,
    metrics: Sequence[str | Metric] = (),
    **options: Unpack[ScoringKeywords],
) -> Report:
    """Score predictions against the truth under a protocol.

    Parameters
    ----------
    predictions : path, DataFrame, list of dict, dict or Submission
        A file in any known format; or data in memory: a data frame or records with the columns
        ``subject``, ``video``, ``onset``, ``offset``, and if there are any ``emotion``, ``score``
        and ``kind`` (in recognition ``subject``, ``sample``, ``emotion``); a dict from videos to
        intervals, ``{("s1", "v1"): [(10, 42), (60, 90, 0.7)]}``, with the score third; or the JSON
        data of a submission. Frames count from 0, and the offset is the last frame.
    truth : path, DataFrame, list of dict, dict or TruthManifest, optional
        The truth, in the same forms; not needed for a log that contains it.
    protocol : str, path or Protocol, optional
        ``casme2-str@1``, the path of a ``.toml`` file, or a model. A submission names one.
    by : str, optional
        ``"subject"``, ``"video"`` or ``"dataset"``: adds the same numbers for each of them.
    ci : bool
        Whether metrics have 95 % confidence intervals, with the subject as the unit.
    curves : path, optional
        Scores per frame (:func:`mebench.write_curves`), which are checked and change no score;
        timelines show them.
    metrics : sequence of str or mebench.metrics.Metric
        Metrics beside those of the standard: names of metrics of installed packages, or objects.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Returns
    -------
    Report
        ``report["strs"]``, ``report.to_frame()``, ``report.plot``; ``print(report)``.

    Raises
    ------
    MebenchError
        With all problems of the data, each with its place.
    """
    check_choice("by", by, (None, "subject", "video", "dataset"))
    check_choice("ci", ci, (False, True))
    findings = Findings()
    settings = replace(scoring_options(options), metrics=metrics)
    result = evaluate_predictions(predictions, truth, protocol, settings, findings)
    of_videos = None
    if curves is not None:
        from mebench.evaluation.score_curves import read_curves_of_videos

        of_videos = read_curves_of_videos(curves, result.truth, findings)
    return Report.of(build_report(result, findings, by, intervals=ci), result, of_videos)


def validate(
    data: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    role: Literal["predictions", "truth"] | None = None,
    **options: Unpack[ScoringKeywords],
) -> Validation:
    """Report all problems of predictions or a truth, without a score.

    Parameters
    ----------
    data : path, DataFrame, list of dict, dict or Submission
        What to check, as for :func:`score`.
    truth : path, DataFrame, list of dict, dict or TruthManifest, optional
        The truth, which may be blind; for ids and the lengths of videos.
    protocol : str, path or Protocol, optional
        Without one, kinds, emotions and scope are not checked.
    role : str, optional
        ``"predictions"`` or ``"truth"``: what the data are; by default detected, and
        data in memory are predictions.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Returns
    -------
    Validation
        True if there are no errors; ``print(validation)`` lists what was found.
    """
    check_choice("role", role, (None, "predictions", "truth"))
    from mebench.evaluation.validate import validate as validate_data

    findings, detected = validate_data(
        data, role=role, truth=truth, protocol=protocol, options=scoring_options(options)
    )
    return Validation(findings.kept, findings.omitted, detected)


def compare(
    predictions: Sequence[PredictionsInput] | Mapping[str, PredictionsInput],
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    metrics: Sequence[str | Metric] | None = None,
    group: str | None = None,
    baseline: int | str | None = None,
    seed: int = 0,
    **options: Unpack[ScoringKeywords],
) -> Comparison:
    """Compare systems on the same truth, with the subject as the unit.

    Parameters
    ----------
    predictions : sequence or dict
        The predictions of at least two systems, each as for :func:`score`; a dict names them:
        ``{"mine": frame, "theirs": "theirs.json"}``.
    truth, protocol
        As for :func:`score`.
    metrics : sequence of str or mebench.metrics.Metric, optional
        All metrics to compare, also those of other packages; default: the main ones of the
        protocol.
    group : str, optional
        The kind, ``overall``, or the data set of a composite to compare; default: the headline.
    baseline : int or str, optional
        The position or the name of the system with which the others are compared; default: all
        pairs.
    seed : int
        The seed of the random swaps.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Returns
    -------
    Comparison
        ``comparison.to_frame()``; ``print(comparison)`` shows the conclusion.

    Raises
    ------
    MebenchError
        With all problems of the data, or if they were not scored by the same rules.
    """
    from mebench.evaluation.compare_systems import compare_with_options

    names = [str(name) for name in predictions] if isinstance(predictions, Mapping) else None
    systems = list(predictions.values()) if isinstance(predictions, Mapping) else predictions
    is_list = isinstance(systems, Sequence) and not isinstance(systems, str | bytes)
    check_argument("predictions", predictions, is_list, "a list, or a dict by name")
    if isinstance(baseline, str):
        is_named = baseline in (names or [])
        check_argument("baseline", baseline, is_named, "the name of one of the systems")
        baseline = (names or []).index(baseline)
    settings = scoring_options(options)
    if metrics is not None:
        settings = replace(settings, metrics=metrics)
    compared = compare_with_options(
        systems,
        truth,
        protocol,
        settings,
        metrics=None if metrics is None else settings.metric_ids,
        group=group,
        baseline=baseline,
        seed=seed,
        names=names,
    )
    return Comparison.model_construct(**dict(compared))


def diagnose(
    predictions: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    curves: str | Path | None = None,
    **options: Unpack[ScoringKeywords],
) -> Diagnosis:
    """Explain the errors of predictions: one cause per error, and what each cause costs.

    Parameters
    ----------
    predictions, truth, protocol
        As for :func:`score`.
    curves : path, optional
        Scores per frame; every error then has the highest score within its interval.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Returns
    -------
    Diagnosis
        ``diagnosis.to_frame()``; ``print(diagnosis)`` shows the causes.

    Raises
    ------
    MebenchError
        With all problems of the data.
    """
    from mebench.diagnosis.diagnose import diagnose_with_options

    found = diagnose_with_options(predictions, truth, protocol, scoring_options(options), curves)
    return Diagnosis.model_construct(**dict(found))


def power(
    truth: TruthInput | None,
    protocol: ProtocolInput | None = None,
    *,
    predictions: PredictionsInput | None = None,
    differences: Sequence[float] = (0.05, 0.1),
    shared_difficulty: float = 1.0,
    trials: int = 1000,
    seed: int = 0,
    **options: Unpack[ScoringKeywords],
) -> PowerAnalysis:
    """Estimate by simulation which differences between two systems a data set can show.

    Parameters
    ----------
    truth, protocol
        As for :func:`score`.
    predictions : path, DataFrame, list of dict, dict or Submission, optional
        Predictions whose errors the simulated systems have; default: an error profile that
        docs/comparison.md states.
    differences : sequence of float
        The differences for which the necessary subjects and expressions are computed.
    shared_difficulty : float
        1 if both systems find the same subjects difficult, 0 if that is independent.
    trials, seed : int
        Simulated comparisons per difference, and the seed of their random numbers.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Returns
    -------
    PowerAnalysis
        ``analysis.to_frame()``, ``analysis.plot()``; ``print(analysis)`` shows the tables.

    Raises
    ------
    MebenchError
        With all problems of the data.
    """
    from mebench.evaluation.estimate_power import estimate_power

    estimated = estimate_power(
        predictions,
        truth,
        protocol,
        scoring_options(options),
        differences=differences,
        shared_difficulty=shared_difficulty,
        trials=trials,
        seed=seed,
    )
    return PowerAnalysis.model_construct(**dict(estimated))
