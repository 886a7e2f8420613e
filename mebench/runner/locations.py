"""Where the data sets of a run are, and their videos by ids: what every process of a run needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mebench.models.base import VideoKey

if TYPE_CHECKING:
    from mebench.datasets.contract import Dataset, Video


class DatasetLocation(NamedTuple):
    """The id and the folder of a data set: what another process needs to open it.

    ``name`` is the id of a folder in the generic layout that states none. A process that has it
    needs no ``mebench.toml``. ``level`` is a factor of a generated data set, and its value.
    """

    id: str
    root: str | None
    name: str | None = None
    level: tuple[str, float] | None = None

    def open(self) -> Dataset:
        """Open the data set."""
        from mebench.datasets.generic.adapter import GenericAdapter, OwnAdapter
        from mebench.datasets.registry import open_dataset, open_level

        if self.level is not None:
            return open_level(self.id, *self.level)
        root = None if self.root is None else Path(self.root)
        if self.name is None:
            return open_dataset(self.id, root)
        is_own = self.id != GenericAdapter.id
        return (OwnAdapter(self.name) if is_own else GenericAdapter(self.name)).open(root)


def video_key(video: Video) -> VideoKey:
    """Return the ids of a video."""
    return VideoKey(video.dataset, video.subject, video.id)


def open_datasets(dataset_locations: Sequence[DatasetLocation]) -> list[Dataset]:
    """Open data sets by their ids and folders."""
    return [location.open() for location in dataset_locations]


def index_videos(datasets: Sequence[Dataset]) -> dict[VideoKey, Video]:
    """Return all videos of the data sets by their ids."""
    return {video_key(video): video for dataset in datasets for video in dataset.videos()}
