"""The data set at a level, with its truth, its videos and its rules of scoring."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from mebench.models.base import VideoKey
from mebench.models.protocol import ExpectedCounts, Protocol
from mebench.runner.locations import DatasetLocation, video_key
from mebench.runner.run_data import RunData, load_run_data
from mebench.runner.types import UnseenVideo
from mebench.stress.stress_config import Level


@dataclass(frozen=True, slots=True)
class LevelData:
    """The data of a level.

    Attributes
    ----------
    level : Level
        The level.
    location : DatasetLocation
        How another process opens its data set.
    complete : RunData
        All videos, to train on.
    tested : RunData
        The videos that are tested and scored, under a protocol with this data set.
    """

    level: Level
    location: DatasetLocation
    complete: RunData
    tested: RunData

    @property
    def dataset(self) -> str:
        """The id of the level's data set."""
        return self.tested.protocol.datasets[0].id

    def tested_videos(self) -> list[UnseenVideo]:
        """Return the tested videos without their annotations."""
        return [UnseenVideo(video) for video in self.tested.distinct_videos]


def load_level(
    level: Level, standard: DatasetLocation, protocol: Protocol, videos: int | None
) -> LevelData:
    """Load the truth and the videos of a level; no frame is rendered.

    Parameters
    ----------
    level : Level
        The level.
    standard : DatasetLocation
        The data set of the standard level.
    protocol : Protocol
        The protocol of the standard level.
    videos : int or None
        Test only this number of videos per subject.
    """
    location = standard
    if level.factor is not None:
        location = standard._replace(level=(level.factor, level.value))
    dataset = location.open()
    if level.factor is not None:
        of_level = protocol.datasets[0].model_copy(update={"id": dataset.id, "expected": None})
        protocol = protocol.model_copy(
            update={"datasets": [of_level], "expected": ExpectedCounts()}
        )
    complete = load_run_data(protocol, [dataset])
    return LevelData(level, location, complete, _first_videos(complete, videos))


def _first_videos(run_data: RunData, number: int | None) -> RunData:
    """Return the data with the first videos of each subject only."""
    if number is None:
        return run_data
    by_subject: dict[str, list[VideoKey]] = defaultdict(list)
    for video in run_data.distinct_videos:
        by_subject[video.subject].append(video_key(video))
    kept = {key for keys in by_subject.values() for key in keys[:number]}
    names = {(key.subject, key.video) for key in kept}
    truth = run_data.truth
    return replace(
        run_data,
        truth=truth.model_copy(
            update={
                "videos": [one for one in truth.videos if (one.subject, one.video) in names],
                "samples": [
                    one for one in truth.samples if (one.subject, one.video or one.sample) in names
                ],
            }
        ),
        videos=tuple(video for video in run_data.videos if video_key(video) in kept),
        samples=tuple(one for one in run_data.samples if video_key(one.video) in kept),
    )
