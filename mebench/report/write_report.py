"""From files to the page; ``mebench report`` calls it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.diagnosis.diagnose import diagnose_result
from mebench.diagnosis.outcomes import outcomes_of
from mebench.diagnostics import Findings
from mebench.evaluation.build_report import EvaluationResult, build_report
from mebench.evaluation.compare_systems import compare_with_options
from mebench.evaluation.inputs import PredictionsInput, ProtocolInput, TruthInput
from mebench.evaluation.score import evaluate_predictions
from mebench.evaluation.score_curves import read_curves_of_videos
from mebench.evaluation.scoring_options import ScoringOptions
from mebench.report.page_content import Content, SystemPart, render_page
from mebench.report.thumbnails import add_thumbnails
from mebench.report.timelines import timelines
from mebench.util.extras import require_package
from mebench.util.text import pluralize

MAX_NOTES = 5
"""How many notes on curves and frames the page shows."""


def html_report(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    *,
    other: PredictionsInput | None = None,
    curves: str | Path | None = None,
    frames: bool = False,
    roots: Sequence[str] = (),
    findings: Findings | None = None,
) -> str:
    """Return a page on the score of predictions: one HTML file that works offline.

    Parameters
    ----------
    predictions, truth, protocol, options
        As in a score.
    other : optional
        The predictions of a second system, for the same timelines and a paired comparison.
    curves : path, optional
        Scores per frame of the first system.
    frames : bool
        Whether the page has frames of onset, apex and offset.
    roots : sequence of str
        The folders of the data sets, as ``ID=DIR``; by default the configured ones.
    findings : Findings, optional
        Receives the findings of the first score, of the curves and of the frames.

    Raises
    ------
    MebenchError
        With all problems of the files, ``not-comparable``, or ``report-too-large``.
    """
    require_package("jinja2")
    findings = findings if findings is not None else Findings()
    comparison = None
    if other is not None:
        # Refuses systems under different rules, and reports the problems of both files.
        comparison = compare_with_options([predictions, other], truth, protocol, options)
    systems = [_evaluate(predictions, truth, protocol, options, findings)]
    first = systems[0].result
    if other is not None:
        # The same rows of the same truth, also if each of two logs has its own.
        table = first.truth.table
        systems.append(_evaluate(other, table, first.protocol, options, Findings()))
    notes: list[str] = []
    drawn = None
    # The report that the page saves has the findings of the score alone.
    problems = Findings()
    of_videos = read_curves_of_videos(curves, first.truth, problems) if curves else None
    if first.protocol.spots:
        results = [one.result for one in systems]
        drawn = timelines(results, list(map(outcomes_of, results)), of_videos)
        if frames:
            notes.append(add_thumbnails(drawn["videos"], first.truth, roots, problems))
        notes += [one.message for one in problems.kept[:MAX_NOTES]]
        if len(problems.kept) > MAX_NOTES:
            notes.append(f"There are {len(problems.kept) - MAX_NOTES} more such notes.")
        if drawn["left_out"]:
            candidates = pluralize(drawn["left_out"], "candidate")
            notes.append(f"{candidates} below the threshold that would be no hits are not shown.")
        if drawn["step"] > 1:
            notes.append(f"Each point of a curve is the highest score of {drawn['step']} frames.")
    for problem in problems.kept:
        findings.add(problem)
    return render_page(systems, Content(drawn, comparison, notes))


def _evaluate(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    options: ScoringOptions,
    findings: Findings,
) -> SystemPart:
    result: EvaluationResult = evaluate_predictions(predictions, truth, protocol, options, findings)
    diagnosis = diagnose_result(result, findings)
    return SystemPart(result, build_report(result, findings), diagnosis)
