"""The scoring pipeline from files to a report; ``mebench score`` and ``mebench.score`` call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation.build_report import EvaluationResult, PartUnit, build_report
from mebench.evaluation.check_predictions import check_predictions
from mebench.evaluation.expected_counts import warn_if_incomplete
from mebench.evaluation.fold_checks import check_folds
from mebench.evaluation.frame_hint import hint_at_wrong_frames
from mebench.evaluation.ground_truth import OUT_OF_SCOPE, SpottingTruth, build_truth
from mebench.evaluation.inputs import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    check_task,
    load_predictions,
    read_truth_table,
    resolve_protocol,
    translate_predictions,
)
from mebench.evaluation.interval_checks import warn_of_constant_scores
from mebench.evaluation.left_out import subjects_left_out
from mebench.evaluation.log_scores import (
    described_pairs,
    pairs_of_unknown_kind,
    rows_of_pairs,
    verdicts_of_log,
    with_any_kind,
)
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import (
    hashed_folds,
    prediction_hash,
    sample_hash,
    signature_of,
    truth_hash,
)
from mebench.formats.mapping_file import MappingInput, load_mapping
from mebench.metrics.expressions import Expressions
from mebench.metrics.replicates import SubjectSums
from mebench.metrics.subject_counts import CountsPerSubject, count_recognition, count_spotting
from mebench.models.annotation_table import (
    NO_CLASS,
    NO_KIND,
    IntegerColumn,
    PredictionTable,
    TruthTable,
)
from mebench.models.base import KINDS
from mebench.models.protocol import Protocol
from mebench.models.report import Report, Units
from mebench.models.submission import Threshold
from mebench.protocols.id_matching import quote_name
from mebench.statistics.jackknife import effective_subjects
from mebench.util.arguments import check_choice


def evaluate_predictions(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> EvaluationResult:
    """Read, check and count predictions; raise all problems if the files cannot be scored."""
    try:
        read = load_predictions(predictions, options, findings)
        table = read.table
        protocol = resolve_protocol(protocol, table.protocol, table.places.header("/protocol"))
        if not table.foreign and options.first_frame is not None:
            options = replace(options, first_frame=None)
            findings.note("first-frame-ignored", "A native file counts frames from 0, always.")
        read = translate_predictions(read, protocol, options, findings)
        table = read.table
        truth_table = read_truth_table(read, truth, protocol, options, findings)
        options = replace(
            options,
            ids=options.ids if table.foreign else None,
            truth_ids=options.truth_ids if truth_table.foreign else None,
            dataset=options.dataset if table.foreign else None,
        )
        check_task(table, protocol, findings)
        if table.system is not None and table.system.uses_truth:
            findings.warning(
                "uses-truth",
                f"{quote_name(table.system.name)} used the truth of the videos that it predicts.",
                "Use its score only as an upper bound; leaderboards do not accept it.",
                table.places.header("/system"),
            )
        own_truth = truth is None
        pairs = pairs_of_unknown_kind(read, protocol, options, findings) if own_truth else None
        result = _compare_with_truth(protocol, options, table, truth_table, findings, pairs)
    except MebenchError as error:
        # The error that ends the reading is reported together with all earlier findings.
        if isinstance(error, UsageError) and not findings.has_errors:
            raise
        findings.extend_from(error)
        raise MebenchError(findings.kept, findings.omitted) from None
    result.log = verdicts_of_log(read, result, findings)
    return result


def _compare_with_truth(
    protocol: Protocol,
    options: ScoringOptions,
    table: PredictionTable,
    truth_table: TruthTable,
    findings: Findings,
    pairs: IntegerColumn | None,
) -> EvaluationResult:
    reading = options if pairs is None else with_any_kind(options)
    truth = build_truth(truth_table, protocol, findings, reading.kind)
    predictions, threshold = check_predictions(table, protocol, truth, reading, findings)
    folds, tests = check_folds(table, protocol, truth, findings)
    findings.raise_errors()
    remedy = "The signature states this, and leaderboards do not accept the score."
    counts_differ = warn_if_incomplete(truth, remedy, findings, Place())
    names = truth.canonical_names
    classes, missing = truth.classes, 0
    subject_of = dict(zip(truth.subject_index.tolist(), (name[:2] for name in names), strict=True))
    hashed = hashed_folds(tests, [subject_of[index] for index in range(len(subject_of))])
    recount: Callable[..., CountsPerSubject]
    if isinstance(truth, SpottingTruth):
        assert isinstance(predictions, Expressions)
        warn_of_constant_scores(predictions, findings)
        if pairs is None:
            hint_at_wrong_frames(truth, predictions, table, findings)
        truths = len(truth.truths)
        pairs = rows_of_pairs(pairs, truth.truths, predictions)
        listed_pairs = described_pairs(pairs, names, truth.truths, predictions)
        predictions_per_name = np.bincount(predictions.video, minlength=len(names))
        lengths = truth.lengths[truth.scope != OUT_OF_SCOPE].tolist()
        digest_of_truth = truth_hash(names, lengths, truth.truths, classes)
        digest_of_predictions = prediction_hash(
            names, predictions, classes, threshold, hashed, listed_pairs
        )
        recount = partial(
            count_spotting,
            truth.truths,
            predictions,
            classes=len(classes.names),
            one_per_video=protocol.one_per_video,
            pairs=pairs,
        )
    else:
        assert not isinstance(predictions, Expressions)
        truths = len(names)
        predictions_per_name = (predictions != NO_CLASS).astype(np.int64)
        missing = int((predictions == NO_CLASS).sum())
        digest_of_truth = sample_hash(names, truth.truth.tolist(), classes, "truth", [])
        digest_of_predictions = sample_hash(names, predictions.tolist(), classes, "preds", hashed)
        recount = partial(count_recognition, truth.truth, predictions, classes=len(classes.names))
    # The hash of the predictions covers their kinds; --kind may have changed the truth too.
    changed = (truth_table.intervals.kind == NO_KIND).any() and protocol.targets != [options.kind]
    kind = options.kind if protocol.spots and changed else None
    signature = signature_of(
        protocol,
        options,
        threshold=threshold,
        truth=digest_of_truth,
        predictions=digest_of_predictions,
        counts_differ=counts_differ,
        kind=kind if pairs is None else "none",
        missing=missing,
        rounded=table.rounded or truth_table.rounded,
    )
    kinds = tuple(kind for kind in KINDS if kind in protocol.targets)
    subject_counts = recount(truth.subject_index, units=len(truth.subjects))
    sums = SubjectSums.of(subject_counts, kinds)
    units = Units.model_construct(
        subjects=len(truth.subjects),
        effective_subjects=effective_subjects(sums.truths),
        videos=len(names),
        truths=truths,
        predictions=int(predictions_per_name.sum()),
        videos_without_predictions=[
            "/".join(truth.names[row] if protocol.is_composite else truth.names[row][1:])
            for row in np.flatnonzero(predictions_per_name == 0)
        ],
        subjects_left_out=subjects_left_out(table, protocol, truth.subjects, truth.id_index),
    )
    return EvaluationResult(
        protocol=protocol,
        options=options,
        predictions=table,
        truth=truth,
        signature=signature,
        units=units,
        subject_counts=subject_counts,
        sums=sums,
        kinds=kinds,
        folds=folds,
        tests=tests,
        recount=recount,
        predicted=predictions,
        kinds_known=pairs is None,
    )


def score(
    predictions: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    by: PartUnit | None = None,
    ci: bool = True,
    curves: str | Path | None = None,
    clip: bool = False,
    outside_as: str | None = None,
    allow_missing: bool = False,
    score_threshold: Threshold | None = None,
    mapping: MappingInput | None = None,
    truth_mapping: MappingInput | None = None,
) -> Report:
    """Score predictions against the truth under a protocol.

    Parameters
    ----------
    predictions : path, dict or Submission
        A file in any known format, the JSON data of a submission, or its model.
    truth : path, dict or TruthManifest, optional
        The truth; not needed for a log that contains it.
    protocol : str, path or Protocol, optional
        ``casme2-str@1``, the path of a ``.toml`` file, or a model. A submission names one.
    by : {"subject", "video", "dataset"}, optional
        Adds the same numbers per subject, video or data set.
    ci : bool
        Whether metrics have 95 % confidence intervals, with the subject as the unit.
    curves : path, optional
        Scores per frame (:func:`mebench.write_curves`), which are checked and change no score.
    clip : bool
        Clip intervals that reach outside their video.
    outside_as : str, optional
        The class to count for predicted emotions that are missing or outside the class list.
    allow_missing : bool
        Score a recognition protocol although samples have no prediction; they count as wrong.
    score_threshold : float or dict, optional
        The operating point: a number, or one number per kind.
    mapping, truth_mapping : path, dict or TableMapping, optional
        How to read a table of another laboratory, as in a mapping file:
        ``{"columns": {"video": "clip", "onset": "start"}, "labels": {"Happy": "positive"},
        "decimal": ",", "seconds": True, "fps": 200, "first_frame": 1}``.

    Returns
    -------
    Report
        ``report.metrics["strs"].value``; ``print(mebench.render(report))`` shows the table.

    Raises
    ------
    MebenchError
        With all problems of the files.
    """
    check_choice("by", by, (None, "subject", "video", "dataset"))
    check_choice("ci", ci, (False, True))
    options = ScoringOptions(
        clip=clip,
        outside_as=outside_as,
        allow_missing=allow_missing,
        score_threshold=score_threshold,
        mapping=load_mapping(mapping, "mapping"),
        truth_mapping=load_mapping(truth_mapping, "truth_mapping"),
    )
    return score_with_options(predictions, truth, protocol, options, by=by, ci=ci, curves=curves)


def score_with_options(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    *,
    by: PartUnit | None = None,
    ci: bool = True,
    curves: str | Path | None = None,
    findings: Findings | None = None,
) -> Report:
    """Score as :func:`score` does, with all options."""
    findings = findings if findings is not None else Findings()
    result = evaluate_predictions(predictions, truth, protocol, options, findings)
    if curves is not None:
        from mebench.evaluation.score_curves import read_curves_of_videos

        read_curves_of_videos(curves, result.truth, findings)
    return build_report(result, findings, by, intervals=ci)
