"""A counted case: one submission under one protocol, ready to be reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mebench.diagnostics import Findings
from mebench.metrics.tally import CountsPerSubject
from mebench.metrics.trial import SubjectKey
from mebench.records.base import Kind
from mebench.records.protocol import Protocol
from mebench.records.report import FoldReport, Units
from mebench.records.sheets import IntegerColumn, PredictionTable, TruthTable
from mebench.scoring.expectations import summarize_differences
from mebench.scoring.settings import ScoringOptions


@dataclass(slots=True, eq=False, repr=False)
class EvaluationResult:
    """A counted case.

    Attributes
    ----------
    protocol, settings
        How it was scored.
    sheet, truth : sheets
        What was read.
    signature : str
        Fixes the number.
    units : Units
        What was scored.
    tally : CountsPerSubject
        Counts a subject.
    subjects : list of SubjectKey
        The tally's units.
    kinds : tuple of kind
        The kinds of the headline.
    folds : FoldReport
        What is known of the cross-validation.
    tests : list of list of int or None
        The test subjects of each fold.
    recount : callable
        Counts again by other units: from (unit of each video or sample, number of units).
    names : sequence of tuple
        (data set, subject, video or sample) in scope.
    """

    protocol: Protocol
    settings: ScoringOptions
    sheet: PredictionTable
    truth: TruthTable
    signature: str
    units: Units
    tally: CountsPerSubject
    subjects: list[SubjectKey]
    kinds: tuple[Kind, ...]
    folds: FoldReport
    tests: list[list[int]] | None
    recount: Callable[[IntegerColumn, int], CountsPerSubject]
    names: Sequence[tuple[str, str, str]]


def display_name(name: tuple[str, ...], protocol: Protocol) -> str:
    """Return a name for people; the data set only where there are several."""
    return "/".join(name if protocol.is_composite else name[1:])


def warn_if_incomplete(differ: list[str], protocol: Protocol, findings: Findings) -> None:
    """Warn of a truth that is not the complete data set."""
    if differ:
        findings.warning(
            "counts-differ",
            f"The truth is not the one {protocol.id} expects: {summarize_differences(differ)}.",
            "The signature says so, and a leaderboard refuses the row.",
        )
