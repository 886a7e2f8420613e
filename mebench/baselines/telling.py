"""What a run says of itself before it begins and when it is over."""

from __future__ import annotations

from mebench.baselines.runner import Run, RunResult
from mebench.datasets.frames.storing import format_bytes
from mebench.wording import pluralize


def describe_run(run: Run) -> str:
    """Return how large a run will be, in a line or two."""
    size, request = run.forecast(), run.request
    parts = [
        f"{pluralize(size.folds, 'fold')} of {len(run.folds)}"
        if size.folds != len(run.folds)
        else pluralize(size.folds, "fold"),
        pluralize(size.videos, "video"),
        f"{size.frames:,} frames",
    ]
    if run.material.samples:
        parts.append(pluralize(len(run.material.samples), "sample"))
    if size.pairs:
        parts.append(f"{size.pairs:,} frame pairs")
    if size.disk:
        parts.append(f"{format_bytes(size.disk)} of prepared arrays")
    where = (
        f"at {request.scheduler}"
        if request.scheduler
        else pluralize(min(request.jobs, size.folds), "process", "processes")
    )
    datasets = ", ".join(run.plan.datasets)
    return (
        f"{request.baseline.name} on {datasets} under {run.plan.protocol}: {', '.join(parts)}; "
        f"{where}, seed {request.seed}.\nFolder: {request.folder}"
    )


def describe_result(run: Run, finished: RunResult) -> str:
    """Return how a run ended, in a line or more."""
    lines = [
        f"The kept result of fold {number} was damaged; the fold was carried out again."
        for number in finished.discarded
    ]
    if finished.clipped:
        lines.append(f"{pluralize(finished.clipped, 'interval')} clipped to the video.")
    if finished.report is None:
        lines.append(
            f"{finished.done} of {finished.folds} folds are done; who finishes the last of them "
            "writes predictions.json."
        )
    else:
        lines.append(f"Wrote {run.folder.predictions}, report.json and manifest.json.")
    return "\n".join(lines)
