"""The score: files in, report out. The one call behind ``mebench score`` and ``mebench.score``."""

from __future__ import annotations

from mebench.diagnostics import Findings
from mebench.records.report import Report
from mebench.records.submission import Threshold
from mebench.scoring.opening import (
    PredictionsInput,
    ProtocolInput,
    TruthInput,
    evaluate_predictions,
)
from mebench.scoring.reporting import PartUnit, build_report
from mebench.scoring.settings import ScoringOptions


def score(
    predictions: PredictionsInput,
    truth: TruthInput | None = None,
    protocol: ProtocolInput | None = None,
    *,
    by: PartUnit | None = None,
    clip: bool = False,
    outside_as: str | None = None,
    score_threshold: Threshold | None = None,
) -> Report:
    """Score predictions against the truth under a protocol.

    Parameters
    ----------
    predictions : path, dict or Submission
        A file in any known format, a submission's JSON data, or a record.
    truth : path, dict or TruthManifest, optional
        The truth; a log that holds it too needs none.
    protocol : str, path or Protocol, optional
        ``casme2-str@1``, the path of a ``.toml`` file or a record. A submission names its own.
    by : {"subject", "video", "dataset"}, optional
        Adds the same numbers for each of them.
    clip : bool
        Clip intervals that reach outside their video.
    outside_as : str, optional
        The class that stands for predicted emotions outside the class list.
    score_threshold : float or dict, optional
        The operating point, a number or one a kind.

    Returns
    -------
    Report
        ``report.metrics["strs"].value``; ``print(mebench.render(report))`` shows the table.

    Raises
    ------
    MebenchError
        With everything that is wrong with the files.
    """
    settings = ScoringOptions(clip=clip, outside_as=outside_as, score_threshold=score_threshold)
    return score_with_options(predictions, truth, protocol, settings, by=by)


def score_with_options(
    predictions: PredictionsInput,
    truth: TruthInput | None,
    protocol: ProtocolInput | None,
    settings: ScoringOptions,
    *,
    by: PartUnit | None = None,
    findings: Findings | None = None,
) -> Report:
    """Score as :func:`score` does, with every setting."""
    findings = findings if findings is not None else Findings()
    case = evaluate_predictions(predictions, truth, protocol, settings, findings)
    return build_report(case, findings, by)
