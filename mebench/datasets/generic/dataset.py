"""A folder in the generic layout, opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.generic.settings import DatasetSettings
from mebench.records.truth import TruthManifest

PROTOCOL_FILE = "protocol.toml"


class GenericDataset(Dataset):
    """An opened folder.

    Attributes
    ----------
    id : str
        What ``dataset.toml`` or the truth calls it, or ``generic``.
    root : Path
        The folder.
    settings : DatasetSettings
        What the folder says of itself.
    truth_file : Path
        Where the truth was read.
    protocol_file : Path or None
        The folder's own protocol, for a run that is given no other.
    """

    def __init__(
        self,
        identifier: str,
        root: Path,
        settings: DatasetSettings,
        truth_file: Path,
        truth: TruthManifest,
        videos: Sequence[Video],
    ) -> None:
        self.id, self.root, self.settings = identifier, root, settings
        self.truth_file, self._truth, self._videos = truth_file, truth, videos
        own = root / PROTOCOL_FILE
        self.protocol_file = own if own.is_file() else None

    def truth(self) -> TruthManifest:
        """Return the truth."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos."""
        return self._videos
