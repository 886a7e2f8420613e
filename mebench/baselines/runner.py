"""The run of a baseline: folds made, carried out, put together and scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mebench.baselines.inquiry import FoldResults, FoldRunner
from mebench.baselines.manifest import build_manifest
from mebench.baselines.plan import Forecast, forecast
from mebench.baselines.request import RunConfig
from mebench.baselines.stated import deviations
from mebench.baselines.submission import build_submission, merge_curves, system_metadata
from mebench.files import to_json_text, write_bytes, write_text

if TYPE_CHECKING:
    from mebench.records.report import InputFile, Report


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended.

    Attributes
    ----------
    report : Report or None
        The score; None while folds of a shared run are missing.
    done, folds : int
        How many folds are done, of how many.
    clipped : int
        How many intervals were clipped to their video.
    discarded : tuple of int
        Folds whose result was damaged, and made anew.
    """

    report: Report | None
    done: int
    folds: int
    clipped: int
    discarded: tuple[int, ...]


class Run:
    """A run, planned; :meth:`execute` does it.

    Parameters
    ----------
    request : RunConfig
        What is to be run.

    Raises
    ------
    MebenchError
        If the data or the request are not as they should be.
    """

    def __init__(self, request: RunConfig) -> None:
        self.request = request
        # Whether all can be written is not to be found out after a day of computing.
        system_metadata(request.baseline, request.options)
        deviations(request.baseline, request.options)
        self.inquiry = FoldRunner(request)
        self.material, self.folds = self.inquiry.material, self.inquiry.folds
        self.plan, self.folder = self.inquiry.plan, self.inquiry.folder

    def forecast(self) -> Forecast:
        """Tell how much the run will be."""
        request, folds = self.request, len(self.inquiry.chosen)
        return forecast(request.baseline, request.options, self.material, folds)

    def execute(self) -> RunResult:
        """Carry out the folds, and put the submission together when all are done.

        Raises
        ------
        MebenchError
            With what went wrong in each fold that failed; those that are done are kept.
        """
        try:
            return self._finish(self.inquiry.execute())
        finally:
            self.inquiry.close()

    def _finish(self, replies: FoldResults) -> RunResult:
        """Put the submission together and score it, if all folds are there."""
        done, folds = replies.done, len(self.folds)
        clipped = sum(one.head["clipped"] for one in done)
        if not replies.complete:
            return RunResult(None, len(done), folds, clipped, replies.discarded)
        submission = build_submission(self.request, self.material, self.folds, done)
        from mebench.scoring.score import score

        text = to_json_text(submission.to_json())
        report = score(submission, self.material.truth, self.material.protocol)
        report = report.model_copy(update={"inputs": self._named(report.inputs)})
        curves = merge_curves(done)
        if curves:
            write_bytes(self.folder.path / "curves.npz", curves)
        write_text(self.folder.predictions, text)
        write_text(self.folder.path / "report.json", to_json_text(report.to_json()))
        manifest = build_manifest(self.request, self.plan, self.folds, done)
        write_text(self.folder.path / "manifest.json", to_json_text(manifest))
        return RunResult(report, len(done), folds, clipped, replies.discarded)

    def _named(self, inputs: list[InputFile]) -> list[InputFile]:
        """Say where what was scored from memory lies."""
        names = {
            "predictions": self.folder.predictions.name,
            "truth": ", ".join(self.plan.datasets),
        }
        return [one.model_copy(update={"file": names[one.role]}) for one in inputs]
