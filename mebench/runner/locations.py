"""Where the data sets of a run are, and their videos by ids: what every process of a run needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.registry import open_dataset
from mebench.models.base import VideoKey


class DatasetLocation(NamedTuple):
    """The id and the folder of a data set: what another process needs to open it."""

    id: str
    root: str | None


def video_key(video: Video) -> VideoKey:
    """Return the ids of a video."""
    return VideoKey(video.dataset, video.subject, video.id)


def open_datasets(dataset_locations: Sequence[DatasetLocation]) -> list[Dataset]:
    """Open data sets by their ids and folders."""
    return [
        open_dataset(location.id, None if location.root is None else Path(location.root))
        for location in dataset_locations
    ]


def index_videos(datasets: Sequence[Dataset]) -> dict[VideoKey, Video]:
    """Return all videos of the data sets by their ids."""
    return {video_key(video): video for dataset in datasets for video in dataset.videos()}
