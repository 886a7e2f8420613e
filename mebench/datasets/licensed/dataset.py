"""A copy of a licensed data set, opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mebench.datasets.contract import Dataset, Video
from mebench.datasets.licensed.repairs import AppliedRepair
from mebench.records.truth import TruthManifest


class LicensedDataset(Dataset):
    """An opened copy.

    Attributes
    ----------
    id : str
        The data set.
    root : Path
        Its folder.
    truth_file : Path or None
        The sheet of expressions; None where the folders' names are the labels.
    sheets : tuple of Path
        All sheets that were read.
    applied : tuple of AppliedRepair
        The repairs that found something to do.
    """

    def __init__(
        self,
        identifier: str,
        root: Path,
        sheets: Sequence[Path],
        truth: TruthManifest,
        videos: Sequence[Video],
        applied: Sequence[AppliedRepair],
    ) -> None:
        self.id, self.root, self.sheets = identifier, root, tuple(sheets)
        self.truth_file = sheets[0] if sheets else None
        self._truth, self._videos, self.applied = truth, videos, tuple(applied)

    def truth(self) -> TruthManifest:
        """Return the truth; videos without frames are in it, of unknown length."""
        return self._truth

    def videos(self) -> Sequence[Video]:
        """Return the videos whose frames are there."""
        return self._videos
