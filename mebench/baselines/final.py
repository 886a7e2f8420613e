"""Training once on all subjects, for videos of one's own."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from mebench.baselines.inquiry import FoldRunner
from mebench.baselines.questions import TaskKind
from mebench.baselines.request import RunConfig
from mebench.baselines.weights import WEIGHTS_FORMAT, WeightsRecord, write_weights
from mebench.diagnostics import UsageError


def train_final(request: RunConfig) -> Path:
    """Train a baseline on all subjects, and keep the weights in the request's folder.

    Raises
    ------
    UsageError
        ``no-final-weights`` if the baseline has none.
    MebenchError
        What goes wrong in training.
    """
    baseline = request.baseline
    if not baseline.implements(TaskKind.WEIGHTS):
        raise UsageError.of(
            "no-final-weights",
            f"{baseline.name} keeps no weights.",
            "Only a baseline that learns, and says so, can be trained once and for all.",
        )
    inquiry = FoldRunner(request, TaskKind.WEIGHTS)
    try:
        [result] = inquiry.execute().done
        plan = inquiry.plan
        record = WeightsRecord(
            format=WEIGHTS_FORMAT,
            baseline=plan.baseline,
            baseline_version=plan.baseline_version,
            package=plan.package,
            options={
                name: value
                for name, value in plan.options.items()
                # Files of this machine, as boxes of faces, belong to the videos learnt from.
                if not isinstance(getattr(request.options, name), Path)
            },
            protocol=plan.protocol,
            datasets=plan.datasets,
            subjects=len(inquiry.material.subjects),
            seed=plan.seed,
            classes=result.head["classes"],
            one_per_video=result.head["one_per_video"],
            about=result.head["about"],
            arrays=sha256(result.body).hexdigest(),
            mebench=plan.mebench,
        )
        write_weights(request.folder, record, result.body)
    finally:
        inquiry.close()
    return request.folder
