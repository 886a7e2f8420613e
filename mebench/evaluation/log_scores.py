"""Spotting logs under a protocol: sections, unknown kinds, and the verdicts of the log."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from mebench.diagnostics import Findings, MebenchError, Place
from mebench.evaluation.build_report import EvaluationResult
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import Name
from mebench.formats.loader import LoadedPredictions
from mebench.metrics.expressions import Expressions
from mebench.models.annotation_table import IntegerColumn
from mebench.models.protocol import Protocol
from mebench.models.report import LogVerdicts
from mebench.util.text import pluralize


def leave_out_sections(
    read: LoadedPredictions, protocol: Protocol, findings: Findings
) -> LoadedPredictions:
    """Leave out the sections of data sets that the protocol does not have, with a note.

    Raise ``unknown-dataset`` if no section remains, and ``dataset-missing`` if the protocol has
    several data sets and lines are in no section.
    """
    if read.log is None:
        return read
    without = [row for row in read.log.rows if row.dataset is None]
    if without and protocol.is_composite and read.table.dataset is None:
        raise MebenchError.of(
            "dataset-missing",
            f"{protocol.id} has several data sets, but the line is in no section of the log.",
            "Write a line 1 above the lines of sammlv and 2 above those of casme-sq, or pass "
            "--dataset.",
            Place(file=read.table.file, line=without[0].line),
        )
    other = Counter(
        row.dataset
        for row in read.log.rows
        if row.dataset is not None and protocol.dataset(row.dataset) is None
    )
    if not other:
        return read
    names = ", ".join(sorted(map(str, other)))
    if other.total() == len(read.log.rows):
        raise MebenchError.of(
            "unknown-dataset",
            f"The log has only sections of {names}, but {protocol.id} has the data set "
            f"{' and '.join(dataset.id for dataset in protocol.datasets)}.",
            "Use the protocol of the data set; a line 1 begins a section of sammlv, 2 of casme-sq.",
            Place(file=read.table.file, line=read.log.rows[0].line),
        )
    log = read.log.only(lambda row: row.dataset not in other)
    findings.note(
        "log-section-skipped",
        f"{pluralize(other.total(), 'line')} of {names} skipped: {protocol.id} does not have this "
        "data set.",
        "",
        next(
            read.table.places.video(index, "video")
            for index, video in enumerate(read.table.videos)
            if video.dataset in other
        ),
    )
    table, truth = log.predictions(), log.truth()
    table.dataset, truth.dataset = read.table.dataset, read.table.dataset
    return LoadedPredictions(table, truth, log)


def pairs_of_unknown_kind(
    read: LoadedPredictions, protocol: Protocol, options: ScoringOptions, findings: Findings
) -> IntegerColumn | None:
    """Return the pairs that may match in a log scored by itself, if the kinds are unknown.

    A macro- and a micro-expression never match. Without kinds, only the pairs that the log calls TP
    are known to be of one kind. They are rows of the intervals in the tables of truth and
    predictions, shape (n, 2). None: the kinds are known.
    """
    if read.log is None or options.kind is not None or len(protocol.targets) < 2:
        return None
    findings.note(
        "kinds-unknown",
        "The log does not state kinds: only overall is scored, and only pairs that the log calls "
        "TP can match.",
        "If all expressions are of one kind, pass --kind.",
    )
    return np.array(read.log.matched_pairs(), np.int64).reshape(-1, 2)


def rows_of_pairs(
    pairs: IntegerColumn | None, truths: Expressions, predictions: Expressions
) -> IntegerColumn | None:
    """Return pairs of rows in tables as pairs of rows in scope, sorted; others are left out."""
    if pairs is None:
        return None
    assert truths.row is not None and predictions.row is not None
    in_scope = np.isin(pairs[:, 0], truths.row) & np.isin(pairs[:, 1], predictions.row)
    columns = (
        np.searchsorted(truths.row, pairs[in_scope, 0]),
        np.searchsorted(predictions.row, pairs[in_scope, 1]),
    )
    rows: IntegerColumn = np.unique(np.column_stack(columns), axis=0)
    return rows


def described_pairs(
    pairs: IntegerColumn | None,
    names: list[Name],
    truths: Expressions,
    predictions: Expressions,
) -> list[list[Any]] | None:
    """Return pairs of rows in scope as video and frames, sorted, for the hash."""
    if pairs is None:
        return None
    first, second = pairs[:, 0], pairs[:, 1]
    columns = (
        truths.video[first],
        *(truths.onset[first], truths.offset[first]),
        *(predictions.onset[second], predictions.offset[second]),
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return sorted([*names[video], *frames] for video, *frames in rows)


def with_any_kind(options: ScoringOptions) -> ScoringOptions:
    """Return options under which all intervals of unknown kind have the same one."""
    return replace(options, kind="micro")


def verdicts_of_log(
    read: LoadedPredictions, result: EvaluationResult, findings: Findings
) -> LogVerdicts | None:
    """Return what a log itself counts, and warn if the standard counts differently."""
    if read.log is None:
        return None
    verdicts = read.log.verdicts
    pooled = result.subject_counts.pool(result.kinds)
    computed = {
        "TP": pooled.hits,
        "FP": pooled.predictions - pooled.hits,
        "FN": pooled.truths - pooled.hits,
    }
    if verdicts != computed:
        in_log, by_standard = (
            ", ".join(f"{name} {number}" for name, number in counts.items())
            for counts in (verdicts, computed)
        )
        findings.warning(
            "log-verdicts-differ",
            f"The log counts {in_log}; the matching of the standard gives {by_standard}.",
        )
    tp, fp, fn = verdicts.values()
    total = 2 * tp + fp + fn
    return LogVerdicts.model_construct(
        tp=tp, fp=fp, fn=fn, spotting_f1=2 * tp / total if total else None
    )
