"""Build the truth and the videos of a copy: join the annotation rows with the frames on disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mebench.datasets.contract import Video
from mebench.datasets.frames.frame_folder import FolderVideo
from mebench.datasets.frames.video_file import FileVideo
from mebench.datasets.licensed.annotation import Annotation, to_interval
from mebench.datasets.licensed.disk_layout import FoundVideo
from mebench.datasets.licensed.local_copy import LocalCopy, NormalizedName
from mebench.diagnostics import Findings, MebenchError, Place
from mebench.models.truth import TRUTH_FORMAT, TruthInterval, TruthManifest, TruthSample, TruthVideo
from mebench.protocols.id_matching import subject_from_name
from mebench.util.text import did_you_mean, pluralize


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts numbers within names by their value."""
    parts = re.findall(r"([0-9]+)|([^0-9]+)", name)
    return [(0, int(number), "") if number else (1, 0, text) for number, text in parts]


@dataclass(frozen=True, slots=True)
class DatasetTraits:
    """What a data set says of all its videos.

    Attributes
    ----------
    id : str
        The data set.
    fps : float or None
        Frames a second; None takes what the files say.
    long_videos : bool
        Whether a video without expressions belongs to the data set.
    has_samples : bool
        Whether each video is a sample of recognition protocols too.
    example : str
        Where the frames of a video lie.
    """

    id: str
    fps: float | None
    long_videos: bool
    has_samples: bool
    example: str


class TruthBuilder:
    """The videos that a sheet names and those that lie on disk, under one name each.

    Parameters
    ----------
    kind : DatasetTraits
        What the data set says.
    copy : LocalCopy
        What is on disk.
    rows : sequence of Annotation
        What the sheets say, mended.
    findings : Findings
        Takes in what does not fit together.
    """

    def __init__(
        self, kind: DatasetTraits, copy: LocalCopy, rows: Sequence[Annotation], findings: Findings
    ) -> None:
        self._traits, self._copy, self._rows, self._findings = kind, copy, rows, findings

    @cached_property
    def names(self) -> dict[NormalizedName, tuple[str, str]]:
        """Subject and video of each key, in natural order; the folders' spelling comes first."""
        copy, names = self._copy, {}
        for row in self._rows:
            found = copy.find(row.subject, row.video)
            names[copy.key(row.subject, row.video)] = (
                (row.subject, row.video)
                if found is None
                else (found.subject or row.subject, found.video)
            )
        for key, found in copy.videos.items() if self._traits.long_videos else ():
            subject = found.subject or subject_from_name(copy.rule, found.video) or found.video
            names.setdefault(key, (subject, found.video))
        return {key: names[key] for key in sorted(names, key=lambda one: _sort_key(names[one]))}

    @cached_property
    def videos(self) -> dict[NormalizedName, Video]:
        """Those whose frames are there and can be counted."""
        origins = {self._copy.key(row.subject, row.video): row.counted_from for row in self._rows}
        found: dict[NormalizedName, Video] = {}
        for key, name in self.names.items():
            there = self._copy.find(*name)
            if there is None:
                self._report_missing(name)
                continue
            video = self._video(there.path, name, origins.get(key, 1))
            try:
                _ = video.n_frames
            except MebenchError as error:
                self._findings.extend_from(error)
            else:
                found[key] = video
        return found

    @cached_property
    def _unnamed(self) -> list[FoundVideo]:
        """The videos on disk that no row names."""
        found = (self._copy.find(row.subject, row.video) for row in self._rows)
        named = {one.path for one in found if one is not None}
        return [one for one in self._copy.videos.values() if one.path not in named]

    @cached_property
    def expressions(self) -> dict[NormalizedName, list[TruthInterval]]:
        """The expressions of each video, in the order of their onsets."""
        found: dict[NormalizedName, list[TruthInterval]] = {}
        for row in self._rows:
            interval = to_interval(row, self._findings)
            if interval is None:
                continue
            key = self._copy.key(row.subject, row.video)
            known = found.setdefault(key, [])
            if known and self._traits.has_samples:
                self._report_duplicate(row)
            if key in self.videos and interval["offset"] >= self.videos[key].n_frames:
                self._report_outside(row, self.videos[key].n_frames)
            known.append(interval)
        for intervals in found.values():
            intervals.sort(key=lambda one: (one["onset"], one["offset"]))
        return found

    def truth(self) -> TruthManifest:
        """Return the truth; a video without frames, or without all, is of unknown length in it."""
        kind, names, videos = self._traits, self.names, self.videos
        expressions = self.expressions
        lengths = {
            key: video.n_frames
            for key, video in videos.items()
            if all(one["offset"] < video.n_frames for one in expressions.get(key, ()))
        }
        self._report_unnamed()
        return TruthManifest(
            format=TRUTH_FORMAT,
            dataset=kind.id,
            videos=[
                TruthVideo(
                    subject=subject,
                    video=video,
                    fps=kind.fps or (videos[key].fps if key in videos else None),
                    n_frames=lengths.get(key),
                    intervals=expressions.get(key, []),
                )
                for key, (subject, video) in names.items()
            ],
            samples=[
                _sample(name, expressions[key][0])
                for key, name in names.items()
                if kind.has_samples and len(expressions.get(key, ())) == 1
            ],
        )

    def _video(self, path: Path, name: tuple[str, str], origin: int) -> Video:
        subject, video = name
        dataset, fps = self._traits.id, self._traits.fps
        if path.is_dir():
            return FolderVideo(
                path, dataset=dataset, subject=subject, video=video, fps=fps, origin=origin
            )
        return FileVideo(path, dataset=dataset, subject=subject, video=video, fps=fps)

    def _report_missing(self, name: tuple[str, str]) -> None:
        if self._copy.base is None:
            return  # a sheet alone: there are no frames of anything
        subject, video = name
        spare = [one.spelled for one in self._unnamed]
        self._findings.error(
            "video-without-frames",
            "The sheet names the video, and there is no folder of frames and no video file for it."
            + did_you_mean("/".join(name), spare),
            f"Frames lie as in {self._traits.example}.",
            Place(file=str(self._copy.base), dataset=self._traits.id, subject=subject, video=video),
        )

    def _report_unnamed(self) -> None:
        """Report the videos on disk that no sheet names."""
        for one in () if self._traits.long_videos else self._unnamed:
            self._findings.error(
                "frames-without-truth",
                "The sheet does not name the video, and its frames were ignored.",
                "Is the sheet of another release than the frames?",
                Place(file=str(one.path), subject=one.subject or None, video=one.video),
            )

    def _report_duplicate(self, row: Annotation) -> None:
        self._findings.error(
            "annotation-doubled",
            f"{row}: the sheet has an earlier row for the clip, and a clip is one expression.",
            "Remove the one that is not meant.",
            row.place,
        )

    def _report_outside(self, row: Annotation, n_frames: int) -> None:
        self._findings.error(
            "frame-outside-video",
            f"{row}: the offset, {row.offset}, lies beyond the last frame; the video has "
            f"{pluralize(n_frames, 'frame')}, the first being number {row.counted_from}.",
            "Copy the frames again, or compare the row with the sheet that was delivered.",
            row.place,
        )


def _sort_key(name: tuple[str, str]) -> list[list[tuple[int, int, str]]]:
    return [natural_key(part) for part in name]


def _sample(name: tuple[str, str], one: TruthInterval) -> TruthSample:
    subject, video = name
    return TruthSample(
        subject=subject,
        sample=video,
        video=video,
        onset=one["onset"],
        apex=one.get("apex"),
        offset=one["offset"],
        emotion=one.get("emotion"),
    )
