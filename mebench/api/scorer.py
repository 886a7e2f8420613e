"""Score many predictions on one truth, as after each epoch of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Unpack

from mebench.api.keywords import ScoringKeywords, scoring_options
from mebench.api.results import Report
from mebench.diagnostics import Findings, Place
from mebench.evaluation.build_report import PartUnit, build_report
from mebench.evaluation.inputs import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    resolve_protocol,
)
from mebench.evaluation.score import evaluate_predictions, prepare_truth
from mebench.metrics.metric import Metric
from mebench.util.arguments import check_choice


class Scorer:
    """A truth that is checked once, to score predictions on it any number of times.

    Parameters
    ----------
    truth : path, DataFrame, list of dict, dict or TruthManifest, or None
        The truth, as for :func:`mebench.score`; None for one that mebench contains.
    protocol : str, path or Protocol
        The protocol.
    ci : bool
        Whether metrics have confidence intervals, which take most of the time of a score.
    metrics : sequence of str or mebench.metrics.Metric
        Metrics beside those of the standard, as for :func:`mebench.score`.
    **options
        The options of the command line: :class:`mebench.ScoringKeywords`.

    Raises
    ------
    MebenchError
        With all problems of the truth.

    Examples
    --------
    >>> scorer = mebench.Scorer("truth.json", "casme2-str@1")
    >>> float(scorer({("sub01", "EP02_01f"): [(46, 98, 0.9, "happiness")]})["strs"])
    """

    def __init__(
        self,
        truth: TruthInput | None,
        protocol: ProtocolInput,
        *,
        ci: bool = False,
        metrics: Sequence[str | Metric] = (),
        **options: Unpack[ScoringKeywords],
    ) -> None:
        check_choice("ci", ci, (False, True))
        self._ci = ci
        self._options = replace(scoring_options(options), metrics=metrics)
        self.protocol = resolve_protocol(protocol, None, Place())
        findings = Findings()
        self._truth = prepare_truth(truth, self.protocol, self._options, findings)
        self._findings = findings.kept

    def __call__(self, predictions: PredictionsInput, *, by: PartUnit | None = None) -> Report:
        """Score predictions, as :func:`mebench.score` does.

        Raises
        ------
        MebenchError
            With all problems of the predictions.
        """
        check_choice("by", by, (None, "subject", "video", "dataset"))
        findings = Findings()
        for finding in self._findings:
            findings.add(finding)
        result = evaluate_predictions(
            predictions, self._truth, self.protocol, self._options, findings
        )
        return Report.of(build_report(result, findings, by, intervals=self._ci), result)

    def __repr__(self) -> str:
        """Return the protocol and the size of the truth."""
        subjects, videos = len(self._truth.subjects), len(self._truth.names)
        return f"<Scorer under {self.protocol.id}: {subjects} subjects, {videos} videos>"
