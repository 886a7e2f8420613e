"""What a run is: everything its result depends on, written down before it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from mebench.baselines.contract import Baseline, BaselineOptions
from mebench.baselines.folds import PlannedFold
from mebench.baselines.material import RunData
from mebench.baselines.questions import TaskKind
from mebench.baselines.registry import package_of
from mebench.baselines.stated import depends
from mebench.canonical import digest
from mebench.diagnostics import MebenchError
from mebench.protocols import protocol_digest
from mebench.records.base import StrictModel
from mebench.version import VERSION

PLAN_FORMAT = "mebench-plan/2"

FIELD_LABELS = {
    "material": "material (truth, files of the videos, or what renders them)",
    "depends": "what it depends on (versions, content of files)",
}
"""How people are told a field that its name does not explain."""


class Plan(StrictModel):
    """The first file of a run's folder; a run goes on only with the same."""

    format: Literal["mebench-plan/2"] = Field(description="The format and its version.")
    question: TaskKind = Field(description="What is asked of the baseline in each fold.")
    details: str | None = Field(None, description="Stands for what else belongs to the question.")
    baseline: str = Field(description="The baseline's name.")
    baseline_version: str = Field(description="Its version.")
    package: str = Field(description="The package it comes from, with its version.")
    options: dict[str, Any] = Field(description="Its options, defaults filled in.")
    depends: dict[str, str] = Field(
        default_factory=dict,
        description="What its answers depend on beside them: versions, the content of files.",
    )
    protocol: str = Field(description="The protocol's id.")
    protocol_digest: str = Field(description="Stands for its rules.")
    datasets: list[str] = Field(description="The data sets.")
    material: str = Field(
        description="Stands for the truth and the videos' content; of files, their sizes, times of "
        "change and ends."
    )
    seed: int = Field(description="The run's seed.")
    folds: list[list[str]] = Field(description="The test subject of each: data set, subject.")
    mebench: str = Field(description="The version of mebench.")

    @property
    def digest(self) -> str:
        """Sixteen digits that stand for the run."""
        return digest(self.model_dump(mode="json"), digits=16)

    def differences(self, other: Plan) -> list[str]:
        """Return in words what differs from another plan."""
        mine, theirs = (one.model_dump(mode="json") for one in (self, other))
        return [
            f"{FIELD_LABELS.get(name, name.replace('_', ' '))} {_short(theirs[name])} there, "
            f"{_short(mine[name])} now"
            for name in mine
            if mine[name] != theirs[name]
        ]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 120 else text[:119] + "…"


def make_plan(
    baseline: type[Baseline],
    options: BaselineOptions,
    material: RunData,
    folds: list[PlannedFold],
    seed: int,
    question: TaskKind,
    details: Mapping[int, Any],
) -> Plan:
    """Return the plan of a run, or of another question."""
    protocol = material.protocol
    return Plan(
        format=PLAN_FORMAT,
        question=question,
        details=digest({str(fold): asked for fold, asked in details.items()}, 16)
        if details
        else None,
        baseline=baseline.name,
        baseline_version=baseline.version,
        package=" ".join(package_of(baseline.name)),
        options=options.model_dump(mode="json"),
        depends=depends(baseline, options),
        protocol=protocol.id,
        protocol_digest=protocol_digest(protocol),
        datasets=list(dict.fromkeys(one.dataset for one in material.subjects)),
        material=material.digest,
        seed=seed,
        folds=[list(fold.subject) for fold in folds],
        mebench=VERSION,
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """How much a run will be.

    Attributes
    ----------
    folds, videos, frames, pairs : int
        Counts; pairs of frames for which the baseline computes flow.
    disk : int
        Bytes of prepared arrays.
    """

    folds: int
    videos: int
    frames: int
    pairs: int
    disk: int


def forecast(
    baseline: type[Baseline], options: BaselineOptions, material: RunData, folds: int
) -> Forecast:
    """Tell beforehand how much a run will be.

    Raises
    ------
    MebenchError
        ``baseline-raised`` if the baseline cannot say; what it says of data or options as it is.
    """
    videos = material.distinct_videos
    try:
        asked = baseline(options)
        asked.protocol = material.protocol
        size = asked.size(videos)
        pairs, disk = int(size.pairs), int(size.disk)
    except MebenchError:
        raise
    except Exception as error:  # a baseline is not our code: it may raise anything
        raise MebenchError.of(
            "baseline-raised",
            f"{baseline.name} cannot say how much the run will be: "
            f"{type(error).__name__}: {error!s:.300}.",
            "The baseline has to be corrected: its __init__() or its size().",
        ) from error
    return Forecast(folds, len(videos), sum(video.n_frames for video in videos), pairs, disk)
