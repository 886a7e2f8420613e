"""Score one trial: each metric of the standard as a fraction, or None with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tests.reference.matching import Pair, operating_pairs
from tests.reference.model import (
    Interval,
    Rules,
    Trial,
    above_threshold,
    in_scope,
    true_expressions,
)
from tests.reference.one_per_video import analysis_all, apex_outcome
from tests.reference.outcome import Outcome, Scores, recognition_counts
from tests.reference.ranking import average_precisions
from tests.reference.recognition import EmotionPair, Recognition, recognition

AP_METRICS = ("ap", "ap50", "ap75", "ap_coco101")
ANALYSIS_METRICS = ("analysis_precision", "analysis_recall", "analysis_f1", "uf1", "uar")


def spotting_outcome(hits: int, predicted: int, true: int) -> Outcome:
    """Return precision A/N, recall A/M and F1 2A/(M+N)."""
    outcome = Outcome()
    if predicted == 0 and true == 0:
        outcome.undefine("no-truth-and-no-prediction", "spotting_precision", "spotting_f1")
    else:
        precision = Fraction(hits, predicted) if predicted else Fraction(0)
        outcome.define({"spotting_precision": precision})
        outcome.define({"spotting_f1": Fraction(2 * hits, true + predicted)})
    if true == 0:
        outcome.undefine("no-truth", "spotting_recall")
    else:
        outcome.define({"spotting_recall": Fraction(hits, true)})
    return outcome


def ranked_outcome(
    truths: Sequence[Interval], predictions: Sequence[Interval], classes: Sequence[str]
) -> Outcome:
    """Return the four average precisions, from all predictions whatever their score."""
    outcome = Outcome()
    if not truths:
        outcome.undefine("no-truth", *AP_METRICS)
    elif not predictions:
        outcome.define({name: Fraction(0) for name in AP_METRICS})
    elif any(prediction.score is None for prediction in predictions):
        outcome.undefine("unranked", *AP_METRICS)
    else:
        outcome.define(average_precisions(truths, predictions, classes))
    return outcome


def analysis(pairs: Sequence[Pair], classes: Sequence[str]) -> Recognition:
    """Compare the emotions of the spotted true positives whose truth is in the class list."""
    emotions: list[EmotionPair] = [
        (truth.emotion, prediction.emotion)
        for truth, prediction in pairs
        if truth.emotion is not None and truth.emotion in classes
    ]
    return recognition(emotions, classes)


def analysis_outcome(result: Recognition, any_truth: bool) -> Outcome:
    """Return accuracy, precision, recall, F1, UF1 and UAR of an analysis."""
    outcome = Outcome()
    if not any_truth:
        outcome.undefine("no-truth", "accuracy", *ANALYSIS_METRICS)
        return outcome
    measured = (result.precision, result.recall, result.f1, result.uf1, result.uar)
    outcome.define(dict(zip(ANALYSIS_METRICS, measured, strict=True)))
    if result.accuracy is None:
        outcome.undefine("no-analysed-pair", "accuracy")
    else:
        outcome.define({"accuracy": result.accuracy})
    return outcome


def strs_outcome(group: Outcome) -> Outcome:
    """Return spotting_f1 * analysis_f1: null exactly if spotting_f1 is, 0 where that is 0."""
    outcome = Outcome()
    spotting_f1, analysis_f1 = group.metrics["spotting_f1"], group.metrics["analysis_f1"]
    if spotting_f1 is None:
        outcome.undefine(group.reasons["spotting_f1"], "strs")
    elif spotting_f1 == 0 or analysis_f1 is None:
        outcome.define({"strs": Fraction(0)})
    else:
        outcome.define({"strs": spotting_f1 * analysis_f1})
    return outcome


def acc_mesr_outcome(group: Outcome) -> Outcome:
    """Return spotting_recall * accuracy: 0 with truth but no analysed pair."""
    outcome = Outcome()
    recall, accuracy = group.metrics["spotting_recall"], group.metrics["accuracy"]
    if recall is None:
        outcome.undefine("no-truth", "acc_mesr")
    elif accuracy is None:
        outcome.define({"acc_mesr": Fraction(0)})
    else:
        outcome.define({"acc_mesr": recall * accuracy})
    return outcome


def kinds_outcome(trial: Trial, rules: Rules, kinds: Sequence[str]) -> tuple[Outcome, list[Pair]]:
    """Score the spotting of some kinds together: counts and ranked lists are pooled.

    Returns
    -------
    outcome : Outcome
        Precision, recall, F1 and the average precisions.
    pairs : list of Pair
        The spotted true positives.
    """
    truths, predictions = scored(trial, rules, kinds)
    operating = [prediction for prediction in predictions if above_threshold(prediction, trial)]
    pairs = operating_pairs(truths, operating, rules.classes)
    outcome = spotting_outcome(len(pairs), len(operating), len(truths))
    outcome.add(ranked_outcome(truths, predictions, rules.classes))
    return outcome, pairs


def scored(
    trial: Trial, rules: Rules, kinds: Sequence[str]
) -> tuple[list[Interval], list[Interval]]:
    """Return the truths and the predictions of some kinds on the videos in scope."""
    videos = in_scope(trial, rules)
    return (
        [
            truth
            for truth in true_expressions(trial, rules)
            if truth.video in videos and truth.kind in kinds
        ],
        [other for other in trial.predictions if other.video in videos and other.kind in kinds],
    )


def score_trial(trial: Trial, rules: Rules) -> Scores:
    """Score one trial of a protocol that spots.

    With several targets the headline is ``overall`` and there is a group for each kind; the
    analysis, and what follows from it, is that of ``micro`` alone.
    """
    if rules.one_per_video and len(rules.targets) > 1:
        raise ValueError("`one_per_video` requires a single target kind")
    truths, predictions = scored(trial, rules, rules.targets)
    operating = [prediction for prediction in predictions if above_threshold(prediction, trial)]
    headline, pairs = kinds_outcome(trial, rules, rules.targets)
    counts: dict[str, dict[str, object]] = {
        "spotting": {
            "tp": len(pairs),
            "fp": len(operating) - len(pairs),
            "fn": len(truths) - len(pairs),
        }
    }
    if rules.one_per_video:
        headline.add(apex_outcome(truths, predictions, rules.classes))
    groups: dict[str, Outcome] = {}
    micro = headline
    if len(rules.targets) > 1:
        groups = {kind: kinds_outcome(trial, rules, [kind])[0] for kind in rules.targets}
        groups["overall"] = headline
        micro = groups["micro"]
    if rules.task == "spot-then-recognize":
        micro_truths = [truth for truth in truths if truth.kind == "micro"]
        result = analysis([pair for pair in pairs if pair[0].kind == "micro"], rules.classes)
        counts["analysis"] = recognition_counts(result)
        micro.add(analysis_outcome(result, any_truth=bool(micro_truths)))
        micro.add(strs_outcome(micro))
        if rules.one_per_video:
            headline.add(acc_mesr_outcome(headline))
            result_all, outcome_all = analysis_all(
                truths, predictions, rules.classes, in_scope(trial, rules)
            )
            headline.add(outcome_all)
            if result_all is not None:
                counts["analysis_all"] = recognition_counts(result_all)
    return Scores(trial_units(trial, rules), counts, headline, groups)


def trial_units(trial: Trial, rules: Rules) -> dict[str, object]:
    """Return the numbers of scored units, including predictions below the threshold.

    A video in which only kinds that are not spotted were predicted has no predictions.
    """
    videos = in_scope(trial, rules)
    truths, predictions = scored(trial, rules, rules.targets)
    predicted = {prediction.video for prediction in predictions}
    return {
        "subjects": len({video.partition("/")[0] for video in videos}),
        "videos": len(videos),
        "truths": len(truths),
        "predictions": len(predictions),
        "videos_without_predictions": [video for video in videos if video not in predicted],
    }


def score_samples(pairs: Sequence[EmotionPair], classes: Sequence[str]) -> Scores:
    """Score a recognition protocol: the same confusion matrix over every sample.

    Parameters
    ----------
    pairs : sequence of EmotionPair
        For every sample its emotion and the predicted one, or None where that is missing.
    classes : sequence of str
        The class list.
    """
    result = recognition(pairs, classes, missing_column=True)
    outcome = Outcome()
    if pairs:
        outcome = analysis_outcome(result, any_truth=True)
    else:
        outcome.undefine("no-samples", "accuracy", *ANALYSIS_METRICS)
    units: dict[str, object] = {
        "truths": len(pairs),
        "predictions": sum(predicted is not None for _, predicted in pairs),
        "videos": len(pairs),
    }
    return Scores(units, {"analysis": recognition_counts(result)}, outcome)
