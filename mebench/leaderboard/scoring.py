"""Score a submission for a board: find the ground truth, score, compare with the stored score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mebench.datasets.dataset_paths import configured_folder
from mebench.datasets.registry import adapter, adapter_ids, merge_truths, open_dataset
from mebench.diagnostics import Findings, MebenchError, Place, UsageError
from mebench.evaluation import verify
from mebench.evaluation.results import EvaluationResult, build_report, natural_sort_key
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.evaluation.signature import parse_signature
from mebench.formats.loader import read_truth
from mebench.models.annotation_table import TruthTable
from mebench.models.leaderboard import SubjectCounts
from mebench.models.protocol import Protocol
from mebench.models.report import Report
from mebench.models.truth import TruthManifest
from mebench.protocols.id_matching import quote_name
from mebench.util.resources import shipped_truth_path


def find_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable | None:
    """Return the truth that a board is scored against, read; None if it is not at hand.

    Parameters
    ----------
    protocol : Protocol
        The board's protocol.
    given : mapping of str to Path
        Truth files by the protocol's id, as ``--truth`` names them.

    Raises
    ------
    MebenchError
        What is wrong with a truth that is at hand; ``truth-blind`` where it holds no answers.
    """
    found = _truth_source(protocol, given)
    if found is None:
        return None
    findings = Findings()
    sheet = read_truth(found, findings)
    findings.raise_errors()
    if sheet.blind:
        raise MebenchError.of(
            "truth-blind",
            f"The truth of {protocol.id} is blind: the answers were taken out.",
            "Only who has the answers can put an entry on a board.",
            Place(file=sheet.file),
        )
    return sheet


def require_truth(protocol: Protocol, given: Mapping[str, Path]) -> TruthTable:
    """Return the truth that a board is scored against.

    Raises
    ------
    MebenchError
        As :func:`find_truth`.
    UsageError
        ``truth-needed`` where it is not at hand.
    """
    truth = find_truth(protocol, given)
    if truth is None:
        names = ", ".join(one.id for one in protocol.datasets)
        raise UsageError.of(
            "truth-needed",
            f"The truth of {protocol.id} is not at hand.",
            f"Say where {names} lies, in mebench.toml, or pass --truth {protocol.id}=FILE.",
        )
    return truth


def _truth_source(protocol: Protocol, given: Mapping[str, Path]) -> Path | TruthManifest | None:
    if protocol.id in given:
        return given[protocol.id]
    datasets = [one.id for one in protocol.datasets]
    if len(datasets) == 1 and (shipped := shipped_truth_path(datasets[0])) is not None:
        return shipped
    if not all(map(_is_available, datasets)):
        return None
    return merge_truths([open_dataset(one) for one in datasets])


def _is_available(dataset: str) -> bool:
    if dataset not in adapter_ids():
        return False
    if not adapter(dataset).needs_root:
        return True
    folder = configured_folder(dataset)
    return folder is not None and folder.is_dir()


MAY_CHANGE = frozenset({"v"})
"""A newer mebench may score an entry again, as long as it finds the same."""

SIGNATURE_PARTS = {
    "preds": "the predictions",
    "truth": "the truth",
    "p": "the protocol",
    "rules": "the rules",
    "thr": "the operating point",
    "counts": "the completeness of the truth",
}

COMPARED = (*verify.COMPARED, "system")
"""What follows from the files and the rules, or is shown on a board."""


@dataclass(frozen=True, slots=True)
class Score:
    """What a board keeps of a scoring.

    Attributes
    ----------
    report : Report
        The report.
    subjects : list of SubjectCounts
        The counts behind it, by subject in their natural order.
    """

    report: Report
    subjects: list[SubjectCounts]


def score_for_board(
    predictions: Path | dict[str, Any], truth: TruthTable, protocol: Protocol
) -> Score:
    """Score predictions with the settings of boards; each video is matched once.

    Raises
    ------
    MebenchError
        What is wrong with the predictions; ``board-counts-differ`` where the truth is not the
        complete data set; ``oracle-refused`` for a system that saw the answers.
    """
    findings = Findings()
    case = evaluate_predictions(predictions, truth, protocol, ScoringOptions(), findings)
    report = build_report(case, findings)
    place = Place(file=str(predictions)) if isinstance(predictions, Path) else Place()
    system = report.system
    if system is not None and (system.uses_truth or _is_oracle(system.name)):
        raise MebenchError.of(
            "oracle-refused",
            f"{quote_name(system.name)} saw the answers of what it predicts; no board ranks it.",
            "Oracles show what a protocol allows at best: score them, and say so.",
            place,
        )
    if "counts" in parse_signature(report.signature):
        raise MebenchError.of(
            "board-counts-differ",
            f"The truth has other counts than {protocol.id} expects.",
            "A board compares scores on the complete data set: `mebench datasets check` says what "
            "is missing.",
            place,
        )
    return Score(report, _subjects(case))


def score_differences(kept: Score, fresh: Score) -> list[str]:
    """Return in what a score differs from the one that a board keeps, in words; empty if not.

    Parameters
    ----------
    kept, fresh : Score
        The board's, and the one just computed.
    """
    before, now = (parse_signature(one.report.signature) for one in (kept, fresh))
    found = [
        f"{SIGNATURE_PARTS.get(name, f'the part {name} of the signature')} changed from "
        f"{before.get(name, 'none')} to {now.get(name, 'none')}"
        for name in dict.fromkeys([*before, *now])
        if name not in MAY_CHANGE and before.get(name) != now.get(name)
    ]
    if found:
        return found
    old, new = kept.report.to_json(), fresh.report.to_json()
    if before.get("v") != now.get("v"):
        new = _known(old, new)
    old["subjects"], new["subjects"] = (
        [one.to_json() for one in score.subjects] for score in (kept, fresh)
    )
    return [
        line
        for part in (*COMPARED, "subjects")
        for line in verify.report_differences(part, old.get(part), new.get(part))
    ]


def _known(old: Any, new: Any) -> Any:
    """Return a report without what an older mebench did not have: a metric that came later."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {name: _known(old[name], value) for name, value in new.items() if name in old}
    return new


def _subjects(case: EvaluationResult) -> list[SubjectCounts]:
    protocol, tally = case.protocol, case.subject_counts
    found = []
    for place, key in enumerate(case.subjects):
        counts = tally.pool(tally.only_units(place), case.kinds)
        spotting = {
            "tp": counts.hits,
            "fp": counts.predictions - counts.hits,
            "fn": counts.truths - counts.hits,
        }
        analysis = {"right": counts.analysis.correct, "analysed": counts.analysis.total}
        found.append(
            SubjectCounts(
                dataset=key.dataset if protocol.is_composite else None,
                subject=key.subject,
                **(spotting if protocol.spots else {}),
                **(analysis if protocol.analyses else {}),
            )
        )
    return sorted(found, key=lambda one: natural_sort_key((one.dataset or "", one.subject)))


def _is_oracle(name: str) -> bool:
    return name.strip().casefold().startswith("oracle-")
