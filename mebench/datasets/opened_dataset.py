"""A data set whose truth and videos are known when it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from mebench.datasets.contract import Dataset, Video
from mebench.diagnostics import MebenchError
from mebench.models.truth import TruthManifest, TruthVideo


class OpenedDataset(Dataset):
    """A data set whose truth and videos are known when it is opened.

    Parameters
    ----------
    identifier : str
        The id of the data set, as in protocols.
    truth : TruthManifest
        The truth. Where it does not state the length or the frame rate of a video, those of the
        frames are filled in.
    videos : sequence of Video
        The videos whose frames were found, in the order of the truth.
    truth_files : sequence of Path
        The files that the truth was read from, the main one first, for findings.
    """

    def __init__(
        self,
        identifier: str,
        truth: TruthManifest,
        videos: Sequence[Video],
        truth_files: Sequence[Path] = (),
    ) -> None:
        self.id, self._given_truth, self._videos = identifier, truth, videos
        self.truth_files = tuple(truth_files)

    def truth(self) -> TruthManifest:
        """Return the truth, with the length and the frame rate of each video if they are known."""
        return self._complete_truth

    def videos(self) -> Sequence[Video]:
        """Return the videos whose frames were found."""
        return self._videos

    @cached_property
    def _complete_truth(self) -> TruthManifest:
        known = {(video.subject, video.id): video for video in self.videos()}
        rows = [
            _with_length(row, known.get((row.subject, row.video)))
            for row in self._given_truth.videos
        ]
        return self._given_truth.model_copy(update={"videos": rows})


def _with_length(row: TruthVideo, video: Video | None) -> TruthVideo:
    """Return a row with rate and length; none if frames are missing before an expression ends."""
    if video is None:
        return row
    try:
        fps, length = row.fps or video.fps, row.n_frames or video.n_frames
    except MebenchError:  # the check reports it, and so does reading a frame
        return row
    last = max((interval["offset"] for interval in row.intervals or ()), default=0)
    known = row.n_frames if last >= length else length
    return row.model_copy(update={"fps": fps, "n_frames": known})
