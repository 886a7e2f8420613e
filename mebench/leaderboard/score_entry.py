"""Score a submission for a board: find the ground truth, score, compare with the stored score.

Without the truth a stored score is compared with its own counts and with the prediction file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

from mebench.datasets.dataset_paths import configured_folder
from mebench.datasets.registry import adapter, adapter_ids, merge_truths, open_dataset
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation import verify
from mebench.evaluation.build_report import EvaluationResult, build_report, natural_sort_key
from mebench.evaluation.left_out import subjects_left_out
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature
from mebench.formats.loader import read_predictions, read_truth
from mebench.leaderboard.check_counts import count_contradictions
from mebench.metrics.replicates import SubjectSums
from mebench.models.annotation_table import TruthTable
from mebench.models.leaderboard import SubjectCounts
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.models.submission import System
from mebench.models.truth import TruthManifest
from mebench.protocols.id_matching import quote_name
from mebench.util.resources import shipped_truth_path
from mebench.util.text import pluralize

MAX_NAMED_SUBJECTS = 10


def describe_left_out(subjects: list[str]) -> str:
    """Return which subjects have no predictions, the first of many."""
    names = ", ".join(subjects[:MAX_NAMED_SUBJECTS])
    more = " and others" * (len(subjects) > MAX_NAMED_SUBJECTS)
    return f"no predictions for {pluralize(len(subjects), 'subject')}: {names}{more}"


def find_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable | None:
    """Return the truth on which a board is scored; None if it is not available.

    ``given`` has truth files by protocol id. A truth without labels raises ``truth-blind``.
    """
    datasets = [dataset.id for dataset in protocol.datasets]
    source: Path | TruthManifest | None = given.get(protocol.id)
    if source is None and len(datasets) == 1:
        source = shipped_truth_path(datasets[0])
    if source is None:
        if not all(map(_is_available, datasets)):
            return None
        source = merge_truths([open_dataset(dataset) for dataset in datasets])
    findings = Findings()
    table = read_truth(source, findings)
    findings.raise_errors()
    if table.blind:
        raise MebenchError.of(
            "truth-blind",
            f"The truth of {protocol.id} is blind: its labels were removed.",
            "Pass the complete truth with --truth.",
            Place(file=table.file),
        )
    return table


def require_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable:
    """Return the truth on which a board is scored; ``truth-needed`` if it is not available."""
    truth = find_truth(protocol, given)
    if truth is None:
        names = ", ".join(dataset.id for dataset in protocol.datasets)
        raise UsageError.of(
            "truth-needed",
            f"The truth of {protocol.id} is not available.",
            f"Configure the folder of {names} in mebench.toml, or pass --truth "
            f"{quote(protocol.id)}=FILE.",
        )
    return truth


def _is_available(dataset: str) -> bool:
    if dataset not in adapter_ids():
        return False
    if not adapter(dataset).needs_root:
        return True
    folder = configured_folder(dataset)
    return folder is not None and folder.is_dir()


SIGNATURE_PARTS = {
    "preds": "the predictions",
    "truth": "the truth",
    "p": "the protocol",
    "rules": "the rules",
    "thr": "the operating point",
    "counts": "the completeness of the truth",
    "metrics": "the metrics of packages",
}

COMPARED = (
    *("protocol", "protocol_title", "task", "system", "units", "counts", "metrics", "details"),
    *("groups", "group_counts", "mean_over_folds", "folds"),
)
"""The parts of a report that depend on files and rules, or are shown on a board."""


class Score(NamedTuple):
    """The score of an entry, as a board stores it: counts per subject in natural order.

    ``left_out`` are the subjects of whom the prediction file has no video and no sample. ``sums``
    are the counts of the column that ranks, if the entry was scored now.
    """

    report: Report
    subjects: list[SubjectCounts]
    left_out: list[str]
    sums: SubjectSums | None = None


def score_for_board(
    predictions: Path,
    truth: TruthTable,
    protocol: Protocol,
    options: ScoringOptions | None = None,
) -> Score:
    """Score predictions with the options of the board; each video is matched once.

    Raises ``board-counts-differ`` if the truth is not the complete data set, and ``oracle-refused``
    for a system that used the truth.
    """
    findings = Findings()
    options = options or ScoringOptions()
    result = evaluate_predictions(predictions, truth, protocol, options, findings)
    report = build_report(result, findings)
    place = Place(file=str(predictions))
    _check_system(report.system, place)
    if "counts" in parse_signature(report.signature):
        raise MebenchError.of(
            "board-counts-differ",
            f"The truth does not have the counts that {protocol.id} expects.",
            "Score on the complete data set; `mebench datasets check` reports what is missing.",
            place,
        )
    return Score(report, _subjects(result), report.units.subjects_left_out, _ranking_sums(result))


def _ranking_sums(result: EvaluationResult) -> SubjectSums:
    """Return the counts of the column that ranks: STRS belongs to micro, other metrics to all."""
    sums = result.sums
    if result.protocol.analyses and len(result.kinds) > 1:
        sums = SubjectSums.of(result.subject_counts, ("micro",))
    return replace(sums, ranking=None)  # AP ranks no board


def stored_score(
    predictions: Path,
    report: Report,
    subjects: list[SubjectCounts],
    protocol: Protocol,
    options: ScoringOptions,
) -> tuple[Score, list[str]]:
    """Return a stored score, and how it contradicts its counts and the prediction file.

    For a score that cannot be computed again because the truth is not available.
    """
    findings = Findings()
    table = read_predictions(predictions, findings).table
    findings.raise_errors()
    _check_system(report.system, Place(file=str(predictions)))
    own = [metric.metric for metric in options.own_metrics]
    differences = count_contradictions(report, subjects, protocol, own)
    stated = table.system.to_json() if table.system else None
    if stated != (report.system.to_json() if report.system else None):
        differences.append("the system is not the one in the prediction file")
    folds = None if table.folds is None else len(table.folds)
    if (report.folds.stated, report.folds.count) != (folds is not None, folds):
        differences.append("the folds are not those in the prediction file")
    scored = [(counts.dataset, counts.subject) for counts in subjects]
    return Score(report, subjects, subjects_left_out(table, protocol, scored)), differences


def _check_system(system: System | None, place: Place) -> None:
    if system is not None and (
        system.uses_truth or system.name.strip().casefold().startswith("oracle-")
    ):
        raise MebenchError.of(
            "oracle-refused",
            f"{quote_name(system.name)} used the truth of the videos that it predicts.",
            "Do not add oracles to a board; `mebench score` computes their score.",
            place,
        )


def score_differences(stored: Score, fresh: Score) -> list[str]:
    """Return how a fresh score differs from the stored one, one line per difference.

    The version may differ; metrics that an older version did not have are not compared.
    """
    before, now = (parse_signature(score.report.signature) for score in (stored, fresh))
    differences = [
        f"{SIGNATURE_PARTS.get(name, f'the part {name} of the signature')} changed from "
        f"{before.get(name, 'none')} to {now.get(name, 'none')}"
        for name in dict.fromkeys([*before, *now])
        if name != "v" and before.get(name) != now.get(name)
    ]
    if differences:
        return differences
    old, new = stored.report.to_json(), fresh.report.to_json()
    if before.get("v") != now.get("v"):
        new = _without_new_fields(old, new)
    old["subjects"], new["subjects"] = (
        [subject.to_json() for subject in score.subjects] for score in (stored, fresh)
    )
    return [
        line
        for part in (*COMPARED, "subjects")
        for line in verify.report_differences(part, old.get(part), new.get(part))
    ]


def _without_new_fields(old: Any, new: Any) -> Any:
    """Return a report without the fields that an older version did not have, such as a metric."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {
            name: _without_new_fields(old[name], value)
            for name, value in new.items()
            if name in old
        }
    return new


def _subjects(result: EvaluationResult) -> list[SubjectCounts]:
    protocol, per_subject = result.protocol, result.subject_counts
    subjects = []
    for index, key in enumerate(result.truth.subjects):
        counts = per_subject.pool(result.kinds, [index])
        numbers: dict[str, int] = {}
        if protocol.spots:
            missed, false = counts.truths - counts.hits, counts.predictions - counts.hits
            numbers |= {"tp": counts.hits, "fp": false, "fn": missed}
        if protocol.analyses:
            numbers |= {"right": counts.analysis.correct, "analysed": counts.analysis.total}
        dataset = key.dataset if protocol.is_composite else None
        subjects.append(SubjectCounts(dataset=dataset, subject=key.subject, **numbers))
    return sorted(
        subjects, key=lambda counts: natural_sort_key((counts.dataset or "", counts.subject))
    )
